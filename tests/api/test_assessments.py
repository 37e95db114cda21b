"""Tests of what a person can do, over HTTP: what is kept, what follows, and what does not (VDAB-02 to VDAB-05)."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from skillmatch.access import Role
from skillmatch.assess.profile import Activity, Cefr, Evidence, Profile, Source, Standing
from skillmatch.assess.screening import Assessment, Mode, Place, Result, with_assessments
from skillmatch.assess.screening import Tested as Kind
from skillmatch.store import claims
from skillmatch.store.audit import By, Told
from skillmatch.store.claims import KeptClaim
from skillmatch.store.unit import Store
from skillmatch.taxonomy.concepts import ConceptId
from skillmatch.text import Language
from tests.api.conftest import Login
from tests.small_esco.concepts import occupation_uri, skill_uri

PEOPLE = "/api/v1/people"
WELD, DRAWINGS, BREAD = skill_uri(1), skill_uri(2), skill_uri(6)

PICTURES = {
    "competence": WELD,
    "kind": "technical",
    "place": "PES site",
    "mode": "minimum vocabulary",
    "result": "passed",
    "on": "2026-11-02",
}
PLAIN = PICTURES | {"mode": "Dutch"}
INTERPRETED = PICTURES | {"mode": "interpreter", "interpreter_language": "ar"}
DUTCH_TEST = PLAIN | {
    "competence": "Nederlands",
    "kind": "language",
    "language": "nl",
    "level": "A1",
    "result": "failed",
}


@pytest.fixture
def person(screener: TestClient) -> str:
    return registered(screener)


def registered(client: TestClient) -> str:
    made: str = client.post(PEOPLE, json={"name": "Rami"}).json()["id"]
    return made


def speaks_dutch(client: TestClient, person: str, level: str | None) -> None:
    spoken = {"language": "nl", "activity": "spoken interaction", "level": level, "proof": "self", "on": "2026-03-01"}
    assert client.post(f"{PEOPLE}/{person}/languages", json=spoken).status_code == 201


def record(client: TestClient, person: str, test: dict[str, Any], **headers: str) -> Any:
    return client.post(f"{PEOPLE}/{person}/assessments", json=test, headers=headers)


def profile(client: TestClient, person: str) -> dict[str, Any]:
    """Claims by concept."""
    told = client.get(f"{PEOPLE}/{person}/profile").json()
    return {claim["concept"]: claim for claim in told["claims"]}


def kept_claim(store: Store, organisation: str, person: str, concept: str) -> KeptClaim:
    with store.read(By("system", "system", organisation)) as unit:
        return claims.claim(unit, person, concept)


def trail(store: Store, organisation: str, person: str) -> list[Told]:
    with store.read(By("system", "system", organisation)) as unit:
        return unit.trail(person=person)


def test_every_part_of_a_test_is_kept_and_shown_again(screener: TestClient, person: str) -> None:
    """VDAB-02."""
    sent = INTERPRETED | {
        "place": "working environment",
        "assessor": "employer",
        "interpreter": "tolk-0417",
        "employer_support": True,
        "employer": "Lasbedrijf NV",
        "comment": "naad zonder poriën",
        "evidence": "kast 3, map 12",
    }
    made = record(screener, person, sent)
    assert made.status_code == 201
    (kept,) = screener.get(f"{PEOPLE}/{person}/assessments").json()["items"]
    told = sent | {"competence": {"concept": WELD, "label": "metaal lassen", "kind": "skill"}}
    assert {name: value for name, value in kept.items() if value is not None} == told | {"id": made.json()["id"]}
    assert made.json() == kept | {"warnings": []}


def test_a_test_without_a_day_is_of_today_and_held_by_whoever_records_it(screener: TestClient, person: str) -> None:
    undated = {name: value for name, value in PICTURES.items() if name != "on"}
    made = record(screener, person, undated).json()
    assert made["on"] == datetime.now(UTC).date().isoformat()
    assert made["assessor"] == screener.account  # type: ignore[attr-defined]
    assert record(screener, person, PICTURES | {"on": None}).json()["on"] is None


def test_with_too_little_dutch_a_plain_test_is_refused_and_the_right_mode_is_named(
    screener: TestClient, person: str
) -> None:
    """VDAB-03: either an interpreter or minimum vocabulary."""
    speaks_dutch(screener, person, "A1")
    for kind in ("technical", "soft"):
        refused = record(screener, person, PLAIN | {"kind": kind})
        assert (refused.status_code, refused.json()["field"]) == (422, "mode")
        assert "interpreter or minimum vocabulary" in refused.json()["detail"]
    assert screener.get(f"{PEOPLE}/{person}/assessments").json()["items"] == []
    assert profile(screener, person) == {}
    for right in (PICTURES, INTERPRETED):
        assert record(screener, person, right).status_code == 201


def test_an_override_is_kept_and_told_without_its_prose(
    screener: TestClient, store: Store, organisation: str, person: str
) -> None:
    """VDAB-03: unless overridden with a reason."""
    speaks_dutch(screener, person, "below A1")
    made = record(screener, person, PLAIN | {"override_reason": "She asked for it in Dutch"})
    assert (made.status_code, made.json()["override_reason"]) == (201, "She asked for it in Dutch")
    (row,) = [row for row in trail(store, organisation, person) if row.action == "assessments.override"]
    assert row.about == f"assessments:{made.json()['id']}"
    assert row.what == {"rule": "VDAB-03", "mode": "Dutch", "kind": "technical", "needed": "A2"}
    assert all("asked" not in str(one) for one in trail(store, organisation, person))


def test_with_enough_dutch_a_plain_test_is_like_any_other_and_there_is_nothing_to_override(
    screener: TestClient, store: Store, organisation: str, person: str
) -> None:
    speaks_dutch(screener, person, "A2")
    refused = record(screener, person, PLAIN | {"override_reason": "whatever"})
    assert (refused.status_code, refused.json()["field"]) == (422, "override_reason")
    assert record(screener, person, PLAIN).json()["warnings"] == []
    assert "assessments.override" not in [row.action for row in trail(store, organisation, person)]


def test_a_reason_given_while_dutch_is_not_known_is_kept_and_overrides_nothing(
    screener: TestClient, store: Store, organisation: str, person: str
) -> None:
    made = record(screener, person, PLAIN | {"override_reason": "zo gevraagd"})
    assert (made.status_code, made.json()["override_reason"]) == (201, "zo gevraagd")
    assert "assessments.override" not in [row.action for row in trail(store, organisation, person)]


@pytest.mark.parametrize("level", ["not asked", None])
def test_dutch_that_is_not_known_refuses_nothing_and_the_answer_says_what_would_settle_it(
    screener: TestClient, person: str, level: str | None
) -> None:
    """VDAB-01, VDAB-03: not known is not no."""
    if level is None:
        speaks_dutch(screener, person, None)
    made = record(screener, person, PLAIN)
    assert made.status_code == 201
    (warning,) = made.json()["warnings"]
    assert (warning["code"], warning["would_settle"]) == ("dutch_not_known", "the level of Dutch in spoken interaction")


def test_a_test_of_dutch_is_held_in_dutch_whatever_is_known_and_sets_its_level(
    screener: TestClient, person: str
) -> None:
    """VDAB-05: the level of its language and activity, by test; no claim."""
    speaks_dutch(screener, person, "below A1")
    assert record(screener, person, DUTCH_TEST).status_code == 201
    assert record(screener, person, DUTCH_TEST | {"activity": "writing", "level": "below A1"}).status_code == 201
    assert record(screener, person, DUTCH_TEST | {"competence": WELD, "result": "passed"}).status_code == 201
    current = screener.get(f"{PEOPLE}/{person}/languages").json()["current"]
    tested = {one["activity"]: one["level"] for one in current if one["proof"] == "test"}
    assert tested == {"spoken interaction": "A1", "writing": "below A1"}
    assert profile(screener, person) == {}


def test_a_passed_test_confirms_its_claim_in_the_name_of_its_assessor(
    screener: TestClient, login: Login, store: Store, organisation: str, person: str
) -> None:
    counsellor = login(Role.COUNSELLOR).account  # type: ignore[attr-defined]
    record(screener, person, PICTURES | {"assessor": counsellor})
    record(screener, person, PICTURES | {"competence": DRAWINGS, "assessor": "employer"})
    assert kept_claim(store, organisation, person, WELD).decided_by == counsellor
    recorder = kept_claim(store, organisation, person, DRAWINGS).decided_by
    assert recorder == screener.account  # type: ignore[attr-defined]
    welding = profile(screener, person)[WELD]
    assert (welding["standing"], welding["strength"]) == ("confirmed", 1.0)
    (piece,) = welding["evidence"]
    assert (piece["source"], piece["on"], piece["score"]) == ("assessment", "2026-11-02", 1.0)


@pytest.mark.parametrize("mode", [PICTURES, INTERPRETED, PLAIN])
def test_a_failed_test_adds_nothing_and_takes_nothing_away(
    screener: TestClient, person: str, mode: dict[str, Any]
) -> None:
    """VDAB-05."""
    record(screener, person, PICTURES)
    before = profile(screener, person)
    assert record(screener, person, mode | {"result": "failed"}).status_code == 201
    assert record(screener, person, mode | {"result": "failed", "competence": BREAD}).status_code == 201
    assert profile(screener, person) == before


@pytest.mark.parametrize(("standing", "warned"), [(Standing.REJECTED, ["decided_before"]), (Standing.CORRECTED, [])])
def test_what_a_person_decided_before_stays_and_the_answer_says_where_that_is_otherwise(
    screener: TestClient, store: Store, organisation: str, person: str, standing: Standing, warned: list[str]
) -> None:
    with store.write(By("a" * 32, "screener", organisation)) as unit:
        claims.decide(unit, person, WELD, standing, seen=None)
    made = record(screener, person, PICTURES)
    assert [one["code"] for one in made.json()["warnings"]] == warned
    claim = kept_claim(store, organisation, person, WELD)
    assert (claim.standing, claim.decided_by) == (standing, "a" * 32)
    assert len(profile(screener, person)[WELD]["evidence"]) == 1


def test_words_are_linked_to_the_nearest_skill_and_the_answer_says_so(
    screener: TestClient, store: Store, organisation: str, person: str
) -> None:
    named = record(screener, person, PICTURES | {"competence": "Metaal lassen"}).json()
    assert named["competence"] == {"concept": WELD, "label": "metaal lassen", "kind": "skill"}
    assert (named["linked"]["by"], named["linked"]["exact"]) == ("metaal lassen", True)
    (run,) = [row for row in trail(store, organisation, person) if row.action == "assessments.link"]
    assert run.what == {"concept": WELD, "chance": named["linked"]["chance"], "exact": True}
    assert profile(screener, person)[WELD]["standing"] == "confirmed"


def test_a_skill_that_a_run_chose_is_evidence_and_a_person_confirms_it(screener: TestClient, person: str) -> None:
    """D7: only people decide; the assessor judged the words, and a run took them for this skill."""
    guessed = record(screener, person, PICTURES | {"competence": "brood en taart maken in een oven"}).json()
    assert guessed["linked"]["exact"] is False
    assert [one["code"] for one in guessed["warnings"]] == ["competence_guessed"]
    claim = profile(screener, person)[guessed["competence"]["concept"]]
    assert (claim["standing"], [piece["source"] for piece in claim["evidence"]]) == ("suggested", ["assessment"])


TESTS = [
    PLAIN | {"place": "working environment"},
    PLAIN | {"competence": DRAWINGS, "result": "failed"},
    PLAIN | {"competence": DRAWINGS, "kind": "soft", "on": "2026-11-03"},
    PLAIN | {"competence": BREAD, "on": None},
    PLAIN | {"on": "2026-11-04"},
]
MODES: dict[str, dict[str, Any]] = {
    "Dutch": {"mode": "Dutch"},
    "interpreter": {"mode": "interpreter", "interpreter_language": "ti"},
    "pictures": {"mode": "minimum vocabulary"},
}


def test_the_same_results_in_dutch_through_an_interpreter_or_by_pictures_give_one_technical_profile(
    screener: TestClient, store: Store, organisation: str
) -> None:
    """VDAB-05, through the service; ``tests/assess/test_screening.py`` has it for any results."""
    profiles = []
    for way in MODES.values():
        person = registered(screener)
        with store.write(By("a" * 32, "screener", organisation)) as unit:
            claims.suggest(unit, person, [Evidence(ConceptId(WELD), Source.SELF_REPORT, 0.6)])
            claims.decide(unit, person, BREAD, Standing.REJECTED, seen=None)
        assert [record(screener, person, test | way).status_code for test in TESTS] == [201] * len(TESTS)
        for claim in (told := profile(screener, person)).values():
            for piece in claim["evidence"]:
                del piece["detail"]
        profiles.append(told)
    assert profiles[0] == profiles[1] == profiles[2]
    assert {uri: (claim["standing"], claim["strength"]) for uri, claim in profiles[0].items()} == {
        WELD: ("confirmed", 1.0),
        DRAWINGS: ("confirmed", 1.0),
        BREAD: ("rejected", 0.0),
    }


def test_the_kept_profile_is_the_one_the_core_computes(
    screener: TestClient, store: Store, organisation: str, person: str
) -> None:
    """The oracle is assess.screening.with_assessments."""
    sent = [
        *(test | way for test, way in zip(TESTS, [*MODES.values()] * 2, strict=False)),
        DUTCH_TEST,
        DUTCH_TEST | {"activity": "reading", "level": "B1", "result": "passed"},
        DUTCH_TEST | {"language": "fr", "activity": "listening", "level": "C1", "on": "2026-10-01"},
    ]
    for test in sent:
        assert record(screener, person, test).status_code == 201
    with store.read(By("system", "system", organisation)) as unit:
        kept = claims.profile(unit, person)
    expected = with_assessments(Profile(), [as_core(test) for test in sent])
    assert kept.languages == expected.languages == {"nl": Cefr.A1, "fr": None}
    assert {claim.concept: technical(claim) for claim in kept.claims} == {
        claim.concept: technical(claim) for claim in expected.claims
    }


def technical(claim: Any) -> tuple[Any, ...]:
    return claim.standing, claim.strength, frozenset((piece.source, piece.score, piece.on) for piece in claim.evidence)


def as_core(test: dict[str, Any]) -> Assessment:
    return Assessment(
        ConceptId(test["competence"]),
        Kind(test["kind"]),
        Place(test["place"]),
        Mode(test["mode"]),
        Result(test["result"]),
        date.fromisoformat(test["on"]) if test["on"] else None,
        interpreter_language=Language(test["interpreter_language"]) if "interpreter_language" in test else None,
        language=Language(test["language"]) if "language" in test else None,
        level=Cefr.labelled(test["level"]) if "level" in test else None,
        activity=Activity(test["activity"]) if "activity" in test else None,
    )


@pytest.mark.parametrize(
    ("test", "field"),
    [
        (PICTURES | {"interpreter_language": "ar"}, "interpreter_language"),
        (PICTURES | {"mode": "interpreter"}, "interpreter_language"),
        (PICTURES | {"interpreter": "tolk-1"}, "interpreter"),
        (INTERPRETED | {"interpreter": "Jan Peeters"}, "interpreter"),
        (PICTURES | {"employer": "Lasbedrijf NV"}, "employer"),
        (PICTURES | {"employer_support": False, "employer": "Lasbedrijf NV"}, "employer"),
        (PICTURES | {"level": "A1"}, "level"),
        (PICTURES | {"language": "nl"}, "language"),
        (PICTURES | {"activity": "reading"}, "activity"),
        (DUTCH_TEST | {"level": None}, "level"),
        (PICTURES | {"assessor": "Jan Peeters"}, "assessor"),
        (PICTURES | {"assessor": "f" * 32}, "assessor"),
        (PICTURES | {"assessor": "administrator"}, "assessor"),
        (PICTURES | {"on": "9999-12-31"}, "on"),
        (PICTURES | {"competence": skill_uri(999)}, "competence"),
        (PICTURES | {"competence": occupation_uri(1)}, "competence"),
        (PICTURES | {"competence": "!?"}, "competence"),
        (PICTURES | {"competence": ""}, "competence"),
        (PICTURES | {"comment": "a\0b"}, "comment"),
        (PICTURES | {"result": "good"}, "result"),
        ({name: value for name, value in PICTURES.items() if name != "mode"}, "mode"),
    ],
)
def test_what_contradicts_itself_or_is_not_there_is_named_and_nothing_is_kept(
    screener: TestClient, person: str, test: dict[str, Any], field: str
) -> None:
    refused = record(screener, person, test)
    assert refused.status_code == 422
    problem = refused.json()
    assert field in (problem.get("field"), *(one["field"] for one in problem.get("errors", ())))
    assert "Peeters" not in refused.text
    assert screener.get(f"{PEOPLE}/{person}/assessments").json()["items"] == []
    assert profile(screener, person) == {}


def test_only_who_may_test_can_be_named_as_assessor(screener: TestClient, login: Login, person: str) -> None:
    for role, status in ((Role.COUNSELLOR, 201), (Role.SOCIAL_WORKER, 422), (Role.PERSON, 422)):
        account = login(role, person=person if role is Role.PERSON else None).account  # type: ignore[attr-defined]
        assert record(screener, person, PICTURES | {"assessor": account}).status_code == status, role


def test_a_test_that_is_sent_twice_counts_once(screener: TestClient, person: str) -> None:
    sent = PLAIN | {"competence": "brood en taart maken in een oven"}
    first, again = (record(screener, person, sent, **{"Idempotency-Key": "8a41d3e7"}) for _ in range(2))
    assert again.status_code == 201
    assert again.json() == first.json()
    assert len(screener.get(f"{PEOPLE}/{person}/assessments").json()["items"]) == 1


def test_who_may_record_and_who_sees_which_parts(screener: TestClient, login: Login, person: str) -> None:
    """ANT-04: nobody outside the case sees a test; a social worker, who is no tester, sees what came of it."""
    speaks_dutch(screener, person, "A1")
    sent = {"employer_support": True, "employer": "Lasbedrijf NV", "comment": "zeker", "evidence": "map 12"}
    record(screener, person, INTERPRETED | sent | {"interpreter": "tolk-0417"})
    record(screener, person, PLAIN | {"override_reason": "zo gevraagd"})
    private = {"employer_support", "employer", "comment", "evidence", "override_reason", "interpreter"}
    sees = {Role.SCREENER: private, Role.COUNSELLOR: private, Role.PERSON: private, Role.SOCIAL_WORKER: set()}
    for role in Role:
        client = login(role, person=person if role is Role.PERSON else None)
        answer = client.get(f"{PEOPLE}/{person}/assessments")
        assert answer.status_code == (200 if role in sees else 403), role
        if role in sees:
            assert {name for one in answer.json()["items"] for name in one} & private == sees[role], role
        if role not in (Role.SCREENER, Role.COUNSELLOR):
            assert record(client, person, PICTURES).status_code == 403, role


def test_another_persons_file_and_another_organisations_are_not_found(
    login: Login, person: str, screener: TestClient, elsewhere: str
) -> None:
    record(screener, person, PICTURES)
    other = login(Role.PERSON, person=registered(screener))
    assert other.get(f"{PEOPLE}/{person}/assessments").status_code == 404
    stranger = login(Role.SCREENER, at=elsewhere)
    assert stranger.get(f"{PEOPLE}/{person}/assessments").status_code == 404
    assert record(stranger, person, PICTURES).status_code == 404
