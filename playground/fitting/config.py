"""The identity of a fit: frozen, validated; the same in a URL, a file, on the command line and on a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from playground.dataset import Dataset
from playground.datasets import DATASETS
from playground.errors import InvalidInput
from playground.fitting.bijections import POSITIVE
from playground.fitting.learnable import Learnable, Sizes
from playground.fitting.start import HOWS
from playground.registry import look_up
from playground.target import Target
from playground.targets import TARGETS
from playground.training.optimizers import OPTIMIZERS
from playground.values import boolean, choice, integer, known_fields, positive, text
from playground.zoo import ZOO

GOALS = ("likelihood", "reverse_kl")
UPLOAD = "upload-"
COMPONENTS = 3
LIMITS = {"restarts": (1, 20), "batch": (16, 4096), "samples": (2, 1024), "seed": (0, 2**31 - 1)}
KIND_NAMES = {
    "plane": "real numbers",
    "circle": "one angle",
    "counts": "one count",
    "simplex": "shares that sum to 1",
    "weights": "coefficients of a model with data",
}


@dataclass(frozen=True)
class FitConfig:
    """One fit. Make it with `FitConfig.create`, which fills in defaults and refuses what cannot be.

    Attributes:
      model: A key of `ZOO`.
      goal: "likelihood" (of data) or "reverse_kl" (to a target density).
      data: For likelihood: a key of `DATASETS`, or that of an upload, which begins with "upload-"; else empty.
      columns: The columns of an upload that are fitted, by name; empty for built-in data.
      standardize: Whether each column is centred and scaled before the fit.
      target: For reverse KL: a key of `TARGETS`; else empty.
      components: C of a mixture; 1 for what has none to choose.
      event_size: D; implied by the data or by the target.
      bijector: How what must be positive is kept so, where that may be chosen.
      start: One of `playground.fitting.start.HOWS`.
      restarts: How many starts are compared; the best one is trained.
      batch: Rows of a step, 0 for all of them.
      samples: K, points of a step of reverse KL.
      optimizer: A key of `OPTIMIZERS`.
      learning_rate: Of the optimiser, on the raw variables.
      seed: Of everything random.
      show: The elements of a row that charts look at, by index, ascending: two, or the one there is.
    """

    model: str
    goal: str
    data: str
    columns: tuple[str, ...]
    standardize: bool
    target: str
    components: int
    event_size: int
    bijector: str
    start: str
    restarts: int
    batch: int
    samples: int
    optimizer: str
    learning_rate: float
    seed: int
    show: tuple[int, ...]

    @classmethod
    def create(
        cls,
        model: str = "mixture_mvn_tril",
        goal: str = "likelihood",
        data: str = "",
        columns: Any = (),
        standardize: Any = False,
        target: str = "",
        components: Any = None,
        event_size: Any = None,
        bijector: str = "softplus",
        start: str = "k-means++",
        restarts: Any = 1,
        batch: Any = 256,
        samples: Any = 64,
        optimizer: str = "adam",
        learning_rate: Any = 0.01,
        seed: Any = 0,
        show: Any = (),
    ) -> "FitConfig":
        """Validates plain values, as they come from JSON, and fills in defaults.

        Data and target are by default the first that the model can take; components, event size and what is shown
        follow from the model and from those.

        Raises:
          InvalidInput: One sentence on the first thing that is wrong.
        """
        learnable = look_up(ZOO, text("model", model), "model")
        fits = choice("goal", goal, GOALS) == "likelihood"
        source = _data(learnable, text("data", data)) if fits else _target(learnable, text("target", target))
        names = _columns(source, columns)
        if source is not None and columns and tuple(columns) != names:
            raise InvalidInput(
                f"`columns` are for uploads: '{source.key}' is fitted with all of its own, got {columns!r}."
            )
        kind, size = (learnable.kind, len(names)) if source is None else (source.kind, len(names))
        reason = why_not(learnable, kind, size)
        if reason is not None:
            raise InvalidInput(reason)
        if event_size is not None and integer("event_size", event_size, 1, 1000) != size:
            raise InvalidInput(
                f"`event_size` must be {size}, which the {'data' if fits else 'target'} has, got {event_size}."
            )
        if boolean("standardize", standardize) and kind != "plane":
            raise InvalidInput(f"`standardize` must be false for {KIND_NAMES[kind]}, got true.")
        chosen = choice("bijector", bijector, tuple(POSITIVE))
        return cls(
            model=learnable.key,
            goal=goal,
            data=(data if source is None else source.key) if fits else "",
            columns=names if source is None else (),
            standardize=standardize and fits,
            target="" if source is None or fits else source.key,
            components=_components(learnable, components),
            event_size=size,
            bijector=chosen if learnable.free_bijector else "softplus",
            start=choice("start", start, HOWS),
            restarts=integer("restarts", restarts, *LIMITS["restarts"]),
            batch=0 if batch == 0 and not isinstance(batch, bool) else integer("batch", batch, *LIMITS["batch"]),
            samples=integer("samples", samples, *LIMITS["samples"]),
            optimizer=choice("optimizer", optimizer, tuple(OPTIMIZERS)),
            learning_rate=positive("learning_rate", learning_rate),
            seed=integer("seed", seed, *LIMITS["seed"]),
            show=_show(names, show),
        )

    @classmethod
    def from_mapping(cls, mapping: Any) -> "FitConfig":
        """The inverse of `to_mapping`; keys that are not there take their defaults, unknown ones are refused."""
        return cls.create(**known_fields(mapping, {field.name for field in fields(cls)}))

    def to_mapping(self) -> dict[str, Any]:
        """Plain JSON values."""
        plain = {field.name: getattr(self, field.name) for field in fields(self)}
        return plain | {"columns": list(self.columns), "show": list(self.show)}

    def sizes(self, total_count: int | None = None) -> Sizes:
        """What shapes the distribution; `total_count` is that of the data, where they have one."""
        sizes = Sizes(self.event_size, self.components, self.bijector)
        return sizes if total_count is None else replace(sizes, total_count=total_count)


def why_not(learnable: Learnable, kind: str, event_size: int) -> str | None:
    """The sentence that says why a model cannot take rows of a kind and a number of columns, or None."""
    subject = f"Model '{learnable.key}'"
    if kind != learnable.kind:
        return f"{subject} is for {KIND_NAMES[learnable.kind]}, got {KIND_NAMES[kind]}."
    low, high = learnable.event_sizes
    if not low <= event_size <= high:
        expected = f"{low}" if low == high else f"{low} to {high}"
        return f"{subject} takes {expected} column{'s' if high > 1 else ''}, got {event_size}."
    return None


def _data(learnable: Learnable, key: str) -> Dataset | None:
    """The built-in data set; None for an upload."""
    return None if key.startswith(UPLOAD) else _first(learnable, DATASETS, key, "data set")


def _target(learnable: Learnable, key: str) -> Target:
    return _first(learnable, TARGETS, key, "target")


def _first(learnable: Learnable, plugins: Mapping[str, Any], key: str, what: str) -> Any:
    if key:
        return look_up(dict(plugins), key, what)
    # What has a number of trials comes first to a model that needs one, and last to all others.
    bounded = "total_count" in learnable.constants(Sizes())
    ranked = sorted(plugins.values(), key=lambda plugin: (getattr(plugin, "total_count", None) is None) == bounded)
    for plugin in ranked:
        if why_not(learnable, plugin.kind, len(_columns(plugin, ()))) is None:
            return plugin
    raise InvalidInput(f"Model '{learnable.key}' goes with none of the built-in {what}s: expected one of another kind.")


def _columns(source: Dataset | Target | None, given: Any) -> tuple[str, ...]:
    """The names of the D elements of a row."""
    if isinstance(source, Dataset):
        return source.columns
    if isinstance(source, Target):
        return tuple(f"z[{index}]" for index in range(source.event_size))
    names = tuple(given) if isinstance(given, list | tuple) else (given,)
    for name in names:
        text("column", name)
    if not names or len(set(names)) < len(names):
        raise InvalidInput(f"`columns` must be different names of columns of the upload, got {list(names)}.")
    return names


def _components(learnable: Learnable, given: Any) -> int:
    if learnable.components is None:
        if given not in (None, 1):
            raise InvalidInput(f"Model '{learnable.key}' has no components to choose: expected 1, got {given!r}.")
        return 1
    low, high = learnable.components
    return min(max(COMPONENTS, low), high) if given is None else integer("components", given, low, high)


def _show(names: Sequence[str], given: Any) -> tuple[int, ...]:
    chosen = tuple(given) if isinstance(given, list | tuple) else (given,)
    indices = tuple(names.index(item) if item in names else integer("show", item, 0, len(names) - 1) for item in chosen)
    expected = min(2, len(names))
    if indices and (len(indices) != expected or len(set(indices)) < len(indices)):
        raise InvalidInput(f"`show` must name {expected} different columns of {', '.join(names)}, got {list(chosen)}.")
    return tuple(sorted(indices)) or tuple(range(expected))
