"""The training behind the Sequences page."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import tensorflow as tf

from playground.sequences.config import SequenceConfig
from playground.sequences.moment import SequenceMoment
from playground.sequences.series import Series, lattice, series_for
from playground.sequences.steps import LONGEST_CHUNK, Data, Signature, State, Trainer, trainer_of
from playground.training.training import Advance, Moment


def data_of(series: Series, config: SequenceConfig) -> Data:
    """What a trainer reads of a series."""
    first, last = series.in_view
    parts = [
        lattice(series.values, *ends, config.window, config.warm_up)
        for ends in ((first, series.split), (series.split, last))
    ]
    arrays = (series.values[: series.split], *parts[0], *parts[1])
    return Data(*(tf.constant(array) for array in arrays))


class SequenceTraining:
    """A `Training` of a sequence model: see `playground.training.training`.

    Args:
      series_for: A configuration → its series.
    """

    first_stride = 10
    total = None
    most_steps = LONGEST_CHUNK

    def __init__(self, series_for: Callable[[SequenceConfig], Series] = series_for) -> None:
        self._series_for = series_for

    @property
    def cold(self) -> bool:
        return not self.trainer.advance.traces()

    @property
    def state(self) -> State:
        return self._state

    def begin(self, config: SequenceConfig) -> None:
        series = self._series_for(config)
        self.config, self.series = config, series
        self.trainer: Trainer = trainer_of(Signature.of(config))
        self._data = data_of(series, config)
        self._context = tf.constant(series.values[series.split - config.window : series.split])
        self.stand_at(self.trainer.first_state(config.seed))

    def edit(self, config: SequenceConfig) -> bool | None:
        if replace(config, learning_rate=self.config.learning_rate) != self.config:
            return None
        self.config = config
        return False

    def stand_at(self, state: State) -> None:
        self._state = state
        unknown = np.full(len(self.trainer.model.layers), np.nan)
        self._last = (unknown, unknown.copy())
        self._picture: dict[str, np.ndarray] | None = None

    def _advance(self, state: State, steps: int, stride: int) -> tuple:
        rate, seed = tf.constant(self.config.learning_rate, tf.float32), tf.constant(self.config.seed)
        return self.trainer.advance(state, seed, tf.constant(steps), tf.constant(stride), rate, self._data)

    def advance(self, steps: int, stride: int) -> Advance:
        before = self._state
        state, rows, last = self._advance(before, steps, stride)
        if not np.all(np.isfinite(state.flat.numpy())):
            return self._diverged(before, state)
        self._state, self._picture = state, None
        self._last = (last[0].numpy(), last[1].numpy())
        columns = {name: values.numpy() for name, values in rows.items()}
        # A density of values in their own units is `scale` times as thin as that of standardised ones.
        per_unit = np.log(self.series.scale)
        return Advance({n: v + per_unit if n in ("train", "holdout") else v for n, v in columns.items()})

    def _diverged(self, state: State, after: State) -> Advance:
        """Walks the chunk again to the step that failed; stateless seeds make the walk the same one."""
        layers = self.trainer.model.layers
        norm = np.zeros(len(layers))
        for _ in range(int(after.step) - int(state.step)):
            following, _, shown = self._advance(state, 1, 1)
            norm = shown[0].numpy()
            if not np.all(np.isfinite(following.flat.numpy())):
                break
            state = following
        self.stand_at(state)
        worst = int(np.argmax(np.where(np.isfinite(norm), norm, np.inf)))
        size = f"had norm {norm[worst]:.3g}" if np.isfinite(norm[worst]) else "was not a finite number"
        return Advance(
            {},
            f"Step {int(state.step) + 1}: the training diverged. The gradient of layer '{layers[worst]}' "
            f"{size}, and weights left the range of finite numbers. Lower the learning rate (now "
            f"{self.config.learning_rate:g}).",
        )

    def look(self, moment: Moment) -> SequenceMoment:
        series = self.series
        first, last = series.in_view
        if self._picture is None:
            painted = self.trainer.paint(self._state.flat, self._data, self._context, tf.constant(self.config.seed))
            self._picture = {name: np.asarray(value, np.float64) for name, value in painted.items()}
        loc, scale, futures = (self._picture[name] for name in ("loc", "scale", "futures"))
        return SequenceMoment(
            **vars(moment),
            series=series,
            time=np.arange(first, last),
            values=series.values[first:last] * series.scale + series.center,
            held_out=last - series.split,
            loc=loc * series.scale + series.center,
            scale=scale * series.scale,
            futures=futures * series.scale + series.center,
            layers=self.trainer.model.layers,
            norm=self._last[0],
            variance=self._last[1],
        )
