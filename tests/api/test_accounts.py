"""Accounts of an organisation over HTTP."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from skillmatch.access import Role
from skillmatch.store import tables
from skillmatch.store.unit import SYSTEM, Store
from tests.api.conftest import Browser, Login

ACCOUNTS, SESSIONS, PEOPLE = "/api/v1/accounts", "/api/v1/sessions", "/api/v1/people"
PASSWORD = "een lange zin als wachtwoord"

pytestmark = pytest.mark.usefixtures("cheap_passwords")


@pytest.fixture
def administrator(login: Login) -> TestClient:
    return login(Role.ADMINISTRATOR)


def new(login: str = "noor", **more: object) -> dict[str, object]:
    return {"login": login, "roles": ["screener"], "password": PASSWORD, **more}


def test_an_account_that_is_made_can_log_in(administrator: TestClient, browser: Browser) -> None:
    made = administrator.post(ACCOUNTS, json=new(trained=["trauma"]))
    assert made.status_code == 201
    account = made.json()
    assert PASSWORD not in made.text
    assert "password_hash" not in account
    assert administrator.get(made.headers["Location"]).json() == account
    session = browser().post(SESSIONS, json={"login": "noor", "password": PASSWORD}).json()
    assert (session["account_id"], session["role"], session["trained"]) == (account["id"], "screener", ["trauma"])


def test_accounts_are_of_ones_own_organisation_and_of_no_other(
    administrator: TestClient, login: Login, elsewhere: str
) -> None:
    made = administrator.post(ACCOUNTS, json=new())
    stranger = login(Role.ADMINISTRATOR, at=elsewhere)
    where, seen = made.headers["Location"], {"If-Match": made.headers["ETag"]}
    assert stranger.get(where).status_code == 404
    assert stranger.patch(where, json={"active": False}, headers=seen).status_code == 404
    assert {one["login"] for one in stranger.get(ACCOUNTS).json()["items"]}.isdisjoint({"noor"})
    taken = stranger.post(ACCOUNTS, json=new())
    assert taken.status_code == 409
    assert "noor" not in taken.text


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.ADMINISTRATOR, Role.PERSON)])
def test_nobody_but_an_administrator_sees_or_makes_accounts(login: Login, role: Role) -> None:
    client = login(role)
    assert client.get(ACCOUNTS).status_code == 403
    assert client.post(ACCOUNTS, json=new()).status_code == 403


def test_pages_of_accounts_follow_each_other(administrator: TestClient) -> None:
    made = {administrator.post(ACCOUNTS, json=new(f"login-{n}")).json()["id"] for n in range(4)}
    first = administrator.get(ACCOUNTS, params={"size": 3}).json()
    rest = administrator.get(ACCOUNTS, params={"size": 3, "after": first["after"]}).json()
    assert [one["id"] for one in first["items"] + rest["items"]] == sorted({administrator.account, *made})  # type: ignore[attr-defined]
    assert rest["after"] is None


def test_an_account_that_is_made_twice_with_one_key_is_one(administrator: TestClient, store: Store) -> None:
    key = {"Idempotency-Key": "a-key-of-ours"}
    first = administrator.post(ACCOUNTS, json=new(), headers=key)
    again = administrator.post(ACCOUNTS, json=new(), headers=key)
    assert (again.status_code, again.json()) == (201, first.json())
    assert administrator.post(ACCOUNTS, json=new("other"), headers=key).status_code == 409
    with_another_password = administrator.post(ACCOUNTS, json=new(password="een heel ander wachtwoord"), headers=key)
    assert with_another_password.status_code == 201, "what is kept of the request says nothing about the password"


@pytest.mark.parametrize(
    ("changes", "ends"),
    [
        ({"active": False}, True),
        ({"roles": ["coordinator"]}, True),
        ({"password": "een andere lange zin"}, True),
        ({"trained": ["trauma"]}, False),
        ({"roles": ["screener"]}, False),
    ],
)
def test_a_session_ends_with_what_it_was_begun_on(
    administrator: TestClient, browser: Browser, changes: dict[str, object], ends: bool
) -> None:
    made = administrator.post(ACCOUNTS, json=new())
    client = browser()
    client.post(SESSIONS, json={"login": "noor", "password": PASSWORD})
    changed = administrator.patch(made.headers["Location"], json=changes, headers={"If-Match": made.headers["ETag"]})
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert client.get(f"{SESSIONS}/current").status_code == (401 if ends else 200)


def test_a_closed_account_opens_again(administrator: TestClient, browser: Browser) -> None:
    made = administrator.post(ACCOUNTS, json=new())
    where, wanted = made.headers["Location"], {"login": "noor", "password": PASSWORD}
    for active, status, seen in ((False, 401, '"1"'), (True, 201, '"2"')):
        administrator.patch(where, json={"active": active}, headers={"If-Match": seen})
        assert browser().post(SESSIONS, json=wanted).status_code == status


def test_of_two_changes_to_one_version_the_second_gets_both_but_no_password(administrator: TestClient) -> None:
    made = administrator.post(ACCOUNTS, json=new())
    where, seen = made.headers["Location"], {"If-Match": made.headers["ETag"]}
    administrator.patch(where, json={"roles": ["screener", "coordinator"]}, headers=seen)
    late = administrator.patch(where, json={"roles": ["mentor"], "password": "een andere lange zin"}, headers=seen)
    assert late.status_code == 409
    problem = late.json()
    assert problem["current"]["roles"] == ["screener", "coordinator"]
    assert problem["yours"] == {"roles": ["mentor"]}
    assert administrator.patch(where, json={"active": False}).status_code == 428


def test_an_organisation_keeps_an_administrator(administrator: TestClient, browser: Browser) -> None:
    own = f"{ACCOUNTS}/{administrator.account}"  # type: ignore[attr-defined]
    for changes in ({"active": False}, {"roles": ["screener"]}):
        refused = administrator.patch(own, json=changes, headers={"If-Match": '"1"'})
        assert refused.status_code == 409
        assert "last administrator" in refused.json()["detail"]
    administrator.post(ACCOUNTS, json=new("second", roles=["administrator"]))
    assert administrator.patch(own, json={"roles": ["screener"]}, headers={"If-Match": '"1"'}).status_code == 200
    second = browser()
    second.post(SESSIONS, json={"login": "second", "password": PASSWORD})
    assert second.get(own).json()["roles"] == ["screener"]


def test_an_administrator_of_another_organisation_does_not_count(
    administrator: TestClient, login: Login, elsewhere: str
) -> None:
    login(Role.ADMINISTRATOR, at=elsewhere)
    own = f"{ACCOUNTS}/{administrator.account}"  # type: ignore[attr-defined]
    assert administrator.patch(own, json={"active": False}, headers={"If-Match": '"1"'}).status_code == 409


def test_a_persons_account_opens_their_own_file(
    administrator: TestClient, screener: TestClient, browser: Browser
) -> None:
    mine, other = (screener.post(PEOPLE, json={"name": name}).json()["id"] for name in ("Rami", "Samira"))
    made = administrator.post(ACCOUNTS, json=new("rami", roles=["person"], person_id=mine))
    assert made.json()["person_id"] == mine
    client = browser()
    client.post(SESSIONS, json={"login": "rami", "password": PASSWORD})
    assert client.get(f"{PEOPLE}/{mine}").status_code == 200
    assert client.get(f"{PEOPLE}/{other}").status_code == 404


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"roles": []}, "roles"),
        ({"roles": ["emperor"]}, "roles.0"),
        ({"roles": ["screener", "screener"]}, "roles"),
        ({"roles": ["person"]}, "person_id"),
        ({"roles": ["person", "screener"], "person_id": "0" * 32}, "roles"),
        ({"roles": ["screener"], "person_id": "0" * 32}, "person_id"),
        ({"login": "two words"}, "login"),
        ({"login": "ada\u0000"}, "login"),
        ({"password": "short"}, "password"),
        ({"login": "a-login-of-twenty", "password": "A-Login-Of-Twenty"}, "password"),
        ({"trained": ["\u0000"]}, "trained.0"),
        ({"active": None}, "active"),
    ],
)
def test_bad_accounts_are_refused_by_field(administrator: TestClient, sent: dict[str, object], field: str) -> None:
    refused = administrator.post(ACCOUNTS, json=new(**sent))
    assert refused.status_code == 422
    problem = refused.json()
    assert (problem.get("field") or problem["errors"][0]["field"]) == field


def test_a_person_who_is_not_there_gets_no_account(administrator: TestClient) -> None:
    assert administrator.post(ACCOUNTS, json=new(roles=["person"], person_id="0" * 32)).status_code == 404


def test_what_was_done_with_an_account_is_in_the_audit_without_its_login(
    administrator: TestClient, store: Store
) -> None:
    made = administrator.post(ACCOUNTS, json=new())
    administrator.patch(made.headers["Location"], json={"roles": ["mentor"]}, headers={"If-Match": '"1"'})
    with store.read(SYSTEM) as unit:
        rows = (
            unit.connection.execute(select(tables.audit).order_by(tables.audit.c.seq.desc()).limit(2)).mappings().all()
        )
    assert [row["action"] for row in rows] == ["accounts.change", "accounts.add"]
    assert all(row["account"] == administrator.account for row in rows)  # type: ignore[attr-defined]
    assert "noor" not in str(rows)
