"""What goes wrong in a fit, and by which name it is called."""

import numpy as np
import tensorflow as tf

from playground.fitting.config import FitConfig
from playground.fitting.faults import Examiner, notes
from playground.fitting.learnable import Components, Layout, Sizes
from playground.fitting.start import choose
from playground.fitting.steps import Signature, fitter_of
from playground.zoo import ZOO
from tests.test_fit_training import begun, seen


def repeated_rows() -> np.ndarray:
    rows = np.random.default_rng(0).normal(size=(200, 2))
    rows[:12] = [4.0, 4.0]
    return rows


def test_a_collapsing_component_is_named() -> None:
    config = FitConfig.create(components=3, learning_rate=0.03, bijector="exp", seed=1)
    training = begun(config, repeated_rows())
    fault, before = None, 0
    while fault is None and before < 3000:
        before = int(training.state.step)
        _, fault = training.advance(250, 5)
    assert fault is not None and "covariance has become singular: it sits on 12 rows" in fault
    assert before <= int(training.state.step) < before + 250
    assert f"Step {int(training.state.step) + 1}: component " in fault
    last_good = training.state
    assert np.all(np.isfinite(last_good.raw))
    other = begun(config, repeated_rows())
    fault = None
    while fault is None:
        _, fault = other.advance(77, 5)
    np.testing.assert_array_equal(other.state.raw, last_good.raw)


def test_a_divergence_is_named() -> None:
    training = begun(FitConfig.create(data="old_faithful", learning_rate=1e5, optimizer="sgd", components=2))
    fault = None
    while fault is None:
        start = training.state
        rows, fault = training.advance(100, 5)
    assert not rows and "diverged" in fault and "Lower the learning rate (now 100000)" in fault
    assert np.all(np.isfinite(training.state.raw)) and int(training.state.step) >= int(start.step)


def test_dead_and_twin_components_are_noted() -> None:
    alike = seen(begun(FitConfig.create(start="alike"))).components
    assert notes(alike)[-1].startswith("Components 1, 2 and 3 are alike")
    covariance = np.tile(np.eye(2), (3, 1, 1))
    components = Components(np.array([0.5, 0.4999, 0.0001]), np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 9.0]]), covariance)
    assert [note[:19] for note in notes(components)] == ["Component 3 is dead"]
    assert notes(None) == notes(Components(np.ones(1), np.zeros((1, 2)), covariance[:1])) == []


def test_thin_data_make_thin_components_and_no_fault() -> None:
    rows = np.random.default_rng(0).normal(size=(500, 1)) * [[1.0, 1.0]]
    rows[:, 1] += 1e-4 * np.random.default_rng(1).normal(size=500)
    layout = Layout(ZOO["mvn_diag"], Sizes())
    state = fitter_of(Signature(ZOO["mvn_diag"], Sizes())).first_state
    examiner = Examiner(layout, rows, layout.values)
    start = state(choose(layout.learnable, Sizes(), rows))
    thin = state({"loc": np.zeros(2), "scale": np.array([1.0, 1e-5])})
    flat, later = (state({"loc": np.zeros(2), "scale": np.array([1.0, width])}) for width in (1e-7, 3e-8))
    later = later._replace(step=tf.constant(1))
    assert examiner.find(start, thin, lambda state: (thin, np.zeros(2)), 0.1) is None
    fault = examiner.find(flat, later, lambda state: (later, np.zeros(2)), 0.1)
    assert fault is not None and "the covariance has become singular: it sits on 500 rows" in fault.cause
    fault = examiner.find(start, later, lambda state: (later, np.zeros(2)), 0.1)
    assert fault is not None and "fell from 1 to 3e-08 in one step. Lower the learning rate (now 0.1)" in fault.cause
