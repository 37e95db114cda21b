"""A welder without Dutch on the way to work, for the tests of trajectories and plans (synthetic)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from fastapi.testclient import TestClient

from skillmatch.access import Role
from skillmatch.assess.profile import Activity, Cefr, Proof
from skillmatch.store.audit import By, Told
from skillmatch.store.languages import record_level
from skillmatch.store.unit import Store
from tests.api.clients import Clients
from tests.small_esco.concepts import occupation_uri, skill_uri

PEOPLE = "/api/v1/people"
WELDER, NURSE = occupation_uri(1), occupation_uri(3)
TODAY = datetime.now(UTC).date()
LAST_WORKED = TODAY - timedelta(days=400)

ANSWERS = {
    "target_occupation": WELDER,
    "target_languages": {"nl": "A2"},
    "hours_per_week": 38,
    "worked": True,
    "last_worked": LAST_WORKED.isoformat(),
    "can_combine": True,
    "needs_support": False,
    "studies_first": False,
    "may_practise": True,
}
"""All that the second interview can settle; what is against a direct way is the language alone."""


@dataclass(frozen=True, slots=True)
class Welder:
    """A file with one case, and those who work on it."""

    store: Store
    login: Clients
    organisation: str
    person: str
    case: str
    screener: TestClient
    counsellor: TestClient
    social_worker: TestClient

    @property
    def file(self) -> str:
        return f"{PEOPLE}/{self.person}"

    @property
    def cased(self) -> str:
        return f"{self.file}/cases/{self.case}"

    def himself(self) -> TestClient:
        return self.login(Role.PERSON, person=self.person)

    def recommended(self) -> Any:
        answer = self.counsellor.post(f"{self.cased}/recommendation")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def decide(self, seen: int = 0, **choice: Any) -> Any:
        sent = {"trajectory": "integrated", "on": "2026-11-02"} | choice
        return self.counsellor.post(f"{self.cased}/trajectory", json=sent, headers={"If-Match": f'"{seen}"'})

    def interviewed(self, **answers: Any) -> None:
        held = {"form": "trajectory", "case_id": self.case, "on": "2026-11-02", "answers": answers}
        answer = self.counsellor.post(f"{self.file}/interviews", json=held)
        assert answer.status_code == 201, answer.text

    def consents(self) -> None:
        """To the use of what is volunteered about health and care."""
        basis = {"purpose": "health", "basis": "explicit consent", "text_version": "2026-11"}
        answer = self.social_worker.post(f"{self.file}/consents", json=basis)
        assert answer.status_code == 201, answer.text

    def audited(self, action: str) -> list[Told]:
        with self.store.read(By("test", "auditor", self.organisation)) as unit:
            return [row for row in unit.trail(person=self.person, size=10_000) if row.action == action]


def registered(login: Clients, store: Store, organisation: str) -> Welder:
    """Nothing is known of him but his name."""
    screener, counsellor, social_worker = map(login, (Role.SCREENER, Role.COUNSELLOR, Role.SOCIAL_WORKER))
    person = screener.post(PEOPLE, json={"name": "Rami", "speaks": "ar"}).json()
    case = person["cases"][0]["id"]
    return Welder(store, login, organisation, person["id"], case, screener, counsellor, social_worker)


def screened(login: Clients, store: Store, organisation: str) -> Welder:
    """Everything is known, his skills are confirmed, and his Dutch was tested under A1."""
    file = registered(login, store, organisation)
    seen = {"If-Match": '"1"'}
    assert file.screener.patch(file.file, json={"labour_access": "unlimited"}, headers=seen).status_code == 200
    for number in (1, 2, 3):
        sent = {"concept": skill_uri(number), "standing": "confirmed"}
        assert file.screener.post(f"{file.file}/claims", json=sent).status_code == 201
    with store.write(By("test", "screener", organisation)) as unit:
        record_level(unit, file.person, "nl", Activity.SPOKEN_INTERACTION, Cefr.BELOW_A1, Proof.TEST, date(2026, 11, 2))
    file.interviewed(**ANSWERS)
    return file
