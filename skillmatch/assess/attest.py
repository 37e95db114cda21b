"""Foreign diplomas to evidence: what somebody was trained in, with its certainty.

A name that is near in meaning is not enough: "cooking" is near to types of cooktops, and every nurse's diploma to the
veterinary nurse's. So a concept needs a second reason. An occupation has knowledge of the diploma's field of study
(ISCED-F, which ESCO's knowledge stands under), knowledge stands in that field or is essential to an occupation found.
The level chooses among occupations: who studied nursing for four years at a university is no nursing assistant.

Nothing here says what a diploma is worth in Flanders: that is for those who decide on it, and for them alone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from skillmatch.assess.education import Placed
from skillmatch.assess.education.fields import fields_of_knowledge
from skillmatch.assess.education.levels import Certainty, Levels
from skillmatch.assess.profile import Evidence, Found, Source
from skillmatch.assess.qualification import Qualification
from skillmatch.index.search import ConceptSearch, Hit
from skillmatch.taxonomy.concepts import ENGLISH, ConceptId, Kind, SkillType
from skillmatch.text import Language

OCCUPATION_FLOOR = 0.55
"""An occupation with knowledge of the field may be trained for from this score on: "law" finds lawyers at 0.69."""

KNOWLEDGE_FLOOR = 0.50
"""The same for knowledge of the field that is essential to an occupation found: "plumbing" finds types of piping."""

ALONE = 0.15
"""The chance of being the right one that knowledge with one of the two reasons needs: legal studies for "law" have
0.43, electron beam welding for "welding" 0.13."""

UNSUPPORTED = 0.30
"""The chance that an occupation without knowledge of the field needs: ESCO gives cooks none of cookery (0.53)."""

ALTERNATIVES = 0.08
"""Occupations this near to the best one are alternatives, which share its certainty: one of them, not all."""

COVERED = 0.10
"""Knowledge this near to the best is covered by the field as well: all of it up to FEW concepts, more of it less
surely."""

FEW = 4
"""Concepts of knowledge that a field may well cover; "law" is near to every kind of law there is."""

BREADTH = 15
"""Concepts looked at for a text, of which many fall away."""

OTHER_WORK = ("0", "1", "231", "232", "233", "312", "9")
"""ISCO-08 groups that no diploma in a field trains for: officers, who lead it (managers, supervisors), who teach it
(lecturers, vocational and secondary teachers), though their titles are the nearest to its name, elementary work."""

SKILL_LEVEL: Mapping[str, int] = {"2": 4, "3": 3, "4": 2, "5": 2, "6": 2, "7": 2, "8": 2}
"""The skill level of ISCO-08's major groups (ILO, 2012)."""

TRAINS_FOR: Mapping[int, frozenset[int]] = {
    0: frozenset(), 1: frozenset({2}), 2: frozenset({2}), 3: frozenset({2, 3}), 4: frozenset({2, 3}),
    5: frozenset({2, 3, 4}), 6: frozenset({4}), 7: frozenset({4}), 8: frozenset({4}),
}  # fmt: skip
"""By ISCED level, the skill levels of ISCO-08 that studies lead to. ILO puts ISCED 5 at skill level 3 and 3 and 4 at
2; one step more, because in many countries nurses and technicians are trained there."""

BASIC = "00"
"""The broad field of basic programmes: what a general school teaches trains for no occupation."""

NO_TRADE = (BASIC, "01")
"""Fields that a diploma of a general school is not in: "secondary education" is one, and no training of teachers."""

NARROW = 3
"""Digits of a narrow field of ISCED-F; a detailed one has four."""


BY_FIELD = 0.7
"""How sure one is of what only the name of the field gives: names such as "mechanics and metal trades" are wide."""

_Texts = Sequence[tuple[str, Language | None]]  # texts with their languages


@dataclass(frozen=True, slots=True)
class _Near:
    """What is near in meaning to what a diploma says of itself, best first."""

    occupations: Sequence[Hit]
    knowledge: Sequence[Hit]

    @property
    def heard(self) -> bool:
        """Whether anything is near at all: nothing is to a text in a language that no label is in."""
        return any(hit.score >= KNOWLEDGE_FLOOR for hit in (*self.occupations[:1], *self.knowledge[:1]))


class Attested:
    """What diplomas attest in one ESCO."""

    def __init__(self, search: ConceptSearch) -> None:
        self._search = search
        self._taxonomy = taxonomy = search.taxonomy
        numbers = taxonomy.of_kind(Kind.SKILL).tolist()
        self._knowledge = {taxonomy.ids[n] for n in numbers if taxonomy.skill_types[n] == SkillType.KNOWLEDGE}
        self._fields = fields_of_knowledge(taxonomy)

    def evidence(self, diplomas: Sequence[Placed]) -> tuple[Evidence, ...]:
        """The occupations and the knowledge that each diploma was for; all in one batch.

        The score is how certain that is. A diploma that names no field one could find gives nothing, which lowers
        nothing.
        """
        near = list(self._near([_texts(one) for one in diplomas]))
        unheard = [place for place, one in enumerate(near) if not one.heard]
        named = dict(zip(unheard, self._near([_field_name(diplomas[place]) for place in unheard]), strict=True))
        return tuple(
            _piece(hit, certainty, one.shown)
            for place, one in enumerate(diplomas)
            for hit, certainty in (
                self._named(one, named[place]) if place in named else self._attested(one, near[place])
            )
        )

    def _named(self, one: Placed, near: _Near) -> Iterator[tuple[Hit, float]]:
        """What the name of the field gives, as far as it is of that field."""
        fields = _trades(one)
        found = self._attested(one, near)
        return ((hit, BY_FIELD * sure) for hit, sure in found if self._of_field(hit.concept, fields, silent=True))

    def _near(self, texts: Sequence[_Texts]) -> Iterator[_Near]:
        words = [text for several in texts for text, _ in several]
        languages = [spoken for several in texts for _, spoken in several]
        work = iter(self._search.find(words, Kind.OCCUPATION, BREADTH, language=languages))
        only = self._knowledge or None  # a release may not tell what is knowledge
        known = iter(self._search.find(words, Kind.SKILL, BREADTH, language=languages, only=only))
        for several in texts:
            yield _Near(_best(islice(work, len(several))), _best(islice(known, len(several))))

    def _attested(self, one: Placed, near: _Near) -> Iterator[tuple[Hit, float]]:
        trades = _trades(one)
        if one.fields and not trades:
            return
        fields = trades if self._fields else ()  # a release may not say in which field knowledge is
        work = self._trained_for(near.occupations, fields, one.level.isced)
        yield from ((hit, hit.score / len(work)) for hit in work)
        yield from _covered([hit for hit in near.knowledge if self._learnt(hit, fields, work)])

    def _trained_for(self, hits: Sequence[Hit], fields: Sequence[str], isced: Levels | None) -> list[Hit]:
        """The occupations that a diploma in ``fields`` may train for; those of its level, where there are any."""
        likely = [hit for hit in hits if self._likely(hit, fields)]
        fit = [hit for hit in likely if self._of_level(hit, isced)] or likely
        return [hit for hit in fit if hit.score >= fit[0].score - ALTERNATIVES]

    def _likely(self, hit: Hit, fields: Sequence[str]) -> bool:
        number = self._taxonomy.number(hit.concept)
        if self._taxonomy.isco[number].startswith(OTHER_WORK) or hit.score < OCCUPATION_FLOOR:
            return False
        return hit.chance >= UNSUPPORTED or self._of_field(hit.concept, fields)

    def _of_field(self, concept: ConceptId, fields: Sequence[str], *, silent: bool = False) -> bool:
        """Whether a concept stands in one of ``fields``, or is an occupation with knowledge that does.

        ``silent`` is the answer for those of which ESCO names no knowledge, such as general practitioners.
        """
        number = self._taxonomy.number(concept)
        links = (*self._taxonomy.essential.from_(number), *self._taxonomy.optional.from_(number))
        known = [one for one in (concept, *(self._taxonomy.ids[link] for link in links)) if one in self._fields]
        return any(self._within(one, fields) for one in known) if known else silent

    def _of_level(self, hit: Hit, isced: Levels | None) -> bool:
        major = self._taxonomy.isco[self._taxonomy.number(hit.concept)][:1]
        possible = range(isced.low, isced.high + 1) if isced else ()
        return isced is None or any(SKILL_LEVEL.get(major) in TRAINS_FOR[level] for level in possible)

    def _learnt(self, hit: Hit, fields: Sequence[str], work: Sequence[Hit]) -> bool:
        """Whether knowledge bears the very name, or has reasons enough beside it.

        It is essential where it is so for half of the likely occupations: a spot welder's alone is not welding's.
        """
        number = self._taxonomy.number(hit.concept)
        needing = sum(number in self._taxonomy.essential.from_(self._taxonomy.number(one.concept)) for one in work)
        essential = 0 < len(work) <= 2 * needing
        if hit.exact:
            return True
        if essential and self._within(hit.concept, fields):
            return hit.score >= KNOWLEDGE_FLOOR
        return hit.chance >= ALONE and (essential or not fields or self._within(hit.concept, fields, digits=4))

    def _within(self, concept: ConceptId, fields: Sequence[str], digits: int = NARROW) -> bool:
        """Whether knowledge stands in one of ``fields`` of ISCED-F, compared by that many digits."""
        wanted = {field[:digits] for field in fields}
        return any(code[:digits] in wanted for code in self._fields.get(concept, ()))


def _texts(one: Placed) -> _Texts:
    """What a diploma says it was in, with the language; the field may be in whatever one the screener wrote."""
    said = ((one.subject, one.shown.language), (one.shown.field or "", None))
    return [(text, spoken) for text, spoken in said if text]


def _field_name(one: Placed) -> _Texts:
    """The English name of the first field, where words named it: for languages that the search does not know."""
    return [(field.name_en, ENGLISH) for field in one.fields[:1] if field.certainty is not Certainty.LOW]


def _trades(one: Placed) -> tuple[str, ...]:
    """The fields found that may train for an occupation, as codes of ISCED-F."""
    none = NO_TRADE if one.level.general else (BASIC,)
    return tuple(field.code for field in one.fields if not field.code.startswith(none))


def _best(several: Iterable[Sequence[Hit]]) -> list[Hit]:
    """Each concept once, as it was found best; best first."""
    found: dict[ConceptId, Hit] = {}
    for hit in chain.from_iterable(several):
        found[hit.concept] = max(found.get(hit.concept, hit), hit, key=lambda one: one.score)
    return sorted(found.values(), key=lambda hit: (-hit.score, hit.concept))


def _covered(hits: Sequence[Hit]) -> Iterator[tuple[Hit, float]]:
    """All of it, the less sure the more of it is equally near."""
    equal = sum(hit.score >= hits[0].score - COVERED for hit in hits)
    return ((hit, hit.score * min(1.0, FEW / equal)) for hit in hits)


def _piece(hit: Hit, certainty: float, shown: Qualification) -> Evidence:
    found = Found.LABEL if hit.exact else Found.MEANING
    return Evidence(hit.concept, Source.DIPLOMA, certainty, found=found, detail=shown.detail)
