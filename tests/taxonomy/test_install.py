import hashlib
import json
import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import httpx
import pytest

from skillmatch.errors import InvalidInput, TaxonomyError
from skillmatch.taxonomy import install
from skillmatch.taxonomy.concepts import ConceptId, Kind, Taxonomy
from skillmatch.taxonomy.esco import read_release
from skillmatch.taxonomy.install import Patience, Progress, Say, download_release, obtain
from skillmatch.text import Language
from tests.small_esco.build import files, write_zip, zip_name

NL, EN, UK = Language("nl"), Language("en"), Language("uk")
HASTY = Patience(answer=1.0, stall=1.0, file=10.0)


@dataclass
class Portal:
    """What a local portal serves, how it misbehaves, and what it was asked."""

    contents: dict[str, bytes] = field(default_factory=dict)
    breaks_after: list[int] = field(default_factory=list)  # bytes of each of the next answers, then the line is cut
    announces: int | None = None
    heeds_ranges: bool = True
    tag: str = '"first"'
    pause: float = 0.0
    status: int = 200
    asked: list[tuple[str, str]] = field(default_factory=list)  # name, Range; probes for one byte are left out
    url: str = ""


class Answer(BaseHTTPRequestHandler):
    portal: Portal

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        portal, name, wanted = self.portal, unquote(self.path.rpartition("/")[2]), self.headers.get("Range", "")
        if wanted != "bytes=0-0":
            portal.asked.append((name, wanted))
        body = portal.contents.get(name)
        if body is None or portal.status != 200:
            self.send_error(404 if body is None else portal.status)
            return
        start = 0
        if wanted and portal.heeds_ranges and self.headers.get("If-Range", portal.tag) == portal.tag:
            start = int(wanted.removeprefix("bytes=").partition("-")[0])
            if start >= len(body):
                self.send_error(416)
                return
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        else:
            self.send_response(200)
        self.send_header("ETag", portal.tag)
        self.send_header("Content-Length", str(portal.announces or len(body) - start))
        self.end_headers()
        self.send(body[start:], wanted)

    def send(self, body: bytes, wanted: str) -> None:
        if wanted != "bytes=0-0" and self.portal.breaks_after:
            body = body[: self.portal.breaks_after.pop(0)]
        try:
            for at in range(0, len(body), 1 << 14):
                self.wfile.write(body[at : at + (1 << 14)])
                time.sleep(self.portal.pause)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the other side had enough, as it does after a probe


@pytest.fixture
def portal() -> Iterator[Portal]:
    """A portal that has the small ESCO 1.2.0 in nl and en."""
    served = Portal()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Answer,), {"portal": served}))
    served.url = f"http://127.0.0.1:{server.server_port}/esco/download/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield served
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def small(portal: Portal, tmp_path: Path) -> Portal:
    for language in (NL, EN):
        name = zip_name("1.2.0", language)
        path = write_zip(tmp_path / "served" / name, padded(files("1.2.0", [language])))
        portal.contents[name] = path.read_bytes()
    return portal


def padded(contents: dict[str, str]) -> dict[str, str | bytes]:
    """With a file of 300,000 bytes that do not compress, so that there is something to break off."""
    return {**contents, "dictionary_en.csv": random.Random(7).randbytes(300_000)}


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    return tmp_path / "downloads"


def unheard(line: str) -> None:
    pass


def unseen(done: int, total: int) -> None:
    pass


def fetch(
    portal: Portal,
    folder: Path,
    *languages: Language,
    version: str = "1.2.0",
    say: Say = unheard,
    progress: Progress = unseen,
    patience: Patience = HASTY,
) -> dict[Language, Path]:
    chosen = languages or (EN,)
    return download_release(folder, version, chosen, portal=portal.url, say=say, progress=progress, patience=patience)


def served(portal: Portal, language: Language = EN) -> bytes:
    return portal.contents[zip_name("1.2.0", language)]


class TestDownload:
    def test_every_language_arrives_as_it_was_served_with_its_digest_beside_it(
        self, small: Portal, downloads: Path
    ) -> None:
        found = fetch(small, downloads, NL, EN)
        assert {language: path.read_bytes() for language, path in found.items()} == {
            language: served(small, language) for language in (NL, EN)
        }
        for path in found.values():
            record = json.loads(path.with_name(f"{path.name}.json").read_text())
            assert record["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert not list(downloads.glob("*.part*"))

    def test_progress_counts_the_bytes_of_all_files_and_never_falls_back(self, small: Portal, downloads: Path) -> None:
        seen: list[tuple[int, int]] = []
        fetch(small, downloads, NL, EN, progress=lambda done, total: seen.append((done, total)))
        size = len(served(small, NL)) + len(served(small, EN))
        assert seen[-1] == (size, size)
        assert seen == sorted(seen)
        assert all(done <= total for done, total in seen)

    def test_what_is_there_is_not_asked_for_again(self, small: Portal, downloads: Path) -> None:
        fetch(small, downloads)
        small.asked.clear()
        assert fetch(small, downloads)[EN].read_bytes() == served(small)
        assert small.asked == []

    def test_what_was_changed_on_disk_is_downloaded_again(self, small: Portal, downloads: Path) -> None:
        path = fetch(small, downloads)[EN]
        path.write_bytes(path.read_bytes()[:-1] + b"?")
        assert fetch(small, downloads)[EN].read_bytes() == served(small)

    def test_after_a_cut_only_the_rest_is_asked_for(self, small: Portal, downloads: Path) -> None:
        small.breaks_after = [100_000]
        assert fetch(small, downloads)[EN].read_bytes() == served(small)
        begun = int(small.asked[1][1].removeprefix("bytes=").removesuffix("-"))
        assert 0 < begun <= 100_000

    def test_after_cuts_that_end_one_install_the_next_goes_on(self, small: Portal, downloads: Path) -> None:
        small.breaks_after = [50_000] * install.TRIES
        with pytest.raises(TaxonomyError, match="broke off"):
            fetch(small, downloads)
        small.asked.clear()
        assert fetch(small, downloads)[EN].read_bytes() == served(small)
        assert int(small.asked[0][1].removeprefix("bytes=").removesuffix("-")) > 100_000

    def test_a_file_that_changed_after_the_cut_is_begun_anew(self, small: Portal, downloads: Path) -> None:
        small.breaks_after = [50_000] * install.TRIES
        with pytest.raises(TaxonomyError):
            fetch(small, downloads)
        name = zip_name("1.2.0", EN)
        changed = write_zip(downloads / "changed.zip", padded(files("1.2.0", ["en"]) | {"new.csv": "a"}))
        small.contents[name], small.tag = changed.read_bytes(), '"second"'
        assert fetch(small, downloads)[EN].read_bytes() == changed.read_bytes()

    def test_a_server_that_knows_no_ranges_is_begun_anew(self, small: Portal, downloads: Path) -> None:
        small.heeds_ranges, small.breaks_after = False, [100_000]
        assert fetch(small, downloads)[EN].read_bytes() == served(small)

    def test_a_weak_tag_does_not_join_parts(self, small: Portal, downloads: Path) -> None:
        small.tag, small.breaks_after = 'W/"about"', [100_000]
        assert fetch(small, downloads)[EN].read_bytes() == served(small)
        assert [asked for _, asked in small.asked] == ["", ""]

    def test_a_part_that_was_complete_when_the_machine_stopped_ends_well(self, small: Portal, downloads: Path) -> None:
        fetch(small, downloads)
        path = downloads / zip_name("1.2.0", EN)
        path.rename(downloads / f"{path.name}.part")
        (downloads / f"{path.name}.part.validator").write_text(small.tag)
        assert fetch(small, downloads)[EN].read_bytes() == served(small)

    def test_a_folder_that_cannot_be_written_is_named(self, small: Portal, downloads: Path) -> None:
        downloads.write_text("in the way")
        with pytest.raises(TaxonomyError, match=r"downloads.*cannot be written"):
            fetch(small, downloads)

    def test_a_body_damaged_on_the_way_is_downloaded_again_as_a_whole(self, small: Portal, downloads: Path) -> None:
        name, good = zip_name("1.2.0", EN), served(small)
        middle = len(good) // 2
        small.contents[name] = good[:middle] + bytes([good[middle] ^ 1]) + good[middle + 1 :]
        with pytest.raises(TaxonomyError, match="is damaged"):
            fetch(small, downloads)
        assert len(small.asked) == install.TRIES
        assert {asked for _, asked in small.asked} == {""}
        assert not list(downloads.glob("*.zip"))

    def test_a_page_in_place_of_a_zip_is_refused(self, small: Portal, downloads: Path) -> None:
        small.contents[zip_name("1.2.0", EN)] = b"<html>Please sign in</html>"
        with pytest.raises(TaxonomyError, match="is no zip file"):
            fetch(small, downloads)

    def test_a_zip_without_the_occupations_is_refused(self, small: Portal, downloads: Path, tmp_path: Path) -> None:
        other = write_zip(tmp_path / "other.zip", {"skills_en.csv": "conceptUri\n"})
        small.contents[zip_name("1.2.0", EN)] = other.read_bytes()
        with pytest.raises(TaxonomyError, match=r"has no occupations_en\.csv in it"):
            fetch(small, downloads)

    def test_a_zip_that_would_fill_the_disk_is_refused(
        self, small: Portal, downloads: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(install, "MAX_UNPACKED", 100_000)
        with pytest.raises(TaxonomyError, match="unpacks to more than"):
            fetch(small, downloads)

    def test_a_file_announced_too_large_is_not_begun(self, small: Portal, downloads: Path) -> None:
        small.announces = install.MAX_ZIP + 1
        with pytest.raises(TaxonomyError, match="has more than"):
            fetch(small, downloads)
        assert not list(downloads.glob("*.part"))

    def test_a_server_that_announces_more_than_it_sends_is_not_believed(self, small: Portal, downloads: Path) -> None:
        small.announces = len(served(small)) + 1000
        with pytest.raises(TaxonomyError):
            fetch(small, downloads)
        assert not list(downloads.glob("*.zip"))

    def test_a_server_that_announces_less_than_there_is_is_not_believed(self, small: Portal, downloads: Path) -> None:
        small.announces = len(served(small)) - 1000
        with pytest.raises(TaxonomyError):
            fetch(small, downloads)
        assert not list(downloads.glob("*.zip"))

    def test_a_slow_server_is_waited_for(self, small: Portal, downloads: Path) -> None:
        small.pause = 0.05
        assert fetch(small, downloads)[EN].read_bytes() == served(small)

    def test_a_server_that_trickles_is_given_up(self, small: Portal, downloads: Path) -> None:
        small.pause = 0.3
        began = time.monotonic()
        with pytest.raises(TaxonomyError, match="broke off"):
            fetch(small, downloads, patience=Patience(answer=1.0, stall=1.0, file=0.7))
        assert time.monotonic() - began < 4

    def test_a_server_that_falls_silent_is_given_up(self, small: Portal, downloads: Path) -> None:
        small.pause = 3.0
        began = time.monotonic()
        with pytest.raises(TaxonomyError, match=r"broke off \(ReadTimeout\)"):
            fetch(small, downloads, patience=Patience(answer=1.0, stall=0.3, file=10.0))
        assert time.monotonic() - began < 3

    def test_no_redirect_leads_out_of_tls(self, downloads: Path) -> None:
        def answer(request: httpx.Request) -> httpx.Response:
            if request.url.scheme == "https":
                return httpx.Response(302, headers={"Location": "http://elsewhere.invalid/a.zip"})
            return httpx.Response(200, content=b"anything")

        downloads.mkdir()
        wanted = install._Zip(EN, "https://portal.invalid/a.zip", downloads / "a.zip")
        with (
            httpx.Client(transport=httpx.MockTransport(answer), follow_redirects=True) as client,
            pytest.raises(TaxonomyError, match="anybody could answer for"),
        ):
            install._receive(client, wanted, unseen, time.monotonic() + 10)
        assert list(downloads.iterdir()) == []

    def test_a_language_that_the_portal_lacks_is_told_and_left_out(self, small: Portal, downloads: Path) -> None:
        said: list[str] = []
        found = fetch(small, downloads, EN, UK, say=said.append)
        assert list(found) == [EN]
        assert said == ["The portal does not have ESCO 1.2.0 in uk: left out"]

    def test_a_version_that_the_portal_lacks_is_an_error(self, small: Portal, downloads: Path) -> None:
        with pytest.raises(TaxonomyError, match=r"ESCO 1\.3\.0 in none of the languages"):
            fetch(small, downloads, NL, EN, version="1.3.0")

    def test_before_1_2_the_relations_are_a_zip_of_their_own(
        self, portal: Portal, downloads: Path, tmp_path: Path
    ) -> None:
        everything = files("1.1.1", ["en"])
        relations = {name: text for name, text in everything.items() if "Relations" in name}
        for language, contents in (("", relations), ("en", everything)):
            path = write_zip(tmp_path / zip_name("1.1.0", language), contents)
            portal.contents[path.name] = path.read_bytes()
        found = fetch(portal, downloads, EN, version="1.1.0")
        assert [path.name for path in found.values()] == [zip_name("1.1.0", ""), zip_name("1.1.0", "en")]

    def test_before_1_2_missing_relations_are_an_error(self, small: Portal, downloads: Path) -> None:
        small.contents[zip_name("1.1.0", "en")] = served(small)
        with pytest.raises(TaxonomyError, match="the portal does not have it"):
            fetch(small, downloads, EN, version="1.1.0")

    def test_another_file_under_a_known_name_is_refused(
        self, small: Portal, downloads: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(install, "PINNED", {zip_name("1.2.0", EN): "0" * 64})
        with pytest.raises(TaxonomyError, match="is not the file that is known by this name"):
            fetch(small, downloads)

    def test_a_status_that_says_no_is_named(self, small: Portal, downloads: Path) -> None:
        small.status = 503
        with pytest.raises(TaxonomyError, match="status 503"):
            fetch(small, downloads)

    @pytest.mark.parametrize("version", ["", "latest", "1.2.0/../..", "1"])
    def test_what_is_no_version_is_refused_before_anything_is_asked(
        self, small: Portal, downloads: Path, version: str
    ) -> None:
        with pytest.raises(InvalidInput, match="field version"):
            fetch(small, downloads, EN, version=version)
        assert small.asked == []

    @pytest.mark.parametrize("language", ["../x", "dutch", "NL"])
    def test_what_is_no_language_is_refused(self, small: Portal, downloads: Path, language: str) -> None:
        with pytest.raises(InvalidInput, match="field lang"):
            fetch(small, downloads, Language(language))

    @pytest.mark.parametrize("address", ["", "esco", "file:///etc/", "http://", "http://[::1"])
    def test_what_is_no_address_is_refused(self, downloads: Path, address: str) -> None:
        with pytest.raises(InvalidInput, match="SKILLMATCH_PORTAL"):
            fetch(Portal(url=address), downloads)


@contextmanager
def black_hole() -> Iterator[str]:
    """The address of a socket that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"


class TestAnUnreachablePortal:
    @pytest.mark.slow
    def test_one_that_accepts_and_never_answers_costs_five_seconds_at_most(self, downloads: Path) -> None:
        with black_hole() as url:
            assert seconds_wasted(url, downloads) < 5.5

    @pytest.mark.slow
    def test_one_whose_name_is_never_resolved_costs_five_seconds_at_most(
        self, downloads: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        over = threading.Event()

        def resolve(*args: object, **kwargs: object) -> list[object]:
            over.wait(60)
            raise socket.gaierror("nobody knows")

        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        try:
            assert seconds_wasted("https://portal.invalid/", downloads) < 5.5
        finally:
            over.set()

    def test_one_that_refuses_costs_nothing(self, downloads: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        assert seconds_wasted(f"http://127.0.0.1:{port}/", downloads) < 1


def seconds_wasted(url: str, folder: Path) -> float:
    began = time.monotonic()
    with pytest.raises(TaxonomyError, match="could not be reached within 5 seconds"):
        download_release(folder, "1.2.0", portal=url, say=unheard, progress=unseen)
    assert not folder.exists()
    return time.monotonic() - began


class TestObtain:
    def test_given_paths_come_first_and_ask_nobody(
        self, small: Portal, small_esco: Path, downloads: Path, said: list[str]
    ) -> None:
        taxonomy = obtained(small, downloads, said, paths=[small_esco])
        assert taxonomy.release.version == "1.2.0"
        assert said == [f"ESCO from {small_esco}"]
        assert small.asked == []

    def test_given_paths_that_hold_no_esco_are_an_error_and_not_replaced_by_something_else(
        self, small: Portal, tmp_path: Path, downloads: Path, said: list[str]
    ) -> None:
        (tmp_path / "empty").mkdir()
        with pytest.raises(TaxonomyError):
            obtained(small, downloads, said, paths=[tmp_path / "empty"])

    def test_the_official_download_comes_second(
        self, small: Portal, small_esco: Path, downloads: Path, said: list[str]
    ) -> None:
        taxonomy = obtained(small, downloads, said, languages=[NL, EN])
        assert said == [f"ESCO 1.2.0 from the official download, {small.url}"]
        assert taxonomy.release.source == f"official download, {small.url}"
        assert same(taxonomy, read_release([small_esco], [NL, EN]))

    def test_the_starter_comes_last_and_says_why(
        self, downloads: Path, said: list[str], monkeypatch: pytest.MonkeyPatch, taxonomy: Taxonomy, small: Portal
    ) -> None:
        monkeypatch.setattr(install, "download_wheels", lambda *_: [])
        monkeypatch.setattr(install, "read_starter", lambda *_: taxonomy)
        small.contents.clear()
        assert obtained(small, downloads, said) is taxonomy
        assert said[-1].startswith("ESCO from the starter, in English only and without relations: ")
        assert "the portal has ESCO 1.2.0 in none of the languages asked for" in said[-1]

    def test_where_nothing_can_be_had_the_error_says_what_was_tried_and_what_to_do(
        self, small: Portal, downloads: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def unreachable(folder: Path, requirements: Path) -> list[Path]:
            raise TaxonomyError("pip could not download the starter")

        monkeypatch.setattr(install, "download_wheels", unreachable)
        small.status = 500
        with pytest.raises(TaxonomyError, match=r"status 500.*pip could not download.*--from PATH"):
            obtained(small, downloads, said)

    def test_the_pins_of_the_starter_are_found_in_a_checkout(self) -> None:
        assert "--hash=sha256:" in install.REQUIREMENTS.read_text()


@pytest.fixture
def said() -> list[str]:
    return []


def obtained(
    portal: Portal,
    downloads: Path,
    said: list[str],
    *,
    paths: list[Path] | None = None,
    languages: list[Language] | None = None,
    version: str = "1.2.0",
) -> Taxonomy:
    return obtain(
        paths=paths or (),
        languages=languages,
        version=version,
        downloads=downloads,
        portal=portal.url,
        corrections=Path("no corrections"),
        say=said.append,
        progress=unseen,
        patience=HASTY,
    )


def same(one: Taxonomy, other: Taxonomy) -> bool:
    def told(taxonomy: Taxonomy) -> dict[ConceptId, object]:
        return {
            concept: (taxonomy.all_labels(concept), set(taxonomy.named(taxonomy.essential, concept)))
            for concept in taxonomy.ids
        }

    return told(one) == told(other)


class TestTheRealZips:
    @pytest.mark.slow
    def test_esco_1_1_1_comes_through_a_cut_line_as_it_was_published(
        self, shared: Path, portal: Portal, downloads: Path, said: list[str]
    ) -> None:
        zips = sorted((shared / "esco").glob("ESCO dataset*.zip"))
        portal.contents = {path.name: path.read_bytes() for path in zips}
        portal.breaks_after = [1_000_000, 10_000_000, 2_500_000]
        taxonomy = obtained(portal, downloads, said, languages=[EN], version="1.1.1")
        assert said == [f"ESCO 1.1.1 from the official download, {portal.url}"]
        assert {path.name: path.read_bytes() for path in downloads.glob("*.zip")} == portal.contents
        assert [len(taxonomy.of_kind(kind)) for kind in (Kind.OCCUPATION, Kind.SKILL)] == [3007, 13896]
        assert set(portal.contents) == set(install.PINNED)

    def test_the_pinned_digests_are_those_of_the_published_files(self, shared: Path) -> None:
        digests = {name: hashlib.sha256((shared / "esco" / name).read_bytes()).hexdigest() for name in install.PINNED}
        assert digests == install.PINNED
