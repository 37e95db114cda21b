"""What the service does with accounts and files where the engine matters: row-level security, and two at once."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest

from skillmatch.access import Actor, Role
from skillmatch.errors import Conflict, NotFound, TooManyAttempts
from skillmatch.service.casework.accounts import ATTEMPTS, Accounts
from skillmatch.service.casework.office import Office
from skillmatch.service.casework.records import Operator
from skillmatch.store import accounts as store_accounts
from skillmatch.store.accounts import add_account, refusals
from skillmatch.store.audit import By, Versions
from skillmatch.store.people import register
from skillmatch.store.unit import SYSTEM, Store


def test_an_operator_reaches_the_file_of_any_organisation(store: Store, founded: Callable[[str], By]) -> None:
    """PostgreSQL shows a file to its own organisation only, so the operator acts for that one."""
    founded("Antwerp")
    ghent = founded("Ghent")
    with store.write(ghent) as unit:
        rami = register(unit, "Rami")
    operator = Operator(store)
    assert operator.export(rami.id)["people"][0]["name"] == "Rami"
    with store.read(ghent) as unit:
        told = unit.trail()[-1]
    assert (told.account, told.role, told.action) == ("operator", "administrator", "people.export")
    assert operator.erase(rami.id)
    for call in (operator.export, operator.erase):
        with pytest.raises(NotFound):
            call(rami.id)


def test_two_administrators_who_close_each_other_at_once_leave_one(store: Store, screener: By) -> None:
    here = By("system", "system", screener.organisation)
    with store.write(here) as unit:
        pair = [add_account(unit, login, roles=(Role.ADMINISTRATOR,)) for login in ("ada", "bea")]
    accounts = Accounts(Office(store, Versions()))
    together, ended = Barrier(2), []

    def close(by: str, whom: str) -> None:
        together.wait()
        try:
            accounts.amend(Actor(by, Role.ADMINISTRATOR, here.organisation), whom, {"active": False}, 1)
            ended.append("closed")
        except Conflict:
            ended.append("refused")

    threads = [Thread(target=close, args=(by.id, whom.id)) for by, whom in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(ended) == ["closed", "refused"]
    with store.read(here) as unit:
        assert [one.active for one in store_accounts.accounts(unit) if one.login in ("ada", "bea")].count(True) == 1


def test_who_tries_many_passwords_at_once_learns_no_more_than_who_tries_one_by_one(
    store: Store, screener: By, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skillmatch.service.casework.passwords.fits", lambda *_: False)
    with store.write(By("system", "system", screener.organisation)) as unit:
        noor = add_account(unit, "noor", roles=(Role.SCREENER,), password_hash="$argon2id$")
    accounts = Accounts(Office(store, Versions()))
    together, ended = Barrier(2 * ATTEMPTS), []

    def attempt() -> None:
        together.wait()
        try:
            accounts.log_in("noor", "not the password")
        except NotFound:
            ended.append("wrong")
        except TooManyAttempts:
            ended.append("later")

    threads = [Thread(target=attempt) for _ in range(2 * ATTEMPTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with store.read(SYSTEM) as unit:
        told = refusals(unit, f"accounts:{noor.id}", unit.at.replace(year=2000))
    assert len(ended) == 2 * ATTEMPTS
    assert ended.count("wrong") == len(told)
    assert len(told) == ATTEMPTS
