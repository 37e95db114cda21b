"""What a person can do: suggested by runs, decided by people. No run ever undoes a decision."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import Table, delete, select

from skillmatch.assess.profile import Claim, Evidence, Found, Profile, Source, Standing
from skillmatch.errors import Conflict, InvalidInput, NotFound
from skillmatch.store import people, tables
from skillmatch.store.languages import spoken
from skillmatch.store.unit import Unit, new_id
from skillmatch.taxonomy.concepts import ConceptId
from skillmatch.text import Span


@dataclass(frozen=True, slots=True)
class KeptClaim:
    """A claim as it is kept; :func:`profile` gives it with its evidence. ``corrected_to`` is the right concept."""

    TABLE: ClassVar[Table] = tables.claims
    id: str
    person_id: str
    concept: str
    standing: Standing
    corrected_to: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class KeptEvidence:
    """One piece of evidence as it is kept; ``place`` is its number among those of the claim."""

    TABLE: ClassVar[Table] = tables.evidence
    id: str
    person_id: str
    claim_id: str
    source: Source
    score: float
    on: date | None
    note_id: str | None
    start: int | None
    end: int | None
    found: Found | None
    detail: str | None
    place: int

    def value(self, concept: str) -> Evidence:
        """The same as the core knows it."""
        span = None if self.start is None or self.end is None else Span(self.start, self.end)
        where = ConceptId(concept), self.source, self.score
        return Evidence(*where, on=self.on, note=self.note_id, span=span, found=self.found, detail=self.detail)


def claims(unit: Unit, person_id: str) -> list[KeptClaim]:
    """Every claim about a person, by concept."""
    return sorted(unit.of(KeptClaim, person_id), key=lambda claim: claim.concept)


def claim(unit: Unit, person_id: str, concept: str) -> KeptClaim:
    """The claim on ``concept``; raises NotFound."""
    found = unit.of(KeptClaim, person_id, tables.claims.c.concept == concept)
    if not found:
        raise NotFound(f"no claim on {concept}")
    return found[0]


def evidence(unit: Unit, person_id: str) -> Mapping[str, tuple[Evidence, ...]]:
    """All evidence about a person by concept, in the order in which it came."""
    concepts = {one.id: one.concept for one in claims(unit, person_id)}
    pieces: dict[str, list[Evidence]] = defaultdict(list)
    for kept in unit.of(KeptEvidence, person_id):
        concept = concepts[kept.claim_id]
        pieces[concept].append(kept.value(concept))
    return {concept: tuple(found) for concept, found in pieces.items()}


def profile(unit: Unit, person_id: str) -> Profile:
    """Everything known of a person that matching reads, and nothing of name, origin, age or gender (ruling 21)."""
    person, shown = people.load(unit, person_id), evidence(unit, person_id)
    kept = claims(unit, person_id)
    return Profile(
        languages=spoken(unit, person_id),
        claims=tuple(Claim(ConceptId(one.concept), one.standing, shown.get(one.concept, ())) for one in kept),
        labour_access=person.labour_access,
        licences=_asked(person.licences),
        regions=_asked(person.regions),
        schedules=_asked(person.schedules),
    )


def _asked(names: tuple[str, ...] | None) -> frozenset[str] | None:
    return None if names is None else frozenset(names)


def suggest(unit: Unit, person_id: str, found: Iterable[Evidence]) -> int:
    """Add what a run found, and return how many pieces were new.

    A concept nobody decided on becomes a suggestion; what a person decided keeps its standing and only gains evidence,
    a rejected claim stays rejected, and nothing is kept twice.
    """
    known = {one.concept: one for one in claims(unit, person_id)}
    shown = {concept: list(pieces) for concept, pieces in evidence(unit, person_id).items()}
    added = 0
    for piece in found:
        pieces = shown.setdefault(piece.concept, [])
        if piece in pieces:
            continue
        if piece.concept not in known:
            known[piece.concept] = KeptClaim(new_id(), person_id, piece.concept, Standing.SUGGESTED)
            unit.insert(known[piece.concept], person_id)
        unit.insert(_kept(piece, known[piece.concept], len(pieces)), person_id)
        pieces.append(piece)
        added += 1
    unit.record("claims.suggest", person=person_id, what={"evidence": added})
    return added


def retract(unit: Unit, person_id: str, source: Source, detail: str, *, but: Collection[Evidence] = ()) -> int:
    """Take back the evidence of ``source`` that names ``detail``, all ``but`` some; returns how many pieces that were.

    A suggestion that rested on nothing else goes with it. What a person decided stays, with what is left, and so does
    what somebody disagreed with, whose words are about it.
    """
    concepts = {one.id: one for one in claims(unit, person_id)}
    every = unit.of(KeptEvidence, person_id)
    named = [one for one in every if one.source is source and one.detail == detail]
    wrong = [one for one in named if one.value(concepts[one.claim_id].concept) not in but]
    bare = {one.claim_id for one in wrong} - {one.claim_id for one in every if one not in wrong}
    notes = select(tables.notes.c.about).where(tables.notes.c.person_id == person_id)
    spoken_of = set(unit.connection.scalars(notes))
    free = [one for one in bare if concepts[one].standing is Standing.SUGGESTED and f"claims:{one}" not in spoken_of]
    for table, ids in ((tables.evidence, [one.id for one in wrong]), (tables.claims, free)):
        unit.connection.execute(delete(table).where(table.c.person_id == person_id, table.c.id.in_(ids)))
    unit.record("claims.retract", person=person_id, what={"evidence": len(wrong), "claims": len(free)})
    return len(wrong)


def _kept(piece: Evidence, claim: KeptClaim, place: int) -> KeptEvidence:
    start, end = piece.span if piece.span is not None else (None, None)
    where = new_id(), claim.person_id, claim.id, piece.source, piece.score, piece.on, piece.note
    return KeptEvidence(*where, start, end, piece.found, piece.detail, place)


def decide(
    unit: Unit,
    person_id: str,
    concept: str,
    standing: Standing,
    *,
    seen: int | None,
    corrected_to: str | None = None,
    reason: str | None = None,
    by: str | None = None,
) -> KeptClaim:
    """A person confirms, rejects or corrects a claim whose version ``seen`` they saw (None: there was none).

    ``by`` is the account whose decision it was, where the actor only writes down what another decided.
    A correction names the right concept, on which a claim is then CORRECTED too, with the evidence staying where it
    was found. Raises Conflict with both versions where somebody decided in between; nothing is changed then.
    """
    if standing is Standing.SUGGESTED:
        raise InvalidInput("a person confirms, rejects or corrects", field="standing")
    if corrected_to is not None and (standing is not Standing.CORRECTED or corrected_to == concept):
        raise InvalidInput("names another concept, and only where the claim is corrected", field="corrected_to")
    decided = {
        "corrected_to": corrected_to,
        "reason": reason,
        "decided_by": by or unit.by.account,
        "decided_at": unit.at,
    }
    here = Standing.REJECTED if corrected_to else standing
    changed = _set(unit, _seen(unit, person_id, concept, seen), standing=here, **decided)
    if corrected_to is not None:
        right = _seen(unit, person_id, corrected_to, None, whatever=True)
        _set(unit, right, standing=Standing.CORRECTED, **(decided | {"corrected_to": None}))
    unit.record(
        f"claims.{standing.value}",
        person=person_id,
        about=f"claims:{changed.id}",
        what={"concept": concept, "corrected_to": corrected_to, "version": changed.version, "by": changed.decided_by},
    )
    return changed


def _seen(unit: Unit, person_id: str, concept: str, seen: int | None, *, whatever: bool = False) -> KeptClaim:
    """The claim at the version that was seen, or a new one; its version is 0 until it is kept."""
    found = unit.of(KeptClaim, person_id, tables.claims.c.concept == concept)
    there = found[0].version if found else None
    if not whatever and there != seen:
        raise Conflict("somebody decided on this claim in between", expected=seen, found=there)
    return found[0] if found else KeptClaim(new_id(), person_id, concept, Standing.SUGGESTED, version=0)


def _set(unit: Unit, claim: KeptClaim, **decided: object) -> KeptClaim:
    changed = replace(claim, **decided)  # type: ignore[arg-type]
    if claim.version == 0:
        first = replace(changed, version=1)
        unit.insert(first, claim.person_id)
        return first
    kept: KeptClaim = unit.put(changed, claim.person_id)
    return kept
