//! The server: its life, and what tests ask it.

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use rustls::ServerConfig;

use crate::certificates::{Certificate, make};
use crate::connection;
use crate::scenario::Scenario;
use crate::state::{MockTrack, Received, State};
use crate::webhooks::Webhook;

/// Options of the mock.
#[derive(Clone, Debug)]
pub struct MockOptions {
    /// Certificate that it shows.
    pub certificate: Certificate,
    /// Faults.
    pub scenario: Scenario,
    /// How often a track is "processing" before it is finished.
    pub asks_until_finished: u32,
    /// Fields that its GraphQL schema does not know.
    pub unknown_fields: Vec<String>,
    /// Whether it keeps the bodies of requests.
    pub keep_bodies: bool,
    /// Address (`http`) to which webhooks are sent.
    pub webhook_url: Option<String>,
    /// Port; 0 takes any that is free.
    pub port: u16,
}

impl Default for MockOptions {
    fn default() -> Self {
        Self {
            certificate: Certificate::Right,
            scenario: Scenario::default(),
            asks_until_finished: 0,
            unknown_fields: Vec::new(),
            keep_bodies: true,
            webhook_url: None,
            port: 0,
        }
    }
}

pub(crate) struct Shared {
    pub(crate) state: Mutex<State>,
    pub(crate) tls: Arc<ServerConfig>,
    pub(crate) port: u16,
    pub(crate) asks_until_finished: u32,
    pub(crate) webhook_url: Option<String>,
    pub(crate) is_stopped: AtomicBool,
    pub(crate) open: AtomicUsize,
    pub(crate) most_open: AtomicUsize,
    pub(crate) accepted: AtomicUsize,
}

impl Shared {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A running mock; it stops when it is dropped.
pub struct MockCyanite {
    shared: Arc<Shared>,
    address: SocketAddr,
    ca_pem: String,
    accepting: Option<JoinHandle<()>>,
}

impl MockCyanite {
    /// Starts a mock.
    ///
    /// # Panics
    /// Panics if the system gives no port.
    #[must_use]
    pub fn start(options: MockOptions) -> Self {
        let (tls, ca_pem) = make(options.certificate);
        let listener = TcpListener::bind(("127.0.0.1", options.port)).expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let state = State {
            scenario: options.scenario,
            unknown_fields: options.unknown_fields,
            is_keeping_bodies: options.keep_bodies,
            ..State::default()
        };
        let shared = Arc::new(Shared {
            state: Mutex::new(state),
            tls,
            port: address.port(),
            asks_until_finished: options.asks_until_finished,
            webhook_url: options.webhook_url,
            is_stopped: AtomicBool::new(false),
            open: AtomicUsize::new(0),
            most_open: AtomicUsize::new(0),
            accepted: AtomicUsize::new(0),
        });
        let accepting = Some(std::thread::spawn({
            let shared = Arc::clone(&shared);
            move || connection::accept(&listener, &shared)
        }));
        Self { shared, address, ca_pem, accepting }
    }

    /// Returns the address of the GraphQL API.
    #[must_use]
    pub fn graphql_url(&self) -> String {
        format!("https://localhost:{}/graphql", self.address.port())
    }

    /// Returns the base address of the REST API.
    #[must_use]
    pub fn rest_url(&self) -> String {
        format!("https://localhost:{}/v1", self.address.port())
    }

    /// Returns the certificate of the authority, as PEM.
    #[must_use]
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// Replaces the faults, and counts calls anew.
    pub fn set_scenario(&self, scenario: Scenario) {
        self.shared.state().scenario = scenario;
    }

    /// Returns the tracks.
    #[must_use]
    pub fn tracks(&self) -> Vec<MockTrack> {
        self.shared.state().tracks.values().cloned().collect()
    }

    /// Returns how many tracks were ever made.
    #[must_use]
    pub fn made(&self) -> u64 {
        self.shared.state().made
    }

    /// Returns the requests that arrived.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.shared.state().received.clone()
    }

    /// Returns how many requests of each call arrived.
    #[must_use]
    pub fn calls(&self) -> BTreeMap<String, usize> {
        let mut calls = BTreeMap::new();
        for received in &self.shared.state().received {
            *calls.entry(received.call.clone()).or_default() += 1;
        }
        calls
    }

    /// Returns the webhooks so far, in the order in which they go out.
    #[must_use]
    pub fn webhooks(&self) -> Vec<Webhook> {
        self.shared.state().webhooks.clone()
    }

    /// Returns the largest number of connections that were open at once.
    #[must_use]
    pub fn most_connections(&self) -> usize {
        self.shared.most_open.load(Ordering::SeqCst)
    }

    /// Returns how many connections were accepted.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.accepted.load(Ordering::SeqCst)
    }
}

impl Drop for MockCyanite {
    fn drop(&mut self) {
        self.shared.is_stopped.store(true, Ordering::SeqCst);
        // Wakes the thread that accepts.
        let _ = TcpStream::connect(self.address);
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
    }
}
