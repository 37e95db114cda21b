"""Use cases around a case that is kept: every one names the actor, opens one transaction and tells the audit."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from skillmatch.assess import recognition
from skillmatch.assess.rules import read_rules
from skillmatch.config import Settings
from skillmatch.errors import SkillmatchError, StoreError
from skillmatch.service import Service
from skillmatch.service.casework.accounts import Accounts
from skillmatch.service.casework.assessments import Assessments
from skillmatch.service.casework.barriers import read_complaints
from skillmatch.service.casework.cases import Cases
from skillmatch.service.casework.claims import Claims
from skillmatch.service.casework.consents import Consents
from skillmatch.service.casework.files import Files
from skillmatch.service.casework.interviews import Interviews
from skillmatch.service.casework.languages import Languages
from skillmatch.service.casework.notes import Notes
from skillmatch.service.casework.office import Office
from skillmatch.service.casework.outcomes import Outcomes
from skillmatch.service.casework.oversight import Oversight
from skillmatch.service.casework.plans import Plans
from skillmatch.service.casework.profile import Profiles
from skillmatch.service.casework.qualifications import Qualifications
from skillmatch.service.casework.records import open_store
from skillmatch.service.casework.rights import Rights
from skillmatch.service.casework.rules import RuleBook
from skillmatch.service.casework.sharing import Sharing
from skillmatch.service.casework.situation import Situations
from skillmatch.service.casework.tokens import Tokens
from skillmatch.service.casework.trajectories import Trajectories
from skillmatch.service.setup import Progress, Say
from skillmatch.store.audit import Versions
from skillmatch.store.unit import Store


@dataclass(frozen=True, slots=True)
class Casework:
    """What an edge talks to about people."""

    office: Office
    accounts: Accounts
    tokens: Tokens
    files: Files
    consents: Consents
    sharing: Sharing
    rights: Rights
    oversight: Oversight
    interviews: Interviews
    notes: Notes
    claims: Claims
    languages: Languages
    assessments: Assessments
    cases: Cases
    profiles: Profiles
    qualifications: Qualifications
    trajectories: Trajectories
    plans: Plans
    outcomes: Outcomes
    rules: RuleBook

    @classmethod
    def over(cls, store: Store, service: Service, settings: Settings) -> "Casework":
        """All use cases over opened records."""
        office = Office(store, _versions(service, settings))
        rules = read_rules(settings.data / "rules" / "trajectories.json")
        situations = Situations(service.taxonomy, recognition.Rules.read(settings.data / "education"))
        return cls(
            office=office,
            accounts=Accounts(office, settings.session_hours),
            tokens=Tokens(office),
            files=Files(office),
            consents=Consents(office),
            sharing=Sharing(office),
            rights=Rights(office),
            oversight=Oversight(office),
            interviews=Interviews(office, service.taxonomy),
            notes=Notes(office, service.screening.search),
            claims=Claims(office, service.taxonomy),
            languages=Languages(office),
            assessments=Assessments(office, service.screening.search, rules),
            cases=Cases(office, read_complaints(settings.data / "rules" / "barriers.json")),
            profiles=Profiles(office, service.taxonomy),
            qualifications=Qualifications.over(office, service.screening.search, settings.data / "education"),
            trajectories=Trajectories(office, situations, rules),
            plans=Plans(office, situations, rules),
            outcomes=Outcomes(office, service.taxonomy),
            rules=RuleBook(office, rules),
        )

    @classmethod
    def open(cls, settings: Settings, environment: Mapping[str, str], *, say: Say, progress: Progress) -> "Casework":
        """Everything opened and wired; raises StoreError where the master key is missing or the records are not there.

        The records come first: what is wrong with them is known at once, an index may take minutes to build.
        """
        store = open_store(settings, environment)
        try:
            return cls.over(store, Service.open(settings, say=say, progress=progress), settings)
        except SkillmatchError:
            store.close()
            raise

    def close(self) -> None:
        """Let go of the records."""
        self.office.store.close()

    def readable(self) -> bool:
        """Whether the records can be read now."""
        try:
            self.office.store.head()
        except StoreError:
            return False
        return True

    @property
    def versions(self) -> dict[str, str | None]:
        """What the service answers with, by kind."""
        return asdict(self.office.versions)


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
