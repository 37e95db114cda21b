"""A case that organisations share (ANT-04): opened by the one that keeps the file, on a basis, and closed at once."""

from collections.abc import Mapping
from dataclasses import dataclass

from skillmatch import access
from skillmatch.access import Action, Actor, Purpose
from skillmatch.errors import Conflict, InvalidInput, NotFound
from skillmatch.service.casework.office import Office, Once, Page, page_of, remember, repeated, theirs
from skillmatch.store import people
from skillmatch.store.people import Organisation, Share
from skillmatch.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Sharing:
    """Opening a file to another organisation, whose staff then see what their role sees, and closing it again."""

    office: Office

    def share(self, actor: Actor, person_id: str, organisation_id: str, once: Once | None = None) -> dict[str, object]:
        """Open the file from today on.

        Raises Forbidden where the actor's organisation does not keep it or nothing allows sharing it, InvalidInput for
        an organisation that is not there or is its own, Conflict where it is open to that one already.
        """
        access.require_fields(actor, Action.SHARE, ("organisation_id",))
        with self.office.open(actor, Action.SHARE, person_id) as unit:
            if known := repeated(unit, once, Action.VIEW_SHARES, Share, person_id):
                return _shown(actor, unit, known, _names(unit))
            people.hold(unit, person_id)
            people.require(unit, person_id, Purpose.SHARING)
            names = _names(unit)
            _check(unit, person_id, organisation_id, names)
            share = people.share(unit, person_id, organisation_id)
            remember(unit, once, share, person_id)
            return _shown(actor, unit, share, names)

    def list(self, actor: Actor, person_id: str, after: str | None, size: int) -> Page:
        """With whom the file is or was shared, the oldest first."""
        with self.office.open(actor, Action.VIEW_SHARES, person_id) as unit:
            unit.record(Action.VIEW_SHARES, person=person_id)
            names, shares = _names(unit), people.shares(unit, person_id)
            return page_of(shares, lambda one: _shown(actor, unit, one, names), after, size)

    def end(self, actor: Actor, person_id: str, share_id: str) -> None:
        """Close the file to that organisation, from its very next request.

        It asks for no version, for ending is all that can happen to a share. Raises NotFound where it ended before,
        Forbidden where the actor's organisation does not keep the file.
        """
        with self.office.open(actor, Action.SHARE, person_id) as unit:
            share = theirs(unit, Share, share_id, person_id)
            if not share.stands(unit.today):
                raise NotFound("this share has ended")
            people.unshare(unit, share)

    def organisations(self, actor: Actor, after: str | None, size: int) -> Page:
        """With whom a file could be shared, by name. Whoever runs the service makes organisations; nobody does here."""
        with self.office.count(actor, Action.VIEW_ORGANISATIONS) as unit:
            every = people.organisations(unit)
        return page_of(every, lambda one: _named(actor, one), after, size)


def _check(unit: Unit, person_id: str, organisation_id: str, names: Mapping[str, str]) -> None:
    if organisation_id not in names:
        raise InvalidInput("there is no such organisation", field="organisation_id")
    if organisation_id == unit.by.organisation:
        raise InvalidInput("keeps the file itself", field="organisation_id")
    for one in people.shares(unit, person_id):
        if one.organisation_id == organisation_id and one.stands(unit.today):
            raise Conflict("the file is open to this organisation already")


def _names(unit: Unit) -> Mapping[str, str]:
    return {one.id: one.name for one in people.organisations(unit)}


def _named(actor: Actor, one: Organisation) -> dict[str, object]:
    return access.shown(actor, Action.VIEW_ORGANISATIONS, {"id": one.id, "name": one.name})


def _shown(actor: Actor, unit: Unit, share: Share, names: Mapping[str, str]) -> dict[str, object]:
    values: dict[str, object] = {name: getattr(share, name) for name in ("id", "organisation_id", "since", "until")}
    values |= {"organisation": names[share.organisation_id], "stands": share.stands(unit.today)}
    return access.shown(actor, Action.VIEW_SHARES, values)
