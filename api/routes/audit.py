"""Who did what: with one file, and in the organisation under pseudonyms; and whether the rows are as written."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.auth import Acting
from api.rules import Answer, Desk, Id, Page, Size, needs
from skillmatch.access import Action
from skillmatch.errors import InvalidInput
from skillmatch.service.casework.oversight import Head

router = APIRouter(tags=["audit"])

LAST = 2**31 - 1
"""The greatest number that a row can have."""

Number = Annotated[int | None, Query(ge=0, le=LAST, description="Go on behind the row of this number.")]
HeadNumber = Annotated[int | None, Query(ge=1, le=LAST, description="Of a head that you kept: its number.")]
HeadHash = Annotated[str | None, Query(pattern=r"^[0-9a-f]{64}$", description="Of a head that you kept: its hash.")]


class RowShown(Answer):
    """One row: who (account and role, of which organisation), when, what, and with which versions."""

    number: int | None = None
    at: datetime | None = None
    account: str | None = None
    role: str | None = None
    organisation: str | None = None
    action: str | None = None
    person: str | None = None
    about: str | None = None
    what: dict[str, Any] | None = None
    versions: dict[str, str] | None = None
    reasons: list[Any] | None = None


class FaultShown(Answer):
    """The first row that is not as it was written, and what happened to it."""

    number: int
    tampering: str


class HeadShown(Answer):
    """The end of the chain: keep it elsewhere, and give it with the next verification."""

    number: int
    hash: str


class Verification(Answer):
    """Whether the whole audit is as it was written."""

    whole: bool | None = None
    fault: FaultShown | None = None
    head: HeadShown | None = None


@router.get("/people/{person_id}/audit", response_model=Page[RowShown], **needs(Action.VIEW_TRAIL))
def trail(person_id: Id, actor: Acting, desk: Desk, after: Number = None, size: Size = 100) -> Any:
    """Who saw or changed the file, the newest first; lists that showed the name are in it."""
    return desk.oversight.trail(actor, person_id, after, size)._asdict()


@router.get("/audit", response_model=Page[RowShown], **needs(Action.VIEW_AUDIT))
def audit(actor: Acting, desk: Desk, after: Number = None, size: Size = 100) -> Any:
    """What your organisation did, and what was done with its files, the oldest first; people are pseudonyms."""
    return desk.oversight.audit(actor, after, size)._asdict()


@router.get("/audit/verification", response_model=Verification, **needs(Action.VERIFY_AUDIT))
def verify(actor: Acting, desk: Desk, number: HeadNumber = None, hash: HeadHash = None) -> dict[str, Any]:
    """Read the whole chain; give a head that you kept, and a database that was put back to before it is found."""
    if (number is None) != (hash is None):
        raise InvalidInput("a head is a number and its hash", field="number" if number is None else "hash")
    return desk.oversight.verify(actor, None if number is None or hash is None else Head(number, hash))
