"""Claims over HTTP: all evidence is shown, people decide, and the person may object (D7)."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

import pytest
from fastapi.testclient import TestClient

from skillmatch.access import Role
from skillmatch.assess.profile import Claim, Evidence, Found, Source, Standing
from skillmatch.store.audit import By
from skillmatch.store.claims import profile, suggest
from skillmatch.store.erasure import erase
from skillmatch.store.export import export
from skillmatch.store.unit import Store
from skillmatch.taxonomy.concepts import ConceptId
from skillmatch.text import Span
from tests.api.conftest import Login
from tests.small_esco.concepts import isco_uri, occupation_uri, skill_uri

PEOPLE = "/api/v1/people"
WELD, DRAWINGS, COOKING, WELDER = (
    ConceptId(uri) for uri in (skill_uri(1), skill_uri(2), skill_uri(4), occupation_uri(1))
)
GONE = ConceptId("http://data.europa.eu/esco/skill/of-another-release")
TESTED = Evidence(WELD, Source.ASSESSMENT, 0.8, date(2026, 11, 4), detail="practical-test")
SAID = Evidence(WELD, Source.SELF_REPORT, 0.6, date(2026, 11, 2), "n1", Span(3, 9), Found.LABEL)
WORKED = Evidence(WELDER, Source.WORK, 0.9)


class File(NamedTuple):
    """A person's file with claims on welding (twice shown), being a welder, and a skill ESCO no longer has."""

    person: str
    claims: str


@pytest.fixture
def file(screener: TestClient, store: Store, organisation: str) -> File:
    person = screener.post(PEOPLE, json={"name": "Rami"}).json()["id"]
    with store.write(By("system", "system", organisation)) as unit:
        suggest(unit, person, [SAID, TESTED, WORKED, Evidence(GONE, Source.WORK, 0.5)])
    return File(person, f"{PEOPLE}/{person}/claims")


def shown(client: TestClient, file: File) -> dict[str, Any]:
    """The claims by concept."""
    return {one["concept"]: one for one in client.get(file.claims).json()["items"]}


def decided(client: TestClient, file: File, concept: str, **decision: Any) -> Mapping[str, Any]:
    claim = shown(client, file)[concept]
    answer = client.put(f"{file.claims}/{claim['id']}", json=decision, headers={"If-Match": f'"{claim["version"]}"'})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_a_claim_shows_all_its_evidence_and_how_far_each_piece_is_believed(screener: TestClient, file: File) -> None:
    claim = shown(screener, file)[WELD]
    assert (claim["label"], claim["kind"], claim["standing"], claim["version"]) == (
        "metaal lassen", "skill", "suggested", 1,
    )  # fmt: skip
    assert claim["evidence"] == [
        {
            "source": "self-report", "on": "2026-11-02", "score": 0.6, "strength": round(SAID.strength, 4),
            "found": "label", "detail": None, "note": "n1", "start": 3, "end": 9,
        },
        {
            "source": "assessment", "on": "2026-11-04", "score": 0.8, "strength": round(TESTED.strength, 4),
            "found": None, "detail": "practical-test", "note": None, "start": None, "end": None,
        },
    ]  # fmt: skip
    assert claim["strength"] == round(Claim(WELD, Standing.SUGGESTED, (SAID, TESTED)).strength, 4)
    assert (claim["decided_by"], claim["decided_at"], claim["reason"], claim["disagreements"]) == (None, None, None, [])
    assert shown(screener, file)[WELDER]["kind"] == "occupation"
    assert screener.get(f"{file.claims}/{claim['id']}").json() == claim


def test_a_claim_on_what_this_release_of_esco_lacks_is_shown_without_a_label(screener: TestClient, file: File) -> None:
    claim = shown(screener, file)[GONE]
    assert not {"label", "kind"} & claim.keys()
    assert decided(screener, file, GONE, standing="rejected")["standing"] == "rejected"


def test_labels_come_in_the_language_that_was_asked_for(screener: TestClient, file: File) -> None:
    items = screener.get(file.claims, params={"language": "ar"}).json()["items"]
    assert {one["concept"]: one.get("label") for one in items}[WELD] == "لحام المعادن"


@pytest.mark.parametrize("role", [Role.SCREENER, Role.COUNSELLOR, Role.SOCIAL_WORKER, Role.PERSON])
def test_who_works_on_a_file_and_whose_it_is_see_who_decided_what_and_why(
    screener: TestClient, file: File, login: Login, role: Role
) -> None:
    decided(screener, file, WELD, standing="rejected", reason="zei zelf van niet")
    reader = login(role, person=file.person) if role is Role.PERSON else login(role)
    claim = shown(reader, file)[WELD]
    assert (claim["standing"], claim["reason"], claim["decided_by"]) == (
        "rejected", "zei zelf van niet", screener.account,  # type: ignore[attr-defined]
    )  # fmt: skip
    assert claim["decided_at"] is not None


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SCREENER, Role.COUNSELLOR, Role.SOCIAL_WORKER, Role.PERSON}))
def test_nobody_else_sees_claims(file: File, screener: TestClient, login: Login, role: Role) -> None:
    """ANT-04: what was agreed to be shown is shown as a profile."""
    claim = shown(screener, file)[WELD]["id"]
    reader = login(role)
    assert reader.get(file.claims).status_code == 403
    assert reader.get(f"{file.claims}/{claim}").status_code == 403


@pytest.mark.parametrize("role", [Role.PERSON, Role.SOCIAL_WORKER, Role.MENTOR])
def test_only_who_tests_skills_decides_on_them(file: File, screener: TestClient, login: Login, role: Role) -> None:
    claim = shown(screener, file)[WELD]
    client = login(role, person=file.person) if role is Role.PERSON else login(role)
    decision = {"standing": "confirmed"}
    put = client.put(f"{file.claims}/{claim['id']}", json=decision, headers={"If-Match": '"1"'})
    assert put.status_code == 403
    assert client.post(file.claims, json=decision | {"concept": COOKING}).status_code == 403
    assert shown(screener, file) == shown(screener, file) | {WELD: claim}
    assert COOKING not in shown(screener, file)


def test_a_value_can_be_corrected(screener: TestClient, file: File) -> None:
    """D7, the first of the AMAS conditions: the wrong claim says what is right, and the right one who said so."""
    wrong = decided(screener, file, WELD, standing="corrected", corrected_to=DRAWINGS, reason="leest tekeningen")
    right = shown(screener, file)[DRAWINGS]
    assert (wrong["standing"], wrong["corrected_to"], wrong["strength"]) == ("rejected", DRAWINGS, 0.0)
    assert (right["standing"], right["decided_by"], right["reason"]) == (
        "corrected", screener.account, "leest tekeningen",  # type: ignore[attr-defined]
    )  # fmt: skip


def test_a_corrected_value_is_never_overwritten(
    screener: TestClient, file: File, store: Store, organisation: str
) -> None:
    """D7, the second: whatever a later run finds, for the wrong concept or the right one."""
    decided(screener, file, WELD, standing="corrected", corrected_to=DRAWINGS)
    before = shown(screener, file)
    later = [Evidence(concept, Source.PORTFOLIO, 1.0) for concept in (WELD, DRAWINGS)]
    with store.write(By("system", "system", organisation)) as unit:
        suggest(unit, file.person, [SAID, *later])
    after = shown(screener, file)
    for concept, pieces in ((WELD, 3), (DRAWINGS, 1)):
        told = before[concept] | {"evidence": after[concept]["evidence"]}
        assert after[concept] == told
        assert len(after[concept]["evidence"]) == pieces


def test_a_disagreement_is_documented_and_staff_see_it(screener: TestClient, file: File, login: Login) -> None:
    """D7, the third: it stands beside the claim, and changes no decision."""
    claim = decided(screener, file, WELD, standing="rejected")
    person = login(Role.PERSON, person=file.person)
    said = person.post(f"{file.claims}/{claim['id']}/disagreement", json={"text": "Ik heb tien jaar gelast."})
    assert said.status_code == 201
    for reader in (screener, login(Role.COUNSELLOR), login(Role.SOCIAL_WORKER), person):
        told = shown(reader, file)[WELD]
        assert [one["text"] for one in told["disagreements"]] == ["Ik heb tien jaar gelast."]
        assert {name: told[name] for name in told if name != "disagreements"} == {
            name: claim[name] for name in claim if name != "disagreements"
        }
    assert shown(screener, file)[WELDER]["disagreements"] == []
    [note] = screener.get(f"{PEOPLE}/{file.person}/notes").json()["items"]
    assert (note["id"], note["about"]) == (said.json()["id"], f"claims:{claim['id']}")


def test_who_disagrees_learns_to_whom_to_complain(screener: TestClient, file: File, login: Login) -> None:
    """D7, the fourth: a role of the house, that decides on no claim itself."""
    claim = shown(screener, file)[WELD]["id"]
    person = login(Role.PERSON, person=file.person)
    said = person.post(f"{file.claims}/{claim}/disagreement", json={"text": "Dat klopt niet."}).json()
    director = login(Role(said["complaints_to"]))
    decision = {"standing": "confirmed"}
    put = director.put(f"{file.claims}/{claim}", json=decision, headers={"If-Match": '"1"'})
    assert (said["complaints_to"], put.status_code) == ("local director", 403)


def test_only_the_person_disagrees_and_only_in_their_own_file(screener: TestClient, file: File, login: Login) -> None:
    claim = shown(screener, file)[WELD]["id"]
    other = screener.post(PEOPLE, json={"name": "Samira"}).json()["id"]
    for client, status in ((screener, 403), (login(Role.COUNSELLOR), 403), (login(Role.PERSON, person=other), 404)):
        answer = client.post(f"{file.claims}/{claim}/disagreement", json={"text": "Nee."})
        assert answer.status_code == status
    assert shown(screener, file)[WELD]["disagreements"] == []


def test_a_disagreement_that_is_sent_twice_is_kept_once(screener: TestClient, file: File, login: Login) -> None:
    claim = shown(screener, file)[WELD]["id"]
    person = login(Role.PERSON, person=file.person)
    key = {"Idempotency-Key": "3f0c9b52"}
    path = f"{file.claims}/{claim}/disagreement"
    first, again = (person.post(path, json={"text": "Nee."}, headers=key) for _ in range(2))
    assert again.json() == first.json()
    assert len(shown(screener, file)[WELD]["disagreements"]) == 1


def test_a_disagreement_is_no_evidence(screener: TestClient, file: File, login: Login) -> None:
    claim = shown(screener, file)[WELD]["id"]
    person = login(Role.PERSON, person=file.person)
    said = person.post(f"{file.claims}/{claim}/disagreement", json={"text": "Ik kan niet lassen, wel koken."}).json()
    refused = screener.post(f"{PEOPLE}/{file.person}/notes/{said['id']}/extraction")
    assert refused.status_code == 422
    assert COOKING not in shown(screener, file)


def test_a_disagreement_is_exported_and_erased_with_the_person(
    screener: TestClient, file: File, login: Login, store: Store, organisation: str
) -> None:
    claim = shown(screener, file)[WELD]["id"]
    person = login(Role.PERSON, person=file.person)
    person.post(f"{file.claims}/{claim}/disagreement", json={"text": "Dat klopt niet."})
    with store.write(By("system", "system", organisation)) as unit:
        assert "Dat klopt niet." in str(export(unit, file.person)["notes"])
        erase(unit, file.person)
    with store.read(By("system", "system", organisation)) as unit:
        rows = [row for row in unit.trail(size=1000) if row.action == "claims.disagree"]
    assert [(row.person, row.about) for row in rows] == [(file.person, f"claims:{claim}")]


def test_a_decision_from_an_older_view_gets_both_contents_and_changes_nothing(
    screener: TestClient, file: File, login: Login
) -> None:
    claim = decided(screener, file, WELD, standing="rejected", reason="een vergissing")
    path = f"{file.claims}/{claim['id']}"
    late = login(Role.COUNSELLOR).put(path, json={"standing": "confirmed"}, headers={"If-Match": '"1"'})
    problem = late.json()
    assert (late.status_code, problem["expected"], problem["found"]) == (409, 1, 2)
    assert (problem["current"]["standing"], problem["current"]["reason"]) == ("rejected", "een vergissing")
    assert problem["yours"] == {"standing": "confirmed"}
    assert shown(screener, file)[WELD] == claim
    assert screener.put(path, json={"standing": "confirmed"}).status_code == 428


def test_people_claim_what_no_run_found(screener: TestClient, file: File, store: Store, organisation: str) -> None:
    made = screener.post(file.claims, json={"concept": COOKING, "standing": "confirmed", "reason": "gezien"})
    assert made.status_code == 201
    assert screener.get(made.headers["Location"]).json() == made.json()
    assert (made.json()["standing"], made.json()["strength"], made.json()["evidence"]) == ("confirmed", 0.9, [])
    with store.read(By("system", "system", organisation)) as unit:
        kept = profile(unit, file.person).claim(COOKING)
    assert kept == Claim(COOKING, Standing.CONFIRMED)


def test_a_claim_that_is_sent_twice_is_kept_once(screener: TestClient, file: File) -> None:
    key, claim = {"Idempotency-Key": "3f0c9b52"}, {"concept": COOKING, "standing": "confirmed"}
    first, again = (screener.post(file.claims, json=claim, headers=key) for _ in range(2))
    assert (again.status_code, again.json()) == (201, first.json())


def test_a_concept_is_claimed_once_and_the_second_gets_the_first(screener: TestClient, file: File) -> None:
    second = screener.post(file.claims, json={"concept": WELD, "standing": "rejected"})
    assert (second.status_code, second.json()["current"]) == (409, shown(screener, file)[WELD])
    assert second.json()["yours"] == {"concept": WELD, "standing": "rejected"}


@pytest.mark.parametrize(
    "concept", ["http://data.europa.eu/esco/skill/none", isco_uri("7212"), "welding", "\x00", "x" * 400]
)
def test_what_is_no_skill_and_no_occupation_cannot_be_claimed(screener: TestClient, file: File, concept: str) -> None:
    added = screener.post(file.claims, json={"concept": concept, "standing": "confirmed"})
    assert (added.status_code, added.json()["field"]) == (422, "concept")
    claim = shown(screener, file)[WELD]["id"]
    corrected = screener.put(
        f"{file.claims}/{claim}",
        json={"standing": "corrected", "corrected_to": concept},
        headers={"If-Match": '"1"'},
    )
    assert (corrected.status_code, corrected.json()["field"]) == (422, "corrected_to")


@pytest.mark.parametrize(
    ("decision", "field"),
    [
        ({"standing": "corrected"}, "corrected_to"),
        ({"standing": "corrected", "corrected_to": WELD}, "corrected_to"),
        ({"standing": "confirmed", "corrected_to": DRAWINGS}, "corrected_to"),
        ({"standing": "suggested"}, "standing"),
        ({"standing": "confirmed", "reason": "a" * 2_001}, "reason"),
    ],
)
def test_what_is_no_decision_is_refused_by_its_field(
    screener: TestClient, file: File, decision: dict[str, str], field: str
) -> None:
    claim = shown(screener, file)[WELD]
    refused = screener.put(f"{file.claims}/{claim['id']}", json=decision, headers={"If-Match": '"1"'})
    problem = refused.json()
    assert refused.status_code == 422
    assert field in (problem.get("field"), *(one["field"] for one in problem.get("errors", [])))
    assert shown(screener, file)[WELD] == claim


def test_a_claim_of_one_file_is_not_found_in_another(screener: TestClient, file: File, login: Login) -> None:
    claim = shown(screener, file)[WELD]["id"]
    other = screener.post(PEOPLE, json={"name": "Samira"}).json()["id"]
    beside, seen = f"{PEOPLE}/{other}/claims/{claim}", {"If-Match": '"1"'}
    assert screener.get(beside).status_code == 404
    assert screener.put(beside, json={"standing": "confirmed"}, headers=seen).status_code == 404
    person = login(Role.PERSON, person=other)
    assert person.post(f"{beside}/disagreement", json={"text": "Nee."}).status_code == 404


def test_pages_of_claims_follow_each_other_the_best_evidence_first(screener: TestClient, file: File) -> None:
    first = screener.get(file.claims, params={"size": 2}).json()
    screener.put(f"{file.claims}/{first['items'][0]['id']}", json={"standing": "rejected"}, headers={"If-Match": '"1"'})
    rest = screener.get(file.claims, params={"size": 2, "after": first["after"]}).json()
    told = first["items"] + rest["items"]
    best = [max((piece["strength"] for piece in one["evidence"]), default=0) for one in told]
    assert best == sorted(best, reverse=True)
    assert {one["concept"] for one in told} == {WELD, WELDER, GONE}
    assert rest["after"] is None
    assert screener.get(file.claims, params={"after": "nowhere"}).status_code == 422


def test_looking_at_claims_is_told_by_id(screener: TestClient, file: File, store: Store, organisation: str) -> None:
    ids = [one["id"] for one in screener.get(file.claims).json()["items"]]
    screener.get(f"{file.claims}/{ids[0]}")
    with store.read(By("auditor", "auditor", organisation)) as unit:
        told = [row for row in unit.trail(person=file.person, size=1000) if row.action == "claims.view"]
    assert [(row.about, row.what) for row in told] == [(None, {"claims": ids}), (f"claims:{ids[0]}", {})]
