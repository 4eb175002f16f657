function Get-ProxyCalculation {
    <#
    .SYNOPSIS
        Says which proxyAddresses, mail, mailNickname and userPrincipalName Entra ID will compute for on-premises users, and why.

    .DESCRIPTION
        Takes users as Active Directory has them, from the pipeline, from files or as parameters, and applies the documented
        rules of proxy calculation (KB 3190357). Each result has the addresses in the order in which Entra ID lists them, and
        a trace: every value that was added, kept, discarded, promoted or removed, by which rule, and whether Microsoft
        documents that rule or it is an assumption. docs/proxy-calculation.md lists all of them.

        Entra ID remembers. Without -Previous the result is that of a first synchronisation. With it the result is that of
        the next one: give the users as Get-MgUser prints them, and Changes says what will differ from what the cloud has; or
        give an earlier result to try a series of changes.

        Users only: a group, contact or public folder is an error, and the others are calculated. Nothing is connected to, and
        nothing is changed.

    .PARAMETER InputObject
        Users, as objects of any command (Get-ADUser, Get-RemoteMailbox, Import-Csv, hashtables), from the pipeline or as an
        array. A file object is read as a file. Get-ADUser gives what is needed only with
        -Properties mail,mailNickname,proxyAddresses,targetAddress,msExchRecipientTypeDetails,msExchRemoteRecipientType.

    .PARAMETER Path
        Files to read: CSV, JSON, JSON lines or CLIXML, in UTF-8 or UTF-16, also compressed with gzip. Wildcards are allowed.

    .PARAMETER Identity
        A name for the user that the parameters describe.

    .PARAMETER UserPrincipalName
        userPrincipalName on premises.

    .PARAMETER Mail
        mail on premises.

    .PARAMETER MailNickname
        mailNickname on premises.

    .PARAMETER ProxyAddresses
        proxyAddresses on premises, each with its type in front: SMTP: for the primary, smtp: for a secondary.

    .PARAMETER TargetAddress
        targetAddress on premises. The calculation does not use it; the state keeps it.

    .PARAMETER MsExchRecipientTypeDetails
        msExchRecipientTypeDetails on premises, or Exchange's name for it: RemoteUserMailbox, MailUser, …

    .PARAMETER MsExchRemoteRecipientType
        msExchRemoteRecipientType on premises.

    .PARAMETER InitialDomain
        The tenant's initial domain, contoso.onmicrosoft.com. MOERAs are made of it.

    .PARAMETER VerifiedDomain
        The tenant's verified domains: names, or what Get-MgDomain or Get-AcceptedDomain gives. The initial domain belongs to
        them. Without it only the initial domain counts as verified, and a warning says so.

    .PARAMETER Licensed
        Every user has an Exchange plan; -Licensed:$false: none has. Without it each user's own property Licensed counts, else
        the service plans of the previous object (Get-MgUser -Property assignedPlans), else the previous state. Where nothing
        says it, none has one, and a warning says so.

    .PARAMETER Previous
        How things were: a result of this command or its State, or users as the cloud has them, one or all of the tenant.
        They are joined with the users on premises by the immutable id, else by the userPrincipalName. What the cloud has of
        one user is taken for the others. What they were not fetched with is not among Changes, and a warning names it.

    .PARAMETER TakenAddress
        Addresses that further objects hold: groups, contacts, public folders. With or without smtp: in front.

    .PARAMETER CollisionDigits
        Four digits each, for results that can be repeated: a MOERA or UPN that is taken gets four digits, else random ones.

    .INPUTS
        Users on premises, or files.

    .OUTPUTS
        ProxyCalc.Calculation

    .EXAMPLE
        Get-ADUser -Filter * -Properties mail,mailNickname,proxyAddresses,targetAddress,msExchRecipientTypeDetails,msExchRemoteRecipientType,mS-DS-ConsistencyGuid |
            Get-ProxyCalculation -InitialDomain contoso.onmicrosoft.com -VerifiedDomain contoso.com -Previous $cloudUsers |
            Where-Object { $_.Changes -or $_.FirstSync }

        What the next synchronisation will change or create. $cloudUsers is what this gave:
        Get-MgUser -All -Property id,userPrincipalName,mail,mailNickname,proxyAddresses,onPremisesImmutableId,assignedPlans

    .EXAMPLE
        Get-ProxyCalculation -UserPrincipalName john@contoso.com -ProxyAddresses 'SMTP:j.doe@contoso.com' -Licensed -InitialDomain contoso.onmicrosoft.com -VerifiedDomain contoso.com | Format-List

        One user by hand, with the whole trace.

    .EXAMPLE
        $tenant = @{ InitialDomain = 'contoso.onmicrosoft.com'; VerifiedDomain = 'contoso.com' }
        $before = Get-ProxyCalculation @tenant -UserPrincipalName john@contoso.com -Licensed
        Get-ProxyCalculation @tenant -UserPrincipalName john@contoso.com -Licensed:$false -Previous $before

        What removing the licence does.

    .EXAMPLE
        $users | Get-ProxyCalculation @tenant -Previous $cloudUsers | Select-Object Flat | Export-Csv .\changes.csv -NoTypeInformation -Encoding UTF8

        Writes what fits into a table: the property set Flat.

    .LINK
        Test-ProxyAddress

    .LINK
        Get-ProxyCollectionScript
    #>
    [CmdletBinding(DefaultParameterSetName = 'Object')]
    [OutputType('ProxyCalc.Calculation')]
    param(
        [Parameter(ParameterSetName = 'Object', ValueFromPipeline = $true, Position = 0)]
        [AllowNull()]
        [AllowEmptyCollection()]
        [object] $InputObject,

        [Parameter(ParameterSetName = 'Object')]
        [ValidateNotNullOrEmpty()]
        [string[]] $Path,

        [Parameter(ParameterSetName = 'Value')]
        [string] $Identity,

        [Parameter(ParameterSetName = 'Value')]
        [AllowNull()]
        [AllowEmptyString()]
        [string] $UserPrincipalName,

        [Parameter(ParameterSetName = 'Value')]
        [AllowNull()]
        [AllowEmptyString()]
        [string] $Mail,

        [Parameter(ParameterSetName = 'Value')]
        [AllowNull()]
        [AllowEmptyString()]
        [string] $MailNickname,

        [Parameter(ParameterSetName = 'Value')]
        [AllowNull()]
        [AllowEmptyCollection()]
        [AllowEmptyString()]
        [string[]] $ProxyAddresses,

        [Parameter(ParameterSetName = 'Value')]
        [AllowNull()]
        [AllowEmptyString()]
        [string] $TargetAddress,

        [Parameter(ParameterSetName = 'Value')]
        [AllowNull()]
        [AllowEmptyString()]
        [string] $MsExchRecipientTypeDetails,

        [Parameter(ParameterSetName = 'Value')]
        [AllowNull()]
        [AllowEmptyString()]
        [string] $MsExchRemoteRecipientType,

        [Parameter(Mandatory = $true)]
        [ValidateNotNullOrEmpty()]
        [string] $InitialDomain,

        [AllowNull()]
        [AllowEmptyCollection()]
        [AllowEmptyString()]
        [object[]] $VerifiedDomain,

        [switch] $Licensed,

        [AllowNull()]
        [AllowEmptyCollection()]
        [object[]] $Previous,

        [AllowNull()]
        [AllowEmptyCollection()]
        [AllowEmptyString()]
        [string[]] $TakenAddress,

        [AllowNull()]
        [AllowEmptyCollection()]
        [string[]] $CollisionDigits
    )

    begin {
        $ErrorActionPreference, $WarningPreference, $ProgressPreference = Get-CallerPreference -Cmdlet $PSCmdlet
        $byValue = $PSCmdlet.ParameterSetName -eq 'Value'
        Write-EmptyWarning -Cmdlet $PSCmdlet -Name 'Previous'
        $domain = @(Get-DomainName -Domain $VerifiedDomain -Cmdlet $PSCmdlet)
        Assert-TakenAddress -Address $TakenAddress -Cmdlet $PSCmdlet
        $option = @{
            want   = 'calculations'
            tenant = @{
                initialDomain   = $InitialDomain
                verifiedDomains = $domain
                takenAddresses  = @(if ($TakenAddress) { $TakenAddress })
                collisionDigits = @(if ($CollisionDigits) { $CollisionDigits })
            }
        }
        if ($PSBoundParameters.ContainsKey('Licensed')) { $option['licensed'] = [bool] $Licensed }
        # One user and one state: they belong together, whatever changed.
        if ($byValue -and $Previous -and $Previous.Count -eq 1) { $option['previousOfFirst'] = $true }
        $scan = Open-ScanCommand -Option $option -Previous $Previous -Path $Path -Cmdlet $PSCmdlet
        if (-not $PSBoundParameters.ContainsKey('VerifiedDomain')) {
            Write-Warning "Without -VerifiedDomain only $InitialDomain counts as verified: the addresses of licensed users in other domains are dropped, and every userPrincipalName is replaced."
        }
        $scan.VerifiedDomain = [string[]] @(@($InitialDomain) + $domain)
        $failure = [System.Collections.Generic.List[object]]::new()
        $buffer = [System.Collections.Generic.List[object]]::new($script:BufferedObjects)
        # The first results come early.
        $most = 8
        if ($byValue) {
            $record = [ordered] @{}
            foreach ($name in 'Identity', 'UserPrincipalName', 'Mail', 'MailNickname', 'ProxyAddresses', 'TargetAddress', 'MsExchRecipientTypeDetails', 'MsExchRemoteRecipientType') {
                if ($PSBoundParameters.ContainsKey($name)) { $record[$name] = $PSBoundParameters[$name] }
            }
            $buffer.Add([pscustomobject] $record)
        }
    }

    process {
        if ($byValue) { return }
        $buffer.Add($InputObject)
        if ($buffer.Count -ge $most) {
            $most = [System.Math]::Min($most * 2, $script:BufferedObjects)
            Send-Buffer -Scan $scan -Buffer $buffer
            Read-ScanCalculation -Scan $scan -Failure $failure
        }
    }

    end {
        Complete-ScanCommand -Scan $scan -Rest $buffer -Output {
            Read-ScanCalculation -Scan $scan -Failure $failure
            Write-CalculationFailure -Failure $failure -Cmdlet $PSCmdlet
            Write-CalculationAssumption -Scan $scan -ByValue:$byValue -Cmdlet $PSCmdlet
        }
    }
}
