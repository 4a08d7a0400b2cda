"""The training behind the Play page: up to four gradient estimators from one θ₀, with exact values beside them."""

import numpy as np
import tensorflow as tf

from playground.config import Config
from playground.training.chunk import Chunk, Signature, State, Trainer, hot_of, trainer_of
from playground.training.diagnosis import find_fault
from playground.training.exact_path import ExactPath
from playground.training.landscape import Landscape, landscape_of
from playground.training.picture import Picture, no_grid
from playground.training.snapshot import Snapshot
from playground.training.training import Advance, Moment
from playground.training.truth import Observer, observer_of


class GradientTraining:
    """A `Training` of gradient estimators: see `playground.training.training`."""

    first_stride = 1
    total = None

    def __init__(self) -> None:
        self._picture: Picture | None = None

    @property
    def cold(self) -> bool:
        return not self._observer.watch.traces()

    @property
    def most_steps(self) -> int:
        return self._trainer.most_steps

    @property
    def state(self) -> State:
        return self._state

    def begin(self, config: Config) -> None:
        self.config = config
        signature = Signature.of(config)
        self._trainer: Trainer = trainer_of(signature)
        self._observer: Observer = observer_of(signature)
        self._hot = hot_of(config)
        self._seed = tf.constant(config.seed)
        self._draw_over(no_grid(config.problem))
        self._landscape: Landscape | None = None
        self._exact_path = ExactPath.shared(config)
        self._last: Chunk | None = None
        self.stand_at(self._trainer.first_state(config))

    def edit(self, config: Config) -> bool | None:
        same_start = (config.params, config.seed) == (self.config.params, self.config.seed)
        if not same_start or Signature.of(config) != self._trainer.signature:
            return None
        # Figures show another landscape, or other parameters.
        anew = config.bare() != self.config.bare()
        if anew:
            self._landscape = None
        self.config = config
        self._hot = hot_of(config)
        self._picture = None
        self._exact_path = self._exact_path.fork()
        return anew

    def stand_at(self, state: State) -> None:
        self._state = state
        self._picture = None
        self._theta = self._trainer.problem(self._hot["cost"]).constrain(state.phi)

    def _draw_over(self, grid: np.ndarray) -> None:
        self._grid, self._grid_tensor = grid, tf.constant(grid)

    def advance(self, steps: int, stride: int) -> Advance:
        before = self._state
        chunk, truth, self._picture = self._observer.watch(
            before, self._seed, tf.constant(steps), tf.constant(stride), self._hot, self._grid_tensor
        )
        fault = find_fault(self._trainer, self.config, before, chunk, self._seed, self._hot)
        if fault is not None:
            self.stand_at(fault.last_good)
            return Advance({}, fault.cause)
        self._state, self._last, self._theta = chunk.state, chunk, chunk.theta
        self._exact_path.advance_to(int(chunk.state.step), self._hot)
        columns = chunk.records._asdict() | {f"exact_{name}": value for name, value in truth._asdict().items()}
        return Advance({name: value.numpy() for name, value in columns.items()})

    def look(self, moment: Moment) -> Snapshot:
        grid, picture = self._observer.look(self._theta, self._grid, self._hot, self._picture)
        if grid is not self._grid:
            self._draw_over(grid)
        self._landscape = self._landscape or landscape_of(self.config)
        estimates = () if self._last is None else self._last.estimates
        return Snapshot(
            **vars(moment),
            theta=self._theta.numpy(),
            grid=self._grid,
            density=picture.density.numpy(),
            f=picture.f.numpy(),
            held=self._observer.inside(self._state.estimators, self._theta, self._grid, self._hot),
            points=tuple(points.numpy() for points, _ in estimates),
            terms=tuple(terms.numpy() for _, terms in estimates),
            exact_path=self._exact_path.view(moment.step),
            landscape=self._landscape,
        )
