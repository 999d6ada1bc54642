"""One person at Open WebUI's page: what the page sends, and what it then shows."""

import base64
import io
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
from PIL import Image

from tests.conftest import wait_until

_FEATURES = {"image_generation": False, "web_search": False, "code_interpreter": False}
_TASKS_OF_A_TURN = {"follow_up_generation": True}
_TASKS_OF_A_CHAT = {"title_generation": True, "tags_generation": True}


@dataclass(frozen=True)
class Reply:
    """A message of the assistant's, as it is shown: pictures, and the text below them."""

    text: str
    pictures: Sequence[Image.Image]
    error: str | None
    id: str


class Refused(Exception):
    """What is shown in red."""


class OpenWebUI:
    def __init__(self, url: str) -> None:
        self.url = url
        self.http = httpx.Client(base_url=url, timeout=60, verify=False)
        token = self.post("/api/v1/auths/signin", {"email": "", "password": ""})["token"]
        self.http.headers["authorization"] = f"Bearer {token}"

    def __enter__(self) -> "OpenWebUI":
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def get(self, path: str) -> Any:
        return _read(self.http.get(path))

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        return _read(self.http.post(path, json=body))

    # Settings of the administrator

    def connect(self, base_url: str, key: str) -> None:
        """As its connection for chats."""
        settings = {
            "ENABLE_OPENAI_API": True,
            "OPENAI_API_BASE_URLS": [base_url],
            "OPENAI_API_KEYS": [key],
            "OPENAI_API_CONFIGS": {"0": {"enable": True}},
        }
        self.post("/openai/config/update", settings)

    def set_images(self, base_url: str, key: str, **others: Any) -> None:
        """Of its engine for images, and of that for edits."""
        path = "/api/v1/images/config"
        settings = {
            "ENABLE_IMAGE_GENERATION": True,
            "IMAGE_GENERATION_ENGINE": "openai",
            "IMAGE_GENERATION_MODEL": "flux-2-dev",
            "IMAGES_OPENAI_API_BASE_URL": base_url,
            "IMAGES_OPENAI_API_KEY": key,
            "ENABLE_IMAGE_EDIT": True,
            "IMAGE_EDIT_ENGINE": "openai",
            "IMAGE_EDIT_MODEL": "flux-2-dev",
            "IMAGES_EDIT_OPENAI_API_BASE_URL": base_url,
            "IMAGES_EDIT_OPENAI_API_KEY": key,
        }
        self.post(f"{path}/update", {**self.get(path), **settings, **others})

    def make_model(self, name: str, base: str, **params: Any) -> None:
        """One of its workspace, which is another with settings of its own."""
        self.post(
            "/api/v1/models/create",
            {"id": name, "name": name, "base_model_id": base, "meta": {}, "params": params},
        )
        self.list_models()

    # What everybody does

    def list_models(self) -> list[str]:
        """As the picker of its chat shows them."""
        return [model["id"] for model in self.get("/api/models?refresh=true")["data"]]

    def draw(self, prompt: str, **others: Any) -> list[Image.Image]:
        shown = self.post("/api/v1/images/generations", {"prompt": prompt, **others})
        return self.load(shown)

    def edit(self, prompt: str, *pictures: bytes, **others: Any) -> list[Image.Image]:
        urls = [f"data:image/png;base64,{base64.b64encode(each).decode()}" for each in pictures]
        image = urls[0] if len(urls) == 1 else urls
        return self.load(
            self.post("/api/v1/images/edit", {"prompt": prompt, "image": image, **others})
        )

    def upload(self, picture: bytes) -> Mapping[str, Any]:
        """As the file that belongs to a message."""
        answer = self.http.post(
            "/api/v1/files/?process=false", files={"file": ("picture.png", picture, "image/png")}
        )
        file = _read(answer)["id"]
        name = {"name": "picture.png", "content_type": "image/png"}
        return {"type": "image", "id": file, "url": file, **name}

    def load(self, files: Sequence[Mapping[str, Any]]) -> list[Image.Image]:
        """Files that it keeps itself, so that they last."""
        pictures = []
        for file in files:
            answer = self.http.get(file["url"]).raise_for_status()
            picture = Image.open(io.BytesIO(answer.content))
            picture.load()
            assert answer.headers["content-type"] == Image.MIME[str(picture.format)]
            pictures.append(picture)
        return pictures


class Chat:
    """One chat, in which every message follows the last."""

    def __init__(
        self,
        page: OpenWebUI,
        model: str = "@cf/black-forest-labs/flux-2-dev",
        controls: Mapping[str, Any] = {},
    ) -> None:
        """`controls` are what its panel of that name sets, for this chat."""
        self.page, self.model, self.controls = page, model, controls
        self.id: str | None = None
        self._last: str | None = None

    def say(self, text: str, *pictures: bytes) -> Reply:
        """And wait for the reply, and for what it does in the background afterwards."""
        user, assistant = str(uuid.uuid4()), str(uuid.uuid4())
        message = {
            "id": user,
            "parentId": self._last,
            "childrenIds": [assistant],
            "role": "user",
            "content": text,
            "timestamp": int(time.time()),
            "models": [self.model],
            "files": [self.page.upload(picture) for picture in pictures],
        }
        is_first = self._last is None
        system = {"role": "system", "content": self.controls.get("system")}
        body = {
            "stream": True,
            "model": self.model,
            "params": self.controls,
            **({"messages": [system]} if system["content"] else {}),
            "features": _FEATURES,
            "variables": {},
            "session_id": "the-session-of-the-page",
            "id": assistant,
            "parent_id": self._last,
            "user_message": message,
            "background_tasks": {**_TASKS_OF_A_TURN, **(_TASKS_OF_A_CHAT if is_first else {})},
            **({} if is_first else {"chat_id": self.id}),
        }
        self.id = self.page.post("/api/chat/completions", body)["chat_id"]
        self._last = assistant
        wait_until(self._is_quiet)
        return self._read_reply(assistant)

    def _is_quiet(self) -> bool:
        return self.page.get(f"/api/tasks/chat/{self.id}")["task_ids"] == []

    def _read_reply(self, id_: str) -> Reply:
        message = self.page.get(f"/api/v1/chats/{self.id}")["chat"]["history"]["messages"][id_]
        assert message["done"]
        return Reply(
            message["content"],
            self.page.load(message.get("files", [])),
            message.get("error", {}).get("content"),
            id_,
        )

    def read_title(self) -> str:
        return self.page.get(f"/api/v1/chats/{self.id}")["title"]


def _read(answer: httpx.Response) -> Any:
    if answer.status_code != 200:
        raise Refused(answer.json()["detail"])
    return answer.json()
