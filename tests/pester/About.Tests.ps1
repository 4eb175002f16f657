# The topic about_ProxyCalc: found by Get-Help, complete, readable everywhere, and its examples name what there is.

BeforeAll {
    . (Join-Path -Path $PSScriptRoot -ChildPath 'Common.ps1')

    $path = Join-Path -Path (Split-Path -Path $ModulePath) -ChildPath 'en-US/about_ProxyCalc.help.txt'
    $lines = [System.IO.File]::ReadAllLines($path)
    $exported = @((Get-Module -Name ProxyCalc).ExportedCommands.Keys)
}

Describe 'about_ProxyCalc' {
    It 'is found by Get-Help' {
        $text = Invoke-FreshPowerShell -Script "Import-Module '$ModulePath'; Get-Help about_ProxyCalc | Out-String -Width 200"
        $text | Should -Match 'about_ProxyCalc'
        $text | Should -Match 'situation by\s+situation'
    }

    It 'names every command' {
        $text = $lines -join "`n"
        $exported.Count | Should -BeGreaterThan 6
        foreach ($command in $exported) {
            $text | Should -Match "(?m)^    $command\b" -Because "$command belongs into the list at the top or the end"
        }
    }

    It 'is ASCII, and fits into 80 columns' {
        # Windows PowerShell reads help files as ANSI.
        $lines -match '[^\x20-\x7E]' | Should -BeNullOrEmpty
        @($lines | Where-Object { $_.Length -gt 80 }) | Should -BeNullOrEmpty
    }

    It 'has examples that parse, with parameters that exist' {
        # An example is a run of lines that are indented by eight or more.
        $examples = (($lines -replace '^ {0,7}\S.*$', '') -join "`n") -split '\n\s*\n' | Where-Object { $_.Trim() }
        @($examples).Count | Should -BeGreaterThan 6
        $called = foreach ($example in $examples) {
            $problems = $null
            $tree = [System.Management.Automation.Language.Parser]::ParseInput($example, [ref] $null, [ref] $problems)
            $problems | Should -BeNullOrEmpty -Because $example
            foreach ($call in $tree.FindAll({ param($node) $node -is [System.Management.Automation.Language.CommandAst] }, $true)) {
                $name = $call.GetCommandName()
                if ($exported -notcontains $name) { continue }
                $name
                foreach ($parameter in $call.CommandElements | Where-Object { $_ -is [System.Management.Automation.Language.CommandParameterAst] }) {
                    @((Get-Command -Name $name).Parameters.Keys) | Should -Contain $parameter.ParameterName -Because $example
                }
            }
        }
        @($exported | Where-Object { $called -notcontains $_ }) | Should -BeNullOrEmpty -Because 'each command has an example'
    }
}
