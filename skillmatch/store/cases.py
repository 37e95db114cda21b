"""A case: its two interviews, tests, diplomas, trajectory, plans and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar, NamedTuple

from sqlalchemy import Table, func, select

from skillmatch.assess.profile import Cefr
from skillmatch.assess.screening import Mode, Place, Result, Tested
from skillmatch.errors import Conflict, InvalidInput
from skillmatch.store import tables
from skillmatch.store.tables import Activity, Form, OutcomeKind, Step
from skillmatch.store.unit import Unit, new_id


@dataclass(frozen=True, slots=True)
class Case:
    """One stay of a person with the service. ``assigned``: account by role. ``barriers`` are codes (ANT-06)."""

    TABLE: ClassVar[Table] = tables.cases
    id: str
    person_id: str
    opened_on: date
    closed_on: date | None
    assigned: Mapping[str, str]
    barriers: tuple[str, ...] = ()
    version: int = 1


@dataclass(frozen=True, slots=True)
class Interview:
    """One of the two interviews (ANT-01). ``answers`` is the filled-in form, as plain data, sealed."""

    TABLE: ClassVar[Table] = tables.interviews
    id: str
    person_id: str
    case_id: str
    form: Form
    role: str
    on: date
    answers: Mapping[str, object]
    language: str | None = None
    interpreter_language: str | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class KeptNote:
    """What somebody wrote down; ``id`` is what evidence names, ``author`` an account, in a role at that time.

    ``about`` names what it is about where that is one thing, such as ``claims:ID``. Confidential: see access.py.
    """

    TABLE: ClassVar[Table] = tables.notes
    id: str
    person_id: str
    text: str
    language: str | None = None
    on: date | None = None
    author: str | None = None
    author_role: str | None = None
    confidential: bool = False
    about: str | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class KeptAssessment:
    """A test (VDAB-02): assess.screening says what makes one valid; here are its parts, and who supported it."""

    TABLE: ClassVar[Table] = tables.assessments
    id: str
    person_id: str
    competence: str
    kind: Tested
    place: Place
    mode: Mode
    result: Result
    on: date | None = None
    assessor: str | None = None
    interpreter_language: str | None = None
    interpreter: str | None = None
    language: str | None = None
    level: Cefr | None = None
    activity: Activity | None = None
    employer_support: bool | None = None
    employer: str | None = None
    comment: str | None = None
    override_reason: str | None = None
    evidence: str | None = None


@dataclass(frozen=True, slots=True)
class KeptQualification:
    """A foreign diploma in its own script. ``equivalence`` is what orientation was given, as plain data."""

    TABLE: ClassVar[Table] = tables.qualifications
    id: str
    person_id: str
    country: str
    title: str
    transliteration: str | None = None
    language: str | None = None
    field: str | None = None
    level: str | None = None
    year: int | None = None
    years: float | None = None
    entry: int | None = None
    equivalence: Mapping[str, object] | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class Decision:
    """A trajectory from a day on, and how it was decided (VDAB-06, VDAB-08). Never changed, only followed by another.

    ``rules`` are those that the recommendation fired; ``recommendation`` is all of it, with what was missing and the
    alternatives, sealed. ``place`` counts the decisions of a case from 1.
    """

    TABLE: ClassVar[Table] = tables.trajectories
    id: str
    person_id: str
    case_id: str
    place: int
    trajectory: str
    previous: str | None
    on: date
    step: Step
    recommended: str | None
    rules: tuple[str, ...]
    recommendation: Mapping[str, object] | None
    reason_code: str | None
    reason: str | None
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """The dated actions of a trajectory, as plain data (VDAB-07 says what makes them one)."""

    TABLE: ClassVar[Table] = tables.plans
    id: str
    person_id: str
    case_id: str
    trajectory: str
    actions: tuple[Mapping[str, object], ...]
    version: int = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it, dated, so that cohorts can be counted later (DUO-18)."""

    TABLE: ClassVar[Table] = tables.outcomes
    id: str
    person_id: str
    kind: OutcomeKind
    on: date
    until: date | None = None
    contract_months: float | None = None
    hours_per_week: float | None = None
    occupation: str | None = None
    version: int = 1


class Overrides(NamedTuple):
    """How often people decided otherwise than a rule that fired (VDAB-06)."""

    decided: int
    overridden: int

    @property
    def rate(self) -> float:
        """In [0, 1]."""
        return self.overridden / self.decided


def begin(unit: Unit, person_id: str, assigned: Mapping[str, str] | None = None) -> Case:
    """Open a case today."""
    return unit.add(Case(new_id(), person_id, unit.today, None, dict(assigned or {})))


def finish(unit: Unit, case: Case) -> Case:
    """Close a case today; raises Conflict where somebody changed it first."""
    return unit.change(replace(case, closed_on=unit.today))


def decide_trajectory(
    unit: Unit,
    case: Case,
    trajectory: str,
    on: date,
    *,
    seen: int,
    recommended: str | None = None,
    rules: Sequence[str] = (),
    recommendation: Mapping[str, object] | None = None,
    reason_code: str | None = None,
    reason: str | None = None,
) -> Decision:
    """A person confirms a recommendation, overrides it, or switches later; ``seen`` is how many decisions they saw.

    Raises InvalidInput where an override or a switch has no reason (VDAB-06, VDAB-08), Conflict where another decision
    came first. Both what was recommended and what was decided are kept.
    """
    unit.connection.execute(select(tables.cases.c.id).where(tables.cases.c.id == case.id).with_for_update())
    earlier = history(unit, case)
    if len(earlier) != seen:
        raise Conflict("another trajectory was decided in between", expected=seen, found=len(earlier))
    if earlier and on < earlier[-1].on:
        raise InvalidInput("lies before the decision that it follows", field="on")
    step = _step(trajectory, recommended, earlier)
    if step is Step.OVERRIDDEN and not (reason or "").strip():
        raise InvalidInput("an override needs a reason", field="reason")
    if step is Step.SWITCHED and not reason_code:
        raise InvalidInput("a switch needs a reason code", field="reason_code")
    decision = Decision(
        id=new_id(),
        person_id=case.person_id,
        case_id=case.id,
        place=seen + 1,
        trajectory=trajectory,
        previous=earlier[-1].trajectory if earlier else None,
        on=on,
        step=step,
        recommended=recommended,
        rules=tuple(rules),
        recommendation=recommendation,
        reason_code=reason_code,
        reason=reason,
        decided_by=unit.by.account,
        decided_at=unit.at,
    )
    unit.vault(case.person_id)
    unit.insert(decision, case.person_id)
    unit.record(
        f"trajectories.{step.value}",
        person=case.person_id,
        about=f"trajectories:{decision.id}",
        what={"trajectory": trajectory, "recommended": recommended, "on": on.isoformat(), "code": reason_code},
        reasons=tuple(rules),
    )
    return decision


def _step(trajectory: str, recommended: str | None, earlier: Sequence[Decision]) -> Step:
    if recommended is not None and recommended != trajectory:
        return Step.OVERRIDDEN
    return Step.SWITCHED if earlier and earlier[-1].trajectory != trajectory else Step.CONFIRMED


def history(unit: Unit, case: Case) -> list[Decision]:
    """Every decision on the trajectory of a case, the first first."""
    return unit.of(Decision, case.person_id, tables.trajectories.c.case_id == case.id)


def trajectory_on(unit: Unit, case: Case, day: date) -> Decision | None:
    """The decision that held on ``day``, None before the first; of two for one day the later one (VDAB-08)."""
    return next((decision for decision in reversed(history(unit, case)) if decision.on <= day), None)


def override_rates(unit: Unit) -> Mapping[str, Overrides]:
    """For each rule that fired, how often people decided otherwise, over the files open to the organisation."""
    table = tables.trajectories
    joined = select(table.c.rules, table.c.step).join(tables.people, tables.people.c.id == table.c.person_id)
    counts: dict[str, Overrides] = {}
    for rules, step in unit.connection.execute(joined.where(unit.visible(), table.c.recommended.is_not(None))):
        for rule in rules:
            old = counts.get(rule, Overrides(0, 0))
            counts[rule] = Overrides(old.decided + 1, old.overridden + (step is Step.OVERRIDDEN))
    return counts


def open_cases(unit: Unit) -> int:
    """How many cases are open, over the files open to the organisation."""
    table = tables.cases
    joined = select(func.count()).select_from(table).join(tables.people, tables.people.c.id == table.c.person_id)
    return unit.connection.scalar(joined.where(unit.visible(), table.c.closed_on.is_(None))) or 0
