"""The little of Pyodide's own that the edge uses (Pyodide's reference, "pyodide.ffi")."""

from collections.abc import Callable, Generator
from typing import Any

class JsProxy:
    """An object of JavaScript's, with all that it has there."""

    def __getattr__(self, name: str) -> Any: ...
    def __await__(self) -> Generator[Any, Any, Any]: ...

class JsException(Exception): ...

def to_js(value: Any, *, dict_converter: Callable[[Any], Any] | None = None) -> Any: ...
