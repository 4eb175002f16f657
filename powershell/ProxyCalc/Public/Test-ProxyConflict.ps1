function Test-ProxyConflict {
    <#
    .SYNOPSIS
        Finds the addresses that more than one object holds, and says who should give them up and how.

    .DESCRIPTION
        Takes recipients from the pipeline or from files, joins what several sources say of one object, and reports every
        address that two objects claim: as a proxy address, as a user principal name, as mail. All holders are listed, with
        the one who should keep the address, the reason, and the command lines for the others. The command lines are text:
        nothing is run, nothing is changed, and nothing is connected to.

        Pipe whatever you have: Get-EXORecipient, Get-Mailbox, Get-MgUser, Get-MgGroup, Get-ADUser, Get-ADSyncToolsAadObject,
        Import-Csv, Import-Clixml, or files. Several sources together find more than one alone: a deleted user in Entra ID or
        an object on premises can hold an address that Exchange Online does not show. Get-ProxyCollectionScript gives the
        commands that collect complete data.

        "Nothing found" is said only of what was read. Objects without address properties or with nothing but a primary
        address, exports that lost their values, empty files, and results that stop at a page are errors or warnings after
        the results; the summary lists what was not
        read, with the command that fetches it (-SummaryVariable).

    .PARAMETER InputObject
        Recipients, as objects of any command, from the pipeline or as an array. A file object is read as a file.

    .PARAMETER Path
        Files to read: CSV, JSON, JSON lines or CLIXML, in UTF-8 or UTF-16, also compressed with gzip. Wildcards are allowed.

    .PARAMETER Kind
        Only conflicts of these kinds, whatever their severity: Duplicate, UpnConflict, MailConflict, SoftDeleted,
        CrossDirectory, PredictedMoera, SipSmtp, MultiplePrimary, SelfDuplicate. docs/conflicts.md says what each is.

    .PARAMETER AddressType
        Only addresses of these types: SMTP, SIP, X500, X400, EUM, SPO, Other.

    .PARAMETER InitialDomain
        The tenant's initial domain, as contoso.onmicrosoft.com. Then the routing address (MOERA) that Entra ID will add to
        each licensed user and mailbox without one is compared too: conflicts of the kind PredictedMoera, of severity
        Information, because Entra ID solves them by appending four digits.

    .PARAMETER ExcludeId
        Objects with one of these ids (or exactly this identity: no wildcards) are left out. An id that nobody has
        gives a warning.

    .PARAMETER IncludeInformation
        Conflicts of severity Information too: with a deleted object whose address nobody is waiting for, SIP beside SMTP,
        one address twice at one object, PredictedMoera.

    .PARAMETER Quiet
        Gives only $true, when there is at least one conflict of severity Error, or $false. Ends with an error when the input
        was empty or unreadable, so that a script never takes "unreadable" for "clean".

    .PARAMETER SummaryVariable
        The name, with or without $, of a variable that gets the summary: what was read, what was not, and what was wrong with the
        data. It is set before the first result comes.

    .INPUTS
        Objects with address properties, or files.

    .OUTPUTS
        ProxyCalc.Conflict, or a Boolean with -Quiet.

    .EXAMPLE
        Get-EXORecipient -ResultSize Unlimited | Test-ProxyConflict

        Shows every address that two recipients of Exchange Online hold.

    .EXAMPLE
        Test-ProxyConflict -Path .\recipients-*.xml, .\users.json | Format-List

        Reads exported files, and shows each conflict with its reason and the command lines that end it.

    .EXAMPLE
        Test-ProxyConflict -Path .\recipients.csv | Select-Object Flat | Export-Csv .\conflicts.csv -NoTypeInformation -Encoding UTF8

        Writes what fits into a table: the property set Flat.

    .EXAMPLE
        if (Test-ProxyConflict -Path .\recipients.json -Quiet) { throw 'duplicate addresses' }

        Stops a runbook when there is a conflict, and also when the file cannot be read.

    .EXAMPLE
        & { Get-EXORecipient -ResultSize Unlimited; Get-MgUser -All -Property id,userPrincipalName,mail,proxyAddresses } | Test-ProxyConflict -SummaryVariable summary
        $summary.Coverage

        Reads two sources together, and lists what can hold addresses and was not read.

    .EXAMPLE
        Test-ProxyConflict -Path .\active-directory.csv, .\users.json -InitialDomain contoso.onmicrosoft.com -Kind PredictedMoera

        Shows whose routing address will get four digits, because another has the name already or two have one alias.

    .LINK
        Get-ProxyAddress

    .LINK
        Get-ProxyCollectionScript
    #>
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSReviewUnusedParameter', 'SummaryVariable', Justification = 'The script block of end reads it.')]
    [CmdletBinding()]
    [OutputType('ProxyCalc.Conflict', [bool])]
    param(
        [Parameter(ValueFromPipeline = $true, Position = 0)]
        [AllowNull()]
        [AllowEmptyCollection()]
        [object] $InputObject,

        [ValidateNotNullOrEmpty()]
        [string[]] $Path,

        [ValidateSet('Duplicate', 'UpnConflict', 'MailConflict', 'SoftDeleted', 'CrossDirectory', 'PredictedMoera', 'SipSmtp', 'MultiplePrimary', 'SelfDuplicate')]
        [string[]] $Kind,

        [ValidateSet('SMTP', 'SIP', 'X500', 'X400', 'EUM', 'SPO', 'Other')]
        [string[]] $AddressType,

        [ValidateNotNullOrEmpty()]
        [string] $InitialDomain,

        [ValidateNotNullOrEmpty()]
        [string[]] $ExcludeId,

        [switch] $IncludeInformation,

        [switch] $Quiet,

        # '$summary' in quotes is meant as summary.
        [ValidatePattern('^\$?[^${}]+$')]
        [string] $SummaryVariable
    )

    begin {
        $ErrorActionPreference, $WarningPreference, $ProgressPreference = Get-CallerPreference -Cmdlet $PSCmdlet
        $option = @{ want = 'conflicts'; includeInformation = [bool] $IncludeInformation }
        if ($Kind) { $option['kinds'] = @($Kind) }
        if ($AddressType) { $option['addressTypes'] = @($AddressType) }
        if ($InitialDomain) { $option['initialDomain'] = $InitialDomain }
        if ($ExcludeId) { $option['excludeIds'] = @($ExcludeId) }
        $scan = Open-ScanCommand -Option $option -Path $Path -Cmdlet $PSCmdlet
        $buffer = [System.Collections.Generic.List[object]]::new($script:BufferedObjects)
        $most = $script:BufferedObjects
    }

    process {
        $buffer.Add($InputObject)
        if ($buffer.Count -ge $most) { Send-Buffer -Scan $scan -Buffer $buffer }
    }

    end {
        Complete-ScanCommand -Scan $scan -Rest $buffer -Quiet:$Quiet -Output {
            param($summary)

            if ($SummaryVariable) { $PSCmdlet.SessionState.PSVariable.Set($SummaryVariable.TrimStart('$'), $summary) }
            if ($Quiet) { Write-QuietResult -Scan $scan -Summary $summary } else { Read-ScanConflict -Scan $scan }
        }
    }
}

# One Boolean; a terminating error where the input says nothing.
function Write-QuietResult {
    param($Scan, $Summary)

    if ($Summary.Errors -gt 0) { return $true }
    $reason = @(
        $Scan.Failed | ForEach-Object { $_.Message }
        $Summary.Problems | Where-Object { $_.Severity -eq 'Error' } | ForEach-Object { Get-ProblemText -Problem $_ }
    )
    if ($reason.Count -eq 0) { return $false }
    $exception = New-Object System.IO.InvalidDataException "No conflict was found, but the input could not be read as a whole: $($reason[0])"
    throw (New-Object System.Management.Automation.ErrorRecord $exception, 'ProxyCalc.InputUnusable', 'InvalidData', $Summary)
}
