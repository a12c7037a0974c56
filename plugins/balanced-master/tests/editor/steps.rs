//! Gestures on the editor: undo, monitoring, presets, the smallest size.

use std::path::Path;

use super::screen::CONTROL;
use super::{SMALL, Session, UNDO};

/// Position of the menu of presets, of the field for a name in it, and of the button that saves.
const MENU: (i16, i16) = (264, 22);
const FIELD: (i16, i16) = (340, 270);
const SAVE: (i16, i16) = (216, 293);
/// Height of a line of the menu.
const LINE: i16 = 23;
/// Button that ends monitoring.
const END: (i16, i16) = (1132, 57);
/// Value under the frequency knob of the selected band, and the card of the equaliser.
const VALUE: (i16, i16) = (143, 545);
const EQ_CARD: (i16, i16) = (172, 66);
/// Switch of the selected band.
const ENABLED: (i16, i16) = (630, 506);
const ESCAPE: u32 = 0xFF1B;

fn below((x, y): (i16, i16), lines: i16) -> (i16, i16) {
    (x, y + lines * LINE)
}

impl Session<'_> {
    /// An undo right after a gesture undoes that gesture alone; one in a text field leaves the chain as it is.
    pub fn undo_at_once_and_while_typing(&mut self) {
        self.press(EQ_CARD);
        let before = self.rack_and_values();
        self.screen.move_to(ENABLED);
        self.run(0.4);
        self.screen.click();
        self.run(0.1);
        self.screen.key(u32::from('z'), &[CONTROL]);
        self.run(0.8);
        self.assert_as(&before, "one step is undone, and no more");
        self.press(VALUE);
        self.screen.type_text("77");
        self.run(0.3);
        self.screen.key(u32::from('z'), &[CONTROL]);
        self.run(0.5);
        self.assert_as(&before, "the key is the text field's");
        self.screen.key(ESCAPE, &[]);
        self.run(0.4);
        self.assert_as(&before, "nothing was typed in the end");
    }

    /// The history outlasts the window.
    pub fn close_and_undo(&mut self) {
        let before = self.rack_and_values();
        self.press(ENABLED);
        assert!(!self.differing(&before).is_empty(), "the band was switched");
        self.close_window();
        self.run(0.5);
        self.open_window();
        self.run(0.5);
        self.press(UNDO);
        self.run(0.6);
        self.assert_as(&before, "the editor was closed in between");
    }

    /// While the side is monitored, a bar says so, and its button ends that.
    pub fn end_monitoring(&mut self, folder: &Path) {
        let side = self.plugin.change("Monitor", "side");
        let matched = self.plugin.change("Gain match", "on");
        let mut block: Vec<Vec<f32>> = vec![vec![0.0; 64]; 2];
        self.plugin.block(&mut block, &[(0, side.0, side.1), (0, matched.0, matched.1)]);
        self.run(1.5);
        let picture = self.picture(&folder.join("editor-monitoring.png"));
        let bar = 3 * (50 * usize::from(self.points.0) + 600);
        assert!(picture[bar] > 200 && picture[bar + 2] < 60, "the bar is coloured: {:?}", &picture[bar..bar + 3]);
        self.press(END);
        self.run(0.5);
        assert_eq!((self.text("Monitor"), self.text("Gain match")), ("Stereo".to_owned(), "Off".to_owned()));
    }

    /// A name is typed with the mouse in the field; a file that is there is replaced only after a question.
    pub fn save_a_preset(&mut self, folder: &Path, settings: &Path) {
        let file = settings.join("balanced/chains/mine 2.toml");
        self.press(MENU);
        self.press(FIELD);
        self.screen.type_text("mine 2");
        self.run(0.5);
        let _ = self.picture(&folder.join("editor-save.png"));
        self.press(SAVE);
        self.patiently("it is saved", |_| file.exists());
        let text = std::fs::read_to_string(&file).expect("it reads");
        assert!(text.contains("mine 2") && text.contains("kind = \"limiter\""), "{text}");
        assert_eq!(self.name(), "mine 2");
        std::fs::write(&file, "# not yet replaced").expect("it is written");
        self.press(MENU);
        self.press(below(SAVE, 1));
        self.run(0.5);
        let _ = self.picture(&folder.join("editor-replace.png"));
        assert_eq!(std::fs::read_to_string(&file).expect("it reads"), "# not yet replaced", "it asks first");
        self.press(below(SAVE, 2));
        self.patiently("it is replaced", |_| std::fs::read_to_string(&file).is_ok_and(|now| now == text));
        let rest: Vec<_> = std::fs::read_dir(settings.join("balanced/chains")).expect("a folder").collect();
        assert_eq!(rest.len(), 1, "nothing else is left there: {rest:?}");
    }

    /// New instances begin with the settings of now, once the menu of the title was told so.
    pub fn begin_as_now(&mut self, settings: &Path) {
        let file = settings.join("balanced/default.json");
        let gain = |instance: &mut super::host::Instance| {
            let parameter = instance.parameter("EQ 4 Gain");
            let value = instance.value(parameter.id);
            (instance.text(parameter.id, value), parameter.default)
        };
        let before = gain(&mut super::host::Instance::new());
        assert_eq!(before.0, "0.00 dB");
        self.press(TITLE);
        self.press(BEGIN);
        self.patiently("it is written", |_| file.exists());
        let after = gain(&mut super::host::Instance::new());
        assert_eq!((after.0.as_str(), after.1), ("-3.00 dB", before.1), "the parameter's own default stays");
        std::fs::remove_file(&file).expect("it goes");
    }

    /// At the smallest size, everything of the header can be reached: the list opens.
    pub fn list_at_the_smallest_size(&mut self, folder: &Path) {
        self.run(0.5);
        let before = self.picture(&folder.join(format!("editor-small-{}x.png", self.scale)));
        let scaled = |at: i16| (f64::from(at) * self.scale) as i16;
        self.press((scaled(LIST_SMALL.0), scaled(LIST_SMALL.1)));
        self.run(0.5);
        let after = self.picture(&folder.join(format!("editor-small-list-{}x.png", self.scale)));
        // The graph gives way to lines of text.
        let (width, _) = self.extent();
        let row = |picture: &[u8]| -> Vec<u8> {
            let start = 3 * usize::from(width) * (200.0 * self.scale) as usize;
            picture[start..start + 3 * (600.0 * self.scale) as usize].to_vec()
        };
        let changed = row(&before).iter().zip(row(&after)).filter(|(a, b)| a.abs_diff(*b) > 12).count();
        assert!(changed > 300, "the list did not open at {SMALL:?}: {changed}");
    }

    /// A scale that is chosen in the title's menu changes the window, and the project keeps it.
    pub fn scale_down(&mut self, folder: &Path) {
        self.press(TITLE);
        self.run(0.5);
        let _ = self.picture(&folder.join("editor-title.png"));
        self.press(SMALLER);
        let wanted = |session: &mut Self| {
            let size = |shared: &super::host::Shared| {
                [0, 1].map(|axis: usize| shared.wanted_size[axis].load(std::sync::atomic::Ordering::Acquire))
            };
            session.plugin.plugin.access_shared_handler(size)
        };
        self.patiently("it asks for a smaller window", |session| {
            wanted(session) == [u32::from(SCALED.0), u32::from(SCALED.1)]
        });
        self.resize(SCALED);
        self.run(0.5);
        let _ = self.picture(&folder.join("editor-75-percent.png"));
        assert_eq!(self.saved()["editor_scale_percent"], 75);
        self.close_window();
        self.run(0.3);
        self.open_window(); // at the same size, which it asserts
        self.run(0.5);
        let _ = self.picture(&folder.join("editor-75-percent-again.png"));
    }

    /// Without audio, the editor comes to rest: it draws seldom.
    pub fn rest(&mut self) {
        let before = cpu_ticks();
        self.run(3.0);
        let moving = cpu_ticks() - before;
        let wait = |seconds: u64| std::thread::sleep(std::time::Duration::from_secs(seconds));
        wait(8); // the meters fall
        let before = cpu_ticks();
        wait(3);
        let resting = cpu_ticks() - before;
        println!("editor: {moving} ticks of the processor in 3 s with audio, {resting} without");
        assert!(2 * resting < moving, "{resting} ticks at rest, {moving} with audio");
    }

    /// Returns everything that is saved of the sound.
    fn rack_and_values(&mut self) -> serde_json::Map<String, serde_json::Value> {
        let now = self.saved()["now"].clone();
        let mut values = now["values"].as_object().expect("values").clone();
        values.remove("edits");
        values.insert("rack".to_owned(), now["rack"]["entries"].clone());
        values
    }

    /// Returns what is not as it was `before`: its id, the value now, and the one before.
    fn differing(&mut self, before: &serde_json::Map<String, serde_json::Value>) -> Vec<String> {
        let now = self.rack_and_values();
        let changed = now.iter().filter(|(id, value)| before.get(*id) != Some(value));
        changed.map(|(id, value)| format!("{id}: {value}, before {:?}", before.get(id))).collect()
    }

    fn assert_as(&mut self, before: &serde_json::Map<String, serde_json::Value>, what: &str) {
        assert_eq!(self.differing(before), Vec::<String>::new(), "{what}");
    }

    fn name(&mut self) -> String {
        self.saved()["now"]["rack"]["name"].as_str().expect("a name").to_owned()
    }

    fn saved(&mut self) -> serde_json::Value {
        let state = self.plugin.state_json();
        serde_json::from_str(state["fields"]["balanced"].as_str().expect("it is text")).expect("the text is JSON")
    }
}

/// Returns the time of the processor that this program has used, in ticks of 10 ms (proc_pid_stat(5)).
fn cpu_ticks() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("a system with /proc");
    let fields: Vec<&str> = stat[stat.rfind(')').expect("a name") + 2..].split(' ').collect();
    fields[11..13].iter().map(|ticks| ticks.parse::<u64>().expect("a number")).sum()
}

/// Title, whose menu has the scales, and the first of them; size of the window at 75 %, which is not below the smallest.
const TITLE: (i16, i16) = (80, 22);
const SMALLER: (i16, i16) = (60, 67);
/// Line of that menu that makes the settings of now the beginning.
const BEGIN: (i16, i16) = (92, 216);
const SCALED: (u16, u16) = (940, 600);
/// Position of the button for the list at the smallest size.
const LIST_SMALL: (i16, i16) = (438, 22);
