//! One step that an admin takes: a command for one shell, what to know of it, and the line that it is shown as.
//!
//! Text for an admin to read; nothing here runs anything. Every line parses as one PowerShell command or one comment,
//! whatever the names in it hold: values are quoted by [`quote`], and what cannot be quoted gets no line.

/// A value in single quotes, with each of the five characters that PowerShell takes for one doubled.
///
/// `None` for a value with control characters or line ends, for which there is no safe command line, and for one with
/// U+FFFD: it was read in the wrong encoding, and is not the value that the directory holds.
#[must_use]
pub fn quote(value: &str) -> Option<String> {
    if !is_safe(value) {
        return None;
    }
    let mut quoted = String::with_capacity(value.len() + 2);
    quoted.push('\'');
    for c in value.chars() {
        if matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}') {
            quoted.push(c);
        }
        quoted.push(c);
    }
    quoted.push('\'');
    Some(quoted)
}

/// Whether `value` may stand in a line.
fn is_safe(value: &str) -> bool {
    let unsafe_here = |c: char| {
        c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | char::REPLACEMENT_CHARACTER)
    };
    !value.chars().any(unsafe_here)
}

/// `template` with each `{}` replaced by the next of `values`, quoted; `None` where one cannot be.
#[must_use]
pub fn command(template: &str, values: &[&str]) -> Option<String> {
    let mut line = String::new();
    let mut parts = template.split("{}");
    line.push_str(parts.next().unwrap_or(""));
    for (part, value) in parts.zip(values) {
        line.push_str(&quote(value)?);
        line.push_str(part);
    }
    Some(line)
}

pub(crate) const IRREVERSIBLE: &str = "  # irreversible";

macro_rules! sync_command {
    () => {
        "Start-ADSyncSyncCycle -PolicyType Delta"
    };
}

macro_rules! sync_place {
    () => {
        "on the Microsoft Entra Connect server; Cloud Sync has none: it syncs by itself"
    };
}

/// The line of a delta sync, with where to run it.
pub(crate) const DELTA_SYNC: &str = concat!(sync_command!(), "  # ", sync_place!());

/// Where a command runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shell {
    /// Exchange Online PowerShell.
    ExchangeOnline,
    /// The Exchange Management Shell of a server.
    ExchangeOnPremises,
    /// The module of Active Directory.
    ActiveDirectory,
    /// Microsoft Graph PowerShell, and Microsoft Entra PowerShell, which is built on it.
    Graph,
    /// The server of Microsoft Entra Connect.
    EntraConnect,
}

/// Cmdlets that only one of Exchange's two shells has.
const IN_ONE_SHELL: &[&str] = &["Set-UnifiedGroup", "Set-RemoteMailbox"];

impl Shell {
    /// What a line with `command` has to say of where it runs: nothing, where only one place knows the command.
    fn place(self, command: &str) -> Option<&'static str> {
        let cmdlet = command.split(' ').next().unwrap_or("");
        match self {
            Self::EntraConnect => Some(sync_place!()),
            _ if IN_ONE_SHELL.contains(&cmdlet) => None,
            Self::ExchangeOnline => Some("Exchange Online PowerShell"),
            Self::ExchangeOnPremises => Some("Exchange Management Shell"),
            Self::ActiveDirectory | Self::Graph => None,
        }
    }
}

/// A step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Where it is taken.
    pub shell: Shell,
    /// The command, with its values; empty where there is none and the note says what to do.
    pub command: String,
    /// Nothing brings back what it takes.
    pub irreversible: bool,
    /// Whom it is for, where the command does not name him.
    pub whom: Option<String>,
    /// When it is to be taken, where the data does not say.
    pub condition: &'static str,
    /// What to know before.
    pub note: &'static str,
}

impl Step {
    /// A step of `shell`; `None` where a value cannot be quoted.
    #[must_use]
    pub fn new(shell: Shell, template: &str, values: &[&str]) -> Option<Self> {
        Some(Self {
            shell,
            command: command(template, values)?,
            irreversible: false,
            whom: None,
            condition: "",
            note: "",
        })
    }

    /// A delta sync.
    #[must_use]
    pub fn sync() -> Self {
        Self {
            shell: Shell::EntraConnect,
            command: sync_command!().to_owned(),
            irreversible: false,
            whom: None,
            condition: "",
            note: "",
        }
    }

    /// No command: `note` says what there is to do.
    #[must_use]
    pub fn manual(shell: Shell, note: &'static str) -> Self {
        Self {
            shell,
            command: String::new(),
            irreversible: false,
            whom: None,
            condition: "",
            note,
        }
    }

    /// For the object called `name`: said, where `identity`, by which the command knows it, does not show it.
    #[must_use]
    pub fn for_whom(mut self, name: &str, identity: &str) -> Self {
        let say = !identity.contains(name) && is_safe(name);
        self.whom = say.then(|| name.to_owned());
        self
    }

    /// To be taken under a condition; none where it is empty.
    #[must_use]
    pub fn when(mut self, condition: &'static str) -> Self {
        self.condition = condition;
        self
    }

    /// With something to know.
    #[must_use]
    pub fn note(mut self, note: &'static str) -> Self {
        self.note = note;
        self
    }

    /// It cannot be taken back.
    #[must_use]
    pub fn irreversible(mut self) -> Self {
        self.irreversible = true;
        self
    }

    /// As a line.
    #[must_use]
    pub fn line(&self) -> String {
        if self.command.is_empty() {
            let whom = self.whom.as_ref();
            return whom.map_or_else(
                || format!("# {}", self.note),
                |name| format!("# For {name}: {}", self.note),
            );
        }
        let whom = self.whom.as_ref().map(|name| format!("for {name}"));
        let place = [self.shell.place(&self.command), whom.as_deref()]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(", ");
        let said: Vec<&str> = [
            if self.irreversible {
                "irreversible"
            } else {
                ""
            },
            self.condition,
            &place,
            self.note,
        ]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
        if said.is_empty() {
            self.command.clone()
        } else {
            format!("{}  # {}", self.command, said.join("; "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_five_quotes_are_doubled_and_control_characters_refused() {
        assert_eq!(
            quote("O'Brien \u{2018}\u{2019}\u{201a}\u{201b}").unwrap(),
            "'O''Brien \u{2018}\u{2018}\u{2019}\u{2019}\u{201a}\u{201a}\u{201b}\u{201b}'"
        );
        assert_eq!(quote("$(x) `n ; # |").unwrap(), "'$(x) `n ; # |'");
        for hostile in [
            "a\nb",
            "a\rb",
            "a\u{0}b",
            "a\u{85}b",
            "a\u{2028}b",
            "a\u{7f}b",
            "J\u{fffd}rg",
        ] {
            assert_eq!(quote(hostile), None, "{hostile:?}");
        }
    }

    #[test]
    fn a_line_says_where_and_for_whom_only_what_the_command_does_not() {
        let line = |shell, template| {
            let step = Step::new(shell, template, &["Lose"]).unwrap();
            step.for_whom("Lose", "Lose").line()
        };
        assert_eq!(
            line(Shell::ExchangeOnline, "Set-Mailbox -Identity {}"),
            "Set-Mailbox -Identity 'Lose'  # Exchange Online PowerShell"
        );
        assert_eq!(
            line(Shell::ExchangeOnline, "Set-UnifiedGroup -Identity {}"),
            "Set-UnifiedGroup -Identity 'Lose'"
        );
        let step = Step::new(Shell::Graph, "Remove-MgUser -UserId {}", &["1"]).unwrap();
        let step = step
            .for_whom("Lose", "1")
            .when("if so")
            .note("know")
            .irreversible();
        assert_eq!(
            step.line(),
            "Remove-MgUser -UserId '1'  # irreversible; if so; for Lose; know"
        );
        // A name that is no text for a line is left out: the line stays one line.
        let step = Step::new(Shell::Graph, "Remove-MgUser -UserId {}", &["1"]).unwrap();
        assert_eq!(
            step.for_whom("Lo\nse", "1").line(),
            "Remove-MgUser -UserId '1'"
        );
        assert_eq!(Step::sync().line(), DELTA_SYNC);
        assert_eq!(Step::manual(Shell::Graph, "ask").line(), "# ask");
    }
}
