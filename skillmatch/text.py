"""Scripts, spelling, languages, sentences, spans. Only here are scripts and Unicode forms named."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from importlib import import_module
from itertools import chain, takewhile
from typing import NamedTuple, NewType

import pycld2

Language = NewType("Language", str)
"""An ISO 639-1 code in lower case, such as ``nl``; ESCO uses ``no`` for Norwegian."""

SCRIPTS = frozenset(
    """
    Adlm Arab Aran Armn Bali Bamu Beng Bopo Brai Bugi Cakm Cans Cham Cher Cyrl Deva Ethi Geor Grek Gujr Guru Hang Hani
    Hans Hant Hebr Hira Hmnp Java Jpan Kali Kana Khmr Knda Kore Lana Laoo Latn Limb Lisu Mand Mend Mlym Mong Mtei Mymr
    Newa Nkoo Olck Orya Osge Plrd Rohg Saur Sinh Sund Sylo Syrc Tale Talu Taml Tavt Telu Tfng Thaa Thai Tibt Vaii Wara
    Yiii
    """.split()  # noqa: SIM905 - it reads as a table
)
"""The ISO 15924 codes of scripts that people read and write today."""


class Span(NamedTuple):
    """Character offsets [start, end) into a text, in Unicode code points."""

    start: int
    end: int


# Spelling variants that readers of Arabic-script languages take for the same letter.
_SAME_LETTER = str.maketrans(
    {
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ک": "ك", "ة": "ه", "ۀ": "ه",
        "ؤ": "و", "ئ": "ي", "’": "'", "‘": "'", "`": "'", "ʼ": "'", "ß": "ss", "œ": "oe", "æ": "ae",
    }
)  # fmt: skip
_JOINERS = "ـ\u200b\u200c\u200d\u200e\u200f\ufeff\u00ad\ufe0e\ufe0f"


class Folded(NamedTuple):
    """A normalised text and, for each of its characters, the offset in the original it came from."""

    text: str
    offsets: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """The span of the original that gave ``text[start:end]`` (end > start)."""
        return Span(self.offsets[start], self.offsets[end - 1] + 1)


def composed(text: str) -> str:
    """``text`` in the one form (NFKC) that keyboards which spell a letter differently agree on; case stays."""
    return unicodedata.normalize("NFKC", text)


@lru_cache(maxsize=65536)
def _fold_character(character: str) -> str:
    """One character in folded form: '' if it carries no meaning, ' ' if it separates words."""
    if character in _JOINERS:
        return ""
    plain = unicodedata.normalize("NFKD", character).casefold().translate(_SAME_LETTER)
    decomposed = unicodedata.normalize("NFKD", plain)
    letters = "".join(part for part in decomposed if part not in _JOINERS and not unicodedata.combining(part))
    return "".join(part if _in_word(part) else " " for part in letters.translate(_SAME_LETTER))


def _in_word(character: str) -> bool:
    """Letters, digits, the vowel signs of Indic scripts and Thai, and the signs of C++ and C#."""
    return character.isalnum() or unicodedata.category(character) in {"Mn", "Mc"} or character in "+#"


def fold(text: str) -> Folded:
    """``text`` without case, accents, vowel signs and punctuation, words parted by one space, offsets kept."""
    characters: list[str] = []
    offsets: list[int] = []
    for offset, character in enumerate(text):
        for part in _fold_character(character):
            if part == " " and (not characters or characters[-1] == " "):
                continue
            characters.append(part)
            offsets.append(offset)
    if characters and characters[-1] == " ":
        characters.pop()
        offsets.pop()
    return Folded("".join(characters), tuple(offsets))


class _Folding(dict[int, str]):
    """A table for str.translate that learns each character when it first meets it: 30 times as fast as a loop."""

    def __missing__(self, codepoint: int) -> str:
        self[codepoint] = folded = _fold_character(chr(codepoint))
        return folded


_FOLDING = _Folding()


def normalise(text: str) -> str:
    """The comparison form of ``text``: see :func:`fold`. Equal forms are taken for the same label."""
    return " ".join(text.translate(_FOLDING).split())


_GENDER_MARK = re.compile(
    r"\s*[(\[]?\s*\b[hmvfwdx](?:\s*/\s*[hmvfwdx]){1,3}\b\s*[)\]]?|\s*\((?:alle|tous|all)\s+genders?\)", re.IGNORECASE
)


_ENDING = re.compile(
    r"(?<=\w{3})/-?(?:in|innen|frau|e|euse|ère|trice|rice|ice|se|ne|ster|a|ka)(?![\w-])|(?<=\w)\((?:in|e|ne|se|a)\)"
)
_TWO_WORDS = re.compile(r"(\w{3,})\s*/\s*(\w{3,})")
_FEMININE = ("e", "a", "in", "ess", "ster", "а", "я", "ة", "ه")


def clean_title(title: str) -> str:
    """A job title without the "(h/f/x)", "m/v" or "(m/w/d)" that vacancies add to it, and in its first gender only."""
    return genders(_GENDER_MARK.sub(" ", title).strip() or title.strip())[0]


def genders(title: str) -> tuple[str, ...]:
    """The forms that a title such as "Agent / Agente d'accueil" joins, one a gender; any other title by itself.

    Endings alone ("Elektroniker/in") are left out. Two different jobs ("kok / kokshulp") stay together.
    """
    title = _ENDING.sub("", title) or title
    halves = title.split("/")
    if len(halves) == 2:
        pairs = [half.split() for half in halves]
        if pairs[0] and len(pairs[0]) == len(pairs[1]) and all(map(_akin, *pairs)) and _two(*pairs):
            return tuple(" ".join(words) for words in pairs)
    first = _TWO_WORDS.sub(lambda two: two[1] if _feminine(two[1], two[2]) else two[0], title)
    second = _TWO_WORDS.sub(lambda two: two[2] if _feminine(two[1], two[2]) else two[0], title)
    return (first, second) if first != second else (title,)


def _two(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether at least one word of ``second`` is the feminine of its fellow."""
    return any(map(_feminine, first, second))


def _akin(one: str, other: str) -> bool:
    """Whether two words are the same but for an ending of four letters at most."""
    one, other = normalise(one), normalise(other)
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    return one == other or shared >= max(3, len(one) - 4, len(other) - 4)


def _feminine(one: str, other: str) -> bool:
    """Whether ``other`` is ``one`` with the ending of a woman's title."""
    return _akin(one, other) and normalise(one) != normalise(other) and normalise(other).endswith(_FEMININE)


# What the two identifiers call otherwise than ESCO: Norwegian in two written forms, old ISO codes, close variants.
_LANGUAGE_CODES = {
    "nb": "no", "nn": "no", "iw": "he", "jw": "jv", "in": "id", "arz": "ar", "ary": "ar", "sdh": "ku", "ckb": "ku",
    "zh-Hant": "zh", "yue": "zh", "wuu": "zh", "uzs": "uz", "fil": "tl", "mo": "ro",
}  # fmt: skip
# pycld2 raises on text that is no valid UTF-8 for interchange: control characters, lone surrogates, noncharacters.
_UNREADABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_ENOUGH_TEXT = 20_000
_LONG_TEXT = 200
_SURE = 0.7
_ETHIOPIC = frozenset({"am", "ti"})


@lru_cache(maxsize=1)
def _second_opinion() -> Callable[[str], tuple[str, float]]:
    """py3langid with probabilities; its model takes half a second to load."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415

    identify: Callable[[str], tuple[str, float]] = LanguageIdentifier.from_model_file(
        MODEL_FILE, norm_probs=True
    ).classify
    return identify


def _first_opinion(text: str) -> tuple[str, bool]:
    """What pycld2 takes ``text`` for ("un" where it has no idea), and whether it calls that reliable."""
    try:
        reliable, _, guesses = pycld2.detect(text, isPlainText=True, bestEffort=False)
        if not reliable:
            guesses = pycld2.detect(text, isPlainText=True, bestEffort=True)[2]
    except pycld2.error:
        return "un", False
    return _LANGUAGE_CODES.get(guesses[0][1], guesses[0][1]), reliable


def detect_language(text: str) -> Language | None:
    """The language of ``text``, None where a person has to be asked.

    pycld2 alone decides on long texts. On ESCO labels and sentences in 25 languages its "reliable" was right in 98 % of
    those over 60 characters but in 79 % of those under 15, so below 200 characters py3langid has to agree or to be sure
    (which gives 99.6 % and 89 %). py3langid takes everything in Ethiopic script for Amharic and has no say there.
    """
    readable = _UNREADABLE.sub(" ", text[:_ENOUGH_TEXT])
    first, reliable = _first_opinion(readable)
    if first == "un":
        return None
    if reliable and (len(readable) >= _LONG_TEXT or first in _ETHIOPIC):
        return _iso_639_1(first)
    second, probability = _second_opinion()(readable)
    second = _LANGUAGE_CODES.get(second, second)
    if second == first or (probability >= _SURE and second not in _ETHIOPIC):
        return _iso_639_1(second)
    return None


def _iso_639_1(code: str) -> Language | None:
    """Two letters are a language one can work with; longer codes are rare ones or no language at all."""
    return Language(code) if len(code) == 2 else None


_LINE_BREAKS = "\n\r\v\f\x85\u2028\u2029"
_LONGEST = 400
_BULLETS = "•‣◦▪▫●○■□➢➤✓✔❖⁃*"
# Followed by a small letter or a digit, these do not end a sentence.
_ABBREVIATIONS = "bv|bijv|vb|nr|dr|mr|mevr|dhr|ca|evt|jr|resp|incl|excl|max|ex|env|mme|approx|vs|см|напр|тис"
_TOKEN = re.compile(
    rf"""
      (?:[^\W\d_]{{1,2}}\.){{2,}} | [^\W\d_]{{1,2}}\.[^\W\d_]{{1,3}}\.       # o.a., e.g., p.ex.
    | \b(?:{_ABBREVIATIONS})\.(?=\s*[\da-zа-яіїєґ])
    | \w+(?:['’-]\w+ | (?<=[A-Z\d])\.\w+ | \.[a-z]\w*)*                      # a word, 3.5, ASP.NET, node.js
    | [{_LINE_BREAKS}] | [^\w\s]
    """,
    re.VERBOSE,
)


@lru_cache(maxsize=1)
def _sentencizer() -> Callable[[list[str]], list[tuple[int, int]]]:
    """spaCy's rule-based sentencizer, on tokens: gives [start, end) token numbers. Importing spaCy takes 2 seconds."""
    from spacy.pipeline import Sentencizer  # noqa: PLC0415
    from spacy.tokens import Doc  # noqa: PLC0415
    from spacy.vocab import Vocab  # noqa: PLC0415

    mark_ends = Sentencizer(punct_chars=[*Sentencizer.default_punct_chars, "…", "\n"])
    vocab = Vocab()
    return lambda tokens: [(sentence.start, sentence.end) for sentence in mark_ends(Doc(vocab, words=tokens)).sents]


def _mask(token: str) -> str:
    """What spaCy gets to see: every string it sees it keeps as long as the process lives, and notes are personal."""
    if len(token) > 1 or token.isalnum():
        return "x"
    if token in _LINE_BREAKS or token in _BULLETS:
        return "\n"
    return token if token.isprintable() else ","


def sentences(text: str) -> list[Span]:
    """The sentences of ``text``, without the marks before them; line breaks and bullets end one too. Linear in time.

    What goes on for 400 words and signs is cut there, so that what works on a sentence may take its length as bounded.
    spaCy's own tokeniser is not used: it needs 45 s for 16,000 opening brackets and does not part Ethiopic full stops.
    """
    found = list(_TOKEN.finditer(text))
    if not found:
        return []
    ends = _sentencizer()([_mask(match[0]) for match in found])
    pieces = (found[cut : min(cut + _LONGEST, end)] for start, end in ends for cut in range(start, end, _LONGEST))
    return [span for piece in pieces if (span := _trimmed(piece))]


def _trimmed(tokens: Sequence[re.Match[str]]) -> Span | None:
    """From the first word to the last sign that is no line break; None where there is no letter."""
    marks = [_mask(match[0]) for match in tokens]
    if not any(mark == "x" and any(map(str.isalpha, match[0])) for mark, match in zip(marks, tokens, strict=True)):
        return None
    last = max(place for place, mark in enumerate(marks) if mark != "\n")
    return Span(tokens[marks.index("x")].start(), tokens[last].end())


# Signs that stand on or between the letters of one word: vowel signs, joiners, apostrophes, hyphens, "C++", "node.js".
_MARKS = "".join(chr(code) for code in range(0x300, 0x1B00) if unicodedata.category(chr(code)) in {"Mn", "Mc"})
_WORD = re.compile(rf"[^\W_](?:[\w{_MARKS}{_JOINERS}]|['’.+#/-]+(?=[\w+#]|(?<=[+#])))*")


def words(text: str, within: Span) -> Iterator[Span]:
    """The words of ``text[within]``, without the punctuation around them; a number is one too."""
    return (Span(*match.span()) for match in _WORD.finditer(text, within.start, within.end))


@lru_cache(maxsize=64)
def function_words(language: Language | None) -> frozenset[str]:
    """The words of ``language`` that carry no subject ("ik", "van"), normalised; none where spaCy lists none."""
    if language is None or not re.fullmatch("[a-z]{2}", language):
        return frozenset()
    try:
        listed = import_module(f"spacy.lang.{language}.stop_words").STOP_WORDS
    except ImportError:
        return frozenset()
    return frozenset(chain.from_iterable(normalise(word).split() for word in listed))
