"""The contract of the command line, as a script would rely on it: real commands on the small ESCO."""

import io
import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from skillmatch import cli
from tests.small_esco.concepts import occupation_uri, skill_uri


@dataclass(frozen=True)
class Ran:
    code: int
    out: bytes
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def document(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, small_esco: Path) -> Path:
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SKILLMATCH_HOME", str(home))
        patch.setattr(sys, "argv", ["skillmatch", "esco", "install", "--from", str(small_esco)])
        with pytest.raises(SystemExit) as end:
            cli.main()
        assert end.value.code == 0
    return home


@pytest.fixture
def run(installed: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    monkeypatch.setenv("SKILLMATCH_HOME", str(installed))

    def command(*words: str, stdin: bytes = b"") -> Ran:
        monkeypatch.setattr(sys, "argv", ["skillmatch", *words])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capsysbinary.readouterr()
        with pytest.raises(SystemExit) as end:
            cli.main()
        out, err = capsysbinary.readouterr()
        return Ran(int(end.value.code or 0), out, err.decode())

    return command


def lines(*rows: object) -> bytes:
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)


def test_a_label_links_to_its_own_concept_first(run: Run) -> None:
    ran = run("link", "skills", "--lang", "nl", stdin=lines({"id": "a", "text": "metaal lassen"}))
    assert ran.code == 0
    assert ran.rows[0]["id"] == "a"
    assert ran.rows[0]["hits"][0]["uri"] == skill_uri(1)
    assert set(ran.rows[0]["hits"][0]) == {"uri", "label", "score"}


def test_hits_come_best_first_and_no_concept_twice(run: Run) -> None:
    hits = run("link", "occupations", "-k", "7", stdin=lines({"id": 1, "text": "welder", "lang": "en"})).rows[0]["hits"]
    assert len(hits) == 7
    assert len({hit["uri"] for hit in hits}) == 7
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    assert all(0 <= hit["score"] <= 1 for hit in hits)


def test_ids_come_back_as_they_went_in(run: Run) -> None:
    ran = run("link", "skills", stdin=lines({"id": 7, "text": "weld metal"}, {"id": "ع", "text": "لحام المعادن"}))
    assert [row["id"] for row in ran.rows] == [7, "ع"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b"not json\n", "line 2: not valid JSON"),
        (b'{"text": "weld"}\n', "line 2, field id: is missing"),
        (b'{"id": "b"}\n', "line 2, field text: is missing"),
        (b'{"id": "b", "text": 3}\n', "line 2, field text"),
        (b'{"id": "b", "text": "weld", "lang": "Dutch"}\n', "line 2, field lang"),
        (b"[1]\n", "line 2: should be a JSON object"),
        (b'{"id": "b", "text": "\xff"}\n', "line 2: not valid JSON"),
        (b'{"id": "b", "text": "\\ud800"}\n', "line 2: not valid JSON"),
    ],
)
@pytest.mark.parametrize("command", [("link", "skills"), ("extract",)])
def test_a_bad_line_is_named_on_stderr_and_the_good_ones_are_answered(
    run: Run, command: tuple[str, ...], line: bytes, told: str
) -> None:
    good = lines({"id": "a", "text": "weld metal"}), lines({"id": "c", "text": "read technical drawings"})
    ran = run(*command, stdin=good[0] + line + good[1])
    assert ran.code == 2
    assert [row["id"] for row in ran.rows] == ["a", "c"]
    assert told in ran.err
    assert len(ran.err.strip().splitlines()) == 1


def test_blank_lines_are_no_error_and_nothing_in_gives_nothing_out(run: Run) -> None:
    assert run("link", "skills", stdin=b"\n  \n") == Ran(0, b"", "")


def test_an_error_never_repeats_what_the_person_said(run: Run) -> None:
    ran = run("extract", stdin=b'{"id": "a", "text": ["my secret"]}\n')
    assert ran.code == 2
    assert "secret" not in ran.err


def test_extract_gives_the_words_by_their_offsets(run: Run) -> None:
    text = "Ik kan goed technische tekeningen lezen."
    row = run("extract", "--lang", "nl", stdin=lines({"id": "n", "text": text})).rows[0]
    assert set(row) == {"id", "lang", "skills", "occupations", "unlinked", "hits"}
    assert row["lang"] == "nl"
    found = {skill["uri"]: skill for skill in row["skills"]}[skill_uri(2)]
    assert text[found["start"] : found["end"]] == "technische tekeningen lezen"
    assert row["hits"][0]["uri"] == skill_uri(2)


def test_what_is_negated_is_not_shown(run: Run) -> None:
    row = run("extract", "--lang", "en", stdin=lines({"id": "n", "text": "She has never learned to weld metal."})).rows[
        0
    ]
    assert skill_uri(1) not in {skill["uri"] for skill in row["skills"]}


def test_the_answers_do_not_depend_on_the_batch(run: Run) -> None:
    texts = [{"id": number, "text": text} for number, text in enumerate(["welder", "kok", "lorry driver", "ممرض"] * 3)]
    together = run("link", "occupations", stdin=lines(*texts)).out
    apart = b"".join(run("link", "occupations", stdin=lines(row)).out for row in texts)
    assert together == apart


def test_status_shows_release_languages_counts_and_licence(run: Run) -> None:
    told = run("esco", "status").out.decode()
    assert "1.2.0" in told
    assert "This service uses the ESCO classification of the European Commission" in " ".join(told.split())
    assert "occupations" in run("esco", "status", "--json").out.decode()


def test_without_esco_a_command_says_what_to_run(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SKILLMATCH_HOME", str(tmp_path))
    ran = run("link", "skills", stdin=lines({"id": "a", "text": "weld"}))
    assert ran.code == 3
    assert "skillmatch esco install" in ran.err
    assert ran.out == b""


def test_a_wrong_release_leaves_the_one_before_in_place(run: Run, tmp_path: Path) -> None:
    (tmp_path / "occupations_en.csv").write_text("nonsense\n", encoding="utf-8")
    ran = run("esco", "install", "--from", str(tmp_path))
    assert ran.code == 3
    assert "occupations_en.csv" in ran.err
    assert run("link", "skills", stdin=lines({"id": "a", "text": "weld metal"})).code == 0


def test_a_damaged_index_is_rebuilt_and_answers_as_before(run: Run, installed: Path) -> None:
    query = lines({"id": "a", "text": "lassen"})
    before = run("link", "skills", stdin=query)
    largest = max((path for path in (installed / "index").rglob("*") if path.is_file()), key=lambda p: p.stat().st_size)
    content = bytearray(largest.read_bytes())
    content[len(content) // 2] ^= 1
    largest.write_bytes(content)
    after = run("link", "skills", stdin=query)
    assert after.out == before.out
    assert "Building the index" in after.err


@pytest.mark.parametrize("words", [("link", "skills", "--lang", "Dutch"), ("extract", "--lang", "dutch")])
def test_a_wrong_option_names_it(run: Run, words: tuple[str, ...]) -> None:
    ran = run(*words)
    assert ran.code == 2
    assert "--lang" in ran.err


@pytest.fixture
def case(tmp_path: Path) -> Path:
    (tmp_path / "note.txt").write_text("Ze kan technische tekeningen lezen en werkte als lasser.", encoding="utf-8")
    (tmp_path / "profile.json").write_text(
        json.dumps({"languages": [{"language": "ar", "level": "C2"}, {"language": "nl", "level": "A1"}]})
    )
    vacancies = [
        {"id": "v1", "title": "Kok", "language": "nl"},
        {"id": "v2", "title": "Lasser", "language": "nl"},
        {"id": "v3", "title": "Lasser", "language": "nl", "languages": [{"language": "nl", "level": "B2"}]},
    ]
    (tmp_path / "vacancies.jsonl").write_bytes(lines(*vacancies))
    mentors = [
        {"id": "m1", "name": "Ann", "occupations": ["lasser"], "languages": [{"language": "fr"}], "trained": True},
        {"id": "m2", "name": "Bo", "occupations": ["lasser"], "languages": [{"language": "ar"}], "trained": True},
    ]
    (tmp_path / "mentors.jsonl").write_bytes(lines(*mentors))
    return tmp_path


def match(run: Run, case: Path, *more: str) -> Ran:
    return run(
        "match", "--notes", str(case / "note.txt"), "--profile", str(case / "profile.json"),
        "--vacancies", str(case / "vacancies.jsonl"), "--mentors", str(case / "mentors.jsonl"), *more,
    )  # fmt: skip


def test_match_ranks_with_reasons_that_add_up_to_the_score(run: Run, case: Path) -> None:
    answer = match(run, case, "--json").document
    assert [vacancy["id"] for vacancy in answer["vacancies"]] == ["v2", "v1"]
    for vacancy in answer["vacancies"]:
        assert sum(reason["weight"] for reason in vacancy["reasons"]) == pytest.approx(vacancy["score"], abs=1e-3)
    assert answer["vacancies"][0]["occupation"]["uri"] == occupation_uri(1)


def test_a_level_known_to_be_too_low_removes_and_says_so(run: Run, case: Path) -> None:
    answer = match(run, case, "--json").document
    (removed,) = answer["removed"]
    assert removed["id"] == "v3"
    assert removed["checks"][0]["rule"] == "language:nl"


def test_who_has_no_mentors_gets_the_vacancies_all_the_same(run: Run, case: Path) -> None:
    answer = run(
        "match", "--notes", str(case / "note.txt"), "--vacancies", str(case / "vacancies.jsonl"), "--json"
    ).document  # fmt: skip
    assert answer["vacancies"]
    assert answer["mentors"] == answer["removed_mentors"] == []


def test_only_mentors_with_a_shared_language_are_shown(run: Run, case: Path) -> None:
    answer = match(run, case, "--json").document
    assert [mentor["id"] for mentor in answer["mentors"]] == ["m2"]
    assert [mentor["id"] for mentor in answer["removed_mentors"]] == ["m1"]


def test_match_for_people_shows_words_reasons_and_that_people_decide(run: Run, case: Path) -> None:
    ran = match(run, case)
    told = ran.out.decode()
    assert ran.code == 0
    assert "technische tekeningen lezen" in told
    assert "Lasser" in told
    assert "Mensen beslissen" in told


def test_bad_rows_of_a_vacancy_file_lose_nothing(run: Run, case: Path) -> None:
    with (case / "vacancies.jsonl").open("ab") as file:
        file.write(b'{"id": "v9"}\n{"id": "v2", "title": "again"}\n')
    ran = match(run, case, "--json")
    assert ran.code == 2
    assert "vacancies.jsonl: line 4, field title: is missing" in ran.err
    assert "vacancies.jsonl: line 5, field id: repeats" in ran.err
    assert len(ran.document["vacancies"]) == 2


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"{", "profile.json: not valid JSON"),
        (b'{"languages": [{"language": "nl", "level": "D1"}]}', "languages.0.level"),
        (b'{"labour_access": "perhaps"}', "labour_access"),
        (b'{"assessments": [{"competence": "weld", "mode": "Dutch", "result": "good"}]}', "assessments.0.result"),
        (b"\xff\xfe", "not UTF-8"),
    ],
)
def test_a_wrong_profile_names_file_and_field(run: Run, case: Path, content: bytes, told: str) -> None:
    (case / "profile.json").write_bytes(content)
    ran = match(run, case)
    assert ran.code == 2
    assert told in ran.err
    assert "Traceback" not in ran.err


def test_a_file_that_is_not_there_is_named(run: Run, case: Path) -> None:
    shutil.move(case / "vacancies.jsonl", case / "elsewhere.jsonl")
    ran = match(run, case)
    assert ran.code == 2
    assert "vacancies.jsonl" in ran.err


def test_train_writes_an_encoder_that_can_be_used_and_says_what_it_is_worth(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "encoder"
    ran = run("train", "--out", str(out), "--steps", "3", "--seed", "7")
    assert ran.code == 0
    assert "titles/tr (100): success@1" in ran.err
    assert ran.document["encoder"].startswith("ngrams:")
    assert json.loads((out / "encoder.json").read_text())["about"]["plan"]["seed"] == 7


@pytest.mark.parametrize("words", [["--steps", "0"], ["--seed", "-1"], []])
def test_train_refuses_what_it_cannot_do(run: Run, words: list[str]) -> None:
    assert run("train", *words).code == 2


def test_train_names_a_development_set_that_cannot_be_read(run: Run, tmp_path: Path) -> None:
    ran = run("train", "--out", str(tmp_path / "encoder"), "--steps", "3", "--shared", str(tmp_path))
    assert ran.code == 2
    assert "nld_nl_dev.jsonl" in ran.err


def test_a_language_of_our_own_can_be_asked_for_and_one_that_nobody_has_cannot(
    run: Run, small_esco: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SKILLMATCH_HOME", str(tmp_path))
    assert run("esco", "install", "--from", str(small_esco), "--lang", "nl,tr").code == 0
    ran = run("esco", "install", "--from", str(small_esco), "--lang", "nl,qq")
    assert ran.code == 3
    assert "qq" in ran.err
