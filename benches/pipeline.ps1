# The whole job in PowerShell, side by side in one process with the loops that people write: ratios, not promises.
#
#   cargo build --release
#   pwsh -NoProfile -File benches/pipeline.ps1 [-Count 100000] [-Runs 5] [-Baseline]
#
# Each candidate runs in turn, round after round, so that a machine that slows down slows them all; the figure is the
# best of the rounds, and every ratio is between figures of one process.
param(
    [int] $Count = 100000,
    [int] $Runs = 5,
    # Ten properties, as Get-EXORecipient gives them; 2 has id and addresses only.
    [int] $Properties = 9,
    [switch] $SkipSlow
)

Set-StrictMode -Off
$ErrorActionPreference = 'Stop'
Import-Module (& (Join-Path $PSScriptRoot '../powershell/build.ps1'))

# Recipients as Get-EXORecipient prints them, five addresses each, one address in a thousand held twice.
$recipients = New-Object object[] $Count
for ($i = 0; $i -lt $Count; $i++) {
    $twice = if ($i % 1000 -eq 1) { $i - 1 } else { $i }
    $record = [ordered] @{
        ExternalDirectoryObjectId = [guid]::new($i, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10).ToString()
        EmailAddresses            = [string[]] @("SMTP:user$i@contoso.com", "smtp:user$i@contoso.onmicrosoft.com", "smtp:first.last$twice@contoso.com", "SIP:user$i@contoso.com", "smtp:u$i@fabrikam.com")
    }
    if ($Properties -gt 2) {
        $record['Identity'] = "user$i"
        $record['Name'] = "user$i"
        $record['DisplayName'] = "First Last $i"
        $record['PrimarySmtpAddress'] = "user$i@contoso.com"
        $record['RecipientTypeDetails'] = 'UserMailbox'
        $record['DistinguishedName'] = "CN=user$i,OU=contoso.onmicrosoft.com,OU=Microsoft Exchange Hosted Organizations,DC=EURPR05A001,DC=PROD,DC=OUTLOOK,DC=COM"
        $record['Alias'] = "user$i"
    }
    $recipients[$i] = [pscustomobject] $record
}

# Users as Get-ADUser prints them.
$users = New-Object object[] $Count
for ($i = 0; $i -lt $Count; $i++) {
    $users[$i] = [pscustomobject] @{
        DistinguishedName           = "CN=user$i,OU=People,DC=contoso,DC=com"
        ObjectGUID                  = [guid]::new($i, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
        SamAccountName              = "user$i"
        UserPrincipalName           = "user$i@contoso.com"
        mail                        = "first.last$i@contoso.com"
        mailNickname                = "user$i"
        proxyAddresses              = [string[]] @("SMTP:first.last$i@contoso.com", "smtp:u$i@contoso.com", "smtp:u$i@contoso.onmicrosoft.com")
        msExchRecipientTypeDetails  = '2147483648'
        msExchRemoteRecipientType   = '4'
    }
}

# Objects of both kinds in turn.
$mixed = New-Object object[] $Count
for ($i = 0; $i -lt $Count; $i++) { $mixed[$i] = if ($i % 2) { $users[$i] } else { $recipients[$i] } }

# The recipients as files.
$csv = Join-Path ([System.IO.Path]::GetTempPath()) "proxycalc-bench-$PID.csv"
$json = [System.IO.Path]::ChangeExtension($csv, 'json')
$recipients | Select-Object -Property *, @{ Name = 'EmailAddresses'; Expression = { $_.EmailAddresses -join ';' } } -ExcludeProperty EmailAddresses | Export-Csv -LiteralPath $csv -NoTypeInformation -Encoding UTF8
[System.IO.File]::WriteAllText($json, (ConvertTo-Json -InputObject $recipients -Compress -Depth 3))

# What any command pays that gives an object for each one.
function Get-Same {
    [CmdletBinding()] param([Parameter(ValueFromPipeline)] $InputObject)
    process {
        [pscustomobject] @{
            PSTypeName = 'Same'; Identity = $InputObject.UserPrincipalName; UserPrincipalName = $InputObject.UserPrincipalName; Mail = $InputObject.mail
            MailNickname = $InputObject.mailNickname; PrimarySmtpAddress = $InputObject.mail; Moera = ''; ProxyAddresses = $InputObject.proxyAddresses
            Trace = $null; Warnings = $null; Quarantined = $null; State = $null
        }
    }
}

function Measure-Empty {
    [CmdletBinding()] param([Parameter(ValueFromPipeline)] $InputObject)
    process { }
}

$candidates = [ordered] @{
    'empty advanced function'      = { $recipients | Measure-Empty }
    'one-liner, one address'       = { $recipients | Where-Object { $_.EmailAddresses -match 'user77@contoso.com' } }
    'best Dictionary loop'         = {
        $owner = [System.Collections.Generic.Dictionary[string, object]]::new([System.StringComparer]::OrdinalIgnoreCase)
        $found = [System.Collections.Generic.List[string]]::new()
        $other = $null
        foreach ($recipient in $recipients) {
            foreach ($address in $recipient.EmailAddresses) {
                if ($address.StartsWith('smtp:', [System.StringComparison]::OrdinalIgnoreCase)) {
                    if ($owner.TryGetValue($address, [ref] $other)) { $found.Add($address) } else { $owner.Add($address, $recipient) }
                }
            }
        }
    }
    'usual hashtable loop'         = {
        $owners = @{}
        foreach ($recipient in $recipients) {
            foreach ($address in $recipient.EmailAddresses) {
                if ($address -like 'smtp:*') { $owners[$address.ToLower()] += @($recipient.ExternalDirectoryObjectId) }
            }
        }
        $owners.GetEnumerator() | Where-Object { $_.Value.Count -gt 1 }
    }
    '| Test-ProxyConflict'         = { $recipients | Test-ProxyConflict -WarningAction Ignore }
    'Test-ProxyConflict -InputObject' = { Test-ProxyConflict -InputObject $recipients -WarningAction Ignore }
    '| Test-ProxyConflict, sources in turn' = { $mixed | Test-ProxyConflict -WarningAction Ignore }
    'Import-Csv, alone'            = { Import-Csv -LiteralPath $csv }
    'Test-ProxyConflict -Path csv' = { Test-ProxyConflict -Path $csv -WarningAction Ignore }
    'ConvertFrom-Json, alone'      = { ConvertFrom-Json -InputObject ([System.IO.File]::ReadAllText($json)) }
    'Test-ProxyConflict -Path json' = { Test-ProxyConflict -Path $json -WarningAction Ignore }
    'loop that lists the addresses' = {
        foreach ($recipient in $recipients) {
            foreach ($address in $recipient.EmailAddresses) { [pscustomobject] @{ Identity = $recipient.Identity; Address = $address } }
        }
    }
    '| Get-ProxyAddress'           = { $recipients | Get-ProxyAddress -WarningAction Ignore }
    'users into an empty function' = { $users | Measure-Empty }
    'users, an object for each'    = { $users | Get-Same }
    '| Get-ProxyCalculation'       = { $users | Get-ProxyCalculation -InitialDomain contoso.onmicrosoft.com -VerifiedDomain contoso.com }
}
if ($SkipSlow) { 'usual hashtable loop', 'ConvertFrom-Json, alone' | ForEach-Object { $candidates.Remove($_) } }

$best = [ordered] @{}
foreach ($name in $candidates.Keys) { $best[$name] = [double]::MaxValue }
for ($run = 0; $run -le $Runs; $run++) {
    foreach ($name in @($candidates.Keys)) {
        [System.GC]::Collect()
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        $null = & $candidates[$name]
        $elapsed = $clock.Elapsed.TotalMilliseconds
        # The first round warms up.
        if ($run -gt 0 -and $elapsed -lt $best[$name]) { $best[$name] = $elapsed }
    }
}

$goals = [ordered] @{
    '| Test-ProxyConflict'            = [ordered] @{ 'best Dictionary loop' = 0.60; 'usual hashtable loop' = 0.2; 'one-liner, one address' = 0.4 }
    'Test-ProxyConflict -InputObject' = [ordered] @{ 'best Dictionary loop' = 0.40 }
    '| Test-ProxyConflict, sources in turn' = [ordered] @{ '| Test-ProxyConflict' = 'none' }
    'Test-ProxyConflict -Path csv'    = [ordered] @{ 'Import-Csv, alone' = 0.15 }
    'Test-ProxyConflict -Path json'   = [ordered] @{ 'ConvertFrom-Json, alone' = 0.04 }
    '| Get-ProxyAddress'              = [ordered] @{ 'loop that lists the addresses' = 'none' }
    '| Get-ProxyCalculation'          = [ordered] @{ 'users into an empty function' = 4; 'users, an object for each' = 'none' }
}
$dictionary = $best['best Dictionary loop']
'PowerShell {0}, {1:N0} objects, {2} properties, best of {3}' -f $PSVersionTable.PSVersion, $Count, $Properties, $Runs
foreach ($name in $best.Keys) {
    '{0,-34} {1,8:N0} ms {2,6:N2} x the Dictionary loop' -f $name, $best[$name], ($best[$name] / $dictionary)
}
foreach ($name in $goals.Keys) {
    foreach ($other in $goals[$name].Keys) {
        if ($best.Contains($other)) {
            '{0} / {1}: {2:N2} (goal {3})' -f $name, $other, ($best[$name] / $best[$other]), $goals[$name][$other]
        }
    }
}
Remove-Item -LiteralPath $csv, $json
