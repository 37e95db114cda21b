"""Tokens of machines over HTTP."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from api.app import create_app
from skillmatch.access import Action, Role
from skillmatch.config import Settings
from skillmatch.service import Service
from skillmatch.service.casework import Casework
from skillmatch.store import tables
from skillmatch.store.unit import SYSTEM, Store
from tests.api.conftest import MASTER, Login

TOKENS, PEOPLE = "/api/v1/tokens", "/api/v1/people"
READER = {"role": "screener", "scopes": ["people.list"], "days": 30, "label": "The statistics office's reader"}


def machine(client: TestClient, token: str) -> TestClient:
    """A program that shows a token."""
    return TestClient(client.app, headers={"Authorization": f"Bearer {token}"}, raise_server_exceptions=False)


def test_a_token_does_what_its_scopes_say_and_no_more(screener: TestClient) -> None:
    made = screener.post(TOKENS, json=READER)
    assert made.status_code == 201
    with machine(screener, made.json()["token"]) as program:
        assert program.get(PEOPLE).status_code == 200
        assert program.post(PEOPLE, json={"name": "Rami"}).status_code == 403
        assert program.get("/api/v1/sessions/current").status_code == 403


def test_a_token_is_shown_once_and_kept_as_a_hash(screener: TestClient, store: Store) -> None:
    key = {"Idempotency-Key": "a-key-of-ours"}
    made = screener.post(TOKENS, json=READER, headers=key).json()
    token = made.pop("token")
    assert token.startswith("skillmatch_")
    assert screener.get(TOKENS).json()["items"] == [made]
    assert screener.post(TOKENS, json=READER, headers=key).json() == made, "one key, one token, shown once"
    with store.read(SYSTEM) as unit:
        kept = unit.connection.execute(select(tables.sessions)).all()
        told = unit.connection.execute(select(tables.audit)).all()
    assert token not in str(kept)
    assert token not in str(told)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"scopes": ["audit.view"]}, "scopes"),
        ({"scopes": ["people.list", "people.erase"]}, "scopes"),
        ({"scopes": ["tokens.make"]}, "scopes"),
        ({"scopes": ["everything"]}, "scopes.0"),
        ({"scopes": []}, "scopes"),
        ({"role": "administrator"}, "role"),
        ({"days": 0}, "days"),
        ({"days": 366}, "days"),
        ({"days": 10**30}, "days"),
        ({"label": ""}, "label"),
        ({"label": "\u0000"}, "label"),
        ({"label": "x" * 101}, "label"),
    ],
)
def test_a_token_reaches_no_further_than_whoever_makes_it(
    screener: TestClient, sent: dict[str, object], field: str
) -> None:
    refused = screener.post(TOKENS, json=READER | sent)
    assert refused.status_code == 422
    problem = refused.json()
    assert (problem.get("field") or problem["errors"][0]["field"]) == field


def test_an_administrator_makes_no_token_that_reads_files(login: Login) -> None:
    """Who sees no personal file cannot have a machine that does (ruling 22)."""
    administrator = login(Role.ADMINISTRATOR)
    assert administrator.post(TOKENS, json=READER).json()["field"] == "role"
    assert administrator.post(TOKENS, json=READER | {"role": "administrator"}).json()["field"] == "scopes"
    allowed = READER | {"role": "administrator", "scopes": ["accounts.manage"]}
    assert administrator.post(TOKENS, json=allowed).status_code == 201


@pytest.mark.parametrize("role", [Role.EMPLOYER, Role.MENTOR])
def test_who_sees_people_by_their_consent_has_no_machine_for_it(login: Login, role: Role) -> None:
    assert login(role).post(TOKENS, json=READER | {"role": role}).status_code == 403


def test_a_token_makes_no_tokens(login: Login) -> None:
    """Else it would never end."""
    narrowed = login(Role.SCREENER, scopes=[Action.MAKE_TOKEN])
    assert narrowed.post(TOKENS, json=READER).status_code == 403


def test_an_administrator_sees_and_ends_those_of_the_organisation_others_their_own(
    screener: TestClient, login: Login, elsewhere: str
) -> None:
    made = screener.post(TOKENS, json=READER).json()
    where = f"{TOKENS}/{made['id']}"
    colleague, stranger = login(Role.COUNSELLOR), login(Role.ADMINISTRATOR, at=elsewhere)
    for client in (colleague, stranger):
        assert client.get(TOKENS).json()["items"] == []
        assert client.delete(where).status_code == 404
    administrator = login(Role.ADMINISTRATOR)
    assert [one["id"] for one in administrator.get(TOKENS).json()["items"]] == [made["id"]]
    with machine(screener, made["token"]) as program:
        assert program.get(PEOPLE).status_code == 200
        assert administrator.delete(where).status_code == 204
        assert program.get(PEOPLE).status_code == 401
    assert administrator.delete(where).status_code == 404


def test_a_login_is_not_ended_as_if_it_were_a_token(screener: TestClient, login: Login, store: Store) -> None:
    with store.read(SYSTEM) as unit:
        logins = unit.connection.scalars(select(tables.sessions.c.id)).all()
    administrator = login(Role.ADMINISTRATOR)
    assert [administrator.delete(f"{TOKENS}/{one}").status_code for one in logins] == [404]


def test_a_token_runs_out_on_its_day(screener: TestClient, settings: Settings, service: Service) -> None:
    token = screener.post(TOKENS, json=READER).json()["token"]
    for days, status in ((29, 200), (31, 401)):
        moment = datetime.now(UTC) + timedelta(days=days)
        later = Store.open(settings.records, MASTER, clock=lambda at=moment: at)  # type: ignore[misc]
        app = create_app(Casework.over(later, service, settings), settings)
        with TestClient(app, headers={"Authorization": f"Bearer {token}"}) as program:
            assert program.get(PEOPLE).status_code == status
        later.close()
