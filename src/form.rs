//! The two forms in which results cross: JSON, and the separated form that PowerShell splits faster than it parses.
//!
//! Separated: rows end with U+001E, fields with U+001F between them, the values of a list with U+001D. The first field
//! of a row names what it is. A page begins with a row `#` for each kind of row that it can hold: the kind, and the names
//! of its fields. NUL and U+001B to U+001F inside data are written as U+001B and a letter, so that nothing
//! in data can end a field: a reader that finds no U+001B in a page need not look for any.

use std::fmt::Write as _;

use serde::Serialize;

use crate::limits::PAGE_BYTES;

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ResultForm {
    /// JSON.
    #[default]
    Json,
    /// Rows and fields.
    Separated,
}

/// Ends a row.
pub const ROW: char = '\u{1e}';
/// Stands between fields.
pub const FIELD: char = '\u{1f}';
/// Stands between the values of a list.
pub const VALUE: char = '\u{1d}';
/// Stands between the parts of a value that is a list itself.
pub const PART: char = '\u{1c}';
const ESCAPE: char = '\u{1b}';

/// The fields of a kind of row: its tag, and their names.
pub type Columns = (&'static str, &'static [&'static str]);

/// A page in the separated form.
#[derive(Debug, Default)]
pub struct Separated {
    page: String,
    columns: &'static [Columns],
    /// Bytes of the rows that name the columns.
    head: usize,
    /// The kind of the row that was begun, and its fields so far.
    open: (&'static str, usize),
}

impl Separated {
    /// A page of rows with these columns.
    #[must_use]
    pub fn new(columns: &'static [Columns]) -> Self {
        let mut page = String::new();
        for (tag, names) in columns {
            let _ = write!(page, "#{FIELD}{tag}");
            for name in *names {
                let _ = write!(page, "{FIELD}{name}");
            }
            page.push(ROW);
        }
        let head = page.len();
        Self {
            page,
            columns,
            head,
            open: ("", 0),
        }
    }

    /// Begins a row of the kind `tag`.
    pub fn row(&mut self, tag: &'static str) -> &mut Self {
        self.page.push_str(tag);
        self.open = (tag, 0);
        self
    }

    fn field(&mut self) {
        self.page.push(FIELD);
        self.open.1 += 1;
    }

    /// Adds a field.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.field();
        self.escaped(text);
        self
    }

    /// Adds a number.
    pub fn number(&mut self, number: usize) -> &mut Self {
        self.field();
        let _ = write!(self.page, "{number}");
        self
    }

    /// Adds `1`, `0`, or nothing.
    pub fn flag(&mut self, flag: Option<bool>) -> &mut Self {
        self.text(flag.map_or("", |flag| if flag { "1" } else { "0" }))
    }

    /// Adds a list as one field.
    pub fn list<'t>(&mut self, items: impl IntoIterator<Item = &'t str>) -> &mut Self {
        self.field();
        for (at, item) in items.into_iter().enumerate() {
            if at > 0 {
                self.page.push(VALUE);
            }
            self.escaped(item);
        }
        self
    }

    /// Adds a list of values of several parts as one field.
    pub fn lists<'t, const N: usize>(
        &mut self,
        items: impl IntoIterator<Item = [&'t str; N]>,
    ) -> &mut Self {
        self.field();
        for (at, parts) in items.into_iter().enumerate() {
            if at > 0 {
                self.page.push(VALUE);
            }
            for (at, part) in parts.into_iter().enumerate() {
                if at > 0 {
                    self.page.push(PART);
                }
                self.escaped(part);
            }
        }
        self
    }

    /// Ends the row.
    pub fn end(&mut self) {
        let (tag, fields) = self.open;
        debug_assert!(
            self.columns
                .iter()
                .any(|(known, names)| *known == tag && names.len() == fields),
            "a row {tag} of {fields} fields, which are not those that are named"
        );
        self.page.push(ROW);
    }

    fn escaped(&mut self, text: &str) {
        let special = |byte: u8| byte == 0 || (0x1b..=0x1f).contains(&byte);
        if !text.bytes().any(special) {
            self.page.push_str(text);
            return;
        }
        for c in text.chars() {
            match c {
                '\0' | '\u{1b}'..='\u{1f}' => {
                    self.page.push(ESCAPE);
                    self.page.push((b'@' + c as u8) as char);
                }
                c => self.page.push(c),
            }
        }
    }

    /// Bytes so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.page.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.page.len() == self.head
    }

    /// The page.
    #[must_use]
    pub fn finish(self) -> String {
        self.page
    }
}

/// A page under construction, in either form.
#[derive(Debug)]
pub enum Page {
    /// JSON results, commas between them.
    Json(Vec<u8>),
    /// Rows.
    Separated(Separated),
}

impl Page {
    /// An empty one, whose rows would have these columns.
    #[must_use]
    pub fn new(form: ResultForm, columns: &'static [Columns]) -> Self {
        match form {
            ResultForm::Json => Self::Json(Vec::new()),
            ResultForm::Separated => Self::Separated(Separated::new(columns)),
        }
    }

    /// Whether it is as large as a page shall be.
    #[must_use]
    pub fn is_full(&self) -> bool {
        match self {
            Self::Json(page) => page.len() >= PAGE_BYTES,
            Self::Separated(page) => page.len() >= PAGE_BYTES,
        }
    }

    /// Adds a result.
    pub fn add<T: Serialize>(&mut self, row: &T, write: impl FnOnce(&T, &mut Separated)) {
        match self {
            Self::Json(page) => {
                if !page.is_empty() {
                    page.push(b',');
                }
                // Writing to memory cannot fail.
                let _ = serde_json::to_writer(page, row);
            }
            Self::Separated(page) => write(row, page),
        }
    }

    /// The answer to a request, with its results under `name`.
    #[must_use]
    pub fn whole(self, name: &str) -> String {
        match self {
            Self::Json(page) => format!(
                "{{\"version\":1,\"{name}\":[{}]}}",
                String::from_utf8(page).unwrap_or_default()
            ),
            Self::Separated(page) => page.finish(),
        }
    }

    /// The page with its results under `name`, none included.
    #[must_use]
    pub fn finish_any(self, name: &str) -> String {
        match self {
            Self::Json(page) => format!(
                "{{\"{name}\":[{}]}}",
                String::from_utf8(page).unwrap_or_default()
            ),
            Self::Separated(page) => page.finish(),
        }
    }

    /// The page with its results under `name`; `None` where there are none.
    #[must_use]
    pub fn finish(self, name: &str) -> Option<String> {
        match self {
            Self::Json(page) if page.is_empty() => None,
            Self::Separated(page) if page.is_empty() => None,
            page => Some(page.finish_any(name)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_in_data_are_escaped() {
        let mut page = Separated::new(&[("H", &["name", "count", "known", "values"])]);
        page.row("H")
            .text("a\u{1f}b\0")
            .number(3)
            .flag(None)
            .list(["x", "y\u{1d}"])
            .end();
        assert_eq!(
            page.finish(),
            "#\u{1f}H\u{1f}name\u{1f}count\u{1f}known\u{1f}values\u{1e}H\u{1f}a\u{1b}_b\u{1b}@\u{1f}3\u{1f}\u{1f}x\u{1d}y\u{1b}]\u{1e}"
        );
    }
}
