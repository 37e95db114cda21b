"""A file with something in every part of it, made over HTTP; every personal text in it carries a marker of its own.

:data:`ASKS` holds a plausible request for each route, in the order in which a file grows: the tests send the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from skillmatch.access import TRAUMA, Role
from skillmatch.config import Settings
from skillmatch.service import Service
from skillmatch.service.casework import Casework
from skillmatch.store.people import found
from skillmatch.store.unit import SYSTEM, Store
from tests.api.clients import PASSWORD, Clients
from tests.small_esco.concepts import occupation_uri, skill_uri

ROOT = "/api/v1"
DRAWINGS, WELD, BREAD = skill_uri(2), skill_uri(1), skill_uri(6)
WELDER = occupation_uri(1)

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
"""When the file is worked on: the days in it are in the past."""

Ids = Mapping[str, str]
Body = Callable[[Ids], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Ask:
    """A plausible request for a route, by one who may send it. ``others`` send another body where they have to.

    ``also``: what is sent too where a file is filled. ``seen``: the version that a first request is made from.
    """

    by: Role
    body: Body | None = None
    others: Mapping[Role, Body] = field(default_factory=dict)
    also: tuple[Body, ...] = ()
    query: Mapping[str, str] = field(default_factory=dict)
    seen: str | None = None

    def as_sent(self, role: Role, ids: Ids) -> dict[str, Any]:
        """What a client sends in ``role``, by the names that httpx gives it."""
        body = self.others.get(role, self.body)
        headers = {} if self.seen is None else {"If-Match": f'"{self.seen}"'}
        return {"json": None if body is None else body(ids), "params": self.query, "headers": headers}


def _always(**body: Any) -> Body:
    return lambda _: body


def _consent(purpose: str, basis: str) -> Body:
    return _always(purpose=purpose, basis=basis, text_version="2026-11")


_SOCIAL: Body = lambda ids: {  # noqa: E731
    "form": "social work",
    "case_id": ids["case_id"],
    "on": "2026-11-02",
    "language": "ar",
    "interpreter_language": "ar",
    "answers": {
        "family": "FAMILY-MARKER",
        "background": "BACKGROUND-MARKER",
        "housing": "HOUSING-MARKER",
        "finances": "FINANCES-MARKER",
        "education": "EDUCATION-MARKER",
        "constraints": ["care", "health"],
        "trauma": True,
        "remarks": "SOCIAL-REMARK-MARKER",
    },
}
_TRAJECTORY: Body = lambda ids: {  # noqa: E731
    "form": "trajectory",
    "case_id": ids["case_id"],
    "on": "2026-11-03",
    "answers": {
        "aspirations": "ASPIRATION-MARKER",
        "target_occupation": WELDER,
        "hours_per_week": 38,
        "worked": True,
        "last_worked": "2025-09-01",
        "can_combine": True,
        "needs_support": True,
        "remarks": "TRAJECTORY-REMARK-MARKER",
    },
}

_DUTCH = {
    "id": "dutch",
    "kind": "language class",
    "start": "2026-12-01",
    "end": "2027-02-26",
    "sessions": [{"weekday": 0, "start": "09:00", "end": "12:00"}],
    "provider": "PROVIDER-MARKER",
}
_ORIENTATION = {
    "id": "orientation",
    "kind": "job orientation",
    "start": "2026-12-01",
    "end": "2027-02-26",
    "sessions": [{"weekday": 0, "start": "13:00", "end": "16:00"}],
}
_REFERRAL = {"id": "3", "kind": "trauma counselling referral", "start": "2026-12-01", "end": "2027-02-26"}


def _token(role: Role) -> Body:
    return _always(role=role, scopes=["sessions.view"], days=30, label="import")


ASKS: Mapping[str, Ask] = {
    "POST /people": Ask(
        Role.SCREENER,
        _always(
            name="NAME-MARKER",
            speaks="ar",
            contact={"email": "MAIL-MARKER@example.org", "phone": "PHONE-MARKER", "address": "ADDRESS-MARKER"},
            birth_date="1987-03-14",
            nationality="KI",
            arrived_on="2025-10-01",
            labour_access="unlimited",
            licences=["B"],
            regions=["BE211"],
            schedules=["day"],
            education_band="secondary",
            age_band="25-54",
            sex="f",
        ),
    ),
    "PATCH /people/{person_id}": Ask(Role.SCREENER, _always(speaks="ar", regions=["BE211", "BE212"]), seen="1"),
    "DELETE /people/{person_id}": Ask(Role.ADMINISTRATOR, seen="1"),
    "POST /people/{person_id}/consents": Ask(
        Role.SCREENER,
        _consent("health", "explicit consent"),
        also=tuple(_consent(purpose, "consent") for purpose in ("sharing", "mentoring", "employers")),
    ),
    "POST /people/{person_id}/interviews": Ask(Role.SOCIAL_WORKER, _SOCIAL, others={Role.COUNSELLOR: _TRAJECTORY}),
    "PATCH /people/{person_id}/interviews/{interview_id}": Ask(
        Role.SOCIAL_WORKER,
        _always(answers={"background": "BACKGROUND-MARKER too"}),
        others={Role.COUNSELLOR: _always(answers={"aspirations": "ASPIRATION-MARKER too"})},
        seen="1",
    ),
    "POST /people/{person_id}/notes": Ask(
        Role.SCREENER,
        _always(text="NOTE-MARKER. Hij kan technische tekeningen lezen.", language="nl", on="2026-11-02"),
        others={Role.SOCIAL_WORKER: _always(text="CONFIDENTIAL-MARKER", language="en", confidential=True)},
    ),
    "POST /people/{person_id}/notes/{note_id}/extraction": Ask(Role.SCREENER),
    "POST /people/{person_id}/claims": Ask(
        Role.SCREENER, _always(concept=BREAD, standing="confirmed", reason="CLAIM-REASON-MARKER")
    ),
    "PUT /people/{person_id}/claims/{claim_id}": Ask(
        Role.SCREENER, _always(standing="confirmed", reason="CLAIM-REASON-MARKER"), seen="1"
    ),
    "POST /people/{person_id}/claims/{claim_id}/disagreement": Ask(Role.PERSON, _always(text="DISAGREEMENT-MARKER")),
    "POST /people/{person_id}/languages": Ask(
        Role.SCREENER,
        _always(language="nl", activity="spoken interaction", level="below A1", proof="test", on="2026-11-02"),
    ),
    "POST /people/{person_id}/scripts": Ask(Role.SCREENER, _always(script="Arab", literacy="fluent", on="2026-11-02")),
    "POST /people/{person_id}/assessments": Ask(
        Role.SCREENER,
        _always(
            competence=WELD,
            kind="technical",
            place="working environment",
            mode="interpreter",
            result="passed",
            on="2026-11-04",
            interpreter_language="ar",
            interpreter="INTERPRETER-MARKER",
            employer_support=True,
            employer="TEST-EMPLOYER-MARKER",
            comment="COMMENT-MARKER",
            evidence="ATTACHMENT-MARKER",
        ),
    ),
    "PATCH /people/{person_id}/cases/{case_id}": Ask(
        Role.COUNSELLOR, _always(barriers=["non-recognition of qualifications"]), seen="1"
    ),
    "POST /people/{person_id}/qualifications": Ask(
        Role.SCREENER,
        _always(
            country="SY", title="شهادة TITLE-MARKER", transliteration="LATIN-TITLE-MARKER", language="ar", year=2006
        ),
    ),
    "PATCH /people/{person_id}/qualifications/{qualification_id}": Ask(Role.SCREENER, _always(years=3), seen="1"),
    "POST /people/{person_id}/cases/{case_id}/recommendation": Ask(Role.COUNSELLOR),
    "POST /people/{person_id}/cases/{case_id}/trajectory": Ask(
        Role.COUNSELLOR, _always(trajectory="combined", on="2026-11-05", why="WHY-MARKER"), seen="0"
    ),
    "POST /people/{person_id}/cases/{case_id}/plans": Ask(
        Role.SOCIAL_WORKER,
        _always(trajectory="combined", actions=[_DUTCH, _ORIENTATION, _REFERRAL]),
        others={Role.COUNSELLOR: _always(trajectory="combined", actions=[_DUTCH, _ORIENTATION])},
    ),
    "PUT /people/{person_id}/cases/{case_id}/plans/{plan_id}": Ask(
        Role.SOCIAL_WORKER, _always(trajectory="combined", actions=[_DUTCH, _ORIENTATION]), seen="1"
    ),
    "POST /people/{person_id}/outcomes": Ask(
        Role.COUNSELLOR, _always(kind="job", on="2026-11-20", contract_months=6, hours_per_week=38, occupation=WELDER)
    ),
    "PATCH /people/{person_id}/outcomes/{outcome_id}": Ask(Role.COUNSELLOR, _always(until="2026-11-20"), seen="1"),
    "POST /people/{person_id}/shares": Ask(Role.SCREENER, lambda ids: {"organisation_id": ids["organisation_id"]}),
    "POST /accounts": Ask(Role.ADMINISTRATOR, _always(login="somebody", password=PASSWORD, roles=["screener"])),
    "PATCH /accounts/{account_id}": Ask(Role.ADMINISTRATOR, _always(trained=[TRAUMA]), seen="1"),
    "POST /tokens": Ask(
        Role.ADMINISTRATOR,
        _token(Role.ADMINISTRATOR),
        others={
            role: _token(role)
            for role in Role
            if role not in (Role.ADMINISTRATOR, Role.PERSON, Role.EMPLOYER, Role.MENTOR)
        },
    ),
    "POST /sessions": Ask(Role.SCREENER, _always(login="somebody", password=PASSWORD)),
    "PUT /sessions/current/password": Ask(Role.SCREENER, _always(current=PASSWORD, new=PASSWORD[::-1])),
}


class Mine(NamedTuple):
    """A place in a route's path, for what one role made of its own."""

    role: Role
    name: str


@dataclass(frozen=True, slots=True)
class World:
    """A filled file, a client in every role that may work with it, and one who is not logged in.

    ``ids`` are those of the file, by the name of their place in a route's path.
    """

    login: Clients
    clients: dict[Role, TestClient]
    nobody: TestClient
    ids: dict[str, str]
    own: dict[Mine, str]

    @property
    def app(self) -> FastAPI:
        return self.login.app

    @property
    def store(self) -> Store:
        return self.login.store

    def send(self, route: str, role: Role | None, **instead: Any) -> Any:
        """Send the plausible request of a route in a role, None being nobody's, with ``instead`` in place of parts."""
        method, path = route.split(" ")
        ids = self.ids_of(role)
        ask = ASKS.get(route)
        sent = {} if ask is None else ask.as_sent(role or ask.by, ids)
        client = self.nobody if role is None else self.clients[role]
        headers = sent.get("headers", {}) | instead.get("headers", {})
        return client.request(method, ROOT + path.format_map(ids), **(sent | instead | {"headers": headers}))

    def insist(self, route: str, role: Role, **instead: Any) -> Any:
        """:meth:`send`; where that was made from an old version, once more from the one that is there."""
        answer = self.send(route, role, **instead)
        found = answer.json().get("found") if answer.status_code == 409 else None
        if found is None:
            return answer
        return self.send(
            route, role, **(instead | {"headers": instead.get("headers", {}) | {"If-Match": f'"{found}"'}})
        )

    def ids_of(self, role: Role | None) -> Ids:
        """The ids of the file; of what each role makes of its own, its own."""
        mine = {key.name: made for key, made in self.own.items() if key.role is role}
        return {**self.ids, **mine}

    def copy(self, login: Clients) -> "World":
        """The same over a copy of its records, in which ``login`` makes further clients."""
        clients = {role: login.again(client) for role, client in self.clients.items()}
        return World(login, clients, login.nobody(), dict(self.ids), dict(self.own))

    def grow(self, route: str) -> None:
        """Send what the route's :class:`Ask` holds, and keep the id of what it made first, and of each other role's."""
        ask = ASKS[route]
        for role in (ask.by, *ask.others):
            self._keep(route, role, self.send(route, role))
        for body in ask.also:
            self._keep(route, ask.by, self.send(route, ask.by, json=body(self.ids)))

    def _keep(self, route: str, role: Role, answer: Any) -> None:
        assert answer.status_code in (200, 201), (route, answer.status_code, answer.text)
        collection = route.removeprefix("POST ") + "/{"
        for other in routes(self.app):
            _, path = other.split(" ")
            if path.startswith(collection) and "id" in answer.json():
                name = path.removeprefix(collection).partition("}")[0]
                self.ids.setdefault(name, answer.json()["id"])
                if role in ASKS[route].others:
                    self.own.setdefault(Mine(role, name), answer.json()["id"])


def routes(app: FastAPI) -> tuple[str, ...]:
    """Every route of the application, such as ``GET /people/{person_id}``, without what all paths begin with."""
    told = app.openapi()["paths"]
    return tuple(f"{method.upper()} {path.removeprefix(ROOT)}" for path, item in told.items() for method in item)


def fill(login: Clients, organisation: str) -> World:
    """Fill a file by the requests of :data:`ASKS`, in their order; ``organisation`` is whom it is shared with."""
    staff = [role for role in Role if role is not Role.PERSON]
    clients = {role: login(role, trained=(TRAUMA,) if role is Role.COUNSELLOR else ()) for role in staff}
    world = World(login, clients, login.nobody(), {"organisation_id": organisation, "purpose": "mentoring"}, {})
    world.grow("POST /people")
    person = world.ids["person_id"]
    world.ids["case_id"] = clients[Role.SCREENER].get(f"{ROOT}/people/{person}").json()["cases"][0]["id"]
    clients[Role.PERSON] = login(Role.PERSON, person=person)
    for route in ASKS:
        if route.startswith("POST /") and route not in ("POST /people", "POST /sessions"):
            world.grow(route)
    return world


def begin(store: Store, service: Service, settings: Settings) -> World:
    """An application over empty records, two organisations in them, and in the first of them a filled file."""
    with store.write(SYSTEM) as unit:
        ours, theirs = found(unit, "PES Antwerp").id, found(unit, "Another city").id
    return fill(Clients(create_app(Casework.over(store, service, settings), settings), store, ours), theirs)
