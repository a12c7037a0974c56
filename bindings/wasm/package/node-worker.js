// Worker of Node: measures one file and ends.

import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";

import { BalancedError } from "./errors.js";
import { bytesSource } from "./sources.js";
import { work } from "./work.js";

/** A file on disk; `close` gives it back. */
function fileSource(path) {
  let descriptor;
  try {
    descriptor = openSync(path, "r");
  } catch (error) {
    const problem = `cannot be opened (${error.message})`;
    throw new BalancedError({ kind: "not_found", file: path, problem, remedy: "check the path and its permissions" });
  }
  const found = fstatSync(descriptor);
  if (!found.isFile()) {
    closeSync(descriptor);
    throw new BalancedError({ kind: "not_found", file: path, problem: "is not a file", remedy: "give an audio file" });
  }
  const read = (at, length) => {
    const bytes = new Uint8Array(length);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, length, at));
  };
  return { size: found.size, read, close: () => closeSync(descriptor) };
}

const open = (input) => (typeof input === "string" ? fileSource(input) : bytesSource(input));

work(workerData, open, (message) => parentPort.postMessage(message));
