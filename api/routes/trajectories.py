"""How far work is, which trajectory is recommended, and what a person decided (VDAB-04, VDAB-06..09)."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import Field

from api.auth import Acting
from api.fields import Day
from api.rules import After, Answer, Body, Desk, Id, LabelsIn, Page, Seen, Sent, Size, needs, prose, tagged
from skillmatch.access import Action
from skillmatch.assess.distance import Part
from skillmatch.assess.rules import Trajectory
from skillmatch.assess.trajectory import RuleId, SwitchReason
from skillmatch.service.casework.trajectories import Choice

router = APIRouter(prefix="/people/{person_id}/cases/{case_id}", tags=["trajectories"])

Why = Annotated[str, prose(4_000)]


class NewDecision(Body):
    """A decision on the trajectory. It confirms what is recommended, or says ``why`` not."""

    trajectory: Trajectory
    on: Annotated[Day, Field(description="The day from which it counts.")]
    why: Annotated[Why | None, Field(description="Needed where it is not what is recommended.")] = None
    code: Annotated[SwitchReason | None, Field(description="Needed where another trajectory is left for it.")] = None
    review_on: Annotated[Day | None, Field(description="Needed for linear: when it is looked at again.")] = None
    recommended: Annotated[
        Trajectory | None, Field(description="What you saw recommended: if that has changed by now, nothing is kept.")
    ] = None


class TargetShown(Answer):
    """The work aimed at; ``estimated``: its essential skills come from vectors, not from ESCO."""

    occupation: str | None = None
    label: str | None = None
    estimated: bool | None = None
    languages: dict[str, str | None] | None = None


class ComponentShown(Answer):
    """One part of the distance, and what would settle what is open about it."""

    part: Part
    says: str
    would_settle: str | None = None


class DistanceShown(Answer):
    """The distance to the labour market: five components, never one number."""

    case_id: str | None = None
    on: date | None = None
    target: TargetShown | None = None
    components: list[ComponentShown] | None = None


class ReasonShown(Answer):
    """What a rule found: recommend nothing more direct than ``at_least``; ``lifted_by`` says what would lift that."""

    rule: RuleId
    because: str
    source: str
    at_least: Trajectory
    lifted_by: str | None = None


class MissingShown(Answer):
    """Data that would change the recommendation, and to what."""

    rule: RuleId
    would_settle: str
    becomes: list[Trajectory]


class AlternativeShown(Answer):
    """A trajectory that is not recommended: what stands against it, and which missing data would lead to it."""

    trajectory: Trajectory
    against: list[ReasonShown]
    if_known: list[MissingShown]


class LinearWarningShown(Answer):
    """A linear pathway though these could start now (VDAB-09): a warning, and never a refusal."""

    routes: list[Trajectory]
    wished: bool
    settled: bool
    says: str


class RouteShown(Answer):
    """A route of the one-stop-shop (ANT-02); ``reference_share`` was reported once, and is never a target."""

    name: str
    reference_share: float
    source: str


class RecommendationShown(Answer):
    """What the rules recommend, strictest reason first; a person decides."""

    case_id: str | None = None
    on: date | None = None
    trajectory: Trajectory | None = None
    reasons: list[ReasonShown] | None = None
    fired: list[RuleId] | None = None
    deciding: list[RuleId] | None = None
    missing: list[MissingShown] | None = None
    alternatives: list[AlternativeShown] | None = None
    linear_warning: Annotated[LinearWarningShown | None, Field(description="What choosing linear would deserve.")] = (
        None
    )
    values_from: Annotated[date | None, Field(description="The day from which the thresholds hold.")] = None
    routes: list[RouteShown] | None = None
    review_on: Annotated[date | None, Field(description="When linear, decided today, is usually looked at again.")] = (
        None
    )


class DecisionShown(Answer):
    """A decision, and what was recommended to whoever made it."""

    id: str | None = None
    version: Annotated[int | None, Field(description="How many decisions there were with it.")] = None
    case_id: str | None = None
    trajectory: Trajectory | None = None
    previous: Trajectory | None = None
    on: date | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    recommended: Trajectory | None = None
    confirms: bool | None = None
    why: str | None = None
    code: SwitchReason | None = None
    review_on: date | None = None
    warning: LinearWarningShown | None = None
    recommendation: RecommendationShown | None = None


class OnShown(Answer):
    """The trajectory on a day, null before the first; ``version`` is how many decisions there are by now."""

    case_id: str | None = None
    on: date | None = None
    version: int | None = None
    trajectory: Trajectory | None = None
    decision: DecisionShown | None = None


@router.get("/distance", response_model=DistanceShown, **needs(Action.VIEW_DISTANCE))
def distance(person_id: Id, case_id: Id, actor: Acting, desk: Desk, language: LabelsIn = None) -> dict[str, Any]:
    """How far the work aimed at is, part by part."""
    return desk.trajectories.distance(actor, person_id, case_id, language)


@router.post("/recommendation", response_model=RecommendationShown, **needs(Action.RECOMMEND))
def recommend(person_id: Id, case_id: Id, actor: Acting, desk: Desk) -> dict[str, Any]:
    """Have the rules recommend a trajectory from what is known now; the audit tells of the run, nothing is decided."""
    return desk.trajectories.recommend(actor, person_id, case_id)


@router.post("/trajectory", status_code=201, response_model=DecisionShown, **needs(Action.DECIDE_TRAJECTORY))
def decide(
    person_id: Id,
    case_id: Id,
    decision: NewDecision,
    actor: Acting,
    desk: Desk,
    response: Response,
    seen: Seen,
    once: Sent,
) -> dict[str, Any]:
    """Confirm, override or switch; If-Match is the number of decisions that were seen, "0" at first."""
    choice = Choice(**decision.model_dump())
    response.headers["Location"] = f"/api/v1/people/{person_id}/cases/{case_id}/trajectory/history"
    return tagged(response, desk.trajectories.decide(actor, person_id, case_id, choice, seen, once))


@router.get("/trajectory", response_model=OnShown, **needs(Action.VIEW_TRAJECTORY))
def on_a_day(
    person_id: Id,
    case_id: Id,
    actor: Acting,
    desk: Desk,
    response: Response,
    on: Annotated[date | None, Query(description="The day, by default today.")] = None,
) -> dict[str, Any]:
    """The trajectory on a day, and the decision it rests on."""
    return tagged(response, desk.trajectories.on(actor, person_id, case_id, on))


@router.get("/trajectory/history", response_model=Page[DecisionShown], **needs(Action.VIEW_TRAJECTORY))
def history(person_id: Id, case_id: Id, actor: Acting, desk: Desk, after: After = None, size: Size = 50) -> Any:
    """Every decision, the first first, with what was recommended."""
    return desk.trajectories.history(actor, person_id, case_id, after, size)._asdict()
