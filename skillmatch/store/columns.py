"""Column types that keep the same bytes on SQLite and PostgreSQL."""

import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from sqlalchemy import Dialect, LargeBinary, String, Text
from sqlalchemy.types import TypeDecorator

Choice = TypeVar("Choice", bound=StrEnum)


def canonical(value: object) -> str:
    """``value`` as JSON with one spelling only: keys sorted, no spaces, ASCII; raises ValueError on NaN."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def stamp(moment: datetime) -> str:
    """An aware moment in UTC to the microsecond, always 32 characters, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


class Code(TypeDecorator[Choice], Generic[Choice]):
    """A StrEnum kept as its value, for a name in the code may change and a word of the field does not."""

    impl = String(60)
    cache_ok = True

    def __init__(self, choices: type[Choice]) -> None:
        super().__init__()
        self.choices = choices

    def process_bind_param(self, value: Choice | None, dialect: Dialect) -> str | None:
        return None if value is None else self.choices(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> Choice | None:
        return None if value is None else self.choices(value)


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept as text in UTC."""

    impl = String(32)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else stamp(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


class Json(TypeDecorator[Any]):
    """Plain data as canonical JSON text: never for personal text, which is :class:`Sealed`."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else canonical(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


class Sealed(TypeDecorator[bytes]):
    """Plain data under the person's own key (see vault.py); the database sees AES-256-GCM ciphertext only."""

    impl = LargeBinary
    cache_ok = True
