// The same file gives the same result as the command, in every format.

import assert from "node:assert/strict";
import { test } from "node:test";

import { DEMO, FAMILIES, analyze, command, converted, differences, lines } from "./support.mjs";

/**
 * Mathematical functions and Fourier transforms round differently on different processors, and lossy decoders work in single
 * precision; 1.4e-6 was measured.
 */
const TOLERANCE = 5e-6;
/** Curves are printed in thousandths, the last of which may fall to either side. */
const ROUNDED = /\.curve\./;
const ROUNDED_STEP = 0.001_000_1;
/**
 * Measures of what is nearly nothing, where that rounding weighs: the contrast of a band above the sound of a resampled file, and how
 * far a lossy encoder's grid stands out; 3e-4 and 1e-3 were measured.
 */
const FAINT = /^\.spectrum\.contrast_db\.|\.evidence\.grid_prominence$/;
const FAINT_TOLERANCE = 3e-3;

const FORMATS = {
  "pcm16.wav": ["-c:a", "pcm_s16le"],
  "pcm24.wav": ["-c:a", "pcm_s24le"],
  "float.wav": ["-c:a", "pcm_f32le"],
  "eight.wav": ["-c:a", "pcm_u8", "-ar", "22050", "-ac", "1"],
  "pcm24.aiff": ["-c:a", "pcm_s24be"],
  "little.aifc.aiff": ["-c:a", "pcm_s16le"],
  "wide.w64": ["-c:a", "pcm_s32le", "-ar", "96000"],
  "sun.au": ["-c:a", "pcm_s16be"],
  "apple.caf": ["-c:a", "pcm_s16le"],
  "free.flac": ["-c:a", "flac", "-ar", "48000"],
  "joint.mp3": ["-c:a", "libmp3lame", "-b:a", "192k"],
  "apple.m4a": ["-c:a", "aac", "-b:a", "192k"],
  "lossless.m4a": ["-c:a", "alac"],
  "vorbis.ogg": ["-c:a", "libvorbis", "-q:a", "5"],
  "opus.opus": ["-c:a", "libopus", "-b:a", "128k"],
  "opus.webm": ["-c:a", "libopus", "-b:a", "96k"],
  "surround.wav": ["-c:a", "pcm_s16le", "-ac", "6"],
};

function isSmall({ path, ours, theirs, distance }) {
  if (FAINT.test(path)) return distance <= FAINT_TOLERANCE;
  return distance <= TOLERANCE || (ROUNDED.test(path) && Math.abs(ours - theirs) <= ROUNDED_STEP);
}

/** Differences that are not small fail; the largest of the others is returned. */
function agree(ours, theirs) {
  const rows = differences(ours, theirs);
  assert.deepEqual(lines(rows.filter((row) => !isSmall(row))), []);
  return Math.max(0, ...rows.filter(({ path }) => !FAINT.test(path) && !ROUNDED.test(path)).map(({ distance }) => distance));
}

for (const [name, options] of Object.entries(FORMATS)) {
  test(`${name} is measured as the command measures it`, async (context) => {
    const path = converted(name, options);
    const { analysis } = await analyze(path);
    const worst = agree(analysis, command("analyze", "--json", "--only", FAMILIES.join(","), path));
    context.diagnostic(`largest distance ${worst.toExponential(1)}`);
  });
}

test("each family alone is the command's", async () => {
  for (const family of FAMILIES) {
    const { analysis } = await analyze(DEMO, { families: [family] });
    agree(analysis, command("analyze", "--json", "--only", family, DEMO));
    assert.ok(analysis[family], family);
  }
});

test("verdict, recommendation and report come from one pass", async () => {
  const path = converted("mix.wav", ["-c:a", "pcm_s24le"], { seconds: 36 });
  const result = await analyze(path, { check: "upload", recommend: { target: "apple-music" }, report: true });
  agree(result.check, command("check", "--profile", "upload", "--json", path));
  agree(result.recommendation, command("recommend", "--target", "apple-music", "--json", path));
  assert.ok(result.recommendation.chain.steps.length > 0);
  assert.match(result.report, /^<!DOCTYPE html>[\s\S]*<\/html>\s*$/);
  assert.match(result.report, /mix\.wav/);
});

test("a layout that the caller names is used", async () => {
  const path = converted("quad.wav", ["-c:a", "pcm_s16le", "-ac", "4"]);
  const { analysis } = await analyze(path, { families: ["loudness"], layout: "quad" });
  agree(analysis, command("analyze", "--json", "--only", "loudness", "--layout", "quad", path));
});
