"""What each program of the five documents does as written, held against the table, and where it works."""

import ast
import re
from pathlib import Path

import pytest
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from playground.cases import CASES
from playground.clinic.case import DOCUMENTS
from playground.models import MODELS
from playground.objectives import OBJECTIVES
from playground.sequences.wirings import WIRINGS
from playground.zoo import ZOO
from tests.clinic_runs import pair
from tests.documents_calls import CALLS, EVENT, constructions, outside

pytestmark = pytest.mark.xdist_group("clinic")
ROOT = Path(__file__).parents[1]
TABLE = (ROOT / "docs" / "documents.md").read_text(encoding="utf-8")
ROWS = {
    cells[0]: cells[1:]
    for line in TABLE.splitlines()
    if (cells := [cell.strip() for cell in line.strip("|").split("|")]) and re.fullmatch(r"\d{3}\.\d", cells[0])
}
KEYS = {
    "Layers": set(MODELS),
    "Zoo": set(ZOO),
    "Inference": set(OBJECTIVES),
    "Sequences": {wiring.key for wiring in WIRINGS},
}


def test_the_table_has_every_program_once() -> None:
    assert list(ROWS) == [f"{key}.{number}" for key, (_, count) in DOCUMENTS.items() for number in range(1, count + 1)]
    lines = [line for line in TABLE.splitlines() if re.match(r"\| \d{3}\.\d ", line)]
    assert len(lines) == len(ROWS) == 18
    asserted = {*CALLS, *constructions(), "003.1", "003.2"}
    assert asserted == set(ROWS)


@pytest.mark.parametrize("program", CALLS)
def test_a_program_does_as_written_what_the_table_says(program: str) -> None:
    written = ROWS[program][1]
    if written == "runs":
        CALLS[program]()
        return
    found = re.fullmatch(r"(\w+): `(.+)`", written)
    assert found is not None, written
    with pytest.raises(Exception) as raised:
        CALLS[program]()
    assert type(raised.value).__name__ == found[1]
    assert found[2] in str(raised.value)


@pytest.mark.parametrize("program", [program for program in ROWS if program.startswith("002")])
def test_the_constructions_run_and_all_of_them_learns(program: str) -> None:
    assert ROWS[program][1].startswith("runs")
    make, count = constructions()[program]
    distribution = make()
    variables = distribution.trainable_variables  # type: ignore[attr-defined]
    assert sum(int(tf.size(variable)) for variable in variables) == count
    with tf.GradientTape() as tape:
        cost = -tf.reduce_mean(distribution.log_prob(tf.random.stateless_normal([20, EVENT], [1, 2])))  # type: ignore[attr-defined]
    assert all(gradient is not None for gradient in tape.gradient(cost, variables))


def test_a_class_without_indents_is_refused() -> None:
    assert "IndentationError" in ROWS["002.6"][1]
    with pytest.raises(IndentationError):
        compile("class Pad:\ndef forward(self, x):\nreturn x\n", "as stored", "exec")


def test_a_sample_before_the_tape_gives_none_for_both() -> None:
    assert ROWS["003.1"][1] == ROWS["003.2"][1] == "prints `[None, None]`"
    loc, scale = tf.Variable(0.0), tf.Variable(1.0)
    assert outside(lambda: loc + scale * tf.random.normal([]), [loc, scale]) == [None, None]
    assert outside(lambda: tfd.Normal(loc, tf.nn.softplus(scale)).sample(), [loc, scale]) == [None, None]


def test_of_twelve_programs_nine_raise_two_give_none_and_one_trains() -> None:
    written = [ROWS[program][1] for program in ROWS if not program.startswith("002")]
    assert len(written) == 12
    assert sum("Error: " in text for text in written) == 9
    assert written.count("prints `[None, None]`") == 2
    assert written.count("runs") == 1
    assert "nine raise, two print `[None, None]`, one trains" in TABLE


@pytest.mark.parametrize("program", ROWS)
def test_where_it_works_is_there(program: str) -> None:
    _, _, _, place, clinic, tests = ROWS[program]
    page, key = re.fullmatch(r"(\w+): `([\w-]+)`", place).groups()  # type: ignore[union-attr]
    assert key in KEYS[page]
    document, number = program.split(".")
    named = re.findall(r"`(\w+)`", clinic)
    assert set(named) <= set(CASES)
    assert any((document, int(number)) in CASES[case].snippets for case in named) or document == "002"
    for test in re.findall(r"`([^`]+)`", tests):
        file, _, function = test.partition("::")
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        assert not function or function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("case", [case for case in CASES.values() if case.snippets], ids=lambda case: case.key)
def test_a_case_of_a_document_is_in_its_row_and_mended(case) -> None:  # type: ignore[no-untyped-def]
    _, mended = pair(case)
    assert all(each.holds(mended.gradient(each.name)) for each in case.exact)
    assert any(f"`{case.key}`" in ROWS[f"{document}.{number}"][4] for document, number in case.snippets)


def test_the_claims_that_are_not_so_have_their_cases() -> None:
    """Each is contradicted by what a case's programs did; here the table's cases are looked up by their facts."""
    named = re.findall(r"`tests/test_cases\.py`, case `(\w+)`", TABLE)
    assert len(named) == 5 and set(named) <= set(CASES)
    assert pair(CASES["mixture_logits"])[0].gradient("logits") is None
    assert pair(CASES["discrete_sample"])[0].gradient("rate") is None
    for key in ("sample_outside_tape", "kl_outside_tape"):
        assert all(each.holds(pair(CASES[key])[1].gradient(each.name)) for each in CASES[key].exact)
    assert "'log_prob'" in pair(CASES["time_distributed_layer"])[0].says
