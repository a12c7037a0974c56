// The package in Node, and in Deno and Bun by their Node interfaces.

import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

import { makeAnalyze } from "./analyze.js";
import { settings } from "./errors.js";

export { BalancedError } from "./errors.js";

async function compile(name) {
  return WebAssembly.compile(await readFile(new URL(name, import.meta.url)));
}

function startWorker(job) {
  const worker = new Worker(new URL("./node-worker.js", import.meta.url), { workerData: job });
  return {
    onMessage: (take) => worker.on("message", take),
    onError: (take) => {
      worker.on("error", take);
      worker.on("exit", () => take(new Error("the worker ended before its answer")));
    },
    end: () => worker.terminate(),
  };
}

async function inputOf(file) {
  if (typeof file === "string") return { content: file, name: file };
  if (file instanceof URL) return { content: fileURLToPath(file), name: fileURLToPath(file) };
  if (file instanceof Blob) return { content: new Uint8Array(await file.arrayBuffer()), name: file.name };
  if (file instanceof ArrayBuffer) return { content: new Uint8Array(file) };
  if (ArrayBuffer.isView(file)) return { content: new Uint8Array(file.buffer, file.byteOffset, file.byteLength) };
  throw settings("the input is not a file", "give a path, a Uint8Array, an ArrayBuffer or a Blob");
}

/** Measures an audio file in a worker of its own. */
export const analyze = makeAnalyze({ compile, startWorker, inputOf, cores: availableParallelism() });
