"""The points of a regression as part of an experiment: validated, rounded, the same in JSON."""

from typing import Any

import numpy as np
import pytest

from playground.errors import InvalidInput
from playground.inference.config import InferenceConfig
from playground.points import MOST, OVERLAPPING, points_of, tensor_of


def test_points_survive_json_and_are_rounded() -> None:
    config = InferenceConfig.create(target="logistic_regression", points=[[0.123456, -3, 1], (-0.001, 2.0, 0.0)])
    assert config.points == ((0.12, -3.0, 1), (0.0, 2.0, 0)) and str(config.points[1][0]) == "0.0"
    assert InferenceConfig.from_mapping(config.to_mapping()) == config
    assert InferenceConfig.create(target="logistic_regression").points == OVERLAPPING
    assert InferenceConfig.create().points == ()
    table = tensor_of(config.points).numpy()
    assert table.shape == (MOST, 4) and table[:, 3].sum() == 2 and np.all(table[2:] == 0.0)


@pytest.mark.parametrize(
    ("points", "sentence"),
    [
        ([[0, 0, 1]], "Points: expected 2 to 60 of them, got 1."),
        ([[0, 0, 1]] * 61, "Points: expected 2 to 60 of them, got 61."),
        ("nonsense", "Points: expected 2 to 60 of them, got 1."),
        ([[0, 0, 1], [0, 1]], "Point 2: expected x, y and a class, three numbers, got [0, 1]."),
        ([[0, 0, 1], None], "Point 2: expected x, y and a class, three numbers, got None."),
        ([[0, 0, 1], [0, "1", 0]], "Point 2: expected x, y and a class, three numbers, got [0, '1', 0]."),
        ([[0, 0, 1], [0, None, 0]], "Point 2: expected x and y from −3 to 3, got 0, None."),
        ([[3.1, 0, 1], [0, 1, 0]], "Point 1: expected x and y from −3 to 3, got 3.1, 0."),
        ([[0, float("nan"), 1], [0, 1, 0]], "Point 1: expected x and y from −3 to 3, got 0, nan."),
        ([[0, 10**400, 1], [0, 1, 0]], "Point 1: expected x and y from −3 to 3, got 0, 1"),
        ([[0, 0, 2], [0, 1, 0]], "Point 1: expected class 0 or 1, got 2."),
    ],
)
def test_points_that_cannot_be_are_refused_in_a_sentence(points: Any, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        points_of(points)
    assert str(refused.value).startswith(sentence) and len(str(refused.value)) < 200


def test_other_targets_have_no_points() -> None:
    with pytest.raises(InvalidInput, match="^Points: the target Banana has no data, expected no points.$"):
        InferenceConfig.create(target="banana", points=[[0, 0, 1], [1, 1, 0]])
