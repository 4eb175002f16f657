function Get-ProxyCollectionScript {
    <#
    .SYNOPSIS
        Gives the read-only script that collects everything the other ProxyCalc commands want to see.

    .DESCRIPTION
        A scan can only find a holder that is in the data. The default output of the Microsoft cmdlets leaves much out:
        Get-EXORecipient does not say which objects are synchronized and leaves the deleted ones out, Get-MgUser returns no
        proxy addresses unless they are asked for, and most cmdlets stop after the first 1,000 or 100 objects.

        Get-ProxyCollectionScript returns one text: a script with the commands, properties and switches that give
        complete data, and a comment above each command that says what it gives and what it needs. Read it, save it, and
        run it where the Microsoft modules are connected. It runs in Windows PowerShell 5.1 and in PowerShell 7.

        The script only reads. It does not connect by itself, and a part whose service is not connected is skipped with
        a warning. It writes CLIXML files to the current folder, or to that of its parameter -OutputFolder: recipients-*.xml hold the objects to scan, tenant-*.xml
        hold what Get-ProxyCalculation and Test-MailboxProvisioning want to know about the tenant. An existing file of
        the same name is replaced.

        This command needs no module but ProxyCalc, and no connection.

    .PARAMETER Scope
        The parts of the script: ExchangeOnline, Entra, OnPremises. All of them when it is left out. On-premises Exchange
        and Exchange Online share the names of their cmdlets, so run these two parts in separate sessions.

    .PARAMETER IncludeDeleted
        Adds soft-deleted recipients and inactive mailboxes of Exchange Online, and the deleted users and groups of
        Microsoft Entra ID. They can block an address that nobody seems to hold. Nothing is added to OnPremises: a deleted
        object of Active Directory holds no address.

    .INPUTS
        None.

    .OUTPUTS
        System.String

        One text with line breaks, in ASCII, so that it can be saved in any encoding.

    .EXAMPLE
        Get-ProxyCollectionScript | Set-Content -Path .\collect.ps1

        Saves the script for all three parts.

    .EXAMPLE
        Get-ProxyCollectionScript -Scope ExchangeOnline, Entra -IncludeDeleted | Set-Content -Path .\collect.ps1
        .\collect.ps1
        Get-ChildItem -Path .\recipients-*.xml | Test-ProxyConflict

        Collects the data of a tenant without an on-premises directory, deleted objects included, and scans it.

    .EXAMPLE
        Get-ProxyCollectionScript -Scope OnPremises

        Shows the commands for Active Directory and on-premises Exchange.

    .NOTES
        What the parts need:

        ExchangeOnline: ExchangeOnlineManagement 3.0 or later; the role View-Only Recipients is enough, tenant-*.xml also
        want View-Only Configuration.
        Entra: Microsoft.Graph.Authentication; for one optional file, on the Microsoft Entra Connect server, ADSyncTools.
        OnPremises: the module ActiveDirectory, the Exchange Management Shell, or both.
    #>
    [CmdletBinding()]
    [OutputType([string])]
    param(
        [Parameter(Position = 0)]
        [ValidateSet('ExchangeOnline', 'Entra', 'OnPremises')]
        [ValidateNotNullOrEmpty()]
        [string[]]
        $Scope = @('ExchangeOnline', 'Entra', 'OnPremises'),

        [Parameter()]
        [switch]
        $IncludeDeleted
    )

    # The parts are script files: in the folder of the module, or beside it in a checkout.
    $module = Split-Path -Path $PSScriptRoot
    $folder = @((Join-Path -Path $module -ChildPath 'Collection'), (Join-Path -Path (Split-Path -Path $module) -ChildPath 'Collection')) |
        Where-Object { Test-Path -LiteralPath $_ } |
        Select-Object -First 1
    $wanted = @('Start')
    foreach ($name in 'ExchangeOnline', 'Entra', 'OnPremises') {
        if ($Scope -notcontains $name) { continue }
        $wanted += $name
        if ($IncludeDeleted -and (Test-Path -LiteralPath "$folder/$name.Deleted.ps1")) { $wanted += "$name.Deleted" }
    }
    $newLine = [System.Environment]::NewLine
    $text = foreach ($name in $wanted) { [System.IO.File]::ReadAllText("$folder/$name.ps1").TrimEnd() }
    ($text -join "`n`n") -replace '\r?\n', $newLine
}
