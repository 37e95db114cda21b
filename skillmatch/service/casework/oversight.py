"""Looking over the service's shoulder: who saw a file, the audit under pseudonyms, and what an evaluator counts."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import islice

from skillmatch import access
from skillmatch.access import Action, Actor, Purpose, Role
from skillmatch.service.casework.office import Office, Page
from skillmatch.store import accounts, evaluation
from skillmatch.store.audit import Head, Plain, Told
from skillmatch.store.vault import Pseudonyms

__all__ = ["Head", "Oversight"]

_ID = re.compile(r"\b[0-9a-f]{32}\b")
_STAFF_OR_PLACE = ("accounts:", "organisations:")
"""What an auditor asks about by its id: who acted, and for whom."""


@dataclass(frozen=True, slots=True)
class Oversight:
    """For the person, the auditor and the evaluator."""

    office: Office

    def trail(self, actor: Actor, person_id: str, after: int | None, size: int) -> Page:
        """Who did what with a file, the newest first, so that reading it, which is told as well, moves no page.

        Every list that was ever shown is searched for the name: no other writer waits for that.
        """
        with self.office.look(actor, Action.VIEW_TRAIL, person_id) as unit:
            rows = unit.trail(person=person_id, after=after, size=size + 1, newest=True)
        with self.office.open(actor, Action.VIEW_TRAIL, person_id) as unit:
            unit.record(Action.VIEW_TRAIL, person=person_id)
        return _page([access.shown(actor, Action.VIEW_TRAIL, _own(row, person_id)) for row in rows], size)

    def audit(self, actor: Actor, after: int | None, size: int) -> Page:
        """The audit of the organisation, the oldest first: every id of a person or of what is theirs a pseudonym."""
        with self.office.count(actor, Action.VIEW_AUDIT) as unit:
            rows = unit.trail(after=after, size=size + 1)
            persons = frozenset(one.id for one in accounts.accounts(unit) if one.person_id is not None)
            told = [_pseudonymous(row, unit.pseudonyms, persons) for row in rows]
            shown = [access.shown(actor, Action.VIEW_AUDIT, row) for row in told]
        return _page(shown, size)

    def verify(self, actor: Actor, since: Head | None = None) -> dict[str, object]:
        """Whether every row of the audit is as it was written, the first that is not, and the end of the chain.

        ``since`` is a head that was kept elsewhere: it shows a database that was put back whole to an earlier day.
        """
        access.require(actor, Action.VERIFY_AUDIT)
        head, fault = self.office.store.head(), self.office.store.verify(since)
        found = None if fault is None else {"number": fault.seq, "tampering": fault.tampering}
        values = {"whole": fault is None, "fault": found, "head": {"number": head.seq, "hash": head.hash}}
        return access.shown(actor, Action.VERIFY_AUDIT, values)

    def evaluate(self, actor: Actor, after: str | None, size: int) -> Page:
        """One row a person who has a basis for it, by pseudonym (DUO-21). That is personal data still, so it is told.

        Cells are not suppressed: an evaluator counts for themself and publishes nothing small (ruling 16).
        """
        with self.office.act(actor, Action.EVALUATE) as unit:
            everybody = evaluation.population(unit, Purpose.EVALUATION)
            rest = ((name, one) for name, one in everybody.items() if after is None or name > after)
            some = dict(islice(rest, size + 1))
            rows = evaluation.followed(unit, dict(islice(some.items(), size)))
            unit.record(Action.EVALUATE, what={"rows": len(rows)})
        last = rows[-1].pseudonym if len(some) > size else None
        return Page([access.shown(actor, Action.EVALUATE, asdict(row)) for row in rows], last)


def _page(rows: Sequence[Mapping[str, object]], size: int) -> Page:
    """``rows`` are those of the page, and one more where there is one."""
    some = rows[:size]
    return Page(some, str(some[-1]["number"]) if len(rows) > size else None)


def _values(row: Told) -> dict[str, object]:
    names = ("at", "account", "role", "organisation", "action", "person", "about", "what", "versions", "reasons")
    return {"number": row.seq} | {name: getattr(row, name) for name in names}


def _own(row: Told, person_id: str) -> dict[str, object]:
    """A row that names the person among others (a list that was shown) says nothing of the others."""
    return _values(row) | ({} if row.person == person_id else {"what": {}, "about": None, "reasons": []})


def _pseudonymous(row: Told, pseudonyms: Pseudonyms, persons: frozenset[str]) -> dict[str, object]:
    """``persons`` are the accounts of people, whose logins are about them and not about staff."""
    theirs = row.person is not None or row.role == Role.PERSON
    about = row.about or ""
    staff = about.startswith(_STAFF_OR_PLACE) and not theirs and about.partition(":")[2] not in persons
    return _values(row) | {
        "account": pseudonyms.of(row.account) if row.role == Role.PERSON else row.account,
        "person": None if row.person is None else pseudonyms.of(row.person),
        "about": row.about if staff or row.about is None else _hidden(row.about, pseudonyms),
        "what": _hidden(row.what, pseudonyms),
        "reasons": _hidden(row.reasons, pseudonyms),
    }


def _hidden(value: Plain, pseudonyms: Pseudonyms) -> Plain:
    """``value`` with a pseudonym for every id in it, wherever it stands."""
    if isinstance(value, str):
        return _ID.sub(lambda found: pseudonyms.of(found[0]), value)
    if isinstance(value, Mapping):
        return {str(_hidden(name, pseudonyms)): _hidden(part, pseudonyms) for name, part in value.items()}
    if isinstance(value, Sequence):
        return [_hidden(part, pseudonyms) for part in value]
    return value
