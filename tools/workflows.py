"""The workflows of wrangler.toml, and their classes, which the main module has to export."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

BASE = "WorkflowEntrypoint"
"""What such a class is made of."""


def problems(root: Path, config: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with them, one line each."""
    main = config["main"]
    classes = find_classes((root / main).read_text())
    bound = [workflow["class_name"] for workflow in config.get("workflows", [])]
    for name in bound:
        if name not in classes:
            yield f"wrangler.toml: a workflow has the class {name}, which is not in {main}"
    for name in classes:
        if name not in bound:
            yield f"{main} has the workflow {name}, which wrangler.toml does not bind"


def find_classes(source: str) -> list[str]:
    """Find the names of a module's workflows."""
    return [
        node.name
        for node in ast.parse(source).body
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base) == BASE for base in node.bases)
    ]


def listing(config: Mapping[str, Any]) -> Iterator[str]:
    """What runs in the background, one line each."""
    for workflow in config.get("workflows", []):
        yield f"{workflow['name']}, a workflow of the class {workflow['class_name']}"
