"""OpenAPI is what the service does: valid, complete on problems, and nothing that is sent makes a fault of ours."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
import schemathesis

from api.app import ROUTERS
from api.problems import JSON
from api.rules import PUBLIC
from skillmatch.access import Action
from tests.api.conftest import Filled
from tests.api.filled import ASKS, World, routes
from tests.api.generated import OPENAPI, Answering, by_class, conforms, in_order, operations, send_all, tokens

EXAMPLES = 6
"""Cases of each operation; ``benchmarks/robustness.py`` sends some 10,000 in all."""


def told(filled: Filled) -> Iterator[tuple[str, Any]]:
    """Each operation with what OpenAPI tells of it."""
    for path, item in filled.app.openapi()["paths"].items():
        for method, operation in item.items():
            yield f"{method.upper()} {path}", operation


def test_openapi_is_valid(filled: Filled) -> None:
    """Against the schema of OpenAPI 3.1 itself, every reference resolved."""
    schema = schemathesis.openapi.from_asgi(OPENAPI, filled.app)
    schema.validate()
    assert len(list(operations(filled.app))) == len(routes(filled.app))


def test_openapi_tells_of_every_route_there_is(filled: Filled) -> None:
    there = {(method, route.path) for router in ROUTERS for route in router.routes for method in route.methods}
    assert {f"{method} {path}" for method, path in there} == set(routes(filled.app))


def test_every_operation_says_what_it_does_and_which_action_it_needs(filled: Filled) -> None:
    actions = {action.value for action in Action} | {PUBLIC}
    for name, operation in told(filled):
        assert operation["description"], name
        assert operation["x-action"], name
        assert set(operation["x-action"]) <= actions, name
        assert operation["security"] == ([] if operation["x-action"] == [PUBLIC] else LOGINS), name


LOGINS = [{"session": []}, {"token": []}]


def test_every_operation_documents_its_problems_as_problems(filled: Filled) -> None:
    """RFC 9457, one form for all; a change without a version says so too."""
    for name, operation in told(filled):
        problems = {status: one for status, one in operation["responses"].items() if int(status) >= 400}
        expected = set() if operation["x-action"] == [PUBLIC] else {"401", "403", "404", "409", "422"}
        if any(one["name"] == "if-match" for one in operation.get("parameters", ())):
            expected |= {"428"}
        assert expected <= set(problems), name
        problems.pop("503", None)  # of /health: that the records cannot be read is its answer, and no problem
        assert {*(kind for one in problems.values() for kind in one["content"])} <= {JSON}, name


def test_whatever_is_generated_from_openapi_gets_an_answer_that_openapi_tells_of(world: World) -> None:
    """As every role: no fault of ours, no status, content type, header or form of an answer that is not documented."""
    app = Answering(world.app)
    counted = [send_all(one, tokens(world), world.ids, EXAMPLES, conforms) for one in in_order(operations(app))]
    assert app.faults == []
    statuses = by_class(counted)
    assert sum(statuses.values()) >= EXAMPLES * len(counted) / 2
    assert statuses["2xx"] > sum(statuses.values()) / 5


ODD = (
    "\x00",
    "a\x00b",
    "\ud800",
    "",
    " ",
    "\u202e",
    "x" * 5_000,
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "http://data.europa.eu/esco/skill/not-there",
    "0" * 32,
    -1,
    10**400,
    1e308,
    True,
    None,
    [],
    {},
    [[[[[]]]]],
    {"\x00": "\ud800"},
)
"""Values that JSON can carry and no form would send."""


AS_JSON = {"Content-Type": "application/json"}


def _leaves(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every part of ``value``, containers included, ``value`` itself first."""
    yield place
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from _leaves(part, (*place, key))


def _with(value: Any, place: tuple[Any, ...], odd: Any) -> Any:
    if not place:
        return odd
    changed = deepcopy(value)
    inner = changed
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = odd
    return changed


@pytest.mark.parametrize("route", [route for route, ask in ASKS.items() if ask.body is not None])
def test_one_odd_value_in_a_request_that_is_otherwise_right_is_told_to_the_client(world: World, route: str) -> None:
    """Generated requests are odd in many places at once; these get further."""
    ask = ASKS[route]
    for role in (ask.by, *list(ask.others)[:1]):
        plausible = ask.as_sent(role, world.ids_of(role))["json"]
        for place in _leaves(plausible):
            for odd in ODD:
                sent = json.dumps(_with(plausible, place, odd))
                answer = world.insist(route, role, json=None, content=sent, headers=AS_JSON)
                assert answer.status_code < 500, (route, place, odd)
