"""The identity of a training on the Layers page: frozen, validated; the same in a URL, a file and on the page."""

import re
from dataclasses import dataclass, fields
from typing import Any

from playground.errors import InvalidInput
from playground.layers.model import LayersModel
from playground.models import MODELS
from playground.registry import look_up
from playground.training.optimizers import OPTIMIZERS
from playground.values import choice, integer, known_fields, positive, text

LIMITS = {"units": (1, 128), "samples": (2, 256), "batch": (8, 512), "seed": (0, 2**31 - 1)}
WEIGHTS = re.compile(r"(weights-[0-9a-f]{12})?")


@dataclass(frozen=True)
class LayersConfig:
    """One training. Make it with `LayersConfig.create`, which fills in defaults and refuses what cannot be.

    Attributes:
      model: A key of `MODELS`.
      way: A key of the model's ways.
      units: Of each hidden layer; 0 where there is none.
      samples: K, draws of the output for each row of a step; 0 where the loss draws none.
      batch: Rows of a step; 0 where there are no data.
      optimizer: A key of `OPTIMIZERS`.
      learning_rate: Of the optimiser.
      weights: Empty for fresh weights, or the key of loaded ones, which begins with "weights-".
      seed: Of everything random.
    """

    model: str
    way: str
    units: int
    samples: int
    batch: int
    optimizer: str
    learning_rate: float
    weights: str
    seed: int

    @classmethod
    def create(
        cls,
        model: str = "sampled_normal",
        way: str = "",
        units: Any = 16,
        samples: Any = 16,
        batch: Any = 64,
        optimizer: str = "adam",
        learning_rate: Any = None,
        weights: str = "",
        seed: Any = 0,
    ) -> "LayersConfig":
        """Validates plain values, as they come from JSON, and fills in defaults.

        The way and the learning rate are by default those of the model.

        Raises:
          InvalidInput: One sentence on the first thing that is wrong.
        """
        plugin: LayersModel = look_up(MODELS, text("model", model), "model")
        chosen = text("way", way) or next(iter(plugin.ways))
        look_up(dict(plugin.ways), chosen, f"way of model '{plugin.key}'")
        if not WEIGHTS.fullmatch(text("key of the weights", weights)):
            raise InvalidInput(
                f"`weights` must be empty or the key of loaded weights, 'weights-' and 12 digits, got {weights[:60]!r}."
            )
        return cls(
            model=plugin.key,
            way=chosen,
            units=_where(plugin.hidden, "units", units),
            samples=_where(plugin.draws, "samples", samples),
            batch=_where(plugin.data != "none", "batch", batch),
            optimizer=choice("optimizer", optimizer, tuple(OPTIMIZERS)),
            learning_rate=positive("learning_rate", plugin.learning_rate if learning_rate is None else learning_rate),
            weights=weights,
            seed=integer("seed", seed, *LIMITS["seed"]),
        )

    @classmethod
    def from_mapping(cls, mapping: Any) -> "LayersConfig":
        """The inverse of `to_mapping`; keys that are not there take their defaults, unknown ones are refused."""
        return cls.create(**known_fields(mapping, {field.name for field in fields(cls)}))

    def to_mapping(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @property
    def plugin(self) -> LayersModel:
        return MODELS[self.model]


def _where(applies: bool, name: str, value: Any) -> int:
    """A number where the model has a use for it, else 0: what it does not look at is no reason to compile anew."""
    if not applies:
        return 0
    low, _ = LIMITS[name]
    # What came from a model without a use for it takes the least that can be.
    return integer(name, low if value == 0 and not isinstance(value, bool) else value, *LIMITS[name])
