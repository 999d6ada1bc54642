"""JSON Schema as pydantic makes it of the Worker's types, and how the document refers to it."""

from collections.abc import Collection, Iterable
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

Json = dict[str, Any]

_PLACE = "#/components/schemas/{model}"


class Generator(GenerateJsonSchema):
    """Without pydantic's titles, which repeat the names, and defaults that mean "not given"."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        inner = super().default_schema(schema)
        return {k: v for k, v in inner.items() if k != "default" or v is not None}


def refer(name: str) -> Json:
    return {"$ref": _PLACE.format(model=name)}


def describe_fields(model: type[BaseModel], never_null: Collection[str] = ()) -> Json:
    """Field -> schema. Of those that are never null it says so, though their default is None."""
    fields = model.model_json_schema(schema_generator=Generator)["properties"]
    return {
        name: {**field, "anyOf": field["anyOf"][:1]} if name in never_null else field
        for name, field in fields.items()
    }


def describe_models(model: type[BaseModel]) -> Json:
    """Name -> schema, of it and of those inside it."""
    schema = model.model_json_schema(schema_generator=Generator, ref_template=_PLACE)
    return {model.__name__: schema, **schema.pop("$defs")}


def describe_types(types: Iterable[Any]) -> Json:
    """Name -> schema, of these and of all that is inside them."""
    adapters = [(kind.__name__, "serialization", TypeAdapter(kind)) for kind in types]
    _, schema = TypeAdapter.json_schemas(
        adapters,  # type: ignore[arg-type]
        schema_generator=Generator,
        ref_template=_PLACE,
    )
    return dict(schema["$defs"])
