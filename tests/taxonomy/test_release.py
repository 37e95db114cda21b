import errno
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillmatch.errors import TaxonomyError
from skillmatch.taxonomy import release
from skillmatch.taxonomy.concepts import ConceptId, Kind, Labels, LabelStatus, Links, Release, Taxonomy, Texts
from skillmatch.taxonomy.release import load, save, summary, verify
from skillmatch.text import Language
from tests.small_esco.concepts import ISCO_GROUPS, LANGUAGES, OCCUPATIONS, SKILL_GROUPS, SKILLS
from tests.taxonomy.test_esco import contents

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
languages = st.sampled_from(["nl", "ar", "en", "uk"]).map(Language)


@st.composite
def taxonomies(draw: st.DrawFn) -> Taxonomy:
    """Any taxonomy of up to twelve concepts, the empty one included."""
    size = draw(st.integers(0, 12))
    columns = st.lists(words, min_size=size, max_size=size).map(Texts.of)
    number = st.integers(0, max(size - 1, 0))
    pairs = st.lists(st.tuples(number, number), max_size=20 if size else 0)
    links = pairs.map(lambda found: Links.of(size, found))
    rows = st.lists(st.tuples(number, st.sampled_from(LabelStatus), words), max_size=20 if size else 0)
    kinds = draw(st.lists(st.sampled_from(Kind), min_size=size, max_size=size))
    return Taxonomy(
        release=Release(draw(words), draw(words), "official", "licence", notes=tuple(draw(st.lists(words)))),
        ids=tuple(ConceptId(f"http://x/{i}{draw(words)}") for i in range(size)),
        kinds=np.array(kinds, dtype=np.int8),
        labels=draw(st.dictionaries(languages, rows.map(Labels.pack))),
        isco=draw(columns),
        code=draw(columns),
        skill_types=draw(columns),
        reuse=draw(columns),
        regulated=draw(columns),
        nace=draw(columns),
        essential=draw(links),
        optional=draw(links),
        broader=draw(links),
        related=draw(links),
        descriptions=draw(st.dictionaries(languages, columns)),
    )


@settings(deadline=None, max_examples=40)
@given(taxonomies())
def test_what_is_saved_is_what_is_loaded(taxonomy: Taxonomy) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        stored = save(taxonomy, Path(folder))
        verify(Path(folder))
        loaded = load(Path(folder))
        assert loaded.release == stored.release
        assert replace(loaded.release, digest="") == taxonomy.release
        assert contents(loaded) == contents(taxonomy)


def test_a_loaded_taxonomy_is_memory_mapped_and_cannot_be_changed(taxonomy: Taxonomy, tmp_path: Path) -> None:
    save(taxonomy, tmp_path)
    blob = load(tmp_path).labels[Language("nl")].text.blob
    assert isinstance(blob.base, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        blob[0] = 0


def test_nothing_that_is_stored_needs_pickle(taxonomy: Taxonomy, tmp_path: Path) -> None:
    save(taxonomy, tmp_path)
    for path in tmp_path.rglob("*.npy"):
        assert np.load(path, allow_pickle=False).dtype.kind in "iu"


# --- the digest ----------------------------------------------------------------------------------------------------


def test_the_same_release_from_another_place_has_the_same_digest(taxonomy: Taxonomy, tmp_path: Path) -> None:
    elsewhere = replace(taxonomy, release=replace(taxonomy.release, source="elsewhere", notes=("read twice",)))
    assert save(taxonomy, tmp_path / "a").release.digest == save(elsewhere, tmp_path / "b").release.digest


def test_the_digest_changes_with_any_content(taxonomy: Taxonomy, tmp_path: Path) -> None:
    dutch = Language("nl")
    rows = [(0, LabelStatus.PREFERRED, "een ander label")]
    size = len(taxonomy.ids)
    changed = [
        replace(taxonomy, ids=(ConceptId("http://x/1"), *taxonomy.ids[1:])),
        replace(taxonomy, kinds=taxonomy.kinds[::-1]),
        replace(taxonomy, labels={**taxonomy.labels, dutch: Labels.pack(rows)}),
        replace(taxonomy, labels={name: taxonomy.labels[name] for name in taxonomy.languages if name != dutch}),
        replace(taxonomy, nace=Texts.of(["99"] * size)),
        replace(taxonomy, optional=taxonomy.essential),
        replace(taxonomy, descriptions={}),
        replace(taxonomy, release=replace(taxonomy.release, version="9.9")),
        replace(taxonomy, release=replace(taxonomy.release, relations="estimated")),
    ]
    digests = {save(one, tmp_path).release.digest for one in [taxonomy, *changed]}
    assert len(digests) == len(changed) + 1


# --- replacing -----------------------------------------------------------------------------------------------------


@pytest.fixture
def newer(taxonomy: Taxonomy) -> Taxonomy:
    return replace(taxonomy, release=replace(taxonomy.release, version="9.9"))


def test_a_new_release_takes_the_place_of_the_old_and_leaves_nothing_of_it(
    taxonomy: Taxonomy, newer: Taxonomy, tmp_path: Path
) -> None:
    save(taxonomy, tmp_path)
    save(newer, tmp_path)
    assert load(tmp_path).release.version == "9.9"
    assert len(list(tmp_path.iterdir())) == 2


def test_a_reader_of_the_old_release_can_read_on(taxonomy: Taxonomy, newer: Taxonomy, tmp_path: Path) -> None:
    save(taxonomy, tmp_path)
    reader = load(tmp_path)
    save(newer, tmp_path)
    assert contents(reader) == contents(taxonomy)


@pytest.mark.parametrize("before_the_end", [0, 1, 2, 20])
def test_a_disk_that_fails_leaves_the_previous_release(
    taxonomy: Taxonomy, newer: Taxonomy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before_the_end: int
) -> None:
    folder = tmp_path / "esco"
    save(taxonomy, folder)
    before = sorted(folder.rglob("*"))
    at = len(list(folder.rglob("*.npy"))) + 1 - before_the_end
    writes = [0]
    write = release._write

    def failing(path: Path, content: bytes) -> object:
        writes[0] += 1
        if writes[0] == at:
            path.write_bytes(content[: len(content) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(release, "_write", failing)
    with pytest.raises(TaxonomyError, match="No space left on device"):
        save(newer, folder)
    assert writes[0] == at
    assert sorted(folder.rglob("*")) == before
    verify(folder)
    assert contents(load(folder)) == contents(taxonomy)


KILLED = """
import os, sys
from dataclasses import replace
from pathlib import Path
from skillmatch.taxonomy.release import load, save

folder, at = Path(sys.argv[1]), int(sys.argv[2])
old = load(folder)
steps, real = [0], os.fsync
def fsync(handle):
    steps[0] += 1
    if steps[0] == at:
        os._exit(9)
    real(handle)
os.fsync = fsync
save(replace(old, release=replace(old.release, version="9.9")), folder)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("after", "version"),
    [
        pytest.param(-20, "1.2.0", id="among the arrays"),
        pytest.param(0, "1.2.0", id="in the last array"),
        pytest.param(2, "1.2.0", id="in the manifest"),
        pytest.param(3, "9.9", id="after the switch"),
    ],
)
def test_a_writer_that_is_killed_leaves_the_old_release_or_the_new(
    taxonomy: Taxonomy, tmp_path: Path, after: int, version: str
) -> None:
    save(taxonomy, tmp_path)
    at = len(list(tmp_path.rglob("*.npy"))) + after
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), str(at)], check=False)
    assert killed.returncode == 9
    verify(tmp_path)
    assert load(tmp_path).release.version == version
    assert contents(load(tmp_path)) == contents(taxonomy)
    save(taxonomy, tmp_path)
    assert len(list(tmp_path.iterdir())) == 2


# --- damage --------------------------------------------------------------------------------------------------------


def test_a_folder_without_a_release_says_how_to_install_one(tmp_path: Path) -> None:
    for ask in (load, verify):
        with pytest.raises(TaxonomyError, match=r"no ESCO is installed.*skillmatch esco install"):
            ask(tmp_path / "none")


def stored_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_file_that_is_missing_shorter_or_longer_is_refused_on_loading(taxonomy: Taxonomy, tmp_path: Path) -> None:
    save(taxonomy, tmp_path)
    for path in stored_files(tmp_path):
        whole = path.read_bytes()
        for damaged in (whole[:-1], whole + b"x", b"", None):
            path.unlink()
            if damaged is not None:
                path.write_bytes(damaged)
            for ask in (load, verify):
                with pytest.raises(TaxonomyError, match="skillmatch esco install"):
                    ask(tmp_path)
            path.write_bytes(whole)
    assert contents(load(tmp_path)) == contents(taxonomy)


@pytest.mark.slow
def test_every_changed_byte_is_found_by_verifying_and_loading_never_crashes(taxonomy: Taxonomy, tmp_path: Path) -> None:
    save(taxonomy, tmp_path)
    chance = random.Random(7)
    paths = stored_files(tmp_path)
    for _ in range(300):
        path = chance.choice(paths)
        whole = path.read_bytes()
        damaged = bytearray(whole)
        damaged[chance.randrange(min(len(whole), chance.choice([130, len(whole)])))] ^= chance.randrange(1, 256)
        path.write_bytes(damaged)
        with pytest.raises(TaxonomyError):
            verify(tmp_path)
        with suppress(TaxonomyError):
            load(tmp_path)
        path.write_bytes(whole)
    verify(tmp_path)


def test_uris_that_are_no_text_any_more_are_refused_on_loading(taxonomy: Taxonomy, tmp_path: Path) -> None:
    save(taxonomy, tmp_path)
    path = next(tmp_path.rglob("ids.text.npy"))
    path.write_bytes(path.read_bytes()[:-1] + b"\xff")
    with pytest.raises(TaxonomyError, match=r"ids: not UTF-8.*skillmatch esco install"):
        load(tmp_path)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "null", '"x"', "[" * 100_000, '{"content": {}, "checksum": "\\ud800"}']
)
def test_a_manifest_that_is_none_is_refused(taxonomy: Taxonomy, tmp_path: Path, text: str) -> None:
    save(taxonomy, tmp_path)
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(TaxonomyError, match=r"manifest\.json"):
        load(tmp_path)


def test_a_release_stored_in_another_format_is_refused(
    taxonomy: Taxonomy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release, "FORMAT", release.FORMAT + 1)
    save(taxonomy, tmp_path)
    monkeypatch.undo()
    with pytest.raises(TaxonomyError, match="another version of skillmatch"):
        load(tmp_path)


def test_arrays_that_do_not_fit_each_other_are_refused(taxonomy: Taxonomy, tmp_path: Path) -> None:
    dutch = taxonomy.labels[Language("nl")]
    misfits = [
        replace(taxonomy, ids=taxonomy.ids[1:]),
        replace(taxonomy, nace=Texts.of(["25"])),
        replace(taxonomy, broader=Links.of(3, [(0, 1)])),
        replace(taxonomy, labels={Language("nl"): Labels(dutch.concept[1:], dutch.status, dutch.text)}),
        replace(taxonomy, kinds=taxonomy.kinds.astype(np.int64)),
    ]
    for misfit in misfits:
        save(misfit, tmp_path)
        with pytest.raises(TaxonomyError, match="skillmatch esco install"):
            load(tmp_path)


# --- telling -------------------------------------------------------------------------------------------------------


def test_the_summary_counts_what_is_there_and_carries_the_licence_line(taxonomy: Taxonomy, tmp_path: Path) -> None:
    told = summary(save(taxonomy, tmp_path))
    assert told["version"] == "1.2.0"
    assert told["relations"] == "official"
    assert told["licence"] == "This service uses the ESCO classification of the European Commission."
    assert told["concepts"] == {"occupations": 11, "skills": 20, "isco_groups": 34, "skill_groups": 13}
    assert told["links"] == {"essential": 22, "optional": 19, "broader": 71, "related": 2}
    written = [row.labels for row in OCCUPATIONS] + [row.labels for row in SKILLS]
    groups = len(ISCO_GROUPS) + len(SKILL_GROUPS)
    labels = {name: groups + sum(len(one.get(name, ())) for one in written) for name in LANGUAGES}
    assert told["languages"] == {
        "ar": {"labels": labels["ar"], "occupations": 10, "skills": 19},
        "en": {"labels": labels["en"], "occupations": 11, "skills": 20},
        "nl": {"labels": labels["nl"], "occupations": 11, "skills": 20},
    }
    assert told["labels"] == sum(labels.values())
    assert json.loads(json.dumps(told)) == told


@pytest.mark.slow
def test_all_of_esco_loads_in_well_under_half_a_second(real_taxonomy: Taxonomy, tmp_path: Path) -> None:
    save(real_taxonomy, tmp_path)
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        loaded = load(tmp_path)
        loaded.occupation(loaded.ids[0])
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 0.5
    assert contents(loaded) == contents(real_taxonomy)
