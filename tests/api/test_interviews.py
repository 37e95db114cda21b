"""The two interviews over HTTP (ANT-01): who writes which form, and who sees which answer."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

import pytest
from fastapi.testclient import TestClient

from skillmatch.access import TRAUMA, Purpose, Role
from skillmatch.store import people
from skillmatch.store.audit import By
from skillmatch.store.cases import Case, Interview
from skillmatch.store.tables import Basis
from skillmatch.store.unit import Store
from tests.api.conftest import Login
from tests.small_esco.concepts import occupation_uri, skill_uri

PEOPLE = "/api/v1/people"
ON = "2026-11-02"
PLAIN = {
    "family": "two children",
    "background": "fled in 2024",
    "housing": "a shared room",
    "finances": "debts",
    "education": "nine years of school",
    "remarks": "the rent is due",
}
SENSITIVE = {"constraints": ["care", "health"], "trauma": True}
AIMS = {
    "aspirations": "weld again",
    "target_occupation": occupation_uri(1),
    "target_languages": {"nl": "A2", "en": None},
    "hours_per_week": 38.0,
    "worked": True,
    "last_worked": "2025-09-01",
    "can_combine": True,
    "needs_support": False,
    "remarks": "keen",
}


class File(NamedTuple):
    """A person's file, the case in it, and where its interviews are."""

    person: str
    case: str
    interviews: str


@pytest.fixture
def file(screener: TestClient) -> File:
    made = screener.post(PEOPLE, json={"name": "Rami", "speaks": "ar"}).json()
    return File(made["id"], made["cases"][0]["id"], f"{PEOPLE}/{made['id']}/interviews")


@pytest.fixture
def social_worker(login: Login) -> TestClient:
    return login(Role.SOCIAL_WORKER)


@pytest.fixture
def counsellor(login: Login) -> TestClient:
    return login(Role.COUNSELLOR)


def form(file: File, name: str, answers: Mapping[str, Any], **others: Any) -> dict[str, Any]:
    return {"form": name, "case_id": file.case, "on": ON, "answers": answers} | others


def held(client: TestClient, file: File, name: str, answers: Mapping[str, Any]) -> str:
    made = client.post(file.interviews, json=form(file, name, answers))
    assert made.status_code == 201, made.text
    return f"{file.interviews}/{made.json()['id']}"


def allow_health(store: Store, organisation: str, file: File) -> None:
    with store.write(By("system", "system", organisation)) as unit:
        people.consent(unit, file.person, Purpose.HEALTH, Basis.EXPLICIT_CONSENT, "2026-11")


def withdraw_health(store: Store, organisation: str, file: File) -> None:
    with store.write(By("system", "system", organisation)) as unit:
        people.withdraw(unit, file.person, Purpose.HEALTH)


def assign(store: Store, organisation: str, file: File, counsellor: TestClient) -> None:
    with store.write(By("system", "system", organisation)) as unit:
        [case] = unit.of(Case, file.person)
        unit.change(replace(case, assigned={"trajectory counsellor": counsellor.account}))  # type: ignore[attr-defined]


def test_each_form_is_kept_as_it_was_filled_in(file: File, social_worker: TestClient, counsellor: TestClient) -> None:
    """ANT-01."""
    for client, name, answers in ((social_worker, "social work", PLAIN), (counsellor, "trajectory", AIMS)):
        sent = form(file, name, answers, language="ar", interpreter_language="ar")
        made = client.post(file.interviews, json=sent)
        assert made.status_code == 201
        kept = client.get(made.headers["Location"])
        assert kept.json() == made.json()
        assert {field: kept.json()[field] for field in sent} == sent
        assert (kept.json()["role"], kept.headers["ETag"]) == (
            {"social work": "social worker", "trajectory": "trajectory counsellor"}[name],
            '"1"',
        )


def test_no_answer_is_required(file: File, social_worker: TestClient, counsellor: TestClient) -> None:
    """VDAB-01: unknown is not no."""
    for client, name in ((social_worker, "social work"), (counsellor, "trajectory")):
        assert client.get(held(client, file, name, {})).json()["answers"] == {}


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.SOCIAL_WORKER, Role.COUNSELLOR)])
def test_no_other_role_holds_an_interview(file: File, login: Login, role: Role) -> None:
    client = login(role, person=file.person) if role is Role.PERSON else login(role)
    for name in ("social work", "trajectory"):
        assert client.post(file.interviews, json=form(file, name, {})).status_code == 403


def test_each_form_is_written_by_its_own_role(file: File, social_worker: TestClient, counsellor: TestClient) -> None:
    for own, name, other in (
        (social_worker, "social work", counsellor),
        (counsellor, "trajectory", social_worker),
    ):
        assert other.post(file.interviews, json=form(file, name, {})).status_code == 403
        where, seen = held(own, file, name, {}), {"If-Match": '"1"'}
        assert other.patch(where, json={"answers": {"remarks": "mine"}}, headers=seen).status_code == 403
        assert own.patch(where, json={"answers": {"remarks": "ours"}}, headers=seen).status_code == 200


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (Role.SOCIAL_WORKER, {*PLAIN, "constraints", "trauma"}),
        (Role.PERSON, {*PLAIN, "constraints", "trauma"}),
        (Role.COUNSELLOR, {"family", "background", "education", "constraints"}),
        (Role.SCREENER, {"education"}),
    ],
)
def test_of_the_first_interview_each_role_sees_what_it_needs(
    file: File, social_worker: TestClient, login: Login, store: Store, organisation: str, role: Role, seen: set[str]
) -> None:
    """ANT-04, ruling 22: finances and housing are for the social worker and the person."""
    allow_health(store, organisation, file)
    where = held(social_worker, file, "social work", PLAIN | SENSITIVE)
    reader = login(role, person=file.person) if role is Role.PERSON else login(role)
    answers = reader.get(where).json()["answers"]
    assert answers == {field: value for field, value in (PLAIN | SENSITIVE).items() if field in seen}
    assert reader.get(file.interviews).json()["items"][0]["answers"] == answers


def test_the_second_interview_is_read_by_all_staff_and_the_person(
    file: File, counsellor: TestClient, screener: TestClient, social_worker: TestClient, login: Login
) -> None:
    where = held(counsellor, file, "trajectory", AIMS)
    for reader in (counsellor, screener, social_worker, login(Role.PERSON, person=file.person)):
        assert reader.get(where).json()["answers"] == AIMS


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SCREENER, Role.SOCIAL_WORKER, Role.COUNSELLOR, Role.PERSON}))
def test_who_does_not_work_on_cases_reads_no_interview(
    file: File, social_worker: TestClient, login: Login, role: Role
) -> None:
    where = held(social_worker, file, "social work", PLAIN)
    reader = login(role)
    assert (reader.get(where).status_code, reader.get(file.interviews).status_code) == (403, 403)


@pytest.mark.parametrize(
    "answer", [{"constraints": ["care"]}, {"constraints": []}, {"trauma": True}, {"trauma": False}]
)
def test_health_care_and_trauma_are_kept_on_explicit_consent_only(
    file: File, social_worker: TestClient, store: Store, organisation: str, answer: dict[str, Any]
) -> None:
    """D7, GDPR art. 9(2)(a): the refusal says what to do first."""
    refused = social_worker.post(file.interviews, json=form(file, "social work", PLAIN | answer))
    assert refused.status_code == 403
    assert "explicit consent for the purpose health" in refused.json()["detail"]
    assert social_worker.get(file.interviews).json()["items"] == []
    where = held(social_worker, file, "social work", PLAIN)
    assert social_worker.patch(where, json={"answers": answer}, headers={"If-Match": '"1"'}).status_code == 403
    allow_health(store, organisation, file)
    assert social_worker.patch(where, json={"answers": answer}, headers={"If-Match": '"1"'}).status_code == 200
    assert social_worker.get(where).json()["answers"] == PLAIN | answer


def test_once_consent_is_withdrawn_nobody_sees_health_care_and_trauma(
    file: File, social_worker: TestClient, login: Login, store: Store, organisation: str
) -> None:
    allow_health(store, organisation, file)
    where = held(social_worker, file, "social work", PLAIN | SENSITIVE)
    withdraw_health(store, organisation, file)
    for reader in (social_worker, login(Role.PERSON, person=file.person), login(Role.COUNSELLOR)):
        assert not {"constraints", "trauma"} & reader.get(where).json()["answers"].keys()
    changed = social_worker.patch(where, json={"answers": {"family": "three"}}, headers={"If-Match": '"1"'})
    assert changed.json()["answers"] == PLAIN | {"family": "three"}


def test_to_take_an_answer_back_needs_no_consent(
    file: File, social_worker: TestClient, store: Store, organisation: str
) -> None:
    allow_health(store, organisation, file)
    where = held(social_worker, file, "social work", PLAIN | SENSITIVE)
    withdraw_health(store, organisation, file)
    none = {"answers": {"constraints": None, "trauma": None, "family": None}}
    assert social_worker.patch(where, json=none, headers={"If-Match": '"1"'}).status_code == 200
    with store.read(By("system", "system", organisation)) as unit:
        [kept] = unit.of(Interview, file.person)
    assert kept.answers == {name: value for name, value in PLAIN.items() if name != "family"}


@pytest.mark.parametrize(
    ("trained", "assigned", "sees"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_trauma_is_for_the_counsellor_who_is_trained_and_assigned(
    file: File,
    social_worker: TestClient,
    login: Login,
    store: Store,
    organisation: str,
    trained: bool,
    assigned: bool,
    sees: bool,
) -> None:
    """Ruling 22, VDAB-11."""
    allow_health(store, organisation, file)
    where = held(social_worker, file, "social work", SENSITIVE)
    counsellor = login(Role.COUNSELLOR, trained=(TRAUMA,) if trained else ())
    if assigned:
        assign(store, organisation, file, counsellor)
    assert ("trauma" in counsellor.get(where).json()["answers"]) is sees


def test_a_change_merges_the_answers_it_names(file: File, counsellor: TestClient) -> None:
    where = held(counsellor, file, "trajectory", AIMS)
    changes = {"on": "2026-11-03", "answers": {"hours_per_week": 20, "can_combine": None}}
    changed = counsellor.patch(where, json=changes, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.headers["ETag"], changed.json()["on"]) == (200, '"2"', "2026-11-03")
    left = {name: value for name, value in AIMS.items() if name != "can_combine"}
    assert changed.json()["answers"] == left | {"hours_per_week": 20.0}
    assert counsellor.get(where).json() == changed.json()


def test_an_aim_that_a_later_esco_lacks_stops_no_other_change(
    file: File, counsellor: TestClient, store: Store, organisation: str
) -> None:
    where = held(counsellor, file, "trajectory", AIMS)
    gone = AIMS | {"target_occupation": "http://data.europa.eu/esco/occupation/of-another-release"}
    with store.write(By("system", "system", organisation)) as unit:
        [kept] = unit.of(Interview, file.person)
        unit.change(replace(kept, answers=gone))
    changed = counsellor.patch(where, json={"answers": {"hours_per_week": 20}}, headers={"If-Match": '"2"'})
    assert changed.json()["answers"] == gone | {"hours_per_week": 20}


def test_of_two_changes_to_one_version_the_second_gets_both_and_loses_nothing(
    file: File, counsellor: TestClient
) -> None:
    where, seen = held(counsellor, file, "trajectory", AIMS), {"If-Match": '"1"'}
    counsellor.patch(where, json={"answers": {"aspirations": "teach"}}, headers=seen)
    second = counsellor.patch(where, json={"answers": {"aspirations": "cook"}}, headers=seen)
    problem = second.json()
    assert (second.status_code, problem["expected"], problem["found"]) == (409, 1, 2)
    assert problem["current"]["answers"]["aspirations"] == "teach"
    assert problem["yours"] == {"answers": {"aspirations": "cook"}}
    assert counsellor.patch(where, json={"answers": {}}).status_code == 428


def test_an_interview_that_is_sent_twice_is_kept_once(file: File, counsellor: TestClient) -> None:
    key, sent = {"Idempotency-Key": "3f0c9b52"}, form(file, "trajectory", AIMS)
    first, again = (counsellor.post(file.interviews, json=sent, headers=key) for _ in range(2))
    assert again.json() == first.json()
    assert len(counsellor.get(file.interviews).json()["items"]) == 1


def test_looking_at_interviews_is_told_by_id_and_without_an_answer(
    file: File, social_worker: TestClient, screener: TestClient, store: Store, organisation: str
) -> None:
    where = held(social_worker, file, "social work", PLAIN)
    screener.get(where)
    screener.get(file.interviews)
    with store.read(By("auditor", "auditor", organisation)) as unit:
        told = [row for row in unit.trail(person=file.person, size=1000) if row.action.startswith("interviews.")]
    name = where.rpartition("/")[2]
    assert [(row.action, row.about, row.what) for row in told] == [
        ("interviews.add", f"interviews:{name}", {}),
        ("interviews.view", f"interviews:{name}", {}),
        ("interviews.view", None, {"interviews": [name]}),
    ]


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"target_occupation": "http://data.europa.eu/esco/occupation/none"}, "answers.target_occupation"),
        ({"target_occupation": skill_uri(1)}, "answers.target_occupation"),
        ({"last_worked": "9999-12-31"}, "trajectory.answers.last_worked"),
        ({"last_worked": (date.today() + timedelta(days=2)).isoformat()}, "answers.last_worked"),
        ({"worked": False, "last_worked": "2025-09-01"}, "last_worked"),
        ({"hours_per_week": 169}, "trajectory.answers.hours_per_week"),
        ({"hours_per_week": "Infinity"}, "trajectory.answers.hours_per_week"),
        ({"target_languages": {"nl": "A3"}}, "trajectory.answers.target_languages.nl"),
        ({"target_languages": {"\x00": "A1"}}, "trajectory.answers.target_languages.\x00.[key]"),
        ({"finances": "debts"}, "trajectory.answers.finances"),
        ({"aspirations": "\x00"}, "trajectory.answers.aspirations"),
        ({"aspirations": "a" * 4_001}, "trajectory.answers.aspirations"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_by_its_name(
    file: File, counsellor: TestClient, answers: dict[str, Any], field: str
) -> None:
    refused = counsellor.post(file.interviews, json=form(file, "trajectory", answers))
    problem = refused.json()
    assert refused.status_code == 422
    assert field in (problem.get("field"), *(one["field"] for one in problem.get("errors", [])))


def test_a_lone_surrogate_is_no_text(file: File, counsellor: TestClient) -> None:
    body = f'{{"form": "trajectory", "case_id": "{file.case}", "on": "{ON}", "answers": {{"aspirations": "\\ud800"}}}}'
    assert counsellor.post(file.interviews, content=body).status_code == 422


@pytest.mark.parametrize(
    ("others", "field"),
    [
        ({"on": "9999-12-31"}, "field trajectory.on"),
        ({"on": (date.today() + timedelta(days=400)).isoformat()}, "field on"),
        ({"case_id": "0" * 32}, "field case_id"),
        ({"form": "tea"}, "field body"),
        ({"language": "Arabic"}, "field trajectory.language"),
    ],
)
def test_an_interview_that_cannot_be_is_refused(
    file: File, counsellor: TestClient, others: dict[str, str], field: str
) -> None:
    refused = counsellor.post(file.interviews, json=form(file, "trajectory", {}, **others))
    assert refused.status_code == 422
    assert refused.json()["detail"].startswith(field)


def test_the_day_of_an_interview_is_not_taken_back(file: File, counsellor: TestClient) -> None:
    where = held(counsellor, file, "trajectory", {})
    refused = counsellor.patch(where, json={"on": None}, headers={"If-Match": '"1"'})
    assert (refused.status_code, refused.json()["field"]) == (422, "on")


def test_an_interview_of_one_file_is_not_found_in_another(
    file: File, counsellor: TestClient, screener: TestClient
) -> None:
    where = held(counsellor, file, "trajectory", AIMS)
    other = screener.post(PEOPLE, json={"name": "Samira"}).json()
    beside = where.replace(file.person, other["id"])
    assert counsellor.get(beside).status_code == 404
    assert counsellor.patch(beside, json={"answers": {}}, headers={"If-Match": '"1"'}).status_code == 404
    theirs = file._replace(case=other["cases"][0]["id"])
    assert counsellor.post(file.interviews, json=form(theirs, "trajectory", {})).json()["field"] == "case_id"


def test_pages_of_interviews_follow_each_other(file: File, counsellor: TestClient) -> None:
    made = {held(counsellor, file, "trajectory", {}).rpartition("/")[2] for _ in range(5)}
    first = counsellor.get(file.interviews, params={"size": 3}).json()
    rest = counsellor.get(file.interviews, params={"size": 3, "after": first["after"]}).json()
    assert rest["after"] is None
    assert {one["id"] for one in first["items"] + rest["items"]} == made


def test_another_organisation_finds_no_interview(
    file: File, counsellor: TestClient, login: Login, elsewhere: str
) -> None:
    where = held(counsellor, file, "trajectory", AIMS)
    stranger = login(Role.COUNSELLOR, at=elsewhere)
    assert stranger.get(where).status_code == 404
    assert stranger.get(file.interviews).status_code == 404
    assert stranger.post(file.interviews, json=form(file, "trajectory", {})).status_code == 404
