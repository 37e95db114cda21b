from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillmatch.assess import screening
from skillmatch.assess.profile import Activity, Cefr, Claim, Evidence, Profile, Source, Standing
from skillmatch.assess.screening import Assessment, Mode, Place, Result, has_enough_dutch, overrides, with_assessments
from skillmatch.errors import InvalidInput
from skillmatch.taxonomy.concepts import ConceptId
from skillmatch.text import Language
from tests.match.cases import at_ease

WELDING, SAFETY, TEAMWORK = (ConceptId(name) for name in ("welding", "safety", "teamwork"))
About = screening.Tested  # by another name: pytest takes classes called Test... for tests
NL, AR = Language("nl"), Language("ar")

WELD_TEST = Assessment(
    WELDING,
    About.TECHNICAL,
    Place.WORKPLACE,
    Mode.INTERPRETER,
    Result.PASSED,
    date(2026, 10, 20),
    "job coach",
    AR,
)
DUTCH_TEST = Assessment(
    ConceptId("Dutch"), About.LANGUAGE, Place.PES_SITE, Mode.DUTCH, Result.FAILED, date(2026, 10, 21), "NT2 tester",
    language=NL, level=Cefr.A1,
)  # fmt: skip


def test_a_passed_test_is_evidence_that_names_the_test_and_no_person() -> None:
    (evidence,) = WELD_TEST.evidence
    assert (evidence.concept, evidence.source, evidence.score) == (WELDING, Source.ASSESSMENT, 1.0)
    assert (evidence.on, evidence.detail) == (date(2026, 10, 20), "technical test, working environment, ar")


def test_a_passed_test_confirms_its_claim() -> None:
    claim = with_assessments(Profile(), [WELD_TEST]).claim(WELDING)
    assert claim is not None
    assert (claim.standing, claim.strength, claim.evidence) == (Standing.CONFIRMED, 1.0, WELD_TEST.evidence)


@at_ease
@given(st.sampled_from(Mode), st.sampled_from(About), st.sampled_from(Standing))
def test_a_failed_test_in_whatever_language_changes_no_claim(mode: Mode, kind: About, standing: Standing) -> None:
    """VDAB-05."""
    interpreter = AR if mode is Mode.INTERPRETER else None
    failed = replace(WELD_TEST, kind=kind, mode=mode, interpreter_language=interpreter, result=Result.FAILED)
    profile = Profile().decide(WELDING, standing)
    assert with_assessments(profile, [failed]) == profile


@pytest.mark.parametrize("standing", [Standing.REJECTED, Standing.CORRECTED])
def test_a_test_does_not_overrule_what_a_person_decided(standing: Standing) -> None:
    claim = with_assessments(Profile().decide(WELDING, standing), [WELD_TEST]).claim(WELDING)
    assert claim is not None
    assert (claim.standing, claim.evidence) == (standing, WELD_TEST.evidence)


def test_a_language_test_sets_the_level_it_established_and_no_technical_claim() -> None:
    profile = with_assessments(Profile({AR: Cefr.C2}).decide(WELDING, Standing.CONFIRMED), [DUTCH_TEST])
    assert profile.languages == {AR: Cefr.C2, NL: Cefr.A1}
    assert profile.claims == Profile().decide(WELDING, Standing.CONFIRMED).claims


def test_a_passed_language_test_confirms_nothing_even_where_it_names_a_trade() -> None:
    """VDAB-05: languages and skills are stored and scored apart."""
    misfiled = replace(DUTCH_TEST, competence=WELDING, result=Result.PASSED)
    assert with_assessments(Profile(), [misfiled]) == Profile({NL: Cefr.A1})


def test_matching_reads_spoken_interaction_and_a_writing_test_says_only_that_the_language_is_known() -> None:
    """Ruling 13."""
    writing = replace(DUTCH_TEST, level=Cefr.B1, activity=Activity.WRITING)
    spoken = replace(DUTCH_TEST, activity=Activity.SPOKEN_INTERACTION)
    assert with_assessments(Profile(), [writing]).languages == {NL: None}
    assert with_assessments(Profile(), [spoken, writing]).languages == {NL: Cefr.A1}


def test_of_two_language_tests_the_later_counts_in_whatever_order_they_come() -> None:
    later = replace(DUTCH_TEST, level=Cefr.B1, on=date(2027, 3, 1))
    undated = replace(DUTCH_TEST, level=Cefr.C1, on=None)
    for tests in ([DUTCH_TEST, later, undated], [later, undated, DUTCH_TEST]):
        assert with_assessments(Profile(), tests).languages == {NL: Cefr.B1}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"interpreter_language": None}, "interpreter_language"),
        ({"mode": Mode.MINIMUM_VOCABULARY}, "interpreter_language"),
        ({"language": NL}, "language"),
        ({"level": Cefr.A1}, "level"),
        ({"kind": About.LANGUAGE, "language": NL}, "level"),
        ({"kind": About.LANGUAGE, "level": Cefr.A1}, "language"),
        ({"activity": Activity.READING}, "activity"),
        ({"kind": About.LANGUAGE, "activity": Activity.READING}, "activity"),
    ],
)
def test_a_record_that_contradicts_itself_is_refused_by_name(change: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        replace(WELD_TEST, **change)  # type: ignore[arg-type]
    assert refused.value.field == field


SKILL_TESTS = st.builds(
    Assessment,
    st.sampled_from([WELDING, SAFETY, TEAMWORK]),
    st.sampled_from([About.TECHNICAL, About.SOFT]),
    st.sampled_from(Place),
    st.just(Mode.DUTCH),
    st.sampled_from(Result),
    st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 5)),
)
DECIDED = st.dictionaries(st.sampled_from([WELDING, SAFETY, TEAMWORK]), st.sampled_from(Standing))


def said_by_oneself() -> tuple[Claim, ...]:
    return Profile().with_suggestions([Evidence(WELDING, Source.SELF_REPORT, 0.6)]).claims


def held(test: Assessment, mode: Mode) -> Assessment:
    return replace(test, mode=mode, interpreter_language=AR if mode is Mode.INTERPRETER else None)


def technical(profile: Profile) -> dict[ConceptId, object]:
    """Each claim with its standing, its strength, and what was scored when: the detail names how it was held."""
    scored = {
        claim.concept: {(piece.source, piece.score, piece.on) for piece in claim.evidence} for claim in profile.claims
    }
    return {claim.concept: (claim.standing, claim.strength, scored[claim.concept]) for claim in profile.claims}


@at_ease
@given(DECIDED, st.lists(st.tuples(SKILL_TESTS, st.sampled_from(Mode), st.sampled_from(Mode)), max_size=6))
def test_the_same_results_in_dutch_through_an_interpreter_or_by_pictures_give_one_technical_profile(
    decided: dict[ConceptId, Standing], tests: Sequence[tuple[Assessment, Mode, Mode]]
) -> None:
    """VDAB-05, the property of the issue."""
    before = Profile({NL: Cefr.A1}, said_by_oneself())
    for concept, standing in decided.items():
        before = before.decide(concept, standing)
    one = with_assessments(before, [held(test, mode) for test, mode, _ in tests])
    other = with_assessments(before, [held(test, mode) for test, _, mode in tests])
    assert technical(one) == technical(other)
    assert one.languages == other.languages == {NL: Cefr.A1}


@at_ease
@given(st.lists(SKILL_TESTS, max_size=4), st.lists(st.sampled_from(Cefr), max_size=3), st.randoms())
def test_whatever_language_tests_come_between_the_technical_profile_stays(
    tests: Sequence[Assessment], levels: Sequence[Cefr], order: Random
) -> None:
    """VDAB-05: a failed test of Dutch lowers nothing but the level of Dutch."""
    mixed = [*tests, *(replace(DUTCH_TEST, competence=WELDING, level=level) for level in levels)]
    order.shuffle(mixed)
    kept = [test for test in mixed if test.kind is not About.LANGUAGE]
    assert with_assessments(Profile(), mixed).claims == with_assessments(Profile(), kept).claims


PLAIN = held(WELD_TEST, Mode.DUTCH)


@pytest.mark.parametrize(
    ("known", "enough"), [(None, None), (Cefr.BELOW_A1, False), (Cefr.A1, False), (Cefr.A2, True), (Cefr.C2, True)]
)
def test_a_plain_test_needs_dutch_and_not_known_is_not_no(known: Cefr | None, enough: bool | None) -> None:
    """VDAB-03, ruling 13."""
    assert has_enough_dutch(PLAIN, known, Cefr.A2) is enough
    assert has_enough_dutch(replace(PLAIN, kind=About.SOFT), known, Cefr.A2) is enough


@pytest.mark.parametrize("known", [None, *Cefr])
def test_through_an_interpreter_by_pictures_or_of_dutch_itself_any_dutch_is_enough(known: Cefr | None) -> None:
    """VDAB-01, VDAB-03."""
    for test in (WELD_TEST, held(WELD_TEST, Mode.MINIMUM_VOCABULARY), DUTCH_TEST):
        assert has_enough_dutch(test, known, Cefr.A2) is True
        assert not overrides(test, known, Cefr.A2, None)


@pytest.mark.parametrize("empty", [None, "", "  "])
def test_with_too_little_dutch_a_plain_test_is_refused_with_what_would_be_right(empty: str | None) -> None:
    """VDAB-03: either an interpreter or minimum vocabulary."""
    with pytest.raises(
        InvalidInput, match=r"field mode: .*A2.*interpreter or minimum vocabulary.*override_reason"
    ) as no:
        overrides(PLAIN, Cefr.A1, Cefr.A2, empty)
    assert no.value.field == "mode"


def test_a_reason_overrides_and_is_asked_for_only_where_something_is_overridden() -> None:
    assert overrides(PLAIN, Cefr.A1, Cefr.A2, "asked for Dutch herself")
    assert not overrides(PLAIN, None, Cefr.A2, "asked for Dutch herself")
    with pytest.raises(InvalidInput, match="field override_reason: nothing is overridden"):
        overrides(PLAIN, Cefr.A2, Cefr.A2, "asked for Dutch herself")
