// Nodes for Web Audio: a loudness meter, and a mastering chain.

import { moduleFor } from "./analyze.js";
import { refusalOf } from "./engine.js";

/** Names of a meter's readings, in the module's order. */
const READINGS = [
  "momentary_lufs", "short_term_lufs", "integrated_lufs", "range_lu",
  "true_peak_dbtp", "sample_peak_dbfs", "recent_true_peak_dbtp",
];

const prepared = new WeakMap();
let compiling;

/** Loads the module and the worklet into `context`, once. */
function prepare(context, workletUrl = new URL("./live-worklet.js", import.meta.url)) {
  compiling ??= compile().catch((error) => {
    compiling = undefined;
    throw error;
  });
  if (!prepared.has(context)) {
    const worklet = context.audioWorklet.addModule(workletUrl);
    prepared.set(context, Promise.all([compiling, worklet]));
  }
  return prepared.get(context);
}

async function compile() {
  const fast = new URL("./balanced.wasm", import.meta.url);
  const scalar = new URL("./balanced-scalar.wasm", import.meta.url);
  const response = await fetch(moduleFor() === "balanced.wasm" ? fast : scalar);
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${response.statusText}`);
  return WebAssembly.compile(await response.arrayBuffer());
}

async function makeNode(context, name, { workletUrl, ...options }) {
  const [module] = await prepare(context, workletUrl);
  const channels = options.channels ?? 2;
  const node = new AudioWorkletNode(context, name, {
    channelCount: channels,
    channelCountMode: "explicit",
    outputChannelCount: [channels],
    processorOptions: { ...options, channels, module },
  });
  const latencyFrames = await new Promise((resolve, reject) => {
    node.port.onmessage = ({ data }) => ("ready" in data ? resolve(data.ready) : reject(errorOf(data.refusal)));
    node.onprocessorerror = () => reject(new Error("the audio worklet could not be started"));
  });
  return { node, latencyFrames };
}

function errorOf(refusal) {
  return refusal instanceof Uint8Array ? refusalOf(refusal) : new Error(refusal);
}

/** Makes a meter that passes its input on, and calls `onReading` with what it measures twenty times a second. */
export async function createMeter(context, { channels = 2, onReading, workletUrl } = {}) {
  const { node } = await makeNode(context, "balanced-meter", { channels, workletUrl });
  node.port.onmessage = ({ data }) => {
    if (data.readings) onReading?.(named(data.readings));
  };
  return { node, reset: () => node.port.postMessage({ reset: true }), end: () => node.port.postMessage({ end: true }) };
}

function named(readings) {
  const value = (reading) => (Number.isNaN(reading) ? null : reading);
  return Object.fromEntries(READINGS.map((name, index) => [name, value(readings[index])]));
}

/** Makes a mastering chain from a chain file's text, its object, or a preset's name. */
export async function createChain(context, chain, { channels = 2, onReduction, workletUrl } = {}) {
  const settings = { channels, chain: textOf(chain), workletUrl };
  const { node, latencyFrames } = await makeNode(context, "balanced-chain", settings);
  const waiting = [];
  node.port.onmessage = ({ data }) => {
    if (data.readings) onReduction?.(data.readings.filter((reading) => !Number.isNaN(reading)));
    if (data.updated) waiting.shift()?.resolve(data.updated);
    if (data.refusal) waiting.shift()?.reject(errorOf(data.refusal));
  };
  const update = (changed) =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      node.port.postMessage({ update: textOf(changed) });
    });
  const reset = () => node.port.postMessage({ reset: true });
  return { node, latencyFrames, update, reset, end: () => node.port.postMessage({ end: true }) };
}

function textOf(chain) {
  return new TextEncoder().encode(typeof chain === "string" ? chain : JSON.stringify(chain));
}

