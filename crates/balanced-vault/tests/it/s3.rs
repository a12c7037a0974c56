//! A server that speaks S3 (`cargo install s3s-fs --version 0.14.1 --features binary`), where it is installed.
#![cfg(feature = "s3")]

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use balanced_vault::{Condition, ErrorKind, ReaderRole, S3Options, SecretString, s3};

use crate::common::*;

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
        let started = Command::new("s3s-fs")
            .args(["--host", "127.0.0.1", "--port", &port.to_string(), "--access-key", ACCESS_KEY, "--secret-key"])
            .arg(SECRET_KEY)
            .arg(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let Ok(process) = started else {
            eprintln!("s3s-fs is not installed: no server is tested here");
            return None;
        };
        let server = Self { process, port, _folder: folder };
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(server)
    }

    fn options(&self, secret: &str) -> S3Options {
        S3Options {
            endpoint: Some(format!("http://127.0.0.1:{}", self.port)),
            region: "us-east-1".to_owned(),
            bucket: "bucket".to_owned(),
            access_key: ACCESS_KEY.to_owned(),
            secret_key: SecretString::from(secret.to_owned()),
            session_token: None,
            allow_http: true,
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
fn a_bucket_holds_a_vault() {
    let Some(server) = Server::start() else { return };
    let store = s3(&server.options(SECRET_KEY)).unwrap();
    assert!(store.put("x", b"1".to_vec(), &Condition::Create).unwrap());
    assert!(!store.put("x", b"2".to_vec(), &Condition::Create).unwrap());
    let (_, version) = store.get("x").unwrap().unwrap();
    assert!(store.put("x", b"3".to_vec(), &Condition::Update(version.clone())).unwrap());
    assert!(!store.put("x", b"4".to_vec(), &Condition::Update(version)).unwrap());
    let world = World::in_store(store);
    let [(file, content), _] = &world.files;
    assert!(world.read(*file, &world.engineer).unwrap() == *content);
    let large = audio(20 << 20, 6);
    let put = world.vault().put(world.project, new_file(), &mut &large[..], balanced_vault::By::Platform).unwrap();
    let other = balanced_vault::Identity::generate();
    world.vault().assign(world.project, other.recipient(), ReaderRole::Engineer).unwrap();
    world.vault().revoke(world.project, world.engineer.fingerprint()).unwrap();
    assert!(world.read(put, &other).unwrap() == large);
    assert_eq!(kind(world.read(put, &world.engineer)), Some(ErrorKind::Refused));
    world.vault().erase(world.project, &[]).unwrap();
    assert!(!world.objects().iter().any(|path| path.ends_with(".age")));
}

#[test]
fn a_wrong_secret_is_refused_and_not_told() {
    let Some(server) = Server::start() else { return };
    let error = s3(&server.options("wrong-secret")).unwrap().get("vault").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Store);
    assert!(!error.to_string().contains("wrong-secret"), "{error}");
}
