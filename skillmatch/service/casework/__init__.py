"""Use cases around a case that is kept: every one names the actor, opens one transaction and tells the audit."""

import hashlib
from dataclasses import dataclass

from skillmatch.config import Settings
from skillmatch.service import Service
from skillmatch.service.casework.accounts import Accounts
from skillmatch.service.casework.claims import Claims
from skillmatch.service.casework.consents import Consents
from skillmatch.service.casework.files import Files
from skillmatch.service.casework.interviews import Interviews
from skillmatch.service.casework.notes import Notes
from skillmatch.service.casework.office import Office
from skillmatch.service.casework.oversight import Oversight
from skillmatch.service.casework.qualifications import Qualifications
from skillmatch.service.casework.rights import Rights
from skillmatch.service.casework.sharing import Sharing
from skillmatch.store.audit import Versions
from skillmatch.store.unit import Store


@dataclass(frozen=True, slots=True)
class Casework:
    """What an edge talks to about people."""

    office: Office
    accounts: Accounts
    files: Files
    consents: Consents
    sharing: Sharing
    rights: Rights
    oversight: Oversight
    interviews: Interviews
    notes: Notes
    claims: Claims
    qualifications: Qualifications

    @classmethod
    def over(cls, store: Store, service: Service, settings: Settings) -> "Casework":
        """All use cases over opened records."""
        office = Office(store, _versions(service, settings))
        return cls(
            office=office,
            accounts=Accounts(office),
            files=Files(office),
            consents=Consents(office),
            sharing=Sharing(office),
            rights=Rights(office),
            oversight=Oversight(office),
            interviews=Interviews(office, service.taxonomy),
            notes=Notes(office, service.screening.search),
            claims=Claims(office, service.taxonomy),
            qualifications=Qualifications.over(office, service.screening.search, settings.data / "education"),
        )


def _versions(service: Service, settings: Settings) -> Versions:
    """What the service answers with, for every row of the audit (D8)."""
    search = service.screening.search
    dated = sorted(path for kind in ("rules/*.json", "education/*.csv") for path in settings.data.glob(kind))
    rules = b"".join(path.read_bytes() for path in dated)
    return Versions(
        taxonomy=service.taxonomy.release.version,
        encoder=search.encoder,
        index=search.version,
        configuration=hashlib.sha256(rules).hexdigest()[:12],
    )
