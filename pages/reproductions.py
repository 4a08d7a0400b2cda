"""Published results: what the papers say, what came out here, and each panel to open in Play."""

from playground.ui.reproductions import reproductions

reproductions()
