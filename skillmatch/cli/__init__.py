"""The command line: a contract that scripts may rely on.

Results go to stdout, everything else to stderr; progress bars appear only on a terminal. Exit codes: 0 all well; 1 a
row of the audit was changed; 2 something that came in was wrong (one line on stderr names line and field, and the good
lines are answered all the same), or the master key is missing; 3 ESCO is missing or malformed; 130 interrupted.
"""

import os
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console

from skillmatch import __version__
from skillmatch.cli import records, show
from skillmatch.cli.progress import Bars
from skillmatch.cli.streams import LineReader, flush, write_document, write_line
from skillmatch.config import Settings
from skillmatch.errors import InvalidInput, SkillmatchError, TaxonomyError
from skillmatch.service import Service
from skillmatch.service.answers import Answers, hit
from skillmatch.service.casefile import (
    MentorRow,
    ProfileRow,
    Rows,
    VacancyRow,
    read_notes,
    read_profile,
    read_rows,
)
from skillmatch.service.lines import invalid
from skillmatch.service.screening import Query
from skillmatch.service.setup import install_esco, status
from skillmatch.service.training import train_encoder
from skillmatch.taxonomy.concepts import Kind
from skillmatch.taxonomy.install import DEFAULT_VERSION
from skillmatch.text import Language
from skillmatch.train import Plan

BAD_INPUT, NO_ESCO, INTERRUPTED = 2, 3, 130
PLAN = Plan()

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="From a newcomer's words to ESCO skills, shortage vacancies and mentors, each with its reasons.",
)
esco = typer.Typer(no_args_is_help=True, help="Install ESCO and see what is installed.")
app.add_typer(esco, name="esco")
records.register(app)


class LinkKind(StrEnum):
    """What ``link`` looks for."""

    OCCUPATIONS = "occupations"
    SKILLS = "skills"


KINDS = {LinkKind.OCCUPATIONS: Kind.OCCUPATION, LinkKind.SKILLS: Kind.SKILL}

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Lang = Annotated[str | None, typer.Option("--lang", help="Language of the texts (ISO 639-1) where a line names none.")]
K = Annotated[int, typer.Option("-k", min=1, max=1000, help="How many answers.")]


def main() -> None:
    """Run the command line and leave with its exit code."""
    try:
        app()
    except InvalidInput as error:
        _leave(str(error), BAD_INPUT)
    except ValidationError as error:
        _leave(f"settings (SKILLMATCH_...): {invalid(error)}", BAD_INPUT)
    except TaxonomyError as error:
        _leave(str(error), NO_ESCO)
    except SkillmatchError as error:
        _leave(str(error), BAD_INPUT)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        _leave("interrupted", INTERRUPTED)


def _leave(message: str, code: int) -> None:
    print(f"skillmatch: {message}", file=sys.stderr)
    sys.exit(code)


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def _quiet(task: str, done: int, total: int) -> None:
    """Shows nothing: for commands whose stderr is read by scripts."""


def _version(wanted: bool) -> None:
    if wanted:
        print(f"skillmatch {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show it.")] = False,
) -> None:
    pass


@esco.command("install")
def esco_install(
    source: Annotated[
        list[Path] | None, typer.Option("--from", help="Official zips or CSV files, or folders of them; repeatable.")
    ] = None,
    version: Annotated[str, typer.Option("--version", help="Version to download.")] = DEFAULT_VERSION,
    lang: Annotated[str | None, typer.Option("--lang", help="Only these languages, such as nl,fr,en.")] = None,
    json: Json = False,
) -> None:
    """Get ESCO (from --from, the official download, or the starter), store it and index it."""
    settings = Settings()
    with Bars(Console(stderr=True)) as bars:
        install_esco(
            settings,
            paths=source or (),
            version=version,
            languages=_languages(lang),
            say=_say,
            progress=bars.update,
        )
    _show_status(settings, json)


@esco.command("status")
def esco_status(json: Json = False) -> None:
    """Show release, languages, counts and licence of the installed ESCO."""
    _show_status(Settings(), json)


def _show_status(settings: Settings, json: bool) -> None:
    summary = status(settings)
    if json:
        write_document(summary)
    else:
        show.esco_status(Console(), summary)


def _languages(given: str | None) -> list[Language] | None:
    """``nl,fr`` as languages; raises InvalidInput for anything that is no two-letter code."""
    if given is None:
        return None
    codes = [code.strip() for code in given.split(",") if code.strip()]
    for code in codes:
        _language(code)
    return [Language(code) for code in codes]


def _language(code: str | None) -> Language | None:
    if code is not None and not (len(code) == 2 and code.isascii() and code.isalpha() and code.islower()):
        raise InvalidInput("should be a two-letter code such as nl", field="--lang")
    return Language(code) if code else None


@app.command()
def link(kind: LinkKind, lang: Lang = None, k: K = 50) -> None:
    """Link titles or phrases to ESCO: JSON Lines {"id", "text"[, "lang"]} on stdin, {"id", "hits"} on stdout."""
    language = _language(lang)
    service = _open(Settings())
    reader = LineReader(sys.stdin.buffer, Query)
    for batch in reader.batches():
        found = service.screening.link(batch, KINDS[kind], k=k, language=language)
        for query, hits in zip(batch, found, strict=True):
            write_line({"id": query.id, "hits": [hit(one) for one in hits]})
        flush()
    _close(reader.bad)


@app.command()
def extract(lang: Lang = None, k: K = 50) -> None:
    """Find skills and occupations in texts: JSON Lines on stdin and stdout."""
    language = _language(lang)
    settings = Settings()
    service = _open(settings)
    answers = Answers(service.taxonomy, _reader_languages(settings, service))
    reader = LineReader(sys.stdin.buffer, Query)
    for batch in reader.batches():
        for query, extraction in zip(batch, service.screening.extract(batch, k=k, language=language), strict=True):
            write_line(answers.extraction(query.id, extraction))
        flush()
    _close(reader.bad)


@app.command("match")
def match_(
    notes: Annotated[list[Path], typer.Option("--notes", help="Text files with interview notes; repeatable.")],
    vacancies: Annotated[Path, typer.Option("--vacancies", help="JSON Lines, one vacancy a line.")],
    profile: Annotated[Path | None, typer.Option("--profile", help="JSON: languages, diplomas, tests.")] = None,
    mentors: Annotated[Path | None, typer.Option("--mentors", help="JSON Lines, one mentor a line.")] = None,
    top: Annotated[int, typer.Option("--top", min=1, max=1000, help="How many vacancies.")] = 10,
    json: Json = False,
) -> None:
    """From notes (and a profile) to ranked vacancies with reasons and gaps, and mentors."""
    settings = Settings()
    _close(_answer(settings, _open(settings), CaseFiles(notes, profile, vacancies, mentors), top, json))


@app.command()
def demo(json: Json = False) -> None:
    """The main job on the demo case; installs ESCO first where there is none."""
    settings = Settings()
    with Bars(Console(stderr=True)) as bars:
        if not settings.release.is_dir():
            install_esco(settings, say=_say, progress=bars.update)
        service = Service.open(settings, say=_say, progress=bars.update)
    world = settings.data / "demo"
    case = world / "case"
    notes = [case / "note_nl.txt", case / "note_ar.txt"]
    files = CaseFiles(notes, case / "profile.json", world / "vacancies.jsonl", world / "mentors.jsonl")
    _answer(settings, service, files, 10, json)
    if not json:
        show.what_next(Console(), _reader_languages(settings, service)[0], world, sys.argv[0])


@app.command()
def train(
    out: Annotated[Path, typer.Option("--out", help="Folder to write into.")],
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of every random choice.")] = PLAN.seed,
    steps: Annotated[int, typer.Option("--steps", min=1, max=1_000_000, help="How long.")] = PLAN.steps,
    shared: Annotated[
        Path | None, typer.Option("--shared", envvar="SKILLMATCH_SHARED", help="Folder with eval/, for more figures.")
    ] = None,
) -> None:
    """Train the encoder and the links on the installed ESCO; try the encoder with SKILLMATCH_ENCODER=ngrams:FOLDER."""
    settings, plan = Settings(), Plan(seed=seed, steps=steps)
    with Bars(Console(stderr=True)) as bars:
        encoder = train_encoder(settings, out, plan, shared=shared, say=_say, progress=bars.update)
    write_document({"encoder": encoder.name, "folder": str(out)})


def _open(settings: Settings) -> Service:
    return Service.open(settings, say=_say, progress=_quiet)


def _close(bad: int) -> None:
    if bad:
        raise typer.Exit(BAD_INPUT)


def _reader_languages(settings: Settings, service: Service) -> tuple[Language, ...]:
    """The reader's language and those to fall back on: the setting, else Dutch where this ESCO has it."""
    own = settings.ui or Language("nl" if "nl" in service.taxonomy.languages else "en")
    return (own, Language("nl"), Language("en"))


@dataclass(frozen=True, slots=True)
class CaseFiles:
    """Where a case is read from."""

    notes: list[Path]
    profile: Path | None
    vacancies: Path
    mentors: Path | None


def _answer(settings: Settings, service: Service, files: CaseFiles, top: int, json: bool) -> int:
    """Read the case, rank, show; returns how many bad lines there were, each told on stderr."""
    offers = read_rows(files.vacancies, VacancyRow)
    people: Rows[MentorRow] = read_rows(files.mentors, MentorRow) if files.mentors else Rows()
    row = read_profile(files.profile) if files.profile else ProfileRow()
    errors = (*offers.errors, *people.errors)
    for error in errors:
        print(f"skillmatch: {error}", file=sys.stderr)

    notes = read_notes(files.notes)
    case = service.screening.case(notes, row)
    ranked = service.vacancies.matches(case.profile, offers.good, k=top)
    guides = service.mentoring.mentors(case.profile, row.interests, people.good, k=3) if files.mentors else None

    languages = _reader_languages(settings, service)
    if json:
        write_document(Answers(service.taxonomy, languages).match(case, ranked, guides))
    else:
        show.match(Console(), show.Reader(service.taxonomy, languages, notes), case, ranked, guides)
    return len(errors)
