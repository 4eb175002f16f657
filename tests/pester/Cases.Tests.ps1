# Every case of tests/cases/find_conflicts, sent as objects: what the module makes of them must be what the library makes
# of the JSON. Only members that a case names are compared. A case whose records are no objects is left to the library's
# own test: ConvertFrom-Json would not give the module what the file holds.

BeforeDiscovery {
    $folder = Join-Path -Path (Split-Path -Path $PSScriptRoot) -ChildPath 'cases/find_conflicts'
    $cases = @(foreach ($file in (Get-ChildItem -Path $folder -Filter '*.json' | Sort-Object -Property Name)) {
            $case = Get-Content -LiteralPath $file.FullName -Raw -Encoding UTF8 | ConvertFrom-Json
            $odd = @($case.request.recipients | Where-Object { $_ -isnot [System.Management.Automation.PSCustomObject] })
            # What the command has no parameter for is the library's own to try.
            $option = @(if ($case.request.psobject.Properties['options']) { $case.request.options.psobject.Properties.Name })
            if ($odd.Count -eq 0 -and $option -notcontains 'verifiedDomains') {
                @{ Name = $file.BaseName; About = $case.about; File = $file.FullName }
            }
        })
}

BeforeAll {
    . (Join-Path -Path $PSScriptRoot -ChildPath 'Common.ps1')
}

Describe 'A case of find_conflicts' {
    It '<Name>: <About>' -ForEach $cases {
        $case = Get-Content -LiteralPath $File -Raw -Encoding UTF8 | ConvertFrom-Json
        $argument = @{}
        $map = @{ includeInformation = 'IncludeInformation'; kinds = 'Kind'; addressTypes = 'AddressType'; excludeIds = 'ExcludeId'; initialDomain = 'InitialDomain' }
        if ($case.request.psobject.Properties['options']) {
            foreach ($option in $case.request.options.psobject.Properties) {
                if ($null -ne $option.Value -and $option.Name -ne 'version') {
                    $map.ContainsKey($option.Name) | Should -BeTrue -Because "the option $($option.Name) needs a parameter"
                    $argument[$map[$option.Name]] = $option.Value
                }
            }
        }
        $conflicts = @($case.request.recipients | Test-ProxyConflict @argument -SummaryVariable summary -ErrorAction SilentlyContinue -WarningAction SilentlyContinue)

        $difference = @(
            Compare-Subset -Expected @($case.expect.conflicts) -Actual $conflicts -At 'conflicts'
            if ($case.expect.psobject.Properties['summary']) {
                Compare-Subset -Expected $case.expect.summary -Actual $summary -At 'summary'
            }
        )
        $difference -join "`n" | Should -BeNullOrEmpty
        # Cases have few columns, which seldom say where a record comes from: those about it look at it.
        @($summary.Problems.Code | Where-Object { $Name -like 'source_*' -or $_ -ne 'SourceAssumed' } | Sort-Object) -join ', ' | Should -BeExactly (@($case.expect.problems | Sort-Object) -join ', ')
    }
}
