"""The address of an experiment: complete, exact, and never a reason to fail."""

import itertools

import pytest

from playground.config import Config
from playground.costs import COSTS
from playground.estimators import ESTIMATORS
from playground.families import FAMILIES
from playground.presets import PRESETS
from playground.ui.query_params import DEFAULT_SPEED, NOT_OURS, PLAIN, from_query, to_query


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_a_preset_survives_its_address(preset):
    config, speed, warnings = from_query(to_query(preset.config, preset.speed))
    assert (config, speed, warnings) == (preset.config, preset.speed, [])


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_survives_its_address(family):
    config = Config.create(family=family, estimators=["score_function"], cost="sin(x) + 0.1*cos(x)**2", seed=7)
    assert from_query(to_query(config, float("inf"))) == (config, float("inf"), [])


def test_numbers_survive_to_the_last_digit():
    config = Config.create(params={"loc": 0.1 + 0.2, "scale": 1 / 3}, learning_rate=1e-3 / 7)
    assert from_query(to_query(config, 2.0))[0] == config


def test_an_empty_address_is_the_default_experiment():
    config, speed, warnings = from_query({})
    assert config == PRESETS[0].config and speed == DEFAULT_SPEED and warnings == []


def test_names_do_not_collide():
    family = {p.name for f in FAMILIES.values() for p in f.parameters}
    cost = {p.name for c in COSTS.values() for p in c.parameters}
    own = {h.parameter.name for e in ESTIMATORS.values() for h in e.hyperparameters}
    page = {"family", "cost", "estimators", "show", "speed", *PLAIN, *NOT_OURS}
    for one, other in itertools.combinations((family, cost, own, page), 2):
        assert not one & other


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"family": "gauss"}, "family"),
        ({"scale": "-1"}, "scale"),
        ({"scale": "nan"}, "scale"),
        ({"loc": "1,2"}, "loc"),
        ({"loc": "9e99"}, "loc"),
        ({"samples": "0"}, "samples"),
        ({"samples": "2.5"}, "samples"),
        ({"samples": "10000000"}, "samples"),
        ({"seed": "-1"}, "seed"),
        ({"cost": "__import__('os')"}, "cost"),
        ({"cost": "9**9**9"}, "cost"),
        ({"cost": "(" * 10_000}, "cost"),
        ({"estimators": "pathwise,magic"}, "estimators"),
        ({"optimizer": "lbfgs"}, "optimizer"),
        ({"mode": "chaos"}, "mode"),
        ({"maximize": "perhaps"}, "maximize"),
        ({"learning_rate": "1e9"}, "learning_rate"),
        ({"speed": "7"}, "speed"),
        ({"show": "nothing"}, "show"),
        ({"family": "categorical", "logits": "1,2"}, "logits"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_used_is_named_and_replaced(query, name):
    config, _, warnings = from_query(query)
    assert len(warnings) == 1 and f"`{name}`" in warnings[0] and len(warnings[0]) < 500
    assert config.params == from_query({"family": config.family})[0].params
    assert config.samples == PRESETS[0].config.samples


def test_an_estimator_that_cannot_run_is_left_out_with_its_reason():
    config, _, warnings = from_query({"family": "poisson", "estimators": "pathwise,measure_valued"})
    assert config.estimators == ("measure_valued",)
    assert len(warnings) == 1 and "not reparameterized" in warnings[0]


def test_a_family_that_rules_out_the_default_estimators_still_opens():
    config, _, warnings = from_query({"family": "bernoulli"})
    assert config.estimators == ("score_function",) and warnings == []
