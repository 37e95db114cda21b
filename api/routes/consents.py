"""What a person's data may be used for, and on what basis (D7)."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import StringConstraints

from api.auth import Acting
from api.rules import After, Answer, Body, Desk, Id, Page, Sent, Size, needs
from skillmatch.access import Action, Purpose
from skillmatch.service.casework.consents import Basis

router = APIRouter(prefix="/people/{person_id}/consents", tags=["consents"])

TextVersion = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Objection = Annotated[
    Literal["upheld"] | None, Query(description="The person objected (GDPR art. 21), and was right; staff record it.")
]


class NewConsent(Body):
    """The basis of a purpose, and the version of the text that the person was shown (docs/privacy.md)."""

    purpose: Purpose
    basis: Basis
    text_version: TextVersion


class ConsentShown(Answer):
    """A basis; ``stands`` until it is withdrawn or a newer one takes its place."""

    id: str | None = None
    purpose: Purpose | None = None
    basis: Basis | None = None
    text_version: str | None = None
    given_at: datetime | None = None
    withdrawn_at: datetime | None = None
    stands: bool | None = None


@router.post("", status_code=201, response_model=ConsentShown, **needs(Action.GIVE_CONSENT))
def give(person_id: Id, new: NewConsent, actor: Acting, desk: Desk, once: Sent) -> dict[str, Any]:
    """Record a basis from now on: your own consent, or what staff record."""
    return desk.consents.give(actor, person_id, new.purpose, new.basis, new.text_version, once)


@router.get("", response_model=Page[ConsentShown], **needs(Action.VIEW_CONSENTS))
def list_consents(person_id: Id, actor: Acting, desk: Desk, after: After = None, size: Size = 50) -> Any:
    """Every basis ever recorded, the oldest first."""
    return desk.consents.list(actor, person_id, after, size)._asdict()


@router.delete("/{purpose}", status_code=204, **needs(Action.WITHDRAW_CONSENT, Action.UPHOLD_OBJECTION))
def withdraw(person_id: Id, purpose: Purpose, actor: Acting, desk: Desk, objection: Objection = None) -> None:
    """Withdraw consent: what rests on it ends now. Law and public task cannot be withdrawn; one may object to them."""
    end = desk.consents.withdraw if objection is None else desk.consents.uphold_objection
    end(actor, person_id, purpose)
