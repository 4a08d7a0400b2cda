"""The Play page through Streamlit's own test harness: controls, reasons, address, bad input."""

import time

import pytest

from playground.estimators import ESTIMATORS
from playground.live.service import service
from tests.page_checks import opener, query


@pytest.fixture
def page():
    """A page opened at the default address; `page(**query)` opens another."""
    return opener("shell.py")


def box(test, estimator):
    (found,) = [widget for widget in test.checkbox if widget.key.endswith(f":estimator:{estimator}")]
    return found


def select(test, label):
    (found,) = [widget for widget in test.selectbox if widget.label.startswith(label)]
    return found


def test_the_default_page_tells_its_story_and_writes_its_address(page):
    test = page()
    assert box(test, "pathwise").value and box(test, "score_function").value
    assert query(test)["estimators"] == "pathwise,score_function" and query(test)["family"] == "normal"
    assert service().runs.find(query(test)["run"]).config.family == "normal"
    assert not test.warning


def test_what_cannot_run_is_greyed_with_its_reason(page):
    test = page(family="poisson", estimators="score_function")
    for key in ESTIMATORS:
        if key in ("pathwise", "enumeration", "gumbel_softmax", "straight_through"):
            assert box(test, key).disabled and box(test, key).help.endswith(".")
            assert box(test, key).help in [caption.value for caption in test.caption]
    assert not box(test, "measure_valued").disabled


def test_another_family_sets_aside_what_cannot_run_and_says_so(page):
    test = page()
    select(test, "Family").set_value("poisson").run()
    assert not test.exception
    assert query(test)["family"] == "poisson" and query(test)["estimators"] == "score_function"
    assert any("pathwise was set aside" in warning.value for warning in test.warning)
    assert service().runs.find(query(test)["run"]) is not None


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"samples": "8", "sampling": "antithetic"}, "K must be even, got 7"),
        ({"samples": "7", "sampling": "sobol"}, "Mixture of two Normals has no quantile function"),
    ],
)
def test_another_choice_sets_aside_a_sampling_scheme_and_says_so(page, given, reason):
    test = page(**given)
    if given["sampling"] == "sobol":
        select(test, "Family").set_value("normal_mixture").run()
    else:
        (samples,) = [field for field in test.number_input if field.label.startswith("Samples")]
        samples.set_value(7).run()
    assert not test.exception
    assert query(test)["sampling"] == "independent" and box(test, "score_function").value
    assert any("was set aside" in warning.value and reason in warning.value for warning in test.warning)


def test_no_more_than_four_race_and_the_last_one_stays(page):
    test = page(estimators="pathwise,score_function,score_function_loo,measure_valued")
    assert box(test, "score_function_mean_baseline").disabled
    test = page(estimators="pathwise")
    assert box(test, "pathwise").disabled and box(test, "pathwise").value


def test_an_edit_reaches_the_run_and_the_address(page):
    test = page()
    (rate,) = [widget for widget in test.number_input if widget.label == "Learning rate"]
    rate.set_value(0.02).run()
    assert query(test)["learning_rate"] == "0.02"
    run = service().runs.find(query(test)["run"])
    for _ in range(200):
        if run.config.learning_rate == 0.02:
            break
        time.sleep(0.05)
    assert run.config.learning_rate == 0.02


def test_a_click_before_the_address_has_reached_the_browser_is_not_lost(page):
    """Until then it sends the address that it opened with, in which there is no run yet."""
    test = page(seed="7")
    run = query(test)["run"]
    (rate,) = [widget for widget in test.number_input if widget.label == "Learning rate"]
    test.query_params.clear()
    test.query_params["seed"] = "7"
    rate.set_value(0.02).run()
    assert query(test)["learning_rate"] == "0.02" and query(test)["run"] == run
    # From now on it is an address like others: whoever goes there begins anew.
    rate.set_value(0.03).run()
    test.query_params.clear()
    test.query_params["seed"] = "7"
    test.run()
    assert query(test)["run"] != run


def test_a_bad_address_is_named_and_replaced(page):
    test = page(scale="-3", family="normal", colour="red")
    texts = " ".join(warning.value for warning in test.warning)
    assert "`scale`" in texts and "`colour`" in texts and query(test)["scale"] == "1"


def test_what_has_no_exact_value_is_said(page):
    test = page(family="student_t", df="3.5", cost="x**4", estimators="score_function")
    assert ["has not decayed" in info.value for info in test.info] == [True]
    assert any("unbiased wherever there is an expectation" in block.value for block in test.markdown)
    assert not page(family="student_t", df="4.5", cost="x**4", estimators="score_function").info


def test_a_run_that_does_not_exist_is_replaced_by_a_new_one(page):
    test = page(run="no-such-run", seed="5")
    assert query(test)["run"] != "no-such-run" and query(test)["seed"] == "5"
    assert service().runs.find(query(test)["run"]).config.seed == 5


def test_a_run_is_found_where_it_was(page):
    first = page(seed="11")
    second = page(run=query(first)["run"])
    assert query(second)["run"] == query(first)["run"] and query(second)["seed"] == "11"


def test_a_bad_expression_is_refused_in_one_sentence_and_loses_nothing(page):
    test = page(cost="sin(x)")
    (field,) = [widget for widget in test.text_input if widget.label == "f(x) ="]
    field.set_value("__import__('os')").run()
    assert not test.exception and len(test.error) == 1
    assert query(test)["cost"] == "sin(x)"


def test_tabs_on_one_run_follow_each_other(page):
    first = page(seed="21")
    second = page(run=query(first)["run"])
    select(first, "Family").set_value("laplace").run()
    second.run()
    assert not second.exception
    assert select(second, "Family").value == "laplace" and query(second)["family"] == "laplace"
    assert any("another tab" in warning.value for warning in second.warning)
    first.run()
    assert not first.warning and select(first, "Family").value == "laplace"


def test_a_family_without_an_expected_cost_opens_with_one_that_it_has(page):
    """A Cauchy has no mean square: the page says so, takes the next cost, and leaves out what there is no E[f] of."""
    test = page()
    assert "quadratic" in select(test, "Cost").options
    select(test, "Family").set_value("cauchy").run()
    assert not test.exception
    assert query(test)["cost"] == "exponential" and query(test)["estimators"] == "pathwise,score_function"
    assert any("Cauchy has no expected quadratic cost" in warning.value for warning in test.warning)
    assert select(test, "Cost").options == ["exponential", "cosine", "step", "KL to a target", "your own f(x)"]
    select(test, "Cost").set_value("own").run()
    assert not test.exception and query(test)["cost"] == "exponential"
    assert any("Cauchy has no expected sin(x) + 0.1 * x ** 2 cost" in error.value for error in test.error)
    select(test, "Cost").set_value("cosine").run()
    assert query(test)["cost"] == "cosine" and query(test)["estimators"] == "score_function"
    select(test, "Family").set_value("normal").run()
    assert query(test)["cost"] == "cosine" and "quadratic" in select(test, "Cost").options


def test_many_bits_are_typed_and_keep_their_length(page):
    bits = ",".join(["0.25"] * 20)
    test = page(family="bernoulli_product", logits=bits, estimators="disarm")
    (text,) = test.text_area
    assert text.label == "logits: 20 numbers" and text.value.count("0.25") == 20
    text.set_value("1" + text.value[4:]).run()
    assert not test.exception and not test.error
    assert query(test)["logits"] == "1," + bits[5:]
    test.text_area[0].set_value("1, 2").run()
    assert "logits must be 20 numbers from -5 to 5, got '1, 2': they stay as they are." in test.error[0].value
    assert query(test)["logits"] == "1," + bits[5:]


def test_vectors_of_one_length_grow_together(page):
    test = page(family="mvn_diag", estimators="pathwise")
    (length,) = [widget for widget in test.number_input if widget.label == "How many loc and scale_diag"]
    length.set_value(3).run()
    assert not test.exception
    assert query(test)["loc"] == "1,-0.5,0" and query(test)["scale_diag"] == "1,0.6,0.6"
    assert any(r"\sum_d f(x_d)" in formula.value for formula in test.latex)
