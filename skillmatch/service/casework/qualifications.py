"""Foreign diplomas: kept as they were shown, and an orientation on what they are and where to go with them (D4, D5).

Recording one is the model run: what it attests is suggested as claims, with the diploma as evidence. Asking for the
orientation shows and changes nothing, for it is a GET and whoever looks must not add to a file by looking. Both
compute before they open their transaction, since SQLite has one writer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Self

from skillmatch import access
from skillmatch.access import Action, Actor
from skillmatch.assess.attest import Attested
from skillmatch.assess.education import Education, Placed
from skillmatch.assess.education.fields import FieldFinding, FieldSearch
from skillmatch.assess.education.level import LevelFinding
from skillmatch.assess.education.levels import Certainty, Isced, Levels
from skillmatch.assess.profile import Evidence, Source
from skillmatch.assess.recognition import Advice, Aim, Procedure, Question, Region, Regulation, Rules, Step
from skillmatch.errors import InvalidInput
from skillmatch.index.search import ConceptSearch
from skillmatch.service.casework.concepts import label, required
from skillmatch.service.casework.office import (
    Office,
    Once,
    Page,
    looked_at,
    page_of,
    refuse_stale,
    remember,
    repeated,
    theirs,
)
from skillmatch.store import claims
from skillmatch.store.audit import Plain
from skillmatch.store.cases import KeptQualification
from skillmatch.store.unit import Unit, new_id
from skillmatch.taxonomy.concepts import Kind, Occupation

_NOT_TOLD = ("id", "person_id", "equivalence", "version")
_TELLS = tuple(field.name for field in fields(KeptQualification) if field.name not in _NOT_TOLD)
"""What is told of a diploma, of which only country and title are needed."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an orientation is wanted for; None is not known.

    ``free_movement`` is an outcome only, never a nationality (ruling 21). ``status`` is one that procedures are free
    for.
    """

    occupation: str | None = None
    region: Region | None = None
    self_employed: bool | None = None
    aim: Aim = Aim.WORK
    free_movement: bool | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """What the models say of one diploma."""

    placed: Placed
    evidence: tuple[Evidence, ...]

    @property
    def level(self) -> LevelFinding:
        """Its level."""
        return self.placed.level

    @property
    def equivalence(self) -> dict[str, object]:
        """What is kept with the diploma: codes, so that nothing of it needs sealing."""
        return {"rule": self.level.rule, "fields": [one.code for one in self.placed.fields], **_levels(self.level)}


@dataclass(frozen=True, slots=True)
class Qualifications:
    """Recording diplomas and orienting on them."""

    office: Office
    search: ConceptSearch
    education: Education
    meaning: FieldSearch
    attested: Attested
    rules: Rules

    @classmethod
    def over(cls, office: Office, search: ConceptSearch, education: Education, rules: Rules) -> Self:
        """With the fields of the installed ESCO."""
        return cls(office, search, education, FieldSearch(search), Attested(search), rules)

    def record(
        self, actor: Actor, person_id: str, facts: Mapping[str, object], once: Once | None = None
    ) -> dict[str, object]:
        """Keep a diploma, on paper or only told of, and suggest what it attests."""
        access.require(actor, Action.RECORD_QUALIFICATION)
        access.require_fields(actor, Action.RECORD_QUALIFICATION, facts)
        new = KeptQualification(new_id(), person_id, **facts)  # type: ignore[arg-type]
        found = self._find(new)
        with self.office.open(actor, Action.RECORD_QUALIFICATION, person_id) as unit:
            if known := repeated(unit, once, Action.VIEW_QUALIFICATIONS, KeptQualification, person_id):
                return _shown(actor, known)
            kept = unit.add(replace(new, equivalence=found.equivalence))
            _suggest(unit, kept, found)
            remember(unit, once, kept, person_id)
            return _shown(actor, kept)

    def view(self, actor: Actor, person_id: str, qualification_id: str) -> dict[str, object]:
        """One diploma."""
        with self.office.open(actor, Action.VIEW_QUALIFICATIONS, person_id) as unit:
            kept = theirs(unit, KeptQualification, qualification_id, person_id)
            return _shown(actor, looked_at(unit, Action.VIEW_QUALIFICATIONS, kept))

    def list(self, actor: Actor, person_id: str, after: str | None, size: int) -> Page:
        """Every diploma of a person, by id."""
        with self.office.open(actor, Action.VIEW_QUALIFICATIONS, person_id) as unit:
            unit.record(Action.VIEW_QUALIFICATIONS, person=person_id)
            return page_of(unit.of(KeptQualification, person_id), lambda one: _shown(actor, one), after, size)

    def amend(
        self, actor: Actor, person_id: str, qualification_id: str, changes: Mapping[str, object], seen: int
    ) -> dict[str, object]:
        """Correct what is told of a diploma; raises Conflict with both contents where ``seen`` is old.

        What rested on the diploma as it was told before is taken back, unless another one says the same; what people
        decided stays (GDPR art. 5(1)(d); AMAS).
        """
        access.require_fields(actor, Action.RECORD_QUALIFICATION, changes)
        _require_name(changes)
        old, _ = self._peek(actor, Action.RECORD_QUALIFICATION, person_id, qualification_id)
        new = replace(old, **changes)  # type: ignore[arg-type]
        found = self._find(new)
        with self.office.open(actor, Action.RECORD_QUALIFICATION, person_id) as unit:
            current = theirs(unit, KeptQualification, qualification_id, person_id)
            for version in (current.version, old.version):
                refuse_stale(seen, version, _shown(actor, current), changes)
            kept = unit.change(replace(new, equivalence=found.equivalence))
            _suggest(unit, kept, found)
            _retract(unit, old, found)
            return _shown(actor, kept)

    def orient(
        self, actor: Actor, person_id: str, qualification_id: str, asked: Asked, language: str | None = None
    ) -> dict[str, object]:
        """Levels, fields, knowledge, occupations and the route in Flanders, each with its certainty; no decision.

        Raises InvalidInput for an occupation that the installed ESCO does not have, or another status.
        """
        target = self._target(asked.occupation)
        self._require_status(asked.status)
        kept, today = self._peek(actor, Action.ADVISE, person_id, qualification_id)
        found = self._find(kept)
        advice = self.rules.advise(_question(kept, found.level, asked, target, today))
        with self.office.open(actor, Action.ADVISE, person_id) as unit:
            unit.record(
                Action.ADVISE,
                person=person_id,
                about=f"qualifications:{kept.id}",
                what={
                    "version": kept.version,
                    "occupation": asked.occupation,
                    "regulated": advice.regulated.answer.name.lower(),
                    **_placed(found),
                },
                reasons=[step.route.name.lower() for step in advice.steps],
            )
        attested = {
            "knowledge": self._concepts(found.evidence, Kind.SKILL, language),
            "occupations": self._concepts(found.evidence, Kind.OCCUPATION, language),
        }
        return access.shown(actor, Action.ADVISE, attested | _orientation(kept, found, advice, today))

    def _find(self, kept: KeptQualification) -> _Found:
        """What the models say of it."""
        entry = None if kept.entry is None else Isced(kept.entry)
        placed = self.education.place(
            kept.value, entry=entry, transliteration=kept.transliteration, meaning=self.meaning
        )
        return _Found(placed, self.attested.evidence([placed]))

    def _peek(
        self, actor: Actor, action: Action, person_id: str, qualification_id: str
    ) -> tuple[KeptQualification, date]:
        """A diploma to compute with, and the day; the transaction that follows decides what is shown of it."""
        with self.office.look(actor, action, person_id) as unit:
            return theirs(unit, KeptQualification, qualification_id, person_id), unit.today

    def _target(self, uri: str | None) -> Occupation | None:
        if uri is None:
            return None
        taxonomy = self.search.taxonomy
        return taxonomy.occupation(required(taxonomy, uri, Kind.OCCUPATION, field="occupation"))

    def _require_status(self, status: str | None) -> None:
        known = sorted({one for procedure in self.rules.procedures for one in procedure.free_for})
        if status is not None and status not in known:
            raise InvalidInput(
                f"should be one of those that procedures are free for: {', '.join(known)}", field="status"
            )

    def _concepts(
        self, evidence: Sequence[Evidence], kind: Kind, language: str | None
    ) -> Sequence[Mapping[str, object]]:
        """What is suggested of one kind, surest first."""
        taxonomy = self.search.taxonomy
        found = [one for one in evidence if taxonomy.kind(one.concept) is kind]
        return [
            {
                "concept": one.concept,
                "label": label(taxonomy, one.concept, language),
                "score": one.score,
                "found": one.found,
            }
            for one in sorted(found, key=lambda one: (-one.score, one.concept))
        ]


def _orientation(kept: KeptQualification, found: _Found, advice: Advice, today: date) -> dict[str, object]:
    return {
        "id": kept.id,
        "version": kept.version,
        "level": _level(found.level),
        "fields": [_field(one) for one in found.placed.fields],
        "regulated": {
            "answer": advice.regulated.answer,
            "certainty": advice.regulated.certainty,
            "because": advice.regulated.because,
            "by": [_regulation(one) for one in advice.regulated.by],
        },
        "route": {
            "steps": [_step(one, today) for one in advice.steps],
            "certainty": advice.certainty,
            "rule": advice.rule,
            "because": advice.because,
        },
        "would_settle": [one for one in (found.level.would_settle, advice.would_settle) if one],
        "note": advice.note,
    }


def _require_name(changes: Mapping[str, object]) -> None:
    for name in ("country", "title"):
        if name in changes and not changes[name]:
            raise InvalidInput("a diploma has a country and a title", field=name)


def _suggest(unit: Unit, kept: KeptQualification, found: _Found) -> None:
    """The model run, each part told in the audit: what it was placed at, and the claims it suggests."""
    what: dict[str, Plain] = {"version": kept.version, **_placed(found)}
    unit.record("qualifications.place", person=kept.person_id, about=f"qualifications:{kept.id}", what=what)
    claims.suggest(unit, kept.person_id, found.evidence)


def _retract(unit: Unit, old: KeptQualification, found: _Found) -> None:
    """Take back what only the diploma as it was told before gave, unless another diploma of the person may give it."""
    detail = old.value.detail
    others = [one for one in unit.of(KeptQualification, old.person_id) if one.id != old.id]
    if detail not in {one.value.detail for one in others}:
        claims.retract(unit, old.person_id, Source.DIPLOMA, detail, but=found.evidence)


def _placed(found: _Found) -> dict[str, Plain]:
    """Levels and fields as codes for the audit."""
    level = found.level
    return {
        "rule": level.rule.name.lower(),
        "isced": None if level.isced is None else str(level.isced),
        "eqf": None if level.eqf is None else str(level.eqf),
        "fields": [one.code for one in found.placed.fields],
    }


def _question(
    kept: KeptQualification, level: LevelFinding, asked: Asked, target: Occupation | None, today: date
) -> Question:
    return Question(
        country=kept.country,
        on=today,
        aim=asked.aim,
        isco=target.isco if target else None,
        esco_regulated=target.regulated if target else None,
        region=asked.region,
        self_employed=asked.self_employed,
        free_movement=asked.free_movement,
        isced=level.isced,
        status=asked.status,
    )


def _shown(actor: Actor, kept: KeptQualification) -> dict[str, object]:
    values = {name: getattr(kept, name) for name in ("id", "version", *_TELLS, "equivalence")}
    return access.shown(actor, Action.VIEW_QUALIFICATIONS, values)


def _levels(level: LevelFinding) -> dict[str, object]:
    """ISCED and EQF side by side: neither is read off the other's number (D5). VKS has the levels of the EQF."""
    return {
        "isced": _range(level.isced, level.isced_certainty),
        "eqf": _range(level.eqf, level.eqf_certainty),
    }


def _range(levels: Levels | None, certainty: Certainty) -> dict[str, object] | None:
    return None if levels is None else {"low": levels.low, "high": levels.high, "certainty": certainty}


def _level(level: LevelFinding) -> dict[str, object]:
    return _levels(level) | {
        "rule": level.rule,
        "because": level.because,
        "titles": [{"country": one.country, "title": one.title, "english": one.english} for one in level.titles],
        "sources": level.sources,
    }


def _field(found: FieldFinding) -> dict[str, object]:
    return {name: getattr(found, name) for name in ("code", "name_en", "name_nl", "certainty", "rule")}


def _regulation(one: Regulation) -> dict[str, object]:
    shown = ("isco", "name_nl", "name_en", "scope", "region", "whole", "body", "source", "note")
    return {name: getattr(one, name) for name in shown}


def _step(step: Step, today: date) -> dict[str, object]:
    return {
        "route": step.route,
        "optional": step.optional,
        "condition": step.condition,
        "fee_eur": step.fee_eur,
        "procedure": None if step.procedure is None else _procedure(step.procedure, today),
    }


def _procedure(one: Procedure, today: date) -> dict[str, object]:
    """``fee_eur`` is what it costs without an exemption; the step says what this person pays."""
    shown = ("body", "days", "fee_eur", "free_for", "documents", "source", "checked", "status")
    return {name: getattr(one, name) for name in shown} | {"stale": one.stale(today)}
