"""Variational inference: an approximation q trained towards a density that is known up to a factor."""
