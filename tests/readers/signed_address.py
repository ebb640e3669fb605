"""The address of a file as Google's own library signs it, with the given key at the given time."""

import datetime
import json
import sys

from google.cloud import storage
from google.cloud.storage import _signing
from google.oauth2 import service_account

given = json.load(sys.stdin)
info = {
    "client_email": given["account"],
    "private_key": given["key"],
    "token_uri": "https://oauth2.googleapis.com/token",
}
client = storage.Client(project="p", credentials=service_account.Credentials.from_service_account_info(info))
_signing._NOW = lambda _zone: datetime.datetime.fromisoformat(given["at"])
blob = client.bucket(given["bucket"]).blob(given["name"])
print(json.dumps(blob.generate_signed_url(datetime.timedelta(seconds=given["seconds"]), version="v4")))
