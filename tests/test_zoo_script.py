"""The exported Python: it runs as it stands, is the distribution it says it is, and learns what the page says."""

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from playground.fitting.learnable import Learnable, Sizes
from playground.fitting.script import construction, script
from playground.zoo import ZOO
from tests.zoo_by_hand import CASES, rows_for, some_values

FIRST_FIXED = ZOO["mixture_mvn_tril_first_fixed"]
AT_THE_END = """
print("log_prob", repr(distribution.log_prob({row}).numpy().tolist()))
print("playground" in __import__("sys").modules)
"""


def run(source: str) -> dict[str, Any]:
    namespace: dict[str, Any] = {"__name__": "exported"}
    exec(compile(source, "exported.py", "exec"), namespace)
    return namespace


def shaped(learnable: Learnable, rows: np.ndarray) -> tf.Tensor:
    """Rows [N, D] as the distribution itself takes them."""
    return tf.constant(rows[:, 0] if learnable.kind in ("circle", "counts") else rows, tf.float32)


@pytest.mark.parametrize(("learnable", "sizes"), CASES)
def test_the_script_is_the_distribution(learnable: Learnable, sizes: Sizes, capsys: pytest.CaptureFixture[str]) -> None:
    layout, flat = some_values(learnable, sizes)
    source = script(learnable, sizes, layout.values(flat))
    distribution = run(source)["distribution"]
    printed = capsys.readouterr().out
    assert printed.startswith("tfp.distributions.")
    assert all(f"{variable.name}:0" in printed for variable in layout.variables)
    assert "playground" not in source and "type: ignore" not in source

    rows = rows_for(learnable, sizes, 50, seed=5)
    expected = layout.log_prob(layout.values(flat), tf.constant(rows, tf.float32))
    np.testing.assert_allclose(distribution.log_prob(shaped(learnable, rows)), expected, rtol=1e-5, atol=1e-5)

    raw = {variable.name.removesuffix(":0"): variable for variable in distribution.trainable_variables}
    assert len(raw) == len(distribution.trainable_variables)
    assert {name: tuple(variable.shape) for name, variable in raw.items()} == {
        variable.name: shape for variable, shape in zip(layout.variables, layout.raw_shapes, strict=True)
    }
    for name, part in layout.raw(flat).items():
        np.testing.assert_allclose(raw[name], part, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(("learnable", "sizes"), CASES)
def test_what_the_page_shows_runs_and_all_of_it_learns(learnable: Learnable, sizes: Sizes) -> None:
    source = construction(learnable, sizes)
    assert max(len(line) for line in source.splitlines()) <= 120
    distribution = run(source)["distribution"]
    rows = shaped(learnable, rows_for(learnable, sizes, 50, seed=5))
    with tf.GradientTape() as tape:
        loss = -tf.reduce_mean(distribution.log_prob(rows))
    gradients = tape.gradient(loss, distribution.trainable_variables)
    layout, _ = some_values(learnable, sizes)
    assert len(gradients) == len(layout.variables)
    for variable, gradient in zip(distribution.trainable_variables, gradients, strict=True):
        assert np.all(np.isfinite(gradient)), variable.name
        assert np.any(gradient != 0), variable.name


def test_what_is_frozen_has_no_gradient() -> None:
    """The tape sees a variable for what is learnt, and what the bijector writes before it does not move with it."""
    distribution = run(construction(FIRST_FIXED, Sizes(3, 4)))["distribution"]
    components = distribution.components_distribution
    constrained = {
        "logits": (distribution.mixture_distribution.logits, 1),
        "loc": (components.loc, 3),
        "scale_tril": (components.parameters["scale_tril"], 9),
    }
    for name, (value, frozen) in constrained.items():
        with tf.GradientTape() as tape:
            parts = tf.reshape(tf.convert_to_tensor(value), [-1])
        jacobian = tape.jacobian(parts, value.pretransformed_input).numpy().reshape(len(parts), -1)
        moves = np.any(jacobian != 0, axis=1)
        assert not moves[:frozen].any(), name
        assert moves[frozen:].sum() == jacobian.shape[1], name


def test_the_script_runs_in_a_process_of_its_own() -> None:
    layout, flat = some_values(FIRST_FIXED, Sizes(3, 4))
    row = rows_for(FIRST_FIXED, Sizes(3, 4), 1)
    source = script(FIRST_FIXED, Sizes(3, 4), layout.values(flat)) + AT_THE_END.format(row=row.tolist())
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, cwd="/")
    assert done.returncode == 0, done.stderr
    *_, log_prob, knows_the_playground = done.stdout.splitlines()
    expected = layout.log_prob(layout.values(flat), tf.constant(row, tf.float32))
    np.testing.assert_allclose(eval(log_prob.removeprefix("log_prob ")), expected, rtol=1e-5)
    assert knows_the_playground == "False"


def test_a_script_without_values_shows_examples() -> None:
    distribution = run(script(ZOO["mvn_diag"], Sizes(3)))["distribution"]
    assert float(distribution.log_prob([0.0, 0.0, 0.0])) == pytest.approx(-1.5 * np.log(2 * np.pi), rel=1e-5)
