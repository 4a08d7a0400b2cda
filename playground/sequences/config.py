"""The identity of a run on the Sequences page: frozen, validated; the same in a URL, a file and on a page."""

from dataclasses import dataclass, fields
from typing import Any

from playground.errors import InvalidInput
from playground.registry import look_up
from playground.sequences.networks import NETWORKS, Network
from playground.sequences.processes import PROCESSES
from playground.training.optimizers import OPTIMIZERS
from playground.values import choice, integer, known_fields, positive, text

UPLOAD = "upload-"
SCALES = ("per_step", "shared", "fixed")
WIRINGS = ("outside", "inside")
LIMITS = {
    "points": (200, 4000),
    "units": (1, 64),
    "kernel": (1, 8),
    "window": (8, 64),
    "batch": (1, 256),
    "seed": (0, 2**31 - 1),
}


@dataclass(frozen=True)
class SequenceConfig:
    """One run. Make it with `SequenceConfig.create`, which fills in defaults and refuses what cannot be.

    Attributes:
      series: A key of `PROCESSES`, or that of an upload, which begins with "upload-".
      column: The column of an upload that is the series, its rows in the order of time; empty for built-in series.
      points: Length of a built-in series; an upload has its own.
      network: A key of `NETWORKS`.
      units: Features that the network finds a step.
      kernel: Values that a convolution looks at at once.
      scale: What the scale of a step is: "per_step", found as the mean is; "shared", one learnt number; "fixed".
      wiring: "outside", the distribution layer after `TimeDistributed`, trained by likelihood; or "inside" it, which
        leaves one draw a step, trained by squared error.
      window: Time steps of a window, T.
      batch: Windows of a step of training, B.
      optimizer: A key of `OPTIMIZERS`.
      learning_rate: Of the optimiser.
      seed: Of the first weights, the windows and the futures. The series itself is the same for everybody.
    """

    series: str
    column: str
    points: int
    network: str
    units: int
    kernel: int
    scale: str
    wiring: str
    window: int
    batch: int
    optimizer: str
    learning_rate: float
    seed: int

    @classmethod
    def create(
        cls,
        series: str = "noisy_sine",
        column: Any = "",
        points: Any = 2000,
        network: str = "gru",
        units: Any = 8,
        kernel: Any = 3,
        scale: str = "per_step",
        wiring: str = "outside",
        window: Any = 24,
        batch: Any = 32,
        optimizer: str = "adam",
        learning_rate: Any = 0.01,
        seed: Any = 0,
    ) -> "SequenceConfig":
        """Validates plain values, as they come from JSON, and fills in defaults.

        Raises:
          InvalidInput: One sentence on the first thing that is wrong.
        """
        uploaded = text("series", series).startswith(UPLOAD)
        if not uploaded:
            look_up(PROCESSES, series, "series")
        if uploaded and not text("column", column):
            raise InvalidInput("`column` must name a column of the upload, got none.")
        if not uploaded and text("column", column):
            raise InvalidInput(f"`column` is for uploads: '{series}' is a series of its own, got {column!r}.")
        config = cls(
            series=series,
            column=column,
            points=integer("points", points, *LIMITS["points"]),
            network=look_up(NETWORKS, text("network", network), "network").key,
            units=integer("units", units, *LIMITS["units"]),
            kernel=integer("kernel", kernel, *LIMITS["kernel"]),
            scale=choice("scale", scale, SCALES),
            wiring=choice("wiring", wiring, WIRINGS),
            window=integer("window", window, *LIMITS["window"]),
            batch=integer("batch", batch, *LIMITS["batch"]),
            optimizer=choice("optimizer", optimizer, tuple(OPTIMIZERS)),
            learning_rate=positive("learning_rate", learning_rate),
            seed=integer("seed", seed, *LIMITS["seed"]),
        )
        if config.warm_up >= config.window:
            raise InvalidInput(
                f"`window` must be above {config.warm_up}, which a kernel of {config.kernel} looks back before its "
                f"first forecast, got {config.window}: take a longer window or a smaller kernel."
            )
        return config

    @classmethod
    def from_mapping(cls, mapping: Any) -> "SequenceConfig":
        """The inverse of `to_mapping`; keys that are not there take their defaults, unknown ones are refused."""
        return cls.create(**known_fields(mapping, {field.name for field in fields(cls)}))

    def to_mapping(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @property
    def front(self) -> Network:
        """The network in front of the distribution."""
        return NETWORKS[self.network]

    @property
    def warm_up(self) -> int:
        """How many of a window's first forecasts do not count, because too little has been seen before them."""
        return self.front.warm_up(self.kernel, self.window)
