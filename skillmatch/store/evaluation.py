"""What an evaluator gets (DUO-21): plain columns of people under pseudonyms. No key is opened here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import RowMapping, Select, Table, exists, select

from skillmatch.assess.outcome import OutcomeKind, whole_months
from skillmatch.store import tables
from skillmatch.store.tables import Step
from skillmatch.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Decided:
    """A trajectory from the day ``on``, how it was decided, and what had been recommended."""

    trajectory: str
    on: date
    step: Step
    recommended: str | None


@dataclass(frozen=True, slots=True)
class Reached:
    """An outcome. ``months`` and ``until_months`` are whole months from the registration on; days are not told."""

    kind: OutcomeKind
    months: int
    until_months: int | None
    contract_months: float | None
    hours_per_week: float | None


@dataclass(frozen=True, slots=True)
class Followed:
    """One person, who cannot be told from it: ``cohort`` is the year and month of registration."""

    pseudonym: str
    cohort: str
    education_band: str | None
    age_band: str | None
    sex: str | None
    trajectories: Sequence[Decided] = field(default=())
    outcomes: Sequence[Reached] = field(default=())


def population(unit: Unit, purpose: str) -> Mapping[str, str]:
    """The ids of the people whose file the organisation keeps and who have a basis for ``purpose``, by pseudonym.

    In the order of the pseudonyms, which tells nothing of when somebody came.
    """
    basis = exists().where(
        tables.consents.c.person_id == tables.people.c.id,
        tables.consents.c.purpose == purpose,
        tables.consents.c.withdrawn_at.is_(None),
    )
    kept = tables.people.c.organisation_id == unit.by.organisation
    ids = unit.connection.scalars(select(tables.people.c.id).where(kept, basis))
    return dict(sorted((unit.pseudonyms.of(one), one) for one in ids))


def followed(unit: Unit, people: Mapping[str, str]) -> list[Followed]:
    """What is known of ``people``, ids by pseudonym, in that order."""
    table = tables.people
    columns = (table.c.id, table.c.registered_on, table.c.education_band, table.c.age_band, table.c.sex)
    found = unit.connection.execute(select(*columns).where(table.c.id.in_(people.values()))).mappings()
    rows = {row["id"]: row for row in found}
    decisions = _by_person(unit, _decisions(people.values()))
    outcomes = _by_person(unit, _outcomes(people.values()))
    return [
        _followed(pseudonym, rows[one], decisions.get(one, ()), outcomes.get(one, ()))
        for pseudonym, one in people.items()
    ]


def _decisions(ids: Iterable[str]) -> Select[tuple[object, ...]]:
    table = tables.trajectories
    return _of(table, ids, "trajectory", "on", "step", "recommended").order_by(table.c.on, table.c.place)


def _outcomes(ids: Iterable[str]) -> Select[tuple[object, ...]]:
    table = tables.outcomes
    return _of(table, ids, "kind", "on", "until", "contract_months", "hours_per_week").order_by(
        table.c.on, table.c.kind
    )


def _of(table: Table, ids: Iterable[str], *columns: str) -> Select[tuple[object, ...]]:
    return select(table.c.person_id, *(table.c[name] for name in columns)).where(table.c.person_id.in_(ids))


def _by_person(unit: Unit, query: Select[tuple[object, ...]]) -> Mapping[str, list[RowMapping]]:
    found: dict[str, list[RowMapping]] = {}
    for row in unit.connection.execute(query).mappings():
        found.setdefault(row["person_id"], []).append(row)
    return found


def _followed(
    pseudonym: str, person: RowMapping, decisions: Iterable[RowMapping], outcomes: Iterable[RowMapping]
) -> Followed:
    since: date = person["registered_on"]
    return Followed(
        pseudonym,
        f"{since:%Y-%m}",
        person["education_band"],
        person["age_band"],
        person["sex"],
        [Decided(row["trajectory"], row["on"], row["step"], row["recommended"]) for row in decisions],
        [_reached(since, row) for row in outcomes],
    )


def _reached(since: date, row: RowMapping) -> Reached:
    until = None if row["until"] is None else whole_months(since, row["until"])
    return Reached(row["kind"], whole_months(since, row["on"]), until, row["contract_months"], row["hours_per_week"])
