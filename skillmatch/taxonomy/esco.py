"""ESCO's published files, versions 1.0 to 1.2, to a :class:`Taxonomy`. Only here are their names and columns known.

Files are read where they lie, CSV or zip, and never unpacked to disk. The newest release that is complete is the
*frame*: it says which concepts and relations there are. Every other file only adds labels, descriptions and NACE codes.
"""

import csv
import io
import re
import struct
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import BinaryIO

import numpy as np

from skillmatch.errors import TaxonomyError
from skillmatch.taxonomy.concepts import (
    ENGLISH,
    ConceptId,
    Kind,
    Labels,
    LabelStatus,
    Links,
    Release,
    SkillType,
    Taxonomy,
    Texts,
)
from skillmatch.text import Language

LICENCE = "This service uses the ESCO classification of the European Commission."
PORTAL = "https://esco.ec.europa.eu/en/use-esco/download"

_CODES = "ar bg cs da de el en es et fi fr ga hr hu is it lt lv mt nl no pl pt ro sk sl sv uk"
LANGUAGES = frozenset(Language(code) for code in _CODES.split())
"""The languages ESCO is published in."""

LARGEST_FILE = 1 << 28
LARGEST_SUM = 1 << 31
LONGEST_LINE = 1 << 20
"""Bytes, unpacked. ESCO's largest file has 40 million, all languages of 1.2 some 600 million: more is a zip bomb."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """The columns that are used of one of ESCO's files, in the order in which the code takes them."""

    columns: tuple[str, ...]
    optional: frozenset[str] = frozenset()


_CONCEPT = ("conceptUri", "preferredLabel", "altLabels", "hiddenLabels", "description")
_NOT_ALWAYS = frozenset({"hiddenLabels", "description", "regulatedProfessionNote", "naceCode"})
_GROUP = _Layout((*_CONCEPT, "code"), _NOT_ALWAYS | {"altLabels", "code"})
_BROADER = _Layout(("conceptUri", "broaderUri"))

_LAYOUTS: Mapping[str, _Layout] = {
    "occupations": _Layout((*_CONCEPT, "iscoGroup", "regulatedProfessionNote", "naceCode"), _NOT_ALWAYS),
    "skills": _Layout((*_CONCEPT, "skillType", "reuseLevel"), _NOT_ALWAYS),
    "ISCOGroups": _GROUP,
    "skillGroups": _GROUP,
    "occupationSkillRelations": _Layout(("occupationUri", "skillUri", "relationType")),
    "broaderRelationsOccPillar": _BROADER,
    "broaderRelationsSkillPillar": _BROADER,
    "skillSkillRelations": _Layout(("originalSkillUri", "relatedSkillUri")),
    "occupation_nace": _Layout(("conceptUri", "naceCode")),
}
_KINDS: Mapping[str, Kind] = {
    "occupations": Kind.OCCUPATION,
    "skills": Kind.SKILL,
    "ISCOGroups": Kind.ISCO_GROUP,
    "skillGroups": Kind.SKILL_GROUP,
}
_FACTS: Mapping[Kind, tuple[str, ...]] = {
    Kind.OCCUPATION: ("isco", "regulated", "nace"),
    Kind.SKILL: ("skill_types", "reuse"),
    Kind.ISCO_GROUP: ("isco",),
    Kind.SKILL_GROUP: ("code",),
}
"""Where the columns that follow those of ``_CONCEPT`` go in a :class:`Taxonomy`."""

_EXTRA = "occupation_nace"
_NEEDED = ("occupations", "skills", "occupationSkillRelations")
_FILE_NAME = re.compile(
    r"(?P<concepts>occupations|skills|ISCOGroups|skillGroups)_(?P<language>[a-z]{2})\.csv"
    r"|(?P<relations>occupationSkillRelations|broaderRelations(?:Occ|Skill)Pillar|skillSkillRelations)"
    r"(?:_(?P<suffix>[a-z]{2}))?\.csv"
    r"|(?P<nace>occupation_nace)(?:_v[\d.]+)?\.csv"
)
_VERSION = re.compile(r"(?<![a-z0-9.])(?:v(\d\.\d+(?:\.\d+)?)|(\d\.\d+\.\d+))(?!\.?\d)", re.IGNORECASE)
_FAMILIES = frozenset({"1.0", "1.1", "1.2"})

_SEPARATOR = re.compile(r"[\r\n]+|\s\|\s")
"""Between labels in a cell: a line break; in labels that were taken from ESCO's collections, a bar between spaces."""
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\ufeff"))
_UNREADABLE = (OSError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, struct.error)
"""What reading a damaged or encrypted zip raises."""


@dataclass(frozen=True, slots=True)
class _File:
    """One of ESCO's files, by itself or in a zip.

    ``version`` is what its name, zip or folder says, '' where they say nothing; ``families`` are the versions whose
    layout it has. ``size`` is in bytes, unpacked.
    """

    name: str
    path: Path
    member: str | None
    stem: str
    language: Language | None
    version: str
    families: frozenset[str]
    size: int

    @property
    def release(self) -> str:
        """The version, or the oldest whose layout it has."""
        return self.version or min(self.families)

    @property
    def place(self) -> tuple[Path, str, Language | None]:
        """The folder or zip it lies in, and its language."""
        folder = (self.member or "").rpartition("/")[0]
        return (self.path if self.member else self.path.parent), folder, self.language


# --- finding files -------------------------------------------------------------------------------------------------


def _version_in(parts: Iterable[str]) -> str:
    """The version that the innermost of ``parts`` (folders, zip, file) with one names, else ''."""
    found = [match for part in parts if (match := _VERSION.search(part))]
    return (found[-1][1] or found[-1][2]) if found else ""


def _families(stem: str, language: Language | None, header: Sequence[str]) -> frozenset[str]:
    """The versions of ESCO in which a file looks like this."""
    if stem in _KINDS and "status" not in header:
        return frozenset({"1.0"})
    if stem == "occupations":
        return frozenset({"1.2"} if "naceCode" in header else {"1.1"})
    if stem in _KINDS:
        return frozenset({"1.1", "1.2"})
    return frozenset({"1.2"}) if language else _FAMILIES - {"1.2"}


def _describe(name: str, path: Path, member: str | None, parts: Sequence[str], size: int) -> _File | None:
    """What the file at ``path`` (``member`` of it) is, by its name and header; None if it is none of ESCO's."""
    match = _FILE_NAME.fullmatch(parts[-1])
    if match is None:
        return None
    if size > LARGEST_FILE:
        raise TaxonomyError(f"{size:,} bytes unpacked, more than any file of ESCO has", file=name)
    stem = match["concepts"] or match["relations"] or match["nace"]
    code = match["language"] or match["suffix"]
    language = Language(code) if code else None
    file = _File(name, path, member, stem, language, _version_in(parts), _FAMILIES, size)
    header = _header(file)
    return replace(file, families=_families(stem, language, header))


def _in_zip(name: str, path: Path, parts: Sequence[str]) -> Iterator[_File]:
    with _readable(name), zipfile.ZipFile(path) as archive:
        members = archive.infolist()
    for member in members:
        inner = member.filename.split("/")
        file = _describe(f"{name}:{member.filename}", path, member.filename, [*parts, *inner], member.file_size)
        if file is not None:
            yield file


def _in_path(path: Path) -> Iterator[_File]:
    """ESCO's files at ``path``: a CSV file, a zip, or a folder with such, however deep."""
    if not path.exists():
        raise TaxonomyError("there is no such file or folder", file=str(path))
    root = path if path.is_dir() else path.parent
    for found in sorted(path.rglob("*")) if path.is_dir() else [path]:
        inner = found.relative_to(root)
        parts = [root.resolve().name, *inner.parts]
        if found.suffix.lower() == ".zip" and found.is_file():
            yield from _in_zip(inner.as_posix(), found, parts)
        elif found.suffix.lower() == ".csv" and found.is_file():
            file = _describe(inner.as_posix(), found, None, parts, found.stat().st_size)
            if file is not None:
                yield file


def _with_neighbours(files: Sequence[_File]) -> list[_File]:
    """``files``, those that several versions could have being taken for the version of the occupations beside them."""
    beside = {file.place: file.families for file in files if file.stem == "occupations"}
    narrowed = [file.families & beside.get(file.place, file.families) or file.families for file in files]
    return [replace(file, families=families) for file, families in zip(files, narrowed, strict=True)]


# --- choosing the frame --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Frame:
    """The release that says which concepts there are: its files by stem, the one to prefer first."""

    version: str
    files: Mapping[str, Sequence[_File]]


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _family(version: str) -> str:
    """The layout that ``version`` has; a version newer than this code is taken to look like the newest it knows."""
    return min(".".join(version.split(".")[:2]), max(_FAMILIES), key=_order)


def _of_release(version: str, files: Iterable[_File]) -> list[_File]:
    """Those of ``files`` that belong to ``version``: they say so, else they look so."""
    files = list(files)
    named = [file for file in files if file.version == version]
    alike = [file for file in files if not file.version and _family(version) in file.families]
    finer = [file for file in files if file.version.startswith(f"{version}.")]
    newest = max((file.version for file in finer), key=_order, default="")
    return named or alike or [file for file in finer if file.version == newest]


def _frame(files: Sequence[_File], paths: Sequence[Path]) -> _Frame:
    """The newest release with occupations, skills and the relations between them; raises TaxonomyError."""
    versions = sorted({file.release for file in files if file.stem == "occupations"}, key=_order, reverse=True)
    lacks: dict[str, list[str]] = {}
    for version in versions:
        parts = {stem: _of_release(version, (file for file in files if file.stem == stem)) for stem in _LAYOUTS}
        lacks[version] = [stem for stem in _NEEDED if not parts[stem]]
        if not lacks[version]:
            exact = max((file.version for stem in _NEEDED for file in parts[stem]), key=len)
            return _Frame(exact or version, parts)
    raise TaxonomyError(_what_is_missing(files, lacks, paths))


def _what_is_missing(files: Sequence[_File], lacks: Mapping[str, Sequence[str]], paths: Sequence[Path]) -> str:
    """Why there is no complete release in ``paths``, and where the files are had."""
    where = ", ".join(map(str, paths))
    if not files:
        found = f"no file of ESCO in {where} (occupations_en.csv, skills_en.csv, ..., or a zip with them)"
    elif not lacks:
        found = f"no complete ESCO release in {where}: no occupations_xx.csv"
    else:
        gaps = (f"{version} has no {' and no '.join(stems)} file" for version, stems in lacks.items())
        found = f"no complete ESCO release in {where}: {'; '.join(gaps)}"
    return (
        f"{found}. The official files are at {PORTAL}: take 'ESCO dataset', 'classification', CSV; "
        "up to 1.1 the relations are a zip of their own, without a language"
    )


# --- reading rows --------------------------------------------------------------------------------------------------


@contextmanager
def _readable(name: str) -> Iterator[None]:
    """Turns what a damaged file raises into a TaxonomyError that names it."""
    try:
        yield
    except _UNREADABLE as error:
        raise TaxonomyError(f"cannot be read ({error})", file=name) from error


@contextmanager
def _opened(file: _File) -> Iterator[BinaryIO]:
    with _readable(file.name):
        if file.member is None:
            with file.path.open("rb") as stream:
                yield stream
        else:
            with zipfile.ZipFile(file.path) as archive, archive.open(file.member) as packed:
                yield io.BufferedReader(packed, 1 << 16)  # type: ignore[type-var]


def _lines(stream: BinaryIO, name: str) -> Iterator[str]:
    """Line by line, so that an error can name its line; a zip cannot give more than the size it was checked for."""
    for number in count(1):
        line = stream.readline(LONGEST_LINE)
        if len(line) == LONGEST_LINE:
            raise TaxonomyError(f"a line of {LONGEST_LINE:,} bytes or more", file=name, row=number)
        if not line:
            return
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise TaxonomyError(f"not UTF-8 ({error.reason})", file=name, row=number) from error


def _records(stream: BinaryIO, name: str) -> Iterator[tuple[int, list[str]]]:
    """The cells of each row, with the line on which the row begins; quoted cells may hold line breaks."""
    reader = csv.reader(_lines(stream, name), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise TaxonomyError(f"not readable as CSV ({error})", file=name, row=line) from error
        if cells:
            yield line, cells


def _checked_header(file: _File, cells: Sequence[str]) -> list[str]:
    header = [cell.strip() for cell in cells]
    layout = _LAYOUTS[file.stem]
    for column in layout.columns:
        if column not in header and column not in layout.optional:
            raise TaxonomyError("the column is missing", file=file.name, row=1, column=column)
    return header


def _header(file: _File) -> list[str]:
    """The names of the columns; raises TaxonomyError where one that is needed is missing."""
    with _opened(file) as stream:
        for _, cells in _records(stream, file.name):
            return _checked_header(file, cells)
    raise TaxonomyError("the file is empty", file=file.name, row=1)


def _rows(file: _File) -> Iterator[tuple[int, list[str]]]:
    """Line and cells of each row: the cells of the layout's columns, '' where a version has no such column."""
    with _opened(file) as stream:
        records = _records(stream, file.name)
        header = _checked_header(file, next(records)[1])
        places = [header.index(name) if name in header else len(header) for name in _LAYOUTS[file.stem].columns]
        for line, cells in records:
            if len(cells) != len(header):
                message = f"the row has {len(cells)} cells, the header {len(header)}"
                column = header[len(cells)] if len(cells) < len(header) else None
                raise TaxonomyError(message, file=file.name, row=line, column=column)
            cells.append("")
            yield line, [cells[place] for place in places]


def _uri(file: _File, line: int, place: int, cell: str) -> str:
    """``cell`` if it is a URI; raises TaxonomyError that names the column at ``place`` of the layout."""
    uri = cell.strip()
    if not uri.startswith(("http://", "https://")):
        column = _LAYOUTS[file.stem].columns[place]
        raise TaxonomyError("no URI" if uri else "the URI is empty", file=file.name, row=line, column=column)
    return uri


def _clean(label: str) -> str:
    """A label on one line with plain single spaces, without soft hyphens and zero-width spaces."""
    return " ".join(label.split()) if label.isascii() else " ".join(label.translate(_INVISIBLE).split())


def _nace(cell: str) -> str:
    """The NACE codes of a cell of URIs as "25.62 81.2", the way NACE writes them, parted by one space."""
    codes = [uri.strip().rpartition("/")[2] for uri in cell.split(",")]
    return " ".join(f"{code[:2]}.{code[2:]}" if code[2:] and code.isdigit() else code for code in codes if code)


def _fact(name: str, uri: str, cell: str) -> str:
    """A cell of one of the columns in ``_FACTS``, in the form that a Taxonomy keeps."""
    tail = cell.strip().rpartition("/")[2]
    if name == "nace":
        return _nace(cell)
    if name == "regulated":
        return tail if tail == "regulated" else ""
    if name == "skill_types":
        return cell if cell in list(SkillType) else ""
    if name == "code" and not cell:
        return uri.rpartition("/isced-f/")[2] if "/isced-f/" in uri else ""
    return cell.strip()


# --- building ------------------------------------------------------------------------------------------------------


_LabelsByLanguage = dict[Language, dict[int, dict[str, LabelStatus]]]
"""Labels with their status by language and concept number."""


@dataclass(slots=True)
class _Draft:
    """A taxonomy in the making. Concepts are numbered as they first appear; strangers are those the frame lacks."""

    numbers: dict[str, int] = field(default_factory=dict)
    kinds: list[Kind] = field(default_factory=list)
    facts: dict[str, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    labels: _LabelsByLanguage = field(default_factory=lambda: defaultdict(dict))
    descriptions: dict[Language, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    strangers: dict[Kind, set[str]] = field(default_factory=lambda: defaultdict(set))
    loose: int = 0

    def number(self, uri: str, kind: Kind, *, define: bool) -> int | None:
        """The number of a concept, a new one if it may ``define``; None for a stranger."""
        number = self.numbers.get(uri)
        if number is None and define:
            number = self.numbers[uri] = len(self.numbers)
            self.kinds.append(kind)
        elif number is None:
            self.strangers[kind].add(uri)
        return number

    def add_labels(self, language: Language, number: int, preferred: str, others: str, hidden: str) -> None:
        """Add labels as cells; the first preferred label stays it, a later one is an alternative."""
        known = self.labels[language].get(number, {})
        first = LabelStatus.ALTERNATIVE if LabelStatus.PREFERRED in known.values() else LabelStatus.PREFERRED
        found = [(_clean(preferred), first)]
        found += [(_clean(part), LabelStatus.ALTERNATIVE) for part in _SEPARATOR.split(others)]
        found += [(_clean(part), LabelStatus.HIDDEN) for part in _SEPARATOR.split(hidden)]
        for label, status in found:
            if label:
                known[label] = min(known.get(label, status), status)
        if known:
            self.labels[language][number] = known


def _take_concepts(draft: _Draft, file: _File, *, define: bool) -> None:
    """Add what ``file`` says of concepts: all if it may ``define`` them, else labels, descriptions and NACE codes."""
    kind, language = _KINDS[file.stem], file.language or ENGLISH
    for line, (cell, preferred, others, hidden, description, *facts) in _rows(file):
        uri = _uri(file, line, 0, cell)
        number = draft.number(uri, kind, define=define)
        if number is None:
            continue
        if draft.kinds[number] != kind:
            message = f"the concept is of kind {draft.kinds[number].name} in another file"
            raise TaxonomyError(message, file=file.name, row=line, column="conceptUri")
        draft.add_labels(language, number, preferred, others, hidden)
        if description.strip():
            draft.descriptions[language].setdefault(number, description.replace("\u00a0", " ").strip())
        _take_facts(draft, file, line, uri, facts, define=define)


def _take_facts(draft: _Draft, file: _File, line: int, uri: str, cells: Sequence[str], *, define: bool) -> None:
    """Add the columns of one concept that have one value; what the frame says stays, and only NACE codes are added."""
    number = draft.numbers[uri]
    for name, cell in zip(_FACTS[_KINDS[file.stem]], cells, strict=True):
        if not (define or name == "nace"):
            continue
        value = _fact(name, uri, cell)
        if file.stem == "occupations" and name == "isco" and not (value.isdecimal() and len(value) == 4):
            raise TaxonomyError("no ISCO-08 unit group of four digits", file=file.name, row=line, column="iscoGroup")
        if value:
            draft.facts[name].setdefault(number, value)


def _take_nace(draft: _Draft, file: _File) -> None:
    for line, (cell, codes) in _rows(file):
        number = draft.numbers.get(_uri(file, line, 0, cell))
        if number is not None and codes:
            draft.facts["nace"].setdefault(number, _nace(codes))


def _pairs(draft: _Draft, file: _File) -> Iterator[tuple[int, int, int, str]]:
    """Line, source, target and further cell of each row whose concepts the frame has; the others are counted."""
    for line, (first, second, *rest) in _rows(file):
        source = draft.numbers.get(_uri(file, line, 0, first))
        target = draft.numbers.get(_uri(file, line, 1, second))
        if source is None or target is None:
            draft.loose += 1
        else:
            yield line, source, target, rest[0] if rest else ""


def _requirements(draft: _Draft, file: _File) -> tuple[Links, Links]:
    """Essential and optional skills of occupations; what is essential is not optional too."""
    pairs: dict[str, set[tuple[int, int]]] = {"essential": set(), "optional": set()}
    for line, occupation, skill, relation in _pairs(draft, file):
        if relation not in pairs:
            message = "the relation is neither essential nor optional"
            raise TaxonomyError(message, file=file.name, row=line, column="relationType")
        pairs[relation].add((occupation, skill))
    size = len(draft.numbers)
    return Links.of(size, pairs["essential"]), Links.of(size, pairs["optional"] - pairs["essential"])


def _relation(draft: _Draft, *several: Sequence[_File]) -> Links:
    """One relation from the first file of each of ``several``: a release's files differ in their labels only."""
    files = [files[0] for files in several if files]
    return Links.of(
        len(draft.numbers), [(source, target) for file in files for _, source, target, _ in _pairs(draft, file)]
    )


def _kept(labels: _LabelsByLanguage, languages: Collection[Language], spare: Language) -> _LabelsByLanguage:
    """Labels in ``languages``, and in ``spare`` the names of concepts that have none in those."""
    named = set().union(*(labels[language] for language in languages))
    names: dict[int, dict[str, LabelStatus]] = {
        number: {label: status for label, status in known.items() if status == LabelStatus.PREFERRED}
        for number, known in labels[spare].items()
        if number not in named
    }
    return ({spare: names} if names else {}) | {language: labels[language] for language in languages}


def _packed(labels: Mapping[int, Mapping[str, LabelStatus]]) -> Labels:
    return Labels.pack((number, status, label) for number, known in labels.items() for label, status in known.items())


def _notes(draft: _Draft, frame: _Frame) -> list[str]:
    """What was left out, for people who wonder where a concept went."""
    names = {kind: stem for stem, kind in _KINDS.items()}
    gone = [
        f"{len(uris):,} {names[kind]} of other releases are not in ESCO {frame.version} and were left out"
        for kind, uris in sorted(draft.strangers.items())
    ]
    loose = (
        [f"{draft.loose:,} relations of concepts that ESCO {frame.version} lacks were left out"] if draft.loose else []
    )
    absent = [f"no {stem} file: that part is empty" for stem in _LAYOUTS if not frame.files[stem] and stem != _EXTRA]
    return [*gone, *loose, *absent]


def _check_languages(files: Iterable[_File], languages: Collection[Language]) -> None:
    there = {file.language for file in files if file.stem in _KINDS and file.language}
    lacking = sorted(set(languages) - there)
    if lacking:
        raise TaxonomyError(f"no labels in {', '.join(lacking)}; there are {', '.join(sorted(there))}")


def _asked(file: _File, languages: Collection[Language] | None) -> bool:
    return languages is None or file.language in languages


def _finished(draft: _Draft, frame: _Frame, source: str, languages: Collection[Language] | None) -> Taxonomy:
    """Columns, labels and relations of what was collected, in ``languages``."""
    size = len(draft.numbers)
    asked = draft.labels if languages is None else languages
    labels = _kept(draft.labels, asked, frame.files["skills"][0].language or ENGLISH)
    essential, optional = _requirements(draft, frame.files["occupationSkillRelations"][0])
    broader = _relation(draft, frame.files["broaderRelationsOccPillar"], frame.files["broaderRelationsSkillPillar"])
    related = _relation(draft, frame.files["skillSkillRelations"])
    notes = [*_notes(draft, frame), *_note_on_spare(labels, asked)]

    def texts(found: Mapping[int, str]) -> Texts:
        return Texts.of(found.get(number, "") for number in range(size))

    return Taxonomy(
        release=Release(frame.version, source, "official", LICENCE, notes=tuple(notes)),
        ids=tuple(ConceptId(uri) for uri in draft.numbers),
        kinds=np.array(draft.kinds, dtype=np.int8),
        labels={language: _packed(labels[language]) for language in sorted(labels)},
        isco=texts(draft.facts["isco"]),
        code=texts(draft.facts["code"]),
        skill_types=texts(draft.facts["skill_types"]),
        reuse=texts(draft.facts["reuse"]),
        regulated=texts(draft.facts["regulated"]),
        nace=texts(draft.facts["nace"]),
        essential=essential,
        optional=optional,
        broader=broader,
        related=related,
        descriptions={name: texts(found) for name, found in sorted(draft.descriptions.items()) if name in asked},
    )


def _note_on_spare(labels: _LabelsByLanguage, asked: Collection[Language]) -> list[str]:
    return [
        f"{len(names):,} concepts have no label in {', '.join(sorted(asked))}: their name in {spare} is kept"
        for spare, names in labels.items()
        if spare not in asked
    ]


def _preference(file: _File) -> tuple[object, ...]:
    """Sort key: the newest first, then English."""
    return [-part for part in _order(file.release)], file.language != ENGLISH, file.language or "", file.name


def read_release(paths: Sequence[Path], languages: Collection[Language] | None = None) -> Taxonomy:
    """ESCO from ``paths``: official zips, CSV files, folders with such; in ``languages``, or in all that there are.

    The newest complete release is the frame; where it has no label in a language, one of another release is taken. A
    concept without a label in ``languages`` keeps its preferred label in English (or what the frame has instead).
    Raises TaxonomyError (with file, row and column) if a file is malformed, and if no release is complete or a language
    has no file.
    """
    found = [file for path in paths for file in _in_path(path)]
    files = sorted(_with_neighbours(found), key=_preference)
    frame = _frame(files, paths)
    _check_languages(files, languages or ())
    framed = [file for stem in _KINDS for file in frame.files[stem]]
    others = [file for file in files if file.stem in _KINDS and file not in framed and _asked(file, languages)]
    if sum(file.size for file in (*framed, *others)) > LARGEST_SUM:
        raise TaxonomyError(f"the files have more than {LARGEST_SUM:,} bytes unpacked, more than all of ESCO")
    draft = _Draft()
    for file in framed:
        _take_concepts(draft, file, define=True)
    for file in others:
        _take_concepts(draft, file, define=False)
    for file in files:
        if file.stem == _EXTRA:
            _take_nace(draft, file)
    return _finished(draft, frame, ", ".join(map(str, paths)), languages)
