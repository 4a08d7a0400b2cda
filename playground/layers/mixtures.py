"""The layer that makes a mixture of Normals of three tensors, in the ways that its gradient can be had."""

import tensorflow_probability as tfp
from tensorflow_probability import distributions as tfd

from playground.layers.model import Noise, Way

WAYS = {
    "default": Way(
        "TFP's default", "The component is a discrete choice: means and scales learn, the logits' gradient is None."
    ),
    "reparameterize": Way(
        "reparameterize=True", "Implicit reparameterization of the whole mixture: every parameter learns."
    ),
    "score_function": Way(
        "score function", "No path is needed: costs, less those of the other samples, weigh the scores. More variance."
    ),
}


def mixture(way: str, noise: Noise) -> tfp.layers.DistributionLambda:
    """Takes means, scales and logits, [..., C] each.

    Args:
      way: A key of `WAYS`.
      noise: Seeds of the draw that Keras makes when it needs a tensor.
    """
    return tfp.layers.DistributionLambda(
        lambda parts: tfd.MixtureSameFamily(
            tfd.Categorical(logits=parts[2]), tfd.Normal(parts[0], parts[1]), reparameterize=way == "reparameterize"
        ),
        convert_to_tensor_fn=lambda distribution: distribution.sample(seed=noise()),
        name="mixture",
    )
