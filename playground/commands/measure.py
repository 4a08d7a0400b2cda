"""`python -m playground measure`: the mean, the spread and the bias of one estimator at one θ."""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, BinaryIO

from playground.commands.command import Command, one_line
from playground.commands.options import add_problem, given, option_of, sampled, whole
from playground.commands.output import finite, finite_list, print_json, print_text, table
from playground.errors import InvalidInput

if TYPE_CHECKING:  # at run time it would bring TensorFlow along, and `--help` would wait for it
    from playground.config import Config
    from playground.measure import Measurement

DEFAULTS = {"estimator": "pathwise", "samples": 1, "replicates": 20_000}
OBJECTS = ("params", "cost_params", "hyperparameters")
FIELDS = (
    "family",
    "params",
    "cost",
    "cost_params",
    "estimator",
    "hyperparameters",
    "sampling",
    "samples",
    "replicates",
    "seed",
)


def config_of(request: Any) -> "Config":
    """The configuration that a request, an object with some of `FIELDS`, asks to measure.

    Raises:
      InvalidInput: One sentence, if it cannot be.
    """
    from playground.config import Config

    if not isinstance(request, Mapping):
        raise InvalidInput(f"A request is a JSON object, got {json.dumps(request)}.")
    for name in request:
        if name not in FIELDS:
            raise InvalidInput(f"Unknown field '{name}': expected one of {', '.join(FIELDS)}.")
    for name in OBJECTS:
        if not isinstance(request.get(name, {}), Mapping):
            got = json.dumps(request[name])
            raise InvalidInput(f"`{name}` must be an object of names and numbers, got {got}.")
    fields = {**DEFAULTS, **request}
    estimator = fields.pop("estimator")
    if not isinstance(estimator, str):
        raise InvalidInput(f"`estimator` must be one key, got {json.dumps(estimator)}.")
    return sampled(Config.create(**fields, estimators=(estimator,)))


def request_of(config: "Config") -> dict[str, Any]:
    """The inverse of `config_of`, every field filled in."""
    plain = config.to_mapping() | {"estimator": config.estimators[0]}
    return {name: plain[name] for name in FIELDS}


def result_of(config: "Config") -> dict[str, Any]:
    """What was measured, as plain JSON values: lists are in the order of `parameters`."""
    from playground.measure import measure

    found = measure(config)
    lists = {name: finite_list(getattr(found, name)) for name in ("exact", "mean", "standard_error", "variance", "z")}
    result = {"parameters": list(found.parameters), **lists, "unbiased": bool(found.unbiased)}
    result["gradients_per_second"] = finite(found.gradients_per_second)
    return result | {"reasons": _reasons(found, lists), "config": request_of(config)}


def _reasons(found: "Measurement", lists: Mapping[str, list[float | None]]) -> dict[str, str]:
    """For each field with a null in it, the sentence that says why; for `unbiased` where TFP's sampler is to blame."""
    reasons: dict[str, str] = {} if found.caution is None else {"unbiased": found.caution}
    for name, values in lists.items():
        empty = [parameter for parameter, value in zip(found.parameters, values, strict=True) if value is None]
        if not empty:
            continue
        who = ", ".join(f"`{parameter}`" for parameter in empty)
        if name == "exact":
            reasons[name] = found.exact_reason or f"The exact gradient of {who} is not finite."
        elif name != "z":
            reasons[name] = f"Some of the replicates' gradients of {who} are too large for float32, or undefined."
        elif "mean" in reasons:
            reasons[name] = f"The mean gradient of {who} is not finite."
        elif "exact" in reasons:
            reasons[name] = f"There is no exact gradient to compare with. {reasons['exact']}"
        else:
            reasons[name] = (
                f"The replicates of {who} do not differ, or by rounding alone: there is no noise to measure with."
            )
    return reasons


def _text(result: dict[str, Any]) -> str:
    config = result["config"]
    columns = ("parameters", "exact", "mean", "standard_error", "variance", "z")
    lines = [
        f"{config['estimator']} on {config['family']}, cost {config['cost']}: K = {config['samples']}, "
        f"R = {config['replicates']}, {config['sampling']}, seed {config['seed']}",
        table(
            ("parameter", "exact", "mean", "std. error", "variance", "z"),
            zip(*(result[name] for name in columns), strict=True),
        ),
        f"{'Unbiased' if result['unbiased'] else 'Biased'} by theory; "
        f"{result['gradients_per_second']:,.0f} gradients a second.",
    ]
    return "\n".join([*lines, *(f"{name}: {reason}" for name, reason in result["reasons"].items())])


def answers(lines: BinaryIO) -> Iterator[dict[str, Any]]:
    """One result, or one `{"error": sentence}`, for each line of JSON; lines of nothing but blanks are passed over."""
    for line in lines:
        text = line.removeprefix(b"\xef\xbb\xbf").strip()
        if not text:
            continue
        try:
            yield result_of(config_of(_read(text)))
        except InvalidInput as error:
            yield {"error": one_line(str(error))}
        except Exception as error:  # one request must not take the others with it
            yield {"error": one_line(f"The measurement failed: {type(error).__name__}: {error}")}


def _read(text: bytes) -> Any:
    try:
        return json.loads(text.decode("utf-8"), parse_int=whole, object_pairs_hook=_once)
    except InvalidInput:
        raise
    except (ValueError, RecursionError) as error:
        why = "nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise InvalidInput(f"The line is not JSON ({why}): expected one object a line.") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InvalidInput(f"The field '{twice}' is there twice: expected each name once.")
    return found


def _requests(path: str) -> Any:
    """The lines of a file, or of standard input for `-`, as a context manager."""
    if path == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return open(path, "rb")
    except (OSError, ValueError) as error:  # a ValueError is a NUL in the name
        why = getattr(error, "strerror", None) or error
        raise InvalidInput(
            f"Option `--from`: cannot read '{path}' ({why}), expected a file of one JSON object a line."
        ) from None


def run(arguments: argparse.Namespace) -> int:
    fields = given(arguments)
    if arguments.source is not None:
        if fields:
            option = option_of(next(iter(fields)))
            raise InvalidInput(f"Option `{option}`: got it beside `--from`, expected it in each line of the file.")
        with _requests(arguments.source) as lines:
            for answer in answers(lines):
                if arguments.json:
                    print_json(answer)
                else:
                    print_text(answer["error"] if "error" in answer else _text(answer))
        return 0
    keys = fields.pop("estimators", [DEFAULTS["estimator"]])
    if len(keys) != 1:
        raise InvalidInput(f"Option `--estimator`: got {len(keys)} ({', '.join(keys)}), expected one to measure.")
    result = result_of(config_of(fields | {"estimator": keys[0]}))
    if arguments.json:
        print_json(result)
    else:
        print_text(_text(result))
    return 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_problem(parser, samples=1, replicates=20_000)
    parser.add_argument(
        "--from",
        dest="source",
        metavar="REQUESTS.jsonl",
        help="many measurements: one JSON object a line, one result a line, in order; - reads standard input",
    )


COMMAND = Command(
    key="measure",
    line="one estimator at one θ: its mean, variance and distance from the exact gradient",
    description="Draws R replicates of an estimate of ∇E[f(x)] from K samples each, at fixed parameters.\n"
    "All gradients are with respect to the parameters as named.\n\n"
    "  python -m playground measure --family normal --param loc=1 --param scale=2 --cost 'cos(x)' --estimator pathwise",
    add_arguments=add_arguments,
    run=run,
    order=2,
)
