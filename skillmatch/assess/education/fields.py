"""The field of a diploma in ISCED-F 2013: by words that stand for it, else by the ESCO knowledge nearest in meaning."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from skillmatch.assess.education.levels import Certainty
from skillmatch.assess.education.spelling import SHORT, Spot, Text, Words, spelled
from skillmatch.assess.education.tables import Field
from skillmatch.assess.qualification import Qualification
from skillmatch.index.search import ConceptSearch
from skillmatch.taxonomy.concepts import ConceptId, Kind, SkillType, Taxonomy
from skillmatch.text import Language

GENERAL = "0011"
"""Basic programmes and qualifications: what a general school gives."""

_VOTERS = 12  # knowledge that is asked for the field of a text
_STEEP = 4  # the nearest knowledge says most
_ISCED_F = "/isced-f/"  # in ESCO's URIs of fields


@dataclass(frozen=True, slots=True)
class FieldFinding:
    """A field of study. ``code`` is of ISCED-F 2013, four digits; ``rule`` says how it was found."""

    code: str
    name_en: str
    name_nl: str
    certainty: Certainty
    rule: str

    @property
    def broad(self) -> str:
        """The broad field, two digits."""
        return self.code[:2]

    @property
    def narrow(self) -> str:
        """The narrow field, three digits."""
        return self.code[:3]


class FieldFinder:
    """Fields by the words that stand for them."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self.by_code = {field.code: field for field in fields}
        found: defaultdict[str, list[_Pattern]] = defaultdict(list)
        for field in fields:
            for pattern in dict.fromkeys(_pattern(word, field) for word in field.words):
                found[pattern.words[0][:2]].append(pattern)
        self._patterns = {letters: tuple(same) for letters, same in found.items()}

    def find(self, shown: Qualification, meaning: "FieldSearch | None", *, general: bool) -> tuple[FieldFinding, ...]:
        """The fields of ``shown``; ``general`` says that it is a diploma of a general school: see Education."""
        found = self.by_words(shown.field or "") or self.by_words(shown.title)
        if general:
            found = [(self.by_code[GENERAL], Certainty.MEDIUM), *((field, Certainty.LOW) for field, _ in found)]
        if found or meaning is None:
            return tuple(
                FieldFinding(field.code, field.name_en, field.name_nl, certainty, "words of the field")
                for field, certainty in found
            )
        codes = meaning.codes(shown.field or shown.title, None if shown.field else shown.language)
        return tuple(FieldFinding(code, *self._names(code), Certainty.LOW, "meaning of the field") for code in codes)

    def by_words(self, text: str) -> list[tuple[Field, Certainty]]:
        """Fields by their words; what lies inside a longer phrase does not count.

        Words that many fields share ("management") come last, parts of an enumeration in their order, and of two
        neighbours the later one first: "mathematical biology" is biology.
        """
        known = Text.of(text)
        spots = list(_field_phrases(known, self._patterns))
        free = [one for one in spots if not any(other[0].holds(one[0]) for other in spots)]
        ranked = sorted(free, key=lambda one: (one[1].weak, known.part(one[0].start), -one[0].end, -one[0].letters))
        fields = dict.fromkeys(one.field for _, one in ranked)
        sure = Certainty.HIGH if len(fields) == 1 else Certainty.MEDIUM
        return [(field, sure if place == 0 else sure.less()) for place, field in enumerate(fields)]

    def _names(self, code: str) -> tuple[str, str]:
        field = self.by_code.get(code)
        return (field.name_en, field.name_nl) if field else (code, code)


class _Pattern(NamedTuple):
    """Words that stand for a field; those with a star may go on, a weak one is shared by many fields."""

    words: Words
    field: Field
    weak: bool

    @property
    def letters(self) -> int:
        return sum(len(word.removesuffix("*")) for word in self.words)

    def fits(self, words: Words) -> bool:
        return len(self.words) == len(words) and all(
            word.startswith(part[:-1]) if part.endswith("*") else word == part
            for part, word in zip(self.words, words, strict=True)
        )


def _pattern(word: str, field: Field) -> _Pattern:
    parts = ((spelled(part), "*" if part.endswith("*") else "") for part in word.removeprefix("~").split())
    words = tuple(one for latin, star in parts for one in (*latin[:-1], *(last + star for last in latin[-1:])))
    return _Pattern(words, field, word.startswith("~"))


def _field_phrases(text: Text, known: Mapping[str, Sequence[_Pattern]]) -> Iterator[tuple[Spot, _Pattern]]:
    """The patterns that fit somewhere; one of two letters counts only where a part of the text begins."""
    for start, word in enumerate(text.words):
        for pattern in known.get(word[:2], ()):
            end = start + len(pattern.words)
            if pattern.fits(text.words[start:end]) and (pattern.letters > SHORT or start in text.starts):
                yield Spot(start, end, 1.0, pattern.letters), pattern


class FieldSearch:
    """Fields by meaning: the knowledge nearest to a text votes for the fields that ESCO puts it under."""

    def __init__(self, search: ConceptSearch) -> None:
        self._search = search
        self._codes = fields_of_knowledge(search.taxonomy)

    def codes(self, text: str, language: Language | None = None, k: int = 2) -> list[str]:
        """The ``k`` detailed fields with most votes; none where the release does not link knowledge to fields."""
        if not self._codes:
            return []
        (hits,) = self._search.find([text], Kind.SKILL, _VOTERS, language=language, only=self._codes.keys())
        votes: defaultdict[str, float] = defaultdict(float)
        for hit in hits:
            for code in self._codes[hit.concept]:
                votes[code] += hit.score**_STEEP / len(self._codes[hit.concept])
        return sorted(votes, key=lambda code: (-votes[code], code))[:k]


def fields_of_knowledge(taxonomy: Taxonomy) -> dict[ConceptId, tuple[str, ...]]:
    """ESCO's knowledge with the detailed fields it stands under; empty where a release does not tell."""
    numbers = [n for n in taxonomy.of_kind(Kind.SKILL).tolist() if taxonomy.skill_types[n] == SkillType.KNOWLEDGE]
    found = ((taxonomy.ids[number], _fields_above(taxonomy, number)) for number in numbers)
    return {concept: codes for concept, codes in found if codes}


def _fields_above(taxonomy: Taxonomy, number: int) -> tuple[str, ...]:
    """The nearest fields above a concept; ESCO nests knowledge a few deep before it comes to ISCED-F."""
    level = [number]
    for _ in range(6):
        level = list(dict.fromkeys(int(above) for below in level for above in taxonomy.broader.from_(below)))
        codes = [taxonomy.ids[above].rpartition(_ISCED_F)[2] for above in level if _ISCED_F in taxonomy.ids[above]]
        if codes:
            return tuple(code.ljust(4, "0") for code in codes)
    return ()
