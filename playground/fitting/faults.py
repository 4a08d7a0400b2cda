"""What goes wrong in a fit, by its name: divergence and singular components end it, dead and twin ones are noted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from playground.fitting.learnable import Components, Layout, Values
from playground.fitting.steps import State

SINGULAR = 1e-3  # of the data's own smallest standard deviation
COLLAPSED = 1e-6  # of the data's largest one
DEAD = 1e-3
ALIKE = 5e-3
LEAP = 10.0  # a width that shrinks by more in one step has been overshot, not learnt
DIVERGED = "diverged"


@dataclass(frozen=True)
class Fault:
    """What went wrong.

    Attributes:
      cause: What happened and at which step, and the remedy.
      last_good: The state before the step that failed.
    """

    cause: str
    last_good: State


class Examiner:
    """Looks at states of one fit for what ends it.

    Args:
      layout: Of the distribution that is fitted.
      rows: The data [N, D]; draws of a broad guess where a target density is fitted.
      values: `layout.values`, compiled: each slice asks for them, and bijector by bijector they cost more than it does.
    """

    def __init__(self, layout: Layout, rows: np.ndarray, values: Callable[[tf.Tensor], Values]) -> None:
        self._layout, self._rows, self._values = layout, np.asarray(rows, np.float32), values
        spread = np.sqrt(np.maximum(np.linalg.eigvalsh(np.atleast_2d(np.cov(rows.T))), 0.0))
        # Data that lie nearly in a plane make thin components, and rightly so.
        self._least = max(SINGULAR * spread[0], COLLAPSED * spread[-1])

    def find(
        self,
        before: State,
        after: State,
        one_step: Callable[[State], tuple[State, np.ndarray]],
        learning_rate: float,
    ) -> Fault | None:
        """None if `after` is well; otherwise walks from `before`, step by step, to the step that failed.

        Args:
          before: A state that was well.
          after: A state reached from it.
          one_step: A state → the one after it, and the norm of each variable's gradient on the way [V]. Stateless seeds
            make the walk the same one, so that the last good state is exact.
          learning_rate: For the remedy.
        """
        if self._ailment(after.raw) is None:
            return None
        state = before
        while True:
            following, norms = one_step(state)
            ailment = self._ailment(following.raw)
            if ailment is not None or int(following.step) >= int(after.step):
                break
            state = following
        leap = self._leap(state.raw, following.raw)
        if ailment is None or ailment == DIVERGED or leap is not None:
            ailment = self._divergence(following.raw, norms, leap, learning_rate)
        return Fault(f"Step {int(following.step)}: {ailment}", state)

    def _ailment(self, raw: tf.Tensor) -> str | None:
        if not np.all(np.isfinite(raw.numpy())):
            return DIVERGED
        widths = self._widths(raw)
        if not np.all(np.isfinite(widths)):
            return DIVERGED
        worst = int(np.argmin(widths))
        return None if widths[worst] >= self._least else self._singular(raw, len(widths), worst, widths[worst])

    def _widths(self, raw: tf.Tensor) -> np.ndarray:
        """Each component's smallest standard deviation [C]; one huge one where no covariance can become singular."""
        components_of = self._layout.learnable.components_of
        if components_of is None or self._layout.learnable.kind != "plane":
            return np.array([np.finfo(np.float32).max])
        covariance = components_of(self._values(raw)).covariance.astype(np.float64)
        if not np.all(np.isfinite(covariance)):
            return np.full(len(covariance), np.nan)
        return np.sqrt(np.maximum(np.linalg.eigvalsh(covariance)[:, 0], 0.0))

    def _leap(self, before: tf.Tensor, after: tf.Tensor) -> str | None:
        """What a single step has done to a component's width, if it was too much."""
        if not np.all(np.isfinite(after.numpy())):
            return None
        earlier, later = self._widths(before), self._widths(after)
        index = int(np.argmin(later))
        if not earlier[index] > LEAP * later[index]:
            return None
        who = f"component {index + 1}'s" if len(later) > 1 else "the"
        return f"{who} smallest standard deviation fell from {earlier[index]:.2g} to {later[index]:.2g} in one step"

    def _singular(self, raw: tf.Tensor, components: int, index: int, deviation: float) -> str:
        count = int(np.sum(responsibilities(self._layout, raw, self._rows).numpy().argmax(axis=1) == index))
        who = f"component {index + 1}'s covariance" if components > 1 else "the covariance"
        place = f"it sits on {count} row{'' if count == 1 else 's'}" if count else "it lies along a line of few rows"
        return (
            f"{who} has become singular: {place} (smallest standard deviation {deviation:.1g}). "
            "A density that narrow grows without bound, and nothing else is learnt. Use fewer components, another "
            "start, or data without repeated rows."
        )

    def _divergence(self, raw: tf.Tensor, norms: np.ndarray, leap: str | None, learning_rate: float) -> str:
        names = [variable.name for variable in self._layout.variables]
        # The variable named is the one whose gradient is worst: the others often only follow it out of bounds.
        worst = int(np.argmax(np.where(np.isfinite(norms), norms, np.inf)))
        size = f"had norm {norms[worst]:.3g}" if np.isfinite(norms[worst]) else "was not a finite number"
        parts = tf.split(raw, self._layout.lengths)
        lost = [name for name, part in zip(names, parts, strict=True) if not np.all(np.isfinite(part.numpy()))]
        happened = leap or f"`{(lost or names[worst:])[0]}` left the range of finite numbers"
        return (
            f"the fit diverged. The gradient of `{names[worst]}` {size}, and {happened}. "
            f"Lower the learning rate (now {learning_rate:g}), or take larger batches."
        )


def responsibilities(layout: Layout, raw: tf.Tensor, rows: np.ndarray | tf.Tensor) -> tf.Tensor:
    """How likely each row [n, D] is from each component, [n, C]; ones [n, 1] where there are no components."""
    mixture = layout.distribution(layout.values(raw))
    if not hasattr(mixture, "posterior_marginal"):
        return tf.ones([tf.shape(rows)[0], 1])
    scalar = layout.learnable.kind in ("circle", "counts")
    return mixture.posterior_marginal(tf.squeeze(rows, -1) if scalar else rows).probs_parameter()


def notes(components: Components | None) -> list[str]:
    """What is odd about a mixture without ending its fit: dead components, and components that are alike."""
    if components is None or len(components.weights) < 2:
        return []
    found = [
        f"Component {index + 1} is dead: its weight is {weight:.1g}, so that hardly any gradient reaches it."
        for index, weight in enumerate(components.weights)
        if weight < DEAD
    ]
    count = len(components.weights)
    pairs = [(i, j) for i in range(count) for j in range(i + 1, count) if distance(components, i, j) < ALIKE]
    alike = _groups(count, pairs)
    return found + [
        f"Components {', '.join(str(i + 1) for i in group[:-1])} and {group[-1] + 1} are alike: they get the same "
        "gradients, and will stay together unless something sets them apart."
        for group in alike
    ]


def distance(components: Components, first: int, second: int) -> float:
    """Bhattacharyya's distance of two components taken as Normals: 0 where they are the same."""
    own, other = components.covariance[first], components.covariance[second]
    middle = 0.5 * (own + other)
    apart = components.loc[first] - components.loc[second]
    shape = np.linalg.slogdet(middle)[1] - 0.5 * (np.linalg.slogdet(own)[1] + np.linalg.slogdet(other)[1])
    return float(0.125 * apart @ np.linalg.solve(middle, apart) + 0.5 * shape)


def _groups(count: int, pairs: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Items that are linked by pairs, directly or through others."""
    group = list(range(count))
    for first, second in pairs:
        old, new = group[second], group[first]
        group = [new if item == old else item for item in group]
    members = [[i for i in range(count) if group[i] == label] for label in dict.fromkeys(group)]
    return [some for some in members if len(some) > 1]
