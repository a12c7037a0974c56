//! Providers who hold something of a project, and can delete it.

/// A provider who deletes what it holds.
pub trait ProviderDeletion: Send + Sync {
    /// Name of the provider, as records name it: `cyanite`.
    fn name(&self) -> &str;

    /// Deletes what the provider knows by `reference`; what it does not hold any more is deleted already.
    ///
    /// # Errors
    /// Returns what went wrong; the deletion is asked for again with the next sweep.
    fn delete(&self, reference: &str) -> Result<(), String>;
}
