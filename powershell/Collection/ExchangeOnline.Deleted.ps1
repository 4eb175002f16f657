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
