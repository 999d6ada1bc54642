"""Bindings as a test wants them, in both runtimes: by a Worker that needs no Python."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from dev.plain_workerd import PlainWorkerd
from dev.processes import Process, runtime, stopped_at_the_end
from tests.runtimes import Variant
from tools import ROOT

ASKING = """
const ask = async ({ DB }) => {
  if (!DB) return "not bound";
  try {
    await DB.prepare("SELECT ? FROM keys").bind(1).first();
    const [{ results }] = await DB.batch([DB.prepare("SELECT name FROM d1_migrations")]);
    return results.map(({ name }) => name).join();
  } catch (error) {
    return error.message;
  }
};
// Whoever waits for a database that hangs has been answered by another one meanwhile.
const isQuicker = async ({ RESULTS }) => (await RESULTS.get("x"), "later");

export default {
  async fetch({ url }, env) {
    const asked = [ask(env), ...(url.endsWith("/race") ? [isQuicker(env)] : [])];
    return new Response(await Promise.race(asked));
  },
};
"""
MIGRATIONS = ",".join(sorted(file.name for file in (ROOT / "migrations").iterdir()))

Start = Callable[[Sequence[Mapping[str, Any]], Path], Process]


def in_workerd(listeners: Sequence[Mapping[str, Any]], source: Path) -> Process:
    return PlainWorkerd(listeners, source=source)


def embedded(listeners: Sequence[Mapping[str, Any]], source: Path) -> Process:
    return runtime(listeners, sys.stderr, source=os.path.relpath(source, ROOT))


@pytest.mark.parametrize("start", [embedded, in_workerd])
def test_database_works_or_does_not_as_asked_for(start: Start, tmp_path: Path) -> None:
    """It has its tables, is missing, fails as D1 does, or hangs; whoever shares the process with
    such a Worker has one that works."""
    source = tmp_path / "asking.js"
    source.write_text(ASKING)
    variants = {
        "none": Variant({"DB": None}),
        "fails": Variant({}, {"DB": "fails"}),
        "hangs": Variant({}, {"DB": "hangs"}),
        "works": Variant({}),
    }
    process = start([variant.listener() for variant in variants.values()], source)
    with stopped_at_the_end(process):
        ports = process.wait_until_ready().split(",")
        url = {name: f"http://127.0.0.1:{port}" for name, port in zip(variants, ports, strict=True)}
        assert httpx.get(f"{url['none']}/v1/x").text == "not bound"
        assert httpx.get(f"{url['fails']}/v1/x").text.startswith("D1_ERROR: this database fails")
        assert httpx.get(f"{url['hangs']}/v1/race").text == "later"
        assert httpx.get(f"{url['works']}/v1/x").text == MIGRATIONS
