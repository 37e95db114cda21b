"""What matching reads of a person: all of it for the case, pseudonymous and by consent for whoever is outside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from skillmatch import access
from skillmatch.access import Action, Actor
from skillmatch.assess.profile import Profile, Standing
from skillmatch.service.casework.languages import written
from skillmatch.service.casework.office import Office
from skillmatch.service.casework.reader import Reader
from skillmatch.store import claims, people
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
            reader = Reader.of(self.taxonomy, actor, unit, person_id, language)
            values = _facts(unit, person_id, profile) | {
                "claims": [_claim(actor, reader.claim(claim)) for claim in told]
            }
            return access.shown(actor, Action.VIEW_PROFILE, values)


def _claim(actor: Actor, told: Mapping[str, object]) -> dict[str, object]:
    """Of a claim the fields that the actor may see; in the table they begin with the name of their part."""
    pieces = [_part(actor, "evidence", piece) for piece in cast(Sequence[Mapping[str, object]], told["evidence"])]
    return _part(actor, "claims", {**told, "evidence": pieces})


def _part(actor: Actor, part: str, values: Mapping[str, object]) -> dict[str, object]:
    named = {f"{part}.{field}": value for field, value in values.items()}
    seen = access.shown(actor, Action.VIEW_PROFILE, named)
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
