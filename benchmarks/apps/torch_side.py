"""The other side of the comparison with PyTorch, in a process of its own: two thread pools in one would fight.

Reads "LIBRARY KEY COUNT" from standard input, makes COUNT steps, answers with one line of JSON: the mean of the
gradient estimates of the last step, and their variance. Plain PyTorch is written as one would write it well by hand:
all R·K samples in one tensor, closed forms where the paper has them. A step draws, estimates R gradients, takes their
mean and variance, and moves θ by the first of them, as a step of the playground does.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

import torch

SAMPLES, REPLICATES = 32, 256
LOC, LOGITS, TARGET, RATE = 1.0, 0.8, 0.45, 1e-7  # So small a rate that θ stays where the exact gradient is known.
HIDDEN = 10


def cost(x: Any) -> Any:
    return (x - TARGET) ** 2


def _spread(theta: torch.Tensor) -> torch.Tensor:
    """θ [] → a leaf [R, 1], so that one backward pass gives each replicate its own gradient."""
    return theta.detach().repeat(REPLICATES, 1).requires_grad_()


def pathwise(theta: torch.Tensor) -> torch.Tensor:
    loc = _spread(theta)
    cost(torch.distributions.Normal(loc, 1.0).rsample((SAMPLES,))).mean(0).sum().backward()
    return loc.grad[:, 0]


def score_function_loo(theta: torch.Tensor) -> torch.Tensor:
    logits = _spread(theta)
    measure = torch.distributions.Bernoulli(logits=logits.expand(-1, SAMPLES))
    with torch.no_grad():
        x = measure.sample()
        f = cost(x)
        weight = (f - f.mean(1, keepdim=True)) / (SAMPLES - 1)
    (weight * measure.log_prob(x)).sum().backward()
    return logits.grad[:, 0]


@torch.no_grad()
def arm(theta: torch.Tensor) -> torch.Tensor:
    p, u = torch.sigmoid(theta), torch.rand(REPLICATES, SAMPLES)
    return ((cost((u > 1.0 - p).float()) - cost((u < p).float())) * (u - 0.5)).mean(1)


class Relax:
    """RELAX with the network and the temperature of the playground; replicate 0 trains them, on its own square."""

    def __init__(self) -> None:
        self.temperature = torch.tensor(0.5).log().requires_grad_()
        self.network = torch.nn.Sequential(torch.nn.Linear(1, HIDDEN), torch.nn.Tanh(), torch.nn.Linear(HIDDEN, 1))
        self.learned = [self.temperature, *self.network.parameters()]
        self.adam = torch.optim.Adam(self.learned, lr=0.01)

    def __call__(self, theta: torch.Tensor) -> torch.Tensor:
        u, v = torch.rand(2, REPLICATES, SAMPLES).clamp(1e-7, 1.0 - 1e-7)
        first = self._terms(theta, u[:1], v[:1], learns=True)
        others = self._terms(theta, u[1:], v[1:], learns=False)
        parts = torch.autograd.grad((first**2).mean(), self.learned)
        for parameter, part in zip(self.learned, parts, strict=True):
            parameter.grad = part
        self.adam.step()
        return torch.cat([first.detach(), others]).mean(1)

    def _terms(self, theta: torch.Tensor, u: torch.Tensor, v: torch.Tensor, learns: bool) -> torch.Tensor:
        """(f(b) − c(z̃)) ∂ log p(b) + ∂c(z) − ∂c(z̃) for each sample, [R, K]."""
        logits = theta.detach().expand(u.shape).clone().requires_grad_()
        p, z = torch.sigmoid(logits), logits + torch.logit(u)
        b = (z > 0).float().detach()
        again = logits + torch.logit(torch.where(b > 0, v * p + 1.0 - p, v * (1.0 - p)))
        c, c_again = self._control(z), self._control(again)
        slope = torch.autograd.grad((c - c_again).sum(), logits, create_graph=learns, retain_graph=learns)[0]
        return (cost(b) - (c_again if learns else c_again.detach())) * (b - p.detach()) + slope

    def _control(self, z: torch.Tensor) -> torch.Tensor:
        soft = torch.sigmoid(z / self.temperature.exp()).unsqueeze(-1)
        return self.network(2.0 * soft - 1.0).squeeze(-1)


def _storchastic() -> dict[str, Callable[[torch.Tensor], torch.Tensor]]:
    """The same four by Storchastic, an independent plate for the replicates and its own plate for the samples."""
    import storch
    from storch.method import ARM, RELAX, Reparameterization, ScoreFunction

    network = torch.nn.Sequential(torch.nn.Linear(1, HIDDEN), torch.nn.Tanh(), torch.nn.Linear(HIDDEN, 1))
    control = storch.deterministic(lambda z: network(z).squeeze(-1))
    axis_cost = storch.deterministic(lambda x: cost(x).sum(-1))
    reparameterization, arm_ = Reparameterization("x", n_samples=SAMPLES), ARM("x", n_samples=SAMPLES)
    score = ScoreFunction("x", n_samples=SAMPLES, baseline_factory="batch_average")
    relax = RELAX("x", n_samples=SAMPLES, c_phi=control)

    def estimator(method: Any, measure: Any, f: Any, shape: tuple[int, ...]) -> Callable[[torch.Tensor], torch.Tensor]:
        def run(theta: torch.Tensor) -> torch.Tensor:
            leaf = theta.detach().expand(shape).clone().requires_grad_()
            storch.add_cost(f(method(measure(storch.denote_independent(leaf, 0, "replicate")))), "f")
            storch.backward()
            # The cost's mean over the plate is what is differentiated.
            gradient, leaf.grad = leaf.grad.detach().reshape(-1) * REPLICATES, None
            storch.reset()
            return gradient

        return run

    distributions, flat, ones = torch.distributions, (REPLICATES,), torch.ones(REPLICATES)
    return {
        "pathwise": estimator(reparameterization, lambda t: distributions.Normal(t, ones), cost, flat),
        "score_function_loo": estimator(score, lambda t: distributions.Bernoulli(logits=t), cost, flat),
        "arm": estimator(arm_, lambda t: distributions.Bernoulli(logits=t), cost, flat),
        # With no event axis its RELAX raises: an empty list of axes sums over all.
        "relax": estimator(relax, lambda t: distributions.Bernoulli(torch.sigmoid(t)), axis_cost, (REPLICATES, 1)),
    }


def _plain() -> dict[str, Callable[[torch.Tensor], torch.Tensor]]:
    return {"pathwise": pathwise, "score_function_loo": score_function_loo, "arm": arm, "relax": Relax()}


LIBRARIES = {"torch": _plain, "storchastic": _storchastic}
"""By name, what makes its estimators: functions of θ [] that return R gradients [R]."""


def start(key: str) -> torch.Tensor:
    """θ, where an estimator is tried."""
    return torch.tensor(LOC if key == "pathwise" else LOGITS)


def main() -> None:
    """Serves steps until standard input ends."""
    torch.manual_seed(0)
    made: dict[str, dict[str, Callable[[torch.Tensor], torch.Tensor]]] = {}
    for line in sys.stdin:
        library, key, count = line.split()
        if library not in made:
            made[library] = LIBRARIES[library]()
        theta = start(key)
        for _ in range(int(count)):
            gradients = made[library][key](theta)
            mean, variance = gradients.mean(), gradients.var()
            theta = theta - RATE * gradients[0]
        print(json.dumps({"mean": float(mean), "variance": float(variance)}), flush=True)


if __name__ == "__main__":
    main()
