"""Language levels per CEFR activity, and literacy in a script, which is another thing (D2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import Table

from skillmatch.assess.profile import Activity, Cefr, Literacy, Proof
from skillmatch.store import tables
from skillmatch.store.unit import BEFORE, Unit, new_id
from skillmatch.text import Language


@dataclass(frozen=True, slots=True)
class LanguageLevel:
    """One activity of one language at one time. ``level`` None: does it, level not known (ruling 13)."""

    TABLE: ClassVar[Table] = tables.language_levels
    id: str
    person_id: str
    language: str
    activity: Activity
    level: Cefr | None
    proof: Proof
    on: date | None = None
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Script:
    """How far somebody reads and writes a script (ISO 15924, such as ``Arab`` or ``Latn``)."""

    TABLE: ClassVar[Table] = tables.scripts
    id: str
    person_id: str
    script: str
    literacy: Literacy
    on: date | None = None
    recorded_at: datetime | None = None


_WORTH = {Proof.SELF: 0, Proof.OBSERVED: 1, Proof.TEST: 2}
"""On one day, what was tested counts before what was seen, and that before what was said."""


def record_level(
    unit: Unit, person_id: str, language: str, activity: Activity, level: Cefr | None, proof: Proof, on: date | None
) -> LanguageLevel:
    """Add a level; earlier ones stay, so that progress can be seen."""
    return unit.add(LanguageLevel(new_id(), person_id, language, activity, level, proof, on, unit.at))


def record_script(unit: Unit, person_id: str, script: str, literacy: Literacy, on: date | None) -> Script:
    """Add what is known of literacy in a script; what was known earlier stays."""
    return unit.add(Script(new_id(), person_id, script, literacy, on, unit.at))


def history(unit: Unit, person_id: str) -> list[LanguageLevel]:
    """Every level ever recorded, so sorted that of a language and activity the last one counts now.

    That is the latest by its own date, on one day the best proof, of two such what was written down last.
    """
    return sorted(unit.of(LanguageLevel, person_id), key=lambda row: (_day(row), _WORTH[row.proof], *_written(row)))


def levels(unit: Unit, person_id: str) -> Mapping[tuple[Language, Activity], LanguageLevel]:
    """What counts now for each language and activity."""
    return {(Language(row.language), row.activity): row for row in history(unit, person_id)}


def script_history(unit: Unit, person_id: str) -> list[Script]:
    """All that was ever recorded of literacy, so sorted that of a script the last one counts now."""
    return sorted(unit.of(Script, person_id), key=lambda row: (_day(row), *_written(row)))


def scripts(unit: Unit, person_id: str) -> Mapping[str, Script]:
    """What counts now for each script."""
    return {row.script: row for row in script_history(unit, person_id)}


def _day(row: LanguageLevel | Script) -> date:
    """What has no date comes before what has one."""
    return row.on or date.min


def _written(row: LanguageLevel | Script) -> tuple[datetime, str]:
    return row.recorded_at or BEFORE, row.id


def spoken(unit: Unit, person_id: str) -> dict[Language, Cefr | None]:
    """The levels that matching reads: spoken interaction (ruling 13), else None for a language known otherwise."""
    current = levels(unit, person_id)
    found: dict[Language, Cefr | None] = {language: None for language, _ in current}
    for (language, activity), row in current.items():
        if activity is Activity.SPOKEN_INTERACTION and row.level is not None:
            found[language] = Cefr(row.level)
    return found
