"""The painter: pictures that depend on what was asked for, and on nothing else."""

import json

import pytest
from PIL import Image, ImageChops, ImageStat

from emulator.painter import paint


def _paint(
    prompt: str = "a quiet valley",
    size: tuple[int, int] = (256, 256),
    seed: int = 1,
    steps: int = 25,
    references: tuple[Image.Image, ...] = (),
) -> Image.Image:
    return paint(prompt, size, seed=seed, steps=steps, references=references)


def _share_near(picture: Image.Image, colour: str) -> float:
    """The share of pixels whose every channel is within 40 of that of `colour`."""
    difference = ImageChops.difference(picture, Image.new("RGB", picture.size, colour))
    red, green, blue = difference.point([255 * (v <= 40) for v in range(256)] * 3).split()
    return ImageStat.Stat(ImageChops.darker(ImageChops.darker(red, green), blue)).mean[0] / 255


@pytest.mark.parametrize("size", [(257, 640), (2048, 256), (300, 1023)])
@pytest.mark.parametrize("seed", range(4))
def test_size_is_exactly_the_one_asked_for(size: tuple[int, int], seed: int) -> None:
    """Any side from 256 to 2048 is met to the pixel, whatever the seed chooses."""
    picture = _paint(size=size, seed=seed)
    assert (picture.size, picture.mode) == (size, "RGB")


@pytest.mark.parametrize("seed", range(4))
def test_same_arguments_give_same_pixels(seed: int) -> None:
    """Nothing but the arguments decides what is painted."""
    reference = Image.new("RGB", (64, 32), "red")
    one, other = (_paint(seed=seed, references=(reference,)) for _ in range(2))
    assert one == other


def test_each_argument_counts() -> None:
    """Another seed, prompt, or number of steps is seen above the caption that shows the prompt."""
    pictures = [
        _paint(),
        _paint(seed=2),
        _paint(seed=3),
        _paint("a quiet harbour"),
        _paint(steps=4),
    ]
    assert len({picture.crop((0, 0, 256, 200)).tobytes() for picture in pictures}) == 5


@pytest.mark.parametrize(
    "prompt",
    [
        *("静かな谷 🏔 é\n\x00", "", "{", "words " * 400),
        *('{"color_palette":[]}', '{"palette":["red",7,null]}', '{"palette":"#fff"}'),
    ],
)
def test_any_prompt_is_painted(prompt: str) -> None:
    """Letters that the font lacks, and palettes that cannot be read, are left out."""
    assert _paint(prompt).size == (256, 256)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("wrap", ['{"color_palette":%s}', '{"style": {"palette" : %s}}'])
def test_each_colour_of_a_palette_is_visible(wrap: str, seed: int) -> None:
    """The hex colours of a JSON prompt, wherever they stand, are those of the picture."""
    colours = ["#ff6b35", "#004e89", "#f7c59f"]
    picture = _paint(wrap % json.dumps([colours[0], "004E89", colours[2]]), (512, 512), seed)
    assert all(_share_near(picture, colour) > 0.02 for colour in colours)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_each_reference_is_seen(count: int) -> None:
    """Every reference image stands in the picture in its own colours."""
    colours = ["#f00", "#0f0", "#00f", "#f0f"][:count]
    shown = _paint(references=tuple(Image.new("RGB", (200, 200), each) for each in colours))
    for colour in colours:
        assert _share_near(shown, colour) > _share_near(_paint(), colour) + 0.01


def test_reference_is_turned_as_its_exif_says() -> None:
    """A photograph taken sideways is shown upright."""
    sideways = Image.linear_gradient("L")
    sideways.getexif()[0x0112] = 6
    upright = Image.linear_gradient("L").transpose(Image.Transpose.ROTATE_270)
    assert _paint(references=(sideways,)) == _paint(references=(upright,))


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "CMYK", "1", "I;16"])
def test_reference_of_any_kind_is_painted(mode: str) -> None:
    """Grey, indexed, transparent, or hardly there: whatever Pillow opens can be shown."""
    assert _paint(references=(Image.new(mode, (512, 1)),)).size == (256, 256)
