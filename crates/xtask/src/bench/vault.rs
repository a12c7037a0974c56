//! The vault beside other programs that encrypt: the same file encrypted and decrypted, and analysed from the vault.

use std::fs;
use std::path::Path;

use super::Table;
use crate::run;

/// Measures encryption, decryption and analysis from the vault; peers that are absent are said.
pub(super) fn table(table: &mut Table, file: &str, folder: &Path) -> Result<(), String> {
    let at = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let (vault, key, passphrase) = (at("vault"), at("platform.key"), at("passphrase"));
    for old in [&vault, &key] {
        let _ = fs::remove_dir_all(old);
        let _ = fs::remove_file(old);
    }
    fs::write(&passphrase, "five words that are long").map_err(|error| error.to_string())?;
    let opening = ["--vault", &vault, "--vault-key", &key];
    let ours = |args: &[&str]| told(&[&["vault"][..], args, &opening].concat());
    ours(&["init"])?;
    let project = ours(&["create", "--person", "bench"])?;
    let address = ours(&["put", &project, file])?;
    let (age_key, sealed) = (at("age.key"), at("sealed"));
    let _ = fs::remove_file(&age_key);
    let recipient = age_recipient(&age_key);

    table.group("encrypt");
    table.ours(&[&["vault", "put", &project, file][..], &opening].concat())?;
    let recipient = recipient.as_deref().unwrap_or_default();
    for program in ["age", "rage"] {
        table.peer(program, &["-r", recipient, "-o", &format!("{sealed}.{program}"), file])?;
    }
    let gpg = ["--batch", "--yes", "--pinentry-mode", "loopback", "--passphrase-file", &passphrase];
    let gpg_sealed = format!("{sealed}.gpg");
    table.peer("gpg", &[&gpg[..], &["-z", "0", "-o", &gpg_sealed, "-c", file]].concat())?;
    let (pass, openssl_sealed) = (format!("file:{passphrase}"), format!("{sealed}.openssl"));
    let openssl = ["enc", "-chacha20", "-pbkdf2", "-pass", &pass, "-in"];
    table.peer("openssl", &[&openssl[..], &[file, "-out", &openssl_sealed]].concat())?;

    table.group("decrypt");
    table.ours(&[&["vault", "get", &address, "-o", "/dev/null"][..], &opening].concat())?;
    for program in ["age", "rage"] {
        table.peer(program, &["-d", "-i", &age_key, "-o", "/dev/null", &format!("{sealed}.{program}")])?;
    }
    table.peer("gpg", &[&gpg[..], &["-o", "/dev/null", "-d", &gpg_sealed]].concat())?;
    table.peer("openssl", &[&openssl[..], &[&openssl_sealed, "-out", "/dev/null", "-d"]].concat())?;

    table.group("analysis from the plain file and from the vault");
    table.ours(&["analyze", file, "--json"])?;
    table.ours(&[&["analyze", &address, "--json"][..], &opening].concat())
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
