//! An authority, and the certificates of the server.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// Certificate that the server shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Certificate {
    /// One of the mock's authority, for `localhost`.
    #[default]
    Right,
    /// One of the mock's authority, for another host.
    WrongHost,
    /// One of the mock's authority whose time is over.
    Expired,
    /// One of another authority.
    OtherAuthority,
}

/// Returns the server's configuration, and the authority to trust as PEM.
pub(crate) fn make(kind: Certificate) -> (Arc<ServerConfig>, String) {
    let (trusted, pem) = authority();
    let issuer = if kind == Certificate::OtherAuthority { authority().0 } else { trusted };
    let host = if kind == Certificate::WrongHost { "elsewhere.example" } else { "localhost" };
    let mut params = CertificateParams::new(vec![host.to_owned()]).expect("the host is a name");
    if kind == Certificate::Expired {
        params.not_after = rcgen::date_time_ymd(2020, 1, 1);
    }
    let key = KeyPair::generate().expect("keys can be made");
    let certificate = params.signed_by(&key, &issuer).expect("certificates can be made");
    let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring has them")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)
        .expect("the key fits");
    (Arc::new(config), pem)
}

fn authority() -> (Issuer<'static, KeyPair>, String) {
    let key = KeyPair::generate().expect("keys can be made");
    let mut params = CertificateParams::new(Vec::new()).expect("no names are fine");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let pem = params.self_signed(&key).expect("certificates can be made").pem();
    (Issuer::new(params, key), pem)
}
