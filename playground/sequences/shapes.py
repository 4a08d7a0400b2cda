"""The shape tracer: one batch of windows walks through the model, and every station writes down what arrived."""

from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from playground.sequences.config import SequenceConfig
from playground.sequences.model import EVENT_SIZE, Model

SCALE_WORDS = {
    "per_step": "a mean and a raw scale for each step",
    "shared": "a mean for each step; one raw scale beside it",
    "fixed": "a mean for each step; the scale is fixed",
}


@dataclass(frozen=True)
class Axis:
    """One axis of a tensor: what it counts ("batch", "time", "features" or "event"), and its length."""

    name: str
    length: int


@dataclass(frozen=True)
class Station:
    """One stop.

    Attributes:
      name, note: What the tensor has come through, and what happened there.
      axes: Its shape, axis by axis, as it was found.
      kind: "tensor", "distribution" (batch axes, then event axes) or "number".
      carries: Whether the gradient of the loss comes back to here.
    """

    name: str
    note: str
    axes: tuple[Axis, ...]
    kind: str = "tensor"
    carries: bool = True


def trace(config: SequenceConfig) -> tuple[Station, ...]:
    """Runs the model of a configuration, eagerly, on a batch of zeros; shapes and gradients are those found."""
    model, network = Model.of(config), config.front
    flat = tf.constant(model.first_weights(config.seed))
    windows = tf.zeros([config.batch, config.window, EVENT_SIZE])
    names = ("batch", "time", "features")
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([flat, windows])
        weights = model.weights(flat)
        features, _ = network.apply(weights, windows, model.units, model.kernel)
        parameters = model.parameters(weights, features)
        forecast = model.law(parameters)
        targets = tf.ones([config.batch, config.window, EVENT_SIZE])
        outside = config.wiring == "outside"
        if outside:
            value = forecast.log_prob(targets)
            loss = -tf.reduce_mean(value[:, config.warm_up :])
        else:
            value = forecast.sample(seed=tf.constant([config.seed, 0]))
            loss = tf.reduce_mean(tf.math.squared_difference(value, targets)[:, config.warm_up :])

    def reached(tensor: tf.Tensor) -> bool:
        gradient = tape.gradient(loss, tensor)
        return gradient is not None and bool(np.any(gradient.numpy() != 0.0))

    def axes(shape: tf.TensorShape, names: tuple[str, ...]) -> tuple[Axis, ...]:
        return tuple(Axis(name, int(length)) for name, length in zip(names, shape, strict=True))

    stations = [
        Station("windows", "values as they were seen", axes(windows.shape, names), carries=reached(windows)),
        Station(network.layer, _front(config), axes(features.shape, names), carries=reached(features)),
        Station(
            "TimeDistributed(Dense)",
            SCALE_WORDS[config.scale],
            axes(parameters.shape, names),
            carries=reached(parameters),
        ),
    ]
    if outside:
        law = axes(forecast.batch_shape, ("batch", "time")) + axes(forecast.event_shape, ("event",))
        flows = reached(forecast.distribution.loc)
        stations.append(Station("IndependentNormal", "one Normal a step, with a log_prob", law, "distribution", flows))
        each = axes(value.shape, names[:2])
        stations.append(Station("log_prob(next values)", "one number a step", each, carries=reached(value)))
    else:
        drawn = axes(value.shape, ("batch", "time", "event"))
        stations.append(
            Station(
                "TimeDistributed(IndependentNormal)",
                "one draw a step: a tensor, with no log_prob",
                drawn,
                carries=reached(value),
            )
        )
    what = "mean of − log_prob" if outside else "mean squared error of the draw"
    warm_up = f"; the first {config.warm_up} steps are left out" if config.warm_up else ""
    stations.append(Station("loss", what + warm_up, axes(loss.shape, ()), "number"))
    return tuple(stations)


def _front(config: SequenceConfig) -> str:
    if config.network == "linear":
        return f"each step beside the {config.kernel - 1} before it"
    if config.network == "convolution":
        return f"{config.units} features of the last {config.kernel**2} values"
    return f"{config.units} features of all values so far"
