"""A client for every role: for tests, and for what a benchmark sends."""

from collections.abc import Iterable, Mapping

from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient

from skillmatch.access import Action, Role
from skillmatch.store import accounts
from skillmatch.store.audit import By
from skillmatch.store.unit import Store, new_id

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Hashes that cost a tenth of a millisecond: what a real one costs is argon2's to test."""

PASSWORD = "seven words that nobody else would choose"
"""That of every account here."""

HOURS = 7 * 24
"""How long a client stays logged in."""


class Clients:
    """Makes an account and gives a client that acts as it: ``clients(Role.SCREENER)``; ``person`` for one's own file.

    ``trained`` and ``scopes`` as in an account and a token; ``at`` another organisation.
    """

    def __init__(self, app: FastAPI, store: Store, organisation: str) -> None:
        self.app = app
        self.store = store
        self.organisation = organisation
        self._hash = CHEAP.hash(PASSWORD)
        self._opened: list[TestClient] = []

    def __call__(
        self,
        role: Role,
        *,
        person: str | None = None,
        trained: tuple[str, ...] = (),
        at: str = "",
        scopes: Iterable[Action] | None = None,
    ) -> TestClient:
        token = new_id()
        name = f"{role.replace(' ', '_')}-{token[:8]}"
        narrowed = None if scopes is None else [scope.value for scope in scopes]
        with self.store.write(By("system", "system", at or self.organisation)) as unit:
            account = accounts.add_account(
                unit, name, roles=[role], person_id=person, trained=trained, password_hash=self._hash
            )
            accounts.begin_session(unit, account.id, token, role=role, hours=HOURS, scopes=narrowed)
        client = self._open({"Authorization": f"Bearer {token}"})
        client.account = account.id  # type: ignore[attr-defined]
        return client

    def again(self, client: TestClient) -> TestClient:
        """A client that is logged in as ``client`` is, by its token."""
        return self._open(client.headers)

    def nobody(self) -> TestClient:
        """A client that is not logged in."""
        return self._open({})

    def _open(self, headers: Mapping[str, str]) -> TestClient:
        # a fault of ours is answered, as it is in service, and not raised into the test
        self._opened.append(TestClient(self.app, headers=dict(headers), raise_server_exceptions=False))
        return self._opened[-1]

    def close(self) -> None:
        for client in self._opened:
            client.close()
