"""A taxonomy on disk: arrays that are memory-mapped, and a manifest that says what they must be.

::

    folder/manifest.json          what is installed; replaced in one step, which is what installs a release
    folder/release-<hex>/*.npy    its arrays; one folder a release, none is ever changed

A reader sees the old release or the new one, whenever it looks and whenever the writer is killed. One writer at a time.
"""

import io
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from tokenize import TokenError
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from skillmatch.errors import TaxonomyError
from skillmatch.taxonomy.concepts import ConceptId, Kind, Labels, Links, Release, Taxonomy, Texts
from skillmatch.text import Language

FORMAT = 2
"""Raised when files written before can no longer be read."""

_MANIFEST = "manifest.json"
_COLUMNS = ("isco", "code", "skill_types", "reuse", "regulated", "nace")
_RELATIONS = ("essential", "optional", "broader", "related")
_AGAIN = "install it again: skillmatch esco install"

Array = NDArray[Any]
Fetch = Callable[[str, type[np.generic]], Array]
"""The stored array of that name and type."""


@dataclass(frozen=True, slots=True)
class _Stored:
    """Size in bytes and SHA-256 (hex) of a file."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class _Manifest:
    """What is in a folder: ``directory`` holds ``files``."""

    release: Release
    directory: str
    languages: tuple[Language, ...]
    described: tuple[Language, ...]
    spoken: tuple[Language, ...]
    files: Mapping[str, _Stored]


# --- a taxonomy as named arrays, and back --------------------------------------------------------------------------


def _texts(name: str, texts: Texts) -> Iterator[tuple[str, Array]]:
    yield f"{name}.text", texts.blob
    yield f"{name}.ends", texts.ends


def _label_arrays(name: str, labels: Labels) -> Iterator[tuple[str, Array]]:
    yield f"{name}.concept", labels.concept
    yield f"{name}.status", labels.status
    yield from _texts(name, labels.text)


def _arrays(taxonomy: Taxonomy) -> Iterator[tuple[str, Array]]:
    """Everything but the release, as (name, array)."""
    yield "kinds", taxonomy.kinds
    yield from _texts("ids", Texts.of(taxonomy.ids))
    for name in _COLUMNS:
        yield from _texts(name, Texts.of(getattr(taxonomy, name)))
    for name in _RELATIONS:
        links: Links = getattr(taxonomy, name)
        yield f"{name}.starts", links.starts
        yield f"{name}.targets", links.targets
    for language, labels in taxonomy.labels.items():
        yield from _label_arrays(f"labels-{language}", labels)
    for language, phrases in taxonomy.spoken.items():
        yield from _label_arrays(f"spoken-{language}", phrases)
    for language, texts in taxonomy.descriptions.items():
        yield from _texts(f"descriptions-{language}", texts)


def _texts_of(name: str, size: int, fetch: Fetch) -> Texts:
    texts = Texts(fetch(f"{name}.text", np.uint8), fetch(f"{name}.ends", np.int64))
    if len(texts) != size or texts.ends[0] != 0 or texts.ends[-1] != len(texts.blob):
        raise TaxonomyError(f"the texts do not fit their ends; {_AGAIN}", file=name)
    return texts


def _ids_of(size: int, fetch: Fetch) -> tuple[ConceptId, ...]:
    try:
        return tuple(ConceptId(uri) for uri in _texts_of("ids", size, fetch))
    except UnicodeDecodeError as error:
        raise TaxonomyError(f"not UTF-8; {_AGAIN}", file="ids") from error


def _links_of(name: str, size: int, fetch: Fetch) -> Links:
    links = Links(fetch(f"{name}.starts", np.int64), fetch(f"{name}.targets", np.int32))
    if len(links.starts) != size + 1 or links.starts[-1] != len(links.targets):
        raise TaxonomyError(f"the relation does not fit its concepts; {_AGAIN}", file=name)
    return links


def _labels_of(name: str, fetch: Fetch) -> Labels:
    concept, status = fetch(f"{name}.concept", np.int32), fetch(f"{name}.status", np.int8)
    if len(concept) != len(status):
        raise TaxonomyError(f"the labels do not fit their concepts; {_AGAIN}", file=name)
    return Labels(concept, status, _texts_of(name, len(concept), fetch))


def _taxonomy_of(manifest: _Manifest, fetch: Fetch) -> Taxonomy:
    kinds = fetch("kinds", np.int8)
    size = len(kinds)
    columns = {name: _texts_of(name, size, fetch) for name in _COLUMNS}
    relations = {name: _links_of(name, size, fetch) for name in _RELATIONS}
    return Taxonomy(
        release=manifest.release,
        ids=_ids_of(size, fetch),
        kinds=kinds,
        labels={language: _labels_of(f"labels-{language}", fetch) for language in manifest.languages},
        spoken={language: _labels_of(f"spoken-{language}", fetch) for language in manifest.spoken},
        descriptions={name: _texts_of(f"descriptions-{name}", size, fetch) for name in manifest.described},
        isco=columns["isco"],
        code=columns["code"],
        skill_types=columns["skill_types"],
        reuse=columns["reuse"],
        regulated=columns["regulated"],
        nace=columns["nace"],
        essential=relations["essential"],
        optional=relations["optional"],
        broader=relations["broader"],
        related=relations["related"],
    )


# --- the manifest --------------------------------------------------------------------------------------------------


def _checksum(content: Mapping[str, object]) -> str:
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _digest(release: Release, files: Mapping[str, _Stored]) -> str:
    """Changes with any content and with nothing else: the same release read from elsewhere has the same digest."""
    lines = [f"{release.version} {release.relations}", *(f"{name} {files[name].sha256}" for name in sorted(files))]
    return sha256("\n".join(lines).encode()).hexdigest()


def _manifest_text(manifest: _Manifest) -> str:
    content = {"format": FORMAT, **asdict(manifest)}
    return json.dumps({"checksum": _checksum(content), "content": content}, indent=1)


def _read_manifest(folder: Path) -> _Manifest:
    """The manifest of ``folder``; raises TaxonomyError if there is none, or it is damaged or of another format."""
    path = folder / _MANIFEST
    try:
        whole = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise TaxonomyError(f"no ESCO is installed in {folder}: skillmatch esco install") from None
    except (OSError, ValueError, RecursionError) as error:
        raise TaxonomyError(f"cannot be read ({error}); {_AGAIN}", file=str(path)) from error
    content = whole.get("content") if isinstance(whole, dict) else None
    if not isinstance(content, dict) or whole.get("checksum") != _checksum(content):
        raise TaxonomyError(f"the manifest is damaged; {_AGAIN}", file=str(path))
    if content["format"] != FORMAT:
        raise TaxonomyError(f"written by another version of skillmatch; {_AGAIN}", file=str(path))
    release = content["release"]
    return _Manifest(
        release=Release(**{**release, "notes": tuple(release["notes"])}),
        directory=content["directory"],
        languages=tuple(content["languages"]),
        described=tuple(content["described"]),
        spoken=tuple(content["spoken"]),
        files={name: _Stored(**stored) for name, stored in content["files"].items()},
    )


# --- writing -------------------------------------------------------------------------------------------------------


def flush_folder(folder: Path) -> None:
    """Make names in ``folder`` survive a power cut; Windows cannot and need not."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _write(path: Path, content: bytes) -> _Stored:
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    return _Stored(len(content), sha256(content).hexdigest())


def _npy(array: Array) -> bytes:
    out = io.BytesIO()
    np.save(out, array, allow_pickle=False)
    return out.getvalue()


def _switch(folder: Path, manifest: _Manifest) -> None:
    """Make ``manifest`` the one that counts, in one step."""
    fresh = folder / f"{manifest.directory}.json"
    try:
        _write(fresh, _manifest_text(manifest).encode())
        fresh.replace(folder / _MANIFEST)
    finally:
        fresh.unlink(missing_ok=True)
    flush_folder(folder)


def _sweep(folder: Path, keep: str) -> None:
    """Remove releases that no manifest names; what another process still holds open may stay until next time."""
    for old in folder.glob("release-*"):
        if old.is_dir() and old.name != keep:
            shutil.rmtree(old, ignore_errors=True)
        elif old.is_file():
            old.unlink(missing_ok=True)


def _store(taxonomy: Taxonomy, folder: Path) -> Release:
    directory = folder / f"release-{uuid4().hex}"
    with ExitStack() as undo:
        undo.callback(shutil.rmtree, directory, ignore_errors=True)
        directory.mkdir(parents=True)
        files = {name: _write(directory / f"{name}.npy", _npy(array)) for name, array in _arrays(taxonomy)}
        flush_folder(directory)
        release = replace(taxonomy.release, digest=_digest(taxonomy.release, files))
        named = (taxonomy.languages, tuple(taxonomy.descriptions), tuple(taxonomy.spoken))
        _switch(folder, _Manifest(release, directory.name, *named, files))
        undo.pop_all()
    _sweep(folder, directory.name)
    return release


def save(taxonomy: Taxonomy, folder: Path) -> Taxonomy:
    """Install ``taxonomy`` in ``folder`` and return it with its digest.

    Raises TaxonomyError if it cannot be stored; the release that was there before then stays.
    """
    try:
        return replace(taxonomy, release=_store(taxonomy, folder))
    except OSError as error:
        raise TaxonomyError(f"ESCO cannot be stored: {error.strerror or error}", file=str(folder)) from error


# --- reading -------------------------------------------------------------------------------------------------------


def _check_sizes(directory: Path, files: Mapping[str, _Stored]) -> None:
    found = {entry.name: entry.stat().st_size for entry in os.scandir(directory)} if directory.is_dir() else {}
    for name, stored in files.items():
        size = found.get(f"{name}.npy")
        if size != stored.size:
            state = "is missing" if size is None else f"has {size:,} bytes instead of {stored.size:,}"
            raise TaxonomyError(f"the file {state}; {_AGAIN}", file=str(directory / f"{name}.npy"))


def _fetch(directory: Path, name: str, dtype: type[np.generic]) -> Array:
    """The array ``name``, memory-mapped; raises TaxonomyError where it is not what was stored."""
    path = directory / f"{name}.npy"
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError, TokenError) as error:
        raise TaxonomyError(f"cannot be read ({error}); {_AGAIN}", file=str(path)) from error
    if array.dtype != dtype or array.ndim != 1:
        raise TaxonomyError(f"not an array of {dtype.__name__}; {_AGAIN}", file=str(path))
    return np.asarray(array)


def load(folder: Path) -> Taxonomy:
    """The taxonomy installed in ``folder``, memory-mapped, so that what is not asked for is not read.

    Raises TaxonomyError where none is installed, a file is missing or has another size than the manifest says; for
    changes inside a file see :func:`verify`.
    """
    manifest = _read_manifest(folder)
    directory = folder / manifest.directory
    _check_sizes(directory, manifest.files)
    return _taxonomy_of(manifest, lambda name, dtype: _fetch(directory, name, dtype))


def verify(folder: Path) -> None:
    """Read every byte of what is installed in ``folder``; raises TaxonomyError where one has changed."""
    manifest = _read_manifest(folder)
    directory = folder / manifest.directory
    _check_sizes(directory, manifest.files)
    for name, stored in manifest.files.items():
        path = directory / f"{name}.npy"
        if sha256(path.read_bytes()).hexdigest() != stored.sha256:
            raise TaxonomyError(f"the file is damaged; {_AGAIN}", file=str(path))


# --- telling -------------------------------------------------------------------------------------------------------


def _coverage(taxonomy: Taxonomy, labels: Labels) -> dict[str, int]:
    """How many labels a language has, and how many occupations and skills have one."""
    kinds = taxonomy.kinds[np.unique(labels.concept)]
    return {
        "labels": len(labels),
        "occupations": int(np.count_nonzero(kinds == Kind.OCCUPATION)),
        "skills": int(np.count_nonzero(kinds == Kind.SKILL)),
    }


def summary(taxonomy: Taxonomy) -> dict[str, object]:
    """What is installed, as plain values that go into JSON: release, licence line, counts, coverage by language."""
    release = taxonomy.release
    return {
        "version": release.version,
        "source": release.source,
        "relations": release.relations,
        "licence": release.licence,
        "digest": release.digest,
        "notes": list(release.notes),
        "concepts": {kind.name.lower() + "s": int(np.count_nonzero(taxonomy.kinds == kind)) for kind in Kind},
        "links": {name: len(getattr(taxonomy, name)) for name in _RELATIONS},
        "labels": sum(len(labels) for labels in taxonomy.labels.values()),
        "languages": {language: _coverage(taxonomy, taxonomy.labels[language]) for language in taxonomy.languages},
    }
