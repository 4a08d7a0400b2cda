"""Fitting the distributions of the zoo: to data by maximum likelihood, or to a target density by reverse KL."""
