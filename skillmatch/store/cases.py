"""A case: its two interviews, tests, diplomas, trajectory, plans and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar

from pydantic import TypeAdapter
from sqlalchemy import Table, func, select

from skillmatch.assess.outcome import Outcome, OutcomeKind
from skillmatch.assess.profile import Activity, Cefr
from skillmatch.assess.qualification import Qualification
from skillmatch.assess.rules import Trajectory
from skillmatch.assess.screening import Assessment, Mode, Place, Result, Tested
from skillmatch.assess.trajectory import Decision, Judged, Recommendation, SwitchReason, TrajectoryHistory
from skillmatch.errors import Conflict
from skillmatch.store import tables
from skillmatch.store.tables import Form, Step
from skillmatch.store.unit import BEFORE, Unit, new_id
from skillmatch.taxonomy.concepts import ConceptId
from skillmatch.text import Language

_RECOMMENDATION = TypeAdapter(Recommendation)


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
    """One of the two interviews (ANT-01). ``answers`` is the filled-in form, as plain data, sealed.

    ``kept_at`` tells which of two on one day is the later one.
    """

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
    kept_at: datetime | None = None
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

    @property
    def value(self) -> Assessment:
        """The same as the core knows it."""
        return Assessment(
            competence=ConceptId(self.competence),
            kind=self.kind,
            place=self.place,
            mode=self.mode,
            result=self.result,
            on=self.on,
            assessor=self.assessor,
            interpreter_language=None if self.interpreter_language is None else Language(self.interpreter_language),
            language=None if self.language is None else Language(self.language),
            level=None if self.level is None else Cefr(self.level),
            activity=self.activity,
        )


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

    @property
    def value(self) -> Qualification:
        """The same as the core knows it."""
        return Qualification(
            title=self.title,
            country=self.country,
            language=None if self.language is None else Language(self.language),
            field=self.field,
            level=self.level,
            year=self.year,
            years=self.years,
        )


@dataclass(frozen=True, slots=True)
class KeptDecision:
    """A decision on a trajectory as it is kept (VDAB-06, VDAB-08): never changed, only followed by another.

    ``rules`` are those that led to what was recommended: with ``recommended`` and ``trajectory`` they are plain, so
    that overrides are counted without opening a file. ``recommendation`` is all of it, as plain data, sealed.
    ``place`` counts the decisions of a case from 1.
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
    review_on: date | None
    decided_by: str
    decided_at: datetime

    @property
    def value(self) -> Decision:
        """The same as the core knows it."""
        asked = None if self.recommendation is None else _RECOMMENDATION.validate_python(self.recommendation)
        return Decision(
            Trajectory(self.trajectory),
            self.on,
            self.decided_by,
            asked,
            self.reason,
            None if self.reason_code is None else SwitchReason(self.reason_code),
            self.review_on,
        )


@dataclass(frozen=True, slots=True)
class KeptPlan:
    """The dated actions of a trajectory from the day ``start`` on, as plain data (VDAB-07 says what makes them one)."""

    TABLE: ClassVar[Table] = tables.plans
    id: str
    person_id: str
    case_id: str
    trajectory: str
    actions: tuple[Mapping[str, object], ...]
    start: date | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class KeptOutcome:
    """What came of it, as it is kept: assess.outcome says what makes one valid."""

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

    @property
    def value(self) -> Outcome:
        """The same as the core knows it; raises InvalidInput."""
        return Outcome(self.kind, self.on, self.until, self.contract_months, self.hours_per_week, self.occupation)


def begin(unit: Unit, person_id: str, assigned: Mapping[str, str] | None = None) -> Case:
    """Open a case today."""
    return unit.add(Case(new_id(), person_id, unit.today, None, dict(assigned or {})))


def finish(unit: Unit, case: Case) -> Case:
    """Close a case today; raises Conflict where somebody changed it first."""
    return unit.change(replace(case, closed_on=unit.today))


def latest_interview(unit: Unit, case: Case, form: Form) -> Interview | None:
    """The last one held with that form; of two on one day the one that was kept later."""
    table = tables.interviews
    held = unit.of(Interview, case.person_id, table.c.case_id == case.id, table.c.form == form)
    return max(held, key=lambda one: (one.on, one.kept_at or BEFORE), default=None)


def plans(unit: Unit, case: Case) -> list[KeptPlan]:
    """The plans of a case, by id."""
    return unit.of(KeptPlan, case.person_id, tables.plans.c.case_id == case.id)


def hold(unit: Unit, case: Case) -> None:
    """Make others who decide on this case wait until this transaction ends, so that what is read next stays true."""
    unit.connection.execute(select(tables.cases.c.id).where(tables.cases.c.id == case.id).with_for_update())


def decide_trajectory(unit: Unit, case: Case, decision: Decision, *, seen: int) -> KeptDecision:
    """Keep a person's decision, made when ``seen`` decisions were there (VDAB-06, VDAB-08), and tell the audit.

    Raises Conflict where another came first, InvalidInput where it contradicts the history (assess.trajectory).
    """
    hold(unit, case)
    earlier = history(unit, case)
    if len(earlier.decisions) != seen:
        raise Conflict("another trajectory was decided in between", expected=seen, found=len(earlier.decisions))
    earlier.add(decision)
    kept = _kept(unit, case, decision, earlier)
    unit.insert(kept, kept.person_id)
    for step in _steps(decision):
        unit.record(
            f"trajectories.{step.value}",
            person=kept.person_id,
            about=f"trajectories:{kept.id}",
            what={
                "trajectory": kept.trajectory,
                "previous": kept.previous,
                "recommended": kept.recommended,
                "on": kept.on.isoformat(),
                "code": kept.reason_code,
                "review_on": None if kept.review_on is None else kept.review_on.isoformat(),
            },
            reasons=kept.rules,
        )
    return kept


def _kept(unit: Unit, case: Case, decision: Decision, earlier: TrajectoryHistory) -> KeptDecision:
    asked, counted = decision.recommendation, decision.judged
    return KeptDecision(
        id=new_id(),
        person_id=case.person_id,
        case_id=case.id,
        place=len(earlier.decisions) + 1,
        trajectory=decision.trajectory.value,
        previous=earlier.decisions[-1].trajectory.value if earlier.decisions else None,
        on=decision.on,
        step=_steps(decision)[0],
        recommended=None if counted is None else counted.recommended.value,
        rules=() if counted is None else counted.rules,
        recommendation=None if asked is None else _RECOMMENDATION.dump_python(asked, mode="json"),
        reason_code=None if decision.code is None else decision.code.value,
        reason=decision.why,
        review_on=decision.review_on,
        decided_by=unit.by.account,
        decided_at=unit.at,
    )


def _steps(decision: Decision) -> tuple[Step, ...]:
    """What a decision is: an override, a switch or both, each of which the audit tells; else a confirmation."""
    is_so = {Step.OVERRIDDEN: not decision.confirms, Step.SWITCHED: decision.code is not None}
    return tuple(step for step, so in is_so.items() if so) or (Step.CONFIRMED,)


def decisions(unit: Unit, case: Case) -> list[KeptDecision]:
    """Every decision on the trajectory of a case, the first first."""
    return unit.of(KeptDecision, case.person_id, tables.trajectories.c.case_id == case.id)


def history(unit: Unit, case: Case) -> TrajectoryHistory:
    """The same as the core knows it."""
    return TrajectoryHistory(tuple(one.value for one in decisions(unit, case)))


def judged(unit: Unit) -> list[Judged]:
    """What counting overrides needs of every decision, over the files open to the organisation; opens none of them."""
    table = tables.trajectories
    query = select(table.c.rules, table.c.recommended, table.c.trajectory).join(
        tables.people, tables.people.c.id == table.c.person_id
    )
    rows = unit.connection.execute(query.where(unit.visible(), table.c.recommended.is_not(None)))
    return [Judged(tuple(rules), Trajectory(asked), Trajectory(decided)) for rules, asked, decided in rows]


def notes_in(unit: Unit, person_id: str, role: str) -> int:
    """How many notes of a file somebody in this role wrote; opens none of them."""
    table = tables.notes
    written = select(func.count()).where(table.c.person_id == person_id, table.c.author_role == role)
    return unit.connection.scalar(written) or 0


def open_cases(unit: Unit) -> int:
    """How many cases are open, over the files open to the organisation."""
    table = tables.cases
    joined = select(func.count()).select_from(table).join(tables.people, tables.people.c.id == table.c.person_id)
    return unit.connection.scalar(joined.where(unit.visible(), table.c.closed_on.is_(None))) or 0
