"""Ready-made runs, each with one line that says what to look for. Failures are among them."""

from dataclasses import dataclass
from typing import Any

from playground.sequences.config import SequenceConfig


@dataclass(frozen=True)
class SequencePreset:
    """One run to start from.

    Attributes:
      key, title, story: A stable name, a headline, one line.
      fields: Of `SequenceConfig.create`.
      speed: Steps a second.
      failure: Whether it shows something that goes wrong.
    """

    key: str
    title: str
    story: str
    fields: dict[str, Any]
    speed: float = 60.0
    failure: bool = False

    @property
    def config(self) -> SequenceConfig:
        return SequenceConfig.create(**self.fields)


PRESETS = (
    SequencePreset(
        "sine",
        "A wave under noise",
        "A GRU finds the wave, and how much of what it sees is noise: the bands settle around it.",
        {"series": "noisy_sine", "network": "gru"},
    ),
    SequencePreset(
        "regimes",
        "Calm and wild",
        "Each step has a scale of its own: the bands widen as soon as a wild spell begins.",
        {"series": "regime_switch", "points": 4000, "network": "lstm", "learning_rate": 0.005},
    ),
    SequencePreset(
        "as-good-as-truth",
        "As good as the truth",
        "Two weights and one scale are all that an AR(2) is: the loss falls onto the grey line.",
        {"series": "ar2", "network": "linear", "kernel": 2, "scale": "shared"},
        300.0,
    ),
    SequencePreset(
        "convolution",
        "Looking back nine steps",
        "A causal convolution knows the wave from its last nine values alone.",
        {"series": "noisy_sine", "network": "convolution", "kernel": 3, "learning_rate": 0.005},
    ),
    SequencePreset(
        "collapsed",
        "A wiring that collapses",
        "Inside TimeDistributed the distribution becomes one draw. Squared error likes that draw without noise.",
        {"series": "noisy_sine", "network": "gru", "wiring": "inside"},
        failure=True,
    ),
    SequencePreset(
        "too-little-noise",
        "Too little noise learnt",
        "Few values, many weights: it learns the noise by heart, and is surprised by every new value.",
        {"series": "noisy_sine", "points": 300, "network": "convolution", "units": 32, "learning_rate": 0.005},
        failure=True,
    ),
    SequencePreset(
        "overconfident",
        "Overconfident bands",
        "The scale is fixed at a tenth of the series' own: the 90 % band holds far less than 90 %.",
        {"series": "noisy_sine", "network": "gru", "scale": "fixed"},
        failure=True,
    ),
    SequencePreset(
        "one-scale",
        "One scale for all steps",
        "A single scale is right on average and wrong at each step: too wide when calm, too narrow when wild.",
        {"series": "regime_switch", "points": 4000, "network": "lstm", "scale": "shared", "learning_rate": 0.005},
        failure=True,
    ),
    SequencePreset(
        "short-sighted",
        "One value is not enough",
        "An AR(2) seen through its last value only: the loss stops well above the grey line.",
        {"series": "ar2", "network": "linear", "kernel": 1, "scale": "shared"},
        300.0,
        failure=True,
    ),
)
