"""The model that serves now: what the pointer in the store names, or what came with the code."""

from pathlib import Path

import msgspec

from dermaloop.contract.manifest import Champion, champion_key, model_key, read_manifest, verify_model
from dermaloop.errors import BrokenModel, NotFound
from dermaloop.ports import Blobs
from model_export.candidate import MANIFEST, MODEL, Candidate, read_candidate
from model_export.errors import ExportError

BUNDLED = Path(__file__).parents[2] / "functions" / "models"


def read_champion(name: str, blobs: Blobs) -> Candidate:
    """Verified against its manifest."""
    try:
        version = msgspec.json.decode(blobs.read(champion_key(name)).data, type=Champion).version
        manifest = read_manifest(blobs.read(model_key(name, version, MANIFEST)).data)
        model = blobs.read(model_key(name, version, MODEL)).data
        verify_model(manifest, model)
    except NotFound:
        return read_candidate(BUNDLED / name)
    except BrokenModel as error:
        raise ExportError(f"the champion of {name} cannot be followed: {error}") from error
    return Candidate(manifest, model)
