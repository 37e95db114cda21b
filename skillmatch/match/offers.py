"""What a profile is matched with, and the answer: vacancies, mentors, reasons, matches, rankings. Values only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from math import fsum
from typing import Generic, TypeVar

from skillmatch.assess.profile import Cefr, Evidence
from skillmatch.match.nearness import Near
from skillmatch.taxonomy.concepts import ConceptId
from skillmatch.text import Language

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Posting:
    """A vacancy as an employer wrote it. ``occupation`` and ``skills`` are ESCO URIs where the employer gave them.

    ``languages`` gives the asked CEFR level of spoken interaction (ruling 13), None where a language is asked without a
    level. ``schedule`` names working conditions to accept, such as ``night`` or ``weekend`` (BOT-02).
    """

    id: str
    title: str
    text: str = ""
    language: Language | None = None
    languages: Mapping[Language, Cefr | None] = field(default_factory=dict)
    licences: frozenset[str] = frozenset()
    region: str | None = None
    schedule: frozenset[str] = frozenset()
    employer: str | None = None
    occupation: ConceptId | None = None
    skills: tuple[ConceptId, ...] = ()


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A vacancy read into ESCO. ``essential`` and ``optional`` are what it asks, from its text or its occupation.

    ``estimated`` says that they were estimated from vectors because the installed ESCO has no relations. ``languages``
    gives the asked CEFR level of spoken interaction (ruling 13), None where no level is named.
    """

    id: str
    title: str
    occupation: ConceptId | None
    occupation_score: float = 1.0
    essential: tuple[ConceptId, ...] = ()
    optional: tuple[ConceptId, ...] = ()
    languages: Mapping[Language, Cefr | None] = field(default_factory=dict)
    licences: frozenset[str] = frozenset()
    region: str | None = None
    schedule: frozenset[str] = frozenset()
    employer: str | None = None
    shortage: str | None = None
    """The official name of the shortage occupation it falls under, None where it falls under none."""
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Mentor:
    """A mentor as far as matching needs to know (DUO-04, DUO-05). ``languages`` is empty where nobody asked."""

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


@dataclass(frozen=True, slots=True)
class Reason:
    """One addend of a score: what was asked, what answers it, how much that counts.

    ``weight`` is what it adds to the score: ``most`` (what a full, certain answer would add) x ``strength`` (how far
    the answer is believed) x ``share`` (how fully it answers what was asked; 1: the same concept). ``near`` is the
    road between two concepts, ``evidence`` all that is known for the answer.
    """

    kind: ReasonKind
    weight: float
    asked: str | None = None
    answered_by: str | None = None
    share: float = 1.0
    evidence: tuple[Evidence, ...] = ()
    most: float = 0.0
    strength: float = 1.0
    near: Near | None = None


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
        """The sum of the weights of the reasons, exactly rounded, so that their order cannot change it."""
        return fsum(reason.weight for reason in self.reasons)

    @property
    def refusals(self) -> tuple[Verdict, ...]:
        """The hard rules that say no."""
        return tuple(verdict for verdict in self.verdicts if verdict.value is Answer.NO)

    @property
    def unknowns(self) -> tuple[Verdict, ...]:
        """The hard rules that still have to be settled."""
        return tuple(verdict for verdict in self.verdicts if verdict.value is Answer.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Removed(Generic[Item]):
    """An offer that a hard rule removed, the verdicts that removed it, and the score it would have had."""

    item: Item
    verdicts: tuple[Verdict, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Ranking(Generic[Item]):
    """``matches`` best first, as many as were asked for; ``removed`` everything that a hard rule removed, best
    first."""

    matches: tuple[Match[Item], ...]
    removed: tuple[Removed[Item], ...] = ()

    @classmethod
    def of(cls, matches: Sequence[Match[Item]], k: int) -> "Ranking[Item]":
        """The ranking of ``matches`` in the order they come in, those with a refusal set apart."""
        allowed = [match for match in matches if not match.refusals]
        removed = (Removed(match.item, match.refusals, match.score) for match in matches if match.refusals)
        return cls(tuple(allowed[:k]), tuple(removed))
