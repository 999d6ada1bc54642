"""Batches as the API tells of them, in a state that a test sets: none has to wait for a night."""

import io
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from PIL import Image
from playwright.sync_api import BrowserContext, Request, Route

MODEL = "@cf/black-forest-labs/flux-2-klein-4b"
EACH = {"neurons": 104.2, "usd": 0.001146}
HOUR = 3600
PATHS = re.compile(r"/v1/(?:batches|files/|images/files/)")


def now() -> int:
    return int(time.time())


def a_batch(number: int, title: str, **changes: Any) -> dict[str, Any]:
    """A batch of the page's that runs."""
    return {
        "id": f"batch_{number:024x}", "object": "batch", "endpoint": "/v1/images/generations",
        "errors": None, "input_file_id": f"file-{number:024x}", "completion_window": "24h",
        "status": "in_progress", "output_file_id": None, "error_file_id": None,
        "created_at": now() - HOUR, "in_progress_at": now() - HOUR, "expires_at": now() + 23 * HOUR,
        "finalizing_at": None, "completed_at": None, "failed_at": None, "expired_at": None,
        "cancelling_at": None, "cancelled_at": None,
        "request_counts": {"total": 1, "completed": 0, "failed": 0},
        "metadata": {"source": "page", "title": title}, "resumes_at": None, "waits_for": None,
        "retry_interrupted": False, "cost": {"neurons": 0, "usd": 0}, "results_expire_at": None,
        **changes,
    }  # fmt: skip


def counts(total: int, completed: int = 0, failed: int = 0) -> dict[str, int]:
    return {"total": total, "completed": completed, "failed": failed}


def spent(images: int) -> dict[str, float]:
    return {"neurons": round(images * EACH["neurons"], 2), "usd": images * EACH["usd"]}


def an_output(custom_id: str, code: str, message: str) -> str:
    """A line of an error file."""
    error = {"code": code, "message": message, "type": "x", "param": None}
    line = {"id": "batch_req_1", "custom_id": custom_id, "response": None, "error": error}
    return json.dumps(line)


@dataclass
class Night:
    """What the server knows; `install` makes a browser's pages ask it instead of the Worker."""

    batches: list[dict[str, Any]] = field(default_factory=list)
    """Newest first."""
    results: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Of each batch the lines that are over."""
    files: dict[str, str] = field(default_factory=dict)
    sent: list[tuple[dict[str, Any], str]] = field(default_factory=list)
    """Each document that came, with its name."""
    asked: list[str] = field(default_factory=list)
    """Each path that was asked for, in order."""
    lines: int = 2
    """How many lines are told at a time."""
    fault: str | None = None
    """The code of the error that a new batch is met with; "lost" means that its answer is."""

    def install(self, context: BrowserContext) -> None:
        context.route(PATHS, self._answer)

    def finish(self, batch: dict[str, Any], **changes: Any) -> None:
        """All of its lines are made, as they were asked for."""
        document = next(sent for sent, name in self.sent if named(name) == batch["id"])
        bodies = [line["body"] for line in document["requests"]]
        self.add_results(batch, bodies)
        self.end(batch, **changes)

    def add_results(self, batch: dict[str, Any], bodies: list[dict[str, Any]]) -> None:
        made = self.results.setdefault(batch["id"], [])
        made += [a_line(batch["id"], *line) for line in enumerate(bodies, len(made))]
        counted = {**batch["request_counts"], "completed": len(made)}
        self.change(batch, request_counts=counted, cost=spent(len(made)))

    def end(self, batch: dict[str, Any], **changes: Any) -> None:
        kept = {"results_expire_at": now() + 7 * 24 * HOUR}
        self.change(batch, **{"status": "completed", **kept, **changes})

    def change(self, batch: dict[str, Any], **changes: Any) -> None:
        batch.update(changes)

    def _answer(self, route: Route, request: Request) -> None:
        path = request.url.partition("/v1/")[2]
        self.asked.append(path)
        if path.startswith("images/files/"):
            route.fulfill(body=a_picture(path), content_type="image/jpeg")
        elif path.startswith("files/"):
            route.fulfill(body=self.files[path.split("/")[1]], content_type="application/jsonl")
        elif path == "batches":
            self._make(route, request)
        elif path.startswith("batches?"):
            route.fulfill(json={"object": "list", "data": self.batches, "has_more": False})
        elif path.endswith("/cancel"):
            batch = self._find(path)
            self.change(batch, status="cancelling")
            route.fulfill(json=batch)
        else:
            self._tell_results(route, path)

    def _make(self, route: Route, request: Request) -> None:
        document, name = request.post_data_json, request.headers["idempotency-key"]
        self.sent.append((document, name))
        known = [batch for batch in self.batches if batch["id"] == named(name)]
        if not known and self.fault in (None, "lost"):
            total = counts(len(document["requests"]))
            batch = a_batch(0, "", id=named(name), request_counts=total, created_at=now())
            batch["metadata"] = document["metadata"]
            known = [batch]
            self.batches.insert(0, batch)
        if self.fault == "lost":
            route.abort()
        elif self.fault:
            error = {"code": self.fault, "message": "As the test wants it.", "param": None}
            route.fulfill(status=400, json={"error": error})
        else:
            route.fulfill(json=known[0])

    def _find(self, path: str) -> dict[str, Any]:
        return next(batch for batch in self.batches if batch["id"] == path.split("/")[1])

    def _tell_results(self, route: Route, path: str) -> None:
        """After the last line there is no next one yet."""
        after = int((re.findall(r"after=(\d+)", path) or [0])[0])
        made = self.results.get(path.split("/")[1], [])
        end = after + self.lines
        has_more = end < len(made)
        told = {
            "data": made[after:end],
            "has_more": has_more,
            "next": str(end) if has_more else None,
        }
        route.fulfill(json={"object": "list", **told})


def named(name: str) -> str:
    """The id of the batch that was sent under that name."""
    return f"batch_{name[:24]}"


def a_line(batch: str, number: int, body: Mapping[str, Any]) -> dict[str, Any]:
    """A line that is over, as `/results` tells it."""
    amount = body.get("n", 1)
    # Links name the host that the batch was sent to, which need not be where the page is now.
    url = f"https://elsewhere.example/v1/images/files/{batch[6:]}{number:04}"
    response = {
        "id": f"gen_{number:024x}", "object": "image.generation", "created": now(), "model": MODEL,
        "output_format": "jpeg", "size": body.get("size", "1024x1024"), "steps": 4,
        "cost": {name: value * amount for name, value in EACH.items()},
        "data": [
            {"url": f"{url}{index}.jpg", "prompt": str(body["prompt"]), "seed": 7 + index}
            for index in range(amount)
        ],
    }  # fmt: skip
    request = {name: value for name, value in body.items() if name != "images"}
    return {
        "number": number, "custom_id": str(number + 1), "status": "completed",
        "request": request, "response": response, "error": None,
    }  # fmt: skip


def a_picture(name: str) -> bytes:
    """Of a colour that goes with the name."""
    target = io.BytesIO()
    colour = tuple(sum(name.encode()) * factor % 200 for factor in (7, 13, 29))
    Image.new("RGB", (64, 48), colour).save(target, "JPEG")
    return target.getvalue()


def in_every_state() -> Night:
    """A batch that runs, one that waits, and one of each end, with what there is to say of it."""
    hills = "Terraced hills after the rain, a {bird} in the morning light above"
    kept = {"results_expire_at": now() + 6 * 24 * HOUR}
    wrong = {"code": "invalid_json", "line": 3, "message": "This is no JSON.", "param": None}
    waits = {"resumes_at": now() + 5 * HOUR, "waits_for": "insufficient_quota"}
    done = {"request_counts": counts(12, 10, 2), "cost": spent(10), **kept}
    files = {"output_file_id": "file-1", "error_file_id": "file-2"}
    reasons = [
        an_output("3", "content_policy_violation", "Refused."),
        an_output("request-11", "invalid_value", "size must be WIDTHxHEIGHT, such as 1024x1024."),
    ]
    return Night(
        batches=[
            a_batch(1, "一隻貓在屋頂上", request_counts=counts(4, 1), cost=spent(1)),
            a_batch(2, hills, request_counts=counts(200, 95, 2), cost=spent(95), **waits),
            a_batch(3, "Poster of a moon", status="completed", **done, **files),
            a_batch(4, "", metadata=None, status="completed", **done),
            a_batch(5, "A paper boat", status="failed", request_counts=counts(0),
                    errors={"object": "list", "data": [wrong]}),
            a_batch(6, "Northern lights", status="cancelled", **done),
            a_batch(7, "A wide sea", status="expired", **done),
        ],
        files={"file-2": "\n".join(reasons)},
    )  # fmt: skip
