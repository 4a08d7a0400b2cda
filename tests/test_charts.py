"""Every chart for every family: figures that Plotly accepts, feeds that fit, captions that make sense."""

import itertools
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from playground.chart import COLORS, DASHES, Scene, lane_of, lanes_of
from playground.charts import theme
from playground.charts.play import CHARTS
from playground.config import Config
from playground.estimators import ESTIMATORS
from playground.families import FAMILIES
from playground.live.run_source import RunSource
from playground.presets import PRESETS
from playground.training.run import Run


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.25, "0.25"), (-1234.5, "−1.23·10³"), (9.92e-9, "9.92·10⁻⁹"), (1e-6, "10⁻⁶"), (0.0, "0"), (np.nan, "not known")],
)
def test_numbers_are_said_as_one_writes_them(value, said):
    assert theme.number(value) == said


def snapshots(config, steps=3):
    """A fresh run's snapshot, and the one after some steps."""
    run = Run(config)
    run.serve()
    before = run.snapshot
    for _ in range(steps):
        run.step()
    run.serve()
    return before, run.snapshot


FULL = ("normal", "bernoulli", "mvn_diag")
"""Where as many estimators race as can, and elsewhere two: lanes are drawn alike, and each is a second of compiling."""


def racing(family):
    """A configuration with as many legal estimators as can race, or two."""
    keys = []
    for key in ESTIMATORS:
        try:
            Config.create(family=family, estimators=[key], samples=4)
        except ValueError:
            continue
        keys.append(key)
    return Config.create(family=family, estimators=keys[-4 if family in FULL else -2 :], samples=4, replicates=8)


@pytest.mark.parametrize("family", FAMILIES)
def test_charts_draw_and_feed_every_family(family):
    before, after = snapshots(racing(family))
    for snapshot in (before, after):
        scene = Scene.of(snapshot)
        drawn = [chart for chart in CHARTS.values() if chart.applies(scene)]
        assert sum(chart.dominant for chart in drawn) == 1
        for chart in drawn:
            drawing = chart.draw(scene)
            text = json.loads(drawing.figure.to_json())
            for feed in drawing.feeds:
                values = np.asarray(feed.read(snapshot))
                assert values.ndim == 1, (chart.key, feed)
                assert feed.trace < len(text["data"])
                if feed.append:
                    assert len(values) == len(snapshot.history.step)
            lengths = {}
            for feed in drawing.feeds:
                lengths.setdefault(feed.trace, {})[feed.attribute] = len(feed.read(snapshot))
            for trace, sizes in lengths.items():
                if "x" in sizes and "z" in sizes:
                    assert sizes.pop("z") == sizes["x"] * sizes["y"], (chart.key, trace)
                assert len(set(sizes.values())) == 1 or "z" in sizes, (chart.key, trace, sizes)
            caption = chart.caption(scene, snapshot)
            assert 20 < len(caption) < 400 and "nan" not in caption.lower(), caption
            assert len(chart.alt(scene)) > 20


def test_only_a_run_that_stands_still_asks_to_be_pressed():
    before, _ = snapshots(PRESETS[0].config, steps=0)
    scene = Scene.of(before)
    for status, asks in (("paused", True), ("running", False), ("diverged", False)):
        moment = replace(before, status=status)
        captions = [chart.caption(scene, moment) for chart in CHARTS.values() if chart.applies(scene)]
        assert any("Press play" in caption for caption in captions) is asks, captions


@pytest.mark.parametrize("family", FULL)
def test_in_slow_motion_a_caption_tells_the_last_step_with_its_numbers(family):
    config = racing(family)
    _, fast = snapshots(config)
    scene, slow = Scene.of(fast), replace(fast, speed=2.0)
    (chart,) = (chart for chart in CHARTS.values() if chart.dominant and chart.applies(scene))
    told = chart.caption(scene, slow)
    assert "①" not in chart.caption(scene, fast) and len(told) < 400
    before, now = (theme.number(float(x), 4) for x in (fast.history.columns["theta"][-1, 0, 0], fast.theta[0, 0]))
    assert before != now and told.endswith(".")
    assert f"④ Average: {scene.lanes[0].label} " in told
    assert f"⑤ A step downhill: {scene.names[0]} {before} → {now}; " in told
    later = replace(slow, step=slow.step + 1)
    assert "→" not in chart.caption(scene, later)


@pytest.mark.parametrize(
    ("family", "samples", "estimators", "drawn"),
    [
        ("normal", 32, ["pathwise", "score_function", "score_function_loo", "measure_valued"], 32),
        ("normal", 33, ["pathwise", "score_function", "score_function_loo", "measure_valued"], 32),
        ("poisson", 200, ["score_function", "score_function_loo"], 64),
        ("mvn_diag", 300, ["pathwise"], 128),
    ],
)
def test_only_as_many_samples_are_drawn_as_can_be_told_apart(family, samples, estimators, drawn):
    _, fast = snapshots(Config.create(family=family, samples=samples, estimators=estimators, replicates=4), steps=1)
    scene = Scene.of(fast)
    (chart,) = (chart for chart in CHARTS.values() if chart.dominant and chart.applies(scene))
    for snapshot in (fast, replace(fast, speed=2.0)):
        said = f"(the first {drawn} of {samples})" in chart.caption(scene, snapshot)
        assert said is (samples > drawn)
    drawing = chart.draw(scene)
    dots = [i for i, trace in enumerate(drawing.figure.data) if (trace.name or "").startswith("samples, ")]
    counts = {len(feed.read(fast)) for feed in drawing.feeds if feed.trace in dots and feed.attribute == "x"}
    assert drawn in counts and counts <= {drawn, 2 * drawn, 4 * drawn}  # a pair, or one for each element of θ


def test_where_one_trains_for_all_its_step_is_told_once_and_in_its_direction():
    config = Config.create(estimators=["pathwise", "score_function"], cost="cosine", maximize=True, mode="same")
    _, snapshot = snapshots(config, steps=1)
    told = CHARTS["density"].caption(Scene.of(snapshot), replace(snapshot, speed=2.0))
    assert told.endswith(f"⑤ A step uphill: loc 1 → {theme.number(float(snapshot.theta[0, 0]), 4)}.")
    assert snapshot.theta[0, 0] < 1.0  # where the cosine is higher


def test_a_gap_to_an_exact_value_that_is_not_known_has_no_error():
    config = Config.create(family="student_t", params={"df": 2}, estimators=["pathwise", "score_function"], cost="x**4")
    _, snapshot = snapshots(config, steps=1)
    caption = CHARTS["gradient_mean"].caption(Scene.of(snapshot), snapshot)
    assert "pathwise not known; score function not known." in caption


def test_the_terms_in_the_picture_average_to_the_estimate_that_trained():
    _, snapshot = snapshots(Config.create(estimators=["pathwise"], learning_rate=0.01, replicates=8), steps=1)
    moved = snapshot.config.theta[0] - snapshot.theta[0, 0]
    assert snapshot.terms[0][:, 0].mean() * 0.01 == pytest.approx(moved, rel=1e-3)


def test_a_lane_keeps_its_colour_and_dash_wherever_it_stands():
    looks = {key: (lane_of(0, key).color, lane_of(0, key).dash) for key in ESTIMATORS}
    assert looks == {key: (lane_of(3, key).color, lane_of(3, key).dash) for key in ESTIMATORS}
    assert len(set(looks.values())) == len(ESTIMATORS) <= len(COLORS) * len(DASHES)


def test_no_two_lanes_of_a_run_share_a_colour_while_there_is_one_left():
    for pair in itertools.combinations(ESTIMATORS, 2):
        first, second = lanes_of(pair)
        assert first == lane_of(0, pair[0]) and first.color != second.color
        assert second == lane_of(1, pair[1]) or lane_of(1, pair[1]).color == first.color
    every = lanes_of(list(ESTIMATORS))
    assert len({lane.color for lane in every[: len(COLORS)]}) == len(COLORS)
    assert len({(lane.color, lane.dash) for lane in every}) == len(ESTIMATORS)


def test_no_chart_knows_an_estimator_by_name():
    for path in Path("playground/charts").rglob("*.py"):
        words = set(re.findall(r"[a-z_]+", path.read_text(encoding="utf-8")))
        assert not words & (set(ESTIMATORS) - {"enumeration"}) and '"enumeration"' not in path.read_text(), path


def test_frames_carry_only_what_is_new():
    run = Run(PRESETS[0].config)
    source = RunSource(run, lambda: None)
    assert source.frame(None) is None
    run.serve()
    first = source.frame(None)
    assert source.frame(first.cursor) is None
    run.step()
    run.serve()
    second = source.frame(first.cursor)
    run.step()
    run.serve()
    third = source.frame(second.cursor)
    feeds = [binding.mode for chart in source.figures() for binding in chart.bindings if binding.like is None]
    sizes = [array.size for array, mode in zip(third.arrays, feeds, strict=True) if mode == "append"]
    assert third.header["append_from"] == 1 and set(sizes) == {1}
    run.reset()
    run.serve()
    again = source.frame(third.cursor)
    assert again.header["append_from"] == 0 and again.header["generation"] == third.header["generation"]


def test_what_traces_have_in_common_is_sent_once():
    run = Run(Config.create(estimators=["pathwise", "score_function", "score_function_loo"]))
    source = RunSource(run, lambda: None)
    run.step()
    run.serve()
    arrays = iter(source.frame(None).arrays)
    for chart in source.figures():
        sent = []
        for binding in chart.bindings:
            assert binding.like is None or chart.bindings[binding.like].like is None
            assert binding.like is None or chart.bindings[binding.like].mode == binding.mode
            sent.append(next(arrays) if binding.like is None else sent[binding.like])
        read = [feed.read(run.snapshot) for feed in CHARTS[chart.key].draw(Scene.of(run.snapshot)).feeds]
        for expected, found in zip(read, sent, strict=True):
            np.testing.assert_array_equal(found, expected)
        # A grid, or the steps, are the x of at least three traces.
        shared = [binding for binding in chart.bindings if binding.like is not None and binding.attribute == "x"]
        assert len(shared) >= 2 or chart.key == "landscape"
    assert next(arrays, None) is None


def test_captions_name_the_estimators_and_the_exact_value():
    _, snapshot = snapshots(PRESETS[0].config)
    scene = Scene.of(snapshot)
    for chart in (chart for chart in CHARTS.values() if chart.applies(scene)):
        caption = chart.caption(scene, snapshot)
        assert "pathwise" in caption and "score function" in caption and "exact" in caption.lower(), caption


@pytest.mark.parametrize(
    ("family", "estimator", "place"), [("normal", "pathwise", True), ("poisson", "score_function", False)]
)
def test_a_dot_says_what_it_adds_and_where_only_if_it_stands_there(family, estimator, place):
    run = Run(Config.create(family, {}, estimators=(estimator,)))
    run.serve()
    scene = Scene.of(run.snapshot)
    traces = CHARTS["density"].draw(scene).figure.data
    said = next(trace.hovertemplate for trace in traces if str(trace.name).startswith("contributions"))
    assert f"%{{y:.3g}} to ∂{scene.names[0]}" in said and ("%{x" in said) == place


def test_a_name_too_long_for_a_small_panel_stands_above_it() -> None:
    beside, above = theme.named(["∂loc", "∂scale"]), theme.named(["∂concentration1", "∂concentration0"])
    assert (beside.layout.yaxis.title.text, beside.layout.yaxis2.title.text) == ("∂loc", "∂scale")
    assert not beside.layout.annotations and above.layout.yaxis.title.text is None
    assert [note.text for note in above.layout.annotations] == ["∂concentration1", "∂concentration0"]


@pytest.mark.parametrize(("df", "said"), [(3.5, True), (8.0, False)])
def test_the_caption_says_when_a_variance_may_be_infinite(df, said):
    config = Config.create("student_t", {"df": df}, estimators=("score_function",), samples=4, replicates=8)
    _, snapshot = snapshots(config)
    assert ("it can be infinite" in CHARTS["variance"].caption(Scene.of(snapshot), snapshot)) is said
