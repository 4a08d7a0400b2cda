"""From files and formulas to the rows that a fit works on: reading, checking, splitting, keeping."""
