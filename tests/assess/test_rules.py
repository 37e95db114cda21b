import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillmatch.assess.rules import SHIPPED, Rules, Threshold, Trajectory, Value, read_rules
from skillmatch.errors import InvalidInput
from tests.match.cases import at_ease

TODAY = date(2026, 11, 22)


def shipped() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(SHIPPED.read_text())
    return loaded


def written(folder: Path, content: dict[str, Any]) -> Path:
    path = folder / "trajectories.json"
    path.write_text(json.dumps(content))
    return path


def test_the_shipped_thresholds_are_those_of_the_rulings() -> None:
    """Ruling 12: the search of quick mediation starts within four weeks. The rest is judgement, and says so."""
    assert read_rules().on(TODAY).search_starts_within == 4


def test_an_administrator_sees_each_value_with_its_date_meaning_and_source() -> None:
    rules = read_rules()
    assert all(threshold.unit and threshold.meaning for threshold in rules.thresholds)
    assert all(value.valid_from <= TODAY and value.source for value in rules.in_force(TODAY).values())


def test_the_trajectories_are_in_the_order_of_the_source_most_direct_first() -> None:
    assert [trajectory.value for trajectory in Trajectory] == ["quick_mediation", "integrated", "combined", "linear"]
    assert [trajectory.place for trajectory in Trajectory] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("trajectory", "names"),
    [
        (Trajectory.QUICK_MEDIATION, ["regular job or preparatory training"]),
        (Trajectory.INTEGRATED, ["regular job or preparatory training", "supported employment"]),
        (Trajectory.COMBINED, ["supported employment"]),
        (Trajectory.LINEAR, ["Dutch first"]),
    ],
)
def test_the_routes_of_antwerp_map_to_trajectories(trajectory: Trajectory, names: list[str]) -> None:
    """ANT-02, ruling 11."""
    assert [route.name for route in read_rules().routes_for(trajectory)] == names


def test_the_reference_shares_of_antwerp_are_20_40_and_40() -> None:
    """ANT-02, golden: a line to compare with, never a target."""
    assert [route.reference_share for route in read_rules().routes] == [0.2, 0.4, 0.4]


def test_a_new_value_counts_from_its_date_and_the_old_one_until_then(tmp_path: Path) -> None:
    content = shipped()
    content["thresholds"][3]["values"].append({"valid_from": "2027-07-01", "value": 3, "source": "review of 2027"})
    rules = read_rules(written(tmp_path, content))
    before, after = rules.on(date(2027, 6, 30)), rules.on(date(2027, 7, 1))
    assert (before.unused_years, before.valid_from) == (5, date(2026, 1, 1))
    assert (after.unused_years, after.valid_from) == (3, date(2027, 7, 1))


def test_a_linear_pathway_is_looked_at_again_half_a_year_later() -> None:
    """ANT-02: with a re-assessment date."""
    assert read_rules().on(TODAY).review_date(TODAY) == date(2027, 5, 23)


def test_a_day_before_the_first_value_is_refused_by_the_name_of_the_threshold() -> None:
    with pytest.raises(InvalidInput, match="field quick_missing_share: has no value in force on 2025-12-31"):
        read_rules().on(date(2025, 12, 31))


dates = st.lists(st.dates(date(2020, 1, 1), date(2030, 1, 1)), min_size=1, max_size=5, unique=True).map(sorted)


@at_ease
@given(dates, st.dates(date(2019, 1, 1), date(2031, 1, 1)))
def test_the_value_in_force_is_the_last_that_began(begins: list[date], day: date) -> None:
    threshold = Threshold("x", "weeks", "a test", tuple(Value(begin, n, "here") for n, begin in enumerate(begins)))
    began = [number for number, begin in enumerate(begins) if begin <= day]
    if began:
        assert threshold.on(day).value == began[-1]
    else:
        with pytest.raises(InvalidInput):
            threshold.on(day)


def without(content: dict[str, Any], number: int) -> None:
    del content["thresholds"][number]


def twice(content: dict[str, Any]) -> None:
    content["thresholds"].append(content["thresholds"][0])


def valued(content: dict[str, Any], number: int, **change: object) -> None:
    content["thresholds"][number]["values"][0].update(change)


def unordered(content: dict[str, Any]) -> None:
    content["thresholds"][0]["values"] *= 2


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda c: without(c, 0), "field quick_missing_share: is missing"),
        (twice, "field thresholds: should name each threshold once"),
        (lambda c: valued(c, 0, value=1.5), "field quick_missing_share"),
        (lambda c: valued(c, 0, value=0.9), "may not be above integrated_missing_share"),
        (lambda c: valued(c, 6, value=2.5), "field search_starts_within"),
        (lambda c: valued(c, 0, value="0.25"), "field thresholds.0.values.0.value"),
        (lambda c: valued(c, 0, source=" "), "field thresholds.0.values.0.source"),
        (lambda c: valued(c, 0, valid_from="soon"), "field thresholds.0.values.0.valid_from"),
        (lambda c: valued(c, 0, note="x"), "field thresholds.0.values.0.note"),
        (lambda c: c["thresholds"][0].update(name="surprise"), "trajectories.json: field"),
        (unordered, "should follow each other by date"),
        (lambda c: c["routes"][0].update(trajectories=["scenic"]), "field routes.0.trajectories.0"),
    ],
)
def test_a_malformed_file_is_refused_by_file_and_field(tmp_path: Path, spoil: Any, says: str) -> None:
    content = shipped()
    spoil(content)
    with pytest.raises(InvalidInput, match=r"^trajectories\.json: ") as refused:
        read_rules(written(tmp_path, content))
    assert says in str(refused.value)


def test_a_value_that_only_becomes_wrong_later_is_refused_at_once(tmp_path: Path) -> None:
    content = shipped()
    later = {"valid_from": "2030-01-01", "value": 1.2, "source": "a slip"}
    content["thresholds"][0]["values"].append(later)
    with pytest.raises(InvalidInput, match="quick_missing_share"):
        read_rules(written(tmp_path, content))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"cannot read nowhere\.json"):
        read_rules(tmp_path / "nowhere.json")


def test_rules_without_thresholds_say_what_is_missing() -> None:
    with pytest.raises(InvalidInput, match="is missing"):
        Rules(()).on(TODAY + timedelta(days=1))
