"""Points out of a learner's table: standardised as it says, and a sentence for each table that will not do."""

import numpy as np
import pytest

from playground.data.labelled import labelled
from playground.data.table import Table, read_table
from playground.errors import InvalidInput


def table(rows: np.ndarray, header: str = "height,weight,sick") -> Table:
    lines = [header, *(",".join(f"{value:g}" for value in row) for row in rows)]
    return read_table("mine.csv", "\n".join(lines).encode())


def some(count: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    return np.column_stack([rng.normal(170, 10, count), rng.normal(70, 15, count), np.arange(count) % 2])


def test_columns_are_standardised_as_the_words_say() -> None:
    rows = some(40)
    found = labelled(table(rows), "height", "weight", "sick")
    shown = np.array(found.points)
    height = rows[:, 0]
    np.testing.assert_allclose(shown[:, 0], (height - height.mean()) / height.std(), atol=0.01)
    np.testing.assert_array_equal(shown[:, 2], rows[:, 2])
    assert f"x = (height − {height.mean():.4g}) / {height.std():.4g}" in found.words and "all 40 rows" in found.words


def test_of_many_rows_sixty_are_taken_evenly() -> None:
    found = labelled(table(some(601)), "height", "weight", "sick")
    assert len(found.points) == 60 and "60 of 601 rows, evenly spaced" in found.words


def test_what_lies_far_out_is_brought_in() -> None:
    rows = some(40)
    rows[7, 0] = 900.0
    shown = np.array(labelled(table(rows), "height", "weight", "sick").points)
    assert shown[7, 0] == np.abs(shown[:, 0]).max() and 2.9 < shown[7, 0] <= 3.0


@pytest.mark.parametrize(
    ("rows", "chosen", "sentence"),
    [
        (
            some(9),
            ("height", "height", "sick"),
            "'mine.csv': column 'height' is chosen twice, expected different columns.",
        ),
        (
            some(9),
            ("height", "sick", "weight"),
            "'mine.csv': column 'weight' must hold the classes 0 and 1 alone, got ",
        ),
        (
            some(9) * [0, 1, 1] + [5, 0, 0],
            ("height", "weight", "sick"),
            "'mine.csv': column 'height' is 5 in every row, expected it to vary.",
        ),
    ],
)
def test_a_table_that_will_not_do_says_why(rows: np.ndarray, chosen: tuple[str, str, str], sentence: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        labelled(table(rows), *chosen)
    assert str(refused.value).startswith(sentence) and str(refused.value).endswith(".")


def test_one_row_is_too_few() -> None:
    with pytest.raises(InvalidInput, match="at least"):
        labelled(table(some(1)), "height", "weight", "sick")
