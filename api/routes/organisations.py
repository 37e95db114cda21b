"""The organisations that work with this service. Whoever runs it makes them, on its command line."""

from typing import Any

from fastapi import APIRouter

from api.auth import Acting
from api.rules import After, Answer, Desk, Page, Size, needs
from skillmatch.access import Action

router = APIRouter(prefix="/organisations", tags=["organisations"])


class OrganisationShown(Answer):
    """An organisation."""

    id: str | None = None
    name: str | None = None


@router.get("", response_model=Page[OrganisationShown], **needs(Action.VIEW_ORGANISATIONS))
def list_organisations(actor: Acting, desk: Desk, after: After = None, size: Size = 50) -> Any:
    """With whom a file could be shared, by name."""
    return desk.sharing.organisations(actor, after, size)._asdict()
