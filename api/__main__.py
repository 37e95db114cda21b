"""The server: ``skillmatch serve``, or ``python -m api``."""

import copy
import logging
import os
import sys
import traceback
from pathlib import Path
from typing import Any

import uvicorn
from pydantic import ValidationError
from uvicorn.config import LOGGING_CONFIG

from api.app import create_app
from skillmatch.config import Settings
from skillmatch.errors import SkillmatchError
from skillmatch.service.casework import Casework
from skillmatch.service.lines import invalid

HOST, PORT = "127.0.0.1", 8000
"""Nobody else's machine reaches it: a proxy that speaks https stands in front of it where others should."""

_DEPTH = 8
"""How many places of a fault are logged: enough to reach from a driver up into our code."""


class NoQuery(logging.Filter):
    """Leaves the query out of every line of the access log: what somebody looked for may be personal."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always True; ``record`` is changed."""
        if isinstance(record.args, tuple):
            record.args = tuple(part.partition("?")[0] if isinstance(part, str) else part for part in record.args)
        return True


class NoContent(logging.Filter):
    """Of a fault only its kind and the places in the code that led there: its message may quote what was sent."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always True; ``record`` is changed."""
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            places = traceback.extract_tb(error.__traceback__)[-_DEPTH:]
            led = " > ".join(f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in places)
            record.msg, record.args = "%s at %s", (type(error).__name__, led)
            record.exc_info = record.exc_text = None
        return True


def serve(settings: Settings, host: str = HOST, port: int = PORT) -> None:
    """Open the records and answer until stopped; raises SkillmatchError where something is missing.

    The master key comes from the environment only, so that it is in no list of processes and no history of commands.
    """
    casework = Casework.open(settings, os.environ, say=_say, progress=_quiet)
    try:
        app = create_app(casework, settings)
        uvicorn.run(app, host=host, port=port, log_config=_logging(), server_header=False)
    finally:
        casework.close()


def _logging() -> dict[str, Any]:
    """uvicorn's own, without queries, and without what a fault is about."""
    config = copy.deepcopy(LOGGING_CONFIG)
    config["filters"] = {"no_query": {"()": NoQuery}, "no_content": {"()": NoContent}}
    config["handlers"]["access"]["filters"] = ["no_query"]
    config["handlers"]["default"]["filters"] = ["no_content"]
    return config


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def _quiet(task: str, done: int, total: int) -> None:
    """Shows nothing: a log has no bars."""


def main() -> None:
    """Serve with the settings of the environment; 2 is the exit code of whatever is missing."""
    try:
        serve(Settings())
    except (SkillmatchError, ValidationError) as error:
        said = error if isinstance(error, SkillmatchError) else f"settings (SKILLMATCH_...): {invalid(error)}"
        print(f"skillmatch: {said}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
