"""What may stand behind a `?`."""

from collections.abc import Sequence

from flux2.request.queries import Query
from tools.openapi.schemas import Json, describe_fields


def describe_query(query: type[Query]) -> Sequence[Json]:
    """Its parameters. A list is a name again and again, which is how OpenAPI has it by default."""
    fields = query.model_fields
    return [
        {**_describe(name, schema), "required": fields[name].is_required()}
        for name, schema in describe_fields(query).items()
    ]


def _describe(name: str, schema: Json) -> Json:
    """None and an empty list are "not given", for which a query has no word."""
    (rule,) = [r for r in schema.get("anyOf", [schema]) if r.get("type") != "null"]
    left_out = [("description", schema["description"]), ("default", [])]
    return {
        "name": name,
        "description": schema["description"],
        "schema": dict(each for each in rule.items() if each not in left_out),
    }
