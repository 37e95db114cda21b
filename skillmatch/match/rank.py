"""Exact ranking with reasons. A score is the sum of its reasons, so an explanation cannot drift from the ranking.

Nothing here knows a person's name, origin, gender or age: a profile has no such part (ruling 21).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import fsum

import numpy as np
from numpy.typing import NDArray

from skillmatch.assess.profile import Claim, Profile, Standing
from skillmatch.match.eligibility import vacancy_verdicts
from skillmatch.match.nearness import Near, Nearness, Shares, Way
from skillmatch.match.offers import Answer, Match, Ranking, Reason, ReasonKind, Vacancy, Verdict
from skillmatch.taxonomy.concepts import ConceptId


@dataclass(frozen=True, slots=True)
class Weights:
    """What each part of a vacancy may add to a score; without the shortage boost the parts sum to 1.

    ``essential`` leads because a vacancy's essential skills are what it asks; ``optional`` skills are many and weak,
    so that together they only part near-equals. ``occupation`` is a quarter: having done the work says what no list
    of skills does, and more would keep people in the work of their past. ``language`` is small, for a level asked is
    already a hard rule. ``shortage`` is a share of the rest: a boost lifts what fits and never carries what does not.

    ``few`` is added to the number of skills a part is divided by: without it one lucky hit would fill a vacancy of
    which one skill is known. An essential skill is a gap while no claim has a share of ``gap_below`` in it.
    """

    essential: float = 0.60
    optional: float = 0.10
    occupation: float = 0.25
    language: float = 0.05
    shortage: float = 0.10
    few: float = 3.0
    gap_below: float = 0.5


DEFAULT = Weights()


def rank_vacancies(
    profile: Profile, vacancies: Sequence[Vacancy], near: Nearness, k: int = 10, weights: Weights = DEFAULT
) -> Ranking[Vacancy]:
    """The ``k`` best vacancies, ties by shortage first and then by id, and all that a hard rule removed.

    Unknown is not no: it removes nothing and lowers nothing.
    """
    answers = _answers(profile, vacancies, near)
    matches = [_match(vacancy, profile, answers, weights) for vacancy in vacancies]
    return Ranking.of(sorted(matches, key=_order), k)


def why_not(profile: Profile, vacancy: Vacancy, near: Nearness, weights: Weights = DEFAULT) -> Match[Vacancy]:
    """One vacancy as the ranking sees it, even if a hard rule removes it: its reasons, gaps and verdicts."""
    return _match(vacancy, profile, _answers(profile, [vacancy], near), weights)


@dataclass(frozen=True, slots=True)
class _Best:
    """The claim that answers an asked concept best, by strength x share; and the greatest share, which closes a gap."""

    claim: Claim
    near: Near
    nearest: float

    def reason(self, kind: ReasonKind, asked: ConceptId, most: float) -> Reason:
        return Reason(
            kind=kind,
            weight=most * self.claim.strength * self.near.share,
            asked=asked,
            answered_by=self.claim.concept,
            share=self.near.share,
            evidence=self.claim.evidence,
            most=most,
            strength=self.claim.strength,
            near=self.near,
        )


_Answers = Mapping[ConceptId, _Best]


def _answers(profile: Profile, vacancies: Sequence[Vacancy], near: Nearness) -> _Answers:
    """The best answer to each skill and occupation that some of ``vacancies`` ask; what nothing answers is absent.

    What a person rejected is answered by nothing, so that no neighbour infers it back.
    """
    rejected = {claim.concept for claim in profile.claims if claim.standing is Standing.REJECTED}
    held = {claim.concept: claim for claim in profile.claims if claim.strength > 0}
    shares = near.shares(list(_asked(vacancies) - rejected), list(held))
    if not shares.held or not shares.asked:
        return {}
    credit = shares.share * np.array([held[concept].strength for concept in shares.held])
    columns, nearest = credit.argmax(axis=1).tolist(), _shown(shares, held).max(axis=1).tolist()
    answers = {}
    for row, (asked, column) in enumerate(zip(shares.asked, columns, strict=True)):
        answer = near.near(shares, row, column)
        if answer is not None:
            answers[asked] = _Best(held[shares.held[column]], answer, nearest[row])
    return answers


def _shown(shares: Shares, held: Mapping[ConceptId, Claim]) -> NDArray[np.float64]:
    """The shares that can close a gap: not those of an occupation that nobody has confirmed.

    What a person usually did in an occupation counts, but is taken as there only once somebody has said that they did.
    """
    undecided = np.array([held[concept].standing is Standing.SUGGESTED for concept in shares.held])
    return np.where(shares.is_way(Way.PRACTISED) & undecided, 0.0, shares.share)


def _asked(vacancies: Sequence[Vacancy]) -> set[ConceptId]:
    skills = chain.from_iterable((*vacancy.essential, *vacancy.optional) for vacancy in vacancies)
    return {*skills, *(vacancy.occupation for vacancy in vacancies if vacancy.occupation is not None)}


def _order(match: Match[Vacancy]) -> tuple[float, bool, str]:
    return -match.score, match.item.shortage is None, match.item.id


def _match(vacancy: Vacancy, profile: Profile, answers: _Answers, weights: Weights) -> Match[Vacancy]:
    verdicts = vacancy_verdicts(profile, vacancy)
    reasons = [
        *_skill_reasons(vacancy, answers, weights),
        *_occupation_reasons(vacancy, answers, weights),
        *_language_reasons(vacancy, verdicts, weights),
    ]
    reasons += _shortage_reasons(vacancy, reasons, weights)
    gaps = tuple(
        skill
        for skill in dict.fromkeys(vacancy.essential)
        if skill not in answers or answers[skill].nearest < weights.gap_below
    )
    ordered = sorted(reasons, key=lambda reason: (-reason.weight, reason.kind, reason.asked))
    return Match(vacancy, tuple(ordered), gaps, verdicts)


def _skill_reasons(vacancy: Vacancy, answers: _Answers, weights: Weights) -> Iterator[Reason]:
    """One reason an answered skill; a skill that is both essential and optional counts once, as essential."""
    essential = dict.fromkeys(vacancy.essential)
    optional = dict.fromkeys(skill for skill in vacancy.optional if skill not in essential)
    for kind, skills, part in (
        (ReasonKind.ESSENTIAL, essential, weights.essential),
        (ReasonKind.OPTIONAL, optional, weights.optional),
    ):
        most = part / max(len(skills) + weights.few, 1)
        yield from (answers[skill].reason(kind, skill, most) for skill in skills if skill in answers)


def _occupation_reasons(vacancy: Vacancy, answers: _Answers, weights: Weights) -> Iterator[Reason]:
    if vacancy.occupation is not None and vacancy.occupation in answers:
        yield answers[vacancy.occupation].reason(ReasonKind.OCCUPATION, vacancy.occupation, weights.occupation)


def _language_reasons(vacancy: Vacancy, verdicts: Sequence[Verdict], weights: Weights) -> Iterator[Reason]:
    """One reason an asked language that is known to be spoken well enough."""
    met = {verdict.rule for verdict in verdicts if verdict.value is Answer.YES}
    for language in vacancy.languages:
        if f"language:{language}" in met:
            most = weights.language / len(vacancy.languages)
            yield Reason(ReasonKind.LANGUAGE, most, asked=language, answered_by=language, most=most)


def _shortage_reasons(vacancy: Vacancy, reasons: Sequence[Reason], weights: Weights) -> Iterator[Reason]:
    fit = fsum(reason.weight for reason in reasons)
    if vacancy.shortage is not None and fit > 0:
        boost = weights.shortage * fit
        yield Reason(ReasonKind.SHORTAGE, boost, asked=vacancy.shortage, answered_by=vacancy.occupation, most=boost)
