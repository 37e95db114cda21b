"""What every request leaves behind: a row in the audit for each look and each change, and a person's words nowhere."""

import json
import logging
import re

import pytest
from sqlalchemy import select

from skillmatch.access import Role
from skillmatch.store.audit import By, Told
from skillmatch.store.tables import audit
from skillmatch.store.unit import SYSTEM
from tests.api.filled import ASKS, World
from tests.api.odd import AS_JSON, changed, leaves
from tests.api.test_table import CALLS, OF_A_FILE, SIGHTS
from tests.small_esco.concepts import skill_uri

ERASURE = "DELETE /people/{person_id}"
SECRET = "SECRET-MARKER"
PLANTED = [text for text in (*SIGHTS, SECRET) if text.endswith("-MARKER")]


def rows(world: World) -> list[Told]:
    """All rows of the audit on the person, as they came."""
    with world.store.read(By("test", "auditor", world.login.organisation)) as unit:
        return unit.trail(person=world.ids["person_id"], size=100_000)


def makes_room(world: World) -> None:
    """Whom the file is shared with is another one's to share it with again."""
    world.send("DELETE /people/{person_id}/shares/{share_id}", Role.SCREENER)


@pytest.mark.parametrize("route", [route for route in OF_A_FILE if route != ERASURE])
def test_every_look_at_a_file_and_every_change_of_it_is_told_in_the_audit(world: World, route: str) -> None:
    """AI Act art. 12, D8: who, in which role, for which organisation, and with which versions it was answered."""
    if route == "POST /people/{person_id}/shares":
        makes_room(world)
    by = ASKS[route].by if route in ASKS else Role.PERSON if Role.PERSON in CALLS[route] else Role.SCREENER
    before = rows(world)
    answer = world.insist(route, by, **NEW.get(route, {}))
    added = rows(world)[len(before) :]
    assert answer.status_code in (200, 201, 204), answer.text
    assert added
    for row in added:
        assert (row.role, row.organisation) == (by, world.login.organisation)
        assert set(row.versions) == {"taxonomy", "encoder", "index", "configuration"}


NEW = {"POST /people/{person_id}/claims": {"json": {"concept": skill_uri(7), "standing": "confirmed"}}}
"""What a creation sends to make something that is not there yet."""


def test_what_was_refused_is_no_row_that_says_it_happened(world: World) -> None:
    before = rows(world)
    for route in OF_A_FILE:
        for role in set(Role) - CALLS[route]:
            world.send(route, role)
    assert rows(world) == before


def test_the_audit_holds_no_word_of_anybody(world: World) -> None:
    """It outlives the person: every row was written while the file was filled, looked at and changed."""
    for route in OF_A_FILE:
        if route != ERASURE:
            world.insist(route, ASKS[route].by if route in ASKS else Role.SCREENER)
    with world.store.read(SYSTEM) as unit:
        told = "\n".join(str(tuple(row)) for row in unit.connection.execute(select(audit)))
    assert [text for text in PLANTED if text in told] == []


@pytest.mark.parametrize("route", [route for route, ask in ASKS.items() if ask.body is not None])
def test_what_is_wrong_in_a_request_is_named_and_not_quoted(
    world: World, route: str, caplog: pytest.LogCaptureFixture
) -> None:
    """What was sent in the wrong place may be personal: it is in no message and in no log."""
    caplog.set_level(logging.DEBUG)
    ask = ASKS[route]
    plausible = ask.as_sent(ask.by, world.ids_of(ask.by))["json"]
    for place in leaves(plausible):
        for odd in (SECRET, {SECRET: SECRET}, [SECRET]):
            sent = json.dumps(changed(plausible, place, odd))
            answer = world.insist(route, ask.by, json=None, content=sent, headers=AS_JSON)
            if answer.status_code in (400, 422):  # the name of a field that is not known is told, its value is not
                told = re.sub(rf'(field |"field":"|\.){SECRET}', "", answer.text)
                assert SECRET not in told, (place, odd)
    assert SECRET not in caplog.text


def test_no_word_of_anybody_reaches_a_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for route in CALLS:
        for role in (Role.SOCIAL_WORKER, Role.COUNSELLOR, Role.PERSON):
            if route not in (ERASURE, "DELETE /sessions/current"):
                world.insist(route, role)
    assert [text for text in PLANTED if text in caplog.text] == []
