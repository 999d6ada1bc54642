"""Commands about the project: set up, generate, check, deploy, and ask a deployment if it works.

From here the Worker's own packages can be imported.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

sys.path.append(str(ROOT / "src"))
