"""Local accounts and their sessions. Passwords arrive hashed, tokens are kept as their SHA-256 only."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import ClassVar

from sqlalchemy import Table, delete, select

from skillmatch.errors import NotFound
from skillmatch.store import tables
from skillmatch.store.unit import Unit, new_id


@dataclass(frozen=True, slots=True)
class Account:
    """Who may log in, in which roles. ``login`` is a word the organisation chose; ``person_id`` is set for people."""

    TABLE: ClassVar[Table] = tables.accounts
    id: str
    organisation_id: str
    login: str
    password_hash: str | None
    roles: tuple[str, ...]
    person_id: str | None = None
    active: bool = True
    trained: tuple[str, ...] | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class Session:
    """A login or a machine's token, in one role; ``id`` is the SHA-256 of what the holder shows.

    ``scopes`` None: all that the role may.
    """

    TABLE: ClassVar[Table] = tables.sessions
    id: str
    account_id: str
    expires_at: datetime
    role: str
    scopes: tuple[str, ...] | None = None


def add_account(
    unit: Unit,
    login: str,
    *,
    roles: Sequence[str],
    password_hash: str | None = None,
    person_id: str | None = None,
    organisation_id: str | None = None,
    trained: Sequence[str] = (),
) -> Account:
    """A new account, in the actor's organisation unless another is named; raises Conflict where the login is taken."""
    if person_id is not None:
        unit.vault(person_id)
    where = organisation_id or unit.by.organisation
    account = Account(new_id(), where, login, password_hash, tuple(roles), person_id, trained=tuple(trained))
    unit.insert(account)
    unit.record("accounts.add", about=f"accounts:{account.id}", what={"roles": [_code(role) for role in roles]})
    return account


def account(unit: Unit, login: str) -> Account:
    """The active account of that login; raises NotFound."""
    table = tables.accounts
    query = select(table).where(table.c.login == login, table.c.active)
    row = unit.connection.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound("no such account")
    return unit.read(Account, row)


def change_account(unit: Unit, changed: Account) -> Account:
    """Keep a changed account; without ``active``, its sessions end now. Raises Conflict with both versions."""
    kept: Account = unit.put(changed, None)
    if not kept.active:
        unit.connection.execute(delete(tables.sessions).where(tables.sessions.c.account_id == kept.id))
    unit.record("accounts.change", about=f"accounts:{kept.id}", what={"version": kept.version, "active": kept.active})
    return kept


def begin_session(
    unit: Unit, account_id: str, token: str, *, role: str, hours: float, scopes: Sequence[str] | None = None
) -> Session:
    """Let ``token`` (random, at least 128 bits) stand for an account in one role; only its hash is kept."""
    until = unit.at + timedelta(hours=hours)
    session = Session(_hash(token), account_id, until, role, None if scopes is None else tuple(scopes))
    unit.insert(session)
    unit.record("sessions.begin", about=f"accounts:{account_id}")
    return session


def session(unit: Unit, token: str) -> tuple[Session, Account]:
    """Whom a token stands for; raises NotFound where it is unknown, has run out, or the account is closed."""
    table = tables.sessions
    query = select(table).where(table.c.id == _hash(token), table.c.expires_at > unit.at)
    row = unit.connection.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound("no such session")
    of = select(tables.accounts).where(tables.accounts.c.id == row["account_id"], tables.accounts.c.active)
    owner = unit.connection.execute(of).mappings().one_or_none()
    if owner is None:
        raise NotFound("no such session")
    return unit.read(Session, row), unit.read(Account, owner)


def end_session(unit: Unit, token: str) -> None:
    """Forget a token; one that is not there is as well."""
    unit.connection.execute(delete(tables.sessions).where(tables.sessions.c.id == _hash(token)))
    unit.record("sessions.end")


def close_account(unit: Unit, login: str) -> Account:
    """End an account and its sessions."""
    return change_account(unit, replace(account(unit, login), active=False))


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _code(role: str) -> str:
    return role.replace(" ", "_")
