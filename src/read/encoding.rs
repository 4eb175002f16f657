//! What a file's bytes are: told from the first of them, where there is no byte order mark.

use std::io;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

/// The encoding to decode from; `None` for UTF-8, and where a byte order mark says it.
///
/// # Errors
/// The file is no text that can be read.
pub(super) fn of(start: &[u8]) -> io::Result<Option<&'static Encoding>> {
    let head = &start[..start.len().min(64)];
    let refuse = |what: &str| Err(io::Error::new(io::ErrorKind::InvalidData, what));
    // Text of any export begins with ASCII, whose other bytes are zero in these.
    let zeros = |offset: usize, step: usize| {
        let mut bytes = head.iter().skip(offset).step_by(step).peekable();
        bytes.peek().is_some() && bytes.all(|byte| *byte == 0)
    };
    let seen = |offset: usize, step: usize| {
        let mut bytes = head.iter().skip(offset).step_by(step);
        head.len() >= step && bytes.all(|byte| *byte != 0)
    };
    let utf32 = "it is UTF-32, which is not read: save it as UTF-8";
    match head {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => refuse(utf32),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Ok(None),
        _ if seen(0, 4) && zeros(1, 4) && zeros(2, 4) && zeros(3, 4) => refuse(utf32),
        _ if seen(3, 4) && zeros(0, 4) && zeros(1, 4) && zeros(2, 4) => refuse(utf32),
        _ if seen(0, 2) && zeros(1, 2) => Ok(Some(UTF_16LE)),
        _ if seen(1, 2) && zeros(0, 2) => Ok(Some(UTF_16BE)),
        // A single one is a broken record's, and costs no other.
        _ if memchr::memchr_iter(0, head).count() * 8 > head.len() => {
            refuse("it is no text: it holds zero bytes")
        }
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_without_a_mark_is_told_by_its_zeros() {
        let text = "Name,EmailAddresses\r\nJörg,";
        let le: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(of(&le).unwrap(), Some(UTF_16LE));
        assert_eq!(of(&be).unwrap(), Some(UTF_16BE));
        assert_eq!(of(text.as_bytes()).unwrap(), None);
        assert_eq!(of(b"").unwrap(), None);
        assert_eq!(of(b"a").unwrap(), None);
        for bytes in [u32::to_le_bytes as fn(u32) -> [u8; 4], u32::to_be_bytes] {
            let utf32: Vec<u8> = text.chars().flat_map(|c| bytes(c as u32)).collect();
            assert!(of(&utf32).unwrap_err().to_string().contains("UTF-32"));
        }
        assert!(of(b"MZ\x90\x00\x03\x00\x00\x00").is_err());
    }
}
