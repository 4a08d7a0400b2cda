"""Programs that a learner composes by choices: which parameters get a gradient?

All programs come from the templates below; there are as many as combinations of choices, and none holds a learner's
text. Each parameter has one copy for each sample, so that every sample has a gradient of its own: their mean is the
gradient, and their spread gives its standard error.
"""

import itertools
from dataclasses import dataclass, fields
from typing import NamedTuple

from playground.errors import InvalidInput

COPIES = 2000
TAPES = {"inside": "inside the tape", "outside": "before the tape"}
WAYS = {"sample": "f(x), through the sample", "log_prob": "f(x) · log p(x), by the score"}
STOPS = {"flow": "as it is", "stop": "stop_gradient(x)"}
KERAS = {"none": "no layer", "keras2": "Keras 2 layer", "keras3": "Keras 3 layer"}


class Source(NamedTuple):
    """A distribution that can be chosen: what it is called, its parameters' values, how it is made of the columns `c`
    (a list of [N, 1] tensors, in the order of the parameters), and the exact gradient of E[(x − 3)²]."""

    label: str
    start: dict[str, float]
    make: str
    exact: dict[str, float]


SOURCES = {
    # E = (loc − 3)² + scale², with scale = exp(log_scale).
    "normal": Source(
        "Normal",
        {"loc": 1.0, "log_scale": 0.0},
        "tfd.Normal(c[0], tf.exp(c[1]))",
        {"loc": -4.0, "log_scale": 2.0},
    ),
    # E = (rate − 3)² + rate, with rate = exp(log_rate) = 2.
    "poisson": Source(
        "Poisson (discrete)",
        {"log_rate": 0.6931472},
        "tfd.Poisson(log_rate=c[0])",
        {"log_rate": -2.0},
    ),
    # E = Σ wᵢ ((locᵢ − 3)² + 1), with equal weights: 5 and 2.
    "mixture": Source(
        "Mixture of two Normals",
        {"logit_1": 0.0, "logit_2": 0.0, "loc_1": 1.0, "loc_2": 4.0},
        "tfd.MixtureSameFamily(\n"
        "        tfd.Categorical(logits=tf.stack(c[:2], axis=-1)), tfd.Normal(tf.stack(c[2:], axis=-1), 1.0))",
        {"logit_1": 0.75, "logit_2": -0.75, "loc_1": -2.0, "loc_2": 1.0},
    ),
    "reparameterized": Source(
        "The mixture, reparameterize=True",
        {"logit_1": 0.0, "logit_2": 0.0, "loc_1": 1.0, "loc_2": 4.0},
        "tfd.MixtureSameFamily(\n"
        "        tfd.Categorical(logits=tf.stack(c[:2], axis=-1)), tfd.Normal(tf.stack(c[2:], axis=-1), 1.0),\n"
        "        reparameterize=True)",
        {"logit_1": 0.75, "logit_2": -0.75, "loc_1": -2.0, "loc_2": 1.0},
    ),
}
MENUS = {
    "source": {key: source.label for key, source in SOURCES.items()},
    "tape": TAPES,
    "way": WAYS,
    "stop": STOPS,
    "keras": KERAS,
}


@dataclass(frozen=True)
class Choices:
    """One combination.

    Attributes:
      source: A key of `SOURCES`: continuous, discrete, or a choice among continuous ones.
      tape: A key of `TAPES`: where the sample is drawn.
      way: A key of `WAYS`: what is differentiated.
      stop: A key of `STOPS`: whether the sample is declared a constant.
      keras: A key of `KERAS`: whether a TFP layer in a model makes the distribution, and in which Keras.
    """

    source: str = "normal"
    tape: str = "inside"
    way: str = "sample"
    stop: str = "flow"
    keras: str = "none"

    def __post_init__(self) -> None:
        for name, menu in MENUS.items():
            if getattr(self, name) not in menu:
                raise InvalidInput(f"Choice `{name}`: got '{getattr(self, name)}', expected one of {', '.join(menu)}.")

    @property
    def address(self) -> str:
        """Where `playground.clinic.programs` finds this combination's program."""
        return "choices/" + "-".join(getattr(self, field.name) for field in fields(self))

    @classmethod
    def from_address(cls, text: str) -> "Choices":
        """The inverse of `address`, without its `choices/`.

        Raises:
          InvalidInput: If it is no combination.
        """
        parts = text.split("-")
        if len(parts) != len(fields(cls)):
            raise InvalidInput(f"Choices '{text}': got {len(parts)} of them, expected {len(fields(cls))}.")
        return cls(*parts)

    def program(self) -> str:
        """The program of this combination."""
        source = SOURCES[self.source]
        start = ", ".join(f"{name}={value}" for name, value in source.start.items())
        lines = [
            f"start = dict({start})",
            f"theta = {{name: tf.Variable(tf.fill([{COPIES}, 1], value)) for name, value in start.items()}}",
            "",
            "def make(t):",
            f"    c = tf.split(t, {len(source.start)}, axis=-1)" if self.keras != "none" else "    c = t",
            f"    return {source.make}",
            "",
            *self._model(),
            *self._body(),
            "moved = [g for g in tape.gradient(x, list(theta.values())) if g is not None]",
            "facts = {'sample moves': any(np.any(g) for g in moved)}",
            "",
            "def mean_and_error(g):",
            f"    return None if g is None else [tf.reduce_mean(g), tf.math.reduce_std(g) / {COPIES} ** 0.5]",
            "",
            "gradients = {name: mean_and_error(g) for name, g in tape.gradient(loss, theta).items()}",
        ]
        return "\n".join(lines) + "\n"

    def _model(self) -> list[str]:
        if self.keras == "none":
            return []
        library = "tf_keras" if self.keras == "keras2" else "keras"
        return [f"model = {library}.Sequential([tfpl.DistributionLambda(make)])", ""]

    def _body(self) -> list[str]:
        columns = "list(theta.values())"
        made = f"make({columns})" if self.keras == "none" else f"model(tf.concat({columns}, axis=-1))"
        stopped = [] if self.stop == "flow" else ["x = tf.stop_gradient(x)"]
        drawn = [f"p = {made}", "x = p.sample()", *stopped]
        loss = "f" if self.way == "sample" else "tf.stop_gradient(f) * p.log_prob(x)"
        measured = ["f = (x - 3.0) ** 2", f"loss = tf.reduce_sum({loss})"]
        if self.tape == "outside":
            # Only the draw is outside: the distribution is made anew inside, or even log_prob would see constants.
            again = [f"p = {made}"] if self.way == "log_prob" else []
            return [*drawn, "", "with tf.GradientTape(persistent=True) as tape:", *_indented([*again, *measured])]
        return ["with tf.GradientTape(persistent=True) as tape:", *_indented([*drawn, *measured])]


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def all_choices(source: str | None = None) -> tuple[Choices, ...]:
    """Every combination, or every one of a distribution, in the order of the menus."""
    combinations = (Choices(*combination) for combination in itertools.product(*MENUS.values()))
    return tuple(choices for choices in combinations if source in (None, choices.source))
