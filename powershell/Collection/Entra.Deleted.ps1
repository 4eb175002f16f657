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
