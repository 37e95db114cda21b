"""A saved folder is whole or not there, and no change in it goes unseen."""

import json
import os
import time
from pathlib import Path

import pytest

from skillmatch.errors import IndexMismatch
from skillmatch.index import saved


def save(folder: Path, content: dict[str, bytes], **about: object) -> None:
    with saved.written(folder, lambda: about) as fresh:
        for name, data in content.items():
            (fresh / name).write_bytes(data)


def test_what_was_written_is_what_is_read(tmp_path: Path) -> None:
    save(tmp_path / "index", {"a": b"one", "b": b""}, rows=3)
    manifest = saved.verified(tmp_path / "index")
    assert manifest["rows"] == 3
    assert sorted(manifest["files"]) == ["a", "b"]


def test_a_new_folder_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    save(tmp_path / "index", {"old": b"1"}, rows=1)
    save(tmp_path / "index", {"new": b"2"}, rows=2)
    assert saved.verified(tmp_path / "index")["rows"] == 2
    assert sorted(path.name for path in (tmp_path / "index").iterdir()) == ["manifest.json", "new"]
    assert [path.name for path in tmp_path.iterdir()] == ["index"]


def test_an_error_half_way_leaves_the_old_folder_and_nothing_else(tmp_path: Path) -> None:
    save(tmp_path / "index", {"a": b"1"}, rows=1)
    with pytest.raises(FileNotFoundError), saved.written(tmp_path / "index", dict) as fresh:
        (fresh / "half").write_bytes((tmp_path / "none").read_bytes())
    assert saved.verified(tmp_path / "index")["rows"] == 1
    assert [path.name for path in tmp_path.iterdir()] == ["index"]


def test_folders_of_processes_that_died_are_swept_away_after_an_hour(tmp_path: Path) -> None:
    dead, busy = tmp_path / "index.new-dead", tmp_path / "index.new-busy"
    for folder, age in ((dead, 2 * 3600), (busy, 60)):
        folder.mkdir()
        os.utime(folder, (time.time() - age,) * 2)
    save(tmp_path / "index", {"a": b"1"})
    assert not dead.exists()
    assert busy.exists()


def test_where_nothing_was_saved_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(IndexMismatch, match="no index yet"):
        saved.verified(tmp_path / "index")


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '"x"', "\xff", "[" * 100_000, '{"digest": 1, "files": {}}'])
def test_a_manifest_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    save(tmp_path / "index", {"a": b"1"})
    (tmp_path / "index" / saved.MANIFEST).write_text(text, encoding="latin-1")
    with pytest.raises(IndexMismatch):
        saved.verified(tmp_path / "index")


def test_a_manifest_that_says_the_same_in_other_words_is_refused(tmp_path: Path) -> None:
    save(tmp_path / "index", {"a": b"1"})
    path = tmp_path / "index" / saved.MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text())), encoding="utf-8")
    with pytest.raises(IndexMismatch):
        saved.verified(tmp_path / "index")


def test_a_manifest_of_another_index_is_refused_with_these_files(tmp_path: Path) -> None:
    save(tmp_path / "one", {"a": b"1"})
    save(tmp_path / "two", {"a": b"2"})
    (tmp_path / "two" / saved.MANIFEST).replace(tmp_path / "one" / saved.MANIFEST)
    with pytest.raises(IndexMismatch, match="a is not as it was written"):
        saved.verified(tmp_path / "one")
