"""What schemathesis makes of OpenAPI, sent as every role: at least 10,000 cases, none of which may be a fault of ours.

Run as ``python -m benchmarks.robustness [CASES [NUMBER]]`` from the repository's root; the same NUMBER makes the same
cases. Records are SQLite with one filled file, ESCO is the small one of the tests. Each answer is held to OpenAPI:
its status, content type, headers and form. Exits 1 where anything is unhandled or not as OpenAPI tells it.
"""

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from schemathesis.core.failures import FailureGroup
from schemathesis.generation.case import Case
from schemathesis.schemas import APIOperation

from skillmatch.config import Settings
from skillmatch.service import Service
from skillmatch.service.setup import install_esco
from skillmatch.store.unit import Store
from skillmatch.store.vault import MasterKey, new_master_key
from tests.api.filled import NOON, World, begin
from tests.api.generated import Answering, by_class, conforms, in_order, operations, send_all, tokens
from tests.small_esco.build import write_folder

AT_ONCE = 100
"""Cases of one operation before the next has its turn."""


class Findings:
    """What was not as OpenAPI tells it: each kind of it once, by operation."""

    def __init__(self) -> None:
        self.kinds: Counter[str] = Counter()

    def check(self, case: Case, answer: Any) -> None:
        """Note what is wrong with an answer, and go on."""
        try:
            conforms(case, answer)
        except FailureGroup as failures:
            self.kinds.update(f"{case.operation.label}: {one.title}" for one in failures.exceptions)
        except AssertionError:
            self.kinds[f"{case.operation.label}: a problem that is not told as one"] += 1


def main(cases: int = 10_000, number: int = 0) -> int:
    """Send them, print what came of it, and return the exit code."""
    started, findings = time.perf_counter(), Findings()
    with tempfile.TemporaryDirectory() as folder, filled(Path(folder)) as world:
        app = Answering(world.app)
        counted = list(sent(world, in_order(operations(app)), cases, number, findings))
    statuses, seconds = by_class(counted), time.perf_counter() - started
    told = ", ".join(f"{count:,} x {status}" for status, count in statuses.items())
    print(f"{sum(statuses.values()):,} cases: {told}; {len(app.faults)} unhandled ({seconds:.0f} s)", flush=True)
    for wrong in (*sorted(set(map(str, app.faults))), *sorted(findings.kinds)):
        print("  ", wrong, flush=True)
    return 1 if app.faults or findings.kinds else 0


def sent(
    world: World, all_of_them: Sequence[APIOperation], cases: int, number: int, findings: Findings
) -> Iterator[Counter[int]]:
    """Rounds of what leaves the file where it is, until there are enough; what removes things comes last."""
    removing = [one for one in all_of_them if one.method.upper() == "DELETE"]
    lasting = [one for one in all_of_them if one not in removing]
    total, shown = 0, tokens(world)
    while total < cases:
        for operation in lasting:
            statuses = send_all(operation, shown, world.ids, AT_ONCE, findings.check, number=number)
            total += statuses.total()
            yield statuses
        number += 1
    for operation in removing:
        yield send_all(operation, shown, world.ids, AT_ONCE, findings.check, number=number)


@contextmanager
def filled(folder: Path) -> Iterator[World]:
    """An installation with the small ESCO and one filled file."""
    settings = Settings(home=folder, database=f"sqlite:///{folder / 'records.db'}")
    install_esco(settings, paths=[write_folder(folder / "ESCO dataset - v1.2.0", "1.2.0")], say=_quiet, progress=_quiet)
    service = Service.open(settings, say=_quiet, progress=_quiet)
    store = Store.open(settings.records, MasterKey.of(new_master_key()), clock=lambda: NOON, migrate=True)
    try:
        yield begin(store, service, settings)
    finally:
        store.close()


def _quiet(*_: object) -> None:
    pass


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
