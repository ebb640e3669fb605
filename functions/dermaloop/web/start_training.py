"""Takes events of the bus: an annotation was saved, a training was requested, a candidate was published."""

from dermaloop.errors import NotFound
from dermaloop.events import AnnotationSaved, ModelPublished, TrainingRequested
from dermaloop.ports import World
from dermaloop.services import publishing, retraining
from dermaloop.web.endpoints import Endpoint
from dermaloop.web.envelopes import taking


def _saved(_event: AnnotationSaved, world: World) -> None:
    retraining.consider(world=world)


def _requested(event: TrainingRequested, world: World) -> None:
    try:
        retraining.start(run_id=event.run_id, world=world)
    except NotFound:  # told of a run that this store never had: asking again would not help
        return


def _published(event: ModelPublished, world: World) -> None:
    publishing.take(model=event.model, version=event.version, world=world)


ENDPOINTS: tuple[Endpoint, ...] = (
    taking(AnnotationSaved, _saved, summary="A reading was saved: claim a training run if there is enough."),
    taking(TrainingRequested, _requested, summary="A training run was claimed: start its job."),
    taking(ModelPublished, _published, summary="A candidate was published: promote it, if that is the policy."),
)
