"""Whether an answer is one that /openapi.json allows: the judge of the fuzzing tests."""

import json
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Protocol

import jsonschema_rs

from flux2.paths import normalize

BUGS = ("internal_error", "configuration_error")
"""Documented, but never right in a deployment that is fully configured."""


class Answer(Protocol):
    status: int
    headers: Mapping[str, str]
    text: str


class Specification:
    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._validators: dict[str, jsonschema_rs.Validator] = {}

    def check(self, method: str, path: str, answer: Answer) -> None:
        """Its status, headers and body are documented ones of that path."""
        assert re.fullmatch(r"req_[0-9a-f]{32}", answer.headers["x-request-id"])
        if method == "OPTIONS":
            assert (answer.status, answer.text) == (204, "")
            return
        documented = self._responses(normalize(path))
        assert str(answer.status) in documented, f"{answer.status} is not documented"
        response = self._resolve(documented[str(answer.status)])
        self._check_headers(response["headers"], answer.headers)
        if method == "HEAD":
            return
        media_type = answer.headers["content-type"].partition(";")[0]
        assert media_type in response["content"], f"{media_type} is not documented"
        self._check_body(media_type, response["content"][media_type], answer.text)

    def _responses(self, path: str) -> Mapping[str, Any]:
        for pattern, responses in self._paths:
            if pattern.fullmatch(path):
                return responses
        components = self._document["components"]["responses"]
        unknown = {"404": components["NotFound"], "405": components["MethodNotAllowed"]}
        return (
            {**unknown, "401": components["InvalidApiKey"]} if path.startswith("/v1/") else unknown
        )

    @cached_property
    def _paths(self) -> list[tuple[re.Pattern[str], Mapping[str, Any]]]:
        """Each with its responses; what is given in a path may hold a `/`."""
        return [
            (re.compile(re.sub(r"\{\w+\}", ".+", path), re.DOTALL), operation["responses"])
            for path, operations in self._document["paths"].items()
            for operation in operations.values()
        ]

    def _resolve(self, response: Mapping[str, Any]) -> Any:
        if "$ref" not in response:
            return response
        return self._document["components"]["responses"][response["$ref"].rpartition("/")[2]]

    def _check_headers(self, documented: Mapping[str, Any], headers: Mapping[str, str]) -> None:
        for name, header in documented.items():
            if name not in headers:
                assert not header.get("required"), f"{name} is missing"
                continue
            is_number = header["schema"]["type"] == "integer"
            value = int(headers[name]) if is_number else headers[name]
            self._validator(header["schema"]).validate(value)

    def _check_body(self, media_type: str, content: Mapping[str, Any], text: str) -> None:
        if media_type == "application/json":
            document = json.loads(text)
            self._validator(content["schema"]).validate(document)
            _check_no_bug(document)
        elif media_type == "text/event-stream":
            self._check_events(content["schema"]["properties"], text)

    def _check_events(self, event: Mapping[str, Any], text: str) -> None:
        assert text.endswith("\n\n"), "the last event has no end"
        for block in text.split("\n\n")[:-1]:
            if block.startswith(":"):
                continue
            fields = dict(line.split(": ", 1) for line in block.split("\n"))
            assert set(fields) <= {"event", "data"}
            assert fields.get("event") in (None, event.get("event", {}).get("const"))
            said, *others = event["data"].get("anyOf", [event["data"]])
            if {"const": fields["data"]} in others:
                continue
            document = json.loads(fields["data"])
            self._validator(said["contentSchema"]).validate(document)
            _check_no_bug(document)

    def _validator(self, schema: Mapping[str, Any]) -> jsonschema_rs.Validator:
        key = json.dumps(schema)
        if key not in self._validators:
            components = {"components": self._document["components"]}
            self._validators[key] = jsonschema_rs.validator_for({**schema, **components})
        return self._validators[key]


def _check_no_bug(document: Any) -> None:
    """Neither the answer nor one of its images is an error that is a bug of ours."""
    errors = [document.get("error"), *document.get("errors", ())]
    assert not [error for error in errors if error and error["code"] in BUGS], document
