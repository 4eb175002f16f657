//! What the one who should give an address up would run: which steps, by what it is and where it is managed.
//!
//! Parameters are those of the cmdlets' documentation; `tests/commands.txt` lists them all, with where each was looked up.

use std::borrow::Cow;

use super::editor::Editor;
use super::stand_in::{Others, StandIns};
pub(crate) use super::step::{DELTA_SYNC, IRREVERSIBLE};
use super::step::{Shell, Step};
pub use super::step::{command, quote};
use super::{Kind, Severity};
use crate::address::{Address, AddressType};
use crate::identity::upn_before_deletion;
use crate::object_view::ObjectView;
use crate::recipient::{Role, Roles};
use crate::recipient_type::Class;
use crate::store::CLOUD;

/// What one holder would run to give `value` up.
#[derive(Debug)]
pub struct Request<'v, 's> {
    /// The holder.
    pub holder: &'v ObjectView<'s>,
    /// How it holds the value.
    pub roles: Roles,
    /// The value as read.
    pub value: &'s str,
    /// The name space.
    pub kind: AddressType,
    /// The conflict it is in.
    pub conflict: Kind,
    /// Its severity.
    pub severity: Severity,
    /// Where another primary for it is found.
    pub stand_ins: StandIns<'s>,
}

pub(super) const IF_SYNCED: &str = "if it is synced from on premises";
pub(super) const IF_CLOUD: &str = "if it is managed in the cloud";

pub(super) const REDIRECTS: &str = "its mail goes there from then on";
pub(super) const CHOOSE: &str = "choose one: none of its other addresses can be its primary";

pub(super) const NEW_UPN: &str = "<new UPN>";
pub(super) const NEW_PRIMARY: &str = "<new primary address>";
const NEW_TARGET: &str = "<new external address>";
const NEW_ROUTING: &str = "<new remote routing address>";
const NEW_MAIL: &str = "<other address>";
const NO_GUID: &str = "<GUID>";
const NO_ID: &str = "<object ID>";

const SHOW_TYPE: &str =
    "Get-Recipient -Identity {} | Format-List Name,RecipientTypeDetails,EmailAddresses";

/// Named as Entra ID names a guest who was invited.
fn is_invited(name: &str) -> bool {
    name.to_ascii_lowercase().contains("#ext#")
}

/// Where an object's attributes are managed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Managed {
    Cloud,
    /// Synced, but Exchange's attributes are edited in the cloud. The sign-in name and `mail` are not among them.
    CloudButForIdentity,
    OnPremises,
    NotKnown,
}

/// Collects steps; a value that cannot be quoted drops its own.
pub(super) struct Steps<'n> {
    pub all: Vec<Step>,
    name: Cow<'n, str>,
    pub condition: &'static str,
}

impl Steps<'_> {
    pub fn add(&mut self, shell: Shell, template: &str, values: &[&str]) {
        self.add_with(shell, template, values, |step| step);
    }

    pub fn add_with(
        &mut self,
        shell: Shell,
        template: &str,
        values: &[&str],
        with: impl FnOnce(Step) -> Step,
    ) {
        let step = Step::new(shell, template, values);
        let identity = values.first().copied().unwrap_or("");
        let finish = |step: Step| with(step.for_whom(&self.name, identity).when(self.condition));
        self.all.extend(step.map(finish));
    }

    pub fn note(&mut self, shell: Shell, note: &'static str) {
        let step = Step::manual(shell, note).for_whom(&self.name, "");
        self.all.push(step.when(self.condition));
    }
}

impl Request<'_, '_> {
    /// The steps as lines.
    #[must_use]
    pub fn command_lines(&self) -> Vec<String> {
        self.steps().iter().map(Step::line).collect()
    }

    /// The steps, in the order in which they are taken; none where nothing is to be done or can be.
    #[must_use]
    pub fn steps(&self) -> Vec<Step> {
        let mut steps = Steps {
            all: Vec::new(),
            name: if self.holder.soft_deleted {
                // A live one may have the same name.
                Cow::Owned(format!(
                    "the deleted {}",
                    upn_before_deletion(self.holder.name())
                ))
            } else {
                Cow::Borrowed(self.holder.name())
            },
            condition: "",
        };
        // What would only be half done is not begun.
        if quote(self.value).is_none() {
            return steps.all;
        }
        if self.holder.soft_deleted {
            if self.conflict == Kind::SoftDeleted && self.severity < Severity::Information {
                self.deleted(&mut steps);
            }
        } else if matches!(
            self.conflict,
            Kind::SoftDeleted
                | Kind::PredictedMoera
                | Kind::SipSmtp
                | Kind::MultiplePrimary
                | Kind::SelfDuplicate
        ) || !self.roles.claims()
        {
            // The live one keeps it; Entra ID solves a MOERA by itself; a SIP value is no trouble; who only forwards to an address does not hold it. What is
            // one object's alone nobody should give up: removing one spelling of a value removes the address.
        } else {
            self.live(&mut steps);
        }
        steps.all
    }

    pub(super) fn managed(&self) -> Managed {
        let holder = self.holder;
        match holder.synced {
            _ if holder.directory != CLOUD => Managed::OnPremises,
            Some(false) => Managed::Cloud,
            _ if holder.cloud_managed => Managed::CloudButForIdentity,
            // Who was invited lives in the cloud. A guest under another name can be synced: Entra Connect can write userType.
            None if holder.guest && is_invited(holder.identity) => Managed::Cloud,
            None => Managed::NotKnown,
            Some(true) => Managed::OnPremises,
        }
    }

    fn live(&self, steps: &mut Steps<'_>) {
        if self.holder.license_lost && self.roles.is_proxy() {
            self.give_license(steps);
        }
        match self.managed() {
            Managed::Cloud => self.cloud(steps, false),
            Managed::CloudButForIdentity => self.cloud(steps, true),
            Managed::OnPremises => self.on_premises(steps),
            Managed::NotKnown => {
                steps.condition = IF_CLOUD;
                self.cloud(steps, false);
                steps.condition = IF_SYNCED;
                self.on_premises(steps);
            }
        }
    }

    pub(super) fn bare(&self) -> &str {
        Address::parse(self.value, self.kind).bare
    }

    /// The value with its prefix: what `-EmailAddresses` and `proxyAddresses` hold.
    pub(super) fn prefixed(&self) -> String {
        if self.kind == AddressType::Other || self.bare().len() < self.value.trim_ascii().len() {
            self.value.trim_ascii().to_owned()
        } else {
            format!(
                "{}:{}",
                self.kind.name().to_ascii_lowercase(),
                self.value.trim_ascii()
            )
        }
    }

    /// Whether `text` names the holder and no other: the address in conflict does not.
    pub(super) fn names_it(&self, text: &str) -> bool {
        !text.is_empty() && !text.eq_ignore_ascii_case(self.bare())
    }

    /// For `-Identity` of Exchange Online's commands: names can be ambiguous, so a GUID where there is one.
    fn exchange_identity(&self) -> &str {
        let holder = self.holder;
        let id = holder
            .exchange_guid
            .or(holder.cloud_id)
            .or(holder.exchange_dn);
        let name = Some(holder.identity).filter(|name| self.names_it(name));
        id.or(name).unwrap_or(NO_GUID)
    }

    /// For `-UserId` of Graph's commands: an id or a user principal name, and nothing else.
    pub(super) fn user_id(&self) -> &str {
        let holder = self.holder;
        if let Some(id) = holder.cloud_id {
            return id;
        }
        // Two users never have one user principal name.
        if self.roles.has(Role::UserPrincipalName) {
            return self.bare();
        }
        let name = Some(holder.identity);
        name.filter(|name| self.names_it(name) && name.contains('@'))
            .unwrap_or(NO_ID)
    }

    /// Whether Exchange takes the value for the primary address: by its prefix, or as `mail` where no other primary is known.
    fn is_primary(&self, others: &Others<'_>) -> bool {
        let alone = !self.roles.is_proxy() && !others.has_primary(self.bare());
        self.kind == AddressType::Smtp && (self.roles.has(Role::Primary) || alone)
    }

    fn cloud(&self, steps: &mut Steps<'_>, identity_on_premises: bool) {
        let holder = self.holder;
        if self.roles.has(Role::UserPrincipalName) {
            if identity_on_premises {
                self.user_principal_name_on_premises(steps);
                self.sync(steps);
            } else {
                steps.add(
                    Shell::Graph,
                    "Update-MgUser -UserId {} -UserPrincipalName {}",
                    &[self.user_id(), NEW_UPN],
                );
            }
        }
        if self.roles.has(Role::LegacyExchangeDn) {
            return;
        }
        if !self.roles.is_proxy() {
            if self.roles.has(Role::Mail) {
                self.mail_in_cloud(steps, identity_on_premises);
            }
            return;
        }
        match Editor::online(holder.class) {
            Some(editor) => self.edit(steps, &editor, self.exchange_identity()),
            None if matches!(holder.class, Class::SystemMailbox(_) | Class::RemoteMailbox) => {}
            None => self.show_type(steps),
        }
    }

    fn show_type(&self, steps: &mut Steps<'_>) {
        steps.add_with(
            Shell::ExchangeOnline,
            SHOW_TYPE,
            &[self.exchange_identity()],
            |step| step.note("its type says which Set- command edits it"),
        );
    }

    /// Mail alone: Graph changes that of users only.
    fn mail_in_cloud(&self, steps: &mut Steps<'_>, identity_on_premises: bool) {
        let holder = self.holder;
        if identity_on_premises {
            self.mail_on_premises(steps);
            return self.sync(steps);
        }
        match (holder.class, Editor::online(holder.class)) {
            (Class::User | Class::Guest, _) => {
                let others = self.stand_ins.others(holder);
                let stand_in = self.stand_ins.find(holder, true, &others, self.bare());
                let mail = stand_in.map_or(NEW_MAIL, |address| address.bare());
                steps.add(
                    Shell::Graph,
                    "Update-MgUser -UserId {} -Mail {}",
                    &[self.user_id(), mail],
                );
            }
            (_, Some(editor)) => self.edit(steps, &editor, self.exchange_identity()),
            (Class::Unknown, None) if holder.cloud_id.is_some() => steps.add_with(
                Shell::Graph,
                "Get-MgDirectoryObject -DirectoryObjectId {}",
                &[self.user_id()],
                |step| {
                    step.note(
                        "of a user, change mail with Update-MgUser; groups and contacts are edited in Exchange Online",
                    )
                },
            ),
            (_, None) => self.show_type(steps),
        }
    }

    /// The holder's other addresses, where they matter: a secondary value leaves whatever they are.
    pub(super) fn others(&self) -> Others<'_> {
        if self.roles.is_proxy() && !self.roles.has(Role::Primary) {
            Others::default()
        } else {
            self.stand_ins.others(self.holder)
        }
    }

    /// Takes the value away by a command of Exchange.
    pub(super) fn edit(&self, steps: &mut Steps<'_>, editor: &Editor, identity: &str) {
        let others = self.others();
        let primary = self.is_primary(&others);
        let contact = matches!(self.holder.class, Class::MailContact | Class::Contact);
        if let Some(target) = editor.target
            && self.is_target(primary, &others)
        {
            // It keeps the value until its mail goes elsewhere. A server does not change the primary address with it.
            let on_premises = editor.shell == Shell::ExchangeOnPremises;
            let also_primary = on_premises && primary && contact;
            let (template, values) = if also_primary {
                let template = format!("{} {target} {{}} {} {{}}", editor.command, editor.primary);
                (template, vec![identity, NEW_TARGET, NEW_TARGET])
            } else {
                (
                    format!("{} {target} {{}}", editor.command),
                    vec![identity, self.new_target()],
                )
            };
            steps.add_with(editor.shell, &template, &values, |step| {
                step.note(REDIRECTS)
            });
            if contact && !on_premises {
                steps.add_with(
                    editor.shell,
                    "Remove-MailContact -Identity {} -Confirm",
                    &[identity],
                    |step| {
                        step.irreversible()
                            .note("instead, where nobody needs the contact")
                    },
                );
            }
            // The cmdlets do not keep the old external address. On a server the primary is a matter of its own.
            if !on_premises {
                return;
            }
            if primary && !contact {
                self.promote(steps, editor, identity, &others);
            }
        } else if primary || !self.roles.is_proxy() {
            self.promote(steps, editor, identity, &others);
        }
        let remove = format!("{} -EmailAddresses @{{remove={{}}}}", editor.command);
        // Who had it as the primary keeps it as a secondary one.
        let value = if primary {
            format!("smtp:{}", self.bare())
        } else {
            self.prefixed()
        };
        if primary || self.roles.is_proxy() {
            steps.add(editor.shell, &remove, &[identity, &value]);
        }
    }

    /// Another primary.
    fn promote(&self, steps: &mut Steps<'_>, editor: &Editor, identity: &str, others: &Others<'_>) {
        let in_cloud = editor.shell == Shell::ExchangeOnline;
        let stand_in = self
            .stand_ins
            .find(self.holder, in_cloud, others, self.bare());
        let (new, note) = stand_in.map_or((NEW_PRIMARY, CHOOSE), |address| (address.bare(), ""));
        let template = format!("{} {} {{}}", editor.command, editor.primary);
        steps.add_with(editor.shell, &template, &[identity, new], |step| {
            step.note(note)
        });
    }

    /// Stands for where its mail is to go.
    pub(super) fn new_target(&self) -> &'static str {
        match self.holder.class {
            Class::RemoteMailbox | Class::Mailbox => NEW_ROUTING,
            _ => NEW_TARGET,
        }
    }

    /// Whether the holder's mail goes to the value. A contact's primary is where its mail goes, unless something else is known.
    pub(super) fn is_target(&self, primary: bool, others: &Others<'_>) -> bool {
        let contact = matches!(self.holder.class, Class::MailContact | Class::Contact);
        self.roles.has(Role::TargetAddress) || primary && contact && !others.forwards(self.bare())
    }
}
