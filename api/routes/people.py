"""A person's file: a name is enough to begin (OSS-02)."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import Field, StringConstraints

from api.auth import Acting
from api.fields import Country, Day, LanguageCode
from api.rules import After, Answer, Body, Desk, Id, Made, Page, Seen, Sent, Size, needs, tagged
from skillmatch.access import Action
from skillmatch.assess.profile import LabourAccess

router = APIRouter(prefix="/people", tags=["people"])

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Band = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9<>=+._-]{1,30}$"),
    Field(description="A code, such as 25-54: never words."),
]
"""An evaluator counts by it, so it is no place for what somebody types of a person."""
Words = Annotated[list[Word], Field(max_length=50)]


class Contact(Body):
    """How to reach somebody."""

    email: Annotated[str, StringConstraints(max_length=254)] | None = None
    phone: Annotated[str, StringConstraints(max_length=40)] | None = None
    address: Annotated[str, StringConstraints(max_length=400)] | None = None


class Facts(Body):
    """What may be known of a person. None is not known; nothing here is ever required (VDAB-01)."""

    speaks: LanguageCode | None = None
    contact: Contact | None = None
    birth_date: Day | None = None
    nationality: Country | None = None
    arrived_on: Day | None = None
    labour_access: LabourAccess | None = None
    licences: Words | None = None
    regions: Words | None = None
    schedules: Words | None = None
    education_band: Band | None = None
    age_band: Band | None = None
    sex: Band | None = None


class NewPerson(Facts):
    """A new file: a name, which may be an alias."""

    name: Name


class PersonChanges(Facts):
    """The fields to change; one that is left out stays as it is."""

    name: Name | None = None


class CaseShown(Answer):
    """A case of the file."""

    id: str
    opened_on: date
    closed_on: date | None = None


class PersonShown(Answer):
    """A file's first page, as far as the role may see it."""

    id: str | None = None
    version: int | None = None
    registered_on: date | None = None
    name: str | None = None
    speaks: str | None = None
    contact: Contact | None = None
    birth_date: date | None = None
    nationality: str | None = None
    arrived_on: date | None = None
    labour_access: LabourAccess | None = None
    licences: list[str] | None = None
    regions: list[str] | None = None
    schedules: list[str] | None = None
    education_band: str | None = None
    age_band: str | None = None
    sex: str | None = None
    cases: list[CaseShown] | None = None


@router.post("", status_code=201, response_model=PersonShown, **needs(Action.REGISTER))
def register(new: NewPerson, actor: Acting, desk: Desk, made: Made, once: Sent) -> dict[str, Any]:
    """Open a file, and a case in it."""
    person = desk.files.register(actor, new.model_dump(exclude_unset=True, mode="python"), once)
    return made(person)


@router.get("", response_model=Page[PersonShown], **needs(Action.LIST))
def list_people(actor: Acting, desk: Desk, after: After = None, size: Size = 50) -> Any:
    """The files that are open to your organisation, by id."""
    return desk.files.list(actor, after, size)._asdict()


@router.get("/{person_id}", response_model=PersonShown, **needs(Action.VIEW))
def view(person_id: Id, actor: Acting, desk: Desk, response: Response) -> dict[str, Any]:
    """The file's first page; looking at it is told in the audit."""
    return tagged(response, desk.files.view(actor, person_id))


@router.patch("/{person_id}", response_model=PersonShown, **needs(Action.AMEND))
def amend(
    person_id: Id, changes: PersonChanges, actor: Acting, desk: Desk, response: Response, seen: Seen
) -> dict[str, Any]:
    """Change some fields of the version that was seen."""
    changed = changes.model_dump(exclude_unset=True, mode="python")
    return tagged(response, desk.files.amend(actor, person_id, changed, seen))
