"""`make bench-page`: the page in Chromium, with galleries of several sizes, and loaded for the
first time on two connections. Writes its part of bench/RESULTS.md. `--quick` measures once, and
only prints."""

import argparse
import http.server
import os
import statistics
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Playwright, expect, sync_playwright

from bench.report import document, records
from bench.report.machine import describe_machine
from bench.report.page import tell_page
from dev.album import fill
from dev.chromium import launch_options
from dev.demo import KEY, demo_workers
from dev.processes import DidNotStart

_COUNTS = (50, 1000, 5000)
_ROUNDS = 5
_SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 5e4, "uploadThroughput": 5e4}
"""400 kbit/s, in bytes a second."""

_HELLO = b"<!doctype html><html lang=en><title>Hello</title><p>Hello"

_FIRST_TILE = """
window.firstTile = new Promise((resolve) => {
  const look = () => {
    const image = document.querySelector(".gallery .picture img");
    if (image?.complete) resolve(performance.now() / 1000);
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
});
"""

_KEYSTROKES = """async () => {
  const area = document.querySelector("#prompt");
  const found = [];
  area.focus();
  for (let count = 0; count < 40; count += 1) {
    await new Promise(requestAnimationFrame);
    const start = performance.now();
    document.execCommand("insertText", false, "a");
    await null; // the page shows what changed before it goes on here
    document.body.getBoundingClientRect();
    found.push((performance.now() - start) / 1000);
  }
  return found;
}"""

_SCROLL = """async () => {
  const stage = document.querySelector(".stage");
  const times = [await new Promise(requestAnimationFrame)];
  let way = 40; // pixels a frame, up and down again where there are few images
  for (let count = 0; count < 180; count += 1) {
    const next = stage.scrollTop + way;
    if (next < 0 || next > stage.scrollHeight - stage.clientHeight) way = -way;
    stage.scrollBy(0, way);
    times.push(await new Promise(requestAnimationFrame));
  }
  return times.slice(1).filter((time, index) => time - times[index] > 33.4).length / 180;
}"""

_LOADED = """async () => {
  const [paint] = await new Promise((resolve) => {
    new PerformanceObserver((list) => {
      const found = list.getEntriesByName("first-contentful-paint");
      if (found.length) resolve(found);
    }).observe({ type: "paint", buffered: true });
  });
  const entries = [...performance.getEntriesByType("navigation"),
    ...performance.getEntriesByType("resource")];
  return {
    requests: entries.length,
    bytes: entries.reduce((sum, { transferSize }) => sum + transferSize, 0),
    paint: paint.startTime / 1000,
  };
}"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-page", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one round; no report")
    options = parser.parse_args()
    rounds = 1 if options.quick else _ROUNDS
    machine = {**describe_machine(), "others' load": f"{os.getloadavg()[0]:.1f}"}
    try:
        with (
            Path(os.devnull).open("w") as log,
            demo_workers(log, {}) as (url,),
            _hello() as hello,
            sync_playwright() as playwright,
        ):
            found = records.Page(
                machine,
                {str(count): _measure_gallery(playwright, url, count, rounds) for count in _COUNTS},
                _measure_loads(playwright, {"the page": url, "a static page": hello}, rounds),
            )
    except (DidNotStart, OSError) as exc:
        sys.exit(f"bench: {exc}")
    print(tell_page(found))
    if not options.quick:
        records.keep(found, records.PAGE)
        document.write()


class _Hello(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-length", str(len(_HELLO)))
        self.end_headers()
        self.wfile.write(_HELLO)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@contextmanager
def _hello() -> Iterator[str]:
    """What the connection alone costs."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Hello) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def _start(playwright: Playwright, url: str, folder: str) -> BrowserContext:
    """A browser that keeps what it has on the disk, as a person's does."""
    return playwright.chromium.launch_persistent_context(
        folder, base_url=url, viewport={"width": 1440, "height": 900}, **launch_options()
    )


def _measure_gallery(playwright: Playwright, url: str, count: int, rounds: int) -> records.Gallery:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        with _start(playwright, url, folder) as context, context.new_page() as page:
            page.goto(f"/#key={KEY}")
            expect(page.locator("[data-key-state=good]")).to_be_visible()
            fill(page, count)
            page.reload()
            expect(page.locator(".room")).to_contain_text(f"{count:,} images")
        found = []
        for _ in range(rounds):
            with _start(playwright, url, folder) as context:
                found.append(_visit(context, count))
    print(f"bench: a gallery of {count}", flush=True)
    return records.Gallery(*zip(*found, strict=True))


def _visit(context: BrowserContext, count: int) -> tuple[float, float, float, float, float]:
    """What `records.Gallery` has a value of for each visit, in its order."""
    with context.new_page() as page:
        page.add_init_script(_FIRST_TILE)
        page.goto("/")
        first_tile = page.evaluate("window.firstTile")
        expect(page.locator(".room")).to_contain_text(f"{count:,} images")
        keystroke = statistics.median(page.evaluate(_KEYSTROKES))
        slow_frames = page.evaluate(_SCROLL)
        session = context.new_cdp_session(page)
        session.send("HeapProfiler.collectGarbage")
        heap = session.send("Runtime.getHeapUsage")["usedSize"]
        elements = page.evaluate("document.querySelectorAll('*').length")
        return first_tile, keystroke, slow_frames, heap, elements


def _load(browser: Browser, url: str, network: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """For the first time; with nothing kept of an earlier one."""
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        if network:
            session = context.new_cdp_session(page)
            session.send("Network.enable")
            session.send("Network.emulateNetworkConditions", dict(network))
        page.goto(url, wait_until="networkidle", timeout=120_000)
        found: Mapping[str, Any] = page.evaluate(_LOADED)
        return found


def _measure_loads(
    playwright: Playwright, urls: Mapping[str, str], rounds: int
) -> Mapping[str, records.Load]:
    with playwright.chromium.launch(**launch_options()) as browser:
        found = [
            {
                name: (_load(browser, url, None), _load(browser, url, _SLOW_3G))
                for name, url in urls.items()
            }
            for _ in range(rounds)
        ]
    return {
        name: records.Load(
            requests=int(found[0][name][0]["requests"]),
            size=int(found[0][name][0]["bytes"]),
            paint=[each[name][0]["paint"] for each in found],
            slow_paint=[each[name][1]["paint"] for each in found],
        )
        for name in urls
    }


if __name__ == "__main__":
    main()
