"""Whether all is well, for whoever watches over the service: no more is told to anybody."""

from http import HTTPStatus
from typing import Any, Literal

from fastapi import APIRouter, Response

from api.rules import Answer, Desk, anybody
from skillmatch import __version__

router = APIRouter(prefix="/health", tags=["health"])


class Versions(Answer):
    """What answers."""

    skillmatch: str
    taxonomy: str | None
    encoder: str | None
    index: str | None
    configuration: str | None


class Health(Answer):
    """Whether the service can work."""

    status: Literal["ok", "records cannot be read"]
    records: bool
    versions: Versions


@router.get(
    "",
    response_model=Health,
    **(anybody() | {"responses": {503: {"model": Health, "description": "The records cannot be read."}}}),
)
def health(desk: Desk, response: Response) -> dict[str, Any]:
    """Status 503 where the records cannot be read."""
    readable = desk.readable()
    if not readable:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    status = "ok" if readable else "records cannot be read"
    return {"status": status, "records": readable, "versions": desk.versions | {"skillmatch": __version__}}
