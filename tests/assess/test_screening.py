from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillmatch.assess import screening
from skillmatch.assess.profile import Cefr, Profile, Source, Standing
from skillmatch.assess.screening import Assessment, Mode, Place, Result, with_assessments
from skillmatch.errors import InvalidInput
from skillmatch.taxonomy.concepts import ConceptId
from skillmatch.text import Language
from tests.match.cases import at_ease

WELDING = ConceptId("welding")
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
    ],
)
def test_a_record_that_contradicts_itself_is_refused_by_name(change: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        replace(WELD_TEST, **change)  # type: ignore[arg-type]
    assert refused.value.field == field
