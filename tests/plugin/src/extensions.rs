//! CLAP extensions of the effects: ports, a parameter, a state, latency.

use std::ffi::{CStr, c_char, c_void};
use std::ptr;

use clap_sys::events::{clap_input_events, clap_output_events};
use clap_sys::ext::audio_ports::{
    CLAP_AUDIO_PORT_IS_MAIN, CLAP_EXT_AUDIO_PORTS, clap_audio_port_info, clap_plugin_audio_ports,
};
use clap_sys::ext::latency::{CLAP_EXT_LATENCY, clap_plugin_latency};
use clap_sys::ext::params::{CLAP_EXT_PARAMS, clap_param_info, clap_plugin_params};
use clap_sys::ext::state::{CLAP_EXT_STATE, clap_plugin_state};
use clap_sys::id::{CLAP_INVALID_ID, clap_id};
use clap_sys::plugin::clap_plugin;
use clap_sys::stream::{clap_istream, clap_ostream};

use crate::{effect, read_events};

const GAIN_ID: clap_id = 7;

pub(crate) unsafe extern "C" fn get(_: *const clap_plugin, id: *const c_char) -> *const c_void {
    let id = unsafe { CStr::from_ptr(id) };
    match id {
        id if id == CLAP_EXT_AUDIO_PORTS => (&raw const PORTS).cast(),
        id if id == CLAP_EXT_LATENCY => (&raw const LATENCY).cast(),
        id if id == CLAP_EXT_PARAMS => (&raw const PARAMS).cast(),
        id if id == CLAP_EXT_STATE => (&raw const STATE).cast(),
        _ => ptr::null(),
    }
}

static PORTS: clap_plugin_audio_ports = clap_plugin_audio_ports { count: Some(port_count), get: Some(port) };

unsafe extern "C" fn port_count(_: *const clap_plugin, _: bool) -> u32 {
    1
}

unsafe extern "C" fn port(plugin: *const clap_plugin, _: u32, _: bool, info: *mut clap_audio_port_info) -> bool {
    let info = unsafe { &mut *info };
    info.id = 0;
    info.name = text(b"Main");
    info.flags = CLAP_AUDIO_PORT_IS_MAIN;
    info.channel_count = unsafe { effect(plugin) }.channels();
    info.port_type = ptr::null();
    info.in_place_pair = CLAP_INVALID_ID;
    true
}

static LATENCY: clap_plugin_latency = clap_plugin_latency { get: Some(latency) };

unsafe extern "C" fn latency(plugin: *const clap_plugin) -> u32 {
    unsafe { effect(plugin) }.latency_frames()
}

static PARAMS: clap_plugin_params = clap_plugin_params {
    count: Some(param_count),
    get_info: Some(param_info),
    get_value: Some(param_value),
    value_to_text: None,
    text_to_value: None,
    flush: Some(flush),
};

unsafe extern "C" fn param_count(_: *const clap_plugin) -> u32 {
    1
}

unsafe extern "C" fn param_info(_: *const clap_plugin, index: u32, info: *mut clap_param_info) -> bool {
    let info = unsafe { &mut *info };
    info.id = GAIN_ID;
    info.flags = 0;
    info.cookie = ptr::null_mut();
    info.name = text(b"Gain");
    info.module = text(b"");
    (info.min_value, info.max_value, info.default_value) = (-24.0, 24.0, 0.0);
    index == 0
}

unsafe extern "C" fn param_value(plugin: *const clap_plugin, id: clap_id, value: *mut f64) -> bool {
    unsafe { *value = effect(plugin).gain_db };
    id == GAIN_ID
}

unsafe extern "C" fn flush(plugin: *const clap_plugin, input: *const clap_input_events, _: *const clap_output_events) {
    unsafe { read_events(effect(plugin), input) };
}

static STATE: clap_plugin_state = clap_plugin_state { save: Some(save), load: Some(load) };

unsafe extern "C" fn save(plugin: *const clap_plugin, stream: *const clap_ostream) -> bool {
    let bytes = unsafe { effect(plugin) }.gain_db.to_le_bytes();
    let Some(write) = (unsafe { &*stream }).write else { return false };
    unsafe { write(stream, bytes.as_ptr().cast(), bytes.len() as u64) == bytes.len() as i64 }
}

unsafe extern "C" fn load(plugin: *const clap_plugin, stream: *const clap_istream) -> bool {
    let Some(read) = (unsafe { &*stream }).read else { return false };
    let mut bytes = [0u8; 9];
    let mut filled = 0;
    while filled < bytes.len() {
        let rest = &mut bytes[filled..];
        match unsafe { read(stream, rest.as_mut_ptr().cast(), rest.len() as u64) } {
            count if count > 0 => filled += count as usize,
            _ => break,
        }
    }
    if filled == 8 {
        unsafe { effect(plugin) }.gain_db = f64::from_le_bytes(bytes[..8].try_into().expect("eight bytes"));
    }
    filled == 8
}

fn text<const N: usize>(text: &[u8]) -> [c_char; N] {
    let mut array = [0; N];
    array.iter_mut().zip(text).for_each(|(to, from)| *to = *from as c_char);
    array
}
