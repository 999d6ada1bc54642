"""What may import what, and what may happen while modules are imported."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src"
LEVELS = {
    "flux2": 0,
    "flux2.errors": 0,
    "flux2.web": 0,
    "flux2.catalog": 0,
    "flux2.settings": 1,
    "flux2.auth": 1,
    "flux2.cors": 1,
    "flux2.schemas": 1,
    "flux2.references": 1,
    "flux2.hollow": 1,
    "flux2.services": 2,
    "flux2.bodies": 2,
    "flux2.log": 0,
    "flux2.security": 0,
    "flux2.policy": 2,
    "flux2.limits": 3,
    "flux2.cloudflare": 3,
    "flux2.attempts": 4,
    "flux2.cache": 4,
    "flux2.jobs": 5,
    "flux2.answers": 6,
    "flux2.specification": 0,
    "flux2.handlers": 7,
    "flux2.app": 8,
    "splice": 9,
    "bridge": 10,
    "entry": 11,
}
MAY_IMPORT = {
    "js": {"bridge", "splice"},
    "pyodide": {"bridge", "splice"},
    "workers": {"entry", "bridge"},
}
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


def _level(module: str) -> int | None:
    return LEVELS.get("flux2.handlers" if module.startswith("flux2.handlers.") else module)


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


def test_module_has_a_level():
    """A new module finds its place in the table before anything may import it."""
    assert [module for module in MODULES if _level(module) is None] == []


def test_table_names_only_modules_that_exist():
    """The table is about this tree, not about a former one."""
    assert [module for module in LEVELS if module not in MODULES] == []


@pytest.mark.parametrize("module", MODULES)
def test_module_imports_only_from_lower_levels(module):
    """The one-way rule; a package's `__init__` may be named by what is inside it."""
    level = _level(module)
    own = [name for name in _imports(module) if name in MODULES]
    wrong = [name for name in own if name != "flux2" and _level(name) >= level]
    assert wrong == []


@pytest.mark.parametrize("module", [name for name in MODULES if name.startswith("flux2")])
def test_flux2_module_is_plain_python(module):
    """Nothing in the package knows that JavaScript or its bridge exists, lazily or for types."""
    tops = {name.partition(".")[0] for name in _imports(module)}
    assert not tops & {"js", "pyodide", "workers", "bridge", "splice", "entry"}


@pytest.mark.parametrize("module", MODULES)
def test_javascript_is_imported_at_the_edge_only(module):
    """`js` and `pyodide` in bridge and splice, `workers` in entry and bridge."""
    tops = {name.partition(".")[0] for name in _imports(module)}
    assert [top for top, where in MAY_IMPORT.items() if top in tops and module not in where] == []


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
    looked_for = set(re.findall(r'_bound\("(\w+)"', MODULES["bridge"].read_text()))
    config = tomllib.loads((SRC.parent / "wrangler.toml").read_text())
    bound = {config["images"]["binding"]}
    bound |= {each["binding"] for each in config["kv_namespaces"]}
    bound |= {each["name"] for each in config["ratelimits"]}

    assert looked_for == bound
