"""A fit under way: the same whatever the slices, what may change on the way, what charts get, and what goes wrong."""

import functools
from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf

from playground.dataset import Sample
from playground.errors import InvalidInput
from playground.fitting.config import FitConfig
from playground.fitting.faults import Examiner, notes
from playground.fitting.fit_training import FitTraining, sample_for
from playground.fitting.grids import grid_of
from playground.fitting.learnable import Components, Layout, Sizes
from playground.fitting.moment import FitMoment
from playground.fitting.reverse_kl import how_reverse_kl
from playground.fitting.start import choose
from playground.fitting.steps import Signature, fitter_of
from playground.target import Target
from playground.targets import TARGETS
from playground.training.history import History, View
from playground.training.training import Moment
from playground.zoo import ZOO


def begun(config: FitConfig, rows: np.ndarray | None = None) -> FitTraining:
    training = FitTraining(sample_for if rows is None else lambda config: sample_of(rows))
    training.begin(config)
    return training


def sample_of(rows: np.ndarray) -> Sample:
    size = rows.shape[1]
    columns = tuple(f"x{index}" for index in range(size))
    ready = rows.astype(np.float32)
    return Sample("rows", "plane", columns, ready, ready[:20].copy(), np.zeros(size), np.ones(size))


def trained(training: FitTraining, slices: tuple[int, ...]) -> View:
    history = History(stride=training.first_stride)
    for steps in slices:
        first = int(training.state.step)
        rows, fault = training.advance(steps, history.stride)
        assert fault is None
        history.extend(history.kept(first, steps), rows)
    return history.view()


def seen(training: FitTraining) -> FitMoment:
    step = int(training.state.step)
    return training.look(Moment(1, 1, "running", None, training.config, 60.0, step, History().view()))


CONFIGS = {
    "likelihood": FitConfig.create(),
    "all rows": FitConfig.create(data="old_faithful", standardize=True, components=2, batch=0, optimizer="sgd"),
    "reverse_kl": FitConfig.create(goal="reverse_kl", target="banana", samples=16),
}


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_slices_never_change_it(config: FitConfig) -> None:
    at_once, in_slices = begun(config), begun(config)
    whole, parts = trained(at_once, (60,)), trained(in_slices, (1, 7, 3, 30, 19))
    np.testing.assert_array_equal(whole.step, np.arange(0, 60, 5))
    for name, values in whole.columns.items():
        np.testing.assert_array_equal(parts.columns[name], values)
    np.testing.assert_array_equal(at_once.state.raw, in_slices.state.raw)
    assert at_once.fitter is in_slices.fitter and at_once.fitter.advance.traces() == 1
    again = begun(config)
    trained(again, (60,))
    np.testing.assert_array_equal(again.state.raw, at_once.state.raw)


def test_data_of_any_length_share_the_graph() -> None:
    rng = np.random.default_rng(0)
    first, second = (begun(FitConfig.create(batch=16), rng.normal(size=(count, 2))) for count in (50, 333))
    trained(first, (2,)), trained(second, (2,))
    assert first.fitter is second.fitter and second.fitter.advance.traces() == 1


def test_it_gets_better_and_says_so() -> None:
    history = trained(begun(CONFIGS["likelihood"]), (300,))
    for name in ("train", "holdout"):
        assert history.columns[name][-1] < history.columns[name][0] - 0.01
    apart = trained(begun(CONFIGS["reverse_kl"]), (300,)).columns["gap"]
    assert 0.0 < apart[-1] < 0.5 * apart[0]


def test_what_may_change_on_the_way() -> None:
    config = FitConfig.create(data="blobs_4d")
    training = begun(config)
    trained(training, (5,))
    state = training.state
    assert training.edit(replace(config, learning_rate=1e-9)) is False
    trained(training, (5,))
    np.testing.assert_allclose(training.state.raw, state.raw, atol=1e-6)
    before = seen(training)
    assert training.edit(replace(training.config, show=(2, 3))) is True
    assert not np.array_equal(seen(training).density, before.density)
    for change in ({"batch": 128}, {"seed": 1}, {"start": "random"}, {"optimizer": "sgd"}):
        assert training.edit(replace(training.config, **change)) is None
    assert training.config.show == (2, 3)


@pytest.mark.parametrize("goal", ["likelihood", "reverse_kl"])
@pytest.mark.parametrize("model", [key for key in ZOO if key != "mixture_mvn_tril_first_fixed"])
def test_what_charts_get_of_it(model: str, goal: str) -> None:
    training = begun(FitConfig.create(model=model, goal=goal))
    moment = seen(training)
    size, count = moment.sizes.event_size, len(moment.rows)
    assert moment.rows.shape == (count, size) and count <= 1000 and (count > 0) == (goal == "likelihood")
    assert moment.samples.shape == (500, size)
    assert moment.density.shape == tuple(map(len, moment.axes))
    assert (moment.target_density is not None) == (goal == "reverse_kl")
    assert (moment.sample is not None) == (goal == "likelihood")
    np.testing.assert_allclose(moment.responsibilities.sum(axis=1), 1.0, rtol=1e-4)
    assert np.all(np.isnan(moment.norm)) and set(moment.values) == set(moment.raw)
    for array in (moment.rows, moment.density, moment.samples, *moment.values.values(), *moment.axes):
        assert not array.flags.writeable
    if goal == "likelihood":  # the start lies within the window
        step = np.prod([axis[1] - axis[0] for axis in moment.axes])
        assert 0.9 < np.nansum(moment.density) * step < 1.1
    trained(training, (2,))
    assert np.all(seen(training).norm > 0) and np.all(seen(training).variance > 0)


def test_marginals_are_drawn_beyond_two_dimensions() -> None:
    training = begun(FitConfig.create(data="blobs_4d", show=(1, 3)))
    moment = seen(training)
    step = np.prod([axis[1] - axis[0] for axis in moment.axes])
    assert np.sum(moment.density) * step == pytest.approx(1.0, abs=0.03)
    first, second = (np.sum(moment.density * step * axis) for axis in np.meshgrid(*moment.axes, indexing="ij"))
    assert moment.components is not None
    mean = moment.components.weights @ moment.components.loc
    assert (first, second) == pytest.approx((mean[1], mean[3]), abs=0.1)


def test_the_variance_from_successive_differences_is_that_of_the_gradient() -> None:
    """At a learning rate of 0 all gradients have one mean, and their variance is that of one row over the batch."""
    config = FitConfig.create(model="mvn_diag", learning_rate=1e-12, batch=64)
    training = begun(config)
    layout, rows = training.fitter.layout, tf.constant(training.all_rows)
    raw = training.state.raw
    with tf.GradientTape() as tape:
        tape.watch(raw)
        loss = layout.log_prob(layout.values(raw), rows)
    each = tape.jacobian(loss, raw).numpy()
    exact = np.add.reduceat(each.var(axis=0), [0, 2]) / 64
    estimates = trained(training, (500,) * 4).columns["variance"]  # one in five steps, dependent over some twenty
    assert np.all(np.isnan(estimates[0]))
    # A difference's square has a relative variance of at most 2; 2000 steps with neighbours sharing a gradient leave
    # an error of √(3 / 2000) = 4 %, five of which are 20 %: a forgotten ½ is found out.
    np.testing.assert_allclose(estimates[20:].mean(axis=0), exact, rtol=0.2)


def exact_gradient(layout: Layout, raw: tf.Tensor, target: Target) -> np.ndarray:
    """∇ Σ w q (log q − log p) over a grid that is wide enough for a q still too broad."""
    if target.kind == "plane":
        target = replace(target, window=tuple((1.6 * low, 1.6 * high) for low, high in target.window))
    grid = grid_of(target, layout.sizes.total_count)
    assert grid is not None
    log_p = target.log_prob(tf.constant(grid.points))
    with tf.GradientTape() as tape:
        tape.watch(raw)
        log_q = layout.log_prob(layout.values(raw), grid.points)
        divergence = tf.reduce_sum(grid.weights * tf.exp(log_q) * (log_q - log_p))
    return tape.gradient(divergence, raw).numpy()


@pytest.mark.parametrize(
    ("model", "target", "way", "steps"),
    [
        ("mixture_mvn_tril", "two_modes", "component", 40),
        ("mixture_von_mises", "two_directions", "component", 20),
        ("mvn_diag", "banana", "pathwise", 150),
        ("dirichlet", "corner", "pathwise", 500),  # at the start it is infinite along the edges
        ("beta_binomial", "two_humps", "score", 100),
    ],
)
def test_the_gradient_of_the_reverse_kl_is_that_of_quadrature(model: str, target: str, way: str, steps: int) -> None:
    """Each raw variable within 5 standard errors: a false alarm in 1.7 million. Half of the gradient would be found."""
    replicates = 600
    config = FitConfig.create(model=model, goal="reverse_kl", target=target, samples=32)
    training = begun(config)
    trained(training, (steps,))
    layout, goal = training.fitter.layout, TARGETS[target]
    assert how_reverse_kl(layout.learnable, layout.sizes).key == training.fitter.way.key == way
    raw = training.state.raw

    @tf.function(autograph=False)
    def gradients() -> tf.Tensor:
        def one(step: tf.Tensor) -> tf.Tensor:
            with tf.GradientTape() as tape:
                tape.watch(raw)
                surrogate, _ = training.fitter.loss(raw, tf.stack([7, step]), tf.zeros([0, 1]))
            return tape.gradient(surrogate, raw)

        return tf.map_fn(one, tf.range(replicates), fn_output_signature=tf.float32)

    found = gradients().numpy().astype(np.float64)
    exact, error = exact_gradient(layout, raw, goal), found.std(axis=0) / np.sqrt(replicates)
    apart = np.abs(found.mean(axis=0) - exact)
    assert np.all(apart < 5.0 * error + 1e-3 * np.abs(exact).max() + 1e-4)
    assert np.linalg.norm(5.0 * error) < 0.5 * np.linalg.norm(exact), "too few replicates to tell"


def test_the_gap_is_the_divergence_of_two_normals() -> None:
    def log_prob(z: tf.Tensor) -> tf.Tensor:
        return -0.5 * tf.reduce_sum(z**2, axis=-1)

    target = Target("unit", "Unit", "", "", "plane", 2, log_prob, ((-6.0, 6.0), (-6.0, 6.0)))
    fitter = fitter_of(Signature(ZOO["mvn_diag"], Sizes(), target))
    raw = fitter.first_state({"loc": np.array([1.0, -0.5]), "scale": np.array([0.5, 0.8])}).raw
    expected = sum(0.5 * (s**2 + m**2 - 1.0) - np.log(s) for m, s in ((1.0, 0.5), (-0.5, 0.8)))
    objective, gap = map(float, fitter.distance(raw))
    assert gap == pytest.approx(expected, abs=1e-4)
    assert objective == pytest.approx(expected - np.log(2.0 * np.pi), abs=1e-4)
    outside = fitter.first_state({"loc": np.array([9.0, 0.0]), "scale": np.array([1.0, 1.0])}).raw
    assert all(np.isnan(fitter.distance(outside))), "the grid does not hold it"


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
    state = functools.partial(fitter_of(Signature(ZOO["mvn_diag"], Sizes())).first_state)
    examiner = Examiner(layout, rows)
    start = state(choose(layout.learnable, Sizes(), rows))
    thin = state({"loc": np.zeros(2), "scale": np.array([1.0, 1e-5])})
    flat = state({"loc": np.zeros(2), "scale": np.array([1.0, 1e-8])})._replace(step=tf.constant(1))
    assert examiner.find(start, thin, lambda state: (thin, np.zeros(2)), 0.1) is None
    fault = examiner.find(start, flat, lambda state: (flat, np.zeros(2)), 0.1)
    assert fault is not None and "the covariance has become singular: it sits on 500 rows" in fault.cause


def test_an_upload_that_is_gone_is_told() -> None:
    with pytest.raises(InvalidInput, match="upload the file again"):
        begun(FitConfig.create(data="upload-000000000000", columns=["a", "b"]))
