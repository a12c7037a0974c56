//! The frames of a block: one, or several by one of three kinds of lacing (RFC 9559, section 10.3).

use super::ebml;

/// A block behind its track number: time, flags, frames.
pub(crate) struct Block(Vec<u8>);

impl Block {
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// Returns the frames; `None` if their sizes do not fit the block.
    pub(crate) fn frames(&self) -> Option<Vec<&[u8]>> {
        let (flags, body) = (*self.0.get(2)?, &self.0[3..]);
        let lacing = flags >> 1 & 3;
        if lacing == 0 {
            return Some(vec![body]);
        }
        let count = usize::from(*body.first()?) + 1;
        let body = &body[1..];
        let (sizes, mut rest) = match lacing {
            1 => xiph_sizes(body, count - 1)?,
            3 => ebml_sizes(body, count - 1)?,
            _ if body.len() % count == 0 => (vec![body.len() / count; count - 1], body),
            _ => return None,
        };
        let mut frames = Vec::with_capacity(count);
        for size in sizes {
            let (frame, tail) = rest.split_at_checked(size)?;
            frames.push(frame);
            rest = tail;
        }
        frames.push(rest);
        Some(frames)
    }
}

/// Reads sizes as sums of bytes that end below 255.
fn xiph_sizes(mut body: &[u8], count: usize) -> Option<(Vec<usize>, &[u8])> {
    let mut sizes = Vec::new();
    let mut size = 0;
    while sizes.len() < count {
        let (&byte, rest) = body.split_first()?;
        body = rest;
        size += usize::from(byte);
        if byte < 255 {
            sizes.push(std::mem::take(&mut size));
        }
    }
    Some((sizes, body))
}

/// Reads the first size and the differences of the others.
fn ebml_sizes(mut body: &[u8], count: usize) -> Option<(Vec<usize>, &[u8])> {
    let mut sizes: Vec<usize> = Vec::new();
    while sizes.len() < count {
        let (value, bytes) = ebml::number(body)?;
        body = &body[bytes..];
        let value = i64::try_from(value).ok()?;
        let size = match sizes.last() {
            None => value,
            Some(&last) => i64::try_from(last).ok()?.checked_add(value - ((1 << (7 * bytes - 1)) - 1))?,
        };
        sizes.push(usize::try_from(size).ok()?);
    }
    Some((sizes, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(flags: u8, body: &[u8]) -> Option<Vec<Vec<u8>>> {
        let block = Block::new([&[0, 0, flags], body].concat());
        Some(block.frames()?.into_iter().map(<[u8]>::to_vec).collect())
    }

    #[test]
    fn frames_are_split_by_every_lacing() {
        let expected = [vec![1; 300], vec![2; 3], vec![3; 297]];
        let data = expected.concat();
        let with = |head: &[u8]| [head, &data].concat();
        assert_eq!(frames(0x80, &data).unwrap(), std::slice::from_ref(&data));
        assert_eq!(frames(2, &with(&[2, 255, 45, 3])).unwrap(), expected);
        // 300 in two bytes, then -297 in two bytes with a bias of 8191.
        assert_eq!(frames(6, &with(&[2, 0x41, 0x2c, 0x5e, 0xd6])).unwrap(), expected);
        assert_eq!(frames(4, &with(&[2])).unwrap(), data.chunks(200).map(<[u8]>::to_vec).collect::<Vec<_>>());
    }

    #[test]
    fn sizes_that_do_not_fit_are_refused() {
        assert_eq!(frames(2, &[1, 200, 0]), None);
        assert_eq!(frames(2, &[9, 255]), None);
        assert_eq!(frames(4, &[2, 0, 0]), None);
        assert_eq!(frames(6, &[2, 0x81, 0x80]), None);
        assert_eq!(frames(6, &[1]), None);
        assert_eq!(Block::new(vec![0, 0]).frames(), None);
    }
}
