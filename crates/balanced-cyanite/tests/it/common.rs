//! Clients of the mock, and audio for them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use balanced_cyanite::{
    About, Api, Consent, Cyanite, Doubt, Journal, Options, Pcm, PcmFormat, Result, Retry, Sent, Sleeper, Token, Upload,
    Watch, prepare,
};
use balanced_cyanite_mock::{MockCyanite, MockOptions, TOKEN};

pub const BOTH: [Api; 2] = [Api::Graphql, Api::RestV1];

/// Waits no time, and keeps how long it should have waited.
#[derive(Default)]
pub struct NoSleep(pub Mutex<Vec<Duration>>);

impl Sleeper for NoSleep {
    fn sleep(&self, time: Duration, _: &Watch) {
        self.0.lock().unwrap().push(time);
    }
}

pub fn mock(scenario: &str) -> MockCyanite {
    MockCyanite::start(MockOptions { scenario: scenario.parse().unwrap(), ..MockOptions::default() })
}

pub fn options(mock: &MockCyanite, api: Api) -> Options {
    let mut options = Options::of(api, Token::new(TOKEN).unwrap());
    options.url = if api == Api::Graphql { mock.graphql_url() } else { mock.rest_url() };
    options.root_certificates_pem = Some(mock.ca_pem().as_bytes().to_vec());
    options.upload_hosts = vec!["localhost".to_owned()];
    options.max_answer_bytes = 1 << 20;
    options.retry = Retry { attempts: 4, ..Retry::default() };
    options.sleeper = Arc::new(NoSleep::default());
    options
}

pub fn client(mock: &MockCyanite, api: Api) -> Cyanite {
    Cyanite::new(options(mock, api)).unwrap()
}

/// A sine, stereo.
pub struct Tone {
    pub rate_hz: f64,
    pub channels: usize,
    pub frames: usize,
    pub at: usize,
    /// Amplitude at a second.
    pub level: fn(f64) -> f64,
}

impl Tone {
    pub fn seconds(seconds: f64) -> Self {
        Self { rate_hz: 44_100.0, channels: 2, frames: (seconds * 44_100.0) as usize, at: 0, level: |_| 0.25 }
    }
}

impl Pcm for Tone {
    fn format(&self) -> PcmFormat {
        PcmFormat::plain(self.rate_hz, self.channels)
    }

    fn read(&mut self, block: &mut Vec<Vec<f64>>) -> Result<()> {
        let count = 4096.min(self.frames - self.at);
        let sample = |frame: usize| {
            let time_s = frame as f64 / self.rate_hz;
            (self.level)(time_s) * (std::f64::consts::TAU * 440.0 * time_s).sin()
        };
        *block = vec![(self.at..self.at + count).map(sample).collect(); self.channels];
        self.at += count;
        Ok(())
    }
}

/// Returns a hash for the source of a number.
pub fn hash(number: usize) -> String {
    format!("{number:064x}")
}

/// Returns an upload of a short tone. The numbers make sources of different lengths.
pub fn upload(options: &Options, number: usize) -> Upload {
    let seconds = 0.1 + number as f64 * 0.027;
    prepare(&mut || Ok(Box::new(Tone::seconds(seconds))), &About::file(&hash(number)), options).unwrap()
}

/// Returns MP3 frames of 32 kbit/s at 32 kHz: 144 bytes each.
pub fn frames(count: usize) -> Vec<u8> {
    let mut frame = vec![0xFF, 0xFB, 0x18, 0xC4];
    frame.resize(144, 0);
    frame.repeat(count)
}

/// Sends frames, as many as no other number has.
pub fn send_frames(client: &Cyanite, number: usize, journal: &dyn Journal) -> Result<Sent> {
    let upload = Upload::of_mp3(frames(number + 1), &About::file(&hash(number)), client.options()).unwrap();
    client.send(&upload, &Consent::given(upload.manifest()), journal, Doubt::Tell, &Watch::default())
}

pub fn send(client: &Cyanite, number: usize, journal: &dyn Journal) -> Result<Sent> {
    let upload = upload(client.options(), number);
    client.send(&upload, &Consent::given(upload.manifest()), journal, Doubt::Tell, &Watch::default())
}
