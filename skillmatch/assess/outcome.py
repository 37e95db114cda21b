"""What came of a case, dated, so that cohorts can be counted later (DUO-18, DE-04): counting is not done here."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from skillmatch.errors import InvalidInput

AHEAD = timedelta(days=366)
"""How long before it begins a job or a course may be recorded: what is signed today may start next school year."""


class OutcomeKind(StrEnum):
    """What came of it, best first (DUO-18, SUP-01)."""

    JOB = "job"
    TRAINING = "training"
    INTERNSHIP = "internship"
    SUPPORTED = "supported employment"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome, from the day ``on`` to ``until``, both included; ``until`` is None where it is open or not known.

    ``contract_months`` is the length that a job's contract names, for DUO-18 counts three months or more; None is not
    known or without an end: ``until`` says no more than when it ended. ``hours_per_week`` tells a full job from a few
    hours (DE-04). Raises InvalidInput.
    """

    kind: OutcomeKind
    on: date
    until: date | None = None
    contract_months: float | None = None
    hours_per_week: float | None = None
    occupation: str | None = None

    def __post_init__(self) -> None:
        if self.until is not None and self.until < self.on:
            raise InvalidInput("should not be before it began", field="until")
        if self.contract_months is not None and self.kind is not OutcomeKind.JOB:
            raise InvalidInput("only a job has one", field="contract_months")
        for field in ("hours_per_week", "occupation"):
            if self.kind is OutcomeKind.NONE and getattr(self, field) is not None:
                raise InvalidInput("nothing came of it, so it has none", field=field)

    def require_near(self, today: date) -> None:
        """Raises InvalidInput where it begins further ahead than anything is agreed."""
        if self.on > today + AHEAD:
            raise InvalidInput("should not lie more than a year ahead", field="on")


def whole_months(since: date, on: date) -> int:
    """Months that are over from ``since`` to ``on`` (VDAB-14), negative before it.

    A month that is too short ends with its last day: six months after 31 August are 28 or 29 February.
    """
    months = (on.year - since.year) * 12 + on.month - since.month
    begun = on.day < since.day and not _ends_month(on)
    return months - begun


def _ends_month(day: date) -> bool:
    return day == date.max or date.fromordinal(day.toordinal() + 1).day == 1
