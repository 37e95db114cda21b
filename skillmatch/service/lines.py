"""JSON Lines from outside: a line is read, or answered with an error naming line and field; none stops the rest."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from skillmatch.errors import InvalidInput

MAX_LINE = 4_000_000
"""Bytes a line may have: far above any note, far below what would fill the memory."""


class Record(BaseModel):
    """A row of a file or stream; unknown fields are ignored, so that data sets can be piped in as they are."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


Row = TypeVar("Row", bound=Record)

LanguageCode = StringConstraints(pattern=r"^[a-z]{2}$")


def read_lines(lines: Iterable[bytes], model: type[Row]) -> Iterator[tuple[int, Row | InvalidInput]]:
    """Each non-blank line as a ``model``, or as the error that says what is wrong with it, with its 1-based number."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield number, _read(line, number, model)


def _read(line: bytes, number: int, model: type[Row]) -> Row | InvalidInput:
    if len(line) > MAX_LINE:
        return InvalidInput(f"longer than {MAX_LINE:,} bytes", line=number)
    try:
        return model.model_validate_json(line)
    except ValidationError as error:
        return invalid(error, line=number)


def invalid(error: ValidationError, *, line: int | None = None) -> InvalidInput:
    """The first thing pydantic found wrong, naming the field and never quoting what was in it."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    field = ".".join(str(part) for part in first["loc"]) or None
    return InvalidInput(_plain(first["type"], first["msg"]), field=field, line=line)


def _plain(kind: str, message: str) -> str:
    """pydantic's message in words for somebody who has never heard of it."""
    if kind == "json_invalid":
        return "not valid JSON (UTF-8, one object a line)"
    if kind in {"model_type", "model_attributes_type"}:
        return "should be a JSON object"
    if kind == "missing":
        return "is missing"
    return message[:1].lower() + message[1:]
