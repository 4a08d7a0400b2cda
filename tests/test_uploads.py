"""The store of uploaded tables: bounded, shared, safe for threads."""

import hashlib
import threading

import numpy as np

from playground.data.table import Table, read_table
from playground.data.uploads import UPLOADS, Uploads


def content_of(number: int, rows: int = 2) -> bytes:
    return ("x,y\n" + "".join(f"{number},{row}\n" for row in range(rows))).encode()


def table_of(number: int, rows: int = 2, name: str = "a.csv") -> Table:
    return read_table(name, content_of(number, rows))


def test_the_key_is_of_the_content() -> None:
    key = Uploads().add(table_of(1))
    assert key == f"upload-{hashlib.sha256(content_of(1)).hexdigest()[:12]}"


def test_the_same_file_thirty_times_is_kept_once() -> None:
    uploads = Uploads()
    keys = {uploads.add(table_of(7, name=f"copy {number}.csv")) for number in range(30)}
    assert len(keys) == len(uploads) == 1
    table = uploads.get(keys.pop())
    assert table is not None and table.label == "copy 29.csv"
    assert uploads.nbytes == table.nbytes


def test_what_is_not_there_is_none() -> None:
    assert Uploads().get("upload-000000000000") is None


def test_the_one_unused_for_longest_goes_when_there_are_too_many() -> None:
    uploads = Uploads(most_tables=3)
    first, second, third = (uploads.add(table_of(number)) for number in range(3))
    assert uploads.get(first) is not None
    fourth = uploads.add(table_of(3))
    assert uploads.get(second) is None
    assert all(uploads.get(key) is not None for key in (first, third, fourth))
    assert len(uploads) == 3


def test_uploading_again_counts_as_use() -> None:
    uploads = Uploads(most_tables=2)
    first, second = uploads.add(table_of(0)), uploads.add(table_of(1))
    uploads.add(table_of(0))
    uploads.add(table_of(2))
    assert uploads.get(first) is not None and uploads.get(second) is None


def test_the_numbers_take_bounded_memory() -> None:
    size = table_of(0, rows=100).nbytes
    assert size == 100 * (2 * 8 + 4)  # two float64 and an int32 line number a row
    uploads = Uploads(most_bytes=3 * size)
    keys = [uploads.add(table_of(number, rows=100)) for number in range(10)]
    assert [uploads.get(key) is not None for key in keys] == [False] * 7 + [True] * 3
    assert uploads.nbytes == 3 * size
    large = uploads.add(table_of(99, rows=1000))
    assert len(uploads) == 1 and uploads.get(large) is not None


def test_threads_may_share_it() -> None:
    uploads = Uploads(most_tables=8)
    tables = [table_of(number) for number in range(24)]
    wrong: list[object] = []

    def work(seed: int) -> None:
        rng = np.random.default_rng(seed)
        for index in rng.integers(len(tables), size=500):
            found = uploads.get(uploads.add(tables[index]))
            # Another thread may have pushed it out meanwhile, but it is never another table.
            if found is not None and found.digest != tables[index].digest:
                wrong.append(found)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == [] and len(uploads) == 8
    assert uploads.nbytes == 8 * tables[0].nbytes


def test_the_process_has_one() -> None:
    assert isinstance(UPLOADS, Uploads)
