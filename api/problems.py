"""Errors as ``application/problem+json`` (RFC 9457): one place that turns ours into a status, without a stack trace."""

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from api import guards
from skillmatch.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    SkillmatchError,
    StoreError,
    TooManyAttempts,
)

JSON = "application/problem+json"
LOG = logging.getLogger("skillmatch.api")


class Wrong(BaseModel):
    """One thing that was wrong with what came in."""

    field: str
    message: str


class Problem(BaseModel):
    """What went wrong, for programs and people (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    field: str | None = None
    errors: list[Wrong] | None = None
    expected: Annotated[int | None, Field(description="The version the change was made from.")] = None
    found: Annotated[int | None, Field(description="The version that is there now.")] = None
    current: Annotated[Any, Field(description="What is there now, as far as your role may see it.")] = None
    yours: Annotated[Any, Field(description="What you sent; nothing of it was kept.")] = None


class NotLoggedIn(SkillmatchError):
    """Nobody is logged in, or no longer."""


class IssuerUnreachable(SkillmatchError):
    """The login service cannot be reached, or is not what the settings say."""


class PreconditionMissing(SkillmatchError):
    """A change came without saying which version it was made from."""


STATUS: Mapping[type[SkillmatchError], HTTPStatus] = {
    NotLoggedIn: HTTPStatus.UNAUTHORIZED,
    Forbidden: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    InvalidInput: HTTPStatus.UNPROCESSABLE_ENTITY,
    PreconditionMissing: HTTPStatus.PRECONDITION_REQUIRED,
    TooManyAttempts: HTTPStatus.TOO_MANY_REQUESTS,
    StoreError: HTTPStatus.SERVICE_UNAVAILABLE,
    IssuerUnreachable: HTTPStatus.BAD_GATEWAY,
}
"""Any other error of ours is a 500: it is about the installation and not about what was asked."""


def install(app: FastAPI) -> None:
    """Make every error of ``app`` a problem."""
    app.add_exception_handler(SkillmatchError, _ours)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _of_the_web)
    app.add_exception_handler(Exception, _unexpected)


def answer(problem: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """A problem as a response; members that do not apply are absent."""
    said = {name: value for name, value in jsonable_encoder(problem).items() if value is not None}
    return JSONResponse(said, problem.status, headers={**guards.ANSWERS, **(headers or {})}, media_type=JSON)


def documented(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """How OpenAPI tells of the problems that a route answers with."""
    content = {JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {int(status): {"description": status.phrase, "content": content} for status in statuses}


async def _ours(_: Request, error: Exception) -> JSONResponse:
    kind = next((kind for kind in type(error).__mro__ if kind in STATUS), None)
    status = STATUS[kind] if kind else HTTPStatus.INTERNAL_SERVER_ERROR
    if kind is None:
        LOG.error("a request failed on %s", type(error).__name__)
    problem = Problem(title=status.phrase, status=status, detail=str(error) if kind is not None else "")
    if isinstance(error, InvalidInput):
        problem.field = error.field
    if isinstance(error, Conflict):
        problem.expected, problem.found = error.expected, error.found
        problem.current, problem.yours = error.current, error.yours
    headers = {"Retry-After": str(error.seconds)} if isinstance(error, TooManyAttempts) else {}
    return answer(problem, headers | ({"WWW-Authenticate": "Bearer"} if isinstance(error, NotLoggedIn) else {}))


async def _unreadable(_: Request, error: Exception) -> JSONResponse:
    """What pydantic found wrong, by field and without quoting what was sent, which may be personal."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    found: Sequence[Any] = error.errors() if isinstance(error, RequestValidationError) else ()
    errors = [Wrong(field=_field(one), message=_message(one)) for one in found]
    first = errors[0] if errors else Wrong(field="body", message="cannot be read")
    detail = f"field {first.field}: {first.message}"
    return answer(Problem(title=status.phrase, status=status, detail=detail, field=first.field, errors=errors))


def _field(one: Mapping[str, Any]) -> str:
    """The name of a field as it was sent, as our own errors name it: in the body or the address makes no difference."""
    part, *place = one["loc"]
    return ".".join(map(str, place)) if place and one["type"] != "json_invalid" else str(part)


def _message(one: Mapping[str, Any]) -> str:
    """Pydantic's words, but where they hold what was sent."""
    if one["type"] == "union_tag_invalid":
        return f"should be one of {one['ctx']['expected_tags']}"
    return str(one["msg"])


async def _of_the_web(_: Request, error: Exception) -> JSONResponse:
    status = HTTPStatus(error.status_code) if isinstance(error, HTTPException) else HTTPStatus.BAD_REQUEST
    headers = error.headers if isinstance(error, HTTPException) else None
    return answer(Problem(title=status.phrase, status=status), headers)


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    """A fault of ours: told in the log by its kind and place, never with what was sent."""
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    LOG.error("%s %s failed on %s", request.method, request.scope.get("route", ""), type(error).__name__)
    return answer(Problem(title=status.phrase, status=status, detail="a fault of ours; it was logged"))
