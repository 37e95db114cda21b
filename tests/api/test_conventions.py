"""What all routes promise alike: a creation happens once, no change is lost, and a list is read page by page."""

from typing import Any

import pytest

from api.problems import JSON
from skillmatch.access import Role
from tests.api.conftest import Filled
from tests.api.filled import ASKS, World
from tests.small_esco.concepts import skill_uri

ONCE = (
    "POST /people",
    "POST /people/{person_id}/consents",
    "POST /people/{person_id}/shares",
    "POST /people/{person_id}/interviews",
    "POST /people/{person_id}/notes",
    "POST /people/{person_id}/claims",
    "POST /people/{person_id}/claims/{claim_id}/disagreement",
    "POST /people/{person_id}/languages",
    "POST /people/{person_id}/scripts",
    "POST /people/{person_id}/assessments",
    "POST /people/{person_id}/qualifications",
    "POST /people/{person_id}/cases/{case_id}/trajectory",
    "POST /people/{person_id}/cases/{case_id}/plans",
    "POST /people/{person_id}/outcomes",
    "POST /accounts",
    "POST /tokens",
)
"""Creations. The other POST routes make nothing that could be there twice: runs of a model, and a login."""

RUNS = (
    "POST /people/{person_id}/notes/{note_id}/extraction",
    "POST /people/{person_id}/cases/{case_id}/recommendation",
    "POST /sessions",
)

ERASURE = "DELETE /people/{person_id}"
"""By an administrator, who sees nothing of the file: not in a conflict either."""

VERSIONED = (
    "PATCH /people/{person_id}",
    ERASURE,
    "PATCH /people/{person_id}/interviews/{interview_id}",
    "PUT /people/{person_id}/claims/{claim_id}",
    "PATCH /people/{person_id}/qualifications/{qualification_id}",
    "PATCH /people/{person_id}/cases/{case_id}",
    "POST /people/{person_id}/cases/{case_id}/trajectory",
    "PUT /people/{person_id}/cases/{case_id}/plans/{plan_id}",
    "PATCH /people/{person_id}/outcomes/{outcome_id}",
    "PATCH /accounts/{account_id}",
)
"""Changes of what others may have changed in between."""

LISTS = (
    "GET /people",
    "GET /people/{person_id}/consents",
    "GET /people/{person_id}/shares",
    "GET /people/{person_id}/interviews",
    "GET /people/{person_id}/notes",
    "GET /people/{person_id}/claims",
    "GET /people/{person_id}/languages",
    "GET /people/{person_id}/scripts",
    "GET /people/{person_id}/assessments",
    "GET /people/{person_id}/qualifications",
    "GET /people/{person_id}/outcomes",
    "GET /people/{person_id}/cases/{case_id}/plans",
    "GET /people/{person_id}/cases/{case_id}/trajectory/history",
    "GET /people/{person_id}/audit",
    "GET /audit",
    "GET /organisations",
    "GET /accounts",
    "GET /tokens",
    "GET /evaluation/outcomes",
)
"""Lists, whose answers are ``items`` and, but on the last page, ``after``."""


def operations(filled: Filled) -> dict[str, Any]:
    """What OpenAPI tells of each route, by its name here."""
    told = filled.app.openapi()["paths"]
    return {
        f"{method.upper()} {path.removeprefix('/api/v1')}": operation
        for path, item in told.items()
        for method, operation in item.items()
    }


def takes(operation: Any, header: str) -> bool:
    return any((one["in"], one["name"]) == ("header", header) for one in operation.get("parameters", ()))


def test_every_creation_takes_an_idempotency_key_and_nothing_else_does(filled: Filled) -> None:
    told = operations(filled)
    assert {name for name, one in told.items() if takes(one, "idempotency-key")} == set(ONCE)
    assert {name for name in told if name.startswith("POST ")} == {*ONCE, *RUNS}


def test_every_change_takes_the_version_that_was_seen_and_nothing_else_does(filled: Filled) -> None:
    """Passwords and what is only ended have none: whoever sends them knows all there is to know."""
    told = operations(filled)
    assert {name for name, one in told.items() if takes(one, "if-match")} == set(VERSIONED)
    changes = {name for name in told if name.startswith(("PUT ", "PATCH "))}
    assert changes - set(VERSIONED) == {"PUT /sessions/current/password"}


def test_every_list_has_pages_and_nothing_else_does(filled: Filled) -> None:
    told = operations(filled)
    paged = {name for name, one in told.items() if any(part["name"] == "size" for part in one.get("parameters", ()))}
    assert paged == set(LISTS)


FRESH: dict[str, dict[str, Any]] = {
    "POST /people/{person_id}/claims": {"concept": skill_uri(7)},
    "POST /people/{person_id}/cases/{case_id}/trajectory": {"on": "2026-11-19"},
    "POST /accounts": {"login": "somebody-else"},
}
"""What makes the plausible request of a creation one for another thing than the filled file has."""

OTHER: dict[str, dict[str, Any]] = {
    "POST /people": {"name": "Samira"},
    "POST /people/{person_id}/consents": {"purpose": "sharing", "basis": "consent"},
    "POST /people/{person_id}/shares": {"organisation_id": "0" * 32},
    "POST /people/{person_id}/interviews": {"on": "2026-11-03"},
    "POST /people/{person_id}/notes": {"text": "Another note."},
    "POST /people/{person_id}/claims": {"concept": skill_uri(8)},
    "POST /people/{person_id}/claims/{claim_id}/disagreement": {"text": "Still not right."},
    "POST /people/{person_id}/languages": {"level": "A1"},
    "POST /people/{person_id}/scripts": {"literacy": "learning"},
    "POST /people/{person_id}/assessments": {"result": "failed"},
    "POST /people/{person_id}/qualifications": {"year": 2007},
    "POST /people/{person_id}/cases/{case_id}/trajectory": {"on": "2026-11-18"},
    "POST /people/{person_id}/cases/{case_id}/plans": {"trajectory": "integrated"},
    "POST /people/{person_id}/outcomes": {"contract_months": 7},
    "POST /accounts": {"login": "somebody-other"},
    "POST /tokens": {"label": "export"},
}
"""What makes it another request."""


def body(world: World, route: str, **instead: Any) -> dict[str, Any]:
    """The plausible body of a route, as its first sender sends it, with ``instead`` in place of parts."""
    ask = ASKS[route]
    return {**(ask.as_sent(ask.by, world.ids_of(ask.by))["json"] or {}), **instead}


@pytest.mark.parametrize("route", ONCE)
def test_a_creation_that_is_sent_again_with_its_key_happens_once(world: World, route: str) -> None:
    by, key = ASKS[route].by, {"Idempotency-Key": "5a1d6e0c-77aa-4a53-9c1e-6a7d5d8c2f10"}
    world.send(END_SHARE, Role.SCREENER)  # or there is nobody left to share with
    sent = body(world, route, **FRESH.get(route, {}))
    first = world.insist(route, by, json=sent, headers=key)
    again = world.insist(route, by, json=sent, headers=key)
    other = world.insist(route, by, json=sent | OTHER[route], headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.json()["id"], again.headers.get("ETag")) == (first.json()["id"], first.headers.get("ETag"))
    assert other.status_code == 409
    without = world.insist(route, by, json=sent)
    assert without.status_code == 409 or without.json()["id"] != first.json()["id"]


END_SHARE = "DELETE /people/{person_id}/shares/{share_id}"


@pytest.mark.parametrize("route", ONCE)
def test_an_idempotency_key_is_of_some_length(filled: Filled, route: str) -> None:
    for key in ("short", "x" * 201):
        assert filled.world.send(route, ASKS[route].by, headers={"Idempotency-Key": key}).status_code == 422


def change(world: World, route: str, seen: str | None) -> Any:
    """The plausible change of a route, made from the version ``seen``; None says nothing of a version."""
    method, path = route.split(" ")
    by, headers = ASKS[route].by, {} if seen is None else {"If-Match": seen}
    sent = body(world, route) if ASKS[route].body is not None else None
    url = f"/api/v1{path.format_map(world.ids_of(by))}"
    return world.clients[by].request(method, url, json=sent, headers=headers)


@pytest.mark.parametrize("route", VERSIONED)
def test_a_change_from_no_version_or_an_old_one_gets_both_contents_and_changes_nothing(
    world: World, route: str
) -> None:
    """No update is lost: what is there comes back as far as the role may see it, beside what was sent."""
    before = everything(world)
    missing, garbled, stale = (change(world, route, seen) for seen in (None, "*", '"999"'))
    assert (missing.status_code, garbled.status_code, stale.status_code) == (428, 422, 409)
    problem = stale.json()
    assert (problem["expected"], stale.headers["Content-Type"]) == (999, JSON)
    if route == ERASURE:
        assert problem.keys() & {"current", "yours"} == set()
    else:
        assert problem["current"]["version"] == problem["found"]
        assert set(body(world, route)) <= set(problem["yours"])
    assert everything(world) == before
    assert change(world, route, f'"{problem["found"]}"').status_code in (200, 201, 204)


def everything(world: World) -> Any:
    """All that is known of the person but who looked at it, by the person's own export."""
    content = world.send("GET /people/{person_id}/export", Role.PERSON).json()
    return {name: rows for name, rows in content.items() if name not in ("audit", "made_at")}


SEEN_IN_LISTS = ("PATCH /people/{person_id}/outcomes/{outcome_id}",)
"""Changes of what has no view of its own; each item of its list has its version."""


@pytest.mark.parametrize("route", [route for route in VERSIONED if route not in (*SEEN_IN_LISTS, ERASURE)])
def test_the_etag_of_a_view_is_the_version_that_a_change_asks_for(world: World, route: str) -> None:
    by, view = ASKS[route].by, f"GET {route.partition(' ')[2]}"
    etag = world.send(view, by).headers["ETag"]
    changed = change(world, route, etag)
    assert changed.status_code in (200, 201)
    assert changed.headers["ETag"] == world.send(view, by).headers["ETag"] != etag


READERS = {
    "GET /audit": Role.AUDITOR,
    "GET /accounts": Role.ADMINISTRATOR,
    "GET /tokens": Role.ADMINISTRATOR,
    "GET /evaluation/outcomes": Role.EVALUATOR,
}
"""Who reads a list that is not a screener's to read."""

GROWING = ("GET /people/{person_id}/audit", "GET /audit")
"""Lists that grow with each look at them."""


@pytest.mark.parametrize("route", LISTS)
def test_the_pages_of_a_list_hold_each_of_its_items_once_and_in_order(world: World, route: str) -> None:
    lengthen(world, route)
    reader = READERS.get(route, Role.SCREENER)
    whole = world.send(route, reader, params={"size": 200}).json()
    assert len(whole["items"]) > 1
    assert whole["after"] is None
    size, walked, page = max(1, len(whole["items"]) // 3), [], {"after": ""}
    while page["after"] is not None:
        params = {"size": size} | ({"after": page["after"]} if walked else {})
        page = world.send(route, reader, params=params).json()
        assert len(page["items"]) <= size
        walked += page["items"]
    if route in GROWING:
        walked = [item for item in walked if item in whole["items"]]
    assert walked == whole["items"]


def lengthen(world: World, route: str) -> None:
    """One more item, at least."""
    creation = f"POST {route.partition(' ')[2].removesuffix('/history')}"
    world.send(END_SHARE, Role.SCREENER)
    if creation in ASKS:
        by = ASKS[creation].by
        world.insist(creation, by, json=body(world, creation, **FRESH.get(creation, {})))
    world.send("POST /people", Role.SCREENER)


@pytest.mark.parametrize("route", LISTS)
def test_a_page_has_a_size_and_a_place_that_exists(filled: Filled, route: str) -> None:
    reader = READERS.get(route, Role.SCREENER)
    for size in (0, 201, -1, 10**30, "many"):
        assert filled.world.send(route, reader, params={"size": size}).status_code == 422
    for after in ("nowhere", "x" * 201, "\x00", "-1"):
        assert filled.world.send(route, reader, params={"after": after}).status_code in (200, 404, 422)
