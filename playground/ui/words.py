"""Words under the board, made from the configuration: what is asked, and what each estimator does about it."""

import streamlit as st

from playground.config import Config
from playground.estimators import ESTIMATORS


def estimator_words(config: Config) -> None:
    """The goal as a formula, then each estimator's story, formula, claim and price."""
    problem = config.problem
    verb = "maximise" if config.maximize else "minimise"
    names = ", ".join(parameter.latex for parameter in problem.family.parameters)
    st.markdown(f"**The goal.** To {verb} the mean cost, one needs the gradient of an average over a random sample:")
    st.latex(rf"\nabla_{{{names}}}\;\mathbb{{E}}_{{p(x;\,{names})}}\left[{problem.cost.latex}\right]")
    hyperparameters = dict(config.hyperparameters)
    for key in config.estimators:
        estimator = ESTIMATORS[key]
        claim = "unbiased" if estimator.unbiased(problem) else "**biased**"
        price = estimator.evaluations(problem, hyperparameters, config.samples)
        st.markdown(
            f"**{estimator.label}**: ${estimator.latex}$. {estimator.story} "
            f"Here it is {claim}; one gradient costs {price} evaluations of f. {estimator.caution(problem) or ''}"
        )
