"""`make deploy-check`: what a deployment would upload, without one, and whether it is too large."""

import os
import re
import subprocess
import sys

from local.processes import ROOT, node_environment

LIMIT_KIB = 2560
"""Gzipped. Cloudflare's Free plan takes 3 MiB; the rest is for what comes."""


def main() -> None:
    kib = gzipped_kib()
    if kib > LIMIT_KIB:
        sys.exit(f"deploy-check: {kib:.0f} KiB gzipped, above the limit of {LIMIT_KIB} KiB")
    print(f"deploy-check: {kib:.0f} KiB gzipped of {LIMIT_KIB} KiB")


def gzipped_kib() -> float:
    done = subprocess.run(
        [ROOT / "node_modules/.bin/wrangler", "deploy", "--dry-run"],
        cwd=ROOT,
        env={**os.environ, **node_environment(), "NO_COLOR": "1"},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    size = re.search(r"gzip: ([\d.]+) KiB", done.stdout)
    if done.returncode or size is None:
        sys.exit(f"{done.stdout}\ndeploy-check: wrangler could not build the upload")
    return float(size[1])


if __name__ == "__main__":
    main()
