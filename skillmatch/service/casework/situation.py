"""What is known of somebody on the way to work, gathered from the file: for a distance, a recommendation and a plan."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, TypeAdapter

from skillmatch.assess import recognition
from skillmatch.assess.distance import Circumstances, Constraint, Distance, Target, distance
from skillmatch.assess.profile import Cefr, Profile
from skillmatch.assess.recognition import Question, Regulated
from skillmatch.assess.trajectory import Readiness
from skillmatch.service.casework.concepts import known
from skillmatch.service.casework.interviews import usable
from skillmatch.store import cases, claims
from skillmatch.store.cases import Case
from skillmatch.store.tables import Form
from skillmatch.store.unit import Unit
from skillmatch.taxonomy.concepts import Kind, Occupation, Taxonomy
from skillmatch.text import Language


@dataclass(frozen=True, slots=True)
class Situation:
    """What a recommendation looks at. ``occupation`` is None where the work aimed at is not known to this ESCO."""

    profile: Profile
    target: Target
    circumstances: Circumstances
    readiness: Readiness
    occupation: Occupation | None = None

    def distance(self, today: date) -> Distance:
        """How far the work aimed at is (VDAB-04); raises InvalidInput for work in the future."""
        return distance(self.profile, self.target, self.circumstances, today)

    def without_constraints(self) -> "Situation":
        """The same for a reader who may not know what was volunteered about health or care."""
        return replace(self, circumstances=replace(self.circumstances, constraints=None))


@dataclass(frozen=True, slots=True)
class Situations:
    """Gathers situations: what ESCO says of the work aimed at, and the list of regulated professions."""

    taxonomy: Taxonomy
    recognition: recognition.Rules

    def of(self, unit: Unit, case: Case) -> Situation:
        """What the claims, the tests and the latest interview of the case say today."""
        said = _TRAJECTORY.validate_python(_answers(unit, case, Form.TRAJECTORY))
        occupation = self._occupation(said.target_occupation)
        return Situation(
            profile=claims.profile(unit, case.person_id),
            target=self._target(occupation, said.target_languages, unit.today),
            circumstances=_circumstances(unit, case, said),
            readiness=Readiness(said.can_combine, said.needs_support, said.studies_first),
            occupation=occupation,
        )

    def _occupation(self, uri: str | None) -> Occupation | None:
        """None too where the installed release no longer has what an interview named: not known is no error here."""
        concept = known(self.taxonomy, uri, Kind.OCCUPATION)
        return None if concept is None else self.taxonomy.occupation(concept)

    def _target(
        self, occupation: Occupation | None, languages: Mapping[Language, Cefr | None] | None, today: date
    ) -> Target:
        if occupation is None:
            return Target(languages=languages)
        asked = Question(country="", on=today, isco=occupation.isco, esco_regulated=occupation.regulated)
        bound = self.recognition.regulated(asked).answer is Regulated.EMPLOYEES
        # that it is on no list is "not known to be", and never "free" (ruling 18)
        return Target(occupation.essential, languages, regulated=True if bound else None)


def _circumstances(unit: Unit, case: Case, said: "_Trajectory") -> Circumstances:
    return Circumstances(
        limited_access_fits=said.limited_access_fits,
        may_practise=said.may_practise,
        hours_per_week=said.hours_per_week,
        constraints=_SOCIAL_WORK.validate_python(_answers(unit, case, Form.SOCIAL_WORK)).constraints,
        worked=said.worked,
        # for an hour or two of the night, today in Brussels is tomorrow in UTC
        last_worked=None if said.last_worked is None else min(said.last_worked, unit.today),
    )


def _answers(unit: Unit, case: Case, form: Form) -> Mapping[str, object]:
    """What may be used of the latest interview with that form; empty where there was none.

    Care and health are absent without a consent: once it is withdrawn, it is as if nothing was volunteered (D7).
    """
    latest = cases.latest_interview(unit, case, form)
    return {} if latest is None else usable(unit, latest)


def _level(written: str | None) -> Cefr | None:
    return None if written is None else Cefr.labelled(written)


_Level = Annotated[Cefr, BeforeValidator(_level)]


@dataclass(frozen=True, slots=True)
class _Trajectory:
    """What the second interview asked that bears on the trajectory; the form has more, which is not read here."""

    target_occupation: str | None = None
    target_languages: dict[Language, _Level | None] | None = None
    limited_access_fits: bool | None = None
    may_practise: bool | None = None
    hours_per_week: float | None = None
    worked: bool | None = None
    last_worked: date | None = None
    can_combine: bool | None = None
    needs_support: bool | None = None
    studies_first: bool | None = None


@dataclass(frozen=True, slots=True)
class _SocialWork:
    """What the first interview asked that bears on hours."""

    constraints: frozenset[Constraint] | None = None


_TRAJECTORY = TypeAdapter(_Trajectory)
_SOCIAL_WORK = TypeAdapter(_SocialWork)
