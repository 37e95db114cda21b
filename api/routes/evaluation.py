"""What an evaluator counts (DUO-21): people under pseudonyms, by cohort and band."""

from datetime import date
from typing import Any

from fastapi import APIRouter

from api.auth import Acting
from api.rules import After, Answer, Desk, Page, Size, needs
from skillmatch.access import Action

router = APIRouter(prefix="/evaluation", tags=["evaluation"])


class DecidedShown(Answer):
    """A trajectory from a day on, and whether people followed what was recommended."""

    trajectory: str
    on: date
    step: str
    recommended: str | None


class ReachedShown(Answer):
    """An outcome, in whole months since the registration."""

    kind: str
    months: int
    until_months: int | None
    contract_months: float | None
    hours_per_week: float | None


class FollowedShown(Answer):
    """One person: never a name, a birth date or a nationality."""

    pseudonym: str | None = None
    cohort: str | None = None
    education_band: str | None = None
    age_band: str | None = None
    sex: str | None = None
    trajectories: list[DecidedShown] | None = None
    outcomes: list[ReachedShown] | None = None


@router.get("/outcomes", response_model=Page[FollowedShown], **needs(Action.EVALUATE))
def outcomes(actor: Acting, desk: Desk, after: After = None, size: Size = 100) -> Any:
    """Everybody who has a basis for evaluation, one row a person, by pseudonym."""
    return desk.oversight.evaluate(actor, after, size)._asdict()
