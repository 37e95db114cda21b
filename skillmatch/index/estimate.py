"""What an ESCO without relations lacks, estimated from its texts: occupation-skill links and missing ISCO codes.

Only the starter needs this. Against the official relations of ESCO 1.1.1 a third of the ten best skills of an
occupation are linked to it, a quarter of the 25 best: enough to say what an occupation is about, not what it asks.
Everything that shows these links says that they are estimated. Tried and left out, for they brought nothing: the best
clause of a description, smoothing over similar occupations, a penalty for skills that are near to many occupations.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillmatch.encode import Encoder, Vectors, encode_many, unit_rows
from skillmatch.taxonomy.concepts import ENGLISH, Kind, Links, Taxonomy, Texts
from skillmatch.text import normalise

ESSENTIAL = 10
OPTIONAL = 15
"""Skills linked to each occupation; ESCO links 22 and 20 on average, but precision falls with every further one."""

_BY_LABEL, _BY_DESCRIPTION, _BY_WORDS = 0.25, 0.5, 0.6
_STEM = 6  # characters of a word that are compared, so that "welding" and "welder" meet
_VOTERS = 10
_AGREED = 0.5  # share of the votes; half of the occupations get a code then, three in four of these ESCO's own
_BLOCK = 256  # occupations at a time: their scores with all skills take 14 MB

Numbers = NDArray[np.int64]
Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Described:
    """Some concepts, by number, with label and description as text and as vector (rows in the same order)."""

    numbers: Numbers
    texts: Sequence[str]
    labels: Vectors
    descriptions: Vectors


def estimate_relations(taxonomy: Taxonomy, encoder: Encoder) -> Taxonomy:
    """``taxonomy`` with estimated links and ISCO codes if its release says "estimated" and has no links, else itself.

    13,485 skills and 3,007 occupations take some 15 seconds on two free cores, nearly all of it encoding.
    """
    occupations, skills = taxonomy.of_kind(Kind.OCCUPATION), taxonomy.of_kind(Kind.SKILL)
    linked = len(taxonomy.essential) + len(taxonomy.optional)
    if taxonomy.release.relations != "estimated" or linked or not len(occupations) or not len(skills):
        return taxonomy
    jobs, abilities, groups = _described(taxonomy, encoder, [occupations, skills, _unit_groups(taxonomy)])
    ranked = np.concatenate(list(_best_skills(jobs, abilities)))
    essential = _links(taxonomy, occupations, ranked[:, :ESSENTIAL])
    optional = _links(taxonomy, occupations, ranked[:, ESSENTIAL:])
    return _with_codes(replace(taxonomy, essential=essential, optional=optional), jobs, groups)


def _unit_groups(taxonomy: Taxonomy) -> Numbers:
    groups = taxonomy.of_kind(Kind.ISCO_GROUP)
    return groups[np.array([len(taxonomy.isco[group]) == 4 for group in groups], dtype=np.bool_)]


def _described(taxonomy: Taxonomy, encoder: Encoder, several: Sequence[Numbers]) -> list[_Described]:
    """Each of ``several`` sets of concepts with its vectors, encoded in one go, each set centred by itself.

    A skill is described by its label alone: a longer text brings it no nearer to the occupations that need it.
    """
    labels = [[taxonomy.label(taxonomy.ids[number], (ENGLISH,)).lower() for number in numbers] for numbers in several]
    texts = [
        label if taxonomy.kinds[number] == Kind.SKILL else taxonomy.description(taxonomy.ids[number]).lower() or label
        for numbers, named in zip(several, labels, strict=True)
        for number, label in zip(numbers, named, strict=True)
    ]
    flat = [label for named in labels for label in named]
    distinct = {text: place for place, text in enumerate(dict.fromkeys([*flat, *texts]))}
    vectors = encode_many(encoder, list(distinct))
    described, start = [], 0
    for numbers, named in zip(several, labels, strict=True):
        longer = texts[start : start + len(named)]
        start += len(named)
        described.append(
            _Described(
                numbers,
                [f"{label} {text}" if text != label else label for label, text in zip(named, longer, strict=True)],
                _centred(vectors[[distinct[label] for label in named]]),
                _centred(vectors[[distinct[text] for text in longer]]),
            )
        )
    return described


def _centred(vectors: Vectors) -> Vectors:
    return unit_rows(vectors - vectors.mean(axis=0)) if len(vectors) else vectors


def _best_skills(jobs: _Described, skills: _Described) -> Iterator[Numbers]:
    """For blocks of occupations the numbers of their best skills, best first."""
    rarity = _rarity(skills.texts)
    words, asked = _words(jobs.texts, rarity), _words(skills.texts, rarity)
    kept = min(ESSENTIAL + OPTIONAL, len(skills.numbers))
    for start in range(0, len(jobs.numbers), _BLOCK):
        block = slice(start, start + _BLOCK)
        score = _BY_LABEL * (jobs.labels[block] @ skills.labels.T)
        score += _BY_DESCRIPTION * (jobs.descriptions[block] @ skills.labels.T)
        score += _BY_WORDS * (words[block] @ asked.T).toarray()
        yield skills.numbers[np.argsort(-score, axis=1, kind="stable")[:, :kept]]


def _stems(text: str) -> set[str]:
    return {word[:_STEM] for word in normalise(text).split() if len(word) > 2}


def _rarity(texts: Sequence[str]) -> dict[str, float]:
    """The inverse document frequency of each stem in ``texts``."""
    counts = Counter(stem for text in texts for stem in _stems(text))
    return {stem: float(np.log(len(texts) / count)) for stem, count in counts.items()}


def _words(texts: Sequence[str], rarity: dict[str, float]) -> csr_array:
    """Unit rows over the stems of ``rarity``: shape (len(texts), len(rarity))."""
    column = {stem: place for place, stem in enumerate(rarity)}
    known = [sorted(column[stem] for stem in _stems(text) if stem in column) for text in texts]
    starts = np.cumsum([0, *map(len, known)])
    columns = np.array([place for row in known for place in row], dtype=np.int64)
    weights = np.array(list(rarity.values()), dtype=np.float32)[columns] if len(columns) else np.empty(0, np.float32)
    owners = np.repeat(np.arange(len(texts)), np.diff(starts))
    lengths = np.sqrt(np.bincount(owners, weights**2, minlength=len(texts)))
    weights /= np.maximum(lengths, 1e-9)[owners].astype(np.float32)
    return csr_array((weights, columns, starts), shape=(len(texts), len(rarity)))


def _links(taxonomy: Taxonomy, sources: Numbers, targets: Numbers) -> Links:
    pairs = zip(np.repeat(sources, targets.shape[1]).tolist(), targets.ravel().tolist(), strict=True)
    return Links.of(len(taxonomy.ids), pairs)


def _with_codes(taxonomy: Taxonomy, jobs: _Described, groups: _Described) -> Taxonomy:
    """An ISCO code for each occupation without one for which the nearest unit groups and coded occupations agree."""
    without = np.array([not taxonomy.isco[number] for number in jobs.numbers], dtype=np.bool_)
    if not without.any() or not len(groups.numbers):
        return taxonomy
    voted = zip(jobs.numbers[without].tolist(), _voted_codes(taxonomy, jobs, groups, without), strict=True)
    found = {job: code for job, code in voted if code}
    group_of = {taxonomy.isco[number]: int(number) for number in groups.numbers}
    broader = [*_pairs(taxonomy.broader), *((job, group_of[code]) for job, code in found.items() if code in group_of)]
    note = f"the ISCO group of {len(found):,} occupations is estimated"
    return replace(
        taxonomy,
        isco=Texts.of(found.get(number, code) for number, code in enumerate(taxonomy.isco)),
        broader=Links.of(len(taxonomy.ids), broader),
        release=replace(taxonomy.release, notes=(*taxonomy.release.notes, note)),
    )


def _pairs(links: Links) -> list[tuple[int, int]]:
    sources = np.repeat(np.arange(len(links.starts) - 1), np.diff(links.starts))
    return list(zip(sources.tolist(), links.targets.tolist(), strict=True))


def _voted_codes(taxonomy: Taxonomy, jobs: _Described, groups: _Described, without: NDArray[np.bool_]) -> list[str]:
    """For each occupation ``without`` a code the one that its nearest neighbours agree on, '' where they do not."""
    names, place = np.unique(
        [taxonomy.isco[number] for number in (*groups.numbers, *jobs.numbers[~without])], return_inverse=True
    )
    rarity = _rarity([*groups.texts, *jobs.texts])
    words, named = _words(jobs.texts, rarity), _words(groups.texts, rarity)
    by_group = _likeness(jobs, groups, without, slice(None)) + (words[without] @ named.T).toarray()
    by_job = _likeness(jobs, jobs, without, ~without) + (words[without] @ words[~without].T).toarray()
    likeness = np.concatenate([by_group, by_job], axis=1)
    near = np.argsort(-likeness, axis=1, kind="stable")[:, :_VOTERS]
    votes = np.zeros((len(near), len(names)))
    np.add.at(
        votes, (np.arange(len(near))[:, None], place[near]), np.exp(6 * np.take_along_axis(likeness, near, axis=1))
    )
    votes /= votes.sum(axis=1, keepdims=True)
    return [
        str(names[best]) if row[best] >= _AGREED else "" for row, best in zip(votes, votes.argmax(axis=1), strict=True)
    ]


def _likeness(
    jobs: _Described, others: _Described, asked: NDArray[np.bool_], among: NDArray[np.bool_] | slice
) -> Scores:
    labels = jobs.labels[asked] @ others.labels[among].T
    return np.asarray((labels + jobs.descriptions[asked] @ others.descriptions[among].T) / 2, dtype=np.float32)
