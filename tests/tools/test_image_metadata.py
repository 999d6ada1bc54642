"""The settings in a downloaded file, as another program finds them: Pillow."""

import io
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PIL import Image

from dev.processes import NODE, ROOT

SCRIPT = """
  import { readFileSync, writeFileSync } from "node:fs";
  import { packetIn, withPacket } from "./assets/js/model/packets.js";
  import { packetOf } from "./assets/js/model/xmp.js";
  import { draft, result } from "./tests/page/samples.mjs";
  const packet = packetOf({ ...result("a"), asked: draft({ text: "一隻 <cat> & a dog" }) });
  for (const path of process.argv.slice(1)) {
    const older = withPacket(new Uint8Array(readFileSync(path)), "an older packet");
    const file = withPacket(older, packet);
    if (packetIn(file) !== packet) throw new Error(path);
    writeFileSync(path, file);
  }
"""
FLUX2 = "{urn:flux2-workers-ai:settings/1.0/}"
EXIF = Image.Exif()
EXIF[0x010E] = "described"
FILES = {
    "plain.jpg": ("RGB", {"quality": 90}),
    "progressive.jpg": ("RGB", {"progressive": True}),
    "grey.jpg": ("L", {}),
    "exif.jpg": ("RGB", {"exif": EXIF, "icc_profile": b"profile" * 20, "comment": b"a comment"}),
    "xmp.jpg": ("RGB", {"xmp": b"<x:xmpmeta/>"}),
    "plain.png": ("RGB", {}),
    "palette.png": ("P", {}),
    "alpha.png": ("RGBA", {"exif": EXIF}),
    "deep.png": ("I;16", {}),
    "lossy.webp": ("RGB", {}),
    "odd.webp": ("RGB", {"quality": 31}),
    "lossless.webp": ("RGB", {"lossless": True}),
    "alpha.webp": ("RGBA", {"lossless": True}),
    "lossy-alpha.webp": ("RGBA", {}),
    "xmp.webp": ("RGB", {"xmp": b"<x:xmpmeta/>", "exif": EXIF}),
    "animated.webp": ("RGB", {"save_all": True, "append_images": [Image.new("RGB", (41, 27))]}),
}


def drawn(mode: str) -> Image.Image:
    """Every pixel another, so that none can get lost unseen."""
    image = Image.new("RGBA" if mode == "RGBA" else "RGB", (41, 27))
    signs = bytes(
        (x * 5 + y * 7 + band * 60) % 256 for y in range(27) for x in range(41) for band in range(4)
    )
    image.frombytes(signs if mode == "RGBA" else bytes(b for i, b in enumerate(signs) if i % 4 < 3))
    return image if image.mode == mode else image.convert("L").convert(mode)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[bytes, Path]]:
    """Of every kind, as Pillow wrote it and with our settings in it."""
    folder = tmp_path_factory.mktemp("files")
    made = {}
    for name, (mode, options) in FILES.items():
        drawn(mode).save(folder / name, **options)
        made[name] = ((folder / name).read_bytes(), folder / name)
    paths = [str(path) for _, path in made.values()]
    subprocess.run([NODE, "--input-type=module", "-e", SCRIPT, *paths], cwd=ROOT, check=True)
    return made


def packet_of(image: Image.Image) -> ET.Element:
    """As Pillow gives it; in a PNG it is a text."""
    found = image.info.get("xmp") or image.info["XML:com.adobe.xmp"]
    return ET.fromstring(found if isinstance(found, str) else found.decode())


@pytest.mark.parametrize("name", FILES)
def test_another_reader_finds_the_settings_and_the_same_pixels(
    files: dict[str, tuple[bytes, Path]], name: str
) -> None:
    """The file stays as it is, with what else is in it."""
    before, path = files[name]
    with Image.open(io.BytesIO(before)) as plain, Image.open(path) as image:
        packet = packet_of(image)
        assert packet.findtext(f".//{FLUX2}prompt") == "一隻 <cat> & a dog"
        assert packet.findtext(f".//{FLUX2}seed") == "7"
        assert packet.findtext(f".//{FLUX2}model") == "flux-2-dev"
        assert packet.findtext(".//{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li") == (
            "一隻 <cat> & a dog"
        )
        assert (image.format, image.mode, image.size) == (plain.format, plain.mode, plain.size)
        assert getattr(image, "n_frames", 1) == getattr(plain, "n_frames", 1)
        for number in range(getattr(plain, "n_frames", 1)):
            image.seek(number)
            plain.seek(number)
            assert image.tobytes() == plain.tobytes()
        kept = ("exif", "icc_profile", "comment")
        assert {key: image.info.get(key) for key in kept} == {
            key: plain.info.get(key) for key in kept
        }
    assert path.read_bytes().count(b"x:xmpmeta xmlns") == 1
    assert b"an older packet" not in path.read_bytes()
