"""Tests of what a person can do: what one records (VDAB-02), what makes a record valid, what it adds to a profile."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from skillmatch.assess.profile import Cefr, Evidence, Profile, Source, Standing
from skillmatch.errors import InvalidInput
from skillmatch.taxonomy.concepts import ConceptId
from skillmatch.text import Language


class Tested(StrEnum):
    """What a test is about (VDAB-02). The three are stored and scored apart (VDAB-05)."""

    LANGUAGE = "language"
    TECHNICAL = "technical"
    SOFT = "soft"


class Place(StrEnum):
    """Where a test was taken (VDAB-02)."""

    PES_SITE = "PES site"
    WORKPLACE = "working environment"


class Mode(StrEnum):
    """In which language a test was taken (VDAB-02). MINIMUM_VOCABULARY is VDAB's "taalarme screening"."""

    DUTCH = "Dutch"
    INTERPRETER = "interpreter"
    MINIMUM_VOCABULARY = "minimum vocabulary"


class Result(StrEnum):
    """How a test ended."""

    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Assessment:
    """One test of one competence. ``assessor`` is a role, never a name.

    An interpreter's language is given exactly where there was an interpreter. ``language`` and ``level`` belong to a
    language test: the level it established, whether or not that was the level hoped for. Raises InvalidInput.
    """

    competence: ConceptId
    kind: Tested
    place: Place
    mode: Mode
    result: Result
    on: date | None = None
    assessor: str | None = None
    interpreter_language: Language | None = None
    language: Language | None = None
    level: Cefr | None = None

    def __post_init__(self) -> None:
        if (self.mode is Mode.INTERPRETER) != (self.interpreter_language is not None):
            raise InvalidInput("given exactly when the mode is interpreter", field="interpreter_language")
        if self.kind is not Tested.LANGUAGE and (self.language is not None or self.level is not None):
            raise InvalidInput("only a language test establishes one", field="language" if self.language else "level")
        if (self.language is None) != (self.level is None):
            raise InvalidInput("a level and its language come together", field="level" if self.language else "language")

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What the test adds: one piece if passed, nothing if failed.

        A failed test proves nothing about the skill: it may have failed on the language it was held in (VDAB-05).
        """
        if self.result is Result.FAILED:
            return ()
        detail = ", ".join((f"{self.kind} test", self.place, self.interpreter_language or self.mode))
        return (Evidence(self.competence, Source.ASSESSMENT, 1.0, on=self.on, detail=detail),)


def with_assessments(profile: Profile, assessments: Iterable[Assessment]) -> Profile:
    """A new profile with tests added, oldest first, those without a date before all others.

    A passed test confirms its claim, for its assessor is a person who decided; an earlier decision stays. A language
    test sets the level of its language and touches no other score; of two, the later one counts.
    """
    for assessment in sorted(assessments, key=lambda test: test.on or date.min):
        profile = _with(profile, assessment)
    return profile


def _with(profile: Profile, assessment: Assessment) -> Profile:
    if assessment.language is not None:
        profile = replace(profile, languages={**profile.languages, assessment.language: assessment.level})
    if not assessment.evidence:
        return profile
    tested = profile.with_suggestions(assessment.evidence)
    claim = tested.claim(assessment.competence)
    undecided = claim is not None and claim.standing is Standing.SUGGESTED
    return tested.decide(assessment.competence, Standing.CONFIRMED) if undecided else tested
