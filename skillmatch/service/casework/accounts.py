"""Who may log in: local accounts, sessions of people, tokens of machines."""

from dataclasses import dataclass

from skillmatch.access import Action, Actor, Role
from skillmatch.service.casework.office import Office
from skillmatch.store import accounts
from skillmatch.store.unit import SYSTEM


@dataclass(frozen=True, slots=True)
class Accounts:
    """Accounts and what stands for them."""

    office: Office

    def actor(self, token: str) -> Actor:
        """Whom a session or token stands for; raises NotFound where it is unknown or has run out."""
        with self.office.store.read(SYSTEM) as unit:
            session, account = accounts.session(unit, token)
        return Actor(
            account=account.id,
            role=Role(session.role),
            organisation=account.organisation_id,
            person=account.person_id,
            trained=frozenset(account.trained or ()),
            scopes=None if session.scopes is None else frozenset(map(Action, session.scopes)),
        )
