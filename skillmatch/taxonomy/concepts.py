"""ESCO as values, and the questions one asks of it. No files are touched here.

A taxonomy has 17 thousand concepts and, with all languages, over half a million labels. It is therefore kept in columns
(arrays, which may be memory-mapped) and shows objects (:class:`Skill`, :class:`Occupation`) only for what is asked.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from functools import cached_property
from itertools import pairwise
from operator import index, itemgetter
from typing import NewType, SupportsIndex, overload

import numpy as np
from numpy.typing import NDArray

from skillmatch.errors import NotFound
from skillmatch.text import Language

ConceptId = NewType("ConceptId", str)
"""The URI of an ESCO concept, such as ``http://data.europa.eu/esco/skill/...``."""

DUTCH = Language("nl")
ENGLISH = Language("en")


class Kind(IntEnum):
    """What a concept is. The numbers are stored: never renumber."""

    OCCUPATION = 0
    SKILL = 1
    ISCO_GROUP = 2
    SKILL_GROUP = 3


class LabelStatus(IntEnum):
    """How a label stands to its concept, best first. The numbers are stored: never renumber."""

    PREFERRED = 0
    ALTERNATIVE = 1
    HIDDEN = 2
    UNOFFICIAL = 3
    """Not ESCO's: written by this project for a language ESCO does not have."""


class SkillType(StrEnum):
    """ESCO's skillType: knowledge or skill/competence; empty where the source does not say."""

    SKILL = "skill/competence"
    KNOWLEDGE = "knowledge"
    UNKNOWN = ""


class Texts(Sequence[str]):
    """Very many short texts in one UTF-8 blob: ``blob[ends[i]:ends[i + 1]]`` is text ``i``; both may be memory-mapped.

    ``blob`` is uint8 of any length; ``ends`` is int64 of length n + 1 and begins with 0.
    """

    __slots__ = ("blob", "ends")

    def __init__(self, blob: NDArray[np.uint8], ends: NDArray[np.int64]) -> None:
        self.blob = blob
        self.ends = ends

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Texts":
        """Pack ``texts``, keeping their order."""
        encoded = [text.encode() for text in texts]
        ends = np.zeros(len(encoded) + 1, dtype=np.int64)
        np.cumsum([len(part) for part in encoded], out=ends[1:])
        return cls(np.frombuffer(b"".join(encoded), dtype=np.uint8), ends)

    def __len__(self) -> int:
        return len(self.ends) - 1

    @overload
    def __getitem__(self, item: SupportsIndex) -> str: ...

    @overload
    def __getitem__(self, item: slice) -> list[str]: ...

    def __getitem__(self, item: SupportsIndex | slice) -> str | list[str]:
        """One text, or a list of those in a slice; raises IndexError."""
        if isinstance(item, slice):
            return [self[i] for i in range(*item.indices(len(self)))]
        i = index(item) + len(self) if index(item) < 0 else index(item)
        if not 0 <= i < len(self):
            raise IndexError(item)
        return self.blob[self.ends[i] : self.ends[i + 1]].tobytes().decode()

    def __iter__(self) -> Iterator[str]:
        whole = self.blob.tobytes()
        ends = self.ends.tolist()
        return (whole[start:end].decode() for start, end in pairwise(ends))


@dataclass(frozen=True, slots=True)
class Labels:
    """All labels of one language, ordered by concept and, within a concept, preferred first.

    ``concept`` (int32) and ``status`` (int8, a :class:`LabelStatus`) have one entry a label, as ``text`` has.
    """

    concept: NDArray[np.int32]
    status: NDArray[np.int8]
    text: Texts

    @classmethod
    def pack(cls, rows: Iterable[tuple[int, LabelStatus, str]]) -> "Labels":
        """Labels from (concept number, status, label) in any order; labels of equal status keep theirs."""
        ordered = sorted(rows, key=itemgetter(0, 1))
        return cls(
            np.array([number for number, _, _ in ordered], dtype=np.int32),
            np.array([status for _, status, _ in ordered], dtype=np.int8),
            Texts.of(label for _, _, label in ordered),
        )

    def __len__(self) -> int:
        return len(self.concept)

    def of(self, number: int) -> range:
        """The rows that hold the labels of concept ``number``."""
        first, last = np.searchsorted(self.concept, np.array([number, number + 1], dtype=self.concept.dtype))
        return range(int(first), int(last))


@dataclass(frozen=True, slots=True)
class Links:
    """A relation from concepts to concepts: ``targets[starts[i]:starts[i + 1]]`` are those of concept ``i`` (CSR)."""

    starts: NDArray[np.int64]
    targets: NDArray[np.int32]

    @classmethod
    def of(cls, size: int, pairs: Iterable[tuple[int, int]]) -> "Links":
        """Links among ``size`` concepts from (source, target) numbers; repeats are dropped, targets come sorted."""
        table = np.array(sorted(set(pairs)), dtype=np.int64).reshape(-1, 2)
        starts = np.searchsorted(table[:, 0], np.arange(size + 1)).astype(np.int64)
        return cls(starts, table[:, 1].astype(np.int32))

    def __len__(self) -> int:
        return len(self.targets)

    def from_(self, number: int) -> NDArray[np.int32]:
        """The targets of concept ``number``."""
        return self.targets[self.starts[number] : self.starts[number + 1]]

    def sources(self) -> NDArray[np.int64]:
        """The source of each of ``targets``."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))

    def pairs(self) -> list[tuple[int, int]]:
        """All (source, target)."""
        return list(zip(self.sources().tolist(), self.targets.tolist(), strict=True))

    def reversed(self) -> "Links":
        """The same pairs, read from target to source."""
        sources = self.sources()
        order = np.lexsort((sources, self.targets))
        starts = np.searchsorted(self.targets[order], np.arange(len(self.starts))).astype(np.int64)
        return Links(starts, sources[order].astype(np.int32))


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill, competence or field of knowledge. ``labels`` has the preferred label of each language first."""

    id: ConceptId
    labels: Mapping[Language, tuple[str, ...]]
    kind: SkillType
    reuse: str
    broader: tuple[ConceptId, ...]


@dataclass(frozen=True, slots=True)
class Occupation:
    """An occupation. ``isco`` is the four-digit ISCO-08 unit group; ``regulated`` is None where the source is silent.

    ESCO's own note marks only 15 occupations: absence is "not known", never "free" (ruling 18). ``estimated`` says that
    ``essential`` and ``optional`` come from vectors, not from ESCO.
    """

    id: ConceptId
    labels: Mapping[Language, tuple[str, ...]]
    isco: str
    essential: frozenset[ConceptId]
    optional: frozenset[ConceptId]
    regulated: bool | None
    nace: tuple[str, ...]
    estimated: bool


@dataclass(frozen=True, slots=True)
class Release:
    """What is installed: where it came from, which version, and what it may be used under.

    ``relations`` is ``official`` or ``estimated``; ``digest`` (SHA-256, hex) changes with any content.
    """

    version: str
    source: str
    relations: str
    licence: str
    digest: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Taxonomy:
    """The whole of one ESCO release.

    Concepts are numbered 0..n-1 in the order of ``ids``; columns have one entry a concept, '' where they do not apply.
    ``isco`` holds the code of an occupation's unit group or an ISCO group's own code, ``code`` ESCO's code of a skill
    group, ``nace`` NACE codes such as ``25.62 28`` (one space between), ``regulated`` anything where it is so.
    """

    release: Release
    ids: tuple[ConceptId, ...]
    kinds: NDArray[np.int8]
    labels: Mapping[Language, Labels]
    isco: Sequence[str]
    code: Sequence[str]
    skill_types: Sequence[str]
    reuse: Sequence[str]
    regulated: Sequence[str]
    nace: Sequence[str]
    essential: Links
    optional: Links
    broader: Links
    related: Links
    descriptions: Mapping[Language, Texts] = field(default_factory=dict)
    spoken: Mapping[Language, Labels] = field(default_factory=dict)
    """How people say that they do something, written by this project: searched and learnt from, never shown as a name.
    """

    @cached_property
    def numbers(self) -> Mapping[ConceptId, int]:
        """The number of each concept."""
        return {concept: number for number, concept in enumerate(self.ids)}

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages with labels, in alphabetical order."""
        return tuple(sorted(self.labels))

    def number(self, concept: ConceptId) -> int:
        """The number of ``concept``; raises NotFound for a URI this release does not have."""
        try:
            return self.numbers[concept]
        except KeyError:
            raise NotFound(f"no concept {concept} in ESCO {self.release.version}") from None

    def kind(self, concept: ConceptId) -> Kind:
        """What ``concept`` is."""
        return Kind(int(self.kinds[self.number(concept)]))

    def of_kind(self, kind: Kind) -> NDArray[np.int64]:
        """The numbers of all concepts of ``kind``, ascending."""
        return np.flatnonzero(self.kinds == kind)

    def label(self, concept: ConceptId, languages: Sequence[Language] = (DUTCH, ENGLISH)) -> str:
        """The preferred label in the first of ``languages`` that has one, else in any language, else the URI."""
        number = self.number(concept)
        for language in (*languages, ENGLISH, *self.languages):
            if language in self.labels:
                rows = self.labels[language].of(number)
                if rows:
                    return self.labels[language].text[rows[0]]
        return concept

    def all_labels(self, concept: ConceptId) -> Mapping[Language, tuple[str, ...]]:
        """Every label of ``concept`` by language, preferred first."""
        number = self.number(concept)
        found = {language: labels.of(number) for language, labels in self.labels.items()}
        return {
            language: tuple(self.labels[language].text[row] for row in rows) for language, rows in found.items() if rows
        }

    def description(self, concept: ConceptId, language: Language = ENGLISH) -> str:
        """The description in ``language``, '' where there is none."""
        texts = self.descriptions.get(language)
        return texts[self.number(concept)] if texts is not None else ""

    def named(self, links: Links, concept: ConceptId) -> tuple[ConceptId, ...]:
        """The concepts that ``links`` leads to from ``concept``."""
        return tuple(self.ids[target] for target in links.from_(self.number(concept)))

    def skill(self, concept: ConceptId) -> Skill:
        """The skill with this URI; raises NotFound."""
        number = self.number(concept)
        if self.kinds[number] != Kind.SKILL:
            raise NotFound(f"{concept} is no skill")
        return Skill(
            id=concept,
            labels=self.all_labels(concept),
            kind=SkillType(self.skill_types[number]),
            reuse=self.reuse[number],
            broader=self.named(self.broader, concept),
        )

    def occupation(self, concept: ConceptId) -> Occupation:
        """The occupation with this URI; raises NotFound."""
        number = self.number(concept)
        if self.kinds[number] != Kind.OCCUPATION:
            raise NotFound(f"{concept} is no occupation")
        return Occupation(
            id=concept,
            labels=self.all_labels(concept),
            isco=self.isco[number],
            essential=frozenset(self.named(self.essential, concept)),
            optional=frozenset(self.named(self.optional, concept)),
            regulated=True if self.regulated[number] else None,
            nace=tuple(filter(None, self.nace[number].split(" "))),
            estimated=self.release.relations == "estimated",
        )
