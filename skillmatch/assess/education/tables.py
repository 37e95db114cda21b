"""What is known of diplomas: national titles, words for a level, fields of study (``data/education``, its README)."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from skillmatch.assess.education.levels import Isced, Levels
from skillmatch.assess.education.spelling import spelled
from skillmatch.shipped import DATA
from skillmatch.taxonomy.table import Row, rows
from skillmatch.text import Language

FOLDER = DATA / "education"


class Programme(StrEnum):
    """What kind of studies a title ends."""

    GENERAL = "general"
    VOCATIONAL = "vocational"
    HIGHER = "higher"


class Basis(StrEnum):
    """What an EQF level in the table rests on; where it names none, it is read off ISCED."""

    REFERENCED = "referenced"
    """The country's framework is referenced to the EQF."""
    JUDGED = "judged"
    """This project's comparison."""


@dataclass(frozen=True, slots=True)
class NationalTitle:
    """A diploma of one country. ``names`` has the title in its own script first, then every other way to write it.

    ``years`` is how long it takes after ``entry``, the level one must have; ``since`` and ``until`` are the years in
    which it was issued, None where there is no such bound.
    """

    country: str
    names: tuple[str, ...]
    language: Language
    english: str
    programme: Programme
    isced: Levels
    eqf: Levels | None
    basis: Basis | None
    years: float
    entry: Isced
    since: int | None
    until: int | None
    source: str

    @property
    def title(self) -> str:
        """The title in its own language and script."""
        return self.names[0]

    def issued_in(self, year: int) -> bool:
        """Whether a diploma of ``year`` can be this one."""
        return (self.since is None or self.since <= year) and (self.until is None or year <= self.until)


@dataclass(frozen=True, slots=True)
class LevelWord:
    """A word that names a level in several countries, such as "BSc"."""

    word: str
    isced: Levels
    eqf: Levels


@dataclass(frozen=True, slots=True)
class Field:
    """A detailed field of ISCED-F 2013 and the words one finds it by."""

    code: str
    name_en: str
    name_nl: str
    words: tuple[str, ...]


def read_titles(folder: Path) -> tuple[NationalTitle, ...]:
    """The national titles; raises TaxonomyError naming file, row and column, as do the two below."""
    return tuple(map(_title, rows(folder / "titles.csv", _TITLE_COLUMNS)))


def read_level_words(folder: Path) -> tuple[LevelWord, ...]:
    """The words for a level."""
    return tuple(map(_level_word, rows(folder / "words.csv", ("word", "isced", "eqf"))))


def read_fields(folder: Path) -> tuple[Field, ...]:
    """The fields of ISCED-F."""
    return tuple(map(_field, rows(folder / "fields.csv", ("code", "name_en", "name_nl", "words"))))


_TITLE_COLUMNS = (
    "country", "title", "language", "transliteration", "other_names", "english", "programme", "isced", "eqf",
    "eqf_basis", "years", "entry", "since", "until", "source",
)  # fmt: skip


def _title(row: Row) -> NationalTitle:
    """A row of titles.csv; an EQF level and what it rests on come together."""
    if bool(row.cells["eqf"]) != bool(row.cells["eqf_basis"]):
        row.fail("eqf_basis", "comes with an EQF level, and only with one")
    known = bool(row.cells["eqf"])
    names = (row.text("title"), *row.parts("transliteration"), *row.parts("other_names"))
    return NationalTitle(
        country=row.matching("country", "[A-Z]{2}"),
        names=tuple(name for name in names if spelled(name)),
        language=Language(row.matching("language", "[a-z]{2}")),
        english=row.text("english"),
        programme=row.one_of("programme", Programme),
        isced=_levels(row, "isced"),
        eqf=_levels(row, "eqf") if known else None,
        basis=row.one_of("eqf_basis", Basis) if known else None,
        years=float(row.matching("years", r"[0-9]+(\.[0-9]+)?")),
        entry=Isced(int(row.matching("entry", "[0-8]"))),
        since=row.number_of("since"),
        until=row.number_of("until"),
        source=row.text("source"),
    )


def _level_word(row: Row) -> LevelWord:
    return LevelWord(row.text("word"), _levels(row, "isced"), _levels(row, "eqf"))


def _field(row: Row) -> Field:
    return Field(row.matching("code", "[0-9]{4}"), row.text("name_en"), row.text("name_nl"), row.parts("words"))


def _levels(row: Row, column: str) -> Levels:
    """A level such as 6, or a range such as 5-6."""
    low, _, high = row.matching(column, r"[0-8](-[0-8])?").partition("-")
    levels = Levels(int(low), int(high or low))
    return levels if levels.low <= levels.high else row.fail(column, "runs downwards")
