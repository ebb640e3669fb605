"""One provider as Terraform talks to it (plugin protocol 6): it checks against the schema and remembers nothing."""

from collections.abc import Iterator
from typing import Any

from tf.gen import tfplugin_pb2 as pb
from tf.gen import tfplugin_pb2_grpc as rpc

from tests.infra.stub.archive import make_archive
from tests.infra.stub.rules import broken_rules, computed
from tests.infra.stub.schema import provider_message, schema_message
from tests.infra.stub.values import nested, pack, settled, unpack, with_unknowns

Step = str | int


class SchemaOnlyProvider(rpc.ProviderServicer):  # type: ignore[misc]  # the protocol has no types
    """`failing` names a resource type whose creation is refused, to see what a half-failed apply leaves behind."""

    def __init__(self, schema: dict[str, Any], *, failing: str = "") -> None:
        self._schema = schema
        self._failing = failing

    def GetProviderSchema(self, request: Any, context: Any) -> Any:  # noqa: N802
        answer = pb.GetProviderSchema.Response(provider=provider_message(self._schema))
        for name, block in self._schema["resource"].items():
            answer.resource_schemas[name].CopyFrom(schema_message(block))
        for name, block in self._schema["data"].items():
            answer.data_source_schemas[name].CopyFrom(schema_message(block))
        return answer

    def ValidateProviderConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        return pb.ValidateProviderConfig.Response()

    def ConfigureProvider(self, request: Any, context: Any) -> Any:  # noqa: N802
        return pb.ConfigureProvider.Response()

    def ValidateResourceConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        config = unpack(request.config)
        wrong = list(_not_documented(self._schema["resource"][request.type_name], config, ()))
        wrong += [_diagnostic("Invalid value", text, (name,)) for name, text in broken_rules(request.type_name, config)]
        return pb.ValidateResourceConfig.Response(diagnostics=wrong)

    def ValidateDataResourceConfig(self, request: Any, context: Any) -> Any:  # noqa: N802
        wrong = _not_documented(self._schema["data"][request.type_name], unpack(request.config), ())
        return pb.ValidateDataResourceConfig.Response(diagnostics=list(wrong))

    def UpgradeResourceState(self, request: Any, context: Any) -> Any:  # noqa: N802
        return pb.UpgradeResourceState.Response(upgraded_state=pb.DynamicValue(json=request.raw_state.json))

    def ReadResource(self, request: Any, context: Any) -> Any:  # noqa: N802
        return pb.ReadResource.Response(new_state=request.current_state)

    def PlanResourceChange(self, request: Any, context: Any) -> Any:  # noqa: N802
        wanted = unpack(request.proposed_new_state)
        if wanted is not None and unpack(request.prior_state) is None:
            wanted = with_unknowns(self._schema["resource"][request.type_name], wanted)
        return pb.PlanResourceChange.Response(planned_state=pack(wanted), legacy_type_system=True)

    def ApplyResourceChange(self, request: Any, context: Any) -> Any:  # noqa: N802
        kind, planned = request.type_name, unpack(request.planned_state)
        if kind == self._failing and planned is not None:
            refused = _diagnostic("Error 409", f"{kind} cannot be made just now", ())
            return pb.ApplyResourceChange.Response(new_state=request.prior_state, diagnostics=[refused])
        if planned is not None:
            planned = settled(self._schema["resource"][kind], planned, computed(kind, planned))
        return pb.ApplyResourceChange.Response(new_state=pack(planned), legacy_type_system=True)

    def ReadDataSource(self, request: Any, context: Any) -> Any:  # noqa: N802
        kind, asked = request.type_name, unpack(request.config)
        if kind == "archive_file":
            return pb.ReadDataSource.Response(state=pack(make_archive(asked)))
        block = self._schema["data"][kind]
        return pb.ReadDataSource.Response(
            state=pack(settled(block, with_unknowns(block, asked), computed(kind, asked)))
        )

    def StopProvider(self, request: Any, context: Any) -> Any:  # noqa: N802
        return pb.StopProvider.Response()


def _not_documented(block: dict[str, Any], value: Any, path: tuple[Step, ...]) -> Iterator[Any]:
    """Values that are not among those the documentation lists."""
    if not isinstance(value, dict):
        return
    for name, attribute in block["attributes"].items():
        given, allowed = value.get(name), attribute.get("enum")
        if allowed and isinstance(given, str) and given not in allowed:
            text = f"{name} = {given!r}; documented: {', '.join(allowed)}"
            yield _diagnostic("Value not in the documented set", text, (*path, name))
    for name, place, inner, each in nested(block, value):
        yield from _not_documented(inner, each, (*path, name) if place is None else (*path, name, place))


def _diagnostic(summary: str, detail: str, path: tuple[Step, ...]) -> Any:
    where = pb.AttributePath()
    for step in path:
        where.steps.add(**({"element_key_int": step} if isinstance(step, int) else {"attribute_name": step}))
    return pb.Diagnostic(severity=1, summary=summary, detail=detail, attribute=where)
