"""Who is asking: a person's session by cookie, a machine's token by header; both are kept as hashes only."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response

from api.problems import NotLoggedIn
from skillmatch.access import Actor
from skillmatch.config import Settings
from skillmatch.errors import Forbidden, NotFound
from skillmatch.service.casework import Casework

COOKIE = "skillmatch_session"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_SECONDS_AN_HOUR = 3600


def shown_token(request: Request) -> str:
    """The token that a request shows; raises NotLoggedIn, and Forbidden where another site makes a browser show it.

    Where there is a header and a cookie, the header counts: a program set it for this very request, a browser sends
    the cookie unasked. No other site can set that header, so only a cookie needs the look at where it came from.
    """
    kind, _, bearer = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer" and bearer:
        return bearer
    if cookie := request.cookies.get(COOKIE):
        refuse_other_sites(request)
        return cookie
    raise NotLoggedIn("log in first, or send a token")


def refuse_other_sites(request: Request) -> None:
    """Raises Forbidden for a change that another site had a browser ask for (CSRF), beside the cookie's SameSite.

    Every browser of today sends Sec-Fetch-Site; older ones send Origin, whose host is then this one, or the public one
    behind a proxy. What sends neither is no browser.
    """
    if request.method in _SAFE:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        foreign = site not in ("same-origin", "none")
    else:
        settings: Settings = request.app.state.settings
        own = {request.headers.get("Host", "").lower(), urlsplit(settings.public_url).netloc.lower()}
        foreign = origin is not None and origin.lower().partition("://")[2] not in own
    if foreign:
        raise Forbidden("another site asked for this: open skillmatch itself")


def acting(request: Request, token: Annotated[str, Depends(shown_token)]) -> Actor:
    """The actor of a request; raises NotLoggedIn."""
    casework: Casework = request.app.state.casework
    try:
        return casework.accounts.actor(token)
    except NotFound:
        raise NotLoggedIn("log in again: the session has ended, or the token is not known") from None


def keep(response: Response, token: str, settings: Settings) -> None:
    """Have the browser keep a session: no script reads it, no other site sends it, and it goes over https only."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=round(settings.session_hours * _SECONDS_AN_HOUR),
        secure=settings.cookie_secure,
        httponly=True,
        samesite="strict",
    )


def drop(response: Response, settings: Settings) -> None:
    """Have the browser forget it."""
    response.delete_cookie(COOKIE, secure=settings.cookie_secure, httponly=True, samesite="strict")


Acting = Annotated[Actor, Depends(acting)]
"""Who acts."""

Token = Annotated[str, Depends(shown_token)]
"""What they showed."""
