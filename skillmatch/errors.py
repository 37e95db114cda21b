"""The exception tree of skillmatch.

::

    SkillmatchError
    ├── InvalidInput      what came in is wrong; names the field (and the line of a file), says what would be right
    ├── Forbidden         the actor may not do this
    ├── NotFound          the named thing is not there
    ├── Conflict          somebody else changed it first
    ├── TooManyAttempts   too many logins failed: wait
    ├── TaxonomyError     ESCO is missing, incomplete or malformed; names file, row and column
    ├── IndexMismatch     a saved index is damaged or belongs to another encoder or release
    ├── EncoderError      the files of an encoder are missing or damaged
    └── StoreError        the records cannot be opened: unknown revision, missing or wrong master key, damage

The core raises them; the edges turn them into an exit code or an HTTP status. A message names a thing, never a person,
and never quotes personal text.
"""


class SkillmatchError(Exception):
    """Anything skillmatch raises on purpose."""


class InvalidInput(SkillmatchError):
    """What came in is wrong. ``field`` names the part; ``line`` is the 1-based line of a file or stream, if any."""

    def __init__(self, message: str, *, field: str | None = None, line: int | None = None) -> None:
        self.field = field
        self.line = line
        where = [f"line {line}"] if line is not None else []
        where += [f"field {field}"] if field is not None else []
        super().__init__(f"{', '.join(where)}: {message}" if where else message)


class Forbidden(SkillmatchError):
    """The actor may not do this."""


class NotFound(SkillmatchError):
    """The named thing is not there."""


class Conflict(SkillmatchError):
    """Somebody else changed it first. ``expected`` is the version the change was made from, ``found`` the one there.

    ``current`` is what is there now, as far as the actor may see it, and ``yours`` what was sent, so that nothing is
    lost; neither is part of the message.
    """

    def __init__(
        self,
        message: str,
        *,
        expected: int | None = None,
        found: int | None = None,
        current: object = None,
        yours: object = None,
    ) -> None:
        self.expected = expected
        self.found = found
        self.current = current
        self.yours = yours
        super().__init__(message)


class TooManyAttempts(SkillmatchError):
    """Too many logins failed; ``seconds`` from now another try makes sense."""

    def __init__(self, message: str, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(message)


class TaxonomyError(SkillmatchError):
    """ESCO is missing, incomplete or malformed. ``row`` is the 1-based line of the file, the header being 1."""

    def __init__(
        self, message: str, *, file: str | None = None, row: int | None = None, column: str | None = None
    ) -> None:
        self.file = file
        self.row = row
        self.column = column
        where = [part for part, given in ((file, file), (f"row {row}", row), (f"column {column}", column)) if given]
        super().__init__(f"{', '.join(str(part) for part in where)}: {message}" if where else message)


class IndexMismatch(SkillmatchError):
    """A saved index is damaged or belongs to another encoder or release; rebuilding it is always safe."""


class EncoderError(SkillmatchError):
    """The files of an encoder are missing or damaged; the message names the file."""


class StoreError(SkillmatchError):
    """The records cannot be opened or read as they are; the message says what would help."""
