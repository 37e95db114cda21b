"""What the recommendations go by, for whoever reviews it, and how often people decided otherwise (VDAB-06)."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field

from api.auth import Acting
from api.routes.trajectories import RouteShown
from api.rules import Answer, Desk, needs
from skillmatch.access import Action
from skillmatch.assess.plan import Breach
from skillmatch.assess.rules import Trajectory
from skillmatch.assess.trajectory import RuleId

router = APIRouter(prefix="/rules", tags=["rules"])


class ValueShown(Answer):
    """A value from a date on, until the next one, and where it comes from."""

    valid_from: date
    value: float
    source: str


class ThresholdShown(Answer):
    """A threshold with all its values, the oldest first, and the one in force."""

    name: str
    unit: str
    meaning: str
    values: list[ValueShown]
    in_force: ValueShown


class RuleShown(Answer):
    """A rule in words, and where it comes from."""

    rule: RuleId
    says: str
    source: str


class RouteRuleShown(RouteShown):
    """A route, and the trajectories it may become."""

    trajectories: list[Trajectory]


class BreachRuleShown(Answer):
    """What a plan can do wrong."""

    breach: Breach
    message: str


class RulesShown(Answer):
    """Every rule and threshold."""

    on: date | None = None
    values_from: Annotated[date | None, Field(description="The day of the latest change: it names this set.")] = None
    about: str | None = None
    thresholds: list[ThresholdShown] | None = None
    rules: list[RuleShown] | None = None
    routes: list[RouteRuleShown] | None = None
    plans: list[BreachRuleShown] | None = None


class RateShown(Answer):
    """How often people decided otherwise than this rule led to recommend; ``share`` is null without decisions."""

    rule: RuleId
    says: str
    decisions: int
    overridden: int
    more_direct: int
    less_direct: int
    share: Annotated[float | None, Field(ge=0, le=1)] = None


class OverridesShown(Answer):
    """The override rate of every rule, over what and as of when."""

    as_of: date | None = None
    population: str | None = None
    rules: list[RateShown] | None = None


@router.get("", response_model=RulesShown, **needs(Action.VIEW_RULES))
def view(actor: Acting, desk: Desk) -> dict[str, Any]:
    """Every threshold with its values, dates and sources, and every rule in words."""
    return desk.rules.view(actor)


@router.get("/overrides", response_model=OverridesShown, **needs(Action.VIEW_OVERRIDES))
def overrides(actor: Acting, desk: Desk) -> dict[str, Any]:
    """How often people decided otherwise, rule by rule, and in which direction."""
    return desk.rules.overrides(actor)
