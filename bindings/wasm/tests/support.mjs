// What the tests share: the package, the command it must agree with, and files of many formats.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** Folder of the built package, and the command; `cargo xtask web --test` names them. */
export const PACKAGE = process.env.BALANCED_PACKAGE;
const COMMAND = process.env.BALANCED_COMMAND;
if (!PACKAGE || !COMMAND) throw new Error("run these tests by `cargo xtask web --test`");

export const { analyze, BalancedError } = await import(pathToFileURL(join(PACKAGE, "node.js")).href);
export const DEMO = fileURLToPath(new URL("../../../fixtures/demo.flac", import.meta.url));

/** All families but tags. */
export const FAMILIES = ["loudness", "dynamics", "spectrum", "stereo", "defects", "tempo", "key"];

/** A folder that goes away with the process. */
export const folder = mkdtempSync(join(tmpdir(), "balanced-wasm-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

/** What the command prints, as an object; an error row for a file that it refuses. */
export function command(...words) {
  const { stdout, error } = spawnSync(COMMAND, words, { encoding: "utf8", maxBuffer: 1 << 28 });
  if (error) throw error;
  return JSON.parse(stdout);
}

/** The demo, or a part of it, in another format, by ffmpeg. */
export function converted(name, options, { seconds = 12 } = {}) {
  const path = join(folder, name);
  const words = ["-nostdin", "-loglevel", "error", "-y", "-t", String(seconds), "-i", DEMO, ...options, path];
  execFileSync("ffmpeg", words, { stdio: ["ignore", "inherit", "inherit"] });
  return path;
}

/**
 * Where two results differ, as rows of path, both values and, for numbers, how far apart they are beside the larger of them and
 * one. The time it took is left out.
 */
export function differences(ours, theirs, path = "") {
  if (path === ".provenance.elapsed_s" || Object.is(ours, theirs)) return [];
  if (typeof ours === "number" && typeof theirs === "number") {
    const scale = Math.max(1, Math.abs(ours), Math.abs(theirs));
    return [{ path, ours, theirs, distance: Math.abs(ours - theirs) / scale }];
  }
  const areObjects = ours !== null && theirs !== null && typeof ours === "object" && typeof theirs === "object";
  if (!areObjects) return [{ path, ours, theirs, distance: Infinity }];
  const keys = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
  return [...keys].flatMap((key) => differences(ours[key], theirs[key], `${path}.${key}`));
}

/** Rows of differences as lines. */
export function lines(rows) {
  return rows.map(({ path, ours, theirs }) => `${path}: ${JSON.stringify(ours)} for ${JSON.stringify(theirs)}`);
}
