"""Words under the board, made from the configuration: what is asked, and what each estimator does about it."""

import functools

import streamlit as st

from playground import exact
from playground.config import Config
from playground.estimators import ESTIMATORS
from playground.problem import Cost, Family


def goal(family: Family, cost: Cost) -> str:
    """∇ E[f] as a formula. The cost of a vector is the sum over its coordinates, and f is written for one."""
    names = ", ".join(parameter.latex for parameter in family.parameters)
    mean = rf"\nabla_{{{names}}}\;\mathbb{{E}}_{{p(x;\,{names})}}"
    if family.vector and not cost.depends_on_parameters:
        return rf"{mean}\left[\textstyle\sum_d f(x_d)\right],\quad f(x) = {cost.latex}"
    return rf"{mean}\left[{cost.latex}\right]"


@functools.lru_cache(maxsize=64)
def _why_no_exact_values(bare: Config) -> str | None:
    return exact.reference(bare.problem, bare.theta).reason if bare.problem.may_diverge else None


def estimator_words(config: Config) -> None:
    """The goal as a formula, then each estimator's story, formula, claim and price."""
    problem = config.problem
    verb = "maximise" if config.maximize else "minimise"
    st.markdown(f"**The goal.** To {verb} the mean cost, one needs the gradient of an average over a random sample:")
    st.latex(goal(problem.family, problem.cost))
    reason = _why_no_exact_values(config.bare())
    if reason is not None:
        st.info(f"No exact value is known at these starting parameters: grey marks are missing or wrong. {reason}")
    unbiased = "unbiased" if reason is None else "unbiased wherever there is an expectation"
    hyperparameters = dict(config.hyperparameters)
    for key in config.estimators:
        estimator = ESTIMATORS[key]
        claim = unbiased if estimator.unbiased(problem) else "**biased**"
        price = estimator.evaluations(problem, hyperparameters, config.samples)
        st.markdown(
            f"**{estimator.label}**: ${estimator.latex}$. {estimator.story} "
            f"Here it is {claim}; one gradient costs {price} evaluations of f. {estimator.caution(problem) or ''}"
        )
