from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillmatch.assess import screening
from skillmatch.assess.distance import (
    Circumstances,
    Constraint,
    Distance,
    LanguageDistance,
    PapersDistance,
    Part,
    Target,
    distance,
)
from skillmatch.assess.profile import Cefr, Claim, Evidence, LabourAccess, Profile, Source, Standing
from skillmatch.assess.screening import Assessment, Mode, Place, Result, with_assessments
from skillmatch.errors import InvalidInput
from skillmatch.taxonomy.concepts import ConceptId
from skillmatch.text import Language
from tests.match.cases import AR, NL, at_ease

TODAY = date(2026, 11, 22)
SKILLS = [ConceptId(name) for name in ("weld", "grind", "read drawings", "wear gear")]
WELDER = Target(essential=frozenset(SKILLS), languages={NL: Cefr.A2}, regulated=False)


def of(profile: Profile, target: Target = WELDER, circumstances: Circumstances | None = None) -> Distance:
    return distance(profile, target, circumstances or Circumstances(), TODAY)


def decided(*standings: Standing) -> tuple[Claim, ...]:
    return tuple(Claim(skill, standing) for skill, standing in zip(SKILLS, standings, strict=False))


def test_the_distance_is_five_components_and_no_number() -> None:
    """VDAB-04."""
    found = of(Profile())
    assert [component.part for component in found.components] == list(Part)
    assert not any(isinstance(getattr(found, part.name), int | float) for part in fields(found))


def test_of_somebody_nobody_has_asked_anything_every_component_is_open() -> None:
    found = of(Profile(), Target())
    assert all(component.would_settle for component in found.components)
    assert found.skills.missing_share == 0


def test_the_essential_skills_are_shown_by_what_is_known_of_each() -> None:
    claims = decided(Standing.CONFIRMED, Standing.SUGGESTED, Standing.REJECTED)
    skills = of(Profile(claims=claims)).skills
    assert (skills.confirmed, skills.suggested, skills.absent, skills.unasked) == tuple(
        frozenset({skill}) for skill in SKILLS
    )
    assert (skills.missing_share, skills.possibly_missing_share) == (0.25, 0.75)
    assert skills.component.says == (
        "of 4 essential skills: 1 confirmed, 1 suggested, 1 known to be missing, 1 not asked about"
    )


def test_a_corrected_claim_counts_as_confirmed_and_nothing_is_open_once_all_is_decided() -> None:
    claims = decided(Standing.CORRECTED, Standing.CONFIRMED, Standing.REJECTED, Standing.CONFIRMED)
    skills = of(Profile(claims=claims)).skills
    assert (len(skills.confirmed), skills.component.would_settle) == (3, None)


@at_ease
@given(st.lists(st.sampled_from([*Standing, None]), min_size=4, max_size=4))
def test_each_skill_counts_once_and_what_is_missing_lies_between_known_and_possible(
    standings: list[Standing | None],
) -> None:
    claims = tuple(Claim(skill, kind) for skill, kind in zip(SKILLS, standings, strict=True) if kind is not None)
    skills = of(Profile(claims=claims)).skills
    assert skills.confirmed | skills.suggested | skills.absent | skills.unasked == WELDER.essential
    assert skills.asked == 4
    assert 0 <= skills.missing_share <= skills.possibly_missing_share <= 1
    assert (skills.missing_share == skills.possibly_missing_share) == (skills.component.would_settle is None)


@at_ease
@given(st.sampled_from(Mode))
def test_a_failed_test_in_whatever_language_makes_no_skill_missing(mode: Mode) -> None:
    """VDAB-05."""
    speaker = AR if mode is Mode.INTERPRETER else None
    failed = Assessment(
        SKILLS[0], screening.Tested.TECHNICAL, Place.PES_SITE, mode, Result.FAILED, TODAY, interpreter_language=speaker
    )
    assert of(with_assessments(Profile(), [failed])) == of(Profile())


LEVELS = [None, *Cefr]


@pytest.mark.parametrize(
    ("asked", "known", "spoken", "below", "at_most"),
    [
        (Cefr.A2, None, False, None, 2),
        (Cefr.A2, None, True, None, 2),
        (Cefr.A2, Cefr.BELOW_A1, True, 2, 2),
        (Cefr.A2, Cefr.A2, True, 0, 0),
        (Cefr.A2, Cefr.C1, True, 0, 0),
        (None, None, False, None, 1),
        (None, None, True, 0, 0),
        (None, Cefr.BELOW_A1, True, 1, 1),
        (None, Cefr.A1, True, 0, 0),
        (Cefr.BELOW_A1, None, False, 0, 0),
    ],
)
def test_tested_under_a1_and_not_known_are_different(
    asked: Cefr | None, known: Cefr | None, spoken: bool, below: int | None, at_most: int
) -> None:
    """Ruling 13."""
    language = LanguageDistance(NL, asked, known, spoken)
    assert (language.levels_below, language.at_most_below) == (below, at_most)


@at_ease
@given(st.sampled_from(LEVELS), st.sampled_from(LEVELS))
def test_a_test_of_a_language_never_finds_more_missing_than_was_feared(asked: Cefr | None, known: Cefr | None) -> None:
    unknown, tested = LanguageDistance(NL, asked, None, False), LanguageDistance(NL, asked, known, known is not None)
    assert tested.at_most_below <= unknown.at_most_below


def test_work_that_asks_no_language_leaves_nothing_open_about_languages() -> None:
    """VDAB-01: no Dutch needs to be known."""
    found = of(Profile(), Target(languages={}))
    assert (found.languages, found.settles_languages) == ((), None)


def test_only_the_languages_not_yet_tested_are_to_be_tested() -> None:
    asked = {NL: Cefr.A2, AR: Cefr.B1, Language("fr"): None}
    found = of(Profile({NL: Cefr.BELOW_A1, AR: None}), Target(languages=asked))
    assert found.settles_languages == "a test of spoken interaction in ar, fr"
    assert "nl A2 is asked, below A1 is known" in found.languages_say


@pytest.mark.parametrize(
    ("access", "fits", "may_work", "paper"),
    [
        (None, None, None, "the residence title"),
        (LabourAccess.UNLIMITED, None, True, None),
        (LabourAccess.UNLIMITED, False, True, None),
        (LabourAccess.NONE, None, False, None),
        (LabourAccess.LIMITED, None, None, "the permit, which states function, employer or hours"),
        (LabourAccess.LIMITED, True, True, None),
        (LabourAccess.LIMITED, False, False, None),
    ],
)
def test_open_labour_access_names_the_paper_that_settles_it(
    access: LabourAccess | None, fits: bool | None, may_work: bool | None, paper: str | None
) -> None:
    """Ruling 10, EMP-01."""
    papers = PapersDistance(access, fits)
    assert (papers.may_work, papers.settles_access) == (may_work, paper)


@pytest.mark.parametrize(
    ("regulated", "held", "may"),
    [
        (False, None, True),
        (False, False, True),
        (True, True, True),
        (True, False, False),
        (True, None, None),
        (None, True, True),
        (None, False, None),
        (None, None, None),
    ],
)
def test_not_known_to_be_regulated_is_not_free(regulated: bool | None, held: bool | None, may: bool | None) -> None:
    """Ruling 18."""
    papers = PapersDistance(regulated=regulated, may_practise=held)
    assert papers.may_practise_it is may
    assert (papers.settles_practice is None) == (may is not None)


def test_papers_in_words_name_every_paper_that_is_open() -> None:
    component = PapersDistance(LabourAccess.LIMITED, None, True, None).component
    assert component.says == "labour access is limited; the work is regulated"
    assert component.would_settle == (
        "the permit, which states function, employer or hours; the paper that the work asks"
    )


def test_constraints_are_shown_only_as_far_as_they_were_volunteered() -> None:
    """VDAB-04: health or care constraints if volunteered."""
    nothing = of(Profile()).constraints.component
    assert nothing.says == "hours were not volunteered"
    assert "the reason is not asked" in str(nothing.would_settle)
    kinds = frozenset({Constraint.HEALTH, Constraint.CARE})
    said = of(Profile(), WELDER, Circumstances(hours_per_week=20, constraints=kinds)).constraints.component
    assert said.says == "20 hours a week can be given; constraints volunteered: care, health"
    assert said.would_settle is None
    none = of(Profile(), WELDER, Circumstances(constraints=frozenset())).constraints.component
    assert none.says == "constraints volunteered: none"


def profile_tested_on(day: date | None) -> Profile:
    return Profile(claims=(Claim(SKILLS[0], Standing.CONFIRMED, (Evidence(SKILLS[0], Source.ASSESSMENT, 1, day),)),))


def test_skills_are_as_recent_as_the_later_of_work_and_test() -> None:
    worked = Circumstances(last_worked=date(2019, 11, 22))
    assert of(Profile(), WELDER, worked).recency.years == pytest.approx(7, abs=0.01)
    recent = of(profile_tested_on(date(2026, 10, 20)), WELDER, worked).recency
    assert (recent.last, recent.complete) == (date(2026, 10, 20), True)


def test_a_note_of_today_is_no_use_of_a_skill_today() -> None:
    note = Evidence(SKILLS[0], Source.SELF_REPORT, 1, TODAY)
    assert of(Profile(claims=(Claim(SKILLS[0], Standing.SUGGESTED, (note,)),))).recency.last is None


def test_a_test_that_is_still_to_come_shows_nothing_yet() -> None:
    assert of(profile_tested_on(date(2026, 11, 23))).recency.last is None
    assert of(profile_tested_on(None)).recency.last is None


def test_an_old_test_alone_does_not_say_that_skills_were_not_used_since() -> None:
    recency = of(profile_tested_on(date(2019, 11, 22))).recency
    assert (recency.complete, recency.settles) == (False, "the last year of work, or a test of the skills")
    assert "whether they were used since is not known" in recency.component.says


def test_not_having_worked_yet_is_known_and_is_no_length_of_time() -> None:
    component = of(Profile(), WELDER, Circumstances(worked=False)).recency.component
    assert (component.says, component.would_settle) == ("has not worked yet", None)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"hours_per_week": -1}, "hours_per_week"),
        ({"hours_per_week": 169}, "hours_per_week"),
        ({"hours_per_week": float("nan")}, "hours_per_week"),
        ({"worked": False, "last_worked": date(2020, 1, 1)}, "last_worked"),
    ],
)
def test_circumstances_that_cannot_be_are_refused_by_name(change: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        replace(Circumstances(), **change)  # type: ignore[arg-type]
    assert refused.value.field == field


def test_work_in_the_future_is_refused() -> None:
    with pytest.raises(InvalidInput, match="field last_worked: lies in the future"):
        of(Profile(), WELDER, Circumstances(last_worked=date(2026, 11, 23)))
