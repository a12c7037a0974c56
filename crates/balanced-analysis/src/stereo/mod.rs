//! Stereo image: correlation, width, balance and what a mono fold costs, over time and by region.
//!
//! Whole-programme values are sums over samples; values by region come from the shared spectrum (power of left and right and the
//! real part of their cross-spectrum). The mono fold is only ever computed to say what it loses.

mod centre;
mod curve;
mod order;
mod reasons;
mod sums;

use balanced_dsp::StreamFormat;
use balanced_model::{CorrelationCurve, Ltas, Stereo};

use crate::spectrum::engine::{Frame, Geometry, Listener, measured_pair};
use crate::spectrum::ltas::{LongTerm, MeanPower, REGION_EDGES_HZ, fractional_octaves};
use centre::Centre;
use curve::Curve;
use order::ChannelOrder;
use sums::Sums;

pub(crate) use reasons::explain;

/// The region in which side energy troubles record cutters and subwoofers.
const LOW_HZ: (f64, f64) = (20.0, 120.0);
/// Correlation of the bass and of the middle that an inverted channel stays below.
const INVERTED_BASS: f64 = -0.7;
const INVERTED_MIDDLE: f64 = -0.2;
const MIDDLE_HZ: (f64, f64) = (300.0, 3000.0);
/// Correlation of a third octave of bass in which one channel is the other's upside down, and the share of the loudest third octave's
/// power that makes one count.
const OPPOSED: f64 = -0.4;
const AUDIBLE_BASS: f64 = 0.003;
/// Programme under this mean power has no image (-90 dBFS).
const SILENCE_POWER: f64 = 1e-9;
/// Regions under this mean power have none either (-120 dBFS).
const REGION_SILENCE_POWER: f64 = 1e-12;
/// Side this far under mid is dither or rounding: the channels are the same.
const MONO_SIDE_DB: f64 = -60.0;
/// Correlation of programme and of its median window under which one channel counts as inverted.
const INVERTED: f64 = -0.6;

/// Measures the image of the front pair.
pub(crate) struct StereoStage {
    geometry: Geometry,
    running: Option<Running>,
}

struct Running {
    pair: (usize, usize),
    curve: Curve,
    centre: Centre,
    high: Spectra,
    low: Spectra,
    order: Option<ChannelOrder>,
}

/// Mean power of left and right and their cross-power.
struct Spectra([MeanPower; 3]);

impl Spectra {
    fn new(rate: f64, size: usize) -> Self {
        Self(std::array::from_fn(|_| MeanPower::new(rate, size)))
    }

    fn push(&mut self, frame: &Frame<'_>) {
        let spectrum = frame.spectrum;
        for (mean, bins) in self.0.iter_mut().zip([&spectrum.power[0], &spectrum.power[1], &spectrum.cross]) {
            mean.push(bins, frame.weight);
        }
    }
}

impl StereoStage {
    pub fn new(geometry: Geometry, format: &StreamFormat) -> Self {
        let running = measured_pair(&format.layout).map(|pair| Running {
            pair,
            curve: Curve::new(geometry.rate),
            centre: Centre::new(geometry),
            high: Spectra::new(geometry.rate, geometry.size),
            low: Spectra::new(geometry.low_rate, geometry.low_size),
            order: ChannelOrder::new(geometry, format),
        });
        Self { geometry, running }
    }

    pub fn finish(self) -> Stereo {
        let Some(running) = self.running else { return Stereo::default() };
        let (total, curve) = running.curve.finish(self.geometry.rate);
        if total.is_below(SILENCE_POWER) {
            return Stereo { correlation_curve: curve, ..Stereo::default() };
        }
        let bands = Bands::new(&running.low, &running.high, self.geometry.rate / 2.0);
        let regions = bands.regions();
        let inverted_below_hz = bands.inverted_below_hz();
        let by_region = |value: fn(&Sums) -> Option<f64>| {
            regions.iter().map(|region| region.as_ref().and_then(value)).collect::<Vec<_>>()
        };
        Stereo {
            correlation_mean: total.correlation(),
            correlation_min: lowest(&curve),
            balance_db: total.balance_db(),
            centre_db: running.centre.level_db(),
            side_to_mid_db: total.side_to_mid_db(),
            mono_loss_db: total.mono_loss_db(),
            width_per_band: by_region(Sums::width),
            correlation_per_band: by_region(Sums::correlation),
            mono_loss_per_band_db: by_region(Sums::mono_loss_db),
            ltas_mid: bands.third_octaves(|sums| sums.mid),
            ltas_side: bands.third_octaves(|sums| sums.side),
            low_side_to_mid_db: bands.sums(LOW_HZ.0, LOW_HZ.1).as_ref().and_then(Sums::side_to_mid_db),
            bass_correlation: bands.sums(LOW_HZ.0, LOW_HZ.1).as_ref().and_then(Sums::correlation),
            bass_inverted_below_hz: inverted_below_hz,
            bass_inverted_channel: inverted_below_hz.and_then(|hz| bands.inverted_channel(hz)),
            polarity_inverted: total.correlation().map(|mean| {
                is_inverted(mean, bands.sums(LOW_HZ.0, LOW_HZ.1), bands.sums(MIDDLE_HZ.0, MIDDLE_HZ.1), &curve)
            }),
            mono_as_stereo: total.side_to_mid_db().map(|db| db <= MONO_SIDE_DB),
            channel_order_hint: running.order.as_ref().and_then(ChannelOrder::hint),
            correlation_curve: curve,
        }
    }
}

impl Listener for StereoStage {
    fn frame(&mut self, frame: &Frame<'_>) {
        if let Some(running) = &mut self.running {
            let (left, right) = running.pair;
            running.curve.push(frame.new_samples(left), frame.new_samples(right));
            running.centre.push(frame);
            running.high.push(frame);
            if let Some(order) = &mut running.order {
                order.frame(frame);
            }
        }
    }

    fn low_frame(&mut self, frame: &Frame<'_>) {
        if let Some(running) = &mut self.running {
            running.low.push(frame);
            if let Some(order) = &mut running.order {
                order.low_frame(frame);
            }
        }
    }
}

/// Band powers of the pair.
struct Bands {
    left: LongTerm,
    right: LongTerm,
    cross: LongTerm,
}

impl Bands {
    fn new(low: &Spectra, high: &Spectra, nyquist_hz: f64) -> Self {
        let of = |i: usize| LongTerm::new(&low.0[i], &high.0[i], nyquist_hz);
        Self { left: of(0), right: of(1), cross: of(2) }
    }

    fn sums(&self, from_hz: f64, to_hz: f64) -> Option<Sums> {
        let left = self.left.power(from_hz, to_hz);
        let right = self.right.power(from_hz, to_hz);
        let sums = Sums::from_cross(left, right, self.cross.cross_power(from_hz, to_hz));
        (!sums.is_below(REGION_SILENCE_POWER)).then_some(sums)
    }

    /// Levels of third octaves of what `power` takes from the sums.
    fn third_octaves(&self, power: impl Fn(&Sums) -> f64) -> Ltas {
        fractional_octaves(3, self.left.nyquist_hz(), |from_hz, to_hz| {
            let (left, right) = (self.left.power(from_hz, to_hz), self.right.power(from_hz, to_hz));
            power(&Sums::from_cross(left, right, self.cross.cross_power(from_hz, to_hz)))
        })
    }

    /// Upper edge of the third octaves, from the lowest that holds bass, in which one channel opposes the other. Third octaves without
    /// sound between the last of them and the first that is upright count to them.
    fn inverted_below_hz(&self) -> Option<f64> {
        let edges_hz: Vec<f64> = (-16..=-2).map(|n| 1000.0 * 10f64.powf(0.1 * (f64::from(n) - 0.5))).collect();
        let loudest = edges_hz.windows(2).filter_map(|edge| self.sums(edge[0], edge[1])).map(|s| s.left + s.right);
        let audible = AUDIBLE_BASS * loudest.fold(0.0, f64::max);
        let mut inverted_hz = None;
        for edge in edges_hz.windows(2) {
            let Some(sums) = self.sums(edge[0], edge[1]).filter(|sums| sums.left + sums.right >= audible) else {
                continue;
            };
            if sums.correlation()? > OPPOSED {
                inverted_hz = inverted_hz.map(|_: f64| edge[0]);
                break;
            }
            inverted_hz = Some(edge[1]);
        }
        inverted_hz
    }

    /// The channel with the hole at the corner, where its upright part and its inverted one cancel: there it is the softer one by 3 to 10 dB.
    /// `None` where neither is.
    fn inverted_channel(&self, corner_hz: f64) -> Option<usize> {
        const THIRD: f64 = 1.259;
        const LEAST_DB: f64 = 1.0;
        let balance_db = self.sums(corner_hz / THIRD, corner_hz * THIRD)?.balance_db()?;
        (balance_db.abs() >= LEAST_DB).then(|| usize::from(balance_db < 0.0))
    }

    fn regions(&self) -> Vec<Option<Sums>> {
        REGION_EDGES_HZ.windows(2).map(|edges| self.sums(edges[0], edges[1])).collect()
    }
}

fn lowest(curve: &CorrelationCurve) -> Option<f64> {
    curve.correlation.iter().flatten().copied().min_by(f64::total_cmp)
}

/// A widener drives left and right apart too, and bass alone may be opposed; a channel that is upside down is so in the bass, which mixes
/// keep in the middle, and no more so above it.
fn is_inverted(mean: f64, bass: Option<Sums>, middle: Option<Sums>, curve: &CorrelationCurve) -> bool {
    let [bass, middle] = [bass, middle].map(|sums| sums.and_then(|sums| sums.correlation()));
    let above = |correlation: Option<f64>, limit: f64| correlation.is_some_and(|correlation| correlation > limit);
    let is_widened = bass.zip(middle).is_some_and(|(bass, middle)| bass > middle);
    let elsewhere_upright = above(bass, INVERTED_BASS) || above(middle, INVERTED_MIDDLE) || is_widened;
    let mut windows: Vec<f64> = curve.correlation.iter().flatten().copied().collect();
    windows.sort_by(f64::total_cmp);
    mean < INVERTED && !elsewhere_upright && windows.get(windows.len() / 2).is_some_and(|median| *median < INVERTED)
}
