"""OpenAPI is what the service does: valid, complete on problems, and nothing that is sent makes a fault of ours."""

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import product
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI

from api.app import ROUTERS
from api.problems import JSON
from api.rules import PUBLIC
from skillmatch.access import Action, Role
from skillmatch.config import Settings
from skillmatch.service import Service
from skillmatch.store.unit import Store
from tests.api.conftest import MASTER, Filled
from tests.api.filled import ASKS, NOON, ROOT, World, begin, routes
from tests.api.generated import OPENAPI, Answering, by_class, conforms, in_order, operations, send_all, tokens
from tests.api.odd import AS_JSON, ODD, ODD_IN_AN_ADDRESS, STRICTER, changed, leaves
from tests.store.conftest import create, drop
from tests.store.server import Server

EXAMPLES = 6
"""Cases of each operation; ``benchmarks/robustness.py`` sends some 10,000 in all."""


def told(app: FastAPI) -> Iterator[tuple[str, Any]]:
    """Each operation with what OpenAPI tells of it."""
    for path, item in app.openapi()["paths"].items():
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
    for name, operation in told(filled.app):
        assert operation["description"], name
        assert operation["x-action"], name
        assert set(operation["x-action"]) <= actions, name
        assert operation["security"] == ([] if operation["x-action"] == [PUBLIC] else LOGINS), name


LOGINS = [{"session": []}, {"token": []}]


def test_every_operation_documents_its_problems_as_problems(filled: Filled) -> None:
    """RFC 9457, one form for all; a change without a version says so too."""
    for name, operation in told(filled.app):
        problems = {status: one for status, one in operation["responses"].items() if int(status) >= 400}
        expected = set() if operation["x-action"] == [PUBLIC] else {"401", "403", "404", "409", "422"}
        if any(one["name"] == "if-match" for one in operation.get("parameters", ())):
            expected |= {"428"}
        assert expected <= set(problems), name
        problems.pop("503", None)  # of /health: that the records cannot be read is its answer, and no problem
        assert {*(kind for one in problems.values() for kind in one["content"])} <= {JSON}, name


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("PUT", "/people", 405), ("TRACE", "/people", 405), ("GET", "/people/not-an-id", 422)],
)
def test_what_is_not_there_is_a_problem_too(filled: Filled, method: str, path: str, status: int) -> None:
    answer = filled.world.clients[Role.SCREENER].request(method, f"{ROOT}{path}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, JSON)
    assert answer.json()["status"] == status


def test_whatever_is_generated_from_openapi_gets_an_answer_that_openapi_tells_of(world: World) -> None:
    """As every role: no fault of ours, no status, content type, header or form of an answer that is not documented."""
    app = Answering(world.app)
    counted = [send_all(one, tokens(world), world.ids, EXAMPLES, conforms) for one in in_order(operations(app))]
    assert app.faults == []
    statuses = by_class(counted)
    assert sum(statuses.values()) >= EXAMPLES * len(counted) / 2
    assert statuses["2xx"] > sum(statuses.values()) / 5


FILLED_IN = [route for route, ask in ASKS.items() if ask.body is not None]
"""Routes that take a body."""


@pytest.mark.parametrize("route", FILLED_IN)
def test_one_odd_value_in_a_request_that_is_otherwise_right_is_told_to_the_client(world: World, route: str) -> None:
    """Generated requests are odd in many places at once; these get further."""
    assert list(_faults(world, route)) == []


def _faults(world: World, route: str, odds: Sequence[Any] = ODD) -> Iterator[tuple[str, tuple[Any, ...], Any]]:
    """The place and the odd value of each request of a route that was answered by a fault of ours."""
    ask = ASKS[route]
    for role in (ask.by, *(ask.others if "/interviews" in route else ())):  # whose two forms are two roles'
        plausible = ask.as_sent(role, world.ids_of(role))["json"]
        for place in leaves(plausible):
            for odd in odds:
                sent = json.dumps(changed(plausible, place, odd))
                if world.insist(route, role, json=None, content=sent, headers=AS_JSON).status_code >= 500:
                    yield route, place, odd


READERS = (Role.SCREENER, Role.AUDITOR, Role.EVALUATOR, Role.ADMINISTRATOR)
"""Between them they read everything."""


def _misread(world: World) -> Iterator[tuple[str, str, str]]:
    """The view, the parameter and the odd value of each address that was answered by a fault of ours."""
    for name, operation in told(world.app):
        view = name.replace(ROOT, "")
        asked = [one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"]
        if view.startswith("GET ") and asked:
            reader = next((role for role in READERS if world.send(view, role).status_code == 200), Role.PERSON)
            for parameter, odd in product(asked, ODD_IN_AN_ADDRESS):
                if world.send(view, reader, params=f"{parameter}={odd}").status_code >= 500:
                    yield view, parameter, odd


def test_one_odd_value_in_an_address_is_told_to_the_client(filled: Filled) -> None:
    assert list(_misread(filled.world)) == []


@pytest.mark.parametrize("odd", [b"\xff" * 9, b'"\xff"', b"12345678\t\x7f", b'"' + b"9" * 400 + b'"'])
@pytest.mark.parametrize("header", ["If-Match", "Idempotency-Key", "Authorization", "Cookie", "Content-Type"])
def test_one_odd_header_is_told_to_the_client(world: World, header: str, odd: bytes) -> None:
    for route in ("PATCH /people/{person_id}", "POST /people", "GET /people"):
        assert world.send(route, Role.SCREENER, headers={header: odd}).status_code < 500


@pytest.fixture
def on_postgresql(server: Server) -> Iterator[Store]:
    name = create(server)
    with closing(Store.open(server.url(name), MASTER, clock=lambda: NOON, migrate=True)) as store:
        yield store
    drop(server, name)


@pytest.mark.slow
def test_on_postgresql_too_nothing_makes_a_fault_of_ours(
    on_postgresql: Store, service: Service, installed: Settings, cheap_passwords: None
) -> None:
    """It refuses some of what SQLite keeps, and asks by itself who may see a row."""
    world = begin(on_postgresql, service, installed)
    app = Answering(world.app)
    for route in FILLED_IN:
        assert list(_faults(world, route, STRICTER)) == []
    assert list(_misread(world)) == []
    for one in in_order(operations(app)):
        send_all(one, tokens(world), world.ids, EXAMPLES, conforms)
    assert app.faults == []
