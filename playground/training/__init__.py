"""Training in the background: compiled steps, runs, and the scheduler that serves them all."""
