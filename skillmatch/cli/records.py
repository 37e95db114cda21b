"""Commands of whoever runs the machine: the records, who may log in, the audit, a person's rights, the server."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from skillmatch.access import Role
from skillmatch.cli.streams import write_document
from skillmatch.config import Settings
from skillmatch.errors import InvalidInput
from skillmatch.service.casework import passwords
from skillmatch.service.casework.records import Head, Operator, new_master_key, open_store

TAMPERED = 1
"""Exit code of ``audit verify`` where a row is not as it was written."""

records = typer.Typer(no_args_is_help=True, help="Make the master key, make the records or bring them up to date.")
user = typer.Typer(no_args_is_help=True, help="Who may log in.")
audit = typer.Typer(no_args_is_help=True, help="What was done, by whom.")
person = typer.Typer(no_args_is_help=True, help="A person's rights: everything about them, or nothing any more.")


def register(app: typer.Typer) -> None:
    """Add these commands to ``app``."""
    for name, commands in (("records", records), ("user", user), ("audit", audit), ("person", person)):
        app.add_typer(commands, name=name)
    app.command()(serve)


@contextmanager
def _operator(*, migrate: bool = False) -> Iterator[Operator]:
    store = open_store(Settings(), os.environ, migrate=migrate)
    try:
        yield Operator(store)
    finally:
        store.close()


@records.command("key")
def records_key() -> None:
    """Print a new master key, for SKILLMATCH_MASTER_KEY: without it the records cannot be read, by anybody."""
    print(new_master_key())


@records.command("migrate")
def records_migrate() -> None:
    """Make the records, or bring them up to this version; copy them first."""
    with _operator(migrate=True) as operator:
        write_document(operator.verify().head._asdict())


@user.command("add")
def user_add(
    login: Annotated[str, typer.Argument(help="A word or an e-mail address.")],
    role: Annotated[list[Role], typer.Option("--role", help="Repeatable; the first is the one to log in with.")],
    organisation: Annotated[str | None, typer.Option("--organisation", help="Made where there is none yet.")] = None,
    of_person: Annotated[str | None, typer.Option("--person", help="Whose file it is: with --role person.")] = None,
    trained: Annotated[list[str] | None, typer.Option("--trained", help="A training, such as trauma.")] = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from stdin.")] = False,
) -> None:
    """Make an account, and the records where there are none. Without a password one is made, and printed."""
    given = _password(password_stdin)
    with _operator(migrate=True) as operator:
        made = operator.add_user(
            login,
            role,
            password=given or (fresh := passwords.generated()),
            organisation=organisation,
            person_id=of_person,
            trained=trained or (),
        )
    write_document(made if given else made | {"password": fresh})


def _password(from_stdin: bool) -> str:
    """From stdin or, asked twice and not shown, from a terminal; empty where none is given."""
    if from_stdin:
        given = sys.stdin.readline().rstrip("\r\n")
        if not given:
            raise InvalidInput("no password came in", field="--password-stdin")
        return given
    if not sys.stdin.isatty():
        return ""
    asked: str = typer.prompt(
        "Password (none: one is made)",
        default="",
        show_default=False,
        hide_input=True,
        confirmation_prompt=True,
        err=True,
    )
    return asked


@audit.command("verify")
def audit_verify(
    head: Annotated[
        Path | None, typer.Option("--head", help="What this command printed earlier, kept elsewhere.")
    ] = None,
) -> None:
    """Read the whole audit. Prints its end, to be kept elsewhere; exit code 1 names the first row that was changed."""
    since = None if head is None else _kept(head)
    with _operator() as operator:
        end, fault = operator.verify(since)
    if fault is None:
        write_document(end._asdict())
        return
    write_document({"row": fault.seq, "was": fault.tampering.value})
    print(f"skillmatch: row {fault.seq} of the audit was {fault.tampering.value}", file=sys.stderr)
    raise typer.Exit(TAMPERED)


def _kept(path: Path) -> Head:
    try:
        kept = json.loads(path.read_bytes())
        return Head(int(kept["seq"]), str(kept["hash"]))
    except (OSError, ValueError, KeyError, TypeError):
        raise InvalidInput("is not a file with what `skillmatch audit verify` printed", field="--head") from None


@person.command("export")
def person_export(person_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Print everything about a person as JSON, to be given to them: confidential notes are not in it."""
    with _operator() as operator:
        write_document(operator.export(person_id))


@person.command("erase")
def person_erase(
    person_id: Annotated[str, typer.Argument(metavar="ID")],
    yes: Annotated[bool, typer.Option("--yes", help="It cannot be undone.")] = False,
) -> None:
    """Erase a person: key, notes, claims, vectors, cached exports. Published figures stay."""
    if not yes:
        raise InvalidInput("erasing cannot be undone: say --yes", field="--yes")
    with _operator() as operator:
        gone = operator.erase(person_id)
    if not gone:
        print("skillmatch: erased; old pages go when nobody reads the records any more", file=sys.stderr)


def serve(
    host: Annotated[str, typer.Option("--host", help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port to listen at.")] = 8000,
) -> None:
    """Answer HTTP under /api/v1 until stopped."""
    from api.__main__ import serve as begin  # noqa: PLC0415 - the other commands need no web

    begin(Settings(), host, port)
