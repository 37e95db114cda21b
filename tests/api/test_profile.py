"""The profile over HTTP: what matching reads, and how little of it leaves the case (ANT-04, PLT-01, ruling 22)."""

import pytest
from fastapi.testclient import TestClient

from skillmatch.access import Purpose, Role
from skillmatch.assess.profile import Evidence, Found, Source, Standing
from skillmatch.store import claims, people
from skillmatch.store.audit import By
from skillmatch.store.tables import Basis
from skillmatch.store.unit import Store
from skillmatch.text import Span
from tests.api.conftest import Login
from tests.small_esco.concepts import skill_uri

PEOPLE = "/api/v1/people"
WELD, DRAWINGS, BREAD, OLD = skill_uri(1), skill_uri(2), skill_uri(6), "http://data.europa.eu/esco/skill/gone"

FILE = {
    "name": "Rami Haddad",
    "nationality": "SY",
    "birth_date": "1991-05-02",
    "contact": {"phone": "0470 00 00 00"},
    "labour_access": "unlimited",
    "licences": ["forklift"],
    "regions": ["Borgerhout"],
    "schedules": ["day"],
}


@pytest.fixture
def person(screener: TestClient, store: Store, organisation: str) -> str:
    """A file with a confirmed, a suggested and a rejected claim, and one whose concept ESCO no longer has."""
    made: str = screener.post(PEOPLE, json=FILE).json()["id"]
    screener.post(
        f"{PEOPLE}/{made}/languages",
        json={"language": "nl", "activity": "spoken interaction", "level": "A1", "proof": "test"},
    )
    note = screener.post(f"{PEOPLE}/{made}/notes", json={"text": "She welded in Homs.", "confidential": True}).json()
    with store.write(By("system", "system", organisation)) as unit:
        found = Evidence(
            WELD, Source.WORK, 0.9, note=note["id"], span=Span(0, 3), found=Found.LABEL, detail="atelier Homs"
        )
        claims.suggest(unit, made, [found, *(Evidence(uri, Source.SELF_REPORT, 0.5) for uri in (DRAWINGS, BREAD))])
        claims.decide(unit, made, WELD, Standing.CONFIRMED, seen=1)
        claims.decide(unit, made, BREAD, Standing.REJECTED, seen=1)
        claims.decide(unit, made, OLD, Standing.CONFIRMED, seen=None)
    return made


def agree(store: Store, organisation: str, person: str, purpose: Purpose) -> None:
    with store.write(By("system", "system", organisation)) as unit:
        people.consent(unit, person, purpose, Basis.CONSENT, "2026-11")


def test_who_works_on_the_case_sees_what_matching_reads_with_its_evidence(screener: TestClient, person: str) -> None:
    profile = screener.get(f"{PEOPLE}/{person}/profile").json()
    standings = {claim["concept"]: (claim["standing"], claim["strength"]) for claim in profile.pop("claims")}
    assert standings == {
        WELD: ("confirmed", 0.9),
        DRAWINGS: ("suggested", 0.225),
        BREAD: ("rejected", 0.0),
        OLD: ("confirmed", 0.9),
    }
    assert profile == {
        "languages": {"nl": "A1"},
        "labour_access": "unlimited",
        "licences": ["forklift"],
        "regions": ["Borgerhout"],
        "schedules": ["day"],
    }


def test_labels_come_in_the_language_that_is_asked_for_and_not_where_esco_has_none(
    screener: TestClient, person: str
) -> None:
    labels = {
        language: {
            claim["concept"]: claim.get("label")
            for claim in screener.get(f"{PEOPLE}/{person}/profile", params={"language": language}).json()["claims"]
        }
        for language in ("nl", "ar")
    }
    assert labels["nl"][WELD] == "metaal lassen"
    assert labels["ar"][WELD] == "لحام المعادن"
    assert labels["nl"][OLD] is None


def test_an_employer_sees_confirmed_skills_and_languages_and_nothing_that_tells_who_it_is(
    login: Login, store: Store, organisation: str, person: str
) -> None:
    """PLT-01, ruling 22: by consent and pseudonymous; no name, no typed word, no note, no span, no rejected claim."""
    agree(store, organisation, person, Purpose.EMPLOYERS)
    answer = login(Role.EMPLOYER).get(f"{PEOPLE}/{person}/profile")
    confirmed = {"standing": "confirmed", "strength": 0.9}
    assert answer.json() == {
        "languages": {"nl": "A1"},
        "claims": [
            {
                **confirmed,
                "concept": WELD,
                "label": "metaal lassen",
                "kind": "skill",
                "evidence": [{"source": "work", "on": None, "strength": 0.585}],
            },
            {**confirmed, "concept": OLD, "evidence": []},
        ],
    }


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.MENTOR])
def test_a_mentor_sees_the_name_languages_and_confirmed_skills(
    login: Login, store: Store, organisation: str, person: str, role: Role
) -> None:
    agree(store, organisation, person, Purpose.MENTORING)
    assert login(role).get(f"{PEOPLE}/{person}/profile").json() == {
        "name": "Rami Haddad",
        "languages": {"nl": "A1"},
        "claims": [{"concept": WELD, "label": "metaal lassen", "kind": "skill"}, {"concept": OLD}],
    }


@pytest.mark.parametrize(
    ("role", "purpose", "other"),
    [
        (Role.EMPLOYER, Purpose.EMPLOYERS, Purpose.MENTORING),
        (Role.MENTOR, Purpose.MENTORING, Purpose.EMPLOYERS),
        (Role.COORDINATOR, Purpose.MENTORING, Purpose.EMPLOYERS),
    ],
)
def test_without_consent_for_just_that_purpose_nothing_is_shown_and_withdrawal_stops_it_at_once(
    login: Login, store: Store, organisation: str, person: str, role: Role, purpose: Purpose, other: Purpose
) -> None:
    """D7: withdrawing a basis stops its use at once."""
    client, where = login(role), f"{PEOPLE}/{person}/profile"
    agree(store, organisation, person, other)
    assert client.get(where).status_code == 403
    agree(store, organisation, person, purpose)
    assert client.get(where).status_code == 200
    with store.write(By("system", "system", organisation)) as unit:
        people.withdraw(unit, person, purpose)
    refused = client.get(where)
    assert refused.status_code == 403
    assert "Rami" not in refused.text


def test_the_person_sees_all_of_it_but_the_place_in_a_confidential_note(login: Login, person: str) -> None:
    theirs = login(Role.PERSON, person=person).get(f"{PEOPLE}/{person}/profile").json()
    (welding,) = [claim for claim in theirs["claims"] if claim["concept"] == WELD]
    assert welding["evidence"] == [
        {"source": "work", "on": None, "strength": 0.585, "score": 0.9, "found": "label", "detail": "atelier Homs"}
    ]


def test_who_wrote_the_note_is_led_to_the_place(screener: TestClient, person: str) -> None:
    profile = screener.get(f"{PEOPLE}/{person}/profile").json()
    (welding,) = [claim for claim in profile["claims"] if claim["concept"] == WELD]
    assert (welding["evidence"][0]["start"], welding["evidence"][0]["end"]) == (0, 3)


@pytest.mark.parametrize("role", [Role.LOCAL_DIRECTOR, Role.ADMINISTRATOR, Role.AUDITOR, Role.EVALUATOR])
def test_a_role_that_works_on_no_case_sees_no_profile_whatever_was_agreed(
    login: Login, store: Store, organisation: str, person: str, role: Role
) -> None:
    for purpose in Purpose:
        agree(store, organisation, person, purpose)
    assert login(role).get(f"{PEOPLE}/{person}/profile").status_code == 403


def test_each_look_is_told_with_what_was_shown(login: Login, store: Store, organisation: str, person: str) -> None:
    agree(store, organisation, person, Purpose.EMPLOYERS)
    employer = login(Role.EMPLOYER)
    employer.get(f"{PEOPLE}/{person}/profile")
    with store.read(By("system", "system", organisation)) as unit:
        look = unit.trail(person=person)[-1]
    assert (look.action, look.account) == ("people.profile", employer.account)  # type: ignore[attr-defined]
    assert look.what == {"claims": [WELD, OLD]}
