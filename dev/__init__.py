"""What runs on a developer's machine; `tools` lets it import the Worker's own packages."""

import tools  # noqa: F401
