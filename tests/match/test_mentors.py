from dataclasses import replace
from datetime import date
from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillmatch.assess.profile import Cefr, Profile
from skillmatch.match.eligibility import MentorRules
from skillmatch.match.mentors import MentorWeights, rank_mentors
from skillmatch.match.nearness import Nearness, Way
from skillmatch.match.offers import Mentor, ReasonKind
from skillmatch.taxonomy.concepts import ConceptId, Taxonomy
from skillmatch.text import Language
from tests.match.cases import AR, EN, NL, OCCUPATION_IDS, at_ease, levels, occupation, random_vectors

WAREHOUSE, PLANNER, DRIVER, NURSE = occupation(4), occupation(10), occupation(9), occupation(3)
BARBAROS = Profile({AR: Cefr.C2, EN: Cefr.B1})


def mentor(name: str, *occupations: ConceptId, **known: object) -> Mentor:
    facts: dict[str, object] = {"languages": {EN: Cefr.C1, NL: Cefr.C2}, "hours_per_week": 2.0, "trained": True}
    return Mentor(name, name, occupations=occupations, **(facts | known))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def near(taxonomy: Taxonomy) -> Nearness:
    return Nearness(taxonomy)


def ids(found: tuple[object, ...]) -> list[str]:
    return [match.item.id for match in found]  # type: ignore[attr-defined]


def test_mentors_come_by_work_then_sector_and_say_which(near: Nearness) -> None:
    mentors = [mentor("nurse", NURSE), mentor("planner", WAREHOUSE, PLANNER), mentor("driver", DRIVER),
               mentor("warehouse", WAREHOUSE)]  # fmt: skip
    ranking = rank_mentors(BARBAROS, [PLANNER], mentors, near, k=4)
    assert ids(ranking.matches) == ["planner", "warehouse", "driver", "nurse"]
    assert ranking.matches[0].reasons[0].answered_by == PLANNER
    by_kind = {reason.kind: reason for reason in ranking.matches[1].reasons}
    work, sector = by_kind[ReasonKind.OCCUPATION], by_kind[ReasonKind.SECTOR]
    assert (work.asked, work.answered_by, work.near and work.near.way) == (PLANNER, WAREHOUSE, Way.MINOR_GROUP)
    assert sector.weight == pytest.approx(0.3)
    assert (sector.answered_by, sector.near and sector.near.sector) == (WAREHOUSE, "522")
    assert [reason.kind for reason in ranking.matches[3].reasons] == [ReasonKind.LANGUAGE]


def test_meaning_is_one_of_the_roads(taxonomy: Taxonomy) -> None:
    near = Nearness(taxonomy, random_vectors)
    pairs = ((one, other) for one in OCCUPATION_IDS for other in OCCUPATION_IDS)
    wanted, done = next(p for p in pairs if (found := near.between(*p)) and found.way is Way.VECTOR)
    (match,) = rank_mentors(BARBAROS, [wanted], [mentor("m", done)], near).matches
    assert match.reasons[0].near == near.between(wanted, done)


def test_a_language_in_common_is_needed_and_shown(near: Nearness) -> None:
    """DUO-06; one year in Belgium and no Dutch is no obstacle where English is shared."""
    mentors = [mentor("dutch", PLANNER, languages={NL: Cefr.C2}), mentor("english", NURSE), mentor("?", languages={})]
    ranking = rank_mentors(BARBAROS, [PLANNER], mentors, near)
    assert ids(ranking.matches) == ["english", "?"]
    assert ranking.matches[0].verdicts[0].because == "both speak en (B1)"
    assert [unknown.rule for unknown in ranking.matches[1].unknowns] == ["shared-language"]
    (removed,) = ranking.removed
    assert (removed.item.id, removed.verdicts[0].rule) == ("dutch", "shared-language")


def test_the_better_a_language_is_shared_the_more_it_counts(near: Nearness) -> None:
    shared = [{EN: Cefr.C2}, {EN: Cefr.A2}, {EN: Cefr.A1}, {EN: None}]
    found = [rank_mentors(BARBAROS, [], [mentor("m", languages=known)], near).matches[0].score for known in shared]
    assert found == pytest.approx([0.2 * level / 6 for level in (3, 2, 1, 3)])


def test_too_few_hours_and_no_training_remove_and_not_known_is_marked(near: Nearness) -> None:
    """C2 and DUO-01."""
    mentors = [
        mentor("three", hours_per_week=3.0),
        mentor("short", hours_per_week=1.5),
        mentor("new", trained=False),
        mentor("unasked", hours_per_week=None, trained=None),
    ]
    ranking = rank_mentors(BARBAROS, [PLANNER], mentors, near)
    assert ids(ranking.matches) == ["three", "unasked"]
    assert [unknown.rule for unknown in ranking.matches[1].unknowns] == ["trained", "hours"]
    assert {removed.item.id: [no.rule for no in removed.verdicts] for removed in ranking.removed} == {
        "new": ["trained"],
        "short": ["hours"],
    }


def test_a_programme_sets_its_own_rules(near: Nearness) -> None:
    rules = MentorRules(hours_per_week=3.0, language_floor=Cefr.B2, start=date(2026, 11, 1))
    late = mentor("late", hours_per_week=2.5, available_from=date(2026, 12, 1))
    assert rank_mentors(BARBAROS, [PLANNER], [late], near).removed == ()
    (removed,) = rank_mentors(BARBAROS, [PLANNER], [late], near, rules=rules).removed
    assert [no.rule for no in removed.verdicts] == ["shared-language", "hours", "available"]


def test_the_programme_may_weigh_the_sector_above_the_work(near: Nearness) -> None:
    mentors = [mentor("driver", DRIVER), mentor("warehouse", WAREHOUSE)]
    sector_first = MentorWeights(occupation=0.1, sector=0.7)
    driver = occupation(9)
    assert ids(rank_mentors(BARBAROS, [driver], mentors, near, weights=sector_first).matches)[0] == "driver"


def test_a_mentor_without_known_occupations_is_not_lost(near: Nearness) -> None:
    ranking = rank_mentors(BARBAROS, [PLANNER, ConceptId("gone")], [mentor("m"), mentor("n", ConceptId("gone"))], near)
    assert ids(ranking.matches) == ["n", "m"]


people = st.builds(
    mentor,
    st.uuids().map(str),
    st.sampled_from(OCCUPATION_IDS),
    st.sampled_from(OCCUPATION_IDS),
    languages=levels,
    hours_per_week=st.none() | st.floats(0, 10),
    trained=st.none() | st.booleans(),
)


@at_ease
@given(
    known=levels,
    interests=st.lists(st.sampled_from(OCCUPATION_IDS), max_size=3),
    mentors=st.lists(people, max_size=5, unique_by=lambda mentor: mentor.id),
    data=st.data(),
)
def test_scores_are_sums_of_reasons_and_order_changes_nothing(
    taxonomy: Taxonomy, known: dict[Language, Cefr | None], interests: list[ConceptId], mentors: list[Mentor],
    data: st.DataObject,
) -> None:  # fmt: skip
    near, mentee = Nearness(taxonomy, random_vectors), replace(BARBAROS, languages=known)
    ranking = rank_mentors(mentee, interests, mentors, near, k=99)
    for match in ranking.matches:
        assert match.score == fsum(reason.weight for reason in match.reasons)
        assert 0 <= match.score <= 1
        assert all(reason.weight == reason.most * reason.share for reason in match.reasons)
    shuffled = [replace(one, occupations=one.occupations[::-1]) for one in data.draw(st.permutations(mentors))]
    again = rank_mentors(mentee, data.draw(st.permutations(interests)), shuffled, near, k=99)
    assert ids(again.matches) == ids(ranking.matches)
    assert [match.score for match in again.matches] == [match.score for match in ranking.matches]
    assert ids(again.removed) == ids(ranking.removed)
    assert len(ranking.matches) + len(ranking.removed) == len(mentors)
