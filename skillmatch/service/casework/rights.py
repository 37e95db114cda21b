"""What a person may take along and leave behind: the export (GDPR art. 15 and 20) and the erasure (art. 17)."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skillmatch import access
from skillmatch.access import Action, Actor
from skillmatch.errors import StoreError
from skillmatch.service.casework.office import Office, refuse_stale
from skillmatch.store import erasure, people
from skillmatch.store.export import gather, tell

LOG = logging.getLogger("skillmatch.casework")


@dataclass(frozen=True, slots=True)
class Rights:
    """Everything about a person, given to them; and nothing any more."""

    office: Office

    def export(self, actor: Actor, person_id: str) -> dict[str, object]:
        """Every row about the person, for themself, but what others noted in confidence (ruling 22).

        That may take a while, and no other writer waits for it.
        """

        def sees(note: Mapping[str, Any]) -> bool:
            return access.sees_note(actor, note["author"], note["author_role"], confidential=note["confidential"])

        with self.office.look(actor, Action.EXPORT, person_id) as unit:
            content = gather(unit, person_id, sees=sees)
        with self.office.open(actor, Action.EXPORT, person_id) as unit:
            tell(unit, person_id)
        return access.shown(actor, Action.EXPORT, content)

    def erase(self, actor: Actor, person_id: str, seen: int) -> None:
        """Destroy the person's key and every row; raises Conflict where the file changed since version ``seen``.

        What stays are rows of the audit, which name a random id, and figures (ruling 16). The administrator reads
        nothing of the file, so a Conflict tells the version and no content.
        """
        with self.office.open(actor, Action.ERASE, person_id) as unit:
            refuse_stale(seen, people.load(unit, person_id).version, None, None)
            erasure.erase(unit, person_id)
        if not self._scrubbed():
            LOG.warning("an erasure is done, but old pages of the database could not be removed: the next one does")

    def _scrubbed(self) -> bool:
        """Whether the engine let go of the old pages; that it could not takes nothing back of the erasure."""
        try:
            return self.office.store.scrub()
        except StoreError:
            return False
