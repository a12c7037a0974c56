//! The body of an upload (RFC 7578).

use sha2::{Digest, Sha256};

use crate::assumptions::REST_EXTERNAL_ID_FIELD;

/// A body of fields and one file.
pub(crate) struct Form {
    pub(crate) content_type: String,
    pub(crate) body: Vec<u8>,
}

/// Name that the file has in the request: that of the source stays here.
pub(crate) const FILE_NAME: &str = "track.mp3";

/// The format, in the word of the API (official; the only one that its documentation shows).
pub(crate) const INPUT_TYPE: &str = "MP3";

impl Form {
    /// Returns the form of an upload. One upload always has the same bytes, so that its manifest can count them.
    pub(crate) fn upload(mp3: &[u8], title: &str, external_id: &str) -> Self {
        let boundary = boundary(mp3, title, external_id);
        let mut body = Vec::with_capacity(mp3.len() + 1024);
        for (name, value) in [("title", title), ("inputType", INPUT_TYPE), (REST_EXTERNAL_ID_FIELD, external_id)] {
            let part = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{FILE_NAME}\"\r\n\
             Content-Type: audio/mpeg\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(mp3);
        body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        Self { content_type: format!("multipart/form-data; boundary={boundary}"), body }
    }
}

/// A boundary that does not occur in the content: the hash of it.
fn boundary(mp3: &[u8], title: &str, external_id: &str) -> String {
    let hash = Sha256::new().chain_update(title).chain_update(external_id).chain_update(mp3).finalize();
    let hex: String = hash[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("balanced-{hex}")
}
