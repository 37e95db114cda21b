"""What stands between a person and work, as codes (ANT-06), and to whom one turns with it: data, not code."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from skillmatch.access import Role
from skillmatch.errors import InvalidInput

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
_EXACT = ConfigDict(extra="forbid")


class Barrier(StrEnum):
    """The three that Antwerp found (ANT-06)."""

    EMPLOYER_LANGUAGE = "employer language expectations"
    NON_RECOGNITION = "non-recognition of qualifications"
    DISCRIMINATION = "discrimination"


@dataclass(frozen=True, slots=True)
class Body:
    """An institution that takes complaints: for what, and when and where that was last looked up."""

    __pydantic_config__ = _EXACT

    name: Text
    handles: Text
    url: Annotated[str, StringConstraints(pattern=r"^https://\S+$")]
    checked_on: date
    source: Text


@dataclass(frozen=True, slots=True)
class Complaint:
    """The way of a complaint: first to somebody in this role, who goes along to one of the bodies."""

    __pydantic_config__ = _EXACT

    turn_to: Role
    valid_from: date
    source: Text
    bodies: tuple[Body, ...] = ()


@dataclass(frozen=True, slots=True)
class Coded:
    """A barrier in words for whoever codes it, and the way of a complaint where there is one."""

    __pydantic_config__ = _EXACT

    code: Barrier
    meaning: Text
    source: Text
    complaint: Complaint | None = None


@dataclass(frozen=True, slots=True)
class _File:
    __pydantic_config__ = _EXACT

    barriers: Annotated[tuple[Coded, ...], Field(min_length=1)]
    about: str = ""


def read_complaints(path: Path) -> Mapping[Barrier, Complaint]:
    """The way of a complaint for each barrier that has one; raises InvalidInput naming file and field."""
    try:
        found = _FILE.validate_json(path.read_bytes()).barriers
    except OSError as error:
        raise InvalidInput(f"cannot read {path.name}: {error.strerror}") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or None
        raise InvalidInput(f"{path.name}: {first['msg']}", field=where) from None
    coded = [one.code for one in found]
    if sorted(coded) != sorted(Barrier):
        raise InvalidInput(f"{path.name}: should code each barrier once", field="barriers")
    return {one.code: one.complaint for one in found if one.complaint is not None}


_FILE = TypeAdapter(_File)
