//! A server that speaks S3 (`s3s-fs`), where it is installed: `cargo install s3s-fs --version 0.14.1 --features binary`, or
//! the variable BALANCED_S3_SERVER names it.
#![cfg(feature = "s3")]

use std::io::{Read, Seek, SeekFrom};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use balanced_vault::{By, ErrorKind, Identity, KeyExchange, ReaderRole, S3Options, SecretString, Store, s3, verify};

use crate::common::*;
use crate::{concurrency, crash, store, succession};

const ACCESS_KEY: &str = "access-key-of-the-test";
const SECRET_KEY: &str = "secret-key-of-the-test";

/// A server over a folder, ended when it is dropped.
struct Server {
    process: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Server {
    /// Starts the server with one bucket; `None` if it is not installed.
    fn start() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("bucket")).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let named = std::env::var_os("BALANCED_S3_SERVER");
        let started = Command::new(named.as_deref().unwrap_or("s3s-fs".as_ref()))
            .args(["--host", "127.0.0.1", "--port", &port.to_string(), "--access-key", ACCESS_KEY, "--secret-key"])
            .arg(SECRET_KEY)
            .arg(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(process) = started else {
            assert!(named.is_none(), "{named:?} cannot be started");
            eprintln!("s3s-fs is not installed, nor named by BALANCED_S3_SERVER: no server is tested here");
            return None;
        };
        let server = Self { process, port, _folder: folder };
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(started.elapsed() < Duration::from_secs(30), "the server does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(server)
    }

    /// Returns the folder `prefix` of the bucket as a store.
    fn store(&self, prefix: &str) -> Arc<dyn Store> {
        s3(&self.options(SECRET_KEY, prefix)).unwrap()
    }

    fn options(&self, secret: &str, prefix: &str) -> S3Options {
        S3Options {
            endpoint: Some(format!("http://127.0.0.1:{}", self.port)),
            region: "us-east-1".to_owned(),
            bucket: "bucket".to_owned(),
            prefix: prefix.to_owned(),
            access_key: ACCESS_KEY.to_owned(),
            secret_key: SecretString::from(secret.to_owned()),
            session_token: None,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_bucket_keeps_the_contract_of_stores() {
    let Some(server) = Server::start() else { return };
    store::check_contract(&*server.store("one/vault"));
    assert!(server.store("another").list("a", None).unwrap().is_empty(), "another folder of the bucket sees nothing");
}

#[test]
fn a_project_lives_and_ends_in_a_bucket() {
    let Some(server) = Server::start() else { return };
    let world = World::in_store(server.store("vaults/1"));
    let [(file, content), _] = &world.files;
    assert!(world.read(*file, &world.engineer).unwrap() == *content);
    let large = audio(20 << 20, 6);
    let put = world.vault().put(world.project, new_file(), &mut &large[..], By::Platform).unwrap();
    let mut opened = world.vault().open_file(world.project, put, &world.engineer).unwrap();
    for at in [19 << 20, 100, 65_530] {
        let mut part = [0; 70_000];
        opened.seek(SeekFrom::Start(at)).unwrap();
        opened.read_exact(&mut part).unwrap();
        assert!(part == large[at as usize..at as usize + 70_000]);
    }
    let other = Identity::generate();
    world.vault().assign(world.project, other.recipient(), ReaderRole::Engineer).unwrap();
    world.vault().revoke(world.project, world.engineer.fingerprint()).unwrap();
    assert!(world.read(put, &other).unwrap() == large);
    assert_eq!(kind(world.read(put, &world.engineer)), Some(ErrorKind::Refused));
    world.vault().complete(world.project).unwrap();
    let late = START.plus_days(31);
    assert_eq!(world.at(late).sweep(&[]).unwrap().erased, [world.project]);
    assert!(world.at(late).receipt(world.project).is_ok());
    assert!(!world.objects().iter().any(|path| path.ends_with(".age")));
    assert!(verify(&*world.store, &world.vault().key_history(), None).is_ok());
}

#[test]
fn the_platforms_key_is_exchanged_in_a_bucket() {
    let Some(server) = Server::start() else { return };
    succession::check_exchange(server.store("planned"), KeyExchange::Planned);
    succession::check_exchange(server.store("stolen"), KeyExchange::Stolen);
}

#[test]
fn many_at_once_change_a_bucket() {
    let Some(server) = Server::start() else { return };
    let probed = server.store("probe");
    // What compares and writes in two steps lets two create one object; s3s-fs 0.14.1 does.
    if !(0..20).all(|round| store::creates_once(&*probed, &format!("y{round}"))) {
        eprintln!("conditional writes are not atomic on this server: many changes at once are not tested");
        return;
    }
    concurrency::check_many_at_once(server.store(""));
}

/// The commands that write objects, replace keys and delete, at some of their operations: at every one of them they are
/// under test in memory.
#[test]
fn a_crash_leaves_nothing_half_done_in_a_bucket() {
    let Some(server) = Server::start() else { return };
    let worlds = std::cell::Cell::new(0);
    let new_store = || {
        worlds.set(worlds.get() + 1);
        server.store(&format!("world-{}", worlds.get()))
    };
    for command in ["revoke", "erase"] {
        crash::check_command(command, 7, &new_store);
    }
}

#[test]
fn a_wrong_secret_is_refused_and_not_told() {
    let Some(server) = Server::start() else { return };
    let error = s3(&server.options("wrong-secret", "")).unwrap().get("vault").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Store);
    assert!(!error.to_string().contains("wrong-secret"), "{error}");
    assert!(!format!("{:?}", server.options("wrong-secret", "")).contains("wrong-secret"));
}
