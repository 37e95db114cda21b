"""What every route has in common: who acts, which action it needs, versions, idempotency keys and pages."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Header, Query, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.auth import Acting
from api.fields import LanguageCode
from api.problems import PreconditionMissing, documented
from skillmatch import access
from skillmatch.access import Action
from skillmatch.errors import InvalidInput
from skillmatch.service.casework import Casework
from skillmatch.service.casework.office import Once

MAX_PAGE = 200
PUBLIC = "public"
"""Stands in the place of an action for the few routes that anybody may call: logging in, and whether all is well."""

_ALWAYS = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.SERVICE_UNAVAILABLE,
)


class Body(BaseModel):
    """What a client sends: a field that is not known is an error, for it would be lost."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, str_max_length=100_000)


class Answer(BaseModel):
    """What a client gets. A field that the role may not see is absent (ANT-04), so none is required."""


Item = TypeVar("Item", bound=Answer)


class Page(Answer, Generic[Item]):
    """Some of many, and where to go on: null at the end."""

    items: list[Item]
    after: str | None


def needs(action: Action, *others: Action) -> dict[str, Any]:
    """The keyword arguments of a route that ``action`` (or one of ``others``) is needed for."""
    actions = (action, *others)

    def allow(actor: Acting) -> None:
        if not any(access.may(actor, one) for one in actions):
            access.require(actor, action)

    return {
        "dependencies": [Depends(allow)],
        "responses": documented(*_ALWAYS),
        "openapi_extra": {"x-action": [one.value for one in actions]},
        "response_model_exclude_unset": True,
    }


def anybody() -> dict[str, Any]:
    """The keyword arguments of a route that needs no login."""
    return {"responses": documented(*_ALWAYS), "openapi_extra": {"x-action": [PUBLIC]}}


def action_of(route: APIRoute) -> tuple[str, ...]:
    """The actions that a route declares; empty where it declares none."""
    return tuple((route.openapi_extra or {}).get("x-action", ()))


def _casework(request: Request) -> Casework:
    wired: Casework = request.app.state.casework
    return wired


Desk = Annotated[Casework, Depends(_casework)]
"""The use cases."""

After = Annotated[
    str | None,
    Query(max_length=200, pattern=r"^[^\x00]*$", description="Go on after this place of the page before."),
]
Size = Annotated[int, Query(ge=1, le=MAX_PAGE, description="How many at most.")]
Id = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
LabelsIn = Annotated[LanguageCode | None, Query(description="The language of labels, where there is one.")]


def prose(longest: int) -> StringConstraints:
    """Text that somebody writes, of at most ``longest`` characters and without NUL, which no script has."""
    return StringConstraints(min_length=1, max_length=longest, pattern=r"^[^\x00]*$")


async def _once(
    request: Request,
    idempotency_key: Annotated[
        str | None, Header(min_length=8, max_length=200, description="Sent twice with one key, it happens once.")
    ] = None,
) -> Once | None:
    sent = f"{request.method} {request.url.path}\n".encode() + await request.body()
    return None if idempotency_key is None else Once(idempotency_key, sent)


Sent = Annotated[Once | None, Depends(_once)]
"""The idempotency key of a creation, with what was sent."""


def _seen(
    if_match: Annotated[str | None, Header(max_length=40, description='The ETag that was seen, such as "3".')] = None,
) -> int:
    if if_match is None:
        raise PreconditionMissing('a change says which version it was made from: If-Match: "3"')
    number = if_match.strip().removeprefix("W/").strip('"')
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise InvalidInput('should be an ETag of this thing, such as "3"', field="If-Match")
    return int(number)


Seen = Annotated[int, Depends(_seen)]
"""The version that the client changed."""


def tagged(response: Response, answer: dict[str, Any]) -> dict[str, Any]:
    """``answer``, with its version as the ETag."""
    if "version" in answer:
        response.headers["ETag"] = f'"{answer["version"]}"'
    return answer


def _made(request: Request, response: Response) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def made(answer: dict[str, Any]) -> dict[str, Any]:
        response.headers["Location"] = f"{request.url.path}/{answer['id']}"
        return tagged(response, answer)

    return made


Made = Annotated[Callable[[dict[str, Any]], dict[str, Any]], Depends(_made)]
"""Completes the answer to a creation: where it can be seen, which is beneath where it was sent, and its ETag."""
