"""A case keeps what was done and decided, by whom and why; on any day one can ask what held."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillmatch.assess.screening import Mode, Place, Result
from skillmatch.assess.screening import Tested as Kind
from skillmatch.errors import Conflict, InvalidInput, NotFound
from skillmatch.store import cases
from skillmatch.store.audit import By
from skillmatch.store.cases import (
    Case,
    Interview,
    KeptAssessment,
    KeptQualification,
    Outcome,
    Plan,
    begin,
    decide_trajectory,
    finish,
    history,
    override_rates,
    trajectory_on,
)
from skillmatch.store.people import register
from skillmatch.store.tables import Form, OutcomeKind, Step
from skillmatch.store.unit import Store, Unit, new_id

DAY = date(2026, 11, 2)
TRAJECTORIES = ("quick_mediation", "integrated", "combined", "linear")


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
        unit.add(Plan(new_id(), other.person_id, case.id, "linear", ()))


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
        plan = unit.add(Plan(new_id(), case.person_id, case.id, "combined", ({"kind": "language class", "hours": 12},)))
    with store.write(screener) as unit:
        unit.change(replace(plan, actions=({"kind": "internship"},)))
    with pytest.raises(Conflict) as raised, store.write(screener) as unit:
        unit.change(replace(plan, actions=()))
    assert (raised.value.expected, raised.value.found) == (1, 2)
    with store.read(screener) as unit:
        assert unit.get(Plan, plan.id).actions == ({"kind": "internship"},)


def test_a_changed_row_cannot_move_to_another_person(store: Store, screener: By) -> None:
    with store.write(screener) as unit:
        outcome = unit.add(Outcome(new_id(), register(unit, "Noor").id, OutcomeKind.TRAINING, DAY))
        other = register(unit, "Omar").id
    with pytest.raises(Conflict), store.write(screener) as unit:
        unit.change(replace(outcome, person_id=other))


@pytest.mark.parametrize("wrong", [{"hours_per_week": 169.0}, {"contract_months": -1.0}])
def test_what_cannot_be_is_refused_alike_on_both_engines(store: Store, screener: By, wrong: dict[str, float]) -> None:
    with pytest.raises(InvalidInput, match="ck_outcomes"), store.write(screener) as unit:
        unit.add(Outcome(new_id(), register(unit, "Noor").id, OutcomeKind.JOB, DAY, **wrong))  # type: ignore[arg-type]


def test_an_override_and_a_switch_need_their_reason(store: Store, screener: By) -> None:
    """VDAB-06, VDAB-08."""
    with store.write(screener) as unit:
        case = opened(unit)
        for empty in (None, "", "  "):
            with pytest.raises(InvalidInput, match="reason"):
                decide_trajectory(unit, case, "linear", DAY, seen=0, recommended="integrated", reason=empty)
        decide_trajectory(
            unit, case, "linear", DAY, seen=0, recommended="integrated", rules=("R1",), reason="wil studeren"
        )
        with pytest.raises(InvalidInput, match="reason_code"):
            decide_trajectory(unit, case, "combined", DAY, seen=1)
        with pytest.raises(InvalidInput, match="before"):
            decide_trajectory(unit, case, "combined", DAY - timedelta(1), seen=1, reason_code="other")
        decide_trajectory(unit, case, "combined", DAY, seen=1, reason_code="learning_ability_differs")
        first, second = history(unit, case)
    assert (first.step, first.recommended, first.trajectory, first.reason) == (
        Step.OVERRIDDEN,
        "integrated",
        "linear",
        "wil studeren",
    )
    assert (second.step, second.previous, second.reason_code) == (Step.SWITCHED, "linear", "learning_ability_differs")


def test_two_who_decide_at_once_are_told_of_each_other(store: Store, screener: By) -> None:
    with store.write(screener) as unit:
        case = opened(unit)
        decide_trajectory(unit, case, "linear", DAY, seen=0)
    with pytest.raises(Conflict) as raised, store.write(screener) as unit:
        decide_trajectory(unit, case, "combined", DAY, seen=0, reason_code="other")
    assert (raised.value.expected, raised.value.found) == (0, 1)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(st.tuples(st.sampled_from(TRAJECTORIES), st.integers(0, 3)), min_size=1, max_size=8),
    ask=st.integers(-2, 26),
)
def test_the_trajectory_on_a_day_is_that_of_the_last_decision_before_it(
    store: Store, screener: By, steps: Sequence[tuple[str, int]], ask: int
) -> None:
    """VDAB-08, loops and all; the oracle is a list with one entry a day."""
    calendar: dict[date, str] = {}
    on = DAY
    with store.write(screener) as unit:
        case = opened(unit)
        for number, (trajectory, wait) in enumerate(steps):
            on += timedelta(wait)
            decide_trajectory(unit, case, trajectory, on, seen=number, reason_code="other")
            calendar |= {on + timedelta(later): trajectory for later in range(40)}
        held = trajectory_on(unit, case, DAY + timedelta(ask))
    assert (held.trajectory if held else None) == calendar.get(DAY + timedelta(ask))


def test_override_rates_are_counted_by_rule(store: Store, screener: By) -> None:
    """VDAB-06."""
    with store.write(screener) as unit:
        for decided, rules in (("linear", ("R1", "R2")), ("integrated", ("R1",)), ("integrated", ("R1", "R3"))):
            decide_trajectory(
                unit, opened(unit), decided, DAY, seen=0, recommended="integrated", rules=rules, reason="eigen wens"
            )
        decide_trajectory(unit, opened(unit), "linear", DAY, seen=0)
        rates = override_rates(unit)
    assert {rule: (found.decided, found.overridden) for rule, found in rates.items()} == {
        "R1": (3, 1),
        "R2": (1, 1),
        "R3": (1, 0),
    }
    assert rates["R1"].rate == pytest.approx(1 / 3)


def test_a_case_is_closed_once(store: Store, screener: By) -> None:
    with store.write(screener) as unit:
        case = opened(unit)
        assert cases.open_cases(unit) == 1
        assert finish(unit, case).closed_on == unit.today
        assert cases.open_cases(unit) == 0
        with pytest.raises(Conflict):
            finish(unit, case)
