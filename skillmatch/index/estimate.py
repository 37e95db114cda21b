"""What an ESCO without relations lacks: occupation-skill links and missing ISCO codes.

Only the starter needs this. The links of the occupations of ESCO 1.1.1 come from vectors that learnt them
(:mod:`skillmatch.index.relations`). Any other occupation gets the skills of the occupations most like it by label,
description, words and ISCO group: of 600 occupations held out, mean average precision .46 (``benchmarks/quality.py``).
Everything that shows these links says that they are estimated.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillmatch.encode import Encoder, Vectors, encode_many, unit_rows
from skillmatch.index.relations import Relations
from skillmatch.taxonomy.concepts import ENGLISH, Kind, Links, Taxonomy, Texts
from skillmatch.text import normalise

ESSENTIAL = 15
OPTIONAL = 15
"""Skills linked to an occupation that nothing was learnt of; ESCO links 22 and 20 on average."""

_NEIGHBOURS = 25
_SHARPNESS = 8.0  # how much a difference in likeness counts
_BY_GROUP = 0.5  # the weight of the ISCO group beside label, description and words
_BEGINNING = 400  # characters of a description that are encoded
_STEM = 6  # characters of a word that are compared, so that "welding" and "welder" meet
_VOTERS = 10
_AGREED = 0.5  # share of the votes; half of the occupations get a code then, three in four of these ESCO's own

Numbers = NDArray[np.int64]
Scores = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Described:
    """Some concepts, by number, with label and description as text and as vector (rows in the same order)."""

    numbers: Numbers
    texts: Sequence[str]
    labels: Vectors
    descriptions: Vectors


def estimate_relations(taxonomy: Taxonomy, encoder: Encoder, learnt: Relations) -> Taxonomy:
    """``taxonomy`` with estimated links and ISCO codes if its release says "estimated" and it has no links yet."""
    occupations = taxonomy.of_kind(Kind.OCCUPATION)
    linked = len(taxonomy.essential) + len(taxonomy.optional)
    if taxonomy.release.relations != "estimated" or linked or not len(occupations):
        return taxonomy
    essential, optional = learnt.links(taxonomy)
    jobs, groups = described(taxonomy, encoder, [occupations, _unit_groups(taxonomy)])
    known = np.diff(essential.starts)[occupations] + np.diff(optional.starts)[occupations] > 0
    if known.any() and not known.all():
        scores = by_neighbours(taxonomy, jobs, known, essential)
        ranked = np.argsort(-scores, axis=1, kind="stable")
        essential = _with(essential, occupations[~known], scores, ranked[:, :ESSENTIAL])
        optional = _with(optional, occupations[~known], scores, ranked[:, ESSENTIAL : ESSENTIAL + OPTIONAL])
    return _with_codes(replace(taxonomy, essential=essential, optional=optional), jobs, groups)


def _with(links: Links, sources: Numbers, scores: Scores, targets: Numbers) -> Links:
    """``links`` and those from each source to what its row of targets names and its row of scores has above 0."""
    row, place = np.nonzero(np.take_along_axis(scores, targets, axis=1) > 0)
    more = zip(sources[row].tolist(), targets[row, place].tolist(), strict=True)
    return Links.of(len(links.starts) - 1, [*links.pairs(), *more])


def by_neighbours(taxonomy: Taxonomy, jobs: Described, known: NDArray[np.bool_], links: Links) -> Scores:
    """For each of ``jobs`` that is not ``known`` the score of every concept as its skill: shape (unknown, concepts).

    It is the share of the likest known occupations that ``links`` links to the skill, the likest counting most.
    """
    rarity = _rarity(jobs.texts)
    words = _words(jobs.texts, rarity)
    likeness = 2 * _likeness(jobs, jobs, ~known, known) + (words[~known] @ words[known].T).toarray()
    codes = [taxonomy.isco[number] for number in jobs.numbers]
    likeness += _BY_GROUP * _same_group(codes, ~known, known)
    likeness /= 3 + _BY_GROUP
    kept = min(_NEIGHBOURS, likeness.shape[1])
    near = np.argpartition(-likeness, kept - 1, axis=1)[:, :kept]
    votes = np.exp(_SHARPNESS * np.take_along_axis(likeness, near, axis=1))
    votes /= votes.sum(axis=1, keepdims=True)
    starts = np.arange(len(near) + 1) * kept
    voters = csr_array((votes.ravel(), near.ravel(), starts), shape=likeness.shape)
    size = len(taxonomy.ids)
    whole = csr_array((np.ones(len(links), np.float32), links.targets, links.starts), shape=(size, size))
    return np.asarray((voters @ whole[jobs.numbers[known]]).toarray(), dtype=np.float32)


def _same_group(codes: Sequence[str], asked: NDArray[np.bool_], among: NDArray[np.bool_]) -> Scores:
    """How many of the second to fourth digits of their ISCO codes occupations share, as a share."""
    same = np.zeros((int(asked.sum()), int(among.sum())), np.float32)
    for digits in (2, 3, 4):
        group = np.array([code[:digits] if len(code) >= digits else "" for code in codes])
        same += (group[asked][:, None] == group[among][None]) & (group[among] != "")[None]
    return same / np.float32(3)


def _unit_groups(taxonomy: Taxonomy) -> Numbers:
    groups = taxonomy.of_kind(Kind.ISCO_GROUP)
    return groups[np.array([len(taxonomy.isco[group]) == 4 for group in groups], dtype=np.bool_)]


def described(taxonomy: Taxonomy, encoder: Encoder, several: Sequence[Numbers]) -> list[Described]:
    """Each of ``several`` sets of concepts with its vectors, encoded in one go, each set centred by itself."""
    labels = [[taxonomy.label(taxonomy.ids[number], (ENGLISH,)).lower() for number in numbers] for numbers in several]
    texts = [
        taxonomy.description(taxonomy.ids[number]).lower() or label
        for numbers, named in zip(several, labels, strict=True)
        for number, label in zip(numbers, named, strict=True)
    ]
    flat = [label for named in labels for label in named]
    distinct = {text: place for place, text in enumerate(dict.fromkeys([*flat, *texts]))}
    vectors = encode_many(encoder, [text[:_BEGINNING] for text in distinct])
    described, start = [], 0
    for numbers, named in zip(several, labels, strict=True):
        longer = texts[start : start + len(named)]
        start += len(named)
        described.append(
            Described(
                numbers,
                [f"{label} {text}" if text != label else label for label, text in zip(named, longer, strict=True)],
                _centred(vectors[[distinct[label] for label in named]]),
                _centred(vectors[[distinct[text] for text in longer]]),
            )
        )
    return described


def _centred(vectors: Vectors) -> Vectors:
    return unit_rows(vectors - vectors.mean(axis=0)) if len(vectors) else vectors


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


def _with_codes(taxonomy: Taxonomy, jobs: Described, groups: Described) -> Taxonomy:
    """An ISCO code for each occupation without one for which the nearest unit groups and coded occupations agree."""
    without = np.array([not taxonomy.isco[number] for number in jobs.numbers], dtype=np.bool_)
    if not without.any() or not len(groups.numbers):
        return taxonomy
    voted = zip(jobs.numbers[without].tolist(), _voted_codes(taxonomy, jobs, groups, without), strict=True)
    found = {job: code for job, code in voted if code}
    group_of = {taxonomy.isco[number]: int(number) for number in groups.numbers}
    broader = [*taxonomy.broader.pairs(), *((job, group_of[code]) for job, code in found.items() if code in group_of)]
    note = f"the ISCO group of {len(found):,} occupations is estimated"
    return replace(
        taxonomy,
        isco=Texts.of(found.get(number, code) for number, code in enumerate(taxonomy.isco)),
        broader=Links.of(len(taxonomy.ids), broader),
        release=replace(taxonomy.release, notes=(*taxonomy.release.notes, note)),
    )


def _voted_codes(taxonomy: Taxonomy, jobs: Described, groups: Described, without: NDArray[np.bool_]) -> list[str]:
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


def _likeness(jobs: Described, others: Described, asked: NDArray[np.bool_], among: NDArray[np.bool_] | slice) -> Scores:
    labels = jobs.labels[asked] @ others.labels[among].T
    return np.asarray((labels + jobs.descriptions[asked] @ others.descriptions[among].T) / 2, dtype=np.float32)
