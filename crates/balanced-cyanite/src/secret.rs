//! Secrets: they are wiped from memory when dropped, and never printed.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use crate::error::{Error, Result};

/// An access token of Cyanite; its `Debug` shows nothing of it.
#[derive(Clone)]
pub struct Token(SecretString);

impl Token {
    /// Takes a token, without the white space around it.
    ///
    /// # Errors
    /// Returns an error if it is empty, or holds characters that no header can carry.
    pub fn new(text: &str) -> Result<Self> {
        let text = text.trim();
        if text.is_empty() || !text.bytes().all(|byte| (0x21..0x7f).contains(&byte)) {
            let problem = "is empty, or holds white space or special characters";
            return Err(Error::settings("token", problem, "copy it again from Cyanite's settings"));
        }
        Ok(Self(SecretString::from(text.to_owned())))
    }

    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token([secret])")
    }
}
