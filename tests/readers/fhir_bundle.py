"""A FHIR bundle as fhir.resources validates it; what is used of its R4B is the same in R4."""

import json
import sys
from pathlib import Path

from fhir.resources.R4B.bundle import Bundle

bundle = Bundle.model_validate_json(Path(sys.argv[1]).read_text())
resources = [entry.resource for entry in bundle.entry]
known = {entry.fullUrl for entry in bundle.entry}
text = bundle.model_dump_json()
references = {piece.split('"')[0] for piece in text.replace('": "', '":"').split('"reference":"')[1:]}
print(
    json.dumps(
        {
            "kinds": sorted(
                each.__resource_type__ if hasattr(each, "__resource_type__") else each.get_resource_type()
                for each in resources
            ),
            "dangling": sorted(references - known),
            "conclusion": resources[0].conclusion,
            "status": resources[0].status,
        }
    )
)
