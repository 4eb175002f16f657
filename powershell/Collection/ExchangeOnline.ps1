#
# Exchange Online
#
# Needs the module ExchangeOnlineManagement (3.0 or later) and: Connect-ExchangeOnline
# Get-UnifiedGroup exists in Exchange Online only, Get-RemoteMailbox on premises only. The test keeps the two apart.

if ((Get-Command -Name Get-UnifiedGroup -ErrorAction SilentlyContinue) -and
    -not (Get-Command -Name Get-RemoteMailbox -ErrorAction SilentlyContinue)) {

    # [Exchange Online] Every mail-enabled object with its addresses. It never says whether an object is synchronised,
    # and has no legacy DN: the commands below add both.
    Get-EXORecipient -ResultSize Unlimited -Properties Alias, DisplayName, DistinguishedName, EmailAddresses, ExchangeGuid,
        ExchangeObjectId, ExternalDirectoryObjectId, ExternalEmailAddress, Guid, Identity, Name, PrimarySmtpAddress,
        RecipientType, RecipientTypeDetails, WindowsLiveID |
        Select-Object -Property Identity, Name, DisplayName, Alias, DistinguishedName, RecipientType, RecipientTypeDetails,
            PrimarySmtpAddress, EmailAddresses, ExternalEmailAddress, WindowsLiveID, ExternalDirectoryObjectId, Guid,
            ExchangeGuid, ExchangeObjectId |
        Export-Clixml -Path recipients-exo-all.xml -Depth 1 -Encoding UTF8

    # [Exchange Online] User, shared, room, equipment, scheduling and discovery mailboxes, with the source of authority.
    Get-EXOMailbox -ResultSize Unlimited -PropertySets Minimum -Properties ExchangeGuid, ExchangeObjectId, IsDirSynced,
        IsExchangeCloudManaged, LegacyExchangeDN |
        Select-Object -Property Identity, Name, DisplayName, Alias, DistinguishedName, RecipientType, RecipientTypeDetails,
            PrimarySmtpAddress, EmailAddresses, UserPrincipalName, LegacyExchangeDN, IsDirSynced, IsExchangeCloudManaged,
            ExternalDirectoryObjectId, Guid, ExchangeGuid, ExchangeObjectId |
        Export-Clixml -Path recipients-exo-mailboxes.xml -Depth 1 -Encoding UTF8

    # [Exchange Online] Mail users and guests.
    Get-MailUser -ResultSize Unlimited |
        Select-Object -Property Identity, Name, DisplayName, Alias, DistinguishedName, RecipientType, RecipientTypeDetails,
            PrimarySmtpAddress, WindowsEmailAddress, EmailAddresses, ExternalEmailAddress, UserPrincipalName, LegacyExchangeDN,
            IsDirSynced, IsExchangeCloudManaged, ImmutableId, ExternalDirectoryObjectId, Guid, ExchangeGuid, ExchangeObjectId |
        Export-Clixml -Path recipients-exo-mail-users.xml -Depth 1 -Encoding UTF8

    # [Exchange Online] Mail contacts.
    Get-MailContact -ResultSize Unlimited |
        Select-Object -Property Identity, Name, DisplayName, Alias, DistinguishedName, RecipientType, RecipientTypeDetails,
            PrimarySmtpAddress, WindowsEmailAddress, EmailAddresses, ExternalEmailAddress, LegacyExchangeDN, IsDirSynced,
            ExternalDirectoryObjectId, Guid, ExchangeObjectId |
        Export-Clixml -Path recipients-exo-contacts.xml -Depth 1 -Encoding UTF8

    # [Exchange Online] Distribution groups, mail-enabled security groups and room lists.
    Get-DistributionGroup -ResultSize Unlimited |
        Select-Object -Property Identity, Name, DisplayName, Alias, DistinguishedName, RecipientType, RecipientTypeDetails,
            PrimarySmtpAddress, WindowsEmailAddress, EmailAddresses, LegacyExchangeDN, IsDirSynced, ExternalDirectoryObjectId,
            Guid, ExchangeObjectId |
        Export-Clixml -Path recipients-exo-distribution-groups.xml -Depth 1 -Encoding UTF8

    # [Exchange Online] Dynamic distribution groups. Microsoft Entra ID does not know them.
    Get-DynamicDistributionGroup -ResultSize Unlimited |
        Select-Object -Property Identity, Name, DisplayName, Alias, DistinguishedName, RecipientType, RecipientTypeDetails,
            PrimarySmtpAddress, WindowsEmailAddress, EmailAddresses, LegacyExchangeDN, IsDirSynced, ExternalDirectoryObjectId,
            Guid, ExchangeObjectId |
        Export-Clixml -Path recipients-exo-dynamic-groups.xml -Depth 1 -Encoding UTF8

    # [Exchange Online] Microsoft 365 groups.
    Get-UnifiedGroup -ResultSize Unlimited |
        Select-Object -Property Identity, Name, DisplayName, Alias, DistinguishedName, RecipientType, RecipientTypeDetails,
            PrimarySmtpAddress, EmailAddresses, LegacyExchangeDN, IsDirSynced, ExternalDirectoryObjectId, Guid, ExchangeGuid,
            ExchangeObjectId |
        Export-Clixml -Path recipients-exo-m365-groups.xml -Depth 1 -Encoding UTF8

    # [Exchange Online] Mail-enabled public folders, with the id of the on-premises folder each was made from.
    Get-MailPublicFolder -ResultSize Unlimited |
        Select-Object -Property Identity, Name, DisplayName, Alias, DistinguishedName, RecipientType, RecipientTypeDetails,
            PrimarySmtpAddress, WindowsEmailAddress, EmailAddresses, ExternalEmailAddress, LegacyExchangeDN, IsDirSynced,
            OnPremisesObjectId, ExternalDirectoryObjectId, Guid, ExchangeObjectId |
        Export-Clixml -Path recipients-exo-public-folders.xml -Depth 1 -Encoding UTF8

    # [Exchange Online] Public folder mailboxes. Get-EXOMailbox does not list them.
    Get-Mailbox -PublicFolder -ResultSize Unlimited |
        Select-Object -Property Identity, Name, DisplayName, Alias, DistinguishedName, RecipientType, RecipientTypeDetails,
            PrimarySmtpAddress, WindowsEmailAddress, EmailAddresses, UserPrincipalName, LegacyExchangeDN, IsDirSynced,
            ExternalDirectoryObjectId, Guid, ExchangeGuid, ExchangeObjectId |
        Export-Clixml -Path recipients-exo-public-folder-mailboxes.xml -Depth 1 -Encoding UTF8

    # [Exchange Online] Migration mailboxes. No other command lists them.
    Get-Mailbox -Migration -ResultSize Unlimited |
        Select-Object -Property Identity, Name, DisplayName, Alias, DistinguishedName, RecipientType, RecipientTypeDetails,
            PrimarySmtpAddress, WindowsEmailAddress, EmailAddresses, UserPrincipalName, LegacyExchangeDN, IsDirSynced,
            ExternalDirectoryObjectId, Guid, ExchangeGuid, ExchangeObjectId |
        Export-Clixml -Path recipients-exo-migration-mailboxes.xml -Depth 1 -Encoding UTF8

    # Other system mailboxes. These switches are documented for on-premises Exchange; they are used where the service
    # offers them to your role, and left out where it does not.
    if ((Get-Command -Name Get-Mailbox).Parameters.ContainsKey('Arbitration')) {
        # [Exchange Online] Arbitration mailboxes.
        Get-Mailbox -Arbitration -ResultSize Unlimited |
            Select-Object -Property Identity, Name, DisplayName, Alias, DistinguishedName, RecipientType, RecipientTypeDetails,
                PrimarySmtpAddress, WindowsEmailAddress, EmailAddresses, UserPrincipalName, LegacyExchangeDN, IsDirSynced,
                ExternalDirectoryObjectId, Guid, ExchangeGuid, ExchangeObjectId |
            Export-Clixml -Path recipients-exo-arbitration-mailboxes.xml -Depth 1 -Encoding UTF8
    }
    if ((Get-Command -Name Get-Mailbox).Parameters.ContainsKey('AuditLog')) {
        # [Exchange Online] Audit log mailboxes.
        Get-Mailbox -AuditLog -ResultSize Unlimited |
            Select-Object -Property Identity, Name, DisplayName, Alias, DistinguishedName, RecipientType, RecipientTypeDetails,
                PrimarySmtpAddress, WindowsEmailAddress, EmailAddresses, UserPrincipalName, LegacyExchangeDN, IsDirSynced,
                ExternalDirectoryObjectId, Guid, ExchangeGuid, ExchangeObjectId |
            Export-Clixml -Path recipients-exo-audit-log-mailboxes.xml -Depth 1 -Encoding UTF8
    }
    if ((Get-Command -Name Get-Mailbox).Parameters.ContainsKey('AuxAuditLog')) {
        # [Exchange Online] Auxiliary audit log mailboxes.
        Get-Mailbox -AuxAuditLog -ResultSize Unlimited |
            Select-Object -Property Identity, Name, DisplayName, Alias, DistinguishedName, RecipientType, RecipientTypeDetails,
                PrimarySmtpAddress, WindowsEmailAddress, EmailAddresses, UserPrincipalName, LegacyExchangeDN, IsDirSynced,
                ExternalDirectoryObjectId, Guid, ExchangeGuid, ExchangeObjectId |
            Export-Clixml -Path recipients-exo-aux-audit-log-mailboxes.xml -Depth 1 -Encoding UTF8
    }
    if ((Get-Command -Name Get-Mailbox).Parameters.ContainsKey('SupervisoryReviewPolicy')) {
        # [Exchange Online] Supervisory review mailboxes.
        Get-Mailbox -SupervisoryReviewPolicy -ResultSize Unlimited |
            Select-Object -Property Identity, Name, DisplayName, Alias, DistinguishedName, RecipientType, RecipientTypeDetails,
                PrimarySmtpAddress, WindowsEmailAddress, EmailAddresses, UserPrincipalName, LegacyExchangeDN, IsDirSynced,
                ExternalDirectoryObjectId, Guid, ExchangeGuid, ExchangeObjectId |
            Export-Clixml -Path recipients-exo-supervisory-mailboxes.xml -Depth 1 -Encoding UTF8
    }

    # [Exchange Online] Whether the organisation is dehydrated: Test-MailboxProvisioning -OrganizationConfig. Needs
    # View-Only Configuration.
    Get-OrganizationConfig |
        Select-Object -Property Name, IsDehydrated |
        Export-Clixml -Path tenant-exo-organization.xml -Depth 1 -Encoding UTF8

    # [Exchange Online] The accepted domains: -InitialDomain and -VerifiedDomain of Get-ProxyCalculation. Needs
    # View-Only Configuration.
    Get-AcceptedDomain |
        Select-Object -Property DomainName, DomainType, Default, InitialDomain |
        Export-Clixml -Path tenant-exo-accepted-domains.xml -Depth 1 -Encoding UTF8
} else {
    Write-Warning -Message 'Exchange Online: nothing collected. Connect-ExchangeOnline first, without on-premises Exchange.'
}
