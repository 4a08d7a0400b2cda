"""Reading Parquet files: numeric columns only, so that a long text never gets into memory."""

import numpy as np
import pyarrow as pa
from pyarrow import parquet as pq

from playground.data.column import MOST_ROWS, Column, Parsed, check_names, first_unusable, too_many_rows
from playground.errors import InvalidInput

MAGIC = b"PAR1"
MOST_BYTES_UNPACKED = 200 * 2**20


def parse(label: str, content: bytes) -> Parsed:
    """Reads the bytes of a Parquet file.

    Raises:
      InvalidInput: If it is none, is broken, or is too large.
    """
    if not content.startswith(MAGIC):
        raise InvalidInput(f"'{label}' is no Parquet file: expected '{MAGIC.decode()}' as its first four bytes.")
    if not content.endswith(MAGIC):
        raise InvalidInput(f"'{label}' is a Parquet file that is cut off or locked: save it again, without encryption.")
    try:
        file = pq.ParquetFile(pa.BufferReader(content))
        schema, metadata = file.schema_arrow, file.metadata
    except Exception as error:  # Arrow raises a dozen kinds, and whichever it is, the file is at fault
        raise _broken(label) from error
    names = check_names(label, list(schema.names))
    if metadata.num_rows > MOST_ROWS:
        raise too_many_rows(label, metadata.num_rows)
    unpacked = sum(metadata.row_group(index).total_byte_size for index in range(metadata.num_row_groups))
    if unpacked > MOST_BYTES_UNPACKED:
        raise InvalidInput(
            f"'{label}' unpacks to {unpacked / 2**20:.0f} MB, expected at most {MOST_BYTES_UNPACKED // 2**20} MB."
        )
    if len(set(names)) < len(names):
        return Parsed(tuple(Column(name, None, None) for name in names), metadata.num_rows, None)
    columns = []
    for field, name in zip(schema, names, strict=True):
        if not _is_numeric(field.type):
            problem = f"'{label}', column '{name}': got values of type {field.type}, expected numbers."
            columns.append(Column(name, None, problem))
            continue
        try:
            read = file.read(columns=[field.name], use_threads=False).column(field.name)
            values = np.array(read.cast(pa.float64(), safe=False).to_numpy(), np.float64)
            blank = read.is_null().to_numpy()
        except Exception as error:  # as above
            raise _broken(label) from error
        if len(values) != metadata.num_rows:
            raise _broken(label)
        columns.append(_column(label, name, values, blank))
    return Parsed(tuple(columns), metadata.num_rows, None)


def _is_numeric(kind: pa.DataType) -> bool:
    return pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)


def _column(label: str, name: str, values: np.ndarray, blank: np.ndarray) -> Column:
    index = first_unusable(values)
    if index is None:
        return Column(name, values, None)
    got = "the cell is blank, expected a number: fill it in, or leave the row out."
    if not blank[index]:
        got = f"got '{values[index]:g}', expected a finite number."
    return Column(name, None, f"'{label}', row {index + 1}, column '{name}': {got}")


def _broken(label: str) -> InvalidInput:
    return InvalidInput(f"'{label}' is a broken Parquet file that cannot be read: save it again.")
