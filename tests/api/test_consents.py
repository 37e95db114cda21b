"""The legal basis of each purpose over HTTP: given with its text, withdrawn at once (D7)."""

import re
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillmatch.access import Purpose, Role
from skillmatch.service.casework.consents import TEXTS, Basis
from skillmatch.service.casework.files import NOTICE
from tests.api.conftest import Login

PEOPLE = "/api/v1/people"
PRIVACY = Path(__file__).parents[2] / "docs" / "privacy.md"

MAY_REST_ON = {
    "guidance": {"public task", "legal obligation", "contract", "legitimate interest"},
    "evaluation": {"public task", "legitimate interest", "consent", "explicit consent"},
    "health": {"explicit consent"},
    "sharing": {"consent", "explicit consent", "public task", "legal obligation"},
    "mentoring": {"consent", "explicit consent"},
    "employers": {"consent", "explicit consent"},
}
"""Written down by hand: what the service is held to."""


@pytest.fixture
def file(screener: TestClient) -> str:
    """The address of a person's file."""
    return str(screener.post(PEOPLE, json={"name": "Rami"}).headers["Location"])


def give(client: TestClient, file: str, purpose: str, basis: str = "consent", text: str = NOTICE) -> int:
    sent = {"purpose": purpose, "basis": basis, "text_version": text}
    return client.post(f"{file}/consents", json=sent).status_code


def standing(client: TestClient, file: str) -> dict[str, str]:
    return {one["purpose"]: one["basis"] for one in client.get(f"{file}/consents").json()["items"] if one["stands"]}


def test_a_registration_records_what_rests_on_a_public_task(screener: TestClient, file: str) -> None:
    assert standing(screener, file) == {"guidance": "public task", "evaluation": "public task"}


def test_a_person_gives_and_withdraws_their_own_consent(screener: TestClient, login: Login, file: str) -> None:
    """GDPR art. 7(3): as easily as it was given."""
    person = login(Role.PERSON, person=file.rpartition("/")[2])
    assert give(person, file, "mentoring") == 201
    assert standing(person, file)["mentoring"] == "consent"
    assert person.delete(f"{file}/consents/mentoring").status_code == 204
    kept = screener.get(f"{file}/consents").json()["items"][-1]
    assert (kept["purpose"], kept["text_version"], kept["stands"]) == ("mentoring", NOTICE, False)
    assert kept["given_at"] < kept["withdrawn_at"]
    assert person.delete(f"{file}/consents/mentoring").status_code == 404


def test_a_person_records_nothing_but_their_own_consent(login: Login, screener: TestClient, file: str) -> None:
    person = login(Role.PERSON, person=file.rpartition("/")[2])
    other = screener.post(PEOPLE, json={"name": "Samira"}).headers["Location"]
    assert give(person, file, "sharing", "public task") == 403
    assert give(person, other, "mentoring") == 404
    assert person.delete(f"{other}/consents/mentoring").status_code == 404


@pytest.mark.parametrize("basis", Basis)
@pytest.mark.parametrize("purpose", Purpose)
def test_a_purpose_rests_on_what_the_law_and_the_rulings_let_it(
    screener: TestClient, file: str, purpose: str, basis: str
) -> None:
    """Health on explicit consent only, employers and mentors on consent only (D7, ruling 22)."""
    sent = {"purpose": purpose, "basis": basis, "text_version": NOTICE}
    answer = screener.post(f"{file}/consents", json=sent)
    if basis in MAY_REST_ON[purpose]:
        assert answer.status_code in {201, 409}  # what rests on a public task is not moved to consent
    else:
        assert (answer.status_code, answer.json()["field"]) == (422, "basis")


def test_consent_and_public_task_are_not_swapped(screener: TestClient, file: str) -> None:
    assert give(screener, file, "evaluation", "consent") == 409
    assert give(screener, file, "sharing", "consent") == 201
    assert give(screener, file, "sharing", "public task") == 409
    assert standing(screener, file)["sharing"] == "consent"


def test_a_newer_consent_takes_the_place_of_the_older(screener: TestClient, file: str) -> None:
    assert give(screener, file, "sharing", "consent") == give(screener, file, "sharing", "explicit consent") == 201
    assert standing(screener, file)["sharing"] == "explicit consent"
    assert screener.delete(f"{file}/consents/sharing").status_code == 204
    assert "sharing" not in standing(screener, file)


def test_a_text_that_nobody_was_shown_is_refused(screener: TestClient, file: str) -> None:
    sent = {"purpose": "mentoring", "basis": "consent", "text_version": "1999-01"}
    refused = screener.post(f"{file}/consents", json=sent)
    assert (refused.status_code, refused.json()["field"]) == (422, "text_version")
    assert NOTICE in refused.json()["detail"]


def test_the_text_names_every_version_purpose_and_basis() -> None:
    """docs/privacy.md is what people are shown: the code and it say the same."""
    text = PRIVACY.read_text()
    versions = re.findall(r"^\| `([\d-]+)` \| (\S+) \|$", text, re.MULTILINE)
    assert {version: date.fromisoformat(since) for version, since in versions} == dict(TEXTS)
    rows = re.findall(r"^\| [^|]+ \| `(\w+)` \| ([^|]+) \|", text.partition("## English")[2], re.MULTILINE)
    assert [purpose for purpose, _ in rows] == list(MAY_REST_ON)
    for purpose, told in rows:
        named = {basis for basis in set(Basis) - {"explicit consent"} if basis in told}
        assert named == MAY_REST_ON[purpose] - {"explicit consent"} or purpose == "health"
    assert dict(rows)["health"] == "your explicit consent only"
    assert re.findall(r"`(\w+)` \|", text.partition("## English")[0].partition("## Nederlands")[2]) == list(MAY_REST_ON)


@pytest.mark.parametrize("role", [Role.PERSON, Role.SCREENER])
def test_what_is_not_consent_is_not_withdrawn_and_the_answer_says_how_to_object(
    login: Login, file: str, role: Role
) -> None:
    """GDPR art. 21."""
    client = login(role, person=file.rpartition("/")[2] if role is Role.PERSON else None)
    refused = client.delete(f"{file}/consents/evaluation")
    assert (refused.status_code, refused.json()["field"]) == (422, "purpose")
    assert "public task" in refused.json()["detail"]
    assert "data protection officer" in refused.json()["detail"]
    assert "evaluation" in standing(client, file)


def test_an_objection_that_was_upheld_ends_the_use(screener: TestClient, login: Login, file: str) -> None:
    """GDPR art. 21(1): the service says that it was upheld, not the person themself."""
    evaluator, person = login(Role.EVALUATOR), login(Role.PERSON, person=file.rpartition("/")[2])
    upheld = {"objection": "upheld"}
    assert len(evaluator.get("/api/v1/evaluation/outcomes").json()["items"]) == 1
    assert person.delete(f"{file}/consents/evaluation", params=upheld).status_code == 403
    assert screener.delete(f"{file}/consents/evaluation", params=upheld).status_code == 204
    assert evaluator.get("/api/v1/evaluation/outcomes").json()["items"] == []
    assert screener.delete(f"{file}/consents/evaluation", params=upheld).status_code == 404
    told = person.get(f"{file}/audit").json()["items"]
    assert [row["reasons"] for row in told if row["action"] == "consents.object"] == [["GDPR:21"]]


def test_nobody_objects_to_consent_or_to_guidance_itself(screener: TestClient, file: str) -> None:
    give(screener, file, "mentoring")
    for purpose in ("mentoring", "guidance"):
        refused = screener.delete(f"{file}/consents/{purpose}", params={"objection": "upheld"})
        assert (refused.status_code, refused.json()["field"]) == (422, "purpose")
        assert purpose in standing(screener, file)


SEES = {Role.COORDINATOR: "mentoring", Role.MENTOR: "mentoring", Role.EMPLOYER: "employers"}
"""Who sees a profile on consent only, and for which purpose (ruling 22)."""

steps = st.lists(st.tuples(st.sampled_from(["mentoring", "employers"]), st.booleans()), min_size=1, max_size=6)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_the_next_request_after_each_consent_and_each_withdrawal_goes_by_it(
    screener: TestClient, login: Login, steps: list[tuple[str, bool]]
) -> None:
    """D7: withdrawing one stops its use at once, and the other purpose goes on."""
    file = screener.post(PEOPLE, json={"name": "Rami"}).headers["Location"]
    clients = {role: login(role) for role in SEES}
    agreed: set[str] = set()
    for purpose, given_now in steps:
        if given_now:
            assert give(screener, file, purpose) == 201
            agreed.add(purpose)
        else:
            expected = 204 if purpose in agreed else 404
            assert screener.delete(f"{file}/consents/{purpose}").status_code == expected
            agreed.discard(purpose)
        for role, asked in SEES.items():
            assert clients[role].get(f"{file}/profile").status_code == (200 if asked in agreed else 403)


def test_withdrawing_sharing_ends_the_shares_at_once(
    screener: TestClient, login: Login, elsewhere: str, file: str
) -> None:
    """In the same transaction: the next request of the other organisation finds nothing."""
    colleague = login(Role.SCREENER, at=elsewhere)
    give(screener, file, "sharing")
    screener.post(f"{file}/shares", json={"organisation_id": elsewhere})
    assert colleague.get(file).status_code == 200
    person = login(Role.PERSON, person=file.rpartition("/")[2])
    assert person.delete(f"{file}/consents/sharing").status_code == 204
    assert colleague.get(file).status_code == 404
    assert [one["stands"] for one in screener.get(f"{file}/shares").json()["items"]] == [False]


def test_an_organisation_that_only_shares_the_file_decides_nothing_on_sharing(
    screener: TestClient, login: Login, elsewhere: str, file: str
) -> None:
    colleague = login(Role.SCREENER, at=elsewhere)
    give(screener, file, "sharing")
    screener.post(f"{file}/shares", json={"organisation_id": elsewhere})
    assert give(colleague, file, "sharing") == 403
    assert colleague.delete(f"{file}/consents/sharing").status_code == 403
    assert give(colleague, file, "mentoring") == 201


def test_a_consent_that_is_sent_twice_is_given_once(screener: TestClient, file: str) -> None:
    sent = {"purpose": "mentoring", "basis": "consent", "text_version": NOTICE}
    first, again = (
        screener.post(f"{file}/consents", json=sent, headers={"Idempotency-Key": "a1b2c3d4"}) for _ in range(2)
    )
    assert first.json() == again.json()
    assert [one["purpose"] for one in screener.get(f"{file}/consents").json()["items"]].count("mentoring") == 1


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PERSON, Role.SCREENER, Role.COUNSELLOR, Role.SOCIAL_WORKER}))
def test_other_roles_see_and_record_no_consent(login: Login, file: str, role: Role) -> None:
    client = login(role)
    assert client.get(f"{file}/consents").status_code == 403
    assert give(client, file, "mentoring") == 403
    assert client.delete(f"{file}/consents/mentoring").status_code == 403


def test_looking_at_consents_is_told(screener: TestClient, login: Login, file: str) -> None:
    person = login(Role.PERSON, person=file.rpartition("/")[2])
    screener.get(f"{file}/consents")
    assert person.get(f"{file}/audit").json()["items"][0]["action"] == "consents.view"
