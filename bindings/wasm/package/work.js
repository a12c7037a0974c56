// What a worker does: one analysis, told by messages.

import { Engine } from "./engine.js";
import { BalancedError } from "./errors.js";

/** Messages with progress are this far apart, in milliseconds. */
const PROGRESS_MS = 50;

/** Runs `job` on a source that `open` makes of the job's input, and tells `post` progress, then the answer or the failure. */
export function work({ module, input, request }, open, post) {
  let source;
  try {
    source = open(input, request);
    let last = -Infinity;
    const progress = (fraction) => {
      const now = performance.now();
      if (now - last < PROGRESS_MS) return;
      last = now;
      post({ progress: fraction });
    };
    const engine = new Engine(module);
    const answer = engine.analyze(source, request, progress);
    post({ answer, memoryBytes: engine.memoryBytes });
  } catch (error) {
    const { kind, file, problem, remedy } = error;
    post({ failure: error instanceof BalancedError ? { kind, file, problem, remedy } : { text: String(error) } });
  } finally {
    source?.close?.();
  }
}
