"""Errors that mean bad usage or input: one sentence for the person, exit status 2."""

from __future__ import annotations

from autograder.answers.key import InvalidKey
from autograder.cluster.unusable import UnusableCluster
from autograder.commands.unusable import UnusableInput
from autograder.experiments.spec import InvalidExperiments
from autograder.grading.intake import AmbiguousSubmissions
from autograder.grading.rubric import RubricError
from autograder.grading.run import UnusableRun
from autograder.grading.sandbox import SandboxUnavailable
from autograder.leaderboard.board import Closed
from autograder.leaderboard.checkpoint import NoHiddenImages
from autograder.leaderboard.rules import InvalidRules
from autograder.leaderboard.store import UnusableDatabase
from autograder.predictions.curve import InvalidCurve
from autograder.predictions.folder import NothingToScore
from autograder.predictions.holdout.public_images import HoldOutError
from autograder.predictions.solution import InvalidSolution
from autograder.release.kit import ReleaseError
from autograder.reports.lms.worksheet import WorksheetError

BAD_INPUT: tuple[type[Exception], ...] = (
    UnusableInput,
    AmbiguousSubmissions,
    Closed,
    HoldOutError,
    InvalidCurve,
    InvalidExperiments,
    InvalidKey,
    InvalidRules,
    InvalidSolution,
    NoHiddenImages,
    NothingToScore,
    ReleaseError,
    RubricError,
    SandboxUnavailable,
    UnusableCluster,
    UnusableDatabase,
    UnusableRun,
    WorksheetError,
)
