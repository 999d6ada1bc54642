"""What `make smoke` asks of a deployment, and what it expects."""

import base64
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

import httpx
import openapi_spec_validator
from PIL import Image

PREFIX = "@cf/black-forest-labs/"
CHEAPEST = "flux-2-klein-4b"
GENERATIONS = "/v1/images/generations"

PAGE_POLICY = ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
PAGE_HEADERS = {"x-content-type-options": "nosniff", "referrer-policy": "no-referrer"}


class Wrong(Exception):
    """What a deployment did that it should not."""


@dataclass(frozen=True)
class Deployment:
    http: httpx.Client
    """Its base address is the deployment's."""
    key: str

    def ask(
        self, method: str, path: str, *, key: str | None = None, **options: Any
    ) -> httpx.Response:
        """`key` is another than its own; empty: none."""
        key = self.key if key is None else key
        headers = {"authorization": f"Bearer {key}"} if key else {}
        headers |= options.pop("headers", {})
        return self.http.request(method, path, headers=headers, **options)


Check = Callable[[Deployment], None]


@dataclass(frozen=True)
class Refusal:
    """A request that costs nothing, since it never comes as far as Cloudflare's models."""

    name: str
    status: int
    code: str
    method: str = "POST"
    path: str = GENERATIONS
    json: Mapping[str, Any] | None = None
    content: str | None = None
    param: str | None = None
    key: str | None = None
    headers: tuple[str, ...] = ()
    """Which it has to have."""

    def __call__(self, deployment: Deployment) -> None:
        answer = deployment.ask(
            self.method, self.path, key=self.key, json=self.json, content=self.content
        )
        expect_status(answer, self.status)
        error = document(answer).get("error", {})
        found = error.get("code"), error.get("param")
        expect(found == (self.code, self.param), f"code and param are {found}")
        expect(bool(error.get("message")), "there is no message")
        for name in self.headers:
            expect(name in answer.headers, f"there is no header {name}")


def expect(is_so: bool, otherwise: str) -> None:
    if not is_so:
        raise Wrong(otherwise)


def expect_status(answer: httpx.Response, status: int) -> None:
    expect(answer.status_code == status, f"{answer.status_code}, not {status}: {beginning(answer)}")


def beginning(answer: httpx.Response) -> str:
    """As much of its text as a line holds."""
    return " ".join(answer.text[:200].split())


def document(answer: httpx.Response) -> dict[str, Any]:
    expect(answer.headers.get("content-type") == "application/json", "it is not JSON")
    parsed = answer.json()
    if not isinstance(parsed, dict):
        raise Wrong("it is no JSON object")
    return parsed


def health(deployment: Deployment) -> None:
    answer = deployment.ask("GET", "/health", key="")
    expect_status(answer, 200)
    state = document(answer)
    for name in ("account_configured", "token_configured", "api_key_configured"):
        expect(state.get(name) is True, f"{name} is {state.get(name)}")
    expect(state.get("mode") == "REST API", f"mode is {state.get('mode')}")


def models(deployment: Deployment) -> None:
    answer = deployment.ask("GET", "/v1/models")
    expect_status(answer, 200)
    listed = [model["id"] for model in document(answer)["data"]]
    page = deployment.ask("GET", "/js/model/catalog.js", key="")
    expect_status(page, 200)
    offered = [PREFIX + name for name in re.findall(r'"name": "([^"]+)"', page.text)]
    ours = [name for name in listed if name.startswith(PREFIX)]
    expect(ours == offered, f"the models are {ours}, but the page offers {offered}")
    expect(PREFIX + CHEAPEST in ours, f"{CHEAPEST} is none of {ours}")


def one_model(deployment: Deployment) -> None:
    for path in (CHEAPEST, PREFIX + CHEAPEST, quote(PREFIX + CHEAPEST, safe="")):
        answer = deployment.ask("GET", f"/v1/models/{path}")
        expect_status(answer, 200)
        found = document(answer).get("id")
        expect(found == unquote(path), f"{path} is {found}")


def specification(deployment: Deployment) -> None:
    answer = deployment.ask("GET", "/openapi.json", key="")
    expect_status(answer, 200)
    described = document(answer)
    openapi_spec_validator.validate(described)
    expect(GENERATIONS in described["paths"], f"{GENERATIONS} is not in it")


def page(deployment: Deployment, path: str = "/") -> None:
    answer = deployment.ask("GET", path, key="")
    expect_status(answer, 200)
    kind = answer.headers.get("content-type", "")
    expect(kind.startswith("text/html"), f"it is {kind or 'of no type'}")
    policy = re.split(r"\s*;\s*", answer.headers.get("content-security-policy", ""))
    for directive in PAGE_POLICY:
        expect(directive in policy, f"its content-security-policy lacks {directive}")
    for name, value in PAGE_HEADERS.items():
        expect(answer.headers.get(name) == value, f"{name} is {answer.headers.get(name)}")


def reference(deployment: Deployment) -> None:
    page(deployment, "/docs/")


def preflight(deployment: Deployment) -> None:
    asked = {
        "origin": "https://notebook.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
    }
    answer = deployment.ask("OPTIONS", GENERATIONS, key="", headers=asked)
    expect(answer.is_success, f"{answer.status_code}")
    expect_open(answer)
    granted = answer.headers.get("access-control-allow-headers", "").lower()
    expect("authorization" in granted, f"the headers granted are {granted or 'none'}")
    methods = answer.headers.get("access-control-allow-methods", "")
    expect("POST" in methods, f"the methods granted are {methods or 'none'}")


def bare_options(deployment: Deployment) -> None:
    answer = deployment.ask("OPTIONS", GENERATIONS, key="")
    expect(answer.is_success, f"{answer.status_code}")


def other_origin(deployment: Deployment) -> None:
    answer = deployment.ask("GET", "/v1/models", headers={"origin": "https://notebook.example"})
    expect_open(answer)
    exposed = answer.headers.get("access-control-expose-headers", "")
    expect("x-request-id" in exposed, f"the headers exposed are {exposed or 'none'}")


def expect_open(answer: httpx.Response) -> None:
    origin = answer.headers.get("access-control-allow-origin")
    expect(origin == "*", f"access-control-allow-origin is {origin}")


def request_id(deployment: Deployment) -> None:
    answers = [deployment.ask("GET", path, key="") for path in ("/health", "/v1/models")]
    ids = [answer.headers.get("x-request-id", "") for answer in answers]
    for found in ids:
        expect(bool(re.fullmatch(r"req_[0-9a-f]{32}", found)), f"it is {found or 'missing'}")
    expect(ids[0] != ids[1], "two answers have the same one")


def one_image(deployment: Deployment) -> None:
    asked = {"model": CHEAPEST, "prompt": "a red apple on a table", "size": "256x256", "seed": 7}
    answer = deployment.ask("POST", GENERATIONS, json=asked | {"response_format": "b64_json"})
    expect_status(answer, 200)
    made = document(answer)
    (item,) = made["data"]
    said = made["model"], made["size"], made["steps"], item["seed"]
    expect(said == (PREFIX + CHEAPEST, "256x256", 4, 7), f"it says of the image {said}")
    with Image.open(io.BytesIO(base64.b64decode(item["b64_json"], validate=True))) as image:
        image.load()
        kind = (image.format or "").lower()
        expect(image.size == (256, 256), f"it is {image.width}x{image.height} pixels")
    expect(kind == made["output_format"], f"it is {kind}, not {made['output_format']}")


FREE: Mapping[str, Check] = {
    "health says that all is configured": health,
    "the models are listed": models,
    "one model, by each of its names": one_model,
    "the specification is valid OpenAPI": specification,
    "the page, and its security headers": page,
    "the page of the API, too": reference,
    "a browser may ask from another origin": preflight,
    "a bare OPTIONS": bare_options,
    "and may read the answer": other_origin,
    "every answer has an id of its own": request_id,
} | {
    check.name: check
    for check in (
        Refusal("no key", 401, "invalid_api_key", "GET", "/v1/models", key=""),
        Refusal("a wrong key", 401, "invalid_api_key", json={"prompt": "x"}, key="wrong"),
        Refusal("bad JSON", 400, "invalid_json", content='{"prompt": '),
        Refusal("no prompt", 400, "missing_required_parameter", json={}, param="prompt"),
        Refusal("a bad size", 400, "invalid_value", json={"prompt": "x", "size": "1x1"},
                param="size"),
        Refusal("an unknown model", 404, "model_not_found",
                json={"prompt": "x", "model": "no-such-model"}, param="model"),
        Refusal("an unknown path", 404, "not_found", "GET", "/v1/no-such-path"),
        Refusal("a wrong method", 405, "method_not_allowed", "GET", headers=("allow",)),
    )
}  # fmt: skip
PAID: Mapping[str, Check] = {"one image, 256x256, flux-2-klein-4b": one_image}
