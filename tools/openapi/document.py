"""The whole document; its server is where it was asked for."""

from flux2 import __version__
from tools.openapi import batch_bodies, chats, keys, paths, requests, webhooks
from tools.openapi.answers import describe_shapes
from tools.openapi.schemas import Json


def describe_api() -> Json:
    return {
        "openapi": "3.1.1",
        "servers": [{"url": "/"}],
        "info": {
            "title": "FLUX.2 on Workers AI",
            "version": __version__,
            "summary": "An OpenAI-compatible image API in front of FLUX.2.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "tags": [{"name": name} for name in paths.TAGS],
        "paths": paths.describe_paths(),
        "components": {
            "schemas": {
                **requests.SCHEMAS,
                **chats.SCHEMAS,
                **keys.SCHEMAS,
                **batch_bodies.SCHEMAS,
                **webhooks.SCHEMAS,
                **describe_shapes(),
            },
            "responses": paths.describe_failures(),
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "The value of `API_MASTER_KEY`, or a key that the owner made.",
                }
            },
        },
    }
