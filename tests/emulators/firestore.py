"""Google's Firestore emulator, and what it says of the indexes that queries would need."""

import json
import urllib.request
from typing import Any

from tests.emulators.sdk import Emulator

FIRESTORE = Emulator(
    name="Firestore",
    host="FIRESTORE_EMULATOR_HOST",
    jar="cloud-firestore-emulator/cloud-firestore-emulator.jar",
    java=("-Xmx512m", "-XX:TieredStopAtLevel=1", "-Duser.language=en"),
    main=("-cp", "{jar}", "com.google.cloud.datastore.emulator.firestore.CloudFirestore"),
)


def index_usage(address: str, project: str) -> Any:
    """Which composite indexes the project's queries would need on Google."""
    database = f"projects/{project}/databases/(default)"
    url = f"http://{address}/emulator/v1/projects/{project}:indexUsage?database={database}"
    with urllib.request.urlopen(url, timeout=10) as told:
        return json.load(told)
