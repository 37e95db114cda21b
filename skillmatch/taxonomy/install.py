"""Where a machine gets its ESCO from: files it is given, the Commission's download, or the starter.

The portal's files are kept under their own names, each with its SHA-256 beside it, so that nothing is fetched twice; a
download that broke off goes on where it ended.
"""

import hashlib
import json
import queue
import re
import threading
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from urllib.parse import quote

import httpx

from skillmatch.errors import InvalidInput, NotFound, TaxonomyError
from skillmatch.shipped import REQUIREMENTS
from skillmatch.taxonomy.concepts import Taxonomy
from skillmatch.taxonomy.esco import read_release
from skillmatch.taxonomy.starter import download_wheels, read_starter
from skillmatch.text import Language

Say = Callable[[str], None]
"""Tells the user one line."""
Progress = Callable[[int, int], None]
"""Shows how many bytes are there, and how many there will be as far as is known by then."""

PORTAL = "https://ec.europa.eu/esco/download/"
DEFAULT_VERSION = "1.2.0"
DEFAULT_LANGUAGES = tuple(Language(code) for code in ("nl", "fr", "en", "ar", "uk"))

PINNED: Mapping[str, str] = {
    "ESCO dataset - v1.1.1 - classification - en - csv.zip": (
        "d86de115d120e9266fa7d86f104466fd72a63f8233110028b10e430372bc58a7"
    ),
    "ESCO dataset - v1.1.1 - classification -  - csv.zip": (
        "1612e3e01fbcbb4f37f69e0fe58d441db233142f1e9488280f041b2726977996"
    ),
}
"""SHA-256 of those of the portal's files that this project has seen."""

MAX_ZIP = 100_000_000
"""Bytes that a zip of the portal may have: the largest has a tenth of it."""
MAX_UNPACKED = 500_000_000
TRIES = 3


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait: for a first answer (resolving the name included), for the next bytes, for a whole file."""

    answer: float = 5.0
    stall: float = 20.0
    file: float = 900.0


PATIENCE = Patience()


def obtain(
    *,
    paths: Sequence[Path] = (),
    version: str = DEFAULT_VERSION,
    languages: Sequence[Language] | None = None,
    downloads: Path,
    portal: str = PORTAL,
    corrections: Path,
    requirements: Path = REQUIREMENTS,
    say: Say,
    progress: Progress,
    patience: Patience = PATIENCE,
) -> Taxonomy:
    """ESCO from ``paths`` if any are given, else from ``portal``, else from the starter; ``say`` tells which.

    ``languages`` None is all that ``paths`` have, or :data:`DEFAULT_LANGUAGES` of the portal. ``corrections`` and
    ``requirements`` are files of the starter. Raises TaxonomyError, and InvalidInput for what cannot be a version, a
    language or an address.
    """
    if paths:
        say(f"ESCO from {', '.join(str(path) for path in paths)}")
        return read_release(paths, languages)
    try:
        files = download_release(
            downloads, version, languages, portal=portal, say=say, progress=progress, patience=patience
        )
        say(f"ESCO {version} from the official download, {portal}")
        return _official(files, portal)
    except TaxonomyError as error:
        because = f"the official download was of no use ({error})"
    say(f"ESCO from the starter, in English only and without relations: {because}")
    try:
        wheels = download_wheels(downloads / "starter", requirements)
    except TaxonomyError as error:
        raise TaxonomyError(f"{because}, nor was the starter ({error}); name ESCO's files with --from PATH") from None
    return read_starter(wheels, corrections)


def _official(files: Mapping[Language, Path], portal: str) -> Taxonomy:
    taxonomy = read_release(list(files.values()), [language for language in files if language])
    return replace(taxonomy, release=replace(taxonomy.release, source=f"official download, {portal}"))


def download_release(
    folder: Path,
    version: str,
    languages: Sequence[Language] | None = None,
    *,
    portal: str = PORTAL,
    say: Say,
    progress: Progress,
    patience: Patience = PATIENCE,
) -> dict[Language, Path]:
    """The zips of ``version`` in ``folder``, verified, by language; '' is the relations of a version before 1.2.

    What is there already is not asked for again. A language that the portal does not have is told and left out. Raises
    TaxonomyError if no language is left, relations are missing, or the portal is silent or sends something else.
    """
    wanted = [*_zips(folder, version, languages or DEFAULT_LANGUAGES, portal)]
    missing = [zip_ for zip_ in wanted if not zip_.is_kept()]
    if missing and not _answers(missing[0].url, patience.answer):
        raise TaxonomyError(f"{httpx.URL(portal).host} could not be reached within {patience.answer:g} seconds")
    for zip_ in _downloaded(missing, progress, patience):
        if not zip_.language:
            raise TaxonomyError("the portal does not have it", file=zip_.name)
        say(f"The portal does not have ESCO {version} in {zip_.language}: left out")
    found = {zip_.language: zip_.path for zip_ in wanted if zip_.is_kept()}
    if not any(found):
        raise TaxonomyError(f"the portal has ESCO {version} in none of the languages asked for")
    return found


@dataclass(frozen=True, slots=True)
class _Zip:
    """A file of the portal, and where it goes; ``language`` is '' for the relations of a version before 1.2."""

    language: Language
    url: str
    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def part(self) -> Path:
        """What has come so far."""
        return self.path.with_name(f"{self.name}.part")

    @property
    def validator(self) -> Path:
        """What the server said that identifies the file of which ``part`` is a part."""
        return self.path.with_name(f"{self.name}.part.validator")

    @property
    def record(self) -> Path:
        return self.path.with_name(f"{self.name}.json")

    @property
    def members(self) -> tuple[str, ...]:
        """What must be in it, by file name."""
        if not self.language:
            return ("occupationSkillRelations.csv", "broaderRelationsSkillPillar.csv")
        return (f"occupations_{self.language}.csv", f"skills_{self.language}.csv")

    def is_kept(self) -> bool:
        """Whether it is there, and as it was when it was verified."""
        try:
            kept = json.loads(self.record.read_text(encoding="utf-8"))
            return bool(kept["sha256"] == _sha256(self.path))
        except (OSError, ValueError, KeyError, TypeError):
            return False


def _zips(folder: Path, version: str, languages: Sequence[Language], portal: str) -> Iterator[_Zip]:
    base = _address(portal)
    if not re.fullmatch(r"\d+\.\d+(\.\d+)?", version):
        raise InvalidInput("should be a version such as 1.2.0", field="version")
    if wrong := [language for language in languages if not re.fullmatch(r"[a-z]{2}", language)]:
        raise InvalidInput(f"should be two letters such as nl, not {wrong[0]!r}", field="lang")
    apart = tuple(int(part) for part in version.split(".")) < (1, 2)
    for language in dict.fromkeys((Language(""), *languages) if apart else languages):
        name = f"ESCO dataset - v{version} - classification - {language} - csv.zip"
        yield _Zip(language, base + quote(name), folder / name)


def _address(portal: str) -> str:
    try:
        url = httpx.URL(portal)
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.scheme not in {"http", "https"} or not url.host:
        raise InvalidInput("should be an address such as " + PORTAL, field="SKILLMATCH_PORTAL")
    return portal if portal.endswith("/") else f"{portal}/"


def _answers(url: str, seconds: float) -> bool:
    """Whether anything at all answers in time; asked in a thread, for resolving a name heeds no timeout."""
    answers: queue.SimpleQueue[bool] = queue.SimpleQueue()

    def ask() -> None:
        try:
            with httpx.stream("GET", url, headers={"Range": "bytes=0-0"}, timeout=seconds):
                answers.put(True)
        except httpx.HTTPError:
            answers.put(False)

    threading.Thread(target=ask, daemon=True).start()
    try:
        return answers.get(timeout=seconds)
    except queue.Empty:
        return False


def _downloaded(zips: Sequence[_Zip], progress: Progress, patience: Patience) -> Iterator[_Zip]:
    """Download ``zips``; yields those that the portal does not have."""
    timeout = httpx.Timeout(patience.stall, connect=patience.answer)
    before = 0
    with httpx.Client(timeout=timeout, follow_redirects=True, headers={"Accept-Encoding": "identity"}) as client:
        for zip_ in zips:
            try:
                _download(client, zip_, _after(before, progress), patience)
                before += zip_.path.stat().st_size
            except NotFound:
                yield zip_


def _after(before: int, progress: Progress) -> Progress:
    return lambda done, total: progress(before + done, before + total)


def _download(client: httpx.Client, zip_: _Zip, progress: Progress, patience: Patience) -> None:
    """Get one zip, verify it and put it in its place; raises NotFound, or TaxonomyError after some tries."""
    until = time.monotonic() + patience.file
    because = ""
    for _ in range(TRIES):
        try:
            zip_.path.parent.mkdir(parents=True, exist_ok=True)
            _receive(client, zip_, progress, until)
            _keep(zip_, _verified(zip_))
        except httpx.HTTPError as error:  # what has come stays: the next try goes on from there
            because = f"the download broke off ({type(error).__name__})"
        except TaxonomyError as error:
            because = str(error)
            zip_.part.unlink(missing_ok=True)
        except OSError as error:
            raise TaxonomyError(f"cannot be written: {error.strerror}", file=str(zip_.path)) from None
        else:
            return
        if time.monotonic() > until:
            break
    raise TaxonomyError(because, file=zip_.name)


def _receive(client: httpx.Client, zip_: _Zip, progress: Progress, until: float) -> None:
    """Write what the server sends to the part, after what is there of the same file already."""
    begun, validator = _begun(zip_)
    resume = {"Range": f"bytes={begun}-", "If-Range": validator} if begun else {}
    with client.stream("GET", zip_.url, headers=resume) as response:
        if zip_.url.startswith("https:") and response.url.scheme != "https":
            raise TaxonomyError("the portal leads to an address that anybody could answer for")
        start, total = _offered(response, begun)
        if not start:
            zip_.part.unlink(missing_ok=True)
            zip_.validator.write_text(_validator(response), encoding="utf-8")
        with zip_.part.open("ab") as stream:
            size = start
            for chunk in response.iter_raw():
                size += len(chunk)
                if size > MAX_ZIP:
                    raise TaxonomyError(f"has more than {MAX_ZIP:,} bytes")
                stream.write(chunk)
                progress(size, max(size, total))
                if time.monotonic() > until:
                    raise httpx.ReadTimeout("too slow as a whole")


def _begun(zip_: _Zip) -> tuple[int, str]:
    """How many bytes there are, and of which file; (0, '') if that cannot be told."""
    try:
        validator = zip_.validator.read_text(encoding="utf-8")
        return (zip_.part.stat().st_size, validator) if validator else (0, "")
    except (FileNotFoundError, UnicodeDecodeError):
        return 0, ""


def _validator(response: httpx.Response) -> str:
    """What If-Range may hold (RFC 9110, 13.1.5): a strong entity tag, else the date of the last change, else ''."""
    tag = str(response.headers.get("ETag", ""))
    return tag if tag.startswith('"') else str(response.headers.get("Last-Modified", ""))


def _offered(response: httpx.Response, begun: int) -> tuple[int, int]:
    """The byte that the server begins with, and how many the file has (0: not said)."""
    if response.status_code in {httpx.codes.NOT_FOUND, httpx.codes.GONE}:
        raise NotFound(f"no {response.url}")
    start, total = 0, response.headers.get("Content-Length", "0")
    if response.status_code == httpx.codes.PARTIAL_CONTENT:
        part = re.fullmatch(r"bytes (\d+)-\d+/(\d+)", response.headers.get("Content-Range", ""))
        start, total = (int(part[1]), part[2]) if part else (-1, "0")
    elif response.status_code != httpx.codes.OK:
        raise TaxonomyError(f"the portal answers with status {response.status_code}")
    if start not in {0, begun}:
        raise TaxonomyError("the portal sends another part than was asked for")
    if len(total) > 12 or int(total) > MAX_ZIP:
        raise TaxonomyError(f"has more than {MAX_ZIP:,} bytes")
    return start, int(total)


def _verified(zip_: _Zip) -> str:
    """The SHA-256 of the part, which is what it should be; raises TaxonomyError."""
    try:
        with zipfile.ZipFile(zip_.part) as archive:
            if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED:
                raise TaxonomyError(f"unpacks to more than {MAX_UNPACKED:,} bytes")
            names = {PurePosixPath(name).name for name in archive.namelist()}
            if lacking := [member for member in zip_.members if member not in names]:
                raise TaxonomyError(f"has no {lacking[0]} in it")
            if broken := archive.testzip():
                raise TaxonomyError(f"is damaged: {broken}")
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError):
        raise TaxonomyError("is no zip file") from None
    digest = _sha256(zip_.part)
    if PINNED.get(zip_.name, digest) != digest:
        raise TaxonomyError(f"is not the file that is known by this name: its SHA-256 is {digest}")
    return digest


def _keep(zip_: _Zip, digest: str) -> None:
    zip_.part.replace(zip_.path)
    zip_.validator.unlink(missing_ok=True)
    record = {"url": zip_.url, "bytes": zip_.path.stat().st_size, "sha256": digest}
    zip_.record.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
