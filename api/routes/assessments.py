"""Tests of what a person can do, in whatever language they were held (VDAB-02 to VDAB-05)."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from api.auth import Acting
from api.fields import LanguageCode, Level, SomeDay
from api.rules import After, Answer, Body, Desk, Id, LabelsIn, Page, Sent, Size, needs, prose
from skillmatch.access import Action
from skillmatch.assess.profile import Activity
from skillmatch.assess.screening import Mode, Place, Result, Tested

router = APIRouter(prefix="/people/{person_id}/assessments", tags=["assessments"])

Competence = Annotated[str, prose(400)]
Code = Annotated[str, StringConstraints(pattern=r"^[\w.:/-]{1,60}$")]


class NewAssessment(Body):
    """A test. ``language``, ``level`` and ``activity`` belong to a language test and are what it showed."""

    competence: Annotated[Competence, Field(description="The URI of an ESCO skill, or words: the nearest is taken.")]
    kind: Tested
    place: Place
    mode: Mode
    result: Result
    on: SomeDay = None
    assessor: Annotated[
        str | None,
        Field(max_length=60, description="An account or a role, never a name; whoever records it if left out."),
    ] = None
    interpreter_language: Annotated[LanguageCode | None, Field(description="Given with the mode interpreter.")] = None
    interpreter: Annotated[Code | None, Field(description="The interpreter's number or code, never a name.")] = None
    language: LanguageCode | None = None
    level: Level | None = None
    activity: Annotated[Activity | None, Field(description="Spoken interaction where it is left out.")] = None
    employer_support: bool | None = None
    employer: Annotated[str, prose(200)] | None = None
    comment: Annotated[str, prose(4_000)] | None = None
    evidence: Annotated[Annotated[str, prose(2_000)] | None, Field(description="Where what was made is kept.")] = None
    override_reason: Annotated[
        Annotated[str, prose(2_000)] | None,
        Field(description="Why a person with too little Dutch was tested in plain Dutch all the same (VDAB-03)."),
    ] = None


class CompetenceShown(Answer):
    """A skill; without a label where ESCO no longer has it."""

    concept: str
    label: str | None = None
    kind: str | None = None


class LinkedShown(Answer):
    """How words were linked: the skill's name that fits best, the chance in [0, 1], and whether they are that name."""

    by: str
    chance: float
    exact: bool


class WarningShown(Answer):
    """Something to know of a record that was taken all the same, and what would settle it."""

    code: str
    says: str
    would_settle: str


class AssessmentShown(Answer):
    """A test, as far as the role may see it; ``linked`` and ``warnings`` come with its creation only."""

    id: str | None = None
    competence: CompetenceShown | None = None
    kind: Tested | None = None
    place: Place | None = None
    mode: Mode | None = None
    result: Result | None = None
    on: date | None = None
    assessor: str | None = None
    interpreter_language: str | None = None
    interpreter: str | None = None
    language: str | None = None
    level: Level | None = None
    activity: Activity | None = None
    employer_support: bool | None = None
    employer: str | None = None
    comment: str | None = None
    evidence: str | None = None
    override_reason: str | None = None
    linked: LinkedShown | None = None
    warnings: list[WarningShown] | None = None


@router.post("", status_code=201, response_model=AssessmentShown, **needs(Action.RECORD_ASSESSMENT))
def record(person_id: Id, new: NewAssessment, actor: Acting, desk: Desk, once: Sent) -> dict[str, Any]:
    """Keep a test, and what follows from it: evidence and a confirmed claim, or the level of a language."""
    return desk.assessments.record(actor, person_id, new.model_dump(exclude_unset=True), once)


@router.get("", response_model=Page[AssessmentShown], **needs(Action.VIEW_ASSESSMENTS))
def list_assessments(
    person_id: Id, actor: Acting, desk: Desk, after: After = None, size: Size = 50, language: LabelsIn = None
) -> Any:
    """Every test of a person, oldest first."""
    return desk.assessments.list(actor, person_id, after, size, language)._asdict()
