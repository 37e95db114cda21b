"""Languages by CEFR activity and literacy by script, over HTTP (D2, ruling 13)."""

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from fastapi.testclient import TestClient

from api.fields import Level
from skillmatch.access import Role
from skillmatch.assess.profile import Cefr
from skillmatch.store.audit import By
from skillmatch.store.unit import Store
from tests.api.conftest import Login

PEOPLE = "/api/v1/people"
TODAY = datetime.now(UTC).date().isoformat()
SPOKEN = {"language": "nl", "activity": "spoken interaction", "level": "A1", "proof": "self", "on": "2026-03-01"}
LETTERS = {"script": "Arab", "literacy": "fluent", "on": "2026-03-01"}


@pytest.fixture
def person(screener: TestClient) -> str:
    made: str = screener.post(PEOPLE, json={"name": "Rami"}).json()["id"]
    return made


def said(answer: Any, *fields: str) -> list[tuple[Any, ...]]:
    return [tuple(one[field] for field in fields) for one in answer]


def test_the_levels_of_the_edge_are_those_of_the_core() -> None:
    assert list(get_args(Level)) == [level.label for level in Cefr]


def test_each_activity_has_its_own_level_proof_and_date_and_the_history_stays(
    screener: TestClient, person: str
) -> None:
    """D2: five activities, each with evidence and date."""
    where = f"{PEOPLE}/{person}/languages"
    sent = [
        SPOKEN,
        SPOKEN | {"activity": "writing", "level": "below A1", "proof": "test"},
        SPOKEN | {"level": "A2", "proof": "test", "on": "2026-09-01"},
    ]
    made = [screener.post(where, json=one) for one in sent]
    assert [one.status_code for one in made] == [201, 201, 201]
    answer = screener.get(where).json()
    assert sorted(said(answer["current"], "activity", "level", "proof", "on")) == [
        ("spoken interaction", "A2", "test", "2026-09-01"),
        ("writing", "below A1", "test", "2026-03-01"),
    ]
    assert said(answer["items"], "level") == [("A2",), ("below A1",), ("A1",)]
    assert {one.json()["id"] for one in made} == {one["id"] for one in answer["items"]}


def test_tested_below_a1_and_not_known_are_different_values(screener: TestClient, person: str) -> None:
    """Ruling 13."""
    where = f"{PEOPLE}/{person}/languages"
    for language, level in (("nl", "below A1"), ("ti", None)):
        assert screener.post(where, json=SPOKEN | {"language": language, "level": level}).json()["level"] == level
    assert sorted(said(screener.get(where).json()["current"], "language", "level")) == [
        ("nl", "below A1"),
        ("ti", None),
    ]
    assert screener.get(f"{PEOPLE}/{person}/profile").json()["languages"] == {"nl": "below A1", "ti": None}


def test_a_slip_is_put_right_by_writing_the_right_level_down(screener: TestClient, person: str) -> None:
    where = f"{PEOPLE}/{person}/languages"
    for level in ("C2", "A1", "B1", "A2"):
        screener.post(where, json=SPOKEN | {"level": level})
        assert said(screener.get(where).json()["current"], "level") == [(level,)]


def test_a_level_without_a_day_is_of_today_and_null_is_a_day_not_known(screener: TestClient, person: str) -> None:
    where = f"{PEOPLE}/{person}/languages"
    undated = {name: value for name, value in SPOKEN.items() if name != "on"}
    assert screener.post(where, json=undated).json()["on"] == TODAY
    assert screener.post(where, json=SPOKEN | {"on": None}).json()["on"] is None


def test_literacy_is_of_a_script_and_says_nothing_of_a_language(screener: TestClient, person: str) -> None:
    """D2: can speak but not read or write."""
    screener.post(f"{PEOPLE}/{person}/languages", json=SPOKEN | {"language": "ps", "level": "C2"})
    where = f"{PEOPLE}/{person}/scripts"
    for literacy, on in (("none", "2026-03-01"), ("learning", "2026-09-01")):
        made = screener.post(where, json=LETTERS | {"literacy": literacy, "on": on})
        assert (made.status_code, made.json()["script"], made.json()["literacy"]) == (201, "Arab", literacy)
    answer = screener.get(where).json()
    assert said(answer["current"], "script", "literacy") == [("Arab", "learning")]
    assert said(answer["items"], "literacy") == [("learning",), ("none",)]
    assert screener.get(f"{PEOPLE}/{person}/profile").json()["languages"] == {"ps": "C2"}


@pytest.mark.parametrize(
    ("where", "sent", "field"),
    [
        ("languages", SPOKEN | {"level": "A7"}, "level"),
        ("languages", SPOKEN | {"level": 2}, "level"),
        ("languages", {name: SPOKEN[name] for name in ("language", "activity", "proof")}, "level"),
        ("languages", SPOKEN | {"activity": "singing"}, "activity"),
        ("languages", SPOKEN | {"language": "Dutch"}, "language"),
        ("languages", SPOKEN | {"on": "0001-01-01"}, "on"),
        ("languages", SPOKEN | {"on": "9999-12-31"}, "on"),
        ("scripts", LETTERS | {"script": "arabic"}, "script"),
        ("scripts", LETTERS | {"script": "arab"}, "script"),
        ("scripts", LETTERS | {"script": "Abcd"}, "script"),
        ("scripts", LETTERS | {"on": "9999-12-31"}, "on"),
        ("scripts", LETTERS | {"literacy": "some"}, "literacy"),
    ],
)
def test_what_is_wrong_is_named_and_not_kept(
    screener: TestClient, person: str, where: str, sent: dict[str, Any], field: str
) -> None:
    refused = screener.post(f"{PEOPLE}/{person}/{where}", json=sent)
    assert refused.status_code == 422
    problem = refused.json()
    assert field in (problem.get("field"), *(one["field"] for one in problem.get("errors", ())))
    assert screener.get(f"{PEOPLE}/{person}/{where}").json() == {"current": [], "items": [], "after": None}


def test_tomorrow_in_brussels_is_not_yet_the_future(screener: TestClient, person: str) -> None:
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    made = screener.post(f"{PEOPLE}/{person}/languages", json=SPOKEN | {"on": tomorrow.isoformat()})
    assert made.status_code == 201


@pytest.mark.parametrize(("where", "sent"), [("languages", SPOKEN), ("scripts", LETTERS)])
def test_what_is_sent_twice_is_recorded_once(
    screener: TestClient, person: str, where: str, sent: dict[str, Any]
) -> None:
    key = {"Idempotency-Key": "5d1c7f0a"}
    first, again = (screener.post(f"{PEOPLE}/{person}/{where}", json=sent, headers=key) for _ in range(2))
    assert again.json() == first.json()
    assert len(screener.get(f"{PEOPLE}/{person}/{where}").json()["items"]) == 1


def test_the_history_comes_in_pages_and_what_counts_now_with_each(screener: TestClient, person: str) -> None:
    where = f"{PEOPLE}/{person}/languages"
    made = [screener.post(where, json=SPOKEN | {"on": f"2026-0{month}-01"}).json()["id"] for month in range(1, 6)]
    first = screener.get(where, params={"size": 3}).json()
    rest = screener.get(where, params={"size": 3, "after": first["after"]}).json()
    assert [one["id"] for one in first["items"] + rest["items"]] == made[::-1]
    assert first["current"] == rest["current"]
    assert screener.get(where, params={"after": "nowhere"}).status_code == 422


@pytest.mark.parametrize("where", ["languages", "scripts"])
def test_only_who_works_on_the_case_and_the_person_see_it_and_only_staff_record(
    screener: TestClient, login: Login, person: str, where: str
) -> None:
    """ANT-04. What a mentor or employer sees of languages is in the profile, by consent."""
    address, sent = f"{PEOPLE}/{person}/{where}", SPOKEN if where == "languages" else LETTERS
    staff = {Role.SCREENER, Role.COUNSELLOR, Role.SOCIAL_WORKER}
    for role in Role:
        client = login(role, person=person if role is Role.PERSON else None)
        assert client.get(address).status_code == (200 if role in staff | {Role.PERSON} else 403), role
        assert client.post(address, json=sent).status_code == (201 if role in staff else 403), role


def test_a_view_and_a_record_are_told_in_the_audit_without_the_level(
    screener: TestClient, store: Store, organisation: str, person: str
) -> None:
    where = f"{PEOPLE}/{person}/languages"
    screener.post(where, json=SPOKEN)
    screener.get(where)
    with store.read(By("system", "system", organisation)) as unit:
        *_, added, seen = unit.trail(person=person)
    assert (added.action, seen.action) == ("language_levels.add", "languages.view")
    assert added.what == seen.what == {}
