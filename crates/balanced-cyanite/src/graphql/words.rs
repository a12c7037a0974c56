//! Weighted words of a track: keywords and brand values; and its waveform.

use serde_json::{Value, json};

use super::operations::{AUGMENTED_KEYWORDS, AVAILABLE_BRAND_VALUES, BRAND_VALUES, SELECT_BRAND_VALUES, WAVEFORM};
use super::{Graphql, errors};
use crate::error::{Error, ErrorKind, Result};
use crate::http::{Call, Repeat};
use crate::model::{Waveform, WeightedWord};
use crate::watch::Watch;

impl Graphql {
    pub(crate) fn keywords(&self, id: &str, watch: &Watch) -> Result<Vec<WeightedWord>> {
        let root = self.run_of_track(&AUGMENTED_KEYWORDS, json!({ "id": id }), watch)?;
        weighted(AUGMENTED_KEYWORDS.name, &root, "keywords", "keyword")
    }

    pub(crate) fn brand_values(&self, id: &str, watch: &Watch) -> Result<Vec<WeightedWord>> {
        let root = self.run_of_track(&BRAND_VALUES, json!({ "id": id }), watch)?;
        weighted(BRAND_VALUES.name, &root, "values", "value")
    }

    /// Returns the brand values that can be selected.
    pub(crate) fn available_brand_values(&self, watch: &Watch) -> Result<Vec<String>> {
        let name = AVAILABLE_BRAND_VALUES.name;
        let root = self.run(&AVAILABLE_BRAND_VALUES, json!({}), watch)?;
        let values = root["values"].as_array();
        let values = values.ok_or_else(|| errors::of_member_or_shape(name, &root, "the answer has no list"))?;
        Ok(values.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    }

    pub(crate) fn select_brand_values(&self, values: &[String], watch: &Watch) -> Result<()> {
        let name = SELECT_BRAND_VALUES.name;
        let root = self.run(&SELECT_BRAND_VALUES, json!({ "input": { "values": values } }), watch)?;
        match root["__typename"].as_str() {
            Some("SelectBrandValuesSuccess") => Ok(()),
            _ => Err(errors::of_member_or_shape(name, &root, "the answer does not say what it is")),
        }
    }

    /// Returns the waveform of a track. It lies at a presigned address, to which no token is sent.
    pub(crate) fn waveform(&self, id: &str, watch: &Watch) -> Result<Waveform> {
        let root = self.run(&WAVEFORM, json!({ "trackId": id }), watch)?;
        let lacking = || errors::of_member_or_shape(WAVEFORM.name, &root, "the answer lacks the address");
        let url = root["waveformUrl"].as_str().ok_or_else(lacking)?;
        self.check_storage_host(url, WAVEFORM.name, "the waveform would come from")?;
        let get = Call {
            name: "waveform",
            method: "GET",
            url,
            content_type: None,
            secret: None,
            body: &[],
            repeat: Repeat::Safe,
        };
        let mut attempt = 1;
        loop {
            let answer = self.transport.send(&get, watch)?;
            if !(200..=299).contains(&answer.status) {
                let problem = format!("the storage refuses it ({})", answer.status);
                return Err(Error::new(ErrorKind::Rejected, get.name, problem, "try again"));
            }
            match serde_json::from_slice(&answer.body) {
                Ok(waveform) => return Ok(waveform),
                Err(_) if attempt >= self.transport.attempts() => {
                    return Err(Error::protocol(get.name, "it is no waveform, or is cut"));
                }
                Err(_) => {
                    self.transport.back_off(attempt, watch);
                    attempt += 1;
                }
            }
        }
    }
}

fn weighted(name: &'static str, root: &Value, list: &str, word: &str) -> Result<Vec<WeightedWord>> {
    let words =
        root[list].as_array().ok_or_else(|| errors::of_member_or_shape(name, root, "the answer has no list"))?;
    let of =
        |item: &Value| Some(WeightedWord { word: item[word].as_str()?.to_owned(), weight: item["weight"].as_f64() });
    Ok(words.iter().filter_map(of).collect())
}
