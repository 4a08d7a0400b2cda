"""The live runs of this process, by unguessable id, each on a lease that its viewers renew by looking.

A run that nobody has looked at for `PAUSE_AFTER` seconds pauses (and goes on when somebody looks again); after
`END_AFTER` it ends. Reloads, dropped connections and second screens therefore find the run where it was.
"""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playground.training.run import Run
from playground.training.scheduler import Scheduler

PAUSE_AFTER = 15.0
END_AFTER = 15.0 * 60.0
MOST_RUNS = 500
CHECK_SECONDS = 1.0
LONGEST_CHECK = 5.0


@dataclass
class _Lease:
    run: Run
    renewed: float
    asleep: bool = False


class Runs:
    """A registry of runs, with its own scheduler.

    Args:
      clock: Monotonic seconds.
      threads: Of the scheduler.
      ended: Called with the id of each run that ends.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        threads: int | None = None,
        ended: Callable[[str], object] = lambda run_id: None,
    ) -> None:
        self._clock = clock
        self._ended = ended
        self._lock = threading.Lock()
        self._leases: dict[str, _Lease] = {}
        self._scheduler = Scheduler(threads, clock)
        self._checked = clock()
        self._stop = threading.Event()
        self._reaper = threading.Thread(target=self._reap, name="playground-leases", daemon=True)
        self._reaper.start()

    def __len__(self) -> int:
        return len(self._leases)

    def __contains__(self, run_id: str) -> bool:
        return run_id in self._leases

    def create(self, config: Any, speed: float = 60.0) -> str:
        """Starts a run, paused, and returns its id. The run unseen for longest makes room when there are too many."""
        run, run_id = Run(config, speed, self._clock), secrets.token_urlsafe(12)
        with self._lock:
            if len(self._leases) >= MOST_RUNS:
                self._end(min(self._leases, key=lambda key: self._leases[key].renewed))
            self._leases[run_id] = _Lease(run, self._clock())
        self._scheduler.add(run)
        return run_id

    def find(self, run_id: str) -> Run | None:
        """The run, or None when there is none (any more). Looking renews the lease."""
        with self._lock:
            lease = self._leases.get(run_id)
            if lease is None:
                return None
            lease.renewed = self._clock()
            woken, lease.asleep = lease.asleep, False
        if woken:
            lease.run.play()
        return lease.run

    def peek(self, run_id: str) -> Run | None:
        """The run, without renewing its lease: a tab that nobody sees may ask whether it is still there."""
        with self._lock:
            lease = self._leases.get(run_id)
        return None if lease is None else lease.run

    def end(self, run_id: str) -> None:
        """Ends a run; one that is not there is ended already."""
        with self._lock:
            self._end(run_id)

    def stop(self) -> None:
        """Ends everything. May be called twice."""
        self._stop.set()
        self._scheduler.stop()
        self._reaper.join(5.0)

    def expire(self) -> None:
        """Pauses and ends what nobody looks at. The reaper calls it once a second."""
        with self._lock:
            now = self._clock()
            passed = now - self._checked
            self._checked = now
            # After a jump of the clock, or the sleep of a machine, nobody could have looked: that time does not count.
            lost = passed if not 0.0 <= passed <= LONGEST_CHECK else 0.0
            for run_id, lease in list(self._leases.items()):
                lease.renewed += lost
                unseen = now - lease.renewed
                if unseen > END_AFTER:
                    self._end(run_id)
                elif unseen > PAUSE_AFTER and lease.run.playing:
                    lease.asleep = True
                    lease.run.pause()

    def _end(self, run_id: str) -> None:
        lease = self._leases.pop(run_id, None)
        if lease is not None:
            self._scheduler.remove(lease.run)
            self._ended(run_id)

    def _reap(self) -> None:
        while not self._stop.wait(CHECK_SECONDS):
            self.expire()
