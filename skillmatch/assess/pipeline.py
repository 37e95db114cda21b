"""Extraction as a spaCy component: ``nlp.add_pipe("skillmatch", config={"home": "/path/to/skillmatch"})``.

``home`` is where ``skillmatch esco install`` put its state (SKILLMATCH_HOME). The component fills
``doc.spans["esco"]``: a span a piece of evidence, best first, ``label_`` SKILL or OCCUPATION, ``kb_id_`` the concept's
URI. As with spaCy's own spancat, what else is known lies beside the spans, in the same order: ``attrs["scores"]`` the
chances, ``attrs["found"]`` how each was found (``label``, ``near-label``, ``meaning``).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from spacy.language import Language as Pipeline
from spacy.tokens import Doc, Span, SpanGroup
from spacy.util import minibatch

from skillmatch.assess.profile import Evidence, Note
from skillmatch.errors import InvalidInput
from skillmatch.text import Language

if TYPE_CHECKING:
    from skillmatch.index.search import ConceptSearch

SPANS = "esco"
"""The key of the span group in ``doc.spans``."""

_ANY_LANGUAGE = "xx"


_DEFAULTS = {"home": None, "encoder": "ngrams", "backend": "faiss"}


@Pipeline.factory("skillmatch", assigns=["doc.spans"], default_config=_DEFAULTS)
def make_component(
    nlp: Pipeline,
    name: str,  # noqa: ARG001, spaCy passes it by name
    home: str | None,
    encoder: str,
    backend: str,
) -> "SkillmatchComponent":
    """Load what is installed in ``home``. Raises InvalidInput without one, TaxonomyError or IndexMismatch if unfit.

    spaCy imports this module whenever any pipeline is made, so the search is imported here and not above.
    """
    from skillmatch.encode import open_encoder  # noqa: PLC0415
    from skillmatch.index.search import ConceptSearch  # noqa: PLC0415
    from skillmatch.taxonomy import release  # noqa: PLC0415

    if not home:
        raise InvalidInput("say where ESCO is installed: config={'home': ...}", field="home")
    taxonomy = release.load(Path(home) / "esco")
    search = ConceptSearch.load(Path(home) / "index", taxonomy, open_encoder(encoder), backend=backend)
    language = None if nlp.lang in {None, _ANY_LANGUAGE} else Language(str(nlp.lang))
    return SkillmatchComponent(search, language)


@dataclass(frozen=True, slots=True)
class SkillmatchComponent:
    """The component; ``language`` None lets each text tell its own."""

    search: "ConceptSearch"
    language: Language | None

    def __call__(self, doc: Doc) -> Doc:
        """``doc`` with ``doc.spans["esco"]`` filled."""
        self._annotate([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int) -> Iterator[Doc]:
        """The same for many documents: all phrases of a batch are encoded at once."""
        batches: Iterator[list[Doc]] = minibatch(stream, size=batch_size)  # type: ignore[no-untyped-call]
        for docs in batches:
            self._annotate(docs)
            yield from docs

    def _annotate(self, docs: Sequence[Doc]) -> None:
        from skillmatch.assess.extract import extract_all  # noqa: PLC0415

        notes = [Note(str(number), doc.text, self.language) for number, doc in enumerate(docs)]
        for doc, told in zip(docs, extract_all(notes, self.search), strict=True):
            labelled = [(piece, "SKILL") for piece in told.skills] + [
                (piece, "OCCUPATION") for piece in told.occupations
            ]
            labelled.sort(key=lambda each: -each[0].score)
            doc.spans[SPANS] = SpanGroup(
                doc,
                name=SPANS,
                spans=[_span(doc, piece, label) for piece, label in labelled],
                attrs={
                    "scores": [piece.score for piece, _ in labelled],
                    "found": [str(piece.found) for piece, _ in labelled],
                },
            )


def _span(doc: Doc, piece: Evidence, label: str) -> Span:
    """The tokens that hold the words of ``piece``: whole ones, also where the tokeniser cuts otherwise."""
    start, end = piece.span or (0, 0)
    span = doc.char_span(start, end, label=label, kb_id=piece.concept, alignment_mode="expand")
    if span is None:
        raise ValueError(f"the evidence for {piece.concept} lies outside the text")
    return span
