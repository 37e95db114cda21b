"""Which way a foreign diploma takes in Flanders, as an orientation (D4; rulings 17, 18, 19).

What may change (fees, delays, bodies, lists, countries) is dated data of ``data/education`` with its source. What is
said here decides nothing and promises nothing: :data:`NOTE` goes with all of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Self

from skillmatch.assess.education.levels import Certainty, Levels
from skillmatch.assess.education.tables import FOLDER
from skillmatch.taxonomy.table import Row, rows

NOTE = "This is an orientation and no decision: only the competent body decides on a diploma, and rules change."


class Route(StrEnum):
    """What to do with a diploma in Flanders."""

    NONE_NEEDED = "none needed"
    LEVEL = "level recognition"
    SPECIFIC = "specific recognition"
    PROFESSIONAL = "professional recognition"
    ASK_THE_SCHOOL = "ask the school"


class Regulated(StrEnum):
    """Whether the law says who may do a job: three answers, none of which is "free" (ruling 18)."""

    EMPLOYEES = "regulated for employees"
    """And for the self-employed as well."""
    SELF_EMPLOYED = "regulated for the self-employed only"
    NOT_KNOWN = "not known to be regulated"


class Aim(StrEnum):
    """What somebody wants to use the diploma for."""

    WORK = "work"
    STUDY = "study"


class Region(StrEnum):
    """Where the work is; for the self-employed, where the company has its seat (ruling 17)."""

    FLANDERS = "Flanders"
    BRUSSELS = "Brussels"
    WALLONIA = "Wallonia"


class Scope(StrEnum):
    """Whom a regulation binds."""

    EMPLOYEES = "employees"
    SELF_EMPLOYED = "self-employed"


class Asks(StrEnum):
    """What a regulation asks for."""

    DIPLOMA = "diploma"
    """A diploma, a title or an approval that rests on one."""
    LICENCE = "licence"
    """A licence, card or register entry that is earned here: no procedure at NARIC leads to it."""
    APPOINTMENT = "appointment"
    """A competition and an appointment by the state."""


class Area(StrEnum):
    """What a country's diplomas have in common."""

    EEA = "EEA"
    """The directive on professional qualifications holds (Switzerland is treated alike)."""
    AUTOMATIC_LEVEL = "automatic level"
    """The level counts in Flanders without a procedure."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``since`` to ``until``, both included; None is open."""

    since: date | None
    until: date | None

    def holds(self, on: date) -> bool:
        """Whether ``on`` is one of them."""
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True)
class Regulation:
    """A profession that is regulated in ``region`` (None: all of Belgium), by the ISCO-08 unit group it belongs to.

    ``whole`` says whether that is so for the whole group; else for some of its occupations.
    """

    isco: str
    name_nl: str
    name_en: str
    scope: Scope
    region: Region | None
    whole: bool
    period: Period
    body: str
    source: str
    note: str
    asks: Asks = Asks.DIPLOMA


@dataclass(frozen=True, slots=True)
class Procedure:
    """How a route goes. ``days`` are calendar days from a complete file on; None is not known or set by the body.

    ``level`` restricts it to diplomas of one ISCED level. ``checked`` is when the source was last looked at.
    """

    route: Route
    level: int | None
    body: str
    days: int | None
    fee_eur: int | None
    free_for: tuple[str, ...]
    documents: tuple[str, ...]
    period: Period
    source: str
    checked: date
    status: str

    def stale(self, on: date, days: int = 365) -> bool:
        """Whether the source was last looked at more than ``days`` before ``on``."""
        return (on - self.checked).days > days

    def fee(self, status: str | None) -> int | None:
        """The fee in euro for somebody of ``status``; None where it is not known."""
        return 0 if status in self.free_for else self.fee_eur


@dataclass(frozen=True, slots=True)
class Question:
    """What one wants to know about a diploma of ``country`` (ISO 3166-1 alpha-2), and what for.

    ``isco`` is the unit group of the target occupation, ``esco_regulated`` ESCO's own mark on it. ``free_movement``
    says whether EU law on professions covers the person: the outcome only, never a nationality (ruling 21).
    ``status`` is one of those that a procedure is free for. None is not known.
    """

    country: str
    on: date
    aim: Aim = Aim.WORK
    isco: str | None = None
    esco_regulated: bool | None = None
    region: Region | None = None
    self_employed: bool | None = None
    free_movement: bool | None = None
    isced: Levels | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Regulatedness:
    """Whether an occupation is regulated, how sure that is, and by which entries of the list."""

    answer: Regulated
    certainty: Certainty
    because: str
    by: tuple[Regulation, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. ``fee_eur`` is what this person pays, as far as known; ``condition`` says when it applies."""

    route: Route
    optional: bool = False
    condition: str | None = None
    procedure: Procedure | None = None
    fee_eur: int | None = None


@dataclass(frozen=True, slots=True)
class Advice:
    """The steps in their order, with what they rest on. ``would_settle`` is what to find out to be surer."""

    steps: tuple[Step, ...]
    regulated: Regulatedness
    certainty: Certainty
    rule: str
    because: str
    would_settle: str | None = None
    note: str = NOTE


@dataclass(frozen=True)
class Rules:
    """The dated data on which advice rests."""

    regulations: tuple[Regulation, ...]
    procedures: tuple[Procedure, ...]
    areas: tuple[tuple[str, Area, Period], ...]

    @classmethod
    def read(cls, folder: Path = FOLDER) -> Self:
        """The tables in ``folder``; raises TaxonomyError naming file, row and column."""
        return cls(
            tuple(map(_regulation, rows(folder / "regulated.csv", _REGULATED))),
            tuple(map(_procedure, rows(folder / "procedures.csv", _PROCEDURES))),
            tuple(map(_area, rows(folder / "areas.csv", ("country", "area", "since", "until")))),
        )

    def within(self, country: str, area: Area, on: date) -> bool:
        """Whether ``country`` belongs to ``area`` on that day."""
        return any(one == country and kind is area and period.holds(on) for one, kind, period in self.areas)

    def procedure(self, route: Route, on: date, isced: Levels | None = None) -> Procedure | None:
        """How ``route`` goes on that day; one for the diploma's own level comes before one for all."""
        level = isced.single if isced else None
        found = [one for one in self.procedures if one.route is route and one.period.holds(on)]
        found = [one for one in found if one.level in (None, level)]
        return max(found, key=lambda one: one.level is not None, default=None)

    def regulated(self, question: Question) -> Regulatedness:
        """Whether the target occupation is regulated on the day and in the region asked about (rulings 17, 18)."""
        listed = [one for one in self.regulations if one.isco == question.isco and one.period.holds(question.on)]
        listed = [one for one in listed if one.region in (None, question.region) or question.region is None]
        bound = [one for one in listed if one.scope is Scope.EMPLOYEES]
        if question.esco_regulated or bound:
            return _for_employees(question, bound)
        traded = listed
        if traded:
            return _for_self_employed(question, traded)
        if question.isco is None:
            return Regulatedness(Regulated.NOT_KNOWN, Certainty.LOW, "no target occupation is given")
        return Regulatedness(Regulated.NOT_KNOWN, Certainty.LOW, "it is not on the list, which is not complete")

    def advise(self, question: Question) -> Advice:
        """The route for a diploma; what is not known makes it less sure and is named, and refuses nothing."""
        regulated = self.regulated(question)
        if question.aim is Aim.STUDY:
            because = "for further studies the school decides on admission; no procedure at NARIC is asked for"
            return self._advice(
                question, (Route.ASK_THE_SCHOOL,), regulated,
                Certainty.HIGH, "studies", because,
            )  # fmt: skip
        if regulated.answer is Regulated.EMPLOYEES:
            return self._for_a_profession(question, regulated)
        if regulated.answer is Regulated.SELF_EMPLOYED and question.self_employed is not False:
            return self._for_a_trade(question, regulated)
        return self._for_any_job(question, regulated)

    def _for_a_profession(self, question: Question, regulated: Regulatedness) -> Advice:
        """D4: a diploma from the EEA goes straight to the body of the profession, another by NARIC first."""
        asked = {one.asks for one in regulated.by}
        if asked and Asks.DIPLOMA not in asked and not question.esco_regulated:
            because = f"it asks a {' or '.join(sorted(asked))} of its competent body, not a decision on the diploma"
            return self._advice(
                question, (Route.PROFESSIONAL,), regulated, Certainty.MEDIUM, "licence or appointment", because,
                would_settle="what the competent body asks",
            )  # fmt: skip
        if question.country == "BE":
            because = "a Belgian diploma has its level; the body of the profession still registers who may do it"
            return self._advice(question, (Route.NONE_NEEDED,), regulated, Certainty.MEDIUM, "Belgian diploma", because)
        if self.within(question.country, Area.EEA, question.on) and question.free_movement is not False:
            known = question.free_movement is True
            return self._advice(
                question, (Route.PROFESSIONAL,), regulated, Certainty.HIGH if known else Certainty.MEDIUM,
                "regulated profession, EEA diploma",
                "an EEA diploma that gives access to the profession at home goes straight to its competent body",
                would_settle=None if known else "whether EU law on professions covers the person; access at home",
            )  # fmt: skip
        if question.isco in _TEACHERS:
            because = "for teachers a specific recognition comes first; a professional recognition may follow"
            return self._advice(
                question, (Route.SPECIFIC, Route.PROFESSIONAL), regulated, Certainty.MEDIUM,
                "teacher, diploma from outside the EEA (ruling 19)", because, optional=(Route.PROFESSIONAL,),
            )  # fmt: skip
        return self._advice(
            question, (Route.SPECIFIC, Route.PROFESSIONAL), regulated, Certainty.HIGH,
            "regulated profession, diploma from outside the EEA",
            "a specific recognition comes first, then access to the profession at its competent body",
        )  # fmt: skip

    def _for_a_trade(self, question: Question, regulated: Regulatedness) -> Advice:
        """Ruling 17: the self-employed prove competence where the region asks it, employees do not."""
        sure = question.self_employed is True and question.region is not None
        condition = None if question.self_employed else "only to work self-employed"
        advice = self._for_any_job(question, regulated)
        trade = self._step(question, Route.PROFESSIONAL, optional=not question.self_employed, condition=condition)
        return Advice(
            steps=(trade, *advice.steps),
            regulated=regulated,
            certainty=Certainty.least(regulated.certainty, Certainty.MEDIUM if sure else Certainty.LOW),
            rule="trade regulated for the self-employed (ruling 17)",
            because=f"{regulated.because}; as an employee: {advice.because}",
            would_settle=None if sure else "employee or self-employed, and the region of the company's seat",
        )

    def _for_any_job(self, question: Question, regulated: Regulatedness) -> Advice:
        """Ruling 18: never "free", never a certainty that nothing is needed."""
        if self.within(question.country, Area.AUTOMATIC_LEVEL, question.on):
            because = f"{RULING_18}; the level of this country's diplomas counts in Flanders without a procedure"
            return self._advice(
                question, (Route.NONE_NEEDED,), regulated, Certainty.MEDIUM, "automatic level", because,
                would_settle=_LIST,
            )  # fmt: skip
        return self._advice(
            question, (Route.LEVEL,), regulated, Certainty.LOW if question.isco is None else Certainty.MEDIUM,
            "not known to be regulated (ruling 18)", RULING_18, optional=(Route.LEVEL,),
            would_settle="the target occupation" if question.isco is None else _LIST,
        )  # fmt: skip

    def _advice(
        self,
        question: Question,
        routes: Sequence[Route],
        regulated: Regulatedness,
        certainty: Certainty,
        rule: str,
        because: str,
        *,
        optional: Iterable[Route] = (),
        would_settle: str | None = None,
    ) -> Advice:
        steps = tuple(self._step(question, route, optional=route in optional) for route in routes)
        bound = regulated.answer is Regulated.EMPLOYEES and question.aim is Aim.WORK
        sure = Certainty.least(certainty, regulated.certainty) if bound else certainty
        return Advice(steps, regulated, sure, rule, because, would_settle)

    def _step(self, question: Question, route: Route, *, optional: bool, condition: str | None = None) -> Step:
        procedure = self.procedure(route, question.on, question.isced)
        return Step(route, optional, condition, procedure, procedure.fee(question.status) if procedure else None)


RULING_18 = (
    "not known to be regulated; a level recognition is optional and may help with pay scales and public employers; "
    "check the list"
)

_LIST = "the list of regulated professions of the competent authorities"
_TEACHERS = frozenset({"2320", "2330", "2341", "2342", "2352"})


def _for_employees(question: Question, bound: Sequence[Regulation]) -> Regulatedness:
    if question.esco_regulated:
        return Regulatedness(Regulated.EMPLOYEES, Certainty.HIGH, "ESCO marks it as regulated", tuple(bound))
    whole = any(one.whole for one in bound)
    names = ", ".join(dict.fromkeys(one.name_en for one in bound))
    because = f"{names}: regulated" if whole else f"of this group of occupations, {names}: regulated"
    return Regulatedness(Regulated.EMPLOYEES, Certainty.HIGH if whole else Certainty.MEDIUM, because, tuple(bound))


def _for_self_employed(question: Question, traded: Sequence[Regulation]) -> Regulatedness:
    places = ", ".join(dict.fromkeys(one.region or "Belgium" for one in traded))
    whole = question.region is not None and any(one.whole for one in traded)
    names = ", ".join(dict.fromkeys(one.name_en for one in traded))
    because = f"{names}: regulated for the self-employed in {places} on {question.on:%Y-%m-%d}"
    return Regulatedness(Regulated.SELF_EMPLOYED, Certainty.MEDIUM if whole else Certainty.LOW, because, tuple(traded))


# --- files ---------------------------------------------------------------------------------------------------------

_REGULATED = (
    "isco", "occupation_nl", "occupation_en", "scope", "region", "part", "since", "until", "body", "source", "note",
    "asks",
)  # fmt: skip
_PROCEDURES = (
    "route", "isced", "body", "days", "fee_eur", "free_for", "documents", "since", "until", "source", "checked",
    "status",
)  # fmt: skip


def _day(row: Row, column: str) -> date | None:
    text = row.cells[column].strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return row.fail(column, "should be a date such as 2026-10-20")


def _period(row: Row) -> Period:
    since, until = _day(row, "since"), _day(row, "until")
    if since and until and until < since:
        row.fail("until", "is before since")
    return Period(since, until)


def _regulation(row: Row) -> Regulation:
    everywhere = row.text("region") == "Belgium"
    return Regulation(
        isco=row.matching("isco", "[0-9]{4}"),
        name_nl=row.text("occupation_nl"),
        name_en=row.text("occupation_en"),
        scope=row.one_of("scope", Scope),
        region=None if everywhere else row.one_of("region", Region),
        whole=row.matching("part", "whole|part") == "whole",
        period=_period(row),
        body=row.text("body"),
        source=row.text("source"),
        note=row.cells["note"].strip(),
        asks=row.one_of("asks", Asks),
    )


def _procedure(row: Row) -> Procedure:
    return Procedure(
        route=row.one_of("route", Route),
        level=row.number_of("isced"),
        body=row.text("body"),
        days=row.number_of("days"),
        fee_eur=row.number_of("fee_eur"),
        free_for=row.parts("free_for"),
        documents=row.parts("documents"),
        period=_period(row),
        source=row.text("source"),
        checked=_day(row, "checked") or row.fail("checked", "is empty"),
        status=row.text("status"),
    )


def _area(row: Row) -> tuple[str, Area, Period]:
    return row.matching("country", "[A-Z]{2}"), row.one_of("area", Area), _period(row)
