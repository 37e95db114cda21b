"""What the service goes by beside ESCO: dated rules, tables of diplomas, the ways of a complaint."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from skillmatch.assess import recognition
from skillmatch.assess.education import Education
from skillmatch.assess.rules import Rules, read_rules
from skillmatch.service.casework.barriers import Barrier, Complaint, read_complaints


@dataclass(frozen=True, slots=True)
class References:
    """All of it, read once; ``version`` is of the files as they lie there, for every row of the audit (D8)."""

    rules: Rules
    education: Education
    recognition: recognition.Rules
    complaints: Mapping[Barrier, Complaint]
    version: str

    @classmethod
    def read(cls, folder: Path) -> Self:
        """From the data of the project, or a copy that was changed; raises InvalidInput and TaxonomyError."""
        return cls(
            rules=read_rules(folder / "rules" / "trajectories.json"),
            education=Education.read(folder / "education"),
            recognition=recognition.Rules.read(folder / "education"),
            complaints=read_complaints(folder / "rules" / "barriers.json"),
            version=_version(folder),
        )


def _version(folder: Path) -> str:
    dated = sorted(path for kind in ("rules/*.json", "education/*.csv") for path in folder.glob(kind))
    return hashlib.sha256(b"".join(path.read_bytes() for path in dated)).hexdigest()[:12]
