"""What matching reads of a person: all of it for the case, pseudonymous and by consent for whoever is outside."""

from collections.abc import Mapping
from dataclasses import dataclass

from skillmatch import access
from skillmatch.access import Action, Actor
from skillmatch.assess.profile import Claim, Evidence, Profile, Standing
from skillmatch.service.answers import Answers
from skillmatch.service.casework.languages import written
from skillmatch.service.casework.notes import label_languages, sees
from skillmatch.service.casework.office import Office
from skillmatch.store import claims, people
from skillmatch.store.cases import KeptNote
from skillmatch.store.unit import Unit
from skillmatch.taxonomy.concepts import Taxonomy

AGREED = frozenset({Standing.CONFIRMED, Standing.CORRECTED})
"""What somebody outside the case sees of claims: neither a run's suggestion nor what was rejected."""


@dataclass(frozen=True, slots=True)
class Profiles:
    """Showing the profile. For a role outside the case Office.open asks the person's consent, each time anew."""

    office: Office
    taxonomy: Taxonomy

    def view(self, actor: Actor, person_id: str, language: str | None = None) -> dict[str, object]:
        """The profile, as far as the role may see it; raises Forbidden where consent was not given or is withdrawn."""
        with self.office.open(actor, Action.VIEW_PROFILE, person_id) as unit:
            profile = claims.profile(unit, person_id)
            outside = actor.role in access.BASIS
            told = [claim for claim in profile.claims if not outside or claim.standing in AGREED]
            what = {"claims": [claim.concept for claim in told]}
            unit.record(Action.VIEW_PROFILE, person=person_id, what=what)
            reader = self._reader(actor, unit, person_id, language)
            values = _facts(unit, person_id, profile) | {"claims": [reader.claim(claim) for claim in told]}
            return access.shown(actor, Action.VIEW_PROFILE, values)

    def _reader(self, actor: Actor, unit: Unit, person_id: str, language: str | None) -> "_Reader":
        kept = {note.id for note in unit.of(KeptNote, person_id) if not sees(actor, note)}
        return _Reader(actor, self.taxonomy, Answers(self.taxonomy, label_languages(language)), frozenset(kept))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Claims as one actor may see them; ``kept_from`` are the notes that are not the actor's to see."""

    actor: Actor
    taxonomy: Taxonomy
    answers: Answers
    kept_from: frozenset[str]

    def claim(self, claim: Claim) -> dict[str, object]:
        """A claim; a concept that this release of ESCO does not have comes without label and kind."""
        values: dict[str, object] = {
            "uri": claim.concept,
            "standing": claim.standing,
            "strength": round(claim.strength, 4),
            "evidence": [self._evidence(piece) for piece in claim.evidence],
        }
        if claim.concept in self.taxonomy.numbers:
            values |= self.answers.concept(claim.concept)
            values["kind"] = self.taxonomy.kind(claim.concept).name.lower()
        return self._part("claims", values)

    def _evidence(self, piece: Evidence) -> dict[str, object]:
        values: dict[str, object] = {**self.answers.evidence(piece), "strength": round(piece.strength, 4)}
        hidden = ("note", "start", "end") if piece.note in self.kept_from else ()
        return self._part("evidence", {name: value for name, value in values.items() if name not in hidden})

    def _part(self, part: str, values: Mapping[str, object]) -> dict[str, object]:
        """Of one part of the profile, the fields that the actor may see: in the table they begin with its name."""
        named = {f"{part}.{field}": value for field, value in values.items()}
        seen = access.shown(self.actor, Action.VIEW_PROFILE, named)
        return {field.removeprefix(f"{part}."): value for field, value in seen.items()}


def _facts(unit: Unit, person_id: str, profile: Profile) -> dict[str, object]:
    """Everything but the claims."""
    return {
        "name": people.load(unit, person_id).name,
        "languages": {language: written(level) for language, level in profile.languages.items()},
        "labour_access": profile.labour_access,
        **{name: _listed(getattr(profile, name)) for name in ("licences", "regions", "schedules")},
    }


def _listed(names: frozenset[str] | None) -> list[str] | None:
    """Sorted, so that equal questions get equal answers; None where nobody asked."""
    return None if names is None else sorted(names)
