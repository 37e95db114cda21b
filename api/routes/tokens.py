"""Tokens for machines: each acts for the account that made it, in one role and within its scopes."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi import Path as InPath
from pydantic import Field, StringConstraints

from api.auth import Acting
from api.rules import After, Answer, Body, Desk, Page, Sent, Size, needs
from skillmatch.access import Action, Role
from skillmatch.service.casework.tokens import MAX_DAYS

router = APIRouter(prefix="/tokens", tags=["tokens"])

Label = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$")]
Scopes = Annotated[list[Action], Field(min_length=1, max_length=len(Action))]
TokenId = Annotated[str, InPath(pattern=r"^[0-9a-f]{64}$")]


class NewToken(Body):
    """What a program may do for you, and for how long."""

    role: Role
    scopes: Scopes
    days: Annotated[int, Field(ge=1, le=MAX_DAYS)]
    label: Annotated[Label, Field(description="Which program it is for.")]


class TokenShown(Answer):
    """A token; ``token`` itself is shown once, when it is made."""

    id: str | None = None
    account_id: str | None = None
    label: str | None = None
    role: Role | None = None
    scopes: list[Action] | None = None
    begun_at: datetime | None = None
    expires_at: datetime | None = None
    token: str | None = None


@router.post("", status_code=201, response_model=TokenShown, **needs(Action.MAKE_TOKEN))
def make(new: NewToken, actor: Acting, desk: Desk, once: Sent) -> dict[str, Any]:
    """Make a token in the role you are logged in with. Note it down: it is not shown again."""
    return desk.tokens.make(actor, new.model_dump(), once)


@router.get("", response_model=Page[TokenShown], **needs(Action.MAKE_TOKEN))
def list_tokens(actor: Acting, desk: Desk, after: After = None, size: Size = 50) -> Any:
    """Your tokens; an administrator sees those of the organisation."""
    return desk.tokens.list(actor, after, size)._asdict()


@router.delete("/{token_id}", status_code=204, **needs(Action.MAKE_TOKEN))
def end(token_id: TokenId, actor: Acting, desk: Desk) -> None:
    """End a token now."""
    desk.tokens.end(actor, token_id)
