"""A world whose models say what a test wants, over real stores."""

from pathlib import Path

from dermaloop.adapters.folder import FolderBlobs
from dermaloop.adapters.sqlite import SqliteRecords
from dermaloop.contract.preprocessing import ImageLimits
from dermaloop.ports import Classifier, Stores, World
from tests.fakes import FixedClassifier, FixedClassifiers

CALM = FixedClassifier({"nv": 0.9, "mel": 0.02})
SUSPICIOUS = FixedClassifier({"mel": 0.6, "nv": 0.3})
BENIGN = FixedClassifier({"benign": 0.95, "malignant": 0.05})
MALIGNANT = FixedClassifier({"benign": 0.2, "malignant": 0.8})


def world(folder: Path, *classifiers: Classifier) -> World:
    stores = Stores(SqliteRecords(folder / "test.sqlite3"), FolderBlobs(folder / "blobs"))
    return world_on(stores, *classifiers)


def world_on(stores: Stores, *classifiers: Classifier) -> World:
    return World(
        records=stores.records,
        blobs=stores.blobs,
        classifiers=FixedClassifiers(*classifiers),
        image_limits=ImageLimits(),
    )
