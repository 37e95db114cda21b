"""Whatever comes in, link and extract answer: no crash, no unhandled error.

SKILLMATCH_FUZZ=100000 sets the number of texts (some minutes); without it the suite runs a few thousand.
"""

import os
import random
from itertools import islice

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillmatch.assess.extract import Extraction, extract_all
from skillmatch.assess.profile import Note
from skillmatch.index.search import ConceptSearch
from skillmatch.taxonomy.concepts import Kind
from skillmatch.text import Language

CASES = int(os.environ.get("SKILLMATCH_FUZZ", "2000"))
BATCH = 200
LANGUAGES = ["nl", "fr", "en", "ar", "uk", "tr", "fa", "ti", "xx", "", None, None]
ALPHABETS = [
    "abcdefghijklmnopqrstuvwxyz      éèüß'’-.,;:()\n",
    "ابتثجحخدذرزسشصضطظعغفقكلمنهوي  ًٌٍَُِّْـ،؛؟",
    "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя  ’",
    "ከሙስመዓርቲሓበሻ፡።፣",
    "日本語漢字かなカナ、。",
    "ที่ทำงานเชื่อมโลหะ",
    "काम करना वेल्डिंग",
    "😀👩🏽‍🏭🇧🇪❤️\ufe0f\u200d",
    "\x00\x01\x07\x1b\x7f\x85\u2028\u2029\ufeff\ufffe\uffff",
    "\ud800\udbff\udc00\udfff",
    "\u202e\u202d\u2066\u2069\u200e\u200f\u200b\u00ad",
    '0123456789+-*/=#%€$@&_~^|\\<>[]{}"`',
]
WORDS = [
    *("niet", "nooit", "geen", "kan", "wil leren", "mijn broer is", "lasser", "lassen", "koken", "en", "maar", "die"),
    *("jamais", "pas", "ne sait", "souder", "mon frère", "never", "not", "no experience", "would like to", "weld", "I"),
    *("لم", "لا", "ليس", "أعمل", "لحام", "الطبخ", "أخي", "وكنت", "не", "ніколи", "вмію", "варити", "yok", "değil"),
    *("kaynak", "yapmadım", "نیستم", "ندارم", "برادرم", "C++", "C#", "Python", "brood bakken", "12", "PL/I"),
]


def text_of(rng: random.Random) -> str:
    """Empty, random bytes, one script, several, words of the trade in any order; now and then long."""
    way = rng.random()
    length = rng.choice([0, 1, 2, 5, 12, 30, 60, 120])
    if way < 0.15:
        return rng.randbytes(length).decode(rng.choice(["utf-8", "utf-16", "latin-1"]), "replace")
    if way < 0.25:
        return rng.randbytes(length).decode("utf-8", "surrogateescape")
    if way < 0.35:
        return "".join(chr(rng.randrange(0x110000)) for _ in range(length))
    if way < 0.55:
        return "".join(rng.choices(rng.choice(ALPHABETS), k=length))
    if way < 0.7:
        return "".join(rng.choice(rng.choice(ALPHABETS)) for _ in range(length))
    joined = rng.choice([" ", ", ", ". ", "\n- ", "", " ; "]).join(rng.choices(WORDS, k=length // 5))
    return joined if way < 0.995 else joined * (3000 // (len(joined) + 1))


def check(notes: list[Note], told: list[Extraction]) -> None:
    for note, extraction in zip(notes, told, strict=True):
        for piece in (*extraction.skills, *extraction.occupations):
            assert piece.span is not None
            assert 0 <= piece.span.start < piece.span.end <= len(note.text)
            assert 0 <= piece.score <= 1
        assert len(extraction.hits) <= 50


def answer(texts: list[str], languages: list[str | None], search: ConceptSearch) -> None:
    spoken = [Language(language) if language else None for language in languages]
    for kind in (Kind.SKILL, Kind.OCCUPATION):
        found = search.find(texts, kind, 5, language=spoken)
        assert len(found) == len(texts)
        assert all(0 <= hit.score <= 1 for hits in found for hit in hits)
    notes = [Note(str(n), text, language) for n, (text, language) in enumerate(zip(texts, spoken, strict=True))]
    check(notes, extract_all(notes, search))


@pytest.mark.slow
def test_any_text_is_answered(search: ConceptSearch) -> None:
    rng = random.Random(2026)
    texts = (text_of(rng) for _ in range(CASES))
    while batch := list(islice(texts, BATCH)):
        answer(batch, [rng.choice(LANGUAGES) for _ in batch], search)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("unit", "language"),
    [("a", None), ("heeft nooit gelast, ", "nl"), ("😀", None), ("لم أعمل. ", None), ("(", "fr"), ("\ud800\x00", "en")],
)
def test_a_megabyte_is_answered(search: ConceptSearch, unit: str, language: str | None) -> None:
    answer([unit * (10**6 // len(unit))], [language], search)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=[]), max_size=80)
            | st.lists(st.sampled_from(WORDS), max_size=15).map(" ".join)
            | st.binary(max_size=60).map(lambda raw: raw.decode("utf-8", "surrogateescape")),
            st.sampled_from(LANGUAGES),
        ),
        max_size=5,
    )
)
def test_hypothesis_finds_no_text_that_is_not_answered(
    search: ConceptSearch, cases: list[tuple[str, str | None]]
) -> None:
    answer([text for text, _ in cases], [language for _, language in cases], search)
