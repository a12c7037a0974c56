//! Virtual X display with a simulated pointer.

use std::io::Read;
use std::process::{Command, Stdio};

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    AtomEnum, BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ConfigureWindowAux, ConnectionExt as _, CreateWindowAux,
    ImageFormat, KEY_PRESS_EVENT, KEY_RELEASE_EVENT, MOTION_NOTIFY_EVENT, PropMode, WindowClass,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

/// Keysyms of modifiers (X11/keysymdef.h).
pub const CONTROL: u32 = 0xFFE3;

/// A private X server. It exits with its last client; killing it earlier would kill the clients.
pub struct Screen {
    connection: RustConnection,
    root: u32,
}

pub fn is_available() -> bool {
    Command::new("Xvfb").arg("-help").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

impl Screen {
    pub fn start(scale: f64) -> Self {
        let size = format!("{}x{}x24", (1600.0 * scale) as u32, (1000.0 * scale) as u32);
        // The server exits only after this program, so it cannot be waited for.
        #[allow(clippy::zombie_processes)]
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", &size, "-nolisten", "tcp", "-terminate"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb starts");
        let mut number = String::new();
        let mut byte = [0u8];
        let out = server.stdout.as_mut().expect("it is a pipe");
        while out.read(&mut byte).is_ok_and(|count| count == 1) && byte[0] != b'\n' {
            number.push(char::from(byte[0]));
        }
        let display = format!(":{}", number.trim());
        // SAFETY: nothing else runs in this program yet.
        unsafe { std::env::set_var("DISPLAY", &display) };
        let (connection, index) = x11rb::connect(Some(&display)).expect("the server answers");
        let root = connection.setup().roots[index].root;
        // Desktops announce the size of a point this way.
        let dpi = format!("Xft.dpi:\t{}\n", 96.0 * scale);
        connection
            .change_property8(PropMode::REPLACE, root, AtomEnum::RESOURCE_MANAGER, AtomEnum::STRING, dpi.as_bytes())
            .expect("a resource is set");
        connection.flush().expect("it is there");
        Self { connection, root }
    }

    /// Opens a window at the corner.
    pub fn window(&self, width: u16, height: u16) -> u32 {
        let window = self.connection.generate_id().expect("an id");
        let aux = CreateWindowAux::new().background_pixel(0x0010_1216);
        self.connection
            .create_window(24, window, self.root, 0, 0, width, height, 0, WindowClass::INPUT_OUTPUT, 0, &aux)
            .and_then(|_| self.connection.map_window(window))
            .expect("a window");
        self.connection.flush().expect("it is there");
        window
    }

    pub fn resize(&self, window: u32, width: u16, height: u16) {
        let aux = ConfigureWindowAux::new().width(u32::from(width)).height(u32::from(height));
        self.connection.configure_window(window, &aux).expect("a window is resized");
        self.connection.flush().expect("it is");
    }

    pub fn close(&self, window: u32) {
        self.connection.destroy_window(window).expect("a window is closed");
        self.connection.flush().expect("it is");
    }

    /// Returns the visible pixels as RGB.
    pub fn pixels(&self, width: u16, height: u16) -> Vec<u8> {
        let image = self.connection.get_image(ImageFormat::Z_PIXMAP, self.root, 0, 0, width, height, u32::MAX);
        let image = image.expect("asked").reply().expect("answered");
        image.data.as_chunks::<4>().0.iter().flat_map(|[b, g, r, _]| [*r, *g, *b]).collect()
    }

    pub fn move_to(&self, (x, y): (i16, i16)) {
        self.fake(MOTION_NOTIFY_EVENT, 0, x, y);
    }

    pub fn button(&self, is_down: bool) {
        self.fake(if is_down { BUTTON_PRESS_EVENT } else { BUTTON_RELEASE_EVENT }, 1, 0, 0);
    }

    pub fn click(&self) {
        self.button(true);
        std::thread::sleep(std::time::Duration::from_millis(20));
        self.button(false);
    }

    /// Types lower-case letters, digits and spaces.
    pub fn type_text(&self, text: &str) {
        for letter in text.chars() {
            self.key(u32::from(letter), &[]);
        }
    }

    /// Presses the key of a keysym (those of Latin-1 are its codes) while others are held.
    pub fn key(&self, keysym: u32, held: &[u32]) {
        let codes: Vec<u8> = held.iter().chain(&[keysym]).map(|keysym| self.code(*keysym)).collect();
        for (kind, codes) in [(KEY_PRESS_EVENT, codes.clone()), (KEY_RELEASE_EVENT, codes.into_iter().rev().collect())]
        {
            for code in codes {
                self.fake(kind, code, 0, 0);
                std::thread::sleep(std::time::Duration::from_millis(30));
            }
        }
    }

    /// Returns the code of the key that writes `keysym` without modifiers.
    fn code(&self, keysym: u32) -> u8 {
        let setup = self.connection.setup();
        let (first, count) = (setup.min_keycode, setup.max_keycode - setup.min_keycode + 1);
        let map = self.connection.get_keyboard_mapping(first, count).expect("asked").reply().expect("answered");
        let row = map.keysyms.chunks(usize::from(map.keysyms_per_keycode)).position(|row| row[0] == keysym);
        first + row.unwrap_or_else(|| panic!("no key writes {keysym:#x}")) as u8
    }

    fn fake(&self, kind: u8, detail: u8, x: i16, y: i16) {
        self.connection.xtest_fake_input(kind, detail, 0, self.root, x, y, 0).expect("a pointer");
        self.connection.flush().expect("it moves");
    }
}
