"""The stand-in for FLUX.2: paints a landscape from prompt, seed and references, by Pillow alone."""

import io
import random
import re
from array import array
from collections.abc import Iterable, Sequence

from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageFilter, ImageFont, ImageOps

MARK = "demo painter · not FLUX.2"
# Dark to light; the words are looked for in the prompt.
PALETTES = {
    "sunset dusk warm fire red": "2b193d 7a2e5d d1495b f79256 fbd1a2",
    "sea ocean lake water blue": "06283d 12527c 2f88a8 7cc6c3 e3f6ee",
    "forest tree garden green": "10231c 235440 4f8a5b a7c080 f4efd0",
    "desert sand dune orange": "3c1f2b 8a3f35 cf7243 eab676 fbead0",
    "night moon star space city": "0b1030 232a6b 4b4fb0 9a86d8 f2d5ee",
    "snow ice winter cold white": "1f2f46 4a6a8a 86a9c2 c3d7e0 f7f6f2",
    "flower rose spring pink": "3a2149 8a4b7f d97f9f f4b6ad fdeee0",
    "autumn coffee wood brown": "261c22 6b3a31 b0653c e0a458 f6e3bd",
    "cat dog fox portrait": "22303c 3f6c73 e07a5f f2b880 f8efe0",
    "robot car neon future": "10122b 3a1c71 8d3dae ef6aa0 ffd6a5",
}

RGB = tuple[int, ...]
Place = tuple[float, float]
Size = tuple[int, int]


def paint(
    prompt: str, size: Size, *, seed: int, steps: int, references: Sequence[Image.Image] = ()
) -> Image.Image:
    """An RGB picture of exactly that size; the same arguments give the same pixels.

    More steps mean less grain, as if the picture had been worked out further.
    """
    rng = random.Random(f"{seed}\n{prompt}")
    wished = _wished_colours(prompt)
    palette = Palette(wished or _fitting_colours(prompt, rng))
    # Night would swallow colours that somebody asked for.
    night = not wished and rng.random() < 0.3
    picture = _paint_sky(size, palette, night, rng)
    _add_land(picture, palette, 0.45 if night else 0.78, rng)
    # Grain also hides the steps of gradients in eight bits.
    picture = _add_grain(picture, 6 + 48 / (steps + 3), rng)
    _add_cards(picture, references, rng)
    _add_mark(picture, prompt)
    return picture


def encode(picture: Image.Image, file_format: str = "JPEG") -> bytes:
    """The bytes of a `JPEG`, `PNG` or `WEBP` file."""
    buffer = io.BytesIO()
    picture.save(buffer, file_format, quality=85, compress_level=1)
    return buffer.getvalue()


def _wished_colours(prompt: str) -> list[str]:
    """Those that a JSON prompt names in hex as its palette, wherever that stands."""
    lists = re.findall(r'"(?:color_)?palette"\s*:\s*\[([^\]]*)\]', prompt)
    return re.findall(r'"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})"', " ".join(lists))


def _fitting_colours(prompt: str, rng: random.Random) -> list[str]:
    words = {word.rstrip("s") for word in re.findall(r"[a-z]+", prompt.lower())}
    fitting = [colours for names, colours in PALETTES.items() if words & set(names.split())]
    return rng.choice(fitting or [*PALETTES.values()]).split()


class Palette:
    def __init__(self, colours: Iterable[str]) -> None:
        """Each is 3 or 6 hexadecimal digits."""
        parsed: list[RGB] = [ImageColor.getrgb(f"#{colour}") for colour in colours]
        ordered = sorted(parsed, key=lambda c: 3 * c[0] + 6 * c[1] + c[2])
        if len(ordered) < 3:  # too few for a picture
            ordered = [(12, 12, 28), *ordered, (250, 246, 240)]
        self._ramp = _gradient((1, 256), ordered).tobytes()

    def at(self, position: float) -> RGB:
        """From 0, the darkest, to 1, the lightest."""
        index = 3 * round(255 * min(max(position, 0), 1))
        return tuple(self._ramp[index : index + 3])


def _gradient(size: Size, colours: Sequence[RGB]) -> Image.Image:
    """From top to bottom."""
    column = Image.frombytes("RGB", (1, len(colours)), bytes(v for c in colours for v in c))
    return column.resize((1, size[1]), Image.Resampling.BICUBIC).resize(size)


def _patches(rng: random.Random, size: Size, columns: int, rows: int, most: float) -> Image.Image:
    """A mask of soft clouds: so many across and down."""
    small = Image.frombytes("L", (columns, rows), rng.randbytes(columns * rows))
    small = small.point([round(most * max(0, v - 90)) for v in range(256)])
    return small.resize((256, 256), Image.Resampling.BICUBIC).resize(size)


def _curve(rng: random.Random, waves: float, rough: float) -> list[float]:
    """A random line of 400 points, its values about -1 to 1."""
    total = [0.0] * 400
    for octave in range(6):
        knots = round(waves * 2**octave) + 1
        row = Image.frombytes("L", (knots, 1), rng.randbytes(knots)).convert("F")
        line = array("f", row.resize((400, 1), Image.Resampling.BICUBIC).tobytes())
        total = [t + rough**octave * (v / 128 - 1) for t, v in zip(total, line, strict=True)]
    return total


def _paste(canvas: Image.Image, paint: RGB | Image.Image, mask: Image.Image, at: Place) -> None:
    left, top = (round(c - m / 2) for c, m in zip(at, mask.size, strict=True))
    canvas.paste(paint, (left, top, left + mask.width, top + mask.height), mask)


def _add_ridge(
    canvas: Image.Image, crest: Sequence[float], trees: Sequence[Size], colours: Sequence[RGB]
) -> None:
    """All below `crest`, drawn at double size, for a smooth edge; a tree is the index of a point of
    the crest and a height."""
    width, height = canvas.size
    highest = min(crest) - max((tall for _, tall in trees), default=0)
    top = min(max(0, round(highest)), height - 1)
    mask = Image.new("L", (width * 2, (height - top) * 2))
    draw = ImageDraw.Draw(mask)
    line = [(2 * width * i / (len(crest) - 1), 2 * (y - top)) for i, y in enumerate(crest)]
    draw.polygon([*line, mask.size, (0, mask.height)], fill=255)
    for index, tall in trees:
        x, foot = line[index]
        for tier in range(1, 6):
            low, reach = foot - 2 * tall * (0.8 - 0.17 * tier), tall * 0.065 * tier
            draw.polygon([(x, low - 0.8 * tall), (x - reach, low), (x + reach, low)], fill=255)
    canvas.paste(_gradient((width, height - top), colours), (0, top), mask.reduce(2))


def _add_grain(picture: Image.Image, spread: float, rng: random.Random) -> Image.Image:
    noise = Image.frombytes("L", picture.size, rng.randbytes(picture.width * picture.height))
    noise = noise.point([round(64 + (v - 128) / 128 * spread) for v in range(256)])
    return ImageChops.add(picture, Image.merge("RGB", (noise,) * 3), 1, -64)


def _paint_sky(size: Size, palette: Palette, night: bool, rng: random.Random) -> Image.Image:
    width, height = size
    hours = (0, 0, 0.1, 0.3, 0.55) if night else (0.5, 0.66, 0.82, 0.97, 1, 1)
    canvas = _gradient(size, [palette.at(hour) for hour in hours])
    cloud = palette.at(0.4 if night else 1)
    canvas.paste(cloud, None, _patches(rng, size, 3, 12, 0.6))
    for _ in range(200 * night):
        star = (width * rng.random(), 0.7 * height * rng.random() ** 1.4)
        radius = min(size) / 700 * rng.random()
        ImageDraw.Draw(canvas).circle(star, radius, palette.at(rng.uniform(0.4, 1)))
    place = (width * rng.uniform(0.2, 0.8), height * rng.uniform(0.2, 0.42))
    diameter = min(size) * rng.uniform(0.1, 0.22) * (0.6 if night else 1)
    _add_sun(canvas, place, round(diameter), palette.at(0.92))
    return canvas


def _add_sun(canvas: Image.Image, place: Place, diameter: int, glow: RGB) -> None:
    # Pillow's gradient is 255 in the corners, so about 180 on the inscribed circle.
    fade = [round(150 * max(0.0, 1 - v / 178) ** 2) for v in range(256)]
    halo = Image.radial_gradient("L").point(fade).resize((diameter * 6, diameter * 6))
    _paste(canvas, glow, halo, place)
    disc = Image.new("L", (diameter * 3, diameter * 3))
    ImageDraw.Draw(disc).ellipse((0, 0, disc.width - 1, disc.height - 1), fill=255)
    _paste(canvas, _gradient((diameter, diameter), [(255, 252, 248), glow]), disc.reduce(3), place)


def _add_land(canvas: Image.Image, palette: Palette, light: float, rng: random.Random) -> None:
    """Ridge before ridge, from the pale one at the horizon to the dark one in front; sometimes with
    a lake before the last."""
    width, height = canvas.size
    side = min(width, height)
    lake, rough, count = rng.random() < 0.55, rng.choice((0.3, 0.48, 0.55)), rng.randint(5, 7)
    for depth in (index / (count - 1) for index in range(count)):
        base = 0.5 + (0.22 if lake else 0.4) * depth
        if lake and depth == 1:
            _add_lake(canvas, round(height * rng.uniform(0.74, 0.8)), palette, rng)
            base = 0.93
        hills = _curve(rng, width / side * (3.6 - 1.5 * depth), rough)
        crest = [height * base - side * (0.13 - 0.06 * depth) * hill for hill in hills]
        wood = 70 * width // side if rough > 0.3 and depth > 0.7 else 0
        tall = [round(side * depth * rng.uniform(0.03, 0.08)) for _ in range(wood)]
        colours = [palette.at((light + fog) * (1 - depth)) for fog in (0, 0.25, 0.25)]
        _add_ridge(canvas, crest, [(rng.randrange(len(crest)), each) for each in tall], colours)


def _add_lake(canvas: Image.Image, shore: int, palette: Palette, rng: random.Random) -> None:
    width, depth = canvas.width, canvas.height - shore
    water = ImageOps.flip(canvas.crop((0, shore - 2 * depth, width, shore))).resize((width, depth))
    water = water.filter(ImageFilter.BoxBlur((width / 300, depth / 80)))
    water = Image.blend(water, Image.new("RGB", water.size, palette.at(0.3)), 0.3)
    water.paste(palette.at(0.75), None, _patches(rng, water.size, 3, 40, 0.4))
    canvas.paste(water, (0, shore))


def _add_cards(picture: Image.Image, references: Sequence[Image.Image], rng: random.Random) -> None:
    """References as instant photographs, in a row."""
    pitch = picture.width / (len(references) + 1)
    side = round(min(picture.height * 0.34, pitch * 0.85))
    border = max(4, side // 18)
    for index, reference in enumerate(references, 1):
        photo = ImageOps.fit(ImageOps.exif_transpose(reference).convert("RGBA"), (side, side))
        card = Image.new("RGBA", (side + 2 * border, side + 4 * border), "#fbfaf6")
        card.alpha_composite(photo, (border, border))
        # A clear margin, for the shadow, and so that turning the card smooths its outer edge too.
        card = ImageOps.expand(card, 3 * border, (251, 250, 246, 0))
        card = card.rotate(rng.uniform(-6, 6), Image.Resampling.BICUBIC, expand=True)
        outline, (x, y) = card.getchannel("A"), (index * pitch, picture.height * 0.6)
        shadow = outline.filter(ImageFilter.BoxBlur(border)).point([v * 2 // 5 for v in range(256)])
        _paste(picture, (12, 10, 24), shadow, (x, y + border))
        _paste(picture, card.convert("RGB"), outline, (x, y))


def _add_mark(picture: Image.Image, prompt: str) -> None:
    """Says what painted it, and of the prompt, or of the scene of a JSON prompt, what has room."""
    size = max(11, round(min(picture.size) / 46))
    font = ImageFont.load_default(size=size)
    named = re.search(r'"(?:scene|description|prompt)"\s*:\s*"([^"\\]+)', prompt)
    words = named[1] if named else "" if prompt.lstrip().startswith("{") else prompt
    words = " ".join(words.split())[:200]
    # Pillow's built-in font has no more than the Latin letters; better no words than boxes.
    text = f"{MARK}   {words}".rstrip() if words.isascii() and words.isprintable() else MARK
    while font.getlength(text) > picture.width - 4 * size:
        text = text.rstrip(" …")[:-1] + "…"
    pill = Image.new("L", (round(font.getlength(text)) + 2 * size, 2 * size))
    ImageDraw.Draw(pill).rounded_rectangle((0, 0, *pill.size), radius=size, fill=150)
    picture.paste((14, 12, 26), (size, picture.height - 3 * size), pill)
    place = (2 * size, picture.height - 2 * size)
    ImageDraw.Draw(picture).text(place, text, "#fff", font, "lm")
