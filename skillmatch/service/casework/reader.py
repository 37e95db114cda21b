"""Claims with their evidence, as one actor may see them: in the list of claims, and in a profile."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from skillmatch.access import Actor
from skillmatch.assess.profile import Claim, Evidence
from skillmatch.service.answers import Answers
from skillmatch.service.casework.concepts import named
from skillmatch.service.casework.notes import sees
from skillmatch.store.cases import KeptNote
from skillmatch.store.unit import Unit
from skillmatch.taxonomy.concepts import Taxonomy

_PLACE = ("note", "start", "end")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the claims on one person; ``notes`` are all of theirs, ``kept_from`` those in confidence with others."""

    taxonomy: Taxonomy
    language: str | None
    notes: Sequence[KeptNote]
    kept_from: frozenset[str]

    @classmethod
    def of(cls, taxonomy: Taxonomy, actor: Actor, unit: Unit, person_id: str, language: str | None) -> Self:
        """For what is told to ``actor``, with labels in ``language`` where there are any."""
        notes = unit.of(KeptNote, person_id)
        return cls(taxonomy, language, notes, frozenset(note.id for note in notes if not sees(actor, note)))

    def claim(self, claim: Claim) -> dict[str, object]:
        """A claim; a concept that the installed ESCO does not have any more comes without label and kind."""
        return named(self.taxonomy, claim.concept, self.language) | {
            "concept": claim.concept,
            "standing": claim.standing,
            "strength": round(claim.strength, 4),
            "evidence": [self._piece(piece) for piece in claim.evidence],
        }

    def _piece(self, piece: Evidence) -> dict[str, object]:
        """One piece; where it lies in a note that is kept from the actor is not told."""
        told = {**Answers(self.taxonomy, ()).evidence(piece), "strength": round(piece.strength, 4)}
        hidden = _PLACE if piece.note in self.kept_from else ()
        return {name: value for name, value in told.items() if name not in hidden}
