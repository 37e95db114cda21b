"""A foreign diploma as it is shown: what it is worth in Flanders is for those who decide on it, and for them alone."""

from dataclasses import dataclass

from skillmatch.text import Language


@dataclass(frozen=True, slots=True)
class Qualification:
    """A diploma as it is shown. ``title`` stays in its own language and script; ``level`` is text, not yet compared.

    ``country`` is ISO 3166-1 alpha-2; ``years`` is how long the studies took; ``language`` is that of ``title``, None
    where it is not known.
    """

    title: str
    country: str
    language: Language | None = None
    field: str | None = None
    level: str | None = None
    year: int | None = None
    years: float | None = None

    @property
    def detail(self) -> str:
        """How evidence names the diploma: title, country, year."""
        where = self.country if self.year is None else f"{self.country}, {self.year}"
        return f"{self.title} ({where})"
