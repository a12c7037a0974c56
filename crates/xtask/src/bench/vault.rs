//! The vault beside other programs that encrypt: the same file encrypted and decrypted, and analysed from the vault.

use std::fs;
use std::path::Path;

use super::Table;
use crate::{run, tools};

/// How often the file of the other tables is repeated, so that the work counts and not the start of the programs.
const REPEATS: usize = 12;

/// Measures encryption, decryption and analysis from the vault; peers that are absent are said.
pub(super) fn table(table: &mut Table, file: &str, folder: &Path) -> Result<(), String> {
    let at = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let (vault, key, passphrase, long) = (at("vault"), at("platform.key"), at("passphrase"), at("long"));
    for old in [&vault, &key] {
        let _ = fs::remove_dir_all(old);
        let _ = fs::remove_file(old);
    }
    let once = fs::read(file).map_err(|error| error.to_string())?;
    fs::write(&long, once.repeat(REPEATS)).map_err(|error| error.to_string())?;
    fs::write(&passphrase, "five words that are long").map_err(|error| error.to_string())?;
    let opening = ["--vault", &vault, "--vault-key", &key];
    let ours = |args: &[&str]| told(&[&["vault"][..], args, &opening].concat());
    ours(&["init"])?;
    let project = ours(&["create", "--person", "bench"])?;
    let address = ours(&["put", &project, &long])?;
    let track = ours(&["put", &project, file])?;
    let peers = Peers { folder, long: &long, passphrase: &passphrase };

    table.group(&format!("encrypt {} MB", once.len() * REPEATS / 1_000_000));
    table.ours(&[&["vault", "put", &project, &long][..], &opening].concat())?;
    peers.encrypt(table)?;
    table.group("decrypt them");
    table.ours(&[&["vault", "get", &address, "-o", "/dev/null"][..], &opening].concat())?;
    peers.decrypt(table)?;
    for only in [&[][..], &["--only", "loudness"]] {
        table.group("analyse 240 s: the plain file, then from the vault");
        table.ours(&[&["analyze", file, "--json"], only].concat())?;
        table.ours(&[&["analyze", &track, "--json"], only, &opening].concat())?;
    }
    Ok(())
}

/// Other programs, over the same file.
struct Peers<'a> {
    folder: &'a Path,
    long: &'a str,
    passphrase: &'a str,
}

impl Peers<'_> {
    fn at(&self, name: &str) -> String {
        self.folder.join(name).to_string_lossy().into_owned()
    }

    fn encrypt(&self, table: &mut Table) -> Result<(), String> {
        let key = self.at("age.key");
        let _ = fs::remove_file(&key);
        let recipient = age_recipient(&key).unwrap_or_default();
        for program in ["age", "rage"] {
            table.peer(program, &["-r", &recipient, "-o", &self.at(&format!("sealed.{program}")), self.long])?;
        }
        let sealed = self.at("sealed.gpg");
        table.peer("gpg", &[&self.gpg()[..], &["-z", "0", "-o", &sealed, "-c", self.long]].concat())?;
        let sealed = self.at("sealed.openssl");
        table.peer("openssl", &[&self.openssl()[..], &["-in", self.long, "-out", &sealed]].concat())?;
        // A repository stores the same content once, so each run has one of its own.
        let script = "rm -rf \"$1\" && restic init -q -r \"$1\" && restic backup -q -r \"$1\" \"$2\"";
        self.restic(table, "restic backup", script)
    }

    fn decrypt(&self, table: &mut Table) -> Result<(), String> {
        for program in ["age", "rage"] {
            let sealed = self.at(&format!("sealed.{program}"));
            table.peer(program, &["-d", "-i", &self.at("age.key"), "-o", "/dev/null", &sealed])?;
        }
        table.peer("gpg", &[&self.gpg()[..], &["-o", "/dev/null", "-d", &self.at("sealed.gpg")]].concat())?;
        let sealed = self.at("sealed.openssl");
        table.peer("openssl", &[&self.openssl()[..], &["-d", "-in", &sealed, "-out", "/dev/null"]].concat())?;
        self.restic(table, "restic dump", "restic dump -q -r \"$1\" latest \"$2\"")
    }

    fn gpg(&self) -> [&str; 6] {
        ["--batch", "--yes", "--pinentry-mode", "loopback", "--passphrase-file", self.passphrase]
    }

    fn openssl(&self) -> [&str; 5] {
        // Without authentication: `openssl enc` has none.
        ["enc", "-chacha20", "-pbkdf2", "-kfile", self.passphrase]
    }

    fn restic(&self, table: &mut Table, name: &str, script: &str) -> Result<(), String> {
        if !tools::found("restic") {
            println!("{name:<58} absent on this machine");
            return Ok(());
        }
        let script = format!("export RESTIC_PASSWORD_FILE=\"$3\"; {script}");
        let words = ["-c", &script, "restic", &self.at("restic"), self.long, self.passphrase];
        table.measure(name, Path::new("sh"), &words)
    }
}

/// Runs our command and returns the first word of its last line.
fn told(args: &[&str]) -> Result<String, String> {
    let program = run::target().join("dist/balanced").to_string_lossy().into_owned();
    let output = run::output(&program, args).ok_or_else(|| format!("balanced {} failed", args.join(" ")))?;
    let text = String::from_utf8_lossy(&output).into_owned();
    Ok(text.trim().lines().next_back().unwrap_or_default().to_owned())
}

/// Makes a key for `age` and returns its public half.
fn age_recipient(key: &str) -> Option<String> {
    run::output("age-keygen", ["-o", key])?;
    let text = fs::read_to_string(key).ok()?;
    text.lines().find_map(|line| line.strip_prefix("# public key: ")).map(str::to_owned)
}
