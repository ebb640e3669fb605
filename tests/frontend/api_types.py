"""The site's types of the API, generated from the API's own document; run as a module, writes them anew."""

import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec

from dermaloop.web.openapi import document
from tests.servers import ROOT

FRONTEND = ROOT / "frontend"
COMMITTED = FRONTEND / "src" / "model" / "schema.ts"
GENERATOR = FRONTEND / "node_modules" / ".bin" / "openapi-typescript"


def generated() -> str:
    with tempfile.TemporaryDirectory() as folder:
        description, types = Path(folder, "openapi.json"), Path(folder, "schema.ts")
        description.write_bytes(msgspec.json.encode(document()))
        options = ["--root-types", "--alphabetize", "--default-non-nullable=false"]  # a default may be left out
        subprocess.run(
            [str(GENERATOR), str(description), "--output", str(types), *options], check=True, stdout=sys.stderr
        )
        return types.read_text()


if __name__ == "__main__":
    COMMITTED.write_text(generated())
