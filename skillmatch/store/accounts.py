"""Local accounts, their sessions and tokens. Passwords arrive hashed, tokens are kept as their SHA-256 only."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import ClassVar

from sqlalchemy import ColumnElement, Table, delete, select, text, update

from skillmatch.errors import Conflict, Forbidden, NotFound
from skillmatch.store import people, tables
from skillmatch.store.audit import Plain
from skillmatch.store.columns import stamp
from skillmatch.store.unit import Unit, new_id

REFUSED = "sessions.refused"
"""What the audit calls a login that failed."""

_DOOR = 0x646F6F72
"""PostgreSQL's advisory locks for logins ("door" in ASCII)."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who may log in, in which roles. ``login`` is a word the organisation chose; ``person_id`` is set for people.

    Without a ``password_hash`` only somebody else who is trusted may say who it is (OIDC).
    """

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

    ``scopes`` None: all that the role may. ``label`` None: a login; else what a token is for.
    """

    TABLE: ClassVar[Table] = tables.sessions
    id: str
    account_id: str
    expires_at: datetime
    role: str
    begun_at: datetime
    scopes: tuple[str, ...] | None = None
    label: str | None = None


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
    """A new account, in the actor's organisation unless another is named; raises Conflict where the login is taken.

    Raises Forbidden for the account of a person whose file that organisation does not keep: it opens all of the file.
    """
    where = organisation_id or unit.by.organisation
    if person_id is not None and people.load(unit, person_id).organisation_id != where:
        raise Forbidden("only the organisation that keeps a file gives the person an account")
    if unit.connection.scalar(select(tables.accounts.c.id).where(tables.accounts.c.login == login)) is not None:
        raise Conflict("this login is taken: choose another")
    made = Account(new_id(), where, login, password_hash, tuple(roles), person_id, trained=tuple(trained))
    unit.insert(made)
    what = {"roles": _codes(roles), "trained": _codes(trained)}
    unit.record("accounts.add", person=person_id, about=f"accounts:{made.id}", what=what)
    return made


def account(unit: Unit, login: str) -> Account:
    """The active account of that login; raises NotFound."""
    return _account(unit, tables.accounts.c.login == login, tables.accounts.c.active)


def account_by_id(unit: Unit, account_id: str) -> Account:
    """An account of the actor's organisation, active or not; raises NotFound."""
    table = tables.accounts
    return _account(unit, table.c.id == account_id, table.c.organisation_id == unit.by.organisation)


def accounts(unit: Unit) -> list[Account]:
    """Every account of the actor's organisation, active or not, by id."""
    table = tables.accounts
    query = select(table).where(table.c.organisation_id == unit.by.organisation).order_by(table.c.id)
    return [unit.read(Account, row) for row in unit.connection.execute(query).mappings()]


def active_with(unit: Unit, role: str) -> list[Account]:
    """The active accounts of the actor's organisation with a role, held (on PostgreSQL) until this transaction ends."""
    table = tables.accounts
    where = table.c.organisation_id == unit.by.organisation, table.c.active
    query = select(table).where(*where).order_by(table.c.id).with_for_update()
    held = [unit.read(Account, row) for row in unit.connection.execute(query).mappings()]
    return [one for one in held if role in one.roles]


def _account(unit: Unit, *conditions: ColumnElement[bool]) -> Account:
    row = unit.connection.execute(select(tables.accounts).where(*conditions)).mappings().one_or_none()
    if row is None:
        raise NotFound("no such account")
    return unit.read(Account, row)


def change_account(unit: Unit, changed: Account) -> Account:
    """Keep a changed account. Closed, or with other roles or another password, its sessions and tokens end now.

    Raises Conflict with both versions.
    """
    before = _account(unit, tables.accounts.c.id == changed.id)
    kept: Account = unit.put(changed, None)
    secret = kept.password_hash != before.password_hash
    if not kept.active or secret or set(kept.roles) != set(before.roles):
        unit.connection.execute(delete(tables.sessions).where(tables.sessions.c.account_id == kept.id))
    what: dict[str, Plain] = {"version": kept.version, "active": kept.active, "password": secret}
    what |= {"roles": _codes(kept.roles), "trained": _codes(kept.trained or ())}
    unit.record("accounts.change", person=kept.person_id, about=f"accounts:{kept.id}", what=what)
    return kept


def rehash(unit: Unit, account_id: str, password_hash: str) -> None:
    """Keep the same password under stronger parameters: nothing that anybody sees of the account changes."""
    table = tables.accounts
    unit.connection.execute(update(table).where(table.c.id == account_id).values(password_hash=password_hash))
    unit.record("accounts.rehash", about=f"accounts:{account_id}")


def begin_session(
    unit: Unit,
    account_id: str,
    token: str,
    *,
    role: str,
    hours: float,
    scopes: Sequence[str] | None = None,
    label: str | None = None,
) -> Session:
    """Let ``token`` (random, at least 128 bits) stand for an account in one role; only its hash is kept.

    Those that have run out are forgotten on the way.
    """
    table, until = tables.sessions, unit.at + timedelta(hours=hours)
    unit.connection.execute(delete(table).where(table.c.expires_at <= unit.at))
    narrowed = None if scopes is None else tuple(scopes)
    begun = Session(_hash(token), account_id, until, role, unit.at, narrowed, label)
    unit.insert(begun)
    action = "sessions.begin" if label is None else "tokens.make"
    told: dict[str, Plain] = {"role": _code(role), "scopes": narrowed, "until": stamp(until)}
    unit.record(action, about=f"accounts:{account_id}", what=told)
    return begun


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


def tokens(unit: Unit, account_id: str | None = None) -> list[Session]:
    """The machines' tokens of the actor's organisation, or of one account there, that have not run out, by id."""
    table, owners = tables.sessions, tables.accounts
    query = select(table).join(owners, owners.c.id == table.c.account_id).order_by(table.c.id)
    query = query.where(owners.c.organisation_id == unit.by.organisation)
    query = query.where(table.c.label.is_not(None), table.c.expires_at > unit.at)
    if account_id is not None:
        query = query.where(table.c.account_id == account_id)
    return [unit.read(Session, row) for row in unit.connection.execute(query).mappings()]


def end_token(unit: Unit, token: Session) -> None:
    """Forget a machine's token now."""
    unit.connection.execute(delete(tables.sessions).where(tables.sessions.c.id == token.id))
    unit.record("tokens.end", about=f"accounts:{token.account_id}")


def refuse(unit: Unit, about: str) -> None:
    """Tell the audit of a login that failed: at an account, or at a login that nobody has, by its pseudonym."""
    unit.record(REFUSED, about=about)


def hold(unit: Unit, about: str) -> None:
    """Until this transaction ends, no other one comes past here for the same door: failures are counted one by one."""
    if unit.connection.dialect.name == "postgresql":  # SQLite has one writer anyhow
        lock = text("SELECT pg_advisory_xact_lock(:door, hashtext(:about))")
        unit.connection.execute(lock, {"door": _DOOR, "about": about})


def refusals(unit: Unit, about: str, since: datetime) -> list[datetime]:
    """When logins failed there after ``since``, the oldest first."""
    table = tables.audit
    query = select(table.c.at).where(table.c.about == about, table.c.action == REFUSED, table.c.at > stamp(since))
    return [datetime.fromisoformat(at) for at in unit.connection.scalars(query.order_by(table.c.seq))]


def close_account(unit: Unit, login: str) -> Account:
    """End an account and its sessions."""
    return change_account(unit, replace(account(unit, login), active=False))


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _code(role: str) -> str:
    return role.replace(" ", "_")


def _codes(names: Sequence[str]) -> list[str]:
    return [_code(name) for name in names]
