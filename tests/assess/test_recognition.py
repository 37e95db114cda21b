"""The recognition route in Flanders (D4; rulings 17, 18, 19): an orientation that decides nothing."""

import csv
import re
from dataclasses import asdict
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillmatch.assess.education.levels import Certainty, Levels
from skillmatch.assess.education.tables import FOLDER
from skillmatch.assess.recognition import (
    NOTE,
    RULING_18,
    Advice,
    Aim,
    Area,
    Question,
    Region,
    Regulated,
    Route,
    Rules,
    Scope,
)
from skillmatch.errors import TaxonomyError
from skillmatch.taxonomy.concepts import Taxonomy

RULES = Rules.read()
TODAY = date(2026, 11, 22)

NURSE, WELDER, HAIRDRESSER, TEACHER, ESTATE_AGENT, ACCOUNTANT = "2221", "7212", "5141", "2330", "3334", "2411"
BRICKLAYER, MASSEUR = "7112", "3255"

QUESTIONS = [
    Question(country, on, aim, isco, esco, region, own, free, level, status)
    for country, on, aim, isco, esco, region, own, free, level, status in product(
        ("SY", "RO", "NL", "BE", "GB"), (date(2017, 5, 1), TODAY), Aim, (None, NURSE, WELDER, HAIRDRESSER, TEACHER),
        (None, True), (None, Region.FLANDERS, Region.BRUSSELS), (None, True, False), (None, False),
        (None, Levels(8, 8)), (None, "asylum seeker"),
    )
]  # fmt: skip


def advise(isco: str | None = None, country: str = "SY", on: date = TODAY, **more: object) -> Advice:
    return RULES.advise(Question(country, on, isco=isco, **more))  # type: ignore[arg-type]


def routes(advice: Advice) -> list[Route]:
    return [step.route for step in advice.steps]


# --- the route (D4) ------------------------------------------------------------------------------------------------


def test_who_studies_on_asks_the_school_and_not_naric() -> None:
    for isco in (None, NURSE, WELDER):
        assert routes(advise(isco, aim=Aim.STUDY)) == [Route.ASK_THE_SCHOOL]


def test_a_regulated_job_with_a_diploma_from_outside_the_eea_takes_two_steps_in_order() -> None:
    advice = advise(NURSE)
    assert routes(advice) == [Route.SPECIFIC, Route.PROFESSIONAL]
    assert advice.certainty is Certainty.HIGH
    assert not any(step.optional for step in advice.steps)


def test_a_regulated_job_with_an_eea_diploma_goes_straight_to_the_body_of_the_profession() -> None:
    known, unknown = advise(NURSE, "RO", free_movement=True), advise(NURSE, "RO")
    assert routes(known) == routes(unknown) == [Route.PROFESSIONAL]
    assert (known.certainty, unknown.certainty) == (Certainty.HIGH, Certainty.MEDIUM)
    assert unknown.would_settle
    assert routes(advise(NURSE, "RO", free_movement=False)) == [Route.SPECIFIC, Route.PROFESSIONAL]


def test_countries_belong_to_the_eea_by_date() -> None:
    """Romania joined in 2007, Croatia in 2013; the United Kingdom's transition ended on 31 December 2020."""
    assert not RULES.within("RO", Area.EEA, date(2006, 12, 31))
    assert RULES.within("RO", Area.EEA, date(2007, 1, 1))
    assert RULES.within("GB", Area.EEA, date(2020, 12, 31))
    assert not RULES.within("GB", Area.EEA, date(2021, 1, 1))
    assert routes(advise(NURSE, "GB", date(2020, 6, 1), free_movement=True)) == [Route.PROFESSIONAL]
    assert routes(advise(NURSE, "GB", free_movement=True)) == [Route.SPECIFIC, Route.PROFESSIONAL]
    assert sum(RULES.within(country, Area.EEA, TODAY) for country in {country for country, _, _ in RULES.areas}) == 31


def test_ruling_19_a_teacher_from_outside_the_eea_hears_of_both_with_medium_certainty() -> None:
    advice = advise(TEACHER)
    assert routes(advice) == [Route.SPECIFIC, Route.PROFESSIONAL]
    assert [step.optional for step in advice.steps] == [False, True]
    assert advice.certainty is Certainty.MEDIUM
    assert "19" in advice.rule


def test_ruling_18_a_job_not_known_to_be_regulated_is_never_called_free() -> None:
    advice = advise(WELDER)
    assert advice.regulated.answer is Regulated.NOT_KNOWN
    assert routes(advice) == [Route.LEVEL]
    assert advice.steps[0].optional
    assert advice.because == RULING_18
    assert "optional" in RULING_18
    assert "check the list" in RULING_18
    assert advice.certainty is not Certainty.HIGH
    assert advice.would_settle


@pytest.mark.parametrize("country", ["NL", "LU", "EE", "LV", "LT"])
def test_levels_that_count_without_a_procedure_need_none_and_even_so_without_certainty(country: str) -> None:
    advice = advise(WELDER, country)
    assert routes(advice) == [Route.NONE_NEEDED]
    assert advice.certainty is not Certainty.HIGH
    assert RULING_18 in advice.because


def test_without_a_target_occupation_the_answer_is_unsure_and_asks_for_it() -> None:
    advice = advise(None)
    assert (routes(advice), advice.certainty) == ([Route.LEVEL], Certainty.LOW)
    assert advice.would_settle == "the target occupation"


# --- three answers on regulation (ruling 17) -----------------------------------------------------------------------


def test_regulation_has_three_different_answers() -> None:
    answers = [advise(isco, region=Region.BRUSSELS).regulated.answer for isco in (NURSE, HAIRDRESSER, WELDER)]
    assert answers == [Regulated.EMPLOYEES, Regulated.SELF_EMPLOYED, Regulated.NOT_KNOWN]
    assert not any(re.search("free", answer) for answer in Regulated)


def test_trades_are_regulated_for_the_self_employed_by_region_and_date() -> None:
    """Ruling 17: none left in Flanders since 1 January 2019, of which food, vehicles and care ended a year earlier."""

    def answer(isco: str, region: Region, on: date) -> Regulated:
        return advise(isco, on=on, region=region).regulated.answer

    for isco, day in ((HAIRDRESSER, date(2018, 1, 1)), (BRICKLAYER, date(2019, 1, 1))):
        assert answer(isco, Region.FLANDERS, day - timedelta(days=1)) is Regulated.SELF_EMPLOYED
        assert answer(isco, Region.FLANDERS, day) is Regulated.NOT_KNOWN
        assert answer(isco, Region.BRUSSELS, day) is answer(isco, Region.WALLONIA, day) is Regulated.SELF_EMPLOYED


def test_brussels_ended_some_trades_in_2024() -> None:
    """Massage, pedicure, dental technicians, dry cleaning and wholesale butchers, on 1 April 2024."""
    before, after = (advise(MASSEUR, on=day, region=Region.BRUSSELS) for day in (date(2024, 3, 31), date(2024, 4, 1)))
    assert before.regulated.answer is Regulated.SELF_EMPLOYED
    assert after.regulated.answer is Regulated.NOT_KNOWN


def test_fees_are_those_of_the_day() -> None:
    assert [step.fee_eur for step in advise(WELDER, on=date(2020, 1, 1)).steps] == [90]
    assert [step.fee_eur for step in advise(WELDER).steps] == [119]


def test_what_binds_the_self_employed_does_not_bind_an_employee() -> None:
    own, employed, unknown = (
        advise(HAIRDRESSER, region=Region.BRUSSELS, self_employed=own) for own in (True, False, None)
    )
    assert routes(own) == [Route.PROFESSIONAL, Route.LEVEL]
    assert not own.steps[0].optional
    assert routes(employed) == [Route.LEVEL]
    assert unknown.steps[0].condition == "only to work self-employed"
    assert unknown.would_settle
    assert advise(ESTATE_AGENT).regulated.answer is Regulated.SELF_EMPLOYED


def test_a_region_nobody_named_leaves_all_of_them_open_with_low_certainty() -> None:
    advice = advise(HAIRDRESSER)
    assert advice.regulated.answer is Regulated.SELF_EMPLOYED
    assert advice.certainty is Certainty.LOW
    assert "Brussels" in advice.because
    assert "Flanders" not in advice.because


def test_a_group_of_which_a_part_is_regulated_is_less_sure() -> None:
    """ISCO's accountants hold certified ones, who are on the list, and others, who are not."""
    assert advise(ACCOUNTANT).regulated.certainty is Certainty.MEDIUM
    assert advise(ACCOUNTANT).certainty is Certainty.MEDIUM
    assert advise(NURSE).regulated.certainty is Certainty.HIGH


def test_the_mark_of_esco_regulates_and_its_absence_says_nothing() -> None:
    """ESCO marks 15 occupations (D4): absence is not known, as None or False."""
    assert advise(WELDER, esco_regulated=True).regulated.answer is Regulated.EMPLOYEES
    for mark in (None, False):
        assert advise(WELDER, esco_regulated=mark).regulated.answer is Regulated.NOT_KNOWN


def test_every_occupation_that_esco_marks_is_on_the_list_too(real_taxonomy: Taxonomy) -> None:
    marked = {real_taxonomy.isco[number] for number, mark in enumerate(real_taxonomy.regulated) if mark}
    listed = {one.isco for one in RULES.regulations if one.scope is Scope.EMPLOYEES}
    assert marked
    assert marked <= listed


def test_the_list_names_real_groups_of_isco(real_taxonomy: Taxonomy) -> None:
    assert {one.isco for one in RULES.regulations} <= set(real_taxonomy.isco)


# --- what a step costs ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("route", "isced", "days", "fee"),
    [
        (Route.LEVEL, None, 60, 119),
        (Route.SPECIFIC, None, 120, 238),
        (Route.LEVEL, Levels(8, 8), 60, 397),
        (Route.SPECIFIC, Levels(8, 8), 120, 397),
        (Route.LEVEL, Levels(7, 8), 60, 119),
    ],
)
def test_duration_and_fee_are_those_of_naric(route: Route, isced: Levels | None, days: int, fee: int) -> None:
    procedure = RULES.procedure(route, TODAY, isced)
    assert procedure is not None
    assert (procedure.days, procedure.fee_eur) == (days, fee)
    assert procedure.documents
    assert procedure.source
    assert procedure.checked <= TODAY


@pytest.mark.parametrize("status", ["asylum seeker", "refugee status", "subsidiary protection", "temporary protection"])
def test_people_under_protection_pay_nothing(status: str) -> None:
    assert [step.fee_eur for step in advise(WELDER, status=status).steps] == [0]
    assert [step.fee_eur for step in advise(WELDER).steps] == [119]


def test_a_fee_that_the_body_sets_is_not_known_rather_than_nothing() -> None:
    assert advise(NURSE).steps[1].fee_eur is None


def test_data_looked_at_more_than_a_year_ago_is_stale() -> None:
    procedure = RULES.procedure(Route.LEVEL, TODAY)
    assert procedure is not None
    assert not procedure.stale(date(2027, 11, 22))
    assert procedure.stale(date(2027, 11, 23))


# --- always --------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.sampled_from(QUESTIONS))
def test_all_advice_has_steps_a_rule_and_the_note_and_calls_nothing_recognised(question: Question) -> None:
    advice = RULES.advise(question)
    assert advice.steps
    assert advice.rule
    assert advice.note == NOTE
    assert "orientation and no decision" in NOTE
    assert not re.search("recogni[sz]ed|rejected|refused", str(asdict(advice)), re.IGNORECASE)
    assert (advice.would_settle is not None) or advice.certainty is not Certainty.LOW


@settings(deadline=None)
@given(st.sampled_from(QUESTIONS))
def test_none_needed_is_never_a_certainty(question: Question) -> None:
    advice = RULES.advise(question)
    assert Route.NONE_NEEDED not in routes(advice) or advice.certainty is not Certainty.HIGH


@settings(deadline=None)
@given(st.sampled_from(QUESTIONS))
def test_what_is_not_known_of_a_person_adds_no_duty(question: Question) -> None:
    """Not to know whether somebody works self-employed makes no step obligatory that an employee would not have."""
    if question.self_employed is not None or question.aim is Aim.STUDY:
        return
    duties = {step.route for step in RULES.advise(question).steps if not step.optional}
    as_employee = RULES.advise(Question(**{**_parts(question), "self_employed": False}))  # type: ignore[arg-type]
    assert duties <= {step.route for step in as_employee.steps}


def _parts(question: Question) -> dict[str, object]:
    return {name: getattr(question, name) for name in Question.__dataclass_fields__}


# --- files ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "column", "value", "message"),
    [
        ("regulated.csv", "isco", "22", "should match"),
        ("regulated.csv", "scope", "all", "should be one of employees"),
        ("regulated.csv", "region", "Antwerp", "should be one of Flanders"),
        ("regulated.csv", "since", "2019", "should be a date"),
        ("regulated.csv", "until", "1999-01-01", "is before since"),
        ("procedures.csv", "route", "none", "should be one of none needed"),
        ("procedures.csv", "fee_eur", "ninety", "should match"),
        ("procedures.csv", "checked", "", "is empty"),
        ("areas.csv", "area", "Benelux", "should be one of EEA"),
    ],
)
def test_a_malformed_row_is_refused_by_file_row_and_column(
    tmp_path: Path, file: str, column: str, value: str, message: str
) -> None:
    for shipped in FOLDER.glob("*.csv"):
        (tmp_path / shipped.name).write_bytes(shipped.read_bytes())
    with (FOLDER / file).open(encoding="utf-8", newline="") as lines:
        table = list(csv.DictReader(lines))
    table[0][column] = value
    with (tmp_path / file).open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(table[0]))
        writer.writeheader()
        writer.writerows(table)
    with pytest.raises(TaxonomyError, match=f"{file}, row 2, column {column}: {message}"):
        Rules.read(tmp_path)


def test_every_route_has_its_procedure_and_every_one_of_its_rows_a_source() -> None:
    for route in Route:
        assert (RULES.procedure(route, TODAY) is None) == (route is Route.NONE_NEEDED)
    assert all(procedure.source for procedure in RULES.procedures)
    assert all(regulation.source and regulation.body for regulation in RULES.regulations)
