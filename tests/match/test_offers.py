from math import fsum

from hypothesis import given
from hypothesis import strategies as st

from skillmatch.match.offers import Answer, Match, Ranking, Reason, ReasonKind, Verdict
from tests.match.cases import at_ease

YES, NO, UNKNOWN = (Verdict(value, "rule", "because") for value in (Answer.YES, Answer.NO, Answer.UNKNOWN))


def match(item: str, *verdicts: Verdict) -> Match[str]:
    return Match(item, (Reason(ReasonKind.LANGUAGE, 0.5),), verdicts=verdicts)


@at_ease
@given(st.lists(st.floats(0, 1)), st.randoms())
def test_the_order_of_reasons_does_not_move_a_score_by_a_bit(weights: list[float], random: object) -> None:
    shuffled = list(weights)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = (
        Match("offer", tuple(Reason(ReasonKind.ESSENTIAL, weight) for weight in order)) for order in (weights, shuffled)
    )
    assert one.score == other.score == fsum(weights)


def test_a_match_tells_refusals_from_what_is_not_known() -> None:
    found = match("offer", YES, UNKNOWN, NO, UNKNOWN)
    assert (found.refusals, found.unknowns) == ((NO,), (UNKNOWN, UNKNOWN))


def test_a_ranking_keeps_the_order_cuts_the_matches_and_keeps_every_removed_one() -> None:
    ranking = Ranking.of([match("a"), match("b", YES, NO), match("c", UNKNOWN), match("d"), match("e", NO)], 2)
    assert [found.item for found in ranking.matches] == ["a", "c"]
    assert [(gone.item, gone.verdicts, gone.score) for gone in ranking.removed] == [
        ("b", (NO,), 0.5),
        ("e", (NO,), 0.5),
    ]
