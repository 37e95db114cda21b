"""Keeping the records from the machine they run on: opening them, and what only its operator does."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

from skillmatch.access import Role
from skillmatch.config import Settings
from skillmatch.errors import InvalidInput, NotFound
from skillmatch.service.casework import passwords
from skillmatch.service.casework.accounts import check_roles, known_login
from skillmatch.store import accounts, erasure, people
from skillmatch.store.audit import By, Fault, Head
from skillmatch.store.export import export
from skillmatch.store.people import Organisation
from skillmatch.store.unit import SYSTEM, Store, Unit
from skillmatch.store.vault import MasterKey, new_master_key

FIRST_ORGANISATION = "Our organisation"
"""What the first one is called where nobody says otherwise."""

__all__ = ["Fault", "Head", "Operator", "Verified", "new_master_key", "open_store"]


def open_store(settings: Settings, environment: Mapping[str, str], *, migrate: bool = False) -> Store:
    """The records that the settings name; ``migrate`` first makes them, or brings them up to this version.

    Raises StoreError where the master key is not in ``environment``, or is not the one they were written with.
    """
    master = MasterKey.from_environment(environment)
    if migrate and not settings.database:
        settings.home.mkdir(parents=True, exist_ok=True)
    return Store.open(settings.records, master, migrate=migrate)


class Verified(NamedTuple):
    """The end of the audit's chain, and the first row that is not as it was written: None where all are."""

    head: Head
    fault: Fault | None


@dataclass(frozen=True, slots=True)
class Operator:
    """Who runs the machine. What they do is in the audit under that name, as an administrator's."""

    store: Store

    def add_user(
        self,
        login: str,
        roles: Sequence[Role],
        *,
        password: str,
        organisation: str | None = None,
        person_id: str | None = None,
        trained: Sequence[str] = (),
    ) -> dict[str, object]:
        """A new account in an organisation, which is made where there is none of that name."""
        name = known_login(login)
        check_roles(roles, person_id)
        passwords.check(password, name)
        secret = passwords.hashed(password)
        where = self._organisation(organisation)
        with self.store.write(_operator(where.id)) as unit:
            made = accounts.add_account(
                unit, name, roles=roles, password_hash=secret, person_id=person_id, trained=trained
            )
        return {"id": made.id, "login": name, "roles": [*made.roles], "organisation": where.name}

    def _organisation(self, name: str | None) -> Organisation:
        """The one of that name, or the only one there is; raises InvalidInput where it is not clear which."""
        with self.store.read(SYSTEM) as unit:
            known = people.organisations(unit)
        if name is None and len(known) > 1:
            raise InvalidInput("say which: there are several", field="--organisation")
        found = [one for one in known if name in (None, one.name)]
        if found:
            return found[0]
        with self.store.write(_operator(SYSTEM.organisation)) as unit:
            return people.found(unit, name or FIRST_ORGANISATION)

    def verify(self, since: Head | None = None) -> Verified:
        """Read the whole audit; ``since`` is a head that was kept elsewhere. Changes nothing, so a copy will do."""
        head = self.store.head()
        return Verified(head, self.store.verify(since))

    def export(self, person_id: str) -> dict[str, Any]:
        """Everything about a person, for that person (GDPR art. 15 and 20); told in the audit. Raises NotFound.

        Confidential notes are not in it, which are kept from the person (ruling 22).
        """
        with self._file(person_id) as unit:
            return export(unit, person_id, sees=lambda note: not note["confidential"])

    def erase(self, person_id: str) -> bool:
        """Erase a person (GDPR art. 17); False where a reader kept the engine from letting go of the old pages."""
        with self._file(person_id) as unit:
            erasure.erase(unit, person_id)
        return self.store.scrub()

    @contextmanager
    def _file(self, person_id: str) -> Iterator[Unit]:
        """A transaction for the organisation that keeps a person's file, whichever that is; raises NotFound."""
        with self.store.read(SYSTEM) as unit:
            known = people.organisations(unit)
        for one in known:
            with suppress(NotFound), self.store.read(_operator(one.id)) as unit:
                keeper = people.load(unit, person_id).organisation_id
                break
        else:
            raise NotFound("no such person")
        with self.store.write(_operator(keeper)) as unit:
            yield unit


def _operator(organisation: str) -> By:
    return By("operator", Role.ADMINISTRATOR, organisation)
