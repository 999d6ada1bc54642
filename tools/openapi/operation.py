"""What the document says of a route besides what the route itself does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flux2.plan import Source
from flux2.request.queries import Query
from tools.openapi.failures import Errors
from tools.openapi.schemas import Json


@dataclass(frozen=True)
class Operation:
    name: str
    tag: str
    summary: str
    answer: str
    description: str = ""
    parameter: Mapping[str, Json | str] = field(default_factory=dict)
    """What stands in the path in place of `*`."""
    query: type[Query] | None = None
    headers: Sequence[Json] = ()
    """Those of the request that matter."""
    source: Source | None = None
    """Where images are made: which of OpenAI's calls it is."""
    accepted: str = ""
    """What it answers with if the images are to come later."""
    body: Json = field(default_factory=dict)
    needs_body: bool = True
    errors: Errors = ()
    """Beside those of every route, or of every one that needs the key."""
