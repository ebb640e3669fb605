"""Finds a label file by name or path: the vocabularies of the contract, those of further models, or one's own."""

from pathlib import Path

import msgspec

from dermaloop.contract.labels import VOCABULARIES, Vocabulary, read_vocabulary
from model_export.errors import ExportError

LABELS = Path(__file__).with_name("labels")


def read_labels(name: str, *, beside: Path = Path()) -> Vocabulary:
    """A vocabulary by its bare name (`disease`, `clinical`), or a JSON file, its path relative to `beside`."""
    path = beside / name if name.endswith(".json") else _bundled(name)
    try:
        return read_vocabulary(path)
    except OSError as error:
        raise ExportError(
            f"there is no label file {path} ({error.strerror}); bundled are: {', '.join(bundled())}"
        ) from error
    except (msgspec.MsgspecError, ValueError) as error:
        raise ExportError(f"{path}: {error}; a label file looks like model_export/labels/clinical.json") from error


def bundled() -> list[str]:
    return sorted(path.stem for folder in (VOCABULARIES, LABELS) for path in folder.glob("*.json"))


def _bundled(name: str) -> Path:
    path = VOCABULARIES / f"{name}.json"
    return path if path.exists() else LABELS / f"{name}.json"
