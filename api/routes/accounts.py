"""The accounts of an organisation, kept by its administrators."""

from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import Field, StringConstraints

from api.auth import Acting
from api.routes.sessions import Login, NewPassword, Secret
from api.rules import After, Answer, Desk, Id, Made, Page, Seen, Sent, Size, needs, tagged
from skillmatch.access import Action, Role
from skillmatch.service.casework.office import Once

router = APIRouter(prefix="/accounts", tags=["accounts"])

Roles = Annotated[list[Role], Field(min_length=1, max_length=len(Role))]
Training = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9 _-]{0,59}$")]
Trainings = Annotated[list[Training], Field(max_length=20)]


class NewAccount(Secret):
    """Who may log in. Without a password only the login service (OIDC) lets them in."""

    login: Login
    roles: Roles
    password: NewPassword | None = None
    person_id: Annotated[Id | None, Field(description="Whose own file it is: with the role person only.")] = None
    trained: Trainings = Field(default_factory=list, description="Trainings of staff, such as trauma (VDAB-11).")


class AccountChanges(Secret):
    """The fields to change; one that is left out stays as it is."""

    roles: Roles = Field(default_factory=list)
    active: bool = True
    trained: Trainings = Field(default_factory=list)
    password: Annotated[NewPassword | None, Field(description="A new one; to be told to its owner in person.")] = None


class AccountShown(Answer):
    """An account."""

    id: str | None = None
    version: int | None = None
    login: str | None = None
    roles: list[Role] | None = None
    person_id: str | None = None
    active: bool | None = None
    trained: list[str] | None = None


@router.post("", status_code=201, response_model=AccountShown, **needs(Action.MANAGE_ACCOUNTS))
def add(new: NewAccount, actor: Acting, desk: Desk, made: Made, once: Sent) -> dict[str, Any]:
    """Make an account in your organisation."""
    account = desk.accounts.add(actor, _facts(new), _without_password(once, new))
    return made(account)


@router.get("", response_model=Page[AccountShown], **needs(Action.MANAGE_ACCOUNTS))
def list_accounts(actor: Acting, desk: Desk, after: After = None, size: Size = 50) -> Any:
    """The accounts of your organisation, by id."""
    return desk.accounts.list(actor, after, size)._asdict()


@router.get("/{account_id}", response_model=AccountShown, **needs(Action.MANAGE_ACCOUNTS))
def view(account_id: Id, actor: Acting, desk: Desk, response: Response) -> dict[str, Any]:
    """One account of your organisation."""
    return tagged(response, desk.accounts.view(actor, account_id))


@router.patch("/{account_id}", response_model=AccountShown, **needs(Action.MANAGE_ACCOUNTS))
def amend(
    account_id: Id, changes: AccountChanges, actor: Acting, desk: Desk, response: Response, seen: Seen
) -> dict[str, Any]:
    """Change some fields of the version that was seen; other roles, a new password or a closed account end sessions."""
    return tagged(response, desk.accounts.amend(actor, account_id, _facts(changes), seen))


def _facts(body: NewAccount | AccountChanges) -> dict[str, Any]:
    """The fields that were sent, the password as it is meant to be hashed."""
    sent = body.model_dump(exclude_unset=True)
    return sent | ({"password": body.password.get_secret_value()} if body.password is not None else {})


def _without_password(once: Once | None, new: NewAccount) -> Once | None:
    """The key of a creation is kept with a quick hash of the request, from which a password could be guessed."""
    told = new.model_dump_json(exclude={"password"}, exclude_unset=True)
    return None if once is None else Once(once.key, f"POST accounts\n{told}".encode())
