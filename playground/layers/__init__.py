"""Training models of `tf_keras` and `tfp.layers`: what is built, how it steps, what is seen of it."""
