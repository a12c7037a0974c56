//! CLAP effects for tests: a well-behaved one, one with latency, and one for every kind of failure.
//!
//! They are written against the C interface, so that the bad ones can fail like real plugins. Every effect has the
//! parameter "Gain" (id 7, dB), a state of eight bytes (that gain as `f64`, little-endian), and prints to standard output.
//!
//! All functions here are called by a CLAP host through its tables; the pointers are those the CLAP headers promise.

mod escape;
mod extensions;

use std::ffi::{CStr, c_char, c_void};
use std::path::PathBuf;
use std::ptr;
use std::sync::OnceLock;

use clap_sys::entry::clap_plugin_entry;
use clap_sys::events::{CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_VALUE, clap_event_param_value, clap_input_events};
use clap_sys::factory::plugin_factory::{CLAP_PLUGIN_FACTORY_ID, clap_plugin_factory};
use clap_sys::host::clap_host;
use clap_sys::plugin::{clap_plugin, clap_plugin_descriptor};
use clap_sys::process::{CLAP_PROCESS_CONTINUE, CLAP_PROCESS_ERROR, clap_process, clap_process_status};
use clap_sys::version::CLAP_VERSION;

/// Latency of `test.latent` in frames.
const LATENCY_FRAMES: usize = 100;

/// Ids of all effects.
const IDS: [&CStr; 11] = [
    c"test.gain",
    c"test.latent",
    c"test.mono",
    c"test.crash",
    c"test.crash-at-load",
    c"test.hang",
    c"test.nan",
    c"test.fail",
    c"test.quit",
    c"test.hang-at-load",
    c"test.escape",
];

static DESCRIPTORS: [clap_plugin_descriptor; IDS.len()] = {
    let mut all = [descriptor(IDS[0]); IDS.len()];
    let mut index = 1;
    while index < IDS.len() {
        all[index] = descriptor(IDS[index]);
        index += 1;
    }
    all
};

const fn descriptor(id: &'static CStr) -> clap_plugin_descriptor {
    clap_plugin_descriptor {
        clap_version: CLAP_VERSION,
        id: id.as_ptr(),
        name: id.as_ptr(),
        vendor: c"Balanced".as_ptr(),
        url: ptr::null(),
        manual_url: ptr::null(),
        support_url: ptr::null(),
        version: c"1.0".as_ptr(),
        description: ptr::null(),
        features: ptr::null(),
    }
}

#[allow(non_upper_case_globals)]
#[unsafe(no_mangle)]
pub static clap_entry: clap_plugin_entry = clap_plugin_entry {
    clap_version: CLAP_VERSION,
    init: Some(entry_init),
    deinit: Some(entry_deinit),
    get_factory: Some(get_factory),
};

/// Where this file lies, as the host says.
static FILE: OnceLock<PathBuf> = OnceLock::new();

unsafe extern "C" fn entry_init(path: *const c_char) -> bool {
    let path = unsafe { CStr::from_ptr(path) };
    FILE.get_or_init(|| path.to_string_lossy().into_owned().into());
    true
}

unsafe extern "C" fn entry_deinit() {}

static FACTORY: clap_plugin_factory = clap_plugin_factory {
    get_plugin_count: Some(plugin_count),
    get_plugin_descriptor: Some(plugin_descriptor),
    create_plugin: Some(create_plugin),
};

unsafe extern "C" fn get_factory(id: *const c_char) -> *const c_void {
    let known = unsafe { CStr::from_ptr(id) } == CLAP_PLUGIN_FACTORY_ID;
    if known { (&raw const FACTORY).cast() } else { ptr::null() }
}

unsafe extern "C" fn plugin_count(_: *const clap_plugin_factory) -> u32 {
    IDS.len() as u32
}

unsafe extern "C" fn plugin_descriptor(_: *const clap_plugin_factory, index: u32) -> *const clap_plugin_descriptor {
    DESCRIPTORS.get(index as usize).map_or(ptr::null(), ptr::from_ref)
}

/// An instance of an effect.
pub(crate) struct Effect {
    pub(crate) index: usize,
    pub(crate) gain_db: f64,
    /// Delay lines of `test.latent`, one ring per channel.
    delays: Vec<Vec<f32>>,
    position: usize,
    blocks: u64,
}

impl Effect {
    pub(crate) fn is(&self, id: &CStr) -> bool {
        IDS[self.index] == id
    }

    pub(crate) fn channels(&self) -> u32 {
        if self.is(c"test.mono") { 1 } else { 2 }
    }

    pub(crate) fn latency_frames(&self) -> u32 {
        if self.is(c"test.latent") { LATENCY_FRAMES as u32 } else { 0 }
    }

    fn clear(&mut self) {
        self.delays = vec![vec![0.0; LATENCY_FRAMES]; 2];
        self.position = 0;
        self.blocks = 0;
    }
}

/// Returns the instance of a plugin pointer.
pub(crate) unsafe fn effect<'a>(plugin: *const clap_plugin) -> &'a mut Effect {
    unsafe { &mut *(*plugin).plugin_data.cast::<Effect>() }
}

unsafe extern "C" fn create_plugin(
    _: *const clap_plugin_factory,
    _: *const clap_host,
    id: *const c_char,
) -> *const clap_plugin {
    let Some(index) = IDS.iter().position(|known| *known == unsafe { CStr::from_ptr(id) }) else { return ptr::null() };
    let effect = Effect { index, gain_db: 0.0, delays: Vec::new(), position: 0, blocks: 0 };
    Box::into_raw(Box::new(clap_plugin {
        desc: &DESCRIPTORS[index],
        plugin_data: Box::into_raw(Box::new(effect)).cast(),
        init: Some(init),
        destroy: Some(destroy),
        activate: Some(activate),
        deactivate: Some(deactivate),
        start_processing: Some(start_processing),
        stop_processing: Some(deactivate),
        reset: Some(reset),
        process: Some(process),
        get_extension: Some(extensions::get),
        on_main_thread: Some(deactivate),
    }))
}

unsafe extern "C" fn init(plugin: *const clap_plugin) -> bool {
    println!("plugins print, and nobody should mind");
    let effect = unsafe { effect(plugin) };
    if effect.is(c"test.crash-at-load") {
        crash();
    }
    if effect.is(c"test.hang-at-load") {
        hang();
    }
    if effect.is(c"test.escape") {
        effect.gain_db = -escape::attempts(FILE.get().expect("the entry came first"));
    }
    true
}

unsafe extern "C" fn destroy(plugin: *const clap_plugin) {
    drop(unsafe { Box::from_raw((*plugin).plugin_data.cast::<Effect>()) });
    drop(unsafe { Box::from_raw(plugin.cast_mut()) });
}

unsafe extern "C" fn activate(plugin: *const clap_plugin, _: f64, _: u32, _: u32) -> bool {
    unsafe { effect(plugin) }.clear();
    true
}

unsafe extern "C" fn deactivate(_: *const clap_plugin) {}

unsafe extern "C" fn start_processing(_: *const clap_plugin) -> bool {
    true
}

unsafe extern "C" fn reset(plugin: *const clap_plugin) {
    unsafe { effect(plugin) }.clear();
}

unsafe extern "C" fn process(plugin: *const clap_plugin, process: *const clap_process) -> clap_process_status {
    let (effect, process) = unsafe { (effect(plugin), &*process) };
    unsafe { read_events(effect, process.in_events) };
    effect.blocks += 1;
    if effect.blocks >= 3 {
        match IDS[effect.index].to_bytes() {
            b"test.crash" => crash(),
            b"test.hang" => hang(),
            b"test.quit" => std::process::exit(3),
            b"test.fail" => return CLAP_PROCESS_ERROR,
            _ => {}
        }
    }
    let (input, output) = unsafe { (&*process.audio_inputs, &*process.audio_outputs) };
    let frames = process.frames_count as usize;
    let start = effect.position;
    for channel in 0..effect.channels() as usize {
        let (input, output) = unsafe {
            (
                std::slice::from_raw_parts(*input.data32.add(channel), frames),
                std::slice::from_raw_parts_mut(*output.data32.add(channel), frames),
            )
        };
        effect.position = start;
        render(effect, channel, input, output);
    }
    CLAP_PROCESS_CONTINUE
}

fn render(effect: &mut Effect, channel: usize, input: &[f32], output: &mut [f32]) {
    let gain = 10f64.powf(effect.gain_db / 20.0) as f32;
    let is_late = effect.is(c"test.latent");
    for (input, output) in input.iter().zip(output.iter_mut()) {
        let mut sample = *input;
        if is_late {
            std::mem::swap(&mut sample, &mut effect.delays[channel][effect.position]);
            effect.position = (effect.position + 1) % LATENCY_FRAMES;
        }
        *output = gain * sample;
    }
    if effect.is(c"test.nan") && effect.blocks >= 3 {
        output[17] = f32::NAN;
    }
}

/// Applies parameter changes; the whole block is rendered with the last of them.
pub(crate) unsafe fn read_events(effect: &mut Effect, events: *const clap_input_events) {
    let Some((size, get)) = (unsafe { events.as_ref() }).and_then(|events| events.size.zip(events.get)) else { return };
    for index in 0..unsafe { size(events) } {
        let header = unsafe { &*get(events, index) };
        if header.space_id == CLAP_CORE_EVENT_SPACE_ID && header.type_ == CLAP_EVENT_PARAM_VALUE {
            effect.gain_db = unsafe { *ptr::from_ref(header).cast::<clap_event_param_value>() }.value;
        }
    }
}

/// Never comes back.
fn hang() -> ! {
    loop {
        std::thread::sleep(std::time::Duration::from_secs(1));
    }
}

/// Causes a segmentation fault.
fn crash() {
    unsafe { ptr::without_provenance_mut::<u32>(64).write_volatile(1) };
}
