"""Mean and central moments up to the fourth of rows that come in blocks, without cancellation and without keeping them.

References:
  Chan, Golub & LeVeque (1983), Algorithms for computing the sample variance.
  Pébay (2008), Formulas for robust, one-pass parallel computation of covariances and arbitrary-order moments.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Spread:
    """What N rows [N, P] leave behind.

    Attributes:
      count: N.
      mean: [P].
      second, third, fourth: Σ (row − mean)^k, [P].
    """

    count: int
    mean: np.ndarray
    second: np.ndarray
    third: np.ndarray
    fourth: np.ndarray

    @classmethod
    def of(cls, rows: np.ndarray) -> "Spread":
        """Of rows [N, P], N ≥ 1. What is not finite stays so."""
        with np.errstate(over="ignore", invalid="ignore"):
            # From the first row on: rows that do not differ then have a variance of exactly 0.
            deviation = rows - rows[0]
            center = deviation.mean(axis=0)
            centred = deviation - center
            squares = centred**2
            return cls(
                len(rows),
                rows[0] + center,
                squares.sum(axis=0),
                (squares * centred).sum(axis=0),
                (squares**2).sum(axis=0),
            )

    def joined(self, other: "Spread") -> "Spread":
        """Of the rows of both."""
        n, m = self.count, other.count
        total = n + m
        with np.errstate(over="ignore", invalid="ignore"):
            delta = other.mean - self.mean
            second = self.second + other.second + delta**2 * (n * m / total)
            third = (
                self.third
                + other.third
                + delta**3 * (n * m * (n - m) / total**2)
                + 3.0 * delta * (n * other.second - m * self.second) / total
            )
            fourth = (
                self.fourth
                + other.fourth
                + delta**4 * (n * m * (n * n - n * m + m * m) / total**3)
                + 6.0 * delta**2 * (n * n * other.second + m * m * self.second) / total**2
                + 4.0 * delta * (n * other.third - m * self.third) / total
            )
            return Spread(total, self.mean + delta * (m / total), second, third, fourth)

    @property
    def variance(self) -> np.ndarray:
        """Unbiased, [P]: N − 1 in the denominator; N ≥ 2."""
        return self.second / (self.count - 1)

    @property
    def standard_error(self) -> np.ndarray:
        """Of the mean, [P]."""
        return np.sqrt(self.variance / self.count)

    @property
    def variance_error(self) -> np.ndarray:
        """The standard error of `variance`, [P]: sqrt((m₄ − m₂² (N − 3)/(N − 1)) / N), m₂ and m₄ as sampled."""
        n = self.count
        with np.errstate(over="ignore", invalid="ignore"):
            square = (self.second / n) ** 2 * ((n - 3) / (n - 1))
            return np.sqrt(np.maximum(self.fourth / n - square, 0.0) / n)
