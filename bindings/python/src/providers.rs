//! Providers who hold something of a project, asked by Python callables to delete it.

use std::collections::BTreeMap;

use balanced::vault::ProviderDeletion;
use pyo3::prelude::*;

/// A provider that is asked by a Python callable; an exception is its refusal.
pub struct Callable {
    name: String,
    call: Py<PyAny>,
}

impl ProviderDeletion for Callable {
    fn name(&self) -> &str {
        &self.name
    }

    fn delete(&self, reference: &str) -> Result<(), String> {
        Python::attach(|py| self.call.call1(py, (reference,)).map(drop).map_err(|error| error.to_string()))
    }
}

/// Takes a mapping of names to callables.
pub fn callables(providers: BTreeMap<String, Py<PyAny>>) -> Vec<Callable> {
    providers.into_iter().map(|(name, call)| Callable { name, call }).collect()
}

/// Returns the providers as the vault takes them.
pub fn asked(callables: &[Callable]) -> Vec<&dyn ProviderDeletion> {
    callables.iter().map(|callable| callable as &dyn ProviderDeletion).collect()
}
