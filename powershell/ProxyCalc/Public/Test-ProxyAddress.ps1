function Test-ProxyAddress {
    <#
    .SYNOPSIS
        Finds what is wrong with single addresses: what Entra ID would drop or refuse, and what the value could be instead.

    .DESCRIPTION
        Takes recipients from the pipeline or from files and looks at each by itself: proxy addresses without a type, with
        characters that are not allowed, malformed, too long or too many; reserved, legacy and unverified ones; no primary
        address or several; mail that differs from it; user principal names and mail nicknames that Entra ID does not take.

        What is true of one source only is said of it only. On premises anybody can write anything, and the sync drops what
        it does not take. In Exchange Online and Entra ID a value was accepted: an address in contoso.onmicrosoft.com, say,
        is an issue on premises and the rule in the cloud. Contacts, mail users and guests may have addresses in any domain.
        A tenant in order gives no rows. Addresses that two objects hold are found by Test-ProxyConflict.

    .PARAMETER InputObject
        Recipients, as objects of any command, from the pipeline or as an array. A file object is read as a file.

    .PARAMETER Path
        Files to read: CSV, JSON, JSON lines or CLIXML, in UTF-8 or UTF-16, also compressed with gzip. Wildcards are allowed.

    .PARAMETER VerifiedDomain
        The tenant's verified domains: names, or what Get-MgDomain or Get-AcceptedDomain of Exchange Online gives. Without them
        nothing is said of domains.

    .PARAMETER InitialDomain
        The tenant's initial domain, contoso.onmicrosoft.com. It belongs to the verified ones.

    .INPUTS
        Objects with address properties, or files.

    .OUTPUTS
        ProxyCalc.AddressIssue

    .EXAMPLE
        Get-ADUser -Filter * -Properties mail,mailNickname,proxyAddresses,targetAddress,msExchRecipientTypeDetails | Test-ProxyAddress

        Shows what the sync to Entra ID would drop or refuse, with the value that could stand instead.

    .EXAMPLE
        Test-ProxyAddress -Path .\active-directory.csv -VerifiedDomain (Get-MgDomain | Where-Object IsVerified).Id | Export-Csv .\issues.csv -NoTypeInformation -Encoding UTF8

        Checks an export, domains included, and writes a table to work through.

    .EXAMPLE
        Get-EXORecipient -ResultSize Unlimited | Test-ProxyAddress | Group-Object Code

        Counts what is wrong in Exchange Online.

    .LINK
        Test-ProxyConflict

    .LINK
        Get-ProxyCalculation
    #>
    [CmdletBinding()]
    [OutputType('ProxyCalc.AddressIssue')]
    param(
        [Parameter(ValueFromPipeline = $true, Position = 0)]
        [AllowNull()]
        [AllowEmptyCollection()]
        [object] $InputObject,

        [ValidateNotNullOrEmpty()]
        [string[]] $Path,

        [ValidateNotNullOrEmpty()]
        [object[]] $VerifiedDomain,

        [ValidateNotNullOrEmpty()]
        [string] $InitialDomain
    )

    begin {
        $ErrorActionPreference, $WarningPreference, $ProgressPreference = Get-CallerPreference -Cmdlet $PSCmdlet
        $option = @{ want = 'issues' }
        if ($VerifiedDomain) { $option['verifiedDomains'] = @(Get-DomainName -Domain $VerifiedDomain -Cmdlet $PSCmdlet) }
        if ($InitialDomain) { $option['initialDomain'] = $InitialDomain }
        $scan = Open-ScanCommand -Option $option -Path $Path -Cmdlet $PSCmdlet
        $buffer = [System.Collections.Generic.List[object]]::new($script:BufferedObjects)
        $most = $script:BufferedObjects
    }

    process {
        $buffer.Add($InputObject)
        if ($buffer.Count -ge $most) { Send-Buffer -Scan $scan -Buffer $buffer }
    }

    end {
        Complete-ScanCommand -Scan $scan -Rest $buffer -Output {
            Read-ScanPage -Scan $scan | ConvertTo-ResultRow -Name 'AddressIssue'
        }
    }
}
