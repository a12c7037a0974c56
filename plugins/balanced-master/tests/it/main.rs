//! The plugin in a host: the CLAP entry of this very build, driven through `clack-host`. The framework is built with its
//! allocation assertions here, so that every block processed below would end the program if it allocated.

mod automation;
mod host;
mod parameters;
mod robustness;
mod sound;
