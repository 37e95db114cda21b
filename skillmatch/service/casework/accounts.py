"""Who may log in: accounts of an organisation, and the sessions of people. Machines' tokens are in tokens.py."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from secrets import token_urlsafe
from typing import NamedTuple

from skillmatch import access
from skillmatch.access import Action, Actor, Role
from skillmatch.errors import Conflict, InvalidInput, NotFound, TooManyAttempts
from skillmatch.service.casework import passwords
from skillmatch.service.casework.office import Office, Once, Page, made_before, page_of, refuse_stale, remember
from skillmatch.store import accounts
from skillmatch.store.accounts import Account, Session
from skillmatch.store.audit import By
from skillmatch.store.unit import SYSTEM, Store, Unit

LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,99}")
"""A word or an e-mail address in lower case: capitals make no other login."""

ATTEMPTS, WINDOW = 10, timedelta(minutes=15)
"""So many logins may fail in so long; then nobody gets in there, with the right password neither."""

_WRONG = "login or password is wrong"


class Begun(NamedTuple):
    """A session that began: what its holder shows from now on, and what it is."""

    token: str
    session: dict[str, object]


class _Door(NamedTuple):
    """Where somebody wants to come in: an account, or a login that nobody has; ``about`` is what the audit says."""

    account: Account | None
    about: str


@dataclass(frozen=True, slots=True)
class Accounts:
    """Accounts and what stands for them; a login lasts ``hours``."""

    office: Office
    hours: float = 10

    def actor(self, token: str) -> Actor:
        """Whom a session or token stands for; raises NotFound where it is unknown or has run out."""
        with self.office.store.read(SYSTEM) as unit:
            session, account = accounts.session(unit, token)
        known = frozenset(Action)
        return Actor(
            account=account.id,
            role=Role(session.role),
            organisation=account.organisation_id,
            person=account.person_id,
            trained=frozenset(account.trained or ()),
            scopes=None if session.scopes is None else known.intersection(session.scopes),
        )

    def log_in(self, login: str, password: str, role: Role | None = None) -> Begun:
        """Begin a session in ``role``, or in the account's first; another role is another login.

        Raises NotFound where login or password is wrong, and does not tell which; TooManyAttempts; InvalidInput for a
        role that the account has not.
        """
        with self.office.store.read(SYSTEM) as unit:
            door = _door(unit, login)
            _limit(unit, door)
        kept = door.account.password_hash if door.account else None
        if not passwords.fits(password, kept) or door.account is None or kept is None:
            raise _refused(self.office.store, door)
        stronger = passwords.hashed(password) if passwords.outdated(kept) else None
        return self._begin(door.account, role, stronger)

    def vouched(self, login: str, role: Role | None = None) -> Begun:
        """Begin a session for whom a trusted login service says this is; raises NotFound where nobody here is it."""
        with self.office.store.read(SYSTEM) as unit:
            door = _door(unit, login)
        if door.account is None:
            raise _refused(self.office.store, door)
        return self._begin(door.account, role, guessed=False)

    def _begin(
        self, account: Account, role: Role | None, stronger: str | None = None, *, guessed: bool = True
    ) -> Begun:
        """A session; where its password may have been ``guessed``, only while not too many were wrong."""
        chosen, token = _chosen(account, role), token_urlsafe(32)
        with self.office.store.write(By(account.id, chosen, account.organisation_id)) as unit:
            now = accounts.account(unit, account.login)
            if now.password_hash != account.password_hash or now.roles != account.roles:
                raise NotFound(_WRONG)
            if guessed:
                door = _Door(now, f"accounts:{now.id}")
                accounts.hold(unit, door.about)
                _limit(unit, door)
            if stronger is not None:
                accounts.rehash(unit, now.id, stronger)
            session = accounts.begin_session(unit, now.id, token, role=chosen, hours=self.hours)
        return Begun(token, _session_shown(session, now))

    def current(self, actor: Actor, token: str) -> dict[str, object]:
        """The session itself; raises NotFound where it has ended."""
        with self.office.count(actor, Action.VIEW_SESSION) as unit:
            return access.shown(actor, Action.VIEW_SESSION, _session_shown(*accounts.session(unit, token)))

    def log_out(self, actor: Actor, token: str) -> None:
        """End a session."""
        with self.office.act(actor, Action.END_SESSION) as unit:
            accounts.end_session(unit, token)

    def change_password(self, actor: Actor, current: str, new: str) -> None:
        """Change one's own; every session and token of the account ends. Raises NotFound where ``current`` is wrong."""
        with self.office.count(actor, Action.CHANGE_PASSWORD) as unit:
            account = accounts.account_by_id(unit, actor.account)
            door = _Door(account, f"accounts:{account.id}")
            _limit(unit, door)
        passwords.check(new, account.login)
        if not passwords.fits(current, account.password_hash):
            raise _refused(self.office.store, door)
        fresh = passwords.hashed(new)
        with self.office.act(actor, Action.CHANGE_PASSWORD) as unit:
            accounts.change_account(unit, replace(account, password_hash=fresh))

    def add(self, actor: Actor, facts: Mapping[str, object], once: Once | None = None) -> dict[str, object]:
        """A new account in the actor's organisation; ``facts`` are its fields and may hold a ``password``.

        Without one only the login service lets it in. Raises Conflict where the login is taken.
        """
        access.require(actor, Action.MANAGE_ACCOUNTS)
        access.require_fields(actor, Action.MANAGE_ACCOUNTS, facts)
        new = _new(facts)
        with self.office.act(actor, Action.MANAGE_ACCOUNTS) as unit:
            if (known := made_before(unit, once)) is not None:
                unit.record("accounts.view", about=f"accounts:{known}")
                return _shown(actor, accounts.account_by_id(unit, known))
            made = accounts.add_account(unit, **new)  # type: ignore[arg-type]
            remember(unit, once, made, made.person_id)
            return _shown(actor, made)

    def list(self, actor: Actor, after: str | None, size: int) -> Page:
        """The accounts of the actor's organisation, by id."""
        with self.office.count(actor, Action.MANAGE_ACCOUNTS) as unit:
            return page_of(accounts.accounts(unit), lambda one: _shown(actor, one), after, size)

    def view(self, actor: Actor, account_id: str) -> dict[str, object]:
        """One account of the actor's organisation."""
        with self.office.count(actor, Action.MANAGE_ACCOUNTS) as unit:
            return _shown(actor, accounts.account_by_id(unit, account_id))

    def amend(self, actor: Actor, account_id: str, changes: Mapping[str, object], seen: int) -> dict[str, object]:
        """Change roles, trainings, password, or close and open it; ``seen`` is the version it was made from.

        Closed, or with other roles or another password, its sessions and tokens end. Raises Conflict with both
        contents where ``seen`` is old, and where an organisation would be left without an administrator.
        """
        access.require_fields(actor, Action.MANAGE_ACCOUNTS, changes)
        plain = {name: value for name, value in changes.items() if name != "password"}
        password = changes.get("password")
        fresh = {"password_hash": passwords.hashed(str(password))} if password is not None else {}
        with self.office.act(actor, Action.MANAGE_ACCOUNTS) as unit:
            account = accounts.account_by_id(unit, account_id)
            refuse_stale(seen, account.version, _shown(actor, account), plain)
            if password is not None:
                passwords.check(str(password), account.login)
            changed = replace(account, **plain, **fresh)  # type: ignore[arg-type]
            check_roles(changed.roles, changed.person_id)
            _keep_an_administrator(unit, account, changed)
            return _shown(actor, accounts.change_account(unit, changed))


def known_login(text: str) -> str:
    """``text`` as a login; raises InvalidInput."""
    login = text.strip().lower()
    if not (text.isascii() and LOGIN.fullmatch(login)):  # the sign of kelvin, in lower case, is the letter k
        raise InvalidInput("should be a word or an e-mail address of 2 to 100 characters", field="login")
    return login


def _new(facts: Mapping[str, object]) -> dict[str, object]:
    """What the records keep of a new account; raises InvalidInput."""
    password = facts.get("password")
    kept = {name: value for name, value in facts.items() if name != "password"}
    login = known_login(str(kept["login"]))
    check_roles(kept["roles"], kept.get("person_id"))  # type: ignore[arg-type]
    if password is None:
        return kept | {"login": login}
    passwords.check(str(password), login)
    return kept | {"login": login, "password_hash": passwords.hashed(str(password))}


def check_roles(roles: Sequence[str], person_id: object) -> None:
    """Raises InvalidInput: who works here and whose file it is are two accounts, even of one human being."""
    if not roles or len(set(roles)) < len(roles):
        raise InvalidInput("should name at least one role, and none twice", field="roles")
    if (Role.PERSON in roles) != (person_id is not None):
        raise InvalidInput("the role person, and no other, belongs to a file", field="person_id")
    if Role.PERSON in roles and len(roles) > 1:
        raise InvalidInput("a person's own account has no other role", field="roles")


def _keep_an_administrator(unit: Unit, before: Account, after: Account) -> None:
    """Raises Conflict where the organisation would be left without one."""
    was = before.active and Role.ADMINISTRATOR in before.roles
    stays = after.active and Role.ADMINISTRATOR in after.roles
    if was and not stays and [one.id for one in accounts.active_with(unit, Role.ADMINISTRATOR)] == [before.id]:
        raise Conflict("it is the last administrator of the organisation: make another one first")


def _door(unit: Unit, login: str) -> _Door:
    try:
        account = accounts.account(unit, known_login(login))
    except (NotFound, InvalidInput):
        word = login.strip().lower().encode(errors="replace").decode()
        return _Door(None, f"logins:{unit.pseudonyms.of(word)}")
    return _Door(account, f"accounts:{account.id}")


def _limit(unit: Unit, door: _Door) -> None:
    """Raises TooManyAttempts; a login that nobody has is limited alike, so that it is not told apart."""
    failed = accounts.refusals(unit, door.about, unit.at - WINDOW)
    if len(failed) >= ATTEMPTS:
        wait = failed[-ATTEMPTS] + WINDOW - unit.at
        raise TooManyAttempts("too many logins failed: wait, then try again", max(1, round(wait.total_seconds())))


def _refused(store: Store, door: _Door) -> NotFound:
    """Tell the audit of a login that failed; who tried many at once learns no more than who tried one by one."""
    organisation = door.account.organisation_id if door.account else SYSTEM.organisation
    with store.write(replace(SYSTEM, organisation=organisation)) as unit:
        accounts.hold(unit, door.about)
        _limit(unit, door)
        accounts.refuse(unit, door.about)
    return NotFound(_WRONG)


def _chosen(account: Account, role: Role | None) -> Role:
    if role is not None and role not in account.roles:
        raise InvalidInput("should be one of the roles of this account", field="role")
    return role or Role(account.roles[0])


def _session_shown(session: Session, account: Account) -> dict[str, object]:
    return {
        "account_id": account.id,
        "login": account.login,
        "role": session.role,
        "roles": account.roles,
        "organisation_id": account.organisation_id,
        "person_id": account.person_id,
        "trained": account.trained or (),
        "expires_at": session.expires_at,
    }


def _shown(actor: Actor, account: Account) -> dict[str, object]:
    kept = {name: getattr(account, name) for name in Account.__slots__ if name != "password_hash"}
    return access.shown(actor, Action.MANAGE_ACCOUNTS, kept | {"trained": account.trained or ()})
