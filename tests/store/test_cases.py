"""A case keeps what was done and decided, by whom and why; on any day one can ask what held."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from skillmatch.assess.outcome import OutcomeKind
from skillmatch.assess.rules import Trajectory
from skillmatch.assess.screening import Mode, Place, Result
from skillmatch.assess.screening import Tested as Kind
from skillmatch.assess.trajectory import (
    Decision,
    Finding,
    OverrideRate,
    Recommendation,
    RuleId,
    SwitchReason,
    TrajectoryHistory,
    override_rates,
)
from skillmatch.errors import Conflict, InvalidInput, NotFound
from skillmatch.store import cases, tables
from skillmatch.store.audit import By
from skillmatch.store.cases import (
    Case,
    Interview,
    KeptAssessment,
    KeptOutcome,
    KeptPlan,
    KeptQualification,
    begin,
    decide_trajectory,
    decisions,
    finish,
    history,
    judged,
)
from skillmatch.store.people import register
from skillmatch.store.tables import Form, Step
from skillmatch.store.unit import Store, Unit, new_id

DAY = date(2026, 11, 2)
QUICK, INTEGRATED, COMBINED, LINEAR = Trajectory


def opened(unit: Unit) -> Case:
    return begin(unit, register(unit, "Noor").id, {"screener": unit.by.account})


def test_the_two_interviews_have_their_own_form_and_role(store: Store, screener: By) -> None:
    """ANT-01."""
    with store.write(screener) as unit:
        case = opened(unit)
        social = Interview(
            new_id(),
            case.person_id,
            case.id,
            Form.SOCIAL_WORK,
            "social worker",
            DAY,
            {"housing": "huurt", "kinderen": 2},
        )
        path = Interview(
            new_id(), case.person_id, case.id, Form.TRAJECTORY, "trajectory counsellor", DAY + timedelta(7),
            {"aspiration": "لحام"}, "ar", "ar",
        )  # fmt: skip
        assert [unit.add(social), unit.add(path)] == [social, path]
    with store.read(screener) as unit:
        assert unit.of(Interview, case.person_id) == [social, path]


def test_a_case_hangs_in_its_own_persons_file(store: Store, screener: By) -> None:
    with store.write(screener) as unit:
        case, other = opened(unit), opened(unit)
    with pytest.raises(NotFound), store.write(screener) as unit:
        unit.add(KeptPlan(new_id(), other.person_id, case.id, "linear", ()))


def test_every_part_of_a_test_is_kept(store: Store, screener: By) -> None:
    """VDAB-02, VDAB-03."""
    with store.write(screener) as unit:
        person = register(unit, "Noor").id
        test = KeptAssessment(
            new_id(), person, "esco:weld", Kind.TECHNICAL, Place.WORKPLACE, Mode.INTERPRETER, Result.PASSED, DAY,
            "screener", "ar", employer_support=True, employer="Lasbedrijf NV", comment="naad zonder poriën",
        )  # fmt: skip
        unit.add(test)
        assert unit.of(KeptAssessment, person) == [test]
        assert unit.get(KeptAssessment, test.id) == test


def test_a_diploma_keeps_its_script_and_its_orientation(store: Store, screener: By) -> None:
    with store.write(screener) as unit:
        person = register(unit, "Noor").id
        orientation = {"isced": 3, "certainty": 0.9, "rule": "title", "route": ["level recognition"]}
        shown = KeptQualification(new_id(), person, "SY", "الشهادة الثانوية", "ash-shahada", "ar", years=3.0)
        kept = unit.change(replace(unit.add(shown), equivalence=orientation))
        assert unit.of(KeptQualification, person) == [kept]
    assert kept.equivalence == orientation


def test_two_people_who_change_one_plan_do_not_lose_either(store: Store, screener: By) -> None:
    with store.write(screener) as unit:
        case = opened(unit)
        plan = unit.add(
            KeptPlan(new_id(), case.person_id, case.id, "combined", ({"kind": "language class", "hours": 12},))
        )
    with store.write(screener) as unit:
        unit.change(replace(plan, actions=({"kind": "internship"},)))
    with pytest.raises(Conflict) as raised, store.write(screener) as unit:
        unit.change(replace(plan, actions=()))
    assert (raised.value.expected, raised.value.found) == (1, 2)
    with store.read(screener) as unit:
        assert unit.get(KeptPlan, plan.id).actions == ({"kind": "internship"},)


def test_a_changed_row_cannot_move_to_another_person(store: Store, screener: By) -> None:
    with store.write(screener) as unit:
        outcome = unit.add(KeptOutcome(new_id(), register(unit, "Noor").id, OutcomeKind.TRAINING, DAY))
        other = register(unit, "Omar").id
    with pytest.raises(Conflict), store.write(screener) as unit:
        unit.change(replace(outcome, person_id=other))


@pytest.mark.parametrize("wrong", [{"hours_per_week": 169.0}, {"contract_months": -1.0}])
def test_what_cannot_be_is_refused_alike_on_both_engines(store: Store, screener: By, wrong: dict[str, float]) -> None:
    with pytest.raises(InvalidInput, match="ck_outcomes"), store.write(screener) as unit:
        unit.add(KeptOutcome(new_id(), register(unit, "Noor").id, OutcomeKind.JOB, DAY, **wrong))  # type: ignore[arg-type]


ASKED = Recommendation(
    (
        Finding(RuleId.LANGUAGE, INTEGRATED, "nl A2 wordt gevraagd", lifted_by="A2"),
        Finding(RuleId.WISH, QUICK, "niet gevraagd", could=(LINEAR,), would_settle="vragen"),
    ),
    date(2026, 1, 1),
)


def decided(trajectory: Trajectory, on: date = DAY, code: SwitchReason | None = None, by: str = "c1") -> Decision:
    review = on + timedelta(182) if trajectory is LINEAR else None
    return Decision(trajectory, on, by, ASKED, "eigen wens", code, review)


def test_what_was_recommended_and_what_was_decided_come_back_as_they_were(store: Store, screener: By) -> None:
    """VDAB-06, VDAB-08: an override, then a switch, each with its reason, its date and who."""
    override = decided(LINEAR, by=screener.account)
    switch = decided(QUICK, DAY + timedelta(30), SwitchReason.LEARNING_ABILITY_DIFFERS, screener.account)
    with store.write(screener) as unit:
        case = opened(unit)
        kept = [decide_trajectory(unit, case, one, seen=seen) for seen, one in enumerate((override, switch))]
    with store.read(screener) as unit:
        assert history(unit, case) == TrajectoryHistory((override, switch))
        assert decisions(unit, case) == kept
    assert [(one.place, one.previous, one.step, one.decided_by) for one in kept] == [
        (1, None, Step.OVERRIDDEN, screener.account),
        (2, "linear", Step.OVERRIDDEN, screener.account),
    ]


def test_the_audit_tells_of_an_override_a_switch_and_a_confirmation(store: Store, screener: By) -> None:
    """VDAB-06, VDAB-08: who, what and by which rules; a decision that is both is told as both, and no words of it."""
    steps = [
        decided(INTEGRATED),
        decided(INTEGRATED, DAY + timedelta(1)),
        decided(COMBINED, DAY + timedelta(2), SwitchReason.OTHER),
        decided(INTEGRATED, DAY + timedelta(3), SwitchReason.REVIEWED),
    ]
    with store.write(screener) as unit:
        case = opened(unit)
        for seen, one in enumerate(steps):
            decide_trajectory(unit, case, one, seen=seen)
    with store.read(screener) as unit:
        told = [row for row in unit.trail(person=case.person_id) if row.action.startswith("trajectories.")]
    assert [row.action.removeprefix("trajectories.") for row in told] == [
        *("confirmed", "confirmed", "overridden", "switched", "switched"),
    ]
    assert {(row.account, tuple(row.reasons)) for row in told} == {(screener.account, ("language",))}
    assert told[3].what == {
        "trajectory": "combined",
        "previous": "integrated",
        "recommended": "integrated",
        "on": "2026-11-04",
        "code": "other",
        "review_on": None,
    }


def test_a_decision_that_contradicts_the_history_is_not_kept(store: Store, screener: By) -> None:
    with store.write(screener) as unit:
        case = opened(unit)
        decide_trajectory(unit, case, decided(LINEAR), seen=0)
    for wrong, field in (
        (decided(QUICK), "code"),
        (decided(QUICK, DAY - timedelta(1), SwitchReason.OTHER), "on"),
    ):
        with pytest.raises(InvalidInput) as refused, store.write(screener) as unit:
            decide_trajectory(unit, case, wrong, seen=1)
        assert refused.value.field == field
    with store.read(screener) as unit:
        assert len(decisions(unit, case)) == 1


def test_two_who_decide_at_once_are_told_of_each_other(store: Store, screener: By) -> None:
    with store.write(screener) as unit:
        case = opened(unit)
        decide_trajectory(unit, case, decided(LINEAR), seen=0)
    with pytest.raises(Conflict) as raised, store.write(screener) as unit:
        decide_trajectory(unit, case, decided(COMBINED, code=SwitchReason.OTHER), seen=0)
    assert (raised.value.expected, raised.value.found) == (0, 1)


def test_of_two_who_decide_in_the_same_moment_one_is_kept(store: Store, screener: By) -> None:
    """Two connections that saw the same history: the lock on the case lets one through, the other gets a conflict."""
    with store.write(screener) as unit:
        case = opened(unit)
    begun = Barrier(2)

    def decide(trajectory: Trajectory) -> str:
        begun.wait()
        try:
            with store.write(screener) as unit:
                return decide_trajectory(unit, case, decided(trajectory), seen=0).trajectory
        except Conflict as lost:
            return f"{lost.expected}-{lost.found}"

    with ThreadPoolExecutor(2) as both:
        came = sorted(both.map(decide, (LINEAR, COMBINED)))
    assert came[0] == "0-1"
    with store.read(screener) as unit:
        assert [one.trajectory for one in decisions(unit, case)] == came[1:]


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(st.tuples(st.sampled_from(Trajectory), st.integers(0, 3)), min_size=1, max_size=8),
    ask=st.integers(-2, 26),
)
def test_the_trajectory_on_a_day_is_that_of_the_last_decision_before_it(
    store: Store, screener: By, steps: Sequence[tuple[Trajectory, int]], ask: int
) -> None:
    """VDAB-08, loops and all; the oracle is a list with one entry a day."""
    calendar: dict[date, Trajectory] = {}
    on, before = DAY, None
    with store.write(screener) as unit:
        case = opened(unit)
        for number, (trajectory, wait) in enumerate(steps):
            on += timedelta(wait)
            code = SwitchReason.OTHER if before not in (None, trajectory) else None
            decide_trajectory(unit, case, decided(trajectory, on, code), seen=number)
            calendar |= {on + timedelta(later): trajectory for later in range(40)}
            before = trajectory
        assert history(unit, case).on(DAY + timedelta(ask)) == calendar.get(DAY + timedelta(ask))


def test_overrides_are_counted_from_plain_columns_over_the_files_of_the_organisation(
    store: Store, screener: By, founded: Callable[[str], By]
) -> None:
    """VDAB-06: as the core counts them from the decisions themselves, and with no file opened."""
    made = [decided(INTEGRATED), decided(LINEAR), decided(QUICK)]
    for by, some in ((screener, made), (founded("Ghent"), made[:1])):
        with store.write(by) as unit:
            for one in some:
                decide_trajectory(unit, opened(unit), one, seen=0)
    with store.write(screener) as unit:
        decide_trajectory(unit, opened(unit), Decision(QUICK, DAY, "c1", None, "geen advies"), seen=0)
        unit.connection.execute(update(tables.trajectories).values(recommendation=b"unreadable", reason=b"unreadable"))
        found = judged(unit)
    assert sorted(found) == sorted(one.judged for one in made if one.judged)
    assert override_rates(found)[RuleId.LANGUAGE] == OverrideRate(3, more_direct=1, less_direct=1)


def test_a_case_is_closed_once(store: Store, screener: By) -> None:
    with store.write(screener) as unit:
        case = opened(unit)
        assert cases.open_cases(unit) == 1
        assert finish(unit, case).closed_on == unit.today
        assert cases.open_cases(unit) == 0
        with pytest.raises(Conflict):
            finish(unit, case)
