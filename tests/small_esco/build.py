"""Writes the small ESCO in the file layouts that ESCO's releases really have."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from tests.small_esco.concepts import (
    ESCO,
    ISCO_GROUPS,
    LANGUAGES,
    NARROWER_SKILLS,
    OCCUPATIONS,
    RELATED_SKILLS,
    SKILL_GROUPS,
    SKILLS,
    OccupationRow,
    SkillRow,
    group_uri,
    isco_uri,
    occupation_uri,
    skill_uri,
)

STAMP = "2024-01-25T11:28:50.295Z"
OCCUPATION_SCHEMES = f"{ESCO}/concept-scheme/member-occupations,\n{ESCO}/concept-scheme/occupations"
SKILL_SCHEMES = f"{ESCO}/concept-scheme/member-skills,\n{ESCO}/concept-scheme/skills"

Row = dict[str, str]

_OCCUPATIONS = [
    "conceptType", "conceptUri", "iscoGroup", "preferredLabel", "altLabels", "hiddenLabels", "status", "modifiedDate",
    "regulatedProfessionNote", "scopeNote", "definition", "inScheme", "description", "code",
]  # fmt: skip
_SKILLS = [
    "conceptType", "conceptUri", "skillType", "reuseLevel", "preferredLabel", "altLabels", "hiddenLabels", "status",
    "modifiedDate", "scopeNote", "definition", "inScheme", "description",
]  # fmt: skip
_ISCO_GROUPS = [
    "conceptType", "conceptUri", "code", "preferredLabel", "status", "altLabels", "inScheme", "description",
]  # fmt: skip
_SKILL_GROUPS = [
    "conceptType", "conceptUri", "preferredLabel", "altLabels", "hiddenLabels", "status", "modifiedDate", "scopeNote",
    "inScheme", "description", "code",
]  # fmt: skip
_OLD_OCCUPATIONS = ["conceptType", "conceptUri", "iscoGroup", "preferredLabel", "altLabels", "description"]
_OLD_SKILLS = [
    "conceptType", "conceptUri", "skillType", "reuseLevel", "preferredLabel", "altLabels", "description",
]  # fmt: skip
_OLD_GROUPS = ["conceptType", "conceptUri", "code", "preferredLabel", "altLabels", "description"]

_REQUIRES = ["occupationUri", "relationType", "skillType", "skillUri"]
_BROADER = ["conceptType", "conceptUri", "broaderType", "broaderUri"]
_RELATED = ["originalSkillUri", "originalSkillType", "relationType", "relatedSkillType", "relatedSkillUri"]
_REQUIRES_12 = ["occupationUri", "occupationLabel", "relationType", "skillType", "skillUri", "skillLabel"]
_BROADER_12 = ["conceptType", "conceptUri", "conceptLabel", "broaderType", "broaderUri", "broaderLabel"]

COLUMNS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "1.0.3": {
        "occupations": _OLD_OCCUPATIONS, "skills": _OLD_SKILLS, "ISCOGroups": _OLD_GROUPS, "skillGroups": _OLD_GROUPS,
        "occupationSkillRelations": _REQUIRES, "broaderRelationsOccPillar": _BROADER,
        "broaderRelationsSkillPillar": _BROADER, "skillSkillRelations": _RELATED,
    },
    "1.1.1": {
        "occupations": _OCCUPATIONS, "skills": _SKILLS, "ISCOGroups": _ISCO_GROUPS, "skillGroups": _SKILL_GROUPS,
        "occupationSkillRelations": _REQUIRES, "broaderRelationsOccPillar": _BROADER,
        "broaderRelationsSkillPillar": _BROADER, "skillSkillRelations": _RELATED,
    },
    "1.2.0": {
        "occupations": [*_OCCUPATIONS, "naceCode"], "skills": _SKILLS, "ISCOGroups": _ISCO_GROUPS,
        "skillGroups": _SKILL_GROUPS, "occupationSkillRelations": _REQUIRES_12,
        "broaderRelationsOccPillar": _BROADER_12, "broaderRelationsSkillPillar": _BROADER_12,
        "skillSkillRelations": _RELATED,
    },
}  # fmt: skip
RELATIONS = (
    "occupationSkillRelations", "broaderRelationsOccPillar", "broaderRelationsSkillPillar", "skillSkillRelations",
)  # fmt: skip


def occupation_row(row: OccupationRow, language: str) -> Row:
    preferred, *others = row.labels[language]
    return {
        "conceptType": "Occupation",
        "conceptUri": occupation_uri(row.number),
        "iscoGroup": row.isco,
        "preferredLabel": preferred,
        "altLabels": "\n".join(others),
        "status": "released",
        "modifiedDate": STAMP,
        "regulatedProfessionNote": f"{ESCO}/regulated-professions/{'' if row.regulated else 'un'}regulated",
        "inScheme": OCCUPATION_SCHEMES,
        "description": row.description if language == "en" else "",
        "code": row.code,
        "naceCode": ", ".join(f"http://data.europa.eu/ux2/nace2.1/{code}" for code in row.nace),
    }


def skill_row(row: SkillRow, language: str) -> Row:
    preferred, *others = row.labels[language]
    return {
        "conceptType": "KnowledgeSkillCompetence",
        "conceptUri": skill_uri(row.number),
        "skillType": row.type,
        "reuseLevel": row.reuse,
        "preferredLabel": preferred,
        "altLabels": "\n".join(others),
        "status": "released",
        "modifiedDate": STAMP,
        "inScheme": SKILL_SCHEMES,
        "description": row.description if language == "en" else "",
    }


def group_rows(kind: str, language: str) -> list[Row]:
    groups, uri = (ISCO_GROUPS, isco_uri) if kind == "ISCOGroup" else (SKILL_GROUPS, group_uri)
    place = LANGUAGES.index(language)
    return [
        {"conceptType": kind, "conceptUri": uri(code), "code": code, "preferredLabel": labels[place],
         "status": "released"}
        for code, labels in groups.items()
    ]  # fmt: skip


def requirement_rows() -> list[Row]:
    return [
        {"occupationUri": occupation_uri(row.number), "occupationLabel": row.labels["en"][0], "relationType": relation,
         "skillType": SKILLS[number - 1].type, "skillUri": skill_uri(number),
         "skillLabel": SKILLS[number - 1].labels["en"][0]}
        for row in OCCUPATIONS
        for relation, numbers in (("essential", row.essential), ("optional", row.optional))
        for number in numbers
    ]  # fmt: skip


def _broader(kind: str, uri: str, broader_kind: str, broader: str) -> Row:
    return {"conceptType": kind, "conceptUri": uri, "broaderType": broader_kind, "broaderUri": broader}


def occupation_pillar_rows() -> list[Row]:
    groups = [_broader("ISCOGroup", isco_uri(c), "ISCOGroup", isco_uri(c[:-1])) for c in ISCO_GROUPS if c[:-1]]
    return groups + [
        _broader("Occupation", occupation_uri(row.number), "ISCOGroup", isco_uri(row.isco))
        if row.broader is None
        else _broader("Occupation", occupation_uri(row.number), "Occupation", occupation_uri(row.broader))
        for row in OCCUPATIONS
    ]


def skill_pillar_rows() -> list[Row]:
    parents = {code: code.rpartition(".")[0] or code[:1] for code in SKILL_GROUPS if len(code) > 1}
    skill = "KnowledgeSkillCompetence"
    return [
        *(_broader("SkillGroup", group_uri(code), "SkillGroup", group_uri(up)) for code, up in parents.items()),
        *(_broader(skill, skill_uri(row.number), "SkillGroup", group_uri(row.group)) for row in SKILLS),
        *(_broader(skill, skill_uri(number), skill, skill_uri(broader)) for number, broader in NARROWER_SKILLS),
    ]


def related_rows() -> list[Row]:
    return [
        {"originalSkillUri": skill_uri(one), "originalSkillType": SKILLS[one - 1].type, "relationType": relation,
         "relatedSkillType": SKILLS[other - 1].type, "relatedSkillUri": skill_uri(other)}
        for one, relation, other in RELATED_SKILLS
    ]  # fmt: skip


def table(stem: str, language: str) -> list[Row]:
    """The rows of one of ESCO's files in ``language``; relations are the same in all."""
    tables: dict[str, Callable[[], list[Row]]] = {
        "occupations": lambda: [occupation_row(row, language) for row in OCCUPATIONS if language in row.labels],
        "skills": lambda: [skill_row(row, language) for row in SKILLS if language in row.labels],
        "ISCOGroups": lambda: group_rows("ISCOGroup", language),
        "skillGroups": lambda: group_rows("SkillGroup", language),
        "occupationSkillRelations": requirement_rows,
        "broaderRelationsOccPillar": occupation_pillar_rows,
        "broaderRelationsSkillPillar": skill_pillar_rows,
        "skillSkillRelations": related_rows,
    }
    return tables[stem]()


def as_csv(columns: Sequence[str], rows: Iterable[Row]) -> str:
    """CSV text as ESCO writes it: a header, cells quoted where they need it."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def files(version: str = "1.2.0", languages: Sequence[str] = LANGUAGES) -> dict[str, str]:
    """File name -> content of the small ESCO in the layout of ``version``."""
    columns = COLUMNS[version]
    found: dict[str, str] = {}
    for stem in columns:
        for language in languages:
            several = stem not in RELATIONS or version.startswith("1.2")
            name = f"{stem}_{language}.csv" if several else f"{stem}.csv"
            found.setdefault(name, as_csv(columns[stem], table(stem, language)))
    return found


def write_folder(folder: Path, version: str = "1.2.0", languages: Sequence[str] = LANGUAGES) -> Path:
    """The small ESCO as CSV files in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files(version, languages).items():
        (folder / name).write_text(content, encoding="utf-8", newline="")
    return folder


def write_zip(path: Path, content: Mapping[str, str | bytes]) -> Path:
    """``content`` (file name -> text) as a zip at ``path``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in content.items():
            archive.writestr(name, text)
    return path


def zip_name(version: str, language: str) -> str:
    """The portal's name for a download; relations of 1.1 have no language and so two spaces."""
    return f"ESCO dataset - v{version} - classification - {language} - csv.zip"
