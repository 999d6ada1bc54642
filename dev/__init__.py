"""What runs on a developer's machine; from here the Worker's own packages can be imported."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "src"))
