//! Bundles are signed with a certificate of a test authority and verified by c2pa's own reader; altered files do not verify.

use std::path::{Path, PathBuf};

use balanced_credentials::{Identity, sign_bundle, verifies};
use c2pa::{Reader, ValidationState};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Writes a certificate that a test authority issued, and its key.
fn identity(folder: &Path) -> Identity {
    let mut authority = CertificateParams::new(Vec::<String>::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    authority.distinguished_name.push(DnType::CommonName, "Test authority");
    let authority_key = KeyPair::generate().unwrap();
    let issued_by = authority.self_signed(&authority_key).unwrap();
    let mut signer = CertificateParams::new(Vec::<String>::new()).unwrap();
    signer.distinguished_name.push(DnType::CommonName, "Mastering room");
    signer.distinguished_name.push(DnType::OrganizationName, "Test");
    signer.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    signer.extended_key_usages = vec![ExtendedKeyUsagePurpose::EmailProtection];
    signer.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate().unwrap();
    let leaf = signer.signed_by(&key, &Issuer::from_params(&authority, &authority_key)).unwrap();
    let (certificates, key_file) = (folder.join("chain.pem"), folder.join("key.pem"));
    std::fs::write(&certificates, format!("{}{}", leaf.pem(), issued_by.pem())).unwrap();
    std::fs::write(&key_file, key.serialize_pem()).unwrap();
    Identity { certificates, key: key_file }
}

/// A WAV of one second, with noise of a linear congruential generator.
fn wav() -> Vec<u8> {
    let mut state = 1u32;
    let samples: Vec<u8> = (0..96_000)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .collect();
    let mut bytes =
        [&b"RIFF"[..], &(samples.len() as u32 + 36).to_le_bytes(), b"WAVEfmt ", &16u32.to_le_bytes()].concat();
    bytes.extend([1u16, 1].iter().flat_map(|n| n.to_le_bytes()));
    bytes.extend([48_000u32, 96_000].iter().flat_map(|n| n.to_le_bytes()));
    bytes.extend([2u16, 16].iter().flat_map(|n| n.to_le_bytes()));
    bytes.extend([&b"data"[..], &(samples.len() as u32).to_le_bytes(), &samples].concat());
    bytes
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A bundle of one file, with a manifest as `balanced deliver` writes it, as far as it is read here.
fn bundle(folder: &Path) -> (PathBuf, PathBuf) {
    let (bundle, master) = (folder.join("out"), folder.join("master.wav"));
    std::fs::create_dir_all(bundle.join("apple")).unwrap();
    std::fs::write(&master, wav()).unwrap();
    std::fs::write(bundle.join("apple/song.wav"), wav()).unwrap();
    let manifest = json!({
        "version": 1,
        "program": { "balanced_version": "0.1.0" },
        "source": { "path": "master.wav", "sha256": hash(&wav()) },
        "made_by": { "source": { "sha256": "00" }, "chain": { "version": 2, "steps": [{ "kind": "gain", "gain_db": 1.5 }] } },
        "files": [{ "file": { "path": "apple/song.wav", "sha256": hash(&wav()) }, "recipe": { "bits": "16" } }],
    });
    std::fs::write(bundle.join("manifest.json"), manifest.to_string()).unwrap();
    (bundle, master)
}

#[test]
fn a_bundle_is_signed_and_an_altered_file_does_not_verify() {
    let folder = tempfile::tempdir().unwrap();
    let (bundle, master) = bundle(folder.path());
    let output = folder.path().join("signed");
    let list = sign_bundle(&bundle, &master, &identity(folder.path()), &output).unwrap();
    let signed = output.join("apple/song.wav");
    let bytes = std::fs::read(&signed).unwrap();
    assert_eq!(
        (&list["files"][0]["sha256"], &list["files"][0]["unsigned_sha256"]),
        (&hash(&bytes).into(), &hash(&wav()).into())
    );
    assert_eq!(list["files"][0]["algorithm"], "es256");
    let written: Value = serde_json::from_slice(&std::fs::read(output.join("credentials.json")).unwrap()).unwrap();
    assert_eq!(written, list);
    assert!(verifies(&signed).unwrap());
    // The bundle itself stays what its manifest tells.
    assert_eq!(std::fs::read(bundle.join("apple/song.wav")).unwrap(), wav());

    let reader = Reader::default().with_stream("audio/wav", std::fs::File::open(&signed).unwrap()).unwrap();
    assert_eq!(reader.validation_state(), ValidationState::Valid);
    let told = reader.json();
    for part in
        ["c2pa.opened", "c2pa.edited", "c2pa.transcoded", "gain_db", "Mastering room", "parentOf", &hash(&wav())]
    {
        assert!(told.contains(part), "the claim lacks {part}: {told}");
    }
    assert!(!told.contains("trainedAlgorithmicMedia") && !told.contains("digitalSourceType"), "{told}");

    let mut altered = bytes;
    altered[40_000] ^= 1;
    std::fs::write(&signed, altered).unwrap();
    assert!(!verifies(&signed).unwrap());
}

#[test]
fn wrong_input_is_an_error_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (bundle, master) = bundle(folder.path());
    let good = identity(folder.path());
    let output = folder.path().join("signed");
    let error = |master: &Path, identity: &Identity| {
        let error = sign_bundle(&bundle, master, identity, &output).unwrap_err().to_string();
        assert!(!output.exists());
        error
    };
    let no_key = Identity { key: good.certificates.clone(), ..good.clone() };
    assert!(error(&master, &no_key).contains("no private key"));
    let missing = Identity { key: folder.path().join("none.pem"), ..good.clone() };
    assert!(error(&master, &missing).contains("none.pem"));
    let other = folder.path().join("other.wav");
    std::fs::write(&other, b"RIFF").unwrap();
    assert!(error(&other, &good).contains("not the master"));
    std::fs::write(bundle.join("apple/song.wav"), b"other").unwrap();
    assert!(error(&master, &good).contains("other bytes"));
    let manifest = std::fs::read_to_string(bundle.join("manifest.json")).unwrap();
    std::fs::write(bundle.join("manifest.json"), manifest.replace("apple/song.wav", "../song.wav")).unwrap();
    assert!(error(&master, &good).contains("out of the bundle"));
    let left = std::fs::read_dir(folder.path())
        .unwrap()
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(".tmp"));
    assert_eq!(left.count(), 0);
    assert!(verifies(&master).unwrap_err().to_string().contains("no Content Credentials"));
}
