"""What may import what, and what may happen while modules are imported."""

import ast
import re
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src"
ROOMS = (
    "flux2",
    "flux2.api_error",
    "flux2.refusals",
    "flux2.errors",
    "flux2.catalog",
    "flux2.days",
    "flux2.json_text",
    "flux2.log",
    "flux2.room",
    "flux2.image_formats",
    "flux2.links",
    "flux2.paths",
    "flux2.ports",
    "flux2.data_urls",
    "flux2.bindings",
    "flux2.kept_images",
    "flux2.json_images",
    "flux2.accounts",
    "flux2.settings",
    "flux2.services",
    "flux2.database",
    "flux2.access",
    "flux2.gallery",
    "flux2.plan",
    "flux2.usage",
    "flux2.webhooks",
    "flux2.request",
    "flux2.cloudflare",
    "flux2.generation",
    "flux2.answers",
    "flux2.batches",
    "flux2.nightly",
    "flux2.mcp",
    "flux2.handlers",
    "flux2.app",
    "edge",
    "entry",
)
"""Files and folders, each of which knows only those above it in this list."""
MAY_IMPORT = {"js": {"edge"}, "pyodide": {"edge"}, "workers": {"edge", "entry"}}
LONGEST_FILE = 260
"""Lines; more than that has mostly been two subjects."""
EFFECTS = (
    "time.",
    "random.",
    "secrets.",
    "uuid.",
    "datetime.",
    "os.urandom",
    "js.",
    "workers.fetch",
)


def _name(path: Path) -> str:
    parts = path.relative_to(SRC).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


MODULES = {_name(path): path for path in sorted(SRC.rglob("*.py"))}


def _room(module: str) -> str | None:
    """Of a module: itself, or the folder that it is in."""
    parts = module.split(".")
    names = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next(
        (name for name in names if name in ROOMS and (name != "flux2" or module == name)), None
    )


def _tree(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text())


def _imports(module: str) -> Iterator[str]:
    """Every import anywhere in a module: at its top, inside functions, for types only."""
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(module, node)
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                yield inner if inner in MODULES else base


def _absolute(module: str, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = module.split(".")
    if MODULES[module].name != "__init__.py":
        package = package[:-1]
    package = package[: len(package) - node.level + 1]
    return ".".join([*package, *([node.module] if node.module else [])])


def _own_imports(module: str) -> set[str]:
    """A package's `__init__` may be named by what is inside it."""
    names = {name for name in _imports(module) if name in MODULES}
    return names - {"flux2", _room(module)}


def test_module_has_a_room():
    """A new module finds its place in the list before anything may import it."""
    assert [module for module in MODULES if _room(module) is None] == []


def test_list_names_only_rooms_that_exist():
    """The list is about this tree, not about a former one."""
    assert [room for room in ROOMS if room not in MODULES] == []


@pytest.mark.parametrize("module", MODULES)
def test_module_imports_only_from_rooms_above(module):
    """The one-way rule; inside a room the next test takes over."""
    room = _room(module)
    others = {_room(name) for name in _own_imports(module)} - {room}
    assert [name for name in others if ROOMS.index(name) >= ROOMS.index(room)] == []


def test_no_modules_import_each_other():
    """Inside a room either data flows one way."""
    TopologicalSorter({module: _own_imports(module) for module in MODULES}).prepare()


@pytest.mark.parametrize("module", MODULES)
def test_javascript_is_imported_at_the_edge_only(module):
    """`js` and `pyodide` in edge, `workers` in entry and edge; lazily or for types no less."""
    tops = {name.partition(".")[0] for name in _imports(module)}
    room = _room(module)
    assert [top for top, where in MAY_IMPORT.items() if top in tops and room not in where] == []


@pytest.mark.parametrize("module", MODULES)
def test_module_is_short_enough_to_hold_one_subject(module):
    """A file that grows past this is looked at for the second subject in it."""
    assert MODULES[module].read_text().count("\n") <= LONGEST_FILE


@pytest.mark.parametrize("module", MODULES)
def test_import_has_no_effects(module):
    """Cloudflare refuses clocks, randomness and fetch while a Worker starts."""
    called = list(_calls_at_import(_tree(module)))
    assert [name for name in called if name.startswith(EFFECTS)] == []


def test_effect_at_import_is_noticed():
    """The check above sees through aliases, class bodies, defaults and decorators."""
    source = """
from os import urandom as draw
import time as clock
a = draw(4)
class B:
    b = clock.monotonic()
def c(d=clock.time()): clock.sleep(1)
e = lambda: draw(4)
"""
    assert list(_calls_at_import(ast.parse(source))) == [
        "os.urandom",
        "time.monotonic",
        "time.time",
    ]


def _calls_at_import(tree: ast.Module) -> Iterator[str]:
    origins = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            origins |= {a.asname or a.name: a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom):
            origins |= {a.asname or a.name: f"{node.module}.{a.name}" for a in node.names}
    for call in _run_at_import(tree):
        top, dot, rest = ast.unparse(call.func).partition(".")
        yield origins.get(top, top) + dot + rest


def _run_at_import(node: ast.AST) -> Iterator[ast.Call]:
    if isinstance(node, ast.Call):
        yield node
    inside = list(ast.iter_child_nodes(node))
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        inside = [*node.decorator_list, node.args]
    elif isinstance(node, ast.Lambda):
        inside = [node.args]
    for child in inside:
        yield from _run_at_import(child)


def test_every_binding_that_is_looked_for_is_bound():
    """A name that is spelt otherwise in wrangler.toml would switch something off in silence."""
    looked_for = set(re.findall(r'_find\("(\w+)"', MODULES["edge.services"].read_text()))
    config = tomllib.loads((SRC.parent / "wrangler.toml").read_text())
    bound = {config["images"]["binding"]}
    bound |= {each["binding"] for each in config["kv_namespaces"]}
    bound |= {each["binding"] for each in config["d1_databases"]}
    bound |= {each["binding"] for each in config["workflows"]}
    bound |= {each["name"] for each in config["ratelimits"]}

    assert looked_for == bound
