"""Ready-made fits, each with one line that says what to look for. The classic failures are among them."""

import functools

from playground.fitting.config import FitConfig
from playground.preset import Preset

preset = functools.partial(Preset, FitConfig.create)

PRESETS = (
    preset(
        "ellipses",
        "Three tilted ellipses",
        "A mixture of Normals finds the blobs: each row takes its component's colour.",
        {"model": "mixture_mvn_tril", "data": "blobs", "start": "random"},
    ),
    preset(
        "geyser",
        "Old Faithful",
        "Short and long eruptions: two components, in minutes turned into standard units.",
        {"model": "mixture_mvn_tril", "data": "old_faithful", "components": 2, "standardize": True, "start": "random"},
    ),
    preset(
        "moons",
        "A flow bends",
        "No mixture: one Normal, bent until it has the shape of two moons.",
        {"model": "flow", "data": "moons"},
        300.0,
    ),
    preset(
        "heavy-tails",
        "Heavy tails",
        "Student's t lets outliers be; watch df fall in the table below.",
        {"model": "mixture_student_t", "data": "outliers", "components": 2},
    ),
    preset(
        "first-fixed",
        "One component may not move",
        "The first weight and component are frozen: no gradient reaches them.",
        {"model": "mixture_mvn_tril_first_fixed", "data": "blobs"},
    ),
    preset(
        "counts",
        "Too spread for Poisson",
        "A negative binomial learns how much counts vary beyond chance.",
        {"model": "gamma_poisson", "data": "overdispersed_counts"},
    ),
    preset(
        "compass",
        "Around the circle",
        "Angles have no ends: one of the two modes sits across ±π.",
        {"model": "mixture_von_mises", "data": "directions", "components": 2, "start": "random"},
    ),
    preset(
        "mode-seeking",
        "Reverse KL picks a mode",
        "Pulled to a density with two modes, one Normal takes one of them and ignores the other.",
        {"model": "mvn_diag", "goal": "reverse_kl", "target": "two_modes"},
    ),
    preset(
        "alike",
        "Born alike, alike for ever",
        "Components that start at the same place get the same gradient: they never part.",
        {"model": "mixture_mvn_spherical", "data": "blobs", "start": "alike"},
        failure=True,
    ),
    preset(
        "collapse",
        "A component collapses",
        "On two or three rows a covariance shrinks without end: the likelihood has no maximum.",
        {
            "model": "mixture_mvn_tril",
            "data": "few_rows",
            "components": 5,
            "batch": 0,
            "learning_rate": 0.02,
            "start": "random",
            "seed": 1,
        },
        failure=True,
    ),
    preset(
        "dead",
        "A dead component",
        "Six components for three blobs, in a hurry: some end with no weight and no rows.",
        {
            "model": "mixture_mvn_tril",
            "data": "blobs",
            "components": 6,
            "learning_rate": 0.3,
            "start": "random",
            "bijector": "exp",
        },
        failure=True,
    ),
    preset(
        "switching",
        "Whose number is whose?",
        "Press ⚄ again and again: the same ellipses come out, under other numbers and colours.",
        {"model": "mixture_mvn_spherical", "data": "blobs", "start": "random", "learning_rate": 0.05},
        300.0,
        failure=True,
    ),
)
