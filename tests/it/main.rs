//! End-to-end tests over the built command and the façade, and the rules the repository keeps about itself.

mod walls;
