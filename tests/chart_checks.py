"""What every chart of every page owes: figures that Plotly accepts, feeds that fit them, captions that make sense."""

import json
from typing import Any

import numpy as np

from playground.experiment import experiment_of
from playground.training.run import Run


def moments(config: Any, steps: int = 3) -> tuple[Any, Any]:
    """Where a run starts, and where it stands after some steps."""
    run = Run(config)
    run.serve()
    before = run.snapshot
    for _ in range(steps):
        run.step()
    run.serve()
    return before, run.snapshot


def check_charts(config: Any) -> set[str]:
    """Draws all charts of a configuration and reads all feeds, before and after some steps.

    Returns:
      The keys of those that apply.
    """
    drawn: set[str] = set()
    for moment in moments(config):
        assert moment.status == "paused", moment.cause
        experiment = experiment_of(config)
        scene = experiment.scene(moment)
        for chart in experiment.charts.values():
            if not chart.applies(scene):
                continue
            drawn.add(chart.key)
            drawing = chart.draw(scene)
            traces = json.loads(drawing.figure.to_json())["data"]
            lengths: dict[int, set[int]] = {}
            for feed in drawing.feeds:
                values = np.asarray(feed.read(moment))
                assert values.ndim == 1 and feed.trace < len(traces), (chart.key, feed)
                if feed.append:
                    assert len(values) == len(moment.history.step)
                if feed.attribute != "z":
                    lengths.setdefault(feed.trace, set()).add(len(values))
            assert all(len(sizes) == 1 for sizes in lengths.values()), (chart.key, lengths)
            caption = chart.caption(scene, moment)
            assert 20 < len(caption) < 420 and "nan" not in caption.lower(), caption
            assert len(chart.alt(scene)) > 20
    return drawn
