"""A folder of files under a manifest with their digests: written whole or not at all, read only as it was written."""

import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

from skillmatch.errors import IndexMismatch
from skillmatch.taxonomy.release import flush_folder

MANIFEST = "manifest.json"
_ABANDONED = 3600  # seconds after which a half-written folder is that of a process that died


def sha256(path: Path) -> str:
    """The hex digest of a file; 160 MB take 0.1 to 0.3 s."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _text(content: Mapping[str, Any]) -> str:
    """The manifest's one spelling, with the digest of all else in it: any other is a damaged one."""
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return json.dumps({**content, "digest": digest}, sort_keys=True, indent=1) + "\n"


@contextmanager
def written(folder: Path, about: Callable[[], Mapping[str, Any]]) -> Iterator[Path]:
    """A fresh folder to write files into, which becomes ``folder``, manifest and all, when the block ends well.

    ``about`` is called at the end and says what goes into the manifest beside the files. After an error ``folder`` is
    as it was.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = folder.with_name(f"{folder.name}.new-{uuid4().hex}")
    fresh.mkdir()
    try:
        yield fresh
        _seal(fresh, about())
        _take_place(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _seal(folder: Path, about: Mapping[str, Any]) -> None:
    files = {path.name: {"size": path.stat().st_size, "sha256": sha256(path)} for path in sorted(folder.iterdir())}
    (folder / MANIFEST).write_bytes(_text({**about, "files": files}).encode())
    for path in folder.iterdir():
        with path.open("rb+") as stream:
            os.fsync(stream.fileno())
    flush_folder(folder)


def _take_place(fresh: Path, folder: Path) -> None:
    """Put ``fresh`` where ``folder`` was; who has the old files mapped keeps them."""
    old = folder.with_name(f"{fresh.name}-old")
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    flush_folder(folder.parent)
    shutil.rmtree(old, ignore_errors=True)
    for left in folder.parent.glob(f"{folder.name}.new-*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _ABANDONED:
                shutil.rmtree(left, ignore_errors=True)


def verified(folder: Path) -> Mapping[str, Any]:
    """The manifest of ``folder``, once every file was found to be as it was written; raises IndexMismatch."""
    manifest = _read(folder / MANIFEST)
    with ThreadPoolExecutor(max_workers=2) as pool:  # hashing runs outside the interpreter's lock
        list(pool.map(lambda item: _check(folder / item[0], item[1]), manifest["files"].items()))
    return manifest


def _read(path: Path) -> Mapping[str, Any]:
    try:
        text = path.read_bytes().decode()
        content: dict[str, Any] = json.loads(text)
        content.pop("digest")
        sound = text == _text(content)
    except FileNotFoundError:
        raise IndexMismatch("there is no index yet") from None
    except (OSError, ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        raise IndexMismatch(f"{path.name} cannot be read") from error
    if not sound:
        raise IndexMismatch(f"{path.name} is not as it was written")
    return content


def _check(path: Path, stored: Mapping[str, Any]) -> None:
    try:
        sound = path.stat().st_size == stored["size"] and sha256(path) == stored["sha256"]
    except OSError as error:
        raise IndexMismatch(f"{path.name} is missing or cannot be read") from error
    if not sound:
        raise IndexMismatch(f"{path.name} is not as it was written")
