"""Plans: dated actions, and whether they are what their trajectory is defined to be (VDAB-07, ruling 12).

Dates are inclusive. Times are wall-clock times in Europe/Brussels and half-open: a session that ends when another
begins does not overlap it. What a plan does not say is a question, not a violation.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from itertools import combinations, product
from types import MappingProxyType

from skillmatch.assess.distance import PapersDistance
from skillmatch.assess.rules import Thresholds, Trajectory
from skillmatch.errors import InvalidInput

DAY = 24 * 60
"""Minutes."""


class ActionKind(StrEnum):
    """What a plan is made of (VDAB-10, SUP-01, SUP-02)."""

    LANGUAGE_CLASS = "language class"
    LANGUAGE_SUPPORT = "language support"
    SOFT_SKILLS = "soft-skill training"
    CIVIC_ORIENTATION = "civic orientation"
    EDUCATION = "education"
    JOB_ORIENTATION = "job orientation"
    VOCATIONAL_TRAINING = "vocational training"
    WORKPLACE_TRAINING = "workplace training"
    INTERNSHIP = "professional internship"
    IBO = "individual vocational training"
    WORK_EXPERIENCE = "work experience"
    SUPPORTED_EMPLOYMENT = "supported employment"
    VACANCY_SEARCH = "vacancy search"
    PLACEMENT = "placement"
    JOB_COACHING = "job coaching"
    MENTORING = "mentoring"
    TRAUMA_REFERRAL = "trauma counselling referral"


RESTRICTED = frozenset({ActionKind.TRAUMA_REFERRAL})
"""Kinds that reveal something about health: only the roles of ruling 22 may see such an action (VDAB-11)."""

LANGUAGE_OR_SOFT_SKILLS = frozenset({ActionKind.LANGUAGE_CLASS, ActionKind.LANGUAGE_SUPPORT, ActionKind.SOFT_SKILLS})
"""What is learnt inside work or training, in an integrated pathway."""

ON_THE_JOB = frozenset(
    {
        ActionKind.WORKPLACE_TRAINING,
        ActionKind.INTERNSHIP,
        ActionKind.IBO,
        ActionKind.WORK_EXPERIENCE,
        ActionKind.SUPPORTED_EMPLOYMENT,
        ActionKind.PLACEMENT,
    }
)
"""What needs access to the labour market (ruling 10)."""

WORK_OR_TRAINING = ON_THE_JOB | {ActionKind.VOCATIONAL_TRAINING}
"""What language and soft skills are learnt in, in an integrated pathway."""

LANGUAGE_OR_EDUCATION = frozenset({ActionKind.LANGUAGE_CLASS, ActionKind.LANGUAGE_SUPPORT, ActionKind.EDUCATION})
"""What comes first in a linear pathway."""

ORIENTATION_OR_TRAINING = WORK_OR_TRAINING - {ActionKind.PLACEMENT} | {ActionKind.JOB_ORIENTATION}
"""What comes after it."""

SEARCH_OR_PLACEMENT = frozenset({ActionKind.VACANCY_SEARCH, ActionKind.PLACEMENT})
"""What makes mediation quick."""


@dataclass(frozen=True, slots=True)
class Session:
    """Hours on one day of every week, ``weekday`` 0 being Monday. An end not after the start is on the next day."""

    weekday: int
    start: time
    end: time

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6:
            raise InvalidInput("should be from 0 (Monday) to 6", field="weekday")
        if self.start.tzinfo is not None or self.end.tzinfo is not None:
            raise InvalidInput("should be a time in Brussels, without a zone", field="start")
        if any(clock.second or clock.microsecond for clock in (self.start, self.end)):
            raise InvalidInput("should be a time in whole minutes", field="start")

    @property
    def minutes(self) -> tuple[int, int]:
        """Start and end in minutes from midnight of its day; the end may lie on the next."""
        start, end = self.start.hour * 60 + self.start.minute, self.end.hour * 60 + self.end.minute
        return start, end if end > start else end + DAY


@dataclass(frozen=True, slots=True)
class Action:
    """One action, from ``start`` to ``end`` inclusive, in the same hours every week. Raises InvalidInput.

    ``sessions`` is None where the hours are not known, and empty where there are none fixed. ``provider`` and
    ``at_workplace`` are None where not known. ``part_of`` is the id of the action that this one is declared part of.
    """

    id: str
    kind: ActionKind
    start: date
    end: date
    sessions: tuple[Session, ...] | None = None
    provider: str | None = None
    at_workplace: bool | None = None
    part_of: str | None = None

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise InvalidInput("should not be before the start", field="end")
        if self.part_of == self.id:
            raise InvalidInput("nothing is part of itself", field="part_of")
        if _first(self, self, combinations(self.sessions or (), 2)) is not None:
            raise InvalidInput("should not overlap each other", field="sessions")

    def meets(self, other: "Action") -> bool:
        """Whether the two have a day in common."""
        return self.start <= other.end and other.start <= self.end

    def days_of(self, session: Session) -> tuple[date, date] | None:
        """The first and the last day on which ``session`` is held; None where it never is."""
        first = self.start + timedelta(days=(session.weekday - self.start.weekday()) % 7)
        last = self.end - timedelta(days=(self.end.weekday() - session.weekday) % 7)
        return (first, last) if first <= last else None


@dataclass(frozen=True, slots=True)
class Plan:
    """The actions of one person from the day ``start`` on. Raises InvalidInput where ids repeat or name nothing."""

    start: date
    actions: tuple[Action, ...] = ()

    def __post_init__(self) -> None:
        ids = {action.id for action in self.actions}
        if len(ids) < len(self.actions):
            raise InvalidInput("should name each action once", field="actions")
        if not {action.part_of for action in self.actions} <= ids | {None}:
            raise InvalidInput("should name an action of the plan", field="part_of")

    def of(self, kinds: Iterable[ActionKind]) -> tuple[Action, ...]:
        """The actions of these kinds."""
        wanted = frozenset(kinds)
        return tuple(action for action in self.actions if action.kind in wanted)

    @property
    def pairs(self) -> Iterator[tuple[Action, Action]]:
        """Every two actions."""
        return combinations(self.actions, 2)


class Breach(StrEnum):
    """What a plan can do wrong."""

    HOURS_OVERLAP = "hours-overlap"
    PART_OUTSIDE_WHOLE = "part-outside-whole"
    NO_LABOUR_ACCESS = "no-labour-access"
    QUICK_NO_SEARCH_OR_PLACEMENT = "quick-no-search-or-placement"
    QUICK_NOT_ACTIVE = "quick-not-active"
    QUICK_TOO_LATE = "quick-too-late"
    INTEGRATED_NO_LANGUAGE_OR_SOFT_SKILLS = "integrated-no-language-or-soft-skills"
    INTEGRATED_NO_WORK_OR_TRAINING = "integrated-no-work-or-training"
    INTEGRATED_NOT_SIMULTANEOUS = "integrated-not-simultaneous"
    INTEGRATED_NOTHING_INSIDE = "integrated-nothing-inside"
    COMBINED_FEWER_THAN_TWO = "combined-fewer-than-two"
    COMBINED_NOT_PARALLEL = "combined-not-parallel"
    COMBINED_ALL_INSIDE = "combined-all-inside"
    COMBINED_HOURS_OVERLAP = "combined-hours-overlap"
    LINEAR_NO_LANGUAGE_OR_EDUCATION = "linear-no-language-or-education"
    LINEAR_NO_ORIENTATION_OR_TRAINING = "linear-no-orientation-or-training"
    LINEAR_NOT_IN_SEQUENCE = "linear-not-in-sequence"


MESSAGES: Mapping[Breach, str] = MappingProxyType(
    {
        Breach.HOURS_OVERLAP: "the hours of these actions overlap: a person can be in one place at a time",
        Breach.PART_OUTSIDE_WHOLE: "an action begins before, or ends after, the one that it is part of",
        Breach.NO_LABOUR_ACCESS: "work and training on the job need labour access, unlimited or fitting the action",
        Breach.QUICK_NO_SEARCH_OR_PLACEMENT: "quick mediation needs a vacancy search or a placement",
        Breach.QUICK_NOT_ACTIVE: "the vacancy search or placement is over before the plan begins",
        Breach.QUICK_TOO_LATE: "no vacancy search or placement starts within the first weeks of quick mediation",
        Breach.INTEGRATED_NO_LANGUAGE_OR_SOFT_SKILLS: "an integrated pathway needs a language or soft-skill action",
        Breach.INTEGRATED_NO_WORK_OR_TRAINING: "an integrated pathway needs a work or training action to learn in",
        Breach.INTEGRATED_NOT_SIMULTANEOUS: "the language or soft-skill action and the work or training never coincide",
        Breach.INTEGRATED_NOTHING_INSIDE: (
            "no language or soft-skill action is inside work or training: part of it, with its provider or in its hours"
        ),
        Breach.COMBINED_FEWER_THAN_TWO: "a combined pathway needs two actions",
        Breach.COMBINED_NOT_PARALLEL: "no two actions of the combined pathway have a day in common",
        Breach.COMBINED_ALL_INSIDE: "the actions are parts of each other: that is integrated, not combined",
        Breach.COMBINED_HOURS_OVERLAP: "no two parallel actions of the combined pathway keep apart in hours",
        Breach.LINEAR_NO_LANGUAGE_OR_EDUCATION: "a linear pathway needs a language or education action to begin with",
        Breach.LINEAR_NO_ORIENTATION_OR_TRAINING: "a linear pathway needs orientation or training after the language",
        Breach.LINEAR_NOT_IN_SEQUENCE: "the orientation or training starts before the language or education has ended",
    }
)
"""Every violation in its own words (VDAB-07)."""


@dataclass(frozen=True, slots=True)
class Violation:
    """What is wrong, the ids of the actions concerned, and the first day on which it shows, where there is one."""

    breach: Breach
    actions: tuple[str, ...] = ()
    on: date | None = None

    @property
    def message(self) -> str:
        """The violation in words."""
        return MESSAGES[self.breach]


class Settles(StrEnum):
    """What would settle a question about a plan."""

    HOURS = "the hours of these actions"
    PROVIDER_OR_HOURS = "the providers or the hours of these actions"
    PLACE = "whether the training is given at the workplace"
    ACCESS = "the residence title, or the permit where access is limited"


@dataclass(frozen=True, slots=True)
class Question:
    """What cannot be told yet: it might be ``breach``, and ``would_settle`` says what is missing."""

    breach: Breach
    actions: tuple[str, ...]
    would_settle: Settles


_Found = Violation | Question


@dataclass(frozen=True, slots=True)
class PlanCheck:
    """What a plan does against its trajectory's definition, and what cannot be told yet."""

    violations: tuple[Violation, ...]
    questions: tuple[Question, ...]

    @property
    def holds(self) -> bool | None:
        """Whether the plan is what its trajectory says; None while a question is open."""
        if self.violations:
            return False
        return None if self.questions else True


def check_plan(
    plan: Plan, trajectory: Trajectory, values: Thresholds, papers: PapersDistance | None = None
) -> PlanCheck:
    """Every violation of ``trajectory``'s definition and every overlap of hours (VDAB-07, ruling 12).

    With ``papers``, work and training on the job are checked against labour access too (ruling 10).
    """
    access = _access(plan, papers.may_work) if papers is not None else ()
    findings = [*_hours(plan), *_parts(plan), *access, *_DEFINITIONS[trajectory](plan, values)]
    return PlanCheck(
        tuple(found for found in findings if isinstance(found, Violation)),
        tuple(found for found in findings if isinstance(found, Question)),
    )


def first_overlap(one: Action, other: Action) -> date | None:
    """The first day on which a session of ``one`` begins that overlaps one of ``other``; None where hours keep apart.

    Hours that are not known overlap nothing.
    """
    return _first(one, other, product(one.sessions or (), other.sessions or ()))


def _first(one: Action, other: Action, sessions: Iterable[tuple[Session, Session]]) -> date | None:
    days = (_first_day(one, left, other, right) for left, right in sessions)
    return min((day for day in days if day is not None), default=None)


def _first_day(one: Action, left: Session, other: Action, right: Session) -> date | None:
    """The first day of ``left`` on which ``right``, of the day before, the same or the next day, overlaps it."""
    shift = (right.weekday - left.weekday + 1) % 7 - 1
    if shift > 1 or not _touch(left, right, shift):
        return None
    return _shared_day(one, left, other, shift)


def _touch(left: Session, right: Session, shift: int) -> bool:
    """Whether the hours overlap when ``right`` is held ``shift`` days after ``left``."""
    (start, end), (begin, stop) = left.minutes, right.minutes
    return start < stop + shift * DAY and begin + shift * DAY < end


def _shared_day(one: Action, left: Session, other: Action, shift: int) -> date | None:
    """The first day of ``left`` in ``one`` that a session of ``other`` follows by ``shift`` days."""
    since = max(one.start, other.start - timedelta(days=shift))
    day = since + timedelta(days=(left.weekday - since.weekday()) % 7)
    return day if day <= min(one.end, other.end - timedelta(days=shift)) else None


def _hours(plan: Plan) -> Iterator[_Found]:
    """Hours that overlap are an error in every trajectory, but for what is inside another action."""
    for one, other in plan.pairs:
        if _may_coincide(one, other):
            continue
        if (day := first_overlap(one, other)) is not None:
            yield Violation(Breach.HOURS_OVERLAP, (one.id, other.id), day)
        elif one.meets(other) and _untimed(one, other):
            yield Question(Breach.HOURS_OVERLAP, (one.id, other.id), Settles.HOURS)


def _may_coincide(one: Action, other: Action) -> bool:
    if _declared(one, other):
        return True
    return any(
        inner.kind in LANGUAGE_OR_SOFT_SKILLS and whole.kind in WORK_OR_TRAINING and _in_its_hours(inner, whole)
        for inner, whole in ((one, other), (other, one))
    )


def _declared(one: Action, other: Action) -> bool:
    return one.part_of == other.id or other.part_of == one.id


def _untimed(*actions: Action) -> bool:
    """Whether hours that are not known could overlap: where one action has none fixed, nothing could."""
    return any(action.sessions is None for action in actions) and all(action.sessions != () for action in actions)


def _parts(plan: Plan) -> Iterator[_Found]:
    for part, whole in product(plan.actions, repeat=2):
        if part.part_of == whole.id and (part.start < whole.start or part.end > whole.end):
            yield Violation(Breach.PART_OUTSIDE_WHOLE, (part.id, whole.id))


def _access(plan: Plan, may_work: bool | None) -> Iterator[_Found]:
    on_the_job = _ids(plan.of(ON_THE_JOB))
    if on_the_job and may_work is None:
        yield Question(Breach.NO_LABOUR_ACCESS, on_the_job, Settles.ACCESS)
    if on_the_job and may_work is False:
        yield Violation(Breach.NO_LABOUR_ACCESS, on_the_job)


def _in_its_hours(inner: Action, whole: Action) -> bool:
    """Whether every session of ``inner`` lies within one of ``whole``: the same time block of ruling 12."""
    held = [session for session in inner.sessions or () if inner.days_of(session) is not None]
    return bool(held) and all(
        any(_spans(whole, outer, inner, session, shift) for outer, shift in product(whole.sessions or (), (-1, 0)))
        for session in held
    )


def _spans(whole: Action, outer: Session, inner: Action, session: Session, shift: int) -> bool:
    """Whether ``outer``, begun ``shift`` days before, spans ``session`` on each of its days."""
    days = inner.days_of(session)
    if days is None or (session.weekday + shift) % 7 != outer.weekday:
        return False
    (start, end), (begin, stop) = session.minutes, outer.minutes
    first, last = (day + timedelta(days=shift) for day in days)
    in_hours = begin + shift * DAY <= start and end <= stop + shift * DAY
    return in_hours and whole.start <= first and last <= whole.end


def _quick(plan: Plan, values: Thresholds) -> Iterator[_Found]:
    found = plan.of(SEARCH_OR_PLACEMENT)
    active = [action for action in found if action.end >= plan.start]
    deadline = plan.start + timedelta(weeks=values.search_starts_within)
    if not found:
        yield Violation(Breach.QUICK_NO_SEARCH_OR_PLACEMENT)
    elif not active:
        yield Violation(Breach.QUICK_NOT_ACTIVE, _ids(found))
    elif all(action.start >= deadline for action in active):
        yield Violation(Breach.QUICK_TOO_LATE, _ids(active), min(action.start for action in active))


def _integrated(plan: Plan, _: Thresholds) -> Iterator[_Found]:
    learning, wholes = plan.of(LANGUAGE_OR_SOFT_SKILLS), plan.of(WORK_OR_TRAINING)
    placed = {action: _soft_skills_at_work(action) for action in learning}
    inside = {(inner, whole): _inside(inner, whole) for inner, whole in product(learning, wholes)}
    if True in placed.values() or True in inside.values():
        return
    if None in placed.values() or None in inside.values():
        yield from _integrated_questions(placed, inside)
        return
    if not learning:
        yield Violation(Breach.INTEGRATED_NO_LANGUAGE_OR_SOFT_SKILLS)
    if not wholes:
        yield Violation(Breach.INTEGRATED_NO_WORK_OR_TRAINING)
    if inside:
        together = any(inner.meets(whole) for inner, whole in inside)
        breach = Breach.INTEGRATED_NOTHING_INSIDE if together else Breach.INTEGRATED_NOT_SIMULTANEOUS
        yield Violation(breach, _ids((*learning, *wholes)))


def _integrated_questions(
    placed: Mapping[Action, bool | None], inside: Mapping[tuple[Action, Action], bool | None]
) -> Iterator[_Found]:
    for action, at_work in placed.items():
        if at_work is None:
            yield Question(Breach.INTEGRATED_NOTHING_INSIDE, (action.id,), Settles.PLACE)
    for pair, verdict in inside.items():
        if verdict is None:
            yield Question(Breach.INTEGRATED_NOTHING_INSIDE, _ids(pair), Settles.PROVIDER_OR_HOURS)


def _soft_skills_at_work(action: Action) -> bool | None:
    """Soft-skill training given at the workplace is by itself an integrated action."""
    return action.at_workplace if action.kind is ActionKind.SOFT_SKILLS else False


def _inside(inner: Action, whole: Action) -> bool | None:
    """Whether ``inner`` is inside ``whole`` (ruling 12): declared part of it, of the same provider, or in its hours."""
    if not inner.meets(whole):
        return False
    if inner.part_of == whole.id or _same_provider(inner, whole) or _in_its_hours(inner, whole):
        return True
    unknown = inner.provider is None or whole.provider is None or _untimed(inner, whole)
    return None if unknown else False


def _same_provider(one: Action, other: Action) -> bool:
    names = [action.provider.strip().casefold() for action in (one, other) if action.provider is not None]
    return len(names) == 2 and names[0] == names[1]


def _combined(plan: Plan, _: Thresholds) -> Iterator[_Found]:
    parallel = [(one, other) for one, other in plan.pairs if one.meets(other)]
    beside = [pair for pair in parallel if not _declared(*pair)]
    apart = [first_overlap(*pair) is None for pair in beside]
    if len(plan.actions) < 2:
        yield Violation(Breach.COMBINED_FEWER_THAN_TWO, _ids(plan.actions))
    elif not parallel:
        yield Violation(Breach.COMBINED_NOT_PARALLEL, _ids(plan.actions))
    elif not beside:
        yield Violation(Breach.COMBINED_ALL_INSIDE, _ids(plan.actions))
    elif not any(apart):
        yield Violation(Breach.COMBINED_HOURS_OVERLAP, _ids(plan.actions))
    elif all(_untimed(*pair) for pair, keeps in zip(beside, apart, strict=True) if keeps):
        yield Question(Breach.COMBINED_HOURS_OVERLAP, _ids(plan.actions), Settles.HOURS)


def _linear(plan: Plan, _: Thresholds) -> Iterator[_Found]:
    """Language that is declared part of a later training belongs to it, and need not come first."""
    first = [action for action in plan.of(LANGUAGE_OR_EDUCATION) if action.part_of is None]
    after = plan.of(ORIENTATION_OR_TRAINING)
    if not first:
        yield Violation(Breach.LINEAR_NO_LANGUAGE_OR_EDUCATION)
    if not after:
        yield Violation(Breach.LINEAR_NO_ORIENTATION_OR_TRAINING)
    for early, late in product(first, after):
        if early.end > late.start:
            yield Violation(Breach.LINEAR_NOT_IN_SEQUENCE, (early.id, late.id), late.start)


def _ids(actions: Iterable[Action]) -> tuple[str, ...]:
    return tuple(action.id for action in actions)


_DEFINITIONS: Mapping[Trajectory, Callable[[Plan, Thresholds], Iterator[_Found]]] = MappingProxyType(
    {
        Trajectory.QUICK_MEDIATION: _quick,
        Trajectory.INTEGRATED: _integrated,
        Trajectory.COMBINED: _combined,
        Trajectory.LINEAR: _linear,
    }
)
