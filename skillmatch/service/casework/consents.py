"""The legal basis of every purpose (D7): given with the text that was shown, withdrawn as easily, at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from skillmatch import access
from skillmatch.access import Action, Actor, Purpose, Role
from skillmatch.errors import Conflict, Forbidden, InvalidInput, NotFound
from skillmatch.service.casework.office import Office, Once, Page, page_of, remember, repeated
from skillmatch.store import people
from skillmatch.store.people import Consent
from skillmatch.store.tables import Basis
from skillmatch.store.unit import Unit

__all__ = ["BASES", "CONSENT", "TEXTS", "Basis", "Consents"]

NOTICE = "2026-11"
"""The version of the text that tells a person what their data is used for (docs/privacy.md)."""

TEXTS: Mapping[str, date] = MappingProxyType({NOTICE: date(2026, 11, 1)})
"""Every version of the text that was ever shown (docs/privacy.md), and from when: no basis names another."""

CONSENT = frozenset({Basis.CONSENT, Basis.EXPLICIT_CONSENT})
"""The bases that are a person's own word, to give and to withdraw (GDPR art. 7)."""

_OBJECTION = frozenset({Basis.PUBLIC_TASK, Basis.LEGITIMATE_INTEREST})
"""The bases that a person may object to (GDPR art. 21(1))."""

BASES: Mapping[Purpose, frozenset[Basis]] = MappingProxyType(
    {
        Purpose.GUIDANCE: _OBJECTION | {Basis.LEGAL_OBLIGATION, Basis.CONTRACT},
        Purpose.EVALUATION: _OBJECTION | CONSENT,
        Purpose.HEALTH: frozenset({Basis.EXPLICIT_CONSENT}),
        Purpose.SHARING: CONSENT | {Basis.PUBLIC_TASK, Basis.LEGAL_OBLIGATION},
        Purpose.MENTORING: CONSENT,
        Purpose.EMPLOYERS: CONSENT,
    }
)
"""What each purpose may rest on. Guidance never on consent: who needs the service is not free to refuse (D7).

Health asks for explicit consent (GDPR art. 9(2)(a)); mentors and employers see what the person agreed to (ruling 22).
"""


@dataclass(frozen=True, slots=True)
class Consents:
    """Giving, showing and withdrawing."""

    office: Office

    def give(
        self, actor: Actor, person_id: str, purpose: Purpose, basis: Basis, text_version: str, once: Once | None = None
    ) -> dict[str, object]:
        """Record the basis of a purpose from now on; a newer one of the same kind takes the place of the older.

        Raises InvalidInput for a basis that does not fit the purpose and for an unknown text, Forbidden where a person
        would record what is not their consent, Conflict where the purpose stands on a basis of the other kind: consent
        and duty are not swapped behind a person's back (EDPB guidelines 05/2020, 121-123).
        """
        access.require_fields(actor, Action.GIVE_CONSENT, ("purpose", "basis", "text_version"))
        _check(actor, purpose, basis, text_version)
        with self.office.open(actor, Action.GIVE_CONSENT, person_id) as unit:
            if known := repeated(unit, once, Action.VIEW_CONSENTS, Consent, person_id):
                return _shown(actor, known)
            _settle(unit, person_id, purpose)
            _make_room(unit, person_id, purpose, basis)
            given = people.consent(unit, person_id, purpose, basis, text_version)
            remember(unit, once, given, person_id)
            return _shown(actor, given)

    def list(self, actor: Actor, person_id: str, after: str | None, size: int) -> Page:
        """Every basis ever recorded, the oldest first."""
        with self.office.open(actor, Action.VIEW_CONSENTS, person_id) as unit:
            unit.record(Action.VIEW_CONSENTS, person=person_id)
            return page_of(people.consents(unit, person_id), lambda one: _shown(actor, one), after, size)

    def withdraw(self, actor: Actor, person_id: str, purpose: Purpose) -> None:
        """End a person's consent, and every share that rests on it; the next request finds it gone.

        It asks for no version: withdrawing is as easy as giving (GDPR art. 7(3)). Raises NotFound where there is no
        basis, InvalidInput where it is not consent, which says how to object.
        """
        with self.office.open(actor, Action.WITHDRAW_CONSENT, person_id) as unit:
            _settle(unit, person_id, purpose)
            standing = _standing(unit, person_id, purpose)
            duties = sorted(one.basis for one in standing if one.basis not in CONSENT)
            if duties:
                raise InvalidInput(
                    f"rests on {duties[0]}, which is not withdrawn: to object (GDPR art. 21), tell your counsellor or "
                    "the data protection officer; the notice in docs/privacy.md says how",
                    field="purpose",
                )
            _end(unit, person_id, purpose)

    def uphold_objection(self, actor: Actor, person_id: str, purpose: Purpose) -> None:
        """End the use of data for a purpose because the person objected and was right (GDPR art. 21(1)).

        Raises InvalidInput for what rests on consent or law, and for guidance, which ends with the case or the file.
        """
        with self.office.open(actor, Action.UPHOLD_OBJECTION, person_id) as unit:
            _settle(unit, person_id, purpose)
            standing = _standing(unit, person_id, purpose)
            if purpose is Purpose.GUIDANCE:
                raise InvalidInput("ends by closing the case or by erasing the person", field="purpose")
            if any(one.basis not in _OBJECTION for one in standing):
                raise InvalidInput(f"rests on {standing[-1].basis}, to which nobody objects", field="purpose")
            unit.record(Action.UPHOLD_OBJECTION, person=person_id, what={"purpose": purpose}, reasons=("GDPR:21",))
            _end(unit, person_id, purpose)


def _check(actor: Actor, purpose: Purpose, basis: Basis, text_version: str) -> None:
    if basis not in BASES[purpose]:
        allowed = ", ".join(sorted(BASES[purpose]))
        raise InvalidInput(f"{purpose} may rest on: {allowed}", field="basis")
    if text_version not in TEXTS:
        raise InvalidInput(f"should be a version of the text that was shown: {', '.join(TEXTS)}", field="text_version")
    if actor.role is Role.PERSON and basis not in CONSENT:
        raise Forbidden("a person gives consent; any other basis is recorded by staff")


def _settle(unit: Unit, person_id: str, purpose: Purpose) -> None:
    """Be the only one to change what the person agreed to.

    Raises Forbidden where an organisation that only shares the file would decide with whom it is shared.
    """
    people.hold(unit, person_id)
    if purpose is Purpose.SHARING and people.load(unit, person_id).organisation_id != unit.by.organisation:
        raise Forbidden("with whom a file is shared is decided at the organisation that keeps it")


def _make_room(unit: Unit, person_id: str, purpose: Purpose, basis: Basis) -> None:
    """End the standing basis that another of its kind follows; raises Conflict for one of the other kind."""
    standing = people.standing(unit, person_id, purpose)
    for one in standing:
        if (one.basis in CONSENT) != (basis in CONSENT):
            raise Conflict(f"{purpose} stands on {one.basis}: end that first", current=one.basis, yours=basis)
    if standing:
        people.withdraw(unit, person_id, purpose)


def _standing(unit: Unit, person_id: str, purpose: Purpose) -> Sequence[Consent]:
    standing = people.standing(unit, person_id, purpose)
    if not standing:
        raise NotFound(f"no legal basis is recorded for {purpose}")
    return standing


def _end(unit: Unit, person_id: str, purpose: Purpose) -> None:
    people.withdraw(unit, person_id, purpose)
    if purpose is Purpose.SHARING:
        for share in people.shares(unit, person_id):
            if share.stands(unit.today):
                people.unshare(unit, share)


def _shown(actor: Actor, one: Consent) -> dict[str, object]:
    names = ("id", "purpose", "basis", "text_version", "given_at", "withdrawn_at", "stands")
    return access.shown(actor, Action.VIEW_CONSENTS, {name: getattr(one, name) for name in names})
