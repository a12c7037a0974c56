// The chain and the meter, outside and inside an audio worklet.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import { PACKAGE } from "./support.mjs";

const { Engine } = await import(pathToFileURL(join(PACKAGE, "engine.js")).href);
const module = await WebAssembly.compile(readFileSync(join(PACKAGE, "balanced.wasm")));
const GOLDEN = JSON.parse(readFileSync(new URL("golden-chains.json", import.meta.url)));
const BLOCK = 128;

/** Noise of whole numbers, the same in every language. */
function* noise() {
  for (let state = 1; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield (state >>> 8) / 2 ** 23 - 1;
  }
}

for (const golden of GOLDEN.chains) {
  test(`the chain "${golden.name}" gives the native one's samples within ${golden.tolerance}`, (context) => {
    const engine = new Engine(module);
    const live = engine.chain(new TextEncoder().encode(golden.chain), 48_000, 2);
    assert.equal(engine.latencyFrames(live), golden.latency_frames);
    const samples = engine.samples(live, 2);
    const source = noise();
    let worst = 0;
    for (const expected of golden.first_frames) {
      for (let frame = 0; frame < BLOCK; frame++) samples.forEach((channel) => (channel[frame] = source.next().value));
      engine.process(live, BLOCK);
      samples.forEach((channel, index) => (worst = Math.max(worst, Math.abs(channel[0] - expected[index]))));
    }
    context.diagnostic(`largest difference ${worst.toExponential(1)}`);
    assert.ok(golden.first_frames.length === 400 && worst <= golden.tolerance, `${worst}`);
  });
}

test("a meter reads a full-scale tone as BS.1770 says, and nothing of silence", () => {
  const engine = new Engine(module);
  const live = engine.meter(48_000, 2);
  const samples = engine.samples(live, 2);
  for (let block = 0; block < 1500; block++) {
    const tone = (frame) => Math.sin((2 * Math.PI * 997 * (block * BLOCK + frame)) / 48_000);
    samples.forEach((channel) => channel.set(Float64Array.from({ length: BLOCK }, (_, frame) => tone(frame))));
    engine.process(live, BLOCK);
  }
  const [momentary, , integrated, , truePeak] = engine.readings(live);
  // ITU-R BS.1770-5, Annex 1: -3.01 LKFS in one channel.
  assert.ok(Math.abs(momentary) < 0.02 && Math.abs(integrated) < 0.02 && Math.abs(truePeak) < 0.02, `${momentary} ${truePeak}`);
  engine.reset(live);
  assert.ok(engine.readings(live).every(Number.isNaN));
});

test("a chain that cannot be built names its setting", () => {
  const engine = new Engine(module);
  const text = 'version = 1\n[[steps]]\nkind = "gain"\ngain_db = 1e9\n';
  assert.throws(() => engine.chain(new TextEncoder().encode(text), 48_000, 2), { kind: "settings", problem: /gain_db/ });
});
