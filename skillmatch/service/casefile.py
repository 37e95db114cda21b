"""The files a case is read from: notes (text), profile (JSON), vacancies and mentors (JSON Lines).

A wrong file is an InvalidInput that names file and field; a wrong line of a JSON Lines file leaves the others standing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BeforeValidator, Field, ValidationError

from skillmatch.assess.profile import Cefr, LabourAccess, Note
from skillmatch.errors import InvalidInput
from skillmatch.service.lines import LanguageCode, Record, invalid, read_lines
from skillmatch.text import Language

MAX_FILE = 64_000_000
"""Bytes that a file of notes, vacancies or mentors may have."""

_LEVELS = {"below A1": Cefr.BELOW_A1} | {level.name: level for level in Cefr if level is not Cefr.BELOW_A1}


def _level(value: object) -> Cefr | None:
    if value is None:
        return None
    if isinstance(value, str) and value in _LEVELS:
        return _LEVELS[value]
    raise ValueError(f"should be one of {', '.join(_LEVELS)}, or null where it is not known")


def _date(value: object) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueError("should be a date such as 2026-10-20") from None


def _words(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


Code = Annotated[str, LanguageCode]
Level = Annotated[Cefr | None, BeforeValidator(_level)]
Day = Annotated[date | None, BeforeValidator(_date)]
Names = Annotated[tuple[str, ...], BeforeValidator(_words)]


class Spoken(Record):
    """A language and its CEFR level (spoken interaction, ruling 13); null: speaks it, level not known."""

    language: Code
    level: Level = None


Languages = Annotated[tuple[Spoken, ...], BeforeValidator(_words)]


class QualificationRow(Record):
    """A foreign diploma as the person shows it."""

    title: str
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    transliteration: str | None = None
    field: str | None = None
    level: str | None = None
    year: Annotated[int, Field(ge=1940, le=2100)] | None = None
    years: Annotated[float, Field(gt=0, le=15)] | None = None


class AssessmentRow(Record):
    """A test: of what, how and with what result (VDAB-02); of a language, the level of spoken interaction it showed."""

    competence: str
    kind: Literal["language", "technical", "soft"] = "technical"
    place: Literal["PES site", "working environment"] = "PES site"
    mode: Literal["Dutch", "interpreter", "minimum vocabulary"]
    interpreter_language: Code | None = None
    result: Literal["passed", "failed"]
    on: Day = None
    language: Code | None = None
    level: Level = None


class ProfileRow(Record):
    """The profile file. Nothing in it is required (VDAB-01); what is absent is not known, which is never "no"."""

    languages: Languages = ()
    labour_access: Annotated[LabourAccess, Field(strict=False)] | None = None
    licences: Names | None = None
    regions: Names | None = None
    schedules: Names | None = None
    qualifications: Annotated[tuple[QualificationRow, ...], BeforeValidator(_words)] = ()
    assessments: Annotated[tuple[AssessmentRow, ...], BeforeValidator(_words)] = ()
    interests: Names = ()


class VacancyRow(Record):
    """One line of a file of vacancies; ``id`` and ``title`` suffice."""

    id: str
    title: Annotated[str, Field(min_length=1)]
    text: str = ""
    language: Code | None = None
    employer: str | None = None
    region: str | None = None
    languages: Languages = ()
    licences: Names = ()
    schedule: Names = ()
    occupation: str | None = None
    skills: Names = ()


class MentorRow(Record):
    """One line of a file of mentors; ``occupations`` are what they did, in their own words or as ESCO URIs."""

    id: str
    name: str = ""
    languages: Languages = ()
    occupations: Names = ()
    hours_per_week: Annotated[float, Field(ge=0, le=168)] | None = None
    available_from: Day = None
    trained: bool | None = None


Offer = TypeVar("Offer", VacancyRow, MentorRow)


@dataclass(frozen=True, slots=True)
class Rows(Generic[Offer]):
    """What a JSON Lines file held: the good rows, and the errors of the bad ones."""

    good: tuple[Offer, ...] = ()
    errors: tuple[InvalidInput, ...] = ()


def read_notes(paths: Sequence[Path]) -> list[Note]:
    """Each file as one note, named after the file."""
    return [Note(id=path.name, text=_text(path)) for path in paths]


def read_profile(path: Path) -> ProfileRow:
    """The profile file; raises InvalidInput naming file and field."""
    try:
        return ProfileRow.model_validate_json(_text(path))
    except ValidationError as error:
        raise InvalidInput(f"{path.name}: {invalid(error)}") from None


def read_rows(path: Path, model: type[Offer]) -> Rows[Offer]:
    """All lines of a JSON Lines file; an id that repeats is an error of its second line."""
    good: dict[str, Offer] = {}
    errors = []
    for number, row in read_lines(_bytes(path).splitlines(), model):
        if isinstance(row, InvalidInput):
            errors.append(InvalidInput(f"{path.name}: {row}"))
        elif row.id in good:
            errors.append(InvalidInput(f"{path.name}: line {number}, field id: repeats that of an earlier line"))
        else:
            good[row.id] = row
    return Rows(tuple(good.values()), tuple(errors))


def spoken(rows: Sequence[Spoken]) -> dict[Language, Cefr | None]:
    """Languages and levels as the core wants them."""
    return {Language(row.language): row.level for row in rows}


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_FILE:
            raise InvalidInput(f"{path.name} is larger than {MAX_FILE:,} bytes")
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"cannot read {path}: {error.strerror}") from None


def _text(path: Path) -> str:
    try:
        return _bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path.name} is not UTF-8 text (byte {error.start})") from None
