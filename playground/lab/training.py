"""The training behind the Variance lab: a step is a task, and it is finished when all are done."""

from dataclasses import dataclass, replace

from playground.lab.cloud import Cloud
from playground.lab.config import LabConfig
from playground.lab.plan import find, question, tasks
from playground.sweeps.advice import Advice, rank
from playground.sweeps.atlas import Cell, cells
from playground.sweeps.row import Row
from playground.training.training import Advance, Moment


@dataclass(frozen=True)
class LabState:
    """What has been found so far.

    Attributes:
      step: Tasks done.
      found: What each of them has found.
    """

    step: int
    found: tuple[tuple[Row, ...] | Cloud, ...]


@dataclass(frozen=True)
class LabMoment(Moment):
    """A moment of the lab.

    Attributes:
      config: As it is now.
      rows: What has been measured, in the order of the tasks; empty for the view of clouds.
      clouds: The clouds of estimates there are.
      cells: The atlas, as far as it goes.
      advice: The ranking so far; None in other views.
    """

    config: LabConfig
    rows: tuple[Row, ...]
    clouds: tuple[Cloud, ...]
    cells: tuple[Cell, ...]
    advice: Advice | None


class LabTraining:
    """A `Training` whose steps are the tasks of a view: see `playground.training.training`."""

    most_steps = 1  # each is long enough for a slice
    first_stride = 1

    def __init__(self) -> None:
        self._count = 0
        self._state = LabState(0, ())

    @property
    def cold(self) -> bool:
        # A task may hold a worker for a second or two: one of them at a time, as with steps that are being compiled.
        return self._state.step < self._count

    @property
    def total(self) -> int:
        return self._count

    @property
    def state(self) -> LabState:
        return self._state

    def begin(self, config: LabConfig) -> None:
        self._config = config
        self._count = len(tasks(config))
        self.stand_at(LabState(0, ()))

    def edit(self, config: LabConfig) -> bool | None:
        if replace(config, measure=self._config.measure, show=self._config.show) != self._config:
            return None
        self._config = config
        return True

    def stand_at(self, state: LabState) -> None:
        self._state = state
        self._rows = tuple(row for found in state.found if not isinstance(found, Cloud) for row in found)
        self._clouds = tuple(found for found in state.found if isinstance(found, Cloud))

    def advance(self, steps: int, stride: int) -> Advance:
        for task in tasks(self._config)[self._state.step : self._state.step + steps]:
            found = find(self._config.view, task)
            self.stand_at(LabState(self._state.step + 1, (*self._state.found, found)))
        return Advance({})  # what is found is kept whole, where a history would be thinned out

    def look(self, moment: Moment) -> LabMoment:
        # Here and not where it is drawn: a worker has the time that the event loop has not.
        view = self._config.view
        return LabMoment(
            **vars(moment),
            rows=self._rows,
            clouds=self._clouds,
            cells=cells(self._rows) if view == "atlas" else (),
            advice=rank(question(self._config), self._rows) if view == "advice" else None,
        )
