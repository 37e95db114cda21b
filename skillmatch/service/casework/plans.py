"""Plans: dated actions, kept as they are drawn up and checked against their trajectory's definition (VDAB-07).

A plan is a draft until it is right: one that breaks its definition is kept, with every breach in its own words. An
action that reveals something about health is for the few who may know (ruling 22): for others it is not there, neither
in the plan nor in its check, and what they change leaves it as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from pydantic import TypeAdapter

from skillmatch import access
from skillmatch.access import Action, Actor, Purpose
from skillmatch.assess.distance import PapersDistance
from skillmatch.assess.plan import MESSAGES, RESTRICTED, Plan, PlanCheck, Session, check_plan
from skillmatch.assess.plan import Action as Planned
from skillmatch.assess.rules import Rules, Trajectory
from skillmatch.errors import Forbidden, InvalidInput, NotFound
from skillmatch.service.casework.office import (
    Office,
    Once,
    Page,
    has_basis,
    looked_at,
    page_of,
    refuse_stale,
    remember,
    repeated,
    theirs,
)
from skillmatch.service.casework.situation import Situations
from skillmatch.store import cases, people
from skillmatch.store.cases import Case, KeptPlan
from skillmatch.store.unit import Unit, new_id

_ACTIONS = TypeAdapter(tuple[Planned, ...])


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan as it is sent. ``start`` is the day it counts from, by default that of its first action."""

    trajectory: Trajectory
    actions: tuple[Planned, ...]
    start: date | None = None


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who reads a plan: whether they see what is restricted, and what the check of a plan needs beside."""

    actor: Actor
    sees_restricted: bool
    papers: PapersDistance
    today: date


@dataclass(frozen=True, slots=True)
class Plans:
    """Drawing up plans. What is shown is checked when the transaction has ended, so that no other writer waits."""

    office: Office
    situations: Situations
    rules: Rules

    def add(
        self, actor: Actor, person_id: str, case_id: str, draft: Draft, once: Once | None = None
    ) -> dict[str, object]:
        """Keep a new plan, right or not yet."""
        access.require_fields(actor, Action.WRITE_PLAN, Draft.__slots__)
        with self.office.open(actor, Action.WRITE_PLAN, person_id) as unit:
            case = theirs(unit, Case, case_id, person_id)
            reader = self._reader(unit, actor, case)
            kept = repeated(unit, once, Action.VIEW_PLANS, KeptPlan, person_id)
            if kept is None:
                _refuse_restricted(unit, draft.actions, actor, case)
                kept = unit.add(_row(KeptPlan(new_id(), person_id, case.id, "", ()), draft, reader.today))
                remember(unit, once, kept, person_id)
        return self._shown(kept, reader)

    def list(self, actor: Actor, person_id: str, case_id: str, after: str | None, size: int) -> Page:
        """The plans of a case, by id, each with its check."""
        with self.office.open(actor, Action.VIEW_PLANS, person_id) as unit:
            case = theirs(unit, Case, case_id, person_id)
            reader = self._reader(unit, actor, case)
            looked_at(unit, Action.VIEW_PLANS, case)
            plans = cases.plans(unit, case)
        return page_of(plans, lambda one: self._shown(one, reader), after, size)

    def view(self, actor: Actor, person_id: str, case_id: str, plan_id: str) -> dict[str, object]:
        """One plan with its check."""
        with self.office.open(actor, Action.VIEW_PLANS, person_id) as unit:
            case = theirs(unit, Case, case_id, person_id)
            plan = looked_at(unit, Action.VIEW_PLANS, _of_case(unit, case, plan_id))
            reader = self._reader(unit, actor, case)
        return self._shown(plan, reader)

    def put(
        self, actor: Actor, person_id: str, case_id: str, plan_id: str, draft: Draft, seen: int
    ) -> dict[str, object]:
        """Put ``draft`` in the place of a plan; raises Conflict with both contents where ``seen`` is old."""
        access.require_fields(actor, Action.WRITE_PLAN, Draft.__slots__)
        with self.office.open(actor, Action.WRITE_PLAN, person_id) as unit:
            case = theirs(unit, Case, case_id, person_id)
            plan = _of_case(unit, case, plan_id)
            reader = self._reader(unit, actor, case)
            if seen != plan.version:
                refuse_stale(seen, plan.version, self._shown(plan, reader), _told(draft))
            _refuse_restricted(unit, draft.actions, actor, case)
            hidden = () if reader.sees_restricted else _hidden(plan, draft)
            drawn = replace(draft, actions=(*draft.actions, *hidden))
            changed = unit.change(_row(plan, drawn, reader.today))
        return self._shown(changed, reader)

    def _reader(self, unit: Unit, actor: Actor, case: Case) -> _Reader:
        papers = self.situations.of(unit, case).distance(unit.today).papers
        return _Reader(actor, _sees_restricted(unit, actor, case), papers, unit.today)

    def _shown(self, plan: KeptPlan, reader: _Reader) -> dict[str, object]:
        """What the reader may see, and the check of that: an action that is not there breaks and settles nothing."""
        kept = _ACTIONS.validate_python(plan.actions)
        actions = tuple(one for one in kept if reader.sees_restricted or one.kind not in RESTRICTED)
        draft = Draft(Trajectory(plan.trajectory), actions, plan.start)
        dated = Plan(_start(draft, reader.today), actions)
        check = check_plan(dated, draft.trajectory, self.rules.on(reader.today), reader.papers)
        values = {
            "id": plan.id,
            "version": plan.version,
            "case_id": plan.case_id,
            "check": _check(check),
            **_told(replace(draft, start=dated.start)),
        }
        return access.shown(reader.actor, Action.VIEW_PLANS, values)


def _of_case(unit: Unit, case: Case, plan_id: str) -> KeptPlan:
    """The plan of this very case; raises NotFound."""
    plan = theirs(unit, KeptPlan, plan_id, case.person_id)
    if plan.case_id != case.id:
        raise NotFound("no such plan of this case")
    return plan


def _sees_restricted(unit: Unit, actor: Actor, case: Case) -> bool:
    """Only who may know of trauma, and only while its use is agreed to (ruling 22, D7)."""
    return access.sees_trauma(actor, case.assigned) and has_basis(unit, case.person_id, Purpose.HEALTH)


def _refuse_restricted(unit: Unit, actions: Sequence[Planned], actor: Actor, case: Case) -> None:
    """Raises Forbidden for an action that the actor may not know of, or that nothing allows to be kept."""
    restricted = {one.id for one in actions if one.kind in RESTRICTED}
    if not restricted:
        return
    if not access.sees_trauma(actor, case.assigned):
        raise Forbidden("this kind of action is the social worker's, and the assigned counsellor's who is trained")
    people.require(unit, case.person_id, Purpose.HEALTH)
    if any(one.part_of in restricted for one in actions if one.id not in restricted):
        raise InvalidInput("what all may see is no part of what few may see", field="part_of")


def _hidden(plan: KeptPlan, draft: Draft) -> tuple[Planned, ...]:
    """The actions of ``plan`` that who sent ``draft`` does not see, made to fit it: they stay."""
    named = {one.id for one in draft.actions}
    kept = [one for one in _ACTIONS.validate_python(plan.actions) if one.kind in RESTRICTED]
    return tuple(
        replace(
            one,
            id=new_id() if one.id in named else one.id,
            part_of=one.part_of if one.part_of in named else None,
        )
        for one in kept
    )


def _row(plan: KeptPlan, draft: Draft, today: date) -> KeptPlan:
    """``plan`` with what is drafted; raises InvalidInput where its ids repeat or name nothing."""
    dated = Plan(_start(draft, today), draft.actions)
    actions = tuple(_ACTIONS.dump_python(dated.actions, mode="json"))
    return replace(plan, trajectory=draft.trajectory.value, start=dated.start, actions=actions)


def _start(draft: Draft, today: date) -> date:
    """The day a plan counts from. What few may see sets none, for all see the day."""
    first = min((one.start for one in draft.actions if one.kind not in RESTRICTED), default=today)
    return draft.start or first


def _told(draft: Draft) -> dict[str, object]:
    shown = [_action(one) for one in draft.actions]
    return {"trajectory": draft.trajectory, "start": draft.start, "actions": shown}


def _action(one: Planned) -> dict[str, object]:
    plain = {name: getattr(one, name) for name in Planned.__slots__}
    return plain | {"sessions": None if one.sessions is None else [_session(each) for each in one.sessions]}


def _session(one: Session) -> dict[str, object]:
    return {"weekday": one.weekday, "start": f"{one.start:%H:%M}", "end": f"{one.end:%H:%M}"}


def _check(check: PlanCheck) -> dict[str, object]:
    """Every breach in its own words (VDAB-07), and what cannot be told yet, with what would settle it."""
    return {
        "holds": check.holds,
        "breaches": [
            {"breach": one.breach, "message": one.message, "actions": one.actions, "on": one.on}
            for one in check.violations
        ],
        "questions": [
            {
                "breach": one.breach,
                "message": MESSAGES[one.breach],
                "actions": one.actions,
                "would_settle": one.would_settle,
            }
            for one in check.questions
        ],
    }
