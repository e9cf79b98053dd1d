"""The statuses a check can end with."""

from enum import StrEnum


class Status(StrEnum):
    """Only evidence that matches is `pass`; `grader_error` leaves the score open."""

    PASS = "pass"
    PARTIAL = "partial"
    FAIL = "fail"
    NOT_ATTEMPTED = "not_attempted"
    FORBIDDEN = "forbidden"
    ERROR = "error"
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out_of_memory"
    CRASHED = "crashed"
    GRADER_ERROR = "grader_error"
    MANUAL = "manual"
