"""What came of it, with its dates (DUO-18)."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import Field

from api.auth import Acting
from api.fields import Day, Hours, Uri
from api.rules import After, Answer, Body, Desk, Id, LabelsIn, Page, Seen, Sent, Size, needs, tagged
from skillmatch.access import Action
from skillmatch.assess.outcome import Outcome, OutcomeKind

router = APIRouter(prefix="/people/{person_id}/outcomes", tags=["outcomes"])

Months = Annotated[float, Field(ge=0, le=600, allow_inf_nan=False)]


class Details(Body):
    """What may be known of an outcome."""

    until: Annotated[Day | None, Field(description="Its last day; null while it goes on, or where not known.")] = None
    contract_months: Annotated[Months | None, Field(description="How long the contract of a job lasts.")] = None
    hours_per_week: Hours | None = None
    occupation: Annotated[Uri | None, Field(description="The URI of an ESCO occupation.")] = None


class NewOutcome(Details):
    """An outcome, from the day on which it began."""

    kind: OutcomeKind
    on: Day


class OutcomeChanges(Details):
    """The fields to change; one that is left out stays as it is."""

    kind: OutcomeKind | None = None
    on: Day | None = None


class OutcomeShown(Answer):
    """An outcome; ``label`` names the occupation."""

    id: str | None = None
    version: int | None = None
    kind: OutcomeKind | None = None
    on: date | None = None
    until: date | None = None
    contract_months: float | None = None
    hours_per_week: float | None = None
    occupation: str | None = None
    label: str | None = None


@router.post("", status_code=201, response_model=OutcomeShown, **needs(Action.RECORD_OUTCOME))
def record(
    person_id: Id, outcome: NewOutcome, actor: Acting, desk: Desk, response: Response, once: Sent
) -> dict[str, Any]:
    """Record what came of it."""
    return tagged(response, desk.outcomes.record(actor, person_id, Outcome(**outcome.model_dump()), once))


@router.get("", response_model=Page[OutcomeShown], **needs(Action.VIEW_OUTCOMES))
def list_outcomes(
    person_id: Id, actor: Acting, desk: Desk, after: After = None, size: Size = 50, language: LabelsIn = None
) -> Any:
    """Everything that came of it, the first first."""
    return desk.outcomes.list(actor, person_id, after, size, language)._asdict()


@router.patch("/{outcome_id}", response_model=OutcomeShown, **needs(Action.RECORD_OUTCOME))
def amend(
    person_id: Id, outcome_id: Id, changes: OutcomeChanges, actor: Acting, desk: Desk, response: Response, seen: Seen
) -> dict[str, Any]:
    """Change some fields of the version that was seen."""
    changed = changes.model_dump(exclude_unset=True)
    return tagged(response, desk.outcomes.amend(actor, person_id, outcome_id, changed, seen))
