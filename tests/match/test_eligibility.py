from datetime import date

import pytest

from skillmatch.assess.profile import Cefr, LabourAccess, Profile
from skillmatch.match.eligibility import (
    MentorRules,
    available,
    common_languages,
    hours,
    labour_access,
    language_level,
    licence,
    mentor_verdicts,
    region,
    schedule,
    shared_language,
    trained,
    vacancy_verdicts,
)
from skillmatch.match.offers import Answer, Mentor, Vacancy
from tests.match.cases import AR, EN, NL

YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN


@pytest.mark.parametrize(
    ("access", "value"),
    [(LabourAccess.UNLIMITED, YES), (LabourAccess.LIMITED, UNKNOWN), (LabourAccess.NONE, NO), (None, UNKNOWN)],
)
def test_labour_access_names_the_document_whatever_it_says(access: LabourAccess | None, value: Answer) -> None:
    """EMP-01: never a yes or no without the document."""
    verdict = labour_access(access)
    assert verdict.value is value
    assert "residence title" in f"{verdict.because} {verdict.would_settle}"


@pytest.mark.parametrize(
    ("asked", "known", "value"),
    [
        (Cefr.B1, {}, UNKNOWN),
        (Cefr.B1, {NL: None}, UNKNOWN),
        (Cefr.B1, {NL: Cefr.B1}, YES),
        (Cefr.B1, {NL: Cefr.C2}, YES),
        (Cefr.B1, {NL: Cefr.A2}, NO),
        (Cefr.B1, {NL: Cefr.BELOW_A1}, NO),
        (Cefr.BELOW_A1, {NL: Cefr.BELOW_A1}, YES),
        (None, {}, UNKNOWN),
        (None, {NL: None}, YES),
        (None, {NL: Cefr.A1}, YES),
        (None, {NL: Cefr.BELOW_A1}, UNKNOWN),
    ],
)
def test_a_language_removes_only_where_a_level_is_asked_and_known_to_be_missed(
    asked: Cefr | None, known: dict[object, Cefr | None], value: Answer
) -> None:
    """VDAB-01."""
    assert language_level(NL, asked, known).value is value  # type: ignore[arg-type]


def test_a_language_verdict_says_both_levels() -> None:
    verdict = language_level(NL, Cefr.B2, {NL: Cefr.BELOW_A1})
    assert (verdict.rule, verdict.because) == ("language:nl", "nl B2 is asked; nl below A1 is known")


def test_somebody_without_any_dutch_is_refused_by_no_vacancy_that_does_not_ask_it() -> None:
    """VDAB-01."""
    for languages in ({}, {AR: None}, {NL: Cefr.BELOW_A1}):
        verdicts = vacancy_verdicts(Profile(languages), Vacancy("v", "", None))
        assert [verdict.rule for verdict in verdicts] == ["labour-access"]
        assert verdicts[0].value is UNKNOWN


@pytest.mark.parametrize(("held", "value"), [(None, UNKNOWN), (frozenset(), NO), (frozenset("b"), YES)])
def test_licences_hours_and_regions_are_unknown_until_asked(held: frozenset[str] | None, value: Answer) -> None:
    """BOT-02: acceptances are never inferred."""
    assert [rule("B", held).value for rule in (licence, schedule, region)] == [value] * 3


def test_every_unknown_says_what_would_settle_it_and_nothing_else_does() -> None:
    vacancy = Vacancy("v", "", None, languages={NL: Cefr.B1}, licences=frozenset("B"), region="Ghent",
                      schedule=frozenset({"night"}))  # fmt: skip
    nobody, mentor = Profile(), Mentor("m", "", {}, ())
    unknown = vacancy_verdicts(nobody, vacancy) + mentor_verdicts(nobody, mentor, MentorRules(start=date(2026, 11, 1)))
    assert {verdict.value for verdict in unknown} == {UNKNOWN}
    assert all(verdict.would_settle for verdict in unknown)
    assert len({verdict.rule for verdict in unknown}) == 9
    known = Profile({NL: Cefr.B2}, (), LabourAccess.UNLIMITED, frozenset("B"), frozenset(), frozenset({"night"}))
    assert [verdict.value for verdict in vacancy_verdicts(known, vacancy)] == [YES, YES, YES, YES, NO]
    assert not any(verdict.would_settle for verdict in vacancy_verdicts(known, vacancy))


@pytest.mark.parametrize(("offered", "value"), [(3.0, YES), (2.0, YES), (1.5, NO), (None, UNKNOWN)])
def test_a_mentor_gives_two_hours_a_week_or_more(offered: float | None, value: Answer) -> None:
    """C2: three hours are accepted, one and a half are refused with the reason."""
    verdict = hours(offered, 2.0)
    assert verdict.value is value
    if value is NO:
        assert verdict.because == "1.5 hours a week are offered, 2 are asked"


@pytest.mark.parametrize(("done", "value"), [(True, YES), (False, NO), (None, UNKNOWN)])
def test_no_mentor_is_proposed_before_the_training_is_done(done: bool | None, value: Answer) -> None:
    """DUO-01."""
    assert trained(done).value is value


def test_a_mentor_is_available_from_the_first_day_on() -> None:
    start = date(2026, 11, 1)
    found = [available(since, start).value for since in (date(2026, 11, 1), date(2026, 11, 2), None)]
    assert found == [YES, NO, UNKNOWN]


@pytest.mark.parametrize(
    ("mentee", "mentor", "value"),
    [
        ({AR: Cefr.C2}, {NL: Cefr.C2, AR: Cefr.B1}, YES),
        ({AR: None}, {AR: Cefr.B1}, YES),
        ({AR: Cefr.C2}, {NL: Cefr.C2}, NO),
        ({NL: Cefr.BELOW_A1}, {NL: Cefr.C2}, NO),
        ({NL: Cefr.BELOW_A1}, {NL: None}, NO),
        ({}, {NL: Cefr.C2}, UNKNOWN),
        ({AR: Cefr.C2}, {}, UNKNOWN),
    ],
)
def test_a_language_in_common_is_needed_unless_nobody_asked(
    mentee: dict[object, Cefr | None], mentor: dict[object, Cefr | None], value: Answer
) -> None:
    """DUO-06."""
    assert shared_language(mentee, mentor).value is value  # type: ignore[arg-type]


def test_the_languages_in_common_are_shown_with_the_lower_level_best_first() -> None:
    mentee = {NL: Cefr.A2, EN: Cefr.B2, AR: None}
    mentor = {NL: Cefr.C2, EN: Cefr.B1, AR: Cefr.A1}
    assert [(common.language, common.level) for common in common_languages(mentee, mentor)] == [
        (EN, Cefr.B1), (NL, Cefr.A2), (AR, None),
    ]  # fmt: skip
    assert shared_language(mentee, mentor).because == "both speak en (B1), nl (A2), ar (level not known)"


def test_a_programme_may_ask_more_of_a_common_language() -> None:
    """MEN-02 asks French at A2."""
    both = {NL: Cefr.A1}
    assert [shared_language(both, both, floor).value for floor in (Cefr.A1, Cefr.A2)] == [YES, NO]
