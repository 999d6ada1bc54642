/** The settings in the metadata of a file: they come back as they went, whatever stands in them. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { packetIn, withPacket } from "../../assets/js/model/packets.js";
import { packetOf, settingsIn } from "../../assets/js/model/xmp.js";
import { draft, result } from "./samples.mjs";

/** @param {object} asked */
const back = (asked) => settingsIn(packetOf({ ...result("a"), asked: draft(asked) }));

test("what was asked for comes back, with the seed that it had, locked", () => {
  const { seed } = result("a").actual;
  const { draft: found, references } = back({
    text: "a boat", model: "flux-2-dev", width: "1280", height: "720", steps: "30", guidance: "4.5", n: "3",
  });
  assert.deepEqual(found, draft({
    text: "a boat", width: "1280", height: "720", steps: "30", guidance: "4.5", seed: String(seed), locked: true,
    format: "jpeg",
  }));
  assert.equal(references, 0);
  assert.equal(settingsIn(packetOf({ ...result("a"), references: [{}, {}] })).references, 2);
});

test("the format is that of the file, whatever was asked for; where none is told it is as made", () => {
  assert.equal(back({ text: "a boat", format: "png" }).draft.format, "jpeg");
  const older = packetOf(result("a")).replace(/<flux2:output_format>.*/, "");
  assert.equal(settingsIn(older).draft.format, "");
});

test("a JSON prompt stays one, as it was typed; its scene is the description", () => {
  const json = '{\n  "scene": "a <b> & \\"c\\""\n}';
  const { draft: found } = back({ mode: "json", json, text: "not asked for" });
  assert.deepEqual([found.mode, found.json, found.text], ["json", json, ""]);
  assert.match(packetOf({ ...result("a"), asked: draft({ mode: "json", json }) }), /x-default">a &#60;b&#62; &#38; "c"</);
});

test("any signs come back, but for those that XML cannot have", () => {
  for (const text of ["</flux2:prompt>", "a & b &amp; c", "]]>", "一隻貓 🐈", "two\nlines\r\nand\ttab", '"\'']) {
    assert.equal(back({ text }).draft.text, text);
  }
  assert.equal(back({ text: "a\u0000b\u000bc\ud800d\ufffee" }).draft.text, "abcde");
});

test("another program may write them as attributes, with other names for signs", () => {
  const packet = `<rdf:Description xmlns:flux2="urn:flux2-workers-ai:settings/1.0/" flux2:kind="text"
    flux2:prompt="a &quot;b&quot;&#xA;&apos;c&apos; &unknown;" flux2:size='640x480' flux2:seed="7"/>`;
  const { draft: found } = settingsIn(packet);
  assert.equal(found.text, "a \"b\"\n'c' &unknown;");
  assert.deepEqual([found.width, found.height, found.seed, found.free], ["640", "480", "7", true]);
});

test("what is not ours, or is not whole, says nothing", () => {
  const ours = packetOf(result("a"));
  assert.equal(settingsIn("<x:xmpmeta/>"), null);
  assert.equal(settingsIn(ours.replace(/<flux2:seed>\d+/, "<flux2:seed>-1")), null);
  assert.equal(settingsIn(ours.replace(/<flux2:size>\d+/, "<flux2:size>big")), null);
  assert.equal(settingsIn(ours.replaceAll("flux2:prompt", "flux2:other")), null);
});

const HEAD = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2];

test("a file that is none of ours, damaged, or without room is left as it is", () => {
  const text = (/** @type {string} */ signs) => new TextEncoder().encode(signs);
  const files = [text(""), text("GIF89a…"), text("\u0001PNG"), text("RIFF....WEBP"), text("RIFF....WEBPVP8 "),
    Uint8Array.from([0xff, 0xd8]), Uint8Array.from([0xff, 0xd8, 0xff, 0xe1, 0xff])];
  for (const bytes of files) {
    assert.equal(withPacket(bytes, "packet"), null);
    assert.equal(packetIn(bytes), null);
  }
  const jpeg = Uint8Array.from([...HEAD, 0xff, 0xd9]);
  assert.equal(withPacket(jpeg, "x".repeat(65_536)), null);
  assert.equal(packetIn(withPacket(jpeg, "x".repeat(60_000))), "x".repeat(60_000));
});

test("a packet takes the place of the one before", () => {
  const jpeg = Uint8Array.from([...HEAD, 0xff, 0xd9]);
  const once = withPacket(withPacket(jpeg, "first"), "other");
  assert.equal(packetIn(once), "other");
  assert.deepEqual(once, withPacket(jpeg, "other"));
  assert.deepEqual([...once.subarray(0, HEAD.length)], HEAD, "JFIF's comes first");
});
