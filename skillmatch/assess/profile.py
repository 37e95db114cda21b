"""What is known of a person's skills: notes, evidence, claims, a profile. Offsets are kept, no copy of the text."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import IntEnum, StrEnum
from types import MappingProxyType

from skillmatch.errors import InvalidInput
from skillmatch.taxonomy.concepts import ConceptId
from skillmatch.text import Language, Span


class Source(StrEnum):
    """Where a piece of evidence comes from, strongest first."""

    ASSESSMENT = "assessment"
    DIPLOMA = "diploma"
    WORK = "work"
    PORTFOLIO = "portfolio"
    SELF_REPORT = "self-report"


STRENGTH: Mapping[Source, float] = MappingProxyType(
    {
        Source.ASSESSMENT: 0.85,
        Source.DIPLOMA: 0.75,
        Source.WORK: 0.65,
        Source.PORTFOLIO: 0.55,
        Source.SELF_REPORT: 0.45,
    }
)
"""How far evidence of each source is believed before a person has decided. Only the order is argued for: what others
saw comes before what one says oneself, and evenly spaced steps keep any source from drowning the next."""

CONFIRMED = 0.9
"""How far a claim is believed that a person confirmed: above all evidence that nobody has decided on, below a test."""


class Found(StrEnum):
    """How a concept was found in a text."""

    LABEL = "label"
    NEAR_LABEL = "near-label"
    MEANING = "meaning"


class Standing(StrEnum):
    """What people decided about a claim. Only a person confirms, rejects or corrects."""

    SUGGESTED = "suggested"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    REJECTED = "rejected"


class Cefr(IntEnum):
    """A CEFR level (ERK in Flanders). BELOW_A1 was tested; not known is None, another value (ruling 13)."""

    BELOW_A1 = 0
    A1 = 1
    A2 = 2
    B1 = 3
    B2 = 4
    C1 = 5
    C2 = 6

    @property
    def label(self) -> str:
        """The level as one writes it: ``below A1``, ``B2``."""
        return "below A1" if self is Cefr.BELOW_A1 else self.name

    @classmethod
    def labelled(cls, label: str) -> "Cefr":
        """The level that is written so; raises InvalidInput."""
        found = next((level for level in cls if level.label == label), None)
        if found is None:
            raise InvalidInput(f"should be one of {', '.join(level.label for level in cls)}", field="level")
        return found


class Activity(StrEnum):
    """The five CEFR activities (D2). A level named without one means spoken interaction (ruling 13)."""

    LISTENING = "listening"
    READING = "reading"
    SPOKEN_INTERACTION = "spoken interaction"
    SPOKEN_PRODUCTION = "spoken production"
    WRITING = "writing"


class Proof(StrEnum):
    """How a language level became known (D2)."""

    TEST = "test"
    OBSERVED = "observed"
    SELF = "self"


class Literacy(StrEnum):
    """How far somebody reads and writes a script, apart from any language level (D2)."""

    NONE = "none"
    LEARNING = "learning"
    FLUENT = "fluent"


@dataclass(frozen=True, slots=True)
class Note:
    """A text somebody wrote down about a person. ``id`` names it in evidence; ``language`` None is to be found out."""

    id: str
    text: str
    language: Language | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason to believe that a person has a skill or did an occupation.

    ``span`` is where in ``note`` (character offsets), for evidence from a text. ``score`` is in [0, 1]. ``detail``
    names the test, diploma or job, never personal text.
    """

    concept: ConceptId
    source: Source
    score: float
    on: date | None = None
    note: str | None = None
    span: Span | None = None
    found: Found | None = None
    detail: str | None = None

    @property
    def strength(self) -> float:
        """How far this alone is believed, in [0, 1]: the weight of its source, times its score."""
        return STRENGTH[self.source] * self.score


@dataclass(frozen=True, slots=True)
class Claim:
    """A concept, what people decided about it, and all the evidence for it."""

    concept: ConceptId
    standing: Standing
    evidence: tuple[Evidence, ...] = ()

    @property
    def strength(self) -> float:
        """How far the claim is believed, in [0, 1]: 0 if rejected, 1 if confirmed and tested.

        Until a person decides, its strongest evidence speaks for it, so that more evidence never takes belief away; a
        suggestion without evidence counts for nothing.
        """
        if self.standing is Standing.REJECTED:
            return 0.0
        if self.standing is Standing.SUGGESTED:
            return max((piece.strength for piece in self.evidence), default=0.0)
        tested = max((piece.score for piece in self.evidence if piece.source is Source.ASSESSMENT), default=0.0)
        return CONFIRMED + (1 - CONFIRMED) * tested


class LabourAccess(StrEnum):
    """Access to the labour market as a residence title states it (ruling 5). Not known is None, never a value."""

    UNLIMITED = "unlimited"
    LIMITED = "limited"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of one person, for matching. Nothing about origin, nationality, gender, age, name or religion.

    A language that is absent from ``languages`` is not known; None as its level means "speaks it, level not known".
    ``licences`` and ``schedules`` are None where nobody asked.
    """

    languages: Mapping[Language, Cefr | None] = field(default_factory=dict)
    claims: tuple[Claim, ...] = ()
    labour_access: LabourAccess | None = None
    licences: frozenset[str] | None = None
    regions: frozenset[str] | None = None
    schedules: frozenset[str] | None = None

    def claim(self, concept: ConceptId) -> Claim | None:
        """The claim on ``concept``, if there is one."""
        return next((claim for claim in self.claims if claim.concept == concept), None)

    def with_suggestions(self, evidence: Iterable[Evidence]) -> "Profile":
        """A new profile with ``evidence`` added; what a person decided stays decided."""
        claims = {claim.concept: claim for claim in self.claims}
        for piece in evidence:
            old = claims.get(piece.concept, Claim(piece.concept, Standing.SUGGESTED))
            if piece not in old.evidence:
                claims[piece.concept] = replace(old, evidence=(*old.evidence, piece))
        return replace(self, claims=tuple(claims.values()))

    def decide(self, concept: ConceptId, standing: Standing) -> "Profile":
        """A new profile in which a person has decided on ``concept``."""
        claims = {claim.concept: claim for claim in self.claims}
        claims[concept] = replace(claims.get(concept, Claim(concept, standing)), standing=standing)
        return replace(self, claims=tuple(claims.values()))
