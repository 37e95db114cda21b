from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from skillmatch.assess.distance import Circumstances, Constraint, Distance, Target, distance
from skillmatch.assess.profile import Cefr, Claim, Evidence, LabourAccess, Profile, Source, Standing
from skillmatch.assess.rules import Thresholds, Trajectory, read_rules
from skillmatch.assess.trajectory import (
    RULES,
    Decision,
    Finding,
    Judged,
    OverrideRate,
    ParallelOpen,
    Readiness,
    Recommendation,
    RuleId,
    SwitchReason,
    TrajectoryHistory,
    linear_warning,
    override_rates,
    recommend,
)
from skillmatch.errors import InvalidInput
from skillmatch.taxonomy.concepts import ConceptId
from tests.match.cases import AR, EN, NL, at_ease

TODAY = date(2026, 11, 22)
VALUES = read_rules().on(TODAY)
SKILLS = [ConceptId(name) for name in ("weld", "grind", "read drawings", "wear gear")]
QUICK, INTEGRATED, COMBINED, LINEAR = Trajectory


@dataclass(frozen=True)
class Known:
    """All that a recommendation looks at."""

    profile: Profile = field(default_factory=Profile)
    target: Target = field(default_factory=Target)
    circumstances: Circumstances = field(default_factory=Circumstances)
    readiness: Readiness = field(default_factory=Readiness)

    @property
    def recommended(self) -> Recommendation:
        return recommend(distance(self.profile, self.target, self.circumstances, TODAY), self.readiness, VALUES)


def but(known: Known, **changes: object) -> Known:
    """``known`` with some facts changed, wherever they are kept."""
    for name, value in changes.items():
        for part in fields(known):
            kept = getattr(known, part.name)
            if any(one.name == name for one in fields(kept)):
                known = replace(known, **{part.name: replace(kept, **{name: value})})
                break
        else:
            raise AssertionError(name)
    return known


def claims(*standings: Standing | None) -> tuple[Claim, ...]:
    return tuple(Claim(skill, kind) for skill, kind in zip(SKILLS, standings, strict=True) if kind is not None)


SETTLED = Known(
    Profile(
        languages={AR: Cefr.C2, NL: Cefr.A2},
        claims=claims(*[Standing.CONFIRMED] * 4),
        labour_access=LabourAccess.UNLIMITED,
    ),
    Target(frozenset(SKILLS), {NL: Cefr.A2}, regulated=False),
    Circumstances(hours_per_week=38, last_worked=date(2025, 6, 30)),
    Readiness(can_combine=True, needs_support=False, studies_first=False),
)
"""Somebody of whom everything is known, and nothing stands in the way."""

WELDER = but(SETTLED, languages={AR: Cefr.C2, NL: Cefr.BELOW_A1})
"""An Arabic-speaking welder without Dutch, whose skills an interpreter and a picture test confirmed."""


def test_somebody_ready_is_recommended_quick_mediation_and_nothing_is_open() -> None:
    recommendation = SETTLED.recommended
    assert recommendation.trajectory is QUICK
    assert recommendation.missing == ()
    assert recommendation.deciding == (RuleId.DIRECT,)


def test_a_welder_without_dutch_is_recommended_to_learn_it_at_work() -> None:
    """VDAB-01, VDAB-06: the language is the one reason against starting straight away."""
    recommendation = WELDER.recommended
    assert recommendation.trajectory is INTEGRATED
    assert recommendation.fired == recommendation.deciding == (RuleId.LANGUAGE,)
    assert "nl A2 is asked, below A1 is known" in recommendation.reasons[0].because


def test_without_dutch_work_that_asks_none_is_started_straight_away() -> None:
    """VDAB-01."""
    free = replace(WELDER, target=replace(WELDER.target, languages={}))
    assert free.recommended.trajectory is QUICK


def test_barbaros_a_year_in_belgium_without_dutch_is_not_sent_to_class_first() -> None:
    """The demo persona: no Dutch, maritime interest, nothing tested yet. Age and time in Belgium are no input."""
    barbaros = Known(Profile({EN: Cefr.B1}, labour_access=LabourAccess.UNLIMITED), Target(languages={NL: Cefr.A2}))
    recommendation = barbaros.recommended
    assert recommendation.trajectory is QUICK
    open_ = {missing.rule: missing for missing in recommendation.missing}
    assert open_[RuleId.LANGUAGE].becomes == (INTEGRATED,)
    assert open_[RuleId.LANGUAGE].would_settle == "a test of spoken interaction in nl"
    without_dutch = but(barbaros, languages={EN: Cefr.B1, NL: Cefr.BELOW_A1}).recommended
    assert without_dutch.trajectory is INTEGRATED


def test_of_somebody_nobody_has_asked_anything_all_is_open_and_nothing_is_held_against_them() -> None:
    recommendation = Known().recommended
    assert recommendation.trajectory is QUICK
    assert {missing.rule for missing in recommendation.missing} == set(RuleId) - {RuleId.DIRECT}
    assert recommendation.reasons[-1].rule is RuleId.DIRECT


CASES: list[tuple[Mapping[str, object], RuleId, Trajectory]] = [
    ({"labour_access": LabourAccess.NONE}, RuleId.LABOUR_ACCESS, COMBINED),
    (
        {"labour_access": LabourAccess.LIMITED, "limited_access_fits": False},
        RuleId.LABOUR_ACCESS,
        COMBINED,
    ),
    ({"regulated": True, "may_practise": False}, RuleId.REGULATED_WORK, INTEGRATED),
    ({"studies_first": True}, RuleId.WISH, LINEAR),
    ({"can_combine": False}, RuleId.COMBINING, LINEAR),
    ({"needs_support": True}, RuleId.SUPPORT, INTEGRATED),
    ({"claims": claims(Standing.REJECTED, *[Standing.CONFIRMED] * 3)}, RuleId.SKILLS, QUICK),
    ({"claims": claims(*[Standing.REJECTED] * 2, None, None)}, RuleId.SKILLS, INTEGRATED),
    ({"claims": claims(*[Standing.REJECTED] * 3, Standing.CONFIRMED)}, RuleId.SKILLS, INTEGRATED),
    ({"claims": claims(*[Standing.REJECTED] * 4)}, RuleId.SKILLS, COMBINED),
    ({"languages": {NL: Cefr.A1}}, RuleId.LANGUAGE, INTEGRATED),
    ({"hours_per_week": 12.67}, RuleId.HOURS, QUICK),
    ({"hours_per_week": 12}, RuleId.HOURS, COMBINED),
    ({"hours_per_week": 6}, RuleId.HOURS, COMBINED),
    ({"hours_per_week": 5.5}, RuleId.HOURS, LINEAR),
    ({"last_worked": date(2021, 11, 22)}, RuleId.RECENCY, QUICK),
    ({"last_worked": date(2021, 11, 20)}, RuleId.RECENCY, INTEGRATED),
    ({"last_worked": None, "worked": False}, RuleId.RECENCY, QUICK),
]


@pytest.mark.parametrize(("changes", "rule", "trajectory"), CASES)
def test_each_rule_alone_leads_where_it_says(
    changes: Mapping[str, object], rule: RuleId, trajectory: Trajectory
) -> None:
    recommendation = but(SETTLED, **changes).recommended
    assert recommendation.trajectory is trajectory
    assert recommendation.deciding == ((rule,) if trajectory is not QUICK else (RuleId.DIRECT,))


def test_every_rule_is_tried_and_stands_in_the_table_an_administrator_reads() -> None:
    assert {rule for _, rule, _ in CASES} | {RuleId.DIRECT} == set(RuleId)
    assert [rule.id for rule in RULES] == list(RuleId)
    assert all(rule.says and rule.source for rule in RULES)


UNKNOWNS: list[tuple[Mapping[str, object], RuleId, str, tuple[Trajectory, ...]]] = [
    ({"labour_access": None}, RuleId.LABOUR_ACCESS, "the residence title", (COMBINED,)),
    (
        {"labour_access": LabourAccess.LIMITED},
        RuleId.LABOUR_ACCESS,
        "the permit, which states function, employer or hours",
        (COMBINED,),
    ),
    ({"regulated": None}, RuleId.REGULATED_WORK, "the list of regulated professions", (INTEGRATED,)),
    ({"regulated": True}, RuleId.REGULATED_WORK, "the paper that the work asks", (INTEGRATED,)),
    ({"studies_first": None}, RuleId.WISH, "asking what the person wants", (LINEAR,)),
    (
        {"can_combine": None},
        RuleId.COMBINING,
        "the second interview: capable of, and helped by, both at once",
        (LINEAR,),
    ),
    (
        {"needs_support": None},
        RuleId.SUPPORT,
        "the second interview: is support or guidance at work needed",
        (INTEGRATED,),
    ),
    ({"essential": None}, RuleId.SKILLS, "the work that is aimed at", (INTEGRATED, COMBINED)),
    (
        {"claims": claims(Standing.CONFIRMED, Standing.SUGGESTED, None, None)},
        RuleId.SKILLS,
        "confirming or testing the open skills",
        (INTEGRATED,),
    ),
    ({"languages": {NL: None}}, RuleId.LANGUAGE, "a test of spoken interaction in nl", (INTEGRATED,)),
    (
        {"hours_per_week": None},
        RuleId.HOURS,
        "how many hours a week suit, if the person wants to say; the reason is not asked",
        (COMBINED, LINEAR),
    ),
    ({"last_worked": None}, RuleId.RECENCY, "the last year of work, or a test of the skills", (INTEGRATED,)),
]


@pytest.mark.parametrize(("changes", "rule", "settles", "becomes"), UNKNOWNS)
def test_what_is_missing_changes_nothing_and_is_named_with_what_it_would_change(
    changes: Mapping[str, object], rule: RuleId, settles: str, becomes: tuple[Trajectory, ...]
) -> None:
    """VDAB-06; ruling 10: unknown access is flagged with the paper that settles it."""
    recommendation = but(SETTLED, **changes).recommended
    assert recommendation.trajectory is QUICK
    (missing,) = recommendation.missing
    assert (missing.rule, missing.would_settle, missing.becomes) == (rule, settles, becomes)


def test_missing_data_that_would_change_nothing_is_not_asked_for() -> None:
    linear = but(SETTLED, can_combine=False, labour_access=None, last_worked=None)
    assert linear.recommended.missing == ()


def test_reasons_are_ranked_strictest_first_then_what_speaks_for_starting() -> None:
    known = but(WELDER, labour_access=LabourAccess.NONE, needs_support=True)
    reasons = known.recommended.reasons
    assert [finding.rule for finding in reasons[:3]] == [RuleId.LABOUR_ACCESS, RuleId.SUPPORT, RuleId.LANGUAGE]
    assert not any(finding.fired for finding in reasons[3:])
    assert known.recommended.deciding == (RuleId.LABOUR_ACCESS,)


def test_alternatives_say_what_is_against_them_and_what_would_lead_to_them() -> None:
    """VDAB-06, what-if."""
    known = but(WELDER, labour_access=None)
    quick, combined, linear = known.recommended.alternatives
    assert (quick.trajectory, combined.trajectory, linear.trajectory) == (QUICK, COMBINED, LINEAR)
    assert [finding.rule for finding in quick.against] == [RuleId.LANGUAGE]
    assert quick.against[0].lifted_by == "the level that the work asks, or work that asks less"
    assert [missing.would_settle for missing in combined.if_known] == ["the residence title"]
    assert (combined.against, linear.against, linear.if_known) == ((), (), ())


def test_a_passed_test_lifts_the_years_without_work() -> None:
    old = but(SETTLED, last_worked=date(2012, 1, 1))
    test = Evidence(SKILLS[0], Source.ASSESSMENT, 1.0, on=date(2026, 10, 20))
    assert (old.recommended.trajectory, old.recommended.reasons[0].lifted_by) == (
        INTEGRATED,
        "a passed test of the skills",
    )
    tested = replace(old, profile=old.profile.with_suggestions([test]))
    assert tested.recommended.trajectory is QUICK


def test_an_old_test_alone_is_a_question_for_the_person_may_have_worked_since() -> None:
    test = Evidence(SKILLS[0], Source.ASSESSMENT, 1.0, on=date(2012, 1, 1))
    known = but(SETTLED, last_worked=None)
    recommendation = replace(known, profile=known.profile.with_suggestions([test])).recommended
    assert recommendation.trajectory is QUICK
    assert [missing.rule for missing in recommendation.missing] == [RuleId.RECENCY]


# What holds for everybody

maybe = st.sampled_from([None, True, False])
levels = st.sampled_from([None, *Cefr])
languages = st.dictionaries(st.sampled_from([NL, AR, EN]), levels)


@st.composite
def anybody(draw: st.DrawFn) -> Known:
    worked = draw(maybe)
    days = st.none() if worked is False else st.none() | st.dates(date(2010, 1, 1), TODAY)
    return Known(
        Profile(
            draw(languages),
            claims(*draw(st.lists(st.sampled_from([None, *Standing]), min_size=4, max_size=4))),
            draw(st.sampled_from([None, *LabourAccess])),
        ),
        Target(draw(st.none() | st.frozensets(st.sampled_from(SKILLS))), draw(st.none() | languages), draw(maybe)),
        Circumstances(
            limited_access_fits=draw(maybe),
            may_practise=draw(maybe),
            hours_per_week=draw(st.none() | st.floats(0, 60)),
            constraints=draw(st.none() | st.frozensets(st.sampled_from(Constraint))),
            worked=worked,
            last_worked=draw(days),
        ),
        Readiness(draw(maybe), draw(maybe), draw(maybe)),
    )


def forget(name: str, nothing: object = None) -> Callable[[Known], Known]:
    return lambda known: but(known, **{name: nothing})


FORGET: dict[str, Callable[[Known], Known]] = {
    name: forget(name)
    for name in (
        *("labour_access", "essential", "regulated", "limited_access_fits", "may_practise", "hours_per_week"),
        *("constraints", "can_combine", "needs_support", "studies_first"),
    )
} | {
    "claims": forget("claims", ()),
    "asked languages": lambda known: replace(known, target=replace(known.target, languages=None)),
    "spoken languages": lambda known: replace(known, profile=replace(known.profile, languages={})),
    "work": lambda known: but(known, last_worked=None, worked=None),
}
"""Every way to know less, one fact at a time."""

some = st.lists(st.sampled_from(sorted(FORGET)), min_size=1, unique=True)


def without(known: Known, names: list[str]) -> Known:
    for name in names:
        known = FORGET[name](known)
    return known


@at_ease
@given(anybody(), some)
def test_knowing_less_never_makes_a_recommendation_stricter(known: Known, names: list[str]) -> None:
    """Unknown is not no."""
    assert without(known, names).recommended.trajectory.place <= known.recommended.trajectory.place


@at_ease
@given(anybody(), some)
def test_the_missing_data_name_every_trajectory_that_knowing_them_can_lead_to(known: Known, names: list[str]) -> None:
    less = without(known, names).recommended
    reachable = {less.trajectory}.union(*(missing.becomes for missing in less.missing))
    assert known.recommended.trajectory in reachable


@at_ease
@given(anybody(), languages)
def test_no_level_of_any_language_leads_further_than_learning_it_at_work(known: Known, spoken: dict[Any, Any]) -> None:
    """VDAB-01: not knowing Dutch never blocks anyone."""
    otherwise = replace(known, target=replace(known.target, languages={})).recommended.trajectory
    speaker = replace(known, profile=replace(known.profile, languages=spoken)).recommended.trajectory
    assert speaker.place <= max(otherwise.place, INTEGRATED.place)


@at_ease
@given(anybody(), st.none() | st.frozensets(st.sampled_from(Constraint)))
def test_what_kind_of_constraint_was_volunteered_changes_nothing(
    known: Known, kinds: frozenset[Constraint] | None
) -> None:
    other, first = but(known, constraints=kinds).recommended, known.recommended
    assert other == first


@at_ease
@given(anybody())
def test_a_recommendation_is_the_strictest_of_its_reasons_and_hides_none(known: Known) -> None:
    recommendation = known.recommended
    places = [finding.at_least.place for finding in recommendation.reasons]
    assert places == sorted(places, reverse=True)
    assert places[0] == recommendation.trajectory.place
    assert recommendation.deciding
    assert {finding.rule for finding in recommendation.findings if finding.fired} == (
        set(recommendation.fired) - {RuleId.DIRECT}
    )
    others = [alternative.trajectory for alternative in recommendation.alternatives]
    assert sorted([*others, recommendation.trajectory]) == sorted(Trajectory)
    assert all(missing.becomes for missing in recommendation.missing)


def test_age_gender_origin_nationality_name_and_religion_are_no_input() -> None:
    """Ruling 21."""
    inputs = {one.name for kept in (Profile, Target, Circumstances, Readiness, Distance) for one in fields(kept)}
    words = ("age", "birth", "gender", "sex", "origin", "nationality", "country", "name", "religion")
    assert not any(word in name.split("_") for name in inputs for word in words)


def test_an_open_question_and_what_settles_it_come_together() -> None:
    with pytest.raises(InvalidInput, match="would_settle"):
        Finding(RuleId.WISH, QUICK, "not asked", could=(LINEAR,))


# The warning on a linear pathway


def test_choosing_linear_warns_while_a_parallel_route_is_open() -> None:
    """VDAB-09."""
    assert linear_warning(WELDER.recommended, LINEAR) == ParallelOpen(
        (INTEGRATED, COMBINED), wished=False, settled=True
    )


@pytest.mark.parametrize("chosen", [QUICK, INTEGRATED, COMBINED])
def test_no_other_choice_warns(chosen: Trajectory) -> None:
    assert linear_warning(WELDER.recommended, chosen) is None


def test_a_wish_to_study_is_recommended_warned_of_and_never_blocked() -> None:
    """OSS-03, ruling 14."""
    recommendation = but(SETTLED, studies_first=True).recommended
    assert recommendation.trajectory is LINEAR
    decision = Decision(LINEAR, TODAY, "counsellor-1", recommendation, review_on=VALUES.review_date(TODAY))
    assert decision.confirms
    assert decision.warning == ParallelOpen((QUICK, INTEGRATED, COMBINED), wished=True, settled=True)


def test_where_both_at_once_is_too_much_nothing_parallel_is_open() -> None:
    """ANT-02."""
    assert linear_warning(but(SETTLED, can_combine=False).recommended, LINEAR) is None


def test_the_warning_says_when_missing_data_could_close_the_routes() -> None:
    warning = linear_warning(but(WELDER, can_combine=None).recommended, LINEAR)
    assert warning is not None
    assert not warning.settled


@at_ease
@given(anybody())
def test_linear_warns_exactly_when_something_else_would_be_recommended_but_for_the_wish(known: Known) -> None:
    otherwise = but(known, studies_first=False).recommended.trajectory
    warning = linear_warning(known.recommended, LINEAR)
    assert (warning is not None) == (otherwise is not LINEAR)
    assert warning is None or warning.routes[0] is otherwise


# Decisions and their history

ASKED = WELDER.recommended


def decision(trajectory: Trajectory = INTEGRATED, **change: Any) -> Decision:
    review = date(2040, 1, 1) if trajectory is LINEAR else None
    given: dict[str, Any] = {
        "on": TODAY,
        "by": "counsellor-1",
        "recommendation": ASKED,
        "why": "as agreed",
        "review_on": review,
    }
    return Decision(trajectory, **(given | change))


def test_confirming_needs_no_words_and_overriding_does() -> None:
    """VDAB-06."""
    assert decision(why=None).confirms
    with pytest.raises(InvalidInput, match="field why"):
        decision(QUICK, why=None)
    with pytest.raises(InvalidInput, match="field why"):
        decision(QUICK, why="  \n")
    assert not decision(QUICK, why="employer teaches Dutch").confirms


def test_both_the_recommendation_and_the_decision_are_kept() -> None:
    """VDAB-06."""
    overridden = decision(COMBINED)
    assert overridden.recommendation is not None
    assert (overridden.recommendation.trajectory, overridden.trajectory) == (INTEGRATED, COMBINED)
    assert overridden.recommendation.values_from == VALUES.valid_from


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"by": " "}, "by"),
        ({"recommendation": None, "why": None}, "why"),
        ({"code": SwitchReason.OTHER, "why": None}, "why"),
        ({"trajectory": LINEAR, "review_on": None}, "review_on"),
        ({"review_on": TODAY}, "review_on"),
    ],
)
def test_a_decision_that_says_too_little_is_refused_by_name(change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        replace(decision(), **change)
    assert refused.value.field == field


def test_the_words_of_a_refused_decision_are_not_in_its_message() -> None:
    with pytest.raises(InvalidInput) as refused:
        decision(LINEAR, why="a private matter", review_on=None)
    assert "private" not in str(refused.value)


def test_linear_to_integrated_to_linear_is_kept_with_dates_codes_and_persons() -> None:
    """VDAB-08 and the edge case of the golden list; loops are allowed."""
    spring, autumn = date(2027, 3, 1), date(2027, 9, 1)
    history = (
        TrajectoryHistory()
        .add(decision(LINEAR))
        .add(decision(INTEGRATED, on=spring, by="counsellor-2", code=SwitchReason.LEARNING_ABILITY_DIFFERS))
        .add(decision(LINEAR, on=autumn, code=SwitchReason.PERSON_WISHES))
    )
    assert [(move.left, move.taken, move.on, move.code, move.by) for move in history.switches] == [
        (LINEAR, INTEGRATED, spring, SwitchReason.LEARNING_ABILITY_DIFFERS, "counsellor-2"),
        (INTEGRATED, LINEAR, autumn, SwitchReason.PERSON_WISHES, "counsellor-1"),
    ]
    days = [TODAY - timedelta(1), TODAY, spring - timedelta(1), spring, autumn - timedelta(1), autumn]
    assert [history.on(day) for day in days] == [None, LINEAR, LINEAR, INTEGRATED, INTEGRATED, LINEAR]
    assert history.switches[0].code.value == "learning_ability_differs"


def test_a_review_that_changes_nothing_is_kept_and_is_no_switch() -> None:
    history = TrajectoryHistory((decision(LINEAR), decision(LINEAR, on=date(2027, 5, 23))))
    assert (len(history.decisions), history.switches) == (2, ())


@pytest.mark.parametrize(
    ("next_", "field"),
    [
        (decision(QUICK), "code"),
        (decision(INTEGRATED, code=SwitchReason.REVIEWED), "code"),
        (decision(INTEGRATED, on=TODAY - timedelta(days=1)), "on"),
    ],
)
def test_a_history_refuses_what_would_contradict_it(next_: Decision, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        TrajectoryHistory((decision(),)).add(next_)
    assert refused.value.field == field


def test_a_first_decision_switches_nothing() -> None:
    with pytest.raises(InvalidInput, match="field code"):
        TrajectoryHistory((decision(code=SwitchReason.REVIEWED),))


@st.composite
def histories(draw: st.DrawFn) -> TrajectoryHistory:
    steps = draw(st.lists(st.tuples(st.sampled_from(Trajectory), st.integers(0, 40)), max_size=8))
    history, day, before = TrajectoryHistory(), TODAY, None
    for trajectory, wait in steps:
        day += timedelta(days=wait)
        switched = before is not None and before is not trajectory
        history = history.add(decision(trajectory, on=day, code=draw(codes) if switched else None))
        before = trajectory
    return history


codes = st.sampled_from(SwitchReason)
some_day = st.dates(TODAY - timedelta(days=5), TODAY + timedelta(days=330))


@at_ease
@given(histories(), some_day)
def test_the_trajectory_on_a_day_is_that_of_the_last_decision_until_then(history: TrajectoryHistory, day: date) -> None:
    until = [one.trajectory for one in history.decisions if one.on <= day]
    assert history.on(day) is (until[-1] if until else None)


@at_ease
@given(histories(), st.sampled_from(Trajectory), st.integers(0, 40), some_day)
def test_adding_a_decision_changes_no_answer_about_the_days_before_it(
    history: TrajectoryHistory, trajectory: Trajectory, wait: int, day: date
) -> None:
    last = history.decisions[-1] if history.decisions else None
    switched = last is not None and last.trajectory is not trajectory
    on = (last.on if last else TODAY) + timedelta(days=wait)
    longer = history.add(decision(trajectory, on=on, code=SwitchReason.REVIEWED if switched else None))
    assert longer.on(day) is (history.on(day) if day < on else trajectory)


@at_ease
@given(histories())
def test_the_switches_lead_from_the_first_trajectory_to_the_last(history: TrajectoryHistory) -> None:
    moves = history.switches
    assert all(one.taken is other.left and one.on <= other.on for one, other in pairwise(moves))
    assert all(move.left is not move.taken for move in moves)
    if moves:
        assert (moves[0].left, moves[-1].taken) == (history.decisions[0].trajectory, history.decisions[-1].trajectory)


@at_ease
@given(histories(), anybody())
def test_a_history_comes_back_from_json_as_it_was(history: TrajectoryHistory, known: Known) -> None:
    """What was recommended, why, and what was missing is kept with the decision for whoever takes over the case."""
    on = history.decisions[-1].on if history.decisions else TODAY
    before = history.decisions[-1].trajectory if history.decisions else QUICK
    whole = history.add(decision(before, on=on, recommendation=known.recommended))
    kept = TypeAdapter(TrajectoryHistory)
    assert kept.validate_json(kept.dump_json(whole)) == whole


# The override rate of each rule


def rates_of(*decisions: Decision) -> Mapping[RuleId, OverrideRate]:
    return override_rates(one.judged for one in decisions if one.judged is not None)


def test_the_override_rate_counts_for_the_rules_that_led_to_what_was_recommended() -> None:
    supported = but(WELDER, needs_support=True).recommended
    rates = rates_of(
        decision(),
        decision(QUICK),
        decision(LINEAR, recommendation=supported),
        decision(QUICK, recommendation=SETTLED.recommended),
        decision(recommendation=None),
    )
    assert rates[RuleId.LANGUAGE] == OverrideRate(3, more_direct=1, less_direct=1)
    assert rates[RuleId.SUPPORT] == OverrideRate(1, less_direct=1)
    assert rates[RuleId.DIRECT] == OverrideRate(1)
    assert rates[RuleId.LANGUAGE].share == pytest.approx(2 / 3)
    assert rates[RuleId.DIRECT].share == 0
    assert rates[RuleId.HOURS].share is None


def test_a_rule_that_fired_without_deciding_is_not_blamed() -> None:
    closed = but(WELDER, labour_access=LabourAccess.NONE).recommended
    rates = rates_of(decision(INTEGRATED, recommendation=closed))
    assert rates[RuleId.LABOUR_ACCESS].overridden == 1
    assert rates[RuleId.LANGUAGE].decisions == 0


def test_a_rule_that_is_gone_is_not_listed() -> None:
    assert set(override_rates([Judged(("language", "a rule of old"), QUICK, LINEAR)])) == set(RuleId)


@at_ease
@given(st.lists(histories(), max_size=4))
def test_every_rule_has_a_rate_and_no_more_overrides_than_decisions(many: list[TrajectoryHistory]) -> None:
    rates = rates_of(*(one for history in many for one in history.decisions))
    assert set(rates) == set(RuleId)
    assert all(0 <= rate.overridden <= rate.decisions for rate in rates.values())
    assert rates[RuleId.LANGUAGE].decisions == sum(len(history.decisions) for history in many)


def test_other_thresholds_give_another_recommendation_under_their_own_date() -> None:
    """All thresholds are dated configuration."""
    lenient: Thresholds = replace(VALUES, language_levels_below=2, valid_from=date(2026, 6, 1))
    known = distance(WELDER.profile, WELDER.target, WELDER.circumstances, TODAY)
    recommendation = recommend(known, WELDER.readiness, lenient)
    assert (recommendation.trajectory, recommendation.values_from) == (QUICK, date(2026, 6, 1))
