"""The profile: what matching reads, and as much of it as somebody outside the case may see by consent."""

from datetime import date
from typing import Any

from fastapi import APIRouter

from api.auth import Acting
from api.routes.languages import Level
from api.rules import Answer, Desk, Id, Lang, needs
from skillmatch.access import Action
from skillmatch.assess.profile import Found, LabourAccess, Source, Standing

router = APIRouter(prefix="/people/{person_id}/profile", tags=["profile"])


class ProofShown(Answer):
    """A piece of evidence; for an employer its source, day and strength only."""

    source: Source | None = None
    on: date | None = None
    strength: float | None = None
    score: float | None = None
    found: Found | None = None
    detail: str | None = None
    note: str | None = None
    start: int | None = None
    end: int | None = None


class SkillShown(Answer):
    """A claim; for whoever is outside the case only what a person confirmed or corrected is there."""

    uri: str | None = None
    label: str | None = None
    kind: str | None = None
    standing: Standing | None = None
    strength: float | None = None
    evidence: list[ProofShown] | None = None


class ProfileShown(Answer):
    """A profile. ``languages``: the level in spoken interaction by language, null where it is not known (ruling 13)."""

    name: str | None = None
    languages: dict[str, Level | None] | None = None
    claims: list[SkillShown] | None = None
    labour_access: LabourAccess | None = None
    licences: list[str] | None = None
    regions: list[str] | None = None
    schedules: list[str] | None = None


@router.get("", response_model=ProfileShown, **needs(Action.VIEW_PROFILE))
def view(person_id: Id, actor: Acting, desk: Desk, language: Lang = None) -> dict[str, Any]:
    """All of it for the case; by consent, pseudonymous for an employer, and for a mentor name, languages and skills."""
    return desk.profiles.view(actor, person_id, language)
