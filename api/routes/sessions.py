"""Logging in and out. A session is kept by the server; a browser holds a random word that stands for it."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ConfigDict, Field, SecretStr, StringConstraints

from api.auth import Acting, Token, drop, keep, refuse_other_sites
from api.problems import NotLoggedIn, documented
from api.rules import Answer, Body, Desk, anybody, needs
from skillmatch.access import Action, Role
from skillmatch.errors import NotFound
from skillmatch.service.casework.passwords import LONGEST, SHORTEST

router = APIRouter(prefix="/sessions", tags=["sessions"])

Login = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Password = Annotated[SecretStr, Field(min_length=1, max_length=LONGEST)]
NewPassword = Annotated[SecretStr, Field(min_length=SHORTEST, max_length=LONGEST)]


class Secret(Body):
    """What holds a password: a space at its end is part of it."""

    model_config = ConfigDict(str_strip_whitespace=False)


class Credentials(Secret):
    """Who logs in, and in which of their roles: the first where none is named."""

    login: Login
    password: Password
    role: Role | None = None


class PasswordChange(Secret):
    """The password of now and the new one."""

    current: Password
    new: NewPassword


class SessionShown(Answer):
    """Who is logged in, in which role, and until when."""

    account_id: str
    login: str
    role: Role
    roles: list[Role]
    organisation_id: str
    person_id: str | None = None
    trained: list[str]
    expires_at: datetime


def limited(route: dict[str, Any]) -> dict[str, Any]:
    """``route``, which may also answer that somebody has tried too often."""
    return route | {"responses": route["responses"] | documented(HTTPStatus.TOO_MANY_REQUESTS)}


@router.post(
    "",
    status_code=201,
    response_model=SessionShown,
    dependencies=[Depends(refuse_other_sites)],
    **limited(anybody()),
)
def log_in(credentials: Credentials, desk: Desk, request: Request, response: Response) -> dict[str, Any]:
    """Begin a session, which the cookie stands for."""
    try:
        begun = desk.accounts.log_in(credentials.login, credentials.password.get_secret_value(), credentials.role)
    except NotFound as error:
        raise NotLoggedIn(str(error)) from None
    keep(response, begun.token, request.app.state.settings)
    return begun.session


@router.get("/current", response_model=SessionShown, **needs(Action.VIEW_SESSION))
def current(actor: Acting, token: Token, desk: Desk) -> dict[str, Any]:
    """Who you are here."""
    return desk.accounts.current(actor, token)


@router.delete("/current", status_code=204, **needs(Action.END_SESSION))
def log_out(actor: Acting, token: Token, desk: Desk, request: Request, response: Response) -> None:
    """End this session."""
    desk.accounts.log_out(actor, token)
    drop(response, request.app.state.settings)


@router.put("/current/password", status_code=204, **limited(needs(Action.CHANGE_PASSWORD)))
def change_password(change: PasswordChange, actor: Acting, desk: Desk, request: Request, response: Response) -> None:
    """Change your password. All your sessions and tokens end: log in again."""
    try:
        desk.accounts.change_password(actor, change.current.get_secret_value(), change.new.get_secret_value())
    except NotFound as error:
        raise NotLoggedIn(str(error)) from None
    drop(response, request.app.state.settings)
