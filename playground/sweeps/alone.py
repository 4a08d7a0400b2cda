"""A task in a process that does nothing else: one thread, so that its numbers are those of any other such process.

Some of TensorFlow's samplers draw other numbers, and its sums round otherwise, with another number of threads.
"""

import tensorflow as tf

from playground.sweeps.row import Row
from playground.sweeps.task import Task, run_task


def prepare() -> None:
    """One thread for TensorFlow. Where it has begun already nothing is changed: the process was made for other work."""
    try:
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
    except RuntimeError:  # how TensorFlow says that it has begun
        return


def run_alone(task: Task) -> tuple[Row, ...]:
    """`run_task`, with `prepare` before the first."""
    prepare()
    return run_task(task)
