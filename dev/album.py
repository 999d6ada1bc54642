"""A gallery of any size, put into the browser's store by the page's own code."""

from playwright.sync_api import Page

FILL = """async ({ count, make }) => {
  const { keepResults } = await import("/js/browser/kept-results.js");
  const { DEFAULTS } = await import("/js/model/draft.js");
  const { MODELS } = await import("/js/model/catalog.js");
  const SIZES = ["1024x1024", "1024x768", "768x1024", "1280x720", "1536x1024"];
  const pictures = await Promise.all(SIZES.map(async (size, index) => {
    const [width, height] = size.split("x").map((side) => Math.round(Number(side) * .4));
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d");
    const fade = context.createLinearGradient(0, 0, width, height);
    fade.addColorStop(0, `hsl(${index * 70} 60% 60%)`);
    fade.addColorStop(1, `hsl(${index * 70 + 60} 60% 25%)`);
    context.fillStyle = fade;
    context.fillRect(0, 0, width, height);
    return (await canvas.convertToBlob({ type: "image/jpeg", quality: .9 })).arrayBuffer();
  }));
  const result = (index) => {
    const size = SIZES[index % SIZES.length];
    const { name } = MODELS[index % MODELS.length];
    const [width, height] = size.split("x");
    const blob = () => new Blob([pictures[index % SIZES.length]], { type: "image/jpeg" });
    return {
      id: index.toString(16).padStart(32, "0"),
      created: Date.UTC(2026, 0, 1) + index * 60_000,
      blob: blob(), thumbnail: blob(), references: [],
      asked: { ...DEFAULTS, text: `picture ${index} of a red kite`, model: name, width, height },
      actual: {
        model: `@cf/black-forest-labs/${name}`, size, steps: 4, seed: index, format: "jpeg",
        cost: { neurons: 1, usd: .000011 },
      },
      seconds: 2,
      ...make?.[index],
    };
  };
  for (let first = 0; first < count; first += 100) {
    const some = Array.from({ length: Math.min(100, count - first) }, (_, n) => result(first + n));
    if (!(await keepResults(some))) throw new Error("there is no room");
  }
}"""


def fill(page: Page, count: int, *changes: dict[str, object]) -> None:
    """So many images, "picture 0 of a red kite" the oldest; the first with these changes."""
    page.evaluate(FILL, {"count": count, "make": changes})
