"""Answers as plain data (JSON), the same for every edge. Concepts carry URI and label; texts are given by offsets."""

from collections.abc import Sequence
from typing import Any

from skillmatch.assess.extract import Extraction
from skillmatch.assess.profile import Evidence, Profile
from skillmatch.index.search import Hit
from skillmatch.match.offers import Match, Mentor, Ranking, Reason, ReasonKind, Vacancy, Verdict
from skillmatch.service.screening import Case
from skillmatch.taxonomy.concepts import ConceptId, Taxonomy
from skillmatch.text import Language

Json = dict[str, Any]


def hit(found: Hit) -> Json:
    """One answer of ``link``: its score is the chance that it is right."""
    return {"uri": found.concept, "label": found.label, "score": round(found.chance, 4)}


class Answers:
    """Puts values into plain data, labels in the first of ``languages`` that has one."""

    def __init__(self, taxonomy: Taxonomy, languages: Sequence[Language]) -> None:
        self._taxonomy = taxonomy
        self._languages = languages

    def concept(self, concept: ConceptId) -> Json:
        """URI and label."""
        return {"uri": concept, "label": self._taxonomy.label(concept, self._languages)}

    def extraction(self, name: str | int, extraction: Extraction) -> Json:
        """One answer of ``extract``."""
        return {
            "id": name,
            "lang": extraction.language,
            "skills": [self._found(piece) for piece in extraction.skills],
            "occupations": [self._found(piece) for piece in extraction.occupations],
            "unlinked": [{"start": span.start, "end": span.end} for span in extraction.unlinked],
            "hits": [{**self.concept(guess.concept), "score": round(guess.score, 4)} for guess in extraction.hits],
        }

    def match(self, case: Case, vacancies: Ranking[Vacancy], mentors: Ranking[Mentor] | None) -> Json:
        """The answer of ``match``: the profile, ranked vacancies and mentors, and what was removed and why."""
        return {
            "release": self._taxonomy.release.version,
            "relations": self._taxonomy.release.relations,
            "notes": [self.extraction(note, extraction) for note, extraction in case.extractions.items()],
            "profile": self.profile(case.profile),
            "vacancies": self.vacancies(vacancies),
            "removed": self.removed(vacancies),
            "mentors": self.mentors(mentors) if mentors else [],
            "removed_mentors": self.removed(mentors) if mentors else [],
        }

    def profile(self, profile: Profile) -> Json:
        """Claims with their standing and all their evidence."""
        return {
            "languages": {language: level.label if level else None for language, level in profile.languages.items()},
            "claims": [
                {
                    **self.concept(claim.concept),
                    "kind": self._taxonomy.kind(claim.concept).name.lower(),
                    "standing": claim.standing,
                    "strength": round(claim.strength, 4),
                    "evidence": [self.evidence(piece) for piece in claim.evidence],
                }
                for claim in profile.claims
            ],
        }

    def vacancies(self, ranking: Ranking[Vacancy]) -> list[Json]:
        """Ranked vacancies, each with its proof."""
        return [self._vacancy(match) for match in ranking.matches]

    def mentors(self, ranking: Ranking[Mentor]) -> list[Json]:
        """Ranked mentors, each with its reasons."""
        return [
            {
                "id": match.item.id,
                "name": match.item.name,
                "occupations": [self.concept(occupation) for occupation in match.item.occupations],
                "languages": {
                    language: level.label if level else None for language, level in match.item.languages.items()
                },
                **self._match(match),
            }
            for match in ranking.matches
        ]

    def removed(self, ranking: Ranking[Any]) -> list[Json]:
        """What a hard rule removed, with the rule: nothing disappears silently."""
        return [
            {
                "id": removed.item.id,
                "score": round(removed.score, 4),
                "checks": [self._check(verdict) for verdict in removed.verdicts],
            }
            for removed in ranking.removed
        ]

    def _vacancy(self, match: Match[Vacancy]) -> Json:
        vacancy = match.item
        return {
            "id": vacancy.id,
            "title": vacancy.title,
            "employer": vacancy.employer,
            "region": vacancy.region,
            "occupation": self.concept(vacancy.occupation) if vacancy.occupation else None,
            "shortage": vacancy.shortage,
            "estimated": vacancy.estimated,
            **self._match(match),
        }

    def _match(self, match: Match[Any]) -> Json:
        return {
            "score": round(match.score, 4),
            "reasons": [self._reason(reason) for reason in match.reasons],
            "gaps": [self.concept(gap) for gap in match.gaps],
            "checks": [self._check(verdict) for verdict in match.verdicts],
        }

    def _reason(self, reason: Reason) -> Json:
        return {
            "kind": reason.kind,
            "weight": round(reason.weight, 6),
            "asked": self._named(reason.asked, reason.kind),
            "answered_by": self._named(reason.answered_by, reason.kind),
            "share": round(reason.share, 4),
            "way": reason.near.way if reason.near else None,
            "evidence": [self.evidence(piece) for piece in reason.evidence],
        }

    def _named(self, name: str | None, kind: ReasonKind) -> Json | str | None:
        if name is None or kind is ReasonKind.LANGUAGE or ConceptId(name) not in self._taxonomy.numbers:
            return name
        return self.concept(ConceptId(name))

    def evidence(self, piece: Evidence) -> Json:
        """Where it comes from, and how sure it is; a text by its note and offsets."""
        return {
            "source": piece.source,
            "score": round(piece.score, 4),
            "note": piece.note,
            "start": piece.span.start if piece.span else None,
            "end": piece.span.end if piece.span else None,
            "found": piece.found,
            "on": piece.on.isoformat() if piece.on else None,
            "detail": piece.detail,
        }

    def _found(self, piece: Evidence) -> Json:
        found = {**self.concept(piece.concept), "score": round(piece.score, 4)}
        return found | ({"start": piece.span.start, "end": piece.span.end} if piece.span else {})

    def _check(self, verdict: Verdict) -> Json:
        return {
            "rule": verdict.rule,
            "value": verdict.value,
            "because": verdict.because,
            "would_settle": verdict.would_settle,
        }
