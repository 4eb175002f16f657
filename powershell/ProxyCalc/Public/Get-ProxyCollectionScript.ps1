function Get-ProxyCollectionScript {
    <#
    .SYNOPSIS
        Gives the read-only script that collects everything the other ProxyCalc commands want to see.

    .DESCRIPTION
        A scan can only find a holder that is in the data. The default output of the Microsoft cmdlets leaves much out:
        Get-EXORecipient does not say which objects are synchronised and leaves the deleted ones out, Get-MgUser returns no
        proxy addresses unless they are asked for, and most cmdlets stop after the first 1,000 or 100 objects.

        Get-ProxyCollectionScript returns one text: a script with the commands, properties and switches that give
        complete data, and a comment above each command that says what it gives and what it needs. Read it, save it, and
        run it where the Microsoft modules are connected. It runs in Windows PowerShell 5.1 and in PowerShell 7.

        The script only reads. It does not connect by itself, and a part whose service is not connected is skipped with
        a warning. It writes CLIXML files into the current folder: recipients-*.xml hold the objects to scan, tenant-*.xml
        hold what Get-ProxyCalculation and Test-MailboxProvisioning want to know about the tenant. An existing file of
        the same name is replaced.

        This command needs no module but ProxyCalc, and no connection.

    .PARAMETER Scope
        The parts of the script: ExchangeOnline, Entra, OnPremises. All of them when it is left out. On-premises Exchange
        and Exchange Online share the names of their cmdlets, so run these two parts in separate sessions.

    .PARAMETER IncludeDeleted
        Adds soft-deleted recipients and inactive mailboxes of Exchange Online, and the deleted users and groups of
        Microsoft Entra ID. They can block an address that nobody seems to hold. Nothing is added to OnPremises: a deleted
        object of Active Directory holds no address.

    .INPUTS
        None.

    .OUTPUTS
        System.String

        One text with line breaks, in ASCII, so that it can be saved in any encoding.

    .EXAMPLE
        Get-ProxyCollectionScript | Set-Content -Path .\collect.ps1

        Saves the script for all three parts.

    .EXAMPLE
        Get-ProxyCollectionScript -Scope ExchangeOnline, Entra -IncludeDeleted | Set-Content -Path .\collect.ps1
        .\collect.ps1
        Get-ChildItem -Path .\recipients-*.xml | Test-ProxyConflict

        Collects the data of a tenant without an on-premises directory, deleted objects included, and scans it.

    .EXAMPLE
        Get-ProxyCollectionScript -Scope OnPremises

        Shows the commands for Active Directory and on-premises Exchange.

    .NOTES
        What the parts need:

        ExchangeOnline: ExchangeOnlineManagement 3.0 or later; the role View-Only Recipients is enough, tenant-*.xml also
        want View-Only Configuration.
        Entra: Microsoft.Graph.Users, Microsoft.Graph.Groups and Microsoft.Graph.Identity.DirectoryManagement; for two
        optional files Microsoft.Graph.Devices.ServiceAnnouncement and, on the Microsoft Entra Connect server, ADSyncTools.
        OnPremises: the module ActiveDirectory, the Exchange Management Shell, or both.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Position = 0)]
        [ValidateSet('ExchangeOnline', 'Entra', 'OnPremises')]
        [ValidateNotNullOrEmpty()]
        [string[]]
        $Scope = @('ExchangeOnline', 'Entra', 'OnPremises'),

        [Parameter()]
        [switch]
        $IncludeDeleted
    )

    # The texts are single-quoted here-strings: nothing in them is expanded. They are ASCII, because Set-Content of
    # Windows PowerShell writes ANSI. Property lists are literal lists, so that a test can compare them with what the
    # native reader knows.
    $part = @{}

    $part['Start'] = @'
# Collects the addresses of a tenant for ProxyCalc. Everything here only reads; nothing in the tenant is changed.
# Run it in Windows PowerShell 5.1 or PowerShell 7, in an empty folder, in a session that is already connected.
# Existing files of the same names are replaced. An error concerns one file: that file is then not complete.
#
# The word in brackets above a command is the module or the shell that it needs.
#
# recipients-*.xml   the objects to scan:  Get-ChildItem -Path .\recipients-*.xml | Test-ProxyConflict
# tenant-*.xml       for Get-ProxyCalculation and Test-MailboxProvisioning:  Import-Clixml -Path .\tenant-...xml
'@

    $part['ExchangeOnline'] = @'
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
'@

    $part['ExchangeOnline.Deleted'] = @'
#
# Exchange Online: deleted objects that can still hold an address
#
# Needs the module ExchangeOnlineManagement (3.0 or later) and: Connect-ExchangeOnline

if ((Get-Command -Name Get-UnifiedGroup -ErrorAction SilentlyContinue) -and
    -not (Get-Command -Name Get-RemoteMailbox -ErrorAction SilentlyContinue)) {

    # [Exchange Online] Soft-deleted recipients of all kinds. The switch wants the types to be named, and adds the
    # deleted objects to the live ones: only those in the container of deleted objects are kept.
    Get-EXORecipient -IncludeSoftDeletedRecipients -RecipientTypeDetails EquipmentMailbox, GroupMailbox, GuestMailUser,
        MailUser, RoomMailbox, SchedulingMailbox, SharedMailbox, TeamMailbox,
        UserMailbox -ResultSize Unlimited -Properties Alias, DisplayName, DistinguishedName, EmailAddresses, ExchangeGuid,
        ExchangeObjectId, ExternalDirectoryObjectId, ExternalEmailAddress, Guid, Identity, Name, PrimarySmtpAddress,
        RecipientType, RecipientTypeDetails, WhenSoftDeleted, WindowsLiveID |
        Where-Object -FilterScript { $_.DistinguishedName -like '*,OU=Soft Deleted Objects,*' -or $_.WhenSoftDeleted } |
        Select-Object -Property Identity, Name, DisplayName, Alias, DistinguishedName, RecipientType, RecipientTypeDetails,
            PrimarySmtpAddress, EmailAddresses, ExternalEmailAddress, WindowsLiveID, WhenSoftDeleted, ExternalDirectoryObjectId,
            Guid, ExchangeGuid, ExchangeObjectId |
        Export-Clixml -Path recipients-exo-deleted-all.xml -Depth 1 -Encoding UTF8

    # [Exchange Online] Soft-deleted mailboxes, with the date. The inactive ones come with the next command.
    Get-EXOMailbox -SoftDeletedMailbox -ResultSize Unlimited -PropertySets Minimum, SoftDelete -Properties ExchangeGuid,
        ExchangeObjectId, IsDirSynced, LegacyExchangeDN |
        Where-Object -FilterScript { -not $_.IsInactiveMailbox } |
        Select-Object -Property Identity, Name, DisplayName, Alias, DistinguishedName, RecipientType, RecipientTypeDetails,
            PrimarySmtpAddress, EmailAddresses, UserPrincipalName, LegacyExchangeDN, IsDirSynced, IsSoftDeletedByDisable,
            IsSoftDeletedByRemove, IsInactiveMailbox, WhenSoftDeleted, ExternalDirectoryObjectId, Guid, ExchangeGuid,
            ExchangeObjectId |
        Export-Clixml -Path recipients-exo-deleted-mailboxes.xml -Depth 1 -Encoding UTF8

    # [Exchange Online] Inactive mailboxes: deleted, and kept by a hold.
    Get-EXOMailbox -InactiveMailboxOnly -ResultSize Unlimited -PropertySets Minimum, SoftDelete -Properties ExchangeGuid,
        ExchangeObjectId, IsDirSynced, LegacyExchangeDN |
        Select-Object -Property Identity, Name, DisplayName, Alias, DistinguishedName, RecipientType, RecipientTypeDetails,
            PrimarySmtpAddress, EmailAddresses, UserPrincipalName, LegacyExchangeDN, IsDirSynced, IsSoftDeletedByDisable,
            IsSoftDeletedByRemove, IsInactiveMailbox, WhenSoftDeleted, ExternalDirectoryObjectId, Guid, ExchangeGuid,
            ExchangeObjectId |
        Export-Clixml -Path recipients-exo-inactive-mailboxes.xml -Depth 1 -Encoding UTF8

    # [Exchange Online] Soft-deleted public folder mailboxes.
    Get-Mailbox -PublicFolder -SoftDeletedMailbox -ResultSize Unlimited |
        Select-Object -Property Identity, Name, DisplayName, Alias, DistinguishedName, RecipientType, RecipientTypeDetails,
            PrimarySmtpAddress, WindowsEmailAddress, EmailAddresses, UserPrincipalName, LegacyExchangeDN,
            IsSoftDeletedByDisable, IsSoftDeletedByRemove, IsInactiveMailbox, WhenSoftDeleted, ExternalDirectoryObjectId, Guid,
            ExchangeGuid, ExchangeObjectId |
        Export-Clixml -Path recipients-exo-deleted-public-folder-mailboxes.xml -Depth 1 -Encoding UTF8

    # [Exchange Online] Soft-deleted mail users and guests.
    Get-MailUser -SoftDeletedMailUser -ResultSize Unlimited |
        Where-Object -FilterScript { $_.DistinguishedName -like '*,OU=Soft Deleted Objects,*' -or $_.WhenSoftDeleted } |
        Select-Object -Property Identity, Name, DisplayName, Alias, DistinguishedName, RecipientType, RecipientTypeDetails,
            PrimarySmtpAddress, WindowsEmailAddress, EmailAddresses, ExternalEmailAddress, UserPrincipalName, LegacyExchangeDN,
            IsDirSynced, IsSoftDeletedByDisable, IsSoftDeletedByRemove, WhenSoftDeleted, ExternalDirectoryObjectId, Guid,
            ExchangeGuid, ExchangeObjectId |
        Export-Clixml -Path recipients-exo-deleted-mail-users.xml -Depth 1 -Encoding UTF8

    # [Exchange Online] Soft-deleted Microsoft 365 groups. The switch adds them to the live ones.
    Get-UnifiedGroup -IncludeSoftDeletedGroups -ResultSize Unlimited |
        Where-Object -FilterScript { $_.DistinguishedName -like '*,OU=Soft Deleted Objects,*' -or $_.WhenSoftDeleted } |
        Select-Object -Property Identity, Name, DisplayName, Alias, DistinguishedName, RecipientType, RecipientTypeDetails,
            PrimarySmtpAddress, EmailAddresses, LegacyExchangeDN, IsDirSynced, WhenSoftDeleted, ExternalDirectoryObjectId, Guid,
            ExchangeGuid, ExchangeObjectId |
        Export-Clixml -Path recipients-exo-deleted-m365-groups.xml -Depth 1 -Encoding UTF8
} else {
    Write-Warning -Message 'Exchange Online, deleted objects: nothing collected. Connect-ExchangeOnline first.'
}
'@

    $part['Entra'] = @'
#
# Microsoft Entra ID
#
# Needs the modules Microsoft.Graph.Users, Microsoft.Graph.Groups and Microsoft.Graph.Identity.DirectoryManagement, and:
# Connect-MgGraph -Scopes User.Read.All, Group.Read.All, OrgContact.Read.All, Domain.Read.All, ServiceHealth.Read.All

if ((Get-Command -Name Get-MgContext -ErrorAction SilentlyContinue) -and (Get-MgContext)) {

    # [Microsoft.Graph.Users] Users and guests, with the ids that join them with Exchange and Active Directory, the
    # errors of synchronisation and provisioning, and the Exchange plans of their licences. SignInActivity is left out:
    # it wants AuditLog.Read.All and Microsoft Entra ID P1. Test-MailboxProvisioning says for whom to fetch it.
    Get-MgUser -All -PageSize 999 -Property Id, DisplayName, UserPrincipalName, UserType, Mail, MailNickname, ProxyAddresses,
        ImAddresses, CreatedDateTime, UsageLocation, OnPremisesSyncEnabled, OnPremisesImmutableId, OnPremisesSecurityIdentifier,
        OnPremisesDistinguishedName, OnPremisesUserPrincipalName, OnPremisesSamAccountName, OnPremisesProvisioningErrors,
        ServiceProvisioningErrors, AssignedLicenses, LicenseAssignmentStates, AssignedPlans, ProvisionedPlans |
        Select-Object -Property @{ Name = '@odata.type'; Expression = { '#microsoft.graph.user' } }, Id, DisplayName,
            UserPrincipalName, UserType, Mail, MailNickname, ProxyAddresses, ImAddresses, CreatedDateTime, UsageLocation,
            OnPremisesSyncEnabled, OnPremisesImmutableId, OnPremisesSecurityIdentifier, OnPremisesDistinguishedName,
            OnPremisesUserPrincipalName, OnPremisesSamAccountName, OnPremisesProvisioningErrors, ServiceProvisioningErrors,
            AssignedLicenses, LicenseAssignmentStates,
            @{ Name = 'AssignedPlans'; Expression = { , @($_.AssignedPlans | Where-Object -Property Service -EQ exchange) } },
            @{ Name = 'ProvisionedPlans'; Expression = { , @($_.ProvisionedPlans | Where-Object -Property Service -EQ exchange) } } |
        Export-Clixml -Path recipients-entra-users.xml -Depth 3 -Encoding UTF8

    # [Microsoft.Graph.Groups] Groups that have an address.
    Get-MgGroup -All -PageSize 999 -Property Id, DisplayName, Mail, MailNickname, ProxyAddresses, GroupTypes, MailEnabled,
        SecurityEnabled, OnPremisesSyncEnabled, OnPremisesSecurityIdentifier, OnPremisesProvisioningErrors,
        ServiceProvisioningErrors |
        Where-Object -FilterScript { $_.ProxyAddresses -or $_.Mail } |
        Select-Object -Property @{ Name = '@odata.type'; Expression = { '#microsoft.graph.group' } }, Id, DisplayName, Mail,
            MailNickname, ProxyAddresses, GroupTypes, MailEnabled, SecurityEnabled, OnPremisesSyncEnabled,
            OnPremisesSecurityIdentifier, OnPremisesProvisioningErrors, ServiceProvisioningErrors |
        Export-Clixml -Path recipients-entra-groups.xml -Depth 3 -Encoding UTF8

    # [Microsoft.Graph.Identity.DirectoryManagement] Contacts.
    Get-MgContact -All -PageSize 999 -Property Id, DisplayName, Mail, MailNickname, ProxyAddresses, OnPremisesSyncEnabled,
        OnPremisesProvisioningErrors, ServiceProvisioningErrors |
        Select-Object -Property @{ Name = '@odata.type'; Expression = { '#microsoft.graph.orgContact' } }, Id, DisplayName,
            Mail, MailNickname, ProxyAddresses, OnPremisesSyncEnabled, OnPremisesProvisioningErrors, ServiceProvisioningErrors |
        Export-Clixml -Path recipients-entra-contacts.xml -Depth 3 -Encoding UTF8

    # [Microsoft.Graph.Identity.DirectoryManagement] The verified domains: -InitialDomain and -VerifiedDomain of
    # Get-ProxyCalculation.
    Get-MgDomain -All |
        Select-Object -Property Id, IsInitial, IsVerified |
        Export-Clixml -Path tenant-entra-domains.xml -Depth 1 -Encoding UTF8

    # Skipped where this module is not installed.
    if (Get-Command -Name Get-MgServiceAnnouncementIssue -ErrorAction SilentlyContinue) {
        # [Microsoft.Graph.Devices.ServiceAnnouncement] Open incidents of Exchange Online: Test-MailboxProvisioning
        # -ServiceHealth.
        Get-MgServiceAnnouncementIssue -All |
            Where-Object -FilterScript { $_.Service -eq 'Exchange Online' -and -not $_.IsResolved } |
            Select-Object -Property Id, Title, Service, Status, Classification, Feature, StartDateTime, EndDateTime, IsResolved,
                ImpactDescription |
            Export-Clixml -Path tenant-entra-service-issues.xml -Depth 1 -Encoding UTF8
    }
} else {
    Write-Warning -Message 'Microsoft Entra ID: nothing collected. Connect-MgGraph first.'
}

# Only on the Microsoft Entra Connect server, where ADSyncTools is at home, after
# Import-Module 'C:\Program Files\Microsoft Azure Active Directory Connect\Tools\AdSyncTools.psm1'
# Skipped where ADSyncTools is not loaded.
if (Get-Command -Name Get-ADSyncToolsAadObject -ErrorAction SilentlyContinue) {
    # [ADSyncTools] Mail-enabled public folders as Microsoft Entra ID has them; Microsoft Graph does not show them. It
    # asks for a Global Administrator without multifactor authentication.
    Get-ADSyncToolsAadObject -SyncObjectType PublicFolder -Credential (Get-Credential -Message 'Global Administrator') |
        Export-Clixml -Path recipients-entra-public-folders.xml -Depth 2 -Encoding UTF8
}
'@

    $part['Entra.Deleted'] = @'
#
# Microsoft Entra ID: deleted users and groups
#
# Needs the module Microsoft.Graph.Identity.DirectoryManagement, and: Connect-MgGraph -Scopes User.Read.All, Group.Read.All

if ((Get-Command -Name Get-MgContext -ErrorAction SilentlyContinue) -and (Get-MgContext)) {

    # [Microsoft.Graph.Identity.DirectoryManagement] Users deleted in the last 30 days; they keep their addresses for a
    # restore.
    Get-MgDirectoryDeletedItemAsUser -All -PageSize 999 -Property Id, DisplayName, UserPrincipalName, UserType, Mail,
        MailNickname, ProxyAddresses, CreatedDateTime, DeletedDateTime, OnPremisesSyncEnabled, OnPremisesImmutableId,
        OnPremisesSecurityIdentifier, OnPremisesDistinguishedName, OnPremisesUserPrincipalName |
        Select-Object -Property @{ Name = '@odata.type'; Expression = { '#microsoft.graph.user' } },
            @{ Name = 'IsDeleted'; Expression = { $true } }, Id, DisplayName, UserPrincipalName, UserType, Mail, MailNickname,
            ProxyAddresses, CreatedDateTime, DeletedDateTime, OnPremisesSyncEnabled, OnPremisesImmutableId,
            OnPremisesSecurityIdentifier, OnPremisesDistinguishedName, OnPremisesUserPrincipalName |
        Export-Clixml -Path recipients-entra-deleted-users.xml -Depth 1 -Encoding UTF8

    # [Microsoft.Graph.Identity.DirectoryManagement] Microsoft 365 groups deleted in the last 30 days. Other groups, and
    # contacts, are deleted at once.
    Get-MgDirectoryDeletedItemAsGroup -All -PageSize 999 -Property Id, DisplayName, Mail, MailNickname, ProxyAddresses,
        GroupTypes, MailEnabled, SecurityEnabled, DeletedDateTime, OnPremisesSyncEnabled, OnPremisesSecurityIdentifier |
        Select-Object -Property @{ Name = '@odata.type'; Expression = { '#microsoft.graph.group' } },
            @{ Name = 'IsDeleted'; Expression = { $true } }, Id, DisplayName, Mail, MailNickname, ProxyAddresses, GroupTypes,
            MailEnabled, SecurityEnabled, DeletedDateTime, OnPremisesSyncEnabled, OnPremisesSecurityIdentifier |
        Export-Clixml -Path recipients-entra-deleted-groups.xml -Depth 1 -Encoding UTF8
} else {
    Write-Warning -Message 'Microsoft Entra ID, deleted objects: nothing collected. Connect-MgGraph first.'
}
'@

    $part['OnPremises'] = @'
#
# On premises: Active Directory
#
# Needs the module ActiveDirectory and an account that may read every domain of the forest.
# Run it once for each forest, in a folder of its own.

if (Get-Command -Name Get-ADForest -ErrorAction SilentlyContinue) {

    # [Active Directory] Get-ADObject refuses attributes that the schema does not have, such as those of Exchange or
    # Skype for Business where these never were. So the schema says which of them exist.
    $schemaPath = (Get-ADRootDSE).schemaNamingContext
    $schema = Get-ADObject -SearchBase $schemaPath -LDAPFilter '(objectClass=attributeSchema)' -Properties lDAPDisplayName |
        Select-Object -ExpandProperty lDAPDisplayName
    $attribute = 'displayName', 'userPrincipalName', 'mail', 'mailNickname', 'proxyAddresses', 'targetAddress',
        'legacyExchangeDN', 'msRTCSIP-PrimaryUserAddress', 'objectSid', 'mS-DS-ConsistencyGuid',
        'msDS-ExternalDirectoryObjectId', 'msExchMailboxGuid', 'msExchMasterAccountSid', 'msExchRecipientTypeDetails',
        'msExchRemoteRecipientType', 'msExchHomeServerName', 'homeMDB' |
        Where-Object -FilterScript { $schema -contains $_ }

    # [Active Directory] Every object of every domain that has an address or a sign-in name: users, groups, contacts,
    # public folders, system mailboxes. With what Get-ProxyCalculation and Test-MailboxProvisioning -OnPremisesUser read
    # of a user.
    $filter = '(|(proxyAddresses=*)(mail=*)(mailNickname=*)(targetAddress=*)(legacyExchangeDN=*)' +
        '(msRTCSIP-PrimaryUserAddress=*)(&(objectCategory=person)(userPrincipalName=*)))'
    (Get-ADForest).Domains |
        ForEach-Object -Process {
            Get-ADObject -Server $_ -LDAPFilter $filter -Properties $attribute -ResultSetSize $null -ResultPageSize 1000
        } |
        Select-Object -Property DistinguishedName, Name, ObjectClass, ObjectGUID, displayName, userPrincipalName, mail,
            mailNickname, proxyAddresses, targetAddress, legacyExchangeDN, msRTCSIP-PrimaryUserAddress, objectSid,
            mS-DS-ConsistencyGuid, msDS-ExternalDirectoryObjectId, msExchMailboxGuid, msExchMasterAccountSid,
            msExchRecipientTypeDetails, msExchRemoteRecipientType, msExchHomeServerName, homeMDB |
        Export-Clixml -Path recipients-ad-objects.xml -Depth 1 -Encoding UTF8
} else {
    Write-Warning -Message 'Active Directory: nothing collected. The module ActiveDirectory is not installed.'
}

#
# On premises: Exchange
#
# Needs the Exchange Management Shell. -IgnoreDefaultScope makes it look at the whole forest.

if ((Get-Command -Name Get-RemoteMailbox -ErrorAction SilentlyContinue) -and
    -not (Get-Command -Name Get-UnifiedGroup -ErrorAction SilentlyContinue)) {

    # [Exchange Management Shell] Every recipient that Exchange lists.
    Get-Recipient -IgnoreDefaultScope -ResultSize Unlimited |
        Select-Object -Property Identity, Name, DisplayName, Alias, DistinguishedName, RecipientType, RecipientTypeDetails,
            PrimarySmtpAddress, EmailAddresses, ExternalEmailAddress, Guid, ExchangeGuid |
        Export-Clixml -Path recipients-exchange-all.xml -Depth 1 -Encoding UTF8

    # [Exchange Management Shell] Mailboxes.
    Get-Mailbox -IgnoreDefaultScope -ResultSize Unlimited |
        Select-Object -Property Identity, Name, DisplayName, Alias, DistinguishedName, RecipientType, RecipientTypeDetails,
            PrimarySmtpAddress, WindowsEmailAddress, EmailAddresses, UserPrincipalName, LegacyExchangeDN, ImmutableId, Guid,
            ExchangeGuid |
        Export-Clixml -Path recipients-exchange-mailboxes.xml -Depth 1 -Encoding UTF8

    # [Exchange Management Shell] Remote mailboxes: the on-premises side of the mailboxes in Exchange Online.
    Get-RemoteMailbox -IgnoreDefaultScope -ResultSize Unlimited |
        Select-Object -Property Identity, Name, DisplayName, Alias, DistinguishedName, RecipientType, RecipientTypeDetails,
            PrimarySmtpAddress, WindowsEmailAddress, EmailAddresses, UserPrincipalName, LegacyExchangeDN, ImmutableId, Guid,
            ExchangeGuid |
        Export-Clixml -Path recipients-exchange-remote-mailboxes.xml -Depth 1 -Encoding UTF8

    # [Exchange Management Shell] Mail users.
    Get-MailUser -IgnoreDefaultScope -ResultSize Unlimited |
        Select-Object -Property Identity, Name, DisplayName, Alias, DistinguishedName, RecipientType, RecipientTypeDetails,
            PrimarySmtpAddress, WindowsEmailAddress, EmailAddresses, ExternalEmailAddress, UserPrincipalName, LegacyExchangeDN,
            ImmutableId, Guid, ExchangeGuid |
        Export-Clixml -Path recipients-exchange-mail-users.xml -Depth 1 -Encoding UTF8

    # [Exchange Management Shell] Mail contacts.
    Get-MailContact -IgnoreDefaultScope -ResultSize Unlimited |
        Select-Object -Property Identity, Name, DisplayName, Alias, DistinguishedName, RecipientType, RecipientTypeDetails,
            PrimarySmtpAddress, WindowsEmailAddress, EmailAddresses, ExternalEmailAddress, LegacyExchangeDN, Guid |
        Export-Clixml -Path recipients-exchange-contacts.xml -Depth 1 -Encoding UTF8

    # [Exchange Management Shell] Distribution groups, mail-enabled security groups and room lists.
    Get-DistributionGroup -IgnoreDefaultScope -ResultSize Unlimited |
        Select-Object -Property Identity, Name, DisplayName, Alias, DistinguishedName, RecipientType, RecipientTypeDetails,
            PrimarySmtpAddress, WindowsEmailAddress, EmailAddresses, LegacyExchangeDN, Guid |
        Export-Clixml -Path recipients-exchange-distribution-groups.xml -Depth 1 -Encoding UTF8

    # [Exchange Management Shell] Dynamic distribution groups.
    Get-DynamicDistributionGroup -IgnoreDefaultScope -ResultSize Unlimited |
        Select-Object -Property Identity, Name, DisplayName, Alias, DistinguishedName, RecipientType, RecipientTypeDetails,
            PrimarySmtpAddress, WindowsEmailAddress, EmailAddresses, LegacyExchangeDN, Guid |
        Export-Clixml -Path recipients-exchange-dynamic-groups.xml -Depth 1 -Encoding UTF8

    # [Exchange Management Shell] Mail-enabled public folders.
    Get-MailPublicFolder -IgnoreDefaultScope -ResultSize Unlimited |
        Select-Object -Property Identity, Name, DisplayName, Alias, DistinguishedName, RecipientType, RecipientTypeDetails,
            PrimarySmtpAddress, WindowsEmailAddress, EmailAddresses, LegacyExchangeDN, Guid |
        Export-Clixml -Path recipients-exchange-public-folders.xml -Depth 1 -Encoding UTF8

    # System mailboxes. Each kind has a switch of its own, some of them only in newer versions of Exchange.
    # [Exchange Management Shell] Arbitration mailboxes.
    Get-Mailbox -Arbitration -IgnoreDefaultScope -ResultSize Unlimited |
        Select-Object -Property Identity, Name, DisplayName, Alias, DistinguishedName, RecipientType, RecipientTypeDetails,
            PrimarySmtpAddress, WindowsEmailAddress, EmailAddresses, UserPrincipalName, LegacyExchangeDN, Guid, ExchangeGuid |
        Export-Clixml -Path recipients-exchange-arbitration-mailboxes.xml -Depth 1 -Encoding UTF8
    if ((Get-Command -Name Get-Mailbox).Parameters.ContainsKey('AuditLog')) {
        # [Exchange Management Shell] Audit log mailboxes.
        Get-Mailbox -AuditLog -IgnoreDefaultScope -ResultSize Unlimited |
            Select-Object -Property Identity, Name, DisplayName, Alias, DistinguishedName, RecipientType, RecipientTypeDetails,
                PrimarySmtpAddress, WindowsEmailAddress, EmailAddresses, UserPrincipalName, LegacyExchangeDN, Guid,
                ExchangeGuid |
            Export-Clixml -Path recipients-exchange-audit-log-mailboxes.xml -Depth 1 -Encoding UTF8
    }
    if ((Get-Command -Name Get-Mailbox).Parameters.ContainsKey('AuxAuditLog')) {
        # [Exchange Management Shell] Auxiliary audit log mailboxes.
        Get-Mailbox -AuxAuditLog -IgnoreDefaultScope -ResultSize Unlimited |
            Select-Object -Property Identity, Name, DisplayName, Alias, DistinguishedName, RecipientType, RecipientTypeDetails,
                PrimarySmtpAddress, WindowsEmailAddress, EmailAddresses, UserPrincipalName, LegacyExchangeDN, Guid,
                ExchangeGuid |
            Export-Clixml -Path recipients-exchange-aux-audit-log-mailboxes.xml -Depth 1 -Encoding UTF8
    }
    if ((Get-Command -Name Get-Mailbox).Parameters.ContainsKey('Migration')) {
        # [Exchange Management Shell] Migration mailboxes.
        Get-Mailbox -Migration -IgnoreDefaultScope -ResultSize Unlimited |
            Select-Object -Property Identity, Name, DisplayName, Alias, DistinguishedName, RecipientType, RecipientTypeDetails,
                PrimarySmtpAddress, WindowsEmailAddress, EmailAddresses, UserPrincipalName, LegacyExchangeDN, Guid,
                ExchangeGuid |
            Export-Clixml -Path recipients-exchange-migration-mailboxes.xml -Depth 1 -Encoding UTF8
    }
    if ((Get-Command -Name Get-Mailbox).Parameters.ContainsKey('Monitoring')) {
        # [Exchange Management Shell] Monitoring mailboxes.
        Get-Mailbox -Monitoring -IgnoreDefaultScope -ResultSize Unlimited |
            Select-Object -Property Identity, Name, DisplayName, Alias, DistinguishedName, RecipientType, RecipientTypeDetails,
                PrimarySmtpAddress, WindowsEmailAddress, EmailAddresses, UserPrincipalName, LegacyExchangeDN, Guid,
                ExchangeGuid |
            Export-Clixml -Path recipients-exchange-monitoring-mailboxes.xml -Depth 1 -Encoding UTF8
    }
    if ((Get-Command -Name Get-Mailbox).Parameters.ContainsKey('PublicFolder')) {
        # [Exchange Management Shell] Public folder mailboxes.
        Get-Mailbox -PublicFolder -IgnoreDefaultScope -ResultSize Unlimited |
            Select-Object -Property Identity, Name, DisplayName, Alias, DistinguishedName, RecipientType, RecipientTypeDetails,
                PrimarySmtpAddress, WindowsEmailAddress, EmailAddresses, UserPrincipalName, LegacyExchangeDN, Guid,
                ExchangeGuid |
            Export-Clixml -Path recipients-exchange-public-folder-mailboxes.xml -Depth 1 -Encoding UTF8
    }
    if ((Get-Command -Name Get-Mailbox).Parameters.ContainsKey('SupervisoryReviewPolicy')) {
        # [Exchange Management Shell] Supervisory review mailboxes.
        Get-Mailbox -SupervisoryReviewPolicy -IgnoreDefaultScope -ResultSize Unlimited |
            Select-Object -Property Identity, Name, DisplayName, Alias, DistinguishedName, RecipientType, RecipientTypeDetails,
                PrimarySmtpAddress, WindowsEmailAddress, EmailAddresses, UserPrincipalName, LegacyExchangeDN, Guid,
                ExchangeGuid |
            Export-Clixml -Path recipients-exchange-supervisory-mailboxes.xml -Depth 1 -Encoding UTF8
    }
} else {
    Write-Warning -Message 'On-premises Exchange: nothing collected. Use the Exchange Management Shell, without Exchange Online.'
}
'@

    $wanted = @('Start')
    foreach ($name in 'ExchangeOnline', 'Entra', 'OnPremises') {
        if ($Scope -notcontains $name) {
            continue
        }
        $wanted += $name
        if ($IncludeDeleted -and $part.ContainsKey("$name.Deleted")) {
            $wanted += "$name.Deleted"
        }
    }

    # A here-string has the line ends of this file; the text gets those of the system.
    $newLine = [System.Environment]::NewLine
    $text = @(foreach ($name in $wanted) { $part[$name] }) -join "`n`n"
    $text -replace '\r?\n', $newLine
}
