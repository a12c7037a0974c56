//! The border to JavaScript: exported functions of numbers, and one buffer through which text passes.
//!
//! JavaScript asks for room by [`exchange`], writes its bytes there and calls a function with their number; a function that
//! returns text leaves it there and returns its number of bytes. What fails leaves a refusal as JSON there and returns a negative
//! number. A panic ends the instance: its text goes through `failed`, and JavaScript starts another one.
#![allow(
    unsafe_code,
    reason = "functions are exported and imported by name, and imports are trusted with one slice each"
)]

use std::cell::RefCell;
use std::io;

use serde::Serialize;

use crate::live::Live;
use crate::refusal::Refusal;
use crate::request::Request;
use crate::session::{Answer, Session};
use crate::slices::Remote;

/// Returned instead of a number of bytes or a handle when there is a refusal to read.
const REFUSED: i32 = -1;

thread_local! {
    static EXCHANGE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static SESSIONS: RefCell<Vec<Option<Session>>> = const { RefCell::new(Vec::new()) };
    static ANSWER: RefCell<Answer> = RefCell::default();
    static LIVE: RefCell<Vec<Option<Live>>> = const { RefCell::new(Vec::new()) };
}

#[link(wasm_import_module = "balanced")]
unsafe extern "C" {
    /// Writes up to `length` bytes of the file `file` from byte `at` on to `into`, and returns their number, or -1.
    fn read(file: u32, at: f64, into: *mut u8, length: usize) -> i32;
    /// Takes the text of a panic: `length` bytes at `text`.
    fn failed(text: *const u8, length: usize);
}

/// A file that JavaScript holds.
struct Held(u32);

impl Remote for Held {
    fn read(&self, at: u64, into: &mut [u8]) -> io::Result<usize> {
        // SAFETY: the import writes at most `into.len()` bytes to `into`, which nothing else refers to meanwhile.
        let count = unsafe { read(self.0, at as f64, into.as_mut_ptr(), into.len()) };
        let count = usize::try_from(count).map_err(|_| io::Error::other("it was moved, changed or removed"))?;
        Ok(count.min(into.len()))
    }
}

/// Called once after the module was started: panics are told to JavaScript.
#[unsafe(no_mangle)]
pub extern "C" fn start() {
    std::panic::set_hook(Box::new(|panic| {
        let text = panic.to_string().replace('\n', " ");
        // SAFETY: the import only reads the text, which lives until it returns.
        unsafe { failed(text.as_ptr(), text.len()) };
    }));
}

/// Makes room for `bytes` bytes and returns where.
#[unsafe(no_mangle)]
pub extern "C" fn exchange(bytes: usize) -> *mut u8 {
    EXCHANGE.with_borrow_mut(|exchange| {
        exchange.resize(bytes, 0);
        exchange.as_mut_ptr()
    })
}

/// Returns where the exchanged bytes are.
#[unsafe(no_mangle)]
pub extern "C" fn exchanged() -> *const u8 {
    EXCHANGE.with_borrow(|exchange| exchange.as_ptr())
}

/// Returns the number of exchanged bytes.
#[unsafe(no_mangle)]
pub extern "C" fn exchanged_bytes() -> usize {
    EXCHANGE.with_borrow(Vec::len)
}

/// Opens the file `file` of `bytes` bytes for the request in the exchange; returns a session.
#[unsafe(no_mangle)]
pub extern "C" fn open(file: u32, bytes: f64) -> i32 {
    let request = EXCHANGE.with_borrow(|exchange| Request::from_json(exchange));
    let session = request.and_then(|request| Session::open(Box::new(Held(file)), bytes as u64, request));
    told(session.map(|session| SESSIONS.with_borrow_mut(|sessions| keep(sessions, session))))
}

/// Measures the next part of the file: returns 0 to 1, the share that is measured, 2 if that is not known, 3 at the end.
#[unsafe(no_mangle)]
pub extern "C" fn step(session: usize) -> f64 {
    let stepped = SESSIONS.with_borrow_mut(|sessions| {
        let Some(Some(session)) = sessions.get_mut(session) else { return Err(closed()) };
        let more = session.step()?;
        Ok(if more { session.fraction().unwrap_or(2.0) } else { 3.0 })
    });
    stepped.unwrap_or_else(|refusal| {
        leave(&json(&refusal));
        f64::from(REFUSED)
    })
}

/// Ends the session, which took `elapsed_s` seconds; the parts of its answer can be taken then.
#[unsafe(no_mangle)]
pub extern "C" fn finish(session: usize, elapsed_s: f64) -> i32 {
    let session = SESSIONS.with_borrow_mut(|sessions| sessions.get_mut(session).and_then(Option::take));
    let answer = session.ok_or_else(closed).and_then(|session| session.finish(elapsed_s));
    told(answer.map(|answer| {
        ANSWER.set(answer);
        0
    }))
}

/// Leaves a part of the last answer in the exchange: 0 the analysis, 1 the check, 2 the recommendation, 3 the report. Returns its
/// number of bytes; 0 for one that was not asked for.
#[unsafe(no_mangle)]
pub extern "C" fn take(part: u32) -> usize {
    let text = ANSWER.with_borrow_mut(|answer| match part {
        0 => Some(std::mem::take(&mut answer.analysis)),
        1 => answer.check.take(),
        2 => answer.recommendation.take(),
        _ => answer.report.take(),
    });
    let text = text.unwrap_or_default();
    let bytes = text.len();
    EXCHANGE.set(text.into_bytes());
    bytes
}

/// Gives up a session.
#[unsafe(no_mangle)]
pub extern "C" fn close(session: usize) {
    SESSIONS.with_borrow_mut(|sessions| sessions.get_mut(session).map(Option::take));
}

/// Makes a meter; returns its handle.
#[unsafe(no_mangle)]
pub extern "C" fn meter(sample_rate_hz: f64, channels: usize) -> i32 {
    told(Live::meter(sample_rate_hz, channels).map(keep_live))
}

/// Builds the chain in the exchange (TOML, JSON or the name of a preset); returns its handle.
#[unsafe(no_mangle)]
pub extern "C" fn chain(sample_rate_hz: f64, channels: usize) -> i32 {
    told(exchanged_text().and_then(|text| Live::chain(&text, sample_rate_hz, channels)).map(keep_live))
}

/// Changes a chain's settings to those in the exchange; returns 1 if they glide, 0 if the chain was built anew.
#[unsafe(no_mangle)]
pub extern "C" fn update(live: usize) -> i32 {
    told(exchanged_text().and_then(|text| with_live(live, |live| live.update(&text))?).map(i32::from))
}

/// Returns where the samples of `channel` are: 4096 numbers of 64 bits.
#[unsafe(no_mangle)]
pub extern "C" fn samples(live: usize, channel: usize) -> *mut f64 {
    let place = with_live(live, |live| (channel < live.channels()).then(|| live.samples(channel).as_mut_ptr()));
    place.ok().flatten().unwrap_or(std::ptr::null_mut())
}

/// Processes the first `frames` frames of all channels in place.
#[unsafe(no_mangle)]
pub extern "C" fn process(live: usize, frames: usize) {
    let _ = with_live(live, |live| live.process(frames));
}

/// Returns the latency in frames.
#[unsafe(no_mangle)]
pub extern "C" fn latency(live: usize) -> usize {
    with_live(live, |live| live.latency_frames()).unwrap_or_default()
}

/// Returns where the readings are: those of a meter, or the gain reductions of a chain's steps.
#[unsafe(no_mangle)]
pub extern "C" fn readings(live: usize) -> *const f64 {
    thread_local! {
        static READINGS: RefCell<[f64; crate::live::READINGS]> = const { RefCell::new([0.0; crate::live::READINGS]) };
    }
    let taken = with_live(live, Live::readings).unwrap_or([f64::NAN; crate::live::READINGS]);
    READINGS.with_borrow_mut(|readings| {
        *readings = taken;
        readings.as_ptr()
    })
}

/// Clears a meter or a chain.
#[unsafe(no_mangle)]
pub extern "C" fn reset(live: usize) {
    let _ = with_live(live, Live::reset);
}

/// Gives up a meter or a chain.
#[unsafe(no_mangle)]
pub extern "C" fn drop_live(live: usize) {
    LIVE.with_borrow_mut(|all| all.get_mut(live).map(Option::take));
}

fn with_live<T>(live: usize, work: impl FnOnce(&mut Live) -> T) -> Result<T, Refusal> {
    LIVE.with_borrow_mut(|all| match all.get_mut(live) {
        Some(Some(live)) => Ok(work(live)),
        _ => Err(closed()),
    })
}

fn keep_live(live: Live) -> i32 {
    LIVE.with_borrow_mut(|all| keep(all, live))
}

/// Keeps `value` in the first free place, which is its handle.
fn keep<T>(all: &mut Vec<Option<T>>, value: T) -> i32 {
    let place = all.iter().position(Option::is_none).unwrap_or_else(|| {
        all.push(None);
        all.len() - 1
    });
    all[place] = Some(value);
    place as i32
}

fn exchanged_text() -> Result<String, Refusal> {
    let bytes = EXCHANGE.with_borrow(Vec::clone);
    String::from_utf8(bytes).map_err(|_| Refusal::settings("the text is not UTF-8", "give TOML or JSON"))
}

fn closed() -> Refusal {
    Refusal::settings("this handle was closed", "open the file, the meter or the chain again")
}

/// The value, or a refusal in the exchange.
fn told(outcome: Result<i32, Refusal>) -> i32 {
    outcome.unwrap_or_else(|refusal| {
        leave(&json(&refusal));
        REFUSED
    })
}

fn leave(text: &str) {
    EXCHANGE.with_borrow_mut(|exchange| {
        exchange.clear();
        exchange.extend_from_slice(text.as_bytes());
    });
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("plain data")
}
