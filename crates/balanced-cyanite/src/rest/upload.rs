//! Upload of a track.

use serde_json::Value;

use super::{Form, Request, Rest, json};
use crate::assumptions::REST_ID_POINTERS;
use crate::error::{Error, Result};
use crate::http::Repeat;
use crate::watch::Watch;

const NAME: &str = "library-tracks upload";

impl Rest {
    /// Sends a track and returns its id. An error may come after the track was made: this API cannot be asked.
    pub(crate) fn upload(&self, form: &Form, watch: &Watch) -> Result<String> {
        let request = Request {
            name: NAME,
            method: "POST",
            path: "/library-tracks".to_owned(),
            content_type: Some(&form.content_type),
            body: &form.body,
            repeat: Repeat::OnlyIfUndone,
        };
        let json = json(NAME, &self.send(&request, watch)?)?;
        let id = REST_ID_POINTERS.iter().find_map(|at| json.pointer(at).and_then(Value::as_str));
        id.map(str::to_owned).ok_or_else(|| Error::protocol(NAME, "the answer lacks the id of the track"))
    }
}
