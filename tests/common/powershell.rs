//! Finds commands and their parameters in PowerShell, and in prose that names some.
//!
//! It knows quotes (all that PowerShell takes for one), here-strings, comments, blocks, parentheses and the places where a
//! command begins; it knows no grammar beyond that.

use std::collections::BTreeSet;

/// A cmdlet with one of its parameters, or by itself (an empty parameter), and the shell that its line names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    pub cmdlet: String,
    pub parameter: String,
    pub shell: Option<&'static str>,
}

/// The shells that a comment behind a command may name.
const SHELLS: [&str; 2] = ["Exchange Online PowerShell", "Exchange Management Shell"];

/// The verbs of cmdlets: `up-to-date` is none.
const VERBS: &[&str] = &[
    "Add",
    "Clear",
    "Compare",
    "Connect",
    "ConvertFrom",
    "ConvertTo",
    "Copy",
    "Disable",
    "Disconnect",
    "Enable",
    "Enter",
    "Exit",
    "Export",
    "Find",
    "ForEach",
    "Format",
    "Get",
    "Group",
    "Import",
    "Install",
    "Invoke",
    "Join",
    "Measure",
    "Move",
    "New",
    "Out",
    "Read",
    "Register",
    "Remove",
    "Rename",
    "Reset",
    "Resolve",
    "Restore",
    "Resume",
    "Search",
    "Select",
    "Send",
    "Set",
    "Sort",
    "Split",
    "Start",
    "Stop",
    "Suspend",
    "Sync",
    "Tee",
    "Test",
    "Undo",
    "Uninstall",
    "Update",
    "Wait",
    "Where",
    "Write",
];

/// `Verb-Noun`.
pub fn is_cmdlet(word: &str) -> bool {
    let Some((verb, noun)) = word.split_once('-') else {
        return false;
    };
    VERBS.contains(&verb)
        && noun.starts_with(|c: char| c.is_ascii_uppercase())
        && noun.chars().all(|c| c.is_ascii_alphanumeric())
}

fn is_quote(c: char) -> bool {
    matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}')
}

/// What is open around a place in the text.
struct Open {
    /// What closes it.
    end: char,
    /// The command whose parameters stand here.
    command: Option<usize>,
    /// Whether a command can begin here.
    start: bool,
}

/// How a text is to be read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Text {
    /// A script or a line of one.
    Code,
    /// Sentences: a cmdlet may stand anywhere, and an apostrophe is one.
    Prose,
}

/// Every command in `text`, with its parameters.
pub fn uses(text: &str, kind: Text) -> BTreeSet<Use> {
    let mut found = Finder {
        all: BTreeSet::new(),
        commands: Vec::new(),
    };
    found.read(text, kind);
    let own = functions(text);
    found.all.retain(|used| !own.contains(&used.cmdlet));
    found.all
}

/// The functions that a script defines for itself.
fn functions(text: &str) -> Vec<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let defined = words.windows(2).filter(|pair| pair[0] == "function");
    defined.map(|pair| pair[1].to_owned()).collect()
}

struct Finder {
    all: BTreeSet<Use>,
    commands: Vec<(String, Option<&'static str>)>,
}

impl Finder {
    fn note(&mut self, command: usize, parameter: &str) {
        let (cmdlet, shell) = self.commands[command].clone();
        self.all.insert(Use {
            cmdlet,
            parameter: parameter.to_owned(),
            shell,
        });
    }

    fn read(&mut self, text: &str, kind: Text) {
        let chars: Vec<char> = text.chars().collect();
        let mut open = vec![Open {
            end: '\0',
            command: None,
            start: true,
        }];
        let mut at = 0;
        while at < chars.len() {
            let c = chars[at];
            let here = open.last_mut().expect("the outermost");
            let next = chars.get(at + 1).copied().unwrap_or('\n');
            let before = at.checked_sub(1).map_or(' ', |at| chars[at]);
            let begins = before.is_whitespace() || "({[,;=|@&!".contains(before);
            match c {
                '<' if next == '#' => {
                    let end = find(&chars, at, &['#', '>']);
                    self.comment(&chars[at + 2..end]);
                    at = end + 2;
                }
                '#' if begins && kind == Text::Code => {
                    let end = (at..chars.len())
                        .find(|at| chars[*at] == '\n')
                        .unwrap_or(chars.len());
                    self.comment(&chars[at + 1..end]);
                    at = end;
                }
                '@' if (is_quote(next) || next == '"')
                    && chars.get(at + 2).is_some_and(|c| matches!(c, '\n' | '\r')) =>
                {
                    let end = find(&chars, at + 2, &['\n', next, '@']);
                    at = end + 3;
                    here.start = false;
                }
                '`' if kind == Text::Code => at += if next == '\r' { 3 } else { 2 },
                _ if is_quote(c) && (kind == Text::Code || begins) => {
                    at = quoted(&chars, at, is_quote);
                    here.start = false;
                }
                '"' if kind == Text::Code || begins => {
                    at = quoted(&chars, at, |c| c == '"');
                    here.start = false;
                }
                '\n' | ';' => {
                    // A line goes on after a pipe, a comma and an open parenthesis.
                    let goes_on = c == '\n'
                        && (matches!(last_word(&chars, at), '|' | ',' | '(') || here.end == ')');
                    if !goes_on && kind == Text::Code {
                        here.command = None;
                        here.start = true;
                    }
                    at += 1;
                }
                '|' | '&' => {
                    here.command = None;
                    here.start = true;
                    at += 1;
                }
                '=' => {
                    if here.command.is_none() {
                        here.start = true;
                    }
                    at += 1;
                }
                '(' | '{' => {
                    open.push(Open {
                        end: if c == '(' { ')' } else { '}' },
                        command: None,
                        start: true,
                    });
                    at += 1;
                }
                ')' | '}' => {
                    if open.len() > 1 && open.last().is_some_and(|open| open.end == c) {
                        open.pop();
                    }
                    // A block ends a statement of its own: if (…) { … } Get-X.
                    let here = open.last_mut().expect("the outermost");
                    here.start = here.command.is_none();
                    at += 1;
                }
                _ if c.is_whitespace() || c == ',' => at += 1,
                _ => {
                    let end = (at..chars.len())
                        .find(|at| {
                            let c = chars[*at];
                            c.is_whitespace()
                                || "(){}|;,&=\"".contains(c)
                                || (is_quote(c) && kind == Text::Code)
                        })
                        .unwrap_or(chars.len())
                        .max(at + 1);
                    let word: String = chars[at..end].iter().collect();
                    self.word(&word, here, kind, &chars[end..]);
                    at = end;
                }
            }
        }
    }

    /// A comment may name commands too.
    fn comment(&mut self, text: &[char]) {
        let text: String = text.iter().collect();
        for line in text.lines() {
            self.read(line, Text::Prose);
        }
    }

    fn word(&mut self, word: &str, here: &mut Open, kind: Text, rest: &[char]) {
        let trimmed = word
            .trim_matches(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '$' | '@'));
        let bare = trimmed.trim_end_matches('-');
        // `Get-Mg{kind}`: a name that is put together elsewhere.
        let whole = !(rest.first() == Some(&'{') && word.ends_with(bare));
        if whole && is_cmdlet(bare) && (here.start || kind == Text::Prose) {
            self.commands.push((bare.to_owned(), shell_of(rest)));
            let command = self.commands.len() - 1;
            self.note(command, "");
            here.command = Some(command);
            here.start = false;
            return;
        }
        // What may stand before a command.
        let keyword = [
            "return", "throw", "if", "elseif", "else", "in", "try", "catch", "finally", "do",
            "while", "-not", "!",
        ];
        here.start =
            here.start && keyword.contains(&word) || word == "in" && here.command.is_none();
        if let (Some(command), Some(name)) = (here.command, word.strip_prefix('-')) {
            let name: String = name
                .chars()
                .take_while(char::is_ascii_alphanumeric)
                .collect();
            let is_parameter = if kind == Text::Prose {
                name.starts_with(|c: char| c.is_ascii_uppercase())
            } else {
                name.starts_with(|c: char| c.is_ascii_alphabetic())
            };
            if is_parameter {
                self.note(command, &name);
            }
        }
    }
}

/// The shell that the comment on the rest of the line names.
fn shell_of(rest: &[char]) -> Option<&'static str> {
    let line: String = rest.iter().take_while(|c| **c != '\n').collect();
    let (_, comment) = line.rsplit_once("  # ")?;
    SHELLS.into_iter().find(|shell| comment.contains(shell))
}

fn find(chars: &[char], from: usize, end: &[char]) -> usize {
    (from..chars.len())
        .find(|at| chars[*at..].starts_with(end))
        .unwrap_or(chars.len())
        .min(chars.len())
}

/// The place behind a quoted text; a doubled quote is one of it, and in double quotes a backtick takes the next as it is.
fn quoted(chars: &[char], from: usize, is_end: impl Fn(char) -> bool) -> usize {
    let double = chars[from] == '"';
    let mut at = from + 1;
    while at < chars.len() {
        let c = chars[at];
        if double && c == '`' {
            at += 2;
        } else if is_end(c) {
            if chars.get(at + 1).is_some_and(|c| is_end(*c)) {
                at += 2;
            } else {
                return at + 1;
            }
        } else {
            at += 1;
        }
    }
    // Nothing closes it: it opened nothing.
    from + 1
}

fn last_word(chars: &[char], before: usize) -> char {
    chars[..before]
        .iter()
        .rev()
        .find(|c| !matches!(c, ' ' | '\t' | '\r'))
        .copied()
        .unwrap_or(' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(text: &str, kind: Text) -> Vec<String> {
        uses(text, kind)
            .into_iter()
            .map(|used| {
                format!("{} {}", used.cmdlet, used.parameter)
                    .trim()
                    .to_owned()
            })
            .collect()
    }

    #[test]
    fn quotes_comments_and_blocks_are_told_from_parameters() {
        for (text, expected) in [
            ("Get-A -B 'x -C' -D", vec!["Get-A", "Get-A B", "Get-A D"]),
            ("Get-A 'it''s -C' -D \"a `\" -E\"", vec!["Get-A", "Get-A D"]),
            ("Get-A \u{2018}x -C\u{2019} -B", vec!["Get-A", "Get-A B"]),
            (
                "Get-A -B @{remove='Get-X -Y'} -D",
                vec!["Get-A", "Get-A B", "Get-A D"],
            ),
            (
                "Get-A | Where-Object { $_.X -eq 'y' } | Set-B -C",
                vec!["Get-A", "Set-B", "Set-B C", "Where-Object"],
            ),
            (
                "Get-A -B (Get-C -D) -E",
                vec!["Get-A", "Get-A B", "Get-A E", "Get-C", "Get-C D"],
            ),
            (
                "$x = Get-A -B\nif ($x -eq 1) { Set-C -D }",
                vec!["Get-A", "Get-A B", "Set-C", "Set-C D"],
            ),
            (
                "Get-A -B x,\n    y |\n    Set-C -D",
                vec!["Get-A", "Get-A B", "Set-C", "Set-C D"],
            ),
            ("Get-A `\n -B", vec!["Get-A", "Get-A B"]),
            ("Get-A  # then Set-B -C", vec!["Get-A", "Set-B", "Set-B C"]),
            (
                "function Get-Mine { Get-A -B }\nGet-Mine -C",
                vec!["Get-A", "Get-A B"],
            ),
            ("Get-A -Confirm:$false", vec!["Get-A", "Get-A Confirm"]),
            ("Get-Help Get-A -B", vec!["Get-Help", "Get-Help B"]),
        ] {
            assert_eq!(pairs(text, Text::Code), expected, "{text}");
        }
    }

    #[test]
    fn prose_names_commands_anywhere() {
        for (text, expected) in [
            (
                "It isn't there: run Get-A -B, then Set-C.",
                vec!["Get-A", "Get-A B", "Set-C"],
            ),
            ("who's (Get-A -B)'s", vec!["Get-A", "Get-A B"]),
            ("`Get-Mg{kind} -All`, up-to-date, X-Y", vec![]),
        ] {
            assert_eq!(pairs(text, Text::Prose), expected, "{text}");
        }
    }

    #[test]
    fn the_shell_is_the_one_that_the_comment_names() {
        let found = uses(
            "Get-A -B | Set-C  # Exchange Online PowerShell, for x",
            Text::Code,
        );
        assert!(
            found
                .iter()
                .all(|used| used.shell == Some("Exchange Online PowerShell"))
        );
    }
}
