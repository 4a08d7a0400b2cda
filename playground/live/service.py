"""The process-wide meeting point of pages, routes and runs."""

import atexit
import functools
import gc
import threading
from typing import Any

import keras

from playground.experiments import EXPERIMENTS
from playground.live.run_source import RunSource
from playground.training.runs import Runs


class Service:
    """All runs of this process, each with its source for the live board."""

    def __init__(self) -> None:
        self._sources: dict[str, RunSource] = {}
        self._lock = threading.Lock()
        self.runs = Runs(ended=lambda run_id: self._sources.pop(run_id, None))

    def create(self, config: Any, speed: float) -> str:
        """Starts a run that plays at once, and returns its id."""
        run_id = self.runs.create(config, speed)
        run = self.runs.find(run_id)
        assert run is not None
        run.play()
        return run_id

    def find(self, run_id: str) -> RunSource | None:
        """The source of a run, or None where there is none (any more). Only its `touch` renews the lease."""
        run = self.runs.peek(run_id)
        with self._lock:
            if run is None:
                self._sources.pop(run_id, None)
                return None
            if run_id not in self._sources:
                self._sources[run_id] = RunSource(run, lambda: self.runs.find(run_id))
            return self._sources[run_id]

    def warm_up(self) -> None:
        """Traces what the first visitor will need, then takes all that lives by now out of the garbage collector.

        With TensorFlow loaded a full collection holds the interpreter for a quarter of a second.
        """
        first = [experiment.presets[0] for experiment in EXPERIMENTS.values()]
        run_ids = [self.create(preset.config, preset.speed) for preset in first]
        for run_id in run_ids:
            self._wait_for_steps(run_id)
            source = self.find(run_id)
            if source is not None:
                source.figures()
            self.runs.end(run_id)
        gc.collect()
        gc.freeze()

    def _wait_for_steps(self, run_id: str) -> None:
        for _ in range(200):
            run = self.runs.find(run_id)
            if run is None or (run.snapshot is not None and run.snapshot.step > 0):
                break
            threading.Event().wait(0.1)

    def stop(self) -> None:
        """Ends all runs and threads. May be called twice."""
        self.runs.stop()


def _keep_kernels() -> None:
    """Lets scripts end without Streamlit clearing Keras' session, which no option prevents once Keras is imported.

    TensorFlow imports it, and this process builds nothing with it: models are `tf_keras`, a module of its own, and the
    clinic's programs have processes of their own. Clearing would throw away the kernels of all that is compiled, which
    the next slice of each run would have to make again, and collect garbage while nobody gets a frame.
    """
    keras.backend.clear_session = lambda free_memory=True: None


@functools.cache
def service() -> Service:
    """The service of this process, made on first use. It ends first: a thread inside TensorFlow must not be cut off."""
    _keep_kernels()
    made = Service()
    atexit.register(made.stop)
    return made
