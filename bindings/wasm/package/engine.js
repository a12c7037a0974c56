// The border to the WebAssembly module: numbers go through its functions, text through one buffer.
//
// Runs in workers, in Node and in audio worklets, which know no TextDecoder: the functions for worklets take and give bytes.

import { BalancedError, internal } from "./errors.js";

/** Parts of an answer, in the order of the module's `take`. */
const PARTS = ["analysis", "check", "recommendation", "report"];
/** What `step` returns when the length is not known, and at the end. */
const UNKNOWN = 2;
const END = 3;

/** An instance of the module. After an error of kind `internal` it must not be used again. */
export class Engine {
  #functions;
  #files = new Map();
  #nextFile = 0;
  #panic = "without a message";

  /** Starts an instance of a compiled `module`. */
  constructor(module) {
    const read = (file, at, into, length) => this.#read(file, at, into, length);
    const failed = (text, length) => (this.#panic = decode(this.#bytes(text, length)));
    this.#functions = new WebAssembly.Instance(module, { balanced: { read, failed } }).exports;
    this.#functions.start();
  }

  /** Bytes of memory that the instance has taken. */
  get memoryBytes() {
    return this.#functions.memory.buffer.byteLength;
  }

  /**
   * Measures a file: `source` has its `size` in bytes, and a function `read(at, length)` that returns bytes of it.
   * `progress` is called after every part with the share that is done, or null.
   */
  analyze(source, request, progress) {
    const file = this.#nextFile++;
    this.#files.set(file, source);
    try {
      return this.#analyze(file, source.size, request, progress);
    } catch (error) {
      if (error instanceof WebAssembly.RuntimeError) throw internal(request.name ?? null, this.#panic);
      throw error;
    } finally {
      this.#files.delete(file);
    }
  }

  #analyze(file, bytes, request, progress) {
    const module = this.#functions;
    const started = performance.now();
    this.give(new TextEncoder().encode(JSON.stringify(request)));
    const session = this.#checked(module.open(file, bytes));
    for (let done = 0; done !== END; ) {
      done = this.#checked(module.step(session));
      if (done !== END) progress(done === UNKNOWN ? null : done);
    }
    this.#checked(module.finish(session, (performance.now() - started) / 1000));
    const answer = {};
    PARTS.forEach((part, index) => {
      const length = module.take(index);
      answer[part] = length === 0 ? null : decode(this.#bytes(module.exchanged(), length));
    });
    return answer;
  }

  /** Makes a meter, and returns its handle. */
  meter(sampleRateHz, channels) {
    return this.#checked(this.#functions.meter(sampleRateHz, channels));
  }

  /** Builds a chain from the bytes of its file or of a preset's name, and returns its handle. */
  chain(text, sampleRateHz, channels) {
    this.give(text);
    return this.#checked(this.#functions.chain(sampleRateHz, channels));
  }

  /** Changes the settings of a chain; returns whether they glide. */
  update(live, text) {
    this.give(text);
    return this.#checked(this.#functions.update(live)) === 1;
  }

  /** Views of the block of a meter or a chain, a channel each; valid until the instance's memory grows. */
  samples(live, channels) {
    const view = (_, channel) => {
      const place = this.#functions.samples(live, channel);
      return new Float64Array(this.#functions.memory.buffer, place, MAX_FRAMES);
    };
    return Array.from({ length: channels }, view);
  }

  /** Processes the first `frames` frames of the block. */
  process(live, frames) {
    this.#functions.process(live, frames);
  }

  /** Frames by which a chain's output lags behind. */
  latencyFrames(live) {
    return this.#functions.latency(live);
  }

  /** Readings of a meter, or gain reductions of a chain's steps; NaN where there is none. */
  readings(live) {
    return Array.from(new Float64Array(this.#functions.memory.buffer, this.#functions.readings(live), READINGS));
  }

  /** Forgets what a meter or a chain has heard. */
  reset(live) {
    this.#functions.reset(live);
  }

  /** Puts bytes into the exchange. */
  give(bytes) {
    const place = this.#functions.exchange(bytes.length);
    this.#bytes(place, bytes.length).set(bytes);
  }

  /** The number that a function returned; a refusal is thrown, as bytes where text cannot be decoded. */
  #checked(number) {
    if (number >= 0) return number;
    const refusal = this.#bytes(this.#functions.exchanged(), this.#functions.exchanged_bytes()).slice();
    throw typeof TextDecoder === "undefined" ? refusal : refusalOf(refusal);
  }

  #read(file, at, into, length) {
    try {
      const bytes = this.#files.get(file).read(at, length);
      this.#bytes(into, bytes.length).set(bytes);
      return bytes.length;
    } catch {
      return -1;
    }
  }

  /** A view of memory; memory moves when it grows, so that no view is kept. */
  #bytes(place, length) {
    return new Uint8Array(this.#functions.memory.buffer, place, length);
  }
}

/** Most frames of a block. */
export const MAX_FRAMES = 4096;
const READINGS = 7;

/** The error that a refusal's bytes tell. */
export function refusalOf(bytes) {
  return new BalancedError(JSON.parse(decode(bytes)));
}

function decode(bytes) {
  return new TextDecoder().decode(bytes);
}
