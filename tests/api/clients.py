"""A client for every role: for tests, and for what a benchmark sends."""

from collections.abc import Iterable
from itertools import count

from fastapi import FastAPI
from fastapi.testclient import TestClient

from skillmatch.access import Action, Role
from skillmatch.store import accounts
from skillmatch.store.audit import By
from skillmatch.store.unit import Store, new_id


HOURS = 7 * 24
"""How long a client stays logged in."""


class Clients:
    """Makes an account and gives a client that acts as it: ``clients(Role.SCREENER)``; ``person`` for one's own file.

    ``trained`` and ``scopes`` as in an account and a token; ``at`` another organisation.
    """

    def __init__(self, app: FastAPI, store: Store, organisation: str) -> None:
        self.app = app
        self._store = store
        self._organisation = organisation
        self._number = count()
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
        name, token = f"{role.replace(' ', '_')}-{next(self._number)}", new_id()
        narrowed = None if scopes is None else [scope.value for scope in scopes]
        with self._store.write(By("system", "system", at or self._organisation)) as unit:
            account = accounts.add_account(unit, name, roles=[role], person_id=person, trained=trained)
            accounts.begin_session(unit, account.id, token, role=role, hours=HOURS, scopes=narrowed)
        # a fault of ours is answered, as it is in service, and not raised into the test
        client = TestClient(self.app, headers={"Authorization": f"Bearer {token}"}, raise_server_exceptions=False)
        client.account = account.id  # type: ignore[attr-defined]
        self._opened.append(client)
        return client

    def nobody(self) -> TestClient:
        """A client that is not logged in."""
        client = TestClient(self.app, raise_server_exceptions=False)
        self._opened.append(client)
        return client

    def close(self) -> None:
        for client in self._opened:
            client.close()
