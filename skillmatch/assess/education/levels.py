"""The levels of ISCED 2011 and of the EQF, which are never cast into each other, and how sure one is of them (D5)."""

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import NamedTuple


class Isced(IntEnum):
    """ISCED 2011 levels. Never cast one to an EQF level: the numbers differ for 1 to 5 (D5)."""

    EARLY_CHILDHOOD = 0
    PRIMARY = 1
    LOWER_SECONDARY = 2
    UPPER_SECONDARY = 3
    POST_SECONDARY = 4
    SHORT_CYCLE_TERTIARY = 5
    BACHELOR = 6
    MASTER = 7
    DOCTORAL = 8

    @property
    def band(self) -> str:
        """Low, secondary or high: how labour-market figures group levels (D5, Eurostat)."""
        return "low" if self <= 2 else "secondary" if self <= 4 else "high"


class Levels(NamedTuple):
    """Levels from ``low`` to ``high``, both possible; one level where they are equal."""

    low: int
    high: int

    def __str__(self) -> str:
        return str(self.low) if self.low == self.high else f"{self.low}-{self.high}"

    @property
    def single(self) -> int | None:
        """The level, None where several are possible."""
        return self.low if self.low == self.high else None

    def united(self, other: "Levels") -> "Levels":
        """The least range that holds both."""
        return Levels(min(self.low, other.low), max(self.high, other.high))


EQF_OF_ISCED: Mapping[int, Levels] = {
    1: Levels(1, 1), 2: Levels(1, 2), 3: Levels(3, 4), 4: Levels(4, 5),
    5: Levels(5, 5), 6: Levels(6, 6), 7: Levels(7, 7), 8: Levels(8, 8),
}  # fmt: skip
"""Which EQF levels diplomas of an ISCED level mostly have (D5); VKS has the same eight levels. Below ISCED 1: none."""


class Certainty(StrEnum):
    """How sure a finding is, surest last."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    def less(self, steps: int = 1) -> "Certainty":
        """This, ``steps`` less sure, LOW at the least."""
        order = list(Certainty)
        return order[max(0, order.index(self) - steps)]

    @classmethod
    def least(cls, *certainties: "Certainty") -> "Certainty":
        """The least sure of several."""
        return min(certainties, key=list(cls).index)


def eqf_of(isced: Levels, known: Levels | None = None) -> Levels | None:
    """The EQF levels that are known, else those that ISCED's may have; None below primary school."""
    if known is not None:
        return known
    possible = [EQF_OF_ISCED[level] for level in range(isced.low, isced.high + 1) if level in EQF_OF_ISCED]
    return possible[0].united(possible[-1]) if possible else None
