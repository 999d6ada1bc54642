"""The world around `flux2` in memory: requests, uploads, bindings, Cloudflare, the clock."""

from tests.unit.fakes.bindings import Resizer, Store
from tests.unit.fakes.cloudflare import Upstream, canonical, refusal
from tests.unit.fakes.database import Database
from tests.unit.fakes.pictures import GIF, JPEG, KINDS, PNG, WEBP, data_url, encoded, picture
from tests.unit.fakes.server import (
    ACCOUNT,
    DRAWN_SEED,
    ENVIRONMENT,
    GENERATIONS,
    KEY,
    NOW,
    TOKEN,
    Answer,
    Server,
    check_error,
    events,
)
from tests.unit.fakes.uploads import Buffer, Request, decode_data_url, write_form

__all__ = [
    "ACCOUNT", "DRAWN_SEED", "ENVIRONMENT", "GENERATIONS", "GIF", "JPEG", "KEY", "KINDS", "NOW",
    "PNG", "TOKEN", "WEBP", "Answer", "Buffer", "Database", "Request", "Resizer", "Server",
    "Store", "Upstream", "canonical", "check_error", "data_url", "decode_data_url", "encoded",
    "events", "picture", "refusal", "write_form",
]  # fmt: skip
