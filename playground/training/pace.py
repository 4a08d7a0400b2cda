"""How fast a run goes: when it is served next, and how many steps it does then."""

SLICE_SECONDS = 0.02
SHORTEST_INTERVAL, LONGEST_INTERVAL = 0.04, 0.08
AHEAD = 0.8


class Pace:
    """Turns a speed in steps a second into slices. Made for clocks that jump: no burst makes up for a gap.

    Args:
      speed: Steps a second; `inf` for as fast as it goes.
      now: Monotonic seconds.
    """

    def __init__(self, speed: float, now: float) -> None:
        self.speed = speed
        self._served = now
        self.looked_at = now
        self._frame = SHORTEST_INTERVAL
        self._owed = 0.0
        self._steps_a_second = 1000.0

    def looked(self, now: float) -> None:
        """A viewer has come for a frame. How often viewers come sets how often there is something new to see.

        A slice costs about a millisecond before its first step, so none are made that nobody would see; they come a
        little faster than the looks, because in step with them every second look would find nothing new.
        """
        self._frame = min(max(AHEAD * (now - self.looked_at), SHORTEST_INTERVAL), LONGEST_INTERVAL)
        self.looked_at = now

    def due(self, now: float) -> float:
        """Seconds until the next slice; 0 or less is now."""
        # A clock that jumped back must not keep the run waiting until it is there again.
        return self._interval() - (now - self._served) if now >= self._served else 0.0

    def start(self, now: float) -> None:
        """The next slice is due at once."""
        self._served = now - self._interval()

    def restart(self, now: float) -> None:
        """Nothing is owed."""
        self._served, self._owed = now, 0.0

    def served(self, now: float) -> None:
        """A slice that began at `now` is done."""
        self._served = now

    def steps(self, now: float, most: int) -> int:
        """How many steps the slice that begins now has to do, at the most `most`."""
        fastest = max(1, min(most, int(self._steps_a_second * SLICE_SECONDS)))
        if self.speed == float("inf"):
            return fastest
        owed = self._owed + self.speed * min(max(now - self._served, 0.0), 2.0 * self._interval())
        steps = max(1, min(int(owed), fastest))
        self._owed = min(max(owed - steps, 0.0), 1.0)
        return steps

    def took(self, steps: int, seconds: float) -> None:
        """Learns from a slice how many steps a second the machine can do."""
        self._steps_a_second += 0.3 * (steps / max(seconds, 1e-6) - self._steps_a_second)

    def _interval(self) -> float:
        return 0.0 if self.speed == float("inf") else max(1.0 / self.speed, self._frame)
