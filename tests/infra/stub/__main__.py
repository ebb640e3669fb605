"""Serves every provider on loopback, prints TF_REATTACH_PROVIDERS, and stops when its input is closed."""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from tf.gen import tfplugin_pb2_grpc as rpc

from tests.infra.stub.provider import SchemaOnlyProvider
from tests.infra.stub.schema import providers


def serve(schema: dict[str, Any], failing: str) -> tuple[grpc.Server, int]:
    server = grpc.server(ThreadPoolExecutor(4), options=[("grpc.max_send_message_length", 64 << 20)])
    rpc.add_ProviderServicer_to_server(SchemaOnlyProvider(schema, failing=failing), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def main() -> None:
    failing = sys.argv[1] if len(sys.argv) > 1 else ""
    served = {name: serve(schema, failing) for name, schema in providers().items()}
    told = {
        f"registry.terraform.io/hashicorp/{name}": {
            "Protocol": "grpc",
            "ProtocolVersion": 6,
            "Pid": os.getpid(),
            "Test": True,
            "Addr": {"Network": "tcp", "String": f"127.0.0.1:{port}"},
        }
        for name, (_, port) in served.items()
    }
    print(json.dumps(told), flush=True)
    sys.stdin.read()
    for server, _ in served.values():
        server.stop(None)


if __name__ == "__main__":
    main()
