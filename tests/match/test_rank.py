from collections.abc import Sequence
from dataclasses import replace
from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillmatch.assess.profile import STRENGTH, Cefr, Claim, Evidence, LabourAccess, Profile, Source, Standing
from skillmatch.encode import Vectors
from skillmatch.match.nearness import Near, Nearness, Way
from skillmatch.match.offers import Answer, Match, Reason, ReasonKind, Vacancy
from skillmatch.match.rank import DEFAULT, Weights, rank_vacancies, why_not
from skillmatch.taxonomy.concepts import ConceptId, Taxonomy
from tests.match.cases import (
    EN,
    NL,
    OCCUPATION_IDS,
    SKILL_IDS,
    at_ease,
    claims_on,
    confirmed,
    occupation,
    offers,
    profiles,
    random_vectors,
    skill,
    suggested,
    vacancies,
)

WELD, DRAWINGS, PROTECT, TEAM, COOK, BAKE = skill(1), skill(2), skill(3), skill(19), skill(4), skill(6)
WELDER = Vacancy("welder", "Lasser", occupation(1), essential=(WELD, DRAWINGS, PROTECT), optional=(TEAM,))


@pytest.fixture(scope="module")
def near(taxonomy: Taxonomy) -> Nearness:
    return Nearness(taxonomy, random_vectors)


@pytest.fixture(scope="module")
def esco_only(taxonomy: Taxonomy) -> Nearness:
    return Nearness(taxonomy)


def score(profile: Profile, vacancy: Vacancy, near: Nearness, weights: Weights = DEFAULT) -> float:
    return why_not(profile, vacancy, near, weights).score


def reason(match: Match[Vacancy], asked: str) -> Reason:
    return next(reason for reason in match.reasons if reason.asked == asked)


def test_an_essential_skill_counts_its_part_times_belief_times_nearness(esco_only: Nearness) -> None:
    claims = (*confirmed(WELD), suggested(COOK, (Source.WORK, 0.8)))
    vacancy = Vacancy("v", "", None, essential=(WELD, BAKE))
    match = why_not(Profile(claims=claims), vacancy, esco_only)
    most = 0.60 / (2 + 3)
    assert reason(match, WELD) == Reason(
        ReasonKind.ESSENTIAL, most * 0.9, WELD, WELD, most=most, strength=0.9, near=Near(Way.SAME, 1.0)
    )
    baking = reason(match, BAKE)
    assert baking.weight == pytest.approx(most * (0.65 * 0.8) * 0.25)
    assert (baking.answered_by, baking.evidence) == (COOK, claims[1].evidence)
    assert baking.near is not None
    assert baking.near.way is Way.SIBLING


def test_belief_goes_from_test_to_self_report(esco_only: Nearness) -> None:
    def with_(standing: Standing, *sources: Source) -> float:
        evidence = tuple(Evidence(WELD, source, 1.0) for source in sources)
        return score(Profile(claims=(Claim(WELD, standing, evidence),)), WELDER, esco_only)

    scores = [
        with_(Standing.CONFIRMED, Source.ASSESSMENT),
        with_(Standing.CONFIRMED),
        *(with_(Standing.SUGGESTED, source) for source in Source),
        with_(Standing.REJECTED, Source.ASSESSMENT),
    ]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)
    assert scores[-1] == 0


def test_optional_skills_count_less_than_essential_ones_and_a_skill_in_both_counts_once(esco_only: Nearness) -> None:
    person = Profile(claims=confirmed(WELD))
    optional = Vacancy("o", "", None, optional=(WELD,))
    essential = Vacancy("e", "", None, essential=(WELD,))
    both = Vacancy("b", "", None, essential=(WELD, WELD), optional=(WELD,))
    assert score(person, optional, esco_only) < score(person, essential, esco_only) == score(person, both, esco_only)


def test_the_occupation_counts_by_how_near_the_work_was(esco_only: Nearness) -> None:
    weights = Weights(essential=0, optional=0)
    scores = [
        score(Profile(claims=confirmed(occupation(done))), Vacancy("v", "", occupation(asked)), esco_only, weights)
        for done, asked in ((1, 1), (11, 1), (1, 11), (4, 10), (3, 1))
    ]
    assert scores == pytest.approx([0.25 * 0.9 * share for share in (1.0, 0.9, 0.6, 0.3, 0.0)])


def test_a_language_that_is_asked_and_spoken_is_a_reason_and_one_that_is_not_known_is_none(near: Nearness) -> None:
    vacancy = Vacancy("v", "", None, languages={NL: Cefr.B1, EN: Cefr.A2})
    match = why_not(Profile({NL: Cefr.B1}), vacancy, near)
    assert match.reasons == (Reason(ReasonKind.LANGUAGE, 0.025, NL, NL, most=0.025),)
    assert [verdict.value for verdict in match.verdicts] == [Answer.UNKNOWN, Answer.UNKNOWN, Answer.YES]


def test_a_shortage_is_a_visible_share_of_what_fits(esco_only: Nearness) -> None:
    person = Profile(claims=confirmed(WELD))
    plain, short = why_not(person, WELDER, esco_only), why_not(person, replace(WELDER, shortage="lasser"), esco_only)
    boost = reason(short, "lasser")
    assert boost.kind is ReasonKind.SHORTAGE
    assert boost.weight == pytest.approx(0.10 * plain.score)
    assert short.score == pytest.approx(1.10 * plain.score)


def test_a_shortage_alone_carries_nothing_but_comes_first_among_equals(near: Nearness) -> None:
    offered = [Vacancy("a", "", None), Vacancy("b", "", None, shortage="lasser"), Vacancy("c", "", None)]
    ranking = rank_vacancies(Profile(), offered, near)
    assert [match.item.id for match in ranking.matches] == ["b", "a", "c"]
    assert all(match.score == 0 for match in ranking.matches)


def test_gaps_are_the_essential_skills_that_nothing_answers_at_least_half(esco_only: Nearness) -> None:
    vacancy = Vacancy("v", "", None, essential=(BAKE, WELD, skill(13), skill(5)), optional=(TEAM,))
    match = why_not(Profile(claims=confirmed(COOK, WELD, skill(12))), vacancy, esco_only)
    assert match.gaps == (BAKE, skill(5))
    assert reason(match, BAKE).share == 0.25


def test_a_confirmed_sibling_may_answer_best_without_making_a_gap_of_a_suggested_skill(esco_only: Nearness) -> None:
    faint = suggested(BAKE, (Source.SELF_REPORT, 0.4))
    vacancy = Vacancy("v", "", None, essential=(BAKE,))
    match = why_not(Profile(claims=(faint, *confirmed(COOK))), vacancy, esco_only)
    assert (reason(match, BAKE).answered_by, match.gaps) == (COOK, ())


def test_an_occupation_closes_gaps_only_once_somebody_has_confirmed_it(near: Nearness) -> None:
    told = Profile(claims=(suggested(occupation(1), (Source.WORK, 1.0)),))
    assert why_not(told, WELDER, near).gaps == WELDER.essential
    assert reason(why_not(told, WELDER, near), WELD).answered_by == occupation(1)
    assert why_not(told.decide(occupation(1), Standing.CONFIRMED), WELDER, near).gaps == ()


def test_what_a_person_rejected_is_not_inferred_back(near: Nearness) -> None:
    person = Profile(claims=confirmed(occupation(1)))
    assert why_not(person, WELDER, near).gaps == ()
    rejected = why_not(person.decide(WELD, Standing.REJECTED), WELDER, near)
    assert rejected.gaps == (WELD,)
    assert WELD not in {reason.asked for reason in rejected.reasons}


def test_a_no_removes_with_its_reason_and_unknown_stays_with_what_would_settle_it(near: Nearness) -> None:
    asks_b2 = replace(WELDER, id="b2", languages={NL: Cefr.B2})
    asks_a1 = replace(WELDER, id="a1", languages={NL: Cefr.A1})
    silent = replace(WELDER, id="silent", languages={EN: Cefr.A2})
    person = Profile({NL: Cefr.A2}, confirmed(WELD), LabourAccess.UNLIMITED)
    ranking = rank_vacancies(person, [asks_b2, asks_a1, silent], near)
    assert [match.item.id for match in ranking.matches] == ["a1", "silent"]
    assert [unknown.rule for unknown in ranking.matches[1].unknowns] == ["language:en"]
    (removed,) = ranking.removed
    assert (removed.item, [no.because for no in removed.verdicts]) == (asks_b2, ["nl B2 is asked; nl A2 is known"])
    assert removed.score == score(person, asks_b2, near) > 0


def test_somebody_without_a_known_level_of_dutch_sees_every_vacancy(near: Nearness) -> None:
    """VDAB-01."""
    offered = [replace(WELDER, id=level.name, languages={NL: level}) for level in Cefr]
    for languages in ({}, {NL: None}):
        ranking = rank_vacancies(Profile(languages, confirmed(WELD)), offered, near, k=99)
        assert {match.item.id for match in ranking.matches} == {level.name for level in Cefr}
        assert ranking.removed == ()


def test_without_access_to_the_labour_market_everything_is_set_apart_best_first(near: Nearness) -> None:
    person = Profile(claims=confirmed(COOK), labour_access=LabourAccess.NONE)
    cook = Vacancy("z", "", occupation(2), essential=(COOK,))
    ranking = rank_vacancies(person, [WELDER, cook], near)
    assert ranking.matches == ()
    assert [removed.item.id for removed in ranking.removed] == ["z", "welder"]


def test_reasons_come_greatest_first(near: Nearness) -> None:
    match = why_not(Profile(claims=confirmed(occupation(1), WELD, TEAM)), WELDER, near)
    assert [reason.kind for reason in match.reasons][:2] == [ReasonKind.OCCUPATION, ReasonKind.ESSENTIAL]
    assert [reason.weight for reason in match.reasons] == sorted((r.weight for r in match.reasons), reverse=True)


@at_ease
@given(person=profiles(), vacancy=vacancies())
def test_a_score_is_the_sum_of_its_reasons_and_each_reason_the_product_of_its_parts(
    near: Nearness, person: Profile, vacancy: Vacancy
) -> None:
    match = why_not(person, vacancy, near)
    assert match.score == fsum(reason.weight for reason in match.reasons)
    assert 0 <= match.score <= 1.10
    for reason in match.reasons:
        assert reason.weight == pytest.approx(reason.most * reason.strength * reason.share)
        assert reason.weight >= 0
        assert reason.near is None or reason.near.share == reason.share


@at_ease
@given(person=profiles(), vacancy=vacancies(), data=st.data())
def test_adding_a_skill_never_lowers_a_match_nor_opens_a_gap(
    near: Nearness, person: Profile, vacancy: Vacancy, data: st.DataObject
) -> None:
    known = {claim.concept for claim in person.claims}
    fresh = [concept for concept in SKILL_IDS + OCCUPATION_IDS if concept not in known]
    added = data.draw(claims_on(fresh).filter(lambda claim: claim.standing is not Standing.REJECTED))
    before = why_not(person, vacancy, near)
    after = why_not(replace(person, claims=(*person.claims, added)), vacancy, near)
    assert after.score >= before.score
    assert set(after.gaps) <= set(before.gaps)


@at_ease
@given(person=profiles(), offered=offers)
def test_rejected_claims_never_count(near: Nearness, person: Profile, offered: list[Vacancy]) -> None:
    for match in rank_vacancies(person, offered, near, k=99).matches:
        rejected = {claim.concept for claim in person.claims if claim.standing is Standing.REJECTED}
        assert rejected.isdisjoint(reason.answered_by for reason in match.reasons if reason.near is not None)
        assert rejected.isdisjoint(reason.asked for reason in match.reasons if reason.near is not None)


@at_ease
@given(person=profiles(), offered=offers)
def test_what_the_evidence_of_a_rejected_claim_says_changes_nothing(
    near: Nearness, person: Profile, offered: list[Vacancy]
) -> None:
    def bare(claim: Claim) -> Claim:
        return replace(claim, evidence=()) if claim.standing is Standing.REJECTED else claim

    stripped = replace(person, claims=tuple(bare(claim) for claim in person.claims))
    assert rank_vacancies(person, offered, near) == rank_vacancies(stripped, offered, near)


@at_ease
@given(person=profiles(), offered=offers, data=st.data())
def test_the_order_of_vacancies_claims_and_skills_changes_nothing(
    near: Nearness, person: Profile, offered: list[Vacancy], data: st.DataObject
) -> None:
    def shuffled(vacancy: Vacancy) -> Vacancy:
        return replace(
            vacancy,
            essential=tuple(data.draw(st.permutations(vacancy.essential))),
            optional=tuple(data.draw(st.permutations(vacancy.optional))),
        )

    other = replace(person, claims=tuple(data.draw(st.permutations(person.claims))))
    again = [shuffled(vacancy) for vacancy in data.draw(st.permutations(offered))]
    one, two = rank_vacancies(person, offered, near, k=99), rank_vacancies(other, again, near, k=99)
    assert [(m.item.id, m.score, m.reasons) for m in one.matches] == [
        (m.item.id, m.score, m.reasons) for m in two.matches
    ]
    assert [(r.item.id, r.score, r.verdicts) for r in one.removed] == [
        (r.item.id, r.score, r.verdicts) for r in two.removed
    ]


@at_ease
@given(person=profiles(), offered=offers)
def test_every_vacancy_is_ranked_or_removed_and_alone_scores_the_same(
    near: Nearness, person: Profile, offered: list[Vacancy]
) -> None:
    ranking = rank_vacancies(person, offered, near, k=99)
    found = [match.item.id for match in ranking.matches] + [removed.item.id for removed in ranking.removed]
    assert sorted(found) == sorted(vacancy.id for vacancy in offered)
    for match in ranking.matches:
        assert match == why_not(person, match.item, near)
        assert match.refusals == ()
    for removed in ranking.removed:
        assert removed.verdicts == why_not(person, removed.item, near).refusals != ()
    scores = [(-match.score, match.item.shortage is None, match.item.id) for match in ranking.matches]
    assert scores == sorted(scores)


@at_ease
@given(person=profiles(), offered=offers, k=st.integers(0, 4))
def test_asking_for_fewer_gives_the_first_of_them(
    near: Nearness, person: Profile, offered: list[Vacancy], k: int
) -> None:
    everything, few = rank_vacancies(person, offered, near, k=99), rank_vacancies(person, offered, near, k=k)
    assert (few.matches, few.removed) == (everything.matches[:k], everything.removed)


def test_removing_evidence_changes_the_score_and_the_rank_as_predicted(esco_only: Nearness) -> None:
    tested = Evidence(WELD, Source.ASSESSMENT, 0.9)
    told = Evidence(WELD, Source.SELF_REPORT, 0.7)
    welds, cooks = Vacancy("w", "", None, essential=(WELD,)), Vacancy("c", "", None, essential=(COOK,))
    cooking = suggested(COOK, (Source.WORK, 1.0))
    before = Profile(claims=(Claim(WELD, Standing.SUGGESTED, (tested, told)), cooking))
    after = Profile(claims=(Claim(WELD, Standing.SUGGESTED, (told,)), cooking))
    most = 0.60 / (1 + 3)
    change = most * (STRENGTH[Source.ASSESSMENT] * 0.9 - STRENGTH[Source.SELF_REPORT] * 0.7)
    assert score(before, welds, esco_only) - score(after, welds, esco_only) == pytest.approx(change)
    assert score(before, cooks, esco_only) == score(after, cooks, esco_only)
    orders = [
        [match.item.id for match in rank_vacancies(person, [cooks, welds], esco_only).matches]
        for person in (before, after)
    ]
    assert orders == [["w", "c"], ["c", "w"]]


@at_ease
@given(person=profiles(), vacancy=vacancies(), data=st.data())
def test_removing_any_evidence_changes_each_reason_as_a_second_computation_predicts(
    taxonomy: Taxonomy, near: Nearness, person: Profile, vacancy: Vacancy, data: st.DataObject
) -> None:
    """The oracle: one pair at a time, from the definition."""
    shown = [(claim, piece) for claim in person.claims for piece in claim.evidence]
    if shown:
        claim, piece = data.draw(st.sampled_from(shown))
        less = replace(claim, evidence=tuple(other for other in claim.evidence if other is not piece))
        person = replace(person, claims=tuple(less if other is claim else other for other in person.claims))
    assert score(person, vacancy, near) == pytest.approx(plain_score(person, vacancy, near, Weights()))


def plain_score(person: Profile, vacancy: Vacancy, near: Nearness, weights: Weights) -> float:
    rejected = {claim.concept for claim in person.claims if claim.standing is Standing.REJECTED}

    def best(asked: ConceptId) -> float:
        found = [(claim, near.between(asked, claim.concept)) for claim in person.claims]
        return max((claim.strength * by.share for claim, by in found if by and asked not in rejected), default=0.0)

    essential, optional = set(vacancy.essential), set(vacancy.optional) - set(vacancy.essential)
    fit = weights.essential * sum(map(best, essential)) / (len(essential) + weights.few)
    fit += weights.optional * sum(map(best, optional)) / (len(optional) + weights.few)
    fit += weights.occupation * best(vacancy.occupation) if vacancy.occupation else 0
    for language, asked in vacancy.languages.items():
        level = person.languages.get(language)
        enough = (
            level is not None and level >= asked
            if asked is not None
            else (language in person.languages and level is not Cefr.BELOW_A1)
        )
        fit += weights.language / len(vacancy.languages) if enough else 0
    return fit * (1 + weights.shortage if vacancy.shortage else 1)


def test_weights_move_what_they_name(near: Nearness) -> None:
    person = Profile({NL: Cefr.C1}, confirmed(occupation(1), WELD, TEAM))
    vacancy = replace(WELDER, languages={NL: Cefr.B1}, shortage="lasser")
    for kind in (ReasonKind.ESSENTIAL, ReasonKind.OPTIONAL, ReasonKind.OCCUPATION, ReasonKind.LANGUAGE):
        match = why_not(person, vacancy, near, replace(Weights(), **{str(kind): 0.0}))
        assert all(reason.weight == 0 for reason in match.reasons if reason.kind is kind)
        assert match.score < why_not(person, vacancy, near).score
    assert score(person, vacancy, near, Weights(gap_below=1.1)) == score(person, vacancy, near)
    assert why_not(Profile(claims=confirmed(WELD)), WELDER, near, Weights(gap_below=1.1)).gaps == WELDER.essential


def test_a_thousand_asked_skills_cost_one_product(taxonomy: Taxonomy) -> None:
    calls: list[int] = []

    def counted(concepts: Sequence[ConceptId]) -> Vectors:
        calls.append(len(concepts))
        return random_vectors(concepts)

    offered = [replace(WELDER, id=str(number)) for number in range(100)]
    rank_vacancies(Profile(claims=confirmed(*SKILL_IDS)), offered, Nearness(taxonomy, counted))
    assert calls == [4, len(SKILL_IDS)]
