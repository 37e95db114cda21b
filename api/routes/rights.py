"""Taking everything along, and leaving nothing behind (GDPR art. 15, 17 and 20)."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Response

from api.auth import Acting
from api.rules import Answer, Desk, Id, Seen, needs
from skillmatch.access import Action

router = APIRouter(prefix="/people/{person_id}", tags=["people"])

Row = dict[str, Any]
"""A row as it is kept, opened, by the name of its column."""


class Export(Answer):
    """Everything about a person, table by table."""

    format: str | None = None
    made_at: datetime | None = None
    people: list[Row] | None = None
    cases: list[Row] | None = None
    shares: list[Row] | None = None
    consents: list[Row] | None = None
    outcomes: list[Row] | None = None
    qualifications: list[Row] | None = None
    assessments: list[Row] | None = None
    scripts: list[Row] | None = None
    language_levels: list[Row] | None = None
    notes: list[Row] | None = None
    interviews: list[Row] | None = None
    trajectories: list[Row] | None = None
    plans: list[Row] | None = None
    claims: list[Row] | None = None
    evidence: list[Row] | None = None
    vectors: list[Row] | None = None
    creations: list[Row] | None = None
    accounts: list[Row] | None = None
    audit: list[Row] | None = None


@router.get("/export", response_model=Export, **needs(Action.EXPORT))
def export(person_id: Id, actor: Acting, desk: Desk, response: Response) -> dict[str, Any]:
    """Everything about the person as a file to keep; notes that somebody else wrote in confidence are not in it."""
    response.headers["Content-Disposition"] = f'attachment; filename="skillmatch-{person_id}.json"'
    response.headers["Cache-Control"] = "no-store"
    return desk.rights.export(actor, person_id)


@router.delete("", status_code=204, **needs(Action.ERASE))
def erase(person_id: Id, actor: Acting, desk: Desk, seen: Seen) -> None:
    """Erase the person for good, if the file is still at the version that was seen."""
    desk.rights.erase(actor, person_id, seen)
