"""One newcomer's whole first assessment over HTTP, by all who work on it, until it is erased.

An Arabic-speaking welder, one year in Belgium, no Dutch, a Syrian diploma. Three colleagues work on the file, each in
a role of their own; others try to look at it. After each step the test says what each role sees of it.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import LargeBinary, select

from api.app import create_app
from skillmatch.access import Role
from skillmatch.config import Settings
from skillmatch.service import Service
from skillmatch.service.casework import Casework
from skillmatch.store.audit import By
from skillmatch.store.columns import Sealed
from skillmatch.store.erasure import publish, published
from skillmatch.store.people import found
from skillmatch.store.tables import METADATA, OF_A_PERSON
from skillmatch.store.unit import SYSTEM, Store
from tests.api.clients import Clients
from tests.api.conftest import MASTER
from tests.small_esco.concepts import occupation_uri, skill_uri
from tests.store.conftest import create, drop
from tests.store.server import Server

WELDER, WELD, DRAWINGS, GEAR = occupation_uri(1), skill_uri(1), skill_uri(2), skill_uri(3)
PEOPLE = "/api/v1/people"
FIRST_DAY = datetime(2026, 11, 2, 9, tzinfo=UTC)

NAME = "Yusuf al-Halabi"
PHONE = "0470 00 00 00"
ARABIC = "كنت ألحم المعادن سبع سنوات في حلب."
DUTCH = "Hij kan technische tekeningen lezen en hij kan koken."
TITLE = "الشهادة الثانوية الصناعية"
DEBTS, ROOF, FAMILY = "a debt of two months' rent", "sleeps at a cousin's", "two children, one at school"
IN_CONFIDENCE = "Between social workers: ask about the cousin's wife."
WHY = "He asked for Dutch in the morning, and starts in a workshop he knows."
WHY_SWITCHED = "Letters take him longer than anybody thought."
SAID = (NAME, PHONE, ARABIC, DUTCH, TITLE, DEBTS, ROOF, FAMILY, WHY, WHY_SWITCHED)
TEXTS = (*SAID, IN_CONFIDENCE)
"""Every personal text of the story."""


class Clock:
    """The time as the records see it, until somebody moves it."""

    def __init__(self, begin: datetime) -> None:
        self.now = begin

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass(slots=True)
class Story:
    """The office, who works there, and the file that grows."""

    store: Store
    clock: Clock
    login: Clients
    organisation: str
    screener: TestClient
    counsellor: TestClient
    social_worker: TestClient
    person: str = ""
    case: str = ""
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def file(self) -> str:
        return f"{PEOPLE}/{self.person}"

    @property
    def cased(self) -> str:
        return f"{self.file}/cases/{self.case}"

    def outsiders(self) -> Iterator[TestClient]:
        """Everybody in the same organisation who has no business with the file, and no consent to see any of it."""
        for role in set(Role) - {Role.PERSON, Role.SCREENER, Role.COUNSELLOR, Role.SOCIAL_WORKER}:
            yield self.login(role)

    def audited(self, action: str, account: str = "") -> list[Any]:
        """The audit's rows about the person with that action, by that account where one is named."""
        with self.store.read(By("test", "auditor", self.organisation)) as unit:
            told = unit.trail(person=self.person, size=10_000)
        return [row for row in told if row.action == action and account in ("", row.account)]


def made(answer: Any) -> Any:
    """What a creation answered."""
    assert answer.status_code == 201, answer.text
    return answer.json()


def got(answer: Any) -> Any:
    """What a view, a run or a change answered."""
    assert answer.status_code == 200, answer.text
    return answer.json()


def refused(clients: Iterator[TestClient], path: str) -> None:
    """None of them gets more than a refusal, and it holds no word of the story."""
    for client in clients:
        answer = client.get(path)
        assert answer.status_code == 403, answer.text
        assert [text for text in TEXTS if text in answer.text] == []


def is_registered(story: Story) -> None:
    """OSS-02, VDAB-01: a name and a language open the file; the rest comes when it comes."""
    person = made(story.screener.post(PEOPLE, json={"name": NAME, "speaks": "ar"}))
    story.person, story.case = person["id"], person["cases"][0]["id"]
    facts = {"arrived_on": "2025-11-01", "labour_access": "unlimited", "nationality": "SY", "contact": {"phone": PHONE}}
    got(story.screener.patch(story.file, json=facts, headers={"If-Match": f'"{person["version"]}"'}))
    for colleague in (story.screener, story.counsellor, story.social_worker):
        assert got(colleague.get(story.file))["contact"]["phone"] == PHONE
    refused(story.outsiders(), story.file)
    assert {row.account for row in story.audited("people.view")} >= {story.counsellor.account}


def is_interviewed_by_the_social_worker(story: Story) -> None:
    """ANT-01, ANT-04, ruling 22: what was said of money and a roof stays with the social worker and the person."""
    consent = {"purpose": "health", "basis": "explicit consent", "text_version": "2026-11"}
    answers = {"family": FAMILY, "housing": ROOF, "finances": DEBTS, "constraints": ["care"], "trauma": True}
    form = {"form": "social work", "case_id": story.case, "on": "2026-11-02", "interpreter_language": "ar"}
    path = f"{story.file}/interviews"
    assert story.social_worker.post(path, json=form | {"answers": answers}).status_code == 403  # no consent yet
    made(story.social_worker.post(f"{story.file}/consents", json=consent))
    assert story.screener.post(path, json=form | {"answers": answers}).status_code == 403  # not a screener's form
    interview = made(story.social_worker.post(path, json=form | {"answers": answers}))
    path = f"{path}/{interview['id']}"
    assert got(story.social_worker.get(path))["answers"] == answers
    assert got(story.counsellor.get(path))["answers"] == {"family": FAMILY, "constraints": ["care"]}
    assert got(story.screener.get(path))["answers"] == {}
    refused(story.outsiders(), path)


def is_interviewed_by_the_counsellor(story: Story) -> None:
    """ANT-01: the second form, on work; nothing in it asks for Dutch."""
    story.clock.wait(days=2)
    answers = {
        "target_occupation": WELDER,
        "hours_per_week": 38,
        "worked": True,
        "last_worked": "2025-03-31",
        "can_combine": True,
        "needs_support": True,
    }
    form = {"form": "trajectory", "case_id": story.case, "on": "2026-11-04", "interpreter_language": "ar"}
    interview = made(story.counsellor.post(f"{story.file}/interviews", json=form | {"answers": answers}))
    assert got(story.screener.get(f"{story.file}/interviews/{interview['id']}"))["answers"] == answers


def is_written_about_in_two_languages(story: Story) -> None:
    """A run suggests with the words that it found, and is told in the audit with the versions it ran on (D8)."""
    for writer, text, language in ((story.screener, ARABIC, "ar"), (story.counsellor, DUTCH, "nl")):
        note = made(writer.post(f"{story.file}/notes", json={"text": text, "language": language}))
        story.ids[language] = note["id"]
        found_in_it = got(writer.post(f"{story.file}/notes/{note['id']}/extraction"))
        story.ids[f"{language}-run"] = str(found_in_it["new"])
    made(story.social_worker.post(f"{story.file}/notes", json={"text": IN_CONFIDENCE, "confidential": True}))
    for reader, texts in ((story.screener, {ARABIC, DUTCH}), (story.social_worker, {ARABIC, DUTCH, IN_CONFIDENCE})):
        assert {note["text"] for note in got(reader.get(f"{story.file}/notes"))["items"]} == texts
    claims = claims_of(story)
    assert {claim["standing"] for claim in claims.values()} == {"suggested"}
    assert {claims[WELD]["evidence"][0]["note"], claims[DRAWINGS]["evidence"][0]["note"]} == {
        story.ids["ar"],
        story.ids["nl"],
    }
    piece = claims[DRAWINGS]["evidence"][0]
    assert DUTCH[piece["start"] : piece["end"]] == "technische tekeningen lezen"
    assert (piece["source"], piece["on"]) == ("self-report", str(story.clock.now.date()))
    runs = story.audited("notes.extract")
    assert [row.account for row in runs] == [story.screener.account, story.counsellor.account]
    assert set(runs[0].versions) == {"taxonomy", "encoder", "index", "configuration"}


def claims_of(story: Story) -> dict[str, Any]:
    """What the screener sees of the claims, by concept."""
    return {one["concept"]: one for one in got(story.screener.get(f"{story.file}/claims"))["items"]}


def is_tested_without_dutch(story: Story) -> None:
    """VDAB-02, VDAB-03, VDAB-05: below what a plain test asks, an interpreter or pictures; both prove as much."""
    story.clock.wait(days=1)
    level = {"language": "nl", "activity": "spoken interaction", "level": "below A1", "proof": "test"}
    made(story.screener.post(f"{story.file}/languages", json=level | {"on": "2026-11-04"}))
    made(story.screener.post(f"{story.file}/scripts", json={"script": "Arab", "literacy": "fluent"}))
    made(story.screener.post(f"{story.file}/scripts", json={"script": "Latn", "literacy": "learning"}))
    test = {"competence": WELD, "kind": "technical", "place": "working environment", "result": "passed"}
    path, day = f"{story.file}/assessments", {"on": "2026-11-05"}
    plain = story.screener.post(path, json=test | day | {"mode": "Dutch"})
    assert (plain.status_code, plain.json()["field"]) == (422, "mode")
    made(story.screener.post(path, json=test | day | {"mode": "interpreter", "interpreter_language": "ar"}))
    pictures = test | {"competence": GEAR, "mode": "minimum vocabulary", "place": "PES site"}
    made(story.screener.post(path, json=pictures | day))
    claims = claims_of(story)
    assert {claims[WELD]["standing"], claims[GEAR]["standing"]} == {"confirmed"}
    tested = [piece for piece in claims[WELD]["evidence"] if piece["source"] == "assessment"]
    assert tested[0]["strength"] == claims[GEAR]["evidence"][0]["strength"]
    assert story.social_worker.post(path, json=pictures | day).status_code == 403
    refused(story.outsiders(), path)


def is_decided_on_by_people(story: Story) -> None:
    """Suggested -> confirmed or rejected, by whoever saw it last; a later run changes no decision."""
    claims = claims_of(story)
    cooking = next(one for one in claims.values() if one["concept"] == skill_uri(4))
    for claim, standing in ((claims[DRAWINGS], "confirmed"), (cooking, "rejected")):
        path, seen = f"{story.file}/claims/{claim['id']}", {"If-Match": f'"{claim["version"]}"'}
        got(story.screener.put(path, json={"standing": standing}, headers=seen))
        late = story.counsellor.put(path, json={"standing": "confirmed"}, headers=seen)
        assert (late.status_code, late.json()["current"]["standing"]) == (409, standing)
    got(story.counsellor.post(f"{story.file}/notes/{story.ids['nl']}/extraction"))
    after = claims_of(story)
    assert (after[DRAWINGS]["standing"], after[cooking["concept"]]["standing"]) == ("confirmed", "rejected")


def has_a_profile_that_waits_for_consent(story: Story) -> None:
    """ANT-04, PLT-01: matching reads skills and languages; outside the service nobody sees it without a consent."""
    path = f"{story.file}/profile"
    profile = got(story.counsellor.get(path))
    assert {DRAWINGS, WELD, GEAR} <= {claim["concept"] for claim in profile["claims"]}
    refused((story.login(role) for role in (Role.EMPLOYER, Role.MENTOR, Role.COORDINATOR)), path)
    consent = {"purpose": "employers", "basis": "consent", "text_version": "2026-11"}
    made(story.screener.post(f"{story.file}/consents", json=consent))
    shown = story.login(Role.EMPLOYER).get(path)
    assert got(shown)["claims"]
    assert [text for text in TEXTS if text in shown.text] == []
    assert story.screener.delete(f"{story.file}/consents/employers").status_code == 204
    refused((story.login(Role.EMPLOYER),), path)


def has_a_diploma(story: Story) -> None:
    """D4, D5: an orientation with its certainty and rule, and never a verdict."""
    diploma = {"country": "SY", "title": TITLE, "language": "ar", "year": 2014}
    kept = made(story.screener.post(f"{story.file}/qualifications", json=diploma))
    assert kept["title"] == TITLE
    path = f"{story.file}/qualifications/{kept['id']}/orientation"
    told = story.counsellor.get(path, params={"occupation": WELDER, "region": "Flanders"})
    advice = got(told)
    assert (advice["level"]["isced"]["low"], advice["level"]["isced"]["high"]) == (3, 3)
    assert (advice["level"]["rule"], advice["level"]["isced"]["certainty"]) == ("national title", "high")
    assert advice["level"]["sources"]
    assert "no decision" in advice["note"]
    assert advice["regulated"]["answer"] == "not known to be regulated"
    assert "is recognised" not in told.text
    refused(story.outsiders(), path)


def is_recommended_a_trajectory(story: Story) -> None:
    """VDAB-04, VDAB-06: components and no number; reasons, rules, what is missing, and the three others."""
    distance = got(story.counsellor.get(f"{story.cased}/distance"))
    assert [one["part"] for one in distance["components"]] == ["skills", "language", "papers", "constraints", "recency"]
    told = got(story.counsellor.post(f"{story.cased}/recommendation"))
    assert (told["trajectory"], told["deciding"]) == ("integrated", ["support"])
    assert told["reasons"][0]["because"] == "support at work is needed"
    assert {one["trajectory"] for one in told["alternatives"]} == {"quick_mediation", "combined", "linear"}
    run = story.audited("trajectories.recommend")[-1]
    assert (run.account, run.what["recommended"], run.reasons) == (story.counsellor.account, "integrated", ["support"])
    refused(story.outsiders(), f"{story.cased}/distance")


def is_decided_otherwise(story: Story) -> None:
    """VDAB-06: an override takes a reason; both the recommendation and the decision are kept."""
    path, choice = f"{story.cased}/trajectory", {"trajectory": "combined", "on": "2026-11-09"}
    unseen = story.counsellor.post(path, json=choice | {"why": WHY})
    assert unseen.status_code == 428
    bare = story.counsellor.post(path, json=choice, headers={"If-Match": '"0"'})
    assert (bare.status_code, bare.json()["field"]) == (422, "why")
    decided = made(story.counsellor.post(path, json=choice | {"why": WHY}, headers={"If-Match": '"0"'}))
    assert (decided["recommended"], decided["trajectory"]) == ("integrated", "combined")
    late = story.counsellor.post(path, json=choice | {"why": WHY}, headers={"If-Match": '"0"'})
    assert (late.status_code, late.json()["current"]["trajectory"]) == (409, "combined")
    assert story.screener.post(path, json=choice | {"why": WHY}, headers={"If-Match": '"1"'}).status_code == 403
    refused(story.outsiders(), path)


def gets_a_plan(story: Story) -> None:
    """VDAB-07: what breaks the definition is told in words; the plan that keeps it has nothing to tell."""
    dutch = {"id": "dutch", "kind": "language class", "start": "2026-11-16", "end": "2027-02-26"}
    work = {"id": "workshop", "kind": "job orientation", "start": "2026-11-16", "end": "2027-02-26"}
    morning = {"sessions": [{"weekday": 0, "start": "09:00", "end": "12:00"}]}
    afternoon = {"sessions": [{"weekday": 0, "start": "13:00", "end": "16:00"}]}
    clash = {"trajectory": "combined", "actions": [dutch | morning, work | morning]}
    kept = made(story.counsellor.post(f"{story.cased}/plans", json=clash))
    assert kept["check"]["breaches"]
    path, seen = f"{story.cased}/plans/{kept['id']}", {"If-Match": f'"{kept["version"]}"'}
    apart = clash | {"actions": [dutch | morning, work | afternoon]}
    assert got(story.counsellor.put(path, json=apart, headers=seen))["check"]["breaches"] == []


def is_picked_up_by_a_colleague_a_month_later(story: Story) -> None:
    """The colleague was not there, and sees who decided what, when, on which recommendation and why."""
    story.clock.wait(days=31)
    first, story.counsellor = story.counsellor.account, story.login(Role.COUNSELLOR)
    story.screener, screener = story.login(Role.SCREENER), story.screener.account
    history = got(story.counsellor.get(f"{story.cased}/trajectory/history"))["items"]
    assert [(one["decided_by"], one["trajectory"], one["why"]) for one in history] == [(first, "combined", WHY)]
    assert history[0]["recommendation"]["trajectory"] == "integrated"
    assert datetime.fromisoformat(history[0]["decided_at"]).date() == date(2026, 11, 5)
    claims = claims_of(story)
    assert {claims[one]["decided_by"] for one in (WELD, DRAWINGS, GEAR)} == {screener}
    trail = got(story.counsellor.get(f"{story.file}/audit", params={"size": 200}))["items"]
    assert {(first, "trajectory counsellor"), (screener, "screener")} <= {
        (row["account"], row["role"]) for row in trail
    }


def switches(story: Story) -> None:
    """VDAB-08: at any time, with a code; what held on a day can be asked for ever."""
    path = f"{story.cased}/trajectory"
    choice = {"trajectory": "linear", "on": "2026-12-07", "why": WHY_SWITCHED, "review_on": "2027-03-01"}
    uncoded = story.counsellor.post(path, json=choice, headers={"If-Match": '"1"'})
    assert (uncoded.status_code, uncoded.json()["field"]) == (422, "code")
    coded = choice | {"code": "learning_ability_differs"}
    switched = made(story.counsellor.post(path, json=coded, headers={"If-Match": '"1"'}))
    assert (switched["previous"], switched["code"]) == ("combined", "learning_ability_differs")
    assert switched["warning"]["routes"]  # VDAB-09: a parallel route is open
    held = {day: got(story.counsellor.get(path, params={"on": day}))["trajectory"] for day in DAYS}
    assert held == DAYS
    told = [(row.what["previous"], row.what["trajectory"], row.what["code"]) for row in story.audited(OVERRIDDEN)]
    assert told == [(None, "combined", None), ("combined", "linear", "learning_ability_differs")]


OVERRIDDEN = "trajectories.overridden"
DAYS = {
    "2026-11-08": None,
    "2026-11-09": "combined",
    "2026-12-06": "combined",
    "2026-12-07": "linear",
    "2027-12-31": "linear",
}
"""What holds on a day."""


def reads_everything_about_himself(story: Story) -> None:
    """GDPR art. 15 and 20; others' confidential notes apart."""
    yusuf = story.login(Role.PERSON, person=story.person)
    export = yusuf.get(f"{story.file}/export")
    content = got(export)
    assert [text for text in SAID if text not in _spoken(content)] == []
    assert IN_CONFIDENCE not in export.text
    assert {row["trajectory"] for row in content["trajectories"]} == {"combined", "linear"}
    assert story.screener.get(f"{story.file}/export").status_code == 403
    refused(story.outsiders(), f"{story.file}/export")


def _spoken(value: Any) -> str:
    """All texts in ``value``, one after another."""
    if isinstance(value, dict):
        return "\n".join(_spoken(part) for part in value.values())
    return "\n".join(map(_spoken, value)) if isinstance(value, list) else str(value)


def is_erased(story: Story) -> None:
    """GDPR art. 17, ruling 16: by an administrator, who never saw the file; the figures stay as published."""
    yusuf, administrator = story.login(Role.PERSON, person=story.person), story.login(Role.ADMINISTRATOR)
    with story.store.write(By("system", "system", story.organisation)) as unit:
        publish(unit, "registered", date(2026, 11, 30), {"people": 1})
    assert story.screener.delete(story.file, headers={"If-Match": '"2"'}).status_code == 403
    assert administrator.get(story.file).status_code == 403
    assert administrator.delete(story.file, headers={"If-Match": '"2"'}).status_code == 204
    assert story.screener.get(story.file).status_code == 404
    assert yusuf.get(story.file).status_code == 401
    with story.store.read(By("test", "auditor", story.organisation)) as unit:
        assert [dict(one.figures) for one in published(unit)] == [{"people": 1}]
        rows = {table.name: unit.connection.execute(select(table)).all() for table in OF_A_PERSON}
    assert [name for name, left in rows.items() if left] == []


def leaves_a_chain_that_holds(story: Story) -> None:
    """Every row still names who did what to which pseudonym, and no row was changed."""
    auditor = story.login(Role.AUDITOR)
    assert got(auditor.get("/api/v1/audit/verification"))["whole"] is True
    assert story.store.verify() is None
    rows = got(auditor.get("/api/v1/audit", params={"size": 200}))
    assert "people.erase" in {row["action"] for row in rows["items"]} | set(_later_actions(auditor, rows))


def _later_actions(auditor: TestClient, page: Any) -> Iterator[str]:
    while page["after"] is not None:
        page = got(auditor.get("/api/v1/audit", params={"size": 200, "after": page["after"]}))
        yield from (row["action"] for row in page["items"])


STEPS: tuple[Callable[[Story], None], ...] = (
    is_registered,
    is_interviewed_by_the_social_worker,
    is_interviewed_by_the_counsellor,
    is_written_about_in_two_languages,
    is_tested_without_dutch,
    is_decided_on_by_people,
    has_a_profile_that_waits_for_consent,
    has_a_diploma,
    is_recommended_a_trajectory,
    is_decided_otherwise,
    gets_a_plan,
    is_picked_up_by_a_colleague_a_month_later,
    switches,
    reads_everything_about_himself,
)


def begun(store: Store, clock: Clock, service: Service, settings: Settings) -> Story:
    """An office with three colleagues."""
    with store.write(SYSTEM) as unit:
        organisation = found(unit, "PES Antwerp").id
    login = Clients(create_app(Casework.over(store, service, settings), settings), store, organisation)
    staff = (login(role) for role in (Role.SCREENER, Role.COUNSELLOR, Role.SOCIAL_WORKER))
    return Story(store, clock, login, organisation, *staff)


def sealed(store: Store) -> set[bytes]:
    """Everything encrypted in the records, the wrapped keys of people included."""
    held: set[bytes] = set()
    with store.read(SYSTEM) as unit:
        for table in (*OF_A_PERSON, METADATA.tables["people"]):
            secret = [column for column in table.c if isinstance(column.type, LargeBinary | Sealed)]
            for row in unit.connection.execute(select(*secret)) if secret else ():
                held.update(value for value in row if value is not None)
    return held


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("records.db*")))


@pytest.fixture
def clock() -> Clock:
    return Clock(FIRST_DAY)


@pytest.fixture
def on_sqlite(empty_records: Path, clock: Clock, tmp_path: Path) -> Iterator[Store]:
    shutil.copy(empty_records, tmp_path / "records.db")
    opened = Store.open(f"sqlite:///{tmp_path / 'records.db'}", MASTER, clock=clock)
    yield opened
    opened.close()


def test_a_welder_without_dutch_from_registration_to_erasure(
    on_sqlite: Store, clock: Clock, service: Service, installed: Settings, tmp_path: Path
) -> None:
    """In the file itself no word of the story can be read at any time, and in the end no byte of it is left."""
    story = begun(on_sqlite, clock, service, installed)
    for step in STEPS:
        step(story)
    secrets, before = sealed(on_sqlite), on_disk(tmp_path)
    assert secrets
    assert all(secret in before for secret in secrets)
    is_erased(story)
    leaves_a_chain_that_holds(story)
    for kept in (before, on_disk(tmp_path)):
        assert [text for text in TEXTS if text.encode() in kept] == []
    assert [secret for secret in secrets if secret in on_disk(tmp_path)] == []


@pytest.fixture
def on_postgresql(server: Server, clock: Clock) -> Iterator[Store]:
    name = create(server)
    with closing(Store.open(server.url(name), MASTER, clock=clock, migrate=True)) as store:
        yield store
    drop(server, name)


@pytest.mark.slow
def test_the_same_on_postgresql(on_postgresql: Store, clock: Clock, service: Service, installed: Settings) -> None:
    """Row-level security beneath every step; in the end no sealed row is left."""
    story = begun(on_postgresql, clock, service, installed)
    for step in (*STEPS, is_erased, leaves_a_chain_that_holds):
        step(story)
    assert sealed(on_postgresql) == set()
