"""What is claimed of a person: every claim with all its evidence, who decided on it, and what the person says to it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from skillmatch import access
from skillmatch.access import Action, Actor, Role
from skillmatch.assess.profile import Claim, Evidence, Standing
from skillmatch.errors import Conflict, InvalidInput
from skillmatch.service.casework.concepts import required
from skillmatch.service.casework.notes import refuse_too_many
from skillmatch.service.casework.office import (
    Office,
    Once,
    Page,
    looked_at,
    page_of,
    refuse_stale,
    remember,
    repeated,
    theirs,
)
from skillmatch.service.casework.reader import Reader
from skillmatch.store import claims
from skillmatch.store.cases import KeptNote
from skillmatch.store.claims import KeptClaim
from skillmatch.store.unit import Unit, new_id
from skillmatch.taxonomy.concepts import ConceptId, Kind, Taxonomy

COMPLAINTS = Role.LOCAL_DIRECTOR
"""To whom a person turns who finds no hearing (D7): answers for the branch and decides on no claim."""


@dataclass(frozen=True, slots=True)
class Claims:
    """Reading claims, deciding on them, and disagreeing."""

    office: Office
    taxonomy: Taxonomy

    def list(self, actor: Actor, person_id: str, after: str | None, size: int, language: str | None = None) -> Page:
        """Every claim on a person, the best evidence first, with labels in ``language`` where there are any."""
        with self.office.open(actor, Action.VIEW_CLAIMS, person_id) as unit:
            reader = self._reader(actor, unit, person_id, language)
            page = page_of(reader.ordered(claims.claims(unit, person_id)), reader.shown, after, size)
            unit.record(Action.VIEW_CLAIMS, person=person_id, what={"claims": [str(one["id"]) for one in page.items]})
            return page

    def view(self, actor: Actor, person_id: str, claim_id: str, language: str | None = None) -> dict[str, object]:
        """One claim; raises NotFound."""
        with self.office.open(actor, Action.VIEW_CLAIMS, person_id) as unit:
            claim = looked_at(unit, Action.VIEW_CLAIMS, theirs(unit, KeptClaim, claim_id, person_id))
            return self._reader(actor, unit, person_id, language).shown(claim)

    def decide(
        self, actor: Actor, person_id: str, claim_id: str, facts: Mapping[str, object], seen: int
    ) -> dict[str, object]:
        """Confirm, reject or correct a claim; raises Conflict with both contents where ``seen`` is old.

        A correction names the concept that is right, and no later run changes either claim (D7).
        """
        access.require_fields(actor, Action.DECIDE_CLAIM, facts)
        decision = self._decision(facts)
        with self.office.open(actor, Action.DECIDE_CLAIM, person_id) as unit:
            claim = theirs(unit, KeptClaim, claim_id, person_id)
            reader = self._reader(actor, unit, person_id)
            refuse_stale(seen, claim.version, reader.shown(claim), facts)
            return reader.shown(claims.decide(unit, person_id, claim.concept, seen=seen, **decision))  # type: ignore[arg-type]

    def add(
        self, actor: Actor, person_id: str, facts: Mapping[str, object], once: Once | None = None
    ) -> dict[str, object]:
        """A claim on a concept that no run suggested; raises Conflict, with the claim, where there is one."""
        access.require_fields(actor, Action.DECIDE_CLAIM, facts)
        concept, decision = self._known(str(facts["concept"]), "concept"), self._decision(facts)
        with self.office.open(actor, Action.DECIDE_CLAIM, person_id) as unit:
            reader = self._reader(actor, unit, person_id)
            if known := repeated(unit, once, Action.VIEW_CLAIMS, KeptClaim, person_id):
                return reader.shown(known)
            _refuse_second(unit, person_id, concept, reader, facts)
            claim = claims.decide(unit, person_id, concept, seen=None, **decision)  # type: ignore[arg-type]
            remember(unit, once, claim, person_id)
            return reader.shown(claim)

    def disagree(
        self, actor: Actor, person_id: str, claim_id: str, text: str, once: Once | None = None
    ) -> dict[str, object]:
        """The person says that a claim, or a decision on it, is wrong: kept beside it, and it changes nothing (D7).

        The answer names the role to turn to with a complaint.
        """
        with self.office.open(actor, Action.DISAGREE, person_id) as unit:
            claim = theirs(unit, KeptClaim, claim_id, person_id)
            if known := repeated(unit, once, Action.VIEW_NOTES, KeptNote, person_id):
                return _disagreement(known)
            refuse_too_many(unit, actor, person_id)
            said = KeptNote(
                new_id(), person_id, text, on=unit.today, author=actor.account, author_role=actor.role,
                about=_about(claim),
            )  # fmt: skip
            remember(unit, once, unit.add(said), person_id)
            unit.record(Action.DISAGREE, person=person_id, about=_about(claim), what={"version": claim.version})
            return _disagreement(said)

    def _reader(self, actor: Actor, unit: Unit, person_id: str, language: str | None = None) -> "_Reader":
        reader = Reader.of(self.taxonomy, actor, unit, person_id, language)
        return _Reader(actor, reader, claims.evidence(unit, person_id))

    def _decision(self, facts: Mapping[str, object]) -> dict[str, object]:
        """What the store decides by; raises InvalidInput for a correction to nothing, or to what is not in ESCO."""
        standing, right = Standing(str(facts["standing"])), facts.get("corrected_to")
        if standing is Standing.CORRECTED and right is None:
            raise InvalidInput("a correction names the concept that is right", field="corrected_to")
        right = None if right is None else self._known(str(right), "corrected_to")
        return {"standing": standing, "corrected_to": right, "reason": facts.get("reason")}

    def _known(self, uri: str, field: str) -> ConceptId:
        return required(self.taxonomy, uri, Kind.SKILL, Kind.OCCUPATION, field=field)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Claims of one person as they are kept, as one actor may see them."""

    actor: Actor
    reader: Reader
    evidence: Mapping[str, Sequence[Evidence]]

    def ordered(self, claims: Sequence[KeptClaim]) -> list[KeptClaim]:
        """By their strongest evidence and not by what was decided, so that deciding on one moves none."""
        best = {concept: max(piece.strength for piece in pieces) for concept, pieces in self.evidence.items()}
        return sorted(claims, key=lambda claim: (-best.get(claim.concept, 0.0), claim.concept))

    def shown(self, claim: KeptClaim) -> dict[str, object]:
        """A claim with its evidence, and what the person says against it."""
        pieces = tuple(self.evidence.get(claim.concept, ()))
        told = self.reader.claim(Claim(ConceptId(claim.concept), claim.standing, pieces))
        said = [_said(note) for note in self.reader.notes if note.about == _about(claim)]
        values = asdict(claim) | told | {"disagreements": said}
        return access.shown(self.actor, Action.VIEW_CLAIMS, values)


def _about(claim: KeptClaim) -> str:
    return f"claims:{claim.id}"


def _said(note: KeptNote) -> dict[str, object]:
    return {"id": note.id, "on": note.on, "text": note.text}


def _disagreement(note: KeptNote) -> dict[str, object]:
    return _said(note) | {"complaints_to": COMPLAINTS}


def _refuse_second(unit: Unit, person_id: str, concept: ConceptId, reader: _Reader, yours: object) -> None:
    """Raises Conflict, with what is there, where the person has a claim on ``concept``."""
    there = [claim for claim in claims.claims(unit, person_id) if claim.concept == concept]
    if there:
        message = "there is a claim on this concept: decide on that one"
        raise Conflict(message, found=there[0].version, current=reader.shown(there[0]), yours=yours)
