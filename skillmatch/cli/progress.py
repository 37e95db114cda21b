"""Progress bars on a terminal, nothing elsewhere."""

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

_NAMES = {"download": "Downloading ESCO", "index": "Building the index (labels)", "train": "Training (steps)"}


class Bars:
    """A context in which :meth:`update` shows named tasks as bars on ``console``, if that is a terminal."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.completed:,}/{task.total:,}"),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> "Bars":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def update(self, task: str, done: int, total: int) -> None:
        """Show ``done`` of ``total`` of ``task``; the first call of a task makes its bar."""
        if task not in self._tasks:
            self._tasks[task] = self._progress.add_task(_NAMES.get(task, task), total=total)
        self._progress.update(self._tasks[task], completed=done, total=total)
