#Requires -Version 7.2
<#
.SYNOPSIS
    Builds the module and stages it, as it is shipped, into target/ProxyCalc.

.DESCRIPTION
    With a .NET SDK the assembly is built by dotnet: one file for Windows PowerShell 5.1 and PowerShell 7. Without one
    PowerShell's own compiler makes it of the same sources; what it makes runs in this PowerShell only, which is enough for a
    checkout. Nothing is built where nothing changed. The native library is not built here: a staged module of a checkout finds
    the one that cargo built.

.PARAMETER Destination
    The folder of the module. Its name must be ProxyCalc.

.PARAMETER Library
    Native libraries to put into the module, each with the runtime it is for, as @{ 'linux-x64' = 'target/release/libproxycalc.so' }.

.PARAMETER Package
    For others: refuses a module that runs in this PowerShell only.

.PARAMETER Help
    Makes the help of docs/commands anew, before anything else.

.PARAMETER NoSdk
    Uses PowerShell's compiler although there is an SDK.

.OUTPUTS
    System.String: the path of the staged manifest.
#>
[CmdletBinding()]
param(
    [string] $Destination = (Join-Path -Path $PSScriptRoot -ChildPath '../target/ProxyCalc'),
    [hashtable] $Library = @{},
    [switch] $Package,
    [switch] $Help,
    [switch] $NoSdk
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$root = Split-Path -Path $PSScriptRoot
$source = Join-Path -Path $PSScriptRoot -ChildPath 'src'
$name = 'ProxyCalc.PowerShell.dll'

if ($Help) { & (Join-Path -Path $PSScriptRoot -ChildPath 'help.ps1') }

# Whether a file has to be made again: it is older than one of those that it is made of.
function Test-Stale {
    param([string] $Path, [System.IO.FileInfo[]] $Source)

    if (-not (Test-Path -LiteralPath $Path)) { return $true }
    $made = (Get-Item -LiteralPath $Path).LastWriteTimeUtc
    [bool] ($Source | Where-Object -Property LastWriteTimeUtc -GT -Value $made | Select-Object -First 1)
}

$hasSdk = -not $NoSdk -and (Get-Command -Name dotnet -CommandType Application -ErrorAction Ignore) -and (& dotnet --list-sdks)
if ($Package -and -not $hasSdk) {
    throw 'A package needs a .NET SDK: what PowerShell''s own compiler makes runs in this PowerShell only.'
}
$files = @(Get-ChildItem -LiteralPath $source -Recurse -File -Include '*.cs', '*.csproj', '*.props' | Where-Object -Property FullName -NotMatch '[\\/](obj|bin)[\\/]')
$built = Join-Path -Path $root -ChildPath ('target/dotnet/{0}/{1}' -f $(if ($hasSdk) { 'sdk' } else { "pwsh-$($PSVersionTable.PSVersion)" }), $name)
if (Test-Stale -Path $built -Source $files) {
    [void] [System.IO.Directory]::CreateDirectory((Split-Path -Path $built))
    if ($hasSdk) {
        $text = & dotnet build $source --configuration Release --output (Split-Path -Path $built) --verbosity quiet --nologo 2>&1 | Out-String
        if ($LASTEXITCODE -ne 0) { throw "dotnet build failed.`n$text" }
        # An unchanged assembly is not written again.
        (Get-Item -LiteralPath $built).LastWriteTimeUtc = [datetime]::UtcNow
    } else {
        $code = $files | Where-Object -Property Extension -EQ -Value '.cs'
        # The sources are checked against .NET Standard by the SDK; against this .NET the annotations are others.
        Add-Type -Path $code.FullName -OutputAssembly $built -OutputType Library -CompilerOptions '-nullable:enable', '-langversion:12' -IgnoreWarnings -WarningAction Ignore
    }
}

# Not wiped: on Windows an assembly that a session uses cannot be removed, and need not be where it did not change.
[void] [System.IO.Directory]::CreateDirectory($Destination)
$Destination = (Resolve-Path -LiteralPath $Destination).Path
$staged = @{ (Join-Path -Path $Destination -ChildPath $name) = $built }
foreach ($folder in @{ From = 'ProxyCalc'; To = '.' }, @{ From = 'Collection'; To = 'Collection' }) {
    $from = Join-Path -Path $PSScriptRoot -ChildPath $folder.From
    if (-not (Test-Path -LiteralPath $from)) { continue }
    foreach ($file in Get-ChildItem -LiteralPath $from -Recurse -File) {
        $to = [System.IO.Path]::GetFullPath([System.IO.Path]::Combine($Destination, $folder.To, [System.IO.Path]::GetRelativePath($from, $file.FullName)))
        $staged[$to] = $file.FullName
    }
}
foreach ($runtime in $Library.Keys) {
    $path = (Resolve-Path -LiteralPath $Library[$runtime]).Path
    $staged[[System.IO.Path]::Combine($Destination, 'runtimes', $runtime, 'native', [System.IO.Path]::GetFileName($path))] = $path
}
foreach ($to in $staged.Keys) {
    [void] [System.IO.Directory]::CreateDirectory((Split-Path -Path $to))
    if (Test-Stale -Path $to -Source (Get-Item -LiteralPath $staged[$to])) {
        Copy-Item -LiteralPath $staged[$to] -Destination $to -Force
        (Get-Item -LiteralPath $to).LastWriteTimeUtc = [datetime]::UtcNow
    }
}
foreach ($file in Get-ChildItem -LiteralPath $Destination -Recurse -File) {
    if (-not $staged.ContainsKey($file.FullName)) { Remove-Item -LiteralPath $file.FullName -Force }
}
Join-Path -Path $Destination -ChildPath 'ProxyCalc.psd1'
