"""What the command line says to a screener, in Dutch (nl-BE) and English. Reasons are data; here they become words."""

from collections.abc import Mapping

from skillmatch.text import Language

Words = Mapping[str, str]

_NL: Words = {
    "said": "Wat gezegd en getoond werd",
    "skill": "Vaardigheid (ESCO)",
    "occupation": "beroep",
    "words": "Woorden",
    "from": "Bron",
    "score": "Score",
    "vacancies": "Vacatures, beste eerst",
    "mentors": "Mentoren uit de sector, met een gedeelde taal",
    "removed": "Niet getoond, met reden",
    "shortage": "knelpuntberoep",
    "shortage_reason": "knelpuntberoep: {asked}",
    "estimated": "gevraagde vaardigheden geschat uit vectoren (deze ESCO heeft geen relaties)",
    "gaps": "ontbreekt",
    "more": "en nog {count}",
    "settle": "{because}; dit maakt het duidelijk: {would_settle}",
    "assessment": "test",
    "diploma": "diploma",
    "work": "werkervaring",
    "portfolio": "portfolio",
    "self-report": "eigen verhaal",
    "suggested": "voorgesteld",
    "confirmed": "bevestigd",
    "corrected": "verbeterd",
    "rejected": "afgewezen",
    "essential": "essentieel",
    "optional": "optioneel",
    "occupation_reason": "deed of leerde dit beroep of een verwant beroep: {answered}",
    "mentor_occupation_reason": "deed het gewenste beroep of een verwant beroep: {answered}",
    "mentor_language_reason": "gedeelde taal: {asked}",
    "language_reason": "spreekt de gevraagde taal: {asked}",
    "sector_reason": "werkte in de sector: {answered}",
    "near": "{asked} (deels, door: {answered})",
    "suggestion": "Alles hierboven is een voorstel. Mensen beslissen.",
    "next": "En nu?",
    "next_match": "uw eigen notitie, in eender welke taal, tegenover de demovacatures",
    "next_esco": "de volledige ESCO: Nederlandse labels en officiële relaties (zie README)",
    "next_help": "alle opdrachten",
}

_EN: Words = {
    "said": "What was said and shown",
    "skill": "Skill (ESCO)",
    "occupation": "occupation",
    "words": "Words",
    "from": "Source",
    "score": "Score",
    "vacancies": "Vacancies, best first",
    "mentors": "Mentors of the sector with a shared language",
    "removed": "Not shown, and why",
    "shortage": "shortage occupation",
    "shortage_reason": "shortage occupation: {asked}",
    "estimated": "asked skills estimated from vectors (this ESCO has no relations)",
    "gaps": "missing",
    "more": "and {count} more",
    "settle": "{because}; what would settle it: {would_settle}",
    "assessment": "test",
    "diploma": "diploma",
    "work": "work",
    "portfolio": "portfolio",
    "self-report": "own words",
    "suggested": "suggested",
    "confirmed": "confirmed",
    "corrected": "corrected",
    "rejected": "rejected",
    "essential": "essential",
    "optional": "optional",
    "occupation_reason": "did or learnt this occupation or one close to it: {answered}",
    "mentor_occupation_reason": "did the work of interest or work close to it: {answered}",
    "mentor_language_reason": "a language in common: {asked}",
    "language_reason": "speaks the language asked for: {asked}",
    "sector_reason": "worked in the sector: {answered}",
    "near": "{asked} (in part, by: {answered})",
    "suggestion": "All of the above is a suggestion. People decide.",
    "next": "What next?",
    "next_match": "a note of your own, in any language, against the demo vacancies",
    "next_esco": "the full ESCO: labels in your languages and the official relations (see the README)",
    "next_help": "all commands",
}

_NL_CHECKS: Words = {
    "labour-access:unknown": "toegang tot de arbeidsmarkt niet gekend: kijk op de verblijfstitel",
    "labour-access:no": "geen toegang tot de arbeidsmarkt volgens de verblijfstitel",
    "language:unknown": "niveau {name} niet gekend: een gesprek of test maakt het duidelijk",
    "language:no": "niveau {name} lager dan gevraagd",
    "licence:unknown": "attest of rijbewijs {name}: niet gevraagd aan de persoon",
    "licence:no": "attest of rijbewijs {name} ontbreekt",
    "schedule:unknown": "uurregeling {name}: niet gevraagd aan de persoon",
    "schedule:no": "wil of kan niet werken in uurregeling {name}",
    "region:unknown": "regio: niet gevraagd aan de persoon",
    "region:no": "buiten de regio's van de persoon",
    "shared-language:unknown": "gedeelde taal niet gekend: vraag het na",
    "trained:unknown": "mentoropleiding niet genoteerd: kijk in het opleidingsdossier",
    "hours:unknown": "uren per week niet gekend: vraag het de mentor",
    "available:unknown": "begindatum niet gekend: vraag het de mentor",
}
"""Dutch for the hard rules, by rule and answer; the core gives them in English."""

CHECKS: Mapping[Language, Words] = {Language("nl"): _NL_CHECKS}

CATALOGUE: Mapping[Language, Words] = {Language("nl"): _NL, Language("en"): _EN}
