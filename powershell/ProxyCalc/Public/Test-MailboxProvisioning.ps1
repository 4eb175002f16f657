function Test-MailboxProvisioning {
    <#
    .SYNOPSIS
        Says why Exchange Online goes on preparing a mailbox for a user.

    .DESCRIPTION
        "We are preparing a mailbox for this user" is shown while a mailbox is made, and goes on being shown when
        something keeps it from being made. This command looks at what you have already fetched and judges the known causes one
        by one: the licence and its Exchange plan, the usage location, addresses that somebody else holds, a mailbox or traces
        of one on premises, a dehydrated organization, the health of the service, errors of provisioning. When none holds and
        the user has waited a day, it says what is left to do.

        Each finding has a status: Found (it holds), RuledOut (it does not), Unknown (the data does not say; NextStep
        fetches what is missing). What is found comes first. A user who has a mailbox gives the one finding
        MailboxExists, with the status RuledOut. Without recipients nothing is known of mailboxes and of
        addresses held by others.

        Command lines are text: nothing is run, nothing is changed, and nothing is connected to. What could lose data
        is offered only where the data shows that there is none.

    .PARAMETER InputObject
        Users, as Get-MgUser gives them with the properties of the first example, also from Import-Clixml or ConvertFrom-Json.

    .PARAMETER Recipient
        What exists in Exchange: the objects of Get-EXORecipient and the like, soft-deleted ones included.

    .PARAMETER RecipientPath
        The same from files: CSV, JSON, JSON lines or CLIXML. Wildcards are allowed.

    .PARAMETER IncludesSoftDeleted
        Says that the soft-deleted recipients were fetched too, where the tenant has none. Where one is among the recipients
        that is known without it.

    .PARAMETER OnPremisesUser
        The users as Get-ADUser or Get-ADObject gives them, with homeMDB, msExchMailboxGuid, msExchHomeServerName,
        msExchRemoteRecipientType and msExchRecipientTypeDetails.

    .PARAMETER DeletedUser
        Deleted users of Microsoft Entra ID, which keep their addresses for 30 days; @() when there are none. Where they were
        not looked at, it is not known whether an address is free.

    .PARAMETER OrganizationConfig
        What Get-OrganizationConfig gives.

    .PARAMETER ServiceHealth
        What Get-MgServiceAnnouncementIssue gives; nothing, when it was run and there is no issue.

    .PARAMETER InitialDomain
        The tenant's initial domain, as contoso.onmicrosoft.com: the address to come is made with it. The name of the
        organization says it too.

    .PARAMETER CollectedAt
        When the data was collected, where that was not now: who waits since yesterday did not wait then.

    .INPUTS
        Users.

    .OUTPUTS
        ProxyCalc.ProvisioningFinding

    .EXAMPLE
        $property = 'id', 'userPrincipalName', 'mail', 'mailNickname', 'proxyAddresses', 'usageLocation', 'createdDateTime', 'assignedLicenses', 'assignedPlans', 'provisionedPlans', 'licenseAssignmentStates', 'serviceProvisioningErrors', 'onPremisesSyncEnabled', 'onPremisesImmutableId', 'onPremisesSecurityIdentifier', 'onPremisesDistinguishedName', 'onPremisesProvisioningErrors'
        $deleted = Get-EXORecipient -IncludeSoftDeletedRecipients -RecipientTypeDetails EquipmentMailbox,GroupMailbox,GuestMailUser,MailUser,RoomMailbox,SchedulingMailbox,SharedMailbox,TeamMailbox,UserMailbox -ResultSize Unlimited
        Get-MgUser -UserId anna@contoso.com -Property $property | Test-MailboxProvisioning -Recipient @(Get-EXORecipient -ResultSize Unlimited; $deleted) -OrganizationConfig (Get-OrganizationConfig)

        Judges one user with what exists in Exchange Online. -IncludeSoftDeletedRecipients wants the types to be named.

    .EXAMPLE
        $user | Test-MailboxProvisioning -RecipientPath .\recipients-exo-*.xml | Where-Object Status -eq Found | Format-List

        Shows what keeps the mailbox from being made, with what to do.

    .EXAMPLE
        Import-Clixml .\recipients-entra-users.xml | Test-MailboxProvisioning -RecipientPath .\recipients-exo-*.xml -OnPremisesUser (Import-Clixml .\recipients-ad-objects.xml) -DeletedUser (Import-Clixml .\recipients-entra-deleted-users.xml) -OrganizationConfig (Import-Clixml .\tenant-exo-organization.xml) -ServiceHealth (Import-Clixml .\tenant-entra-service-issues.xml) -CollectedAt (Get-Item .\recipients-entra-users.xml).LastWriteTime

        Judges all users of a tenant with the files that the script of Get-ProxyCollectionScript wrote.

    .EXAMPLE
        $findings | Where-Object Name -eq DuplicateProxyAddress | Select-Object Flat | Export-Csv .\duplicates.csv -NoTypeInformation -Encoding UTF8

        Writes what fits into a table: the property set Flat.

    .LINK
        Get-ProxyCollectionScript

    .LINK
        Test-ProxyConflict
    #>
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSReviewUnusedParameter', '', Justification = 'The script block of end reads them.')]
    [CmdletBinding()]
    [OutputType('ProxyCalc.ProvisioningFinding')]
    param(
        [Parameter(Mandatory = $true, ValueFromPipeline = $true, Position = 0)]
        [AllowNull()]
        [AllowEmptyCollection()]
        [AllowEmptyString()]
        [object] $InputObject,

        [AllowNull()]
        [AllowEmptyCollection()]
        [object[]] $Recipient,

        [ValidateNotNullOrEmpty()]
        [string[]] $RecipientPath,

        [switch] $IncludesSoftDeleted,

        [AllowNull()]
        [AllowEmptyCollection()]
        [object[]] $OnPremisesUser,

        [AllowNull()]
        [AllowEmptyCollection()]
        [object[]] $DeletedUser,

        [AllowNull()]
        [object] $OrganizationConfig,

        [AllowNull()]
        [AllowEmptyCollection()]
        [object[]] $ServiceHealth,

        [ValidateNotNullOrEmpty()]
        [string] $InitialDomain,

        [datetime] $CollectedAt
    )

    begin {
        $ErrorActionPreference, $WarningPreference, $ProgressPreference = Get-CallerPreference -Cmdlet $PSCmdlet
        Write-EmptyWarning -Cmdlet $PSCmdlet -Name 'Recipient'
        $scan = Open-ScanCommand -Option @{ want = 'addresses' } -Path $RecipientPath -Cmdlet $PSCmdlet
        $users = [System.Collections.Generic.List[object]]::new()
        $given = $PSBoundParameters
    }

    process {
        $users.Add($InputObject)
    }

    end {
        Complete-ScanCommand -Scan $scan -Rest @($Recipient) -Output {
            param($summary)

            # Who gave no recipients does not want to hear that none were read.
            if (-not $given.ContainsKey('Recipient') -and -not $given.ContainsKey('RecipientPath')) { $summary.Problems = @() }
            $sent = @{ users = $null }
            $rest = ''
            foreach ($list in @(
                    @('OnPremisesUser', 'onPremisesUsers', 'OnPremisesUser'), @('DeletedUser', 'deletedUsers', 'User'),
                    @('OrganizationConfig', 'organizationConfig', 'Organization'), @('ServiceHealth', 'serviceHealth', 'Issue'))) {
                $parameter, $field, $kind = $list
                if (-not $given.ContainsKey($parameter)) { continue }
                $sent[$field] = [System.Collections.Generic.List[object]]::new()
                $texts = @(ConvertTo-RecordText -Scan $scan -Record @(Get-SingleRecord -InputObject $given[$parameter]) -Kind $kind -Sent $sent[$field])
                $rest += ",`"$field`":[$([string]::Join(',', $texts))]"
            }
            if ($InitialDomain) { $rest += ',"tenant":{"initialDomain":' + (ConvertTo-Json -InputObject $InitialDomain -Compress) + '}' }
            if ($IncludesSoftDeleted) { $rest += ',"recipientsIncludeSoftDeleted":true' }
            if ($given.ContainsKey('CollectedAt')) { $rest += ',"now":"' + (ConvertTo-DateText -Value $CollectedAt) + '"' }
            $all = @(foreach ($user in (Get-SingleRecord -InputObject $users)) {
                    if ($user -is [string] -or $user -is [System.ValueType]) {
                        $scan.Failed.Add([pscustomobject] @{
                                Record  = $user
                                Message = "$user is no user but the name of one. Pipe the user itself: Get-MgUser -UserId $(ConvertTo-QuotedName -Name $user) -Property $script:ProvisioningSelect | Test-MailboxProvisioning"
                            })
                    } else {
                        $user
                    }
                })
            if ($all.Count -eq 0 -and $scan.Failed.Count -eq 0) { Write-NoRecord -Cmdlet $PSCmdlet }
            for ($from = 0; $from -lt $all.Count; $from += $script:UsersAtOnce) {
                $sent['users'] = [System.Collections.Generic.List[object]]::new()
                $some = $all[$from..([Math]::Min($from + $script:UsersAtOnce, $all.Count) - 1)]
                $texts = @(ConvertTo-RecordText -Scan $scan -Record $some -Kind User -Sent $sent['users'])
                if ($texts.Count -gt 0) { Read-ProvisioningFinding -Scan $scan -User $texts -Rest $rest -Sent $sent -First:($from -eq 0) }
                Write-ScanProgress -Scan $scan -Status ('{0:N0} users' -f ($from + $some.Count))
            }
        }
    }
}
