"""A synthetic class: every status, named mistakes, hostile text, grader errors, predictions."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.grading.results import CheckResult, Cost, PredictionsResult, ProblemResult, Result
from autograder.grading.rubric import Check, Rubric
from autograder.grading.statuses import Status

COURSE = Path(__file__).parents[2]
SEED, SUITE = 981274650091, "5b0c9d1e77a24f13"
MISTAKES = {
    "relu_before_sum": "You apply ReLU before the addition; the block's last ReLU comes after the shortcut is added.",
    "projection_shortcut": "Your shortcut is a 1x1 convolution; option A sub-samples and pads with zeros.",
    "sigmoid_only": "You return sigmoid(x); Swish is x times sigmoid(x).",
    "biased_running_variance": "Your running variance is the biased one; PyTorch's divides by n - 1.",
    "flip_always": "You flip every image; flip each with probability one half.",
}
DIFFERENCE = "ResNet(20)(x) in train mode gave 0.734512 at index (0, 3), expected 1.20871 (31 of 40 numbers differ)"
TRACE = (
    'Traceback (most recent call last):\n  File "simplenn.py", line 14\n    def forward(self, x)\n' + " " * 24 + "^\n"
)
TRACE += "SyntaxError: expected ':'"
MESSAGES = {
    Status.FAIL: DIFFERENCE,
    Status.PARTIAL: DIFFERENCE,
    Status.NOT_ATTEMPTED: "swish still raises NotImplementedError",
    Status.FORBIDDEN: "torch.nn.functional.silu was used here, which the handout rules out",
    Status.ERROR: TRACE,
    Status.TIMEOUT: "train_one_epoch ran for more than 20 s",
    Status.OUT_OF_MEMORY: "more than 2,000 MB were asked for",
    Status.CRASHED: "the process ended by signal 11 (segmentation fault)",
    Status.GRADER_ERROR: "KeyError: the hidden label of image 7",
    Status.MANUAL: "read by a person",
}
Override = tuple[Status, str | None]


def check_result(check: Check, status: Status, mistake: str | None = None, message: str | None = None) -> CheckResult:
    credit = {Status.PASS: 1.0, Status.PARTIAL: 0.5, Status.GRADER_ERROR: None, Status.MANUAL: None}.get(status, 0.0)
    text = MESSAGES.get(status, "") if message is None else message
    if status is Status.FAIL and check.visibility == "hidden":
        text = "hidden check: not what the reference gives (value)"
    return CheckResult(
        id=check.id,
        title=check.title,
        kind=check.kind,
        status=status,
        score=None if credit is None else credit * check.points,
        max_score=check.points,
        bonus=check.bonus,
        visibility=check.visibility,
        message=f"{MISTAKES[mistake]}\n{text}" if mistake else text,
        mistake=mistake,
        flag="secret: KeyError in judge.py" if status is Status.GRADER_ERROR else None,
    )


def make_result(
    rubric: Rubric,
    student: str,
    usual: Status = Status.PASS,
    special: dict[str, Override] | None = None,
    message: str | None = None,
    **more: object,
) -> Result:
    """A result in which probes and answers end as `usual`, but those in `special` (by id's beginning) otherwise."""

    def outcome(check: Check) -> CheckResult:
        if check.kind == "manual":
            return check_result(check, Status.MANUAL)
        for start, (status, mistake) in (special or {}).items():
            if check.id.startswith(start):
                return check_result(check, status, mistake, message)
        return check_result(check, usual, None, message)

    problems = []
    for problem in rubric.problems:
        checks = tuple(outcome(check) for check in problem.checks)
        counted = [c for c in checks if not c.bonus]
        score = None if any(c.status is Status.GRADER_ERROR for c in counted) else sum(c.score or 0 for c in counted)
        problems.append(
            ProblemResult(id=problem.id, title=problem.title, score=score, max_score=problem.points, checks=checks)
        )
    scores = [p.score for p in problems]
    every = [c for p in problems for c in p.checks]
    values: dict[str, object] = {
        "assignment": rubric.assignment.id,
        "student": student,
        "score": None if None in scores else sum(s or 0 for s in scores),
        "max_score": rubric.max_score,
        "bonus": None
        if any(c.bonus and c.status is Status.GRADER_ERROR for c in every)
        else sum(c.score or 0 for c in every if c.bonus),
        "awaiting": sum(c.max_score for c in every if c.status is Status.MANUAL),
        "status": "grader_error" if None in scores else "awaiting_manual",
        "isolation": "bwrap",
        "seed": SEED,
        "suite": SUITE,
        "started": "2026-11-21T03:09:31+00:00",
        "seconds": 3.1,
        "cost": Cost(seconds=2.8, cpu_seconds=3.3, peak_memory=640_000_000),
        "problems": tuple(problems),
    }
    return Result(**(values | more))


def make_predictions(chance: random.Random, accuracy: float) -> PredictionsResult:
    rows = []
    for k in range(10):
        n = chance.randint(34, 38)
        right = min(n, max(0, round(n * chance.gauss(accuracy, 0.03))))
        row = [0] * 10
        row[k] = right
        for _ in range(n - right):
            row[{3: 5, 5: 3, 9: 1}.get(k, chance.randrange(10)) if chance.random() < 0.6 else (k + 1) % 10] += 1
        rows.append(tuple(row))
    n, right = sum(map(sum, rows)), sum(row[k] for k, row in enumerate(rows))
    recall = tuple(row[k] / sum(row) for k, row in enumerate(rows))
    low, high = max(0.0, right / n - 0.03), min(1.0, right / n + 0.02)
    return PredictionsResult(
        accuracy=right / n, low=low, high=high, n=n, per_class_recall=recall, confusion=tuple(rows)
    )


def make_class(rubric: Rubric, isolation: str = "bwrap") -> list[Result]:
    """21 students, among them one for every status."""
    chance = random.Random(7)
    resnet: dict[str, Override] = {
        "resnet20": (Status.FAIL, "relu_before_sum"),
        "resnet.b": (Status.FAIL, "relu_before_sum"),
    }
    projected: dict[str, Override] = {"resnet20": (Status.PARTIAL, "projection_shortcut")}
    swish: dict[str, Override] = {
        "swish": (Status.FAIL, "sigmoid_only"),
        "simplenn_swish": (Status.FAIL, "sigmoid_only"),
    }
    stats: dict[str, Override] = {"simplenn_bn.stat": (Status.FAIL, "biased_running_variance")}
    flip: dict[str, Override] = {"flip": (Status.FAIL, "flip_always"), "transform.train": (Status.FAIL, "flip_always")}
    answers: dict[str, Override] = {"true_false.5": (Status.FAIL, None), "true_false.8": (Status.FAIL, None)}
    plans: dict[str, dict[str, Override]] = {
        "abel": {}, "bohr": stats, "curie": swish | answers, "dirac": resnet | stats, "euler": projected,
        "fermi": flip, "gauss": resnet | swish | flip, "hopper": answers, "ito": stats | projected,
        "jacobi": {"training": (Status.TIMEOUT, None)} | answers, "kahn": {"swish": (Status.FORBIDDEN, None)},
        "lovelace": {"l1": (Status.NOT_ATTEMPTED, None)}, "moser": {"dataset": (Status.OUT_OF_MEMORY, None)} | swish,
        "noether": {"transform": (Status.CRASHED, None)}, "ohm": {"resnet": (Status.NOT_ATTEMPTED, None)} | flip,
    }  # fmt: skip
    options: dict[str, dict[str, object]] = {
        "kahn": {"flags": ("swish.py looks into sys.modules for 'autograder'",)},
        "noether": {"notes": ("resnet-cifar10.ipynb is not valid JSON and was left out",)},
    }
    made = [
        make_result(
            rubric, student, special=special, isolation=isolation, seconds=round(chance.uniform(2, 5), 2),
            cost=Cost(seconds=2.2, cpu_seconds=3.1, peak_memory=chance.randint(500, 900) * 10**6),
            predictions=make_predictions(chance, chance.uniform(0.7, 0.97)), **options.get(student, {}),
        )
        for student, special in plans.items()
    ]  # fmt: skip
    made += [
        make_result(rubric, "pauli", Status.NOT_ATTEMPTED, isolation=isolation, status="not_attempted"),
        make_result(rubric, "quine", Status.ERROR, {"true_false": (Status.PASS, None)}, isolation=isolation),
        make_result(rubric, "ritz", special={"dataset": (Status.GRADER_ERROR, None)}, isolation=isolation),
        make_result(rubric, "=HYPERLINK(1)", Status.FAIL, isolation=isolation),
        make_result(rubric, "<script>alert(1)</script>", Status.ERROR, isolation=isolation,
                    message="\x1b[31m<img src=x onerror=alert(1)>\x07\n" + "A" * 200_000),
        make_result(rubric, "Zoë Å / #1?%", special=resnet, isolation=isolation),
    ]  # fmt: skip
    return made


@pytest.fixture(scope="session")
def rubric() -> Rubric:
    """The rubric of hw2_cnn, read without a look at its probes, which reports do not use."""
    text = (COURSE / "assignment" / "hw2_cnn" / "rubric.toml").read_text(encoding="utf-8")
    return Rubric.model_validate(tomllib.loads(text))


@pytest.fixture(scope="session")
def students(rubric: Rubric) -> list[Result]:
    """The synthetic class."""
    return make_class(rubric)


@pytest.fixture(scope="session")
def result_of(rubric: Rubric) -> Callable[..., Result]:
    """Builds one result: result_of(student, usual status, special, message=..., and any field of Result)."""

    def build(student: str, *arguments: object, **more: object) -> Result:
        return make_result(rubric, student, *arguments, **more)

    return build
