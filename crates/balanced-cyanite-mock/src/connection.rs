//! Connections: requests in, answers out, faults between.

use std::io::{self, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rustls::{ServerConnection, StreamOwned};
use serde_json::{Value, json};

use crate::http::{Reply, Request, read};
use crate::scenario::Fault;
use crate::server::Shared;
use crate::state::sha256;
use crate::{graphql, library, rest, webhooks};

/// Time after which a waiting thread looks whether the mock is stopped.
const TICK: Duration = Duration::from_millis(100);

/// An answer of 64 MiB, more than any client should read.
const HUGE_BYTES: usize = 64 << 20;

pub(crate) fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for stream in listener.incoming() {
        if shared.is_stopped.load(Ordering::SeqCst) {
            return;
        }
        let Ok(stream) = stream else { continue };
        let shared = Arc::clone(shared);
        std::thread::spawn(move || {
            shared.accepted.fetch_add(1, Ordering::SeqCst);
            let open = shared.open.fetch_add(1, Ordering::SeqCst) + 1;
            shared.most_open.fetch_max(open, Ordering::SeqCst);
            // A client that goes is no fault of the mock.
            let _ = serve(stream, &shared);
            shared.open.fetch_sub(1, Ordering::SeqCst);
        });
    }
}

fn serve(tcp: TcpStream, shared: &Shared) -> io::Result<()> {
    tcp.set_nodelay(true)?;
    tcp.set_read_timeout(Some(TICK))?;
    let session = ServerConnection::new(Arc::clone(&shared.tls)).map_err(io::Error::other)?;
    let mut stream = StreamOwned::new(session, tcp);
    let stopped = || shared.is_stopped.load(Ordering::SeqCst);
    while let Some(request) = read(&mut stream, &stopped)? {
        if !answer(&mut stream, &request, shared)? {
            break;
        }
    }
    stream.conn.send_close_notify();
    let _ = stream.flush();
    Ok(())
}

/// Answers a request, and returns whether the connection goes on.
fn answer(
    stream: &mut StreamOwned<ServerConnection, TcpStream>,
    request: &Request,
    shared: &Shared,
) -> io::Result<bool> {
    let call = name(request);
    let fault = {
        let mut state = shared.state();
        state.receive(&call, request);
        state.scenario.next(&call)
    };
    if let Some(instead) = fault.as_ref().and_then(|fault| before(fault, shared)) {
        return match instead {
            Instead::Close => Ok(false),
            Instead::Answer(reply) => reply.write(stream).map(|()| true),
        };
    }
    let reply = handle(&call, request, fault.as_ref(), shared);
    match fault {
        Some(Fault::DropAfter) => return Ok(false),
        Some(Fault::Cut) => {
            let bytes = reply.bytes();
            // Without a body the head is cut, or there would be nothing to miss.
            let missing = if reply.body.is_empty() { bytes.len() } else { reply.body.len() } / 2;
            stream.write_all(&bytes[..bytes.len() - missing])?;
            stream.flush()?;
            return Ok(false);
        }
        Some(Fault::HalfJson) => {
            Reply { body: reply.body[..reply.body.len() / 2].to_vec(), ..reply }.write(stream)?;
        }
        Some(Fault::StatusAfter(status)) => failure(status, None).write(stream)?,
        _ => reply.write(stream)?,
    }
    Ok(true)
}

enum Instead {
    Close,
    Answer(Reply),
}

/// Returns what happens instead of the call.
fn before(fault: &Fault, shared: &Shared) -> Option<Instead> {
    Some(match fault {
        Fault::Slow(ms) => {
            std::thread::sleep(Duration::from_millis(*ms));
            return None;
        }
        Fault::Stall => {
            // Until the client's own time-out; a minute at most.
            for _ in 0..600 {
                if shared.is_stopped.load(Ordering::SeqCst) {
                    break;
                }
                std::thread::sleep(TICK);
            }
            Instead::Close
        }
        Fault::Drop => Instead::Close,
        Fault::Status(status, wait) => Instead::Answer(failure(*status, *wait)),
        Fault::Html(status) => Instead::Answer(Reply::new(
            *status,
            "text/html; charset=utf-8",
            b"<!doctype html><title>Bad gateway</title><h1>Bad gateway</h1>".to_vec(),
        )),
        Fault::Huge => Instead::Answer(Reply::new(200, "application/json", vec![b' '; HUGE_BYTES])),
        Fault::Redirect(url) => Instead::Answer(Reply::json(307, &json!({})).with("Location", url)),
        Fault::Expired => {
            let xml =
                "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>";
            Instead::Answer(Reply::new(403, "application/xml", xml.as_bytes().to_vec()))
        }
        _ => return None,
    })
}

fn failure(status: u16, wait: Option<u64>) -> Reply {
    let reply = Reply::json(status, &json!({ "message": "the mock was asked to fail" }));
    match wait {
        Some(seconds) => reply.with("Retry-After", &seconds.to_string()),
        None => reply,
    }
}

/// Returns the name of a call, as scenarios have it.
fn name(request: &Request) -> String {
    let path = request.path();
    if path == "/graphql" {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        return graphql::call_name(body["query"].as_str().unwrap_or_default());
    }
    if path.starts_with("/storage/") {
        return if request.method == "GET" { "waveform" } else { "put" }.to_owned();
    }
    rest::name(&request.method, path).to_owned()
}

fn handle(call: &str, request: &Request, fault: Option<&Fault>, shared: &Shared) -> Reply {
    let path = request.path();
    let reply = if path == "/graphql" {
        graphql::answer(call, request, fault, shared)
    } else if let Some(id) = path.strip_prefix("/storage/") {
        if request.method == "GET" { library::waveform(id, request, fault, shared) } else { put(id, request, shared) }
    } else {
        rest::answer(call, request, fault, shared)
    };
    webhooks::send_waiting(shared);
    reply
}

/// The storage: an address is good for one upload that was asked for.
fn put(id: &str, request: &Request, shared: &Shared) -> Reply {
    let mut state = shared.state();
    let is_signed = request.query().any(|(name, value)| name == "X-Amz-Signature" && value == "mock");
    match state.uploads.get_mut(id) {
        Some(upload) if request.method == "PUT" && is_signed => {
            *upload = Some((sha256(&request.body), request.body.len() as u64));
            Reply::new(200, "application/xml", Vec::new())
        }
        _ => Reply::new(403, "application/xml", b"<Error><Code>SignatureDoesNotMatch</Code></Error>".to_vec()),
    }
}
