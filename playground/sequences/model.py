"""The model: a network, a `Dense` at each time step, and an `IndependentNormal` outside, with time as a batch axis."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from tensorflow_probability import distributions as tfd
from tensorflow_probability import layers as tfpl

from playground.sequences.config import SequenceConfig
from playground.sequences.networks import NETWORKS, Memory, Network, Variable, Weights

EVENT_SIZE = 1
FIXED_SCALE = 0.1


@dataclass(frozen=True)
class Model:
    """Pure functions of one flat vector of weights [P].

    Attributes:
      network, units, kernel, scale: See `SequenceConfig`.
    """

    network: str
    units: int
    kernel: int
    scale: str

    @classmethod
    def of(cls, config: SequenceConfig) -> "Model":
        """The model of a configuration; what its network does not read does not tell models apart."""
        network = config.front
        units, kernel = (config.units if network.has_units else 1), (config.kernel if network.has_kernel else 1)
        return cls(config.network, units, kernel, config.scale)

    @property
    def front(self) -> Network:
        return NETWORKS[self.network]

    @property
    def variables(self) -> tuple[Variable, ...]:
        """All of them, in the order of the flat vector."""
        width = self.front.width(self.units, self.kernel)
        outputs = 2 * EVENT_SIZE if self.scale == "per_step" else EVENT_SIZE
        head = [
            Variable("dense_kernel", "Dense", (width, outputs), "glorot"),
            Variable("dense_bias", "Dense", (outputs,), "zeros"),
        ]
        shared = [Variable("raw_scale", "shared scale", (EVENT_SIZE,), "zeros")] if self.scale == "shared" else []
        return (*self.front.variables(self.units, self.kernel), *head, *shared)

    @property
    def layers(self) -> tuple[str, ...]:
        """The rows of the gradient's charts."""
        return tuple(dict.fromkeys(variable.layer for variable in self.variables))

    def members(self) -> np.ndarray:
        """Which weights belong to which layer: [P, layers], ones and zeros, float32."""
        layers = self.layers
        rows = [np.repeat(np.eye(len(layers))[[layers.index(v.layer)]], np.prod(v.shape), 0) for v in self.variables]
        return np.concatenate(rows).astype(np.float32)

    def first_weights(self, seed: int) -> np.ndarray:
        """[P], float32."""
        rng = np.random.default_rng(seed)
        return np.concatenate([variable.first(rng).ravel() for variable in self.variables]).astype(np.float32)

    def weights(self, flat: tf.Tensor) -> dict[str, tf.Tensor]:
        """The flat vector [P], cut and shaped."""
        lengths = [int(np.prod(variable.shape)) for variable in self.variables]
        parts = tf.split(flat, lengths)
        return {v.name: tf.reshape(part, v.shape) for v, part in zip(self.variables, parts, strict=True)}

    def parameters(self, weights: Weights, features: tf.Tensor) -> tf.Tensor:
        """`TimeDistributed(Dense)`: features [..., H] → loc and raw scale side by side, [..., 2]."""
        kernel = weights["dense_kernel"]
        flat = tf.matmul(tf.reshape(features, [-1, kernel.shape[0]]), kernel) + weights["dense_bias"]
        found = tf.reshape(flat, tf.concat([tf.shape(features)[:-1], [kernel.shape[1]]], axis=0))
        if self.scale == "per_step":
            return found
        raw = weights["raw_scale"] if self.scale == "shared" else tf.constant([raw_of(FIXED_SCALE)])
        return tf.concat([found, tf.zeros_like(found) + raw], axis=-1)

    def distribution(self, weights: Weights, features: tf.Tensor) -> tfd.Distribution:
        """features [B, T, H] → a Normal for each step of each window: batch shape [B, T], event shape [1]."""
        return self.law(self.parameters(weights, features))

    @staticmethod
    def law(parameters: tf.Tensor) -> tfd.Distribution:
        """`IndependentNormal`: parameters [..., 2] → a distribution of batch shape [...]."""
        return tfpl.IndependentNormal.new(parameters, EVENT_SIZE)

    def forecast(self, weights: Mapping[str, tf.Tensor], x: tf.Tensor) -> tuple[tfd.Distribution, Memory]:
        """x [B, T, 1] → (for each step the law of the next value, what is remembered after the last)."""
        features, memory = self.front.apply(weights, x, self.units, self.kernel)
        return self.distribution(weights, features), memory


def raw_of(scale: float) -> float:
    """What softplus makes `scale` of."""
    return float(np.log(np.expm1(scale)))
