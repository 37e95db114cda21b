"""Logging in through a login service (OpenID Connect). It says who somebody is; the account is made here, by hand."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.auth import keep
from api.oidc import CALLBACK, FLOW_SECONDS, LoginService
from api.problems import NotLoggedIn, documented
from api.routes.sessions import SessionShown
from api.rules import Desk, anybody
from skillmatch.access import Role
from skillmatch.errors import NotFound

router = APIRouter(prefix="/oidc", tags=["sessions"])

FLOW = "skillmatch_oidc"
Sent = Annotated[str, Query(max_length=4096)]


def _service(request: Request) -> LoginService:
    """Raises NotFound where none is set."""
    service: LoginService = request.app.state.login_service
    if not service.settings.oidc:
        raise NotFound("no login service is set up here: log in with a password")
    return service


def _public(**more: Any) -> dict[str, Any]:
    route = anybody()
    return route | {"responses": route["responses"] | documented(HTTPStatus.BAD_GATEWAY)} | more


@router.get("/login", status_code=303, response_class=RedirectResponse, **_public())
def begin(request: Request, role: Role | None = None) -> RedirectResponse:
    """Go to the login service."""
    service = _service(request)
    leave = service.leave(role)
    there = RedirectResponse(leave.url, 303)
    # Lax: the way back is a link from another site, with which a browser sends no Strict cookie.
    secure = service.settings.cookie_secure
    there.set_cookie(FLOW, leave.sealed, FLOW_SECONDS, path=CALLBACK, secure=secure, httponly=True, samesite="lax")
    return there


@router.get("/callback", response_model=SessionShown, **_public())
def end(
    request: Request, desk: Desk, response: Response, state: Sent = "", code: Sent = "", error: Sent = ""
) -> dict[str, Any]:
    """Come back from the login service, and begin a session in the account of that login: none is ever made here."""
    service = _service(request)
    flow = service.flow(request.cookies.get(FLOW), state)
    if error or not code:
        raise NotLoggedIn("the login service let nobody in")
    try:
        begun = desk.accounts.vouched(service.login(flow, code), None if flow.role is None else Role(flow.role))
    except NotFound:
        raise NotLoggedIn("nobody here has that login: ask an administrator for an account") from None
    keep(response, begun.token, service.settings)
    response.delete_cookie(FLOW, path=CALLBACK, secure=service.settings.cookie_secure, httponly=True, samesite="lax")
    return begun.session
