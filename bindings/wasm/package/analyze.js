// The call that both platforms share: a file goes to a worker of its own, and an answer comes back.

import { BalancedError, settings } from "./errors.js";

/** A module whose one function uses SIMD128 (`i8x16.splat`, `i8x16.popcnt`): valid where the fast module is. */
const SIMD_PROBE = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
];
const OPTIONS = ["name", "families", "layout", "acceptDamaged", "report", "check", "recommend", "signal", "onProgress"];

/** Makes `analyze` for a platform: how it compiles a module, starts a worker, and what it takes for a file. */
export function makeAnalyze({ compile, startWorker, inputOf, cores }) {
  let compiling;
  const compiled = () => {
    compiling ??= compile(moduleFor()).catch((error) => {
      // A download that failed is tried again.
      compiling = undefined;
      throw error;
    });
    return compiling;
  };
  const queue = new Queue(cores);
  return async function analyze(file, options = {}) {
    const signal = options.signal;
    signal?.throwIfAborted();
    const request = requestOf(options);
    const input = await inputOf(file);
    request.name = options.name ?? input.name;
    const module = await compiled();
    const job = { module, input: input.content, request };
    return queue.run(() => inWorker(startWorker(job), signal, options.onProgress), signal);
  };
}

/** The options as the module has them. */
function requestOf(options) {
  const unknown = Object.keys(options).find((option) => !OPTIONS.includes(option));
  if (unknown !== undefined) throw settings(`unknown option "${unknown}"`, `use ${OPTIONS.join(", ")}`);
  const request = { report: options.report ?? false, accept_damaged: options.acceptDamaged ?? false };
  for (const option of ["families", "layout", "check"]) {
    if (options[option] !== undefined) request[option] = options[option];
  }
  if (options.recommend) request.recommend = options.recommend === true ? {} : options.recommend;
  return request;
}

/** The module that this machine can run: a few years ago, engines had no SIMD128. */
export function moduleFor(isFast = WebAssembly.validate(new Uint8Array(SIMD_PROBE))) {
  return isFast ? "balanced.wasm" : "balanced-scalar.wasm";
}

/** Waits for a worker's answer; a worker is ended after it, or when `signal` says so. */
function inWorker(worker, signal, onProgress) {
  let stop;
  return new Promise((resolve, reject) => {
    stop = () => reject(signal.reason);
    signal?.addEventListener("abort", stop, { once: true });
    worker.onMessage(({ progress, answer, failure, memoryBytes }) => {
      if (progress !== undefined) onProgress?.(progress);
      else if (answer) resolve(resultOf(answer, memoryBytes));
      else reject(failure.problem ? new BalancedError(failure) : new Error(failure.text));
    });
    worker.onError((error) => reject(error));
    signal?.throwIfAborted();
  }).finally(() => {
    signal?.removeEventListener("abort", stop);
    worker.end();
  });
}

function resultOf(answer, memoryBytes) {
  const parsed = (text) => (text === null ? null : JSON.parse(text));
  const { analysis, check, recommendation, report } = answer;
  return {
    analysis: parsed(analysis),
    check: parsed(check),
    recommendation: parsed(recommendation),
    report,
    json: { analysis, check, recommendation },
    memoryBytes,
  };
}

/** Runs no more than `places` tasks at a time, the others in turn. */
class Queue {
  #free;
  #waiting = [];

  constructor(places) {
    this.#free = places;
  }

  async run(task, signal) {
    if (this.#free === 0) await this.#turn(signal);
    else this.#free -= 1;
    try {
      signal?.throwIfAborted();
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }

  #turn(signal) {
    return new Promise((resolve, reject) => {
      const give = () => {
        signal?.removeEventListener("abort", leave);
        resolve();
      };
      const leave = () => {
        this.#waiting = this.#waiting.filter((other) => other !== give);
        reject(signal.reason);
      };
      signal?.addEventListener("abort", leave, { once: true });
      this.#waiting.push(give);
    });
  }
}
