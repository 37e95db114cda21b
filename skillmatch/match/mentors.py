"""Mentors for one mentee: sector and occupation near to the mentee's interests, a language in common (DUO-05, DUO-06).

A ranking to propose from, not an assignment: who gets whom when several mentees want one mentor is decided elsewhere.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from skillmatch.assess.profile import Cefr, Profile
from skillmatch.match.eligibility import DEFAULT_RULES, MentorRules, common_languages, mentor_verdicts
from skillmatch.match.nearness import Near, Nearness, Shares
from skillmatch.match.offers import Match, Mentor, Ranking, Reason, ReasonKind
from skillmatch.taxonomy.concepts import ConceptId


@dataclass(frozen=True, slots=True)
class MentorWeights:
    """What each criterion of DUO-05 that matching knows of may add; they sum to 1.

    ``occupation`` leads: a mentor who did the wanted work knows its trade, its words and its people. ``sector`` is the
    criterion as DUO words it, and coarser. ``language`` is least, for having one in common is already a hard rule.
    """

    occupation: float = 0.5
    sector: float = 0.3
    language: float = 0.2


DEFAULT_WEIGHTS = MentorWeights()


def rank_mentors(
    profile: Profile,
    interests: Sequence[ConceptId],
    mentors: Sequence[Mentor],
    near: Nearness,
    k: int = 3,
    *,
    weights: MentorWeights = DEFAULT_WEIGHTS,
    rules: MentorRules = DEFAULT_RULES,
) -> Ranking[Mentor]:
    """The ``k`` best mentors for somebody interested in the occupations ``interests``, ties by id, and all removed.

    An occupation that the release does not have is near to itself only.
    """
    shares = near.shares(interests, [occupation for mentor in mentors for occupation in mentor.occupations])
    matches = [
        Match(
            mentor,
            (
                *_work_reasons(interests, mentor, near, shares, weights),
                *_language_reasons(profile, mentor, weights, rules),
            ),
            verdicts=mentor_verdicts(profile, mentor, rules),
        )
        for mentor in mentors
    ]
    return Ranking.of(sorted(matches, key=lambda match: (-match.score, match.item.id)), k)


def _work_reasons(
    interests: Sequence[ConceptId], mentor: Mentor, near: Nearness, shares: Shares, weights: MentorWeights
) -> Iterator[Reason]:
    """The nearest pair of a wanted and a known occupation, by the work itself and by its sector."""
    pairs = list(product(sorted(interests), sorted(mentor.occupations)))
    work = [(asked, held, near.near(shares, *shares.position(asked, held))) for asked, held in pairs]
    sectors = [(asked, held, near.sector(asked, held)) for asked, held in pairs]
    yield from _nearest(ReasonKind.OCCUPATION, weights.occupation, work)
    yield from _nearest(ReasonKind.SECTOR, weights.sector, sectors)


def _language_reasons(profile: Profile, mentor: Mentor, weights: MentorWeights, rules: MentorRules) -> Iterator[Reason]:
    """The language in common that is spoken best."""
    for common in common_languages(profile.languages, mentor.languages, rules.language_floor)[:1]:
        share, most = common.worth / Cefr.C2, weights.language
        yield Reason(ReasonKind.LANGUAGE, most * share, common.language, common.language, share=share, most=most)


def _nearest(
    kind: ReasonKind, most: float, pairs: Sequence[tuple[ConceptId, ConceptId, Near | None]]
) -> Iterator[Reason]:
    """The reason that the nearest of ``pairs`` gives, the first of equals; none where no pair is near."""
    found = [(near.share, asked, held, near) for asked, held, near in pairs if near is not None]
    for share, asked, held, near in sorted(found, key=lambda pair: -pair[0])[:1]:
        yield Reason(kind, most * share, asked, held, share=share, most=most, near=near)
