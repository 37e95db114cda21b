"""Tests of what a person can do: how each was held, what it showed, and what follows from that (VDAB-02 to VDAB-05)."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import NamedTuple, cast

from skillmatch import access
from skillmatch.access import Action, Actor, Role
from skillmatch.assess.profile import Activity, Cefr, Proof, Standing
from skillmatch.assess.rules import Rules
from skillmatch.assess.screening import Assessment, Mode, Place, Result, Tested, has_enough_dutch, overrides
from skillmatch.errors import InvalidInput, NotFound
from skillmatch.index.search import ConceptSearch, Hit
from skillmatch.service.casework.concepts import named
from skillmatch.service.casework.languages import day_of, written
from skillmatch.service.casework.office import Office, Once, Page, page_of, remember, repeated
from skillmatch.service.competences import Competence, competences
from skillmatch.store import accounts, claims, languages
from skillmatch.store.audit import Plain
from skillmatch.store.cases import KeptAssessment
from skillmatch.store.claims import KeptClaim
from skillmatch.store.unit import Unit, new_id
from skillmatch.taxonomy.concepts import DUTCH
from skillmatch.text import Language

New = Mapping[str, object]

OUTSIDE_ASSESSORS = frozenset({Role.EMPLOYER, Role.COORDINATOR, Role.MENTOR, Role.SOCIAL_WORKER})
"""Roles that may have held a test without recording one here."""

_KEPT_AS_SAID = ("interpreter", "employer_support", "employer", "comment", "override_reason", "evidence")


class _Assessor(NamedTuple):
    """Who held a test: as it is kept (a role or an account), and the account that answers for it."""

    named: str
    account: str


@dataclass(frozen=True, slots=True)
class Warned:
    """Something to know of a record that was taken all the same, and what would settle it."""

    code: str
    says: str
    would_settle: str


DUTCH_NOT_KNOWN = Warned(
    "dutch_not_known",
    "whether the person's Dutch was enough for a test in plain Dutch is not known (VDAB-03)",
    "the level of Dutch in spoken interaction",
)
COMPETENCE_GUESSED = Warned(
    "competence_guessed",
    "the words are no name of a skill: the nearest was chosen, and its claim stays a suggestion",
    "a person's decision on the claim, or the same test with the URI of the skill",
)
DECIDED_BEFORE = Warned(
    "decided_before",
    "a person rejected this claim: the test is kept as evidence and the decision stands",
    "a new decision on the claim",
)


@dataclass(frozen=True, slots=True)
class Assessments:
    """Recording tests and showing them."""

    office: Office
    search: ConceptSearch
    rules: Rules

    def record(self, actor: Actor, person_id: str, new: New, once: Once | None = None) -> dict[str, object]:
        """Keep a test with all that follows from it, in one transaction.

        A passed technical or soft test is evidence and confirms its claim, unless a person decided before or a run
        chose the skill; a failed one adds nothing; a language test sets a level and touches no claim (VDAB-05).
        Raises InvalidInput where plain Dutch was asked of somebody whose Dutch is known to be too little (VDAB-03).
        """
        access.require(actor, Action.RECORD_ASSESSMENT)
        access.require_fields(actor, Action.RECORD_ASSESSMENT, new)
        (competence,) = competences([str(new["competence"])], self.search, field="competence")
        with self.office.open(actor, Action.RECORD_ASSESSMENT, person_id) as unit:
            if known := repeated(unit, once, Action.VIEW_ASSESSMENTS, KeptAssessment, person_id):
                return self._answer(actor, unit, known, competence)
            kept = self._keep(unit, person_id, new, competence)
            remember(unit, once, kept, person_id)
            return self._answer(actor, unit, kept, competence)

    def list(self, actor: Actor, person_id: str, after: str | None, size: int, language: str | None = None) -> Page:
        """Every test of a person, oldest first."""
        with self.office.open(actor, Action.VIEW_ASSESSMENTS, person_id) as unit:
            unit.record(Action.VIEW_ASSESSMENTS, person=person_id)
            tests = unit.of(KeptAssessment, person_id)
            return page_of(tests, lambda kept: self._shown(actor, kept, language), after, size)

    def _keep(self, unit: Unit, person_id: str, new: New, competence: Competence) -> KeptAssessment:
        assessor = _assessor(unit, cast(str | None, new.get("assessor")))
        test = _test(new, competence, day_of(new, unit))
        overridden = self._overrides(unit, person_id, test, new)
        kept = unit.add(_kept(test, person_id, assessor, new))
        if overridden:
            _tell_override(unit, kept, self._needed(unit))
        if competence.hit is not None:
            _tell_link(unit, kept, competence.hit)
        _follow(unit, person_id, test, assessor, confirms=not competence.guessed)
        return kept

    def _overrides(self, unit: Unit, person_id: str, test: Assessment, new: New) -> bool:
        reason = cast(str | None, new.get("override_reason"))
        return overrides(test, _dutch(unit, person_id), self._needed(unit), reason)

    def _needed(self, unit: Unit) -> Cefr:
        return Cefr(self.rules.on(unit.today).plain_test_level)

    def _answer(self, actor: Actor, unit: Unit, kept: KeptAssessment, competence: Competence) -> dict[str, object]:
        """The test as it is kept, how its competence was found where that was given in words, and what to know."""
        warnings = [asdict(warned) for warned in self._warnings(unit, kept, competence)]
        hit = competence.hit
        linked = None if hit is None else {"by": hit.label, "chance": round(hit.chance, 4), "exact": hit.exact}
        beside = {"warnings": warnings} | ({"linked": linked} if linked else {})
        return self._shown(actor, kept) | access.shown(actor, Action.VIEW_ASSESSMENTS, beside)

    def _warnings(self, unit: Unit, kept: KeptAssessment, competence: Competence) -> Iterator[Warned]:
        test = kept.value
        if has_enough_dutch(test, _dutch(unit, kept.person_id), self._needed(unit)) is None:
            yield DUTCH_NOT_KNOWN
        if test.evidence:
            standing = claims.claim(unit, kept.person_id, kept.competence).standing
            if standing is Standing.SUGGESTED and competence.guessed:
                yield COMPETENCE_GUESSED
            if standing is Standing.REJECTED:
                yield DECIDED_BEFORE

    def _shown(self, actor: Actor, kept: KeptAssessment, language: str | None = None) -> dict[str, object]:
        competence = {"concept": kept.competence} | named(self.search.taxonomy, kept.competence, language)
        values = asdict(kept) | {"competence": competence, "level": written(kept.level)}
        return access.shown(actor, Action.VIEW_ASSESSMENTS, values)


def _test(new: New, competence: Competence, on: date | None) -> Assessment:
    """The test that was sent; raises InvalidInput where it contradicts itself."""
    if new.get("employer") is not None and not new.get("employer_support"):
        raise InvalidInput("names who supported the test: employer_support is true then", field="employer")
    mode, interpreter = Mode(str(new["mode"])), new.get("interpreter_language")
    if mode is not Mode.INTERPRETER and new.get("interpreter") is not None:
        raise InvalidInput("given only when the mode is interpreter", field="interpreter")
    language, level = new.get("language"), new.get("level")
    return Assessment(
        competence=competence.concept,
        kind=Tested(str(new["kind"])),
        place=Place(str(new["place"])),
        mode=mode,
        result=Result(str(new["result"])),
        on=on,
        interpreter_language=None if interpreter is None else Language(str(interpreter)),
        language=None if language is None else Language(str(language)),
        level=None if level is None else Cefr.labelled(str(level)),
        activity=_activity(new),
    )


def _activity(new: New) -> Activity | None:
    """A level named without an activity means spoken interaction (ruling 13)."""
    if new.get("activity") is not None:
        return Activity(str(new["activity"]))
    return None if new.get("language") is None else Activity.SPOKEN_INTERACTION


def _kept(test: Assessment, person_id: str, assessor: _Assessor, new: New) -> KeptAssessment:
    values = asdict(test) | {"assessor": assessor.named}
    said = {name: new.get(name) for name in _KEPT_AS_SAID}
    return KeptAssessment(id=new_id(), person_id=person_id, **values, **said)  # type: ignore[arg-type]


def _assessor(unit: Unit, named: str | None) -> _Assessor:
    """Whoever records the test, unless another account or a role outside is named; raises InvalidInput."""
    recorder = unit.by.account
    if named is None:
        return _Assessor(recorder, recorder)
    if named in OUTSIDE_ASSESSORS | access.roles(Action.RECORD_ASSESSMENT):
        return _Assessor(named, recorder)
    try:
        holds = accounts.account_by_id(unit, named).roles
    except NotFound:
        holds = ()
    if not access.roles(Action.RECORD_ASSESSMENT) & set(holds):
        raise InvalidInput("is neither a role nor an account of this organisation that may test", field="assessor")
    return _Assessor(named, named)


def _follow(unit: Unit, person_id: str, test: Assessment, assessor: _Assessor, *, confirms: bool) -> None:
    """What a test changes in the file: a level, or evidence and a decision."""
    if test.language is not None:
        activity = test.activity or Activity.SPOKEN_INTERACTION
        languages.record_level(unit, person_id, test.language, activity, test.level, Proof.TEST, test.on)
    if not test.evidence:
        return
    claims.suggest(unit, person_id, test.evidence)
    claim = claims.claim(unit, person_id, test.competence)
    if confirms and claim.standing is Standing.SUGGESTED:
        _confirm(unit, claim, assessor.account)


def _confirm(unit: Unit, claim: KeptClaim, account: str) -> None:
    seen = claim.version
    claims.decide(unit, claim.person_id, claim.concept, Standing.CONFIRMED, seen=seen, by=account)


def _dutch(unit: Unit, person_id: str) -> Cefr | None:
    """The person's Dutch in spoken interaction, as it is known now; None: not known (ruling 13)."""
    return languages.spoken(unit, person_id).get(DUTCH)


def _tell_override(unit: Unit, kept: KeptAssessment, needed: Cefr) -> None:
    """An override is a row of its own: the rule and what it was about, never the reason's prose."""
    what = {"rule": "VDAB-03", "mode": kept.mode.value, "kind": kept.kind.value, "needed": needed.name}
    about = f"assessments:{kept.id}"
    unit.record("assessments.override", person=kept.person_id, about=about, what=what, reasons=["VDAB-03"])


def _tell_link(unit: Unit, kept: KeptAssessment, hit: Hit) -> None:
    """A model run is a row of its own: what it chose and how sure it was, never the words."""
    what: dict[str, Plain] = {"concept": hit.concept, "chance": round(hit.chance, 4), "exact": hit.exact}
    unit.record("assessments.link", person=kept.person_id, about=f"assessments:{kept.id}", what=what)
