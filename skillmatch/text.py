"""Scripts, spelling, sentences, spans. Only here are scripts and Unicode forms named."""

from typing import NamedTuple, NewType

Language = NewType("Language", str)
"""An ISO 639-1 code in lower case, such as ``nl``; ESCO uses ``no`` for Norwegian."""


class Span(NamedTuple):
    """Character offsets [start, end) into a text, in Unicode code points."""

    start: int
    end: int
