"""Encoders: unit rows, odd texts, names that tell them apart."""

import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from skillmatch import encode
from skillmatch.config import Settings
from skillmatch.encode import EmbeddedEncoder, Encoder, NgramEncoder, encode_many, open_encoder
from skillmatch.errors import EncoderError, InvalidInput
from skillmatch.ngrams import Table, ascii_form, bags
from skillmatch.text import normalise

SHIPPED = Settings().data / "esco" / "encoder"
ODD = [
    "",
    " ",
    "\x00",
    "\ud800",
    "👩\u200d🔧",
    "lasser\x00\ud800👩\u200d🔧",
    "x" * 1_000_000,
    "las " * 250_000,
    "\u202e\ufeff",
]
SCRIPTS = [
    "lasser", "soudeur à l'arc", "συγκολλητής", "заварчик", "зварник", "لحام", "جوشکار", "רתך", "शिक्षक", "ช่างเชื่อม",
    "溶接工", "용접공", "焊工", "kaynakçı", "መምህር",
]  # fmt: skip


@pytest.fixture(scope="module", params=["embedded", "ngrams"])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    return open_encoder(request.param, SHIPPED)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A folder with a table that knows the features of two words."""
    keys = np.unique(bags(["welder", "cook"]).hashes)
    Table.of(keys, np.random.default_rng(0).standard_normal((len(keys), 16), dtype=np.float32), {}).save(tmp_path / "t")
    return tmp_path / "t"


def test_texts_in_any_script_become_unit_rows(encoder: Encoder) -> None:
    rows = encoder.encode(SCRIPTS)
    assert rows.shape == (len(SCRIPTS), encoder.dim)
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(len(rows)), abs=1e-5)


def test_odd_texts_become_finite_rows(encoder: Encoder) -> None:
    rows = encoder.encode(ODD)
    assert rows.shape == (len(ODD), encoder.dim)
    assert np.isfinite(rows).all()


def test_no_texts_become_no_rows(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dim)


def test_the_same_call_gives_the_same_bits(encoder: Encoder) -> None:
    assert encoder.encode(SCRIPTS).tobytes() == encoder.encode(SCRIPTS).tobytes()


def test_the_batch_changes_nothing_to_speak_of(encoder: Encoder) -> None:
    alone = np.concatenate([encoder.encode([text]) for text in SCRIPTS])
    assert encoder.encode(SCRIPTS) == pytest.approx(alone, abs=1e-5)


def test_the_batch_changes_no_bit_of_ngrams() -> None:
    encoder = open_encoder("ngrams", SHIPPED)
    texts = [*SCRIPTS, *ODD]
    assert encoder.encode(texts).tobytes() == b"".join(encoder.encode([text]).tobytes() for text in texts)


def test_a_text_without_a_letter_is_a_row_of_zeros_for_ngrams() -> None:
    rows = open_encoder("ngrams", SHIPPED).encode(ODD)
    assert [bool(row.any()) for row in rows] == [bool(normalise(text[:400])) for text in ODD]


def test_translations_lie_nearer_than_other_jobs() -> None:
    encoder = open_encoder("ngrams", SHIPPED)
    words = {"lasser": "soudeur", "verpleegkundige": "infirmier", "pompier": "firefighter", "кухар": "cook"}
    scores = encoder.encode(list(words)) @ encoder.encode(list(words.values())).T
    assert (scores.argmax(axis=1) == np.arange(len(words))).all()


def test_the_shipped_table_is_small_enough_for_a_repository() -> None:
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) <= 40_000_000


def test_processes_give_the_bytes_that_one_gives(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []

    class Pool(ProcessPoolExecutor):
        def __init__(self, workers: int, **options: object) -> None:
            started.append(workers)
            super().__init__(workers, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(encode, "ProcessPoolExecutor", Pool)
    monkeypatch.setattr(encode, "_CHUNK", 100)
    monkeypatch.setattr(encode, "_for_workers", lambda given: (f"ngrams:{given.folder}", 0))
    encoder, texts = NgramEncoder(small), [f"cook {number} welder" for number in range(450)]
    seen: list[tuple[int, int]] = []
    rows = encode_many(encoder, texts, workers=2, progress=lambda done, total: seen.append((done, total)))
    assert started == [2]
    assert rows.tobytes() == encoder.encode(texts).tobytes()
    assert seen[-1] == (450, 450)


def test_an_encoders_name_changes_with_its_table(small: Path, tmp_path: Path) -> None:
    other = Table.of(bags([ascii_form("cook")]).hashes[:1], np.ones((1, 16), np.float32), {})
    other.save(tmp_path / "other")
    assert NgramEncoder(small).name == open_encoder(f"ngrams:{small}").name
    assert NgramEncoder(small).name != NgramEncoder(tmp_path / "other").name


def test_a_damaged_table_is_not_opened(small: Path) -> None:
    with (small / "rows.npy").open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"\xff")
    with pytest.raises(EncoderError, match=r"rows\.npy"):
        open_encoder("ngrams", small)


@pytest.mark.parametrize("name", ["", "ngrams", "ngrams:", "embedded:x", "transformers:", "other"])
def test_names_of_no_encoder_are_refused(name: str) -> None:
    with pytest.raises(InvalidInput, match="encoder"):
        open_encoder(name)


def test_the_embedded_encoder_is_the_default() -> None:
    assert isinstance(open_encoder(), EmbeddedEncoder)
