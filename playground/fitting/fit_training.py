"""The training behind the Zoo page: a learnable distribution that is fitted to data, or to a target density."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import tensorflow as tf

from playground.data.sample import builtin, sample_of
from playground.data.uploads import UPLOADS
from playground.dataset import Sample
from playground.errors import InvalidInput
from playground.fitting.config import UPLOAD, FitConfig
from playground.fitting.faults import Examiner
from playground.fitting.learnable import Sizes
from playground.fitting.moment import FitMoment, density_of, painter_of, view_of
from playground.fitting.start import choose
from playground.fitting.steps import LONGEST_CHUNK, Fitter, Rows, Signature, State, fitter_of
from playground.target import Target
from playground.targets import TARGETS
from playground.training.training import Advance, Moment
from playground.zoo import ZOO

MOST_IN_VIEW = 1000
GUESSES = 2000


def sample_for(config: FitConfig) -> Sample | None:
    """The data of a configuration, of which a fifth is held out; None for reverse KL.

    Raises:
      InvalidInput: If they cannot be used, or if the upload is no longer kept.
    """
    if config.goal != "likelihood":
        return None
    if not config.data.startswith(UPLOAD):
        return builtin(config.data, standardize=config.standardize, seed=config.seed)
    table = UPLOADS.get(config.data)
    if table is None:
        raise InvalidInput(
            f"The upload '{config.data}' is no longer kept: expected one that is, so upload the file again."
        )
    return sample_of(
        table.label,
        ZOO[config.model].kind,
        config.columns,
        table.rows(config.columns),
        standardize=config.standardize,
        seed=config.seed,
        place=table.place,
    )


def sizes_for(config: FitConfig, sample: Sample | None) -> Sizes:
    """What shapes the distribution. Counts without a known end have theirs at the largest one there is."""
    if ZOO[config.model].kind != "counts":
        return config.sizes()
    if sample is None:
        return config.sizes(int(TARGETS[config.target].window[0][1]))
    largest = max(float(part.max()) for part in (sample.train, sample.holdout) if len(part))
    return config.sizes(int(largest) if sample.total_count is None else sample.total_count)


def guess(target: Target, seed: int) -> np.ndarray:
    """A broad guess of where a target has its mass: [2000, D], from around the middle of its window."""
    rng = np.random.default_rng(seed)
    low, high = np.asarray(target.window, np.float64).T
    if target.kind == "simplex":
        return rng.dirichlet(np.ones(target.event_size), size=GUESSES)
    if target.kind == "circle":
        return rng.uniform(-np.pi, np.pi, size=(GUESSES, 1))
    if target.kind == "counts":
        return np.floor(rng.uniform(low, high + 1.0, size=(GUESSES, 1)))
    return 0.5 * (low + high) + (high - low) / 6.0 * rng.standard_normal((GUESSES, target.event_size))


def _some(rows: np.ndarray) -> np.ndarray:
    """At most 1000 rows, always the same ones."""
    if len(rows) <= MOST_IN_VIEW:
        return rows
    return rows[np.sort(np.random.default_rng(0).choice(len(rows), MOST_IN_VIEW, replace=False))]


class FitTraining:
    """A `Training` of a learnable distribution: see `playground.training.training`.

    Args:
      sample_for: A configuration → its data.
    """

    first_stride = 5
    total = None
    most_steps = LONGEST_CHUNK

    def __init__(self, sample_for: Callable[[FitConfig], Sample | None] = sample_for) -> None:
        self._sample_for = sample_for
        self._picture: dict[str, object] | None = None

    @property
    def cold(self) -> bool:
        return not self.fitter.advance.traces()

    @property
    def state(self) -> State:
        return self._state

    def begin(self, config: FitConfig) -> None:
        sample = self._sample_for(config)
        learnable, target = ZOO[config.model], TARGETS.get(config.target)
        sizes = sizes_for(config, sample)
        if sample is not None:
            self.all_rows, holdout = sample.train, sample.holdout
        else:
            assert target is not None
            self.all_rows = guess(target, config.seed).astype(np.float32)
            holdout = self.all_rows[:0]
        values = choose(learnable, sizes, self.all_rows, config.start, config.seed, config.restarts)
        self.config, self.sample, self.sizes, self.target = config, sample, sizes, target
        self.fitter: Fitter = fitter_of(
            Signature(learnable, sizes, target, config.batch, config.samples, config.optimizer)
        )
        self._painter = painter_of(learnable, sizes)
        self._examiner = Examiner(self.fitter.layout, self.all_rows, self.fitter.values)
        self._in_view = _some(self.all_rows if sample is not None else self.all_rows[:0])
        train = self.all_rows if sample is not None else self.all_rows[:0]
        self._rows = Rows(*(tf.constant(part, tf.float32) for part in (train, self._in_view, _some(holdout))))
        self._look_at(config.show)
        self.stand_at(self.fitter.first_state(values))

    def _look_at(self, show: tuple[int, ...]) -> None:
        rows, target = self.all_rows, self.target
        if target is not None and target.kind in ("plane", "counts"):
            rows = np.asarray(target.window, np.float32).T
        upper = None if self.sample is None else self.sample.total_count
        self._view = view_of(self.fitter.layout.learnable.kind, show, self.sizes.event_size, rows, upper)
        self._target_density = None if target is None else density_of(target, self._view, self.fitter.log_evidence)

    def edit(self, config: FitConfig) -> bool | None:
        if replace(config, learning_rate=self.config.learning_rate, show=self.config.show) != self.config:
            return None
        anew = config.show != self.config.show
        if anew:
            self._look_at(config.show)
            self._picture = None
        self.config = config
        return anew

    def stand_at(self, state: State) -> None:
        self._state = state
        unknown = np.full(len(self.fitter.layout.lengths), np.nan)
        self._last = (unknown, unknown.copy())
        self._picture = None

    def _advance(self, state: State, steps: int, stride: int) -> tuple:
        rate, seed = tf.constant(self.config.learning_rate, tf.float32), tf.constant(self.config.seed)
        return self.fitter.advance(state, seed, tf.constant(steps), tf.constant(stride), rate, self._rows)

    def advance(self, steps: int, stride: int) -> Advance:
        state, columns, last = self._advance(self._state, steps, stride)

        def one_step(state: State) -> tuple[State, np.ndarray]:
            following, _, (norm, _) = self._advance(state, 1, 1)
            return following, norm.numpy()

        fault = self._examiner.find(self._state, state, one_step, self.config.learning_rate)
        if fault is not None:
            self.stand_at(fault.last_good)
            return Advance({}, fault.cause)
        self._state, self._picture = state, None
        self._last = (last[0].numpy(), last[1].numpy())
        return Advance({name: value.numpy() for name, value in columns.items()})

    def look(self, moment: Moment) -> FitMoment:
        if self._picture is None:
            seed = tf.constant(self.config.seed)
            self._picture = self._painter.paint(
                self._state.raw, self._rows.train_view, self._view, self.config.show, seed
            )
        return FitMoment(
            **vars(moment),
            sizes=self.sizes,
            sample=self.sample,
            rows=self._in_view,
            axes=self._view.axes,
            target_density=self._target_density,
            norm=self._last[0],
            variance=self._last[1],
            **self._picture,  # type: ignore[arg-type]  # its fields, by name
        )
