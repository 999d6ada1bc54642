"""`make generate`: the files that are made from others; deploying builds nothing.

A test makes them anew and compares, so that they can't fall behind.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flux2 import catalog
from flux2.request import fields
from tools import ROOT, agents, guides, page, repository, version
from tools.openapi.document import describe_api

VENDORED = {
    "lit-html": (
        "LICENSE",
        "lit-html.js",
        "directive.js",
        "directive-helpers.js",
        "directives/live.js",
        "directives/repeat.js",
    ),
    "idb": ("LICENSE", "build/index.js"),
    "fflate": ("LICENSE", "esm/browser.js"),
}
"""Files of npm packages, unchanged."""


def main() -> None:
    for path, content in files().items():
        target = ROOT / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        print(path)


def files() -> Mapping[str, bytes]:
    """Path in the project -> content."""
    vendored = {
        f"assets/vendor/{package}/{name}": (ROOT / "node_modules" / package / name).read_bytes()
        for package, names in VENDORED.items()
        for name in names
    }
    documents = repository.write_documents()
    written = {**documents, **guides.write_pages(documents), **version.write_packages()}
    made = {
        **vendored,
        **{path: text.encode() for path, text in written.items()},
        "assets/index.html": page.write_start().encode(),
        "assets/js/model/catalog.js": _catalog().encode(),
        "assets/openapi.json": _specification().encode(),
        "src/flux2/mcp/listed.py": agents.write_module().encode(),
    }
    return {**made, "assets/files.js": page.write_list(made=made).encode()}


def _specification() -> str:
    return json.dumps(describe_api(), indent=2, ensure_ascii=False) + "\n"


def _catalog() -> str:
    """What the page must know of models, limits and prices."""
    limits = {
        "SIDE": [catalog.SMALLEST_SIDE, catalog.LARGEST_SIDE],
        "MOST_REFERENCES": catalog.MOST_REFERENCES,
        "REFERENCE_SIDE": catalog.REFERENCE_SIDE,
        "USD_PER_NEURON": catalog.USD_PER_NEURON,
        "FREE_NEURONS_PER_DAY": catalog.FREE_NEURONS_PER_DAY,
        "LARGEST_SEED": fields.LARGEST_SEED,
        "LONGEST_PROMPT": fields.LONGEST_PROMPT,
        **{name.upper(): fields.find_limits(name) for name in ("guidance", "n")},
        "MODELS": [_model(model) for model in catalog.MODELS],
    }
    lines = [f"export const {name} = {_js(value)};" for name, value in limits.items()]
    return "\n".join(
        ["// Made by `make generate` from src/flux2/catalog.py and request/fields.py.", *lines, ""]
    )


def _model(model: catalog.Model) -> dict[str, Any]:
    return {
        "name": model.name,
        "fixedSteps": model.fixed_steps,
        "guided": model.guided,
        "price": asdict(model.price),
    }


def _js(value: Any) -> str:
    """Lists of objects with a line for each."""
    if not isinstance(value, list) or not isinstance(value[0], dict):
        return json.dumps(value)
    return "[\n" + "".join(f"  {json.dumps(item)},\n" for item in value) + "]"


if __name__ == "__main__":
    main()
