"""Erasing a person (GDPR art. 17): key, rows, spans, vectors and cached exports go, aggregates stay (ruling 16)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from sqlalchemy import Table, delete, func, select

from skillmatch.assess.outcome import whole_months
from skillmatch.errors import Forbidden
from skillmatch.store import people, tables
from skillmatch.store.cases import KeptOutcome
from skillmatch.store.people import Person
from skillmatch.store.unit import Unit, new_id

SMALLEST_CELL = 10
"""People, living and gone, that a cell needs before anything of an erased one is kept in it (ruling 16)."""

_CELL = ("education_band", "age_band", "sex")


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is kept of an erased person: nobody can be told from it. ``outcome_months`` since registration, by kind."""

    TABLE: ClassVar[Table] = tables.tombstones
    id: str
    organisation_id: str
    cohort_year: int
    education_band: str | None
    age_band: str | None
    sex: str | None
    outcome_months: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Published figures, frozen as of their day; no erasure changes them."""

    TABLE: ClassVar[Table] = tables.aggregates
    id: str
    organisation_id: str
    name: str
    as_of: date
    figures: Mapping[str, object]


def publish(unit: Unit, name: str, as_of: date, figures: Mapping[str, object]) -> Aggregate:
    """Freeze figures as they are published."""
    aggregate = Aggregate(new_id(), unit.by.organisation, name, as_of, figures)
    unit.insert(aggregate)
    unit.record("aggregates.publish", about=f"aggregates:{aggregate.id}", what={"as_of": as_of.isoformat()})
    return aggregate


def published(unit: Unit) -> list[Aggregate]:
    """What the organisation published, the oldest first."""
    table = tables.aggregates
    query = select(table).where(table.c.organisation_id == unit.by.organisation).order_by(table.c.as_of, table.c.id)
    return [unit.read(Aggregate, row) for row in unit.connection.execute(query).mappings()]


def tombstones(unit: Unit) -> list[Tombstone]:
    """What is left of the erased, of the actor's organisation."""
    table = tables.tombstones
    query = select(table).where(table.c.organisation_id == unit.by.organisation).order_by(table.c.id)
    return [unit.read(Tombstone, row) for row in unit.connection.execute(query).mappings()]


def erase(unit: Unit, person_id: str) -> None:
    """Erase a person whose file the actor's organisation keeps; raises Forbidden where it only shares it.

    After the transaction call ``Store.scrub()``, which removes what the engine itself still holds of the old pages.
    """
    person = people.load(unit, person_id)
    if person.organisation_id != unit.by.organisation:
        raise Forbidden("only the organisation that keeps a file may erase the person")
    _hold(unit, person_id)
    stone = _tombstone(unit, person, unit.of(KeptOutcome, person_id))
    accounts = select(tables.accounts.c.id).where(tables.accounts.c.person_id == person_id)
    unit.connection.execute(delete(tables.sessions).where(tables.sessions.c.account_id.in_(accounts)))
    unit.connection.execute(delete(tables.accounts).where(tables.accounts.c.person_id == person_id))
    for table in tables.OF_A_PERSON:
        unit.connection.execute(delete(table).where(table.c.person_id == person_id))
    unit.connection.execute(delete(tables.people).where(tables.people.c.id == person_id))
    if stone is not None:
        unit.insert(stone)
    unit.forget(person_id)
    unit.record("people.erase", person=person_id, what={"tombstone": stone is not None})


def _hold(unit: Unit, person_id: str) -> None:
    """Make whoever adds to the file at this moment wait, and then find nobody: on PostgreSQL; SQLite has one writer."""
    unit.connection.execute(select(tables.people.c.id).where(tables.people.c.id == person_id).with_for_update())


def _tombstone(unit: Unit, person: Person, outcomes: Sequence[KeptOutcome]) -> Tombstone | None:
    """The anonymous rest, None where too few people are like this one."""
    if _cell_size(unit, person) < SMALLEST_CELL:
        return None
    months: dict[str, int] = {}
    for outcome in outcomes:
        since = whole_months(person.registered_on, outcome.on)
        months[outcome.kind.value] = min(since, months.get(outcome.kind.value, since))
    year = person.registered_on.year
    return Tombstone(new_id(), person.organisation_id, year, person.education_band, person.age_band, person.sex, months)


def _cell_size(unit: Unit, person: Person) -> int:
    """How many people of the organisation share the cohort year and the bands, this one included, the erased too."""
    year = person.registered_on.year
    living, gone = tables.people, tables.tombstones
    cohort = living.c.registered_on.between(date(year, 1, 1), date(year, 12, 31)), gone.c.cohort_year == year
    total = 0
    for table, same_year in zip((living, gone), cohort, strict=True):
        alike = [table.c[name].is_not_distinct_from(getattr(person, name)) for name in _CELL]
        query = select(func.count()).select_from(table).where(table.c.organisation_id == person.organisation_id)
        total += unit.connection.scalar(query.where(same_year, *alike)) or 0
    return total
