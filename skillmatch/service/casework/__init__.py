"""Use cases around a case that is kept: every one names the actor, opens one transaction and tells the audit."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from skillmatch.config import Settings
from skillmatch.errors import SkillmatchError, StoreError
from skillmatch.service import Service
from skillmatch.service.casework.accounts import Accounts
from skillmatch.service.casework.assessments import Assessments
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
from skillmatch.service.casework.references import References
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
    def over(
        cls, store: Store, service: Service, settings: Settings, references: References | None = None
    ) -> "Casework":
        """All use cases over opened records, and over the references of ``settings`` where none are given."""
        known = references or References.read(settings.data)
        office = Office(store, _versions(service, known))
        taxonomy, search = service.taxonomy, service.screening.search
        situations = Situations(taxonomy, known.recognition)
        return cls(
            office=office,
            accounts=Accounts(office, settings.session_hours),
            tokens=Tokens(office),
            files=Files(office),
            consents=Consents(office),
            sharing=Sharing(office),
            rights=Rights(office),
            oversight=Oversight(office),
            interviews=Interviews(office, taxonomy),
            notes=Notes(office, search),
            claims=Claims(office, taxonomy),
            languages=Languages(office),
            assessments=Assessments(office, search, known.rules),
            cases=Cases(office, known.complaints),
            profiles=Profiles(office, taxonomy),
            qualifications=Qualifications.over(office, search, known.education, known.recognition),
            trajectories=Trajectories(office, situations, known.rules),
            plans=Plans(office, situations, known.rules),
            outcomes=Outcomes(office, taxonomy),
            rules=RuleBook(office, known.rules),
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


def _versions(service: Service, references: References) -> Versions:
    """What the service answers with, for every row of the audit (D8)."""
    search = service.screening.search
    return Versions(service.taxonomy.release.version, search.encoder, search.version, references.version)
