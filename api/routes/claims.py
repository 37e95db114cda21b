"""Claims: what was suggested, on which evidence, and what people decided."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from pydantic import Field

from api.auth import Acting
from api.fields import Uri
from api.rules import After, Answer, Body, Desk, Id, LabelsIn, Made, Page, Seen, Sent, Size, needs, prose, tagged
from skillmatch.access import Action
from skillmatch.assess.profile import Found, Source, Standing

router = APIRouter(prefix="/people/{person_id}/claims", tags=["claims"])

Why = Annotated[str, prose(2_000)]


class NewClaim(Body):
    """A claim that no run suggested."""

    concept: Annotated[Uri, Field(description="The URI of an ESCO skill or occupation.")]
    standing: Literal["confirmed", "rejected"]
    reason: Why | None = None


class ClaimDecision(Body):
    """A person's decision. A correction names the concept that is right."""

    standing: Literal["confirmed", "rejected", "corrected"]
    corrected_to: Uri | None = None
    reason: Why | None = None


class Disagreement(Body):
    """What the person says against a claim, or against a decision on it."""

    text: Annotated[str, prose(4_000)]


class EvidenceShown(Answer):
    """A piece of evidence, as far as the role may see it; not where it lies in a note that is not yours to see."""

    source: Source | None = None
    on: date | None = None
    score: float | None = None
    strength: float | None = None
    found: Found | None = None
    detail: str | None = None
    note: str | None = None
    start: int | None = None
    end: int | None = None


class DisagreementShown(Answer):
    """A disagreement; ``complaints_to`` is the role to turn to with a complaint."""

    id: str
    on: date | None = None
    text: str
    complaints_to: str | None = None


class ClaimShown(Answer):
    """A claim. ``strength`` in [0, 1] is how far it is believed; ``label`` is absent where ESCO no longer has it."""

    id: str | None = None
    version: int | None = None
    concept: str | None = None
    label: str | None = None
    kind: str | None = None
    standing: Standing | None = None
    strength: float | None = None
    corrected_to: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    evidence: list[EvidenceShown] | None = None
    disagreements: list[DisagreementShown] | None = None


@router.get("", response_model=Page[ClaimShown], **needs(Action.VIEW_CLAIMS))
def list_claims(
    person_id: Id, actor: Acting, desk: Desk, after: After = None, size: Size = 50, language: LabelsIn = None
) -> Any:
    """Every claim on a person with all its evidence, by concept."""
    return desk.claims.list(actor, person_id, after, size, language)._asdict()


@router.get("/{claim_id}", response_model=ClaimShown, **needs(Action.VIEW_CLAIMS))
def view(
    person_id: Id, claim_id: Id, actor: Acting, desk: Desk, response: Response, language: LabelsIn = None
) -> dict[str, Any]:
    """One claim; looking at it is told in the audit."""
    return tagged(response, desk.claims.view(actor, person_id, claim_id, language))


@router.post("", status_code=201, response_model=ClaimShown, **needs(Action.DECIDE_CLAIM))
def add(person_id: Id, claim: NewClaim, actor: Acting, desk: Desk, made: Made, once: Sent) -> dict[str, Any]:
    """Decide on a concept that no run suggested."""
    added = desk.claims.add(actor, person_id, claim.model_dump(exclude_unset=True), once)
    return made(added)


@router.put("/{claim_id}", response_model=ClaimShown, **needs(Action.DECIDE_CLAIM))
def decide(
    person_id: Id, claim_id: Id, decision: ClaimDecision, actor: Acting, desk: Desk, response: Response, seen: Seen
) -> dict[str, Any]:
    """Confirm, reject or correct the version that was seen; no later run changes it."""
    decided = desk.claims.decide(actor, person_id, claim_id, decision.model_dump(exclude_unset=True), seen)
    return tagged(response, decided)


@router.post("/{claim_id}/disagreement", status_code=201, response_model=DisagreementShown, **needs(Action.DISAGREE))
def disagree(person_id: Id, claim_id: Id, said: Disagreement, actor: Acting, desk: Desk, once: Sent) -> dict[str, Any]:
    """Say that a claim on you is wrong: it is kept beside the claim, and staff see it."""
    return desk.claims.disagree(actor, person_id, claim_id, said.text, once)
