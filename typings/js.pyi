"""The global object of JavaScript, as Pyodide shows it: whatever is there may be used."""

from typing import Any

def __getattr__(name: str) -> Any: ...
