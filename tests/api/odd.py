"""Values that JSON and addresses can carry and no form would send, and how to put one into a request."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

ODD = (
    "\x00",
    "\ud800",
    "",
    "\u202e",
    "x" * 5_000,
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "http://data.europa.eu/esco/skill/not-there",
    "0" * 32,
    -1,
    10**400,
    1e308,
    True,
    None,
    [],
    {},
    [[[[[]]]]],
    {"\x00": "\ud800"},
)
"""Values that JSON can carry and no form would send."""


STRICTER = ("\x00", "\ud800", "9999-12-31", -1, 10**400, 1e308)
"""Those of which PostgreSQL refuses what SQLite keeps."""

AS_JSON = {"Content-Type": "application/json"}


def leaves(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every part of ``value``, containers included, ``value`` itself first."""
    yield place
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from leaves(part, (*place, key))


def changed(value: Any, place: tuple[Any, ...], odd: Any) -> Any:
    """``value`` with ``odd`` at ``place``."""
    if not place:
        return odd
    copy = deepcopy(value)
    inner = copy
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = odd
    return copy


ODD_IN_AN_ADDRESS = (
    "%00",
    "a%00",
    "%FF",
    "%ED%A0%80",
    "%F0%9F%9A%80",
    "9" * 400,
    "-1",
    "nan",
    "0001-01-01",
    "9999-12-31",
)
