//! A parameter as the host sees it: a position from 0 to 1, and conversion from and to text.
//!
//! Hosts and `nice-plug` hold single-precision positions. A position stands for the value rounded to the digits that
//! single precision can tell apart over the range, so that -0.1 dB set by text, by a chain file or by a knob is the
//! same -0.1 dB everywhere.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use balanced_mastering::{Param as Row, Scale};
use nice_plug::prelude::*;

use super::text;

/// Least relative difference that positions of the widest logarithmic range can tell apart.
const SIGNIFICANT: i32 = 6;
/// Least difference that positions of a linear range can tell apart, as a share of the range.
const RESOLUTION: f64 = 1.2e-7;

/// Conversion between positions and values of a row.
#[derive(Clone, Copy, Debug)]
pub struct Mapping {
    row: Row,
    /// Steps of a linear range per unit.
    per_unit: f64,
}

impl Mapping {
    /// Creates the conversion for `row`.
    #[must_use]
    pub fn new(row: Row) -> Self {
        let digits = ((row.max - row.min) * RESOLUTION).log10().ceil() as i32;
        Self { row, per_unit: 10f64.powi(-digits) }
    }

    /// Returns the row of the parameter table.
    #[must_use]
    pub fn row(&self) -> &Row {
        &self.row
    }

    /// Converts `position`, 0 to 1, to a value. `[audio]`
    #[must_use]
    pub fn value(&self, position: f32) -> f64 {
        let (at, Row { min, max, .. }) = (f64::from(position.clamp(0.0, 1.0)), self.row);
        match self.row.scale {
            Scale::Logarithmic => significant(min * (at * (max / min).ln()).exp()).clamp(min, max),
            Scale::Linear => ((min + at * (max - min)) * self.per_unit).round() / self.per_unit,
            _ => (min + at * (max - min)).round(),
        }
    }

    /// Converts `value` to a position, 0 to 1. `[audio]`
    #[must_use]
    pub fn position(&self, value: f64) -> f32 {
        let Row { min, max, .. } = self.row;
        let value = value.clamp(min, max);
        let at = match self.row.scale {
            Scale::Logarithmic => (value / min).ln() / (max / min).ln(),
            _ => (value - min) / (max - min),
        };
        at as f32
    }
}

fn significant(value: f64) -> f64 {
    let scale = 10f64.powi(SIGNIFICANT - 1 - value.log10().floor() as i32);
    (value * scale).round() / scale
}

/// Longest time that a host which runs audio takes to hand over a value that was asked for.
const UNDER_WAY: Duration = Duration::from_millis(400);
/// Time and blocks of audio after which a value that never came was refused by the host.
const REFUSED: (Duration, u32) = (Duration::from_secs(1), 4);

/// What the knobs tell the audio thread and learn from it.
#[derive(Default)]
pub struct Signals {
    /// Modules whose knobs moved, a bit each.
    pub dirty: AtomicU32,
    /// Counts the blocks of audio.
    pub pulse: AtomicU32,
}

/// Value that was asked for and that the host has not handed over yet. Hosts do so with the next block of audio: while none
/// runs, it is the value that is shown and saved.
struct Wanted {
    value: f64,
    since: Instant,
    arrivals: u32,
    pulse: u32,
}

/// One parameter of the plugin.
pub struct Knob {
    /// Stable id, such as `eq.bands1.gain_db`.
    pub id: String,
    /// Group for hosts, such as `EQ/Band 1`.
    pub group: String,
    /// Conversion between positions and values, with the row.
    pub mapping: Mapping,
    /// Value in a new instance.
    pub default: f64,
    param: Handle,
    signals: Arc<Signals>,
    /// Counts the values that arrived.
    arrivals: Arc<AtomicU32>,
    wanted: Mutex<Option<Wanted>>,
}

enum Handle {
    /// Plain value: the position.
    Float(FloatParam),
    /// Plain value: the value.
    Int(IntParam),
    Bool(BoolParam),
}

/// Id, names and flags of a knob, and the bit that marks it as changed.
pub struct Label {
    /// Stable id.
    pub id: String,
    /// Name for hosts.
    pub name: String,
    /// Group for hosts.
    pub group: String,
    /// Flags for hosts.
    pub flags: ParamFlags,
    /// Bit of `dirty` that is set when the knob moves.
    pub bit: u32,
}

impl Knob {
    /// Creates a knob for `row` that starts at `default`.
    #[must_use]
    pub fn new(row: Row, label: Label, default: f64, signals: &Arc<Signals>) -> Self {
        let mapping = Mapping::new(row);
        let arrivals = Arc::new(AtomicU32::new(0));
        let mark = {
            let (signals, arrivals, bit) = (signals.clone(), arrivals.clone(), label.bit);
            move || {
                arrivals.fetch_add(1, Ordering::Release);
                signals.dirty.fetch_or(bit, Ordering::Release);
            }
        };
        let Label { id, name, group, flags, .. } = label;
        let param = match row.scale {
            Scale::Toggle => Handle::Bool(toggle(name, default, flags, mark)),
            Scale::Integer | Scale::Choice(_) => Handle::Int(whole(mapping, name, default, flags, mark)),
            _ => Handle::Float(float(mapping, name, default, flags, mark)),
        };
        Self { id, group, mapping, default, param, signals: signals.clone(), arrivals, wanted: Mutex::default() }
    }

    /// Returns the name that hosts show.
    #[must_use]
    pub fn name(&self) -> &str {
        match &self.param {
            Handle::Float(param) => param.name(),
            Handle::Int(param) => param.name(),
            Handle::Bool(param) => param.name(),
        }
    }

    /// Returns the row of the parameter table.
    #[must_use]
    pub fn row(&self) -> &Row {
        self.mapping.row()
    }

    /// Returns the value, modulation included. `[audio]`
    #[must_use]
    pub fn value(&self) -> f64 {
        match &self.param {
            Handle::Float(param) => self.mapping.value(param.modulated_plain_value()),
            Handle::Int(param) => f64::from(param.modulated_plain_value()),
            Handle::Bool(param) => f64::from(u8::from(param.modulated_plain_value())),
        }
    }

    /// Returns the position without modulation.
    #[must_use]
    pub fn position(&self) -> f32 {
        match &self.param {
            Handle::Float(param) => param.unmodulated_normalized_value(),
            Handle::Int(param) => param.unmodulated_normalized_value(),
            Handle::Bool(param) => param.unmodulated_normalized_value(),
        }
    }

    /// Notes that `value` was asked for; the host hands it over later. `[main]`
    pub fn want(&self, value: f64) {
        let (arrivals, pulse) = (self.arrivals.load(Ordering::Acquire), self.signals.pulse.load(Ordering::Relaxed));
        *self.lock_wanted() = Some(Wanted { value, since: Instant::now(), arrivals, pulse });
    }

    fn lock_wanted(&self) -> std::sync::MutexGuard<'_, Option<Wanted>> {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the value without modulation, which is what is saved: the one asked for last, until the host has handed it over or
    /// has not done so for long. `[main]`
    #[must_use]
    pub fn set_value(&self) -> f64 {
        let (mut wanted, there) = (self.lock_wanted(), self.handed_value());
        let Some(Wanted { value, since, arrivals, pulse }) = &*wanted else { return there };
        let blocks = self.signals.pulse.load(Ordering::Relaxed).wrapping_sub(*pulse);
        let is_over = if *arrivals == self.arrivals.load(Ordering::Acquire) {
            since.elapsed() > REFUSED.0 && blocks > REFUSED.1
        } else {
            since.elapsed() > UNDER_WAY
        };
        if is_over || there == *value {
            *wanted = None;
            return there;
        }
        *value
    }

    /// Returns the position of a value that was asked for and has not been handed over. `[main]`
    #[must_use]
    pub fn wanted_position(&self) -> Option<f32> {
        let value = self.set_value();
        (value != self.handed_value()).then(|| self.mapping.position(value))
    }

    /// Returns the value that the host has handed over, without modulation.
    fn handed_value(&self) -> f64 {
        match &self.param {
            Handle::Float(param) => self.mapping.value(param.unmodulated_plain_value()),
            Handle::Int(param) => f64::from(param.unmodulated_plain_value()),
            Handle::Bool(param) => f64::from(u8::from(param.unmodulated_plain_value())),
        }
    }

    /// Returns the value nearest to `value` that the knob can have.
    #[must_use]
    pub fn nearest(&self, value: f64) -> f64 {
        self.mapping.value(self.mapping.position(value))
    }

    /// Formats `value` with its unit, as hosts show it.
    #[must_use]
    pub fn text(&self, value: f64) -> String {
        format!("{}{}", text::write(self.row(), value), text::unit(self.row()))
    }

    /// Sets the value without notifying the host, which is loading a state and rescans values afterwards. `[main]`
    pub fn restore(&self, value: f64) {
        use nice_plug::params::InternalParamMut;
        *self.lock_wanted() = None;
        if self.handed_value() == value {
            return; // two positions may stand for one value: the one there stays
        }
        // SAFETY: these are marked unsafe because setting values behind the host's back confuses it. A state is being
        // loaded here, which is when the framework itself calls them; the host rescans values afterwards.
        unsafe {
            match &self.param {
                Handle::Float(param) => param._internal_set_plain_value(self.mapping.position(value)),
                Handle::Int(param) => param._internal_set_plain_value(value as i32),
                Handle::Bool(param) => param._internal_set_plain_value(value >= 0.5),
            };
        }
    }

    /// Tells whether hosts do not show the knob, which has no effect.
    #[must_use]
    pub fn is_hidden(&self) -> bool {
        let flags = match &self.param {
            Handle::Float(param) => param.flags(),
            Handle::Int(param) => param.flags(),
            Handle::Bool(param) => param.flags(),
        };
        flags.contains(ParamFlags::HIDDEN)
    }

    /// Returns the framework's pointer to the parameter.
    #[must_use]
    pub fn as_ptr(&self) -> ParamPtr {
        match &self.param {
            Handle::Float(param) => param.as_ptr(),
            Handle::Int(param) => param.as_ptr(),
            Handle::Bool(param) => param.as_ptr(),
        }
    }
}

fn toggle(name: String, default: f64, flags: ParamFlags, mark: impl Fn() + Send + Sync + 'static) -> BoolParam {
    let row = Row::toggle("", false, "");
    let mut param = BoolParam::new(name, default >= 0.5)
        .with_value_to_string(Arc::new(move |on| text::write(&row, f64::from(u8::from(on)))))
        .with_string_to_value(Arc::new(move |words| text::read(&row, words).map(|value| value >= 0.5)))
        .with_callback(Arc::new(move |_| mark()));
    if flags.contains(ParamFlags::BYPASS) {
        param = param.make_bypass();
    }
    if flags.contains(ParamFlags::NON_AUTOMATABLE) {
        param = param.non_automatable();
    }
    if flags.contains(ParamFlags::HIDDEN) { param.hide() } else { param }
}

fn whole(
    mapping: Mapping,
    name: String,
    default: f64,
    flags: ParamFlags,
    mark: impl Fn() + Send + Sync + 'static,
) -> IntParam {
    let row = *mapping.row();
    let range = IntRange::Linear { min: row.min as i32, max: row.max as i32 };
    let param = IntParam::new(name, default as i32, range)
        .with_unit(text::unit(&row))
        .with_value_to_string(Arc::new(move |value| text::write(&row, f64::from(value))))
        .with_string_to_value(Arc::new(move |words| text::read(&row, words).map(|value| value.round() as i32)))
        .with_callback(Arc::new(move |_| mark()));
    let param = if flags.contains(ParamFlags::NON_AUTOMATABLE) { param.non_automatable() } else { param };
    if flags.contains(ParamFlags::HIDDEN) { param.hide() } else { param }
}

fn float(
    mapping: Mapping,
    name: String,
    default: f64,
    flags: ParamFlags,
    mark: impl Fn() + Send + Sync + 'static,
) -> FloatParam {
    let row = *mapping.row();
    let range = FloatRange::Linear { min: 0.0, max: 1.0 };
    let param = FloatParam::new(name, mapping.position(default), range)
        .with_unit(text::unit(&row))
        .with_value_to_string(Arc::new(move |position| text::write(&row, mapping.value(position))))
        .with_string_to_value(Arc::new(move |words| text::read(&row, words).map(|value| mapping.position(value))))
        .with_callback(Arc::new(move |_| mark()));
    let param = if flags.contains(ParamFlags::NON_AUTOMATABLE) { param.non_automatable() } else { param };
    if flags.contains(ParamFlags::HIDDEN) { param.hide() } else { param }
}
