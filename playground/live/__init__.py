"""The live board: frames of numbers from a run to the charts of a page, without a script rerun per frame."""
