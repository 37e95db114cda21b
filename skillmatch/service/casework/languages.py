"""Languages by CEFR activity, each level with proof and date, and literacy in a script, which is another thing (D2)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import cast

from skillmatch import access
from skillmatch.access import Action, Actor
from skillmatch.assess.profile import Activity, Cefr, Literacy, Proof
from skillmatch.errors import InvalidInput
from skillmatch.service.casework.office import (
    Office,
    Once,
    page_of,
    refuse_future,
    remember,
    repeated,
)
from skillmatch.store import languages
from skillmatch.store.languages import LanguageLevel, Script
from skillmatch.store.unit import Unit
from skillmatch.text import SCRIPTS


@dataclass(frozen=True, slots=True)
class Languages:
    """Recording what somebody understands, speaks, reads and writes, and showing what counts now with its history."""

    office: Office

    def record(
        self, actor: Actor, person_id: str, new: Mapping[str, object], once: Once | None = None
    ) -> dict[str, object]:
        """Add a level of one activity; ``level`` None says that the language is used and how well is not known.

        Without ``on`` it is of today; None is a date not known.
        """
        access.require_fields(actor, Action.RECORD_LANGUAGE, new)
        level = None if new["level"] is None else Cefr.labelled(str(new["level"]))
        with self.office.open(actor, Action.RECORD_LANGUAGE, person_id) as unit:
            if known := repeated(unit, once, Action.VIEW_LANGUAGES, LanguageLevel, person_id):
                return _level(actor, known)
            activity, proof = Activity(str(new["activity"])), Proof(str(new["proof"]))
            on = day_of(new, unit)
            kept = languages.record_level(unit, person_id, str(new["language"]), activity, level, proof, on)
            remember(unit, once, kept, person_id)
            return _level(actor, kept)

    def view(self, actor: Actor, person_id: str, after: str | None, size: int) -> dict[str, object]:
        """What counts now for each language and activity, and all that was ever recorded, the newest first."""
        with self.office.open(actor, Action.VIEW_LANGUAGES, person_id) as unit:
            unit.record(Action.VIEW_LANGUAGES, person=person_id)
            now = [_level(actor, row) for row in languages.levels(unit, person_id).values()]
            newest_first = languages.history(unit, person_id)[::-1]
            page = page_of(newest_first, lambda row: _level(actor, row), after, size)
            return {"current": now, **page._asdict()}

    def record_script(
        self, actor: Actor, person_id: str, new: Mapping[str, object], once: Once | None = None
    ) -> dict[str, object]:
        """Add how far somebody reads and writes a script; raises InvalidInput for a code that is none."""
        access.require_fields(actor, Action.RECORD_LANGUAGE, new)
        if new["script"] not in SCRIPTS:
            raise InvalidInput("should be the ISO 15924 code of a script in use, such as Arab or Latn", field="script")
        with self.office.open(actor, Action.RECORD_LANGUAGE, person_id) as unit:
            if known := repeated(unit, once, Action.VIEW_LANGUAGES, Script, person_id):
                return _script(actor, known)
            literacy = Literacy(str(new["literacy"]))
            kept = languages.record_script(unit, person_id, str(new["script"]), literacy, day_of(new, unit))
            remember(unit, once, kept, person_id)
            return _script(actor, kept)

    def scripts(self, actor: Actor, person_id: str, after: str | None, size: int) -> dict[str, object]:
        """What counts now for each script, and all that was ever recorded, the newest first."""
        with self.office.open(actor, Action.VIEW_LANGUAGES, person_id) as unit:
            unit.record(Action.VIEW_LANGUAGES, person=person_id)
            now = [_script(actor, row) for row in languages.scripts(unit, person_id).values()]
            newest_first = languages.script_history(unit, person_id)[::-1]
            page = page_of(newest_first, lambda row: _script(actor, row), after, size)
            return {"current": now, **page._asdict()}


def day_of(new: Mapping[str, object], unit: Unit) -> date | None:
    """The day of what is recorded: today where none is named, None where it is said not to be known."""
    day = cast(date | None, new.get("on", unit.today))
    refuse_future(unit, day, "on")
    return day


def written(level: Cefr | int | None) -> str | None:
    """A level as one writes it. "Tested below A1" is a level, "not known" is None (ruling 13)."""
    return None if level is None else Cefr(level).label


def _level(actor: Actor, row: LanguageLevel) -> dict[str, object]:
    return access.shown(actor, Action.VIEW_LANGUAGES, asdict(row) | {"level": written(row.level)})


def _script(actor: Actor, row: Script) -> dict[str, object]:
    return access.shown(actor, Action.VIEW_LANGUAGES, asdict(row))
