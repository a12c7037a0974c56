//! End-to-end tests over the built command and the façade.
