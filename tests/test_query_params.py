"""The address of an experiment: complete, exact, and never a reason to fail."""

import itertools

import pytest

from playground.config import Config
from playground.costs import COSTS
from playground.estimators import ESTIMATORS
from playground.families import FAMILIES
from playground.presets import PRESETS
from playground.ui.query_params import DEFAULT_SPEED, NOT_OURS, PAGE_NUMBERS, PLAIN, from_query, to_query


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
        ({"samples": "zero"}, "samples"),
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
        ({"family": "mvn_tril", "scale_tril": "1,0"}, "scale_tril"),
        ({"family": "mvn_tril", "scale_tril": "1,0,-1"}, "scale_tril"),
        ({"family": "mvn_tril", "show": "scale_tril[0]"}, "show"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_used_is_named_and_replaced(query, name):
    config, _, warnings = from_query(query)
    assert len(warnings) == 1 and f"`{name}`" in warnings[0] and len(warnings[0]) < 500
    assert any(word in warnings[0].lower() for word in ("expected", "must be", "allowed", "means nothing", "has no")), (
        warnings[0]
    )
    assert config.params == from_query({"family": config.family})[0].params
    assert config.samples == PRESETS[0].config.samples


def test_an_estimator_that_cannot_run_is_left_out_with_its_reason():
    config, _, warnings = from_query({"family": "poisson", "estimators": "pathwise,measure_valued"})
    assert config.estimators == ("measure_valued",)
    assert len(warnings) == 1 and "not reparameterized" in warnings[0]


def test_a_family_that_rules_out_the_default_estimators_still_opens():
    config, _, warnings = from_query({"family": "bernoulli"})
    assert config.estimators == ("score_function",) and warnings == []


def test_vectors_survive_their_address_element_by_element():
    address = {"family": "mvn_tril", "scale_tril": "0.5,-1.25,2", "show": "scale_tril[1][0],scale_tril[1][1]"}
    config, _, warnings = from_query(address)
    assert warnings == [] and dict(config.params)["scale_tril"] == (0.5, -1.25, 2.0)
    assert config.show == ("scale_tril[1][0]", "scale_tril[1][1]")
    assert from_query(to_query(config, 60.0))[0] == config


def test_what_is_too_much_for_a_page_says_so():
    """1000 samples × 1024 replicates × 200 bits would take gigabytes in every step."""
    address = {"family": "bernoulli_product", "logits": ",".join(["0.5"] * 200), "estimators": "disarm"}
    many = address | {"samples": "1000", "replicates": "1024"}
    config, _, warnings = from_query(many)
    assert config.numbers <= PAGE_NUMBERS and len(warnings) == 1
    assert (
        "must be at most 2,097,152 on a page, got 204,800,000: draw fewer samples, or shorter vectors." in warnings[0]
    )
    fine, _, nothing = from_query(address | {"samples": "10", "replicates": "1024"})
    assert nothing == [] and fine.numbers == 2_048_000
