"""From notes in any language to evidence of skills and occupations: where in the note, how sure, and how found.

A note is read in phrases: sentences, clauses and short windows over long clauses. Each phrase spreads one vote over the
concepts that the search finds for it (softmax), and a concept's score is the chance that one of its votes holds (noisy
or). Skills that ESCO links to an occupation named in the note get a head start among the candidates of a phrase.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain

from skillmatch.assess.labels import LabelFinder, Named
from skillmatch.assess.negation import exclusions
from skillmatch.assess.profile import Evidence, Found, Note, Source
from skillmatch.index.search import ConceptSearch, Hit
from skillmatch.taxonomy.concepts import ENGLISH, ConceptId, Kind, Taxonomy
from skillmatch.text import Language, Span, detect_language, function_words, normalise, sentences

WINDOW = 5
"""Words in a window over a longer clause; 4 to 6 were within .02 of each other."""

STRIDE = 3
"""Words from one window to the next; 1 finds nothing more."""

MAX_PHRASES = 4000
"""Of a note of more than about 15,000 words the rest is read for literal labels only."""

CANDIDATES = 50
"""Skills looked at for a phrase."""

SHARPNESS = 25.0
"""How much a difference in search score counts in a phrase's vote; 15 to 30 were within .02 of each other."""

ESSENTIAL, OPTIONAL = 4.0, 3.0
"""The head start of an occupation's skills, in units of the vote's exponent; it doubles R-Precision@5 on the notes."""

SHOWN = 0.5
SHOWN_OCCUPATION = 0.7
SURE_LABEL, UNSURE_LABEL = 0.95, 0.4
"""The chance that a literal label means its concept."""

NEAR_LABEL = 0.75
"""The cosine of n-grams from which on a phrase counts as a spelling of the label."""

_JOINS: Mapping[Language, str] = {
    Language(code): words
    for code, words in {
        "ar": "و أو ثم", "de": "und oder sowie", "en": "and or then plus", "es": "y e o u", "fa": "و یا", "fr": "et ou puis",
        "it": "e o oppure", "nl": "en of alsook", "pl": "i oraz lub", "ps": "او یا", "pt": "e ou", "ru": "и или",
        "so": "iyo ama", "ti": "ን ወይ", "tr": "ve veya", "uk": "і й та або",
    }.items()
}  # fmt: skip
_WORD = re.compile(r"[^\W_]+(?:['’.+#/-]*[\w+#])*")
_CLAUSE_MARK = re.compile(r"[,;:()\[\]…،؛፣፡\n]|\s[-–—/]\s|[–—]")


@dataclass(frozen=True, slots=True)
class Extraction:
    """What a note tells. ``skills`` and ``occupations`` are shown, best first, each with its span; ``hits`` are all
    candidate skills, best first.
    """

    language: Language | None
    skills: tuple[Evidence, ...]
    occupations: tuple[Evidence, ...]
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What is looked at in a note: the stretches that speak of what the person does, the phrases in them, and the words
    that say a role ("as a ...").
    """

    note: Note
    language: Language | None
    claimed: tuple[Span, ...]
    phrases: tuple[Span, ...]
    roles: tuple[Span, ...]

    def text(self, span: Span) -> str:
        """The words of ``span``."""
        return self.note.text[span.start : span.end]


_ROLES: Mapping[Language, tuple[str, str]] = {
    Language(code): (before, after)
    for code, before, after in (
        ("ar", "كنت كان كانت أعمل يعمل تعمل عملت عمل اشتغلت اشتغل مهنتي مهنته مهنتها وظيفتي", ""),
        ("de", "als war bin ist", ""),
        ("en", "as was am is been became", ""),
        ("es", "como fui soy era es", ""),
        ("fa", "شغلم شغلش", "بودم بود بوده هستم است کار کردم کرده"),
        ("fr", "comme étais était été suis est devenu devenue métier", ""),
        ("nl", "als was ben is geweest beroep", "geweest"),
        ("ru", "был была работал работала как", ""),
        ("tr", "mesleğim mesleği", "olarak yaptım yapıyorum yapmış yaptı idim"),
        ("uk", "був була працював працювала працюю працює як фахом спершу", ""),
    )
}
"""Words after which, and words before which, somebody says what they worked as."""

_ARTICLES = frozenset("a an the een de het un une le la l ein eine una el bir یک".split())
_ROLE_WORDS = 3


def read(note: Note) -> Reading:
    """Split ``note`` into phrases, without what is denied, only wished for, or about somebody else."""
    language = note.language or detect_language(note.text)
    found = sentences(note.text)
    out = sorted(each.span for each in exclusions(note.text, found, language))
    claimed = tuple(_without(found, out))
    clauses = [list(_clauses(note.text, piece, language)) for piece in claimed]
    empty = function_words(language)
    trimmed = [[_trimmed(note.text, clause, empty) for clause in piece] for piece in clauses]
    phrases = dict.fromkeys(phrase for piece in trimmed for phrase in _phrases([c for c in piece if c],note.text,empty))
    roles = dict.fromkeys(
        role for clause in chain.from_iterable(clauses) for role in _roles(note.text, clause, language)
    )
    return Reading(note, language, claimed, tuple(phrases)[:MAX_PHRASES], tuple(roles)[:MAX_PHRASES])


def _without(found: Iterable[Span], excluded: Sequence[Span]) -> Iterator[Span]:
    """What is left of the sentences; ``excluded`` is ordered by start."""
    following = 0
    for sentence in found:
        start = sentence.start
        while following < len(excluded) and excluded[following].start < sentence.end:
            span = excluded[following]
            if span.start > start:
                yield Span(start, span.start)
            start = max(start, span.end)
            following += 1
        if start < sentence.end:
            yield Span(start, sentence.end)


def _clauses(text: str, piece: Span, language: Language | None) -> Iterator[list[Span]]:
    """The words of each clause of ``piece``."""
    joins = frozenset(_JOINS.get(language or ENGLISH, "").split())
    clause: list[Span] = []
    for match in _WORD.finditer(text, piece.start, piece.end):
        join = match[0].casefold() in joins
        if clause and (join or _CLAUSE_MARK.search(text, clause[-1].end, match.start())):
            yield clause
            clause = []
        if not join:
            clause.append(Span(*match.span()))
    if clause:
        yield clause


def _trimmed(text: str, words: Sequence[Span], empty: frozenset[str]) -> Sequence[Span]:
    """``words`` from the first to the last that says something."""
    full = [place for place, word in enumerate(words) if not _says_nothing(text[slice(*word)], empty)]
    return words[full[0] : full[-1] + 1] if full else ()


def _says_nothing(word: str, empty: frozenset[str]) -> bool:
    form = normalise(word)
    return form.isdigit() or all(part in empty for part in form.split())


def _phrases(clauses: Sequence[Sequence[Span]],text,empty) -> Iterator[Span]:
    """The whole of some clauses, each of them, and windows over those that are long; from first word to last."""
    if clauses:
        yield Span(clauses[0][0].start, clauses[-1][-1].end)
    for clause in clauses:
        yield Span(clause[0].start, clause[-1].end)
        for first in range(0, len(clause) - WINDOW + 1, STRIDE):
            w=_trimmed(text,clause[first:first+WINDOW],empty)
            if w: yield Span(w[0].start, w[-1].end)


def _roles(text: str, clause: Sequence[Span], language: Language | None) -> Iterator[Span]:
    """The one to three words beside a word such as "as", articles left out."""
    before, after = (words.split() for words in _ROLES.get(language or ENGLISH, ("", "")))
    for place, span in enumerate(clause):
        word = text[span.start : span.end].casefold()
        if word in before:
            start = place + 1 + (text[slice(*clause[place + 1])].casefold() in _ARTICLES if clause[place + 1 :] else 0)
            yield from (Span(clause[start].start, last.end) for last in clause[start : start + _ROLE_WORDS])
        if word in after:
            yield from (
                Span(first.start, clause[place - 1].end) for first in clause[max(0, place - _ROLE_WORDS) : place]
            )


Answers = Mapping[Span, Sequence[Hit]]
"""What the search found for each phrase of a note."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A concept that may be meant: its chance, and the hit and the words that speak most for it."""

    score: float
    hit: Hit
    span: Span
    found: Found


def extract(note: Note, search: ConceptSearch, *, k: int = 50) -> Extraction:
    """What ``note`` tells of skills and occupations; up to ``k`` candidate skills as hits."""
    return extract_all([note], search, k=k)[0]


def extract_all(notes: Sequence[Note], search: ConceptSearch, *, k: int = 50) -> list[Extraction]:
    """:func:`extract` for several notes: all their phrases are encoded in one batch."""
    readings = [read(note) for note in notes]
    skills = _answers(readings, [reading.phrases for reading in readings], search, Kind.SKILL, CANDIDATES)
    jobs = _answers(readings, [reading.roles for reading in readings], search, Kind.OCCUPATION, 5)
    return [_extraction(*each, search, k) for each in zip(readings, skills, jobs, strict=True)]


def _answers(
    readings: Sequence[Reading], asked: Sequence[Sequence[Span]], search: ConceptSearch, kind: Kind, k: int
) -> list[Answers]:
    """The hits of each reading's spans, every distinct text looked up once."""
    queries = {
        (reading.text(span), reading.language): None
        for reading, spans in zip(readings, asked, strict=True)
        for span in spans
    }
    found = search.find([text for text, _ in queries], kind, k, language=[language for _, language in queries])
    by_query = dict(zip(queries, found, strict=True))
    return [
        {span: by_query[reading.text(span), reading.language] for span in spans}
        for reading, spans in zip(readings, asked, strict=True)
    ]


def _extraction(reading: Reading, skills: Answers, jobs: Answers, search: ConceptSearch, k: int) -> Extraction:
    named = list(_named(reading, search))
    occupations = _occupations(named, jobs, search.taxonomy)
    candidates = _skills(named, skills, _head_start(occupations, search.taxonomy), search.taxonomy)
    ranked = sorted(candidates.values(), key=lambda each: (-each.score, each.hit.concept))
    return Extraction(
        language=reading.language,
        skills=_evidence(reading, ranked, SHOWN),
        occupations=_evidence(reading, sorted(occupations.values(), key=lambda each: -each.score), SHOWN_OCCUPATION),
        hits=tuple(replace(each.hit, score=each.score) for each in ranked[:k]),
    )


@lru_cache(maxsize=16)
def _finder(search: ConceptSearch, language: Language) -> LabelFinder:
    return LabelFinder(search.taxonomy, language)


def _named(reading: Reading, search: ConceptSearch) -> Iterator[Named]:
    """The labels in what is claimed: those of the note's own language, and where they leave words over, English ones."""
    own = reading.language
    taken: set[int] = set()
    for language in dict.fromkeys((own, ENGLISH)):
        if language in search.taxonomy.labels:
            for piece in reading.claimed:
                for named in _finder(search, language).find(reading.note.text, piece, own):
                    if taken.isdisjoint(range(*named.span)) or language == own:
                        taken.update(range(*named.span))
                        yield named


def _of_label(named: Named, concept: int, taxonomy: Taxonomy) -> _Candidate:
    label = taxonomy.labels[named.language].text[named.label]
    score = SURE_LABEL if named.sure else UNSURE_LABEL
    hit = Hit(taxonomy.ids[concept], label, named.language, score, 1.0, 1.0, exact=True)
    return _Candidate(score, hit, named.span, Found.LABEL)


def _of_hit(hit: Hit, span: Span, score: float) -> _Candidate:
    found = Found.LABEL if hit.exact else Found.NEAR_LABEL if hit.lexical >= NEAR_LABEL else Found.MEANING
    return _Candidate(score, hit, span, found)


def _better(one: _Candidate | None, other: _Candidate) -> _Candidate:
    return other if one is None or other.score > one.score else one


def _occupations(named: Iterable[Named], jobs: Answers, taxonomy: Taxonomy) -> dict[ConceptId, _Candidate]:
    """The occupations that are named, literally or nearly, by the best evidence for each."""
    found: dict[ConceptId, _Candidate] = {}
    for each in named:
        if each.kind == Kind.OCCUPATION:
            for concept in each.concepts:
                candidate = _of_label(each, concept, taxonomy)
                found[candidate.hit.concept] = _better(found.get(candidate.hit.concept), candidate)
    for span, hits in jobs.items():
        for hit in hits:
            found[hit.concept] = _better(found.get(hit.concept), _of_hit(hit, span, hit.score))
    return found


def _head_start(occupations: Mapping[ConceptId, _Candidate], taxonomy: Taxonomy) -> dict[ConceptId, float]:
    """What each skill of the occupations gets added, by how sure the occupation is and how it is linked."""
    ahead: dict[ConceptId, float] = {}
    for candidate in occupations.values():
        if candidate.score >= SHOWN_OCCUPATION:
            for links, most in ((taxonomy.optional, OPTIONAL), (taxonomy.essential, ESSENTIAL)):
                for skill in taxonomy.named(links, candidate.hit.concept):
                    ahead[skill] = max(ahead.get(skill, 0.0), most * candidate.score)
    return ahead


def _skills(
    named: Iterable[Named], answers: Answers, ahead: Mapping[ConceptId, float], taxonomy: Taxonomy
) -> dict[ConceptId, _Candidate]:
    """Every candidate skill with its chance, from the votes of the phrases and from literal labels."""
    against: dict[ConceptId, float] = defaultdict(float)
    best: dict[ConceptId, _Candidate] = {}
    for span, hits in answers.items():
        for hit, vote in zip(hits, _votes(hits, ahead), strict=True):
            against[hit.concept] += math.log1p(-min(vote, 0.999))
            best[hit.concept] = _better(best.get(hit.concept), _of_hit(hit, span, hit.score))
    for each in named:
        if each.kind == Kind.SKILL:
            for concept in each.concepts:
                candidate = _of_label(each, concept, taxonomy)
                against[candidate.hit.concept] += math.log1p(-candidate.score / len(each.concepts))
                best[candidate.hit.concept] = _better(best.get(candidate.hit.concept), candidate)
    return {concept: replace(each, score=1 - math.exp(against[concept])) for concept, each in best.items()}


def _votes(hits: Sequence[Hit], ahead: Mapping[ConceptId, float]) -> list[float]:
    """One vote spread over the hits of a phrase: they sum to 1."""
    if not hits:
        return []
    exponents = [SHARPNESS * hit.score + ahead.get(hit.concept, 0.0) for hit in hits]
    most = max(exponents)
    powers = [math.exp(exponent - most) for exponent in exponents]
    return [power / sum(powers) for power in powers]


def _evidence(reading: Reading, ranked: Iterable[_Candidate], least: float) -> tuple[Evidence, ...]:
    """What is shown of the candidates: sure enough, and one concept for the same words."""
    shown: list[_Candidate] = []
    for each in ranked:
        if each.score >= least and not any(_same_words(each.span, other.span) for other in shown):
            shown.append(each)
    return tuple(
        Evidence(
            concept=each.hit.concept,
            source=Source.SELF_REPORT,
            score=each.score,
            on=reading.note.on,
            note=reading.note.id,
            span=each.span,
            found=each.found,
        )
        for each in shown
    )


def _same_words(one: Span, other: Span) -> bool:
    """Whether the shorter lies more than half within the longer."""
    shared = min(one.end, other.end) - max(one.start, other.start)
    return 2 * shared > min(one.end - one.start, other.end - other.start)
