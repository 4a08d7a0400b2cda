"""The same seed gives the same numbers, however many threads TensorFlow runs: a link means the same everywhere."""

import json
import os
import subprocess
import sys

SCRIPT = """
import json, sys
import playground
import tensorflow as tf
tf.config.threading.set_intra_op_parallelism_threads(int(sys.argv[1]))
from playground.families import FAMILIES
from playground.problem import Problem
from playground.costs import COSTS
found = {}
for key, family in FAMILIES.items():
    sizes = tuple(1 if p.lengths is None else len(p.default) for p in family.parameters)
    problem = Problem(family, COSTS["linear"], sizes, {})
    defaults = {p.name: tf.constant(p.default, tf.float32) for p in family.parameters}
    x = family.make(problem.broadcast(defaults, (256, 16))).sample(seed=tf.constant([3, 5]))
    found[key] = [float(value) for value in tf.reshape(x, [-1])[::7].numpy()]
print(json.dumps(found))
"""


def samples(threads: int) -> dict[str, list[float]]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TF_NUM_")}
    command = [sys.executable, "-c", SCRIPT, str(threads)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_samples_do_not_depend_on_the_number_of_threads() -> None:
    one, four = samples(1), samples(4)
    assert len(one) >= 16
    assert [key for key in one if one[key] != four[key]] == []
