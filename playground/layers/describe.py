"""A model of layers in words and as a graph: Keras's summary, its shapes as a drawing, its source."""

import html
import inspect
import sys

import tensorflow as tf
import tf_keras

from playground.layers.model import LayersModel
from playground.layers.steps import Engine

LINE = 96
ANY = "·"
PLAIN = 'fontname="sans-serif", color="#8a8f98", fontcolor="#8a8f98"'


def summary(engine: Engine) -> str:
    """What `model.summary()` prints."""
    lines: list[str] = []
    engine.built.network.model.summary(line_length=LINE, print_fn=lambda line, *_, **__: lines.append(line))
    return "\n".join(lines)


def source(plugin: LayersModel) -> str:
    """The code of the model's module, as it runs here."""
    return inspect.getsource(sys.modules[plugin.build.__module__])


def graph(engine: Engine) -> str:
    """The layers and the shapes between them in the DOT language; layers that no gradient reaches are dashed."""
    layers = engine.built.network.model.layers
    maker = {id(tensor): layer.name for layer in layers for tensor in tf.nest.flatten(layer.output)}
    lines = [
        "digraph model {",
        'rankdir="LR"; bgcolor="transparent"; nodesep=0.2; ranksep=0.35;',
        f'node [shape="box", style="rounded", fontsize=11, {PLAIN}];',
        f"edge [fontsize=10, {PLAIN}];",
    ]
    for layer in layers:
        lines.append(f'"{layer.name}" [{_box(engine, layer)}];')
        if isinstance(layer, tf_keras.layers.InputLayer):
            continue
        for tensor in tf.nest.flatten(layer.input):
            lines.append(f'"{maker[id(tensor)]}" -> "{layer.name}" [label="{_shape(tensor)}"];')
    return "\n".join([*lines, "}"])


def _box(engine: Engine, layer: tf_keras.layers.Layer) -> str:
    flows = {name: connected for name, connected in zip(engine.layout.groups, engine.connected, strict=True)}
    names = [*engine.built.network.names.get(layer.name, ()), *(n for n in flows if n.startswith(f"{layer.name}/"))]
    text = f"{layer.name}\\n{type(layer).__name__}"
    if layer.count_params():
        text += f"\\n{layer.count_params():,} weights"
    if not names:
        return f'label="{html.escape(text)}"'
    some = any(flows[name] for name in names)
    color, style = ("#009E73", "rounded,bold") if some else ("#D55E00", "rounded,dashed,bold")
    text += "" if some else "\\ngradient: None"
    return f'label="{html.escape(text)}", color="{color}", fontcolor="{color}", style="{style}"'


def _shape(tensor: tf.Tensor) -> str:
    return " × ".join(ANY if size is None else str(size) for size in tensor.shape) or "1"
