# The main jobs on the sample tenant; `cargo run --release --example demo` runs it.
param(
    [Parameter(Mandatory = $true)] [string] $Module,
    [Parameter(Mandatory = $true)] [string] $Tenant,
    [Parameter(Mandatory = $true)] [string[]] $File
)

$ErrorActionPreference = 'Stop'
Import-Module -Name $Module
$files = @(foreach ($name in $File) { Join-Path -Path $Tenant -ChildPath $name })
$domains = @{ InitialDomain = 'contoso.onmicrosoft.com'; VerifiedDomain = 'contoso.com', 'fabrikam.com' }

'Which addresses are held twice?'
Test-ProxyConflict -Path $files -SummaryVariable summary -OutVariable conflict | Out-String -Width 120 -Stream
'The first one in full:'
$conflict[0] | Format-List | Out-String -Width 120 -Stream
'{0} records are {1} objects with {2} addresses; {3} conflicts.' -f $summary.RecipientsRead, $summary.Objects, $summary.AddressesRead, $summary.Conflicts
'Not read, and able to hold addresses: ' + ($summary.NotCovered -join ', ')

''
'What would the sync drop, refuse or change?'
$onPremises = Join-Path -Path $Tenant -ChildPath 'active-directory.csv'
Test-ProxyAddress -Path $onPremises @domains | Group-Object -Property Severity, Code -NoElement | Format-Table -AutoSize | Out-String -Width 120 -Stream

'What does Entra ID make of a user whose sign-in domain is not verified?'
Import-Csv -Path $onPremises | Where-Object UserPrincipalName -Like '*@corp.contoso.com' | Where-Object mail | Select-Object -First 1 |
    Get-ProxyCalculation @domains -Licensed | Format-List | Out-String -Width 120 -Stream

'What does this error say, and who has the address?'
$duplicate = $conflict | Where-Object { $_.Kind -eq 'Duplicate' -and $_.AddressType -eq 'SMTP' } | Select-Object -First 1
$message = 'The proxy address "SMTP:{0}" is already being used by the proxy addresses or LegacyExchangeDN.' -f $duplicate.Address
$message
Resolve-ProxyError -Message $message -RecipientPath $files -WarningAction Ignore | Select-Object -Property Code, IsConflict, Holders, Explanation | Format-List | Out-String -Width 120 -Stream
