"""Foreign diplomas, and the orientation on them: never a decision (D4, D5; rulings 17 to 19)."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field, StringConstraints

from api.auth import Acting
from api.fields import Country, LanguageCode, Uri
from api.rules import After, Answer, Body, Desk, Id, LabelsIn, Made, Page, Seen, Sent, Size, needs, tagged
from skillmatch.access import Action
from skillmatch.assess.education.level import Rule
from skillmatch.assess.education.levels import Certainty, Isced
from skillmatch.assess.profile import Found
from skillmatch.assess.recognition import Aim, Region, Regulated, Route, Scope
from skillmatch.service.casework.qualifications import Asked

router = APIRouter(prefix="/people/{person_id}/qualifications", tags=["qualifications"])

Title = Annotated[str, StringConstraints(min_length=1, max_length=400)]
Text = Annotated[str, StringConstraints(max_length=400)]
Years = Annotated[float, Field(gt=0, le=30, allow_inf_nan=False)]


class Told(Body):
    """What may be told of a diploma; None is not known, and no paper is asked for."""

    transliteration: Annotated[Text | None, Field(description="The title in Latin letters.")] = None
    language: Annotated[LanguageCode | None, Field(description="That of the title.")] = None
    field: Annotated[Text | None, Field(description="What it was in, in whatever language.")] = None
    level: Annotated[Text | None, Field(description="As the person names it; not compared yet.")] = None
    entry: Annotated[Isced | None, Field(description="ISCED level one had to have before the studies.")] = None
    year: Annotated[int | None, Field(ge=1900, le=2100)] = None
    years: Annotated[Years | None, Field(description="How long the studies took.")] = None


class NewQualification(Told):
    """A diploma, shown on paper or only told of."""

    country: Annotated[Country, Field(description="Where it is from, ISO 3166-1 alpha-2.")]
    title: Annotated[Title, Field(description="In its own language and script.")]


class QualificationChanges(Told):
    """The fields to change; one that is left out stays as it is."""

    country: Country | None = None
    title: Title | None = None


class LevelsShown(Answer):
    """Levels from ``low`` to ``high``, all of them possible."""

    low: int
    high: int
    certainty: Certainty


class Equivalence(Answer):
    """What was found when the diploma was recorded. The Flemish framework (VKS) has the levels of the EQF."""

    rule: Rule
    isced: LevelsShown | None
    eqf: LevelsShown | None
    fields: Annotated[list[str], Field(description="ISCED-F 2013, surest first.")]


class QualificationShown(Answer):
    """A diploma, as far as the role may see it."""

    id: str | None = None
    version: int | None = None
    country: str | None = None
    title: str | None = None
    transliteration: str | None = None
    language: str | None = None
    field: str | None = None
    level: str | None = None
    entry: int | None = None
    year: int | None = None
    years: float | None = None
    equivalence: Equivalence | None = None


class TitleShown(Answer):
    """A national title of the table that the diploma's may be."""

    country: str
    title: str
    english: str


class LevelShown(Answer):
    """ISCED 2011 and EQF (VKS has the same eight): found each for itself, never one from the other's number (D5)."""

    isced: LevelsShown | None
    eqf: LevelsShown | None
    rule: Annotated[Rule, Field(description="What gave the level.")]
    because: str
    titles: list[TitleShown]
    sources: list[str]


class FieldShown(Answer):
    """A field of ISCED-F 2013."""

    code: str
    name_en: str
    name_nl: str
    certainty: Certainty
    rule: str


class ConceptShown(Answer):
    """An ESCO concept that the diploma may attest, and how sure that is."""

    concept: str
    label: str
    score: float
    found: Found | None


class RegulationShown(Answer):
    """An entry of the list of regulated professions; ``whole``: it holds for the whole ISCO group."""

    isco: str
    name_nl: str
    name_en: str
    scope: Scope
    region: Region | None
    whole: bool
    body: str
    source: str
    note: str


class RegulatednessShown(Answer):
    """Whether the target occupation is regulated: three answers, none of which is "free" (ruling 18)."""

    answer: Regulated
    certainty: Certainty
    because: str
    by: list[RegulationShown]


class ProcedureShown(Answer):
    """How a route goes, as dated data. ``days`` are calendar days from a complete file on; None: not known."""

    body: str
    days: int | None
    fee_eur: Annotated[int | None, Field(description="For who is not exempt.")]
    free_for: list[str]
    documents: list[str]
    source: str
    checked: date
    status: str
    stale: Annotated[bool, Field(description="The source was last looked at more than a year ago.")]


class StepShown(Answer):
    """One thing to do."""

    route: Route
    optional: bool
    condition: str | None
    fee_eur: Annotated[int | None, Field(description="What this person pays, as far as known.")]
    procedure: ProcedureShown | None


class RecognitionRouteShown(Answer):
    """The steps in their order, and what they rest on."""

    steps: list[StepShown]
    certainty: Certainty
    rule: str
    because: str


class Orientation(Answer):
    """An orientation and no decision: ``note`` says so, and goes wherever this goes."""

    id: str
    version: int
    level: LevelShown
    fields: list[FieldShown]
    knowledge: list[ConceptShown]
    occupations: list[ConceptShown]
    regulated: RegulatednessShown
    route: RecognitionRouteShown
    would_settle: Annotated[list[str], Field(description="What to find out to be surer.")]
    note: str


def _asked(
    occupation: Annotated[
        Uri | None,
        Query(description="What the person wants to work as: the URI of an ESCO occupation."),
    ] = None,
    region: Annotated[
        Region | None, Query(description="Where the work is; for the self-employed the seat of the company.")
    ] = None,
    self_employed: bool | None = None,
    aim: Aim = Aim.WORK,
    free_movement: Annotated[
        bool | None, Query(description="Whether EU law on professions covers the person: the outcome, no nationality.")
    ] = None,
    status: Annotated[
        str | None, Query(max_length=60, description="One that procedures are free for, such as `refugee status`.")
    ] = None,
) -> Asked:
    return Asked(occupation, region, self_employed, aim, free_movement, status)


@router.post("", status_code=201, response_model=QualificationShown, **needs(Action.RECORD_QUALIFICATION))
def record(person_id: Id, new: NewQualification, actor: Acting, desk: Desk, made: Made, once: Sent) -> dict[str, Any]:
    """Keep a diploma; what it attests is suggested as claims, for a person to decide on."""
    kept = desk.qualifications.record(actor, person_id, new.model_dump(exclude_unset=True), once)
    return made(kept)


@router.get("", response_model=Page[QualificationShown], **needs(Action.VIEW_QUALIFICATIONS))
def list_qualifications(person_id: Id, actor: Acting, desk: Desk, after: After = None, size: Size = 50) -> Any:
    """The diplomas of a person, by id."""
    return desk.qualifications.list(actor, person_id, after, size)._asdict()


@router.get("/{qualification_id}", response_model=QualificationShown, **needs(Action.VIEW_QUALIFICATIONS))
def view(person_id: Id, qualification_id: Id, actor: Acting, desk: Desk, response: Response) -> dict[str, Any]:
    """One diploma."""
    return tagged(response, desk.qualifications.view(actor, person_id, qualification_id))


@router.patch("/{qualification_id}", response_model=QualificationShown, **needs(Action.RECORD_QUALIFICATION))
def amend(
    person_id: Id,
    qualification_id: Id,
    changes: QualificationChanges,
    actor: Acting,
    desk: Desk,
    response: Response,
    seen: Seen,
) -> dict[str, Any]:
    """Correct the version that was seen; suggestions that rested on what was wrong are taken back."""
    changed = changes.model_dump(exclude_unset=True)
    return tagged(response, desk.qualifications.amend(actor, person_id, qualification_id, changed, seen))


@router.get("/{qualification_id}/orientation", response_model=Orientation, **needs(Action.ADVISE))
def orient(
    person_id: Id,
    qualification_id: Id,
    actor: Acting,
    desk: Desk,
    asked: Annotated[Asked, Depends(_asked)],
    language: LabelsIn = None,
) -> dict[str, Any]:
    """Levels, fields, knowledge, occupations and the route in Flanders. An orientation; it changes nothing."""
    return desk.qualifications.orient(actor, person_id, qualification_id, asked, language)
