"""`make deploy-check`: what a deployment would upload and ask for, without one.

What the Deploy button reads, and where: Cloudflare, "Deploy to Cloudflare buttons". That bindings
need no ids: Cloudflare's changelog of 2025-10-24, "Automatic resource provisioning".
"""

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from dotenv import dotenv_values

from tools import ROOT, migrations, page, workflows
from tools.node import node_environment

LIMIT_MIB = 64
"""Uncompressed, on every plan (Cloudflare's changelog of 2026-09-04, "increased Worker size
limit")."""

SECRETS = ("CF_API_TOKEN", "ACCOUNT", "API_MASTER_KEY")
"""What the Deploy button asks for."""

DEPLOY_SCRIPT = "python3 -m tools.deploy"

PROVISIONED = {
    "kv_namespaces": ("binding", ("id", "preview_id")),
    "r2_buckets": ("binding", ("bucket_name",)),
    "d1_databases": ("binding", ("database_id",)),
}
"""Bindings that Cloudflare makes by itself: the key of the name, and those that would tie them to
one account."""

NAMED = {
    **{"images": "binding", "ratelimits": "name", "ai": "binding", "workflows": "binding"},
    **{kind: name for kind, (name, _) in PROVISIONED.items()},
}
"""Bindings that the button shows: where in the configuration the name stands. ASSETS is none."""


def main() -> None:
    built, config = dry_run(), _config(ROOT)
    found = [*problems(ROOT), *in_build(built, bindings(config))]
    if found:
        sys.exit("\n".join(f"deploy-check: {problem}" for problem in found))
    print("\n".join([*listing(built, ROOT / config["main"]), *workflows.listing(config)]))
    print(f"deploy-check: {upload_mib(built):.2f} MiB of {LIMIT_MIB} MiB")


def problems(root: Path) -> Iterator[str]:
    """What is wrong in the files that the Deploy button reads, one line each."""
    config = _config(root)
    yield from in_config(config, (root / "wrangler.toml").read_text())
    yield from migrations.problems(root, config)
    yield from workflows.problems(root, config)
    yield from page.problems(root)
    yield from in_secrets(dotenv_values(root / ".dev.vars.example", interpolate=False))
    yield from in_package(json.loads((root / "package.json").read_text()), bindings(config))


def in_secrets(values: Mapping[str, str | None]) -> Iterator[str]:
    for name in sorted(set(SECRETS) ^ set(values)):
        verb = "does not list" if name in SECRETS else "lists"
        yield f".dev.vars.example {verb} {name}: the Deploy button asks for just these secrets"
    for name, value in values.items():
        if value:
            yield f".dev.vars.example has a value for {name}: someone would deploy with it"


def in_package(package: Mapping[str, Any], bound: Collection[str]) -> Iterator[str]:
    script = package.get("scripts", {}).get("deploy")
    if script != DEPLOY_SCRIPT:
        yield f"package.json: the script deploy is {script!r}, not {DEPLOY_SCRIPT!r}"
    described = package.get("cloudflare", {}).get("bindings", {})
    for name in (*SECRETS, *bound):
        if not described.get(name, {}).get("description", "").strip():
            yield f"package.json: cloudflare.bindings has no description of {name}"
    for name in sorted(set(described) - {*SECRETS, *bound}):
        yield f"package.json: cloudflare.bindings describes {name}, which is not bound"


def in_config(config: Mapping[str, Any], text: str) -> Iterator[str]:
    """`text` is the file itself: a secret in a comment is published as well."""
    for name in config.get("vars", {}):
        yield f"wrangler.toml has the variable {name}: variables are secrets or have a default"
    for name in SECRETS:
        if re.search(rf"\b{name}\b", text):
            yield f"wrangler.toml mentions {name}: secrets have no place in it"
    for kind, (label, keys) in PROVISIONED.items():
        for binding in config.get(kind, []):
            for key in keys:
                if key in binding:
                    yield f"wrangler.toml: {binding[label]} has {key}, which is of one account"


def bindings(config: Mapping[str, Any]) -> list[str]:
    """The names of what the Worker is bound to, of those that the button shows."""
    names = []
    for kind, label in NAMED.items():
        entries = config.get(kind, [])
        names += [entry[label] for entry in ([entries] if isinstance(entries, dict) else entries)]
    return names


def in_build(built: str, bound: Collection[str]) -> Iterator[str]:
    """`built` is what wrangler said."""
    mib = upload_mib(built)
    if mib > LIMIT_MIB:
        yield f"{mib:.2f} MiB, above the limit of {LIMIT_MIB} MiB"
    for name in bound:
        if not re.search(rf"^env\.{name}\b", built, re.MULTILINE):
            yield f"wrangler does not bind {name}"


def listing(built: str, main: Path) -> Iterator[str]:
    """What would be uploaded, module by module, and how much of the page. Wrangler names those only
    that it attaches to the main one."""
    attached = re.findall(r"^│ (.+?) +│.*│ +([\d.]+ KiB) +│$", built, re.MULTILINE)
    rows = [(main.name, f"{main.stat().st_size / 1024:.2f} KiB"), *attached]
    width = max(len(name) for name, _ in rows)
    for name, size in rows:
        yield f"{name:{width}} {size:>12}"
    if assets := re.search(r"(\d+) files from the assets directory", built):
        yield f"{assets[1]} files of the page"


def upload_mib(built: str) -> float:
    size = re.search(r"Total Upload: ([\d.]+) KiB", built)
    if size is None:
        sys.exit(f"{built}\ndeploy-check: wrangler says nothing of the size")
    return float(size[1]) / 1024


def dry_run() -> str:
    """What wrangler says of an upload that it does not make."""
    done = subprocess.run(
        [ROOT / "node_modules/.bin/wrangler", "deploy", "--dry-run"],
        cwd=ROOT,
        env={**os.environ, **node_environment(), "NO_COLOR": "1"},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{done.stdout}\ndeploy-check: wrangler could not build the upload")
    return done.stdout


def _config(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "wrangler.toml").read_text())


if __name__ == "__main__":
    main()
