//! Consent to send what a manifest lists, and the policy that forbids it.

use super::EgressManifest;
use crate::error::{Error, ErrorKind, Result};

/// Whether audio may leave the machine at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum EgressPolicy {
    /// With consent.
    #[default]
    Allowed,
    /// Never, for a reason that errors repeat.
    Forbidden(String),
}

/// A person's consent to one manifest. Nothing else can be sent with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    digest: String,
}

impl Consent {
    /// States that this manifest was shown to whoever decides, and accepted.
    #[must_use]
    pub fn given(manifest: &EgressManifest) -> Self {
        Self { digest: manifest.digest() }
    }

    /// Checks that policy and consent allow what a manifest lists.
    pub(crate) fn check(&self, policy: &EgressPolicy, manifest: &EgressManifest) -> Result<()> {
        let refused =
            |problem: String, remedy: &str| Err(Error::new(ErrorKind::Consent, "sending to Cyanite", problem, remedy));
        if let EgressPolicy::Forbidden(reason) = policy {
            return refused(format!("forbidden here ({reason}); nothing was sent"), "ask whoever made the policy");
        }
        if self.digest != manifest.digest() {
            let problem = "the consent is for another manifest; nothing was sent".to_owned();
            return refused(problem, "show this manifest and ask again");
        }
        Ok(())
    }
}
