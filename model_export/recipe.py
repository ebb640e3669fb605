"""A recipe is data: which tasks a network learns, in which phases, with which care. Read from a small TOML file."""

from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from dermaloop.contract.labels import Vocabulary
from model_export.errors import ExportError
from model_export.vocabulary import read_labels

RECIPES = Path(__file__).with_name("recipes")

CHAMPION = "champion"
"""A recipe that starts here changes the head of the model that serves, and nothing else of it."""

Trainable = Literal["head", "all"]
Engine = Literal["keras", "native"]
Kind = Literal["classifier", "segmenter"]

WEIGHTS: dict[Engine, str] = {"keras": "model.weights.h5", "native": "native.npz"}
"""The file that each engine leaves when it is done."""


class Task(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One question to each picture. With a vocabulary it becomes a model; with bare codes it only helps to learn."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    vocabulary: str | None = None  # a bundled vocabulary's name, or a label file beside the recipe
    codes: tuple[str, ...] = ()
    weight: float = 1.0
    class_power: float = 0.5  # weight of a class: (1 / its share) ** class_power
    borrowed_from: str = ""  # another task, some of whose labels mean the same as some of this one's ...
    borrowed: dict[str, str] = {}  # ... theirs to ours ...
    borrowed_weight: float = 0.7  # ... and how much such a picture counts
    shrinkage: float = 0.0  # > 0: the finished head is a discriminant, shrunk by so many mean variances; native engine
    adjustment: float = 0.0  # > 0: how much of the classes' log shares the finished head's bias loses; native engine


class Phase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A stretch of training at one picture size; the rate falls along one cosine over all phases together."""

    size: Annotated[int, msgspec.Meta(ge=32, le=512)]
    epochs: float
    trainable: Trainable = "all"


class Origin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the model card must say of the pictures: on which terms they are given, and what they leave out."""

    licence: str
    citations: tuple[str, ...]
    references: tuple[str, ...] = ()
    limitations: tuple[str, ...] = ()


class Bars(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the gate asks; a model measured on few pictures needs wider ones, and its recipe then says so."""

    balanced_loss: float = 0.01  # balanced accuracy that a candidate may lose
    recall_loss: float = 0.15  # what any class's recall may lose
    sensitivity_loss: float = 0.01
    calibration: float = 0.04  # ECE
    int8_loss: float = 0.01  # balanced accuracy that quantization may cost
    most_bytes: int = 4_500_000
    slowest: float = 1.3  # times plain MobileNetV2 int8 on the same machine
    oddities_refused: float = 0.90
    lesions_refused: float = 0.04
    least_iou: float = 0.83  # of masks, averaged over pictures
    least_dice: float = 0.90
    iou_loss: float = 0.01


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything a training depends on besides the pictures."""

    name: str
    about: str
    tasks: tuple[Task, ...]
    phases: tuple[Phase, ...]
    origin: Origin
    kind: Kind = "classifier"  # what its models answer: a label of the square, or a mask of the whole picture
    bars: Bars = Bars()
    side: Annotated[int, msgspec.Meta(ge=32, le=512)] = 224  # of the square that the finished model is given
    source_side: int = 0  # of the squares that training cuts its views from; 0: the same
    rate: float = 1e-3
    warm_up: float = 0.05  # share of all steps
    weight_decay: float = 0.02
    batch: int = 32
    dropout: float = 0.2
    strength: float = 1.0  # how far the views in training may differ from the pictures; 0: not at all in crop and light
    label_smoothing: float = 0.05
    mixing: float = 0.0  # alpha of mixup; native engine
    teachers: tuple[str, ...] = ()  # recipes trained before with the same tasks, whose answers teach; native engine
    teaching: float = 0.6  # how much of the loss is theirs
    heat: float = 2.0  # temperature of their answers
    mirrored: bool = False  # each teacher looks at another mirror image of the view, so that they teach symmetry
    engine: Engine = "keras"  # native: several times faster on a processor with AVX-512, needs PyTorch and g++
    rounding: bool = False  # train with int8 in mind: compute with rounded weights and maps; native engine
    averaging: float = 0.0  # of the weights (EMA); 0: the last weights as they are
    soup: tuple[int, ...] = ()  # steps whose (averaged) weights are averaged once more at the end; native engine
    start: str = ""  # the recipe whose trained network this begins with, or `champion`; empty: ImageNet or --backbone
    frozen_until: str = ""  # layers before this one stay as they are: early maps are large, costly and general
    sharp_share: float = 0.4  # how often a lesion of any class is seen in its sharp copy
    extra_share: float = 0.15  # how many pictures of an epoch come from auxiliary sources
    seed: int = 20
    heads: tuple[str, ...] = ()  # of its models, only these are exported, gated and published; none: all
    folder: str = ""

    def vocabulary(self, task: str) -> Vocabulary:
        """The labels of a task that becomes a model."""
        name = self.task(task).vocabulary
        if name is None:
            raise ExportError(f"recipe {self.name}: task {task} has no vocabulary, so it cannot become a model")
        return read_labels(name, beside=Path(self.folder))

    def codes(self, task: str) -> tuple[str, ...]:
        return self.task(task).codes or self.vocabulary(task).codes

    def task(self, name: str) -> Task:
        for task in self.tasks:
            if task.name == name:
                return task
        raise ExportError(f"recipe {self.name} has no task {name}; it has {', '.join(t.name for t in self.tasks)}")

    @property
    def models(self) -> tuple[str, ...]:
        """The tasks that become models."""
        return tuple(task.name for task in self.tasks if task.vocabulary and task.name in (self.heads or (task.name,)))


class Same(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A recipe that is another one, of whose models only some are wanted: they share one training."""

    about: str
    same_as: str
    heads: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]


def read_recipe(name: str) -> Recipe:
    """A bundled recipe by its name, or any TOML file by its path."""
    path = _path(name)
    written = _written(path, ())
    try:
        recipe = msgspec.convert(written, Recipe)
    except msgspec.ValidationError as error:
        raise ExportError(f"{path}: {error}") from error
    _check(recipe, path)
    return recipe


def _path(name: str, beside: Path = Path()) -> Path:
    return beside / name if name.endswith(".toml") else RECIPES / f"{name}.toml"


def _written(path: Path, above: tuple[Path, ...]) -> dict[str, Any]:
    """What a file says, and of what it leaves unsaid, what the recipe says that it is `like` or the `same_as`."""
    if path in above:
        raise ExportError(f"{path} is like itself")
    try:
        written: dict[str, Any] = msgspec.toml.decode(path.read_bytes())
        if "same_as" in written:
            same = msgspec.convert(written, Same)
            whole = _written(_path(same.same_as, path.parent), (*above, path))
            return whole | {"about": same.about, "heads": same.heads}
    except FileNotFoundError as error:
        known = ", ".join(sorted(file.stem for file in RECIPES.glob("*.toml")))
        raise ExportError(f"there is no recipe {path}; bundled are: {known}") from error
    except msgspec.DecodeError as error:
        raise ExportError(f"{path}: {error}") from error
    own = written | {"folder": str(path.parent)}
    model = own.pop("like", None)
    if model is None:
        return own
    if not {"name", "about"} <= own.keys():
        raise ExportError(f"{path} is like {model}, but it needs a name and an about of its own")
    return _written(_path(str(model), path.parent), (*above, path)) | own


def _check(recipe: Recipe, path: Path) -> None:
    """Heads that it does not have, or what only the other engine can do, must not be asked of a recipe and left out."""
    made = msgspec.structs.replace(recipe, heads=()).models
    if unknown := set(recipe.heads) - set(made):
        raise ExportError(f"{path}: {recipe.name} makes {', '.join(made)}, not {', '.join(sorted(unknown))}")
    borrowing = [task.name for task in recipe.tasks if task.borrowed]
    finishing = [task.name for task in recipe.tasks if task.shrinkage or task.adjustment]
    asked = recipe.mixing or recipe.teachers or recipe.soup or recipe.rounding or borrowing or finishing
    if recipe.engine == "keras" and asked:
        alone = "mixing, teachers, soup, rounding, borrowed labels, shrinkage and adjustment"
        raise ExportError(f'{path}: {alone} need engine = "native"')
    if recipe.engine == "native" and any(phase.trainable == "head" for phase in recipe.phases):
        raise ExportError(f'{path}: heads alone are trained by engine = "keras"')


def step_sizes(recipe: Recipe, steps_per_epoch: int) -> list[int]:
    """The picture size of every step."""
    return [phase.size for phase in recipe.phases for _ in range(round(phase.epochs * steps_per_epoch))]
