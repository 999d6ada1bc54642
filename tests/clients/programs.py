"""OpenAI's two client programs behind one face, so that each rule is tested with both."""

import inspect
import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openai

from dev.processes import PATIENCE
from tests.conftest import Server
from tools import ROOT
from tools.node import NODE

HERE = Path(__file__).parent
LONGEST = 60
"""Seconds that a client waits; the programs in Node have the same."""
Files = Mapping[str, Path | Sequence[Path]]


@dataclass
class Refused(Exception):
    """What a client made of an error."""

    kind: str
    status: int | None
    code: str | None
    type: str | None
    param: str | None
    message: str
    request_id: str | None


@dataclass(frozen=True)
class Task:
    """One use of a client. `body` may hold fields that the client does not know."""

    action: str
    """`generate`, `edit`, `chat`, `models`, `model`, `usage` or `costs`."""
    body: Mapping[str, Any] = field(default_factory=dict)
    files: Files = field(default_factory=dict)
    as_stream: bool = False
    """Files as the language's own open file, which openai-node sends without a length."""
    key: str | None = None
    retries: int | None = 0
    """None: as the client is by default."""


@dataclass(frozen=True)
class Done:
    answer: Any
    request_id: str | None
    requests: int


class NodeProgram:
    """A program of this folder, which does one task after the other."""

    def __init__(self, name: str) -> None:
        self._popen = subprocess.Popen(
            [NODE, HERE / name],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={name: value for name, value in os.environ.items() if "OPENAI" not in name},
        )

    def do(self, server: Server, key: str | None, task: Mapping[str, Any]) -> dict[str, Any]:
        assert self._popen.stdin is not None
        assert self._popen.stdout is not None
        where = {"url": f"{server.url}/v1", "key": server.key if key is None else key}
        self._popen.stdin.write(json.dumps(where | task, default=str) + "\n")
        self._popen.stdin.flush()
        line = self._popen.stdout.readline()
        assert line, "the program has ended; its last words are on standard error"
        return json.loads(line)

    def stop(self) -> None:
        """At the end of its input it ends."""
        self._popen.communicate(timeout=PATIENCE)


class OpenAINode:
    """The npm package `openai`; `requests` counts those of the last task."""

    def __init__(self) -> None:
        self.requests = 0
        self._program = NodeProgram("openai.mjs")
        self.stop = self._program.stop

    def do(self, server: Server, task: Task) -> Done:
        told = {
            "action": task.action,
            "body": task.body,
            "files": task.files,
            "as": "stream" if task.as_stream else "file",
            "options": {} if task.retries is None else {"maxRetries": task.retries},
        }
        outcome = self._program.do(server, task.key, told)
        self.requests = outcome["requests"]
        if "refused" in outcome:
            names = Refused.__dataclass_fields__
            raise Refused(**{name: outcome["refused"].get(name) for name in names})
        return Done(outcome["answer"], outcome.get("request_id"), self.requests)


class OpenAIPython:
    """The PyPI package `openai`; `requests` counts those of the last task."""

    def __init__(self) -> None:
        self.requests = 0
        self._http = openai.DefaultHttpxClient(event_hooks={"request": [self._count]})
        self.stop = self._http.close

    def do(self, server: Server, task: Task) -> Done:
        self.requests = 0
        options: dict[str, Any] = {} if task.retries is None else {"max_retries": task.retries}
        key = server.key if task.key is None else task.key
        client = openai.OpenAI(
            base_url=f"{server.url}/v1",
            api_key=key,
            admin_api_key=key,
            http_client=self._http,
            timeout=LONGEST,
            **options,
        )
        try:
            return self._act(client, task)
        except openai.APIStatusError as error:
            raise _refused(error, error.status_code, error.request_id) from error
        except openai.APIError as error:
            raise _refused(error, None, None) from error

    def _count(self, request: object) -> None:
        self.requests += 1

    def _act(self, client: openai.OpenAI, task: Task) -> Done:
        if task.action == "models":
            return Done([model.to_dict() for model in client.models.list()], None, self.requests)
        if task.action == "model":
            model = client.models.retrieve(task.body["id"])
            return Done(model.to_dict(), model._request_id, self.requests)
        method = _find_method(client, task.action)
        if task.action in ("usage", "costs"):
            answer = method(**task.body)
            return Done(answer.to_dict(), answer._request_id, self.requests)
        known = inspect.signature(method).parameters
        arguments = {name: value for name, value in task.body.items() if name in known}
        extra = {name: value for name, value in task.body.items() if name not in known}
        with ExitStack() as stack:
            for name, paths in task.files.items():
                several = not isinstance(paths, Path)
                files = [_opened(path, task, stack) for path in (paths if several else [paths])]
                arguments[name] = files if several else files[0]
            answer = method(**arguments, extra_body=extra or None)
        if task.body.get("stream"):
            return Done([event.to_dict() for event in answer], None, self.requests)
        return Done(answer.to_dict(), answer._request_id, self.requests)


def _find_method(client: openai.OpenAI, action: str) -> Any:
    if action == "chat":
        return client.chat.completions.create
    if action == "costs":
        return client.admin.organization.usage.costs
    if action == "usage":
        return client.admin.organization.usage.images
    return getattr(client.images, action)


def _opened(path: Path, task: Task, stack: ExitStack) -> Any:
    if task.as_stream:
        return stack.enter_context(path.open("rb"))
    return (path.name, path.read_bytes(), "image/png")


def _refused(error: openai.APIError, status: int | None, request_id: str | None) -> Refused:
    return Refused(
        kind=type(error).__name__,
        status=status,
        code=error.code,
        type=error.type,
        param=error.param,
        message=error.message,
        request_id=request_id,
    )


Program = OpenAIPython | OpenAINode
