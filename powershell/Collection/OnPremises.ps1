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
