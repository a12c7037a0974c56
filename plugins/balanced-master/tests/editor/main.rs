//! Tests of the editor in a window on a virtual display, at one and two pixels per point: it opens, a drag on a handle moves
//! the parameter, a knob turns, a card is moved, a project saves the size. Screenshots go to `target/plugin-screens/`.

mod golden;
#[allow(dead_code)]
#[path = "../it/host.rs"]
mod host;
mod png;
mod screen;
mod steps;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use clack_extensions::gui::{GuiApiType, GuiConfiguration, GuiSize, PluginGui, Window};
use host::{Instance, RATE_HZ, music};
use screen::Screen;

const SIZE: (u16, u16) = (1180, 740);
const LARGE: (u16, u16) = (1500, 900);
/// Smallest size of the window.
const SMALL: (u16, u16) = (940, 600);

fn main() -> ExitCode {
    if !screen::is_available() {
        eprintln!("the editor is not tested: there is no Xvfb here (Debian: xvfb libgl1-mesa-dri)");
        // On CI it must be installed.
        return if std::env::var_os("CI").is_some() { ExitCode::FAILURE } else { ExitCode::SUCCESS };
    }
    // Pictures go beside `target/tmp`, which Cargo manages.
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("../plugin-screens");
    std::fs::create_dir_all(&folder).expect("a folder for pictures");
    let folder = folder.canonicalize().expect("it is there");
    // `editor SCALE`: only that scale; `editor 1 tour`: a picture of every module and of the list.
    let scale = std::env::args().nth(1).and_then(|word| word.parse().ok());
    if std::env::args().nth(2).is_some_and(|word| word == "tour") {
        tour(&folder, scale.unwrap_or(1.0));
        return ExitCode::SUCCESS;
    }
    if let Some(scale) = scale {
        test(&folder, scale);
        println!("{OK} at {scale}, pictures in {}", folder.display());
        return ExitCode::SUCCESS;
    }
    if ["1", "2"].into_iter().all(passes_at) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What a process says whose tests have passed.
const OK: &str = "editor: ok";

/// Runs the test at a scale in another process, because a process names its display only once.
///
/// The process is taken at its word: when the last window closes, Xlib may find its connection gone and end the process with a
/// failure, after everything was tested.
fn passes_at(scale: &str) -> bool {
    let program = std::env::current_exe().expect("this program has a name");
    let run =
        Command::new(program).arg(scale).stderr(std::process::Stdio::inherit()).output().expect("it starts again");
    let said = String::from_utf8_lossy(&run.stdout);
    print!("{said}");
    said.contains(OK)
}

fn test(folder: &Path, scale: f64) {
    let settings = folder.join(format!("settings-{scale}x"));
    let _ = std::fs::remove_dir_all(&settings);
    // SAFETY: nothing else runs in this program yet.
    unsafe { std::env::set_var("XDG_CONFIG_HOME", &settings) };
    let screen = Screen::start(scale);
    let mut session = Session::open(&screen, scale, SIZE, None);
    session.run(1.5);
    let pixels = session.picture(&folder.join(format!("editor-{scale}x.png")));
    if scale == 1.0 {
        golden::compare(usize::from(SIZE.0), &pixels);
        session.drag_a_handle();
        session.undo();
        session.turn_a_knob_back();
        session.drag_a_dynamic_handle();
        session.drag_a_card();
        session.run(0.5);
        let _ = session.picture(&folder.join("editor-after.png"));
        session.undo_at_once_and_while_typing();
        session.close_and_undo();
        session.end_monitoring(folder);
        session.save_a_preset(folder, &settings);
        session.begin_as_now(&settings);
    }
    session.resize(LARGE);
    let state = session.plugin.state();
    session.close();
    let mut again = Session::open(&screen, scale, LARGE, Some(&state));
    again.run(1.0);
    assert_eq!(again.size(), LARGE, "a project remembers the size of its editor");
    let _ = again.picture(&folder.join(format!("editor-large-{scale}x.png")));
    again.resize(SMALL);
    again.list_at_the_smallest_size(folder);
    if scale == 1.0 {
        again.resize(SIZE);
        again.scale_down(folder);
        again.rest();
    }
    again.close();
}

/// Takes a picture of every module and of the list.
fn tour(folder: &Path, scale: f64) {
    let screen = Screen::start(scale);
    let mut session = Session::open(&screen, scale, SIZE, None);
    session.run(1.5);
    session.tour(folder);
    session.close();
}

struct Session<'a> {
    plugin: Instance,
    screen: &'a Screen,
    window: u32,
    points: (u16, u16),
    input: Vec<Vec<f32>>,
    at: usize,
    scale: f64,
}

impl<'a> Session<'a> {
    fn open(screen: &'a Screen, scale: f64, points: (u16, u16), state: Option<&[u8]>) -> Self {
        let mut plugin = Instance::new();
        if let Some(state) = state {
            assert!(plugin.load(state));
        }
        plugin.set(&[
            ("Multiband Bypass", "off"),
            ("Limiter Drive", "9"),
            ("EQ 2 Gain", "2.5"),
            ("EQ 4 Gain", "-3"),
            ("EQ 7 Gain", "3"),
        ]);
        plugin.activate(RATE_HZ, 1024);
        let mut session = Self { plugin, screen, window: 0, points, input: music(48_000), at: 0, scale };
        session.open_window();
        session
    }

    /// Opens the editor in a window of its size. On a busy machine, the framework sometimes never draws a window that opens right after
    /// another one was closed; it is then opened again.
    fn open_window(&mut self) {
        for _ in 0..3 {
            self.attach_window();
            if (0..50).any(|_| {
                self.run(0.2);
                colours(&self.pixels()) > FEWEST_COLOURS
            }) {
                return;
            }
            eprintln!("editor: a window stayed empty and is opened again");
            self.close_window();
            self.run(1.0);
        }
        panic!("the editor never draws its window");
    }

    fn attach_window(&mut self) {
        let ((width, height), scale) = (self.extent(), self.scale);
        self.window = self.screen.window(width, height);
        let handle = self.plugin.plugin.plugin_handle();
        let gui: PluginGui = handle.get_extension().expect("it has an editor");
        let configuration = GuiConfiguration { api_type: GuiApiType::X11, is_floating: false };
        assert!(gui.is_api_supported(&handle, configuration));
        let _ = gui.set_scale(&handle, scale);
        gui.create(&handle, configuration).expect("the editor opens");
        assert!(gui.can_resize(&handle));
        let size = gui.get_size(&handle).expect("hosts make a window of this size");
        assert_eq!((size.width, size.height), (width.into(), height.into()), "at {scale} pixels a point");
        // SAFETY: the window outlives the editor: `close_window` destroys the editor first.
        unsafe { gui.set_parent(&handle, Window::from_x11_handle(u64::from(self.window))) }
            .expect("it takes the window");
        let _ = gui.show(&handle);
    }

    /// Runs until `is_so`, with a timeout for busy machines.
    fn patiently(&mut self, what: &str, mut is_so: impl FnMut(&mut Self) -> bool) {
        for _ in 0..100 {
            self.run(0.2);
            if is_so(self) {
                return;
            }
        }
        panic!("never: {what}");
    }

    /// Plays and draws for `seconds`.
    fn run(&mut self, seconds: f64) {
        for _ in 0..(seconds * 60.0) as usize {
            let mut block: Vec<Vec<f32>> =
                self.input.iter().map(|channel| channel[self.at..self.at + 800].to_vec()).collect();
            self.at = (self.at + 800) % (self.input[0].len() - 800);
            self.plugin.block(&mut block, &[]);
            self.plugin.idle();
            std::thread::sleep(std::time::Duration::from_millis(16));
        }
    }

    /// Returns width and height of the window.
    fn extent(&self) -> (u16, u16) {
        let pixels_of = |points: u16| (f64::from(points) * self.scale) as u16;
        (pixels_of(self.points.0), pixels_of(self.points.1))
    }

    fn pixels(&self) -> Vec<u8> {
        let (width, height) = self.extent();
        self.screen.pixels(width, height)
    }

    fn picture(&self, path: &Path) -> Vec<u8> {
        let (pixels, (width, height)) = (self.pixels(), self.extent());
        png::write(path, u32::from(width), u32::from(height), &pixels);
        let colours = colours(&pixels);
        assert!(colours > FEWEST_COLOURS, "{}: {colours} colours are no editor", path.display());
        pixels
    }

    fn value(&mut self, name: &str) -> f64 {
        let parameter = self.plugin.parameter(name);
        self.plugin.value(parameter.id)
    }

    fn text(&mut self, name: &str) -> String {
        let parameter = self.plugin.parameter(name);
        let value = self.plugin.value(parameter.id);
        self.plugin.text(parameter.id, value)
    }

    /// Returns the position of a band's handle, from the graph's place in the window and its axes.
    fn handle(&self, hz: f32, db: f32) -> (i16, i16) {
        let (left, right, top, bottom) = GRAPH;
        let x = left + (right - left) * (hz / 20.0).log10() / 3.0;
        let y = 0.5 * (top + bottom) - 0.5 * (bottom - top) * db / 18.0;
        (x as i16, y as i16)
    }

    /// Drags slowly enough for a slow renderer, which draws a frame per motion.
    fn drag(&mut self, from: (i16, i16), to: (i16, i16)) {
        self.screen.move_to(from);
        self.run(0.3);
        self.screen.button(true);
        self.run(0.3);
        for step in 1..=8i16 {
            self.screen.move_to((from.0 + (to.0 - from.0) * step / 8, from.1 + (to.1 - from.1) * step / 8));
            self.run(0.1);
        }
        self.run(0.3);
        self.screen.button(false);
        self.run(0.6);
    }

    fn drag_a_handle(&mut self) {
        let before = (self.text("EQ 5 Frequency"), self.text("EQ 5 Gain"));
        self.drag(self.handle(1250.0, 0.0), self.handle(2500.0, 6.0));
        let (hz, db) = (self.text("EQ 5 Frequency"), self.text("EQ 5 Gain"));
        let number = |text: &str| text.split(' ').next().and_then(|word| word.parse::<f32>().ok()).expect("a number");
        assert!((number(&hz) / 2500.0).log2().abs() < 0.2, "dragged from {before:?} to {hz}");
        assert!((number(&db) - 6.0).abs() < 1.0, "dragged from {before:?} to {db}");
    }

    /// Clicks on Undo, which reverts the drag.
    fn undo(&mut self) {
        self.run(1.0);
        self.press(UNDO);
        self.run(1.0);
        assert_eq!((self.text("EQ 5 Frequency"), self.text("EQ 5 Gain")), ("1250 Hz".to_owned(), "0.00 dB".to_owned()));
    }

    /// Drags a knob, then double-clicks it for the default.
    fn turn_a_knob_back(&mut self) {
        let name = "EQ 5 Frequency"; // the band whose handle was dragged
        let before = self.value(name);
        self.drag(KNOB, (KNOB.0, KNOB.1 - 40));
        assert!(self.value(name) > before + 0.05, "the knob did not turn: {}", self.value(name));
        self.screen.move_to(KNOB);
        self.run(0.3);
        // A slow renderer may not recognise two clicks as a double-click.
        for _ in 0..8 {
            self.screen.click();
            self.run(0.06);
            self.screen.click();
            self.run(0.9);
            if (self.value(name) - before).abs() < 1e-6 {
                return;
            }
        }
        panic!("a double-click is the default");
    }

    /// Drags the active band of the dynamic equaliser further down and to another frequency.
    fn drag_a_dynamic_handle(&mut self) {
        let place = self.place("dynamic_eq");
        self.press((60 + 110 * place, 58));
        let before = (self.text("Dynamic EQ 1 Frequency"), self.text("Dynamic EQ 1 Range"));
        let number = |text: &str| text.split(' ').next().and_then(|word| word.parse::<f32>().ok()).expect("a number");
        let from = self.handle(number(&before.0), -number(&before.1));
        self.drag(from, self.handle(500.0, -10.0));
        let (hz, db) = (self.text("Dynamic EQ 1 Frequency"), self.text("Dynamic EQ 1 Range"));
        assert!((number(&hz) / 500.0).log2().abs() < 0.2, "dragged from {before:?} to {hz}");
        assert!((number(&db) - 10.0).abs() < 1.0, "dragged from {before:?} to {db}");
    }

    /// Returns the kinds of the modules in the rack.
    fn rack(&mut self) -> Vec<String> {
        let state = self.plugin.state_json();
        let saved = state["fields"]["balanced"].as_str().expect("it is text");
        let saved: serde_json::Value = serde_json::from_str(saved).expect("the text is JSON");
        let entries = saved["now"]["rack"]["entries"].as_array().expect("there is a rack");
        entries.iter().filter_map(|entry| entry["module"].as_str().map(str::to_owned)).collect()
    }

    fn place(&mut self, kind: &str) -> i16 {
        self.rack().iter().position(|module| module == kind).expect("it is in the rack") as i16
    }

    /// Drops the third card on the first; undo reverts it.
    fn drag_a_card(&mut self) {
        let before = self.rack();
        self.drag((60 + 110 * 2, 58), (60, 58));
        let mut expected = before.clone();
        let card = expected.remove(2);
        expected.insert(0, card);
        assert_eq!(self.rack(), expected, "the card was dropped on the first place");
        self.run(1.0);
        self.press(UNDO);
        self.run(0.5);
        assert_eq!(self.rack(), before, "undo puts it back");
    }

    /// Resizes the window as a host does when its corner is dragged.
    fn resize(&mut self, points: (u16, u16)) {
        self.points = points;
        let (width, height) = self.extent();
        self.screen.resize(self.window, width, height);
        let handle = self.plugin.plugin.plugin_handle();
        let gui: PluginGui = handle.get_extension().expect("it has an editor");
        gui.set_size(&handle, GuiSize { width: width.into(), height: height.into() }).expect("it takes the size");
        self.patiently("it has the new size", |session| session.size() == points);
    }

    /// Returns the size that the plugin reports, in points.
    fn size(&mut self) -> (u16, u16) {
        let handle = self.plugin.plugin.plugin_handle();
        let gui: PluginGui = handle.get_extension().expect("it has an editor");
        let size = gui.get_size(&handle).expect("it has a size");
        let points_of = |pixels: u32| (f64::from(pixels) / self.scale).round() as u16;
        (points_of(size.width), points_of(size.height))
    }

    fn tour(&mut self, folder: &Path) {
        for place in 0..8i16 {
            self.press((60 + 110 * place, 64));
            let _ = self.picture(&folder.join(format!("tour-{place}.png")));
        }
        for (name, at) in [("menu", (250, 22)), ("list", LIST)] {
            self.press(at);
            let _ = self.picture(&folder.join(format!("tour-{name}.png")));
            self.press((60, 600));
        }
        self.press(LIST);
        self.press((95, 698));
        self.run(32.0);
        let _ = self.picture(&folder.join("tour-suggest.png"));
    }

    fn press(&mut self, at: (i16, i16)) {
        self.screen.move_to(at);
        self.run(0.3);
        self.screen.button(true);
        self.run(0.1);
        self.screen.button(false);
        self.run(0.5);
    }

    fn close(mut self) {
        self.close_window();
    }

    fn close_window(&mut self) {
        let handle = self.plugin.plugin.plugin_handle();
        let gui: PluginGui = handle.get_extension().expect("it has an editor");
        gui.destroy(&handle);
        self.screen.close(self.window);
        self.plugin.idle();
    }
}

/// Number of colours that an editor has at least; an empty window has one.
const FEWEST_COLOURS: usize = 200;

fn colours(pixels: &[u8]) -> usize {
    pixels.as_chunks::<3>().0.iter().collect::<std::collections::HashSet<_>>().len()
}

/// Left, right, top and bottom of the graph at the default size.
const GRAPH: (f32, f32, f32, f32) = (10.0, 936.0, 118.0, 418.0);
/// Position of the button that shows the list.
const LIST: (i16, i16) = (622, 22);
/// Position of the undo button.
const UNDO: (i16, i16) = (380, 22);
/// Position of the frequency knob of the selected band.
const KNOB: (i16, i16) = (143, 506);
