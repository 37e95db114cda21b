"""Hard rules, three-valued: yes, no, or unknown, which removes nothing, with the paper or question that settles it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from skillmatch.assess.profile import Cefr, LabourAccess, Profile
from skillmatch.match.offers import Answer, Mentor, Vacancy, Verdict
from skillmatch.text import Language

Levels = Mapping[Language, Cefr | None]
"""A person's languages: absent is not known, None is spoken at a level that is not known."""


def vacancy_verdicts(profile: Profile, vacancy: Vacancy) -> tuple[Verdict, ...]:
    """Every hard rule of ``vacancy``; a thing it does not ask gives no verdict."""
    return (
        labour_access(profile.labour_access),
        *(language_level(language, level, profile.languages) for language, level in sorted(vacancy.languages.items())),
        *(licence(name, profile.licences) for name in sorted(vacancy.licences)),
        *(schedule(name, profile.schedules) for name in sorted(vacancy.schedule)),
        *([region(vacancy.region, profile.regions)] if vacancy.region else []),
    )


def labour_access(access: LabourAccess | None) -> Verdict:
    """Ruling 5; always with the name of the document (EMP-01). Whether limited access fits, its limits decide."""
    rule, title = "labour-access", "the residence title, which states labour access: unlimited, limited or none"
    if access is None:
        return Verdict(Answer.UNKNOWN, rule, "labour access is not known", would_settle=title)
    if access is LabourAccess.LIMITED:
        paper = "the permit, which states the function, the employer or the hours"
        return Verdict(Answer.UNKNOWN, rule, "the residence title states limited access", would_settle=paper)
    value = Answer.YES if access is LabourAccess.UNLIMITED else Answer.NO
    return Verdict(value, rule, f"the residence title states {access} access")


def language_level(language: Language, asked: Cefr | None, known: Levels) -> Verdict:
    """VDAB-01: a language removes only where a level is asked and the person's level is known to be below it."""
    rule = f"language:{language}"
    wanted = "without a level" if asked is None else asked.label
    because = f"{language} {wanted} is asked; {_known(language, known)}"
    level = known.get(language)
    if asked is None and language in known and level is not Cefr.BELOW_A1:
        return Verdict(Answer.YES, rule, because)
    if asked is None or level is None:
        return Verdict(Answer.UNKNOWN, rule, because, would_settle=f"a test of spoken interaction in {language}")
    return Verdict(Answer.YES if level >= asked else Answer.NO, rule, because)


def _known(language: Language, known: Levels) -> str:
    level = known.get(language)
    if level is not None:
        return f"{language} {level.label} is known"
    return f"{language} is spoken, its level is not known" if language in known else f"{language} is not known"


def licence(name: str, held: frozenset[str] | None) -> Verdict:
    """A licence or certificate that the work may not be done without; spelling case does not matter."""
    rule = f"licence:{name}"
    if held is None:
        return Verdict(Answer.UNKNOWN, rule, "nobody has asked for licences", would_settle=f"the licence {name}")
    has = name.casefold() in {other.casefold() for other in held}
    return Verdict(Answer.YES if has else Answer.NO, rule, f"licence {name} is {'held' if has else 'not held'}")


def schedule(name: str, accepted: frozenset[str] | None) -> Verdict:
    """A working condition that the person accepts or does not; never inferred (BOT-02)."""
    rule = f"schedule:{name}"
    if accepted is None:
        question = f"asking the person about {name} work"
        return Verdict(Answer.UNKNOWN, rule, "nobody has asked which hours suit", would_settle=question)
    fits = name.casefold() in {other.casefold() for other in accepted}
    return Verdict(Answer.YES if fits else Answer.NO, rule, f"{name} work is {'' if fits else 'not '}accepted")


def region(name: str, reachable: frozenset[str] | None) -> Verdict:
    """Where the work is, against where the person can and will work."""
    if reachable is None:
        question = f"asking the person about work in {name}"
        return Verdict(Answer.UNKNOWN, "region", "nobody has asked which regions suit", would_settle=question)
    fits = name.casefold() in {other.casefold() for other in reachable}
    return Verdict(Answer.YES if fits else Answer.NO, "region", f"{name} is {'' if fits else 'not '}within reach")


@dataclass(frozen=True, slots=True)
class MentorRules:
    """What a programme asks: hours a week (C2: two), the level from which a language counts as common, the start."""

    hours_per_week: float = 2.0
    language_floor: Cefr = Cefr.A1
    start: date | None = None


DEFAULT_RULES = MentorRules()

UNKNOWN_LEVEL = Cefr.B1
"""What a language counts for that is spoken at a level nobody knows: the middle, neither reward nor punishment."""


def mentor_verdicts(profile: Profile, mentor: Mentor, rules: MentorRules = DEFAULT_RULES) -> tuple[Verdict, ...]:
    """Every hard rule of one pair; the start is asked only where ``rules`` name one."""
    return (
        shared_language(profile.languages, mentor.languages, rules.language_floor),
        trained(mentor.trained),
        hours(mentor.hours_per_week, rules.hours_per_week),
        *([available(mentor.available_from, rules.start)] if rules.start is not None else []),
    )


def shared_language(mentee: Levels, mentor: Levels, floor: Cefr = Cefr.A1) -> Verdict:
    """DUO-06: a language in common, shown with the level of the one who speaks it less; unknown where nobody asked."""
    rule, common = "shared-language", common_languages(mentee, mentor, floor)
    if common:
        return Verdict(Answer.YES, rule, f"both speak {', '.join(language.shown for language in common)}")
    if not mentee or not mentor:
        who = "the mentor" if mentee else "the mentee"
        return Verdict(Answer.UNKNOWN, rule, f"the languages of {who} are not known", would_settle=f"asking {who}")
    return Verdict(Answer.NO, rule, f"no language in common at {floor.label} or above")


class Common(NamedTuple):
    """A language that two people speak: the lower of their levels (None: not known of both), and what it counts for."""

    language: Language
    level: Cefr | None
    worth: Cefr

    @property
    def shown(self) -> str:
        """The language and its level, as one writes them."""
        return f"{self.language} ({'level not known' if self.level is None else self.level.label})"


def common_languages(mentee: Levels, mentor: Levels, floor: Cefr = Cefr.A1) -> list[Common]:
    """The languages that neither is known to speak below ``floor``, the one worth most first."""
    both = ((language, (mentee[language], mentor[language])) for language in mentee if language in mentor)
    found = [
        Common(
            language,
            level=min((level for level in levels if level is not None), default=None) if None not in levels else None,
            worth=min(UNKNOWN_LEVEL if level is None else level for level in levels),
        )
        for language, levels in both
        if all(level is None or level >= floor for level in levels)
    ]
    return sorted(found, key=lambda common: (-common.worth, common.language))


def trained(done: bool | None) -> Verdict:
    """DUO-01: no mentor is proposed before the training is done."""
    if done is None:
        return Verdict(Answer.UNKNOWN, "trained", "training is not recorded", would_settle="the training record")
    return Verdict(Answer.YES if done else Answer.NO, "trained", f"the training is {'' if done else 'not '}done")


def hours(offered: float | None, asked: float) -> Verdict:
    """C2: availability a week, for the whole of the support."""
    if offered is None:
        question = "asking the mentor for the hours a week"
        return Verdict(Answer.UNKNOWN, "hours", "the hours a week are not known", would_settle=question)
    value = Answer.YES if offered >= asked else Answer.NO
    return Verdict(value, "hours", f"{offered:g} hours a week are offered, {asked:g} are asked")


def available(since: date | None, start: date) -> Verdict:
    """Whether the mentor can begin by the start; nobody is refused for a date that nobody asked."""
    if since is None:
        question = "asking the mentor for the first possible day"
        return Verdict(Answer.UNKNOWN, "available", "the first possible day is not known", would_settle=question)
    return Verdict(Answer.YES if since <= start else Answer.NO, "available", f"available from {since:%Y-%m-%d}")
