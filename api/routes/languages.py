"""Languages by CEFR activity, and literacy in a script: two things, each with its history (D2)."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from api.auth import Acting
from api.fields import LanguageCode, Level, SomeDay
from api.rules import After, Answer, Body, Desk, Id, Page, Sent, Size, needs
from skillmatch.access import Action
from skillmatch.assess.profile import Activity, Literacy, Proof
from skillmatch.text import SCRIPTS

router = APIRouter(prefix="/people/{person_id}", tags=["languages"])


class NewLevel(Body):
    """A level of one activity of one language. ``level`` null: uses the language, how well is not known."""

    language: LanguageCode
    activity: Activity
    level: Level | None
    proof: Proof
    on: SomeDay = None


class LanguageLevelShown(Answer):
    """A level, how it became known, of which day, and when it was written down."""

    id: str | None = None
    language: str | None = None
    activity: Activity | None = None
    level: Level | None = None
    proof: Proof | None = None
    on: date | None = None
    recorded_at: datetime | None = None


class LanguagesShown(Page[LanguageLevelShown]):
    """What counts now for each language and activity; ``items`` are all that was ever recorded, newest first."""

    current: list[LanguageLevelShown]


class NewScript(Body):
    """How far somebody reads and writes a script (ISO 15924, such as Arab, Ethi or Latn)."""

    script: Annotated[str, StringConstraints(max_length=4), Field(json_schema_extra={"enum": sorted(SCRIPTS)})]
    literacy: Literacy
    on: SomeDay = None


class ScriptShown(Answer):
    """Literacy in a script, of which day, and when it was written down."""

    id: str | None = None
    script: str | None = None
    literacy: Literacy | None = None
    on: date | None = None
    recorded_at: datetime | None = None


class ScriptsShown(Page[ScriptShown]):
    """What counts now for each script; ``items`` are all that was ever recorded, newest first."""

    current: list[ScriptShown]


@router.post("/languages", status_code=201, response_model=LanguageLevelShown, **needs(Action.RECORD_LANGUAGE))
def record_language(person_id: Id, new: NewLevel, actor: Acting, desk: Desk, once: Sent) -> dict[str, Any]:
    """Add a level; earlier ones stay, so that progress can be seen."""
    return desk.languages.record(actor, person_id, new.model_dump(exclude_unset=True), once)


@router.get("/languages", response_model=LanguagesShown, **needs(Action.VIEW_LANGUAGES))
def view_languages(person_id: Id, actor: Acting, desk: Desk, after: After = None, size: Size = 50) -> dict[str, Any]:
    """The latest of each language and activity counts: on one day the best proof, of two such the last written down."""
    return desk.languages.view(actor, person_id, after, size)


@router.post("/scripts", status_code=201, response_model=ScriptShown, **needs(Action.RECORD_LANGUAGE))
def record_script(person_id: Id, new: NewScript, actor: Acting, desk: Desk, once: Sent) -> dict[str, Any]:
    """Add what is known of literacy; it says nothing of any language."""
    return desk.languages.record_script(actor, person_id, new.model_dump(exclude_unset=True), once)


@router.get("/scripts", response_model=ScriptsShown, **needs(Action.VIEW_LANGUAGES))
def view_scripts(person_id: Id, actor: Acting, desk: Desk, after: After = None, size: Size = 50) -> dict[str, Any]:
    """The latest of each script counts."""
    return desk.languages.scripts(actor, person_id, after, size)
