#
# Microsoft Entra ID
#
# Needs the module Microsoft.Graph.Authentication. Connect first:
# Connect-MgGraph -Scopes User.Read.All, Group.Read.All, OrgContact.Read.All, Domain.Read.All, ServiceHealth.Read.All

# Every object of a list, page by page. Get-MgUser and the like return objects on which a property that was not fetched
# looks like an empty one. In an answer of the service itself, null always means that there is no value.
function Get-GraphObject {
    param([string] $Uri, [string] $Type)

    while ($Uri) {
        $page = Invoke-MgGraphRequest -Method GET -Uri $Uri -OutputType PSObject
        foreach ($item in $page.value) {
            if ($Type) { Add-Member -InputObject $item -NotePropertyName '@odata.type' -NotePropertyValue $Type -Force }
            $item
        }
        $Uri = $page | Select-Object -ExpandProperty '@odata.nextLink' -ErrorAction Ignore
    }
}

$entra = (Get-Command -Name Invoke-MgGraphRequest -ErrorAction SilentlyContinue) -and (Get-MgContext)
if ($entra) {

    # The addresses are relative: they go to the cloud that the session is connected to, be it global, US Government, or
    # China.

    # Users and guests, with the ids that join them to Exchange and Active Directory, the errors of synchronization and
    # provisioning, and the Exchange plans of their licenses.
    Save-Collected -File recipients-entra-users.xml -Depth 3 -Command {
        Get-GraphObject -Type '#microsoft.graph.user' -Uri ('/v1.0/users?$top=999&$select=' + ($property.GraphUser -join ',')) |
            ForEach-Object -Process {
                $_.assignedPlans = @($_.assignedPlans | Where-Object -Property service -EQ exchange)
                $_.provisionedPlans = @($_.provisionedPlans | Where-Object -Property service -EQ exchange)
                $_
            }
    }

    # Groups that have an address.
    Save-Collected -File recipients-entra-groups.xml -Depth 3 -Command {
        Get-GraphObject -Type '#microsoft.graph.group' -Uri ('/v1.0/groups?$top=999&$select=' + ($property.GraphGroup -join ',')) |
            Where-Object -FilterScript { $_.proxyAddresses -or $_.mail }
    }

    # Contacts.
    Save-Collected -File recipients-entra-contacts.xml -Depth 3 -Command {
        Get-GraphObject -Type '#microsoft.graph.orgContact' -Uri ('/v1.0/contacts?$top=999&$select=' + ($property.GraphContact -join ','))
    }

    # The domains: -InitialDomain and -VerifiedDomain of Get-ProxyCalculation.
    Save-Collected -File tenant-entra-domains.xml -Kind GraphDomain -Command {
        Get-GraphObject -Uri '/v1.0/domains'
    }

    # Open incidents of Exchange Online: Test-MailboxProvisioning -ServiceHealth.
    Save-Collected -File tenant-entra-service-issues.xml -Kind GraphServiceIssue -Command {
        Get-GraphObject -Uri '/v1.0/admin/serviceAnnouncement/issues' |
            Where-Object -FilterScript { $_.service -eq 'Exchange Online' -and -not $_.isResolved }
    }
} else {
    Write-Warning -Message 'Microsoft Entra ID: nothing collected. Run Connect-MgGraph first.'
}

# Mail-enabled public folders as Microsoft Entra ID has them; Microsoft Graph does not show them. Only on the Microsoft
# Entra Connect server, after
# Import-Module 'C:\Program Files\Microsoft Azure Active Directory Connect\Tools\AdSyncTools.psm1'
# The command asks for a Global Administrator without multifactor authentication. Skipped where it is not loaded.
if (Get-Command -Name Get-ADSyncToolsAadObject -ErrorAction SilentlyContinue) {
    Save-Collected -File recipients-entra-public-folders.xml -Depth 2 -Command {
        Get-ADSyncToolsAadObject -SyncObjectType PublicFolder -Credential (Get-Credential -Message 'Global Administrator')
    }
}
