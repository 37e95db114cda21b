"""Fixtures that several test modules share."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real ESCO and the development sets; absent on a user's machine, required under CI."""
    folder = Path(os.environ.get("SKILLMATCH_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        message = f"needs the shared data at {folder} (set SKILLMATCH_SHARED to where it lies)"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return folder
