"""What one browser session of a page holds: its configuration, its run, and how the address follows both."""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from playground.live.board import Event
from playground.live.run_source import parse_speed
from playground.live.service import service
from playground.training.run import Run

SEEDS = 10_000
LONGEST_HEAD_START, TO_MOVE, GLANCE = 1.5, 0.4, 0.05


@dataclass
class Session:
    """The state of one page.

    Attributes:
      config, speed: What the page shows.
      run_id: The run that it follows.
      to_query: Writes the page's address.
      epoch: Grows when the configuration is replaced as a whole, so that the controls show it.
      warnings: Sentences to show once.
      opened: When its page was opened, in monotonic seconds; None once it is open.
      made_from: The address that it was made from, which a browser may go on sending with its clicks until ours has
        reached it; None from then on.
    """

    config: Any
    speed: float
    run_id: str
    to_query: Callable[[Any, float], dict[str, str]]
    epoch: int = 0
    warnings: list[str] = field(default_factory=list)
    opened: float | None = field(default_factory=time.monotonic)
    made_from: dict[str, str] | None = None

    @classmethod
    def current(
        cls,
        page: str,
        from_query: Callable[[Mapping[str, str]], tuple[Any, float, list[str]]],
        to_query: Callable[[Any, float], dict[str, str]],
    ) -> "Session":
        """The session of this script run: kept, or made from the address. A run named there is taken up again.

        Args:
          page: The page's key.
          from_query, to_query: The codec of its address.
        """
        query = st.query_params.to_dict()
        name = f"{page}:session"
        kept = st.session_state.get(name)
        run_id = query.get("run", "")
        # The browser may have clicked on before our last address reached it, or our first: as long as the run is the
        # same, or the address the one that all began with, what is kept here is newer.
        if kept is not None and (run_id == kept.run_id or query == kept.made_from):
            if run_id == kept.run_id:
                kept.made_from = None
            kept._follow()
            return kept
        config, speed, warnings = from_query(query)
        run = service().runs.find(run_id) if run_id else None
        if run is not None and type(run.wanted) is type(config):  # not another page's
            config, speed = run.wanted, run.speed
        else:
            run_id = service().create(config, speed)
        session = cls(config, speed, run_id, to_query, 0 if kept is None else kept.epoch + 1, warnings, made_from=query)
        st.session_state[name] = session
        return session

    def _follow(self) -> None:
        """Takes over what another tab on the same run has changed: two must not pull at it."""
        run = service().runs.find(self.run_id)
        if run is not None and run.wanted != self.config:
            self.config = run.wanted
            self.epoch += 1
            self.warnings.append("This run was changed in another tab. The controls now show what it does.")

    def let_the_board_go_first(self) -> None:
        """While a page opens, waits for the board to be up before the controls come, which keep a browser busy."""
        if self.opened is None:
            return
        run, opened, self.opened = service().runs.peek(self.run_id), self.opened, None
        while run is not None and run.looked < opened and time.monotonic() < opened + LONGEST_HEAD_START:
            time.sleep(GLANCE)
        time.sleep(TO_MOVE)

    def apply(self, config: Any) -> None:
        """Takes over what the controls stand at."""
        if config == self.config:
            return
        self.config = config
        self._run().configure(config)

    def replace(self, config: Any, speed: float) -> None:
        """Starts another experiment in the same run, and shows it in the controls."""
        self.config, self.speed = config, speed
        self.epoch += 1
        run = self._run()
        run.configure(config)
        run.set_speed(speed)
        run.play()

    def choose(self, preset: Any) -> None:
        """Starts a preset."""
        self.replace(preset.config, preset.speed)

    def hear(self, event: Event) -> None:
        """Does what was asked for on the board."""
        if event["name"] == "new_seed":
            self.config = replace(self.config, seed=secrets.randbelow(SEEDS))
            self._run().configure(self.config)
            self._run().play()
        elif event["name"] == "speed":
            self.speed = parse_speed(event["value"])
        elif event["name"] == "gone":
            self._run().play()

    def write_address(self) -> None:
        """Makes the address say what the page shows."""
        query = self.to_query(self.config, self.speed) | {"run": self.run_id}
        if "route" in st.query_params:
            query["route"] = st.query_params["route"]
        if st.query_params.to_dict() != query:
            st.query_params.from_dict(query)

    def _run(self) -> Run:
        """The run; where it has ended, a new one with the same configuration."""
        run = service().runs.find(self.run_id)
        if run is None:
            self.run_id = service().create(self.config, self.speed)
            run = service().runs.find(self.run_id)
            assert run is not None
        return run
