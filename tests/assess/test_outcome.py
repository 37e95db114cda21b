from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillmatch.assess.outcome import Outcome, OutcomeKind, whole_months
from skillmatch.errors import InvalidInput

DAY = date(2026, 11, 2)
JOB = Outcome(OutcomeKind.JOB, DAY, contract_months=6, hours_per_week=38, occupation="welder")


def test_the_kinds_are_in_the_order_in_which_one_person_is_counted_once() -> None:
    """DUO-18: job, then training, then internship, then none."""
    kinds = [kind for kind in OutcomeKind if kind is not OutcomeKind.SUPPORTED]
    assert kinds == [OutcomeKind.JOB, OutcomeKind.TRAINING, OutcomeKind.INTERNSHIP, OutcomeKind.NONE]


def test_a_contract_of_two_months_is_kept_as_it_is() -> None:
    """DUO-18: it must not count as a job later, so its length is never rounded here."""
    assert replace(JOB, contract_months=2).contract_months == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"until": DAY - timedelta(days=1)}, "until"),
        *[({"kind": kind}, "contract_months") for kind in OutcomeKind if kind is not OutcomeKind.JOB],
        ({"kind": OutcomeKind.NONE, "contract_months": None}, "hours_per_week"),
        ({"kind": OutcomeKind.NONE, "contract_months": None, "hours_per_week": None}, "occupation"),
    ],
)
def test_what_cannot_be_is_refused_by_the_name_of_its_field(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        replace(JOB, **wrong)
    assert refused.value.field == field


def test_a_day_is_enough_for_an_outcome_to_last() -> None:
    assert replace(JOB, until=DAY).until == DAY


def test_what_is_signed_today_may_begin_within_the_year() -> None:
    JOB.require_near(DAY - timedelta(days=366))
    with pytest.raises(InvalidInput, match="field on"):
        JOB.require_near(DAY - timedelta(days=367))


@pytest.mark.parametrize(
    ("since", "on", "months"),
    [
        (date(2025, 1, 15), date(2025, 1, 15), 0),
        (date(2025, 1, 15), date(2025, 2, 14), 0),
        (date(2025, 1, 15), date(2025, 2, 15), 1),
        (date(2025, 8, 31), date(2026, 2, 28), 6),
        (date(2023, 8, 31), date(2024, 2, 28), 5),
        (date(2023, 8, 31), date(2024, 2, 29), 6),
        (date(2025, 1, 15), date(2025, 1, 14), -1),
        (date(1, 1, 1), date.max, 119_987),
    ],
)
def test_months_are_whole_and_a_month_that_is_too_short_ends_with_its_last_day(
    since: date, on: date, months: int
) -> None:
    assert whole_months(since, on) == months


@given(since=st.dates(date(2000, 1, 1), date(2050, 1, 1)), days=st.integers(0, 2000))
def test_months_never_run_back(since: date, days: int) -> None:
    day = since + timedelta(days=days)
    assert 0 <= whole_months(since, day) <= whole_months(since, day + timedelta(days=1))
