// Errors of this package.

/** Why a call failed, in the words of the command `balanced`. */
export class BalancedError extends Error {
  constructor({ kind, file = null, problem, remedy }) {
    super(`${file === null ? "" : `${file}: `}${problem}; ${remedy}`);
    this.name = "BalancedError";
    this.kind = kind;
    this.file = file;
    this.problem = problem;
    this.remedy = remedy;
  }
}

/** The error of a panic in the module, which is a bug of it. */
export function internal(file, panic) {
  const remedy = "report it with the file, and leave the file out for now";
  return new BalancedError({ kind: "internal", file, problem: `the library failed (${panic})`, remedy });
}

/** The error of wrong settings. */
export function settings(problem, remedy) {
  return new BalancedError({ kind: "settings", problem, remedy });
}
