//! How an object holds an address.

/// How an object holds an address. The order is that of strength.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Role {
    /// A proxy address with a prefix in capitals.
    Primary,
    /// Any other proxy address.
    Secondary,
    /// The sign-in name.
    UserPrincipalName,
    /// `mail`, or the primary SMTP address as a property of its own.
    Mail,
    /// Among the further addresses of a guest who has no `mail`: the invitation went there.
    OtherMail,
    /// The sign-in name on premises, as the cloud knows it.
    OnPremisesUserPrincipalName,
    /// Where mail is sent on to.
    TargetAddress,
    /// The legacy Exchange distinguished name.
    LegacyExchangeDn,
    /// A SIP address as a property of its own.
    Sip,
    /// Wanted by a plan.
    Planned,
    /// To be added by Entra.
    Predicted,
}

impl Role {
    /// Every role, the strongest first.
    pub const ALL: [Self; 11] = [
        Self::Primary,
        Self::Secondary,
        Self::UserPrincipalName,
        Self::Mail,
        Self::OtherMail,
        Self::OnPremisesUserPrincipalName,
        Self::TargetAddress,
        Self::LegacyExchangeDn,
        Self::Sip,
        Self::Planned,
        Self::Predicted,
    ];

    /// The name in results.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Primary => "Primary",
            Self::Secondary => "Secondary",
            Self::UserPrincipalName => "UserPrincipalName",
            Self::Mail => "Mail",
            Self::OtherMail => "OtherMail",
            Self::OnPremisesUserPrincipalName => "OnPremisesUserPrincipalName",
            Self::TargetAddress => "TargetAddress",
            Self::LegacyExchangeDn => "LegacyExchangeDN",
            Self::Sip => "Sip",
            Self::Planned => "Planned",
            Self::Predicted => "Predicted",
        }
    }
}

/// The roles in which one object holds one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Roles(pub u16);

impl Roles {
    /// One role.
    #[must_use]
    pub fn of(role: Role) -> Self {
        Self(1 << role as u16)
    }

    /// Both.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether `role` is one of them.
    #[must_use]
    pub fn has(self, role: Role) -> bool {
        self.0 & (1 << role as u16) != 0
    }

    /// The strongest.
    #[must_use]
    pub fn strongest(self) -> Role {
        Role::ALL
            .get(self.0.trailing_zeros() as usize)
            .copied()
            .unwrap_or(Role::Predicted)
    }

    /// The object has the value among its proxy addresses, or holds the key as firmly as that: Exchange checks new
    /// addresses against legacy distinguished names, and a SIP attribute becomes a proxy address.
    #[must_use]
    pub fn is_proxy(self) -> bool {
        self.has(Role::Primary)
            || self.has(Role::Secondary)
            || self.has(Role::LegacyExchangeDn)
            || self.has(Role::Sip)
    }

    /// The object does not have the address yet: Entra will add it.
    #[must_use]
    pub fn is_predicted(self) -> bool {
        self == Self::of(Role::Predicted)
    }

    /// Nothing but the address of an invitation: the guest would have it, and has it not.
    #[must_use]
    pub fn is_invitation(self) -> bool {
        self.has(Role::OtherMail) && !self.claims()
    }

    /// The object needs the address for itself: everything but forwarding. A contact's `mail` is where it forwards to.
    #[must_use]
    pub fn claims(self) -> bool {
        let mail = self.has(Role::Mail) && !self.has(Role::TargetAddress);
        self.is_proxy() || self.has(Role::UserPrincipalName) || mail
    }
}
