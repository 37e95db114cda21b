"""What ``link`` answers does not change between runs, processes or batch sizes: byte for byte."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OWN = ROOT / "data" / "eval"
PROGRAM = str(Path(sys.executable).with_name("skillmatch"))


@pytest.fixture(scope="module")
def queries() -> list[bytes]:
    """200 job titles and skill phrases in Turkish and Persian, half of them asked as if they were Dutch or unknown."""
    rows = []
    for name in ("titles/tr", "titles/fa"):
        lines = (OWN / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        for place, row in enumerate(map(json.loads, lines[:100])):
            language = {} if place % 4 == 1 else {"lang": "nl" if place % 4 == 3 else row["lang"]}
            rows.append(json.dumps({"id": row["id"], "text": row["text"], **language}, ensure_ascii=False))
    assert len(rows) == 200
    return [f"{row}\n".encode() for row in rows]


def linked(home: Path, lines: Sequence[bytes], threads: int) -> bytes:
    """The answer of a process of its own."""
    command = [PROGRAM, "link", "occupations", "-k", "20"]
    there = {**os.environ, "SKILLMATCH_HOME": str(home), "OMP_NUM_THREADS": str(threads)}
    ran = subprocess.run(command, input=b"".join(lines), capture_output=True, check=True, env=there, timeout=300)
    return ran.stdout


@pytest.mark.slow
def test_200_queries_get_the_same_bytes_in_every_process_and_batch(
    shared: Path, tmp_path: Path, queries: list[bytes]
) -> None:
    install = [PROGRAM, "esco", "install", "--from", str(shared / "esco")]
    there = {**os.environ, "SKILLMATCH_HOME": str(tmp_path)}
    subprocess.run([*install, "--lang", "nl,en,tr,fa,ar"], check=True, capture_output=True, env=there, timeout=600)
    together = linked(tmp_path, queries, 2)
    assert len(together.splitlines()) == 200
    assert linked(tmp_path, queries, 1) == together
    parts = [queries[:1], queries[1:8], queries[8:75], queries[75:]]
    assert b"".join(linked(tmp_path, part, 2) for part in parts) == together
    backwards = linked(tmp_path, queries[::-1], 2).splitlines()
    assert backwards[::-1] == together.splitlines()
