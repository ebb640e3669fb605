"""Makes the first admin; further people get their roles from the admin page."""

import json

from infra.ship.advice import Failed
from infra.ship.google import call


def make_admin(email: str, *, project: str) -> None:
    """Adds the role to what the account has already. Twice is once."""
    place = f"/v1/projects/{project}/accounts"
    told = call("POST", "identitytoolkit", f"{place}:lookup", {"email": [email]}, project=project) or {}
    if not told.get("users"):
        raise Failed(f"{email} has not signed in yet: open the site's /review page, sign in once, then run this again.")
    account = told["users"][0]
    claims = json.loads(account.get("customAttributes") or "{}")
    roles = sorted({*claims.get("roles", ()), "admin"})
    said = json.dumps(claims | {"roles": roles})
    call(
        "POST",
        "identitytoolkit",
        f"{place}:update",
        {"localId": account["localId"], "customAttributes": said},
        project=project,
    )
