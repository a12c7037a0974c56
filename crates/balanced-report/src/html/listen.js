// Two versions of one sound, equally loud, at one place: switching fades from one to the other while both run.
balanced.listen = (() => {
  const FADE_S = 0.01; // A switch is complete after 10 ms.
  const SAFE_START_S = 0.4; // The first sound comes up slowly.
  const deck = document.getElementById("deck");
  if (!deck) return null;
  const start = Number(deck.dataset.start);
  const players = [...deck.querySelectorAll("audio")];
  const gains = players.map((player) => 10 ** (Number(player.dataset.gain) / 20));
  const state = { heard: players.length > 1 ? "1" : "0", field: "stereo", loop: false, volume: 10 ** (-12 / 20) };

  // Gains from left and right to left and right.
  const FIELDS = { stereo: [1, 0, 0, 1], mono: [0.5, 0.5, 0.5, 0.5], side: [0.5, -0.5, -0.5, 0.5] };

  // How much of each version is heard.
  function shares(heard) {
    if (heard === "difference") return gains.map((gain, index) => (index === 0 ? -gain : gain));
    return gains.map((gain, index) => (String(index) === heard ? gain : 0));
  }

  // A gain that goes to every new value in a straight line, from wherever it is.
  function fader(context, value) {
    const node = context.createGain();
    let [from, to, since] = [value, value, 0];
    node.gain.setValueAtTime(value, 0);
    function now(at, fade) {
      return from + (to - from) * Math.min(Math.max((at - since) / fade, 0), 1);
    }
    let last = FADE_S;
    node.goTo = (target, at, fade = FADE_S) => {
      [from, to, since, last] = [now(at, last), target, at, fade];
      node.gain.cancelScheduledValues(at);
      node.gain.setValueAtTime(from, at);
      node.gain.linearRampToValueAtTime(target, at + fade);
    };
    return node;
  }

  // The network of one stretch of playing, in any context.
  function graph(context, buffers, settings, when, offset) {
    const sources = buffers.map((buffer) => new AudioBufferSourceNode(context, { buffer }));
    const versions = shares(settings.heard).map((share) => fader(context, share));
    const field = FIELDS[settings.field].map((share) => fader(context, share));
    const [splitter, merger, envelope] = [context.createChannelSplitter(2), context.createChannelMerger(2), fader(context, 0)];
    const sum = new GainNode(context, { channelCount: 2, channelCountMode: "explicit" });
    sources.forEach((source, index) => source.connect(versions[index]).connect(sum));
    sum.connect(splitter);
    field.forEach((node, index) => {
      splitter.connect(node, index % 2);
      node.connect(merger, 0, index >> 1);
    });
    merger.connect(envelope).connect(context.destination);
    return {
      start(volume, rise = FADE_S) {
        envelope.goTo(volume, when, rise);
        sources.forEach((source) => source.start(when, offset));
      },
      hear(heard, at) {
        shares(heard).forEach((share, index) => versions[index].goTo(share, at));
      },
      spread(name, at) {
        FIELDS[name].forEach((share, index) => field[index].goTo(share, at));
      },
      volume(volume, at) {
        envelope.goTo(volume, at);
      },
      loop(range) {
        for (const source of sources) {
          source.loop = Boolean(range);
          if (range) [source.loopStart, source.loopEnd] = range;
        }
      },
      stop(at) {
        envelope.goTo(0, at);
        sources.forEach((source) => source.stop(at + FADE_S));
      },
      sources,
    };
  }

  // Probability of at least `right` of `trials` by guessing: binomial, one-sided.
  function chance(right, trials) {
    let [sum, term] = [0, 0.5 ** trials];
    for (let hits = 0; hits <= trials; hits += 1) {
      if (hits >= right) sum += term;
      term *= (trials - hits) / (hits + 1);
    }
    return Math.min(sum, 1);
  }

  let [context, buffers, playing, since, from, range] = [null, null, null, 0, 0, null];
  const one = (selector) => deck.querySelector(selector);
  const say = (words) => (one(".state").textContent = words);

  function bytes(player) {
    const text = atob(player.getAttribute("src").split(",")[1]);
    return Uint8Array.from(text, (letter) => letter.charCodeAt(0)).buffer;
  }

  async function ready() {
    if (buffers) return;
    say("Decoding …");
    context = context || new AudioContext({ latencyHint: "interactive", sampleRate: Number(deck.dataset.rate) || undefined });
    buffers = await Promise.all(players.map((player) => context.decodeAudioData(bytes(player))));
    say("");
  }

  // Place in the embedded audio.
  function position() {
    if (!playing) return from;
    const gone = from + Math.max(context.currentTime - since, 0);
    if (!playing.looped || gone < playing.looped[1]) return gone;
    const [first, last] = playing.looped;
    return first + ((gone - first) % (last - first));
  }

  function looped() {
    return state.loop && range && range[1] - range[0] > 0.05 ? range : null;
  }

  function play(offset, rise) {
    since = context.currentTime + 0.005;
    from = Math.min(Math.max(offset, 0), buffers[0].duration);
    playing = graph(context, buffers, state, since, from);
    playing.looped = looped();
    playing.loop(playing.looped);
    playing.start(state.volume, rise);
    const mine = playing;
    playing.sources[0].onended = () => playing === mine && pause(0);
    one(".play").textContent = "Pause";
    requestAnimationFrame(tick);
  }

  function pause(at) {
    if (!playing) return;
    const stopped = playing;
    from = at === undefined ? position() : at;
    playing = null;
    stopped.stop(context.currentTime);
    one(".play").textContent = "Play";
  }

  function tick() {
    if (!playing) return;
    balanced.show(start + position());
    requestAnimationFrame(tick);
  }

  let hasPlayed = false;
  async function toggle() {
    if (playing) return pause();
    try {
      await ready();
      await context.resume();
    } catch (error) {
      // The plain players may still play what this browser does not decode.
      deck.classList.add("plain");
      return say(`This browser cannot decode the audio (${error.message}).`);
    }
    play(from, hasPlayed ? FADE_S : SAFE_START_S);
    hasPlayed = true;
  }

  function again(offset) {
    if (!playing) {
      from = Math.max(offset, 0);
      return;
    }
    const stopped = playing;
    stopped.sources[0].onended = null;
    stopped.stop(context.currentTime);
    play(offset);
  }

  function press(group, value) {
    for (const button of deck.querySelectorAll(`button[data-${group}]`)) {
      button.setAttribute("aria-pressed", String(button.dataset[group] === value));
    }
  }

  function hear(heard) {
    state.heard = heard;
    press("heard", heard);
    if (playing) playing.hear(heard, context.currentTime);
  }

  function spread(name) {
    state.field = name;
    press("field", name);
    if (playing) playing.spread(name, context.currentTime);
  }

  balanced.follow((at, to) => {
    if (to !== undefined) range = [Math.max(at - start, 0), Math.max(to, at + 1) - start];
    again(at - start);
  });
  one(".play").addEventListener("click", toggle);
  for (const button of deck.querySelectorAll("button[data-heard]")) button.addEventListener("click", () => hear(button.dataset.heard));
  for (const button of deck.querySelectorAll("button[data-field]")) button.addEventListener("click", () => spread(button.dataset.field));
  one(".loop").addEventListener("change", (event) => {
    state.loop = event.target.checked;
    if (playing) again(position());
  });
  one(".volume").addEventListener("input", (event) => {
    state.volume = 10 ** (Number(event.target.value) / 20);
    event.target.setAttribute("aria-valuetext", `${event.target.value} dB`);
    if (playing) playing.volume(state.volume, context.currentTime);
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(input|textarea|select|button|a|summary)$/i.test(event.target.tagName)) return;
    if (event.key === " ") toggle();
    else if (!test.running && /^[12]$/.test(event.key) && players[Number(event.key) - 1]) hear(String(Number(event.key) - 1));
    else return;
    event.preventDefault();
  });

  // The blind test: X is one of both, a coin decides; the answers are counted and shown after the last.
  const test = { running: false, trials: 16, done: 0, right: 0, x: 0 };
  const blind = deck.querySelector(".blind");

  function draw() {
    test.x = crypto.getRandomValues(new Uint8Array(1))[0] & 1;
    blind.querySelector(".trial").textContent = `Trial ${test.done + 1} of ${test.trials}`;
    listenTo("x");
  }

  function listenTo(what) {
    hear(what === "x" ? String(test.x) : what);
    press("heard", null);
    for (const button of blind.querySelectorAll("button[data-blind]")) {
      button.setAttribute("aria-pressed", String(button.dataset.blind === what));
    }
  }

  function begin() {
    Object.assign(test, { running: true, done: 0, right: 0 });
    deck.classList.add("testing");
    blind.querySelector(".result").textContent = "";
    draw();
    if (!playing) toggle();
  }

  function answer(guess) {
    if (!test.running) return;
    test.right += Number(guess === test.x);
    test.done += 1;
    if (test.done < test.trials) return draw();
    test.running = false;
    deck.classList.remove("testing");
    blind.querySelector(".trial").textContent = "";
    blind.querySelector(".result").textContent = verdict(test.right, test.trials);
    hear("1");
  }

  function verdict(right, trials) {
    const p = chance(right, trials);
    const heard = p <= 0.05 ? "You hear the difference." : "That does not show that you hear a difference.";
    return `${right} of ${trials} right. By guessing, so many or more come up with a probability of ${p.toFixed(4)} (binomial test, one-sided). ${heard}`;
  }

  if (blind) {
    blind.querySelector(".begin").addEventListener("click", begin);
    for (const button of blind.querySelectorAll("button[data-blind]")) button.addEventListener("click", () => listenTo(button.dataset.blind));
    for (const button of blind.querySelectorAll("button[data-answer]")) button.addEventListener("click", () => answer(Number(button.dataset.answer)));
  }
  press("heard", state.heard);
  press("field", state.field);
  return { state, graph, chance, verdict, position, hear, spread, toggle, ready, test, FADE_S, buffers: () => buffers, isPlaying: () => Boolean(playing) };
})();
