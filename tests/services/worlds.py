"""A world whose models say what a test wants, over real stores."""

from pathlib import Path

from dermaloop.adapters.folder import FolderBlobs
from dermaloop.adapters.local_events import LocalEvents
from dermaloop.adapters.local_identity import LocalIdentity
from dermaloop.adapters.local_links import LocalLinks
from dermaloop.adapters.outbox import OutboxNotifier
from dermaloop.adapters.sqlite import SqliteRecords
from dermaloop.adapters.sqlite_documents import SqliteDocuments
from dermaloop.adapters.subprocess_jobs import SubprocessJobs
from dermaloop.contract.preprocessing import ImageLimits
from dermaloop.ports import Classifier, Stores, World
from tests.fakes import FixedClassifier, FixedClassifiers, FixedSegmenter, FixedSegmenters
from tests.servers import ROOT

CALM = FixedClassifier({"nv": 0.9, "mel": 0.02})
SUSPICIOUS = FixedClassifier({"mel": 0.6, "nv": 0.3})
BENIGN = FixedClassifier({"benign": 0.95, "malignant": 0.05})
MALIGNANT = FixedClassifier({"benign": 0.2, "malignant": 0.8})


def world(folder: Path, *classifiers: Classifier) -> World:
    file = folder / "test.sqlite3"
    stores = Stores(SqliteRecords(file), FolderBlobs(folder / "blobs"), SqliteDocuments(file))
    return world_on(stores, *classifiers, folder=folder)


def world_on(stores: Stores, *classifiers: Classifier, folder: Path = Path(".")) -> World:
    """`folder` takes what lies beside the stores: the secret of sign-ins and what was sent to people."""
    return World(
        identity=LocalIdentity(stores.documents, folder / "secret"),
        events=LocalEvents(folder / "events"),
        notifier=OutboxNotifier(folder / "outbox"),
        links=LocalLinks(folder / "secret"),
        jobs=SubprocessJobs(folder / "jobs", root=ROOT, env={"DERMALOOP_DATA": str(folder)}),
        documents=stores.documents,
        records=stores.records,
        blobs=stores.blobs,
        classifiers=FixedClassifiers(*classifiers),
        segmenters=FixedSegmenters(FixedSegmenter()),
        image_limits=ImageLimits(),
    )
