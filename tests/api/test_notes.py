"""Notes over HTTP, and the run that reads one: what it finds, what it leaves alone, and who sees which note."""

from collections.abc import Mapping
from typing import Any

import pytest
from fastapi.testclient import TestClient

from skillmatch.access import Role
from skillmatch.assess.extract import extract, extract_all
from skillmatch.assess.profile import Note
from skillmatch.service import Service
from skillmatch.store.audit import By
from skillmatch.store.cases import KeptNote
from skillmatch.store.unit import Store
from skillmatch.text import Language
from tests.api.conftest import Login
from tests.small_esco.concepts import occupation_uri, skill_uri

PEOPLE = "/api/v1/people"
WELD, DRAWINGS, BREAD, WELDER = skill_uri(1), skill_uri(2), skill_uri(6), occupation_uri(1)
TEXT = "Hij heeft tien jaar als lasser gewerkt en kan technische tekeningen lezen."
SECRET: Mapping[str, Any] = {
    "text": "Moeilijke thuissituatie. Kan brood bakken.",
    "language": "nl",
    "confidential": True,
}


@pytest.fixture
def person(screener: TestClient) -> str:
    made: str = screener.post(PEOPLE, json={"name": "Rami", "speaks": "ar"}).json()["id"]
    return made


@pytest.fixture
def notes(person: str) -> str:
    return f"{PEOPLE}/{person}/notes"


def written(client: TestClient, notes: str, **note: Any) -> Mapping[str, Any]:
    made = client.post(notes, json=note)
    assert made.status_code == 201, made.text
    return dict(made.json())


def rows(store: Store, organisation: str, person: str, action: str) -> list[Any]:
    with store.read(By("auditor", "auditor", organisation)) as unit:
        return [row for row in unit.trail(person=person, size=1000) if row.action == action]


def test_a_note_is_kept_as_it_was_written_in_any_script(screener: TestClient, notes: str) -> None:
    made = screener.post(notes, json={"text": "عمل لحّاماً عشر سنوات", "language": "ar", "on": "2026-11-02"})
    assert made.status_code == 201
    kept = screener.get(made.headers["Location"]).json()
    assert kept == made.json()
    assert (kept["text"], kept["on"], kept["confidential"]) == ("عمل لحّاماً عشر سنوات", "2026-11-02", False)
    assert (kept["author"], kept["author_role"]) == (screener.account, "screener")  # type: ignore[attr-defined]


def test_a_note_that_is_sent_twice_is_kept_once(screener: TestClient, notes: str) -> None:
    key = {"Idempotency-Key": "3f0c9b52"}
    first, again = (screener.post(notes, json={"text": TEXT}, headers=key) for _ in range(2))
    assert again.json() == first.json()
    assert len(screener.get(notes).json()["items"]) == 1


def test_one_key_makes_nothing_in_another_file(screener: TestClient, notes: str) -> None:
    """The same words may be true of two people: what was made for one is never answered for the other."""
    key = {"Idempotency-Key": "3f0c9b52"}
    other = screener.post(PEOPLE, json={"name": "Samira"}).json()["id"]
    screener.post(notes, json={"text": TEXT}, headers=key)
    assert screener.post(f"{PEOPLE}/{other}/notes", json={"text": TEXT}, headers=key).status_code == 409


def test_what_is_told_in_confidence_stays_with_the_author_and_colleagues_of_that_role(
    login: Login, notes: str, person: str
) -> None:
    """Ruling 22: not even the person sees the confidential notes of others."""
    author, colleague = login(Role.SOCIAL_WORKER), login(Role.SOCIAL_WORKER)
    secret = written(author, notes, **SECRET)["id"]
    for client in (author, colleague):
        assert client.get(f"{notes}/{secret}").json()["text"] == SECRET["text"]
        assert [one["id"] for one in client.get(notes).json()["items"]] == [secret]
    others = [login(role) for role in (Role.SCREENER, Role.COUNSELLOR)] + [login(Role.PERSON, person=person)]
    for client in others:
        assert client.get(f"{notes}/{secret}").status_code == 404
        assert client.get(notes).json()["items"] == []
    for client in others[:2]:
        assert client.post(f"{notes}/{secret}/extraction").status_code == 404


@pytest.mark.parametrize(
    "role",
    [
        Role.COORDINATOR, Role.LOCAL_DIRECTOR, Role.EMPLOYER, Role.MENTOR, Role.EVALUATOR, Role.ADMINISTRATOR,
        Role.AUDITOR,
    ],
)  # fmt: skip
def test_who_does_not_work_on_cases_reads_and_writes_no_notes(
    login: Login, screener: TestClient, notes: str, role: Role
) -> None:
    """ANT-04."""
    note = written(screener, notes, text=TEXT)["id"]
    client = login(role)
    assert client.get(notes).status_code == 403
    assert client.get(f"{notes}/{note}").status_code == 403
    assert client.post(notes, json={"text": TEXT}).status_code == 403
    assert client.post(f"{notes}/{note}/extraction").status_code == 403


def test_a_person_writes_notes_that_staff_see_and_reads_what_staff_wrote(
    login: Login, screener: TestClient, notes: str, person: str
) -> None:
    own = login(Role.PERSON, person=person)
    theirs = written(screener, notes, text=TEXT)
    mine = written(own, notes, text="Ik heb ook brood gebakken.")
    assert screener.get(f"{notes}/{mine['id']}").json()["author_role"] == "person"
    assert {one["id"] for one in own.get(notes).json()["items"]} == {theirs["id"], mine["id"]}
    assert own.post(notes, json=SECRET).status_code == 403
    assert own.post(f"{notes}/{mine['id']}/extraction").status_code == 403


def test_looking_at_notes_is_told_without_their_text(
    screener: TestClient, store: Store, organisation: str, notes: str, person: str
) -> None:
    note = written(screener, notes, text=TEXT)["id"]
    screener.get(f"{notes}/{note}")
    screener.get(notes)
    one, every = rows(store, organisation, person, "notes.view")
    assert one.about == f"notes:{note}"
    assert every.what == {"notes": [note]}


def test_a_run_finds_what_the_core_finds_and_tells_places_and_no_text(
    screener: TestClient, service: Service, notes: str
) -> None:
    note = written(screener, notes, text=TEXT, language="nl", on="2026-11-02")["id"]
    answer = screener.post(f"{notes}/{note}/extraction").json()
    expected = extract(Note(note, TEXT, Language("nl")), service.screening.search)
    for kind, pieces in (("skills", expected.skills), ("occupations", expected.occupations)):
        assert {(one["concept"], one["start"], one["end"]) for one in answer[kind]} == {
            (piece.concept, *piece.span) for piece in pieces if piece.span
        }
    drawings = next(one for one in answer["skills"] if one["concept"] == DRAWINGS)
    assert TEXT[drawings["start"] : drawings["end"]] == "technische tekeningen lezen"
    assert drawings["label"] == "technische tekeningen lezen"
    assert 0 < drawings["score"] <= 1
    assert [one["concept"] for one in answer["occupations"]] == [WELDER]
    assert "tien jaar" not in str(answer)


def test_labels_come_in_the_language_that_was_asked_for(screener: TestClient, notes: str) -> None:
    """OSS-03: readable in one's own language."""
    note = written(screener, notes, text=TEXT, language="nl")["id"]
    found = screener.post(f"{notes}/{note}/extraction", params={"language": "ar"}).json()["skills"]
    assert next(one for one in found if one["concept"] == DRAWINGS)["label"] == "قراءة الرسوم الفنية"


def test_a_run_suggests_and_its_row_in_the_audit_has_versions_and_counts(
    screener: TestClient, service: Service, store: Store, organisation: str, notes: str, person: str
) -> None:
    """D8: which model found how much is told; what was said is not."""
    note = written(screener, notes, text=TEXT, language="nl")["id"]
    answer = screener.post(f"{notes}/{note}/extraction").json()
    claims = screener.get(f"{PEOPLE}/{person}/claims").json()["items"]
    assert {one["concept"] for one in claims} == {one["concept"] for one in (*answer["skills"], *answer["occupations"])}
    assert {one["standing"] for one in claims} == {"suggested"}
    [row] = rows(store, organisation, person, "notes.extract")
    assert row.about == f"notes:{note}"
    assert row.what == {"version": 1, "skills": len(answer["skills"]), "occupations": 1, "new": answer["new"]}
    assert answer["new"] == len(answer["skills"]) + 1
    assert row.versions["encoder"] == service.screening.search.encoder
    assert row.versions["taxonomy"] == service.taxonomy.release.version


def test_a_second_run_adds_nothing(screener: TestClient, notes: str, person: str) -> None:
    note = written(screener, notes, text=TEXT, language="nl")["id"]
    first = screener.post(f"{notes}/{note}/extraction").json()
    before = screener.get(f"{PEOPLE}/{person}/claims").json()
    second = screener.post(f"{notes}/{note}/extraction").json()
    assert (first["new"] > 0, second) == (True, first | {"new": 0})
    assert screener.get(f"{PEOPLE}/{person}/claims").json() == before


@pytest.mark.parametrize("standing", ["confirmed", "rejected", "corrected"])
def test_no_later_run_changes_what_a_person_decided(
    screener: TestClient, notes: str, person: str, standing: str
) -> None:
    """D7: a corrected value is never overwritten, and neither is another decision; a new note adds evidence only."""
    claims = f"{PEOPLE}/{person}/claims"
    note = written(screener, notes, text=TEXT, language="nl")["id"]
    screener.post(f"{notes}/{note}/extraction")
    claim = next(one for one in screener.get(claims).json()["items"] if one["concept"] == DRAWINGS)
    decision = {"standing": standing} | ({"corrected_to": BREAD} if standing == "corrected" else {})
    decided = screener.put(f"{claims}/{claim['id']}", json=decision, headers={"If-Match": '"1"'})
    assert decided.status_code == 200
    before = {one["concept"]: one for one in screener.get(claims).json()["items"]}

    other = written(screener, notes, text="Ze kan technische tekeningen lezen en brood bakken.", language="nl")["id"]
    for again in (note, other):
        assert screener.post(f"{notes}/{again}/extraction").status_code == 200

    after = {one["concept"]: one for one in screener.get(claims).json()["items"]}
    evidence = [piece["note"] for piece in after[DRAWINGS]["evidence"]]
    assert evidence == [note, other]
    for concept in {DRAWINGS, BREAD} & before.keys():
        told = ("version", "standing", "corrected_to", "decided_by", "decided_at", "reason")
        assert {name: after[concept][name] for name in told} == {name: before[concept][name] for name in told}
    assert after[DRAWINGS]["standing"] == ("rejected" if standing == "corrected" else standing)
    assert after[BREAD]["standing"] == ("corrected" if standing == "corrected" else "suggested")


def test_evidence_from_a_note_in_confidence_tells_others_neither_the_note_nor_the_place(
    login: Login, screener: TestClient, notes: str, person: str
) -> None:
    author = login(Role.SOCIAL_WORKER)
    secret = written(author, notes, **SECRET)["id"]
    assert author.post(f"{notes}/{secret}/extraction").json()["new"] > 0
    for client in (screener, login(Role.COUNSELLOR), login(Role.PERSON, person=person)):
        answer = client.get(f"{PEOPLE}/{person}/claims")
        bread = next(one for one in answer.json()["items"] if one["concept"] == BREAD)
        assert [set(piece) & {"note", "start", "end"} for piece in bread["evidence"]] == [set()]
        assert bread["evidence"][0]["source"] == "self-report"
        assert secret not in answer.text
        assert "thuissituatie" not in answer.text
    mine = author.get(f"{PEOPLE}/{person}/claims").json()["items"]
    bread = next(one for one in mine if one["concept"] == BREAD)
    [piece] = bread["evidence"]
    assert piece["note"] == secret
    assert SECRET["text"][piece["start"] : piece["end"]] == "brood bakken"


def test_a_note_that_changed_while_a_model_read_it_is_not_believed(
    screener: TestClient,
    store: Store,
    organisation: str,
    notes: str,
    person: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The model runs between two transactions: nobody waits for it, and its places would be those of another text."""
    note = written(screener, notes, text=TEXT, language="nl")["id"]

    def change_meanwhile(read: Any, search: Any) -> Any:
        with store.write(By("system", "system", organisation)) as unit:
            unit.change(unit.get(KeptNote, note))
        return extract_all(read, search)

    monkeypatch.setattr("skillmatch.service.casework.notes.extract_all", change_meanwhile)
    refused = screener.post(f"{notes}/{note}/extraction")
    assert refused.status_code == 409
    assert (refused.json()["expected"], refused.json()["found"]) == (1, 2)
    assert screener.get(f"{PEOPLE}/{person}/claims").json()["items"] == []
