"""kill -9 during writes: 200 times on SQLite, 20 times on PostgreSQL, where the server is killed too.

Run as ``python -m benchmarks.durability [SQLITE_ROUNDS POSTGRESQL_ROUNDS]`` from the repository's root. Each round
checks every file that was ever acknowledged and the whole audit; the first loss ends the run with an AssertionError.
It kills processes and not the machine: nothing is acknowledged before it is committed, whether disks are honest or not.
"""

import sys
import tempfile
import time
from pathlib import Path

from tests.store.kill import begun, durable_server, killed


def main(sqlite_rounds: int = 200, postgresql_rounds: int = 20) -> None:
    """Run both and print a line for each."""
    with tempfile.TemporaryDirectory() as folder:
        started, url = time.perf_counter(), f"sqlite:///{Path(folder) / 'records.db'}"
        report("SQLite", sqlite_rounds, killed(url, begun(url), sqlite_rounds), started)
    with durable_server() as server:
        started, url = time.perf_counter(), server.url("records")
        report("PostgreSQL", postgresql_rounds, killed(url, begun(url), postgresql_rounds, server), started)


def report(engine: str, rounds: int, said: int, started: float) -> None:
    """One line of benchmarks/results.md."""
    seconds = time.perf_counter() - started
    print(
        f"{engine}: {rounds} x kill -9, {said} acknowledged writes, 0 lost, audit whole ({seconds:.0f} s)", flush=True
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
