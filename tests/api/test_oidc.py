"""Logging in through a login service: one with its own keys, that answers over HTTP inside the test."""

import hashlib
import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from joserfc import jws
from joserfc.jwk import ECKey, KeySet, RSAKey
from pydantic import SecretStr

from api.oidc import LoginService
from api.routes.oidc import FLOW
from skillmatch.access import Role
from skillmatch.config import Settings
from skillmatch.store import accounts
from skillmatch.store.audit import By
from skillmatch.store.unit import SYSTEM, Store
from tests.api.conftest import HERE

BEGIN, CALLBACK, CURRENT = "/api/v1/oidc/login", "/api/v1/oidc/callback", "/api/v1/sessions/current"
ISSUER, CLIENT, SECRET = "https://login.example", "skillmatch-antwerp", "the client's secret"
KEY, STRANGE = RSAKey.generate_key(2048, {"kid": "one"}), RSAKey.generate_key(2048, {"kid": "one"})
NOOR = {"email": "noor@city.example", "email_verified": True}


@dataclass
class Issuer:
    """A login service that follows the rules, but for what a test changes."""

    claims: dict[str, Any] = field(default_factory=lambda: dict(NOOR))
    key: Any = field(default_factory=lambda: KEY)
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "RS256", "kid": "one"})
    described: dict[str, Any] = field(default_factory=dict)
    id_token: str | None = None
    down: bool = False
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    redeemed: int = 0

    def sign_in(self, url: str) -> str:
        """Somebody logs in there; gives the address that their browser is sent back to."""
        asked = dict(parse_qsl(urlsplit(url).query))
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
        assert "openid" in asked["scope"].split()
        assert asked["code_challenge_method"] == "S256"
        self.codes["c0de"] = asked
        return f"{asked['redirect_uri']}?code=c0de&state={asked['state']}"

    def answer(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("nobody there")
        match request.method, request.url.path:
            case "GET", "/.well-known/openid-configuration":
                return httpx.Response(200, json=self._description() | self.described)
            case "GET", "/keys":
                return httpx.Response(200, json=KeySet([KEY]).as_dict(private=False))
            case "POST", "/token":
                return self._redeem(request)
        return httpx.Response(404)

    def _description(self) -> dict[str, Any]:
        return {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/keys",
        }

    def _redeem(self, request: httpx.Request) -> httpx.Response:
        sent = dict(parse_qsl(request.content.decode()))
        asked = self.codes.pop(sent.get("code", ""), None)
        digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
        challenge = _base64(digest)
        authentic = request.headers["Authorization"] == httpx.BasicAuth(CLIENT, SECRET)._auth_header
        if asked is None or challenge != asked["code_challenge"] or sent["redirect_uri"] != asked["redirect_uri"]:
            return httpx.Response(400, json={"error": "invalid_grant"})
        if not authentic:
            return httpx.Response(401, json={"error": "invalid_client"})
        self.redeemed += 1
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": CLIENT, "sub": "8", "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        said = {name: value for name, value in (claims | self.claims).items() if value is not None}
        token = self.id_token or _signed(self.header, said, self.key)
        return httpx.Response(200, json={"access_token": "a", "token_type": "Bearer", "id_token": token})


def _signed(header: dict[str, Any], claims: dict[str, Any], key: Any) -> str:
    """A token; by hand where the library would not let itself be misused: bytes stand for a shared secret."""
    if not isinstance(key, bytes):
        return jws.serialize_compact(header, json.dumps(claims).encode(), key)
    parts = ".".join(_base64(json.dumps(part).encode()) for part in (header, claims))
    return f"{parts}.{_base64(hmac.digest(key, parts.encode(), 'sha256'))}"


def _base64(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture
def browser(issuer: Issuer, app: FastAPI, settings: Settings, store: Store, organisation: str) -> Iterator[TestClient]:
    """A browser, at a skillmatch that trusts the issuer and knows Noor."""
    with store.write(By("system", "system", organisation)) as unit:
        accounts.add_account(unit, "noor@city.example", roles=(Role.SCREENER, Role.SOCIAL_WORKER))
    trusting = settings.model_copy(
        update={
            "oidc_issuer": ISSUER,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": SecretStr(SECRET),
            "public_url": HERE,
        }
    )
    app.state.settings = trusting
    app.state.login_service = LoginService(trusting, httpx.MockTransport(issuer.answer))
    with TestClient(app, base_url=HERE, follow_redirects=False, raise_server_exceptions=False) as client:
        yield client


def log_in(browser: TestClient, issuer: Issuer, **asked: str) -> Any:
    return browser.get(issuer.sign_in(browser.get(BEGIN, params=asked).headers["Location"]))


def test_who_is_known_there_and_has_an_account_here_is_logged_in(browser: TestClient, issuer: Issuer) -> None:
    begun = log_in(browser, issuer)
    assert begun.status_code == 200
    assert begun.json()["login"] == "noor@city.example"
    assert browser.get(CURRENT).json() == begun.json()
    assert FLOW not in browser.cookies


def test_the_role_is_chosen_on_the_way_in(browser: TestClient, issuer: Issuer) -> None:
    assert log_in(browser, issuer, role="social worker").json()["role"] == "social worker"
    assert log_in(browser, issuer, role="auditor").status_code == 422


def test_what_the_browser_keeps_meanwhile_is_short_lived_and_tells_nothing(browser: TestClient, issuer: Issuer) -> None:
    gone = browser.get(BEGIN)
    assert gone.status_code == 303
    said = {part.strip().lower() for part in gone.headers["Set-Cookie"].split(";")[1:]}
    assert said == {"httponly", "samesite=lax", "secure", f"path={CALLBACK}", "max-age=600"}
    asked = dict(parse_qsl(urlsplit(gone.headers["Location"]).query))
    assert asked["state"] not in gone.headers["Set-Cookie"]
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3


NOW = int(time.time())


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "of another login"},
        {"nonce": None},
        {"iss": "https://elsewhere.example"},
        {"aud": "another client"},
        {"aud": [CLIENT, "another client"]},  # and no azp that says for whom
        {"azp": "another client"},
        {"exp": NOW - 120},
        {"exp": None},
        {"iat": None},
        {"sub": None},
        {"nbf": NOW + 3600},
        {"at_hash": "of-another-access-token"},
        {"email_verified": False},
        {"email_verified": None},
        {"email": None},
        {"email": ["noor@city.example"]},
        {"email": "nobody@city.example"},
        {"email": "\ud800"},
    ],
)
def test_a_token_that_does_not_hold_lets_nobody_in(
    browser: TestClient, issuer: Issuer, store: Store, claims: dict[str, Any]
) -> None:
    issuer.claims |= claims
    refused = log_in(browser, issuer)
    assert refused.status_code == 401
    assert issuer.redeemed == 1
    assert browser.get(CURRENT).status_code == 401
    assert "nobody@city" not in refused.text


@pytest.mark.parametrize(
    "forged",
    [
        {"key": STRANGE},
        {"header": {"alg": "HS256", "kid": "one"}, "key": KEY.as_pem(private=False)},
        {"header": {"alg": "ES256", "kid": "one"}, "key": ECKey.generate_key("P-256")},
        {"header": {"alg": "RS256", "kid": "two"}},
        {"id_token": "not a token"},
        {"id_token": "eyJhbGciOiJub25lIn0.e30."},
    ],
    ids=["a strange key", "the public key as a secret", "another kind", "an unknown key", "no token", "unsigned"],
)
@pytest.mark.filterwarnings("ignore:This key may not be safe:UserWarning")
def test_a_signature_that_is_not_the_services_own_lets_nobody_in(
    browser: TestClient, issuer: Issuer, forged: dict[str, Any]
) -> None:
    for name, value in forged.items():
        setattr(issuer, name, value)
    assert log_in(browser, issuer).status_code == 401
    assert issuer.redeemed == 1
    assert browser.get(CURRENT).status_code == 401


def test_an_account_is_never_made_on_the_way_in(browser: TestClient, issuer: Issuer, store: Store) -> None:
    issuer.claims["email"] = "nobody@city.example"
    assert "ask an administrator" in log_in(browser, issuer).json()["detail"]
    with store.read(SYSTEM) as unit:
        refused = [row for row in unit.trail() if row.action == "sessions.refused"]
        assert len(refused) == 1
        assert "nobody" not in str(refused)


def test_a_closed_account_stays_closed(browser: TestClient, issuer: Issuer, store: Store, organisation: str) -> None:
    with store.write(By("system", "system", organisation)) as unit:
        accounts.close_account(unit, "noor@city.example")
    assert log_in(browser, issuer).status_code == 401


def test_the_login_may_be_another_claim_in_any_case(browser: TestClient, issuer: Issuer) -> None:
    service = browser.app.state.login_service  # type: ignore[attr-defined]
    settings = service.settings.model_copy(update={"oidc_login_claim": "upn"})
    browser.app.state.login_service = replace(service, settings=settings)  # type: ignore[attr-defined]
    issuer.claims = {"upn": "Noor@City.example"}
    assert log_in(browser, issuer).status_code == 200


def test_a_way_back_that_this_browser_did_not_begin_is_refused(browser: TestClient, issuer: Issuer) -> None:
    """Else somebody could have another log in as themself (RFC 6749, 10.12)."""
    back = issuer.sign_in(browser.get(BEGIN).headers["Location"])
    for url in (back.replace("state=", "state=x"), CALLBACK, f"{CALLBACK}?code=c0de"):
        assert browser.get(url).status_code == 401
    sealed = browser.cookies[FLOW]
    browser.cookies.clear()
    assert browser.get(back).status_code == 401
    tampered = sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:]
    assert browser.get(back, headers={"Cookie": f"{FLOW}={tampered}"}).status_code == 401
    assert issuer.redeemed == 0
    assert browser.get(back, headers={"Cookie": f"{FLOW}={sealed}"}).status_code == 200


def test_who_takes_too_long_begins_again(browser: TestClient, issuer: Issuer, monkeypatch: pytest.MonkeyPatch) -> None:
    back = issuer.sign_in(browser.get(BEGIN).headers["Location"])
    later = time.time() + 601
    monkeypatch.setattr(time, "time", lambda: later)
    headers = {"Cookie": f"{FLOW}={browser.cookies[FLOW]}"}  # a browser that does not look at the clock
    assert browser.get(back, headers=headers).status_code == 401
    assert issuer.redeemed == 0


def test_a_stolen_code_is_worth_nothing_without_the_browser_that_asked(browser: TestClient, issuer: Issuer) -> None:
    """PKCE: the thief's own login has another verifier."""
    stolen = issuer.sign_in(browser.get(BEGIN).headers["Location"])
    asked = issuer.codes["c0de"]
    own = dict(parse_qsl(urlsplit(browser.get(BEGIN).headers["Location"]).query))
    assert asked["code_challenge"] != own["code_challenge"]
    assert browser.get(f"{urlsplit(stolen).path}?code=c0de&state={own['state']}").status_code == 401
    assert issuer.redeemed == 0


def test_somebody_who_says_no_there_is_not_logged_in_here(browser: TestClient, issuer: Issuer) -> None:
    asked = dict(parse_qsl(urlsplit(browser.get(BEGIN).headers["Location"]).query))
    refused = browser.get(CALLBACK, params={"error": "access_denied", "state": asked["state"]})
    assert refused.status_code == 401


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://elsewhere.example"},
        {"token_endpoint": None},
        {"authorization_endpoint": 7},
    ],
)
def test_a_service_that_is_not_the_one_in_the_settings_is_not_used(
    browser: TestClient, issuer: Issuer, described: dict[str, Any]
) -> None:
    issuer.described = described
    assert browser.get(BEGIN).status_code == 502


def test_a_service_that_is_down_is_said_to_be(browser: TestClient, issuer: Issuer) -> None:
    back = issuer.sign_in(browser.get(BEGIN).headers["Location"])
    issuer.down = True
    assert browser.get(BEGIN).status_code == 502
    assert browser.get(back).status_code == 502


def test_without_a_service_in_the_settings_there_is_none(app: FastAPI) -> None:
    with TestClient(app) as client:
        for path in (BEGIN, CALLBACK):
            assert client.get(path).status_code == 404


@pytest.mark.parametrize("issuer_url", ["http://login.example", "ftp://login.example", "login.example"])
def test_a_login_service_is_reached_over_https(issuer_url: str) -> None:
    with pytest.raises(ValueError, match="oidc_issuer"):
        Settings(oidc_issuer=issuer_url)
