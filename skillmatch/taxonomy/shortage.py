"""Dated shortage lists: official names, their causes, and the ESCO occupations they stand for (BOT-01).

A list is a CSV file, one row a link from a name to an occupation; ``data/shortage/README.md`` describes its columns.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from skillmatch.errors import TaxonomyError
from skillmatch.taxonomy.concepts import ConceptId
from skillmatch.taxonomy.table import Row, rows

OCCUPATION = "http://data.europa.eu/esco/occupation/"


class Cause(StrEnum):
    """VDAB's three causes of a shortage, in its own words."""

    QUANTITATIVE = "kwantitatief"
    """Too few candidates."""
    QUALITATIVE = "kwalitatief"
    """Candidates lack the skills or the experience."""
    CONDITIONS = "specifieke arbeidsomstandigheden"
    """Shifts, weekends, heavy or dirty work, pay."""


class Relation(StrEnum):
    """How an ESCO occupation stands to a listed name, strongest first."""

    EXACT = "exact"
    NARROWER = "narrower"
    """ESCO's occupation is a kind of what the name says."""
    BROADER = "broader"
    """ESCO's occupation holds what the name says, and more."""


@dataclass(frozen=True, slots=True)
class OccupationLink:
    """A listed name's link to an ESCO occupation. ``main_part`` is about broader ones: the name covers most of it."""

    occupation: ConceptId
    relation: Relation
    main_part: bool = False

    @property
    def marks(self) -> bool:
        """Whether the occupation counts as a shortage occupation because of this link.

        One broader than the name does only where the name covers its main part: that forklift operators include reach
        truck drivers, who are short, would not by itself make every forklift operator short.
        """
        return self.relation is not Relation.BROADER or self.main_part


@dataclass(frozen=True, slots=True)
class ShortageOccupation:
    """A name on a public service's list of one year. ``causes`` is None where they are not known: never guessed."""

    year: int
    region: str
    name: str
    source: str
    causes: frozenset[Cause] | None
    links: tuple[OccupationLink, ...]


def by_occupation(shortages: Iterable[ShortageOccupation]) -> Mapping[ConceptId, str]:
    """The listed name that makes each occupation a shortage occupation; occupations that no link marks are absent.

    Where several names do, the closest relation decides (exact, narrower, broader), then the order of ``shortages``.
    Give it one list: years and regions are not told apart.
    """
    links = [(link, shortage.name) for shortage in shortages for link in shortage.links if link.marks]
    strength = {relation: rank for rank, relation in enumerate(Relation)}
    names: dict[ConceptId, str] = {}
    for link, name in sorted(links, key=lambda pair: strength[pair[0].relation]):
        names.setdefault(link.occupation, name)
    return MappingProxyType(names)


def read_shortages(path: Path) -> tuple[ShortageOccupation, ...]:
    """The names of a shortage list, in the file's order; raises TaxonomyError naming file, row and column.

    That an occupation is part of some ESCO release is not checked here: releases come and go, a list stays.
    """
    found: dict[tuple[int, str, str], ShortageOccupation] = {}
    for row in rows(path, _COLUMNS):
        one = _one_link(row)
        key = (one.year, one.region, one.name)
        found[key] = _joined(found[key], one, row) if key in found else one
    if not found:
        raise TaxonomyError("holds no occupation", file=path.name)
    return tuple(found.values())


_COLUMNS = ("year", "region", "source", "name_nl", "esco_uri", "relation", "main_part")


def _one_link(row: Row) -> ShortageOccupation:
    return ShortageOccupation(
        year=_year(row),
        region=row.text("region"),
        name=row.text("name_nl"),
        source=row.text("source"),
        causes=_causes(row),
        links=(_link(row),),
    )


def _year(row: Row) -> int:
    text = row.text("year")
    if not (len(text) == 4 and text.isascii() and text.isdigit()):
        row.fail("year", "should be a year such as 2026")
    return int(text)


def _causes(row: Row) -> frozenset[Cause] | None:
    """The causes, parted by semicolons; None where the column is absent or empty."""
    given = [part.strip() for part in row.cells.get("causes", "").split(";") if part.strip()]
    try:
        return frozenset(map(Cause, given)) or None
    except ValueError:
        return row.fail("causes", f"should be of {', '.join(Cause)}, parted by semicolons")


def _link(row: Row) -> OccupationLink:
    uri = row.text("esco_uri")
    if not uri.startswith(OCCUPATION):
        row.fail("esco_uri", f"should begin with {OCCUPATION}")
    relation = row.one_of("relation", Relation)
    main_part = row.cells["main_part"].strip()
    if main_part not in (("yes", "no") if relation is Relation.BROADER else ("",)):
        row.fail("main_part", "should be yes or no for a broader occupation, and empty for others")
    return OccupationLink(ConceptId(uri), relation, main_part == "yes")


def _joined(before: ShortageOccupation, one: ShortageOccupation, row: Row) -> ShortageOccupation:
    """``before`` with the link of ``one`` added; what both say of the name must agree."""
    if one.links[0].occupation in {link.occupation for link in before.links}:
        row.fail("esco_uri", "repeats that of an earlier row of this name")
    for column, same in (("source", one.source == before.source), ("causes", one.causes == before.causes)):
        if not same:
            row.fail(column, "differs from that of an earlier row of this name")
    return replace(before, links=before.links + one.links)
