// Types of `balanced-mastering/live`: nodes for Web Audio.

import type { ChainSpec } from "./results.js";

export interface LiveOptions {
  /** Number of channels; 2 if absent. */
  channels?: number;
  /** Where `live-worklet.js` and the modules beside it are served; needed behind bundlers, which do not follow worklets. */
  workletUrl?: string | URL;
}

/** Readings of a meter; null where there is too little audio, or silence. */
export interface Readings {
  /** Loudness of the last 400 ms. */
  momentary_lufs: number | null;
  /** Loudness of the last 3 s. */
  short_term_lufs: number | null;
  /** Gated loudness since the start (ITU-R BS.1770-5). */
  integrated_lufs: number | null;
  /** Loudness range since the start (EBU Tech 3342). */
  range_lu: number | null;
  /** Highest true peak since the start. */
  true_peak_dbtp: number | null;
  /** Highest sample since the start. */
  sample_peak_dbfs: number | null;
  /** Highest true peak since the reading before. */
  recent_true_peak_dbtp: number | null;
}

export interface Meter {
  /** Node that passes its input on. */
  node: AudioWorkletNode;
  /** Forgets what was heard. */
  reset(): void;
  /** Ends the node's work; it cannot be used again. */
  end(): void;
}

/** Makes a meter that passes its input on, and calls `onReading` twenty times a second while the context runs. */
export function createMeter(
  context: BaseAudioContext,
  options?: LiveOptions & { onReading?: (readings: Readings) => void },
): Promise<Meter>;

export interface Chain {
  node: AudioWorkletNode;
  /** Frames by which the output lags behind the input. */
  latencyFrames: number;
  /** Changes the settings; they glide, or the chain is built anew and its history lost. */
  update(chain: string | ChainSpec): Promise<{ glides: boolean; latencyFrames: number }>;
  /** Forgets what was heard. */
  reset(): void;
  /** Ends the node's work; it cannot be used again. */
  end(): void;
}

/**
 * Makes a mastering chain from the text of a chain file (TOML or JSON), a chain as a recommendation has it, or a preset's name.
 * `onReduction` gets the gain reductions of its first seven steps in dB.
 */
export function createChain(
  context: BaseAudioContext,
  chain: string | ChainSpec,
  options?: LiveOptions & { onReduction?: (reductionsDb: number[]) => void },
): Promise<Chain>;
