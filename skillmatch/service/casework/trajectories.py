"""Distance, recommendation and decision (VDAB-04, VDAB-06..09, ANT-02): a person decides, and both are kept."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from skillmatch import access
from skillmatch.access import Action, Actor
from skillmatch.assess.rules import Rules, Thresholds, Trajectory
from skillmatch.assess.trajectory import (
    RULES,
    Alternative,
    Decision,
    Finding,
    ParallelOpen,
    Recommendation,
    SwitchReason,
    TrajectoryHistory,
    linear_warning,
    recommend,
)
from skillmatch.errors import Conflict, InvalidInput
from skillmatch.service.casework.concepts import label
from skillmatch.service.casework.languages import written
from skillmatch.service.casework.office import (
    A_YEAR,
    Office,
    Once,
    Page,
    looked_at,
    page_of,
    refuse_future,
    refuse_stale,
    remember,
    repeated,
    theirs,
)
from skillmatch.service.casework.situation import Situation, Situations
from skillmatch.store import cases
from skillmatch.store.cases import Case, KeptDecision
from skillmatch.store.unit import Unit

_SOURCES = {rule.id: rule.source for rule in RULES}


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody decides; ``recommended`` is the trajectory that they saw recommended, where they say so.

    ``why`` is needed to decide otherwise, ``code`` to switch, ``review_on`` for a linear pathway.
    """

    trajectory: Trajectory
    on: date
    why: str | None = None
    code: SwitchReason | None = None
    review_on: date | None = None
    recommended: Trajectory | None = None


@dataclass(frozen=True, slots=True)
class Trajectories:
    """How far work is, what is recommended, and what people decided."""

    office: Office
    situations: Situations
    rules: Rules

    def distance(self, actor: Actor, person_id: str, case_id: str, language: str | None = None) -> dict[str, object]:
        """The five components in words, and never one number (VDAB-04).

        Constraints are named to those roles only that may see them, and only while their use is agreed to.
        """
        with self.office.open(actor, Action.VIEW_DISTANCE, person_id) as unit:
            case = looked_at(unit, Action.VIEW_DISTANCE, theirs(unit, Case, case_id, person_id))
            known = self.situations.of(unit, case)
            if not access.shown(actor, Action.VIEW_DISTANCE, {"constraints": True}):
                known = known.without_constraints()
            components = [asdict(part) for part in known.distance(unit.today).components]
            target = self._target(known, language)
            values = {"case_id": case.id, "on": unit.today, "target": target, "components": components}
            return access.shown(actor, Action.VIEW_DISTANCE, values)

    def _target(self, situation: Situation, language: str | None) -> dict[str, object]:
        """The work aimed at; None is not known, and a language without a level is one that none is named for."""
        occupation, languages = situation.occupation, situation.target.languages
        aimed_at = {name: written(level) for name, level in languages.items()} if languages is not None else None
        return {
            "occupation": occupation and occupation.id,
            "label": occupation and label(self.situations.taxonomy, occupation.id, language),
            "estimated": occupation and occupation.estimated,
            "languages": aimed_at,
        }

    def recommend(self, actor: Actor, person_id: str, case_id: str) -> dict[str, object]:
        """Which trajectory the rules recommend today, why, and what would change it: a model run, kept in the audit.

        Nothing is decided by it (VDAB-06; GDPR art. 22).
        """
        with self.office.open(actor, Action.RECOMMEND, person_id) as unit:
            case = theirs(unit, Case, case_id, person_id)
            found, values = self._recommend(unit, case)
            unit.record(
                Action.RECOMMEND,
                person=person_id,
                about=f"cases:{case.id}",
                what={"recommended": found.trajectory.value, "values_from": found.values_from.isoformat()},
                reasons=[rule.value for rule in found.fired],
            )
            shown = {"case_id": case.id, "on": unit.today, "review_on": values.review_date(unit.today)}
            return access.shown(actor, Action.RECOMMEND, shown | self._told(found))

    def _recommend(self, unit: Unit, case: Case) -> tuple[Recommendation, Thresholds]:
        known, values = self.situations.of(unit, case), self.rules.on(unit.today)
        return recommend(known.distance(unit.today), known.readiness, values), values

    def _told(self, found: Recommendation) -> dict[str, object]:
        """A recommendation as it is shown; the shares of the routes are a line to compare with (ruling 11)."""
        routes = self.rules.routes_for(found.trajectory)
        return {
            "trajectory": found.trajectory,
            "reasons": [_reason(one) for one in found.reasons],
            "fired": found.fired,
            "deciding": found.deciding,
            "missing": [asdict(one) for one in found.missing],
            "alternatives": [_alternative(one) for one in found.alternatives],
            "linear_warning": _warning(linear_warning(found, Trajectory.LINEAR)),
            "values_from": found.values_from,
            "routes": [
                {"name": one.name, "reference_share": one.reference_share, "source": one.source} for one in routes
            ],
        }

    def decide(
        self, actor: Actor, person_id: str, case_id: str, choice: Choice, seen: int, once: Once | None = None
    ) -> dict[str, object]:
        """Confirm what is recommended, override it with a reason, or switch with a code (VDAB-06, VDAB-08).

        ``seen`` is how many decisions were there. What is recommended is found anew and kept with the decision. Raises
        Conflict with both contents where another decision came first, or where something else is recommended by now.
        """
        given = {name: value for name, value in asdict(choice).items() if value is not None}
        access.require_fields(actor, Action.DECIDE_TRAJECTORY, given)
        with self.office.open(actor, Action.DECIDE_TRAJECTORY, person_id) as unit:
            case = theirs(unit, Case, case_id, person_id)
            if known := repeated(unit, once, Action.VIEW_TRAJECTORY, KeptDecision, person_id):
                return self._shown(actor, known)
            cases.hold(unit, case)
            earlier = cases.decisions(unit, case)
            current = self._shown(actor, earlier[-1]) if earlier else None
            refuse_stale(seen, len(earlier), current, given)
            decision = self._decision(unit, case, choice, given)
            kept = cases.decide_trajectory(unit, case, decision, seen=seen)
            remember(unit, once, kept, person_id)
            return self._shown(actor, kept)

    def _decision(self, unit: Unit, case: Case, choice: Choice, given: Mapping[str, object]) -> Decision:
        found, values = self._recommend(unit, case)
        if choice.recommended not in (None, found.trajectory):
            message = "something else is recommended by now: look at it, and decide again"
            raise Conflict(message, current=self._told(found), yours=given)
        refuse_future(unit, choice.on, "on", within=A_YEAR)  # none can come before it later
        if choice.trajectory is Trajectory.LINEAR and choice.review_on is None:
            usual = values.review_date(choice.on)
            message = f"a linear pathway has a date on which it is looked at again; usual is {usual}"
            raise InvalidInput(message, field="review_on")
        return Decision(choice.trajectory, choice.on, unit.by.account, found, choice.why, choice.code, choice.review_on)

    def on(self, actor: Actor, person_id: str, case_id: str, day: date | None) -> dict[str, object]:
        """The trajectory on ``day``, by default today, with the decision it rests on (VDAB-08).

        ``trajectory`` is None before the first decision. ``version`` is how many decisions there are by now.
        """
        with self.office.open(actor, Action.VIEW_TRAJECTORY, person_id) as unit:
            case = looked_at(unit, Action.VIEW_TRAJECTORY, theirs(unit, Case, case_id, person_id))
            kept, asked = cases.decisions(unit, case), day or unit.today
            history = TrajectoryHistory(tuple(one.value for one in kept))
            number = history.number_on(asked)
            values = {
                "case_id": case.id,
                "on": asked,
                "version": len(kept),
                "trajectory": history.on(asked),
                "decision": self._shown(actor, kept[number - 1]) if number else None,
            }
            return access.shown(actor, Action.VIEW_TRAJECTORY, values)

    def history(self, actor: Actor, person_id: str, case_id: str, after: str | None, size: int) -> Page:
        """Every decision, the first first: from what, to what, when, why, by whom, and what was recommended."""
        with self.office.open(actor, Action.VIEW_TRAJECTORY, person_id) as unit:
            case = looked_at(unit, Action.VIEW_TRAJECTORY, theirs(unit, Case, case_id, person_id))
            return page_of(cases.decisions(unit, case), lambda one: self._shown(actor, one), after, size)

    def _shown(self, actor: Actor, kept: KeptDecision) -> dict[str, object]:
        value = kept.value
        told = None if value.recommendation is None else self._told(value.recommendation)
        values = {
            "id": kept.id,
            "version": kept.place,
            "case_id": kept.case_id,
            "trajectory": value.trajectory,
            "previous": kept.previous,
            "on": value.on,
            "decided_by": kept.decided_by,
            "decided_at": kept.decided_at,
            "recommended": kept.recommended,
            "confirms": value.confirms,
            "why": value.why,
            "code": value.code,
            "review_on": value.review_on,
            "warning": _warning(value.warning),
            "recommendation": told,
        }
        return access.shown(actor, Action.VIEW_TRAJECTORY, values)


def _reason(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "because": finding.because,
        "source": _SOURCES[finding.rule],
        "at_least": finding.at_least,
        "lifted_by": finding.lifted_by,
    }


def _alternative(one: Alternative) -> dict[str, object]:
    return {
        "trajectory": one.trajectory,
        "against": [_reason(finding) for finding in one.against],
        "if_known": [asdict(missing) for missing in one.if_known],
    }


def _warning(found: ParallelOpen | None) -> dict[str, object] | None:
    """The warning of VDAB-09 in words; it never blocks, least of all a wish to study (ruling 14)."""
    if found is None:
        return None
    says = f"a parallel route could start now: {', '.join(found.routes)}"
    if found.wished:
        says += "; the person wishes to study first, which is theirs to choose"
    if not found.settled:
        says += "; data still missing could close it"
    return {"routes": found.routes, "wished": found.wished, "settled": found.settled, "says": says}
