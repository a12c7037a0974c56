// One place in time for every chart: a click on a chart or on a finding marks it in all of them.
"use strict";
const balanced = (() => {
  const plots = [...document.querySelectorAll(".plot[data-seconds]")];
  const length = Math.max(0, ...plots.map((plot) => Number(plot.dataset.seconds)));
  const listeners = [];
  let at = 0;

  function clock(seconds) {
    const tenths = Math.round(10 * seconds);
    const minutes = Math.floor(tenths / 600);
    const rest = String(Math.floor((tenths % 600) / 10)).padStart(2, "0");
    return `${minutes}:${rest}.${tenths % 10}`;
  }

  const marks = plots.map((plot) => {
    const [range, head] = ["range", "playhead"].map((name) => {
      const mark = document.createElement("i");
      mark.className = name;
      mark.hidden = true;
      mark.setAttribute("aria-hidden", "true");
      plot.append(mark);
      return mark;
    });
    return { head, range, seconds: Number(plot.dataset.seconds) };
  });

  // Shows the place, and tells nobody: for the sound, which moves by itself.
  function show(seconds) {
    at = Math.min(Math.max(seconds, 0), length);
    for (const mark of marks) {
      mark.head.hidden = at === 0;
      mark.head.style.left = `${(100 * at) / mark.seconds}%`;
    }
    for (const slider of document.querySelectorAll("input.place")) {
      slider.value = String(at);
      slider.setAttribute("aria-valuetext", clock(at));
    }
    for (const output of document.querySelectorAll("output.place")) output.textContent = clock(at);
  }

  function select(from, to) {
    for (const mark of marks) {
      mark.range.hidden = !(to > from);
      mark.range.style.left = `${(100 * from) / mark.seconds}%`;
      mark.range.style.width = `${(100 * (to - from)) / mark.seconds}%`;
    }
  }

  // Goes to a place: everything that follows it is told.
  function seek(seconds, to) {
    show(seconds);
    if (to !== undefined) select(seconds, to);
    listeners.forEach((listener) => listener(at, to));
  }

  for (const plot of plots) {
    plot.addEventListener("click", (event) => {
      const box = plot.getBoundingClientRect();
      seek(((event.clientX - box.left) / box.width) * Number(plot.dataset.seconds));
    });
  }
  for (const link of document.querySelectorAll("a.at")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      seek(Number(link.dataset.from), Number(link.dataset.to));
      for (const other of document.querySelectorAll("a.at[aria-current]")) other.removeAttribute("aria-current");
      link.setAttribute("aria-current", "true");
      const wave = document.getElementById("waveform-t");
      if (wave) wave.closest("figure").scrollIntoView({ block: "nearest" });
    });
  }
  for (const slider of document.querySelectorAll("input.place")) {
    slider.max = String(length);
    slider.addEventListener("input", () => seek(Number(slider.value)));
  }
  document.documentElement.classList.add("scripted");
  if (length > 0) show(0);
  return { clock, seek, show, length, place: () => at, follow: (listener) => listeners.push(listener) };
})();
