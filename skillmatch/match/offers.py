"""What a profile is matched with, and the answer: vacancies, mentors, reasons, matches. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from skillmatch.assess.profile import Cefr, Evidence
from skillmatch.taxonomy.concepts import ConceptId
from skillmatch.text import Language


Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A vacancy read into ESCO. ``essential`` and ``optional`` are what it asks, from its text or its occupation.

    ``estimated`` says that they were estimated from vectors because the installed ESCO has no relations. ``languages``
    gives the asked CEFR level of spoken interaction (ruling 13).
    """

    id: str
    title: str
    occupation: ConceptId | None
    occupation_score: float = 1.0
    essential: tuple[ConceptId, ...] = ()
    optional: tuple[ConceptId, ...] = ()
    languages: Mapping[Language, Cefr] = field(default_factory=dict)
    licences: frozenset[str] = frozenset()
    region: str | None = None
    schedule: frozenset[str] = frozenset()
    employer: str | None = None
    shortage: str | None = None
    """The official name of the shortage occupation it falls under, None where it falls under none."""
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Mentor:
    """A mentor as far as matching needs to know (DUO-04, DUO-05)."""

    id: str
    name: str
    languages: Mapping[Language, Cefr | None]
    occupations: tuple[ConceptId, ...]
    hours_per_week: float | None = None
    available_from: date | None = None
    trained: bool | None = None


class ReasonKind(StrEnum):
    """What a reason is about; the edge puts it into words."""

    ESSENTIAL = "essential"
    OPTIONAL = "optional"
    OCCUPATION = "occupation"
    LANGUAGE = "language"
    SHORTAGE = "shortage"
    SECTOR = "sector"
    AVAILABILITY = "availability"


@dataclass(frozen=True, slots=True)
class Reason:
    """One addend of a score: what was asked, what answers it, how much that counts.

    ``share`` in [0, 1] says how fully ``answered_by`` answers ``asked`` (1: the same concept); ``weight`` is what it
    adds to the score.
    """

    kind: ReasonKind
    weight: float
    asked: str | None = None
    answered_by: str | None = None
    share: float = 1.0
    evidence: tuple[Evidence, ...] = ()


class Answer(StrEnum):
    """Three-valued: unknown is not no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one hard rule, why, and the paper or question that would settle it where it is unknown."""

    value: Answer
    rule: str
    because: str
    would_settle: str | None = None


@dataclass(frozen=True, slots=True)
class Match(Generic[Item]):
    """An offer with the reasons for it, what is missing, and the hard rules. The score *is* the sum of the reasons."""

    item: Item
    reasons: tuple[Reason, ...]
    gaps: tuple[ConceptId, ...] = ()
    verdicts: tuple[Verdict, ...] = ()

    @property
    def score(self) -> float:
        """The sum of the weights of the reasons."""
        return sum(reason.weight for reason in self.reasons)
