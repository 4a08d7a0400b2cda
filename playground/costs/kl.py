"""The integrand of the Kullback–Leibler divergence from a target: it depends on θ itself."""

from playground.problem import Cost

COST = Cost(
    key="kl",
    label="KL to a target",
    latex=r"\log p(x; \theta) - \log q(x)",
    relative=lambda x, distribution, family, parameters: (
        distribution.log_prob(x) - family.target(parameters).log_prob(x)
    ),
    expected=lambda distribution, family, parameters: distribution.kl_divergence(family.target(parameters)),
    order=6,
)
