"""Plans: dated actions, each plan with the check against its trajectory's definition (VDAB-07)."""

from datetime import date, time
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import Field, StringConstraints

from api.auth import Acting
from api.fields import Day
from api.rules import After, Answer, Body, Desk, Id, Made, Page, Seen, Sent, Size, needs, prose, tagged
from skillmatch import access
from skillmatch.assess.plan import Action, ActionKind, Breach, Session, Settles
from skillmatch.assess.rules import Trajectory
from skillmatch.errors import InvalidInput
from skillmatch.service.casework.plans import Draft

router = APIRouter(prefix="/people/{person_id}/cases/{case_id}/plans", tags=["plans"])

Clock = Annotated[
    str,
    StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$"),
    Field(description="HH:MM in Brussels.", examples=["09:00"]),
]
Name = Annotated[str, prose(60)]


class HoursSent(Body):
    """Hours on one day of every week; an end that is not after the start is on the next day."""

    weekday: Annotated[int, Field(ge=0, le=6, description="0 is Monday.")]
    start: Clock
    end: Clock


class ActionSent(Body):
    """One action, from ``start`` to ``end`` inclusive; what is not known is left out."""

    id: Annotated[Name, Field(description="A name that no other action of the plan has.")]
    kind: ActionKind
    start: Day
    end: Day
    sessions: Annotated[
        list[HoursSent] | None, Field(max_length=21, description="Empty: none are fixed. Null: not known.")
    ] = None
    provider: Annotated[str, prose(200)] | None = None
    at_workplace: bool | None = None
    part_of: Annotated[Name | None, Field(description="The id of the action that it is declared part of.")] = None


class PlanSent(Body):
    """A plan, which may still break its trajectory's definition."""

    trajectory: Trajectory
    actions: Annotated[list[ActionSent], Field(max_length=30)]
    start: Annotated[Day | None, Field(description="The day it counts from; by default that of its first action.")] = (
        None
    )


class HoursShown(Answer):
    """Hours on one day of every week."""

    weekday: int
    start: str
    end: str


class ActionShown(Answer):
    """One action."""

    id: str
    kind: ActionKind
    start: date
    end: date
    sessions: list[HoursShown] | None = None
    provider: str | None = None
    at_workplace: bool | None = None
    part_of: str | None = None


class BreachShown(Answer):
    """What the plan does wrong, with the actions concerned and the first day on which it shows."""

    breach: Breach
    message: str
    actions: list[str]
    on: date | None = None


class QuestionShown(Answer):
    """What cannot be told yet, and what would settle it."""

    breach: Breach
    message: str
    actions: list[str]
    would_settle: Settles


class CheckShown(Answer):
    """Whether the plan is what its trajectory is defined to be; null while a question is open."""

    holds: bool | None = None
    breaches: list[BreachShown]
    questions: list[QuestionShown]


class PlanShown(Answer):
    """A plan and its check, of the actions that the role may see."""

    id: str | None = None
    version: int | None = None
    case_id: str | None = None
    trajectory: Trajectory | None = None
    start: date | None = None
    actions: list[ActionShown] | None = None
    check: CheckShown | None = None


@router.post("", status_code=201, response_model=PlanShown, **needs(access.Action.WRITE_PLAN))
def add(
    person_id: Id, case_id: Id, plan: PlanSent, actor: Acting, desk: Desk, made: Made, once: Sent
) -> dict[str, Any]:
    """Keep a new plan, with every breach in the answer."""
    kept = desk.plans.add(actor, person_id, case_id, _draft(plan), once)
    return made(kept)


@router.get("", response_model=Page[PlanShown], **needs(access.Action.VIEW_PLANS))
def list_plans(person_id: Id, case_id: Id, actor: Acting, desk: Desk, after: After = None, size: Size = 50) -> Any:
    """The plans of the case, each with its check."""
    return desk.plans.list(actor, person_id, case_id, after, size)._asdict()


@router.get("/{plan_id}", response_model=PlanShown, **needs(access.Action.VIEW_PLANS))
def view(person_id: Id, case_id: Id, plan_id: Id, actor: Acting, desk: Desk, response: Response) -> dict[str, Any]:
    """One plan, with its check."""
    return tagged(response, desk.plans.view(actor, person_id, case_id, plan_id))


@router.put("/{plan_id}", response_model=PlanShown, **needs(access.Action.WRITE_PLAN))
def put(
    person_id: Id, case_id: Id, plan_id: Id, plan: PlanSent, actor: Acting, desk: Desk, response: Response, seen: Seen
) -> dict[str, Any]:
    """Put another in the place of the version that was seen."""
    return tagged(response, desk.plans.put(actor, person_id, case_id, plan_id, _draft(plan), seen))


def _draft(plan: PlanSent) -> Draft:
    return Draft(plan.trajectory, tuple(_action(number, one) for number, one in enumerate(plan.actions)), plan.start)


def _action(number: int, sent: ActionSent) -> Action:
    """Raises InvalidInput that names the action by its number, counted from 0 as in the request."""
    try:
        sessions = None if sent.sessions is None else tuple(map(_session, sent.sessions))
        return Action(
            sent.id, sent.kind, sent.start, sent.end, sessions, sent.provider, sent.at_workplace, sent.part_of
        )
    except InvalidInput as wrong:
        message = str(wrong).removeprefix(f"field {wrong.field}: ")
        raise InvalidInput(message, field=f"actions.{number}.{wrong.field}") from None


def _session(sent: HoursSent) -> Session:
    return Session(sent.weekday, time.fromisoformat(sent.start), time.fromisoformat(sent.end))
