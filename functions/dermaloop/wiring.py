"""The world built from the settings: the only place that names an adapter."""

import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from dermaloop.contract.preprocessing import ImageLimits
from dermaloop.ports import Events, Identity, Jobs, Links, Notifier, Stores, Wording, World
from dermaloop.settings import PREFIX, Settings
from dermaloop.startup import uncollected
from dermaloop.web import Site, WebSettings
from dermaloop.web.limits import RateLimit
from dermaloop.web.logs import set_up_logging

if TYPE_CHECKING:
    from dermaloop.contract.manifest import Manifest
    from dermaloop.ports import Classifier, Segmenter
    from dermaloop.records.following import Channel

__all__ = ["Settings", "build", "site", "stores"]

_BUNDLED = Path(__file__).parents[1] / "models"
_ROOT = Path(__file__).parents[2]
_OF_STORES = ("backend", "project", "bucket", "models_bucket", "database", "documents_database")


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
        with uncollected():
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
        links=_links(settings),
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
        wording=_wording(settings),
    )


def _wording(settings: Settings) -> Wording | None:
    if settings.chat_wording == "own":
        return None
    from dermaloop.adapters.gemini import GeminiWording

    return GeminiWording(project=settings.project, location=settings.gemini_location, model=settings.gemini_model)


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
        env = {f"{PREFIX}{name.upper()}": str(getattr(settings, name)) for name in _OF_STORES}
        return VertexJobs(project=settings.project, region=settings.region, machine=machine, env=env)

    from dermaloop.adapters.subprocess_jobs import SubprocessJobs

    data = Path(settings.data).absolute()
    return SubprocessJobs(data / "jobs", root=_ROOT, env={PREFIX + "DATA": str(data), PREFIX + "BACKEND": "local"})


def _links(settings: Settings) -> Links:
    if settings.backend == "gcp":
        from dermaloop.adapters.gcs_links import GcsLinks

        return GcsLinks(bucket=settings.bucket, account=settings.links_account)

    from dermaloop.adapters.local_links import LocalLinks

    return LocalLinks(Path(settings.data) / "secret")


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

    channels: dict[Channel, Notifier] = {}
    if settings.backend == "local":
        outbox = OutboxNotifier(Path(settings.data) / "outbox")
        channels = {"email": outbox, "push": outbox}
    else:
        from dermaloop.adapters.fcm import FcmNotifier

        channels["push"] = FcmNotifier(project=settings.project)
    if settings.smtp_host:
        from dermaloop.adapters.smtp import SmtpNotifier

        channels["email"] = SmtpNotifier(
            host=settings.smtp_host,
            port=settings.smtp_port,
            sender=settings.smtp_sender,
            user=settings.smtp_user,
            password=settings.smtp_password,
        )
    return ChannelNotifier(channels)


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
