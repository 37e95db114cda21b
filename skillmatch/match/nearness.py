"""How near what a person has is to what is asked, and by which road: never a number without its reason."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import product, takewhile
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from skillmatch.encode import Vectors
from skillmatch.taxonomy.concepts import ConceptId, Kind, Links, Taxonomy

ConceptVectors = Callable[[Sequence[ConceptId]], Vectors]
"""One unit row a concept, in order."""


class Way(StrEnum):
    """By which road something held answers something asked; the word is about what is held."""

    SAME = "same"
    NARROWER = "narrower"
    PRACTISED = "practised"
    UNIT_GROUP = "unit-group"
    BROADER = "broader"
    MINOR_GROUP = "minor-group"
    SIBLING = "sibling"
    VECTOR = "vector"
    SECTOR = "sector"


SHARE: Mapping[Way, float] = MappingProxyType(
    {
        Way.SAME: 1.0,
        Way.NARROWER: 0.9,
        Way.PRACTISED: 0.6,
        Way.UNIT_GROUP: 0.6,
        Way.BROADER: 0.5,
        Way.MINOR_GROUP: 0.3,
        Way.SIBLING: 0.25,
        Way.VECTOR: 0.6,
        Way.SECTOR: 1.0,
    }
)
"""What each road answers of what is asked; VECTOR and SECTOR: at most.

Judgements, kept few: a special case shows nearly all of the general one (Python: programming); having done an
occupation shows most of a skill that ESCO calls essential to it, or of another occupation of its ISCO unit group; a
general skill shows half of a special one; having a sibling, or work of the same minor group, shows mostly that it
could be learnt.
"""

FAMILY = 25
"""Narrower skills a parent may have for them to be family. The median ESCO group has 23; above are headings such as
"advise others" (271 narrower skills), where being neighbours says nothing."""

COMMON_DIGITS: Mapping[int, float] = MappingProxyType({2: 0.6, 3: 0.8})
"""What a common NACE division or group (that many digits) shares of a sector; the same code is the same sector."""


@dataclass(frozen=True, slots=True)
class Near:
    """How fully something held answers something asked: ``share`` in (0, 1], and by which road.

    ``through`` is what siblings (a skill or group of skills) or occupations (an ISCO group) have in common; ``cosine``
    goes with VECTOR, ``sector`` (a NACE code) with SECTOR.
    """

    way: Way
    share: float
    through: ConceptId | None = None
    cosine: float | None = None
    sector: str | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """Cosines to shares: nothing up to ``low``, the share of VECTOR from ``high`` on, a straight line between.

    The default fits the embedded encoder on ESCO 1.1.1: at 0.77 a skill has one neighbour among 13,896 on average,
    often of its own trade ("test electronic units", "test microelectronics"); below, most pairs only share words
    ("sell furniture", "decorate furniture"); from 0.9 on they say the same ("inspect cargo", "inspect freight").
    """

    low: float = 0.77
    high: float = 0.96

    @classmethod
    def measured(cls, vectors: Vectors) -> "Scale":
        """The scale for ``vectors`` of chance skills, whatever their encoder: ``low`` leaves a skill one neighbour.

        Encoders differ: what is near for one is the distance of strangers for another.
        """
        cosines = vectors[::2] @ vectors[1::2].T
        low = min(float(np.quantile(cosines, 1 - NEIGHBOURS)), 0.99)
        return cls(low, low + (1 - low) * 5 / 6)

    def share(self, cosines: NDArray[np.float32]) -> NDArray[np.float64]:
        """The share that each cosine is worth; the same shape."""
        rise = (cosines.astype(np.float64) - self.low) / (self.high - self.low)
        return SHARE[Way.VECTOR] * np.clip(rise, 0.0, 1.0)


DEFAULT_SCALE = Scale()

NEIGHBOURS = 1 / 13_896
"""Which part of all pairs of skills is near enough by vector to count for anything."""

SAMPLE = 1_400
"""Skills from whose vectors a scale is measured, each of one half with each of the other: 35 pairs are near."""

_WAYS = tuple(Way)
_CODE = {way: code for code, way in enumerate(_WAYS)}


@dataclass(frozen=True, slots=True)
class Shares:
    """What each of ``held`` (columns) answers of each of ``asked`` (rows), both without repeats and in order of URI.

    ``way`` holds positions in :class:`Way`, and says nothing where ``share`` is 0.
    """

    asked: tuple[ConceptId, ...]
    held: tuple[ConceptId, ...]
    share: NDArray[np.float64]
    way: NDArray[np.int8]
    cosine: NDArray[np.float32]

    def position(self, asked: ConceptId, held: ConceptId) -> tuple[int, int]:
        """The row and the column of a pair that is in it."""
        return bisect_left(self.asked, asked), bisect_left(self.held, held)

    def is_way(self, way: Way) -> NDArray[np.bool_]:
        """Where the road is ``way``."""
        found: NDArray[np.bool_] = self.way == _CODE[way]
        return found


@dataclass(frozen=True)
class Nearness:
    """Nearness in one release of ESCO. Without ``vectors`` only ESCO's own relations count.

    ``scale`` None is measured at the first use, where the release has enough skills to measure it.
    """

    taxonomy: Taxonomy
    vectors: ConceptVectors | None = None
    scale: Scale | None = None

    def shares(self, asked: Sequence[ConceptId], held: Sequence[ConceptId]) -> Shares:
        """All pairs of skills and occupations at once: a matrix product, then ESCO's relations of each held concept.

        A concept that this release does not have is near to itself only. Neither the order of the concepts nor their
        company changes a share.
        """
        asked, held = tuple(sorted(set(asked))), tuple(sorted(set(held)))
        cosine = self._cosines(asked, held)
        share = self._scale.share(cosine)
        ways = np.full(share.shape, _CODE[Way.VECTOR], dtype=np.int8)
        row_of = self._rows(asked)
        for column, concept in enumerate(held):
            for way, targets in self._linked(concept):
                rows = row_of[np.asarray(targets, dtype=np.int64)]  # of an empty tuple it would be all
                rows = rows[rows >= 0]
                rows = rows[share[rows, column] < SHARE[way]]
                share[rows, column], ways[rows, column] = SHARE[way], _CODE[way]
        same = _same(asked, held)
        share[same], ways[same] = SHARE[Way.SAME], _CODE[Way.SAME]
        return Shares(asked, held, share, ways, cosine)

    def near(self, shares: Shares, row: int, column: int) -> Near | None:
        """One pair of ``shares`` with its road; None where nothing is shared."""
        share, way = float(shares.share[row, column]), _WAYS[shares.way[row, column]]
        if share <= 0:
            return None
        if way is Way.VECTOR:
            return Near(way, share, cosine=float(shares.cosine[row, column]))
        return Near(way, share, through=self._common(way, shares.asked[row], shares.held[column]))

    def between(self, asked: ConceptId, held: ConceptId) -> Near | None:
        """How ``held`` answers ``asked``; None where it does not."""
        return self.near(self.shares([asked], [held]), 0, 0)

    def sector(self, asked: ConceptId, held: ConceptId) -> Near | None:
        """How near the sectors of two occupations are, by the longest NACE code that both fall under."""
        pairs = [(one, other, _prefix(one, other)) for one, other in product(self._nace(asked), self._nace(held))]
        shares = [
            (1.0 if one == other else COMMON_DIGITS.get(min(len(code), 3), 0.0), code) for one, other, code in pairs
        ]
        share, code = max(shares, default=(0.0, ""))
        return Near(Way.SECTOR, SHARE[Way.SECTOR] * share, sector=code) if share > 0 else None

    def _rows(self, asked: Sequence[ConceptId]) -> NDArray[np.int64]:
        """For every concept number of the taxonomy its row in ``asked``, else -1."""
        numbers = self._numbers(asked)
        row_of = np.full(len(self.taxonomy.ids), -1, dtype=np.int64)
        row_of[numbers[numbers >= 0]] = np.flatnonzero(numbers >= 0)
        return row_of

    def _linked(self, held: ConceptId) -> Iterator[tuple[Way, Sequence[int] | NDArray[np.int32]]]:
        """The concepts that ``held`` answers in part by the relations of ESCO and ISCO, road by road."""
        number = self.taxonomy.numbers.get(held)
        if number is None:
            return
        yield Way.NARROWER, self.taxonomy.broader.from_(number)
        if self.taxonomy.kinds[number] == Kind.OCCUPATION:
            yield Way.PRACTISED, self.taxonomy.essential.from_(number)
            yield Way.UNIT_GROUP, self._work.get(self.taxonomy.isco[number][:4], ())
            yield Way.MINOR_GROUP, self._work.get(self.taxonomy.isco[number][:3], ())
            return
        if self._is_family(number):
            yield Way.BROADER, self._narrower.from_(number)
        for parent in self._families(number):
            yield Way.SIBLING, self._narrower.from_(parent)

    def _cosines(self, asked: Sequence[ConceptId], held: Sequence[ConceptId]) -> NDArray[np.float32]:
        """Cosines, asked x held; 0 where one is a skill and the other an occupation, or one is a language.

        To four decimals: a product over a batch and one over a single pair differ in the last bits of a float32.
        """
        cosines = np.zeros((len(asked), len(held)), dtype=np.float32)
        for kind in (Kind.SKILL, Kind.OCCUPATION):
            rows, columns = self._comparable(asked, kind), self._comparable(held, kind)
            if self.vectors is not None and rows and columns:
                left = self.vectors([asked[row] for row in rows])
                right = self.vectors([held[column] for column in columns])
                cosines[np.ix_(rows, columns)] = np.round(left @ right.T, 4)
        return cosines

    def _comparable(self, concepts: Sequence[ConceptId], kind: Kind) -> list[int]:
        """The positions of those of ``kind`` whose vectors may be compared; languages may not: German is no Dutch."""
        numbers = self._numbers(concepts)
        fit = (numbers >= 0) & (self.taxonomy.kinds[numbers] == kind) & ~self._tongues[numbers]
        positions: list[int] = np.flatnonzero(fit).tolist()
        return positions

    def _numbers(self, concepts: Sequence[ConceptId]) -> NDArray[np.int64]:
        """The number of each concept, -1 for one that the release does not have."""
        numbers = self.taxonomy.numbers
        return np.array([numbers.get(concept, -1) for concept in concepts], dtype=np.int64)

    def _families(self, number: int) -> list[int]:
        """The parents of a concept whose children are family."""
        return [int(parent) for parent in self.taxonomy.broader.from_(number) if self._is_family(int(parent))]

    def _is_family(self, parent: int) -> bool:
        """Few children; and a group of skills only where ESCO goes into detail: no top level, none of languages."""
        if self.taxonomy.kinds[parent] == Kind.SKILL_GROUP:
            code = self.taxonomy.code[parent]
            if self._tongues[parent] or (code and "." not in code):
                return False
        return len(self._narrower.from_(parent)) <= FAMILY

    def _common(self, way: Way, asked: ConceptId, held: ConceptId) -> ConceptId | None:
        """What the two have in common, where the road leads through a third: the smallest family, or the ISCO group."""
        number, other = self.taxonomy.numbers.get(asked), self.taxonomy.numbers.get(held)
        if number is None or other is None:
            return None
        if way is Way.SIBLING:
            shared = set(self._families(number)) & set(self._families(other))
            return self.taxonomy.ids[min(shared, key=lambda parent: (len(self._narrower.from_(parent)), parent))]
        digits = {Way.UNIT_GROUP: 4, Way.MINOR_GROUP: 3}.get(way, 0)
        return self._isco_groups.get(self.taxonomy.isco[number][:digits])

    def _nace(self, occupation: ConceptId) -> list[str]:
        """The NACE codes of an occupation, digits only; none where the release does not say."""
        number = self.taxonomy.numbers.get(occupation)
        codes = self.taxonomy.nace[number].split() if number is not None else []
        return [code.rpartition("/")[2].replace(".", "") for code in codes]

    @cached_property
    def _scale(self) -> Scale:
        skills = self.taxonomy.of_kind(Kind.SKILL)
        if self.scale is not None or self.vectors is None or len(skills) < SAMPLE:
            return self.scale or DEFAULT_SCALE
        chance = skills[:: len(skills) // SAMPLE]
        return Scale.measured(self.vectors([self.taxonomy.ids[number] for number in chance.tolist()]))

    @cached_property
    def _narrower(self) -> Links:
        return self.taxonomy.broader.reversed()

    @cached_property
    def _work(self) -> Mapping[str, Sequence[int]]:
        """The occupations of each ISCO-08 minor group (3 digits) and unit group (4 digits)."""
        work: dict[str, list[int]] = {}
        for number in self.taxonomy.of_kind(Kind.OCCUPATION).tolist():
            for digits in (3, 4):
                work.setdefault(self.taxonomy.isco[number][:digits], []).append(number)
        return {code: numbers for code, numbers in work.items() if len(code) >= 3}

    @cached_property
    def _isco_groups(self) -> Mapping[str, ConceptId]:
        groups = self.taxonomy.of_kind(Kind.ISCO_GROUP).tolist()
        return {self.taxonomy.isco[number]: self.taxonomy.ids[number] for number in groups}

    @cached_property
    def _tongues(self) -> NDArray[np.bool_]:
        """Which concepts are languages, or skills in one: all below ESCO's skill groups L, L1 and L2."""
        marked = np.zeros(len(self.taxonomy.ids), dtype=np.bool_)
        groups = self.taxonomy.of_kind(Kind.SKILL_GROUP).tolist()
        todo = [number for number in groups if self.taxonomy.code[number].startswith("L")]
        while todo:
            number = todo.pop()
            if not marked[number]:
                marked[number] = True
                todo.extend(self._narrower.from_(number).tolist())
        return marked


def _same(asked: Sequence[ConceptId], held: Sequence[ConceptId]) -> tuple[list[int], list[int]]:
    """The rows and columns at which the two name the same concept."""
    column_of = {concept: column for column, concept in enumerate(held)}
    pairs = [(row, column_of[concept]) for row, concept in enumerate(asked) if concept in column_of]
    return [row for row, _ in pairs], [column for _, column in pairs]


def _prefix(one: str, other: str) -> str:
    """The digits with which both codes begin: NACE, like ISCO, nests by digits."""
    return "".join(digit for digit, _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
