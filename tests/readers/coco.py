"""A COCO file as pycocotools reads it: its images, and of every annotation the category, box and area."""

import contextlib
import io
import json
import sys

from pycocotools import mask
from pycocotools.coco import COCO

with contextlib.redirect_stdout(io.StringIO()):
    read = COCO(sys.argv[1])
found = []
for one in read.loadAnns(read.getAnnIds()):
    inside = read.annToMask(one)
    found.append(
        {
            "image": read.loadImgs(one["image_id"])[0]["file_name"],
            "category": read.loadCats(one["category_id"])[0]["name"],
            "bbox": one["bbox"],
            "area": one["area"],
            "inside": int(inside.sum()),
            "size": list(inside.shape),
            "packed": read.annToRLE(one)["counts"].decode(),
            "packed_area": int(mask.area(read.annToRLE(one))),
        }
    )
print(json.dumps({"images": [image["file_name"] for image in read.loadImgs(read.getImgIds())], "annotations": found}))
