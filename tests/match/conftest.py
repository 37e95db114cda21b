"""The search that tests of reading vacancies use."""

import pytest

from skillmatch.encode import open_encoder
from skillmatch.index.search import ConceptSearch
from skillmatch.taxonomy.concepts import Taxonomy


@pytest.fixture(scope="session")
def search(taxonomy: Taxonomy, tmp_path_factory: pytest.TempPathFactory) -> ConceptSearch:
    """A search over the small ESCO with the encoder that the product uses."""
    return ConceptSearch.build(taxonomy, open_encoder(), tmp_path_factory.mktemp("index"), backend="exact")
