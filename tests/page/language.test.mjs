/** The language of the reader, and words with numbers in them. */

import assert from "node:assert/strict";
import test from "node:test";

import { bytes, counted, dollars, has, learn, percent, preferred, speak, t } from "../../assets/js/words/language.js";

test("the language is the one that was chosen, or else the first that the page knows", () => {
  assert.equal(preferred("zh-TW", ["en"]), "zh-TW");
  assert.equal(preferred(null, ["fr", "zh-Hant-HK", "en"]), "zh-TW");
  assert.equal(preferred("fr", ["en-GB", "zh"]), "en");
  assert.equal(preferred("constructor", ["de"]), "en");
});

test("values are filled in, numbers as the language writes them", async () => {
  speak("en");
  assert.equal(t("cost.neurons", { neurons: 3750 }), "3,750 neurons");
  assert.equal(counted("images", 1), "1 image");
  assert.equal(counted("images", 1200), "1,200 images");
  speak(await learn("zh-TW"));
  assert.equal(counted("images", 1), "1 張圖片");
  speak("en");
});

test("a language that cannot be had is English", async () => {
  assert.equal(await learn("en"), "en");
  assert.equal(await learn("fr"), "en");
});

test("words that are missing are a bug, and are told as one", () => {
  assert.equal(has("jobs.dismiss"), true);
  assert.equal(has("jobs.unknown"), false);
  assert.throws(() => t("jobs.unknown"), /jobs\.unknown/);
});

test("amounts are said as people say them", () => {
  speak("en");
  assert.equal(dollars(0.04125), "$0.041");
  assert.equal(percent(0.375), "38%");
  assert.equal(percent(0.0026), "0.3%");
  assert.deepEqual([4000, 1.25e6, 3e9].map(bytes), ["4 kB", "1.3 MB", "3 GB"]);
});
