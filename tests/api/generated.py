"""Requests as schemathesis makes them from OpenAPI, sent as each role: what fits the schema, and what does not.

Ids that exist are given where there are any, for a random one never gets past "no such person".
"""

import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.generation.case import Case
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api import problems
from api.rules import PUBLIC
from skillmatch import access
from skillmatch.access import Action
from tests.api.filled import World

OPENAPI = "/api/v1/openapi.json"
FORMAL = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
"""What every answer is held to: no fault of ours, and nothing that OpenAPI does not tell of."""

Sent = Callable[[Case, Any], None]


@dataclass(frozen=True, slots=True)
class Fault:
    """An error that no handler of ours knew."""

    error: str
    where: str


@dataclass(slots=True)
class Answering:
    """The application as a server runs it: a fault was answered with a 500, is noted here and stops nothing."""

    app: FastAPI
    faults: list[Fault] = field(default_factory=list)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await self.app(scope, receive, send)
        except Exception as error:  # noqa: BLE001 - whatever it is: to find these is what this is for
            place = traceback.extract_tb(error.__traceback__)[-1]
            self.faults.append(Fault(type(error).__name__, f"{Path(place.filename).name}:{place.lineno}"))


def operations(app: Any) -> Iterator[APIOperation]:
    """Every operation that OpenAPI tells of; raises InvalidSchema for one that it tells wrongly."""
    # who acts is ours to say: generated cookies and tokens would end at 401 nearly always
    config = SchemathesisConfig.from_dict({"generation": {"with-security-parameters": False}})
    for found in schemathesis.openapi.from_asgi(OPENAPI, app, config=config).get_all_operations():
        yield found.ok()


def requests(operation: APIOperation, ids: Mapping[str, str]) -> st.SearchStrategy[Case]:
    """Cases of an operation, with ``ids`` (by the name of the parameter) in its path or with any others."""
    known = {one.name: ids[one.name] for one in operation.path_parameters if one.name in ids}
    made = [operation.as_strategy(generation_mode=mode, path_parameters=known) for mode in GenerationMode]
    return st.one_of(*made, operation.as_strategy()) if known else st.one_of(*made)


def _roles(operation: APIOperation, tokens: Mapping[str, str]) -> st.SearchStrategy[str]:
    """Any role, and as often one to which the operation is open."""
    needed = [Action(name) for name in operation.definition.raw["x-action"] if name != PUBLIC]
    able = sorted(role for action in needed for role in access.roles(action))
    return st.sampled_from(able or sorted(tokens)) | st.sampled_from(sorted(tokens))


def send_all(
    operation: APIOperation,
    tokens: Mapping[str, str],
    ids: Mapping[str, str],
    examples: int,
    check: Sent,
    *,
    number: int = 0,
) -> Counter[int]:
    """Send ``examples`` cases of an operation, each as one of ``tokens``; returns how many got which status.

    ``check`` is called with each case and its answer. A change goes out once more from the version that is there, or
    it would end at 409 nearly always. The same ``number`` makes the same cases.
    """
    statuses: Counter[int] = Counter()
    versioned = any(one.name == "if-match" for one in operation.headers)

    def send(case: Case, headers: dict[str, str]) -> Any:
        answer = case.call(headers=headers)
        statuses[answer.status_code] += 1
        check(case, answer)
        return answer

    @seed(number)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=requests(operation, ids), role=_roles(operation, tokens), seen=st.booleans())
    def one(case: Case, role: str, seen: bool) -> None:
        headers = {"Authorization": f"Bearer {tokens[role]}"}
        answer = send(case, headers | ({"If-Match": '"0"'} if versioned and seen else {}))
        if answer.status_code == 409 and (found := answer.json().get("found")) is not None:
            send(case, headers | {"If-Match": f'"{found}"'})

    one()
    return statuses


def conforms(case: Case, answer: Any) -> None:
    """Raises what schemathesis finds wrong with an answer, or that a problem is not told as one."""
    case.validate_response(answer, checks=list(FORMAL))
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == [problems.JSON], answer.headers


def by_class(statuses: Sequence[Counter[int]]) -> Mapping[str, int]:
    """How many answers of each class: ``2xx``, ``4xx`` and so on."""
    total: Counter[str] = Counter()
    for counted in statuses:
        for status, count in counted.items():
            total[f"{status // 100}xx"] += count
    return dict(sorted(total.items()))


def tokens(world: World) -> Mapping[str, str]:
    """What each client of ``world`` shows, by the name of its role."""
    return {role: client.headers["Authorization"].partition(" ")[2] for role, client in world.clients.items()}


def in_order(found: Iterable[APIOperation]) -> list[APIOperation]:
    """What removes things after all else, and what ends the session that sends it last."""
    return sorted(found, key=lambda one: (one.method.upper() == "DELETE", "/sessions/" in one.path, one.label))
