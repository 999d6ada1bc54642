"""A gallery of any size, put into the browser's store by the page's own code."""

from typing import Any, Protocol


class Page(Protocol):
    """Playwright's, which is there where tests run, and not for the linter."""

    def evaluate(self, expression: str, arg: Any) -> Any: ...


FILL = """async ({ count, make, scale }) => {
  const { keepResults } = await import("/js/browser/kept-results.js");
  const { DEFAULTS } = await import("/js/model/draft.js");
  const { MODELS } = await import("/js/model/catalog.js");
  const SIZES = ["1024x1024", "1024x768", "768x1024", "1280x720", "1536x1024"];
  const draw = async (size) => {
    const [width, height] = size.split("x").map((side) => Math.round(Number(side) * scale));
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d");
    const fade = context.createLinearGradient(0, 0, width, height);
    const hue = SIZES.indexOf(size) * 70;
    fade.addColorStop(0, `hsl(${hue} 60% 60%)`);
    fade.addColorStop(1, `hsl(${hue + 60} 60% 25%)`);
    context.fillStyle = fade;
    context.fillRect(0, 0, width, height);
    return (await canvas.convertToBlob({ type: "image/jpeg", quality: .9 })).arrayBuffer();
  };
  const pictures = {};
  const result = async (index) => {
    const {
      text = `picture ${index} of a red kite`,
      size = SIZES[index % SIZES.length],
      model = MODELS[index % MODELS.length].name,
      ...more
    } = make[index] ?? {};
    const [width, height] = size.split("x");
    const bytes = await (pictures[size] ??= draw(size));
    const blob = () => new Blob([bytes], { type: "image/jpeg" });
    return {
      id: index.toString(16).padStart(32, "0"),
      created: Date.UTC(2026, 0, 1) + index * 60_000,
      blob: blob(), thumbnail: blob(), references: [],
      asked: { ...DEFAULTS, text, model, width, height },
      actual: {
        model: `@cf/black-forest-labs/${model}`, size, steps: 4, seed: index, format: "jpeg",
        cost: { neurons: 1, usd: .000011 },
      },
      seconds: 2,
      ...more,
    };
  };
  const ids = [];
  for (let first = 0; first < count; first += 100) {
    const numbers = Array.from({ length: Math.min(100, count - first) }, (_, n) => first + n);
    const some = await Promise.all(numbers.map(result));
    if (!(await keepResults(some))) throw new Error("there is no room");
    ids.push(...some.map(({ id }) => id));
  }
  new BroadcastChannel("flux2.results").postMessage({ ids, isRemoved: false });
}"""


def fill(page: Page, count: int, *changes: dict[str, object], scale: float = 0.4) -> None:
    """So many images, "picture 0 of a red kite" the oldest, as if another tab had made them; the
    first with these changes: a `text`, a `size`, a `model`, or what else a result has."""
    page.evaluate(FILL, {"count": count, "make": changes, "scale": scale})
