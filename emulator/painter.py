"""The stand-in for FLUX.2: paints a picture from prompt, seed and references, with Pillow alone.

The same arguments give the same pixels. Soft things (skies, glows, aurorae, shadows) are painted
small and enlarged, because there it does not show; edges and text are drawn at full size.
"""

import hashlib
import io
import json
import math
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont, ImageOps

MARK = "demo painter · not FLUX.2"
JPEG_QUALITY = 85

RGB = tuple[int, int, int]
Size = tuple[int, int]
Curve = Callable[[float], float]

# Dark to light; the words are looked for in the prompt.
PALETTES: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"sunset", "dusk", "warm", "fire", "red"}), "2b193d 7a2e5d d1495b f79256 fbd1a2"),
    (frozenset({"sea", "ocean", "lake", "water", "blue"}), "06283d 12527c 2f88a8 7cc6c3 e3f6ee"),
    (frozenset({"forest", "tree", "garden", "green"}), "10231c 235440 4f8a5b a7c080 f4efd0"),
    (frozenset({"desert", "sand", "dune", "orange"}), "3c1f2b 8a3f35 cf7243 eab676 fbead0"),
    (frozenset({"night", "moon", "star", "space", "city"}), "0b1030 232a6b 4b4fb0 9a86d8 f2d5ee"),
    (frozenset({"snow", "ice", "winter", "cold", "white"}), "1f2f46 4a6a8a 86a9c2 c3d7e0 f7f6f2"),
    (frozenset({"flower", "rose", "spring", "pink"}), "3a2149 8a4b7f d97f9f f4b6ad fdeee0"),
    (frozenset({"autumn", "coffee", "wood", "brown"}), "261c22 6b3a31 b0653c e0a458 f6e3bd"),
    (frozenset({"cat", "dog", "fox", "portrait"}), "22303c 3f6c73 e07a5f f2b880 f8efe0"),
    (frozenset({"robot", "car", "neon", "future"}), "10122b 3a1c71 8d3dae ef6aa0 ffd6a5"),
)


def paint(
    prompt: str,
    *,
    width: int,
    height: int,
    seed: int,
    steps: int,
    references: Sequence[Image.Image],
) -> Image.Image:
    """An RGB picture of exactly `width` x `height` pixels (256 to 2048 a side).

    More steps mean less grain, as if the picture had been worked out further.
    """
    rng = random.Random(hashlib.sha256(f"{seed}\n{prompt}".encode()).digest())
    palette = _choose_palette(prompt, rng)
    scene = rng.choice(SCENES_FOR_PALETTE if _wished_colours(prompt) else SCENES)
    picture = _add_grain(scene((width, height), palette, rng), 3.0 + 12.0 / (steps + 3), rng)
    _add_cards(picture, references, rng)
    _add_mark(picture, _caption(prompt))
    return picture


def encode(picture: Image.Image, file_format: str = "JPEG") -> bytes:
    """The bytes of a `JPEG`, `PNG` or `WEBP` file."""
    options = {"JPEG": {"quality": JPEG_QUALITY}, "PNG": {"compress_level": 1}, "WEBP": {}}
    buffer = io.BytesIO()
    picture.save(buffer, file_format, **options[file_format])
    return buffer.getvalue()


# Colours. Mixed in OKLab (https://bottosson.github.io/posts/oklab/): a straight mix of sRGB values
# turns grey between opposite hues, which shows when a caller brings a palette of their own.


def _to_oklab(colour: RGB) -> tuple[float, float, float]:
    r, g, b = ((v / 255) ** 2.2 for v in colour)
    long = (0.4122 * r + 0.5363 * g + 0.0514 * b) ** (1 / 3)
    medium = (0.2119 * r + 0.6807 * g + 0.1074 * b) ** (1 / 3)
    short = (0.0883 * r + 0.2817 * g + 0.6300 * b) ** (1 / 3)
    return (
        0.2105 * long + 0.7936 * medium - 0.0041 * short,
        1.9780 * long - 2.4286 * medium + 0.4506 * short,
        0.0259 * long + 0.7828 * medium - 0.8087 * short,
    )


def _from_oklab(lightness: float, a: float, b: float) -> RGB:
    long = (lightness + 0.3963 * a + 0.2158 * b) ** 3
    medium = (lightness - 0.1056 * a - 0.0639 * b) ** 3
    short = (lightness - 0.0895 * a - 1.2915 * b) ** 3
    linear = (
        4.0767 * long - 3.3077 * medium + 0.2310 * short,
        -1.2684 * long + 2.6098 * medium - 0.3413 * short,
        -0.0042 * long - 0.7034 * medium + 1.7076 * short,
    )
    r, g, b = (round(255 * math.pow(min(max(v, 0.0), 1.0), 1 / 2.2)) for v in linear)
    return r, g, b


def _mix(one: RGB, other: RGB, share: float) -> RGB:
    pairs = zip(_to_oklab(one), _to_oklab(other), strict=True)
    lightness, a, b = (x + (y - x) * share for x, y in pairs)
    return _from_oklab(lightness, a, b)


def _lightness(colour: RGB) -> float:
    return _to_oklab(colour)[0]


def _chroma(colour: RGB) -> float:
    return math.hypot(*_to_oklab(colour)[1:])


def _along(stops: Sequence[RGB], position: float) -> RGB:
    place = min(max(position, 0.0), 1.0) * (len(stops) - 1)
    index = min(int(place), len(stops) - 2)
    return _mix(stops[index], stops[index + 1], place - index)


@dataclass(frozen=True)
class Palette:
    """At least three colours, dark to light."""

    colours: tuple[RGB, ...]

    def at(self, position: float) -> RGB:
        return _along(self.colours, position)

    @property
    def accent(self) -> RGB:
        return max(self.colours, key=_chroma)


def _parse_hex(text: object) -> RGB | None:
    if not isinstance(text, str) or not re.fullmatch(r"#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})", text):
        return None
    digits = text.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    r, g, b = bytes.fromhex(digits)
    return r, g, b


def _walk(value: object) -> Iterator[tuple[str, object]]:
    """Every key and value of a JSON document, outermost first."""
    if isinstance(value, dict):
        yield from value.items()
    children = value.values() if isinstance(value, dict) else value
    if isinstance(children, str) or not hasattr(children, "__iter__"):
        return
    for child in children:
        yield from _walk(child)


def _json_prompt(prompt: str) -> dict[str, object]:
    try:
        document = json.loads(prompt)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _wished_colours(prompt: str) -> list[RGB]:
    for key, value in _walk(_json_prompt(prompt)):
        if key in ("color_palette", "palette") and isinstance(value, list):
            return [colour for colour in map(_parse_hex, value) if colour]
    return []


def _widen(colours: Sequence[RGB]) -> Palette:
    """Too few colours for a picture get a darker and a lighter relative."""
    ordered = sorted(set(colours), key=_lightness)
    if len(ordered) < 3:
        ordered = [_mix(ordered[0], (8, 8, 16), 0.6), *ordered, _mix(ordered[-1], (255,) * 3, 0.7)]
    return Palette(tuple(ordered))


def _choose_palette(prompt: str, rng: random.Random) -> Palette:
    wished = _wished_colours(prompt)
    words = {word.rstrip("s") for word in re.findall(r"[a-z]+", prompt.lower())}
    fitting = [colours for names, colours in PALETTES if names & words]
    chosen = rng.choice(fitting or [colours for _, colours in PALETTES])
    if wished:
        return _widen(wished)
    return Palette(tuple(colour for colour in map(_parse_hex, chosen.split()) if colour))


# Brushes.


def _gradient(size: Size, stops: Sequence[RGB]) -> Image.Image:
    """Top to bottom through `stops`."""
    rows = 40
    column = bytes(v for y in range(rows) for v in _along(stops, y / (rows - 1)))
    return Image.frombytes("RGB", (1, rows), column).resize(size, Image.Resampling.BICUBIC)


def _noise(rng: random.Random, octaves: int, roughness: float) -> Curve:
    """A smooth random curve over 0..1, its values about -1..1."""
    layers = [(roughness**k, 2**k, [rng.uniform(-1, 1) for _ in range(40)]) for k in range(octaves)]

    def curve(x: float) -> float:
        total = 0.0
        for strength, frequency, values in layers:
            place = (x + 1) * frequency
            index, rest = int(place), place % 1
            before, after = values[index % 40], values[(index + 1) % 40]
            total += strength * (before + (after - before) * rest * rest * (3 - 2 * rest))
        return total

    return curve


def _crest(size: Size, curve: Curve) -> list[tuple[float, float]]:
    width, height = size
    count = 320
    return [(width * i / count, height * curve(i / count)) for i in range(count + 1)]


def _below(size: Size, crest: Sequence[tuple[float, float]]) -> Image.Image:
    """The mask of what lies below a crest; drawn at double size, for a smooth edge."""
    width, height = size
    mask = Image.new("L", (width * 2, height * 2))
    corners = [(width * 2, height * 2), (0, height * 2)]
    ImageDraw.Draw(mask).polygon([*((x * 2, y * 2) for x, y in crest), *corners], fill=255)
    return mask.reduce(2)


def _disc(diameter: int) -> Image.Image:
    mask = Image.new("L", (diameter * 2, diameter * 2))
    ImageDraw.Draw(mask).ellipse((0, 0, diameter * 2 - 1, diameter * 2 - 1), fill=255)
    return mask.reduce(2)


def _glow(diameter: int, strength: float) -> Image.Image:
    # Pillow's gradient is 255 in the corners, so about 180 on the inscribed circle.
    fade = [round(strength * 255 * max(0.0, 1 - v / 178) ** 2) for v in range(256)]
    middle = Image.radial_gradient("L").point(fade)
    return middle.resize((diameter, diameter), Image.Resampling.BICUBIC)


def _paste_centred(
    canvas: Image.Image, paint_: RGB | Image.Image, mask: Image.Image, centre: tuple[float, float]
) -> None:
    left, top = (round(c - m / 2) for c, m in zip(centre, mask.size, strict=True))
    box = (left, top, left + mask.width, top + mask.height)
    canvas.paste(paint_, box, mask)


def _add_sun(
    canvas: Image.Image, centre: tuple[float, float], diameter: float, upper: RGB, lower: RGB
) -> None:
    disc = _disc(round(diameter))
    _paste_centred(canvas, upper, _glow(round(diameter * 4.5), 0.75), centre)
    _paste_centred(canvas, _gradient(disc.size, [upper, lower]), disc, centre)


def _add_layer(
    canvas: Image.Image, curve: Curve, stops: Sequence[RGB], shadow: float = 0.0
) -> None:
    """Everything below `curve` filled from its highest point down; optionally it casts a shadow."""
    width, height = canvas.size
    crest = _crest(canvas.size, curve)
    top = max(0, math.floor(min(y for _, y in crest)) - 1)
    if top >= height - 1:
        return
    size = (width, height - top)
    mask = _below(size, [(x, y - top) for x, y in crest])
    if shadow:
        _cast_shadow(canvas, mask, top, shadow)
    canvas.paste(_gradient(size, stops), (0, top), mask)


def _cast_shadow(canvas: Image.Image, mask: Image.Image, top: int, strength: float) -> None:
    """A soft dark edge just above the crest; painted at an eighth of the size."""
    reach = max(8, min(canvas.size) // 24)
    margin = 3 * reach
    small = Image.new("L", (max(1, mask.width // 8), max(1, (mask.height + margin) // 8)))
    shape = mask.resize((small.width, max(1, mask.height // 8)))
    small.paste(shape, (0, (margin - reach // 2) // 8))
    small = small.filter(ImageFilter.GaussianBlur(reach / 11)).point(
        [round(v * strength) for v in range(256)]
    )
    soft = small.resize((mask.width, small.height * 8), Image.Resampling.BICUBIC)
    canvas.paste((10, 8, 24), (0, top - margin), soft)


def _add_grain(picture: Image.Image, spread: float, rng: random.Random) -> Image.Image:
    """Film grain; it also hides the steps of eight-bit gradients."""
    side = 512
    bell = [round(64 + NormalDist().inv_cdf((v + 0.5) / 256) * spread) for v in range(256)]
    tile = Image.frombytes("L", (side, side), rng.randbytes(side * side)).point(bell)
    grain = Image.new("L", picture.size)
    for y in range(0, picture.height, side):
        for x in range(0, picture.width, side):
            grain.paste(tile, (x, y))
    return ImageChops.add(picture, Image.merge("RGB", (grain,) * 3), 1, -64)


# Scenes.


def _mountains(size: Size, palette: Palette, rng: random.Random) -> Image.Image:
    width, height = size
    sky = [palette.at(0.52), palette.at(0.78), palette.at(1.0)]
    canvas = _gradient(size, [*sky, sky[-1]])
    sun = (width * rng.uniform(0.22, 0.78), height * rng.uniform(0.26, 0.4))
    diameter = min(size) * rng.uniform(0.13, 0.24)
    _add_sun(canvas, sun, diameter, _mix(palette.at(1), (255, 255, 255), 0.6), palette.at(0.88))
    count = rng.randint(5, 7)
    for index in range(count):
        depth = index / (count - 1)
        _add_layer(canvas, _ridge(rng, depth), _ridge_colours(palette, depth))
    return canvas


def _ridge(rng: random.Random, depth: float) -> Curve:
    noise = _noise(rng, 6, 0.5 - 0.06 * depth)
    base, rise = 0.5 + 0.38 * depth, 0.115 - 0.04 * depth
    return lambda x: base - rise * noise(x * 1.6)


def _ridge_colours(palette: Palette, depth: float) -> list[RGB]:
    colour = palette.at(0.74 * (1 - depth))
    mist = _mix(colour, palette.at(0.95), 0.62 * (1 - depth) + 0.06)
    return [colour, mist, mist]


def _aurora(size: Size, palette: Palette, rng: random.Random) -> Image.Image:
    height = size[1]
    night = _mix(palette.at(0), (4, 6, 18), 0.45)
    canvas = _gradient(size, [night, palette.at(0.06), palette.at(0.3), palette.at(0.5)])
    _add_stars(canvas, rng, palette.at(1))
    for colour in (palette.at(0.62), palette.accent, palette.at(0.86)):
        curtain = _curtain(rng).resize(size, Image.Resampling.BICUBIC)
        canvas.paste(colour, None, curtain)
    shore = round(height * rng.uniform(0.68, 0.78))
    for depth in (0.0, 0.5, 1.0):
        noise = _noise(rng, 6, 0.52)
        base, rise = shore / height - 0.05 + 0.04 * depth, 0.075 - 0.02 * depth
        colour = _mix(palette.at(0.22 * (1 - depth)), night, 0.25 + 0.5 * depth)
        _add_layer(canvas, _hill(noise, base, rise), [colour, _mix(colour, night, 0.4)])
    _add_lake(canvas, shore, night, rng)
    return canvas


def _hill(noise: Curve, base: float, rise: float) -> Curve:
    return lambda x: base - rise * noise(x * 1.4)


def _add_stars(canvas: Image.Image, rng: random.Random, colour: RGB) -> None:
    draw = ImageDraw.Draw(canvas, "RGBA")
    unit = min(canvas.size) / 1024
    for _ in range(round(40 + 110 * min(1.0, unit))):
        x, y = canvas.width * rng.random(), canvas.height * 0.7 * rng.random() ** 1.4
        radius = max(0.5, unit * rng.uniform(0.5, 1.5))
        draw.ellipse(
            (x - radius, y - radius, x + radius, y + radius),
            fill=(*colour, rng.randint(70, 230)),
        )


def _curtain(rng: random.Random) -> Image.Image:
    """The mask of one band of light: rays that rise from a wandering line and fade upwards."""
    side = 256
    mask = Image.new("L", (side, side))
    fade = bytes(round(255 * (y / 63) ** 1.8 * min(1.0, (63 - y) / 7)) for y in range(64))
    ray = Image.frombytes("L", (1, 64), fade)
    path, reach, light = _noise(rng, 3, 0.5), _noise(rng, 5, 0.7), _noise(rng, 6, 0.8)
    base, strength = rng.uniform(0.42, 0.62), rng.uniform(0.5, 0.8)
    for x in range(side):
        at = x / side
        tall = max(12, round(side * (0.36 + 0.1 * reach(at * 2))))
        foot = round(side * (base + 0.09 * path(at * 1.5)))
        gain = strength * min(1.0, max(0.12, 0.55 + 0.32 * light(at * 3)))
        column = ray.resize((1, tall)).point([round(v * gain) for v in range(256)])
        mask.paste(column, (x, foot - tall))
    return mask.filter(ImageFilter.GaussianBlur(1.6))


def _add_lake(canvas: Image.Image, shore: int, night: RGB, rng: random.Random) -> None:
    width, height = canvas.size
    depth = height - shore
    source = canvas.crop((0, max(0, shore - depth * 2), width, shore))
    water = ImageOps.flip(source).resize((width, depth), Image.Resampling.BILINEAR)
    water = _rippled(water, rng)
    veil = _gradient((width, depth), [night, night])
    canvas.paste(Image.blend(water, veil, 0.34), (0, shore))


def _rippled(water: Image.Image, rng: random.Random) -> Image.Image:
    width, height = water.size
    strips: list[tuple[tuple[int, int, int, int], tuple[float, ...]]] = []
    y, step, inset = 0, max(1, height // 90), width * 0.008
    while y < height:
        bottom = min(height, y + step)
        left = inset * (1 + (0.3 + 0.7 * y / height) * rng.uniform(-1, 1))
        right = left + width - 2 * inset
        corners = (left, y, left, bottom, right, bottom, right, y)
        strips.append(((0, y, width, bottom), corners))
        y = bottom
    moved = water.transform(water.size, Image.Transform.MESH, strips, Image.Resampling.BILINEAR)
    return moved.filter(ImageFilter.BoxBlur((width / 400, height / 300)))


def _paper(size: Size, palette: Palette, rng: random.Random) -> Image.Image:
    width, height = size
    canvas = _gradient(size, [palette.at(1.0), palette.at(0.86)])
    sun = (width * rng.uniform(0.25, 0.75), height * rng.uniform(0.24, 0.36))
    warm = palette.accent
    _add_sun(canvas, sun, min(size) * rng.uniform(0.2, 0.32), _mix(warm, palette.at(1), 0.3), warm)
    count = rng.randint(6, 8)
    for index in range(count):
        depth = index / (count - 1)
        noise = _noise(rng, 2, 0.35)
        base, rise = 0.42 + 0.48 * depth, 0.13 - 0.05 * depth
        colour = palette.at(0.86 * (1 - depth))
        lower = _mix(colour, palette.at(0.7 * (1 - depth)), 0.8)
        _add_layer(canvas, _hill(noise, base, rise), [colour, lower], shadow=0.34)
    return canvas


def _flow(size: Size, palette: Palette, rng: random.Random) -> Image.Image:
    canvas = _mesh_gradient(palette, rng).resize(size, Image.Resampling.BICUBIC)
    for _ in range(rng.randint(2, 3)):
        centre = (size[0] * rng.uniform(0.15, 0.85), size[1] * rng.uniform(0.2, 0.7))
        disc = _disc(round(min(size) * rng.uniform(0.16, 0.42)))
        upper, lower = palette.at(rng.uniform(0.6, 1)), palette.at(rng.uniform(0.2, 0.7))
        fade = Image.linear_gradient("L").resize(disc.size).point(lambda v: 235 - round(v * 0.75))
        veil = ImageChops.multiply(disc, fade)
        _paste_centred(canvas, _gradient(disc.size, [upper, lower]), veil, centre)
    for colour in (palette.at(1.0), palette.at(0.85)):
        canvas.paste(_mix(colour, (255, 255, 255), 0.35), None, _ribbon(size, rng))
    return canvas


def _mesh_gradient(palette: Palette, rng: random.Random) -> Image.Image:
    """Soft patches; each takes a colour near that of its height, so that neighbours agree."""
    side = 160
    canvas = _gradient((side, side), [palette.at(p) for p in (0, 0, 0.25, 0.5, 0.75, 1, 1)])
    for _ in range(7):
        x, y = rng.random(), rng.uniform(0.15, 0.85)
        colour = palette.at(1.4 * y - 0.2 + rng.uniform(-0.3, 0.3))
        blob = _glow(round(side * rng.uniform(0.6, 1.2)), 0.9)
        _paste_centred(canvas, colour, blob, (side * x, side * y))
    canvas = canvas.filter(ImageFilter.GaussianBlur(7))
    return canvas if rng.random() < 0.6 else ImageOps.flip(canvas)


def _ribbon(size: Size, rng: random.Random) -> Image.Image:
    """The mask of a band of silk: strips between curves that part, twist and meet again."""
    width, height = size
    mask = Image.new("L", (width * 2, height * 2))
    draw = ImageDraw.Draw(mask)
    places = [i / 96 for i in range(97)]
    one, other = (
        [curve(x) for x in places] for curve in (_noise(rng, 2, 0.4), _noise(rng, 2, 0.4))
    )
    base, spread = rng.uniform(0.4, 0.75), rng.uniform(0.12, 0.24)
    folds, strips = rng.uniform(1.5, 3.5), 72
    curves = [
        [
            (2 * width * x, 2 * height * (base + spread * _blend(a, b, k / strips)))
            for x, a, b in zip(places, one, other, strict=True)
        ]
        for k in range(strips + 1)
    ]
    for k in range(strips):
        share = k / strips
        light = 0.5 + 0.5 * math.cos(math.tau * folds * share)
        opacity = round(255 * math.sin(math.pi * share) * (0.1 + 0.5 * light**2))
        draw.polygon([*curves[k], *reversed(curves[k + 1])], fill=opacity)
    return mask.reduce(2)


def _blend(one: float, other: float, share: float) -> float:
    return one + (other - one) * share + (share - 0.5) * 0.5


# The night of the aurora would swallow colours that somebody asked for.
SCENES_FOR_PALETTE = (_mountains, _paper, _flow)
SCENES = (*SCENES_FOR_PALETTE, _aurora)


# What is laid over the scene: references and words.


def _add_cards(picture: Image.Image, references: Sequence[Image.Image], rng: random.Random) -> None:
    """References as instant photographs, in a row a little below the middle."""
    if not references:
        return
    width, height = picture.size
    pitch = width / (len(references) + 0.4)
    side = round(min(pitch * 0.86, height * 0.42, min(width, height) * 0.46))
    for index, reference in enumerate(references):
        card = _card(reference, side, f"image {index}").rotate(
            rng.uniform(-6, 6), Image.Resampling.BICUBIC, expand=True
        )
        x = width / 2 + (index - (len(references) - 1) / 2) * pitch
        y = height * (0.55 + 0.035 * (-1) ** index * (len(references) > 1))
        _drop_shadow(picture, card, (x, y))
        _paste_centred(picture, card.convert("RGB"), card.getchannel("A"), (x, y))


def _card(reference: Image.Image, side: int, label: str) -> Image.Image:
    border = max(4, side // 18)
    photo = _upright(reference)
    photo = ImageOps.contain(photo, (side - 2 * border, side - 2 * border))
    foot = border * 3
    card = Image.new("RGBA", (photo.width + 2 * border, photo.height + border + foot), "#fbfaf6")
    card.paste(photo, (border, border))
    font = ImageFont.load_default(size=max(8, border * 1.5))
    middle = (card.width / 2, photo.height + border + foot / 2)
    if font.getlength(label) < photo.width:
        ImageDraw.Draw(card).text(middle, label, fill="#55524c", font=font, anchor="mm")
    # A clear margin, so that turning the card smooths its outer edge too.
    return ImageOps.expand(card, 2, (251, 250, 246, 0))


def _upright(reference: Image.Image) -> Image.Image:
    turned = ImageOps.exif_transpose(reference).convert("RGBA")
    paper = Image.new("RGBA", turned.size, "#e9e6df")
    return Image.alpha_composite(paper, turned).convert("RGB")


def _drop_shadow(picture: Image.Image, card: Image.Image, centre: tuple[float, float]) -> None:
    blur = max(3, min(card.size) // 22)
    shade = ImageOps.expand(card.getchannel("A"), blur * 3, 0)
    shade = shade.reduce(4).filter(ImageFilter.GaussianBlur(blur / 4)).resize(shade.size)
    shade = shade.point(lambda v: round(v * 0.42))
    _paste_centred(picture, (12, 10, 24), shade, (centre[0], centre[1] + blur))


def _caption(prompt: str) -> str:
    document = _json_prompt(prompt)
    named = [v for k, v in _walk(document) if k in ("scene", "description", "prompt")]
    text = next((v for v in named if isinstance(v, str)), "") if document else prompt
    text = " ".join(text.split())
    # Pillow's built-in font has no more than the Latin letters; better no words than boxes.
    return text if all(c.isascii() and c.isprintable() for c in text) else ""


def _add_mark(picture: Image.Image, caption: str) -> None:
    size = max(11, round(min(picture.size) / 46))
    font = ImageFont.load_default(size=size)
    gap = round(size * 0.7)
    room = picture.width - 4 * gap - font.getlength(MARK)
    words = _shorten(caption, font, room - 2 * gap)
    text = f"{MARK}   {words}" if words else MARK
    right, top = round(font.getlength(text)) + 3 * gap, picture.height - gap - 2 * size
    box = (gap, top, right, picture.height - gap)
    _add_pill(picture, box)
    draw = ImageDraw.Draw(picture)
    middle = (top + picture.height - gap) / 2
    draw.text((2 * gap, middle), MARK, fill="#ffffff", font=font, anchor="lm")
    draw.text((right - gap, middle), words, fill="#cfcdd8", font=font, anchor="rm")


def _add_pill(picture: Image.Image, box: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = box
    size = (right - left, bottom - top)
    mask = Image.new("L", (size[0] * 2, size[1] * 2))
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, *mask.size), radius=size[1], fill=150)
    picture.paste((14, 12, 26), box, mask.reduce(2))


def _shorten(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, room: float) -> str:
    """`text`, or its first words and an ellipsis, or nothing where not even ten letters fit."""
    text = text[:200]
    if font.getlength(text) <= room:
        return text
    while text and font.getlength(text + "…") > room:
        text = text[:-1]
    return text.rstrip(" ,.;") + "…" if len(text) >= 10 else ""
