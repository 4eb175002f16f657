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
