"""The two interviews of a case (ANT-01), each with its own form and the role that holds it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from skillmatch import access
from skillmatch.access import Action, Actor, Purpose
from skillmatch.assess.distance import Circumstances
from skillmatch.errors import Forbidden, InvalidInput
from skillmatch.service.casework.concepts import required
from skillmatch.service.casework.office import (
    A_YEAR,
    Office,
    Once,
    Page,
    has_basis,
    looked_at,
    page_of,
    refuse_future,
    refuse_stale,
    remember,
    repeated,
    theirs,
)
from skillmatch.store.cases import Case, Interview
from skillmatch.store.tables import Form
from skillmatch.store.unit import Unit, new_id, plain
from skillmatch.taxonomy.concepts import Kind, Taxonomy

HELD: Mapping[Form, Action] = MappingProxyType(
    {Form.SOCIAL_WORK: Action.HOLD_SOCIAL_WORK, Form.TRAJECTORY: Action.HOLD_TRAJECTORY}
)
"""What somebody has to be allowed to do in order to write a form."""

ON_CONSENT = ("constraints", "trauma")
"""Answers on care, health and trauma, which are kept, shown and used on explicit consent only (GDPR art. 9(2)(a))."""

_SAID = ("on", "language", "interpreter_language")
"""What is said of an interview beside its answers."""


@dataclass(frozen=True, slots=True)
class Interviews:
    """Holding the interviews and reading them; an answer that was not given is absent, and none is required."""

    office: Office
    taxonomy: Taxonomy

    def hold(
        self, actor: Actor, person_id: str, facts: Mapping[str, object], once: Once | None = None
    ) -> dict[str, object]:
        """Keep a filled-in form; ``facts`` has ``form``, ``case_id``, ``on`` and ``answers``, by name.

        Raises Forbidden for the form of another role, and for answers that need a consent which is not recorded.
        """
        form, answers = Form(str(facts["form"])), _answers(facts)
        access.require_fields(actor, HELD[form], (*facts, *answers))
        with self.office.open(actor, HELD[form], person_id) as unit:
            if known := repeated(unit, once, Action.VIEW_INTERVIEWS, Interview, person_id):
                return _shown(actor, unit, known)
            said = {name: facts.get(name) for name in _SAID} | {"answers": _given(answers), "kept_at": unit.at}
            case = _case(unit, person_id, str(facts["case_id"]))
            interview = Interview(new_id(), person_id, case, form, actor.role, **said)  # type: ignore[arg-type]
            self._check(unit, interview, answers)
            remember(unit, once, unit.add(interview), person_id)
            return _shown(actor, unit, interview)

    def list(self, actor: Actor, person_id: str, after: str | None, size: int) -> Page:
        """The interviews with a person, the earliest first, each as far as the role may see it."""
        with self.office.open(actor, Action.VIEW_INTERVIEWS, person_id) as unit:
            held = unit.of(Interview, person_id)
            page = page_of(held, lambda one: _shown(actor, unit, one), after, size)
            told = [str(one["id"]) for one in page.items]
            unit.record(Action.VIEW_INTERVIEWS, person=person_id, what={"interviews": told})
            return page

    def view(self, actor: Actor, person_id: str, interview_id: str) -> dict[str, object]:
        """One interview, as far as the role may see it; raises NotFound."""
        with self.office.open(actor, Action.VIEW_INTERVIEWS, person_id) as unit:
            interview = theirs(unit, Interview, interview_id, person_id)
            return _shown(actor, unit, looked_at(unit, Action.VIEW_INTERVIEWS, interview))

    def amend(
        self, actor: Actor, person_id: str, interview_id: str, changes: Mapping[str, object], seen: int
    ) -> dict[str, object]:
        """Merge the answers that ``changes`` names, None taking one back; raises Conflict where ``seen`` is old."""
        with self.office.open(actor, _held_by(actor), person_id) as unit:
            interview, answers = theirs(unit, Interview, interview_id, person_id), _answers(changes)
            access.require(actor, HELD[interview.form])
            access.require_fields(actor, HELD[interview.form], (*changes, *answers))
            if changes.get("on", interview.on) is None:
                raise InvalidInput("an interview has a day", field="on")
            refuse_stale(seen, interview.version, _shown(actor, unit, interview), changes)
            said = {name: changes[name] for name in _SAID if name in changes}
            changed = replace(interview, answers=_given({**interview.answers, **answers}), **said)  # type: ignore[arg-type]
            self._check(unit, changed, answers)
            return _shown(actor, unit, unit.change(changed))

    def _check(self, unit: Unit, interview: Interview, sent: Mapping[str, object]) -> None:
        """Raises Forbidden for what of ``sent`` needs a consent, InvalidInput for an interview that cannot be."""
        refuse_future(unit, interview.on, "on", within=A_YEAR)
        told = any(sent.get(name) is not None for name in ON_CONSENT)
        if told and not has_basis(unit, interview.person_id, Purpose.HEALTH):
            raise Forbidden(
                "care, health and trauma: first record the person's explicit consent for the purpose health"
            )
        _possible(unit, interview.answers)
        aim = sent.get("target_occupation")
        if aim is not None:
            required(self.taxonomy, str(aim), Kind.OCCUPATION, field="answers.target_occupation")


def usable(unit: Unit, interview: Interview) -> dict[str, object]:
    """The answers that may be used now: without those whose consent was withdrawn or never given."""
    closed = () if has_basis(unit, interview.person_id, Purpose.HEALTH) else ON_CONSENT
    return {name: value for name, value in interview.answers.items() if name not in closed}


def _answers(facts: Mapping[str, object]) -> dict[str, object]:
    """The answers in ``facts``, as the plain data that is kept."""
    answers: dict[str, object] = plain(facts.get("answers") or {})
    return answers


def _given(answers: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in answers.items() if value is not None}


def _held_by(actor: Actor) -> Action:
    """The form that the actor's role writes; any of them for who writes none, and is refused."""
    return next((action for action in HELD.values() if access.may(actor, action)), Action.HOLD_TRAJECTORY)


def _case(unit: Unit, person_id: str, case_id: str) -> str:
    if case_id not in {case.id for case in unit.of(Case, person_id)}:
        raise InvalidInput("no such case in this file", field="case_id")
    return case_id


def _possible(unit: Unit, answers: Mapping[str, object]) -> None:
    """Raises InvalidInput for answers that contradict each other or the calendar."""
    last = answers.get("last_worked")
    day = None if last is None else date.fromisoformat(str(last))
    refuse_future(unit, day, "answers.last_worked")
    Circumstances(worked=answers.get("worked"), last_worked=day)  # type: ignore[arg-type]


def _shown(actor: Actor, unit: Unit, interview: Interview) -> dict[str, object]:
    """What the role may see, of the answers too; trauma is for few of those (ruling 22)."""
    head = {name: getattr(interview, name) for name in Interview.__slots__ if name != "answers"}
    named = {f"{interview.form}.{name}": value for name, value in usable(unit, interview).items()}
    seen = access.shown(actor, Action.VIEW_INTERVIEWS, named)
    answers = {name.partition(".")[2]: value for name, value in seen.items()}
    if not access.sees_trauma(actor, unit.get(Case, interview.case_id).assigned):
        answers.pop("trauma", None)
    return access.shown(actor, Action.VIEW_INTERVIEWS, head) | {"answers": answers}
