//! Stores on servers that speak S3, over `reqwest` and rustls.

use std::sync::Arc;

use object_store::aws::{AmazonS3Builder, S3ConditionalPut};
use secrecy::{ExposeSecret, SecretString};

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
    /// Id of the access key.
    pub access_key: String,
    /// The secret access key.
    pub secret_key: SecretString,
    /// Token of a session, if the access key needs one.
    pub session_token: Option<SecretString>,
    /// Whether the connection may be unencrypted; for servers on this machine only.
    pub allow_http: bool,
}

/// Returns a bucket as a store.
///
/// The server must support conditional writes (`If-None-Match`, `If-Match`), on which the vault's safety rests.
///
/// # Errors
/// Returns [`ErrorKind::Settings`](crate::ErrorKind::Settings) if the options are incomplete or contradict each other.
pub fn s3(options: &S3Options) -> Result<Arc<dyn Store>> {
    // `reqwest` takes the provider of the process; whichever was installed first serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = AmazonS3Builder::new()
        .with_region(&options.region)
        .with_bucket_name(&options.bucket)
        .with_access_key_id(&options.access_key)
        .with_secret_access_key(options.secret_key.expose_secret())
        .with_conditional_put(S3ConditionalPut::ETagMatch)
        .with_allow_http(options.allow_http);
    if let Some(endpoint) = &options.endpoint {
        builder = builder.with_endpoint(endpoint);
    }
    if let Some(token) = &options.session_token {
        builder = builder.with_token(token.expose_secret());
    }
    let store = builder.build().map_err(|error| {
        let remedy = "check the address, the region and the bucket";
        Error::settings(&options.bucket, "cannot be used as a bucket", remedy).caused_by(error)
    })?;
    Ok(Arc::new(Objects::new(Arc::new(store))?))
}
