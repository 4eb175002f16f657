function Get-ProxyAddress {
    <#
    .SYNOPSIS
        Lists every address of the given recipients, or says who holds an address.

    .DESCRIPTION
        Takes recipients from the pipeline or from files, joins what several sources say of one object, and gives one row for
        each address and the object that holds it: proxy addresses, user principal name, mail, forwarding target, legacy
        Exchange distinguished name, SIP address. With -Address it looks the given addresses up exactly, without regard to
        case: not as a part of a longer one, as -match does.

    .PARAMETER InputObject
        Recipients, as objects of any command, from the pipeline or as an array. A file object is read as a file.

    .PARAMETER Path
        Files to read: CSV, JSON, JSON lines or CLIXML, in UTF-8 or UTF-16, also compressed with gzip. Wildcards are allowed.

    .PARAMETER Address
        The addresses to look up, as they are: no wildcards. Without a prefix, as in sip:john@contoso.com, they are SMTP
        addresses, and X500 ones where they begin with /o=.

    .PARAMETER AddressType
        Only addresses of these types: SMTP, SIP, X500, X400, EUM, SPO, Other.

    .INPUTS
        Objects with address properties, or files.

    .OUTPUTS
        ProxyCalc.AddressRow

    .EXAMPLE
        Get-EXORecipient -ResultSize Unlimited | Get-ProxyAddress -Address john@contoso.com

        Says who holds john@contoso.com, and in which role.

    .EXAMPLE
        Get-ProxyAddress -Path .\recipients-*.xml -AddressType SMTP | Group-Object Domain | Sort-Object Count -Descending

        Counts the SMTP addresses of each domain.

    .EXAMPLE
        Get-ProxyAddress -Path .\recipients.json | Where-Object IsPrimary | Export-Csv .\primaries.csv -NoTypeInformation -Encoding UTF8

        Writes the primary addresses of all recipients into a table.

    .LINK
        Test-ProxyConflict
    #>
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSReviewUnusedParameter', 'Address', Justification = 'The script block of end reads it.')]
    [CmdletBinding()]
    [OutputType('ProxyCalc.AddressRow')]
    param(
        [Parameter(ValueFromPipeline = $true, Position = 0)]
        [AllowNull()]
        [AllowEmptyCollection()]
        [object] $InputObject,

        [ValidateNotNullOrEmpty()]
        [string[]] $Path,

        [ValidateNotNullOrEmpty()]
        [string[]] $Address,

        [ValidateSet('SMTP', 'SIP', 'X500', 'X400', 'EUM', 'SPO', 'Other')]
        [string[]] $AddressType
    )

    begin {
        $ErrorActionPreference, $WarningPreference, $ProgressPreference = Get-CallerPreference -Cmdlet $PSCmdlet
        foreach ($item in $Address) {
            if ($item -match '[*?]') { Write-Warning "-Address '$item' is looked up as it is: there are no wildcards. To find a part: Get-ProxyAddress | Where-Object Address -like '$item'" }
        }
        $option = @{ want = 'addresses' }
        if ($AddressType) { $option['addressTypes'] = @($AddressType) }
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
            if ($Address) {
                ConvertTo-ResultRow -Name 'AddressRow' -Page (Invoke-ScanQuery -Scan $scan -Query @{ lookUp = @($Address) })
            } else {
                Read-ScanPage -Scan $scan | ConvertTo-ResultRow -Name 'AddressRow'
            }
        }
    }
}
