//! Deletion at Cyanite for the retention of the vault.

use std::sync::Arc;

use balanced_cyanite::{Cyanite, Journal, Watch};
use balanced_vault::ProviderDeletion;

/// Cyanite as a provider that the vault asks to delete what it holds; references are ids of its tracks.
pub struct CyaniteDeletion {
    client: Cyanite,
    journal: Option<Arc<dyn Journal>>,
}

impl CyaniteDeletion {
    /// Creates the provider. With a journal, it notes what is gone.
    #[must_use]
    pub fn new(client: Cyanite, journal: Option<Arc<dyn Journal>>) -> Self {
        Self { client, journal }
    }
}

impl ProviderDeletion for CyaniteDeletion {
    fn name(&self) -> &str {
        "cyanite"
    }

    fn delete(&self, reference: &str) -> Result<(), String> {
        let ids = [reference.to_owned()];
        let deleted = self.client.delete(&ids, self.journal.as_deref(), &Watch::default());
        deleted.map(drop).map_err(|error| error.to_string())
    }
}
