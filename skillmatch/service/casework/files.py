"""A person's file: opened with a name and nothing else (OSS-02), shown and changed field by field as the role may."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from skillmatch import access
from skillmatch.access import Action, Actor, Purpose
from skillmatch.errors import InvalidInput
from skillmatch.service.casework.consents import NOTICE
from skillmatch.service.casework.office import Office, Once, Page, made_before, refuse_stale, remember
from skillmatch.store import cases, people
from skillmatch.store.cases import Case
from skillmatch.store.people import Person
from skillmatch.store.tables import Basis
from skillmatch.store.unit import Unit

DETAILS = ("contact", "birth_date", "nationality")
"""What is sealed as a whole: eligibility rules may ask for it, a match never does (ruling 21)."""


@dataclass(frozen=True, slots=True)
class Files:
    """Registering people and keeping their first page."""

    office: Office

    def register(self, actor: Actor, facts: Mapping[str, object], once: Once | None = None) -> dict[str, object]:
        """Open a file, and a case in it; ``facts`` are the fields of the file, of which only ``name`` is needed.

        Nothing asks for Dutch, a permit, papers or a second name (VDAB-01, OSS-02). The legal bases of a public
        service are recorded with it: the person learns of them by the text of that version.
        """
        access.require_fields(actor, Action.REGISTER, facts)
        with self.office.act(actor, Action.REGISTER) as unit:
            if (known := made_before(unit, once)) is not None:
                return _shown(actor, unit, people.view(unit, known))
            person = people.register(unit, **_kept(facts, {}))  # type: ignore[arg-type]
            for purpose in (Purpose.GUIDANCE, Purpose.EVALUATION):
                people.consent(unit, person.id, purpose, Basis.PUBLIC_TASK, NOTICE)
            cases.begin(unit, person.id, {actor.role: actor.account})
            remember(unit, once, person, person.id)
            return _shown(actor, unit, person)

    def view(self, actor: Actor, person_id: str) -> dict[str, object]:
        """The first page of a file, as far as the role may see it."""
        with self.office.open(actor, Action.VIEW, person_id) as unit:
            return _shown(actor, unit, people.view(unit, person_id))

    def list(self, actor: Actor, after: str | None, size: int) -> Page:
        """Files that are open to the actor's organisation, by id; each is told in the audit, for its name is shown."""
        with self.office.act(actor, Action.LIST) as unit:
            page = people.page(unit, after=after or "", size=size)
            shown = [people.load(unit, one) for one in page.ids]
            unit.record(Action.LIST, what={"files": list(page.ids)})
            return Page([access.shown(actor, Action.LIST, _values(person)) for person in shown], page.after)

    def amend(self, actor: Actor, person_id: str, changes: Mapping[str, object], seen: int) -> dict[str, object]:
        """Change the fields named in ``changes``; raises Conflict with both contents where ``seen`` is old."""
        access.require_fields(actor, Action.AMEND, changes)
        if "name" in changes and not changes["name"]:
            raise InvalidInput("a file has a name, which may be an alias", field="name")
        with self.office.open(actor, Action.AMEND, person_id) as unit:
            person = people.load(unit, person_id)
            refuse_stale(seen, person.version, _shown(actor, unit, person), changes)
            changed = replace(person, **_kept(changes, person.details or {}))  # type: ignore[arg-type]
            return _shown(actor, unit, people.amend(unit, changed))


def _kept(facts: Mapping[str, object], details: Mapping[str, object]) -> dict[str, object]:
    """``facts`` as the fields of a Person, the sealed details together."""
    plain = {name: value for name, value in facts.items() if name not in DETAILS}
    sealed = {name: value for name, value in facts.items() if name in DETAILS}
    return plain | ({"details": {**details, **sealed}} if sealed else {})


def _values(person: Person) -> dict[str, object]:
    kept = {name: getattr(person, name) for name in Person.__slots__ if name not in ("details", "organisation_id")}
    return kept | {name: (person.details or {}).get(name) for name in DETAILS}


def _shown(actor: Actor, unit: Unit, person: Person) -> dict[str, object]:
    theirs = [
        {"id": one.id, "opened_on": one.opened_on, "closed_on": one.closed_on} for one in unit.of(Case, person.id)
    ]
    return access.shown(actor, Action.VIEW, _values(person) | {"cases": theirs})
