"""What came of it, recorded with its dates so that cohorts can be counted later (DUO-18, SUP-01, DE-04)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from skillmatch import access
from skillmatch.access import Action, Actor
from skillmatch.assess.outcome import Outcome
from skillmatch.errors import InvalidInput
from skillmatch.service.casework.concepts import label, required
from skillmatch.service.casework.office import (
    Office,
    Once,
    Page,
    page_of,
    refuse_stale,
    remember,
    repeated,
    theirs,
)
from skillmatch.store.cases import KeptOutcome
from skillmatch.store.unit import Unit, new_id
from skillmatch.taxonomy.concepts import Kind, Taxonomy


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Recording outcomes; nothing is counted here."""

    office: Office
    taxonomy: Taxonomy

    def record(self, actor: Actor, person_id: str, result: Outcome, once: Once | None = None) -> dict[str, object]:
        """Keep what came of it."""
        given = {name for name in Outcome.__slots__ if getattr(result, name) is not None}
        access.require_fields(actor, Action.RECORD_OUTCOME, given)
        with self.office.open(actor, Action.RECORD_OUTCOME, person_id) as unit:
            if known := repeated(unit, once, Action.VIEW_OUTCOMES, KeptOutcome, person_id):
                return self._shown(actor, known)
            self._refuse_odd(unit, result)
            kept = unit.add(KeptOutcome(new_id(), person_id, **_fields(result)))  # type: ignore[arg-type]
            remember(unit, once, kept, person_id)
            return self._shown(actor, kept)

    def list(self, actor: Actor, person_id: str, after: str | None, size: int, language: str | None = None) -> Page:
        """Everything that came of it, the first first, with the labels of occupations in ``language``."""
        with self.office.open(actor, Action.VIEW_OUTCOMES, person_id) as unit:
            unit.record(Action.VIEW_OUTCOMES, person=person_id)
            return page_of(unit.of(KeptOutcome, person_id), lambda one: self._shown(actor, one, language), after, size)

    def amend(
        self, actor: Actor, person_id: str, outcome_id: str, changes: Mapping[str, object], seen: int
    ) -> dict[str, object]:
        """Change the fields named in ``changes``; raises Conflict with both contents where ``seen`` is old."""
        access.require_fields(actor, Action.RECORD_OUTCOME, changes)
        for field in ("kind", "on"):
            if field in changes and changes[field] is None:
                raise InvalidInput("cannot be left empty", field=field)
        with self.office.open(actor, Action.RECORD_OUTCOME, person_id) as unit:
            outcome = theirs(unit, KeptOutcome, outcome_id, person_id)
            refuse_stale(seen, outcome.version, self._shown(actor, outcome), changes)
            changed = replace(outcome, **changes)  # type: ignore[arg-type]
            self._refuse_odd(unit, changed.value)
            return self._shown(actor, unit.change(changed))

    def _refuse_odd(self, unit: Unit, result: Outcome) -> None:
        """Raises InvalidInput for an occupation that the installed ESCO does not have, or a far day."""
        result.require_near(unit.today)
        if result.occupation is not None:
            required(self.taxonomy, result.occupation, Kind.OCCUPATION, field="occupation")

    def _shown(self, actor: Actor, outcome: KeptOutcome, language: str | None = None) -> dict[str, object]:
        name = label(self.taxonomy, outcome.occupation, language)
        values = {"id": outcome.id, "version": outcome.version, "label": name, **_fields(outcome)}
        return access.shown(actor, Action.VIEW_OUTCOMES, values)


def _fields(outcome: KeptOutcome | Outcome) -> dict[str, object]:
    return {name: getattr(outcome, name) for name in Outcome.__slots__}
