"""The profile: what matching reads, and as much of it as somebody outside the case may see by consent."""

from typing import Any

from fastapi import APIRouter

from api.auth import Acting
from api.fields import Level
from api.routes.claims import EvidenceShown
from api.rules import Answer, Desk, Id, LabelsIn, needs
from skillmatch.access import Action
from skillmatch.assess.profile import LabourAccess, Standing

router = APIRouter(prefix="/people/{person_id}/profile", tags=["profile"])


class ProfileClaimShown(Answer):
    """A claim; for whoever is outside the case only what a person confirmed or corrected is there."""

    concept: str | None = None
    label: str | None = None
    kind: str | None = None
    standing: Standing | None = None
    strength: float | None = None
    evidence: list[EvidenceShown] | None = None


class ProfileShown(Answer):
    """A profile. ``languages``: the level in spoken interaction by language, null where it is not known (ruling 13)."""

    name: str | None = None
    languages: dict[str, Level | None] | None = None
    claims: list[ProfileClaimShown] | None = None
    labour_access: LabourAccess | None = None
    licences: list[str] | None = None
    regions: list[str] | None = None
    schedules: list[str] | None = None


@router.get("", response_model=ProfileShown, **needs(Action.VIEW_PROFILE))
def view(person_id: Id, actor: Acting, desk: Desk, language: LabelsIn = None) -> dict[str, Any]:
    """All of it for the case; by consent, pseudonymous for an employer, and for a mentor name, languages and skills."""
    return desk.profiles.view(actor, person_id, language)
