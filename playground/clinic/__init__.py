"""The clinic: mistakes that stop a gradient, each as a small program, run in a process of its own."""
