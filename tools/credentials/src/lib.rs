//! Content Credentials (C2PA) for the files of a delivery bundle: what was done, by which chain, signed with the caller's certificate.
//!
//! A claim has the master as its ingredient and an action for each thing that was done: opened, edited by the master's chain where the
//! manifest tells it, transcoded by the file's recipe. No action is generative, and none claims a digital source type.
#![forbid(unsafe_code)]

mod claim;
mod error;

use std::fs::File;
use std::io::{BufReader, Read, Seek, Write};
use std::path::{Component, Path, PathBuf};

use c2pa::{BoxedSigner, Reader, SigningAlg, ValidationState};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub use error::Error;

/// Name of the list of signed files.
pub const LIST_NAME: &str = "credentials.json";
/// Algorithms that a key may be of, tried one after the other.
const ALGORITHMS: [(SigningAlg, &str); 7] = [
    (SigningAlg::Es256, "es256"),
    (SigningAlg::Es384, "es384"),
    (SigningAlg::Es512, "es512"),
    (SigningAlg::Ed25519, "ed25519"),
    (SigningAlg::Ps256, "ps256"),
    (SigningAlg::Ps384, "ps384"),
    (SigningAlg::Ps512, "ps512"),
];

/// Certificate and key of who signs, as PEM files.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Certificate chain, that of the signer first. C2PA refuses certificates that sign themselves.
    pub certificates: PathBuf,
    /// Private key (PKCS 8) of P-256, P-384, P-521, Ed25519 or RSA.
    pub key: PathBuf,
}

/// Signs the files of the bundle in `bundle` into the new folder `output`, verifies each, and writes a list of them.
///
/// `master` is the file that the bundle's manifest names as its source. The bundle stays as it is, so that its manifest goes on
/// to be reproduced; `output` appears complete or not at all.
///
/// # Errors
/// Returns an error that names the file, what is wrong and what would be right.
pub fn sign_bundle(bundle: &Path, master: &Path, identity: &Identity, output: &Path) -> Result<Value, Error> {
    let manifest = read_manifest(&bundle.join("manifest.json"))?;
    let source = &manifest["source"];
    if Some(hash(master)?.as_str()) != source["sha256"].as_str() {
        return Err(Error::usage(
            master,
            "is not the master that the manifest names (another SHA-256)",
            "give that file",
        ));
    }
    if output.symlink_metadata().is_ok() {
        return Err(Error::usage(output, "exists", "name a new folder"));
    }
    let (signer, algorithm) = signer(identity)?;
    let parent = output.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut folder = tempfile::Builder::new();
    #[cfg(unix)]
    folder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777)); // less the umask, as any new folder
    let staged = folder.tempdir_in(parent).map_err(|error| Error::file(output, "cannot be made", &error))?;
    let mut signed = Vec::new();
    for file in manifest["files"].as_array().into_iter().flatten() {
        let path = relative(file["file"]["path"].as_str().unwrap_or_default())?;
        let (from, to) = (bundle.join(&path), staged.path().join(&path));
        let unsigned_sha256 = hash(&from)?;
        if Some(unsigned_sha256.as_str()) != file["file"]["sha256"].as_str() {
            return Err(Error::usage(&from, "has other bytes than the manifest tells", "deliver it again"));
        }
        let definition = claim::Claim { title: &path, master, manifest: &manifest, file };
        sign(&from, &to, &definition, signer.as_ref())?;
        signed.push(json!({
            "path": file["file"]["path"], "unsigned_sha256": unsigned_sha256, "sha256": hash(&to)?, "algorithm": algorithm,
        }));
    }
    let list = json!({ "version": 1, "files": signed });
    let text = serde_json::to_string_pretty(&list).expect("a list is plain data");
    std::fs::write(staged.path().join(LIST_NAME), text)
        .map_err(|error| Error::file(output, "cannot be written", &error))?;
    std::fs::rename(staged.path(), output).map_err(|error| Error::file(output, "cannot be put in place", &error))?;
    let _ = staged.keep();
    Ok(list)
}

/// Returns whether the credentials of a file verify: the signature, and the hash of every byte that it covers.
///
/// # Errors
/// Returns an error if the file has none, or cannot be read.
pub fn verifies(path: &Path) -> Result<bool, Error> {
    let format = media_type(path)?;
    let read = Reader::default().with_stream(format, open(path)?);
    let reader = read.map_err(|error| {
        Error::usage(path, &format!("has no Content Credentials that can be read ({error})"), "sign it")
    })?;
    Ok(matches!(reader.validation_state(), ValidationState::Valid | ValidationState::Trusted))
}

fn sign(from: &Path, to: &Path, claim: &claim::Claim<'_>, signer: &dyn c2pa::Signer) -> Result<(), Error> {
    let format = media_type(from)?;
    let failed = |error: std::io::Error| Error::file(to, "cannot be written", &error);
    std::fs::create_dir_all(to.parent().unwrap_or(to)).map_err(failed)?;
    let mut builder = claim.builder(format)?;
    let mut written = File::options().read(true).write(true).create_new(true).open(to).map_err(failed)?;
    builder.sign(signer, format, &mut open(from)?, &mut written).map_err(|error| {
        let remedy = "check the certificate, which an authority must have issued for signing";
        Error::usage(from, &format!("could not be signed ({error})"), remedy)
    })?;
    written.flush().and_then(|()| written.sync_all()).map_err(failed)?;
    match verifies(to)? {
        true => Ok(()),
        false => {
            Err(Error::usage(to, "has credentials that do not verify", "check the certificate's dates and purpose"))
        }
    }
}

fn signer(identity: &Identity) -> Result<(BoxedSigner, &'static str), Error> {
    let read = |path: &Path| std::fs::read(path).map_err(|error| Error::file(path, "cannot be read", &error));
    let (certificates, key) = (read(&identity.certificates)?, read(&identity.key)?);
    let of = |(algorithm, name): (SigningAlg, &'static str)| {
        let signer = c2pa::create_signer::from_keys(&certificates, &key, algorithm, None).ok()?;
        signer.sign(b"trial").ok().map(|_| (signer, name))
    };
    let remedy = "give a PEM file (PKCS 8) with a key of P-256, P-384, P-521, Ed25519 or RSA";
    ALGORITHMS
        .into_iter()
        .find_map(of)
        .ok_or_else(|| Error::usage(&identity.key, "is no private key that signs", remedy))
}

fn read_manifest(path: &Path) -> Result<Value, Error> {
    let text = std::fs::read(path).map_err(|error| Error::file(path, "cannot be read", &error))?;
    let manifest: Value = serde_json::from_slice(&text).unwrap_or_default();
    match (manifest["version"].as_u64(), manifest["files"].as_array()) {
        (Some(1), Some(_)) => Ok(manifest),
        _ => Err(Error::usage(path, "is no manifest of `balanced deliver`", "give the folder of a bundle")),
    }
}

/// Returns a path of the manifest, which must stay in the bundle.
fn relative(path: &str) -> Result<PathBuf, Error> {
    let path = PathBuf::from(path);
    let stays = path.components().all(|part| matches!(part, Component::Normal(_)));
    if stays && path.file_name().is_some() {
        Ok(path)
    } else {
        Err(Error::usage(&path, "leads out of the bundle", "deliver it again"))
    }
}

/// Returns the media type of a file that can carry credentials.
pub(crate) fn media_type(path: &Path) -> Result<&'static str, Error> {
    let suffix = path.extension().map(|suffix| suffix.to_string_lossy().to_ascii_lowercase());
    match suffix.as_deref() {
        Some("wav" | "wave" | "bwf") => Ok("audio/wav"),
        Some("flac") => Ok("audio/flac"),
        Some("mp3") => Ok("audio/mpeg"),
        Some("m4a" | "mp4") => Ok("audio/mp4"),
        _ => Err(Error::usage(
            path,
            "is of a format that carries no Content Credentials",
            "use WAV, FLAC, MP3 or MPEG-4",
        )),
    }
}

pub(crate) fn open(path: &Path) -> Result<BufReader<File>, Error> {
    File::open(path).map(BufReader::new).map_err(|error| Error::file(path, "cannot be opened", &error))
}

fn hash(path: &Path) -> Result<String, Error> {
    let (mut file, mut hasher, mut chunk) = (open(path)?, Sha256::new(), vec![0; 1 << 16]);
    file.rewind().map_err(|error| Error::file(path, "cannot be read", &error))?;
    loop {
        match file.read(&mut chunk).map_err(|error| Error::file(path, "cannot be read", &error))? {
            0 => return Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()),
            bytes => hasher.update(&chunk[..bytes]),
        }
    }
}
