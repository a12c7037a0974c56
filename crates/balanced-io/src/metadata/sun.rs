//! Annotation of Sun and NeXT audio files: the text between header and samples.

use std::io::{self, Read, Seek};

use balanced_model::Metadata;

use super::fields;
use super::source::{MetadataSource, text};

/// Bytes of the header without its annotation.
const HEADER_BYTES: u64 = 24;

/// Reads the annotation: lines of `name=value`, as ffmpeg writes them, or a comment.
pub(crate) fn read<R: Read + Seek>(source: &mut MetadataSource<'_, R>, metadata: &mut Metadata) -> io::Result<()> {
    let Ok(start) = <[u8; 4]>::try_from(source.peek(4, 4)?) else { return Ok(()) };
    let is_swapped = source.peek(0, 4)? == b"dns.";
    let start = u64::from(if is_swapped { u32::from_le_bytes(start) } else { u32::from_be_bytes(start) });
    let bytes = start.saturating_sub(HEADER_BYTES);
    let Some(payload) = source.take(HEADER_BYTES, bytes)? else {
        metadata.unread.push(format!("annotation ({bytes} bytes, more than may be read)"));
        return Ok(());
    };
    let annotation = text(&payload);
    let lines: Option<Vec<(&str, &str)>> = annotation.lines().map(|line| line.split_once('=')).collect();
    match lines.filter(|lines| lines.iter().all(|(name, _)| is_name(name))) {
        Some(lines) => lines.iter().for_each(|(name, value)| fields::assign(metadata, name, value)),
        None => fields::assign(metadata, "COMMENT", &annotation),
    }
    Ok(())
}

/// Returns whether a word can be the name of a field rather than the start of a sentence.
fn is_name(word: &str) -> bool {
    !word.is_empty()
        && word.len() <= 32
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_- ".contains(&byte))
}
