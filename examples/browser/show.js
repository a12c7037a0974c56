// What is shown: words and numbers become elements, never markup.

const element = (id) => document.getElementById(id);

function made(tag, text, ...classes) {
  const node = document.createElement(tag);
  node.textContent = text;
  node.classList.add(...classes);
  return node;
}

/**
 * The verdict in plain words, with what is broken; what is kept is counted. Once the sound was listened to, a mix with a major
 * finding is not called good.
 */
export function showVerdict(check, source, name, findings = []) {
  const broken = check.results.filter(({ passed }) => !passed);
  const failed = broken.filter(({ level }) => level === "fail");
  const grave = findings.filter(({ severity }) => severity === "major" || severity === "critical");
  const card = element("verdict");
  card.className = `card ${failed.length > 0 ? "bad" : broken.length + grave.length > 0 ? "fair" : "good"}`;
  element("name").textContent = `${name} · ${describe(source)}`;
  element("headline").textContent = headline(failed.length, broken.length - failed.length, grave.length);
  element("rules").replaceChildren(...broken.map(rule));
  const kept = check.results.length - broken.length;
  element("kept").textContent = `${kept} of ${check.results.length} rules are kept.`;
}

function headline(failed, warned, grave) {
  if (failed > 0) return failed === 1 ? "One thing must change before you send it" : `${failed} things must change before you send it`;
  if (grave > 0) return "It can be sent, but something in its sound should be put right first";
  if (warned > 0) return "You can send it, but look at this first";
  return "This mix can be sent as it is";
}

/** The rule's reason first, then what was measured. */
function rule({ message, level }) {
  const [measured, ...reasons] = message.split(/(?<=\.)\s+(?=[A-Z0-9])/);
  const item = made("li", reasons.join(" ") || measured, level);
  if (reasons.length > 0) item.append(made("span", measured, "measured"));
  return item;
}

function describe({ container, sample_rate_hz, bit_depth, channels, duration_s }) {
  const layout = { 1: "mono", 2: "stereo" }[channels] ?? `${channels} channels`;
  const bits = bit_depth ? `, ${bit_depth} bit` : "";
  return `${container.toUpperCase()}, ${sample_rate_hz / 1000} kHz${bits}, ${layout}, ${clock(duration_s)}`;
}

function clock(seconds) {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** The numbers that people ask for; what was not measured yet is left out. */
export function showStats({ loudness, dynamics, tempo, key }) {
  const rows = [
    ["Loudness", loudness?.integrated_lufs, 1, "LUFS"],
    ["True peak", loudness?.true_peak_dbtp, 1, "dBTP"],
    ["Loudness range", loudness?.range_lu, 1, "LU"],
    ["Dynamic range", dynamics?.dr, 0, "DR"],
    ["Tempo", tempo?.bpm, 1, "BPM"],
    ["Key", key?.name ?? null, null, ""],
  ];
  const shown = rows.filter(([, value]) => value !== undefined && value !== null);
  element("stats").replaceChildren(
    ...shown.map(([name, value, digits, unit]) => {
      const box = made("div", "");
      const text = typeof value === "number" ? value.toFixed(digits).replace("-", "−") : value;
      const number = made("dd", text);
      number.append(made("span", unit ? ` ${unit}` : "", "unit"));
      box.append(made("dt", name), number);
      return box;
    }),
  );
}

/** The findings; one that has a place is a button that plays it. */
export function showFindings(findings, seek) {
  const told = findings.filter(({ severity }) => severity !== "info");
  element("found").hidden = told.length === 0;
  element("findings").replaceChildren(...told.map((finding) => findingItem(finding, seek)));
}

function findingItem({ message, advice, severity, range_s }, seek) {
  const item = made("li", "", severity);
  item.append(made("p", message), made("p", advice, "sub"));
  if (range_s) {
    const button = made("button", `Play from ${clock(range_s[0])}`);
    button.type = "button";
    button.addEventListener("click", () => seek(range_s[0]));
    item.append(button);
  }
  return item;
}

let saved = null;

/** The report in a frame of its own height, where it runs no script, and as a file, where it does. */
export function showReport(html, name) {
  const frame = element("report");
  const fit = () => (frame.style.height = `${frame.contentDocument.documentElement.scrollHeight}px`);
  frame.addEventListener("load", () => new ResizeObserver(fit).observe(frame.contentDocument.body), { once: true });
  frame.srcdoc = html.replace(/<script>[\s\S]*?<\/script>/g, "");
  if (saved) URL.revokeObjectURL(saved);
  saved = URL.createObjectURL(new Blob([html], { type: "text/html" }));
  const save = element("save");
  save.href = saved;
  save.download = `${name.replace(/\.[^.]*$/, "")}.html`;
  element("page").hidden = false;
}

/** Why a file was refused. */
export function showRefusal(sentence) {
  element("result").hidden = true;
  element("refused").hidden = false;
  element("problem").textContent = sentence;
}
