"""A clock that tests turn by hand."""


class Clock:
    """Seconds that pass only when told to."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def tick(self, seconds: float) -> None:
        """Any number: clocks jump, in both directions."""
        self.now += seconds
