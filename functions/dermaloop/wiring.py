"""Settings from the environment, and the world built from them: the only place that names an adapter."""

import os
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta

from dermaloop.contract.preprocessing import ImageLimits
from dermaloop.ports import World
from dermaloop.web import Site, WebSettings
from dermaloop.web.limits import RateLimit
from dermaloop.web.logs import set_up_logging

if TYPE_CHECKING:
    from dermaloop.contract.manifest import Manifest
    from dermaloop.ports import Classifier

_BUNDLED = Path(__file__).parents[1] / "models"
_PREFIX = "DERMALOOP_"
Count = Annotated[int, Meta(ge=1)]


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every setting: DERMALOOP_<NAME> in the environment, with its default."""

    backend: Literal["local"] = "local"
    data: str = ".local"
    allowed_origins: str = "http://localhost:5173,http://127.0.0.1:5173"
    max_body_bytes: Count = 24 * 2**20
    max_image_bytes: Count = 16 * 2**20
    max_pixels: Count = 80_000_000
    max_pixels_undraftable: Count = 26_000_000
    min_image_side: Count = 32
    rate_per_minute: Annotated[int, Meta(ge=0)] = 0  # of one client; 0: no limit
    trusted_proxies: Annotated[int, Meta(ge=0)] = 0  # how many proxies of ours stand in front
    interpreters: Annotated[int, Meta(ge=0)] = 0  # 0: as many as there are cores
    model_check_seconds: Annotated[float, Meta(gt=0)] = 30.0
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Reads the environment and names every setting that cannot be used, all at once."""
        given = {key[len(_PREFIX) :].lower(): value for key, value in env.items() if key.startswith(_PREFIX)}
        wrong = [complaint for name, value in given.items() if (complaint := _complaint(cls, name, value))]
        if wrong:
            raise SystemExit("These settings cannot be used:\n  " + "\n  ".join(sorted(wrong)))
        return msgspec.convert(given, cls, strict=False)


def build(settings: Settings, *, project: str = "") -> Site:
    """The world behind one process, with the rules at its border."""
    set_up_logging(settings.log_level)
    origins = frozenset(origin.strip() for origin in settings.allowed_origins.split(",") if origin.strip())
    web = WebSettings(
        allowed_origins=origins,
        max_body_bytes=settings.max_body_bytes,
        trusted_proxies=settings.trusted_proxies,
        project=project,
    )
    return Site(world=_local(settings), settings=web, limit=RateLimit(settings.rate_per_minute))


@lru_cache(maxsize=1)
def site() -> Site:
    """The one site of this process, built at the first request."""
    return build(Settings.from_env(os.environ), project=os.environ.get("GOOGLE_CLOUD_PROJECT", ""))


def _local(settings: Settings) -> World:
    from dermaloop.adapters.champions import ChampionClassifiers
    from dermaloop.adapters.folder import FolderBlobs
    from dermaloop.adapters.sqlite import SqliteRecords

    data = Path(settings.data)
    blobs = FolderBlobs(data / "blobs")
    return World(
        records=SqliteRecords(data / "dermaloop.sqlite3"),
        blobs=blobs,
        classifiers=ChampionClassifiers(
            bundled=_BUNDLED, blobs=blobs, load=_loader(settings), check_every=settings.model_check_seconds
        ),
        image_limits=_image_limits(settings),
    )


def _loader(settings: Settings) -> "Callable[[Manifest, bytes], Classifier]":
    def load(manifest: "Manifest", model: bytes) -> "Classifier":
        from dermaloop.adapters.litert import LitertClassifier

        return LitertClassifier(manifest, model, interpreters=settings.interpreters or os.cpu_count() or 1)

    return load


def _image_limits(settings: Settings) -> ImageLimits:
    return ImageLimits(
        max_bytes=settings.max_image_bytes,
        max_pixels=settings.max_pixels,
        max_pixels_undraftable=settings.max_pixels_undraftable,
        min_side=settings.min_image_side,
    )


def _complaint(shape: type[Settings], name: str, value: str) -> str | None:
    """What is wrong with one setting, in words that name its variable."""
    fields = {field.name: field.type for field in msgspec.structs.fields(shape)}
    if name not in fields:
        return f"{_PREFIX}{name.upper()} is not a setting; there are: {', '.join(sorted(fields))}"
    try:
        msgspec.convert(value, fields[name], strict=False)
    except msgspec.ValidationError as error:
        return f"{_PREFIX}{name.upper()}={value!r}: {error}"
    return None
