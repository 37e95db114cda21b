"""Tests of what a person can do: what one records (VDAB-02), what makes a record valid, what it adds to a profile."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from skillmatch.assess.profile import Activity, Cefr, Evidence, Profile, Source, Standing
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
    """One test of one competence. ``assessor`` is a role or an account, never a name.

    An interpreter's language is given exactly where there was an interpreter. ``language``, ``level`` and ``activity``
    belong to a language test: the level it established, whether or not that was the level hoped for; without an
    activity it is of spoken interaction (ruling 13). Raises InvalidInput.
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
    activity: Activity | None = None

    def __post_init__(self) -> None:
        if (self.mode is Mode.INTERPRETER) != (self.interpreter_language is not None):
            raise InvalidInput("given exactly when the mode is interpreter", field="interpreter_language")
        for field in ("language", "level", "activity"):
            if self.kind is not Tested.LANGUAGE and getattr(self, field) is not None:
                raise InvalidInput("only a language test establishes one", field=field)
        if (self.language is None) != (self.level is None):
            raise InvalidInput("a level and its language come together", field="level" if self.language else "language")
        if self.activity is not None and self.language is None:
            raise InvalidInput("an activity comes with its language and level", field="activity")

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What the test adds to claims: one piece if passed, nothing if failed or a language test.

        A failed test proves nothing about the skill: it may have failed on the language it was held in. What a language
        test shows is a level; it speaks for no claim and against none (VDAB-05).
        """
        if self.result is Result.FAILED or self.kind is Tested.LANGUAGE:
            return ()
        detail = ", ".join((f"{self.kind} test", self.place, self.interpreter_language or self.mode))
        return (Evidence(self.competence, Source.ASSESSMENT, 1.0, on=self.on, detail=detail),)


def with_assessments(profile: Profile, assessments: Iterable[Assessment]) -> Profile:
    """A new profile with tests added, oldest first, those without a date before all others.

    A passed test confirms its claim, for its assessor is a person who decided; an earlier decision stays. A language
    test sets the level of its language and touches no claim; of two, the later one counts.
    """
    for assessment in sorted(assessments, key=lambda test: test.on or date.min):
        profile = _with(profile, assessment)
    return profile


def _with(profile: Profile, assessment: Assessment) -> Profile:
    if assessment.language is not None:
        profile = replace(profile, languages={**profile.languages, assessment.language: _spoken(profile, assessment)})
    if not assessment.evidence:
        return profile
    tested = profile.with_suggestions(assessment.evidence)
    claim = tested.claim(assessment.competence)
    undecided = claim is not None and claim.standing is Standing.SUGGESTED
    return tested.decide(assessment.competence, Standing.CONFIRMED) if undecided else tested


def _spoken(profile: Profile, test: Assessment) -> Cefr | None:
    """The level that matching reads after a language test: spoken interaction is not learnt from a writing test."""
    if test.activity in (None, Activity.SPOKEN_INTERACTION):
        return test.level
    return profile.languages.get(test.language) if test.language is not None else None


def has_enough_dutch(test: Assessment, known: Cefr | None, needed: Cefr) -> bool | None:
    """Whether a person whose Dutch is ``known`` can show in this test what it is about (VDAB-03); None: not known.

    Always so where nothing was asked in plain Dutch, and in a language test, which is held in its own language.
    """
    if test.mode is not Mode.DUTCH or test.kind is Tested.LANGUAGE:
        return True
    return None if known is None else known >= needed


def overrides(test: Assessment, known: Cefr | None, needed: Cefr, reason: str | None) -> bool:
    """Whether ``reason`` overrides the rule that with too little Dutch nobody is tested in plain Dutch (VDAB-03).

    Raises InvalidInput for such a test without a reason, and for a reason where nothing is overridden. Where the
    person's Dutch is not known the rule is silent: not known is not no.
    """
    enough = has_enough_dutch(test, known, needed)
    given = bool(reason and reason.strip())
    if enough is False and not given:
        right = f"{Mode.INTERPRETER} or {Mode.MINIMUM_VOCABULARY}"
        message = f"a test in plain Dutch needs {needed.label}, and less is known: {right}, or an override_reason"
        raise InvalidInput(message, field="mode")
    if enough and given:
        raise InvalidInput("nothing is overridden here: leave it out", field="override_reason")
    return enough is False
