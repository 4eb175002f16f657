# What a fresh process pays: importing the module, over importing an empty one, and the first call.
#
#   cargo build --release
#   pwsh -NoProfile -File benches/import.ps1 [-Runs 7]
#
# Each figure is the median of fresh processes, taken in turn.
param([int] $Runs = 7)

$ErrorActionPreference = 'Stop'
$module = & (Join-Path $PSScriptRoot '../powershell/build.ps1')
$folder = Join-Path ([System.IO.Path]::GetTempPath()) "proxycalc-bench-$PID"
$null = New-Item -ItemType Directory -Path $folder
try {
    # As empty as a module with a manifest and an exported function can be.
    Set-Content -LiteralPath (Join-Path $folder 'Empty.psm1') -Value 'function Get-Nothing { }'
    New-ModuleManifest -Path (Join-Path $folder 'Empty.psd1') -RootModule 'Empty.psm1' -FunctionsToExport 'Get-Nothing' -CmdletsToExport @() -AliasesToExport @()
    $warmUp = '$null = [System.Diagnostics.Stopwatch]::StartNew(); '
    $time = { param($code) $warmUp + '$c = [System.Diagnostics.Stopwatch]::StartNew(); ' + $code + '; $c.Elapsed.TotalMilliseconds.ToString([cultureinfo]::InvariantCulture)' }
    $import = "Import-Module '$($module.Replace("'", "''"))'"
    $empty = "Import-Module '$((Join-Path $folder 'Empty.psd1').Replace("'", "''"))'"
    $one = "[pscustomobject] @{ EmailAddresses = 'SMTP:a@contoso.com'; ExternalDirectoryObjectId = '6f9619ff-8b86-d011-b42d-00c04fc964ff' }"
    # A function of the same kind that does nothing: what PowerShell itself takes for a first call.
    $idle = 'function Test-Nothing { [CmdletBinding()] param([Parameter(ValueFromPipeline)] $InputObject) process { } }'
    $scripts = [ordered] @{
        'import empty'     = & $time $empty
        'import ProxyCalc' = & $time $import
        'first call, idle' = "$idle; " + (& $time "`$null = $one | Test-Nothing")
        'first call'       = "$import; " + (& $time "`$null = $one | Test-ProxyConflict -WarningAction Ignore")
        'first answer'     = & $time "$import; `$null = $one | Test-ProxyConflict -WarningAction Ignore"
    }
    $taken = @{}
    foreach ($name in $scripts.Keys) { $taken[$name] = [System.Collections.Generic.List[double]]::new() }
    for ($run = 0; $run -lt $Runs; $run++) {
        foreach ($name in $scripts.Keys) {
            $text = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command $scripts[$name]
            $taken[$name].Add([double]::Parse(@($text)[-1], [cultureinfo]::InvariantCulture))
        }
    }
    $median = @{}
    foreach ($name in $scripts.Keys) {
        $median[$name] = @($taken[$name] | Sort-Object)[[int] [math]::Floor($Runs / 2)]
        '{0,-18} {1,7:N0} ms' -f $name, $median[$name]
    }
    'from Import-Module to the first answer: {0:N0} ms (goal 100)' -f $median['first answer']
    'import over an empty module: {0:N0} ms (goal 60)' -f ($median['import ProxyCalc'] - $median['import empty'])
    'first call over an idle one: {0:N0} ms (goal 60)' -f ($median['first call'] - $median['first call, idle'])
} finally {
    Remove-Item -LiteralPath $folder -Recurse
}
