"""What each program of the five documents does as written: the same calls in code of our own, held against the table."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp

from playground.cases import CASES
from playground.clinic.case import DOCUMENTS
from playground.models import MODELS
from playground.objectives import OBJECTIVES
from playground.sequences.wirings import WIRINGS
from playground.zoo import ZOO
from tests.clinic_runs import pair

pytestmark = pytest.mark.xdist_group("clinic")
ROOT = Path(__file__).parents[1]
TABLE = (ROOT / "docs" / "documents.md").read_text(encoding="utf-8")
tfb, tfd = tfp.bijectors, tfp.distributions
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
EVENT, COMPONENTS = 4, 3


def in_a_layer(make: Callable[[tf.Tensor], object]) -> None:
    """A Keras 3 layer that looks for DistributionLambda among the distributions, as 000's programs do."""

    class Head(keras.layers.Layer):
        def call(self, inputs: tf.Tensor) -> object:
            made = make(inputs)
            return tfd.DistributionLambda(lambda shape: made.sample(shape))  # type: ignore[attr-defined]

    Head()(tf.ones([1, 6]))


def mixture(raw: tf.Tensor) -> object:
    return tfd.MixtureSameFamily(
        tfd.Categorical(logits=raw[..., 4:]), tfd.Normal(raw[..., :2], tf.nn.softplus(raw[..., 2:4]))
    )


def stretched(raw: tf.Tensor) -> object:
    return tfd.TransformedDistribution(tfd.Beta(raw[..., 0], raw[..., 1]), tfb.Scale(raw[..., 2]))


def ends_in_a_sample(make: Callable[[tf.Tensor], object], width: int, loss: str, labels: tf.Tensor) -> None:
    """A Keras 3 net with a layer that draws at its end, compiled and fitted, as 001's first two do."""

    class Draw(keras.layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.dense = keras.layers.Dense(width)

        def call(self, inputs: tf.Tensor) -> tf.Tensor:
            return make(self.dense(inputs)).sample()  # type: ignore[attr-defined]

    model = keras.Sequential([keras.layers.Dense(3, activation="relu"), Draw()])
    model.compile(optimizer="adam", loss=loss)
    history = model.fit(tf.ones([8, 2]), labels, epochs=2, verbose=0).history["loss"]
    assert np.all(np.isfinite(history))


def one_dense_for_both(raw: tf.Tensor) -> object:
    return tfd.Normal(raw, tf.nn.softplus(raw))


def variables_in_attributes() -> None:
    class Draw(keras.layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.loc = tf.Variable(0.0)

        def call(self, inputs: tf.Tensor) -> tf.Tensor:
            return tfd.Normal(self.loc, 1.0).sample()

    model = keras.Sequential([Draw()])
    with tf.GradientTape() as tape:
        cost = model(tf.constant(0.0)) ** 2
    gradients = tape.gradient(cost, model.trainable_variables)
    keras.optimizers.Adam().apply_gradients(zip(gradients, model.trainable_variables, strict=True))


def gone_from_tensorflow() -> None:
    tf.distributions.Normal(loc=0.0, scale=1.0).sample()


def two_heads_to_a_lambda(split: bool) -> None:
    series = keras.Input([10, 5])
    if split:
        head = keras.layers.TimeDistributed(keras.layers.Dense(6))(series)
        parts = keras.layers.Lambda(lambda both: tf.split(both, 2, axis=-1))(head)
    else:
        parts = [keras.layers.TimeDistributed(keras.layers.Dense(3))(series) for _ in range(2)]
    keras.layers.Lambda(lambda t: tfd.Independent(tfd.Normal(t[0], tf.nn.softplus(t[1])), 1))(parts)


def own_layer_in_time_distributed() -> None:
    class Head(keras.layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.dense = keras.layers.Dense(3)

        def call(self, inputs: tf.Tensor) -> object:
            return tfd.Independent(tfd.Normal(self.dense(inputs), 1.0), 1)

    keras.layers.TimeDistributed(Head())(keras.Input([10, 5]))


# What raises, or runs to its end.
CALLS: dict[str, Callable[[], None]] = {
    "000.1": lambda: in_a_layer(mixture),
    "000.2": lambda: in_a_layer(mixture),
    "000.3": lambda: in_a_layer(stretched),
    "001.1": lambda: ends_in_a_sample(one_dense_for_both, 1, "mse", tf.zeros([8, 1])),
    "001.2": lambda: ends_in_a_sample(
        lambda raw: tfd.Categorical(logits=raw), 5, "sparse_categorical_crossentropy", tf.zeros([8], tf.int32)
    ),
    "001.3": variables_in_attributes,
    "003.3": gone_from_tensorflow,
    "004.1": lambda: two_heads_to_a_lambda(split=False),
    "004.2": lambda: two_heads_to_a_lambda(split=True),
    "004.3": own_layer_in_time_distributed,
}


def positive(value: tf.Tensor) -> object:
    return tfp.util.TransformedVariable(value, tfb.Softplus())


def triangles(count: int) -> tf.Tensor:
    return 10.0 * tf.eye(EVENT, batch_shape=[count])


def constructions() -> dict[str, tuple[Callable[[], object], int]]:
    """002's constructions by their parts, and how many numbers of each are learnt."""
    locs, weights = tf.Variable(tf.zeros([COMPONENTS, EVENT])), tf.Variable(tf.zeros([COMPONENTS]))

    def fixed(bijector: object) -> object:
        return tfp.util.TransformedVariable(tf.zeros([COMPONENTS]), bijector)

    def round_normals() -> object:
        return tfd.Independent(tfd.Normal(locs, positive(10.0 * tf.ones([COMPONENTS, 1]))), 1)

    def full_normals() -> object:
        return tfd.MultivariateNormalTriL(
            locs, tfp.util.TransformedVariable(triangles(COMPONENTS), tfb.FillScaleTriL())
        )

    def with_fixed_first() -> object:
        loc = tfp.util.TransformedVariable(tf.zeros([COMPONENTS, EVENT]), tfb.Pad(paddings=[(1, 0)], axis=-2))
        return tfd.MultivariateNormalTriL(loc, triangles(COMPONENTS))

    def mixed(logits: object, components: object) -> object:
        return tfd.MixtureSameFamily(tfd.Categorical(logits=logits), components)

    def single(scale: object) -> object:
        return tfd.Independent(tfd.Normal(tf.Variable(tf.zeros(EVENT)), scale), 1)

    pad = tfb.Pad(paddings=[(1, 0)])
    return {
        "002.1": (lambda: single(tfp.util.TransformedVariable(tf.ones([1]), tfb.Exp())), 5),
        "002.2": (lambda: single(positive(tf.ones(EVENT))), 8),
        "002.3": (lambda: mixed(weights, round_normals()), 18),
        "002.4": (lambda: mixed(fixed(pad), round_normals()), 17),
        "002.5": (lambda: mixed(weights, full_normals()), 45),
        "002.6": (lambda: mixed(fixed(pad), with_fixed_first()), 10),
    }


def outside(draw: Callable[[], tf.Tensor], parameters: list[tf.Variable]) -> list[object]:
    sample = draw()
    with tf.GradientTape() as tape:
        cost = tf.reduce_mean(sample**2)
    return tape.gradient(cost, parameters)


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
