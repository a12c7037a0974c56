//! Tests of the plugin in a host: the CLAP entry of this build, driven through `clack-host`. The framework is built with
//! allocation assertions, so that an allocation while processing aborts the program.

mod automation;
mod host;
mod parameters;
mod robustness;
mod sound;
