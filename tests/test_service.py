"""What the process keeps for all its visitors."""

import keras
import pytest
from streamlit.runtime.scriptrunner import script_runner
from tensorflow.python.eager import context

from playground.live.service import service


def test_the_end_of_a_script_clears_no_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit's clean-up, as it is done after each script: with Keras' own function it reaches TensorFlow."""
    cleared = []
    monkeypatch.setattr(type(context.context()), "clear_kernel_cache", lambda _: cleared.append(True))
    own, spared = keras.utils.clear_session, service() and keras.backend.clear_session
    for clear_session, expected in ((spared, []), (own, [True])):
        monkeypatch.setattr(keras.backend, "clear_session", clear_session)
        script_runner._clean_problem_modules()
        assert cleared == expected
