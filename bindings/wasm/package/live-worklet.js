// Audio worklet: a meter and a chain on the audio thread.
//
// An instance of the module is made when the node is; nothing is allocated per block.

import { Engine, MAX_FRAMES } from "./engine.js";

/** Readings are told this often, in seconds. */
const TELL_EVERY_S = 0.05;

class Live extends AudioWorkletProcessor {
  constructor({ processorOptions: options }) {
    super();
    this.channels = options.channels;
    this.told = 0;
    this.ended = false;
    try {
      this.engine = new Engine(options.module);
      this.live = this.make(options);
      this.samples = this.engine.samples(this.live, this.channels);
      this.port.postMessage({ ready: this.engine.latencyFrames(this.live) });
    } catch (error) {
      this.fail(error);
    }
    this.port.onmessage = ({ data }) => this.receive(data);
  }

  receive({ reset, update, end }) {
    try {
      if (end) this.ended = true;
      if (this.engine === null) return;
      if (reset) this.engine.reset(this.live);
      if (update) {
        const glides = this.engine.update(this.live, update);
        this.samples = this.engine.samples(this.live, this.channels);
        this.port.postMessage({ updated: { glides, latencyFrames: this.engine.latencyFrames(this.live) } });
      }
    } catch (error) {
      this.port.postMessage({ refusal: error instanceof Uint8Array ? error : String(error) });
    }
  }

  /** Passes a block through; `output` gets what the module leaves, where there is one. */
  run(input, output) {
    const frames = (output[0] ?? input[0])?.length ?? 0;
    if (this.samples[0]?.length === 0) this.samples = this.engine.samples(this.live, this.channels);
    for (let start = 0; start < frames; start += MAX_FRAMES) {
      const count = Math.min(MAX_FRAMES, frames - start);
      this.fill(input, start, count);
      this.engine.process(this.live, count);
      this.give(output, start, count);
    }
  }

  /** A mono input feeds every channel, as Web Audio mixes up; channels without an input are silent. */
  fill(input, start, count) {
    for (let channel = 0; channel < this.channels; channel++) {
      const from = input.length === 1 ? input[0] : input[channel];
      const to = this.samples[channel];
      for (let index = 0; index < count; index++) to[index] = from === undefined ? 0 : from[start + index];
    }
  }

  give(output, start, count) {
    for (let channel = 0; channel < output.length; channel++) {
      const from = this.samples[channel];
      if (from === undefined) continue;
      const to = output[channel];
      for (let index = 0; index < count; index++) to[start + index] = from[index];
    }
  }

  fail(error) {
    this.engine = null;
    this.port.postMessage({ refusal: error instanceof Uint8Array ? error : String(error) });
  }

  tell() {
    if (currentTime < this.told + TELL_EVERY_S) return;
    this.told = currentTime;
    this.port.postMessage({ readings: this.engine.readings(this.live) });
  }

  process([input], [output]) {
    if (this.ended) return false;
    if (this.engine === null) {
      // Audio goes on where the module cannot.
      input.forEach((samples, channel) => output[channel]?.set(samples));
      return true;
    }
    try {
      this.run(input, output);
      this.tell();
    } catch (error) {
      this.fail(error);
    }
    return true;
  }
}

registerProcessor(
  "balanced-meter",
  class extends Live {
    make(options) {
      return this.engine.meter(sampleRate, options.channels);
    }

    /** The meter passes its input on. */
    give() {}

    run(input, output) {
      if (input.length === 0) return;
      super.run(input, []);
      input.forEach((samples, channel) => output[channel]?.set(samples));
    }
  },
);

registerProcessor(
  "balanced-chain",
  class extends Live {
    make(options) {
      return this.engine.chain(options.chain, sampleRate, options.channels);
    }
  },
);
