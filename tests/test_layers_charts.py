"""The charts of the Layers page, for each kind of picture, and what a viewer gets of them."""

import numpy as np
import pytest

from playground.charts.layers import CHARTS
from playground.layers import describe
from playground.layers.config import LayersConfig
from playground.layers.data import rows_of
from playground.layers.drive import drive
from playground.layers.scene import LayersScene
from playground.layers.state import Signature
from playground.layers.steps import engine_of
from playground.live.frame import encode, encode_figures
from playground.live.run_source import RunSource
from playground.training.run import Run
from tests.chart_checks import check_charts, moments

CASES = {
    "mixture_free": "density",
    "sampled_normal": "band",
    "dense_flipout": "band",
    "mixture_density": "conditional",
    "categorical_layer": "classes",
    "vae": "mosaic",
}
EXACT = {"mixture_free", "sampled_normal", "mixture_density", "categorical_layer"}


@pytest.mark.parametrize("model", CASES)
def test_each_kind_of_picture_is_drawn_and_fed(model: str) -> None:
    drawn = check_charts(LayersConfig.create(model))
    assert drawn == {CASES[model], "loss", "variance"} | ({"means"} if model in EXACT else set())
    assert sum(CHARTS[key].dominant for key in drawn) == 1


def test_a_viewer_gets_figures_and_frames() -> None:
    run = Run(LayersConfig.create("mixture_free"))
    run.serve()
    run.step()
    run.serve()
    source = RunSource(run, lambda: None)
    assert set(source.exports) == {"csv", "json", "weights.json"}
    frame = source.frame(None)
    assert frame is not None
    sent = encode(frame.header, frame.arrays)
    assert b"None for logits[0]" in sent and len(sent) > 1000
    assert len(encode_figures(source.generation, source.figures())) > 1000
    name = source.export("weights.json").filename
    assert name == "mixture_free-default-seed0-step1.weights.json"


def test_the_variance_of_nothing_is_said_in_words() -> None:
    _, after = moments(LayersConfig.create("free_normal", "outside"))
    assert "No draw gives any gradient" in CHARTS["variance"].caption(LayersScene(after), after)


def test_the_graph_marks_what_no_gradient_reaches() -> None:
    engine = engine_of(Signature.of(LayersConfig.create("mixture_free")))
    lines = {line.split(" ")[0]: line for line in describe.graph(engine).splitlines() if "->" not in line}
    assert "gradient: None" in lines['"logits"'] and "gradient: None" not in lines['"scale"']
    assert '"logits" -> "mixture" [label="3"];' in describe.graph(engine)
    assert "Trainable params: 9" in describe.summary(engine)
    assert "def build(" in describe.source(engine.plugin)


def test_data_are_the_same_each_time_and_cannot_be_changed() -> None:
    train, holdout = rows_of("wave")
    rows_of.cache_clear()
    assert (rows_of("wave")[0].x.numpy() == train.x.numpy()).all() and len(holdout.x) == 128


def test_samples_are_drawn_at_the_rows_that_they_are_shown_at() -> None:
    """A trained network's samples follow its own data; at the places of other data they would not."""
    moment = drive(LayersConfig.create("mixture_density", "single"), 600).moment
    x, y = (part.numpy()[:, 0] for part in rows_of("branches")[0])
    assert np.corrcoef(moment.picture["sample"], y)[0, 1] > 0.6 and np.corrcoef(x, y)[0, 1] > 0.6
