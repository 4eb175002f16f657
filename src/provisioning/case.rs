//! One user with everything that is known of it, as the rules see it.

use super::evidence::User;
use super::finding::{Finding, Name, Status, Steps};
use super::holders::Held;
use super::on_premises::OnPremisesUser;
use super::people::Join;
use super::seen::{Recipients, Scanned};
use super::tenant::Tenant;
use crate::calculation::read::domain_of_dn;
use crate::fetch;
use crate::recipient_type::SOFT_DELETED_RECIPIENTS;

/// One user.
#[derive(Debug, Clone, Copy)]
pub struct Case<'c> {
    /// As Graph has it.
    pub user: &'c User,
    /// As Active Directory has it.
    pub on_premises: Option<&'c OnPremisesUser>,
    /// How that one was found.
    pub joined: Option<Join>,
    /// Whether on-premises users were given.
    pub knows_on_premises: bool,
    /// What the recipients say of it.
    pub scanned: &'c Scanned,
    /// What the recipients are good for.
    pub recipients: Recipients,
    /// How many deleted users were given; `None` where nobody looked.
    pub deleted_users: Option<usize>,
    /// Who holds what it needs.
    pub held: &'c Held,
    /// The tenant.
    pub tenant: &'c Tenant,
    /// The findings so far.
    pub above: &'c [Finding],
}

impl Case<'_> {
    /// Whether Entra Connect syncs the user, where known: it says so, its recipient does, or it has a side on premises.
    pub fn synced(&self) -> Option<bool> {
        let shown = self.scanned.synced || self.joined == Some(Join::ById);
        self.user.synced.or(shown.then_some(true))
    }

    /// Fetches the user with all that is read of it.
    pub fn fetch_user(&self) -> Steps {
        Steps::default().run(fetch::USER, &[self.user.name()])
    }

    /// The same with the sign-ins, which want a permission and a license of their own.
    pub fn fetch_sign_ins(&self) -> Steps {
        Steps::default().run(fetch::USER_WITH_SIGN_INS, &[self.user.name()])
    }

    /// Fetches the user's on-premises side.
    pub fn fetch_on_premises(&self) -> Steps {
        self.in_the_directory(Steps::default(), fetch::DIRECTORY_USER)
    }

    /// Adds `template`, a command about the user's object in Active Directory, which is its `-Identity`. The cmdlets search one
    /// domain: where the user's is known, that one is asked.
    pub fn in_the_directory(&self, steps: Steps, template: &str) -> Steps {
        let known = self.on_premises.map(|user| user.name.as_str());
        let names = known
            .into_iter()
            .chain(self.user.on_premises_names.iter().map(String::as_str));
        let name = self.on_premises_name();
        match names
            .filter(|name| name.contains('='))
            .find_map(domain_of_dn)
        {
            Some(domain) => {
                let template = template.replacen("-Identity {}", "-Identity {} -Server {}", 1);
                steps.run(&template, &[name, &domain])
            }
            None => steps.run(template, &[name]),
        }
    }

    /// How the user's on-premises side is named in a command.
    pub fn on_premises_name(&self) -> &str {
        self.on_premises
            .map(|user| user.name.as_str())
            .filter(|name| !name.is_empty())
            .or_else(|| self.user.on_premises_names.first().map(String::as_str))
            .unwrap_or("<sAMAccountName>")
    }

    /// The findings so far with `status`.
    pub fn so_far(&self, status: Status) -> Vec<Name> {
        let with = self.above.iter().filter(|finding| finding.status == status);
        with.map(|finding| finding.name).collect()
    }
}

/// Fetches the recipients, live and soft-deleted.
pub fn fetch_recipients() -> Steps {
    Steps::default()
        .run("Get-EXORecipient -ResultSize Unlimited", &[])
        .run(SOFT_DELETED_RECIPIENTS, &[])
}

/// Fetches the soft-deleted recipients, where it is not known that they are among those read.
pub fn fetch_soft_deleted() -> Steps {
    Steps::default()
        .run(SOFT_DELETED_RECIPIENTS, &[])
        .note("If that shows no soft-deleted recipient at all, say so with -IncludesSoftDeleted.")
}
