# What the test files share. Dot-source it in BeforeAll.

# The staged module, as it is shipped: powershell/build.ps1 makes it.
$ModulePath = if ($env:PROXYCALC_MODULE) {
    $env:PROXYCALC_MODULE
} else {
    Join-Path -Path (Split-Path -Path (Split-Path -Path $PSScriptRoot)) -ChildPath 'target/ProxyCalc/ProxyCalc.psd1'
}
Import-Module -Name $ModulePath -Force

# A mailbox as Get-EXORecipient prints it.
function New-Mailbox {
    param([string] $Name, [string[]] $Address, [int] $Number = $Name.GetHashCode())

    [pscustomobject] @{
        ExternalDirectoryObjectId = (New-CloudId -Number $Number)
        Identity                  = $Name
        Name                      = $Name
        DisplayName               = "$Name (mailbox)"
        RecipientTypeDetails      = 'UserMailbox'
        PrimarySmtpAddress        = [string] ($Address | Where-Object { $_ -clike 'SMTP:*' } | Select-Object -First 1) -replace '^SMTP:'
        EmailAddresses            = $Address
    }
}

# A user as Get-MgUser prints it.
function New-GraphUser {
    param([string] $Name, [string[]] $Address, [int] $Number = $Name.GetHashCode(), [string] $Upn = "$Name@contoso.onmicrosoft.com")

    [pscustomobject] @{
        id                = (New-CloudId -Number $Number)
        displayName       = $Name
        userPrincipalName = $Upn
        mail              = $null
        proxyAddresses    = $Address
    }
}

# A user as Get-ADUser prints it.
function New-DirectoryUser {
    param([string] $Name, [string[]] $Address, [int] $Number = $Name.GetHashCode())

    [pscustomobject] @{
        DistinguishedName = "CN=$Name,OU=People,DC=corp,DC=contoso,DC=com"
        Name              = $Name
        ObjectClass       = 'user'
        ObjectGUID        = [guid] (New-CloudId -Number $Number)
        proxyAddresses    = $Address
    }
}

function New-CloudId {
    param([int] $Number)

    'c10d0000-0000-4000-8000-{0:x12}' -f ([long] $Number -band 0xffffffffL)
}

# Two mailboxes that hold one address, and one that is clean.
function New-ConflictSet {
    New-Mailbox -Name 'Ann' -Address 'SMTP:ann@contoso.com', 'smtp:sales@contoso.com'
    New-Mailbox -Name 'Bob' -Address 'SMTP:bob@contoso.com', 'smtp:Sales@contoso.com'
    New-Mailbox -Name 'Cid' -Address 'SMTP:cid@contoso.com'
}

# A record that shares its address with Zoe: what came of it shows in the conflict, and a record that was lost does not.
function New-Witness {
    New-Mailbox -Name 'Zoe' -Address 'SMTP:zoe@contoso.com', 'smtp:x@contoso.com' -Number 77
}

# How many native scans are alive: each has one worker, named so. Where threads have no names, nothing.
function Get-WorkerCount {
    if (-not (Test-Path -LiteralPath '/proc/self/task')) { return $null }
    [System.GC]::Collect()
    [System.GC]::WaitForPendingFinalizers()
    [System.GC]::Collect()
    @(foreach ($folder in [System.IO.Directory]::GetDirectories("/proc/$PID/task")) {
            try { [System.IO.File]::ReadAllText("$folder/comm").Trim() } catch { Write-Debug -Message 'a thread that ended meanwhile' }
        }) -like 'proxycalc*' | Measure-Object | ForEach-Object { $_.Count }
}

# Waits for workers to go: a finaliser runs when it runs.
function Wait-WorkerCount {
    param([int] $Count)

    for ($i = 0; $i -lt 50; $i++) {
        $now = Get-WorkerCount
        if ($null -eq $now -or $now -le $Count) { return $now }
        Start-Sleep -Milliseconds 100
    }
    return $now
}

# Runs a script in a fresh PowerShell without a profile; its output as text.
function Invoke-FreshPowerShell {
    param([string] $Script)

    $encoded = [System.Convert]::ToBase64String([System.Text.Encoding]::Unicode.GetBytes("`$ProgressPreference = 'SilentlyContinue'; $Script"))
    $program = [System.Diagnostics.Process]::GetCurrentProcess().MainModule.FileName
    (& $program -NoProfile -NonInteractive -OutputFormat Text -EncodedCommand $encoded 2>&1 | Out-String).Trim() -replace '\x1b\[[0-9;]*m'
}

# What differs between what was expected and what came, one line a difference. Objects of the expectation are subsets.
function Compare-Subset {
    param($Expected, $Actual, [string] $At)

    if ($Expected -is [System.Management.Automation.PSCustomObject]) {
        foreach ($property in $Expected.psobject.Properties) {
            Compare-Subset -Expected $property.Value -Actual $Actual.($property.Name) -At "$At.$($property.Name)"
        }
    } elseif ($Expected -is [array]) {
        if ($Expected.Count -ne @($Actual).Count) {
            "${At}: $($Expected.Count) expected, $(@($Actual).Count) came: $($Actual | ConvertTo-Json -Depth 3 -Compress)"
            return
        }
        for ($i = 0; $i -lt $Expected.Count; $i++) {
            Compare-Subset -Expected $Expected[$i] -Actual @($Actual)[$i] -At "$At[$i]"
        }
    } else {
        # ConvertFrom-Json makes a date of what looks like one; an expectation is text.
        $wanted = if ($Expected -is [datetime]) { $Expected.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ', [cultureinfo]::InvariantCulture) } else { [string] $Expected }
        if ($wanted -cne [string] $Actual) {
            "${At}: '$wanted' expected, '$Actual' came"
        }
    }
}
