#
# Exchange Online
#
# Needs the module ExchangeOnlineManagement (3.0 or later) and the role View-Only Recipients; the tenant-*.xml files
# also need View-Only Configuration. Connect first: Connect-ExchangeOnline

# On-premises Exchange has commands with the same names. Get-UnifiedGroup exists only in Exchange Online,
# Get-RemoteMailbox only on premises.
$online = Get-Command -Name Get-UnifiedGroup -ErrorAction SilentlyContinue
$onPremises = Get-Command -Name Get-RemoteMailbox -ErrorAction SilentlyContinue
$exchangeOnline = $online -and -not $onPremises
if ($exchangeOnline) {

    # Every mail-enabled object with its addresses. This list never says whether an object is synchronized, and has no
    # legacy DNs; the lists below add both.
    Save-Collected -File recipients-exo-all.xml -Kind CloudRecipient -Command {
        Get-EXORecipient -ResultSize Unlimited -Properties $property.CloudRecipient
    }, {
        Get-Recipient -ResultSize Unlimited
    }

    # User, shared, room, equipment, scheduling, and discovery mailboxes. Get-Mailbox is slower than Get-EXOMailbox, but
    # it returns the source of authority and the legacy DN, which no property set of Get-EXOMailbox has.
    Save-Collected -File recipients-exo-mailboxes.xml -Kind CloudMailbox -Command {
        Get-Mailbox -ResultSize Unlimited
    }

    # Mail users and guests.
    Save-Collected -File recipients-exo-mail-users.xml -Kind CloudMailUser -Command {
        Get-MailUser -ResultSize Unlimited
    }

    # Mail contacts.
    Save-Collected -File recipients-exo-contacts.xml -Kind CloudContact -Command {
        Get-MailContact -ResultSize Unlimited
    }

    # Distribution groups, mail-enabled security groups, and room lists.
    Save-Collected -File recipients-exo-distribution-groups.xml -Kind CloudGroup -Command {
        Get-DistributionGroup -ResultSize Unlimited
    }

    # Dynamic distribution groups. Microsoft Entra ID does not know them.
    Save-Collected -File recipients-exo-dynamic-groups.xml -Kind CloudGroup -Command {
        Get-DynamicDistributionGroup -ResultSize Unlimited
    }

    # Microsoft 365 groups.
    Save-Collected -File recipients-exo-m365-groups.xml -Kind CloudUnifiedGroup -Command {
        Get-UnifiedGroup -ResultSize Unlimited
    }

    # Mail-enabled public folders, with the id of the on-premises folder that each one was made from.
    Save-Collected -File recipients-exo-public-folders.xml -Kind CloudPublicFolder -Command {
        Get-MailPublicFolder -ResultSize Unlimited
    }

    # System mailboxes: Get-Mailbox returns each kind only with its own switch. PublicFolder and Migration are documented
    # for Exchange Online (the same switches of Get-EXOMailbox are reserved for Microsoft), the others for on-premises
    # Exchange. Those that the service does not offer to your role are left out.
    $systemMailbox = [ordered] @{
        PublicFolder            = 'recipients-exo-public-folder-mailboxes.xml'
        Migration               = 'recipients-exo-migration-mailboxes.xml'
        Arbitration             = 'recipients-exo-arbitration-mailboxes.xml'
        AuditLog                = 'recipients-exo-audit-log-mailboxes.xml'
        AuxAuditLog             = 'recipients-exo-aux-audit-log-mailboxes.xml'
        SupervisoryReviewPolicy = 'recipients-exo-supervisory-mailboxes.xml'
    }
    foreach ($name in $systemMailbox.Keys) {
        if (-not (Get-Command -Name Get-Mailbox).Parameters.ContainsKey($name)) { continue }
        $only = @{ $name = $true }
        Save-Collected -File $systemMailbox[$name] -Kind CloudMailbox -Command {
            Get-Mailbox @only -ResultSize Unlimited
        }
    }

    # Whether the organization is dehydrated: Test-MailboxProvisioning -OrganizationConfig.
    Save-Collected -File tenant-exo-organization.xml -Kind Organization -Command {
        Get-OrganizationConfig
    }

    # The accepted domains: -InitialDomain and -VerifiedDomain of Get-ProxyCalculation.
    Save-Collected -File tenant-exo-accepted-domains.xml -Kind AcceptedDomain -Command {
        Get-AcceptedDomain
    }
} else {
    Write-Warning -Message 'Exchange Online: nothing collected. Run Connect-ExchangeOnline first, in a session without on-premises Exchange.'
}
