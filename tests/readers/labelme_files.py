"""labelme's files as its own loader reads them, without its window, and the area of every shape as it draws it."""

import json
import sys
from pathlib import Path
from unittest.mock import MagicMock

for absent in ("onnxruntime", "PyQt5", "PyQt5.QtCore", "PyQt5.QtGui", "PyQt5.QtWidgets", "imgviz", "imgviz.io"):
    sys.modules[absent] = MagicMock()

from labelme._label_file import read_label_file  # noqa: E402
from labelme.utils import img_data_to_pil, shape_to_mask  # noqa: E402

found = {}
for path in sorted(Path(sys.argv[1]).glob("*.json")):
    read = read_label_file(str(path))
    width, height = img_data_to_pil(read.image_data).size
    shapes = []
    for shape in read.shapes:
        if shape["mask"] is not None:
            inside = int(shape["mask"].sum())
        else:
            inside = int(shape_to_mask((height, width), shape["points"], shape["shape_type"]).sum())
        shapes.append({"label": shape["label"], "type": shape["shape_type"], "inside": inside})
    found[read.image_path] = {"flags": read.flags, "shapes": shapes, "size": [width, height]}
print(json.dumps(found))
