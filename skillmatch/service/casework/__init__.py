"""Use cases around a case that is kept: every one names the actor, opens one transaction and tells the audit."""

import hashlib
from dataclasses import dataclass

from skillmatch.config import Settings
from skillmatch.service import Service
from skillmatch.service.casework.accounts import Accounts
from skillmatch.service.casework.files import Files
from skillmatch.service.casework.office import Office
from skillmatch.store.audit import Versions
from skillmatch.store.unit import Store


@dataclass(frozen=True, slots=True)
class Casework:
    """What an edge talks to about people."""

    office: Office
    accounts: Accounts
    files: Files

    @classmethod
    def over(cls, store: Store, service: Service, settings: Settings) -> "Casework":
        """All use cases over opened records."""
        office = Office(store, _versions(service, settings))
        return cls(office=office, accounts=Accounts(office), files=Files(office))


def _versions(service: Service, settings: Settings) -> Versions:
    """What the service answers with, for every row of the audit (D8)."""
    search = service.screening.search
    rules = (settings.data / "rules" / "trajectories.json").read_bytes()
    return Versions(
        taxonomy=service.taxonomy.release.version,
        encoder=search.encoder,
        index=search.version,
        configuration=hashlib.sha256(rules).hexdigest()[:12],
    )
