"""The registry of models: champions published to the store, over those bundled with the code, swapped while serving."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import msgspec

from dermaloop.contract.manifest import (
    Champion,
    Kind,
    Manifest,
    champion_key,
    is_model_name,
    model_key,
    read_manifest,
)
from dermaloop.errors import BrokenModel, ModelUnavailable, NotFound, StoreUnavailable
from dermaloop.patience import patience
from dermaloop.ports import Blobs, Classifier, Segmenter

_log = logging.getLogger("dermaloop.models")

_GLANCE = 1.0
"""How many seconds a look at the store may take: without it, the models at hand serve on."""


class _Model(Protocol):
    @property
    def manifest(self) -> Manifest: ...


M = TypeVar("M", bound=_Model)


class Champions(Generic[M]):
    """A registry of models of one kind. Each model is loaded when first asked for.

    After `check_every` seconds the next call starts a check in the background; that call and all others are
    answered by the version they know until a verified one replaces it.
    """

    kind: Kind

    def __init__(
        self,
        *,
        bundled: Path,
        blobs: Blobs,
        load: Callable[[Manifest, bytes], M],
        check_every: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bundled = bundled
        self._blobs = blobs
        self._load = load
        self._check_every = check_every
        self._clock = clock
        self._loaded: dict[str, M] = {}
        self._checked: dict[str, float] = {}
        self._seen: dict[str, int] = {}
        self._loading = threading.Lock()

    def champion(self, name: str) -> M:
        loaded = self._loaded.get(name)
        if loaded is None:
            return self._first(name)
        if self._clock() - self._checked[name] >= self._check_every:
            self._checked[name] = self._clock()
            threading.Thread(target=self.refresh, args=(name,), daemon=True, name=f"refresh-{name}").start()
        return loaded

    def names(self) -> tuple[str, ...]:
        bundled = {path.parent.name for path in self._bundled.glob("*/manifest.json")}
        try:
            with patience(_GLANCE):
                published = {key.split("/")[1] for key in self._blobs.keys("models/") if key.endswith("/champion.json")}
        except StoreUnavailable:
            published = set(self._loaded)
        return tuple(sorted(name for name in bundled | published if is_model_name(name) and self._is_ours(name)))

    def refresh(self, name: str) -> None:
        """Swaps in the store's champion if the pointer moved and its model can be served."""
        with self._loading:
            try:
                self._follow(name)
            except NotFound:
                return
            except StoreUnavailable as error:
                _log.warning("champion not checked: %s", error.detail, extra={"model": name})
            except (BrokenModel, ModelUnavailable) as error:
                _log.error("champion refused: %s", error, extra={"model": name})

    def _first(self, name: str) -> M:
        if not is_model_name(name):
            raise NotFound("There is no such model.")
        self.refresh(name)
        with self._loading:
            if name not in self._loaded:
                self._loaded[name] = self._from_bundle(name)
            self._checked[name] = self._clock()
            return self._loaded[name]

    def _follow(self, name: str) -> None:
        with patience(_GLANCE):
            pointer = self._blobs.read(champion_key(name))
        if pointer.generation == self._seen.get(name):
            return
        try:
            self._swap(name, _champion(pointer.data))
        except BrokenModel:
            self._seen[name] = pointer.generation  # refused once and for all: only another pointer is looked at again
            raise
        self._seen[name] = pointer.generation

    def _swap(self, name: str, version: str) -> None:
        present = self._loaded.get(name)
        if present is None or present.manifest.version != version:
            self._loaded[name] = self._from_store(name, version)
            _log.info("model swapped", extra={"model": name, "version": version})

    def _from_store(self, name: str, version: str) -> M:
        """The published version, which may also be the one bundled with the code: rolling back to it must work."""
        try:
            manifest = read_manifest(self._blobs.read(model_key(name, version, "manifest.json")).data)
            model = self._blobs.read(model_key(name, version, "model.tflite")).data
        except NotFound as error:
            if self._bundled_version(name) != version:
                raise BrokenModel(f"{name} {version} is not in the store") from error
            return self._from_bundle(name)
        if (manifest.name, manifest.version) != (name, version):
            raise BrokenModel(f"the manifest of {name} {version} says it is {manifest.name} {manifest.version}")
        return self._made(manifest, model)

    def _bundled_version(self, name: str) -> str | None:
        path = self._bundled / name / "manifest.json"
        return read_manifest(path.read_bytes()).version if path.exists() else None

    def _from_bundle(self, name: str) -> M:
        folder = self._bundled / name
        if not (folder / "manifest.json").exists():
            raise NotFound("There is no such model.")
        try:
            manifest = read_manifest((folder / "manifest.json").read_bytes())
            return self._made(manifest, (folder / "model.tflite").read_bytes())
        except (BrokenModel, OSError) as error:
            _log.error("bundled model refused: %s", error, extra={"model": name})
            raise ModelUnavailable("This model cannot be used just now. Please try again later.") from error

    def _is_ours(self, name: str) -> bool:
        """A name keeps its kind over all its versions; what cannot be read counts, so that its refusal is seen."""
        path = self._bundled / name / "manifest.json"
        try:
            if path.exists():
                return read_manifest(path.read_bytes()).kind == self.kind
            with patience(_GLANCE):
                version = _champion(self._blobs.read(champion_key(name)).data)
                return read_manifest(self._blobs.read(model_key(name, version, "manifest.json")).data).kind == self.kind
        except (BrokenModel, NotFound, StoreUnavailable):
            return True

    def _made(self, manifest: Manifest, model: bytes) -> M:
        if manifest.kind != self.kind:
            raise NotFound(f"There is no such {self.kind}.")
        return self._load(manifest, model)


class ChampionClassifiers(Champions[Classifier]):
    """The Classifiers port."""

    kind = "classifier"


class ChampionSegmenters(Champions[Segmenter]):
    """The Segmenters port."""

    kind = "segmenter"


def _champion(data: bytes) -> str:
    try:
        return msgspec.json.decode(data, type=Champion).version
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise BrokenModel(f"the champion pointer cannot be read: {error}") from error
