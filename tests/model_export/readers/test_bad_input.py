"""Whatever is wrong with a data set, there is one message that says which file, which line and what to do."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from model_export import readers
from model_export.errors import ExportError
from model_export.pixels import prepare
from model_export.vocabulary import read_labels
from tests.model_export.layouts import HAM_HEADER, class_folders, drawn, ham_dataverse, ham_kaggle, table

pytestmark = pytest.mark.training

Spoil = Callable[[Path], object]
TABLE = "HAM10000_metadata.csv"


def lines(path: Path, change: Callable[[list[str]], list[str]]) -> None:
    path.write_text("\n".join(change(path.read_text().splitlines())) + "\n")


SPOILT: dict[str, tuple[Spoil, str]] = {
    "empty": (lambda p: p.write_bytes(b""), r"metadata\.csv is empty; download or export it again"),
    "only blanks": (lambda p: p.write_bytes(b" \n\n"), r"metadata\.csv is empty"),
    "only a header": (lambda p: lines(p, lambda t: t[:1]), r"has no rows below its header; download"),
    "another header": (
        lambda p: lines(p, lambda t: ["id,label", *t[1:]]),
        r"line 1: the header lacks lesion_id, image_id, dx; it has id, label\. Is it the right file",
    ),
    "Latin-1": (
        lambda p: p.write_bytes(p.read_bytes().replace(b"back", "Rücken".encode("latin-1"), 1)),
        r"line 2: this is not UTF-8 text; save the table as CSV in UTF-8",
    ),
    "UTF-16": (lambda p: p.write_text(p.read_text(), encoding="utf-16"), r"line 1: this is not UTF-8 text"),
    "a repeated id": (
        lambda p: lines(p, lambda t: [*t, t[3]]),
        r"line 30: image_id ISIC_0024308 stands in line 4 already; keep one of them",
    ),
    "an unknown diagnosis": (
        lambda p: lines(p, lambda t: [t[0], t[1].replace("akiec,histo", "eczema,histo"), *t[2:]]),
        r"line 2: dx is 'eczema', which is none of akiec, bcc, .*; correct the line or drop it",
    ),
    "a short line": (
        lambda p: lines(p, lambda t: [*t[:4], "HAM_1,ISIC_9", *t[4:]]),
        r"line 5: 2 cells where 7 are needed; correct the line",
    ),
    "an open quotation mark": (
        lambda p: lines(p, lambda t: [*t[:2], '"' + t[2], *t[3:]]),
        r"near line .*is a quotation mark left open\?",
    ),
    "a missing picture": (
        lambda p: lines(p, lambda t: [*t, "HAM_1,ISIC_9999999,nv,histo,45,male,back"]),
        r"line 30: picture ISIC_9999999 lies nowhere below .* \(1 of 29 listed pictures are missing\); download",
    ),
}


@pytest.mark.parametrize("spoil", SPOILT)
def test_a_spoilt_table_is_refused_with_its_place(tmp_path: Path, spoil: str) -> None:
    ham_kaggle(tmp_path, lesions=3)
    change, message = SPOILT[spoil]
    lines(tmp_path / TABLE, lambda text: text[:29])
    change(tmp_path / TABLE)
    with pytest.raises(ExportError, match=message):
        readers.read(tmp_path, "disease", "ham10000")


def test_a_table_from_a_spreadsheet_is_read_all_the_same(tmp_path: Path) -> None:
    """With a byte-order mark, semicolons, Windows line ends and blank lines at the end."""
    rows = ham_kaggle(tmp_path, lesions=3)
    text = (tmp_path / TABLE).read_text().replace(",", ";").replace("\n", "\r\n")
    (tmp_path / TABLE).write_bytes(b"\xef\xbb\xbf" + text.encode() + b"\r\n;;;;;;\r\n")
    assert len(readers.read(tmp_path, "disease")) == len(rows)


def test_a_table_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"has no HAM10000_metadata table; download it from doi:"):
        readers.read(tmp_path, "disease", "ham10000")
    with pytest.raises(ExportError, match=r"metadata\.csv is missing or cannot be read .*; put it there and try again"):
        readers.read(tmp_path, "disease", "pad_ufes_20")
    with pytest.raises(ExportError, match=r"it has no ground-truth CSV at all|has no ISIC ground truth of classes"):
        readers.read(tmp_path, "disease", "isic")
    with pytest.raises(ExportError, match="has no pictures in folders named after classes"):
        readers.read(tmp_path, "disease", "folders")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "picture is empty"),
        (b"<html>not found</html>", "not a JPEG, PNG, WebP or HEIC picture"),
        (drawn(1)[:-60], "damaged or incomplete.*replace the file or leave it out"),
    ],
)
def test_an_unreadable_picture_is_named_when_the_data_set_is_prepared(
    tmp_path: Path, data: bytes, message: str
) -> None:
    class_folders(tmp_path / "data", ("benign", "malignant"), 2)
    (tmp_path / "data" / "malignant" / "001.jpg").write_bytes(data)
    samples = readers.read(tmp_path / "data", "malignancy")
    with pytest.raises(ExportError, match=rf"malignant/001\.jpg.*{message}"):
        prepare(samples, root=tmp_path / "data", work=tmp_path / "work", side=32)


def test_a_picture_that_vanished_is_named(tmp_path: Path) -> None:
    class_folders(tmp_path / "data", ("benign", "malignant"), 2)
    samples = readers.read(tmp_path / "data", "malignancy")
    (tmp_path / "data" / "benign" / "000.jpg").unlink()
    with pytest.raises(ExportError, match=r"benign/000\.jpg cannot be read: .*; copy or download it anew"):
        prepare(samples, root=tmp_path / "data", work=tmp_path / "work", side=32)


def test_a_broken_archive_is_named(tmp_path: Path) -> None:
    ham_dataverse(tmp_path, lesions=2)
    archive = tmp_path / "HAM10000_images_part_2.zip"
    archive.write_bytes(archive.read_bytes()[:-200])
    with pytest.raises(ExportError, match=r"part_2\.zip cannot be read as a zip archive: .*; download it again"):
        readers.read(tmp_path, "disease")


def test_an_archive_packed_in_a_rare_way_is_named(tmp_path: Path) -> None:
    table(tmp_path / TABLE, [HAM_HEADER, ("HAM_1", "ISIC_1", "nv", "histo", 45, "male", "back")])
    with zipfile.ZipFile(tmp_path / "pictures.zip", "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("ISIC_1.jpg", drawn(1))
    with pytest.raises(ExportError, match=r"pictures\.zip: ISIC_1\.jpg is encrypted or packed in a rare way; unpack"):
        readers.read(tmp_path, "disease")


def test_damage_inside_an_archive_is_named(tmp_path: Path) -> None:
    ham_dataverse(tmp_path, lesions=2)
    samples = readers.read(tmp_path, "disease")
    sample = next(s for s in samples if s.origin.deflated)
    with (tmp_path / sample.origin.path).open("r+b") as file:
        file.seek(sample.origin.offset)
        file.write(b"\xff" * 40)
    with pytest.raises(ExportError, match=r"part_2\.zip cannot be read: .*; copy or download it anew"):
        sample.origin.read(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            None,
            r"there is no label file .*mine\.json .*; bundled are: clinical, disease, lesion_mask, malignancy, pad_",
        ),
        (b"{", r"mine\.json: .*; a label file looks like model_export/labels/clinical\.json"),
        (b'{"namespace": "x", "labels": []}', r"mine\.json: a vocabulary needs at least two labels"),
    ],
)
def test_a_bad_label_file_is_named(tmp_path: Path, content: bytes | None, message: str) -> None:
    if content is not None:
        (tmp_path / "mine.json").write_bytes(content)
    with pytest.raises(ExportError, match=message):
        read_labels("mine.json", beside=tmp_path)
