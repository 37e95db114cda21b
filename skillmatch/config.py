"""Settings, read once by an edge from the environment (prefix ``SKILLMATCH_``)."""

import os
from pathlib import Path

import platformdirs
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from skillmatch.encode import DEFAULT_ENCODER
from skillmatch.shipped import DATA
from skillmatch.text import Language


def _home() -> Path:
    return Path(platformdirs.user_data_dir("skillmatch", appauthor=False))


class Settings(BaseSettings):
    """What an installation can set. Each is an environment variable: ``SKILLMATCH_HOME`` and so on."""

    model_config = SettingsConfigDict(env_prefix="SKILLMATCH_", frozen=True)

    home: Path = Field(default_factory=_home)
    """Where state lives: the installed ESCO, the index, downloads."""

    esco: str = ""
    """Files or folders with official ESCO files to install from, separated as in PATH."""

    portal: str = "https://ec.europa.eu/esco/download/"
    """Base address of the official download."""

    encoder: str = DEFAULT_ENCODER
    """``ngrams`` (our own, shipped), ``embedded``, ``ngrams:`` and a folder, ``transformers:`` and a name or folder."""

    backend: str = "faiss"
    """Vector index: ``faiss`` or ``exact``."""

    ui: Language | None = None
    """Language in which results are put into words: nl or en; by default Dutch where the installed ESCO has it."""

    database: str = ""
    """Where the records lie: a SQLAlchemy URL of SQLite or PostgreSQL; by default SQLite in ``home``."""

    session_hours: float = Field(default=10, gt=0, le=24)
    """How long a login lasts at most: a working day."""

    cookie_secure: bool = True
    """Whether the session's cookie goes over https only; false is for trying things out on one's own machine."""

    max_body: int = Field(default=2 * 1024 * 1024, ge=1024)
    """The longest request that is read, in bytes."""

    public_url: str = Field(default="http://127.0.0.1:8000", pattern=r"^https?://[^/?#\s]+$")
    """Where browsers find the service, without a path: the login service sends them back there."""

    oidc_issuer: str = Field(default="", pattern=r"^(https://|http://(localhost|127\.0\.0\.1)[:/]|$)\S*$")
    """Address of the login service (OpenID Connect); without it there are local accounts only."""

    oidc_client_id: str = ""
    """What the login service calls this installation."""

    oidc_client_secret: SecretStr = SecretStr("")
    """What proves to the login service that it is this installation."""

    oidc_login_claim: str = "email"
    """What the login service says that is the login of an account here; an ``email`` has to be a verified one."""

    data: Path = DATA
    """The data that the project ships."""

    @property
    def esco_paths(self) -> tuple[Path, ...]:
        """``esco`` as paths."""
        return tuple(Path(part) for part in self.esco.split(os.pathsep) if part)

    @property
    def records(self) -> str:
        """``database``, or the address of the file in ``home``."""
        return self.database or f"sqlite:///{self.home / 'records.db'}"

    @property
    def oidc(self) -> bool:
        """Whether a login service is set."""
        return bool(self.oidc_issuer and self.oidc_client_id and self.oidc_client_secret.get_secret_value())

    @property
    def release(self) -> Path:
        """Where the installed ESCO release is stored."""
        return self.home / "esco"

    @property
    def index(self) -> Path:
        """Where the index of the installed release is stored."""
        return self.home / "index"

    @property
    def downloads(self) -> Path:
        """Where downloaded files are kept for the next time."""
        return self.home / "downloads"
