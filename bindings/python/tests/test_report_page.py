"""The HTML report in a browser: clicks seek, versions switch in time and without a click, and it works on phones, in the dark,
on paper, and without scripts."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import balanced_mastering as bm
import numpy as np
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

RATE = 48_000
#: Places of the clipping that the analysed track is given, in seconds.
CLIPPED = (4.0, 6.0)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert program, "the report is tested in Chromium; `cargo xtask python` installs Debian's package"
    # Chromium's sandbox refuses to run for root, which tests in containers are.
    alone = ["--no-sandbox"] if os.name == "posix" and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=alone)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def analysed(tmp_path_factory: pytest.TempPathFactory, demo: tuple[Any, float]) -> Path:
    """Page of a track with a place that clips."""
    folder = tmp_path_factory.mktemp("analysed")
    samples, rate = demo
    audio = samples[:, : int(12 * rate)].copy()
    place = slice(int(CLIPPED[0] * rate), int(CLIPPED[1] * rate))
    audio[:, place] = np.clip(12 * audio[:, place], -1, 1)
    bm.write(folder / "mix.wav", audio, rate)
    analysis = bm.analyze(folder / "mix.wav")
    (folder / "page.html").write_text(bm.report_html(analysis), encoding="utf-8")
    return folder / "page.html"


@pytest.fixture(scope="module")
def mastered(tmp_path_factory: pytest.TempPathFactory, demo_path: Path) -> Path:
    """Page of a master with its audio."""
    folder = tmp_path_factory.mktemp("mastered")
    result = bm.master(demo_path, folder / "master.wav")
    (folder / "page.html").write_text(bm.report_html(result, with_audio=True), encoding="utf-8")
    (folder / "plain.html").write_text(bm.report_html(result), encoding="utf-8")
    return folder / "page.html"


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a page; whatever it logs, throws or asks of the network fails the test."""
    troubles: list[str] = []
    contexts = []

    def opened(path: Path, **settings: Any) -> Page:
        context = browser.new_context(**settings)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: troubles.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", lambda request: troubles.append(request.url) if _is_outside(request.url, path) else None)
        page.goto(path.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not troubles, troubles


def _is_outside(url: str, path: Path) -> bool:
    return not url.startswith("data:") and url.split("#")[0] != path.as_uri()


def test_a_click_on_a_finding_marks_its_place_in_every_chart(analysed: Path, open_page: Callable[..., Page]) -> None:
    page = open_page(analysed)
    assert page.locator(".verdict.bad").inner_text().startswith("This needs work first: clipping")
    link = page.locator("a.at").first
    start, end = (float(str(link.get_attribute(name))) for name in ("data-from", "data-to"))
    assert CLIPPED[0] - 0.2 <= start < end <= CLIPPED[1] + 0.2
    link.focus()
    page.keyboard.press("Enter")
    charts = page.locator(".plot[data-seconds]")
    assert charts.count() >= 6
    for chart in charts.all():
        box, head, area = (chart.bounding_box(), _box(chart, ".playhead"), _box(chart, ".range"))
        assert box is not None
        seconds = float(str(chart.get_attribute("data-seconds")))
        assert abs(head["x"] - box["x"] - box["width"] * start / seconds) < 2
        assert abs(area["width"] - box["width"] * (end - start) / seconds) < 2
    assert link.get_attribute("aria-current") == "true"
    slider = page.locator("input.place")
    assert abs(float(slider.input_value()) - start) <= 0.05
    assert str(slider.get_attribute("aria-valuetext")).startswith("0:0")


def _box(chart: Any, selector: str) -> dict[str, float]:
    box = chart.locator(selector).bounding_box()
    assert box is not None, selector
    return dict(box)


def test_a_click_on_a_chart_and_the_arrow_keys_move_the_place(analysed: Path, open_page: Callable[..., Page]) -> None:
    page = open_page(analysed)
    chart = page.locator(".plot[data-seconds]").nth(1)
    box = chart.bounding_box()
    assert box is not None
    chart.click(position={"x": box["width"] / 2, "y": 60})
    assert page.evaluate("balanced.place()") == pytest.approx(6.0, abs=0.05)
    page.locator("input.place").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("balanced.place()") == pytest.approx(6.1, abs=0.06)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_all_of_it(analysed: Path, mastered: Path, open_page: Callable[..., Page], scheme: str) -> None:
    for path in (analysed, mastered):
        page = open_page(path, viewport={"width": 360, "height": 740}, color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        cut = page.evaluate(
            """() => [...document.querySelectorAll("svg, .labels span, h1, h2, h3, p, button, input, li")]
                .filter((node) => node.getClientRects().length)
                .map((node) => [node, node.getBoundingClientRect()])
                .filter(([node, box]) => box.width && !node.closest("details, .scroll") && (box.left < -0.5 || box.right > 360.5))
                .map(([node, box]) => `${node.tagName} ${node.textContent.slice(0, 40)} ${box.left} ${box.right}`)"""
        )
        assert not cut, cut
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (ground == "rgb(21, 22, 24)") == (scheme == "dark"), ground


def test_labels_of_charts_do_not_overlap(analysed: Path, open_page: Callable[..., Page]) -> None:
    for width in (360, 900):
        page = open_page(analysed, viewport={"width": width, "height": 740})
        overlapping = page.evaluate(
            """() => [...document.querySelectorAll(".labels")].flatMap((labels) => {
                const boxes = [...labels.children].map((node) => [node.textContent, node.getBoundingClientRect()]);
                const seen = boxes.filter(([, box]) => box.width);
                const across = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left);
                const down = (a, b) => Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
                return seen.flatMap(([name, box], index) =>
                    seen.slice(index + 1)
                        .filter(([, other]) => across(box, other) > 1 && down(box, other) > 3)
                        .map(([other]) => `${name} over ${other}`));
            })"""
        )
        assert not overlapping, (width, overlapping)


def test_it_prints_on_a4(mastered: Path, open_page: Callable[..., Page]) -> None:
    page = open_page(mastered, color_scheme="dark", viewport={"width": 688, "height": 1000})
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.locator("#deck").is_visible()
    assert page.locator("#waveform-t").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 688
    paper = page.pdf(format="A4", prefer_css_page_size=True)
    assert paper.startswith(b"%PDF") and len(paper) > 50_000


def test_it_has_meaning_without_scripts(mastered: Path, open_page: Callable[..., Page]) -> None:
    page = open_page(mastered, java_script_enabled=False)
    assert page.locator(".verdict").is_visible() and page.locator("audio[controls]").count() == 2
    assert all(player.is_visible() for player in page.locator("audio[controls]").all())
    assert not page.locator(".controls").is_visible()
    page.locator("summary", has_text="As a table").first.click()
    assert page.locator("details[open] table").first.is_visible()


def test_everything_has_a_name(mastered: Path, open_page: Callable[..., Page]) -> None:
    page = open_page(mastered)
    for role in ("img", "button", "slider", "checkbox", "region", "group"):
        for node in page.get_by_role(role).all():
            name = node.evaluate(
                """(node) => {
                    const ids = (node.getAttribute("aria-labelledby") || "").split(" ");
                    const labels = ids.map((id) => document.getElementById(id)?.textContent).join(" ").trim();
                    const around = node.closest("label")?.textContent.trim();
                    const own = node.tagName === "svg" ? "" : node.textContent.trim();
                    return node.getAttribute("aria-label") || labels || around || own;
                }"""
            )
            assert name, node.evaluate("node => node.outerHTML.slice(0, 200)")
    assert page.locator("h1").count() == 1 and page.evaluate("document.documentElement.lang") == "en"


#: Plays two steady signals through the page's own network, offline, and switches at half a second.
SWITCH = """async ([from, to, field]) => {
    const rate = 48000;
    const context = new OfflineAudioContext(2, rate, rate);
    const level = (left, right) => {
        const buffer = new AudioBuffer({ length: rate, numberOfChannels: 2, sampleRate: rate });
        buffer.getChannelData(0).fill(left);
        buffer.getChannelData(1).fill(right);
        return buffer;
    };
    const buffers = [level(0.5, 0.25), level(0.8, 0.4)];
    const graph = balanced.listen.graph(context, buffers, { heard: from, field: "stereo" }, 0, 0);
    graph.start(1);
    context.suspend(0.5).then(() => {
        if (to !== from) graph.hear(to, context.currentTime);
        if (field !== "stereo") graph.spread(field, context.currentTime);
        context.resume();
    });
    const audio = await context.startRendering();
    return [0, 1].map((channel) => [...audio.getChannelData(channel)]);
}"""


def test_a_switch_is_complete_within_20_ms_and_does_not_click(mastered: Path, open_page: Callable[..., Page]) -> None:
    page = open_page(mastered)
    gains = [10 ** (float(str(player.get_attribute("data-gain"))) / 20) for player in page.locator("audio").all()]
    assert gains[0] == 1 and gains[1] < 1
    levels = {"0": (0.5 * gains[0], 0.25 * gains[0]), "1": (0.8 * gains[1], 0.4 * gains[1])}
    levels["difference"] = (levels["1"][0] - levels["0"][0], levels["1"][1] - levels["0"][1])
    for start, end in (("0", "1"), ("1", "0"), ("1", "difference")):
        for channel, heard in enumerate(page.evaluate(SWITCH, [start, end, "stereo"])):
            sound = np.asarray(heard)
            before, after = levels[start][channel], levels[end][channel]
            assert np.allclose(sound[2000:24_000], before, atol=1e-6)
            done = 24_000 + int(0.020 * RATE)
            assert np.allclose(sound[done:], after, atol=1e-6)
            # A straight line over 10 ms: no step is larger than a two hundredth of the way.
            steps = np.abs(np.diff(sound[23_900 : done + 100]))
            assert steps.max() <= abs(after - before) / 200 + 1e-6
    for field, expected in (("mono", (0.375, 0.375)), ("side", (0.125, -0.125))):
        for channel, heard in enumerate(page.evaluate(SWITCH, ["0", "0", field])):
            assert np.allclose(np.asarray(heard)[25_000:], expected[channel], atol=1e-6)


def test_both_versions_are_decoded_to_one_timeline(mastered: Path, open_page: Callable[..., Page]) -> None:
    page = open_page(mastered)
    lag, lengths = page.evaluate(
        """async () => {
            await balanced.listen.ready();
            const [mix, master] = balanced.listen.buffers();
            const mid = (buffer, i) => buffer.getChannelData(0)[i] + buffer.getChannelData(1)[i];
            const score = (lag) => {
                let sum = 0;
                for (let i = 480000; i < 720000; i += 1) sum += mid(mix, i) * mid(master, i + lag);
                return sum;
            };
            const lags = [...Array(41).keys()].map((lag) => lag - 20);
            const scores = lags.map(score);
            return [lags[scores.indexOf(Math.max(...scores))], [mix.length, master.length]];
        }"""
    )
    assert abs(lag) <= 1, lag
    assert lengths[0] == lengths[1] and lengths[0] == pytest.approx(36 * RATE, abs=RATE)


def test_flac_brings_the_samples_themselves(tmp_path: Path, demo: tuple[Any, float], open_page: Callable[..., Page]) -> None:
    samples, rate = demo
    bm.write(tmp_path / "mix.wav", samples[:, : int(2 * rate)], rate)
    analysis = bm.analyze(tmp_path / "mix.wav", config=bm.AnalysisConfig(families=["loudness"]))
    (tmp_path / "page.html").write_text(bm.report_html(analysis, with_audio="flac"), encoding="utf-8")
    page = open_page(tmp_path / "page.html")
    heard = page.evaluate("balanced.listen.ready().then(() => [...balanced.listen.buffers()[0].getChannelData(1)])")
    written, _ = bm.read(tmp_path / "mix.wav")
    assert np.abs(np.asarray(heard) - written[1]).max() < 2**-23
    assert page.get_by_role("button", name="Difference").count() == 0


def _wait(page: Page, condition: str) -> None:
    """Waits until a condition holds; the page's policy keeps Playwright from evaluating it there again and again."""
    for _ in range(200):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"20 s without {condition}")


def test_it_plays_loops_and_pauses(mastered: Path, open_page: Callable[..., Page]) -> None:
    page = open_page(mastered)
    assert page.evaluate("balanced.listen.state.volume") == pytest.approx(10 ** (-12 / 20))
    page.get_by_role("button", name="Play").click()
    _wait(page, "balanced.listen.isPlaying() && balanced.listen.position() > 0.3")
    assert page.evaluate("balanced.place()") > 0
    page.get_by_role("button", name="Mix", exact=True).click()
    assert page.get_by_role("button", name="Mix", exact=True).get_attribute("aria-pressed") == "true"
    page.evaluate("balanced.seek(20, 21)")
    page.get_by_label("Loop the chosen finding").check()
    page.wait_for_timeout(1500)
    assert 20 <= page.evaluate("balanced.listen.position()") < 21.01
    page.get_by_role("button", name="Pause").click()
    held = page.evaluate("balanced.listen.position()")
    page.wait_for_timeout(200)
    assert page.evaluate("balanced.listen.position()") == held
    page.locator("h1").click()
    page.keyboard.press("2")
    assert page.get_by_role("button", name="Master", exact=True).get_attribute("aria-pressed") == "true"


def test_the_blind_test_counts_and_tells_its_probability(mastered: Path, open_page: Callable[..., Page]) -> None:
    page = open_page(mastered)
    # 2517 of 65536: the sum of the binomial coefficients from 12 of 16.
    assert page.evaluate("balanced.listen.chance(12, 16)") == pytest.approx(2517 / 65_536, abs=1e-12)
    assert page.evaluate("[0, 16].map((right) => balanced.listen.chance(right, 16))") == [
        pytest.approx(1.0),
        pytest.approx(2**-16),
    ]
    page.locator("summary", has_text="Blind test").click()
    page.get_by_role("button", name="Start").click()
    drawn = []
    for trial in range(16):
        assert page.locator(".trial").inner_text() == f"Trial {trial + 1} of 16"
        page.get_by_role("button", name="X", exact=True).click()
        x = page.evaluate("balanced.listen.test.x")
        assert page.evaluate("balanced.listen.state.heard") == str(x)
        pressed = page.locator(".trials button[aria-pressed=true]")
        assert pressed.count() == 1 and pressed.inner_text() == "X", "the buttons tell what X is"
        assert not page.get_by_role("button", name="Difference").is_visible()
        drawn.append(x)
        page.get_by_role("button", name=f"X is {('Mix', 'Master')[x if trial else 1 - x]}").click()
    assert page.locator(".result").inner_text().startswith("15 of 16 right.")
    assert "0.0003" in page.locator(".result").inner_text()
    assert 0 < sum(drawn) < 16, "a fair coin gives one side only once in 32768 tests"


def test_four_minutes_of_both_fit_into_twelve_megabytes(mastered: Path) -> None:
    heard, plain = mastered.stat().st_size, (mastered.parent / "plain.html").stat().st_size
    assert plain < 1_500_000
    # The page itself hardly grows with the track; the audio does.
    assert plain + (heard - plain) * 240 / 36 < 12_000_000
