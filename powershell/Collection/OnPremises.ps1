#
# On premises: Active Directory
#
# Needs the module ActiveDirectory, and an account that may read every domain of the forest.
# Run it once for each forest, with a folder for each.

if (Get-Command -Name Get-ADForest -ErrorAction SilentlyContinue) {

    # Every object of every domain that has an address or a sign-in name: users, groups, contacts, public folders, system
    # mailboxes. With what Get-ProxyCalculation and Test-MailboxProvisioning -OnPremisesUser read of a user.
    Save-Collected -File recipients-ad-objects.xml -Kind ActiveDirectory -Command {
        # Get-ADObject refuses attributes that the schema does not have, such as those of Exchange or Skype for Business
        # where they were never installed. So the schema says which of them exist.
        $schema = Get-ADObject -SearchBase (Get-ADRootDSE).schemaNamingContext -LDAPFilter '(objectClass=attributeSchema)' -Properties lDAPDisplayName |
            Select-Object -ExpandProperty lDAPDisplayName
        $attribute = $property.ActiveDirectory | Where-Object -FilterScript { $schema -contains $_ }
        $filter = '(|(proxyAddresses=*)(mail=*)(mailNickname=*)(targetAddress=*)(legacyExchangeDN=*)(msRTCSIP-PrimaryUserAddress=*)(&(objectCategory=person)(userPrincipalName=*)))'
        (Get-ADForest).Domains |
            ForEach-Object -Process {
                Get-ADObject -Server $_ -LDAPFilter $filter -Properties $attribute -ResultSetSize $null -ResultPageSize 1000
            }
    }
} else {
    Write-Warning -Message 'Active Directory: nothing collected. The module ActiveDirectory is not installed.'
}

#
# On premises: Exchange
#
# Needs the Exchange Management Shell. -IgnoreDefaultScope makes it look at the whole forest.

if ((Get-Command -Name Get-RemoteMailbox -ErrorAction SilentlyContinue) -and
    -not (Get-Command -Name Get-UnifiedGroup -ErrorAction SilentlyContinue)) {

    # Every recipient that Exchange lists.
    Save-Collected -File recipients-exchange-all.xml -Kind OnPremisesRecipient -Command {
        Get-Recipient -IgnoreDefaultScope -ResultSize Unlimited
    }

    # Mailboxes.
    Save-Collected -File recipients-exchange-mailboxes.xml -Kind OnPremisesMailbox -Command {
        Get-Mailbox -IgnoreDefaultScope -ResultSize Unlimited
    }

    # Remote mailboxes: the on-premises side of the mailboxes in Exchange Online.
    Save-Collected -File recipients-exchange-remote-mailboxes.xml -Kind OnPremisesMailbox -Command {
        Get-RemoteMailbox -IgnoreDefaultScope -ResultSize Unlimited
    }

    # Mail users.
    Save-Collected -File recipients-exchange-mail-users.xml -Kind OnPremisesMailUser -Command {
        Get-MailUser -IgnoreDefaultScope -ResultSize Unlimited
    }

    # Mail contacts.
    Save-Collected -File recipients-exchange-contacts.xml -Kind OnPremisesContact -Command {
        Get-MailContact -IgnoreDefaultScope -ResultSize Unlimited
    }

    # Distribution groups, mail-enabled security groups, and room lists.
    Save-Collected -File recipients-exchange-distribution-groups.xml -Kind OnPremisesGroup -Command {
        Get-DistributionGroup -IgnoreDefaultScope -ResultSize Unlimited
    }

    # Dynamic distribution groups.
    Save-Collected -File recipients-exchange-dynamic-groups.xml -Kind OnPremisesGroup -Command {
        Get-DynamicDistributionGroup -IgnoreDefaultScope -ResultSize Unlimited
    }

    # Mail-enabled public folders.
    Save-Collected -File recipients-exchange-public-folders.xml -Kind OnPremisesGroup -Command {
        Get-MailPublicFolder -IgnoreDefaultScope -ResultSize Unlimited
    }

    # System mailboxes: Get-Mailbox returns each kind only with its own switch, and some of the switches exist only in
    # newer versions of Exchange.
    $systemMailbox = [ordered] @{
        Arbitration             = 'recipients-exchange-arbitration-mailboxes.xml'
        AuditLog                = 'recipients-exchange-audit-log-mailboxes.xml'
        AuxAuditLog             = 'recipients-exchange-aux-audit-log-mailboxes.xml'
        Migration               = 'recipients-exchange-migration-mailboxes.xml'
        Monitoring              = 'recipients-exchange-monitoring-mailboxes.xml'
        PublicFolder            = 'recipients-exchange-public-folder-mailboxes.xml'
        SupervisoryReviewPolicy = 'recipients-exchange-supervisory-mailboxes.xml'
    }
    foreach ($name in $systemMailbox.Keys) {
        if (-not (Get-Command -Name Get-Mailbox).Parameters.ContainsKey($name)) { continue }
        $only = @{ $name = $true }
        Save-Collected -File $systemMailbox[$name] -Kind OnPremisesMailbox -Command {
            Get-Mailbox @only -IgnoreDefaultScope -ResultSize Unlimited
        }
    }
} else {
    Write-Warning -Message 'On-premises Exchange: nothing collected. Use the Exchange Management Shell, in a session without Exchange Online.'
}
