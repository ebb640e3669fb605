"""A further model is data: what the README says, word for word, walks the whole road up to the site and the admin."""

import json
import os
import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from dermaloop import web
from dermaloop.adapters.local_identity import LocalIdentity
from dermaloop.contract.decision import distance
from dermaloop.contract.labels import read_vocabulary
from dermaloop.contract.manifest import read_manifest, verify_model
from dermaloop.web.endpoints import function_for
from dermaloop.wiring import Settings, build
from model_export import __main__ as command_line
from model_export.readers.synthetic import Drawn, draw
from model_export.recipe import read_recipe
from tests.pictures import b64
from tests.servers import ROOT

Call = Callable[..., int]
FOLDERS = ("acne", "atopic dermatitis", "basal cell carcinoma", "eczema", "naevus")
SMALLER = ("size = 224", "size = 64"), ("calibration = 0.1", "")
WIDER = """side = 64
warm_up = 0.1
rate = 5e-3
batch = 16
"""
BARS = """calibration = 0.6  # fifteen pictures measure nothing finely
int8_loss = 0.25
lesions_refused = 0.8
oddities_refused = 0.5
"""


def told(kind: str) -> list[str]:
    """The blocks of one kind in the README's walk-through."""
    text = (ROOT / "model_export" / "README.md").read_text()
    section = text.partition("## A further model is data")[2].partition("\n## ")[0]
    return [block.replace("\n   ", "\n") for block in re.findall(rf"```{kind}\n   (.*?)\n   ```", section, re.DOTALL)]


def commands() -> list[list[str]]:
    return [shlex.split(line)[3:] for line in told("")[-1].splitlines()]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the README has one write, and drawn photos; only smaller, since time is short and the photos are few."""
    root = tmp_path_factory.mktemp("road")
    draw(root / "drawn", Drawn(task="", codes=FOLDERS, lesions=20))
    shutil.copytree(root / "drawn", root / "photos", ignore=shutil.ignore_patterns("*.json", "*.png"))
    (labels,), (recipe,) = told("json"), told("toml")
    (root / "mine").mkdir()
    (root / "mine" / "clinical.json").write_text(labels, encoding="utf-8")
    (root / "mine" / "clinical.toml").write_text(recipe, encoding="utf-8")
    assert read_recipe(str(root / "mine" / "clinical.toml")).models == ("clinical",)  # as it stands there
    for old, new in SMALLER:
        assert old in recipe
        recipe = recipe.replace(old, new)
    (root / "mine" / "clinical.toml").write_text(f"{WIDER}{recipe}\n{BARS}", encoding="utf-8")
    (root / "functions").symlink_to(ROOT / "functions")
    return root


@pytest.fixture(autouse=True)
def there(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    monkeypatch.setenv("DERMALOOP_DATA", str(place / ".local"))


@pytest.fixture(scope="module")
def call(place: Path) -> Call:
    def run(name: str, *more: str) -> int:
        given = ["--data", str(place / "photos"), "--recipe", str(place / "mine" / "clinical.toml")]
        given += ["--work", str(place / "runs"), "--backbone", str(ROOT / "functions/models/disease/model.tflite")]
        given += ["--models", str(place / "models"), "--reports", str(place / "reports")]
        return command_line.main([name, *given, *more])

    return run


@pytest.fixture(scope="module")
def walked(place: Path) -> Path:
    """The README's first command; returns the candidate's folder."""
    before = Path.cwd()
    os.chdir(place)
    try:
        assert command_line.main(commands()[0]) == 0
    finally:
        os.chdir(before)
    return place / "runs" / "clinical" / "candidates" / "clinical"


def client_of(site: web.Site) -> Client:
    """Asks each path of the function that hosting would ask."""

    @Request.application
    def asked(request: Request) -> Response:
        return web.answer(function_for(request.path) or "assess", request, site)

    return Client(asked)


def test_the_whole_road_makes_a_verified_model_that_has_learnt(walked: Path) -> None:
    manifest = read_manifest((walked / "manifest.json").read_bytes())
    verify_model(manifest, (walked / "model.tflite").read_bytes())
    report = json.loads((walked / "report.json").read_text())
    assert manifest.codes == ("acne", "atopic_dermatitis", "bcc", "eczema", "naevus")
    assert manifest.malignant_threshold is not None
    assert report["test"]["full"]["figures"]["balanced_accuracy"][0] > 0.6  # chance: 0.2
    assert report["quantization"]["agreement"] > 0.6
    assert (walked / "model.tflite").stat().st_size < 4_500_000


def test_the_report_is_readable_and_the_card_carries_the_terms(walked: Path) -> None:
    text = (walked / "report.md").read_text()
    assert "balanced_accuracy" in text
    assert "Who is not on them." in text
    assert "| **bcc** |" in text
    for plot in ("confusion", "roc", "reliability", "risk_coverage", "learning"):
        assert (walked / f"{plot}.svg").read_text().startswith("<?xml")
    card = json.loads((walked / "card.json").read_text())
    assert card["model_details"]["licenses"] == [{"identifier": "CC-BY-4.0"}]
    assert {m["type"] for m in card["quantitative_analysis"]["performance_metrics"]} >= {"accuracy", "bcc.recall"}


def test_calling_it_again_repeats_nothing_and_changes_no_weight(walked: Path, place: Path, call: Call) -> None:
    weights = place / "runs" / "clinical" / "model.weights.h5"
    before = weights.stat().st_mtime_ns
    assert call("prepare") == 0
    assert call("train") == 0
    assert weights.stat().st_mtime_ns == before


def test_what_the_gate_let_pass_is_bundled_and_reproduced_to_the_last_digit(
    walked: Path, place: Path, call: Call
) -> None:
    assert call("bundle") == 0
    assert sorted(p.name for p in (place / "models" / "clinical").iterdir()) == [
        "card.json",
        "manifest.json",
        "model.tflite",
    ]
    assert call("reproduce") == 0
    report = place / "reports" / "clinical" / "report.json"
    text = report.read_text()
    figure = json.loads(text)["test"]["full"]["figures"]["brier"][0]
    report.write_text(text.replace(str(figure), str(round(figure + 0.001, 5)), 1))
    assert call("reproduce") == 1
    assert call("reproduce", "--renew") == 0
    again = json.loads(report.read_text())
    assert again == json.loads(text)
    page = (place / "reports" / "clinical" / "report.md").read_text()
    assert page == (walked / "report.md").read_text()


def test_validation_looked_at_eight_ways_says_how_much_is_chance(walked: Path, place: Path, call: Call) -> None:
    assert call("steady", "--models", str(walked.parent)) == 0
    found = json.loads((place / "reports" / "steadiness" / "report.json").read_text())["clinical"]
    assert found["version"] == read_manifest((walked / "manifest.json").read_bytes()).version
    assert 0.2 < found["agreement"] < 1
    (copies,) = found["copies"].values()
    mean, spread = copies["further"]["0.00"]["balanced_accuracy"]
    assert 0.4 < mean < 1
    assert spread > 0
    page = (place / "reports" / "steadiness" / "report.md").read_text()
    assert f"| 0.00 | {copies['further']['0.00']['accuracy'][0]:.3f} ± " in page
    assert "bcc.recall" in page
    assert call("steady", "--models", str(place / "nothing")) == 1


def test_published_and_promoted_it_serves_under_its_own_name_to_the_site_and_the_admin(
    walked: Path, place: Path
) -> None:
    assert command_line.main(commands()[1]) == 0
    here = build(Settings(data=str(place / ".local")))
    client = client_of(here)
    listed = {one["name"]: one for one in client.get("/api/models").get_json()["models"]}
    assert {"clinical", "disease", "malignancy"} <= set(listed)
    assert listed["clinical"]["labels"][0]["names"]["ko"] == "여드름"
    photos = [path for folder in FOLDERS for path in sorted((place / "photos" / folder).glob("*.jpg"))[:3]]
    labels = read_vocabulary(place / "mine" / "clinical.json").labels
    codes = {label.names["en"].lower(): label.code for label in labels}
    right = 0
    for path in photos:
        answer = client.post("/api/models/clinical/predict", json={"image": b64(path.read_bytes()), "explain": True})
        said = answer.get_json()
        assert answer.status_code == 200
        assert {one["label"] for one in said["probabilities"]} == set(codes.values())
        assert said["heatmap"].startswith("data:image/png;base64,")
        assert said["next_step"]["tier"] in ("urgent", "routine", "self_care")
        right += said["label"] == codes[path.parent.name]
    assert right >= 9  # of 15; chance: 3
    assert isinstance(here.world.identity, LocalIdentity)
    token = here.world.identity.sign_in("admin@example.org")
    shelves = client.get("/api/admin/models", headers={"Authorization": f"Bearer {token}"}).get_json()["models"]
    shelf = next(one for one in shelves if one["name"] == "clinical")
    assert (shelf["promoted_by"], len(shelf["versions"])) == ("Dr Example", 1)
    assert shelf["versions"][0]["figures"]["balanced_accuracy"][0] > 0.5
    classifier = here.world.classifiers.champion("clinical")
    assert classifier.manifest.not_skin is not None
    scores = classifier.scores(np.full((64, 64, 3), 128, np.uint8))
    assert np.isfinite(distance(np.asarray(scores.embedding).ravel(), classifier.manifest.not_skin))


def test_a_red_gate_publishes_nothing(
    walked: Path, call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DERMALOOP_DATA", str(tmp_path))
    report = walked / "report.json"
    text = report.read_text()
    report.write_text(text.replace('"bytes": ', '"bytes": 9'))
    assert call("gate") == 1
    assert call("publish") == 1
    assert call("bundle") == 1
    assert not list(tmp_path.rglob("*.tflite"))
    report.write_text(text)
    assert call("gate") == 0


def test_a_changed_model_file_is_not_evaluated(walked: Path, call: Call, capsys: pytest.CaptureFixture[str]) -> None:
    model = walked / "model.tflite"
    content = model.read_bytes()
    model.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert call("evaluate") == 1
    assert "sha256 is" in capsys.readouterr().err
    model.write_bytes(content)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("train", "--work", "{tmp}"), "holds no prepared data set"),
        (("train", "--recipe", "absent"), "there is no recipe"),
        (("prepare", "--data", "{tmp}/absent"), "there is no data folder"),
        (("gate", "--model", "acne"), "makes clinical, not acne"),
        (("download", "--set", "mnist"), "no set 'mnist'"),
    ],
)
def test_what_is_missing_is_said_and_the_exit_status_is_one(
    call: Call, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    assert call(*(part.format(tmp=tmp_path) for part in arguments)) == 1
    assert message in capsys.readouterr().err


def test_the_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        command_line.main(["--help"])
    assert stopped.value.code == 0
    text = capsys.readouterr().out
    for word in ("prepare", "train", "export", "evaluate", "compare", "gate", "publish", "run", "--recipe quick"):
        assert word in text
