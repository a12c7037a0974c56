// Inputs, progress, cancelling, memory, and errors in the command's words.

import assert from "node:assert/strict";
import { closeSync, ftruncateSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { DEMO, PACKAGE, analyze, BalancedError, command, converted, folder } from "./support.mjs";

const LOUDNESS = { families: ["loudness"] };

/** The header of a 16-bit stereo WAV with `bytes` bytes of audio. */
function header(bytes) {
  const view = new DataView(new ArrayBuffer(44));
  const text = (at, word) => [...word].forEach((letter, index) => view.setUint8(at + index, letter.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, 36 + bytes, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 2, true);
  view.setUint32(24, 44100, true);
  view.setUint32(28, 44100 * 4, true);
  view.setUint16(32, 4, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, bytes, true);
  return new Uint8Array(view.buffer);
}

function sparse(name, bytes) {
  const path = join(folder, name);
  const file = openSync(path, "w");
  writeSync(file, header(bytes));
  ftruncateSync(file, 44 + bytes);
  closeSync(file);
  return path;
}

test("the module can read the file it is given, and nothing else", async () => {
  const module = await WebAssembly.compile(readFileSync(join(PACKAGE, "balanced.wasm")));
  const imports = WebAssembly.Module.imports(module).map(({ module, name, kind }) => `${module}.${name} ${kind}`);
  assert.deepEqual(imports.sort(), ["balanced.failed function", "balanced.read function"]);
});

test("a path, bytes and a blob give the same numbers", async () => {
  const bytes = readFileSync(DEMO);
  const inputs = [DEMO, new Uint8Array(bytes), new Blob([bytes]), bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)];
  const results = await Promise.all(inputs.map((input) => analyze(input, { ...LOUDNESS, name: "demo.flac" })));
  const texts = results.map(({ json }) => json.analysis.replace(/"elapsed_s":[^}]*/, ""));
  assert.equal(new Set(texts).size, 1);
  assert.equal((await analyze(bytes, LOUDNESS)).analysis.source.path, null);
});

test("progress rises", async () => {
  const seen = [];
  await analyze(DEMO, { onProgress: (fraction) => seen.push(fraction) });
  assert.ok(seen.length > 1 && seen.every((value, index) => value > (seen[index - 1] ?? 0) && value <= 1), `${seen}`);
});

test("a call is cancelled in the middle, and the next one is not", async () => {
  const path = sparse("long.wav", 1 << 30);
  const controller = new AbortController();
  const call = analyze(path, { ...LOUDNESS, signal: controller.signal, onProgress: () => controller.abort() });
  await assert.rejects(call, { name: "AbortError" });
  await assert.rejects(analyze(DEMO, { signal: AbortSignal.abort() }), { name: "AbortError" });
  const { analysis } = await analyze(DEMO, LOUDNESS);
  assert.equal(analysis.source.frames, 1_587_600);
});

test("calls that wait for a core can be cancelled, and leave the others alone", async () => {
  const controller = new AbortController();
  const many = Array.from({ length: 24 }, () => analyze(DEMO, { ...LOUDNESS, signal: controller.signal }));
  const kept = analyze(DEMO, LOUDNESS);
  controller.abort();
  const outcomes = await Promise.allSettled(many);
  assert.ok(outcomes.every(({ status }) => status === "rejected"));
  assert.equal((await kept).analysis.source.frames, 1_587_600);
});

test("two gigabytes of silence are measured in fixed memory", async () => {
  const bytes = 2_000_000_000;
  const { analysis, memoryBytes } = await analyze(sparse("silence.wav", bytes), LOUDNESS);
  assert.equal(analysis.source.frames, bytes / 4);
  assert.equal(analysis.loudness.integrated_lufs, null);
  assert.ok(memoryBytes <= 64 << 20, `${memoryBytes} bytes`);
});

/** Files that nobody should send; some are read with notes, most are refused. */
function oddFiles() {
  const wav = readFileSync(converted("whole.wav", ["-c:a", "pcm_s16le"], { seconds: 2 }));
  const flac = readFileSync(DEMO);
  const mp3 = readFileSync(converted("whole.mp3", ["-c:a", "libmp3lame"], { seconds: 4 }));
  const changed = (bytes, at, value) => {
    const copy = Buffer.from(bytes);
    copy.fill(value, at, at + 4);
    return copy;
  };
  const files = {
    "empty.wav": Buffer.alloc(0),
    "letter.wav": Buffer.from("Dear sir or madam, ".repeat(40)),
    "picture.wav": Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...new Array(200).fill(7)]),
    "header-only.wav": wav.subarray(0, 44),
    "cut.wav": wav.subarray(0, 20),
    "quarter.wav": wav.subarray(0, wav.length >> 2),
    "no-rate.wav": changed(wav, 24, 0),
    "no-channels.wav": changed(wav, 22, 0),
    "zeros.wav": Buffer.alloc(100_000),
    "noise.mp3": Buffer.from(Uint8Array.from({ length: 50_000 }, (_, index) => (index * 7919) >> 3)),
    "half.flac": flac.subarray(0, flac.length >> 2),
    "scratched.flac": changed(flac, 200_000, 0x5a),
    "half.mp3": mp3.subarray(0, mp3.length >> 1),
    "tagged.mp3": Buffer.concat([Buffer.from("ID3\x04\0\0\x7f\x7f\x7f\x7f", "latin1"), mp3]),
  };
  return Object.entries(files).map(([name, bytes]) => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  });
}

test("odd files are refused, or read with notes, in the command's words", async (context) => {
  const kinds = {};
  for (const path of oddFiles()) {
    const theirs = command("analyze", "--json", "--only", "loudness", path);
    const ours = await analyze(path, LOUDNESS).catch((error) => error);
    if (theirs.error) {
      assert.ok(ours instanceof BalancedError, `${path}: ${JSON.stringify(theirs)} ${ours}`);
      const { kind, problem, remedy } = ours;
      assert.deepEqual({ kind, problem, remedy }, theirs.error, path);
      assert.equal(ours.message, `${path}: ${problem}; ${remedy}`);
    } else {
      assert.deepEqual(ours.analysis?.source, theirs.source, `${path}: ${ours}`);
    }
    const kind = theirs.error?.kind ?? "read";
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  context.diagnostic(JSON.stringify(kinds));
  assert.ok(kinds.not_audio >= 3 && kinds.damaged >= 2 && kinds.read >= 1, JSON.stringify(kinds));
});

test("wrong options are named", async () => {
  const wrong = [
    [{ famlies: ["key"] }, /famlies/],
    [{ families: ["loudnes"] }, /loudnes/],
    [{ families: ["tags"] }, /tags/],
    [{ check: "uplod" }, /use one of .*upload/],
    [{ recommend: { target: "radio9" } }, /radio9.*use one of/],
    [{ layout: "5.1" }, /6 channels, the input has 2/],
  ];
  for (const [options, words] of wrong) {
    await assert.rejects(analyze(DEMO, options), (error) => {
      assert.ok(error instanceof BalancedError && error.kind === "settings", String(error));
      assert.match(error.message, words);
      return true;
    });
  }
  await assert.rejects(analyze(join(folder, "nowhere.wav")), { kind: "not_found" });
  await assert.rejects(analyze(folder), { kind: "not_found" });
  await assert.rejects(analyze(7), { kind: "settings" });
});
