"""Tables as they are shipped, in CSV with a header: what is wrong in one is named by file, row and column."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NoReturn, TypeVar

from skillmatch.errors import TaxonomyError

_Kind = TypeVar("_Kind", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table by column name; ``number`` is the 1-based line it ends on."""

    file: str
    number: int
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        """What the cell says; raises TaxonomyError where it is empty."""
        return self.cells[column].strip() or self.fail(column, "is empty")

    def parts(self, column: str) -> tuple[str, ...]:
        """What stands between the bars of a cell."""
        return tuple(part.strip() for part in self.cells[column].split("|") if part.strip())

    def one_of(self, column: str, kind: type[_Kind]) -> _Kind:
        """A value of an enumeration; raises TaxonomyError for any other word."""
        try:
            return kind(self.text(column))
        except ValueError:
            return self.fail(column, f"should be one of {', '.join(kind)}")

    def matching(self, column: str, pattern: str) -> str:
        """A cell of a certain form; raises TaxonomyError."""
        text = self.text(column)
        return text if re.fullmatch(pattern, text) else self.fail(column, f"should match {pattern}")

    def number_of(self, column: str) -> int | None:
        """A whole number, None where the cell is empty."""
        return int(self.matching(column, r"[0-9]+")) if self.cells[column].strip() else None

    def fail(self, column: str, message: str) -> NoReturn:
        """Raise TaxonomyError for a cell."""
        raise TaxonomyError(message, file=self.file, row=self.number, column=column)


def rows(path: Path, columns: Sequence[str]) -> Iterator[Row]:
    """The rows of a table that has ``columns``, blank lines left out; raises TaxonomyError by file, row and column."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.reader(file, strict=True)
            header = next(lines, [])
            for column in columns:
                if column not in header:
                    raise TaxonomyError("is missing", file=path.name, row=1, column=column)
            for cells in filter(None, lines):
                if len(cells) != len(header):
                    raise TaxonomyError(
                        f"has {len(cells)} cells, not {len(header)}", file=path.name, row=lines.line_num
                    )
                yield Row(path.name, lines.line_num, dict(zip(header, cells, strict=True)))
    except OSError as error:
        raise TaxonomyError(f"cannot be read: {error.strerror}", file=path.name) from None
    except UnicodeDecodeError:
        raise TaxonomyError("is not UTF-8 text", file=path.name) from None
    except csv.Error as error:
        raise TaxonomyError(f"is not valid CSV: {error}", file=path.name, row=lines.line_num) from None
