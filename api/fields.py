"""What several routes take, each with one name and one set of bounds."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
Uri = Annotated[str, StringConstraints(min_length=1, max_length=400)]
Hours = Annotated[float, Field(ge=0, le=168, allow_inf_nan=False)]

Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2100, 12, 31))]
"""Any day that somebody living may speak of, and no typing error of a century."""

SomeDay = Annotated[Day | None, Field(description="Today where it is left out, null where the day is not known.")]

Level = Literal["below A1", "A1", "A2", "B1", "B2", "C1", "C2"]
"""A CEFR level; "below A1" was tested, and is another value than null, which is not known (ruling 13)."""
