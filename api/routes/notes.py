"""Notes of what was said, and the run that reads one for skills."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import Field

from api.auth import Acting
from api.fields import Day, LanguageCode
from api.rules import After, Answer, Body, Desk, Id, LabelsIn, Made, Page, Sent, Size, needs, prose, tagged
from skillmatch.access import Action

router = APIRouter(prefix="/people/{person_id}/notes", tags=["notes"])

Text = Annotated[str, prose(20_000)]


class NewNote(Body):
    """A note. Without a language, the run that reads it finds out; without a day, it is of today."""

    text: Text
    language: LanguageCode | None = None
    on: Day | None = None
    confidential: Annotated[
        bool, Field(description="Seen by its author and by staff in the author's role alone; staff write such notes.")
    ] = False


class NoteShown(Answer):
    """A note. ``about`` names the claim that a disagreement is about."""

    id: str | None = None
    version: int | None = None
    text: str | None = None
    language: str | None = None
    on: date | None = None
    author: str | None = None
    author_role: str | None = None
    confidential: bool | None = None
    about: str | None = None


class PlaceShown(Answer):
    """Character offsets [start, end) into the note's text, in Unicode code points."""

    start: int
    end: int


class FoundShown(Answer):
    """A concept that was found: where, and the chance in [0, 1] that it is right."""

    concept: str
    label: str
    score: float
    start: int | None = None
    end: int | None = None


class ExtractionShown(Answer):
    """What a run found in a note. ``new`` counts the evidence that was not known before; ``unlinked`` is unread."""

    note: str
    language: str | None
    skills: list[FoundShown]
    occupations: list[FoundShown]
    unlinked: list[PlaceShown]
    new: int


@router.post("", status_code=201, response_model=NoteShown, **needs(Action.WRITE_NOTE))
def write(person_id: Id, note: NewNote, actor: Acting, desk: Desk, made: Made, once: Sent) -> dict[str, Any]:
    """Keep a note; a person may write one in their own file."""
    written = desk.notes.write(actor, person_id, note.model_dump(exclude_unset=True), once)
    return made(written)


@router.get("", response_model=Page[NoteShown], **needs(Action.VIEW_NOTES))
def list_notes(person_id: Id, actor: Acting, desk: Desk, after: After = None, size: Size = 50) -> Any:
    """The notes that you may see, the earliest first."""
    return desk.notes.list(actor, person_id, after, size)._asdict()


@router.get("/{note_id}", response_model=NoteShown, **needs(Action.VIEW_NOTES))
def view(person_id: Id, note_id: Id, actor: Acting, desk: Desk, response: Response) -> dict[str, Any]:
    """One note; looking at it is told in the audit."""
    return tagged(response, desk.notes.view(actor, person_id, note_id))


@router.post("/{note_id}/extraction", response_model=ExtractionShown, **needs(Action.READ_NOTE))
def extract(person_id: Id, note_id: Id, actor: Acting, desk: Desk, language: LabelsIn = None) -> dict[str, Any]:
    """Have a model read the note: it suggests claims, adds nothing twice, and changes no decision."""
    return desk.notes.extract(actor, person_id, note_id, language)
