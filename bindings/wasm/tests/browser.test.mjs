// The demo page and the package in Chromium.

import assert from "node:assert/strict";
import { cpSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { Chromium, serve } from "./chromium.mjs";
import { DEMO, PACKAGE, command, converted, differences, folder, lines } from "./support.mjs";

const EXAMPLE = fileURLToPath(new URL("../../../examples/browser", import.meta.url));
/** A folder for screenshots, for those who want to look. */
const LOOKS = process.env.BALANCED_LOOKS;

let browser, server;

before(async () => {
  const site = join(folder, "site");
  cpSync(EXAMPLE, site, { recursive: true });
  cpSync(PACKAGE, join(site, "balanced-mastering"), { recursive: true });
  server = await serve(site);
  browser = await Chromium.start();
});

after(async () => {
  await browser?.close();
  server?.close();
});

async function ready(options) {
  const page = await browser.open(server.url, options);
  await page.until("document.documentElement?.dataset.ready === 'yes'");
  return page;
}

async function look(page, name) {
  if (!LOOKS) return;
  mkdirSync(LOOKS, { recursive: true });
  await page.screenshot(join(LOOKS, name));
}

const DONE = "!document.getElementById('page').hidden && document.getElementById('working').hidden";

test("a dropped mix is judged, shown and played, and no request is made", async () => {
  const mix = converted("mix to send.wav", ["-c:a", "pcm_s24le"], { seconds: 36 });
  const page = await ready();
  const before = server.requests.length;
  await page.choose("#file", [mix]);
  await page.until(DONE);
  const check = command("check", "--profile", "upload", "--json", mix);
  assert.ok(check.passed);
  // The rules are kept, but its bass cancels in mono: nothing is green beside that.
  assert.equal(await page.value("document.getElementById('verdict').className"), "card fair");
  assert.match(await page.value("document.getElementById('headline').textContent"), /sound/);
  assert.match(await page.value("document.getElementById('stats').innerText"), /−21\.3 LUFS[\s\S]*BPM/);
  assert.match(await page.value("document.getElementById('report').srcdoc"), /^<!DOCTYPE html>/);
  await page.until("document.getElementById('player').duration > 35");
  assert.ok(await page.value("document.querySelectorAll('#findings li').length > 0"));
  await look(page, "light.png");
  // Chromium asks whether the service worker is still the newest, on its own and whatever the page does.
  assert.deepEqual(server.requests.slice(before).filter((path) => path !== "/service-worker.js"), []);
  assert.deepEqual(page.errors, []);
  await page.close();
});

test("a file that breaks the rules is told what to change, in the dark and on a phone too", async () => {
  for (const [name, options] of [["dark.png", { dark: true }], ["phone.png", { width: 360, height: 740 }]]) {
    const page = await ready(options);
    await page.choose("#file", [DEMO]);
    await page.until(DONE);
    assert.equal(await page.value("document.getElementById('headline').textContent"), "One thing must change before you send it");
    assert.match(await page.value("document.getElementById('rules').innerText"), /takes WAV and AIFF/);
    assert.ok(await page.value("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the screen");
    await look(page, name);
    assert.deepEqual(page.errors, []);
    await page.close();
  }
});

test("what is no audio is refused in the command's words, and the next file is measured", async () => {
  const page = await ready();
  await page.choose("#file", [fileURLToPath(import.meta.url)]);
  await page.until("!document.getElementById('refused').hidden");
  const { error } = command("analyze", "--json", fileURLToPath(import.meta.url));
  assert.equal(await page.value("document.getElementById('problem').textContent"), `browser.test.mjs: ${error.problem}; ${error.remedy}`);
  await look(page, "refused.png");
  await page.choose("#file", [DEMO]);
  await page.until(DONE);
  assert.ok(await page.value("document.getElementById('refused').hidden"));
  await page.close();
});

test("the page works without a network once it was opened", async () => {
  const first = await ready();
  await first.close();
  server.close();
  const page = await ready();
  await page.choose("#file", [DEMO]);
  await page.until(DONE);
  await page.close();
  server = await serve(join(folder, "site"));
});

/** Loads the package in a blank page of the server, and gives it a file as an input of its own. */
async function bare(files) {
  const page = await browser.open(`${server.url}balanced-mastering/package.json`);
  await page.until("location.pathname.endsWith('package.json') && document.readyState === 'complete'");
  await page.value(`(async () => {
    document.body.innerHTML = '<input type="file" multiple>';
    globalThis.balanced = await import(location.origin + '/balanced-mastering/browser.js');
    globalThis.live = await import(location.origin + '/balanced-mastering/live.js');
  })()`);
  if (files) await page.choose("input", files);
  return page;
}

test("two files at once in workers give the command's numbers", async () => {
  const files = [converted("one.aiff", ["-c:a", "pcm_s16be"]), converted("two.mp3", ["-c:a", "libmp3lame"])];
  const page = await bare(files);
  const texts = await page.value(`Promise.all([...document.querySelector('input').files].map(
    (file) => balanced.analyze(file).then(({ json }) => json.analysis)))`);
  texts.forEach((text, index) => {
    const ours = JSON.parse(text);
    const theirs = command("analyze", "--json", "--only", Object.keys(ours).filter((key) => FAMILY.test(key)).join(","), files[index]);
    theirs.source.path = theirs.source.path.split("/").pop();
    // What may differ, and by how much, is told by the tests of formats; these families are free of it.
    const of = (result) => ({ loudness: result.loudness.integrated_lufs, bpm: result.tempo.bpm, key: result.key.name, source: result.source });
    const far = differences(of(ours), of(theirs)).filter(({ distance }) => !(distance <= 1e-6));
    assert.deepEqual(lines(far), []);
  });
  const stopped = await page.value(`(async () => {
    const controller = new AbortController();
    const [file] = document.querySelector('input').files;
    const call = balanced.analyze(file, { signal: controller.signal, onProgress: () => controller.abort() });
    return call.then(() => 'finished', (error) => error.name);
  })()`);
  assert.equal(stopped, "AbortError");
  await page.close();
});

const FAMILY = /^(loudness|dynamics|spectrum|stereo|defects|tempo|key)$/;

test("a chain in the audio worklet gives the engine's samples, and a meter reads them", async () => {
  const page = await bare();
  const chain = JSON.stringify(JSON.parse(readFileSync(new URL("golden-chains.json", import.meta.url))).chains[1].chain);
  const outcome = await page.value(`(async () => {
    const frames = 48_000, rate = 48_000;
    const context = new OfflineAudioContext(2, frames, rate);
    const buffer = context.createBuffer(2, frames, rate);
    for (const channel of [0, 1]) {
      const samples = buffer.getChannelData(channel);
      for (let frame = 0; frame < frames; frame++) samples[frame] = Math.sin(frame * (0.05 + channel / 50)) * 0.9;
    }
    const { node, latencyFrames } = await live.createChain(context, ${chain});
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(node).connect(context.destination);
    source.start();
    const rendered = await context.startRendering();

    const { Engine } = await import(location.origin + '/balanced-mastering/engine.js');
    const engine = new Engine(await WebAssembly.compile(await (await fetch('/balanced-mastering/balanced.wasm')).arrayBuffer()));
    const handle = engine.chain(new TextEncoder().encode(${chain}), rate, 2);
    const views = engine.samples(handle, 2);
    let different = 0, loudest = 0;
    for (let start = 0; start < frames; start += 128) {
      views.forEach((view, channel) => view.set(buffer.getChannelData(channel).subarray(start, start + 128)));
      engine.process(handle, 128);
      views.forEach((view, channel) => {
        const out = rendered.getChannelData(channel);
        for (let frame = 0; frame < 128; frame++) {
          if (out[start + frame] !== Math.fround(view[frame])) different++;
          loudest = Math.max(loudest, Math.abs(out[start + frame]));
        }
      });
    }
    return { different, loudest, latencyFrames };
  })()`);
  assert.equal(outcome.different, 0);
  assert.ok(outcome.loudest > 0.4 && outcome.loudest < 0.71 && outcome.latencyFrames > 0, JSON.stringify(outcome));

  const readings = await page.value(`(async () => {
    const context = new AudioContext({ sampleRate: 48_000 });
    const tone = new OscillatorNode(context, { frequency: 997 });
    const readings = await new Promise(async (resolve) => {
      const onReading = (readings) => { if (readings.momentary_lufs > -0.05) resolve(readings); };
      const meter = await live.createMeter(context, { onReading });
      tone.connect(meter.node).connect(context.destination);
      tone.start();
    });
    await context.close();
    return readings;
  })()`);
  // Momentary loudness of a mono tone in both channels: 0 LUFS by ITU-R BS.1770-5, Annex 1.
  assert.ok(Math.abs(readings.momentary_lufs) < 0.05 && Math.abs(readings.true_peak_dbtp) < 0.05, JSON.stringify(readings));
  const refused = await page.value("live.createChain(new OfflineAudioContext(2, 128, 48000), 'nonsense').then(() => null, (error) => error.kind)");
  assert.equal(refused, "settings");
  await page.close();
});
