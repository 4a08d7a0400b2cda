"""How a published result is run again: pieces, what was expected against what was measured, figures, a checkpoint."""
