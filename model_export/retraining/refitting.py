"""Makes a candidate of the champion: the same file with a head that was fitted to what doctors agreed on."""

import hashlib
import logging
from typing import NamedTuple

import msgspec
import numpy as np

from dermaloop.contract.decision import probabilities
from model_export import calibrate, metrics
from model_export.candidate import Candidate, headlines
from model_export.dataset import Split
from model_export.pixels import Prepared
from model_export.retraining.features import Looker, Seen
from model_export.retraining.flat import Floats, HeadedFile
from model_export.retraining.heads import Fitted, Truth, fit
from model_export.targets import truths

log = logging.getLogger(__name__)


class Refitted(NamedTuple):
    """The candidate and how its head came about."""

    candidate: Candidate
    fitted: Fitted


class _Split(NamedTuple):
    seen: Seen
    truth: Truth


def refit(champion: Candidate, prepared: Prepared, *, created: str) -> Refitted:
    """The same champion, pictures and moment give the same bytes, so doing it again changes nothing."""
    file = HeadedFile(champion.model)
    looker = Looker(champion.model, file)
    train, validation = (_look(looker, champion, prepared, split) for split in ("train", "validation"))
    fitted = fit(
        file.head,
        champion.manifest.temperature,
        train=(train.seen.pooled, train.truth),
        validation=(validation.seen.pooled, validation.truth),
    )
    log.info(
        "%s: held back by %g; surprise on validation %.3f, the champion's %.3f",
        champion.manifest.name,
        fitted.pull,
        fitted.surprise,
        fitted.champion_surprise,
    )
    head = fitted.head
    everything = np.concatenate([train.seen.pooled, validation.seen.pooled])
    cells = np.concatenate([train.seen.cells, validation.seen.cells])
    model = file.replace(head, logits=everything @ head.kernel.T + head.bias, cells=cells @ head.kernel.T)
    logits = validation.seen.pooled @ head.kernel.T + head.bias
    return Refitted(_candidate(champion, model, logits, validation.truth, created), fitted)


def _candidate(champion: Candidate, model: bytes, logits: Floats, truth: Truth, created: str) -> Candidate:
    """The champion's manifest; the malignancy threshold may only fall: few pictures must not talk it up."""
    old = champion.manifest
    malignant = np.array([label.malignant for label in old.labels])
    answer = probabilities(logits, old.temperature)
    threshold = old.malignant_threshold
    if threshold is not None and malignant[truth].any():
        found = calibrate.fit_malignant_threshold(answer[:, malignant].sum(axis=1), malignant[truth])
        threshold = min(threshold, round(found, 6))
    judged = metrics.Judged(answer, truth, old.codes, malignant, threshold)
    digest = hashlib.sha256(model).hexdigest()
    manifest = msgspec.structs.replace(
        old,
        version=f"{created[:10].replace('-', '')}-{digest[:8]}",
        sha256=digest,
        created=created,
        malignant_threshold=threshold,
        metrics={f"validation.{name}": round(value, 5) for name, value in headlines(judged).items()},
    )
    return Candidate(manifest, model)


def _look(looker: Looker, champion: Candidate, prepared: Prepared, split: Split) -> _Split:
    name = champion.manifest.name
    positions = prepared.snapshot.where(split=split, task=name)
    seen = looker.look(np.asarray(prepared.pixels[position]) for position in positions)
    return _Split(seen, truths(prepared.snapshot, champion.manifest.codes, name)[positions])
