"""The four trajectories (VDAB-06..09): a recommendation with its reasons, a person's decision, and its history.

The most direct trajectory is recommended that nothing known stands against. A rule can only say "no more direct than",
so what is not known never makes a recommendation stricter, and no rule looks at age, gender, origin, nationality, name
or religion (ruling 21). Whatever is recommended, a person decides.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from skillmatch.assess.distance import Distance
from skillmatch.assess.profile import LabourAccess
from skillmatch.assess.rules import Thresholds, Trajectory
from skillmatch.errors import InvalidInput


class RuleId(StrEnum):
    """The rules of a recommendation, in the order in which reasons of equal weight are ranked."""

    LABOUR_ACCESS = "labour-access"
    REGULATED_WORK = "regulated-work"
    WISH = "wish"
    COMBINING = "combining"
    SUPPORT = "support"
    SKILLS = "skills"
    LANGUAGE = "language"
    HOURS = "hours"
    RECENCY = "recency"
    DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class Readiness:
    """What the second interview establishes, and what the person wants. None is "not known".

    ``can_combine``: capable of, and helped by, integration combined with work (ANT-02). ``needs_support``: needs
    support or guidance at work (ANT-02). ``studies_first``: wants to study before working (OSS-03).
    """

    can_combine: bool | None = None
    needs_support: bool | None = None
    studies_first: bool | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule makes of what is known: recommend nothing more direct than ``at_least``, because.

    ``could`` are the stricter answers that data still missing might lead to, and ``would_settle`` names that data; both
    are empty where nothing is open. ``lifted_by`` says what would have to change for a rule that fired to fall silent.
    """

    rule: RuleId
    at_least: Trajectory
    because: str
    could: tuple[Trajectory, ...] = ()
    would_settle: str | None = None
    lifted_by: str | None = None

    def __post_init__(self) -> None:
        if bool(self.could) != (self.would_settle is not None):
            raise InvalidInput("given exactly where something is open", field="would_settle")

    @property
    def fired(self) -> bool:
        """Whether the rule stands against any trajectory."""
        return self.at_least is not Trajectory.QUICK_MEDIATION


@dataclass(frozen=True, slots=True)
class Missing:
    """Data that would change a recommendation, and the trajectories it may change to."""

    rule: RuleId
    would_settle: str
    becomes: tuple[Trajectory, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """A trajectory that was not recommended: what is known against it, and which missing data would lead to it."""

    trajectory: Trajectory
    against: tuple[Finding, ...]
    if_known: tuple[Missing, ...]


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The findings of all rules, with thresholds as they stood from ``values_from`` on. The rest follows from them."""

    findings: tuple[Finding, ...]
    values_from: date

    @property
    def trajectory(self) -> Trajectory:
        """The most direct one that no finding stands against."""
        return _strictest(self.findings)

    @property
    def reasons(self) -> tuple[Finding, ...]:
        """What stands against a more direct way, strictest first; then what is known and stands against nothing."""
        known = (finding for finding in self.findings if finding.fired or not finding.could)
        return tuple(sorted(known, key=lambda finding: (-finding.at_least.place, _RANK[finding.rule])))

    @property
    def fired(self) -> tuple[RuleId, ...]:
        """The rules that stand against something, strictest first; the rule for the direct way where none does."""
        return tuple(finding.rule for finding in self.reasons if finding.fired) or (RuleId.DIRECT,)

    @property
    def deciding(self) -> tuple[RuleId, ...]:
        """The rules that ask for exactly what is recommended."""
        strictest = {finding.rule for finding in self.findings if finding.at_least is self.trajectory}
        return tuple(rule for rule in self.fired if rule in strictest)

    @property
    def missing(self) -> tuple[Missing, ...]:
        """The missing data that would change the recommendation, and to what (VDAB-06); none, and it is settled."""
        still_open = ((finding, self._stricter(finding.could)) for finding in self.findings)
        return tuple(
            Missing(finding.rule, finding.would_settle, becomes)
            for finding, becomes in still_open
            if becomes and finding.would_settle is not None
        )

    @property
    def alternatives(self) -> tuple[Alternative, ...]:
        """The three others, the most direct first (VDAB-06, what-if)."""
        others = (trajectory for trajectory in Trajectory if trajectory is not self.trajectory)
        return tuple(
            Alternative(
                other,
                against=tuple(finding for finding in self.reasons if finding.at_least.place > other.place),
                if_known=tuple(missing for missing in self.missing if other in missing.becomes),
            )
            for other in others
        )

    @property
    def parallel_open(self) -> tuple[Trajectory, ...]:
        """The trajectories that start now and that nothing known stands against, the person's own wish apart."""
        unwished = _strictest(finding for finding in self.findings if finding.rule is not RuleId.WISH)
        return tuple(route for route in Trajectory if unwished.place <= route.place < Trajectory.LINEAR.place)

    def _stricter(self, could: Iterable[Trajectory]) -> tuple[Trajectory, ...]:
        return tuple(trajectory for trajectory in could if trajectory.place > self.trajectory.place)


def _strictest(findings: Iterable[Finding]) -> Trajectory:
    floors = (finding.at_least for finding in findings)
    return max(floors, key=lambda floor: floor.place, default=Trajectory.QUICK_MEDIATION)


_RANK = {rule: rank for rank, rule in enumerate(RuleId)}


@dataclass(frozen=True, slots=True)
class ParallelOpen:
    """The warning of VDAB-09: a linear pathway was chosen though these start now. It never blocks (ruling 14).

    ``wished`` says that the person wants to study first, and ``settled`` that no missing data could close them all.
    """

    routes: tuple[Trajectory, ...]
    wished: bool
    settled: bool


def linear_warning(recommendation: Recommendation, chosen: Trajectory) -> ParallelOpen | None:
    """The warning that choosing ``chosen`` deserves, if any."""
    routes = recommendation.parallel_open
    if chosen is not Trajectory.LINEAR or not routes:
        return None
    wished = any(finding.rule is RuleId.WISH and finding.fired for finding in recommendation.findings)
    others = (finding for finding in recommendation.findings if finding.rule is not RuleId.WISH)
    return ParallelOpen(routes, wished, settled=not any(Trajectory.LINEAR in finding.could for finding in others))


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the recommendation, in words for whoever reviews it, with where it comes from."""

    id: RuleId
    says: str
    source: str
    find: Callable[[Distance, Readiness, Thresholds], Finding]


def recommend(distance: Distance, readiness: Readiness, values: Thresholds) -> Recommendation:
    """What every rule finds, and so which trajectory is recommended (VDAB-06)."""
    return Recommendation(tuple(rule.find(distance, readiness, values) for rule in RULES), values.valid_from)


def _labour_access(distance: Distance, _: Readiness, __: Thresholds) -> Finding:
    papers = distance.papers
    access = "is not known" if papers.access is None else f"is {papers.access}"
    fits = {True: ", which fits the work", False: ", which does not fit the work", None: ""}
    limited = fits[papers.limited_access_fits] if papers.access is LabourAccess.LIMITED else ""
    return _three_valued(
        RuleId.LABOUR_ACCESS,
        stands_against=None if papers.may_work is None else not papers.may_work,
        floor=Trajectory.COMBINED,
        because=f"labour access {access}{limited}",
        would_settle=papers.settles_access,
        lifted_by="unlimited labour access, or limited access that fits the work",
    )


def _regulated_work(distance: Distance, _: Readiness, __: Thresholds) -> Finding:
    papers = distance.papers
    because = {
        True: "no further paper is needed for the work, or it is held",
        False: "the work is regulated and its paper is not held",
        None: "whether the work needs a paper that is not held is not known",
    }
    return _three_valued(
        RuleId.REGULATED_WORK,
        stands_against=None if papers.may_practise_it is None else not papers.may_practise_it,
        floor=Trajectory.INTEGRATED,
        because=because[papers.may_practise_it],
        would_settle=papers.settles_practice,
        lifted_by="the paper that the work asks, or other work",
    )


def _wish(_: Distance, readiness: Readiness, __: Thresholds) -> Finding:
    says = {True: "wants to study first", False: "does not want to study first", None: "was not asked what they want"}
    return _three_valued(
        RuleId.WISH,
        stands_against=readiness.studies_first,
        floor=Trajectory.LINEAR,
        because=f"the person {says[readiness.studies_first]}",
        would_settle="asking what the person wants",
        lifted_by="another wish of the person",
    )


def _combining(_: Distance, readiness: Readiness, __: Thresholds) -> Finding:
    says = {True: "can be combined", False: "cannot be combined for now", None: "was not judged"}
    return _three_valued(
        RuleId.COMBINING,
        stands_against=None if readiness.can_combine is None else not readiness.can_combine,
        floor=Trajectory.LINEAR,
        because=f"integration and work: in the second interview it {says[readiness.can_combine]}",
        would_settle="the second interview: capable of, and helped by, both at once",
        lifted_by="a new assessment, on the review date at the latest",
    )


def _support(_: Distance, readiness: Readiness, __: Thresholds) -> Finding:
    says = {True: "support at work is needed", False: "no support at work is needed", None: "support was not judged"}
    return _three_valued(
        RuleId.SUPPORT,
        stands_against=readiness.needs_support,
        floor=Trajectory.INTEGRATED,
        because=says[readiness.needs_support],
        would_settle="the second interview: is support or guidance at work needed",
        lifted_by="a new assessment after supported work",
    )


def _skills(distance: Distance, _: Readiness, values: Thresholds) -> Finding:
    skills = distance.skills
    floor = _skills_floor(skills.missing_share, values)
    could = _between(floor, _skills_floor(skills.possibly_missing_share, values))
    return Finding(
        RuleId.SKILLS,
        floor,
        skills.component.says,
        could,
        would_settle=skills.component.would_settle if could else None,
        lifted_by="training the missing skills, or work that asks others" if floor.place else None,
    )


def _skills_floor(missing_share: float, values: Thresholds) -> Trajectory:
    if missing_share > values.integrated_missing_share:
        return Trajectory.COMBINED
    return Trajectory.INTEGRATED if missing_share > values.quick_missing_share else Trajectory.QUICK_MEDIATION


def _language(distance: Distance, _: Readiness, values: Thresholds) -> Finding:
    """VDAB-01: no level of any language leads further than to learning it at work."""
    gaps = distance.languages
    allowed = values.language_levels_below
    lacking = any((gap.levels_below or 0) > allowed for gap in gaps or ())
    may_lack = gaps is None or any(gap.at_most_below > allowed for gap in gaps)
    return _three_valued(
        RuleId.LANGUAGE,
        stands_against=True if lacking else (None if may_lack else False),
        floor=Trajectory.INTEGRATED,
        because=distance.languages_say,
        would_settle=distance.settles_languages,
        lifted_by="the level that the work asks, or work that asks less",
    )


def _hours(distance: Distance, _: Readiness, values: Thresholds) -> Finding:
    constraints = distance.constraints
    given = constraints.hours_per_week
    floor = Trajectory.QUICK_MEDIATION if given is None else _hours_floor(given, values)
    could = _between(floor, _hours_floor(0, values)) if given is None else ()
    return Finding(
        RuleId.HOURS,
        floor,
        "hours were not volunteered" if given is None else f"{given:g} hours a week can be given",
        tuple(step for step in could if step is not Trajectory.INTEGRATED),
        would_settle=constraints.settles if could else None,
        lifted_by="more hours, such as by child care" if floor.place else None,
    )


def _hours_floor(hours: float, values: Thresholds) -> Trajectory:
    if hours < values.two_actions_hours:
        return Trajectory.LINEAR
    return Trajectory.COMBINED if hours < values.work_hours else Trajectory.QUICK_MEDIATION


def _recency(distance: Distance, _: Readiness, values: Thresholds) -> Finding:
    recency = distance.recency
    fresh = recency.years is not None and recency.years <= values.unused_years
    faded = recency.complete and recency.years is not None and not fresh
    return _three_valued(
        RuleId.RECENCY,
        stands_against=True if faded else (False if fresh or recency.complete else None),
        floor=Trajectory.INTEGRATED,
        because=recency.component.says,
        would_settle=recency.settles,
        lifted_by="a passed test of the skills",
    )


def _direct(_: Distance, __: Readiness, ___: Thresholds) -> Finding:
    because = "the most direct way into work is preferred that nothing known stands against"
    return Finding(RuleId.DIRECT, Trajectory.QUICK_MEDIATION, because)


def _three_valued(
    rule: RuleId,
    *,
    stands_against: bool | None,
    floor: Trajectory,
    because: str,
    would_settle: str | None,
    lifted_by: str,
) -> Finding:
    """The finding of a rule that fires, does not, or cannot tell."""
    if stands_against is None:
        return Finding(rule, Trajectory.QUICK_MEDIATION, because, could=(floor,), would_settle=would_settle)
    if not stands_against:
        return Finding(rule, Trajectory.QUICK_MEDIATION, because)
    return Finding(rule, floor, because, lifted_by=lifted_by)


def _between(floor: Trajectory, worst: Trajectory) -> tuple[Trajectory, ...]:
    """The trajectories stricter than ``floor``, up to ``worst``."""
    return tuple(step for step in Trajectory if floor.place < step.place <= worst.place)


RULES: tuple[Rule, ...] = (
    Rule(
        RuleId.LABOUR_ACCESS,
        "Without labour access, or with limited access that does not fit: no work or training on the job yet.",
        "ruling 10; practice EMP-01",
        _labour_access,
    ),
    Rule(
        RuleId.REGULATED_WORK,
        "Work that is regulated for employees and whose paper is not held: train inside it meanwhile.",
        "rulings 17-18; practices FT-02, EMP-04",
        _regulated_work,
    ),
    Rule(RuleId.WISH, "The person wants to study first.", "OSS-03; ruling 14", _wish),
    Rule(
        RuleId.COMBINING,
        "The second interview finds that both at once is too much for now: Dutch first, with a review date.",
        "ANT-02",
        _combining,
    ),
    Rule(RuleId.SUPPORT, "Support at work is needed: supported work, with training inside it.", "ANT-02", _support),
    Rule(
        RuleId.SKILLS,
        "Above quick_missing_share of the skills known missing: train at work; above integrated_missing_share: beside.",
        "VDAB 2017, routing by the distance to the labour market (VDAB-04)",
        _skills,
    ),
    Rule(
        RuleId.LANGUAGE,
        "A language known to be more than language_levels_below under what the work asks is learnt at work.",
        "VDAB-01: no Dutch never blocks",
        _language,
    ),
    Rule(
        RuleId.HOURS,
        "Fewer hours than work_hours: actions beside each other; fewer than two_actions_hours: one at a time.",
        "product judgement; the thresholds name theirs",
        _hours,
    ),
    Rule(
        RuleId.RECENCY,
        "Skills neither used nor tested for more than unused_years are refreshed at work.",
        "VDAB-04; product judgement",
        _recency,
    ),
    Rule(
        RuleId.DIRECT,
        "Otherwise the most direct way into work, for parallel comes before sequential.",
        "VDAB-09, GEN-05",
        _direct,
    ),
)
"""Every rule, for the recommendation and for an administrator to read."""


class SwitchReason(StrEnum):
    """Why a trajectory was left for another (VDAB-08)."""

    LEARNING_ABILITY_DIFFERS = "learning_ability_differs"
    LANGUAGE_DIFFERS = "language_differs"
    SKILLS_DIFFER = "skills_differ"
    PAPERS_CHANGED = "papers_changed"
    CIRCUMSTANCES_CHANGED = "circumstances_changed"
    PERSON_WISHES = "person_wishes"
    OFFER_CHANGED = "offer_changed"
    REVIEWED = "reviewed"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's decision on a trajectory, from the day ``on``, with the recommendation they saw (VDAB-06).

    ``by`` is an actor's id, never a name. ``why`` is personal text: mandatory where the decision differs from the
    recommendation, or where there was none. ``code`` is there for a switch alone. A linear pathway has a date on which
    it is looked at again (ANT-02). Raises InvalidInput.
    """

    trajectory: Trajectory
    on: date
    by: str
    recommendation: Recommendation | None = None
    why: str | None = None
    code: SwitchReason | None = None
    review_on: date | None = None

    def __post_init__(self) -> None:
        if not self.by.strip():
            raise InvalidInput("should name who decided", field="by")
        if (not self.confirms or self.code is SwitchReason.OTHER) and not (self.why or "").strip():
            raise InvalidInput("a decision that was not recommended, or a reason named other, needs words", field="why")
        if self.trajectory is Trajectory.LINEAR and self.review_on is None:
            raise InvalidInput("a linear pathway has a date on which it is looked at again", field="review_on")
        if self.review_on is not None and self.review_on <= self.on:
            raise InvalidInput("should come after the decision", field="review_on")

    @property
    def confirms(self) -> bool:
        """Whether it is what was recommended; not so where nothing was."""
        return self.recommendation is not None and self.trajectory is self.recommendation.trajectory

    @property
    def warning(self) -> ParallelOpen | None:
        """The warning of VDAB-09 that was shown with it."""
        return linear_warning(self.recommendation, self.trajectory) if self.recommendation is not None else None

    @property
    def judged(self) -> "Judged | None":
        """What :func:`override_rates` counts of it; None where nothing was recommended."""
        asked = self.recommendation
        return None if asked is None else Judged(asked.deciding, asked.trajectory, self.trajectory)


@dataclass(frozen=True, slots=True)
class Switch:
    """A move from one trajectory to another (VDAB-08)."""

    left: Trajectory
    taken: Trajectory
    on: date
    code: SwitchReason
    by: str


@dataclass(frozen=True, slots=True)
class TrajectoryHistory:
    """All decisions on one person's trajectory, oldest first; of two on one day the later counts. Loops are allowed.

    Raises InvalidInput where a decision comes before the one it follows, or where a switch has no code or a decision
    that is no switch has one.
    """

    decisions: tuple[Decision, ...] = ()

    def __post_init__(self) -> None:
        if any(later.on < earlier.on for earlier, later in pairwise(self.decisions)):
            raise InvalidInput("should not come before the decision that it follows", field="on")
        if self.decisions and self.decisions[0].code is not None:
            raise InvalidInput("a first decision switches nothing", field="code")
        for earlier, later in pairwise(self.decisions):
            if (later.trajectory is not earlier.trajectory) != (later.code is not None):
                raise InvalidInput("is given exactly where the trajectory changes", field="code")

    def add(self, decision: Decision) -> "TrajectoryHistory":
        """A new history; what it answers for days before the decision is what this one answers."""
        return TrajectoryHistory((*self.decisions, decision))

    def number_on(self, day: date) -> int:
        """How many decisions count by ``day``; the last of them is in force."""
        return sum(decision.on <= day for decision in self.decisions)

    def decision_on(self, day: date) -> Decision | None:
        """The decision in force on ``day``; None before the first."""
        number = self.number_on(day)
        return self.decisions[number - 1] if number else None

    def on(self, day: date) -> Trajectory | None:
        """The trajectory on ``day`` (VDAB-08); None before the first decision."""
        decision = self.decision_on(day)
        return None if decision is None else decision.trajectory

    @property
    def switches(self) -> tuple[Switch, ...]:
        """Every move from one trajectory to another, oldest first."""
        return tuple(
            Switch(earlier.trajectory, later.trajectory, later.on, later.code, later.by)
            for earlier, later in pairwise(self.decisions)
            if later.code is not None
        )


@dataclass(frozen=True, slots=True)
class OverrideRate:
    """How often people decided otherwise than a rule led to recommend, and in which direction."""

    decisions: int = 0
    more_direct: int = 0
    less_direct: int = 0

    @property
    def overridden(self) -> int:
        """How many decisions were overrides."""
        return self.more_direct + self.less_direct

    @property
    def share(self) -> float | None:
        """Overrides among decisions, in [0, 1]; None where there was no decision."""
        return self.overridden / self.decisions if self.decisions else None


class Judged(NamedTuple):
    """What counting overrides needs of a decision, and no personal text: the rules that led to what was recommended."""

    rules: tuple[str, ...]
    recommended: Trajectory
    decided: Trajectory


def override_rates(decisions: Iterable[Judged]) -> Mapping[RuleId, OverrideRate]:
    """The override rate of each rule, over the decisions in which it was among those that decided what to recommend.

    A recommendation that several rules led to counts for each; a rule that no longer exists is not listed.
    """
    steps: dict[str, list[int]] = defaultdict(list)
    for decision in decisions:
        for rule in decision.rules:
            steps[rule].append(decision.decided.place - decision.recommended.place)
    return {rule: _rate(steps.get(rule, [])) for rule in RuleId}


def _rate(steps: list[int]) -> OverrideRate:
    return OverrideRate(len(steps), sum(step < 0 for step in steps), sum(step > 0 for step in steps))
