//! What a mailNickname can hold, and what becomes of the rest.
//!
//! The characters are those of `Set-Mailbox -Alias`, but for `&`, which Microsoft Entra Connect does not synchronize.

use crate::rule::{MAX_LOCAL_PART, is_atom_character};

/// Whether `c` can stand in a mailNickname; a dot only between others.
pub(crate) fn can_hold(c: char) -> bool {
    match u8::try_from(c) {
        Ok(byte) if c.is_ascii() => byte != b'&' && is_atom_character(byte),
        _ => matches!(c, '\u{a1}'..='\u{ff}'),
    }
}

/// What of `text` can be a mailNickname: at most 64 characters, with underscores for what cannot stand.
pub(crate) fn clean(text: &str) -> String {
    clean_by(text, can_hold)
}

/// What of a mailNickname can stand in front of the `@` of an address: letters beyond ASCII become underscores too.
pub(crate) fn in_an_address(text: &str) -> String {
    clean_by(text, |c| c.is_ascii() && can_hold(c))
}

fn clean_by(text: &str, fits: impl Fn(char) -> bool) -> String {
    let mut cleaned = String::with_capacity(text.len().min(2 * MAX_LOCAL_PART));
    for c in text.trim_ascii().chars().take(MAX_LOCAL_PART) {
        let misplaced_dot = c == '.' && (cleaned.is_empty() || cleaned.ends_with('.'));
        let stays = (c == '.' || fits(c)) && !misplaced_dot;
        cleaned.push(if stays { c } else { '_' });
    }
    if cleaned.ends_with('.') {
        cleaned.pop();
        cleaned.push('_');
    }
    cleaned
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule;

    #[test]
    fn a_nickname_is_cleaned_to_one_that_the_rules_take() {
        for (text, nickname, address) in [
            ("john.doe", "john.doe", "john.doe"),
            (".john", "_john", "_john"),
            ("a..b.", "a._b_", "a._b_"),
            (
                "j\u{fc}rgen m\u{fc}ller",
                "j\u{fc}rgen_m\u{fc}ller",
                "j_rgen_m_ller",
            ),
            ("\u{10d}apek", "_apek", "_apek"),
            ("r&d", "r_d", "r_d"),
            ("o'brien+1", "o'brien+1", "o'brien+1"),
            ("a@b", "a_b", "a_b"),
            (" x ", "x", "x"),
        ] {
            assert_eq!(clean(text), nickname);
            assert_eq!(in_an_address(text), address);
            assert_eq!(in_an_address(&clean(text)), address);
            for name in [clean(text), in_an_address(text)] {
                assert_eq!(rule::judge_nickname(&name), Ok(()), "{text}");
            }
        }
        assert_eq!(clean(&"ab".repeat(40)).len(), 64);
        assert_eq!(clean(&"\u{fc}".repeat(80)).chars().count(), 64);
    }
}
