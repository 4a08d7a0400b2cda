"""Sweeps: estimators against one thing that is varied, as tasks that run anywhere, and what is read off their rows."""
