"""The page "Does my gradient flow?" through Streamlit's test harness: table, evidence, diagram."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from playground.audit import store
from tests.page_checks import opener, query, widget

Open = Callable[..., AppTest]


@pytest.fixture
def page() -> Open:
    return opener("gradients.py")


def words(test: AppTest) -> str:
    return " ".join(block.value for kind in ("markdown", "caption", "info", "warning") for block in getattr(test, kind))


def table(test: AppTest) -> set[str]:
    return set(test.dataframe[0].value["distribution"])


def test_the_table_is_what_was_shipped_and_says_of_what(page: Open) -> None:
    test = page()
    about, rows = store.load(store.SHIPPED)
    assert len(test.dataframe[0].value) == len(rows)
    assert f"tensorflow-probability {about['versions']['tensorflow-probability']}, " in words(test)
    assert "InverseGaussian, NormalInverseGaussian, TruncatedNormal" in words(test)
    assert test.dataframe[0].value["verdict"].iloc[0] == "wrong", "the surprising ones come first"


def test_a_search_and_a_verdict_narrow_it_and_the_address_keeps_it(page: Open) -> None:
    test = page()
    widget(test, "text_input", "Search").set_value("mixture logits").run()
    assert not test.exception
    assert {name.partition("(")[0] for name in table(test)} == {"Mixture", "MixtureSameFamily"}
    assert query(test)["find"] == "mixture logits"
    assert table(page(find="mixture logits")) == table(test)
    widget(test, "text_input", "Search").set_value("xyzzy").run()
    assert not test.exception and not test.dataframe and "No row holds “xyzzy”" in words(test)


def test_what_is_chosen_stands_in_the_address_and_opens_again(page: Open) -> None:
    test = page()
    widget(test, "button_group", "Verdicts").set_value(["wrong", "partial"]).run()
    widget(test, "button_group", "The sample is drawn").set_value("before the tape").run()
    widget(test, "selectbox", "Distribution").set_value("poisson").run()
    widget(test, "button_group", "What do you see?").set_value("none").run()
    assert not test.exception
    kept = {name: query(test)[name] for name in ("verdicts", "tape", "source", "symptom")}
    assert kept == {"verdicts": "wrong,partial", "tape": "outside", "source": "poisson", "symptom": "none"}
    assert "way" not in query(test), "what is as at first makes no address longer"
    again = page(tab="clinic", **kept)
    assert not again.warning and table(again) == table(test) and query(again).items() >= kept.items()
    assert query(again)["tab"] == "clinic"
    bad = page(tab="kitchen", verdicts="wrong,odd")
    assert ["kitchen" in warning.value or "odd" in warning.value for warning in bad.warning] == [True, True]
    assert query(bad)["verdicts"] == "wrong" and query(bad)["tab"] == "audit"


def test_a_search_within_a_verdict_says_what_it_looked_through(page: Open) -> None:
    test = page(verdicts="unusable", find="Normal.loc")
    assert "None of the rows that are unusable holds “Normal.loc”" in words(test)


def test_a_row_opens_its_evidence_and_the_code_that_makes_it(page: Open) -> None:
    test = page(row="TruncatedNormal.loc")
    assert widget(test, "selectbox", "Evidence for").value == "TruncatedNormal.loc"
    assert "Verdict: **wrong**" in words(test)
    code = next(block.value for block in test.code if "def make" in block.value)
    assert "tfd.TruncatedNormal(" in code and 'parameters["loc"]' in code
    widget(test, "selectbox", "Evidence for").set_value("Cauchy.loc").run()
    assert query(test)["row"] == "Cauchy.loc" and "Verdict: **flows**" in words(test)


def test_a_row_runs_live(page: Open) -> None:
    test = page(row="InverseGaussian.loc")
    widget(test, "button", "Run this row now").click().run()
    assert not test.exception and "Drawn just now: 50,000 gradients" in words(test)
    test = page(row="Bernoulli(probs).probs")
    widget(test, "button", "Run this row now").click().run()
    assert not test.exception and "returned `None` again" in words(test)


def test_the_diagram_follows_the_menus_and_the_address(page: Open) -> None:
    test = page(family="inverse_gaussian", estimator="pathwise")
    assert "in the place of" in words(test), "what is wrong with TFP's sampler is said"
    widget(test, "selectbox", "Family").set_value("categorical").run()
    assert not test.exception
    assert query(test)["family"] == "categorical"
    assert "pathwise" not in widget(test, "selectbox", "Estimator").options


def test_a_parameter_moves_and_the_address_keeps_it(page: Open) -> None:
    test = page(family="normal", loc="2", scale="0.5", estimator="score_function")
    assert not test.warning and query(test)["loc"] == "2"
    widget(test, "number_input", "loc").set_value(-1.0).run()
    assert not test.exception and (query(test)["loc"], query(test)["scale"]) == ("-1", "0.5")
    widget(test, "selectbox", "Family").set_value("poisson").run()
    assert query(test)["rate"] == "3" and "loc" not in query(test), "what no longer has a meaning leaves the address"


def test_an_address_that_names_nothing_says_so_and_shows_the_first_of_all(page: Open) -> None:
    test = page(row="Nothing.at_all", family="nothing", estimator="nobody", cost="no", loc="far")
    said = [warning.value for warning in test.warning]
    for name in ("row", "family", "estimator", "cost", "loc"):
        assert sum(sentence.startswith(f"`{name}` in the address cannot be used: ") for sentence in said) == 1, name
    assert query(test)["row"] == "InverseGaussian.loc"
    assert query(test)["family"] == widget(test, "selectbox", "Family").value == "normal"
    assert widget(test, "selectbox", "Evidence for").value == "InverseGaussian.loc"


def test_an_estimator_that_cannot_run_is_told_why(page: Open) -> None:
    test = page(family="poisson", estimator="pathwise")
    assert "Estimator 'pathwise' cannot run: Poisson is not reparameterized" in test.warning[0].value
    assert any("Why" in expander.label for expander in test.expander)
