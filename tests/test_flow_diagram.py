"""The flow diagram: which edges carry follows from running the estimator, and its numbers are the estimator's."""

import re
from xml.etree import ElementTree

import pytest

from playground.config import Config
from playground.errors import InvalidInput
from playground.estimators import ESTIMATORS
from playground.flow import Flow, flow_of
from playground.ui.flow_diagram import svg

PATH = {("x", "cost"), ("cost", "gradient")}


def flow(family: str, estimator: str, cost: str = "quadratic") -> Flow:
    return flow_of(Config.create(family=family, cost=cost, estimators=[estimator], samples=16, replicates=2000))


def test_pathwise_goes_through_the_sample_and_the_slope_of_the_cost() -> None:
    found = flow("normal", "pathwise")
    assert found.carried() == {("loc", "x"), ("scale", "x"), *PATH}
    assert "noise" in found.labels and "density" not in found.labels
    # f = x² at loc = scale = 1: the path to loc carries f′ itself, whose mean is 2.
    numbers = {(edge.start, edge.end): edge.number for edge in found.edges}
    assert numbers["loc", "x"] == pytest.approx(numbers["x", "cost"])
    assert numbers["x", "cost"] == pytest.approx(2.0, abs=0.5)  # 512 draws of standard deviation 2: 5 errors are .44


def test_the_score_function_goes_through_the_density_and_never_through_the_sample() -> None:
    found = flow("normal", "score_function")
    assert found.carried() == {("loc", "density"), ("scale", "density"), ("density", "gradient")}
    assert found.labels["density"] == "log p(x; θ)" and "noise" not in found.labels
    assert {edge.word for edge in found.edges if edge.start == "cost"} == {"a weight"}


@pytest.mark.parametrize(
    ("family", "estimator", "label"),
    [
        ("normal", "measure_valued", "coupled pairs x₊, x₋"),
        ("poisson", "stochastic_triple", "x and where it jumps"),
        ("normal", "finite_difference", "samples at moved θ"),
        ("bernoulli", "arm", "coupled samples x"),
        ("bernoulli", "gumbel_softmax", "relaxed sample x"),
        ("bernoulli", "straight_through", "x with a soft stand-in"),
    ],
)
def test_what_stands_where_the_sample_is(family: str, estimator: str, label: str) -> None:
    found = flow(family, estimator)
    assert found.labels["x"] == label
    assert found.carried() == {(name, "x") for name in found.parameters} | PATH


def test_enumeration_differentiates_the_probabilities_of_all_values() -> None:
    found = flow("categorical", "enumeration")
    assert found.labels["x"] == "all values of x" and found.labels["density"] == "p(x; θ)"
    assert found.carried() == {("logits", "density"), ("density", "gradient")}


@pytest.mark.parametrize(("family", "estimator"), [("normal", "lax"), ("bernoulli", "relax")])
def test_a_learnt_control_carries_beside_the_score(family: str, estimator: str) -> None:
    found = flow(family, estimator)
    assert {("x", "gradient"), ("density", "gradient")} <= found.carried()
    assert ("x", "cost") not in found.carried(), "f itself is only a weight"


def test_a_cost_that_depends_on_the_parameters_has_an_edge_of_its_own() -> None:
    assert ("loc", "cost") in flow("normal", "score_function", "kl").carried()
    assert ("loc", "cost") not in flow("normal", "score_function").carried()


def test_a_wrong_gradient_is_told_from_a_right_one() -> None:
    assert flow("inverse_gaussian", "pathwise").off == {"loc", "concentration"}
    assert flow("truncated_normal", "pathwise").off == {"loc", "scale"}
    assert flow("normal", "pathwise").off == set()
    assert flow("bernoulli", "gumbel_softmax").off == {"logits"}
    assert "#D55E00" in svg(flow("inverse_gaussian", "pathwise")) and "#D55E00" not in svg(flow("normal", "pathwise"))


@pytest.mark.parametrize("family", ["normal", "bernoulli", "categorical", "poisson"])
def test_every_estimator_has_a_diagram_in_which_each_parameter_is_reached(family: str) -> None:
    drawn = 0
    for key, estimator in ESTIMATORS.items():
        try:
            config = Config.create(family=family, estimators=[key], samples=4, replicates=50)
        except InvalidInput:
            continue
        found, drawn = flow_of(config), drawn + 1
        ends = {start for start, _ in found.carried()}
        assert set(found.parameters) <= ends, key
        assert any(end == "gradient" for _, end in found.carried()), key
        if estimator.unbiased(config.problem):
            assert found.off == set(), key
        picture = ElementTree.fromstring(svg(found).replace("display:block;", ""))
        lines = [line for line in picture.iter("line") if line.get("data-carries") == "true"]
        assert len(lines) == len(found.carried()), key
    assert drawn >= 8


def test_the_picture_stays_inside_its_frame_and_says_itself_in_words() -> None:
    text = svg(flow("truncated_normal", "score_function"))
    picture = ElementTree.fromstring(text)
    width, height = map(float, picture.attrib["viewBox"].split()[2:])
    assert width <= 390
    for box in picture.iter("rect"):
        left, top, wide, high = (float(box.attrib[name]) for name in ("x", "y", "width", "height"))
        assert 0 <= left and left + wide <= width and 0 <= top and top + high <= height
    assert "loc to log p(x; θ)" in picture.attrib["aria-label"]
    assert not re.search(r"fill=\"(black|white|#000|#fff)", text), "letters take the page's colour, in the dark too"
