"""JSON Lines in and out: bad lines become one line on stderr each, good lines are answered in order, in batches."""

import json
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from skillmatch.errors import InvalidInput
from skillmatch.service.lines import Record, read_lines

Row = TypeVar("Row", bound=Record)

BATCH = 512
"""Lines that are answered together: large enough for the encoder, small enough that a pipe keeps flowing."""


class LineReader(Iterable[Row]):
    """The good rows of a stream; the bad ones are told on stderr and counted in ``bad``."""

    def __init__(self, lines: Iterable[bytes], model: type[Row]) -> None:
        self.bad = 0
        self._lines = lines
        self._model = model

    def __iter__(self) -> Iterator[Row]:
        for _, row in read_lines(self._lines, self._model):
            if isinstance(row, InvalidInput):
                self.bad += 1
                print(f"skillmatch: {row}", file=sys.stderr)
            else:
                yield row

    def batches(self) -> Iterator[list[Row]]:
        """The good rows, :data:`BATCH` at a time."""
        rows = iter(self)
        while batch := list(islice(rows, BATCH)):
            yield batch


def write_line(answer: Any) -> None:
    """``answer`` as one line of JSON on stdout, UTF-8."""
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")


def write_document(answer: Any) -> None:
    """``answer`` as indented JSON on stdout, UTF-8."""
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False, indent=2).encode() + b"\n")


def flush() -> None:
    """Let whoever reads the pipe have what is there."""
    sys.stdout.buffer.flush()
