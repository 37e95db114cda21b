"""An installation of the small ESCO, as ``skillmatch esco install`` leaves one."""

from pathlib import Path

import pytest

from skillmatch.encode import open_encoder
from skillmatch.index.search import ConceptSearch
from skillmatch.taxonomy import release
from skillmatch.taxonomy.concepts import Taxonomy


@pytest.fixture(scope="session")
def home(taxonomy: Taxonomy, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a release and its index, made with the encoder that the product uses."""
    folder = tmp_path_factory.mktemp("home")
    stored = release.save(taxonomy, folder / "esco")
    ConceptSearch.build(stored, open_encoder(), folder / "index")
    return folder


@pytest.fixture(scope="session")
def search(home: Path) -> ConceptSearch:
    """The search over that installation."""
    return ConceptSearch.load(home / "index", release.load(home / "esco"), open_encoder())
