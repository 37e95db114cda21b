"""The commands of whoever runs the machine, on a real SQLite file."""

import io
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from skillmatch import cli
from skillmatch.service.casework import passwords
from skillmatch.store import accounts, people, tables
from skillmatch.store.audit import By
from skillmatch.store.unit import SYSTEM, Store
from skillmatch.store.vault import MASTER_KEY, MasterKey, new_master_key
from tests.test_cli import Ran

KEY = new_master_key()
PASSWORD = "een lange zin als wachtwoord"

Run = Callable[..., Ran]


class Terminal(io.TextIOWrapper):
    """A stdin with somebody at it."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def records(tmp_path: Path) -> Path:
    return tmp_path / "home" / "records.db"


@pytest.fixture
def run(records: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    monkeypatch.setenv("SKILLMATCH_HOME", str(records.parent))
    monkeypatch.setenv(MASTER_KEY, KEY)
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))

    def command(*words: str, stdin: bytes = b"", terminal: bool = False) -> Ran:
        monkeypatch.setattr(sys, "argv", ["skillmatch", *words])
        monkeypatch.setattr(sys, "stdin", (Terminal if terminal else io.TextIOWrapper)(io.BytesIO(stdin)))
        capsysbinary.readouterr()
        with pytest.raises(SystemExit) as end:
            cli.main()
        out, err = capsysbinary.readouterr()
        return Ran(int(end.value.code or 0), out, err.decode())

    return command


@pytest.fixture
def opened(records: Path, run: Run) -> Store:
    """The records, opened beside the command line, with an account and two files in two organisations."""
    assert run("user", "add", "noor", "--role", "screener", "--organisation", "PES Antwerp").code == 0
    assert run("user", "add", "lena", "--role", "auditor", "--organisation", "Another city").code == 0
    return Store.open(f"sqlite:///{records}", MasterKey.of(KEY))


def registered(store: Store, name: str, organisation: str = "PES Antwerp") -> str:
    """A file; gives its id."""
    with store.read(SYSTEM) as unit:
        keeper = next(one.id for one in people.organisations(unit) if one.name == organisation)
    with store.write(By("a1", "screener", keeper)) as unit:
        return people.register(unit, name, speaks="ar").id


def test_a_new_master_key_is_random_and_opens_new_records(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (run("records", "key").out.decode().strip() for _ in range(2))
    assert first != second
    monkeypatch.setenv(MASTER_KEY, first)
    assert run("records", "migrate").code == 0
    monkeypatch.setenv(MASTER_KEY, second)
    refused = run("records", "migrate")
    assert refused.code == 2
    assert refused.err.count("\n") == 1
    assert "not the key" in refused.err


@pytest.mark.parametrize(
    "words",
    [
        ("records", "migrate"),
        ("user", "add", "noor", "--role", "screener"),
        ("audit", "verify"),
        ("person", "export", "0" * 32),
        ("person", "erase", "0" * 32, "--yes"),
        ("serve",),
    ],
)
def test_without_a_master_key_a_command_says_so_in_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.delenv(MASTER_KEY)
    ran = run(*words)
    assert ran.code == 2
    assert ran.out == b""
    assert ran.err.startswith(f"skillmatch: {MASTER_KEY} is not set")
    assert ran.err.count("\n") == 1


def test_a_user_is_added_with_records_and_organisation_that_were_not_there(run: Run, records: Path) -> None:
    added = run("user", "add", "Noor", "--role", "screener", "--role", "social worker", "--trained", "trauma")
    assert added.code == 0
    assert records.is_file()
    said = added.document
    assert (said["login"], said["roles"]) == ("noor", ["screener", "social worker"])
    store = Store.open(f"sqlite:///{records}", MasterKey.of(KEY))
    with store.read(SYSTEM) as unit:
        kept = accounts.account(unit, "noor")
        named = {one.id: one.name for one in people.organisations(unit)}
        told = (
            unit.connection.execute(select(tables.audit).where(tables.audit.c.action == "accounts.add"))
            .mappings()
            .one()
        )
    store.close()
    assert (kept.id, named[kept.organisation_id]) == (said["id"], said["organisation"])
    assert kept.trained == ("trauma",)
    assert passwords.fits(said["password"], kept.password_hash)
    assert (told["account"], told["role"], told["organisation"]) == ("operator", "administrator", kept.organisation_id)


def test_a_password_may_come_by_stdin_and_is_then_not_printed(run: Run, records: Path) -> None:
    added = run("user", "add", "noor", "--role", "screener", "--password-stdin", stdin=f"{PASSWORD}\n".encode())
    assert "password" not in added.document
    assert PASSWORD.encode() not in added.out
    store = Store.open(f"sqlite:///{records}", MasterKey.of(KEY))
    with store.read(SYSTEM) as unit:
        assert passwords.fits(PASSWORD, accounts.account(unit, "noor").password_hash)
    store.close()


@pytest.mark.parametrize(("typed", "printed"), [(PASSWORD, False), ("", True)])
def test_on_a_terminal_the_password_is_asked_twice_and_not_shown(
    run: Run, monkeypatch: pytest.MonkeyPatch, typed: str, printed: bool
) -> None:
    answers = iter([typed, "a slip", typed, typed] if typed else ["", ""])
    monkeypatch.setattr("getpass.getpass", lambda *_, **__: next(answers))
    added = run("user", "add", "noor", "--role", "screener", terminal=True)
    assert added.code == 0
    assert ("password" in added.document) is printed
    assert list(answers) == []
    assert PASSWORD not in added.err


@pytest.mark.parametrize(
    ("words", "stdin", "named"),
    [
        (("two words", "--role", "screener"), b"", "login"),
        (("noor", "--role", "person"), b"", "person_id"),
        (("noor", "--role", "screener", "--role", "screener"), b"", "roles"),
        (("noor", "--role", "screener", "--password-stdin"), b"short\n", "password"),
        (("noor", "--role", "screener", "--password-stdin"), b"", "--password-stdin"),
        (("noor", "--role", "emperor"), b"", "--role"),
        (("noor",), b"", "--role"),
    ],
)
def test_a_bad_user_is_refused_and_leaves_nothing(
    run: Run, words: tuple[str, ...], stdin: bytes, named: str, records: Path
) -> None:
    refused = run("user", "add", *words, stdin=stdin)
    assert refused.code == 2
    assert named in refused.err
    if records.exists():
        with sqlite3.connect(records) as connection:
            assert connection.execute("SELECT count(*) FROM organisations").fetchone() == (0,)
        connection.close()


def test_with_several_organisations_one_has_to_be_named(run: Run, opened: Store) -> None:
    refused = run("user", "add", "third", "--role", "screener")
    assert (refused.code, "--organisation" in refused.err) == (2, True)
    named = run("user", "add", "third", "--role", "screener", "--organisation", "Another city")
    assert named.document["organisation"] == "Another city"
    with opened.read(SYSTEM) as unit:
        assert len(people.organisations(unit)) == 2
    taken = run("user", "add", "third", "--role", "screener", "--organisation", "Another city")
    assert taken.code == 2
    assert "third" not in taken.err
    opened.close()


def test_a_persons_own_account_is_bound_to_their_file(run: Run, opened: Store) -> None:
    rami = registered(opened, "Rami")
    words = ("user", "add", "rami", "--role", "person", "--person", rami, "--organisation")
    assert run(*words, "Another city").code == 2
    assert run(*words, "PES Antwerp").code == 0
    with opened.read(SYSTEM) as unit:
        assert accounts.account(unit, "rami").person_id == rami
    opened.close()


def test_the_audit_is_whole_and_its_end_is_printed(run: Run, opened: Store, tmp_path: Path) -> None:
    verified = run("audit", "verify")
    assert (verified.code, verified.document) == (0, opened.head()._asdict())
    kept = tmp_path / "head.json"
    kept.write_bytes(verified.out)
    registered(opened, "Rami")
    again = run("audit", "verify", "--head", str(kept))
    assert again.code == 0
    assert again.document["seq"] == verified.document["seq"] + 1
    opened.close()


def tamper(records: Path, statement: str) -> None:
    """Raw SQL by somebody who holds the file and not the master key, the triggers out of the way."""
    connection = sqlite3.connect(records, isolation_level=None)
    triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute(statement)
    connection.close()


REST = "at, account, role, organisation, action, person, about, what, versions, reasons, previous, hash, seal"


@pytest.mark.parametrize(
    ("statement", "row", "was"),
    [
        ("UPDATE audit SET account = 'somebody_else' WHERE seq = 3", 3, "edited"),
        ("DELETE FROM audit WHERE seq = 3", 3, "removed"),
        ("DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)", 5, "removed"),
        (f"INSERT INTO audit (seq, {REST}) SELECT 6, {REST} FROM audit WHERE seq = 5", 6, "inserted"),  # noqa: S608
    ],
)
def test_what_was_done_to_the_audit_is_found_and_the_row_is_named(
    run: Run, opened: Store, records: Path, statement: str, row: int, was: str
) -> None:
    assert opened.head().seq == 5
    opened.close()
    tamper(records, statement)
    found = run("audit", "verify")
    assert found.code == 1
    assert found.document == {"row": row, "was": was}
    assert found.err == f"skillmatch: row {row} of the audit was {was}\n"


def test_records_that_were_put_back_do_not_reach_a_head_that_was_kept(
    run: Run, opened: Store, records: Path, tmp_path: Path
) -> None:
    opened.close()
    with sqlite3.connect(records) as connection, sqlite3.connect(tmp_path / "copy.db") as copy:
        connection.backup(copy)
    connection.close()
    copy.close()
    run("user", "add", "third", "--role", "screener", "--organisation", "PES Antwerp")
    kept = tmp_path / "head.json"
    kept.write_bytes(run("audit", "verify").out)
    for file in records.parent.glob("records.db*"):
        file.unlink()
    (tmp_path / "copy.db").rename(records)
    assert run("audit", "verify").code == 0
    assert run("audit", "verify", "--head", str(kept)).code == 1


@pytest.mark.parametrize("content", [None, b"", b"[]", b'{"seq": "x", "hash": 1}', b"\xff"])
def test_a_head_that_is_none_is_named(run: Run, opened: Store, tmp_path: Path, content: bytes | None) -> None:
    opened.close()
    if content is not None:
        (tmp_path / "head.json").write_bytes(content)
    refused = run("audit", "verify", "--head", str(tmp_path / "head.json"))
    assert (refused.code, "--head" in refused.err) == (2, True)


def test_everything_about_a_person_is_printed_and_told(run: Run, opened: Store) -> None:
    rami = registered(opened, "Rami")
    registered(opened, "Samira", "Another city")
    exported = run("person", "export", rami)
    assert exported.code == 0
    assert exported.document["people"][0]["name"] == "Rami"
    assert b"Samira" not in exported.out
    keeper = exported.document["people"][0]["organisation_id"]
    with opened.read(By("auditor", "auditor", keeper)) as unit:
        last = unit.trail()[-1]
    assert (last.action, last.account, last.person) == ("people.export", "operator", rami)
    opened.close()


def test_erasing_needs_a_word_and_leaves_nothing_but_the_row_that_tells_it(
    run: Run, opened: Store, records: Path
) -> None:
    rami = registered(opened, "Rami the welder")
    refused = run("person", "erase", rami)
    assert (refused.code, "--yes" in refused.err) == (2, True)
    assert run("person", "export", rami).code == 0
    opened.close()
    assert run("person", "erase", rami, "--yes").code == 0
    gone = run("person", "export", rami)
    assert (gone.code, gone.out) == (2, b"")
    assert b"Rami" not in b"".join(file.read_bytes() for file in records.parent.glob("records.db*"))
    assert run("audit", "verify").code == 0


def test_a_person_who_is_not_there_is_not_found(run: Run, opened: Store) -> None:
    opened.close()
    for words in (("export", "0" * 32), ("erase", "0" * 32, "--yes"), ("export", "")):
        ran = run("person", *words)
        assert (ran.code, ran.err) == (2, "skillmatch: no such person\n")


def test_records_that_are_not_there_are_not_made_by_looking(run: Run, records: Path) -> None:
    ran = run("audit", "verify")
    assert ran.code == 2
    assert not records.exists()
