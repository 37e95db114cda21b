"""Logging in and out, as a browser does it."""

from datetime import UTC, datetime, timedelta
from threading import BoundedSemaphore

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient

from api.app import create_app
from api.auth import COOKIE
from skillmatch.access import Role
from skillmatch.config import Settings
from skillmatch.service import Service
from skillmatch.service.casework import Casework, passwords
from skillmatch.store import accounts
from skillmatch.store.accounts import Account
from skillmatch.store.audit import By
from skillmatch.store.unit import SYSTEM, Store
from tests.api.clients import CHEAP
from tests.api.conftest import HERE, MASTER, Browser, Login

SESSIONS, CURRENT, PEOPLE = "/api/v1/sessions", "/api/v1/sessions/current", "/api/v1/people"
PASSWORD = "een lange zin als wachtwoord"

pytestmark = pytest.mark.usefixtures("cheap_passwords")


def account(store: Store, organisation: str, login: str = "noor", *, roles: tuple[Role, ...] = ()) -> Account:
    secret = CHEAP.hash(PASSWORD)
    with store.write(By("system", "system", organisation)) as unit:
        roles = roles or (Role.SCREENER, Role.SOCIAL_WORKER)
        return accounts.add_account(unit, login, roles=roles, password_hash=secret)


@pytest.fixture
def noor(store: Store, organisation: str) -> Account:
    """A screener who is a social worker too."""
    return account(store, organisation)


def credentials(login: str = "noor", password: str = PASSWORD, **more: str) -> dict[str, str]:
    return {"login": login, "password": password, **more}


def test_who_logs_in_is_known_until_they_log_out(browser: Browser, noor: Account, organisation: str) -> None:
    client = browser()
    begun = client.post(SESSIONS, json=credentials())
    assert begun.status_code == 201
    said = begun.json()
    assert (said["account_id"], said["login"], said["organisation_id"]) == (noor.id, "noor", organisation)
    assert (said["role"], said["roles"]) == ("screener", ["screener", "social worker"])
    assert client.get(CURRENT).json() == said
    assert client.post(PEOPLE, json={"name": "Rami"}).status_code == 201
    token = client.cookies[COOKIE]
    assert client.delete(CURRENT).status_code == 204
    assert COOKIE not in client.cookies
    assert client.get(CURRENT).status_code == 401
    assert client.get(CURRENT, headers={"Cookie": f"{COOKIE}={token}"}).status_code == 401


def test_the_cookie_is_for_this_site_and_no_script(browser: Browser, noor: Account) -> None:
    header = browser().post(SESSIONS, json=credentials()).headers["Set-Cookie"]
    said = {part.strip().lower() for part in header.split(";")[1:]}
    assert {"httponly", "samesite=strict", "secure", "path=/", "max-age=36000"} == said
    token = header.split(";")[0].partition("=")[2]
    assert len(token) >= 43  # 256 bits in base64


def test_on_a_machine_of_ones_own_the_cookie_may_go_over_http(
    casework: Casework, settings: Settings, noor: Account
) -> None:
    app = create_app(casework, settings.model_copy(update={"cookie_secure": False}))
    with TestClient(app, base_url="http://127.0.0.1:8000") as client:
        client.post(SESSIONS, json=credentials())
        assert client.get(CURRENT).status_code == 200


def test_a_session_is_in_the_role_that_was_chosen_and_in_no_other(browser: Browser, noor: Account) -> None:
    client = browser()
    assert client.post(SESSIONS, json=credentials(role="social worker")).json()["role"] == "social worker"
    refused = browser().post(SESSIONS, json=credentials(role="auditor"))
    assert (refused.status_code, refused.json()["field"]) == (422, "role")


def test_capitals_and_composed_letters_open_the_same_door(browser: Browser, store: Store, organisation: str) -> None:
    with store.write(By("system", "system", organisation)) as unit:
        spelt = passwords.hashed("één lange zin erbij")
        accounts.add_account(unit, "noor", roles=(Role.SCREENER,), password_hash=spelt)
    decomposed = "e\u0301e\u0301n lange zin erbij"
    assert browser().post(SESSIONS, json=credentials("NOOR", decomposed)).status_code == 201


def test_a_space_at_its_end_is_part_of_a_password(browser: Browser, noor: Account) -> None:
    assert browser().post(SESSIONS, json=credentials(password=PASSWORD + " ")).status_code == 401


def test_a_wrong_password_an_unknown_login_and_a_closed_account_look_the_same(
    browser: Browser, store: Store, organisation: str, noor: Account
) -> None:
    account(store, organisation, "gone")
    account(store, organisation, "nopassword")
    with store.write(By("system", "system", organisation)) as unit:
        accounts.close_account(unit, "gone")
    tries = [credentials(password="not the password"), credentials("nobody"), credentials("gone"), credentials("x\x01")]
    answers = [browser().post(SESSIONS, json=one) for one in tries]
    assert {one.status_code for one in answers} == {401}
    assert len({one.text for one in answers}) == 1
    assert all(COOKIE not in one.cookies for one in answers)


def test_as_much_work_is_done_for_a_login_that_nobody_has(
    browser: Browser, noor: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The hash is what takes the time: it is computed once for each try, whoever is asked for."""
    browser().post(SESSIONS, json=credentials("first"))
    verified: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:
            verified.append(str(hash).rsplit("$", 2)[0])
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "_HASHER", Counting(time_cost=1, memory_cost=8, parallelism=1))
    for login in ("noor", "nobody"):
        browser().post(SESSIONS, json=credentials(login, "not the password"))
    assert len(verified) == 2
    assert verified[0] == verified[1] == "$argon2id$v=19$m=8,t=1,p=1"


def test_after_ten_failures_nobody_gets_in_for_a_while_and_unknown_logins_are_no_exception(
    browser: Browser, noor: Account, settings: Settings, service: Service
) -> None:
    for login in ("noor", "nobody"):
        failed = [browser().post(SESSIONS, json=credentials(login, "not the password")) for _ in range(11)]
        assert [one.status_code for one in failed] == [401] * 10 + [429]
        assert 0 < int(failed[-1].headers["Retry-After"]) <= 900
        assert failed[-1].headers["Content-Type"] == "application/problem+json"
    assert browser().post(SESSIONS, json=credentials()).status_code == 429
    later = Store.open(settings.records, MASTER, clock=lambda: datetime.now(UTC) + timedelta(minutes=16))
    with TestClient(create_app(Casework.over(later, service, settings), settings), base_url=HERE) as client:
        assert client.post(SESSIONS, json=credentials()).status_code == 201
    later.close()


def test_a_failure_is_in_the_audit_and_an_unknown_login_is_not_in_clear(
    browser: Browser, store: Store, noor: Account, organisation: str
) -> None:
    browser().post(SESSIONS, json=credentials(password="not the password"))
    browser().post(SESSIONS, json=credentials("somebody@else.example"))
    with store.read(By("auditor", "auditor", organisation)) as unit:
        ours = [row for row in unit.trail() if row.action == "sessions.refused"]
    with store.read(SYSTEM) as unit:
        every = [row for row in unit.trail() if row.action == "sessions.refused"]
    assert [row.about for row in ours] == [f"accounts:{noor.id}"]
    assert len(every) == 1
    assert "somebody" not in str(every[0])


def test_a_session_ends_after_the_hours_that_are_set(
    browser: Browser, noor: Account, settings: Settings, service: Service
) -> None:
    client = browser()
    client.post(SESSIONS, json=credentials())
    header = {"Authorization": f"Bearer {client.cookies[COOKIE]}"}
    for hours, status in ((9.9, 200), (10.1, 401)):
        later = Store.open(settings.records, MASTER, clock=lambda h=hours: datetime.now(UTC) + timedelta(hours=h))  # type: ignore[misc]
        with TestClient(create_app(Casework.over(later, service, settings), settings)) as other:
            assert other.get(CURRENT, headers=header).status_code == status
        later.close()


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "https://skillmatch.example.evil.example"},
    ],
)
def test_no_other_site_changes_anything_through_a_cookie(
    browser: Browser, noor: Account, headers: dict[str, str]
) -> None:
    client = browser()
    client.post(SESSIONS, json=credentials())
    refused = client.post(PEOPLE, json={"name": "Rami"}, headers=headers)
    assert refused.status_code == 403
    assert client.get(PEOPLE, headers=headers).json()["items"] == []
    assert browser().post(SESSIONS, json=credentials(), headers=headers).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin", "Origin": HERE},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://seen-through-a-proxy.example"},
        {"Origin": HERE},
        {"Origin": "http://127.0.0.1:8000"},  # the public address of the settings
        {},
    ],
)
def test_the_own_site_changes_what_it_may(browser: Browser, noor: Account, headers: dict[str, str]) -> None:
    client = browser()
    assert client.post(SESSIONS, json=credentials(), headers=headers).status_code == 201
    assert client.post(PEOPLE, json={"name": "Rami"}, headers=headers).status_code == 201


def test_of_a_header_and_a_cookie_the_header_counts(browser: Browser, noor: Account, login: Login) -> None:
    """A program set the header for this request; a browser sends the cookie unasked."""
    client = browser()
    client.post(SESSIONS, json=credentials())
    auditor = login(Role.AUDITOR)
    both = {"Authorization": auditor.headers["Authorization"], "Sec-Fetch-Site": "cross-site"}
    assert client.get(CURRENT, headers=both).json()["role"] == "auditor"
    assert client.post(PEOPLE, json={"name": "Rami"}, headers=both).status_code == 403
    assert client.get(CURRENT, headers={"Authorization": "Bearer nobody"}).status_code == 401


def test_a_password_is_hashed_anew_when_the_parameters_have_changed(
    browser: Browser, store: Store, noor: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    client = browser()
    assert client.post(SESSIONS, json=credentials()).status_code == 201
    with store.read(SYSTEM) as unit:
        kept = accounts.account(unit, "noor")
    assert (kept.password_hash or "").startswith("$argon2id$v=19$m=16,t=2,p=1$")
    assert kept.version == noor.version
    assert client.get(CURRENT).status_code == 200
    assert browser().post(SESSIONS, json=credentials()).status_code == 201


def test_argon2id_is_what_a_password_is_kept_with(monkeypatch: pytest.MonkeyPatch) -> None:
    """OWASP and RFC 9106 ask for at least these parameters."""
    monkeypatch.undo()
    kept = passwords.hashed(PASSWORD)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.fits(PASSWORD, kept)
    assert not passwords.fits(PASSWORD + "!", kept)
    assert not passwords.fits(PASSWORD, None)
    assert not passwords.fits(PASSWORD, "not a hash")


def test_a_crowd_at_the_door_is_sent_away_and_those_inside_go_on(
    browser: Browser, noor: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = browser()
    client.post(SESSIONS, json=credentials())
    monkeypatch.setattr(passwords, "_AT_ONCE", BoundedSemaphore(1))
    monkeypatch.setattr(passwords, "_PATIENCE_SECONDS", 0.01)
    passwords._AT_ONCE.acquire()
    refused = browser().post(SESSIONS, json=credentials())
    assert refused.status_code == 429
    assert client.get(CURRENT).status_code == 200
    passwords._AT_ONCE.release()
    assert browser().post(SESSIONS, json=credentials()).status_code == 201


def test_whoever_changes_their_password_ends_every_session_of_theirs(browser: Browser, noor: Account) -> None:
    here, there = browser(), browser()
    for client in (here, there):
        client.post(SESSIONS, json=credentials())
    change = {"current": PASSWORD, "new": "een andere lange zin"}
    wrong = here.put(f"{CURRENT}/password", json=change | {"current": "not the password"})
    assert (wrong.status_code, here.get(CURRENT).status_code) == (401, 200)
    assert here.put(f"{CURRENT}/password", json=change).status_code == 204
    assert [client.get(CURRENT).status_code for client in (here, there)] == [401, 401]
    assert browser().post(SESSIONS, json=credentials()).status_code == 401
    assert browser().post(SESSIONS, json=credentials(password=change["new"])).status_code == 201


@pytest.mark.parametrize(
    ("new", "field"), [("short", "new"), ("x" * 201, "new"), ("a-login-of-20-letters", "password")]
)
def test_a_new_password_is_long_enough_and_not_the_login(
    browser: Browser, store: Store, organisation: str, new: str, field: str
) -> None:
    account(store, organisation, "a-login-of-20-letters")
    client = browser()
    client.post(SESSIONS, json=credentials("a-login-of-20-letters"))
    refused = client.put(f"{CURRENT}/password", json={"current": PASSWORD, "new": new})
    assert refused.status_code == 422
    assert (refused.json().get("field") or refused.json()["errors"][0]["field"]) == field
    assert new not in refused.text


@pytest.mark.parametrize(
    "sent",
    [
        '{"login": "noor", "password": "\\ud800 lone surrogate"}',
        '{"login": "\\ud800", "password": "een lange zin"}',
        '{"login": "a\\u0000b", "password": "nul \\u0000 in it"}',
        '{"login": "", "password": ""}',
        '{"login": 7, "password": []}',
        "[]",
        "nothing of the kind",
    ],
)
def test_odd_credentials_are_an_error_of_the_client(browser: Browser, noor: Account, sent: str) -> None:
    refused = browser().post(SESSIONS, content=sent, headers={"Content-Type": "application/json"})
    assert refused.status_code in (401, 422)


def test_a_form_of_another_site_is_not_read_as_credentials(browser: Browser, noor: Account) -> None:
    """A page elsewhere can send a form without asking: it must not log anybody in (login CSRF)."""
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        sent = browser().post(SESSIONS, content=str(credentials()), headers={"Content-Type": kind})
        assert sent.status_code == 422
