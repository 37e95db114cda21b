"""The two interviews (ANT-01): the social worker's form and the trajectory counsellor's."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from fastapi import Body as Sends
from pydantic import AfterValidator, Field

from api.auth import Acting
from api.fields import Day, Hours, LanguageCode, Level, Uri
from api.rules import After, Answer, Body, Desk, Id, Made, Page, Seen, Sent, Size, needs, prose, tagged
from skillmatch.access import Action
from skillmatch.assess.distance import Constraint

router = APIRouter(prefix="/people/{person_id}/interviews", tags=["interviews"])

Story = Annotated[str, prose(4_000)]


def _once_each(named: list[Constraint]) -> list[Constraint]:
    return sorted(set(named))


Constraints = Annotated[list[Constraint], Field(max_length=len(Constraint)), AfterValidator(_once_each)]


class SocialWorkAnswers(Body):
    """The form of the first interview; every answer is optional, and null takes one back."""

    family: Story | None = None
    background: Story | None = None
    housing: Story | None = None
    finances: Story | None = None
    education: Story | None = None
    constraints: Annotated[
        Constraints | None, Field(description="Volunteered; kept on explicit consent for health only.")
    ] = None
    trauma: Annotated[bool | None, Field(description="Kept on explicit consent for health only.")] = None
    remarks: Story | None = None


class TrajectoryAnswers(Body):
    """The form of the second interview; every answer is optional, and null takes one back."""

    aspirations: Story | None = None
    target_occupation: Annotated[Uri | None, Field(description="The URI of an ESCO occupation.")] = None
    target_languages: Annotated[
        dict[LanguageCode, Level | None] | None,
        Field(max_length=20, description="What the work aimed at asks; null is a language without a named level."),
    ] = None
    hours_per_week: Hours | None = None
    worked: bool | None = None
    last_worked: Day | None = None
    can_combine: bool | None = None
    needs_support: bool | None = None
    studies_first: bool | None = None
    may_practise: bool | None = None
    limited_access_fits: bool | None = None
    remarks: Story | None = None


class AnyAnswers(SocialWorkAnswers, TrajectoryAnswers):
    """Answers of either form; one of the other form is refused."""


class Held(Body):
    """What both interviews have."""

    case_id: Id
    on: Day
    language: LanguageCode | None = None
    interpreter_language: LanguageCode | None = None


class SocialWorkHeld(Held):
    """The first interview, by a social worker."""

    form: Literal["social work"]
    answers: SocialWorkAnswers


class TrajectoryHeld(Held):
    """The second interview, by a trajectory counsellor."""

    form: Literal["trajectory"]
    answers: TrajectoryAnswers


class InterviewChanges(Body):
    """What to change; an answer that is not named stays as it is."""

    on: Day | None = None
    language: LanguageCode | None = None
    interpreter_language: LanguageCode | None = None
    answers: AnyAnswers | None = None


class InterviewShown(Answer):
    """An interview, as far as the role may see it."""

    id: str | None = None
    version: int | None = None
    case_id: str | None = None
    form: Literal["social work", "trajectory"] | None = None
    role: str | None = None
    on: date | None = None
    language: str | None = None
    interpreter_language: str | None = None
    answers: AnyAnswers | None = None


Filled = Annotated[SocialWorkHeld | TrajectoryHeld, Sends(discriminator="form")]


@router.post(
    "", status_code=201, response_model=InterviewShown, **needs(Action.HOLD_SOCIAL_WORK, Action.HOLD_TRAJECTORY)
)
def hold(person_id: Id, held: Filled, actor: Acting, desk: Desk, made: Made, once: Sent) -> dict[str, Any]:
    """Keep a filled-in form."""
    interview = desk.interviews.hold(actor, person_id, held.model_dump(exclude_unset=True), once)
    return made(interview)


@router.get("", response_model=Page[InterviewShown], **needs(Action.VIEW_INTERVIEWS))
def list_interviews(person_id: Id, actor: Acting, desk: Desk, after: After = None, size: Size = 50) -> Any:
    """The interviews with a person, the earliest first."""
    return desk.interviews.list(actor, person_id, after, size)._asdict()


@router.get("/{interview_id}", response_model=InterviewShown, **needs(Action.VIEW_INTERVIEWS))
def view(person_id: Id, interview_id: Id, actor: Acting, desk: Desk, response: Response) -> dict[str, Any]:
    """One interview; looking at it is told in the audit."""
    return tagged(response, desk.interviews.view(actor, person_id, interview_id))


@router.patch(
    "/{interview_id}", response_model=InterviewShown, **needs(Action.HOLD_SOCIAL_WORK, Action.HOLD_TRAJECTORY)
)
def amend(
    person_id: Id,
    interview_id: Id,
    changes: InterviewChanges,
    actor: Acting,
    desk: Desk,
    response: Response,
    seen: Seen,
) -> dict[str, Any]:
    """Merge the answers that are named into the version that was seen."""
    changed = changes.model_dump(exclude_unset=True)
    return tagged(response, desk.interviews.amend(actor, person_id, interview_id, changed, seen))
