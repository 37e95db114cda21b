"""With which other organisations a file is shared (ANT-04)."""

from datetime import date
from typing import Any

from fastapi import APIRouter

from api.auth import Acting
from api.rules import After, Answer, Body, Desk, Id, Page, Sent, Size, needs
from skillmatch.access import Action

router = APIRouter(prefix="/people/{person_id}/shares", tags=["shares"])


class NewShare(Body):
    """The organisation to open the file to."""

    organisation_id: Id


class ShareShown(Answer):
    """A share: its staff see what their role sees, from ``since`` up to but not on ``until``."""

    id: str | None = None
    organisation_id: str | None = None
    organisation: str | None = None
    since: date | None = None
    until: date | None = None
    stands: bool | None = None


@router.post("", status_code=201, response_model=ShareShown, **needs(Action.SHARE))
def share(person_id: Id, new: NewShare, actor: Acting, desk: Desk, once: Sent) -> dict[str, Any]:
    """Open the file to another organisation; there has to be a basis for sharing it."""
    return desk.sharing.share(actor, person_id, new.organisation_id, once)


@router.get("", response_model=Page[ShareShown], **needs(Action.VIEW_SHARES))
def list_shares(person_id: Id, actor: Acting, desk: Desk, after: After = None, size: Size = 50) -> Any:
    """With whom the file is or was shared, the oldest first."""
    return desk.sharing.list(actor, person_id, after, size)._asdict()


@router.delete("/{share_id}", status_code=204, **needs(Action.SHARE))
def end(person_id: Id, share_id: Id, actor: Acting, desk: Desk) -> None:
    """Close the file to that organisation again, now."""
    desk.sharing.end(actor, person_id, share_id)
