"""What holds for every request: how long it may be, what every answer tells a browser, and how the server is run."""

import io
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import anyio
import httpx
import pytest
from fastapi.testclient import TestClient
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from api import guards
from api.__main__ import NoContent, NoQuery, _logging
from api.app import create_app
from skillmatch import __version__
from skillmatch.config import Settings
from skillmatch.service.casework import Casework
from skillmatch.store.unit import Store
from skillmatch.store.vault import MASTER_KEY, new_master_key

HEALTH, PEOPLE = "/api/v1/health", "/api/v1/people"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def visitor(casework: Casework, settings: Settings) -> Iterator[TestClient]:
    """Somebody who is not logged in."""
    app = create_app(casework, settings.model_copy(update={"max_body": 2000}))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def test_health_tells_versions_and_no_more(visitor: TestClient, casework: Casework) -> None:
    told = visitor.get(HEALTH)
    assert told.status_code == 200
    assert told.json() == {
        "status": "ok",
        "records": True,
        "versions": casework.versions | {"skillmatch": __version__},
    }
    assert casework.versions["taxonomy"]


def test_health_says_when_the_records_cannot_be_read(visitor: TestClient, store: Store, settings: Settings) -> None:
    store.close()
    records = Path(settings.records.removeprefix("sqlite:///"))
    for file in records.parent.glob("records.db*"):
        file.unlink()
    records.mkdir()
    told = visitor.get(HEALTH)
    assert told.status_code == 503
    assert told.json()["records"] is False


@pytest.mark.parametrize("path", [HEALTH, PEOPLE, "/api/v1/nowhere", "/api/v1/openapi.json", "/api/v1/broken"])
def test_every_answer_keeps_out_of_caches_frames_and_addresses(visitor: TestClient, path: str) -> None:
    def broken() -> None:
        raise RuntimeError("a fault of ours")

    visitor.app.add_api_route("/api/v1/broken", broken)  # type: ignore[attr-defined]
    headers = visitor.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"


def test_a_fault_of_ours_is_a_problem_without_what_was_sent(visitor: TestClient) -> None:
    def broken(word: str) -> None:
        raise RuntimeError(word)

    visitor.app.add_api_route("/api/v1/broken", broken)  # type: ignore[attr-defined]
    fault = visitor.get("/api/v1/broken", params={"word": "Rami"})
    assert (fault.status_code, fault.headers["Content-Type"]) == (500, "application/problem+json")
    assert "Rami" not in fault.text


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/api/docs"])
def test_no_page_loads_its_scripts_from_another_site(visitor: TestClient, path: str) -> None:
    assert visitor.get(path).status_code == 404


def test_a_body_that_is_too_long_is_not_read(visitor: TestClient) -> None:
    login = {"login": "noor", "password": "x" * 2000}
    refused = visitor.post("/api/v1/sessions", json=login)
    assert (refused.status_code, refused.json()["status"]) == (413, 413)
    assert visitor.post("/api/v1/sessions", json=login | {"password": "x" * 20}).status_code == 401


def test_a_body_of_unknown_length_is_read_as_far_as_allowed_and_no_further() -> None:
    given = 0

    async def receive() -> Message:
        nonlocal given
        given += 1
        return {"type": "http.request", "body": b"x" * 500, "more_body": True}

    async def reader(scope: Scope, receive: Receive, send: Send) -> None:
        await Request(scope, receive).body()

    async def nowhere(message: Message) -> None:
        raise AssertionError(message)

    scope = {"type": "http", "method": "POST", "headers": []}
    with pytest.raises(HTTPException) as refused:
        anyio.run(guards.Bounded(reader, longest=1200), scope, receive, nowhere)
    assert refused.value.status_code == 413
    assert given == 3


def test_a_length_that_is_none_is_not_believed(visitor: TestClient) -> None:
    body = json.dumps({"login": "noor", "password": "x" * 4000}).encode()
    for length in ("-1", "many", "9" * 50):
        refused = visitor.post(
            "/api/v1/sessions", content=body, headers={"Content-Type": "application/json", "Content-Length": length}
        )
        assert refused.status_code == 413


def test_the_access_log_leaves_queries_out() -> None:
    line = logging.LogRecord(
        "uvicorn.access",
        logging.INFO,
        "",
        0,
        '%s - "%s %s HTTP/%s" %d',
        ("127.0.0.1:1", "GET", "/api/v1/people?after=somebody", "1.1", 200),
        None,
    )
    assert NoQuery().filter(line)
    assert line.getMessage() == '127.0.0.1:1 - "GET /api/v1/people HTTP/1.1" 200'


def test_the_log_of_a_fault_names_its_place_and_not_what_was_sent() -> None:
    def broken(word: str) -> None:
        raise ValueError(f"cannot read {word}")

    logger, lines = logging.Logger("uvicorn.error"), io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.addFilter(NoContent())
    logger.addHandler(handler)
    try:
        broken("Rami")
    except ValueError as error:
        logger.error("Exception in ASGI application\n", exc_info=error)
    said = lines.getvalue()
    assert said.startswith("ValueError at test_app.py:")
    assert "broken" in said
    assert "Rami" not in said


def test_the_servers_log_goes_through_both_filters() -> None:
    handlers = _logging()["handlers"]
    assert handlers["default"]["filters"] == ["no_content"]
    assert handlers["access"]["filters"] == ["no_query"]


@pytest.fixture
def served(installed: Settings, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A real server, started as its operator does it; gives its address and its log."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "SKILLMATCH_HOME": str(installed.home),
        "SKILLMATCH_DATABASE": f"sqlite:///{tmp_path / 'records.db'}",
        MASTER_KEY: new_master_key(),
    }
    command = [sys.executable, "-c", "from skillmatch.cli import main; main()"]
    log = tmp_path / "log"
    subprocess.run(
        [*command, "user", "add", "noor", "--role", "screener", "--password-stdin"],
        input=b"een lange zin als wachtwoord\n",
        env=environment,
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    with log.open("wb") as out:
        server = subprocess.Popen(
            [*command, "serve", "--port", str(port)], env=environment, cwd=ROOT, stdout=out, stderr=out
        )
        yield f"http://127.0.0.1:{port}", log
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def test_a_served_installation_answers_who_logs_in(served: tuple[str, Path]) -> None:
    address, log = served
    with httpx.Client(base_url=address) as client:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                health = client.get(HEALTH, params={"about": "secret-of-a-query"})
                break
            except httpx.ConnectError:
                time.sleep(0.2)
        assert health.json()["status"] == "ok", log.read_text()
        assert "server" not in health.headers
        begun = client.post("/api/v1/sessions", json={"login": "noor", "password": "een lange zin als wachtwoord"})
        token = begun.headers["Set-Cookie"].partition("=")[2].partition(";")[0]
        mine = {"Authorization": f"Bearer {token}"}
        assert client.post(PEOPLE, json={"name": "Rami"}, headers=mine).status_code == 201
        assert client.post(PEOPLE, content=b"x" * 3_000_000, headers=mine).status_code == 413
    text = log.read_text()
    assert "GET /api/v1/health HTTP/1.1" in text
    assert "secret-of-a-query" not in text
    assert token not in text
