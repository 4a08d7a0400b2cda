"""`python -m playground list`: what there is, and what goes with what."""

import argparse
from typing import TYPE_CHECKING, Any

from playground.commands.command import Command
from playground.commands.output import print_json, print_text, table

if TYPE_CHECKING:  # at run time it would bring TensorFlow along, and `--help` would wait for it
    from playground.problem import Parameter

SAMPLES = 16
REPLICATES = 256


def catalogue() -> dict[str, Any]:
    """Everything that the registries hold, as plain JSON values, and `legal`: every triple at its defaults."""
    from playground.config import LIMITS, MODES
    from playground.costs import COSTS
    from playground.costs.expression import CONSTANTS, FUNCTIONS
    from playground.estimators import ESTIMATORS
    from playground.estimators.sampling import SCHEMES
    from playground.families import FAMILIES
    from playground.training.optimizers import OPTIMIZERS

    triples = legal()
    # What an estimator claims may depend on the problem; this is what it claims wherever the support stays put and the
    # path of TFP's sampler is right.
    ordinary = {key for key, family in FAMILIES.items() if not family.moving_support and family.wrong_pathwise is None}
    claims = {
        key: all(
            t["unbiased"] for t in triples if t["estimator"] == key and t["family"] in ordinary and not t["why_not"]
        )
        for key in ESTIMATORS
    }
    return {
        "families": [
            {
                "key": family.key,
                "label": family.label,
                "parameters": [_parameter(p) for p in family.parameters],
                "discrete": family.discrete,
                "vector": family.vector,
                "reparameterized": family.reparameterized,
                "moving_support": family.moving_support,
                "wrong_pathwise": family.wrong_pathwise,
            }
            for family in FAMILIES.values()
        ],
        "estimators": [
            {
                "key": estimator.key,
                "label": estimator.label,
                "story": estimator.story,
                "latex": estimator.latex,
                "hyperparameters": [
                    _parameter(h.parameter) | {"editable_while_running": h.hot} for h in estimator.hyperparameters
                ],
                "unbiased": claims[estimator.key],
                "shift_invariant": estimator.shift_invariant,
                "vectors": estimator.vectors,
            }
            for estimator in ESTIMATORS.values()
        ],
        "costs": [
            {
                "key": cost.key,
                "label": cost.label,
                "latex": cost.latex,
                "parameters": [_parameter(p) for p in cost.parameters],
                "differentiable": cost.differentiable,
                "depends_on_parameters": cost.depends_on_parameters,
            }
            for cost in COSTS.values()
        ],
        "expressions": {
            "functions": {name: count for name, (count, _) in FUNCTIONS.items()},
            "constants": sorted(CONSTANTS),
        },
        "sampling_schemes": [{"key": key} for key in SCHEMES],
        "optimizers": [{"key": optimizer.key, "label": optimizer.label} for optimizer in OPTIMIZERS.values()],
        "modes": list(MODES),
        "limits": {name: {"minimum": low, "maximum": high} for name, (low, high) in LIMITS.items()},
        "legal": triples,
        **fits(),
    }


def fits() -> dict[str, Any]:
    """What `fit` takes: the learnable distributions, the built-in data and the target densities."""
    from playground.datasets import DATASETS
    from playground.targets import TARGETS
    from playground.zoo import ZOO

    text = ("key", "label", "story", "kind")
    return {
        "zoo": [_fields(model, *text, "event_sizes", "components") for model in ZOO.values()],
        "datasets": [_fields(data, *text, "columns", "total_count", "source") for data in DATASETS.values()],
        "targets": [_fields(target, *text, "latex", "event_size") for target in TARGETS.values()],
    }


def _fields(plugin: Any, *names: str) -> dict[str, Any]:
    values = {name: getattr(plugin, name) for name in names}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def legal() -> list[dict[str, Any]]:
    """Every (family, estimator, cost) at default parameters, with K = 16 independent samples."""
    from playground.costs import COSTS
    from playground.estimator import Draw
    from playground.estimators import ESTIMATORS
    from playground.families import FAMILIES
    from playground.problem import Problem

    draw, triples = Draw(SAMPLES, REPLICATES), []
    for family in FAMILIES:
        for cost in COSTS:
            problem = Problem.at_defaults(FAMILIES[family], COSTS[cost])
            for estimator in ESTIMATORS.values():
                reason = estimator.why_not(problem, draw)
                triples.append(
                    {
                        "family": family,
                        "estimator": estimator.key,
                        "cost": cost,
                        "why_not": reason,
                        "unbiased": None if reason else estimator.unbiased(problem),
                    }
                )
    return triples


def _parameter(parameter: "Parameter") -> dict[str, Any]:
    default = parameter.default
    return {
        "name": parameter.name,
        "latex": parameter.latex,
        "default": list(default) if isinstance(default, tuple) else default,
        "minimum": parameter.minimum,
        "maximum": parameter.maximum,
        "constraint": f"must be {parameter.constraint.text}",
        "lengths": None if parameter.lengths is None else list(parameter.lengths),
        "elements": [
            {"name": parameter.name + suffix, "minimum": minimum, "constraint": f"must be {constraint.text}"}
            for suffix, constraint, minimum in parameter.elements
        ],
    }


def _described(parameters: list[dict[str, Any]]) -> str:
    def value(default: Any) -> str:
        return ",".join(f"{v:g}" for v in default) if isinstance(default, list) else f"{default:g}"

    return " ".join(f"{p['name']}={value(p['default'])}" for p in parameters) or "–"


def _text(found: dict[str, Any]) -> str:
    runs = {key: sum(t["estimator"] == key and not t["why_not"] for t in found["legal"]) for key in _keys(found)}
    parts = [
        table(
            ("FAMILY", "", "parameters", "discrete", "reparameterized"),
            [
                (f["key"], f["label"], _described(f["parameters"]), f["discrete"], f["reparameterized"])
                for f in found["families"]
            ],
        ),
        table(
            ("COST", "parameters", "differentiable"),
            [(c["key"], _described(c["parameters"]), c["differentiable"]) for c in found["costs"]],
        )
        + "\n… or an expression in x of + - * / ** and "
        + ", ".join(found["expressions"]["functions"]),
        table(
            ("ESTIMATOR", "", "of its own", "unbiased", "runs on"),
            [
                (e["key"], e["label"], _described(e["hyperparameters"]), e["unbiased"], f"{runs[e['key']]} problems")
                for e in found["estimators"]
            ],
        ),
    ]
    parts += _fits_text(found)
    schemes, optimizers = (", ".join(x["key"] for x in found[name]) for name in ("sampling_schemes", "optimizers"))
    return "\n\n".join(
        [*parts, f"Sampling: {schemes}. Optimisers: {optimizers}. With --json: why what cannot run cannot."]
    )


def _fits_text(found: dict[str, Any]) -> list[str]:
    def span(limits: list[int] | None) -> str:
        return "–" if limits is None else "–".join(map(str, dict.fromkeys(limits)))

    return [
        table(
            ("ZOO", "", "kind", "columns", "components"),
            [(m["key"], m["label"], m["kind"], span(m["event_sizes"]), span(m["components"])) for m in found["zoo"]],
        ),
        table(
            ("DATA SET", "", "kind", "columns"),
            [(d["key"], d["label"], d["kind"], ", ".join(d["columns"])) for d in found["datasets"]],
        ),
        table(
            ("TARGET", "", "kind", "columns"),
            [(t["key"], t["label"], t["kind"], str(t["event_size"])) for t in found["targets"]],
        ),
    ]


def _keys(found: dict[str, Any]) -> list[str]:
    return [estimator["key"] for estimator in found["estimators"]]


def run(arguments: argparse.Namespace) -> int:
    found = catalogue()
    if arguments.json:
        print_json(found)
    else:
        print_text(_text(found))
    return 0


COMMAND = Command(
    key="list",
    line="what there is: families, costs, estimators and which go together; the zoo, its data and targets",
    description="Lists families, costs and estimators with their parameters, and what `fit` takes: the zoo's\n"
    "distributions, built-in data sets and target densities.\n\n"
    "The JSON has `legal` besides: every (family, estimator, cost) at default parameters with K = 16,\n"
    "whose `why_not` is null, or the sentence that says why it cannot run. `unbiased` of an estimator holds where\n"
    "the support does not move and TFP's own path is right: a family's `wrong_pathwise` says where it is not.",
    add_arguments=lambda parser: None,
    run=run,
    order=1,
)
