"""The record of a case: who works on it, its barriers, and its end."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from pydantic import Field

from api.auth import Acting
from api.fields import Day
from api.rules import Answer, Body, Desk, Id, Seen, needs, tagged
from skillmatch.access import Action, Role
from skillmatch.service.casework.barriers import Barrier

router = APIRouter(prefix="/people/{person_id}/cases/{case_id}", tags=["cases"])

Assignable = Literal[Role.SCREENER, Role.COUNSELLOR, Role.SOCIAL_WORKER, Role.COORDINATOR, Role.MENTOR]
"""Who may be put on a case."""


class CaseChanges(Body):
    """What to change; a field that is left out stays as it is."""

    assigned: dict[Assignable, Id | None] = Field(
        default_factory=dict, description="Account by role. A role that is left out stays, null takes it off."
    )
    barriers: list[Barrier] = Field(default_factory=list, max_length=len(Barrier))
    closed_on: Annotated[Day | None, Field(description="Null opens the case again.")] = None


class InstitutionShown(Answer):
    """An institution that takes complaints."""

    name: str
    handles: str
    url: str
    checked_on: date
    source: str


class ComplaintShown(Answer):
    """Where to go with a barrier: to somebody in this role (``account``, where one is assigned), then to a body."""

    barrier: Barrier
    turn_to: Role
    account: str | None = None
    valid_from: date
    source: str
    bodies: list[InstitutionShown]


class CaseRecordShown(Answer):
    """The record of a case, as far as the role may see it."""

    id: str | None = None
    version: int | None = None
    opened_on: date | None = None
    closed_on: date | None = None
    assigned: dict[str, str] | None = None
    barriers: list[str] | None = None
    complaints: list[ComplaintShown] | None = None


@router.get("", response_model=CaseRecordShown, **needs(Action.VIEW_CASE))
def view(person_id: Id, case_id: Id, actor: Acting, desk: Desk, response: Response) -> dict[str, Any]:
    """The record; looking at it is told in the audit."""
    return tagged(response, desk.cases.view(actor, person_id, case_id))


@router.patch("", response_model=CaseRecordShown, **needs(Action.AMEND_CASE))
def amend(
    person_id: Id, case_id: Id, changes: CaseChanges, actor: Acting, desk: Desk, response: Response, seen: Seen
) -> dict[str, Any]:
    """Assign accounts, code barriers (ANT-06) or close the case, from the version that was seen."""
    changed = changes.model_dump(exclude_unset=True)
    return tagged(response, desk.cases.amend(actor, person_id, case_id, changed, seen))
