from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillmatch.assess.profile import CONFIRMED, Cefr, Claim, Evidence, Profile, Source, Standing
from skillmatch.errors import InvalidInput
from skillmatch.taxonomy.concepts import ConceptId
from tests.match.cases import at_ease, evidence_of

WELDING = ConceptId("welding")
BAKING = ConceptId("baking")


def shown(source: Source, score: float = 1.0) -> Evidence:
    return Evidence(WELDING, source, score)


def test_sources_are_believed_in_the_order_in_which_they_are_listed() -> None:
    strengths = [shown(source).strength for source in Source]
    assert strengths == sorted(strengths, reverse=True)
    assert len(set(strengths)) == len(Source)


def test_a_confirmed_claim_outweighs_every_source_that_nobody_has_decided_on_and_a_test_completes_it() -> None:
    undecided = max(Claim(WELDING, Standing.SUGGESTED, (shown(source),)).strength for source in Source)
    tested = Claim(WELDING, Standing.CONFIRMED, (shown(Source.ASSESSMENT),)).strength
    assert undecided < Claim(WELDING, Standing.CONFIRMED).strength == CONFIRMED < tested == 1.0


def test_an_undecided_claim_is_as_strong_as_its_strongest_evidence() -> None:
    weak, strong = shown(Source.SELF_REPORT, 0.9), shown(Source.WORK, 0.8)
    assert Claim(WELDING, Standing.SUGGESTED, (weak, strong)).strength == strong.strength == pytest.approx(0.65 * 0.8)


def test_a_suggestion_without_evidence_and_a_rejected_claim_count_for_nothing() -> None:
    assert Claim(WELDING, Standing.SUGGESTED).strength == 0
    assert Claim(WELDING, Standing.REJECTED, (shown(Source.ASSESSMENT),)).strength == 0


@at_ease
@given(st.sampled_from(Standing), st.lists(evidence_of(WELDING), max_size=4), evidence_of(WELDING))
def test_more_evidence_never_takes_belief_away(standing: Standing, known: list[Evidence], more: Evidence) -> None:
    before, after = Claim(WELDING, standing, tuple(known)), Claim(WELDING, standing, (*known, more))
    assert 0 <= before.strength <= after.strength <= 1


def test_new_evidence_leaves_what_a_person_decided() -> None:
    profile = Profile().decide(WELDING, Standing.REJECTED).with_suggestions([shown(Source.WORK)])
    claim = profile.claim(WELDING)
    assert claim == Claim(WELDING, Standing.REJECTED, (shown(Source.WORK),))


def test_the_same_evidence_twice_is_kept_once() -> None:
    profile = Profile().with_suggestions([shown(Source.WORK), shown(Source.WORK)])
    assert profile.with_suggestions([shown(Source.WORK)]) == profile
    assert profile.claims == (Claim(WELDING, Standing.SUGGESTED, (shown(Source.WORK),)),)


def test_deciding_changes_one_claim_and_keeps_its_evidence() -> None:
    profile = Profile().with_suggestions([shown(Source.WORK), Evidence(BAKING, Source.SELF_REPORT, 0.5)])
    decided = profile.decide(WELDING, Standing.CONFIRMED)
    assert decided.claim(WELDING) == Claim(WELDING, Standing.CONFIRMED, (shown(Source.WORK),))
    assert decided.claim(BAKING) == profile.claim(BAKING)
    assert profile.claim(WELDING) == replace(decided.claims[0], standing=Standing.SUGGESTED)


def test_a_claim_nobody_made_is_none() -> None:
    assert Profile().claim(WELDING) is None


def test_a_profile_has_no_part_for_who_somebody_is() -> None:
    """Ruling 21: what is not there cannot change a score. A new part has to be argued for here."""
    assert {field.name for field in fields(Profile)} == {
        "languages", "claims", "labour_access", "licences", "regions", "schedules",
    }  # fmt: skip
    assert {field.name for field in fields(Evidence)} == {
        "concept", "source", "score", "on", "note", "span", "found", "detail",
    }  # fmt: skip


def test_below_a1_is_a_level_and_the_lowest() -> None:
    assert min(Cefr) is Cefr.BELOW_A1
    assert [level.label for level in Cefr] == ["below A1", "A1", "A2", "B1", "B2", "C1", "C2"]


def test_a_level_is_read_as_it_is_written() -> None:
    """Ruling 13: below A1 is a level; not known is none."""
    assert [Cefr.labelled(level.label) for level in Cefr] == list(Cefr)
    for wrong in ("", "BELOW_A1", "a2", "A3"):
        with pytest.raises(InvalidInput, match="should be one of below A1, A1"):
            Cefr.labelled(wrong)
