"""Learns the table of the n-gram encoder from an ESCO release: labels of one concept together, others apart.

A step draws pairs of labels of one concept, in one language or two, and lowers the symmetric cross-entropy of finding
each label's partner among all partners of the batch (InfoNCE). Half of the later batches are made of concepts that lie
close to one another. Gradients are written out by hand, so that numpy and scipy suffice, and every random choice comes
from one seeded generator: the same release, seed and steps on the same machine give the same table.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillmatch.ngrams import Bags, Table, ascii_form, bags
from skillmatch.taxonomy.concepts import Kind, LabelStatus, Taxonomy
from skillmatch.text import Language

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]
Note = Callable[[int, float], None]
"""Told (steps done, running mean of the loss) from time to time."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What can be chosen about a training."""

    steps: int = 3000
    seed: int = 0
    features: int = 150_000
    dim: int = 256
    kept: int = 192
    """Principal directions that the table keeps of ``dim``: 192 measure as 256 do, 128 lose in phrases."""
    batch: int = 1024
    temperature: float = 0.05
    rate: float = 0.03
    dropout: float = 0.2
    """Share of a text's features that a step leaves out."""
    same_language: float = 0.5
    """Share of partners that come from the language of the label, where it has another there."""
    hard: float = 0.5
    """Share of batches made of near concepts, once there are such."""
    altered: int = 80_000
    """Rows added with a typing error, a word left out, or a sentence around them."""
    save_every: int = 50


_MINE_FIRST, _MINE_EVERY, _NEAR, _FAMILY = 300, 600, 32, 16
_WORDS = 30  # of a description
_SAMPLE = 40_000  # texts

_WEIGHTS = {"nl": 1.0, "fr": 1.0, "tr": 1.0, "fa": 1.0, "en": 0.8, "de": 0.8, "es": 0.7, "ar": 0.6, "uk": 0.6}
_OTHER, _OTHER_FEATURES = 0.25, 0.35
"""Weights of the languages of newcomers and counsellors in Flanders; others, in drawing pairs and choosing features."""

_PREFERRED, _LABEL, _DESCRIPTION, _SPOKEN = 1.5, 1.0, 0.6, 1.5

_AROUND: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "nl": (
        (
            "ik heb gewerkt als {}",
            "ik was {}",
            "ik werk als {} in een klein bedrijf",
            "ervaren {} gezocht",
            "job als {}",
        ),
        ("ik heb ervaring met {}", "ik kan {}", "je kunt {}", "kennis van {}", "goed in {}", "technieken van {}"),
    ),
    "en": (
        (
            "I worked as a {}",
            "I have worked as {} for many years",
            "experienced {} wanted",
            "my job was {}",
            "senior {}",
        ),
        ("I have experience with {}", "I can {}", "able to {}", "knowledge of {}", "experience in {} is a plus"),
    ),
    "fr": (
        ("j'ai travaillé comme {}", "je suis {}", "je cherche un emploi de {}", "{} expérimenté", "poste de {}"),
        ("j'ai de l'expérience en {}", "je sais {}", "connaissance de {}", "capacité à {}", "utilisation de {}"),
    ),
    "de": (
        ("ich habe als {} gearbeitet", "ich bin {}", "Stelle als {}", "erfahrener {}"),
        ("ich habe Erfahrung mit {}", "ich kann {}", "Kenntnisse in {}"),
    ),
    "es": (
        ("he trabajado como {}", "soy {}", "puesto de {}", "busco trabajo de {}"),
        ("tengo experiencia en {}", "sé {}", "conocimientos de {}"),
    ),
    "ar": (("عملت {}", "أنا {}", "أعمل بوظيفة {}", "كنت أعمل {}"), ("لدي خبرة في {}", "أستطيع {}", "معرفة {}")),
    "uk": (("я працював як {}", "я {}", "моя робота: {}"), ("я маю досвід {}", "я вмію {}", "знання {}")),
    "tr": (("{} olarak çalıştım", "ben {}", "mesleğim {}"), ("{} konusunda deneyimim var", "{} biliyorum")),
    "fa": (("به عنوان {} کار کردم", "من {} هستم", "شغل من {} بود"), ("در {} تجربه دارم", "{} بلدم")),
}
"""Sentences around an occupation and around a skill."""


# --- what is learnt from -------------------------------------------------------------------------------------------


class Row(NamedTuple):
    """A text that names concept number ``concept`` in ``language``, and how much it counts."""

    text: str
    concept: int
    language: Language
    weight: float


def _label_rows(taxonomy: Taxonomy) -> Iterator[Row]:
    wanted = taxonomy.kinds != Kind.SKILL_GROUP
    for language, labels in taxonomy.labels.items():
        columns = zip(labels.text, labels.concept.tolist(), labels.status.tolist(), strict=True)
        for text, concept, status in columns:
            if wanted[concept]:
                yield Row(text, concept, language, _PREFERRED if status == LabelStatus.PREFERRED else _LABEL)


def _spoken_rows(taxonomy: Taxonomy) -> Iterator[Row]:
    for language, phrases in taxonomy.spoken.items():
        for text, concept in zip(phrases.text, phrases.concept.tolist(), strict=True):
            yield Row(text, concept, language, _SPOKEN)


def _description_rows(taxonomy: Taxonomy) -> Iterator[Row]:
    wanted = np.isin(taxonomy.kinds, [Kind.OCCUPATION, Kind.SKILL])
    for language, texts in taxonomy.descriptions.items():
        for concept, text in enumerate(texts):
            if text and wanted[concept]:
                yield Row(" ".join(text.split()[:_WORDS]), concept, language, _DESCRIPTION)


def _misspelt(text: str, draw: np.random.Generator) -> str:
    """``text`` with a letter left out, put twice, swapped with the next, or one too many."""
    at = int(draw.integers(max(1, len(text) - 1)))
    extra = chr(ord("a") + int(draw.integers(26)))
    ways = (
        text[:at] + text[at + 1 :],
        text[:at] + text[at : at + 1] * 2 + text[at + 1 :],
        text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :],
        text[:at] + extra + text[at:],
    )
    return ways[int(draw.integers(len(ways)))]


def _shortened(text: str, draw: np.random.Generator) -> str:
    """``text`` without one of its words where it has three, else without an ending."""
    words = text.split()
    if len(words) > 2:
        words.pop(int(draw.integers(len(words))))
    elif words and len(words[0]) > 7:
        words[0] = words[0][:-2]
    return " ".join(words)


def _altered(row: Row, kind: int, draw: np.random.Generator) -> Row:
    chance = draw.random()
    if chance < 0.4:
        text = _misspelt(row.text, draw)
    elif chance < 0.6:
        text = _shortened(row.text, draw)
    else:
        around = _AROUND[row.language][kind == Kind.SKILL]
        text = around[int(draw.integers(len(around)))].format(row.text)
    return row._replace(text=text, weight=_LABEL)


def _altered_rows(taxonomy: Taxonomy, labels: Sequence[Row], count: int, draw: np.random.Generator) -> list[Row]:
    """``count`` labels (fewer of a small release) drawn by the weight of their language, and altered."""
    usable = [row for row in labels if row.language in _AROUND]
    languages, inverse = np.unique([row.language for row in usable], return_inverse=True)
    weights = np.array([_WEIGHTS[language] for language in languages.tolist()]) / np.sqrt(np.bincount(inverse))
    chances = weights[inverse] / weights[inverse].sum()
    chosen = draw.choice(len(usable), size=min(count, len(usable) // 2), replace=False, p=chances)
    kinds = taxonomy.kinds.tolist()
    return [_altered(usable[place], kinds[usable[place].concept], draw) for place in chosen.tolist()]


@dataclass(frozen=True, slots=True)
class Corpus:
    """The rows to learn from, in the order of concept, then language, and the features of their texts.

    Row ``i`` is text ``text[i]`` of concept ``concept[i]``, counts ``weight[i]`` and belongs to group ``group[i]``: the
    rows of one concept in one language, from ``group_start[g]`` to ``group_start[g + 1]``. The groups of concept ``c``
    are those from ``concept_groups[c]`` on, its rows those from ``concept_rows[c]`` on, to the next concept's.
    """

    features: Bags
    keep: NDArray[np.float32]
    text: Numbers
    concept: Numbers
    weight: NDArray[np.float64]
    group: Numbers
    group_start: Numbers
    group_weight: NDArray[np.float64]
    concept_groups: Numbers
    concept_rows: Numbers

    @classmethod
    def of(cls, taxonomy: Taxonomy, plan: Plan, draw: np.random.Generator) -> "Corpus":
        """All labels of occupations, skills and ISCO groups, beginnings of descriptions, and altered labels."""
        labels = list(_label_rows(taxonomy))
        altered = _altered_rows(taxonomy, labels, plan.altered, draw)
        return cls.of_rows(
            [*labels, *_spoken_rows(taxonomy), *_description_rows(taxonomy), *altered], len(taxonomy.ids)
        )

    @classmethod
    def of_rows(cls, given: Sequence[Row], concepts: int) -> "Corpus":
        """The corpus of these rows; those without a letter or digit are left out."""
        formed = [row._replace(text=form) for row in given if (form := ascii_form(row.text))]
        rows = sorted(formed, key=lambda row: (row.concept, row.language))
        number: dict[str, int] = {}
        text = np.array([number.setdefault(row.text, len(number)) for row in rows])
        concept = np.array([row.concept for row in rows])
        named, language = np.unique([row.language for row in rows], return_inverse=True)
        by_language = np.array([_WEIGHTS.get(name, _OTHER) for name in named.tolist()])
        first = np.flatnonzero(np.diff(concept * len(named) + language, prepend=-1))
        start = np.append(first, len(rows))
        group = np.repeat(np.arange(len(first)), np.diff(start))
        own = np.array([row.weight for row in rows])
        return cls(
            features=bags(list(number)),
            keep=_text_weights(text, [row.language for row in rows], len(number)),
            text=text,
            concept=concept,
            weight=own
            * by_language[language]
            / np.sqrt(np.diff(start)[group]),  # synonyms count less than their number
            group=group,
            group_start=start,
            group_weight=by_language[language[first]],
            concept_groups=np.searchsorted(concept[first], np.arange(concepts + 1)),
            concept_rows=np.searchsorted(concept, np.arange(concepts + 1)),
        )


def _text_weights(text: Numbers, languages: Sequence[Language], size: int) -> NDArray[np.float32]:
    """How much each distinct text counts in choosing features: what its rows weigh, for "C++" is one text in all."""
    out = np.zeros(size, np.float32)
    given = [_WEIGHTS.get(language, _OTHER_FEATURES) for language in languages]
    np.add.at(out, text, np.array(given, np.float32))
    return out


class Vocabulary(NamedTuple):
    """The features that get a row: ``keys`` ascending, ``rarity`` in (0, 1], and the bags of all texts in them."""

    keys: NDArray[np.uint32]
    rarity: Floats
    places: NDArray[np.int32]
    offsets: Numbers


def vocabulary(corpus: Corpus, size: int) -> Vocabulary:
    """The ``size`` features that most texts have, texts counting by language."""
    hashes, offsets = corpus.features
    counted = np.repeat(corpus.keep, np.diff(offsets))
    keys, inverse = np.unique(hashes, return_inverse=True)
    frequency = np.bincount(inverse, weights=counted)
    kept = np.sort(np.argsort(-frequency, kind="stable")[:size])
    row = np.full(len(keys), -1, np.int32)
    row[kept] = np.arange(len(kept))
    places = row[inverse]
    known = places >= 0
    rarity = np.log(len(corpus.keep) / (frequency[kept] + 1)).clip(0.5)
    begins = np.concatenate([[0], np.cumsum(known)])[offsets]
    return Vocabulary(keys[kept], (rarity / rarity.max()).astype(np.float32), places[known], begins)


# --- drawing pairs -------------------------------------------------------------------------------------------------


def _between(cumulative: NDArray[np.float64], low: Numbers, high: Numbers, draw: np.random.Generator) -> Numbers:
    """For each pair low < high one place in [low, high), by weight; ``cumulative`` begins with 0."""
    aim = cumulative[low] + draw.random(len(low)) * (cumulative[high] - cumulative[low])
    return np.clip(np.searchsorted(cumulative, aim, side="right") - 1, low, high - 1)


class Pairing:
    """Draws rows, and partners for them."""

    def __init__(self, corpus: Corpus, plan: Plan, draw: np.random.Generator) -> None:
        self._corpus = corpus
        self._plan = plan
        self._draw = draw
        self._rows = np.concatenate([[0.0], np.cumsum(corpus.weight)])
        self._groups = np.concatenate([[0.0], np.cumsum(corpus.group_weight)])

    def batch(self, near: NDArray[np.int32] | None) -> tuple[Numbers, Numbers]:
        """Rows and their partners; among ``near`` concepts (n x _NEAR) for a share of the calls where it is given."""
        size = self._plan.batch
        if near is not None and self._draw.random() < self._plan.hard:
            seeds = self._corpus.concept[self._any(max(1, size // _FAMILY))]
            family = np.repeat(seeds, _FAMILY)[:size]
            rows = self.of_concepts(near[family, self._draw.integers(near.shape[1], size=len(family))])
        else:
            rows = self._any(size)
        return rows, self._partners(rows)

    def _any(self, size: int) -> Numbers:
        zero = np.zeros(size, np.int64)
        return _between(self._rows, zero, zero + len(self._corpus.text), self._draw)

    def of_concepts(self, concepts: NDArray[Any]) -> Numbers:
        """One row of each of ``concepts``, which have rows."""
        bounds = self._corpus.concept_rows
        return _between(self._rows, bounds[concepts], bounds[concepts + 1], self._draw)

    def _partners(self, rows: Numbers) -> Numbers:
        """Another row of each row's concept; the same text again only where three draws give nothing else."""
        partners = self._partner(rows)
        for _ in range(3):
            same = self._corpus.text[partners] == self._corpus.text[rows]
            partners[same] = self._partner(rows[same])
        return partners

    def _partner(self, rows: Numbers) -> Numbers:
        corpus = self._corpus
        own, concept = corpus.group[rows], corpus.concept[rows]
        bounds = corpus.concept_groups
        other = _between(self._groups, bounds[concept], bounds[concept + 1], self._draw)
        size = np.diff(corpus.group_start)
        abroad = (self._draw.random(len(rows)) >= self._plan.same_language) | (size[own] < 2)
        group = np.where(abroad, other, own)
        return corpus.group_start[group] + (self._draw.random(len(rows)) * size[group]).astype(np.int64)


# --- learning ------------------------------------------------------------------------------------------------------


def contrastive(
    left: Floats, right: Floats, mask: NDArray[np.bool_], temperature: float
) -> tuple[float, Floats, Floats]:
    """The symmetric InfoNCE loss of unit rows, ``left[i]`` belonging to ``right[i]``, and its gradients.

    Where ``mask`` (n x n) is True a pair is neither right nor wrong; its diagonal is False.
    """
    scores = (left @ right.T) / np.float32(temperature)
    scores[mask] = -1e4
    loss, slope = 0.0, np.zeros_like(scores)
    for axis in (0, 1):
        shifted = np.exp(scores - scores.max(axis=axis, keepdims=True))
        share = shifted / shifted.sum(axis=axis, keepdims=True)
        loss -= float(np.log(np.maximum(share.diagonal(), 1e-30)).mean()) / 2
        slope += share
    slope[np.diag_indices(len(slope))] -= 2
    slope *= np.float32(1 / (2 * len(left) * temperature))
    return loss, slope @ right, slope.T @ left


def _through_length(sums: Floats, lengths: Floats, slopes: Floats) -> Floats:
    """The gradient of the sums, given that of their unit rows."""
    units = sums / lengths
    inner: Floats = (slopes - units * (units * slopes).sum(axis=1, keepdims=True)) / lengths
    return inner


def _taken(places: NDArray[np.int32], offsets: Numbers, texts: Numbers) -> tuple[NDArray[np.int32], Numbers]:
    """The bags of some texts, and where each begins."""
    counts = offsets[texts + 1] - offsets[texts]
    begins = np.concatenate([[0], np.cumsum(counts)])
    return places[np.repeat(offsets[texts] - begins[:-1], counts) + np.arange(begins[-1])], begins


@dataclass(slots=True)
class State:
    """All that a step changes: kept in a checkpoint, so that a stopped training goes on as if it had not been."""

    step: int
    values: Floats
    squares: Floats
    near: NDArray[np.int32] | None
    loss: float
    draw: np.random.Generator

    def save(self, path: Path, plan: Plan) -> None:
        """Write it to ``path`` in one step."""
        about = {"step": self.step, "loss": self.loss, "draw": self.draw.bit_generator.state, "plan": asdict(plan)}
        near = np.empty((0, 0), np.int32) if self.near is None else self.near
        fresh = path.with_suffix(".new.npz")
        np.savez(fresh, values=self.values, squares=self.squares, near=near, about=np.array(json.dumps(about)))
        fresh.replace(path)

    def restore(self, path: Path, plan: Plan) -> bool:
        """Go on from ``path``, if it is there and of the same plan and size; whether it is."""
        if not path.is_file():
            return False
        with np.load(path, allow_pickle=False) as stored:
            about = json.loads(str(stored["about"]))
            if about["plan"] != asdict(plan) or stored["values"].shape != self.values.shape:
                return False
            self.values, self.squares, near = stored["values"], stored["squares"], stored["near"]
        self.near = near if near.size else None
        self.step, self.loss = about["step"], about["loss"]
        self.draw.bit_generator.state = about["draw"]
        return True


class Training:
    """One training, from a release to a table."""

    def __init__(self, corpus: Corpus, plan: Plan, draw: np.random.Generator) -> None:
        self._corpus = corpus
        self._plan = plan
        self._words = vocabulary(corpus, plan.features)
        self._pairing = Pairing(corpus, plan, draw)
        noise = draw.standard_normal((len(self._words.keys), plan.dim), dtype=np.float32)
        values = noise * (self._words.rarity / np.float32(np.sqrt(plan.dim)))[:, None]
        self.state = State(0, values, np.zeros(len(values), np.float32), None, 0.0, draw)

    def table(self, about: Mapping[str, Any]) -> Table:
        """What has been learnt so far; before the first step, random projections."""
        return Table.of(self._words.keys, self.state.values @ self._directions(), about)

    def _directions(self) -> Floats:
        """The directions (dim x kept) in which a sample of the texts differs most; all where as many are kept."""
        if self._plan.kept >= self._plan.dim:
            return np.eye(self._plan.dim, dtype=np.float32)
        units = self._encoded(np.arange(0, len(self._corpus.keep), max(1, len(self._corpus.keep) // _SAMPLE)))
        _, directions = np.linalg.eigh(units.T @ units)
        return np.ascontiguousarray(directions[:, ::-1][:, : self._plan.kept])

    def run(self, note: Note, checkpoint: Path | None = None) -> None:
        """All steps that are left; a ``checkpoint`` of the same plan is gone on from, and renewed."""
        if checkpoint:
            self.state.restore(checkpoint, self._plan)
        while self.state.step < self._plan.steps:
            self._step()
            if self.state.step % self._plan.save_every == 0 or self.state.step == self._plan.steps:
                note(self.state.step, self.state.loss)
                if checkpoint:
                    self.state.save(checkpoint, self._plan)

    def _step(self) -> None:
        state, plan = self.state, self._plan
        if plan.hard and state.step % _MINE_EVERY == _MINE_FIRST:
            state.near = self._near()
        rows, partners = self._pairing.batch(state.near)
        rate = plan.rate * (min(1.0, state.step / 100) * (1 - state.step / plan.steps) + 0.01)
        loss = self._descend(rows, partners, rate)
        state.loss = loss if state.step == 0 else 0.98 * state.loss + 0.02 * loss
        state.step += 1

    def _descend(self, rows: Numbers, partners: Numbers, rate: float) -> float:
        """One step down the gradient; the loss before it."""
        size = len(rows)
        text = self._corpus.text
        used, weights = self._bags(np.concatenate([text[rows], text[partners]]))
        sums = weights @ self.state.values[used]
        lengths = np.maximum(np.sqrt(np.square(sums).sum(axis=1, keepdims=True)), np.float32(1e-6))
        units = sums / lengths
        mask = self._no_wrong_pair(rows, partners)
        loss, left, right = contrastive(units[:size], units[size:], mask, self._plan.temperature)
        self._update(used, weights.T @ _through_length(sums, lengths, np.concatenate([left, right])), rate)
        return loss

    def _bags(self, texts: Numbers) -> tuple[NDArray[np.int32], csr_array]:
        """The features in these texts, some dropped, and how often (texts x features) each has them."""
        places, begins = _taken(self._words.places, self._words.offsets, texts)
        kept = self.state.draw.random(len(places), dtype=np.float32) >= self._plan.dropout
        begins = np.concatenate([[0], np.cumsum(kept)])[begins]
        used, column = np.unique(places[kept], return_inverse=True)
        ones = np.ones(len(column), np.float32)
        return used, csr_array((ones, column, begins), shape=(len(texts), len(used)))

    def _no_wrong_pair(self, rows: Numbers, partners: Numbers) -> NDArray[np.bool_]:
        """Pairs of one concept, and with a text that the row or its partner has too, off the diagonal."""
        concept, left, right = self._corpus.concept[rows], self._corpus.text[rows], self._corpus.text[partners]
        mask: NDArray[np.bool_] = concept[:, None] == concept[None]
        for one, other in ((left, right), (right, right), (left, left)):
            mask |= one[:, None] == other[None]
        np.fill_diagonal(mask, False)
        return mask

    def _update(self, used: NDArray[np.int32], slopes: Floats, rate: float) -> None:
        """Adagrad with one step size a feature."""
        squares = self.state.squares[used] + np.square(slopes).mean(axis=1)
        self.state.squares[used] = squares
        self.state.values[used] -= np.float32(rate) * slopes / (np.sqrt(squares)[:, None] + np.float32(1e-10))

    def _near(self) -> NDArray[np.int32]:
        """The nearest concepts of each, by four of their texts; of those without a row any one that has."""
        bounds = self._corpus.concept_rows
        named = np.flatnonzero(np.diff(bounds))
        centres = np.zeros((len(bounds) - 1, self._plan.dim), np.float32)
        for _ in range(4):
            centres[named] += self._encoded(self._corpus.text[self._pairing.of_concepts(named)])
        centres /= np.linalg.norm(centres, axis=1, keepdims=True) + np.float32(1e-9)
        count = min(_NEAR, len(named))
        out = np.full((len(centres), count), named[0], np.int32)
        for block in np.array_split(named, len(named) // 1000 + 1):
            scores = centres[block] @ centres[named].T
            out[block] = named[np.argpartition(-scores, count - 1, axis=1)[:, :count]]
        return out

    def _encoded(self, texts: Numbers) -> Floats:
        parts = [self._units(texts[start : start + 4096]) for start in range(0, len(texts), 4096)]
        return np.concatenate(parts)

    def _units(self, texts: Numbers) -> Floats:
        places, begins = _taken(self._words.places, self._words.offsets, texts)
        used, column = np.unique(places, return_inverse=True)
        ones = np.ones(len(column), np.float32)
        sums = csr_array((ones, column, begins), shape=(len(texts), len(used))) @ self.state.values[used]
        units: Floats = sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-6)
        return units


def prepare(taxonomy: Taxonomy, plan: Plan) -> Training:
    """A training on ``taxonomy``, before its first step; one of all of ESCO takes minutes and 3 GB to prepare."""
    draw = np.random.default_rng(plan.seed)
    return Training(Corpus.of(taxonomy, plan, draw), plan, draw)


def provenance(taxonomy: Taxonomy, plan: Plan) -> dict[str, Any]:
    """What a table's manifest says of its making."""
    return {
        "trained on": f"ESCO {taxonomy.release.version}",
        "release digest": taxonomy.release.digest,
        "licence of the data": taxonomy.release.licence,
        "languages": {language: len(taxonomy.labels[language]) for language in taxonomy.languages},
        "descriptions": sorted(taxonomy.descriptions),
        "plan": asdict(plan),
    }
