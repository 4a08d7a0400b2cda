"""What came out of all the clinic's programs, run in one process for all tests that ask."""

from functools import cache

from playground.cases import CASES
from playground.clinic.case import Case
from playground.clinic.choices import Choices, all_choices
from playground.clinic.outcome import Outcome
from playground.clinic.programs import addresses
from playground.clinic.runner import Runner

# TensorFlow may take a minute to import while a browser and a server are tested beside it.
PATIENCE = 280.0


def tried() -> list[Choices]:
    """Every combination without a layer; with one, enough of them to know that it is the same and where it is not."""
    layered = [Choices("normal", keras="keras2"), Choices("poisson", way="log_prob", keras="keras2")]
    layered += [Choices("mixture", keras="keras2"), Choices("reparameterized", keras="keras2"), Choices(keras="keras3")]
    return [choices for choices in all_choices() if choices.keras == "none"] + layered


@cache
def outcomes() -> dict[str, Outcome]:
    """The outcomes by address."""
    wanted = [address for key in CASES for address in addresses(key)] + [choices.address for choices in tried()]
    return dict(zip(wanted, Runner(time_limit=PATIENCE).run(wanted), strict=True))


def pair(case: Case) -> tuple[Outcome, Outcome]:
    """What came out of a case's broken program, and of its mended one."""
    broken, mended = addresses(case.key)
    return outcomes()[broken], outcomes()[mended]
