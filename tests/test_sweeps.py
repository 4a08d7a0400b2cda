"""What a sweep is: what may be varied, to which values, in which order, and what is refused."""

import itertools
import json
from typing import Any

import numpy as np
import pytest

from playground.errors import InvalidInput
from playground.sweeps.spec import SweepSpec, coarse_to_fine

BITS = {"family": "bernoulli", "params": {"logits": 0.8}, "cost": "quadratic", "cost_params": {"target": 0.45}}


@pytest.mark.parametrize(
    ("over", "values", "given", "found"),
    [
        ("loc", [0, 2.5], {}, lambda c: dict(c.params)["loc"] == (2.5,) and dict(c.params)["scale"] == (1.0,)),
        ("target", [0, 2.5], {}, lambda c: dict(c.cost_params)["target"] == 2.5),
        ("samples", [1, 32], {}, lambda c: c.samples == 32),
        (
            "logits[1]",
            [0, 2.5],
            {"family": "categorical", "params": {"logits": [0.1, 0.2, 0.3]}},
            lambda c: c.theta == [0.1, 2.5, 0.3],
        ),
        (
            "temperature",
            [0.5, 2.5],
            {**BITS, "estimators": ["gumbel_softmax"]},
            lambda c: c.hyperparameters[0][1] == 2.5,
        ),
        (
            "dimension",
            [3, 7],
            {"family": "categorical", "params": {"logits": [0.1, 0.2, 0.3]}},
            lambda c: c.theta == [0.1, 0.2, 0.3, 0.1, 0.2, 0.3, 0.1],
        ),
    ],
)
def test_each_thing_can_be_varied(over: str, values: list[float], given: dict[str, Any], found: Any) -> None:
    spec = SweepSpec.create(over=over, values=values, **{"estimators": ["score_function"], **given})
    assert SweepSpec.from_mapping(json.loads(json.dumps(spec.to_mapping()))) == spec
    assert over in spec.variable()
    last = spec.tasks()[-1]
    assert (last.over, last.value) == (over, values[-1])
    assert found(last.config())
    first = spec.tasks()[0].config().to_mapping()
    assert [name for name, value in last.config().to_mapping().items() if value != first[name]] != []


@pytest.mark.parametrize(
    ("given", "values"),
    [
        ([3, 1, 2], (3.0, 1.0, 2.0)),
        ({"from": 1, "to": 2, "count": 3}, (1.0, 1.5, 2.0)),
        ({"from": 100, "to": 0.01, "count": 5, "scale": "log"}, (100.0, 10.0, 1.0, 0.1, 0.01)),
    ],
)
def test_values_are_a_list_or_ends(given: Any, values: tuple[float, ...]) -> None:
    assert SweepSpec.create(over="loc", values=given).values == pytest.approx(values)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"values": None}, "`values` must be a list"),
        ({"values": []}, "`values` must be a list"),
        ({"values": [1, 1]}, "1 twice"),
        ({"values": [1, "2"]}, "`values`: each must be a finite number"),
        ({"values": [0.0] * 2000}, "at most 1,000"),
        ({"values": {"from": 0, "to": 1, "count": 3, "scale": "log"}}, "above 0"),
        ({"values": {"from": 0, "to": 1, "count": 1}}, "between 2 and 1000"),
        ({"values": {"from": 0, "to": 1, "step": 1}}, "unknown field 'step'"),
        ({"values": {"from": 0, "to": 1}}, "`count` is missing"),
        ({"values": {"from": 1, "to": 1, "count": 3}}, "must differ"),
        ({"values": {"from": 0, "to": 1, "count": 3, "scale": "sqrt"}}, "scale` must be one of linear, log"),
        ({"over": "target", "cost": "linear"}, "cannot vary 'target', expected one of loc, scale, samples."),
        ({"over": "temperature"}, "cannot vary 'temperature'"),
        ({"over": "dimension"}, "cannot vary 'dimension'"),
        ({"over": 3}, "must be a text"),
        ({"over": "scale", "values": [1, -1]}, "At scale = -1: Family 'normal': `scale` must be positive"),
        ({"over": "samples", "values": [1.5]}, "whole number"),
        ({"over": "dimension", "family": "categorical", "values": [3, 99]}, "At dimension = 99: "),
        ({"over": "dimension", "family": "categorical", "values": [3.5]}, "whole number"),
        ({"estimators": []}, "one or more different keys"),
        ({"estimators": ["pathwise", "pathwise"]}, "one or more different keys"),
        ({"estimators": ["nothing"]}, "Unknown estimator 'nothing'"),
        ({"hyperparameters": {"temperature": 1}}, "unknown parameter 'temperature', they have none"),
        ({"hyperparameters": 3}, "must be an object"),
        ({"estimators": ["gumbel_softmax"], "hyperparameters": {"temperature": 99}}, "between 0.05 and 5"),
        ({"replicates": 1}, "`replicates` must be between 2"),
        ({"family": "nothing"}, "Unknown family"),
        ({"colour": 1}, "Unknown field 'colour'"),
    ],
)
def test_what_is_refused_is_one_sentence(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput) as error:
        SweepSpec.from_mapping({"over": "loc", "values": [1, 2]} | wrong)
    assert said in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize("missing", ["over", "values"])
def test_what_is_varied_must_be_said(missing: str) -> None:
    with pytest.raises(InvalidInput, match=f"`{missing}` is missing"):
        SweepSpec.from_mapping(
            {name: value for name, value in {"over": "loc", "values": [1]}.items() if name != missing}
        )


def test_curves_fill_evenly() -> None:
    for count in range(1, 40):
        order = coarse_to_fine(count)
        assert sorted(order) == list(range(count))
        gaps = [max(np.diff(sorted(order[:done]))) for done in range(2, count + 1)]
        assert gaps == sorted(gaps, reverse=True)
        # No gap is wider than twice an even share of the whole.
        assert all(gap <= 2 * np.ceil((count - 1) / (done + 1)) for done, gap in enumerate(gaps))
    spec = SweepSpec.create(over="loc", values=[0, 1, 2, 3, 4], estimators=["pathwise", "score_function"])
    assert [(task.value, task.estimator) for task in spec.tasks()][:4] == [
        *itertools.product([0.0, 4.0], ["pathwise", "score_function"])
    ]
