"""The n-gram encoder's features, and sums that are the same in any batch."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillmatch.errors import EncoderError
from skillmatch.ngrams import FORMAT, MANIFEST, Table, ascii_form, bags

GREETINGS = {
    "nl": "lasser", "fr": "soudeur à l'arc", "de": "Schweißer", "el": "συγκολλητής", "bg": "заварчик", "uk": "зварник",
    "ar": "لحام", "fa": "جوشکار", "he": "רתך", "ka": "შემდუღებელი", "hy": "եռակցող", "am": "በያጅ", "ti": "መምህር",
    "hi": "वेल्डर", "th": "ช่างเชื่อม", "ja": "溶接工", "ko": "용접공", "zh": "焊工", "tr": "kaynakçı", "ps": "ولډر",
}  # fmt: skip


@pytest.fixture(scope="module")
def table() -> Table:
    """A table that knows every feature of the greetings and of some English words."""
    forms = [ascii_form(text) for text in (*GREETINGS.values(), "welder of metal pipes", "head of unit")]
    keys = np.unique(bags(forms).hashes)
    return Table.of(keys, np.random.default_rng(0).standard_normal((len(keys), 32), dtype=np.float32), {"made": "here"})


def features(text: str) -> list[int]:
    return sorted(bags([ascii_form(text)]).hashes.tolist())


@pytest.mark.parametrize("text", GREETINGS.values(), ids=GREETINGS)
def test_every_script_is_written_in_latin_letters_and_has_features(text: str) -> None:
    form = ascii_form(text)
    assert form
    assert all(sign.islower() or sign.isdigit() or sign in " +#" for sign in form)
    assert features(text)


@given(st.text(max_size=600))
def test_any_text_has_a_latin_form_of_bounded_length_that_is_its_own(text: str) -> None:
    form = ascii_form(text)
    assert form.isascii()
    assert len(form) <= 500
    assert ascii_form(form) == form[:400].strip()


def test_case_accents_and_punctuation_leave_the_features_alone() -> None:
    assert features("Élève-SOUDEUR!") == features("eleve soudeur")
    assert features("C++") != features("C")


def test_a_word_has_its_grams_with_the_spaces_around_it_itself_and_its_consonants() -> None:
    # " abc ": 3 trigrams, 2 of length four, 1 of length five, the word; " bc ": 2 trigrams, 1 of four letters, the rest
    assert len(features("abc")) == 3 + 2 + 1 + 1 + (2 + 1 + 1)


def test_the_order_of_two_words_is_a_feature_and_that_of_distant_ones_is_not() -> None:
    assert set(features("head chef")) ^ set(features("chef head"))
    assert set(features("a b")) & set(features("b a"))


def test_words_of_different_texts_are_no_pair() -> None:
    together, apart = bags(["head", "chef"]), [bags(["head"]), bags(["chef"])]
    assert together.hashes.tolist() == np.concatenate([part.hashes for part in apart]).tolist()
    assert together.offsets.tolist() == [0, len(apart[0].hashes), len(together.hashes)]


def test_features_are_the_same_on_every_machine_and_in_every_version() -> None:
    # a table is of no use to features that hash otherwise: if this fails, FORMAT has to go up and a table be trained
    assert FORMAT == 1
    assert bags(["welder"]).hashes[:4].tolist() == [233779925, 2125766915, 3411795850, 2190730433]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from([*GREETINGS.values(), "", "metal", "welder of metal pipes " * 9]), max_size=40))
def test_a_text_has_the_same_bytes_in_any_batch(table: Table, texts: list[str]) -> None:
    alone = [table.vectors([text]).tobytes() for text in texts]
    assert [row.tobytes() for row in table.vectors(texts)] == alone
    assert [row.tobytes() for row in table.vectors(texts[::-1])] == alone[::-1]


def test_a_text_has_the_same_bytes_across_the_borders_of_blocks(table: Table) -> None:
    texts = [f"welder {number} of metal" for number in range(2500)]
    alone = np.concatenate([table.vectors([text]) for text in texts])
    assert table.vectors(texts).tobytes() == alone.tobytes()


def test_rows_have_length_one_or_zero_where_nothing_is_known(table: Table) -> None:
    lengths = np.linalg.norm(table.vectors(["welder", "qqqq", "", "\x00", "\ud800", "🔥", "x" * 1_000_000]), axis=1)
    assert lengths[0] == pytest.approx(1, abs=1e-6)
    assert not lengths[1:].any()


def test_no_texts_give_no_rows(table: Table) -> None:
    assert table.vectors([]).shape == (0, 32)


def test_the_longest_texts_fit_a_block(table: Table) -> None:
    texts = ["ŀ" * 1000 + "ﷺ" * 1000, "ﷺ" * 1000] * 600  # one sign becomes many letters
    assert np.isfinite(table.vectors(texts)).all()


def test_small_numbers_come_near_to_what_was_learnt() -> None:
    draw = np.random.default_rng(1)
    values = draw.standard_normal((500, 64), dtype=np.float32) * draw.uniform(0.01, 3, (500, 1)).astype(np.float32)
    table = Table.of(np.arange(500, dtype=np.uint32), values, {})
    kept = table.rows * table.scales[:, None].astype(np.float32)
    cosines = (kept * values).sum(axis=1) / np.linalg.norm(kept, axis=1) / np.linalg.norm(values, axis=1)
    assert np.percentile(cosines, 5) > 0.999
    ratios = np.linalg.norm(kept, axis=1) / np.linalg.norm(values, axis=1)
    assert np.median(np.abs(ratios / np.median(ratios) - 1)) < 0.01


def test_a_saved_table_comes_back_as_it_was(table: Table, tmp_path: Path) -> None:
    table.save(tmp_path)
    loaded = Table.load(tmp_path)
    assert loaded.digest == table.digest
    assert loaded.about == {"made": "here"}
    assert loaded.vectors(["welder"]).tobytes() == table.vectors(["welder"]).tobytes()


def test_the_digest_changes_with_any_bit(table: Table) -> None:
    rows = table.rows.copy()
    rows[-1, -1] ^= 1
    assert Table(table.keys, rows, table.scales, table.about).digest != table.digest


@pytest.mark.parametrize("name", ["keys.npy", "rows.npy", "scales.npy", MANIFEST])
def test_a_missing_file_is_named(table: Table, tmp_path: Path, name: str) -> None:
    table.save(tmp_path)
    (tmp_path / name).unlink()
    with pytest.raises(EncoderError, match=name):
        Table.load(tmp_path)


@pytest.mark.parametrize("name", ["keys.npy", "rows.npy", "scales.npy"])
def test_a_damaged_file_is_named(table: Table, tmp_path: Path, name: str) -> None:
    table.save(tmp_path)
    content = bytearray((tmp_path / name).read_bytes())
    content[-1] ^= 1
    (tmp_path / name).write_bytes(content)
    with pytest.raises(EncoderError, match=name):
        Table.load(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", "7", '{"format": 1}', '{"format": 99}', "[" * 100_000])
def test_a_damaged_manifest_is_named(table: Table, tmp_path: Path, text: str) -> None:
    table.save(tmp_path)
    (tmp_path / MANIFEST).write_text(text)
    with pytest.raises(EncoderError, match=MANIFEST):
        Table.load(tmp_path)


def test_arrays_of_another_size_than_the_manifest_says_are_refused(table: Table, tmp_path: Path) -> None:
    table.save(tmp_path)
    manifest = json.loads((tmp_path / MANIFEST).read_text())
    (tmp_path / MANIFEST).write_text(json.dumps({**manifest, "dim": 31}))
    with pytest.raises(EncoderError, match="size"):
        Table.load(tmp_path)
