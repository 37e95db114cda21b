"""The four trajectories, and the dated thresholds that their rules and checks use: configuration, with its source."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from skillmatch.errors import InvalidInput
from skillmatch.shipped import DATA

SHIPPED = DATA / "rules" / "trajectories.json"
"""The thresholds that come with the project."""


class Trajectory(StrEnum):
    """VDAB's four trajectories, the most direct way into work first. They compare by ``place``, not as text."""

    QUICK_MEDIATION = "quick_mediation"
    """Into the labour market straight away; classes on the side."""
    INTEGRATED = "integrated"
    """Simultaneous actions, one inside the other: language or soft skills within training on the job."""
    COMBINED = "combined"
    """Actions beside each other: language in the morning, job orientation in the afternoon."""
    LINEAR = "linear"
    """Education or language first, usually for longer; orientation or training after it."""

    @property
    def place(self) -> int:
        """0 for the most direct, 3 for the least."""
        return _PLACES[self]


_PLACES = {trajectory: place for place, trajectory in enumerate(Trajectory)}

Share = Annotated[float, Field(ge=0, le=1)]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Weeks = Annotated[int, Field(ge=1)]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
_EXACT = ConfigDict(strict=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The values in force on one day; what each means and where it comes from, ``Rules.in_force`` says.

    ``valid_from`` is the latest date on which one of them changed: it names this set in records of decisions.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    valid_from: date
    quick_missing_share: Share
    integrated_missing_share: Share
    language_levels_below: Annotated[int, Field(ge=0, le=6)]
    unused_years: Amount
    work_hours: Amount
    two_actions_hours: Amount
    search_starts_within: Weeks
    linear_review_after: Weeks
    plain_test_level: Annotated[int, Field(ge=0, le=6)]

    def __post_init__(self) -> None:
        for low, high in (("quick_missing_share", "integrated_missing_share"), ("two_actions_hours", "work_hours")):
            if getattr(self, low) > getattr(self, high):
                raise InvalidInput(f"may not be above {high}", field=low)

    def review_date(self, decided: date) -> date:
        """When a linear pathway decided on that day is looked at again (ANT-02)."""
        return decided + timedelta(weeks=self.linear_review_after)


@dataclass(frozen=True, slots=True)
class Value:
    """A value from a date on, until the next one."""

    __pydantic_config__ = _EXACT

    valid_from: date
    value: float
    source: Text


@dataclass(frozen=True, slots=True)
class Threshold:
    """A threshold with all its values, oldest first, in words for an administrator."""

    __pydantic_config__ = _EXACT

    name: Text
    unit: Text
    meaning: Text
    values: Annotated[tuple[Value, ...], Field(min_length=1)]

    def __post_init__(self) -> None:
        dates = [value.valid_from for value in self.values]
        if any(later <= earlier for earlier, later in pairwise(dates)):
            raise InvalidInput("its values should follow each other by date", field=self.name)

    def on(self, day: date) -> Value:
        """The value in force on ``day``; raises InvalidInput before the first."""
        past = [value for value in self.values if value.valid_from <= day]
        if not past:
            raise InvalidInput(f"has no value in force on {day}", field=self.name)
        return past[-1]


@dataclass(frozen=True, slots=True)
class Route:
    """A route of the one-stop-shop (ANT-02), the trajectories it may become, and the share once reported for it."""

    __pydantic_config__ = _EXACT

    name: Text
    trajectories: Annotated[tuple[Trajectory, ...], Field(min_length=1)]
    reference_share: Share
    source: Text


@dataclass(frozen=True, slots=True)
class Rules:
    """A file of thresholds and routes."""

    __pydantic_config__ = _EXACT

    thresholds: tuple[Threshold, ...]
    routes: tuple[Route, ...] = ()
    about: str = ""

    def __post_init__(self) -> None:
        names = [threshold.name for threshold in self.thresholds]
        if len(set(names)) < len(names):
            raise InvalidInput("should name each threshold once", field="thresholds")

    def in_force(self, day: date) -> Mapping[str, Value]:
        """Every threshold's value on ``day`` with its date and source; raises InvalidInput before the first."""
        return {threshold.name: threshold.on(day) for threshold in self.thresholds}

    def on(self, day: date) -> Thresholds:
        """The thresholds as the rules read them; raises InvalidInput where one is missing, unknown or out of range."""
        values = self.in_force(day)
        latest = max((value.valid_from for value in values.values()), default=day)
        return _checked({"valid_from": latest, **{name: value.value for name, value in values.items()}})

    def routes_for(self, trajectory: Trajectory) -> tuple[Route, ...]:
        """The routes of the one-stop-shop that may become ``trajectory`` (ruling 11)."""
        return tuple(route for route in self.routes if trajectory in route.trajectories)


def read_rules(path: Path = SHIPPED) -> Rules:
    """The rules of a file, good on each of its dates; raises InvalidInput naming file and field."""
    try:
        rules = _RULES.validate_json(path.read_bytes())
        for day in _changes(rules):
            rules.on(day)
    except OSError as error:
        raise InvalidInput(f"cannot read {path.name}: {error.strerror}") from None
    except ValidationError as error:
        raise InvalidInput(f"{path.name}: {_first(error)}") from None
    except InvalidInput as error:
        raise InvalidInput(f"{path.name}: {error}") from None
    return rules


def _changes(rules: Rules) -> list[date]:
    """The days on which some value changes, from the day on which every threshold has one."""
    complete = max((threshold.values[0].valid_from for threshold in rules.thresholds), default=date.min)
    days = {value.valid_from for threshold in rules.thresholds for value in threshold.values}
    return sorted(day for day in days | {complete} if day >= complete)


def _checked(values: Mapping[str, object]) -> Thresholds:
    try:
        return _THRESHOLDS.validate_python(values)
    except ValidationError as error:
        raise _first(error) from None


def _first(error: ValidationError) -> InvalidInput:
    """The first thing that is wrong, with its place and without what stood there."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    message = "is missing" if first["type"] == "missing" else first["msg"][:1].lower() + first["msg"][1:]
    return InvalidInput(message, field=".".join(map(str, first["loc"])) or None)


_THRESHOLDS = TypeAdapter(Thresholds)
_RULES = TypeAdapter(Rules)
