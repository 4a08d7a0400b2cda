"""The gradient audit: what each TFP distribution's tape returns through `sample`, against the exact gradient."""
