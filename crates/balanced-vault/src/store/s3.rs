//! Stores on servers that speak S3, over `reqwest` and rustls.

use std::sync::Arc;

use age::secrecy::{ExposeSecret, SecretString};
use object_store::aws::{AmazonS3Builder, S3ConditionalPut};
use object_store::path::Path;
use object_store::prefix::PrefixStore;

use super::Store;
use super::objects::Objects;
use crate::error::{Error, Result};

/// Where a bucket is, and the key that opens it.
///
/// Supabase Storage speaks S3: access keys pass by its row-level security, a session token runs under it.
#[derive(Clone, Debug)]
pub struct S3Options {
    /// Address of the server, such as `https://project.supabase.co/storage/v1/s3`; Amazon's if `None`.
    pub endpoint: Option<String>,
    /// Region of the bucket.
    pub region: String,
    /// Name of the bucket.
    pub bucket: String,
    /// Folder of the vault inside the bucket; the whole bucket if empty.
    pub prefix: String,
    /// Id of the access key.
    pub access_key: String,
    /// The secret access key.
    pub secret_key: SecretString,
    /// Token of a session, if the access key needs one.
    pub session_token: Option<SecretString>,
}

impl S3Options {
    /// Returns the options for a folder of a bucket, with the server and the key that the environment names:
    /// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, and where they are set `AWS_SESSION_TOKEN`, `AWS_REGION` or
    /// `AWS_DEFAULT_REGION` (else `us-east-1`), `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL` (else Amazon's).
    ///
    /// # Errors
    /// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) if there is no key in the environment.
    pub fn from_env(bucket: &str, prefix: &str) -> Result<Self> {
        let needed = |name: &str| {
            first_of(&[name]).ok_or_else(|| {
                let remedy = "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to a key of the bucket";
                Error::settings(name, "is not set, and buckets open by a key", remedy)
            })
        };
        Ok(Self {
            endpoint: first_of(&["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"]),
            region: first_of(&["AWS_REGION", "AWS_DEFAULT_REGION"]).unwrap_or_else(|| "us-east-1".to_owned()),
            bucket: bucket.to_owned(),
            prefix: prefix.to_owned(),
            access_key: needed("AWS_ACCESS_KEY_ID")?,
            secret_key: SecretString::from(needed("AWS_SECRET_ACCESS_KEY")?),
            session_token: first_of(&["AWS_SESSION_TOKEN"]).map(SecretString::from),
        })
    }
}

/// Returns the first of the variables that is set and not empty.
fn first_of(names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
}

/// Returns a folder of a bucket as a store.
///
/// The server must support conditional writes (`If-None-Match`, `If-Match`), on which the vault's safety rests. The
/// connection is encrypted by TLS, except to a server on this machine whose address begins with `http://`.
///
/// # Errors
/// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) if the options are incomplete or contradict each other, or
/// if the connection would leave the machine unencrypted.
pub fn s3(options: &S3Options) -> Result<Arc<dyn Store>> {
    // `reqwest` takes the provider of the process; whichever was installed first serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = AmazonS3Builder::new()
        .with_region(&options.region)
        .with_bucket_name(&options.bucket)
        .with_access_key_id(&options.access_key)
        .with_secret_access_key(options.secret_key.expose_secret())
        .with_conditional_put(S3ConditionalPut::ETagMatch);
    if let Some(endpoint) = &options.endpoint {
        builder = builder.with_endpoint(endpoint).with_allow_http(may_be_plain(endpoint)?);
    }
    if let Some(token) = &options.session_token {
        builder = builder.with_token(token.expose_secret());
    }
    let wrong = "check the address, the region, the bucket and the folder in it";
    let settings = |problem: &str| Error::settings(&options.bucket, problem, wrong);
    let store = builder.build().map_err(|error| settings("cannot be used as a bucket").caused_by(error))?;
    let prefix = Path::parse(&options.prefix).map_err(|error| settings("has no such folder").caused_by(error))?;
    Ok(Arc::new(Objects::new(Arc::new(PrefixStore::new(store, prefix)))?))
}

/// Returns whether the connection may be unencrypted, which it may on this machine only.
fn may_be_plain(endpoint: &str) -> Result<bool> {
    let Some(rest) = endpoint.strip_prefix("http://") else { return Ok(false) };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let name = match host.strip_prefix('[') {
        Some(address) => address.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    let is_here = name == "localhost" || name.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback());
    if is_here {
        return Ok(true);
    }
    let problem = "would carry keys of access and times of reading unencrypted over a network";
    Err(Error::settings(endpoint, problem, "give an address that begins with https://"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unencrypted_connections_stay_on_the_machine() {
        for here in ["http://127.0.0.1:8014", "http://localhost/s3", "http://[::1]:9000"] {
            assert!(may_be_plain(here).unwrap(), "{here}");
        }
        assert!(!may_be_plain("https://example.org").unwrap());
        for away in ["http://example.org", "http://127.0.0.1.example.org:80", "http://localhost@example.org", "http://"]
        {
            assert!(may_be_plain(away).is_err(), "{away}");
        }
    }
}
