"""Who is asking: a person's session by cookie, a machine's token by header; both are kept as hashes only."""

from typing import Annotated

from fastapi import Depends, Request

from api.problems import NotLoggedIn
from skillmatch.access import Actor
from skillmatch.errors import NotFound

COOKIE = "skillmatch_session"


def acting(request: Request) -> Actor:
    """The actor of a request; raises NotLoggedIn."""
    token = request.cookies.get(COOKIE) or _bearer(request)
    if not token:
        raise NotLoggedIn("log in first, or send a token")
    try:
        actor: Actor = request.app.state.casework.accounts.actor(token)
    except NotFound:
        raise NotLoggedIn("log in again: the session has ended, or the token is not known") from None
    return actor


def _bearer(request: Request) -> str | None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if kind.lower() == "bearer" else None


Acting = Annotated[Actor, Depends(acting)]
"""Who acts."""
