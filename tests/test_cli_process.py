"""The command line as a process of its own: exit codes, clean streams, pipes, signals."""

import functools
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMAND = [sys.executable, "-m", "playground"]


def process(*argv: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    # Not our own setting, which a test run inherits: TensorFlow must be quiet of itself.
    environment = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    return subprocess.run(
        [*COMMAND, *argv], cwd=ROOT, env=environment, input=stdin, capture_output=True, text=True, timeout=120
    )


def test_a_result_is_one_json_document_and_nothing_else() -> None:
    lines = '{"replicates": 100}\n{"estimator": "nothing"}\n'
    done = process("measure", "--from", "-", "--json", stdin=lines)
    assert (done.returncode, done.stderr) == (0, "")
    result, error = map(json.loads, done.stdout.splitlines())
    assert result["config"]["replicates"] == 100
    assert list(error) == ["error"]


def test_bad_input_is_one_line_on_stderr() -> None:
    done = process("measure", "--param", "scale=-1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "Family 'normal': `scale` must be positive, got -1.0.\n"


def test_training_says_nothing_on_stderr() -> None:
    done = process("train", "--steps", "3", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["step"] == 3


def test_help_does_not_wait_for_tensorflow() -> None:
    code = "import sys; from playground.__main__ import main; main(['train', '--help']); print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "False"


def test_a_reader_that_leaves_is_no_error() -> None:
    with subprocess.Popen(
        [*COMMAND, "list", "--json"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as run:
        assert run.stdout is not None and run.stderr is not None
        assert run.stdout.read(1) == b"{"
        run.stdout.close()
        assert run.stderr.read() == b""
    assert run.returncode == 141


def test_ctrl_c_ends_with_130_and_no_traceback() -> None:
    argv = [*COMMAND, "measure", "--from", "-", "--json"]
    pipe = subprocess.PIPE
    # What is started in the background by a shell ignores Ctrl-C, and hands that on.
    listening = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(argv, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=pipe, preexec_fn=listening) as run:
        assert run.stdin is not None and run.stdout is not None and run.stderr is not None
        run.stdin.write(b'{"replicates": 2}\n')
        run.stdin.flush()
        assert run.stdout.readline().startswith(b"{"), "each answer comes at once, before the next question"
        time.sleep(0.2)
        run.send_signal(signal.SIGINT)
        assert run.stderr.read() == b""
    assert run.returncode == 130
