"""Small made lesions, a backbone of random weights and short recipes: the whole road in seconds."""

from pathlib import Path

import numpy as np
import pytest

from model_export.readers.synthetic import Drawn, draw

RECIPE = """
name = "{name}"
about = "For tests."
side = 64
batch = 16
rate = 5e-3
warm_up = 0.1
sharp_share = 0.5

[[tasks]]
name = "{task}"
vocabulary = "{vocabulary}"

[[phases]]
size = {size}
epochs = {epochs}
trainable = "{trainable}"

[origin]
licence = "CC0-1.0"
citations = ["Drawn by arithmetic."]
limitations = ["No skin at all."]

[bars]  # fifteen pictures measure nothing finely
calibration = 0.6
int8_loss = 0.25
lesions_refused = 0.8
recall_loss = 0.5
"""

VOCABULARY = """{"namespace": "test", "labels": [
 {"code": "pale", "malignant": false, "tier": "self_care", "names": {"en": "Pale blot"}},
 {"code": "red", "malignant": false, "tier": "routine", "names": {"en": "Red blot"}},
 {"code": "dark", "malignant": true, "tier": "urgent", "names": {"en": "Dark blot"}}]}"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.training)
            item.add_marker(pytest.mark.filterwarnings("default"))  # TensorFlow warns about itself


@pytest.fixture(scope="session")
def lesions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three kinds of drawn lesions, twenty-five of each."""
    folder = tmp_path_factory.mktemp("lesions")
    draw(folder, Drawn(task="blots", codes=("pale", "red", "dark"), lesions=25, malignant=("dark",)))
    return folder


@pytest.fixture(scope="session")
def backbone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights shaped like the real ones: random kernels that keep the signal's size, biases of nought."""
    from model_export import network

    rng = np.random.default_rng(0)
    arrays = {}
    for conv, _ in network.convolutions(network.build({"blots": 3})):
        kernel = conv.get_weights()[0]
        inputs = kernel.shape[0] * kernel.shape[1] * (1 if kernel.shape[3] == 1 else kernel.shape[2])
        arrays[f"{conv.name}/kernel"] = rng.normal(0, np.sqrt(2 / inputs), kernel.shape).astype(np.float32)
        arrays[f"{conv.name}/bias"] = np.zeros(conv.output.shape[-1], np.float32)
    path = tmp_path_factory.mktemp("weights") / "backbone.npz"
    np.savez(path, allow_pickle=False, **arrays)
    return path


def write_recipe(
    folder: Path, *, trainable: str = "head", epochs: float = 40, size: int = 64, name: str = "blots"
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "blots.json").write_text(VOCABULARY, encoding="utf-8")
    path = folder / f"{name}.toml"
    path.write_text(
        RECIPE.format(name=name, task="blots", vocabulary="blots.json", size=size, epochs=epochs, trainable=trainable),
        encoding="utf-8",
    )
    return path
