"""What a model of the Layers page is: layers of Keras and TFP, a loss, and what is known about its gradient."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import tensorflow as tf
import tf_keras

from playground.layers.data import Rows

PICTURES = ("density", "band", "conditional", "classes", "images")
"""What the dominant chart shows of a model: a density over a line; a mean with its bands over a line; a density of y
for each x; a probability of each class over a line; images."""

KEY_STRIDE = 1_000_003


class Noise:
    """Stateless seeds for the draws of a model, in the order in which they are asked for.

    Layers of Keras draw without a seed, so that no step could be repeated. Here a step (or a replicate, or a picture)
    begins with a seed of its own, and every draw that it makes takes the next one derived from it.
    """

    def __init__(self) -> None:
        self._seed, self._count = tf.constant([0, 0]), 0

    @contextlib.contextmanager
    def starting_at(self, seed: tf.Tensor) -> Iterator[None]:
        """Draws inside of the block follow from `seed`, int32 [2]."""
        before = self._seed, self._count
        self._seed, self._count = seed, 0
        try:
            yield
        finally:
            self._seed, self._count = before

    def __call__(self) -> tf.Tensor:
        """The next seed, int32 [2]."""
        self._count += 1
        return self._seed + tf.constant([self._count * KEY_STRIDE, 0])


class Loss(NamedTuple):
    """One evaluation of a loss.

    Attributes:
      surrogate: What is differentiated, [].
      value: What it estimates, []: they differ where a surrogate only has the right gradient.
      parameters: Tensors on the way from the weights to the loss whose gradients are of interest, by the name of their
        layer, [..., E]: all axes but the last are places where the same E numbers are used.
    """

    surrogate: tf.Tensor
    value: tf.Tensor
    parameters: Mapping[str, tf.Tensor]


@dataclass(frozen=True)
class Way:
    """A way to train a model: a loss, or a route for the gradient.

    Attributes:
      label, story: Its name on screen, one line on what to look for.
    """

    label: str
    story: str


@dataclass(frozen=True)
class Options:
    """What a model is built from.

    Attributes:
      way: A key of the model's `ways`.
      units: Of each hidden layer.
      samples: K, draws of the output for each row of a step.
      rows: The number of training rows.
    """

    way: str
    units: int
    samples: int
    rows: int


class Network:
    """A Keras model that also tells the values of some of its layers.

    Args:
      model: A functional model of one input.
      names: For each layer whose outputs are of interest, the names of their E elements.
      noise: Where all draws take their seeds from.
    """

    def __init__(self, model: tf_keras.Model, names: Mapping[str, tuple[str, ...]], noise: Noise) -> None:
        self.model, self.names, self.noise = model, names, noise
        inside = [model.get_layer(name).output for name in names]
        # One call answers both, so that the parameters lie on the path to the output.
        self._both = tf_keras.Model(model.input, [*inside, model.output])

    def __call__(self, x: tf.Tensor) -> tuple[Any, dict[str, tf.Tensor]]:
        """The model's output, often a distribution, and the parameters of that very output by layer."""
        *inside, output = self._both(x)
        return output, dict(zip(self.names, inside, strict=True))

    @property
    def losses(self) -> list[tf.Tensor]:
        """What layers added to the loss in the last call."""
        return self._both.losses


@dataclass(frozen=True)
class Built:
    """A model ready to be trained.

    Attributes:
      network: Its layers.
      loss: (rows of a step, the tape that records it) → a loss, which draws by `network.noise`.
      score: Rows → how bad it is on them, []; the same for all ways of a model.
      picture: What the dominant chart shows, arrays by name.
      expected: Rows → the expectation of `loss` over everything random but the rows, differentiable; None where it has
        no closed form. Over all rows it gives the exact gradient.
    """

    network: Network
    loss: Callable[[Rows, tf.GradientTape], Loss]
    score: Callable[[Rows], tf.Tensor]
    picture: Callable[[], Mapping[str, tf.Tensor]]
    expected: Callable[[Rows], Loss] | None = None


@dataclass(frozen=True)
class LayersModel:
    """A model plug-in.

    Attributes:
      key, label, story: Its stable name, its name on screen, one line on what to look for.
      data: A key of `playground.layers.data.DATA`.
      picture: One of `PICTURES`.
      score: What `Built.score` measures, in words.
      ways: By key; the first is the default.
      build: Makes it.
      learning_rate: To begin with, for Adam.
      hidden: Whether it has hidden layers, whose units may be chosen.
      draws: Whether its loss is an average over K draws of the output.
      stride: How many steps lie between two measurements of its scores to begin with.
    """

    key: str
    label: str
    story: str
    data: str
    picture: str
    score: str
    ways: Mapping[str, Way]
    build: Callable[[Options, Noise], Built]
    learning_rate: float = 0.01
    hidden: bool = True
    draws: bool = True
    stride: int = 20
    order: int = 0
