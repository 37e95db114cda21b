"""A login service (OpenID Connect, authorization code with PKCE): where to send a browser, and whom it says this is."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hmac import compare_digest
from secrets import token_urlsafe
from typing import Any, NamedTuple

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from api.problems import IssuerUnreachable, NotLoggedIn
from skillmatch.config import Settings

CALLBACK = "/api/v1/oidc/callback"
FLOW_SECONDS = 600
"""How long somebody may take at the login service."""

_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures with a key of the service's own: never ``none``, and no shared secret."""

_LEEWAY_SECONDS = 60
_TIMEOUT_SECONDS = 10
_REFUSED = "the login service did not say who you are: try again"


class Flow(NamedTuple):
    """What has to be the same when a browser comes back; ``role`` is the one to log in with."""

    state: str
    nonce: str
    verifier: str
    role: str | None


class Leave(NamedTuple):
    """Where a browser goes to log in, and what it has to bring back (sealed)."""

    url: str
    sealed: str


@dataclass(frozen=True, slots=True)
class LoginService:
    """The issuer that the settings name. Its addresses and keys are asked for at each login, so they are never old."""

    settings: Settings
    transport: httpx.BaseTransport | None = field(default=None, repr=False)

    def leave(self, role: str | None) -> Leave:
        """Begin a login; raises IssuerUnreachable."""
        flow = Flow(token_urlsafe(32), token_urlsafe(32), token_urlsafe(48), role)
        with self._client() as client:
            where = self._discovered(client)["authorization_endpoint"]
            url, _ = self._protocol(client).create_authorization_url(
                where, state=flow.state, nonce=flow.nonce, code_verifier=flow.verifier
            )
        return Leave(url, self._seal.encrypt(json.dumps(flow).encode()).decode())

    def flow(self, sealed: str | None, state: str) -> Flow:
        """The login that this browser began; raises NotLoggedIn where it began none, another, or too long ago."""
        try:
            flow = Flow(*json.loads(self._seal.decrypt((sealed or "").encode(), ttl=FLOW_SECONDS)))
        except InvalidToken:
            raise NotLoggedIn("this login was not begun here, or took too long: begin again") from None
        if not compare_digest(flow.state.encode(), state.encode()):
            raise NotLoggedIn("this login was not begun here: begin again")
        return flow

    def login(self, flow: Flow, code: str) -> str:
        """The login that the service says it is; raises NotLoggedIn for any token that does not hold."""
        with self._client() as client, _refusing():
            found = self._discovered(client)
            answer = self._protocol(client).fetch_token(
                found["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=flow.verifier,
                redirect_uri=self._callback,
                auth=httpx.BasicAuth(self.settings.oidc_client_id, self._secret),
            )
            keys = KeySet.import_key_set(_document(client, found["jwks_uri"]))  # type: ignore[arg-type]
            token = jwt.decode(answer["id_token"], keys, algorithms=_ALGORITHMS)
            self._validate(token, flow, answer)
        return self._claimed(token.claims)

    def _validate(self, token: jwt.Token, flow: Flow, answer: Mapping[str, Any]) -> None:
        """Issuer, audience, times, nonce and the hash of the access token (OIDC Core 3.1.3.7); raises JoseError."""
        options = {
            "iss": {"essential": True, "value": self.settings.oidc_issuer},
            "aud": {"essential": True, "value": self.settings.oidc_client_id},
        }
        params = {
            "nonce": flow.nonce,
            "client_id": self.settings.oidc_client_id,
            "access_token": answer.get("access_token"),
        }
        CodeIDToken(token.claims, token.header, options, params).validate(leeway=_LEEWAY_SECONDS)

    def _claimed(self, claims: Mapping[str, Any]) -> str:
        """Raises NotLoggedIn for an address that nobody verified: anybody could have claimed it."""
        name = self.settings.oidc_login_claim
        if name == "email" and claims.get("email_verified") is not True:
            raise NotLoggedIn("the login service has not verified this e-mail address")
        login = claims.get(name)
        if not isinstance(login, str):
            raise NotLoggedIn(_REFUSED)
        return login

    def _discovered(self, client: httpx.Client) -> Mapping[str, str]:
        """The service's own description; raises IssuerUnreachable where it is none, or another issuer's."""
        found = _document(client, f"{self.settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration")
        wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if found.get("issuer") != self.settings.oidc_issuer or not all(
            isinstance(found.get(one), str) for one in wanted
        ):
            raise IssuerUnreachable("the login service describes itself as another, or not at all")
        return found

    def _protocol(self, client: httpx.Client) -> Any:
        """Authlib's client over ours. The client's name and secret go with each request to the token endpoint."""
        return OAuth2Client(
            client,
            client_id=self.settings.oidc_client_id,
            scope="openid email profile",
            redirect_uri=self._callback,
            code_challenge_method="S256",
        )

    def _client(self) -> httpx.Client:
        return httpx.Client(transport=self.transport, timeout=_TIMEOUT_SECONDS)

    @property
    def _callback(self) -> str:
        return self.settings.public_url.rstrip("/") + CALLBACK

    @property
    def _secret(self) -> str:
        return self.settings.oidc_client_secret.get_secret_value()

    @property
    def _seal(self) -> Fernet:
        """Seals what a browser keeps meanwhile, alike in every process of an installation, and for this use only."""
        key = HKDF(SHA256(), 32, salt=None, info=b"skillmatch:oidc:flow").derive(self._secret.encode())
        return Fernet(urlsafe_b64encode(key))


def _document(client: httpx.Client, url: str) -> dict[str, Any]:
    """JSON from the service; raises IssuerUnreachable."""
    try:
        found = client.get(url).raise_for_status().json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        raise IssuerUnreachable("the login service cannot be reached, or answers with something else") from None
    if not isinstance(found, dict):
        raise IssuerUnreachable("the login service answers with something else")
    return found


@contextmanager
def _refusing() -> Iterator[None]:
    """Whatever is wrong with what the service sent is told to nobody in detail, for it is about somebody."""
    try:
        yield
    except httpx.TransportError:
        raise IssuerUnreachable("the login service cannot be reached") from None
    except (JoseError, AuthlibBaseError, httpx.HTTPError, ValueError, KeyError, TypeError):
        raise NotLoggedIn(_REFUSED) from None
