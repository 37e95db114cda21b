"""Foreign diplomas to evidence: what somebody was trained in, with its certainty.

Nothing here says what a diploma is worth in Flanders: that is for those who decide on it, and for them alone.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from skillmatch.assess.profile import Evidence, Found, Source
from skillmatch.index.search import ConceptSearch, Hit
from skillmatch.taxonomy.concepts import ConceptId, Kind, SkillType, Taxonomy
from skillmatch.text import Language

OCCUPATION_FLOOR = 0.75
"""A title or field trains for an occupation from this score on: "nursing" finds nurses at 0.84, "law" lawyers at
0.61."""

KNOWLEDGE_FLOOR = 0.55
"""The same for knowledge, of which a field covers several at once: "welding and metal forming" finds both from 0.58."""

ALTERNATIVES = 0.05
"""Occupations this near to the best one are alternatives, which share its certainty: one of them, not all."""

COVERED = 0.10
"""Knowledge this near to the best is covered by the field as well: all of it up to FEW concepts, more of it less
surely."""

FEW = 4
"""Concepts of knowledge that a field may well cover; "law" is near to every kind of law there is."""

BREADTH = 8
"""Concepts looked at for a title or field, of which some fall away."""

OTHER_WORK = ("1", "231", "232", "233")
"""ISCO-08 groups that lead or teach a field (managers, lecturers, vocational and secondary teachers): a diploma in
the field trains for neither, though their titles are the nearest to its name."""


@dataclass(frozen=True, slots=True)
class Qualification:
    """A diploma as it is shown. ``title`` stays in its own language and script; ``level`` is text, not yet compared.

    ``country`` is ISO 3166-1 alpha-2; ``years`` is how long the studies took; ``language`` is that of ``title``, None
    where it is not known.
    """

    title: str
    country: str
    language: Language | None = None
    field: str | None = None
    level: str | None = None
    year: int | None = None
    years: float | None = None

    @property
    def detail(self) -> str:
        """How evidence names the diploma: title, country, year."""
        where = self.country if self.year is None else f"{self.country}, {self.year}"
        return f"{self.title} ({where})"


def qualification_evidence(qualifications: Sequence[Qualification], search: ConceptSearch) -> tuple[Evidence, ...]:
    """The occupations and the knowledge that each diploma was for, by its title and its field; all in one batch.

    The score is how certain that is. A diploma that names no field one could find gives nothing, which lowers nothing.
    """
    texts = [(place, text, spoken) for place, shown in enumerate(qualifications) for text, spoken in _texts(shown)]
    words, languages = [text for _, text, _ in texts], [spoken for _, _, spoken in texts]
    occupations = search.find(words, Kind.OCCUPATION, BREADTH, language=languages)
    knowledge = search.find(words, Kind.SKILL, BREADTH, language=languages, only=_knowledge(search.taxonomy))
    evidence: dict[tuple[int, ConceptId], Evidence] = {}
    for (place, _, _), work, known in zip(texts, occupations, knowledge, strict=True):
        for hit, certainty in (*_trained_for(work, search.taxonomy), *_covered(known)):
            piece = _piece(hit, certainty, qualifications[place])
            old = evidence.get((place, hit.concept), piece)
            evidence[place, hit.concept] = max(old, piece, key=lambda one: one.score)
    return tuple(evidence.values())


def _texts(shown: Qualification) -> Iterator[tuple[str, Language | None]]:
    """What a diploma says of itself, with its language; the field may be in whatever language the screener wrote."""
    yield shown.title, shown.language
    if shown.field:
        yield shown.field, None


def _knowledge(taxonomy: Taxonomy) -> Collection[ConceptId] | None:
    """ESCO's knowledge concepts, for knowledge is what a diploma attests; None where the release does not tell."""
    numbers = taxonomy.of_kind(Kind.SKILL).tolist()
    known = [taxonomy.ids[number] for number in numbers if taxonomy.skill_types[number] == SkillType.KNOWLEDGE]
    return known or None


def _trained_for(hits: Sequence[Hit], taxonomy: Taxonomy) -> list[tuple[Hit, float]]:
    fit = [hit for hit in hits if not taxonomy.isco[taxonomy.number(hit.concept)].startswith(OTHER_WORK)]
    near = [hit for hit in fit if hit.score >= max(OCCUPATION_FLOOR, fit[0].score - ALTERNATIVES)]
    return [(hit, hit.score / len(near)) for hit in near]


def _covered(hits: Sequence[Hit]) -> list[tuple[Hit, float]]:
    near = [hit for hit in hits if hit.score >= max(KNOWLEDGE_FLOOR, hits[0].score - COVERED)]
    return [(hit, hit.score * min(1.0, FEW / len(near))) for hit in near]


def _piece(hit: Hit, certainty: float, shown: Qualification) -> Evidence:
    found = Found.LABEL if hit.exact else Found.MEANING
    return Evidence(hit.concept, Source.DIPLOMA, certainty, found=found, detail=shown.detail)
