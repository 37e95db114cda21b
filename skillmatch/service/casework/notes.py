"""Notes of what was said, and the run that reads one for skills: it suggests, and people decide."""

from collections.abc import Mapping
from dataclasses import dataclass

from skillmatch import access
from skillmatch.access import Action, Actor, Role
from skillmatch.assess.extract import Extraction, extract_all
from skillmatch.assess.profile import Note
from skillmatch.errors import Forbidden, InvalidInput
from skillmatch.index.search import ConceptSearch
from skillmatch.service.answers import Answers
from skillmatch.service.casework.concepts import label_languages
from skillmatch.service.casework.office import (
    A_YEAR,
    Office,
    Once,
    Page,
    looked_at,
    page_of,
    refuse_future,
    refuse_stale,
    remember,
    repeated,
    theirs,
)
from skillmatch.store import cases
from skillmatch.store.cases import KeptNote
from skillmatch.store.claims import suggest
from skillmatch.store.unit import Unit, missing, new_id
from skillmatch.text import Language

MOST = 200
"""How many notes a person may write in their own file: whoever looks at it opens them all, and others wait."""


@dataclass(frozen=True, slots=True)
class Notes:
    """Writing notes, reading them, and finding skills in them."""

    office: Office
    search: ConceptSearch

    def write(
        self, actor: Actor, person_id: str, facts: Mapping[str, object], once: Once | None = None
    ) -> dict[str, object]:
        """Keep a note of ``facts``, of which only ``text`` is needed; it is today's unless it names another day."""
        access.require_fields(actor, Action.WRITE_NOTE, facts)
        with self.office.open(actor, Action.WRITE_NOTE, person_id) as unit:
            if known := repeated(unit, once, Action.VIEW_NOTES, KeptNote, person_id):
                return _shown(actor, known)
            refuse_too_many(unit, actor, person_id)
            said = {"on": unit.today} | {name: value for name, value in facts.items() if value is not None}
            note = KeptNote(new_id(), person_id, **said, author=actor.account, author_role=actor.role)  # type: ignore[arg-type]
            refuse_future(unit, note.on, "on", within=A_YEAR)
            remember(unit, once, unit.add(note), person_id)
            return _shown(actor, note)

    def list(self, actor: Actor, person_id: str, after: str | None, size: int) -> Page:
        """The notes that the actor may see, the earliest first."""
        with self.office.open(actor, Action.VIEW_NOTES, person_id) as unit:
            seen = [note for note in unit.of(KeptNote, person_id) if sees(actor, note)]
            page = page_of(seen, lambda note: _shown(actor, note), after, size)
            told = [str(one["id"]) for one in page.items]
            unit.record(Action.VIEW_NOTES, person=person_id, what={"notes": told})
            return page

    def view(self, actor: Actor, person_id: str, note_id: str) -> dict[str, object]:
        """One note; raises NotFound, also for one in confidence with others: that it exists is not told either."""
        with self.office.open(actor, Action.VIEW_NOTES, person_id) as unit:
            return _shown(actor, looked_at(unit, Action.VIEW_NOTES, visible(actor, unit, person_id, note_id)))

    def extract(self, actor: Actor, person_id: str, note_id: str, language: str | None = None) -> dict[str, object]:
        """Read a note for skills and occupations, and suggest them as claims; what a person decided stays decided.

        The run takes seconds, so it happens between two transactions and no other writer waits for it. Raises Conflict
        where the note was changed meanwhile. The answer gives places in the note and never its text.
        """
        with self.office.look(actor, Action.READ_NOTE, person_id) as unit:
            note = _readable(visible(actor, unit, person_id, note_id))
        found = self._run(note)
        with self.office.open(actor, Action.READ_NOTE, person_id) as unit:
            now = visible(actor, unit, person_id, note_id)
            refuse_stale(note.version, now.version, _shown(actor, now), None)
            new = suggest(unit, person_id, (*found.skills, *found.occupations))
            counts = {"skills": len(found.skills), "occupations": len(found.occupations), "new": new}
            what = {"version": note.version} | counts
            unit.record(Action.READ_NOTE, person=person_id, about=f"notes:{note.id}", what=what)
        return _found(Answers(self.search.taxonomy, label_languages(language)), note, found) | {"new": new}

    def _run(self, note: KeptNote) -> Extraction:
        language = None if note.language is None else Language(note.language)
        return extract_all([Note(note.id, note.text, language, note.on)], self.search)[0]


def refuse_too_many(unit: Unit, actor: Actor, person_id: str) -> None:
    """Raises Forbidden for a person who wrote as much as anybody will read."""
    if actor.role is Role.PERSON and cases.notes_in(unit, person_id, actor.role) >= MOST:
        raise Forbidden(f"there are {MOST} notes of yours: ask whoever guides you to go through them with you")


def sees(actor: Actor, note: KeptNote) -> bool:
    """Whether the actor may see a note at all (:func:`access.sees_note`)."""
    return access.sees_note(actor, note.author, note.author_role, confidential=note.confidential)


def visible(actor: Actor, unit: Unit, person_id: str, note_id: str) -> KeptNote:
    """The note; raises NotFound where there is none or the actor may not see it, in the same words."""
    note = theirs(unit, KeptNote, note_id, person_id)
    if not sees(actor, note):
        raise missing(KeptNote.TABLE)
    return note


def _readable(note: KeptNote) -> KeptNote:
    """``note``; raises InvalidInput for a disagreement: what somebody objects to is no evidence of it."""
    if note.about is not None:
        raise InvalidInput("a disagreement is not read for skills", field="note_id")
    return note


def _shown(actor: Actor, note: KeptNote) -> dict[str, object]:
    return access.shown(actor, Action.VIEW_NOTES, {name: getattr(note, name) for name in KeptNote.__slots__})


def _found(answers: Answers, note: KeptNote, extraction: Extraction) -> dict[str, object]:
    """What was found, by places in the note."""
    told = answers.extraction(note.id, extraction)
    found = {kind: [{"concept": one["uri"], **one} for one in told[kind]] for kind in ("skills", "occupations")}
    return {"note": note.id, "language": extraction.language, "unlinked": told["unlinked"]} | found
