// The page: a file in, a verdict out; a second, longer pass fills in the rest.

import { BalancedError, analyze } from "./balanced-mastering/browser.js";
import { showFindings, showRefusal, showReport, showStats, showVerdict } from "./show.js";

const element = (id) => document.getElementById(id);
const state = { controller: null, url: null };

/** Rules that a file must keep to be uploaded. */
const PROFILE = "upload";

async function prepare() {
  const isKept = await keepForOffline();
  // The module is compiled before the first file comes: half a second of silence that must be measured anyway.
  await analyze(silence(), { families: ["loudness"] });
  element("offline").textContent = isKept ? "It is kept on this machine." : "";
  element("invitation").textContent = "Drop your mix here, or choose a file";
  element("file").disabled = false;
  document.documentElement.dataset.ready = "yes";
}

/** Half a second of digital silence as a WAV file. */
function silence() {
  const view = new DataView(new ArrayBuffer(44 + 44_100));
  const text = (at, word) => [...word].forEach((letter, index) => view.setUint8(at + index, letter.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, 36 + 44_100, true);
  text(8, "WAVEfmt ");
  [[16, 16], [24, 44_100], [28, 88_200]].forEach(([at, value]) => view.setUint32(at, value, true));
  [[20, 1], [22, 1], [32, 2], [34, 16]].forEach(([at, value]) => view.setUint16(at, value, true));
  text(36, "data");
  view.setUint32(40, 44_100, true);
  return view.buffer;
}

/** Whether the page is kept for use without a network; it waits until that is so. */
async function keepForOffline() {
  if (!navigator.serviceWorker) return false;
  try {
    await navigator.serviceWorker.register("service-worker.js", { type: "module" });
    await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller) await claimed();
    return true;
  } catch {
    return false;
  }
}

function claimed() {
  return new Promise((resolve) => {
    navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true });
    setTimeout(resolve, 3000);
  });
}

async function measure(file) {
  state.controller?.abort();
  const controller = new AbortController();
  state.controller = controller;
  begin(file);
  const { signal } = controller;
  const onProgress = (fraction) => {
    if (!signal.aborted && fraction !== null) element("progress").value = fraction;
  };
  try {
    const quick = analyze(file, { families: [], check: PROFILE, signal });
    const whole = analyze(file, { check: PROFILE, recommend: true, report: true, signal, onProgress });
    whole.catch(() => {});
    const first = await quick;
    show(file, first);
    element("doing").textContent = "Listening to the sound, tempo and key …";
    const { analysis, check, recommendation, report } = await whole;
    showVerdict(check, analysis.source, file.name, recommendation.findings);
    showStats(analysis);
    showFindings(recommendation.findings, seek);
    showReport(report, file.name);
    element("working").hidden = true;
  } catch (error) {
    // A newer file, or the button, has stopped this one.
    if (signal.aborted) return;
    controller.abort();
    element("working").hidden = true;
    showRefusal(error instanceof BalancedError ? error.message : String(error));
  }
}

function begin(file) {
  for (const id of ["refused", "result", "found", "page"]) element(id).hidden = true;
  element("working").hidden = false;
  element("doing").textContent = `Measuring ${file.name} …`;
  element("progress").removeAttribute("value");
}

function show(file, { analysis, check }) {
  element("result").hidden = false;
  showVerdict(check, analysis.source, file.name);
  showStats(analysis);
  listen(file);
  const hash = analysis.source.sha256.slice(0, 12);
  element("seen").textContent =
    `Measured here: ${file.name}, ${file.size.toLocaleString("en")} bytes, SHA-256 ${hash}… Nothing was sent.`;
}

function listen(file) {
  if (state.url) URL.revokeObjectURL(state.url);
  state.url = URL.createObjectURL(file);
  const player = element("player");
  element("unplayable").hidden = true;
  player.hidden = false;
  player.src = state.url;
}

function seek(seconds) {
  const player = element("player");
  player.currentTime = seconds;
  player.play().catch(() => {});
}

element("player").addEventListener("error", () => {
  element("player").hidden = true;
  element("unplayable").hidden = false;
});
element("cancel").addEventListener("click", () => {
  state.controller?.abort();
  element("working").hidden = true;
});
element("file").addEventListener("change", ({ target }) => {
  if (target.files[0]) measure(target.files[0]);
  target.value = "";
});
const drop = element("drop");
for (const kind of ["dragenter", "dragover"]) {
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
}
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) drop.classList.remove("over");
});
document.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  const file = event.dataTransfer.files[0];
  if (file && !element("file").disabled) measure(file);
});

prepare().catch((error) => showRefusal(`the page could not be made ready (${error.message}); reload it, or try another browser`));
