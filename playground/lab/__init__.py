"""The Variance lab: sweeps, the atlas, clouds of estimates and advice as experiments that a run works off."""
