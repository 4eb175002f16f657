# PSScriptAnalyzer over the module, its tests and the scripts beside them. Ends with 1 where it finds something.
#
#   pwsh -NoProfile -File .ci/analyze.ps1
param(
    # A machine that must have the analyser (a build server) says so: then a missing one is a failure.
    [switch] $Required
)

$ErrorActionPreference = 'Stop'
$root = Split-Path -Path $PSScriptRoot
if (-not (Get-Module -Name PSScriptAnalyzer -ListAvailable)) {
    'SKIPPED: the PowerShell scripts were not analysed: PSScriptAnalyzer is not installed.'
    exit [int] [bool] $Required
}
Import-Module -Name PSScriptAnalyzer

$finding = @(
    # What is shipped, also for Windows PowerShell.
    foreach ($folder in 'powershell/ProxyCalc', 'powershell/Collection') {
        Invoke-ScriptAnalyzer -Path (Join-Path -Path $root -ChildPath $folder) -Recurse -Settings (Join-Path -Path $root -ChildPath 'powershell/PSScriptAnalyzerSettings.psd1')
    }
    # Tests and tools run where we choose: no compatibility profiles. Pester's own style trips three rules: variables
    # that other blocks read, helpers that make objects, and the variables that -ForEach makes.
    foreach ($folder in 'powershell/*.ps1', 'tests/pester', '.ci', 'benches', 'examples') {
        Invoke-ScriptAnalyzer -Path (Join-Path -Path $root -ChildPath $folder) -Recurse -Severity Error, Warning -ExcludeRule PSUseDeclaredVarsMoreThanAssignments, PSUseShouldProcessForStateChangingFunctions, PSReviewUnusedParameter, PSAvoidGlobalVars, PSUseCompatibleCommands, PSUseCompatibleTypes, PSUseCompatibleSyntax
    }
)
foreach ($item in $finding) {
    '{0}:{1}: {2} {3}: {4}' -f $item.ScriptPath, $item.Line, $item.Severity, $item.RuleName, $item.Message
}
'{0} findings' -f $finding.Count
exit [int] ($finding.Count -gt 0)
