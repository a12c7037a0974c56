//! Channel layouts: the loudspeaker that each channel feeds.

/// The position of a loudspeaker.
///
/// Names and order follow the `dwChannelMask` bits of WAVEFORMATEXTENSIBLE, then the positions that only ITU-R BS.2051 names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
#[non_exhaustive]
pub enum Speaker {
    FrontLeft,
    FrontRight,
    FrontCenter,
    LowFrequency,
    BackLeft,
    BackRight,
    FrontLeftOfCenter,
    FrontRightOfCenter,
    BackCenter,
    SideLeft,
    SideRight,
    TopCenter,
    TopFrontLeft,
    TopFrontCenter,
    TopFrontRight,
    TopBackLeft,
    TopBackCenter,
    TopBackRight,
    LowFrequency2,
    TopSideLeft,
    TopSideRight,
    WideLeft,
    WideRight,
    BottomFrontLeft,
    BottomFrontCenter,
    BottomFrontRight,
    /// Both front loudspeakers, which play one channel: a mono track where two loudspeakers play it ("dual mono").
    FrontPair,
    /// A channel without a known position.
    Discrete,
}

use Speaker::*;

/// The first positions have the bits of the WAV channel mask, in the order of [`Speaker`].
const MASK_BITS: usize = 18;

/// The positions of 5.1 and what comes after them.
macro_rules! over_5_1 {
    ($($more:ident),*) => {
        &[FrontLeft, FrontRight, FrontCenter, LowFrequency, SideLeft, SideRight, $($more),*]
    };
}

/// The positions of 7.1 and what comes after them.
macro_rules! over_7_1 {
    ($($more:ident),*) => {
        &[FrontLeft, FrontRight, FrontCenter, LowFrequency, BackLeft, BackRight, SideLeft, SideRight, $($more),*]
    };
}

/// Named layouts, in WAV channel order. A name is what users type and what reports print.
const NAMED: &[(&str, &[Speaker])] = &[
    ("mono", &[FrontCenter]),
    ("dual_mono", &[FrontPair]),
    ("stereo", &[FrontLeft, FrontRight]),
    ("2.1", &[FrontLeft, FrontRight, LowFrequency]),
    ("3.0", &[FrontLeft, FrontRight, FrontCenter]),
    ("3.1", &[FrontLeft, FrontRight, FrontCenter, LowFrequency]),
    ("quad", &[FrontLeft, FrontRight, BackLeft, BackRight]),
    ("5.0", &[FrontLeft, FrontRight, FrontCenter, SideLeft, SideRight]),
    ("5.1", over_5_1!()),
    ("5.0(back)", &[FrontLeft, FrontRight, FrontCenter, BackLeft, BackRight]),
    ("5.1(back)", &[FrontLeft, FrontRight, FrontCenter, LowFrequency, BackLeft, BackRight]),
    ("6.1", &[FrontLeft, FrontRight, FrontCenter, LowFrequency, BackCenter, SideLeft, SideRight]),
    ("7.1", over_7_1!()),
    ("5.1.2", over_5_1!(TopSideLeft, TopSideRight)),
    ("5.1.4", over_5_1!(TopFrontLeft, TopFrontRight, TopBackLeft, TopBackRight)),
    ("7.1.4", over_7_1!(TopFrontLeft, TopFrontRight, TopBackLeft, TopBackRight)),
    ("7.1.2", over_7_1!(TopSideLeft, TopSideRight)),
    (
        "9.1.6",
        over_7_1!(
            WideLeft,
            WideRight,
            TopFrontLeft,
            TopFrontRight,
            TopSideLeft,
            TopSideRight,
            TopBackLeft,
            TopBackRight
        ),
    ),
    // Order of ITU-R BS.2051 system H: its FL and FR stand at 60 degrees, FLc and FRc at 30.
    (
        "22.2",
        &[
            WideLeft,
            WideRight,
            FrontCenter,
            LowFrequency,
            BackLeft,
            BackRight,
            FrontLeft,
            FrontRight,
            BackCenter,
            LowFrequency2,
            SideLeft,
            SideRight,
            TopFrontLeft,
            TopFrontRight,
            TopFrontCenter,
            TopCenter,
            TopBackLeft,
            TopBackRight,
            TopSideLeft,
            TopSideRight,
            TopBackCenter,
            BottomFrontCenter,
            BottomFrontLeft,
            BottomFrontRight,
        ],
    ),
];

/// Words for positions, in the order of [`Speaker`]: those of consoles and WAV, and the labels of ITU-R BS.2051 (layer, azimuth;
/// left is positive).
const LABELS: &[(Speaker, &[&str])] = &[
    (FrontLeft, &["L", "FL", "M+030"]),
    (FrontRight, &["R", "FR", "M-030"]),
    (FrontCenter, &["C", "FC", "M", "M+000"]),
    (LowFrequency, &["LFE", "LFE1"]),
    (BackLeft, &["Lb", "BL", "Lrs", "Lsr", "M+135"]),
    (BackRight, &["Rb", "BR", "Rrs", "Rsr", "M-135"]),
    (FrontLeftOfCenter, &["Lc", "FLC", "M+022"]),
    (FrontRightOfCenter, &["Rc", "FRC", "M-022"]),
    (BackCenter, &["Cs", "BC", "M+180", "M-180"]),
    (SideLeft, &["Ls", "SL", "Lss", "M+110", "M+090"]),
    (SideRight, &["Rs", "SR", "Rss", "M-110", "M-090"]),
    (TopCenter, &["TC", "T+000"]),
    (TopFrontLeft, &["Ltf", "TFL", "U+030", "U+045"]),
    (TopFrontCenter, &["Ctf", "TFC", "U+000"]),
    (TopFrontRight, &["Rtf", "TFR", "U-030", "U-045"]),
    (TopBackLeft, &["Ltr", "Ltb", "TBL", "U+110", "U+135"]),
    (TopBackCenter, &["Ctr", "TBC", "U+180"]),
    (TopBackRight, &["Rtr", "Rtb", "TBR", "U-110", "U-135"]),
    (LowFrequency2, &["LFE2"]),
    (TopSideLeft, &["Lts", "TSL", "U+090"]),
    (TopSideRight, &["Rts", "TSR", "U-090"]),
    (WideLeft, &["Lw", "WL", "M+060"]),
    (WideRight, &["Rw", "WR", "M-060"]),
    (BottomFrontLeft, &["Lbf", "BFL", "B+045"]),
    (BottomFrontCenter, &["Cbf", "BFC", "B+000"]),
    (BottomFrontRight, &["Rbf", "BFR", "B-045"]),
    (FrontPair, &["L+R"]),
    (Discrete, &["-", "discrete"]),
];

/// The loudspeaker positions of all channels, in channel order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ChannelLayout {
    speakers: Vec<Speaker>,
}

impl ChannelLayout {
    /// Creates a layout from positions.
    #[must_use]
    pub fn new(speakers: Vec<Speaker>) -> Self {
        Self { speakers }
    }

    /// Returns the mono layout: one channel, front centre.
    #[must_use]
    pub fn mono() -> Self {
        Self::new(vec![FrontCenter])
    }

    /// Returns the layout of one channel that both front loudspeakers play: it measures as two channels of the same samples would,
    /// 3.01 LU more than [`mono`](Self::mono).
    ///
    /// This is what libebur128 calls `EBUR128_DUAL_MONO` and ffmpeg's `ebur128` filter `dualmono`.
    #[must_use]
    pub fn dual_mono() -> Self {
        Self::new(vec![FrontPair])
    }

    /// Returns the layout that a file is told to have: mono for [`dual_mono`](Self::dual_mono), which says how it is listened to.
    #[must_use]
    pub fn stored(&self) -> Self {
        if *self == Self::dual_mono() { Self::mono() } else { self.clone() }
    }

    /// Returns the stereo layout: front left, front right.
    #[must_use]
    pub fn stereo() -> Self {
        Self::new(vec![FrontLeft, FrontRight])
    }

    /// Returns the default layout for a number of channels, as files without a layout mean it.
    ///
    /// Up to eight: mono, stereo, 3.0, quad, 5.0, 5.1, 6.1, 7.1; beyond, every channel is [`Speaker::Discrete`].
    #[must_use]
    pub fn default_for(channels: usize) -> Self {
        let name = match channels {
            1 => "mono",
            2 => "stereo",
            3 => "3.0",
            4 => "quad",
            5 => "5.0",
            6 => "5.1",
            7 => "6.1",
            8 => "7.1",
            _ => return Self::new(vec![Discrete; channels]),
        };
        Self::from_name(name).expect("the names above are in the table")
    }

    /// Returns the layout of a name (`"stereo"`, `"5.1"`, `"7.1.4"`), `None` for an unknown one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let (_, speakers) = NAMED.iter().find(|(n, _)| n.eq_ignore_ascii_case(name))?;
        Some(Self::new(speakers.to_vec()))
    }

    /// Parses a layout: a name, or the positions of the channels, separated by commas.
    ///
    /// Positions are `L,R,C,LFE,Ls,Rs`, those of the WAV mask (`FL,FR,TFL`), or labels of ITU-R BS.2051 (`M+030,M-030,U+110`);
    /// `-` is a channel that feeds no known loudspeaker.
    ///
    /// # Errors
    /// A sentence with the unknown word and the known ones.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(layout) = Self::from_name(text.trim()) {
            return Ok(layout);
        }
        if !text.contains(',') {
            let names: Vec<&str> = Self::names().collect();
            return Err(format!(
                "unknown layout \"{text}\"; known are {}, or positions such as L,R,C,LFE,Ls,Rs",
                names.join(", ")
            ));
        }
        text.split(',').map(|word| position(word.trim())).collect::<Result<Vec<_>, _>>().map(Self::new)
    }

    /// Returns the layout as [`parse`](Self::parse) reads it: its name, or the position of every channel; `None` for one channel
    /// whose position has no name of its own.
    #[must_use]
    pub fn spelled(&self) -> Option<String> {
        if let Some((name, _)) = NAMED.iter().find(|(_, speakers)| *speakers == self.speakers) {
            return Some((*name).to_owned());
        }
        let label = |speaker: &Speaker| LABELS.iter().find(|(known, _)| known == speaker).map(|(_, words)| words[0]);
        let labels: Option<Vec<&str>> = self.speakers.iter().map(label).collect();
        labels.filter(|labels| labels.len() > 1).map(|labels| labels.join(","))
    }

    /// Returns all names that [`from_name`](Self::from_name) knows.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMED.iter().map(|(name, _)| *name)
    }

    /// Creates a layout from a WAVEFORMATEXTENSIBLE channel mask; channels beyond the mask's bits are discrete.
    #[must_use]
    pub fn from_wav_mask(mask: u32, channels: usize) -> Self {
        let named = (0..MASK_BITS).filter(|bit| mask & (1 << bit) != 0).map(|bit| LABELS[bit].0);
        Self::new(named.chain(std::iter::repeat(Discrete)).take(channels).collect())
    }

    /// Returns the WAVEFORMATEXTENSIBLE channel mask, `None` where a position has no bit or the order is not the mask's.
    #[must_use]
    pub fn wav_mask(&self) -> Option<u32> {
        let mut mask = 0u32;
        for speaker in &self.speakers {
            let bit = 1 << Some(*speaker as usize).filter(|index| *index < MASK_BITS)?;
            if bit <= mask {
                return None;
            }
            mask |= bit;
        }
        Some(mask)
    }

    /// Returns the number of channels.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.speakers.len()
    }

    /// Returns the positions in channel order.
    #[must_use]
    pub fn speakers(&self) -> &[Speaker] {
        &self.speakers
    }

    /// Returns the channel numbers of the front left and right loudspeakers, left first.
    ///
    /// These are the two that a stereo image lies between: what mid and side, width and balance act on. Two channels without
    /// positions count as left and right; mono, and more channels without positions, have no front pair.
    /// ```
    /// use balanced_dsp::{ChannelLayout, Speaker};
    /// assert_eq!(ChannelLayout::from_name("22.2").unwrap().front_pair(), Some((6, 7)));
    /// assert_eq!(ChannelLayout::new(vec![Speaker::Discrete; 2]).front_pair(), Some((0, 1)));
    /// assert_eq!(ChannelLayout::mono().front_pair(), None);
    /// ```
    #[must_use]
    pub fn front_pair(&self) -> Option<(usize, usize)> {
        let find = |wanted| self.speakers.iter().position(|speaker| *speaker == wanted);
        match (find(FrontLeft), find(FrontRight)) {
            (Some(left), Some(right)) => Some((left, right)),
            _ if self.speakers == [Discrete; 2] => Some((0, 1)),
            _ => None,
        }
    }

    /// Returns the numbers of all channels but the low-frequency effects; of all channels where there are no others.
    #[must_use]
    pub fn full_range_channels(&self) -> Vec<usize> {
        let is_effects = |channel: &usize| matches!(self.speakers[*channel], LowFrequency | LowFrequency2);
        let full_range: Vec<usize> = (0..self.channels()).filter(|channel| !is_effects(channel)).collect();
        if full_range.is_empty() { (0..self.channels()).collect() } else { full_range }
    }

    /// Returns the name, such as `"stereo"` or `"5.1"`; `"N channels"` where the combination has none.
    #[must_use]
    pub fn name(&self) -> String {
        let named = NAMED.iter().find(|(_, speakers)| *speakers == self.speakers);
        named.map_or_else(|| format!("{} channels", self.channels()), |(name, _)| (*name).to_owned())
    }
}

fn position(word: &str) -> Result<Speaker, String> {
    let named = |(_, words): &&(Speaker, &[&str])| words.iter().any(|known| known.eq_ignore_ascii_case(word));
    LABELS.iter().find(named).map(|(speaker, _)| *speaker).ok_or_else(|| {
        let known: Vec<&str> = LABELS.iter().map(|(_, words)| words[0]).collect();
        format!("unknown position \"{word}\"; known are {}, and the labels of BS.2051", known.join(" "))
    })
}

/// The format of a stream: sample rate and channel layout.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamFormat {
    /// The sample rate, which may be fractional (AIFF, plugin hosts).
    pub sample_rate_hz: f64,
    /// The loudspeaker position of every channel.
    pub layout: ChannelLayout,
}

impl StreamFormat {
    /// Creates a format with the default layout for `channels`.
    #[must_use]
    pub fn new(sample_rate_hz: f64, channels: usize) -> Self {
        Self { sample_rate_hz, layout: ChannelLayout::default_for(channels) }
    }

    /// Returns the number of channels.
    #[must_use]
    pub fn channels(&self) -> usize {
        self.layout.channels()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_round_trip() {
        for name in ["mono", "stereo", "quad", "5.1", "7.1", "5.1.4", "7.1.4"] {
            let layout = ChannelLayout::from_name(name).unwrap();
            let mask = layout.wav_mask();
            if let Some(mask) = mask {
                assert_eq!(ChannelLayout::from_wav_mask(mask, layout.channels()), layout, "{name}");
            }
            assert_eq!(layout.name(), name);
        }
        assert_eq!(ChannelLayout::from_name("5.1").unwrap().wav_mask(), Some(0x60f));
        assert_eq!(ChannelLayout::from_wav_mask(0, 3).speakers(), [Discrete; 3]);
    }

    #[test]
    fn the_effects_channel_is_left_out_unless_it_is_alone() {
        assert_eq!(ChannelLayout::from_name("5.1").unwrap().full_range_channels(), [0, 1, 2, 4, 5]);
        assert_eq!(ChannelLayout::new(vec![LowFrequency]).full_range_channels(), [0]);
    }

    #[test]
    fn layouts_are_read_by_name_and_by_position() {
        let surround = ChannelLayout::from_name("5.1").unwrap();
        for text in ["5.1", "L,R,C,LFE,Ls,Rs", "fl, fr, fc, lfe, sl, sr", "M+030,M-030,M+000,LFE1,M+110,M-110"] {
            assert_eq!(ChannelLayout::parse(text).as_ref(), Ok(&surround), "{text}");
        }
        assert_eq!(ChannelLayout::parse("Lw,-").unwrap().speakers(), [WideLeft, Discrete]);
        assert!(ChannelLayout::parse("6.2").unwrap_err().contains("7.1.4"));
        assert!(ChannelLayout::parse("L,R,Q").unwrap_err().contains("\"Q\""));
        assert!(LABELS.iter().enumerate().all(|(index, (speaker, _))| *speaker as usize == index));
        for text in ["stereo", "dual_mono", "7.1.4", "L,R,LFE"] {
            let layout = ChannelLayout::parse(text).unwrap();
            assert_eq!(ChannelLayout::parse(&layout.spelled().unwrap()).unwrap(), layout, "{text}");
        }
        let discrete = ChannelLayout::from_wav_mask(0, 2);
        assert_eq!(ChannelLayout::parse(&discrete.spelled().unwrap()).unwrap(), discrete);
        assert_eq!(ChannelLayout::new(vec![WideLeft]).spelled(), None);
        // No word means two places.
        let words: Vec<String> = LABELS.iter().flat_map(|(_, words)| *words).map(|w| w.to_lowercase()).collect();
        assert_eq!(words.iter().collect::<std::collections::BTreeSet<_>>().len(), words.len());
        assert_eq!(ChannelLayout::from_name("22.2").unwrap().channels(), 24);
    }
}
