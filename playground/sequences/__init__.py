"""Sequences: one distribution a time step, learnt in front of the learner."""
