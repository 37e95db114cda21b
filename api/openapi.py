"""What OpenAPI says beyond what FastAPI finds by itself: what a problem looks like, and how one logs in."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from api.auth import COOKIE
from api.problems import Problem, documented
from api.rules import PUBLIC

_REF = "#/components/schemas/{model}"
_LOGINS = {
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "A person's session."},
    "token": {"type": "http", "scheme": "bearer", "description": "A machine's token, narrowed by its scopes."},
}


def describe(app: FastAPI) -> None:
    """Have ``app`` tell all of it."""
    found = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            _complete(found())
        return found()

    app.openapi = openapi  # type: ignore[method-assign]


def _complete(told: dict[str, Any]) -> None:
    """Add to ``told`` what is the same for every route; FastAPI keeps the document and gives it again."""
    _, problem = models_json_schema([(Problem, "serialization")], ref_template=_REF)
    components = told.setdefault("components", {})
    components.setdefault("schemas", {}).update(problem["$defs"])
    components["securitySchemes"] = _LOGINS
    for operation in _operations(told):
        public = operation.get("x-action") == [PUBLIC]
        operation["security"] = [] if public else [{name: []} for name in _LOGINS]
        if any(parameter["name"] == "if-match" for parameter in operation.get("parameters", ())):
            missing = documented(HTTPStatus.PRECONDITION_REQUIRED)
            operation["responses"] |= {str(status): answer for status, answer in missing.items()}


def _operations(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in told.get("paths", {}).values():
        yield from path.values()
