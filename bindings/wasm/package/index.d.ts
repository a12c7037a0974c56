// Types of the package `balanced-mastering`.

import type { Analysis, CheckResult, Recommendation } from "./results.js";

export type * from "./results.js";

/** Families of measurements. Loudness includes true peak. The command's tags are not measured here. */
export type Family = "loudness" | "dynamics" | "spectrum" | "stereo" | "defects" | "tempo" | "key";

/** An audio file. Files and blobs are read slice by slice in browsers, paths and file URLs in Node; the rest lies in memory. */
export type Input = Blob | ArrayBuffer | ArrayBufferView | string | URL;

export interface Options {
  /** Name of the file in results and errors; that of a `File`, or the path, if absent. */
  name?: string;
  /** Families to measure; all if absent. What a check or a recommendation reads is added. */
  families?: Family[];
  /** Channel layout that replaces the one the file declares: `stereo`, `5.1`, `7.1.4` … */
  layout?: string;
  /** Whether a file that gives under half of what it promises is measured all the same. */
  acceptDamaged?: boolean;
  /** Whether the report is made: an HTML page that needs nothing else. */
  report?: boolean;
  /** Profile to check against: `upload`, `streaming`, `broadcast-r128` …, or the TOML text of one. */
  check?: string;
  /** Whether a mastering chain is recommended; for which target, and how far its moves go, 0 to 1. */
  recommend?: boolean | { target?: string; intensity?: number };
  /** Signal that stops the call; it then rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Called at most twenty times a second with the share that is measured, 0 to 1; null if the length is not known. */
  onProgress?: (fraction: number | null) => void;
}

export interface Result {
  /** What `balanced analyze --json` prints. */
  analysis: Analysis;
  /** What `balanced check --json` prints; null unless asked for. */
  check: CheckResult | null;
  /** What `balanced recommend --json` prints; null unless asked for. */
  recommendation: Recommendation | null;
  /** Report, an HTML page; null unless asked for. */
  report: string | null;
  /** The results as text, with every digit. */
  json: { analysis: string; check: string | null; recommendation: string | null };
  /** Bytes of memory that the module took for this file. */
  memoryBytes: number;
}

/** Kinds of errors. */
export type ErrorKind =
  | "not_found"
  | "not_audio"
  | "unsupported"
  | "damaged"
  | "read"
  | "changed"
  | "settings"
  | "internal";

/** Why a call failed, in the words of the command `balanced`: `message` names the file, the problem and the remedy. */
export class BalancedError extends Error {
  readonly kind: ErrorKind;
  /** File concerned, if there is one. */
  readonly file: string | null;
  readonly problem: string;
  readonly remedy: string;
}

/**
 * Measures an audio file: its original samples, in a worker of its own. No more files are measured at once than the machine has
 * cores; the others wait.
 */
export function analyze(file: Input, options?: Options): Promise<Result>;
