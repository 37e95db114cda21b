"""Scripts, spelling, sentences, spans. Only here are scripts and Unicode forms named."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple, NewType

Language = NewType("Language", str)
"""An ISO 639-1 code in lower case, such as ``nl``; ESCO uses ``no`` for Norwegian."""


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
_JOINERS = "ـ\u200b\u200c\u200d\u200e\u200f\ufeff\u00ad"


class Folded(NamedTuple):
    """A normalised text and, for each of its characters, the offset in the original it came from."""

    text: str
    offsets: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """The span of the original that gave ``text[start:end]`` (end > start)."""
        return Span(self.offsets[start], self.offsets[end - 1] + 1)


@lru_cache(maxsize=65536)
def _fold_character(character: str) -> str:
    """One character in folded form: '' if it carries no meaning, ' ' if it separates words."""
    if character in _JOINERS:
        return ""
    decomposed = unicodedata.normalize("NFKD", character.casefold().translate(_SAME_LETTER))
    kept = "".join(part for part in decomposed if not unicodedata.combining(part)).translate(_SAME_LETTER)
    return "".join(part if part.isalnum() or part in "+#" else " " for part in kept)


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


def normalise(text: str) -> str:
    """The comparison form of ``text``: see :func:`fold`. Equal forms are taken for the same label."""
    return fold(text).text


_GENDER_MARK = re.compile(
    r"\s*[(\[]?\s*\b[hmvfwdx](?:\s*/\s*[hmvfwdx]){1,3}\b\s*[)\]]?|\s*\((?:alle|tous|all)\s+genders?\)", re.IGNORECASE
)


def clean_title(title: str) -> str:
    """A job title without the "(h/f/x)", "m/v" or "(m/w/d)" that vacancies add to it."""
    return _GENDER_MARK.sub(" ", title).strip() or title.strip()
