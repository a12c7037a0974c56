//! The editor in a window on a display without a screen: it opens, a drag on a handle moves the parameter, a knob turns,
//! a card is dropped elsewhere, and what it looks like is kept in `target/editor/`.

mod golden;
#[allow(dead_code)]
#[path = "../it/host.rs"]
mod host;
mod png;
mod screen;

use std::path::PathBuf;
use std::process::ExitCode;

use clack_extensions::gui::{GuiApiType, GuiConfiguration, PluginGui, Window};
use host::{Instance, RATE_HZ, music};
use screen::Screen;

const SIZE: (u16, u16) = (1180, 740);

fn main() -> ExitCode {
    if !screen::is_available() {
        eprintln!("the editor is not tested: there is no Xvfb here (Debian: xvfb libgl1-mesa-dri)");
        // Where tests must be complete they install it first.
        return if std::env::var_os("CI").is_some() { ExitCode::FAILURE } else { ExitCode::SUCCESS };
    }
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("editor");
    std::fs::create_dir_all(&folder).expect("a folder for pictures");
    // `editor SCALE`: only a picture, at that scale; `editor 1 tour`: a picture of every module and of the list.
    let scale: f64 = std::env::args().nth(1).and_then(|word| word.parse().ok()).unwrap_or(1.0);
    let screen = Screen::start(scale);
    let mut session = Session::open(screen, scale);
    session.run(1.5);
    let pixels = session.picture(&folder.join(format!("editor-{scale}x.png")));
    if scale == 1.0 {
        golden::compare(usize::from(SIZE.0), &pixels);
    }
    if std::env::args().nth(2).is_some_and(|word| word == "tour") {
        session.tour(&folder);
    } else if scale == 1.0 {
        session.drag_a_handle();
        session.undo();
        session.turn_a_knob_back();
        session.run(0.5);
        let _ = session.picture(&folder.join("editor-after.png"));
    }
    session.close();
    println!("editor: ok, pictures in {}", folder.display());
    ExitCode::SUCCESS
}

struct Session {
    plugin: Instance,
    screen: Screen,
    window: u32,
    input: Vec<Vec<f32>>,
    at: usize,
    scale: f64,
}

impl Session {
    fn open(screen: Screen, scale: f64) -> Self {
        let mut plugin = Instance::new();
        plugin.set(&[
            ("Multiband Bypass", "off"),
            ("Limiter Drive", "9"),
            ("EQ 2 Gain", "2.5"),
            ("EQ 4 Gain", "-3"),
            ("EQ 7 Gain", "3"),
        ]);
        plugin.activate(RATE_HZ, 1024);
        let window = screen.window((f64::from(SIZE.0) * scale) as u16, (f64::from(SIZE.1) * scale) as u16);
        let handle = plugin.plugin.plugin_handle();
        let gui: PluginGui = handle.get_extension().expect("it has an editor");
        let configuration = GuiConfiguration { api_type: GuiApiType::X11, is_floating: false };
        assert!(gui.is_api_supported(&handle, configuration));
        let _ = gui.set_scale(&handle, scale);
        gui.create(&handle, configuration).expect("the editor opens");
        assert!(gui.can_resize(&handle));
        // SAFETY: the window outlives the editor: `close` destroys the editor first.
        unsafe { gui.set_parent(&handle, Window::from_x11_handle(u64::from(window))) }.expect("it takes the window");
        let _ = gui.show(&handle);
        Self { plugin, screen, window, input: music(48_000), at: 0, scale }
    }

    /// Play and draw for `seconds`.
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

    fn picture(&self, path: &std::path::Path) -> Vec<u8> {
        let (width, height) = ((f64::from(SIZE.0) * self.scale) as u16, (f64::from(SIZE.1) * self.scale) as u16);
        let pixels = self.screen.pixels(width, height);
        let colours: std::collections::HashSet<[u8; 3]> = pixels.as_chunks::<3>().0.iter().copied().collect();
        png::write(path, u32::from(width), u32::from(height), &pixels);
        assert!(colours.len() > 200, "{}: {} colours are no editor", path.display(), colours.len());
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

    /// Where the handle of a band is: the graph's place in the window, and the scales of its axes.
    fn handle(&self, hz: f32, db: f32) -> (i16, i16) {
        let (left, right, top, bottom) = GRAPH;
        let x = left + (right - left) * (hz / 20.0).log10() / 3.0;
        let y = 0.5 * (top + bottom) - 0.5 * (bottom - top) * db / 18.0;
        (x as i16, y as i16)
    }

    /// A drag at the pace of a slow renderer: every motion may be a frame of its own.
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

    /// A click on Undo takes the drag back.
    fn undo(&mut self) {
        self.run(1.0);
        self.press(UNDO);
        self.run(1.0);
        assert_eq!((self.text("EQ 5 Frequency"), self.text("EQ 5 Gain")), ("1250 Hz".to_owned(), "0.00 dB".to_owned()));
    }

    /// A drag on a knob and a double-click on it.
    fn turn_a_knob_back(&mut self) {
        let name = "EQ 5 Frequency"; // the band whose handle was dragged
        let before = self.value(name);
        self.drag(KNOB, (KNOB.0, KNOB.1 - 40));
        assert!(self.value(name) > before + 0.05, "the knob did not turn: {}", self.value(name));
        self.screen.move_to(KNOB);
        self.run(0.3);
        // Two clicks are one double-click only to a renderer that draws between them in time.
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

    fn tour(&mut self, folder: &std::path::Path) {
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
        let handle = self.plugin.plugin.plugin_handle();
        let gui: PluginGui = handle.get_extension().expect("it has an editor");
        gui.destroy(&handle);
        let _ = self.window;
        self.plugin.idle();
    }
}

/// Left, right, top and bottom of the graph at the first size.
const GRAPH: (f32, f32, f32, f32) = (10.0, 936.0, 118.0, 418.0);
/// The button that shows the list.
const LIST: (i16, i16) = (586, 22);
/// The button.
const UNDO: (i16, i16) = (360, 22);
/// The knob of the chosen band's frequency.
const KNOB: (i16, i16) = (143, 506);
