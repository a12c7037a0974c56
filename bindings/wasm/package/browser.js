// The package in browsers.

import { makeAnalyze } from "./analyze.js";
import { settings } from "./errors.js";

export { BalancedError } from "./errors.js";

// Written out, so that bundlers find the files.
const FILES = {
  "balanced.wasm": () => new URL("./balanced.wasm", import.meta.url),
  "balanced-scalar.wasm": () => new URL("./balanced-scalar.wasm", import.meta.url),
};

async function compile(name) {
  const response = await fetch(FILES[name]());
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${response.statusText}`);
  const isDeclared = response.headers.get("content-type")?.startsWith("application/wasm");
  return isDeclared ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}

function startWorker(job) {
  const worker = new Worker(new URL("./analysis-worker.js", import.meta.url), { type: "module" });
  worker.postMessage(job);
  return {
    onMessage: (take) => worker.addEventListener("message", ({ data }) => take(data)),
    onError: (take) => {
      const told = ({ message }) => take(new Error(message || "the worker could not be started"));
      worker.addEventListener("error", told);
    },
    end: () => worker.terminate(),
  };
}

async function inputOf(file) {
  if (file instanceof Blob) return { content: file, name: file.name };
  if (file instanceof ArrayBuffer) return { content: new Uint8Array(file) };
  if (ArrayBuffer.isView(file)) return { content: new Uint8Array(file.buffer, file.byteOffset, file.byteLength) };
  throw settings("the input is not a file", "give a File, a Blob, an ArrayBuffer or a Uint8Array");
}

/** Measures an audio file in a worker of its own. */
export const analyze = makeAnalyze({ compile, startWorker, inputOf, cores: navigator.hardwareConcurrency || 2 });
