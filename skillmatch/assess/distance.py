"""Distance to the labour market, as its components and never as one number (VDAB-04).

Unknown is not no: what nobody has asked, tested or volunteered stays unknown, with the question that would settle it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from skillmatch.assess.profile import Cefr, LabourAccess, Profile, Source, Standing
from skillmatch.errors import InvalidInput
from skillmatch.taxonomy.concepts import ConceptId
from skillmatch.text import Language

DAYS_IN_A_YEAR = 365.25


class Part(StrEnum):
    """The components of the distance, in the order in which they are shown."""

    SKILLS = "skills"
    LANGUAGE = "language"
    PAPERS = "papers"
    CONSTRAINTS = "constraints"
    RECENCY = "recency"


class Constraint(StrEnum):
    """What a person volunteered that bears on hours. Health is special-category data: shown to few, a reason never."""

    CARE = "care"
    HEALTH = "health"


@dataclass(frozen=True, slots=True)
class Target:
    """The work aimed at, as far as it is known: its essential skills, the languages it asks, whether it is regulated.

    ``languages`` gives the CEFR level of spoken interaction, None where none is named (ruling 13); an empty mapping is
    work that asks for no language. ``regulated`` is about employees; None is "not known to be" (ruling 18).
    """

    essential: frozenset[ConceptId] | None = None
    languages: Mapping[Language, Cefr | None] | None = None
    regulated: bool | None = None


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What bears on starting to work, beside skills and languages. None is "not known"; nothing is required.

    ``hours_per_week`` and ``constraints`` are there only if volunteered. ``limited_access_fits``: limited labour access
    covers the work aimed at. ``may_practise``: the person holds the paper that regulated work asks. Raises
    InvalidInput.
    """

    limited_access_fits: bool | None = None
    may_practise: bool | None = None
    hours_per_week: float | None = None
    constraints: frozenset[Constraint] | None = None
    worked: bool | None = None
    last_worked: date | None = None

    def __post_init__(self) -> None:
        if self.hours_per_week is not None and not 0 <= self.hours_per_week <= 168:
            raise InvalidInput("should be hours of a week", field="hours_per_week")
        if self.worked is False and self.last_worked is not None:
            raise InvalidInput("nobody who has not worked has a last day of work", field="last_worked")


@dataclass(frozen=True, slots=True)
class Component:
    """One part of the distance in words; ``would_settle`` is None where nothing about it is open."""

    part: Part
    says: str
    would_settle: str | None = None


@dataclass(frozen=True, slots=True)
class SkillsDistance:
    """The essential skills of the work aimed at, by what is known of each; all empty where the work is not known.

    ``absent`` holds what a person decided on, never what nobody asked: a failed test proves nothing (VDAB-05).
    """

    confirmed: frozenset[ConceptId] = frozenset()
    suggested: frozenset[ConceptId] = frozenset()
    absent: frozenset[ConceptId] = frozenset()
    unasked: frozenset[ConceptId] = frozenset()

    @property
    def asked(self) -> int:
        """How many skills the work asks; 0 where that is not known."""
        return len(self.confirmed) + len(self.suggested) + len(self.absent) + len(self.unasked)

    @property
    def missing_share(self) -> float:
        """The share that is known to be missing, in [0, 1]."""
        return len(self.absent) / self.asked if self.asked else 0.0

    @property
    def possibly_missing_share(self) -> float:
        """The share that is missing if all that is open turns out to be; 1 where the work is not known."""
        return (self.asked - len(self.confirmed)) / self.asked if self.asked else 1.0

    @property
    def component(self) -> Component:
        """The skills in words."""
        if not self.asked:
            return Component(Part.SKILLS, "the skills that the work asks are not known", "the work that is aimed at")
        says = (
            f"of {self.asked} essential skills: {len(self.confirmed)} confirmed, {len(self.suggested)} suggested, "
            f"{len(self.absent)} known to be missing, {len(self.unasked)} not asked about"
        )
        still_open = self.suggested or self.unasked
        return Component(Part.SKILLS, says, "confirming or testing the open skills" if still_open else None)


@dataclass(frozen=True, slots=True)
class LanguageDistance:
    """A language that the work asks, and what is known of the person's level. None: not known, or no level named."""

    language: Language
    asked: Cefr | None
    known: Cefr | None
    spoken: bool

    @property
    def levels_below(self) -> int | None:
        """How many CEFR levels are known to be lacking, 0 if none; None where the level is not known."""
        if self.known is not None:
            return max(0, self._wanted - self.known)
        enough = self._wanted is Cefr.BELOW_A1 or (self.spoken and self.asked is None)
        return 0 if enough else None

    @property
    def at_most_below(self) -> int:
        """The same at worst: the person may turn out to speak nothing of it."""
        return self._wanted - Cefr.BELOW_A1 if self.levels_below is None else self.levels_below

    @property
    def _wanted(self) -> Cefr:
        return Cefr.A1 if self.asked is None else self.asked

    @property
    def says(self) -> str:
        """The language in words."""
        wanted = "is asked without a level" if self.asked is None else f"{self.asked.label} is asked"
        if self.known is not None:
            return f"{self.language} {wanted}, {self.known.label} is known"
        return f"{self.language} {wanted}, {'it is spoken, ' if self.spoken else ''}the level is not known"


@dataclass(frozen=True, slots=True)
class PapersDistance:
    """Access to the labour market, and to regulated work."""

    access: LabourAccess | None = None
    limited_access_fits: bool | None = None
    regulated: bool | None = None
    may_practise: bool | None = None

    @property
    def may_work(self) -> bool | None:
        """Whether labour access allows the work: unlimited, or limited and fitting (ruling 10)."""
        if self.access is LabourAccess.LIMITED:
            return self.limited_access_fits
        return None if self.access is None else self.access is LabourAccess.UNLIMITED

    @property
    def may_practise_it(self) -> bool | None:
        """Whether a person may do this work without a further paper; "not known to be regulated" is not "free"."""
        if self.regulated is False or self.may_practise:
            return True
        return False if self.regulated and self.may_practise is False else None

    @property
    def component(self) -> Component:
        """The papers in words; always with the name of the paper (EMP-01)."""
        access = "is not known" if self.access is None else f"is {self.access}"
        regulated = {True: "is regulated", False: "is not regulated", None: "is not known to be regulated"}
        paper = {True: ", its paper is held", False: ", its paper is not held", None: ""}
        says = f"labour access {access}; the work {regulated[self.regulated]}{paper[self.may_practise]}"
        papers = (self.settles_access, self.settles_practice)
        return Component(Part.PAPERS, says, "; ".join(filter(None, papers)) or None)

    @property
    def settles_access(self) -> str | None:
        """The paper that states labour access, while it is open."""
        if self.may_work is not None:
            return None
        limited = self.access is LabourAccess.LIMITED
        return f"the {'permit, which states function, employer or hours' if limited else 'residence title'}"

    @property
    def settles_practice(self) -> str | None:
        """What tells whether the work asks a paper, while it is open."""
        if self.may_practise_it is not None:
            return None
        return "the paper that the work asks" if self.regulated else "the list of regulated professions"


@dataclass(frozen=True, slots=True)
class ConstraintsDistance:
    """Hours, and what kinds of constraint were volunteered.

    None where nothing was, and ``kinds`` also where the reader may not know: what is said is true of both.
    """

    hours_per_week: float | None = None
    kinds: frozenset[Constraint] | None = None

    @property
    def component(self) -> Component:
        """The constraints in words."""
        hours = None if self.hours_per_week is None else f"{self.hours_per_week:g} hours a week can be given"
        kinds = ", ".join(sorted(self.kinds or ())) or ("none" if self.kinds is not None else None)
        said = [part for part in (hours, kinds and f"constraints volunteered: {kinds}") if part]
        return Component(Part.CONSTRAINTS, "; ".join(said) or "hours were not volunteered", self.settles)

    @property
    def settles(self) -> str | None:
        """A question about hours; its reason is nobody's business unless the person says so."""
        if self.hours_per_week is not None:
            return None
        return "how many hours a week suit, if the person wants to say; the reason is not asked"


@dataclass(frozen=True, slots=True)
class RecencyDistance:
    """When skills were last used at work or shown in a test, and how many years ago. None: not known.

    ``complete`` says that work is accounted for, so that they were not used after ``last``.
    """

    last: date | None = None
    years: float | None = None
    complete: bool = False

    @property
    def component(self) -> Component:
        """The recency in words; that somebody has not worked yet is no length of time."""
        if self.last is not None:
            since = "" if self.complete else "; whether they were used since is not known"
            says = f"skills were last used or tested on {self.last}, {self.years:.1f} years ago{since}"
        else:
            says = "has not worked yet" if self.complete else "when skills were last used is not known"
        return Component(Part.RECENCY, says, self.settles)

    @property
    def settles(self) -> str | None:
        """A date or a test, while work is not accounted for."""
        return None if self.complete else "the last year of work, or a test of the skills"


@dataclass(frozen=True, slots=True)
class Distance:
    """How far work is, part by part. There is no total: what stands in the way differs in kind, not in amount.

    ``languages`` is None where nobody knows which languages the work asks.
    """

    skills: SkillsDistance = SkillsDistance()
    languages: tuple[LanguageDistance, ...] | None = None
    papers: PapersDistance = PapersDistance()
    constraints: ConstraintsDistance = ConstraintsDistance()
    recency: RecencyDistance = RecencyDistance()

    @property
    def components(self) -> tuple[Component, ...]:
        """All five in words, always in the same order."""
        return (
            self.skills.component,
            Component(Part.LANGUAGE, self.languages_say, self.settles_languages),
            self.papers.component,
            self.constraints.component,
            self.recency.component,
        )

    @property
    def settles_languages(self) -> str | None:
        """The question, or the tests, that tell whether the languages suffice."""
        if self.languages is None:
            return "which languages the work aimed at asks, and at what level"
        untested = ", ".join(gap.language for gap in self.languages if gap.levels_below is None)
        return f"a test of spoken interaction in {untested}" if untested else None

    @property
    def languages_say(self) -> str:
        """The languages in words."""
        if self.languages is None:
            return "which languages the work asks is not known"
        return "; ".join(gap.says for gap in self.languages) or "the work asks no language"


def distance(profile: Profile, target: Target, circumstances: Circumstances, today: date) -> Distance:
    """How far the work aimed at is, from what is known on ``today``; raises InvalidInput for work in the future."""
    if circumstances.last_worked is not None and circumstances.last_worked > today:
        raise InvalidInput("lies in the future", field="last_worked")
    return Distance(
        skills=_skills(profile, target.essential or frozenset()),
        languages=_languages(profile, target.languages),
        papers=PapersDistance(
            profile.labour_access, circumstances.limited_access_fits, target.regulated, circumstances.may_practise
        ),
        constraints=ConstraintsDistance(circumstances.hours_per_week, circumstances.constraints),
        recency=_recency(profile, circumstances, today),
    )


def _skills(profile: Profile, essential: frozenset[ConceptId]) -> SkillsDistance:
    standing = {claim.concept: claim.standing for claim in profile.claims}
    by = {kind: frozenset(skill for skill in essential if standing.get(skill) is kind) for kind in Standing}
    return SkillsDistance(
        confirmed=by[Standing.CONFIRMED] | by[Standing.CORRECTED],
        suggested=by[Standing.SUGGESTED],
        absent=by[Standing.REJECTED],
        unasked=essential - standing.keys(),
    )


def _languages(profile: Profile, asked: Mapping[Language, Cefr | None] | None) -> tuple[LanguageDistance, ...] | None:
    if asked is None:
        return None
    known = profile.languages
    return tuple(LanguageDistance(name, level, known.get(name), name in known) for name, level in sorted(asked.items()))


def _recency(profile: Profile, circumstances: Circumstances, today: date) -> RecencyDistance:
    pieces = (piece for claim in profile.claims for piece in claim.evidence if piece.source is Source.ASSESSMENT)
    tested = [piece.on for piece in pieces if piece.on is not None and piece.on <= today]
    last = max(filter(None, (*tested, circumstances.last_worked)), default=None)
    years = None if last is None else (today - last).days / DAYS_IN_A_YEAR
    accounted_for = circumstances.last_worked is not None or circumstances.worked is False
    return RecencyDistance(last, years, complete=accounted_for)
