"""Training: right gradients, the same table from the same seed, and labels of a concept closer after than before."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from skillmatch.ngrams import Table
from skillmatch.taxonomy.concepts import Kind, Taxonomy
from skillmatch.text import Language
from skillmatch.train import Corpus, Pairing, Plan, Row, Training, contrastive, prepare, provenance, vocabulary

SMALL = Plan(steps=60, features=4000, dim=32, kept=24, batch=64, altered=50, hard=0.0, save_every=20)
NL, EN = Language("nl"), Language("en")


def no_note(step: int, loss: float) -> None:
    """Says nothing."""


@pytest.fixture(scope="module")
def trained(taxonomy: Taxonomy) -> Training:
    training = prepare(taxonomy, SMALL)
    training.run(no_note)
    return training


def retrieval(table: Table, taxonomy: Taxonomy) -> float:
    """The share of Dutch preferred labels whose nearest English one is of the same concept."""
    pairs = [
        (names[NL][0], names[EN][0])
        for concept in taxonomy.ids
        if taxonomy.kind(concept) in (Kind.OCCUPATION, Kind.SKILL)
        if {NL, EN} <= (names := taxonomy.all_labels(concept)).keys() and names[NL][0] != names[EN][0]
    ]
    dutch, english = zip(*pairs, strict=True)
    found = (table.vectors(dutch) @ table.vectors(english).T).argmax(axis=1)
    return float((found == np.arange(len(pairs))).mean())


def test_gradients_are_those_of_the_loss() -> None:
    draw = np.random.default_rng(0)
    left, right = (draw.standard_normal((6, 5)).astype(np.float64) for _ in range(2))
    mask = np.zeros((6, 6), bool)
    mask[0, 3] = mask[4, 2] = True
    _, towards_left, towards_right = contrastive(left, right, mask, 0.5)  # type: ignore[arg-type]
    for given, slopes in ((left, towards_left), (right, towards_right)):
        for place in np.ndindex(given.shape):
            given[place] += 1e-5
            above = contrastive(left, right, mask, 0.5)[0]  # type: ignore[arg-type]
            given[place] -= 2e-5
            below = contrastive(left, right, mask, 0.5)[0]  # type: ignore[arg-type]
            given[place] += 1e-5
            assert slopes[place] == pytest.approx((above - below) / 2e-5, abs=1e-4)


def test_training_brings_the_labels_of_a_concept_together(trained: Training, taxonomy: Taxonomy) -> None:
    before, after = (retrieval(training.table({}), taxonomy) for training in (prepare(taxonomy, SMALL), trained))
    assert after > before + 0.2


def test_training_lowers_its_loss(taxonomy: Taxonomy) -> None:
    losses: list[float] = []
    prepare(taxonomy, replace(SMALL, save_every=1)).run(lambda _, loss: losses.append(loss))
    assert len(losses) == SMALL.steps
    assert losses[-1] < losses[0] - 0.5


def test_the_same_seed_gives_the_same_table_and_another_seed_another(trained: Training, taxonomy: Taxonomy) -> None:
    again, other = prepare(taxonomy, SMALL), prepare(taxonomy, replace(SMALL, seed=1))
    again.run(no_note)
    other.run(no_note)
    assert again.table({}).digest == trained.table({}).digest != other.table({}).digest


def test_a_stopped_training_goes_on_as_if_it_had_not_been(
    trained: Training, taxonomy: Taxonomy, tmp_path: Path
) -> None:
    class Stop(Exception):
        pass

    def stop(step: int, loss: float) -> None:
        if step == 40:
            raise Stop

    first = prepare(taxonomy, SMALL)
    with pytest.raises(Stop):
        first.run(stop, tmp_path / "checkpoint.npz")
    steps: list[int] = []
    second = prepare(taxonomy, SMALL)
    second.run(lambda step, _: steps.append(step), tmp_path / "checkpoint.npz")
    assert steps == [40, 60]
    assert second.table({}).digest == trained.table({}).digest


def test_a_checkpoint_of_another_plan_is_not_gone_on_from(taxonomy: Taxonomy, tmp_path: Path) -> None:
    prepare(taxonomy, SMALL).run(no_note, tmp_path / "checkpoint.npz")
    steps: list[int] = []
    prepare(taxonomy, replace(SMALL, seed=3)).run(lambda step, _: steps.append(step), tmp_path / "checkpoint.npz")
    assert steps == [20, 40, 60]


def test_near_concepts_are_drawn_together_once_they_are_known(taxonomy: Taxonomy) -> None:
    training = prepare(taxonomy, replace(SMALL, steps=320, batch=32, hard=1.0, save_every=320))
    training.run(no_note)
    near = training.state.near
    assert near is not None
    named = np.unique(training._corpus.concept)
    assert np.isin(near, named).all()
    assert (near[named] == named[:, None]).any(axis=1).mean() > 0.8  # most concepts are among their own nearest


def corpus() -> Corpus:
    rows = [
        Row("cook", 0, EN, 1.0), Row("chef", 0, EN, 1.0), Row("kok", 0, NL, 1.0), Row("!!", 0, NL, 1.0),
        Row("welder", 2, EN, 1.0), Row("lasser", 2, NL, 1.0), Row("baker", 3, EN, 1.0),
    ]  # fmt: skip
    return Corpus.of_rows(rows, 4)


def test_rows_without_a_letter_are_left_out() -> None:
    assert np.diff(corpus().concept_rows).tolist() == [3, 0, 2, 1]


def test_partners_are_of_the_same_concept_and_another_text_where_there_is_one() -> None:
    given = corpus()
    pairing = Pairing(given, Plan(batch=500), np.random.default_rng(0))
    rows, partners = pairing.batch(None)
    assert (given.concept[rows] == given.concept[partners]).all()
    alone = given.concept[rows] == 3
    assert (rows[alone] == partners[alone]).all()
    assert (given.text[rows] == given.text[partners])[~alone].mean() < 0.15
    assert set(np.unique(rows)) == set(range(6))


def test_a_vocabulary_keeps_what_most_texts_have() -> None:
    rows = [Row(text, number, EN, 1.0) for number, text in enumerate(("welder", "welders", "welding", "cook"))]
    given = Corpus.of_rows(rows, 4)
    few = vocabulary(given, 5)
    assert len(few.keys) == 5
    assert (np.diff(few.offsets)[:3] == 5).all()  # those that the three words share
    assert np.diff(few.offsets)[3] == 0
    assert len(vocabulary(given, 10**6).keys) == len(np.unique(given.features.hashes))


def test_a_table_keeps_the_directions_in_which_texts_differ(trained: Training, taxonomy: Taxonomy) -> None:
    whole = Training(trained._corpus, replace(SMALL, kept=SMALL.dim), np.random.default_rng(0))
    whole.state.values = trained.state.values
    every = whole.table({})
    any_24 = Table.of(every.keys, trained.state.values[:, :24], {})
    texts = list(taxonomy.labels[NL].text)
    cosines, kept, cut = (rows @ rows.T for rows in (one.vectors(texts) for one in (every, trained.table({}), any_24)))
    assert trained.table({}).dim == 24
    assert np.abs(kept - cosines).mean() < 0.7 * np.abs(cut - cosines).mean()


def test_a_table_says_what_it_was_made_from(trained: Training, taxonomy: Taxonomy, tmp_path: Path) -> None:
    trained.table(provenance(taxonomy, SMALL)).save(tmp_path)
    about = Table.load(tmp_path).about
    assert about["trained on"] == f"ESCO {taxonomy.release.version}"
    assert about["plan"]["seed"] == 0
    assert about["languages"]["nl"] > 0
