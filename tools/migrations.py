"""The files of migrations/: that they fit one another, and that Cloudflare's database has them."""

import argparse
import re
import sqlite3
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from tools import ROOT

BINDING, FOLDER = "DB", "migrations"
NAMED = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")

UNSAFE = re.compile(r"--.*['\";]|\bTRIGGER\b", re.IGNORECASE)
"""What D1 may split in the wrong place (https://github.com/cloudflare/workers-sdk/issues/4713)."""

APPLY = ("npx", "--yes", "wrangler", "d1", "migrations", "apply", BINDING, "--remote")
"""By the wrangler that pywrangler deploys with (`WRANGLER_COMMAND` in its utils.py)."""

AFTERWARDS = re.compile(r"Couldn't find .* D1 DB|non-interactive")
"""What wrangler 4.153 says where a deployment comes first: it makes the database, and asks whoever
sits at the terminal to log in, and for the account."""


def problems(root: Path, config: Mapping[str, Any]) -> Iterator[str]:
    """What would go wrong with the files, one line each; `config` is wrangler.toml's."""
    bound = {each["binding"]: each for each in config.get("d1_databases", [])}
    if BINDING not in bound:
        yield f"wrangler.toml does not bind {BINDING}"
    elif bound[BINDING].get("migrations_dir") != FOLDER:
        yield f"wrangler.toml: migrations_dir of {BINDING} is not {FOLDER!r}"
    files = sorted((root / FOLDER).glob("*"))
    for number, file in enumerate(files, 1):
        named = NAMED.fullmatch(file.name)
        if not named or int(named[1]) != number:
            yield f"{FOLDER}/{file.name} is not called {number:04}_what_it_does.sql"
    with closing(sqlite3.connect(":memory:")) as database:
        for file in files:
            if UNSAFE.search(file.read_text()):
                yield (
                    f"{FOLDER}/{file.name} has a quote or a semicolon in a comment, or a trigger, "
                    "which Cloudflare may take for the end of a statement"
                )
            try:
                database.executescript(file.read_text())
            except sqlite3.Error as exc:
                yield f"{FOLDER}/{file.name} cannot be applied after those before it: {exc}"


def are_wanted(root: Path, arguments: Sequence[str]) -> bool:
    """Whether `wrangler deploy` with these really deploys a Worker that has a database."""
    words = {argument.partition("=")[0] for argument in arguments}
    config = tomllib.loads((root / "wrangler.toml").read_text())
    bound = [each["binding"] for each in config.get("d1_databases", [])]
    return BINDING in bound and not words & {"--dry-run", "--help", "-h", "--version", "-v"}


def apply(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """Bring Cloudflare's database up to date; what wrangler says if it cannot, otherwise nothing.

    It asks nothing. `arguments` are those of `wrangler deploy`.
    """
    done = subprocess.run(
        [*APPLY, *_of_any_command(arguments)],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,  # wrangler then takes its question for answered with yes
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        return done.stderr.strip() or f"wrangler ended with {done.returncode}"
    sys.stderr.write(done.stderr)
    return ""


def _of_any_command(arguments: Sequence[str]) -> Iterator[str]:
    """Those of wrangler's arguments that say which account and which configuration is meant."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    for names in (("--config", "-c"), ("--env", "-e"), ("--env-file",), ("--profile",)):
        parser.add_argument(*names, action="append", default=[])
    given, _ = parser.parse_known_args(arguments)
    for name, values in vars(given).items():
        yield from (f"--{name.replace('_', '-')}={value}" for value in values)
