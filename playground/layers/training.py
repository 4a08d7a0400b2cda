"""The training behind the Layers page: a model of `tf_keras` and `tfp.layers`, step by step."""

from dataclasses import replace

import numpy as np
import tensorflow as tf

from playground.layers.config import LayersConfig
from playground.layers.moment import LayersMoment
from playground.layers.state import Signature, State
from playground.layers.steps import LONGEST_CHUNK, Engine, engine_of
from playground.layers.weights import SHELF
from playground.training.training import Advance, Moment

MOST_NAMES = 3


def first_weights(engine: Engine, config: LayersConfig) -> np.ndarray:
    """Where a configuration starts, [P]: fresh weights, or loaded ones.

    Raises:
      InvalidInput: If the loaded ones are no longer kept, or do not fit the model.
    """
    fresh = engine.layout.first_weights(config.seed)
    if not config.weights:
        return fresh
    return SHELF.get(config.weights).flat_for(engine.layout.values(fresh), engine.plugin.label)


class LayersTraining:
    """A `Training` of a model of layers: see `playground.training.training`."""

    most_steps = LONGEST_CHUNK
    total = None

    def __init__(self) -> None:
        self._engine: Engine | None = None
        self._picture: dict[str, np.ndarray] | None = None

    @property
    def engine(self) -> Engine:
        """The model and its compiled steps."""
        assert self._engine is not None
        return self._engine

    @property
    def cold(self) -> bool:
        return self._engine is None or self._engine.cold

    @property
    def first_stride(self) -> int:
        return self.engine.plugin.stride

    @property
    def state(self) -> State:
        return self._state

    def begin(self, config: LayersConfig) -> None:
        engine = engine_of(Signature.of(config))
        state = engine.first_state(first_weights(engine, config))
        self._engine, self._config = engine, config
        self.stand_at(state)

    def edit(self, config: LayersConfig) -> bool | None:
        if replace(config, learning_rate=self._config.learning_rate) != self._config:
            return None
        self._config = config
        return False

    def stand_at(self, state: State) -> None:
        self._state = state
        self._picture = None

    def advance(self, steps: int, stride: int) -> Advance:
        after, rows = self._advance(self._state, steps, stride)
        if not _finite(after):
            return self._fault(steps, stride)
        self.stand_at(after)
        return Advance(rows)

    def _advance(self, state: State, steps: int, stride: int) -> tuple[State, dict[str, np.ndarray]]:
        return self.engine.advance(state, self._config.seed, steps, stride, self._config.learning_rate)

    def _fault(self, steps: int, stride: int) -> Advance:
        """Stands at the last good state, found by halves, and says what went wrong in the step after it."""
        good, rest = self._state, steps
        while rest > 1:
            half = rest // 2
            middle, _ = self._advance(good, half, stride)
            if _finite(middle):
                good, rest = middle, rest - half
            else:
                rest = half
        self.stand_at(good)
        wild = self.engine.not_finite(good, self._config.seed)
        if not wild:
            rate = f"at learning rate {self._config.learning_rate:g}"
            return Advance({}, f"Step {int(good.step)} made weights too large, {rate}: go back, and lower it.")
        names = ", ".join(wild[:MOST_NAMES]) + (" and others" if len(wild) > MOST_NAMES else "")
        return Advance(
            {},
            f"The gradient of step {int(good.step)} is not finite for {names}: a sample came where the loss or the "
            "density has no finite slope; go back, and choose another way, more samples or a lower learning rate.",
        )

    def look(self, moment: Moment) -> LayersMoment:
        engine, layout = self.engine, self.engine.layout
        if self._picture is None:
            self._picture = engine.picture(self._state.weights)
        return LayersMoment(
            **vars(moment),
            groups=layout.groups,
            parameters=layout.parameters,
            connected=engine.connected,
            exact_known=engine.built.expected is not None,
            weights=layout.values(self._state.weights.numpy()),
            picture=self._picture,
            probe=np.array(self._state.probe),
            probed=int(self._state.probed),
        )


def _finite(state: State) -> bool:
    return bool(tf.reduce_all(tf.math.is_finite(state.weights)))
