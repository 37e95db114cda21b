"""Answers on a terminal, in the reader's language."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from skillmatch.assess.profile import Claim, Evidence, Note, Standing
from skillmatch.cli.words import CATALOGUE, CHECKS, Words
from skillmatch.match.offers import Match, Mentor, Ranking, Reason, ReasonKind, Vacancy, Verdict
from skillmatch.service.screening import Case
from skillmatch.taxonomy.concepts import ConceptId, Kind, Taxonomy
from skillmatch.text import Language

REASONS, GAPS, WORDS = 4, 4, 50
"""How much of a match is shown: reasons, gaps, characters of a quotation. ``--json`` shows all."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, and which notes: words in their language, labels in the first of ``languages`` that has one."""

    taxonomy: Taxonomy
    languages: Sequence[Language]
    notes: Sequence[Note]

    @property
    def words(self) -> Words:
        """The catalogue of the first language that has one."""
        return CATALOGUE[next((code for code in self.languages if code in CATALOGUE), Language("en"))]

    def label(self, name: str | None) -> str:
        """A concept by its label, anything else as it is; safe to print as markup."""
        if name is None:
            return ""
        known = ConceptId(name) in self.taxonomy.numbers
        return escape(self.taxonomy.label(ConceptId(name), self.languages) if known else name)


def esco_status(console: Console, summary: dict[str, Any]) -> None:
    """What is installed: facts, then coverage by language, with the licence line under it."""
    facts = Table(box=None, show_header=False)
    for name, value in summary.items():
        if name not in {"licence", "languages"}:
            facts.add_row(name, _plain(value))
    console.print(facts)
    coverage = Table("language", box=None)
    for name in ("labels", "occupations", "skills"):
        coverage.add_column(name, justify="right")
    for language, counts in summary["languages"].items():
        coverage.add_row(language, *(f"{counts[column.header]:,}" for column in coverage.columns[1:]))
    console.print(coverage)
    console.print(summary["licence"], highlight=False)


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_plain(part)}" for key, part in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(str(part) for part in value)
    return f"{value:,}" if isinstance(value, int) else escape(str(value))


def match(
    console: Console,
    reader: Reader,
    case: Case,
    vacancies: Ranking[Vacancy],
    mentors: Ranking[Mentor] | None,
) -> None:
    """The main job on one screen: what was found, vacancies with reasons and gaps, mentors."""
    words = reader.words
    release = reader.taxonomy.release
    console.print(f"\n[bold]1. {words['said']}[/bold]  [dim](ESCO {release.version})[/dim]", highlight=False)
    console.print(_claims(reader, case.profile.claims))
    console.print(f"\n[bold]2. {words['vacancies']}[/bold]")
    if any(found.item.estimated for found in vacancies.matches):
        console.print(f"   [dim]({words['estimated']})[/dim]", highlight=False)
    for place, found in enumerate(vacancies.matches, 1):
        _vacancy(console, reader, place, found)
    _removed(console, reader, vacancies)
    if mentors is not None:
        console.print(f"\n[bold]3. {words['mentors']}[/bold]")
        for place, guide in enumerate(mentors.matches, 1):
            _mentor(console, reader, place, guide)
    console.print(f"\n[italic]{words['suggestion']}[/italic]")


def what_next(console: Console, language: Language, folder: Path, program: str) -> None:
    """What to run after the demo, with the name that ``program`` was called by."""
    words = CATALOGUE.get(language, CATALOGUE[Language("en")])
    console.print(f"\n[bold]{words['next']}[/bold]")
    for command, why in (
        (f"{program} match --notes YOUR_NOTE.txt --vacancies {folder / 'vacancies.jsonl'}", words["next_match"]),
        (f"{program} esco install --from FOLDER_WITH_ESCO_ZIPS", words["next_esco"]),
        (f"{program} --help", words["next_help"]),
    ):
        console.print(f"  {escape(command)}\n      [dim]{why}[/dim]", highlight=False, soft_wrap=True)


def _claims(reader: Reader, claims: Iterable[Claim]) -> Table:
    words, texts = reader.words, {note.id: note.text for note in reader.notes}
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("skill", "words", "from", "score"):
        table.add_column(words[name], overflow="fold", justify="right" if name == "score" else "left")
    shown = [claim for claim in claims if claim.standing is not Standing.REJECTED]
    for claim in sorted(shown, key=lambda claim: (_is_occupation(reader, claim), -claim.strength)):
        best = max(claim.evidence, key=lambda piece: piece.strength)
        mark = f" [dim]({words['occupation']})[/dim]" if _is_occupation(reader, claim) else ""
        table.add_row(
            reader.label(claim.concept) + mark,
            _quotation(best, texts),
            _sources(claim, words),
            f"{claim.strength:.2f}",
        )
    return table


def _is_occupation(reader: Reader, claim: Claim) -> bool:
    return reader.taxonomy.kind(claim.concept) is Kind.OCCUPATION


def _quotation(piece: Evidence, texts: dict[str, str]) -> str:
    """The words that gave a piece of evidence, or the name of the test or diploma."""
    if piece.span is None or piece.note not in texts:
        return f"[dim]{escape(_short(piece.detail or ''))}[/dim]"
    said = " ".join(texts[piece.note][piece.span.start : piece.span.end].split())
    return f"“{escape(_short(said))}”"


def _short(text: str) -> str:
    return text if len(text) <= WORDS else f"{text[: WORDS - 1]}…"


def _sources(claim: Claim, words: Words) -> str:
    """Where a claim comes from, each source once, and how it stands."""
    sources = dict.fromkeys(words[piece.source] for piece in sorted(claim.evidence, key=lambda piece: -piece.strength))
    return f"{', '.join(sources)} ({words[claim.standing]})"


def _vacancy(console: Console, reader: Reader, place: int, found: Match[Vacancy]) -> None:
    words, vacancy = reader.words, found.item
    star = f"  [yellow]★ {words['shortage']}[/yellow]" if vacancy.shortage else ""
    where = ", ".join(escape(part) for part in (vacancy.employer, vacancy.region) if part)
    console.print(
        f"{place:>3}. [bold]{escape(vacancy.title)}[/bold] ({where})  {found.score:.2f}{star}", highlight=False
    )
    _reasons(console, reader, found.reasons)
    if found.gaps:
        gaps = ", ".join(reader.label(gap) for gap in found.gaps[:GAPS])
        console.print(f"       [red]−[/red] {words['gaps']}: {gaps}{_more(found.gaps, GAPS, words)}", highlight=False)
    _unknowns(console, reader, found.unknowns)


def _mentor(console: Console, reader: Reader, place: int, found: Match[Mentor]) -> None:
    mentor = found.item
    done = ", ".join(reader.label(occupation) for occupation in mentor.occupations)
    console.print(
        f"{place:>3}. [bold]{escape(mentor.name or mentor.id)}[/bold] ({done})  {found.score:.2f}", highlight=False
    )
    _reasons(console, reader, found.reasons, "mentor_")
    _unknowns(console, reader, found.unknowns)


def _reasons(console: Console, reader: Reader, reasons: Sequence[Reason], whose: str = "") -> None:
    """The first reasons; ``whose`` picks the words where an offer is a person's."""
    for reason in reasons[:REASONS]:
        console.print(
            f"       [green]+[/green] {_reason(reader, reason, whose)}  [dim]{reason.weight:.3f}[/dim]", highlight=False
        )
    if len(reasons) > REASONS:
        rest, more = sum(reason.weight for reason in reasons[REASONS:]), _more(reasons, REASONS, reader.words)
        console.print(f"       [green]+[/green]{more}  [dim]{rest:.3f}[/dim]", highlight=False)


def _reason(reader: Reader, reason: Reason, whose: str) -> str:
    words = reader.words
    asked, answered = reader.label(reason.asked), reader.label(reason.answered_by)
    if reason.kind in {ReasonKind.ESSENTIAL, ReasonKind.OPTIONAL}:
        whole = reason.asked == reason.answered_by
        how = asked if whole else words["near"].format(asked=asked, answered=answered)
        return f"{words[reason.kind]}: {how} [{_proof(reason.evidence, words)}]".replace("[", "\\[")
    kind = f"{reason.kind}_reason"
    return words.get(whose + kind, words[kind]).format(asked=asked, answered=answered)


def _proof(evidence: Sequence[Evidence], words: Words) -> str:
    return ", ".join(dict.fromkeys(words[piece.source] for piece in evidence))


def _unknowns(console: Console, reader: Reader, verdicts: Sequence[Verdict]) -> None:
    for verdict in verdicts:
        console.print(f"       [yellow]?[/yellow] {_check(reader, verdict)}", highlight=False)


def _check(reader: Reader, verdict: Verdict) -> str:
    """A hard rule in the reader's language where it has words for it, else in the core's English."""
    rule, _, name = verdict.rule.partition(":")
    told = CHECKS.get(reader.languages[0], {}).get(f"{rule}:{verdict.value}")
    if told is None and verdict.would_settle:
        told = reader.words["settle"].format(because=verdict.because, would_settle=verdict.would_settle)
    return escape(told.replace("{name}", name) if told else verdict.because)


def _removed(console: Console, reader: Reader, ranking: Ranking[Vacancy]) -> None:
    if not ranking.removed:
        return
    console.print(f"   [dim]{reader.words['removed']}:[/dim]")
    for removed in ranking.removed[:GAPS]:
        because = "; ".join(_check(reader, verdict) for verdict in removed.verdicts)
        console.print(f"     [dim]{escape(removed.item.title)}: {because}[/dim]", highlight=False)
    if len(ranking.removed) > GAPS:
        console.print(f"     [dim]{_more(ranking.removed, GAPS, reader.words).strip()}[/dim]", highlight=False)


def _more(items: Sequence[object], shown: int, words: Words) -> str:
    return f" {words['more'].format(count=len(items) - shown)}" if len(items) > shown else ""
