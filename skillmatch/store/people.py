"""People, who may open their file, and what they agreed to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import Table, func, or_, select

from skillmatch.assess.profile import LabourAccess
from skillmatch.errors import Forbidden, NotFound
from skillmatch.store import tables
from skillmatch.store.tables import Basis
from skillmatch.store.unit import Unit, new_id


@dataclass(frozen=True, slots=True)
class Organisation:
    """Who keeps files: a city, a public employment service, an NGO."""

    TABLE: ClassVar[Table] = tables.organisations
    id: str
    name: str
    version: int = 1


@dataclass(frozen=True, slots=True)
class Person:
    """A person's file. Only a name, which may be an alias, is needed (OSS-02, VDAB-01); None is not known.

    ``details`` is what is personal and fits no other table (contact, birth date, nationality): plain data, sealed. The
    bands are what counting needs, so that no birth date is read for it. ``speaks`` is the language to talk in.
    """

    TABLE: ClassVar[Table] = tables.people
    id: str
    organisation_id: str
    registered_on: date
    name: str
    speaks: str | None = None
    details: Mapping[str, object] | None = None
    arrived_on: date | None = None
    labour_access: LabourAccess | None = None
    licences: tuple[str, ...] | None = None
    regions: tuple[str, ...] | None = None
    schedules: tuple[str, ...] | None = None
    education_band: str | None = None
    age_band: str | None = None
    sex: str | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class Share:
    """Another organisation that works on the same file (ANT-04), from ``since`` up to but not on ``until``."""

    TABLE: ClassVar[Table] = tables.shares
    id: str
    person_id: str
    keeper_id: str
    organisation_id: str
    since: date
    until: date | None = None
    version: int = 1

    def stands(self, day: date) -> bool:
        """Whether it opens the file on ``day``."""
        return self.since <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Consent:
    """The legal basis of one purpose, with the version of the text that was shown (D7)."""

    TABLE: ClassVar[Table] = tables.consents
    id: str
    person_id: str
    purpose: str
    basis: Basis
    text_version: str
    given_at: datetime
    withdrawn_at: datetime | None = None
    version: int = 1

    @property
    def stands(self) -> bool:
        """Whether it was not withdrawn."""
        return self.withdrawn_at is None


@dataclass(frozen=True, slots=True)
class Page:
    """Some ids out of many, and where to go on: None at the end."""

    ids: tuple[str, ...]
    after: str | None = field(default=None)


def found(unit: Unit, name: str) -> Organisation:
    """A new organisation."""
    organisation = Organisation(new_id(), name)
    unit.insert(organisation)
    unit.record("organisations.add", about=f"organisations:{organisation.id}")
    return organisation


def organisations(unit: Unit) -> list[Organisation]:
    """All organisations, by name."""
    rows = unit.connection.execute(select(tables.organisations).order_by(tables.organisations.c.name)).mappings()
    return [unit.read(Organisation, row) for row in rows]


def register(unit: Unit, name: str, *, speaks: str | None = None, **facts: object) -> Person:
    """A new file in the actor's organisation: a name or alias is enough (OSS-02); ``facts`` are fields of Person."""
    person = replace(
        Person(new_id(), unit.by.organisation, unit.today, name, speaks),
        **facts,  # type: ignore[arg-type]
    )
    wrapped = unit.begin_vault(person.id)
    unit.insert(person, person.id)
    unit.connection.execute(tables.person_keys.insert().values(person_id=person.id, wrapped=wrapped))
    unit.record("people.register", person=person.id)
    return person


def view(unit: Unit, person_id: str) -> Person:
    """The file's first page; looking at it is told in the audit. Raises NotFound."""
    person = load(unit, person_id)
    unit.record("people.view", person=person_id)
    return person


def load(unit: Unit, person_id: str) -> Person:
    """:func:`view` for what does not show the file to anybody; raises NotFound."""
    query = select(tables.people).where(tables.people.c.id == person_id, unit.visible())
    row = unit.connection.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound("no such person")
    return unit.read(Person, row, person_id)


def amend(unit: Unit, person: Person) -> Person:
    """Keep a changed file; raises Conflict with both versions where somebody else changed it first."""
    unit.vault(person.id)
    kept = replace(person, organisation_id=load(unit, person.id).organisation_id)
    changed: Person = unit.put(kept, person.id)
    unit.record("people.change", person=person.id, what={"version": changed.version})
    return changed


def page(unit: Unit, *, after: str = "", size: int = 50) -> Page:
    """The ids of the files that are open to the actor's organisation, by id, after ``after``."""
    query = select(tables.people.c.id).where(unit.visible(), tables.people.c.id > after)
    ids = unit.connection.scalars(query.order_by(tables.people.c.id).limit(size + 1)).all()
    return Page(tuple(ids[:size]), ids[size - 1] if len(ids) > size else None)


def count(unit: Unit) -> int:
    """How many files are open to the actor's organisation."""
    return unit.connection.scalar(select(func.count()).select_from(tables.people).where(unit.visible())) or 0


def share(unit: Unit, person_id: str, organisation_id: str) -> Share:
    """Open a file to another organisation from today (ANT-04); raises Forbidden for who only shares it."""
    if load(unit, person_id).organisation_id != unit.by.organisation:
        raise Forbidden("only the organisation that keeps a file may share it")
    return unit.add(Share(new_id(), person_id, unit.by.organisation, organisation_id, unit.today))


def unshare(unit: Unit, share: Share) -> Share:
    """Close a file to another organisation again, from today; raises Forbidden for who does not keep it."""
    if share.keeper_id != unit.by.organisation:
        raise Forbidden("only the organisation that keeps a file may end a share of it")
    return unit.change(replace(share, until=unit.today))


def hold(unit: Unit, person_id: str) -> None:
    """Wait for whoever else is changing what this person agreed to, so that no share is made while it is withdrawn.

    SQLite has one writer anyhow. What hangs from the person can still be written meanwhile.
    """
    held = select(tables.people.c.id).where(tables.people.c.id == person_id)
    unit.connection.execute(held.with_for_update(key_share=True))


def shares(unit: Unit, person_id: str) -> Sequence[Share]:
    """With whom the file is or was shared, the oldest first: all of it to who keeps it, else the actor's own."""
    table, ours = tables.shares, unit.by.organisation
    seen = unit.of(Share, person_id, or_(table.c.keeper_id == ours, table.c.organisation_id == ours))
    return sorted(seen, key=lambda one: (one.since, one.id))


def consent(unit: Unit, person_id: str, purpose: str, basis: Basis, text_version: str) -> Consent:
    """Record the legal basis of a purpose as it stands from now on."""
    given = Consent(new_id(), person_id, purpose, basis, text_version, unit.at)
    unit.vault(person_id)
    unit.insert(given, person_id)
    _tell_basis(unit, "consents.give", given)
    return given


def consents(unit: Unit, person_id: str) -> Sequence[Consent]:
    """Every legal basis ever recorded, the oldest first."""
    return sorted(unit.of(Consent, person_id), key=lambda one: (one.given_at, one.id))


def standing(unit: Unit, person_id: str, purpose: str) -> Sequence[Consent]:
    """The legal bases of a purpose that were not withdrawn, the oldest first."""
    return [one for one in consents(unit, person_id) if one.purpose == purpose and one.stands]


def withdraw(unit: Unit, person_id: str, purpose: str) -> None:
    """End every basis of a purpose now; raises NotFound where there is none left."""
    ending = standing(unit, person_id, purpose)
    if not ending:
        raise NotFound(f"no legal basis is recorded for {purpose}")
    for one in ending:
        unit.put(replace(one, withdrawn_at=unit.at), person_id)
        _tell_basis(unit, "consents.withdraw", one)


def _tell_basis(unit: Unit, action: str, one: Consent) -> None:
    what = {"purpose": one.purpose, "basis": one.basis.replace(" ", "_"), "text": one.text_version}
    unit.record(action, person=one.person_id, about=f"consents:{one.id}", what=what)


def require(unit: Unit, person_id: str, purpose: str) -> Consent:
    """The basis on which data may be used for ``purpose`` now; raises Forbidden where none is recorded or left."""
    bases = standing(unit, person_id, purpose)
    if not bases:
        raise Forbidden(f"no legal basis is recorded for {purpose}, or it was withdrawn")
    return bases[-1]
