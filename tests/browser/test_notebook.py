"""A notebook in the browser (JupyterLite, marimo): the example with `requests`, in Pyodide."""

import io
import re
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest
from PIL import Image
from playwright.sync_api import Browser

from tests.browser.studio import a_file
from tests.conftest import Server
from tools import ROOT

PACKAGES = ("requests", "urllib3", "idna", "certifi", "charset_normalizer", "pyodide_http")
"""What a notebook would install: requests and all that it needs; pure Python, all of it."""

GUIDE = (ROOT / "docs/api.md").read_text()
EXAMPLES = [  # the first one, since Pyodide takes so long to start
    block
    for block in re.findall(r"^```python\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
    if "import requests" in block and "import OpenAI" not in block
][:1]

# Where Pyodide runs: in the page itself, or, as JupyterLite and marimo have it, in a worker. There
# pyodide-http uses XMLHttpRequest in another way.
PLACES = {
    "page": "async (task) => (await import('/notebook.mjs')).run(task)",
    "worker": """(task) => new Promise((resolve, reject) => {
        const worker = new Worker('/notebook.mjs', { type: 'module' });
        worker.onmessage = ({ data }) => data.error ? reject(data.error) : resolve(data.written);
        worker.onerror = ({ message }) => reject(message);
        worker.postMessage(task);
    })""",
}


class Handler(SimpleHTTPRequestHandler):
    extensions_map: ClassVar = {
        ".html": "text/html",
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
        ".zip": "application/zip",
        ".json": "application/json",
        "": "application/octet-stream",
    }

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a page that has nothing to do with the Worker."""
    folder = tmp_path_factory.mktemp("notebook")
    (folder / "index.html").write_text("<!doctype html><title>A notebook</title>")
    (folder / "notebook.mjs").symlink_to(Path(__file__).with_name("notebook.mjs"))
    (folder / "pyodide").symlink_to(ROOT / "node_modules/pyodide")
    (folder / "packages.zip").write_bytes(packed())
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def packed() -> bytes:
    """The packages as they are installed here, without what is compiled."""
    packages = io.BytesIO()
    with zipfile.ZipFile(packages, "w") as archive:
        for name in PACKAGES:
            (installed,) = find_spec(name).submodule_search_locations
            for file in Path(installed).rglob("*"):
                if file.suffix in (".py", ".pem"):
                    archive.write(file, file.relative_to(Path(installed).parent))
    return packages.getvalue()


def test_readme_has_the_example() -> None:
    """The one that is tried below."""
    assert EXAMPLES


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_readmes_example_runs_in_a_notebook(
    chromium: Browser, notebook: str, server: Server, example: str, place: str
) -> None:
    """Of another origin, and as it stands there but for address and key: what it writes is one."""
    server.forget_calls()
    code = re.sub(r"https?://[\w.:-]+(?=/v1)", server.url, example).replace("sk-local", server.key)
    assert server.url in code
    assert server.key in code
    reference = list(a_file("reference.jpg", "teal")["buffer"])
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(notebook)
        task = {"code": code, "files": {"reference.jpg": reference}}
        written = page.evaluate(PLACES[place], task)
    assert written
    for content in written.values():
        with Image.open(io.BytesIO(bytes(content))) as image:
            image.load()
            sizes = [(call["fields"]["width"], call["fields"]["height"]) for call in server.calls()]
            assert (str(image.width), str(image.height)) in sizes
