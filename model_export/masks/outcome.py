"""Asks an exported segmenter as serving does: original bytes, the whole picture, the contract's outline."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from dermaloop.contract.images import Pixels
from dermaloop.contract.manifest import Manifest
from dermaloop.contract.measures import Measures, measure
from dermaloop.contract.outlines import fill, find
from dermaloop.contract.preprocessing import WHOLE
from model_export.candidate import Candidate
from model_export.dataset import Sample, Snapshot, Split
from model_export.errors import ExportError
from model_export.interpreter import Exported
from model_export.masks.metrics import Overlap, overlap
from model_export.masks.truth import MEASURED_SIDE, draw
from model_export.pixels import decode

Logits = NDArray[np.float32]


class Answer(NamedTuple):
    """What the file says of one picture."""

    logits: Logits
    embedding: NDArray[np.float32]


class MaskRun(NamedTuple):
    """Answers to some samples, in their order, judged against their masks."""

    samples: list[Sample]
    overlaps: list[Overlap]
    certainty: NDArray[np.float64]
    embedding: NDArray[np.float32]
    measures: list[Measures]


def ask(runner: Exported, pictures: Iterable[Pixels]) -> Iterator[Answer]:
    for picture in pictures:
        out = runner.answer(picture)
        yield Answer(out["mask"][0, ..., 0], out["embedding"][0])


def judged(logits: Logits, truth: NDArray[np.bool_], manifest: Manifest) -> tuple[Overlap, float]:
    """The outline as people see it against the truth, and how sure the model is of it; no outline covers nothing."""
    if manifest.mask is None:
        raise ExportError(f"{manifest.name} {manifest.version} is no segmenter")
    found = find(logits, temperature=manifest.temperature, rule=manifest.mask)
    if found is None:
        return overlap(np.zeros_like(truth), truth), 0.0
    return overlap(fill(found.points, truth.shape[0]), truth), found.certainty


def answer_split(
    candidate: Candidate, snapshot: Snapshot, root: Path, *, split: Split, source: str | None = None
) -> MaskRun:
    """Every picture of a split, from the bytes on."""
    samples = [snapshot.samples[p] for p in snapshot.where(split=split, source=source, task=candidate.manifest.name)]
    if not samples:
        raise ExportError(f"the data set has no {split} pictures for {candidate.manifest.name}")
    runner = Exported(candidate.model)
    overlaps, sure, embeddings, measures = [], [], [], []
    for sample in tqdm(samples, desc=f"{split} {source or ''}", mininterval=5):
        pixels = decode(sample.origin.read(root), sample, runner.side, WHOLE)
        (answer,) = ask(runner, [pixels])
        one, certainty = judged(answer.logits, draw(sample, root, MEASURED_SIDE) >= 128, candidate.manifest)
        overlaps.append(one)
        sure.append(certainty)
        embeddings.append(answer.embedding)
        measures.append(measure(pixels))
    return MaskRun(samples, overlaps, np.array(sure), np.stack(embeddings), measures)
