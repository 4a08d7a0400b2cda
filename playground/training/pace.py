"""How fast a run goes: when it is served next, and how many steps it does then."""

SLICE_SECONDS = 0.02
SHORTEST_INTERVAL, LONGEST_INTERVAL = 0.04, 0.08
AHEAD = 0.8
STUTTER = 0.11
"""Seconds from picture to picture from which on they stutter."""

LEAST_SHARE, GIVEN_UP, TAKEN_BACK = 0.2, 0.9, 0.02
FIRST_STEPS = 16.0


class Pace:
    """Turns a speed in steps a second into slices. Made for clocks that jump: no burst makes up for a gap.

    Slices come at the rate at which somebody looks. A run that cannot do in one what it owes is served in between,
    too, whenever nobody else is due: what is heavy keeps its speed where there is time to spare.

    On a server with too much to do slices come late. Where pictures would stutter for it, a slice trains at a share of
    the speed: training slows down first and pictures after it, because that a picture stutters is seen at once. The
    share ends at a fifth: a slice costs as much as several steps before its first, so that still shorter ones would
    cost many steps for few pictures.

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
        self._longest = FIRST_STEPS
        self._gap = 0.0
        self._share = 1.0

    def looked(self, now: float) -> None:
        """A viewer has come for a frame. How often viewers come sets how often there is something new to see.

        A slice costs about a millisecond before its first step, so none are made that nobody would see; they come a
        little faster than the looks, because in step with them every second look would find nothing new.
        """
        self._frame = min(max(AHEAD * (now - self.looked_at), SHORTEST_INTERVAL), LONGEST_INTERVAL)
        self.looked_at = now

    def due(self, now: float) -> float:
        """Seconds until the next slice; 0 or less is now, and the less, the more urgent."""
        # A clock that jumped back must not keep the run waiting until it is there again.
        left = self._interval - (now - self._served) if now >= self._served else 0.0
        return min(left, 0.0) if self._owed >= 1.0 or self.speed == float("inf") else left

    def start(self, now: float) -> None:
        """The next slice is due at once."""
        self._served = now - self._interval

    def restart(self, now: float) -> None:
        """Nothing is owed."""
        self._served, self._owed = now, 0.0

    def served(self, now: float) -> None:
        """A slice that began at `now` is done."""
        self._served = now

    def steps(self, now: float, most: int) -> int:
        """How many steps the slice that begins now has to do, at the most `most`."""
        longest = max(1, min(most, int(self._longest)))
        gap = max(now - self._served, 0.0)
        share = self._share_after(gap)
        if self.speed == float("inf"):
            return max(1, int(share * longest))
        owed = self._owed + share * self.speed * min(gap, 2.0 * self._interval)
        steps = max(1, min(int(owed), longest))
        self._owed = min(max(owed - steps, 0.0), max(1.0, self.speed * self._interval))
        return steps

    def took(self, steps: int, seconds: float) -> None:
        """Learns from a slice how many steps make a slice of `SLICE_SECONDS`."""
        room = SLICE_SECONDS / max(seconds, 1e-6)
        if room < 1.0:
            self._longest = max(1.0, steps * max(room, 0.5))
        elif steps >= int(self._longest):  # bit by bit: what comes before the first step is not paid again
            self._longest *= min(room, 1.5)

    def _share_after(self, gap: float) -> float:
        """The share of its speed at which a slice trains, the last of which was `gap` seconds ago."""
        if 1.0 / self.speed >= self._frame:
            return 1.0  # a step a slice, and slices as rare as they are meant to be: there is nothing to give up
        # Of a long gap (a laptop that slept, a graph that another run compiled) no more counts than of a busy moment.
        self._gap += 0.1 * (min(gap, 3.0 * STUTTER) - self._gap)
        late = self._gap > STUTTER
        self._share = max(LEAST_SHARE, GIVEN_UP * self._share) if late else min(1.0, self._share + TAKEN_BACK)
        return self._share

    @property
    def _interval(self) -> float:
        """Seconds from slice to slice while it keeps its speed."""
        return max(1.0 / self.speed, self._frame)
