"""The case record: who works on it, which barriers stand in the way, and when it was closed."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import cast

from skillmatch import access
from skillmatch.access import Action, Actor
from skillmatch.errors import InvalidInput, NotFound
from skillmatch.service.casework.barriers import Barrier, Complaint
from skillmatch.service.casework.office import Office, looked_at, refuse_future, refuse_stale, theirs
from skillmatch.store import accounts
from skillmatch.store.audit import Plain
from skillmatch.store.cases import Case
from skillmatch.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Cases:
    """Showing and changing the record of a case."""

    office: Office
    complaints: Mapping[Barrier, Complaint]

    def view(self, actor: Actor, person_id: str, case_id: str) -> dict[str, object]:
        """The record; where discrimination was reported, also where to go with it (ANT-06)."""
        with self.office.open(actor, Action.VIEW_CASE, person_id) as unit:
            return self._shown(actor, looked_at(unit, Action.VIEW_CASE, theirs(unit, Case, case_id, person_id)))

    def amend(
        self, actor: Actor, person_id: str, case_id: str, changes: Mapping[str, object], seen: int
    ) -> dict[str, object]:
        """Change the record; raises Conflict with both contents where ``seen`` is old.

        Of ``assigned``, a role that is left out stays and None takes it off; ``closed_on`` None opens the case again.
        Raises InvalidInput where an account is not of this organisation or does not have the role.
        """
        access.require_fields(actor, Action.AMEND_CASE, changes)
        with self.office.open(actor, Action.AMEND_CASE, person_id) as unit:
            case = theirs(unit, Case, case_id, person_id)
            refuse_stale(seen, case.version, self._shown(actor, case), changes)
            changed = unit.change(_changed(unit, case, changes))
            _tell(unit, changed, changes)
            return self._shown(actor, changed)

    def _shown(self, actor: Actor, case: Case) -> dict[str, object]:
        ways = {barrier: way for barrier, way in self.complaints.items() if barrier in case.barriers}
        complaints = [_path(barrier, case, way) for barrier, way in ways.items()]
        return access.shown(actor, Action.VIEW_CASE, asdict(case) | {"complaints": complaints})


def _path(barrier: Barrier, case: Case, complaint: Complaint) -> dict[str, object]:
    """Where to go with a barrier, and the account that is assigned in the role to turn to, if there is one."""
    return asdict(complaint) | {"barrier": barrier, "account": case.assigned.get(complaint.turn_to)}


def _changed(unit: Unit, case: Case, changes: Mapping[str, object]) -> Case:
    assigned = cast(Mapping[str, str | None], changes.get("assigned") or {})
    for role, account in assigned.items():
        if account is not None and account != case.assigned.get(role):
            _require_role(unit, role, account)
    kept = {role: account for role, account in {**case.assigned, **assigned}.items() if account is not None}
    barriers = cast(list[str], changes.get("barriers", case.barriers))
    closed = cast(date | None, changes.get("closed_on", case.closed_on))
    _refuse_odd_end(unit, case, closed)
    return replace(case, assigned=kept, barriers=tuple(sorted(set(barriers))), closed_on=closed)


def _require_role(unit: Unit, role: str, account_id: str) -> None:
    try:
        account = accounts.account_by_id(unit, account_id)
    except NotFound:
        raise InvalidInput("is no account of this organisation", field=f"assigned.{role}") from None
    if not account.active or role not in account.roles:
        raise InvalidInput(f"is not an active account with the role {role}", field=f"assigned.{role}")


def _refuse_odd_end(unit: Unit, case: Case, closed: date | None) -> None:
    refuse_future(unit, closed, "closed_on")
    if closed is not None and closed < case.opened_on:
        raise InvalidInput("lies before the case was opened", field="closed_on")


def _tell(unit: Unit, case: Case, changes: Mapping[str, object]) -> None:
    """Who was put on a case and which barriers were coded are decisions: told as codes, beside the change."""
    what: dict[str, Plain] = {
        "fields": sorted(changes),
        "assigned": {_word(role): account for role, account in case.assigned.items()},
        "barriers": [_word(barrier) for barrier in case.barriers],
        "closed": case.closed_on is not None,
    }
    unit.record(Action.AMEND_CASE, person=case.person_id, about=f"cases:{case.id}", what=what)


def _word(text: str) -> str:
    return text.replace(" ", "_")
