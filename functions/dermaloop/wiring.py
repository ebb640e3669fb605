"""Settings from the environment, and the world built from them: the only place that names an adapter."""

import gc
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta

from dermaloop.contract.preprocessing import ImageLimits
from dermaloop.ports import Events, Identity, Jobs, Notifier, Stores, World
from dermaloop.web import Site, WebSettings
from dermaloop.web.limits import RateLimit
from dermaloop.web.logs import set_up_logging

if TYPE_CHECKING:
    from dermaloop.contract.manifest import Manifest
    from dermaloop.ports import Classifier, Segmenter
    from dermaloop.records.following import Channel

_BUNDLED = Path(__file__).parents[1] / "models"
_ROOT = Path(__file__).parents[2]
_PREFIX = "DERMALOOP_"
_NEEDED = ("project", "bucket")
_TO_TRAIN = ("callers", "audiences", "region", "training_image", "training_account")
_NEEDED_BY = {"start_training": _TO_TRAIN, "sweep": _TO_TRAIN, "admin": ("region",)}
_OF_STORES = ("backend", "project", "bucket", "models_bucket", "database", "documents_database")
_EMULATORS = tuple(
    f"{name}_EMULATOR_HOST" for name in ("FIRESTORE", "STORAGE", "PUBSUB", "FIREBASE_AUTH", "VERTEX", "FCM")
)
Count = Annotated[int, Meta(ge=1)]


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every setting: DERMALOOP_<NAME> in the environment, with its default."""

    backend: Literal["local", "gcp"] = "local"
    data: str = ".local"  # local: the folder
    project: str = ""  # gcp: the project, GOOGLE_CLOUD_PROJECT if not given
    bucket: str = ""  # gcp: the bucket of pictures
    models_bucket: str = ""  # gcp: the bucket of models and snapshots; BUCKET if not given
    database: str = "(default)"  # gcp: the Firestore database of cases
    documents_database: str = ""  # gcp: the one of what doctors and admins keep; DATABASE if not given
    dead_letters: str = "dead-letters"  # gcp: the subscription that holds what could not be delivered
    callers: str = ""  # gcp: the service accounts by which the bus and the scheduler call
    audiences: str = ""  # gcp: what their tokens are made out to
    caller_signatures: Literal["ours", "cloud_run"] = "ours"  # gcp: who verifies them
    region: str = ""  # gcp: where training jobs run
    training_image: str = ""  # gcp: the image of the training job
    training_account: str = ""  # gcp: the service account it runs as
    training_machine: str = "n1-standard-8"
    training_gpu: str = ""  # gcp: a kind of accelerator, such as NVIDIA_TESLA_T4; none: the CPU
    training_hours: Count = 12  # gcp: after which a job is ended
    smtp_host: str = ""  # where e-mails to people go; none: into a folder (local), or not at all (gcp)
    smtp_port: Count = 587
    smtp_sender: str = ""
    smtp_user: str = ""
    smtp_password: str = ""
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
    sweep_seconds: Annotated[float, Meta(gt=0)] = 60.0  # local: how often what Cloud Scheduler does on Google is done
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Reads the environment and names every setting that cannot be used, all at once."""
        given = {key[len(_PREFIX) :].lower(): value for key, value in env.items() if key.startswith(_PREFIX)}
        if project := env.get("GOOGLE_CLOUD_PROJECT"):
            given.setdefault("project", project)
        wrong = [complaint for name, value in given.items() if (complaint := _complaint(cls, name, value))]
        wrong += _misfits(given, env)
        if wrong:
            raise SystemExit("These settings cannot be used:\n  " + "\n  ".join(sorted(wrong)))
        return msgspec.convert(given, cls, strict=False)


def build(settings: Settings) -> Site:
    """The world behind one process, with the rules at its border."""
    set_up_logging(settings.log_level)
    web = WebSettings(
        allowed_origins=_listed(settings.allowed_origins),
        max_body_bytes=settings.max_body_bytes,
        trusted_proxies=settings.trusted_proxies,
        project=settings.project,
    )
    return Site(world=_world(settings), settings=web, limit=RateLimit(settings.rate_per_minute))


@lru_cache(maxsize=1)
def site() -> Site:
    """The one site of this process."""
    return build(Settings.from_env(os.environ))


def stores(settings: Settings) -> Stores:
    """Where records and files lie; connects to nothing yet. Only the chosen family's libraries are imported."""
    if settings.backend == "gcp":
        with _uncollected():
            from dermaloop.adapters.firestore import FirestoreRecords
            from dermaloop.adapters.firestore_documents import FirestoreDocuments
            from dermaloop.adapters.firestore_trails import FirestoreTrails
            from dermaloop.adapters.gcs import GcsBlobs

        project, cases = settings.project, settings.database
        others = settings.documents_database or cases
        blobs = GcsBlobs(bucket=settings.bucket, models_bucket=settings.models_bucket)
        records = FirestoreRecords(project=project, database=cases)
        if others != cases:
            records = FirestoreTrails(project=project, database=cases, documents=others)
        return Stores(records, blobs, FirestoreDocuments(project=project, database=others))

    from dermaloop.adapters.folder import FolderBlobs
    from dermaloop.adapters.sqlite import SqliteRecords
    from dermaloop.adapters.sqlite_documents import SqliteDocuments

    data, file = Path(settings.data), Path(settings.data) / "dermaloop.sqlite3"
    return Stores(SqliteRecords(file), FolderBlobs(data / "blobs"), SqliteDocuments(file))


def _world(settings: Settings) -> World:
    from dermaloop.adapters.champions import ChampionClassifiers, ChampionSegmenters

    kept = stores(settings)
    identity, events, notifier = _surroundings(settings, kept)
    return World(
        records=kept.records,
        blobs=kept.blobs,
        documents=kept.documents,
        classifiers=ChampionClassifiers(
            bundled=_BUNDLED, blobs=kept.blobs, load=_loader(settings), check_every=settings.model_check_seconds
        ),
        segmenters=ChampionSegmenters(
            bundled=_BUNDLED, blobs=kept.blobs, load=_outliner(settings), check_every=settings.model_check_seconds
        ),
        image_limits=_image_limits(settings),
        identity=identity,
        events=events,
        notifier=notifier,
        jobs=_jobs(settings),
    )


def _jobs(settings: Settings) -> Jobs:
    if settings.backend == "gcp":
        from dermaloop.adapters.vertex import Machine, VertexJobs

        machine = Machine(
            image=settings.training_image,
            account=settings.training_account,
            kind=settings.training_machine,
            gpu=settings.training_gpu,
            hours=settings.training_hours,
        )
        env = {f"{_PREFIX}{name.upper()}": str(getattr(settings, name)) for name in _OF_STORES}
        return VertexJobs(project=settings.project, region=settings.region, machine=machine, env=env)

    from dermaloop.adapters.subprocess_jobs import SubprocessJobs

    data = Path(settings.data).absolute()
    return SubprocessJobs(data / "jobs", root=_ROOT, env={_PREFIX + "DATA": str(data), _PREFIX + "BACKEND": "local"})


def _surroundings(settings: Settings, kept: Stores) -> tuple[Identity, Events, Notifier]:
    """Who calls, who is told, who is reached."""
    if settings.backend == "gcp":
        return (*_of_google(settings), _notifier(settings))

    from dermaloop.adapters.local_events import LocalEvents
    from dermaloop.adapters.local_identity import LocalIdentity

    data = Path(settings.data)
    return LocalIdentity(kept.documents, data / "secret"), LocalEvents(data / "events"), _notifier(settings)


def _of_google(settings: Settings) -> tuple[Identity, Events]:
    from dermaloop.adapters.firebase import FirebaseIdentity
    from dermaloop.adapters.pubsub import PubsubEvents

    identity = FirebaseIdentity(
        project=settings.project,
        audiences=_listed(settings.audiences),
        callers=_listed(settings.callers),
        signatures=settings.caller_signatures,
    )
    return identity, PubsubEvents(project=settings.project, dead_letters=settings.dead_letters)


def _listed(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.split(",") if part.strip())


def _notifier(settings: Settings) -> Notifier:
    """By e-mail where a provider is named, by push on Google; on one machine everything else goes into a folder."""
    from dermaloop.adapters.channels import ChannelNotifier
    from dermaloop.adapters.outbox import OutboxNotifier
    from dermaloop.adapters.smtp import SmtpNotifier

    channels: dict[Channel, Notifier] = {}
    if settings.backend == "local":
        outbox = OutboxNotifier(Path(settings.data) / "outbox")
        channels = {"email": outbox, "push": outbox}
    else:
        from dermaloop.adapters.fcm import FcmNotifier

        channels["push"] = FcmNotifier(project=settings.project)
    if settings.smtp_host:
        channels["email"] = SmtpNotifier(
            host=settings.smtp_host,
            port=settings.smtp_port,
            sender=settings.smtp_sender,
            user=settings.smtp_user,
            password=settings.smtp_password,
        )
    return ChannelNotifier(channels)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Google's libraries make so many objects, all to stay, that looking for garbage takes a sixth of their import."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _loader(settings: Settings) -> "Callable[[Manifest, bytes], Classifier]":
    def load(manifest: "Manifest", model: bytes) -> "Classifier":
        from dermaloop.adapters.litert import LitertClassifier

        return LitertClassifier(manifest, model, interpreters=settings.interpreters or os.cpu_count() or 1)

    return load


def _outliner(settings: Settings) -> "Callable[[Manifest, bytes], Segmenter]":
    def load(manifest: "Manifest", model: bytes) -> "Segmenter":
        from dermaloop.adapters.litert import LitertSegmenter

        return LitertSegmenter(manifest, model, interpreters=settings.interpreters or os.cpu_count() or 1)

    return load


def _image_limits(settings: Settings) -> ImageLimits:
    return ImageLimits(
        max_bytes=settings.max_image_bytes,
        max_pixels=settings.max_pixels,
        max_pixels_undraftable=settings.max_pixels_undraftable,
        min_side=settings.min_image_side,
    )


def _misfits(given: Mapping[str, str], env: Mapping[str, str]) -> list[str]:
    """Settings that do not go together, or not with where this process runs."""
    gcp, on_google, wrong = given.get("backend") == "gcp", "K_SERVICE" in env, []
    if gcp:
        needed = (*_NEEDED, *_NEEDED_BY.get(env.get("FUNCTION_TARGET", ""), ()))
        wrong += [f"{_PREFIX}{name.upper()} is needed with the backend gcp" for name in needed if not given.get(name)]
    if on_google and not gcp:
        wrong.append(f"{_PREFIX}BACKEND=gcp is needed on Google: what a function keeps on its own disk is lost")
    if given.get("smtp_host") and not given.get("smtp_sender"):
        wrong.append(f"{_PREFIX}SMTP_SENDER is needed with SMTP_HOST: the address e-mails come from")
    if on_google:
        wrong += [f"{name} is for tests and must not be set on Google" for name in _EMULATORS if name in env]
    return wrong


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
