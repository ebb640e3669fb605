"""Google's Pub/Sub emulator, with the topics and the subscription for dead letters that Terraform makes."""

import base64
import json
import urllib.request
from typing import Any

from dermaloop.events import TOPICS
from tests.emulators.sdk import Emulator

PUBSUB = Emulator(
    name="Pub/Sub",
    host="PUBSUB_EMULATOR_HOST",
    jar="pubsub-emulator/lib/cloud-pubsub-emulator-*-all.jar",
    java=("-Xmx256m", "-XX:TieredStopAtLevel=1"),
    main=("-jar", "{jar}"),
)
DEAD = "dead-letters"


class Bus:
    """The topics of one project on the emulator."""

    def __init__(self, address: str, project: str) -> None:
        self.address = address
        self._base = f"http://{address}/v1/projects/{project}"
        self.project = project
        for name in (*(topic.name for topic in TOPICS), DEAD):
            self.ask("PUT", f"/topics/{name}", {})
        self.subscribe(DEAD, DEAD)

    def subscribe(self, name: str, topic: str, **more: Any) -> None:
        self.ask("PUT", f"/subscriptions/{name}", {"topic": f"projects/{self.project}/topics/{topic}"} | more)

    def push(self, topic: str, address: str, *, attempts: int = 5) -> None:
        """Pushes a topic to an address as Terraform has it done, dead letters included."""
        self.subscribe(
            f"{topic}-push",
            topic,
            pushConfig={"pushEndpoint": address},
            deadLetterPolicy={
                "deadLetterTopic": f"projects/{self.project}/topics/{DEAD}",
                "maxDeliveryAttempts": attempts,
            },
            retryPolicy={"minimumBackoff": "0.1s", "maximumBackoff": "0.2s"},
        )

    def publish(self, name: str, data: bytes, **attributes: str) -> None:
        message = {"data": base64.b64encode(data).decode(), "attributes": attributes}
        self.ask("POST", f"/topics/{name}:publish", {"messages": [message]})

    def pulled(self, subscription: str) -> list[Any]:
        told = self.ask("POST", f"/subscriptions/{subscription}:pull", {"maxMessages": 100, "returnImmediately": True})
        return list(told.get("receivedMessages", ()))

    def ask(self, method: str, path: str, body: Any) -> Any:
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self._base + path, json.dumps(body).encode(), headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as told:
            return json.load(told)
