"""The benchmark's PyTorch side does the same work as ours: the same gradients, with the same spread.

`make test-torch` runs this: PyTorch is optional, and no other test needs it. Means and variances of 25 600 replicates
are compared with exact ones at 5 standard errors; of 12 such comparisons one fails by chance with a probability of
7e-6. Seeds are fixed.
"""

import functools
from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pytest
import torch

from benchmarks import comparison, torch_comparison
from benchmarks.apps import torch_side
from tests.replicates import (
    Reference,
    Z,
    bias_in_errors,
    exact_variance,
    reference_of,
    standard_error,
    variance_in_errors,
)

CALLS = 100
POWER = 0.25  # A bias of this share of the gradient would be seen.
BIASED = ("storchastic", "relax")  # As the README says, and `test_theirs_is_biased_where_we_say_so` shows.
CASES = [(library, key) for library in torch_side.LIBRARIES for key in torch_comparison.KEYS]


def known(key: str) -> Reference:
    family, params = ("normal", (("loc", 1.0),)) if key == "pathwise" else ("bernoulli", (("logits", 0.8),))
    return reference_of(family, "quadratic", params, target=torch_comparison.TARGET)


@functools.cache
def rows(library: str, key: str, seed: int = 0) -> np.ndarray:
    """[CALLS · R, 1]."""
    torch.manual_seed(seed)
    estimate, theta = torch_side.LIBRARIES[library]()[key], torch_side.start(key)
    return np.concatenate([estimate(theta).numpy() for _ in range(CALLS)])[:, np.newaxis].astype(np.float64)


def test_both_sides_are_set_alike() -> None:
    names = ("SAMPLES", "REPLICATES", "RATE", "TARGET")
    assert [getattr(torch_side, name) for name in names] == [getattr(torch_comparison, name) for name in names]


@pytest.mark.parametrize(("library", "key"), [case for case in CASES if case != BIASED])
def test_the_mean_is_the_exact_gradient(library: str, key: str) -> None:
    found, gradient = rows(library, key), known(key).gradient[:1]
    assert found.shape == (CALLS * torch_side.REPLICATES, 1)
    assert bias_in_errors(found, gradient) < Z
    assert Z * standard_error(found) < POWER * np.abs(gradient)


def test_theirs_is_biased_where_we_say_so() -> None:
    """By as much as the network of its control happens to start with."""
    bias = [float(bias_in_errors(rows(*BIASED, seed), known("relax").gradient[:1])[0]) for seed in range(4)]
    assert min(bias) > Z and max(bias) > 6 * Z


@pytest.mark.parametrize(("library", "key"), [case for case in CASES if case[1] not in ("score_function_loo", "relax")])
def test_the_spread_is_the_exact_one(library: str, key: str) -> None:
    """Estimates that cost less because they say less would be no comparison. (RELAX learns its own spread.)"""
    variance = exact_variance(known(key), key, torch_side.SAMPLES)[:1]
    assert variance_in_errors(rows(library, key), variance) < Z


def test_plain_leave_one_out_has_the_exact_spread() -> None:
    variance = exact_variance(known("score_function_loo"), "score_function_loo", torch_side.SAMPLES)
    assert variance_in_errors(rows("torch", "score_function_loo"), variance) < Z


def test_the_benchmark_gives_a_row_for_each_library_and_estimator(monkeypatch: pytest.MonkeyPatch) -> None:
    def briefly(programs: Mapping[str, Callable[[], int]], **_: float) -> dict[str, float]:
        return comparison.rates(programs, rounds=1, seconds=0.0)

    monkeypatch.setattr(torch_comparison, "rates", briefly)
    found = torch_comparison.run()
    assert [row["what"].split(",")[0] for row in found] == [key for key in torch_comparison.KEYS for _ in range(2)]
    assert all(row["value"] > 0 and row["ratio"] > 0 for row in found)
    # A few steps may not show that theirs is.
    biased = {row["what"].split(",")[0]: row["against"] for row in found if "biased" in row["against"]}
    assert set(biased) <= {"relax"} and all(text.startswith("Storchastic 0.3.7, ") for text in biased.values())


@pytest.fixture
def side() -> Iterator[torch_comparison._Side]:
    with torch_comparison._side() as process:
        yield process


def test_the_other_process_says_so_when_it_cannot_answer(side: torch_comparison._Side) -> None:
    assert side.steps("torch", "arm", 2)["variance"] > 0
    with pytest.raises(RuntimeError, match="Storchastic ended while it ran no_such_estimator"):
        side.steps("storchastic", "no_such_estimator", 1)
