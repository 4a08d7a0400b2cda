"""The identity of a fit: what it implies, what it refuses, and that it survives JSON."""

import json
from typing import Any

import pytest

from playground.datasets import DATASETS
from playground.errors import InvalidInput
from playground.fitting.config import FitConfig, why_not
from playground.targets import TARGETS
from playground.zoo import ZOO


@pytest.mark.parametrize("goal", ["likelihood", "reverse_kl"])
@pytest.mark.parametrize("model", ZOO)
def test_every_model_has_a_default_that_survives_json(model: str, goal: str) -> None:
    config = FitConfig.create(model=model, goal=goal)
    assert FitConfig.from_mapping(json.loads(json.dumps(config.to_mapping()))) == config
    assert hash(config) == hash(FitConfig.create(model=model, goal=goal))
    source = DATASETS[config.data] if goal == "likelihood" else TARGETS[config.target]
    assert source.kind == ZOO[model].kind


def test_what_the_data_imply() -> None:
    config = FitConfig.create(data="blobs_4d", show=["d", "b"])
    assert (config.event_size, config.show) == (4, (1, 3))
    assert FitConfig.create(model="beta_binomial").data == "successes_of_20", "it needs a number of trials"
    assert FitConfig.create(model="gamma_poisson").data == "overdispersed_counts"
    assert FitConfig.create(model="mvn_diag").components == 1
    upload = FitConfig.create(data="upload-0123", columns=["height", "weight", "age"], show=["weight", "age"])
    assert (upload.event_size, upload.columns, upload.show) == (3, ("height", "weight", "age"), (1, 2))
    assert FitConfig.from_mapping(upload.to_mapping()) == upload


def test_what_does_not_matter_makes_no_other_experiment() -> None:
    fixed = next(key for key, model in ZOO.items() if model.components is None)
    assert FitConfig.create(goal="reverse_kl", data="blobs") == FitConfig.create(goal="reverse_kl")
    assert FitConfig.create(model=fixed, components=1) == FitConfig.create(model=fixed)


@pytest.mark.parametrize("model", ZOO)
def test_a_model_takes_the_data_that_why_not_has_nothing_against(model: str) -> None:
    for key, data in DATASETS.items():
        reason = why_not(ZOO[model], data.kind, len(data.columns))
        if reason is None:
            assert FitConfig.create(model=model, data=key).data == key
        else:
            with pytest.raises(InvalidInput) as refused:
                FitConfig.create(model=model, data=key)
            assert str(refused.value) == reason and model in reason


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"model": "zzz"}, "Unknown model 'zzz'"),
        ({"model": []}, "The model must be a text"),
        ({"goal": "luck"}, "`goal` must be one of likelihood, reverse_kl"),
        ({"data": "zzz"}, "Unknown data set 'zzz'"),
        ({"goal": "reverse_kl", "target": "zzz"}, "Unknown target 'zzz'"),
        ({"data": "directions"}, "is for real numbers, got one angle"),
        ({"model": "flow", "data": "blobs_4d"}, "takes 2 columns, got 4"),
        ({"data": "upload-1", "columns": []}, "`columns` must be different names"),
        ({"data": "upload-1", "columns": ["a", "a"]}, "`columns` must be different names"),
        ({"data": "upload-1", "columns": [f"c{i}" for i in range(50)]}, "takes 2 to 8 columns, got 50"),
        ({"data": "blobs", "columns": ["x"]}, "`columns` are for uploads"),
        ({"event_size": 5}, "`event_size` must be 2"),
        ({"components": 7}, "`components` must be between 2 and 6"),
        ({"model": "mvn_diag", "components": 2}, "has no components to choose"),
        ({"model": "dirichlet", "standardize": True}, "`standardize` must be false"),
        ({"standardize": 1}, "`standardize` must be true or false"),
        ({"bijector": "log"}, "`bijector` must be one of softplus, exp"),
        ({"start": "warm"}, "`start` must be one of"),
        ({"restarts": 21}, "`restarts` must be between 1 and 20"),
        ({"batch": 15}, "`batch` must be between 16 and 4096"),
        ({"batch": False}, "`batch` must be a whole number"),
        ({"samples": 1}, "`samples` must be between 2 and"),
        ({"optimizer": "lbfgs"}, "`optimizer` must be one of"),
        ({"learning_rate": 0}, "`learning_rate` must be positive"),
        ({"learning_rate": float("nan")}, "finite number"),
        ({"seed": -1}, "`seed` must be between 0"),
        ({"show": ["x"]}, "`show` must name 2 different columns"),
        ({"show": [0, 2]}, "`show` must be between 0 and 1"),
    ],
)
def test_what_is_refused_and_in_which_words(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        FitConfig.create(**given)
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


def test_unknown_fields_are_refused() -> None:
    with pytest.raises(InvalidInput, match="Unknown field 'epochs'"):
        FitConfig.from_mapping({"epochs": 3})
    with pytest.raises(InvalidInput, match="is a JSON object"):
        FitConfig.from_mapping([])
