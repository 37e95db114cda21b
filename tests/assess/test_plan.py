from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from skillmatch.assess.distance import PapersDistance
from skillmatch.assess.plan import (
    MESSAGES,
    RESTRICTED,
    Action,
    ActionKind,
    Breach,
    Plan,
    PlanCheck,
    Question,
    Session,
    Settles,
    Violation,
    check_plan,
    first_overlap,
)
from skillmatch.assess.profile import LabourAccess
from skillmatch.assess.rules import Trajectory, read_rules
from skillmatch.errors import InvalidInput
from tests.match.cases import at_ease

MONDAY = date(2026, 11, 23)
"""The first day of every plan here."""

VALUES = read_rules().on(MONDAY)
QUICK, INTEGRATED, COMBINED, LINEAR = Trajectory
Kind = ActionKind


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def weekly(*weekdays: int, at: tuple[int, int]) -> tuple[Session, ...]:
    return tuple(Session(weekday, time(at[0]), time(at[1] % 24)) for weekday in weekdays)


def action(name: str, kind: ActionKind, days: tuple[int, int] = (0, 83), **more: Any) -> Action:
    return Action(name, kind, day(days[0]), day(days[1]), **{"sessions": (), "provider": name, **more})


WEEKDAYS = (0, 1, 2, 3, 4)
CLASS = action("Dutch", Kind.LANGUAGE_CLASS, sessions=weekly(*WEEKDAYS, at=(9, 12)))
EVENING = replace(CLASS, sessions=weekly(0, 2, at=(19, 22)))
ORIENTATION = action("orientation", Kind.JOB_ORIENTATION, sessions=weekly(*WEEKDAYS, at=(13, 16)))
SEARCH = action("search", Kind.VACANCY_SEARCH, provider="PES")
IBO = action("training", Kind.IBO, sessions=weekly(*WEEKDAYS, at=(8, 16)), provider="the firm", at_workplace=True)
COACHING = action("language on the floor", Kind.LANGUAGE_SUPPORT, sessions=weekly(1, at=(10, 12)), part_of="training")
LATER = replace(ORIENTATION, start=CLASS.end, end=CLASS.end + timedelta(days=30))


def checked(trajectory: Trajectory, *actions: Action) -> PlanCheck:
    return check_plan(Plan(MONDAY, actions), trajectory, VALUES)


def breaches(trajectory: Trajectory, *actions: Action) -> list[Breach]:
    return [violation.breach for violation in checked(trajectory, *actions).violations]


# What the source describes


@pytest.mark.parametrize(
    ("trajectory", "actions"),
    [
        (QUICK, (SEARCH, EVENING)),
        (QUICK, (action("job", Kind.PLACEMENT, (27, 200)),)),
        (INTEGRATED, (IBO, COACHING)),
        (INTEGRATED, (action("manners", Kind.SOFT_SKILLS, at_workplace=True),)),
        (COMBINED, (CLASS, ORIENTATION)),
        (COMBINED, (CLASS, action("street cleaning", Kind.SUPPORTED_EMPLOYMENT, sessions=weekly(1, 3, at=(13, 17))))),
        (LINEAR, (CLASS, replace(LATER, start=day(84)))),
    ],
)
def test_the_plans_that_the_source_describes_hold(trajectory: Trajectory, actions: tuple[Action, ...]) -> None:
    """VDAB-07; ANT-02 and SUP-01 for supported employment beside a class (ruling 11)."""
    assert checked(trajectory, *actions) == PlanCheck((), ())
    assert checked(trajectory, *actions).holds


EARLIER = replace(SEARCH, start=day(-60), end=day(-1))
BESIDE = replace(IBO, sessions=weekly(*WEEKDAYS, at=(13, 17)))
VIOLATIONS: list[tuple[Trajectory, tuple[Action, ...], Breach]] = [
    (QUICK, (CLASS, SEARCH, replace(ORIENTATION, sessions=weekly(0, at=(11, 14)))), Breach.HOURS_OVERLAP),
    (INTEGRATED, (IBO, replace(COACHING, end=day(90))), Breach.PART_OUTSIDE_WHOLE),
    (QUICK, (EVENING,), Breach.QUICK_NO_SEARCH_OR_PLACEMENT),
    (QUICK, (EARLIER,), Breach.QUICK_NOT_ACTIVE),
    (QUICK, (replace(SEARCH, start=day(28)),), Breach.QUICK_TOO_LATE),
    (INTEGRATED, (IBO,), Breach.INTEGRATED_NO_LANGUAGE_OR_SOFT_SKILLS),
    (INTEGRATED, (CLASS, ORIENTATION), Breach.INTEGRATED_NO_WORK_OR_TRAINING),
    (
        INTEGRATED,
        (replace(CLASS, provider="the firm"), replace(IBO, start=day(84), end=day(90))),
        Breach.INTEGRATED_NOT_SIMULTANEOUS,
    ),
    (INTEGRATED, (CLASS, BESIDE), Breach.INTEGRATED_NOTHING_INSIDE),
    (COMBINED, (CLASS,), Breach.COMBINED_FEWER_THAN_TWO),
    (COMBINED, (CLASS, replace(LATER, start=day(84))), Breach.COMBINED_NOT_PARALLEL),
    (COMBINED, (IBO, COACHING), Breach.COMBINED_ALL_INSIDE),
    (COMBINED, (IBO, replace(COACHING, part_of=None)), Breach.COMBINED_HOURS_OVERLAP),
    (LINEAR, (ORIENTATION,), Breach.LINEAR_NO_LANGUAGE_OR_EDUCATION),
    (LINEAR, (CLASS,), Breach.LINEAR_NO_ORIENTATION_OR_TRAINING),
    (LINEAR, (CLASS, replace(LATER, start=day(82))), Breach.LINEAR_NOT_IN_SEQUENCE),
]


@pytest.mark.parametrize(("trajectory", "actions", "breach"), VIOLATIONS)
def test_each_violation_is_found_and_alone(trajectory: Trajectory, actions: tuple[Action, ...], breach: Breach) -> None:
    """VDAB-07: test each violation."""
    assert breaches(trajectory, *actions) == [breach]


def test_every_violation_is_tested_and_has_a_message_of_its_own() -> None:
    """VDAB-07."""
    assert {breach for _, _, breach in VIOLATIONS} | {Breach.NO_LABOUR_ACCESS} == set(Breach) == set(MESSAGES)
    assert len({Violation(breach).message for breach in Breach}) == len(Breach)


def test_an_empty_plan_holds_for_no_trajectory() -> None:
    assert not any(checked(trajectory).holds for trajectory in Trajectory)


# Quick mediation


@pytest.mark.parametrize(("starts", "holds"), [(0, True), (27, True), (28, False)])
def test_the_search_starts_within_the_first_four_weeks(starts: int, holds: bool) -> None:
    """Ruling 12: 28 days, the first being the day the plan begins."""
    assert checked(QUICK, replace(SEARCH, start=day(starts))).holds is holds


@pytest.mark.parametrize(("ends", "holds"), [(-1, False), (0, True)])
def test_a_search_that_began_before_the_plan_counts_while_it_is_active(ends: int, holds: bool) -> None:
    assert checked(QUICK, replace(SEARCH, start=day(-60), end=day(ends))).holds is holds


# Integrated pathways


@pytest.mark.parametrize(
    "inner",
    [
        replace(CLASS, part_of="training", sessions=weekly(5, at=(9, 12))),
        replace(CLASS, provider=" The Firm", sessions=weekly(5, at=(9, 12))),
        replace(CLASS, provider=None, sessions=weekly(0, at=(8, 16))),
    ],
    ids=["declared part of it", "same provider", "same time block"],
)
def test_three_things_make_an_action_be_inside_another(inner: Action) -> None:
    """Ruling 12."""
    assert checked(INTEGRATED, IBO, inner).holds


def test_the_same_time_block_may_be_a_night() -> None:
    night = replace(IBO, sessions=weekly(*WEEKDAYS, at=(22, 6)))
    assert checked(INTEGRATED, night, replace(CLASS, start=day(1), sessions=weekly(1, 2, at=(1, 3)))).holds


@pytest.mark.parametrize("beyond", [{"start": day(-7)}, {"end": day(90)}])
def test_a_class_that_also_runs_when_the_training_does_not_is_not_in_its_hours(beyond: dict[str, Any]) -> None:
    assert breaches(INTEGRATED, IBO, replace(CLASS, **beyond)) == [
        Breach.HOURS_OVERLAP,
        Breach.INTEGRATED_NOTHING_INSIDE,
    ]


def test_job_orientation_is_no_training_to_learn_language_in() -> None:
    """S4: language in the morning and orientation in the afternoon are combined, whoever gives them."""
    both = [replace(one, provider="PES") for one in (CLASS, ORIENTATION)]
    assert breaches(INTEGRATED, *both) == [Breach.INTEGRATED_NO_WORK_OR_TRAINING]
    assert checked(COMBINED, *both).holds


@pytest.mark.parametrize(
    ("inner", "settles"),
    [
        (replace(CLASS, sessions=None), Settles.PROVIDER_OR_HOURS),
        (replace(CLASS, provider=None), Settles.PROVIDER_OR_HOURS),
        (action("manners", Kind.SOFT_SKILLS, at_workplace=None), Settles.PLACE),
    ],
)
def test_what_the_plan_does_not_say_is_a_question_and_no_violation(inner: Action, settles: Settles) -> None:
    check = checked(INTEGRATED, BESIDE, inner)
    assert (check.violations, check.holds) == ((), None)
    assert settles in [question.would_settle for question in check.questions]


# Hours


def test_a_session_that_ends_when_the_next_begins_does_not_overlap_it() -> None:
    """Ruling 12: half-open."""
    after = replace(ORIENTATION, sessions=weekly(0, at=(12, 15)))
    assert first_overlap(CLASS, after) is first_overlap(after, CLASS) is None


def test_the_night_shift_runs_over_midnight() -> None:
    """Ruling 12: a session whose end is not after its start runs over midnight."""
    night = action("nights", Kind.PLACEMENT, (0, 0), sessions=weekly(0, at=(22, 6)))
    early = action("early", Kind.LANGUAGE_CLASS, (1, 1), sessions=weekly(1, at=(5, 8)))
    late = replace(early, sessions=weekly(1, at=(6, 8)))
    assert first_overlap(night, early) == day(0)
    assert first_overlap(early, night) == day(1)
    assert first_overlap(night, late) is None


def test_overlaps_are_told_with_the_actions_and_the_first_day() -> None:
    friday = replace(ORIENTATION, start=day(10), sessions=weekly(4, at=(11, 13)))
    (violation,) = checked(COMBINED, CLASS, ORIENTATION, replace(friday, id="friday")).violations[:1]
    assert violation == Violation(Breach.HOURS_OVERLAP, ("Dutch", "friday"), day(11))


def test_hours_that_are_not_known_are_a_question_and_hours_that_are_not_fixed_are_none() -> None:
    unknown = checked(COMBINED, CLASS, replace(ORIENTATION, sessions=None))
    assert unknown.holds is None
    assert Question(Breach.HOURS_OVERLAP, ("Dutch", "orientation"), Settles.HOURS) in unknown.questions
    assert checked(COMBINED, CLASS, replace(SEARCH, sessions=())).holds
    assert checked(COMBINED, replace(CLASS, sessions=None), replace(SEARCH, sessions=())).holds


def test_hours_are_not_asked_for_where_the_days_keep_actions_apart() -> None:
    assert checked(LINEAR, replace(CLASS, sessions=None), replace(LATER, start=day(84), sessions=None)).holds


def test_only_language_and_soft_skills_may_share_the_hours_of_work() -> None:
    inside = action("orientation", Kind.JOB_ORIENTATION, sessions=weekly(1, at=(10, 12)))
    assert Breach.HOURS_OVERLAP in breaches(INTEGRATED, IBO, COACHING, inside)


# Labour access


@pytest.mark.parametrize(
    ("papers", "holds"),
    [
        (None, True),
        (PapersDistance(LabourAccess.UNLIMITED), True),
        (PapersDistance(LabourAccess.LIMITED, limited_access_fits=True), True),
        (PapersDistance(LabourAccess.LIMITED), None),
        (PapersDistance(), None),
        (PapersDistance(LabourAccess.LIMITED, limited_access_fits=False), False),
        (PapersDistance(LabourAccess.NONE), False),
    ],
)
def test_training_on_the_job_needs_labour_access_and_unknown_access_is_a_question(
    papers: PapersDistance | None, holds: bool | None
) -> None:
    """Ruling 10."""
    check = check_plan(Plan(MONDAY, (IBO, COACHING)), INTEGRATED, VALUES, papers)
    assert check.holds is holds
    told = [violation.breach for violation in check.violations] + [question.breach for question in check.questions]
    assert told == ([] if holds else [Breach.NO_LABOUR_ACCESS])


def test_classes_and_orientation_need_no_labour_access() -> None:
    """Ruling 10: who has none yet can begin with a combined pathway."""
    papers = PapersDistance(LabourAccess.NONE)
    assert check_plan(Plan(MONDAY, (CLASS, ORIENTATION)), COMBINED, VALUES, papers).holds


# Linear pathways


def test_the_day_on_which_language_ends_and_orientation_starts_may_be_one() -> None:
    """Ruling 12: on or before the day."""
    assert checked(LINEAR, CLASS, LATER).holds


def test_every_language_class_comes_before_every_training() -> None:
    second = replace(CLASS, id="second", sessions=weekly(5, at=(9, 12)), end=LATER.end)
    (violation,) = checked(LINEAR, CLASS, second, LATER).violations
    assert violation == Violation(Breach.LINEAR_NOT_IN_SEQUENCE, ("second", "orientation"), LATER.start)


def test_language_inside_the_later_training_need_not_come_first() -> None:
    training = replace(IBO, start=day(84), end=day(168))
    inside = replace(COACHING, start=day(84), end=day(168))
    assert checked(LINEAR, CLASS, training, inside).holds
    assert breaches(LINEAR, training, inside) == [Breach.LINEAR_NO_LANGUAGE_OR_EDUCATION]


# What makes a plan


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: Session(7, time(9), time(12)), "weekday"),
        (lambda: Session(0, time(9, tzinfo=datetime.now().astimezone().tzinfo), time(12)), "start"),
        (lambda: Session(0, time(9, 0, 30), time(12)), "start"),
        (lambda: replace(CLASS, end=day(-1)), "end"),
        (lambda: replace(CLASS, part_of="Dutch"), "part_of"),
        (lambda: replace(CLASS, sessions=(*weekly(0, at=(9, 12)), *weekly(0, at=(11, 13)))), "sessions"),
        (lambda: replace(CLASS, sessions=(*weekly(0, at=(22, 6)), *weekly(1, at=(5, 7)))), "sessions"),
        (lambda: Plan(MONDAY, (CLASS, CLASS)), "actions"),
        (lambda: Plan(MONDAY, (COACHING,)), "part_of"),
    ],
)
def test_what_cannot_be_planned_is_refused_by_name(make: Callable[[], object], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        make()
    assert refused.value.field == field


def test_the_catalogue_holds_the_services_of_the_source_and_marks_what_tells_of_health() -> None:
    """VDAB-10, VDAB-11."""
    assert {
        Kind.LANGUAGE_CLASS,
        Kind.WORKPLACE_TRAINING,
        Kind.INTERNSHIP,
        Kind.IBO,
        Kind.JOB_COACHING,
        Kind.MENTORING,
        Kind.LANGUAGE_SUPPORT,
        Kind.TRAUMA_REFERRAL,
    } <= set(Kind)
    assert {Kind.TRAUMA_REFERRAL} == RESTRICTED


# An oracle that knows nothing of weeks: every session of every day, as the rulings word it

hours = st.integers(0, 23)
sessions = st.builds(
    lambda weekday, start, end: Session(weekday, time(start), time(end)), st.integers(0, 6), hours, hours
)
KINDS = [
    *(Kind.LANGUAGE_CLASS, Kind.SOFT_SKILLS, Kind.EDUCATION, Kind.JOB_ORIENTATION, Kind.IBO, Kind.PLACEMENT),
    *(Kind.VACANCY_SEARCH, Kind.JOB_COACHING),
]


@st.composite
def plans(draw: st.DrawFn, session: st.SearchStrategy[Session] = sessions) -> Plan:
    """Plans in which everything is known."""
    names = [str(number) for number in range(draw(st.integers(0, 4)))]
    return Plan(
        MONDAY, tuple(draw(actions(name, [other for other in names if other != name], session)) for name in names)
    )


@st.composite
def actions(draw: st.DrawFn, name: str, others: list[str], session: st.SearchStrategy[Session]) -> Action:
    start = draw(st.integers(-3, 40))
    whole = st.sampled_from(others) if others else st.none()
    drawn = Action(
        name,
        draw(st.sampled_from(KINDS)),
        day(start),
        day(start + draw(st.integers(0, 15))),
        provider=draw(st.sampled_from(["a", "b", "c"])),
        at_workplace=draw(st.booleans()),
        part_of=draw(whole) if draw(st.integers(0, 5)) == 5 else None,
    )
    held_weekly = draw(st.lists(session, max_size=2).map(tuple))
    try:
        return replace(drawn, sessions=held_weekly)
    except InvalidInput:
        return replace(drawn, sessions=held_weekly[:1])


Held = tuple[datetime, datetime]


def held(one: Action) -> list[Held]:
    """Every session, day by day."""
    return [occurrence for session in one.sessions or () for occurrence in occurrences(one, session)]


def occurrences(one: Action, session: Session) -> Iterator[Held]:
    for number in range((one.end - one.start).days + 1):
        on = one.start + timedelta(days=number)
        if on.weekday() == session.weekday:
            start, end = datetime.combine(on, session.start), datetime.combine(on, session.end)
            yield start, end if end > start else end + timedelta(days=1)


def overlap(one: Held, other: Held) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def contained(inner: Action, whole: Action) -> bool:
    return bool(held(inner)) and all(any(o[0] <= i[0] and i[1] <= o[1] for o in held(whole)) for i in held(inner))


def common_days(one: Action, other: Action) -> bool:
    return max(one.start, other.start) <= min(one.end, other.end)


LEARNT = {Kind.LANGUAGE_CLASS, Kind.SOFT_SKILLS}
WORK = {Kind.IBO, Kind.PLACEMENT}


def keeps_apart(plan: Plan) -> bool:
    return all(
        one.part_of == other.id
        or other.part_of == one.id
        or (one.kind in LEARNT and other.kind in WORK and contained(one, other))
        or (other.kind in LEARNT and one.kind in WORK and contained(other, one))
        or not any(overlap(*pair) for pair in product(held(one), held(other)))
        for one, other in combinations(plan.actions, 2)
    )


def parts_fit(plan: Plan) -> bool:
    whole = {one.id: one for one in plan.actions}
    return all(
        whole[one.part_of].start <= one.start and one.end <= whole[one.part_of].end
        for one in plan.actions
        if one.part_of is not None
    )


def is_quick(plan: Plan) -> bool:
    window = [day(number) for number in range(28)]
    return any(
        one.kind in {Kind.VACANCY_SEARCH, Kind.PLACEMENT} and any(one.start <= on <= one.end for on in window)
        for one in plan.actions
    )


def is_integrated(plan: Plan) -> bool:
    return any(one.kind is Kind.SOFT_SKILLS and one.at_workplace for one in plan.actions) or any(
        one.kind in LEARNT
        and other.kind in WORK
        and common_days(one, other)
        and (one.part_of == other.id or one.provider == other.provider or contained(one, other))
        for one, other in product(plan.actions, repeat=2)
    )


def is_combined(plan: Plan) -> bool:
    return any(
        common_days(one, other)
        and one.part_of != other.id
        and other.part_of != one.id
        and not any(overlap(*pair) for pair in product(held(one), held(other)))
        for one, other in combinations(plan.actions, 2)
    )


def is_linear(plan: Plan) -> bool:
    first = [a for a in plan.actions if a.kind in {Kind.LANGUAGE_CLASS, Kind.EDUCATION} and a.part_of is None]
    after = [a for a in plan.actions if a.kind in {Kind.JOB_ORIENTATION, Kind.IBO}]
    return bool(first) and bool(after) and max(a.end for a in first) <= min(a.start for a in after)


ORACLE = {QUICK: is_quick, INTEGRATED: is_integrated, COMBINED: is_combined, LINEAR: is_linear}


@settings(deadline=None, max_examples=300)
@given(plans(), st.sampled_from(Trajectory))
def test_a_plan_holds_exactly_if_it_is_what_its_trajectory_is_defined_to_be(plan: Plan, trajectory: Trajectory) -> None:
    """VDAB-07, ruling 12: no plan passes that breaks a definition, and none is refused that keeps it."""
    check = check_plan(plan, trajectory, VALUES)
    found = {violation.breach for violation in check.violations}
    kept = ORACLE[trajectory](plan)
    event(f"{trajectory} {'kept' if kept else 'broken'}; hours {'apart' if keeps_apart(plan) else 'overlap'}")
    assert (Breach.HOURS_OVERLAP not in found) == keeps_apart(plan)
    assert (Breach.PART_OUTSIDE_WHOLE not in found) == parts_fit(plan)
    assert (found <= {Breach.HOURS_OVERLAP, Breach.PART_OUTSIDE_WHOLE}) == kept
    assert check.holds == (not found)


@at_ease
@given(plans().filter(lambda plan: len(plan.actions) > 1))
def test_the_first_overlap_is_the_first_of_all_days(plan: Plan) -> None:
    one, other = plan.actions[:2]
    days = [left[0].date() for left, right in product(held(one), held(other)) if overlap(left, right)]
    assert first_overlap(one, other) == min(days, default=None)


daytime = st.builds(
    lambda weekday, start, long: Session(weekday, time(start), time(start + long)),
    st.integers(0, 6),
    st.integers(6, 18),
    st.integers(1, 5),
)


@at_ease
@given(plans(daytime), st.sampled_from(Trajectory), st.data())
def test_what_is_said_of_a_plan_with_gaps_stays_true_once_they_are_filled(
    plan: Plan, trajectory: Trajectory, data: st.DataObject
) -> None:
    """Unknown is not no."""
    gaps = data.draw(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=4, max_size=4))
    less = Plan(plan.start, tuple(with_gaps(one, *gap) for one, gap in zip(plan.actions, gaps, strict=False)))
    told = check_plan(less, trajectory, VALUES).holds
    event(f"{trajectory}: {told}")
    assert told is None or told is check_plan(plan, trajectory, VALUES).holds


@at_ease
@given(plans())
def test_a_plan_comes_back_from_json_as_it_was(plan: Plan) -> None:
    kept = TypeAdapter(Plan)
    assert kept.validate_json(kept.dump_json(plan)) == plan


def with_gaps(one: Action, hours_too: bool, provider_too: bool, place_too: bool) -> Action:
    return replace(
        one,
        sessions=None if hours_too else one.sessions,
        provider=None if provider_too else one.provider,
        at_workplace=None if place_too else one.at_workplace,
    )
