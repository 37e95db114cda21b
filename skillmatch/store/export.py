"""Everything about a person as plain data (GDPR art. 15 and 20)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import RowMapping, Table, delete, select

from skillmatch.store import people, tables
from skillmatch.store.audit import naming
from skillmatch.store.columns import Sealed
from skillmatch.store.unit import Unit, new_id, plain

FORMAT = "skillmatch-person-1"
"""Named in every export, so that a reader knows what it is looking at."""

_NOT_SAID = frozenset({"person_keys", "exports"})
"""The key itself, and earlier exports, which would hold each other."""


@dataclass(frozen=True, slots=True)
class KeptExport:
    """An export that was made, kept for a second download; an erasure removes it too."""

    TABLE: ClassVar[Table] = tables.exports
    id: str
    person_id: str
    made_at: datetime
    content: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class KeptVector:
    """A vector computed from what a person said: personal as the text is. ``of`` names the note or claim."""

    TABLE: ClassVar[Table] = tables.vectors
    id: str
    person_id: str
    of: str
    encoder: str
    values: tuple[float, ...]


Sees = Callable[[Mapping[str, Any]], bool]
"""Whether a note, as a row, is the reader's to see."""


def export(unit: Unit, person_id: str, *, keep: bool = False, sees: Sees | None = None) -> dict[str, Any]:
    """:func:`gather`, told in the audit. ``keep`` keeps it for a second download, in place of an earlier one."""
    content = gather(unit, person_id, sees=sees)
    if keep:
        unit.connection.execute(delete(tables.exports).where(tables.exports.c.person_id == person_id))
        unit.insert(KeptExport(new_id(), person_id, unit.at, content), person_id)
    tell(unit, person_id, kept=keep)
    return content


def tell(unit: Unit, person_id: str, *, kept: bool = False) -> None:
    """Say in the audit that an export was made."""
    unit.record("people.export", person=person_id, what={"kept": kept})


def gather(unit: Unit, person_id: str, *, sees: Sees | None = None) -> dict[str, Any]:
    """Every row about a person from every table, opened, and every audit row that names them; ready for JSON.

    It reads the tables themselves, so that a table which is added cannot be forgotten. A note of which ``sees`` is
    false is left out, and so are its vectors and the places of evidence in it: another's confidential one (ruling 22).
    """
    people.load(unit, person_id)
    content: dict[str, Any] = {
        "format": FORMAT,
        "made_at": unit.at.isoformat(),
        "people": _rows(unit, tables.people, tables.people.c.id == person_id, person_id),
    }
    for table in (*reversed(tables.OF_A_PERSON), tables.accounts):
        if table.name not in _NOT_SAID:
            content[table.name] = _rows(unit, table, table.c.person_id == person_id, person_id)
    content["audit"] = [
        row if row["person"] == person_id else row | {"what": None}  # it names others too
        for row in _rows(unit, tables.audit, naming(person_id), person_id)
    ]
    if sees is not None:
        _leave_out(content, {one["id"] for one in content["notes"] if not sees(one)})
    return content


def _leave_out(content: dict[str, Any], notes: set[str]) -> None:
    content["notes"] = [one for one in content["notes"] if one["id"] not in notes]
    content["vectors"] = [one for one in content["vectors"] if one["of"] not in notes]
    nowhere = dict.fromkeys(("note_id", "start", "end"))
    content["evidence"] = [one | nowhere if one["note_id"] in notes else one for one in content["evidence"]]


def _rows(unit: Unit, table: Table, condition: Any, person_id: str) -> list[dict[str, Any]]:
    key = next(iter(table.primary_key.columns))
    found = unit.connection.execute(select(table).where(condition).order_by(key)).mappings()
    return [_opened(unit, table, row, person_id) for row in found]


def _opened(unit: Unit, table: Table, row: RowMapping, person_id: str) -> dict[str, Any]:
    """One row by column name; what proves an account is nobody's to carry away."""
    said: dict[str, Any] = {}
    for column in table.c:
        value = row[column.name]
        if column.name == "password_hash":
            continue
        if isinstance(column.type, Sealed) and value is not None:
            value = unit.vault(person_id).open(value, f"{table.name}:{row['id']}:{column.name}")
        said[column.name] = plain(value)
    return said
