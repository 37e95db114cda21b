"""The spaCy component ``skillmatch``."""


def make_component() -> None:
    """Being written."""
