"""What /openapi.json says is what the server does: Schemathesis makes requests out of it."""

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import Server
from tools import ROOT

# Left out: `negative_data_rejection`, in whose place comes a check that knows in which spellings
# the server is more lenient than its document; and the stateful phase, since no answer here leads
# to another request.
CONFIGURATION = """
color = false
warnings = false

[auth.openapi]
key = {{ bearer = "{key}" }}

[generation]
deterministic = true
max-examples = 4
database = "none"

[checks]
negative_data_rejection.enabled = false

[phases]
stateful.enabled = false
"""


def test_answers_are_within_the_specification(server: Server, tmp_path: Path) -> None:
    """Status, type, headers and body of every answer are documented ones; what the document allows
    is accepted, what it forbids is refused; and where it asks for the key, nothing works without.
    """
    configuration = tmp_path / "schemathesis.toml"
    configuration.write_text(CONFIGURATION.format(key=server.key))
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", configuration]
    done = subprocess.run(
        [*command, "run", f"{server.url}/openapi.json"],
        cwd=tmp_path,  # where it leaves what it wants to remember
        env={
            **os.environ,
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}",
            "SCHEMATHESIS_HOOKS": "tests.api.specification_hooks",
        },
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "No issues found" in done.stdout
