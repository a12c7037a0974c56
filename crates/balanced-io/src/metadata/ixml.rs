//! Values of an iXML document (iXML specification 2.0 and later) that a master makes wrong.

/// Times and format of a file, for its iXML document.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IxmlTimes {
    /// Frames from midnight to the first frame of the file; `None` leaves them as they are.
    pub time_reference_frames: Option<u64>,
    /// Sample rate of the file.
    pub sample_rate_hz: u32,
    /// Bits per sample of the file.
    pub bits: u16,
}

/// Returns an iXML document with times, rate and bits of another file, and without its loudness.
///
/// Elements that it does not have are not added.
#[must_use]
pub fn retimed(document: &str, times: &IxmlTimes) -> String {
    let mut document = without(document, "LOUDNESS");
    let rate = times.sample_rate_hz.to_string();
    let bits = times.bits.to_string();
    let mut values = vec![("FILE_SAMPLE_RATE", rate.clone()), ("TIMESTAMP_SAMPLE_RATE", rate.clone())];
    values.extend([("DIGITIZER_SAMPLE_RATE", rate), ("AUDIO_BIT_DEPTH", bits)]);
    if let Some(frames) = times.time_reference_frames {
        let (high, low) = ((frames >> 32).to_string(), (frames & u64::from(u32::MAX)).to_string());
        values.extend([
            ("TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI", high.clone()),
            ("TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO", low.clone()),
            ("BWF_TIME_REFERENCE_HIGH", high),
            ("BWF_TIME_REFERENCE_LOW", low),
        ]);
    }
    for (name, value) in values {
        document = with_value(&document, name, &value);
    }
    document
}

/// Returns the ranges of an element's start and end tags.
fn element(document: &str, name: &str) -> Option<(std::ops::Range<usize>, std::ops::Range<usize>)> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let start = document.find(&open)?;
    let content = start + open.len();
    let end = content + document[content..].find(&close)?;
    Some((start..content, end..end + close.len()))
}

fn with_value(document: &str, name: &str, value: &str) -> String {
    match element(document, name) {
        Some((open, close)) => format!("{}{value}{}", &document[..open.end], &document[close.start..]),
        None => document.to_owned(),
    }
}

fn without(document: &str, name: &str) -> String {
    match element(document, name) {
        Some((open, close)) => format!("{}{}", &document[..open.start], &document[close.end..]),
        None => document.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_master_makes_wrong_is_written_anew() {
        let document = "<BWFXML><SPEED><FILE_SAMPLE_RATE>48000</FILE_SAMPLE_RATE><TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI>0\
            </TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI><TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO>7</TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO>\
            </SPEED><LOUDNESS><LOUDNESS_VALUE>-23.1</LOUDNESS_VALUE></LOUDNESS><NOTE>é</NOTE></BWFXML>";
        let times = IxmlTimes { time_reference_frames: Some((1 << 32) + 5), sample_rate_hz: 44_100, bits: 16 };
        let expected = "<BWFXML><SPEED><FILE_SAMPLE_RATE>44100</FILE_SAMPLE_RATE><TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI>1\
            </TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI><TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO>5</TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO>\
            </SPEED><NOTE>é</NOTE></BWFXML>";
        assert_eq!(retimed(document, &times), expected);
        assert_eq!(retimed("<NOTE>no end", &times), "<NOTE>no end");
    }
}
