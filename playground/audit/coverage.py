"""What of `tfp.distributions` is audited, found in the package, and why the rest is not."""

import inspect

from tensorflow_probability import distributions as tfd

from playground.audit.audit import CASES

BASE = "It is a base class: it has no sampler of its own."
WRAPPER = "Its samples are those of the distributions inside, moved about: their rows hold for it."
FUNCTION = "It is a distribution over functions, whose parameters are a kernel's."
SERIES = "It is made of distributions that the user gives as functions: their rows hold for it."
NO_PARAMETERS = "It has no continuous parameter."
REASONS = {
    "AutoCompositeTensorDistribution": BASE,
    "Distribution": BASE,
    "JointDistribution": BASE,
    "BatchBroadcast": WRAPPER,
    "BatchConcat": WRAPPER,
    "BatchReshape": WRAPPER,
    "Blockwise": WRAPPER,
    "Masked": WRAPPER,
    "Autoregressive": SERIES,
    "HiddenMarkovModel": SERIES,
    "JointDistributionCoroutine": SERIES,
    "JointDistributionCoroutineAutoBatched": SERIES,
    "JointDistributionNamed": SERIES,
    "JointDistributionNamedAutoBatched": SERIES,
    "JointDistributionSequential": SERIES,
    "JointDistributionSequentialAutoBatched": SERIES,
    "LinearGaussianStateSpaceModel": SERIES,
    "MarkovChain": SERIES,
    "GaussianProcess": FUNCTION,
    "GaussianProcessRegressionModel": FUNCTION,
    "StudentTProcess": FUNCTION,
    "StudentTProcessRegressionModel": FUNCTION,
    "VariationalGaussianProcess": FUNCTION,
    "FlatDirichlet": NO_PARAMETERS,
    "SphericalUniform": NO_PARAMETERS,
    "PixelCNN": "Its parameters are the weights of a network.",
}
UNKNOWN = "It is new in this version of TFP: no parameter points are known for it."


def classes() -> tuple[str, ...]:
    """The names of all distributions that the installed TFP has."""
    found = inspect.getmembers(tfd, lambda member: inspect.isclass(member) and issubclass(member, tfd.Distribution))
    return tuple(name for name, _ in found)


def not_audited() -> dict[str, str]:
    """The classes without a row, each with the reason."""
    audited = {case.class_name for case in CASES.values()}
    return {name: REASONS.get(name, UNKNOWN) for name in classes() if name not in audited}
