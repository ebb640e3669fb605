"""The archive provider's one data source, made for real: what is deployed can then be looked into and run."""

import base64
import hashlib
import re
import zipfile
from pathlib import Path
from typing import Any


def make_archive(asked: dict[str, Any]) -> dict[str, Any]:
    """Writes the zip and answers as the provider does."""
    target, source = Path(asked["output_path"]), Path(asked["source_dir"])
    left_out = [_pattern(glob) for glob in asked.get("excludes") or ()]
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(found for found in source.rglob("*") if found.is_file()):
            name = path.relative_to(source).as_posix()
            if not any(pattern.fullmatch(name) for pattern in left_out):
                file.writestr(zipfile.ZipInfo(name), path.read_bytes())
    content = target.read_bytes()
    sha256 = hashlib.sha256(content)
    return asked | {
        "id": sha256.hexdigest(),
        "output_md5": hashlib.md5(content).hexdigest(),
        "output_sha256": sha256.hexdigest(),
        "output_base64sha256": base64.b64encode(sha256.digest()).decode(),
        "output_size": len(content),
    }


def _pattern(glob: str) -> re.Pattern[str]:
    """`**/` is any folders or none, `**` anything, `*` anything within a name."""
    parts = re.split(r"(\*\*/|\*\*|\*)", glob)
    meaning = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*"}
    return re.compile("".join(meaning.get(part) or re.escape(part) for part in parts))
