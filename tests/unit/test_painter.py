"""The painter: pictures that depend on what was asked for, and on nothing else."""

import io
import json
from collections.abc import Sequence

import pytest
from PIL import Image, ImageChops, ImageStat

from emulator.painter import encode, paint


def _paint(
    prompt: str = "a quiet valley",
    *,
    size: tuple[int, int] = (256, 256),
    seed: int = 1,
    steps: int = 25,
    references: Sequence[Image.Image] = (),
) -> Image.Image:
    width, height = size
    return paint(prompt, width=width, height=height, seed=seed, steps=steps, references=references)


def _differ(one: Image.Image, other: Image.Image) -> bool:
    return ImageChops.difference(one, other).getbbox() is not None


def _share_near(picture: Image.Image, colour: tuple[int, int, int], distance: int = 48) -> float:
    """The share of pixels whose every channel is within `distance` of `colour`."""
    solid = Image.new("RGB", picture.size, colour)
    channels = ImageChops.difference(picture, solid).split()
    near = [band.point([255 * (v <= distance) for v in range(256)]) for band in channels]
    together = ImageChops.darker(ImageChops.darker(near[0], near[1]), near[2])
    return ImageStat.Stat(together).mean[0] / 255


@pytest.mark.parametrize("size", [(257, 640), (2048, 256), (300, 1023)])
@pytest.mark.parametrize("seed", range(4))
def test_size_is_exactly_the_one_asked_for(size: tuple[int, int], seed: int) -> None:
    """Any side from 256 to 2048 is met to the pixel, whichever scene the seed chooses."""
    picture = _paint(size=size, seed=seed)
    assert (picture.size, picture.mode) == (size, "RGB")


@pytest.mark.parametrize("seed", range(6))
def test_same_arguments_give_same_bytes(seed: int) -> None:
    """Nothing but the arguments decides what is painted."""
    reference = Image.new("RGB", (64, 32), "red")
    one, other = (encode(_paint(seed=seed, references=[reference])) for _ in range(2))
    assert one == other


def test_every_seed_gives_another_picture() -> None:
    """Seeds next to each other have nothing in common."""
    pictures = {_paint(seed=seed).tobytes() for seed in range(6)}
    assert len(pictures) == 6


def test_another_prompt_gives_another_picture() -> None:
    """The prompt decides too, not only the caption that shows it."""
    one, other = _paint("a valley"), _paint("a harbour")
    top = (0, 0, 256, 200)
    assert _differ(one.crop(top), other.crop(top))


def test_prompt_in_any_script_is_painted() -> None:
    """Letters that the font lacks are left out instead of failing."""
    assert _paint("静かな谷 🏔 é\n\x00").size == (256, 256)


@pytest.mark.parametrize("key", ["color_palette", "palette"])
@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_palette_of_json_prompt_rules_the_picture(key: str, nested: bool, seed: int) -> None:
    """The hex colours of a JSON prompt, wherever they stand, are the main colours."""
    colours = {key: ["#0a3d91", "1f78ff", "#9cf"]}
    picture = _paint(json.dumps({"style": colours} if nested else colours), seed=seed)
    red, _, blue = ImageStat.Stat(picture).mean
    assert blue > red + 40


@pytest.mark.parametrize("seed", range(6))
def test_each_colour_of_a_palette_is_visible(seed: int) -> None:
    """No colour that was asked for is lost, whichever scene the seed chooses."""
    colours = {"#ff6b35": (255, 107, 53), "#004e89": (0, 78, 137), "#f7c59f": (247, 197, 159)}
    picture = _paint(json.dumps({"color_palette": list(colours)}), seed=seed, size=(512, 512))
    assert all(_share_near(picture, colour) > 0.02 for colour in colours.values())


@pytest.mark.parametrize(
    "document", [{"color_palette": []}, {"color_palette": ["red", 7, None]}, {"palette": "blue"}]
)
def test_palette_that_cannot_be_read_is_passed_over(document: dict[str, object]) -> None:
    """A palette without a usable colour leaves the choice to the painter."""
    assert _paint(json.dumps(document)).size == (256, 256)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_each_reference_is_seen(count: int) -> None:
    """Every reference image stands in the picture in its own colours."""
    colours = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 0, 255)][:count]
    references = [Image.new("RGB", (200, 200), colour) for colour in colours]
    plain = _paint(size=(512, 512))
    shown = _paint(size=(512, 512), references=references)
    for colour in colours:
        assert _share_near(shown, colour, 30) > _share_near(plain, colour, 30) + 0.01


def test_reference_is_turned_as_its_exif_says() -> None:
    """A photograph taken sideways is shown upright."""
    sideways = Image.new("RGB", (200, 100), "red")
    sideways.getexif()[0x0112] = 6
    upright = sideways.transpose(Image.Transpose.ROTATE_270)
    upright.getexif().clear()
    assert not _differ(_paint(references=[sideways]), _paint(references=[upright]))


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "CMYK", "1", "I;16"])
def test_reference_of_any_mode_is_painted(mode: str) -> None:
    """Grey, indexed, transparent: whatever Pillow opens can be shown."""
    assert _paint(references=[Image.new(mode, (40, 30))]).size == (256, 256)


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
def test_encode_makes_the_format_asked_for(file_format: str) -> None:
    """What was encoded opens as that format and in that size."""
    opened = Image.open(io.BytesIO(encode(_paint(size=(300, 256)), file_format)))
    assert (opened.format, opened.size) == (file_format, (300, 256))
