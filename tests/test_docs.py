"""The README says what is true: its commands run, its links lead somewhere."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from skillmatch.store.vault import new_master_key

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BIN = Path(sys.executable).parent

MASTER_KEY = new_master_key()

NETWORK = ("make demo", "make test")
"""Commands that install or download; CI and the demo run them."""


def commands() -> list[str]:
    """Every line of the README's shell blocks, comments left out."""
    blocks = re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL)
    lines = [line.split("   #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line and not line.startswith(NETWORK)]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, small_esco: Path) -> Path:
    """A folder as a reader of the README would have it: the demo case's files under the README's names, ESCO's zips."""
    folder = tmp_path_factory.mktemp("reader")
    demo = ROOT / "data" / "demo"
    for name, source in {
        "note.txt": demo / "case" / "note_nl.txt",
        "profile.json": demo / "case" / "profile.json",
        "vacancies.jsonl": demo / "vacancies.jsonl",
        "mentors.jsonl": demo / "mentors.jsonl",
    }.items():
        (folder / name).write_bytes(source.read_bytes())
    (folder / "FOLDER_WITH_THE_ZIPS").symlink_to(small_esco)
    assert run("skillmatch esco install --from FOLDER_WITH_THE_ZIPS", folder).returncode == 0
    return folder


def run(command: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    environment = os.environ | {
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "SKILLMATCH_HOME": str(folder / "home"),
        "SKILLMATCH_MASTER_KEY": MASTER_KEY,
    }
    return subprocess.run(  # noqa: S602 - the README's own lines
        command, cwd=folder, env=environment, shell=True, capture_output=True, check=False, timeout=120
    )


@pytest.mark.slow
@pytest.mark.parametrize("command", commands())
def test_every_command_of_the_readme_runs(command: str, home: Path) -> None:
    ran = run(command, home)
    assert ran.returncode == 0, ran.stderr.decode()
    assert ran.stdout


def test_the_table_names_every_command() -> None:
    helped = subprocess.run([BIN / "skillmatch", "--help"], capture_output=True, check=True, text=True).stdout
    for name in re.findall(r"^ +(\w+)  ", helped.split("Commands:")[-1], flags=re.MULTILINE):
        assert f"`skillmatch {name}" in README


def test_every_relative_link_leads_to_a_file() -> None:
    for document in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "docs" / "architecture.md"):
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_the_architecture_names_the_modules_that_stand() -> None:
    tree = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for module in (ROOT / "skillmatch").rglob("*.py"):
        inside = module.relative_to(ROOT / "skillmatch")
        if (
            module.name != "__init__.py"
            and inside.parts[0] not in {"service", "cli"}
            and "migrations" not in inside.parts
        ):
            assert module.name in tree, f"{inside} is not in docs/architecture.md"


def test_the_readme_states_the_formats_that_the_commands_speak(home: Path) -> None:
    (line,) = [line for line in commands() if "extract" in line and line.startswith("echo")]
    answer = json.loads(run(line, home).stdout)
    assert list(answer) == ["id", "lang", "skills", "occupations", "unlinked", "hits"]
    assert shlex.split(line)
