"""Where the data that comes with the project lies."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_INSIDE = _PACKAGE / "_data"

DATA = _INSIDE if _INSIDE.is_dir() else _PACKAGE.parent / "data"
"""Inside an installed wheel, or beside the package in a checkout."""

REQUIREMENTS = (_INSIDE if _INSIDE.is_dir() else _PACKAGE.parent) / "requirements-starter.txt"
"""The file that pins the wheels of the starter."""
