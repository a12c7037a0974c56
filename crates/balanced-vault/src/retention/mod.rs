//! How long things are kept: rules, a plan of what is due, its execution, and receipts.

mod plan;
mod policy;
mod providers;
mod receipt;
mod sweep;

pub use plan::{Due, Plan, Reason};
pub use policy::Policy;
pub use providers::ProviderDeletion;
pub(crate) use receipt::RECEIPTS;
pub use receipt::{ErasedFile, Receipt, verify_receipt};
pub use sweep::Swept;
