//! Synthetic answers, written from the schemas by `fixtures/cyanite/make.py`.

use serde_json::Value;

pub(crate) const GRAPHQL: &str = include_str!("../../../../fixtures/cyanite/graphql.json");
pub(crate) const REST: &str = include_str!("../../../../fixtures/cyanite/rest.json");

pub(crate) fn graphql() -> Value {
    serde_json::from_str(GRAPHQL).unwrap()
}

pub(crate) fn rest() -> Value {
    serde_json::from_str(REST).unwrap()
}
