//! What was wrong with the data as a whole, and what to run instead.
//!
//! "No data" is never "no conflict". Each problem stands once for the whole set, with a count and the first records.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::fetch::{directory_addresses, directory_users, users};

/// How many records a problem names.
const FIRST: usize = 5;

macro_rules! problems {
    ($($(#[$doc:meta])* $code:ident, $error:literal, $message:expr;)*) => {
        /// What can be wrong with data. The names are a closed list and do not change.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum ProblemCode { $($(#[$doc])* $code,)* }

        impl ProblemCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$code,)*];

            /// The name in results.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$code => stringify!($code),)* }
            }

            /// Whether something could not be read, rather than that coverage is in doubt.
            #[must_use]
            pub fn is_error(self) -> bool {
                match self { $(Self::$code => $error,)* }
            }

            /// What it means and what to do.
            #[must_use]
            pub fn message(self) -> &'static str {
                match self { $(Self::$code => $message,)* }
            }
        }
    };
}

problems! {
    /// There was nothing at all.
    NoRecords, true, "Nothing was read. A command that failed sends nothing: look at its own error, and run it again.";
    /// A record is text, a number or a list.
    RecordNotAnObject, true, "A record is not an object with properties. Pipe the objects themselves, not their names or formatted output.";
    /// A record or line is no JSON.
    InvalidJson, true, "A record is not valid JSON, or nests deeper than 120 levels; it was left out and the others count.";
    /// A file is of no known format, or is damaged.
    SourceUnreadable, true, "A file could not be read, or not to its end; the reason stands with its name.";
    /// A file or its objects are what Format-List or Format-Table print.
    FormattedOutput, true, "This is the formatted output of Format-List or Format-Table, not data: values are shortened or missing. Leave out Format-*, pipe the objects themselves, or export them with Export-Clixml.";
    /// A file is an Excel workbook.
    ExcelWorkbook, true, "This is an Excel workbook. In Excel, save the sheet as \"CSV UTF-8 (Comma delimited)\" and pass that file.";
    /// A file is the answer of Graph to a batch.
    GraphBatch, true, "This is the answer to a Graph $batch request. Pass the body of each response as an object or a file of its own, or ask for each page without $batch.";
    /// A file is whole and holds no object.
    SourceEmpty, false, "A file holds no object. Where the tenant has such objects, the command that wrote it failed: look at its own error, and run it again.";
    /// A file ends too early.
    SourceTruncated, true, "A file breaks off in the middle. What came before it was read; fetch the file again.";
    /// Graph has further pages.
    MorePages, true, "A page of Graph names a next one (@odata.nextLink), and the last one did not come: there are more pages. Fetch them all: Get-MgUser -All, or Invoke-MgGraphRequest on @odata.nextLink until there is none.";
    /// A line of a table has too many or too few cells.
    FieldCountDiffers, true, "A line of a CSV file has another number of cells than its header; it was left out.";
    /// An export lost the values of a property.
    TypeNameInsteadOfValues, true, "A cell holds the name of a type instead of its values: the export lost them. Export with Export-Clixml or ConvertTo-Json -Depth 4, or join the values first: Select-Object Name,@{n='EmailAddresses';e={$_.EmailAddresses -join ';'}} | Export-Csv.";
    /// A value is no address.
    ValueNotAnAddress, true, "A value is not an address, so it was compared with nothing; the record's other values count. Correct it where it comes from, or in the export.";
    /// A list in a cell breaks off.
    ValuesCutOff, true, "A list of values is cut off, so addresses are missing; those before the cut count. Format-List, Format-Table and Out-File shorten what they print: use Export-Clixml, or ConvertTo-Json -Depth 4.";
    /// A column holds addresses and has no name that is known.
    AddressColumnsNotRead, true, "A column looks like addresses and was not read, because its name is not known. Rename it to EmailAddresses, or to the property that it is.";
    /// Text was read with the wrong encoding.
    NotUnicode, true, "Text was read with the wrong encoding: the mark U+FFFD (\u{fffd}) stands where letters were. Such a value is not used; the record's other values count. Export again with -Encoding utf8; in Excel, save as \"CSV UTF-8 (Comma delimited)\".";
    /// A word is neither true nor false.
    BooleanNotRead, true, "A value must be True or False, and is another word: it was taken as not known. Excel writes the words of its own language: export again without opening the file in Excel.";
    /// A question mark stands where a letter was.
    LettersLost, false, "A question mark stands next to a letter in a name or an address, as where an export could not write a letter (ASCII for \u{fc} or \u{e9}). Such an address was not compared. Export again with -Encoding utf8.";
    /// A value has characters that cannot be seen.
    InvisibleCharacters, false, "A value begins or ends with a character that cannot be seen (a no-break or zero-width space). It was compared without it; Exchange and Entra ID may not take it as equal. Remove the character where the value comes from.";
    /// Where records come from is a guess.
    SourceAssumed, false, "The properties of these records do not say where they come from, so their source was assumed. Which rules and commands apply depends on it: name it (-Source, or \"source\" in the options), or export with ExternalDirectoryObjectId (Exchange Online), id (Graph) or DistinguishedName (on premises).";
    /// A value is over the limit.
    ValueTooLong, true, "A value is longer than 65,536 bytes; it was left out.";
    /// A record has too many addresses.
    TooManyValues, true, "A record has more than 100,000 addresses; they were left out.";
    /// A record is over the limit.
    RecordTooLarge, true, "A record is larger than 64 MiB; it was left out.";
    /// A scan is over the limit.
    TooManyRecords, true, "More than 50,000,000 records; the later ones were left out.";
    /// Objects of Active Directory without the properties that are calculated from.
    PropertiesMissing, true, concat!("Objects of Active Directory have no property proxyAddresses, mail or mailNickname, and were calculated as if these were empty. Fetch them: ", directory_users!());
    /// No previous state belongs to any object.
    PreviousNotJoined, false, "None of the previous objects belongs to an object that was calculated, so all were taken for new. Fetch onPremisesImmutableId and userPrincipalName (Graph), and ObjectGUID or mS-DS-ConsistencyGuid (Active Directory).";
    /// Nothing of an object was understood.
    PropertiesUnknown, true, "Objects have no property that is known, so nothing was read of them. Pipe recipients as their commands give them; a table with another delimiter than a comma needs Import-Csv -Delimiter.";
    /// Objects have no property that could hold addresses.
    EmailAddressesMissing, true, concat!("Objects have no address property, so nothing can be said about them. Fetch it: Get-EXORecipient -ResultSize Unlimited; ", users!(), "; ", directory_addresses!());
    /// Graph gave no proxy addresses for anybody.
    ProxyAddressesEmpty, true, concat!("No user or group from Graph has proxyAddresses. Either nobody has any, or they were not fetched: Get-MgUser leaves them empty unless they are named. Run ", users!());
    /// Nobody of a source has proxy addresses.
    ProxyAddressesMissing, true, concat!("Objects show a primary address or are mailboxes, and none of their source has proxy addresses: EmailAddresses (proxyAddresses) is missing, misspelt or empty, so secondary addresses were not read. The Exchange admin center's export has none. Fetch them: Get-EXORecipient -ResultSize Unlimited; on premises Get-Recipient -ResultSize Unlimited, or ", directory_addresses!());
    /// A result has the size of a default page.
    DefaultPageSize, false, "A source gave exactly as many objects as one default page holds (1,000 in Exchange, 100 in Graph); there are probably more. Use -ResultSize Unlimited, or -All.";
    /// Nobody has an id that was to be left out.
    ExcludeIdNotFound, false, "Nobody has an id that was to be left out, so it left out nothing. Ids and identities are compared whole: there are no wildcards.";
    /// The same record came twice.
    RepeatedRecords, false, "Records are equal in every field, as when a file is read twice. Each counts once.";
    /// Sources of the cloud cannot be told to speak of one object.
    RecordsNotJoined, false, "Addresses are shared by an Exchange Online and an Entra record, one of which has no Entra object id: they may be one object, so no conflict is reported. Fetch ExternalDirectoryObjectId (Exchange Online) and id (Graph).";
    /// The cloud and on premises cannot be told to speak of one object.
    DirectoriesNotJoined, false, "Addresses are held in the cloud and on premises by objects that nothing joins, so nothing can be said about them. Fetch onPremisesImmutableId, onPremisesSyncEnabled and onPremisesSecurityIdentifier (Graph), ObjectGUID, objectSid and msDS-ExternalDirectoryObjectID (Active Directory). Get-MgUser leaves empty what was not fetched; the answers of Invoke-MgGraphRequest have null only for what is not there.";
    /// A distinguished name is on records of several accounts.
    DistinguishedNameNotUnique, false, "Records of one source have one distinguished name and different user principal names, account names or primary addresses, so they were not joined by it. An export that loses letters does that; export again with -Encoding UTF8.";
    /// A mailbox GUID is on several objects.
    ExchangeGuidInUse, false, "Several objects have the same mailbox GUID; Exchange refuses the second. Clear it on the one without the mailbox.";
    /// An id stands on very many records.
    IdJoinsManyRecords, false, "One id stands on dozens of records, which were therefore taken for one object. Was a column filled with a constant?";
}

/// `text` with its control characters as escapes: a terminal shows what data holds, and does not obey it.
pub(crate) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// One problem of the whole set.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// [`ProblemCode`].
    pub code: &'static str,
    /// `Error` or `Warning`.
    pub severity: &'static str,
    /// How often.
    pub count: usize,
    /// The first few: `record 7 (john): what`.
    pub first_records: Vec<String>,
    /// What it means and what to do.
    pub message: &'static str,
}

/// Problems as they come up.
#[derive(Debug, Default)]
pub struct Problems(BTreeMap<ProblemCode, (usize, Vec<String>)>);

impl Problems {
    /// Notes one; `describe` is called only for the first few.
    pub fn add(&mut self, code: ProblemCode, describe: impl FnOnce() -> String) {
        self.add_many(code, 1, describe);
    }

    /// Notes `count` of them, told by one description.
    pub fn add_many(&mut self, code: ProblemCode, count: usize, describe: impl FnOnce() -> String) {
        if count == 0 {
            return;
        }
        let (sum, first) = self.0.entry(code).or_default();
        *sum += count;
        if first.len() < FIRST {
            first.push(visible(&describe()));
        }
    }

    /// Notes that there was nothing at all, unless what was wrong with a file says so already.
    pub fn add_no_records(&mut self) {
        if self.0.keys().any(|code| code.is_error()) {
            return;
        }
        // Files that are whole and hold nothing: one problem, the true one.
        let empty = self.0.remove(&ProblemCode::SourceEmpty);
        let files = empty.map(|(_, first)| first.join("; "));
        self.add(ProblemCode::NoRecords, || {
            files.unwrap_or_else(|| "no record".to_owned())
        });
    }

    /// As they cross, in the order of the codes.
    #[must_use]
    pub fn list(&self) -> Vec<Problem> {
        let problem = |(code, (count, first)): (&ProblemCode, &(usize, Vec<String>))| Problem {
            code: code.name(),
            severity: if code.is_error() { "Error" } else { "Warning" },
            count: *count,
            first_records: first.clone(),
            message: code.message(),
        };
        self.0.iter().map(problem).collect()
    }
}

/// Which of Graph's answers lack their last page. The pages of one answer have one context, and come in any order and from
/// any files.
#[derive(Debug, Default)]
pub struct OpenPages(BTreeMap<String, Option<String>>);

impl OpenPages {
    /// Notes a page of `source`: `more` where it names a next one.
    pub fn add(&mut self, source: &str, context: &str, more: bool) {
        // Pages without a context are those of one source.
        let answer = if context.is_empty() { source } else { context };
        let open = more.then(|| {
            let names = [source, context].into_iter();
            let names: Vec<&str> = names.filter(|name| !name.is_empty()).collect();
            if names.is_empty() {
                "a page".to_owned()
            } else {
                names.join(": ")
            }
        });
        match self.0.get_mut(answer) {
            Some(known) if open.is_none() => *known = None,
            Some(_) => {}
            None => {
                self.0.insert(answer.to_owned(), open);
            }
        }
    }

    /// Adds those that are still open.
    pub fn check(&self, problems: &mut Problems) {
        for page in self.0.values().flatten() {
            problems.add(ProblemCode::MorePages, || page.clone());
        }
    }
}

/// Columns that look like addresses and were not read: each is told once, however many records have it.
#[derive(Debug, Default)]
pub struct UnreadColumns(BTreeSet<String>);

impl UnreadColumns {
    /// Adds `column`, in which the record called `name` has `value`.
    pub fn add(
        &mut self,
        problems: &mut Problems,
        column: &str,
        value: &str,
        name: impl FnOnce() -> String,
    ) {
        if self.0.len() < 1000 && self.0.insert(column.to_owned()) {
            problems.add(ProblemCode::AddressColumnsNotRead, || {
                format!("column {column}, in {}: {value}", name())
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_where_its_last_page_came_in_any_order() {
        for (pages, expected) in [
            (&[("a", "users", true)][..], &["a: users"][..]),
            (&[("a", "users", true), ("b", "users", false)], &[]),
            (&[("b", "users", false), ("a", "users", true)], &[]),
            (
                &[("a", "users", true), ("b", "groups", false)],
                &["a: users"],
            ),
            (&[("a", "", true), ("b", "", false)], &["a"]),
            (&[("a", "", true), ("a", "", false)], &[]),
            (&[("", "", true)], &["a page"]),
        ] {
            let (mut open, mut problems) = (OpenPages::default(), Problems::default());
            for (source, context, more) in pages {
                open.add(source, context, *more);
            }
            open.check(&mut problems);
            let named = problems.list().into_iter().flat_map(|p| p.first_records);
            assert_eq!(named.collect::<Vec<_>>(), expected, "{pages:?}");
        }
    }
}
