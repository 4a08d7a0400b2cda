"""What a preset is: an experiment to start from, of any kind."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Preset:
    """One experiment to start from.

    Attributes:
      create: Its fields by name → a configuration: bound once for all presets of a kind.
      key, title, story: A stable name, a headline, one line.
      fields: Of `create`.
      speed: Steps a second.
      failure: Whether it shows something that goes wrong.
    """

    create: Callable[..., Any]
    key: str
    title: str
    story: str
    fields: dict[str, Any]
    speed: float = 60.0
    failure: bool = False

    @property
    def config(self) -> Any:
        return self.create(**self.fields)
