"""Tokens of machines: an account lets a program act in its stead, in one role and no further than named scopes."""

from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_urlsafe

from skillmatch import access
from skillmatch.access import Action, Actor, Role
from skillmatch.errors import Forbidden, InvalidInput, NotFound
from skillmatch.service.casework.office import Office, Once, Page, made_before, page_of, remember
from skillmatch.store import accounts
from skillmatch.store.accounts import Session
from skillmatch.store.unit import Unit

MAX_DAYS = 365
"""A token that is still needed after a year is made anew, by somebody who still works here."""

PREFIX = "skillmatch_"
"""So that those who look for leaked secrets know one when they see it."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What programs show in the place of a session."""

    office: Office

    def make(self, actor: Actor, facts: Mapping[str, object], once: Once | None = None) -> dict[str, object]:
        """A token of the actor's own account, in the role of the actor: nobody gets a right that they have not.

        An administrator gets none for a screener's work: that needs an account with that role, which has its name in
        the audit. ``token`` is in this answer and in no other, not in that to the same request sent again either.
        """
        access.require(actor, Action.MAKE_TOKEN)
        access.require_fields(actor, Action.MAKE_TOKEN, facts)
        _check(actor, facts)
        secret = PREFIX + token_urlsafe(32)
        with self.office.act(actor, Action.MAKE_TOKEN) as unit:
            if (known := made_before(unit, once)) is not None:
                unit.record("tokens.view", about=f"accounts:{actor.account}")
                return _shown(actor, _found(unit, actor, known))
            made = accounts.begin_session(
                unit,
                actor.account,
                secret,
                role=actor.role,
                hours=24 * int(str(facts["days"])),
                scopes=[str(scope) for scope in facts["scopes"]],  # type: ignore[attr-defined]
                label=str(facts["label"]),
            )
            remember(unit, once, made, actor.person)
            return _shown(actor, made) | {"token": secret}

    def list(self, actor: Actor, after: str | None, size: int) -> Page:
        """One's own tokens; for an administrator those of the organisation. Never what their holders show."""
        with self.office.count(actor, Action.MAKE_TOKEN) as unit:
            return page_of(_within_reach(unit, actor), lambda one: _shown(actor, one), after, size)

    def end(self, actor: Actor, token_id: str) -> None:
        """End one of them now; raises NotFound."""
        with self.office.act(actor, Action.MAKE_TOKEN) as unit:
            accounts.end_token(unit, _found(unit, actor, token_id))


def _check(actor: Actor, facts: Mapping[str, object]) -> None:
    """Raises Forbidden for a token that makes tokens, InvalidInput for what goes beyond the actor's role."""
    if actor.scopes is not None:
        raise Forbidden("a token makes no tokens: log in")
    if facts["role"] != actor.role:
        raise InvalidInput(f"should be the role you are logged in with: {actor.role}", field="role")
    for scope in facts["scopes"]:  # type: ignore[attr-defined]
        if scope is Action.MAKE_TOKEN or actor.role not in access.roles(scope):
            raise InvalidInput(f"a token of the role {actor.role} cannot reach so far: {scope}", field="scopes")


def _within_reach(unit: Unit, actor: Actor) -> list[Session]:
    return accounts.tokens(unit, None if actor.role is Role.ADMINISTRATOR else actor.account)


def _found(unit: Unit, actor: Actor, token_id: str) -> Session:
    for one in _within_reach(unit, actor):
        if one.id == token_id:
            return one
    raise NotFound("no such token")


def _shown(actor: Actor, token: Session) -> dict[str, object]:
    kept = {name: getattr(token, name) for name in Session.__slots__}
    return access.shown(actor, Action.MAKE_TOKEN, kept)
