"""Dated shortage lists: official names, their causes, and the ESCO occupations they stand for (BOT-01).

A list is a CSV file, one row a link from a name to an occupation; ``data/shortage/README.md`` describes its columns.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from skillmatch.errors import TaxonomyError
from skillmatch.taxonomy.concepts import ConceptId

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
    for row in _rows(path):
        one = _one_link(row)
        key = (one.year, one.region, one.name)
        found[key] = _joined(found[key], one, row) if key in found else one
    if not found:
        raise TaxonomyError("holds no occupation", file=path.name)
    return tuple(found.values())


_COLUMNS = ("year", "region", "source", "name_nl", "esco_uri", "relation", "main_part")


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the file by column name; ``number`` is the 1-based line it ends on."""

    file: str
    number: int
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        """What the cell says; raises TaxonomyError where it is empty."""
        text = self.cells[column].strip()
        if not text:
            raise self.wrong(column, "is empty")
        return text

    def wrong(self, column: str, message: str) -> TaxonomyError:
        return TaxonomyError(message, file=self.file, row=self.number, column=column)


def _rows(path: Path) -> Iterator[_Row]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from _parsed(file, path.name)
    except OSError as error:
        raise TaxonomyError(f"cannot be read: {error.strerror}", file=path.name) from None
    except UnicodeDecodeError:
        raise TaxonomyError("is not UTF-8 text", file=path.name) from None


def _parsed(file: Iterable[str], name: str) -> Iterator[_Row]:
    """The rows after the header, blank lines left out; a row must have as many cells as the header."""
    lines = csv.reader(file, strict=True)
    try:
        header: list[str] = next(lines, [])
        for column in _COLUMNS:
            if column not in header:
                raise TaxonomyError("is missing", file=name, row=1, column=column)
        for cells in filter(None, lines):
            if len(cells) != len(header):
                raise TaxonomyError(f"has {len(cells)} cells, not {len(header)}", file=name, row=lines.line_num)
            yield _Row(name, lines.line_num, dict(zip(header, cells, strict=True)))
    except csv.Error as error:
        raise TaxonomyError(f"is not valid CSV: {error}", file=name, row=lines.line_num) from None


def _one_link(row: _Row) -> ShortageOccupation:
    return ShortageOccupation(
        year=_year(row),
        region=row.text("region"),
        name=row.text("name_nl"),
        source=row.text("source"),
        causes=_causes(row),
        links=(_link(row),),
    )


def _year(row: _Row) -> int:
    text = row.text("year")
    if not (len(text) == 4 and text.isascii() and text.isdigit()):
        raise row.wrong("year", "should be a year such as 2026")
    return int(text)


def _causes(row: _Row) -> frozenset[Cause] | None:
    """The causes, parted by semicolons; None where the column is absent or empty."""
    given = [part.strip() for part in row.cells.get("causes", "").split(";") if part.strip()]
    try:
        return frozenset(map(Cause, given)) or None
    except ValueError:
        raise row.wrong("causes", f"should be of {', '.join(Cause)}, parted by semicolons") from None


def _link(row: _Row) -> OccupationLink:
    uri = row.text("esco_uri")
    if not uri.startswith(OCCUPATION):
        raise row.wrong("esco_uri", f"should begin with {OCCUPATION}")
    if row.text("relation") not in list(Relation):
        raise row.wrong("relation", f"should be one of {', '.join(Relation)}")
    relation = Relation(row.text("relation"))
    main_part = row.cells["main_part"].strip()
    if main_part not in (("yes", "no") if relation is Relation.BROADER else ("",)):
        raise row.wrong("main_part", "should be yes or no for a broader occupation, and empty for others")
    return OccupationLink(ConceptId(uri), relation, main_part == "yes")


def _joined(before: ShortageOccupation, one: ShortageOccupation, row: _Row) -> ShortageOccupation:
    """``before`` with the link of ``one`` added; what both say of the name must agree."""
    if one.links[0].occupation in {link.occupation for link in before.links}:
        raise row.wrong("esco_uri", "repeats that of an earlier row of this name")
    for column, same in (("source", one.source == before.source), ("causes", one.causes == before.causes)):
        if not same:
            raise row.wrong(column, "differs from that of an earlier row of this name")
    return replace(before, links=before.links + one.links)
