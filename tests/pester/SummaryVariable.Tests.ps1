# -SummaryVariable: in the scope of the caller, and before the first result.

BeforeAll {
    . (Join-Path -Path $PSScriptRoot -ChildPath 'Common.ps1')
}

Describe '-SummaryVariable' {
    It 'is set before the first result' {
        New-ConflictSet | Test-ProxyConflict -SummaryVariable early -WarningAction SilentlyContinue | ForEach-Object { $seen = $early.RecipientsRead }
        $seen | Should -Be 3
    }

    It 'is set in a function and not outside' {
        function Measure-Recipient {
            New-ConflictSet | Test-ProxyConflict -SummaryVariable inner -WarningAction SilentlyContinue | Out-Null
            $inner.RecipientsRead
        }
        Measure-Recipient | Should -Be 3
        Get-Variable -Name inner -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'is set in a script block of its own scope' {
        & { New-ConflictSet | Test-ProxyConflict -SummaryVariable own -WarningAction SilentlyContinue | Out-Null; $own.Objects } | Should -Be 3
        Get-Variable -Name own -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'is set in a dot-sourced script block' {
        . { New-ConflictSet | Test-ProxyConflict -SummaryVariable dotted -WarningAction SilentlyContinue | Out-Null }
        $dotted.Objects | Should -Be 3
    }

    It 'is set in another module' {
        $module = New-Module -ScriptBlock { function Measure-It { param($InputObject) $InputObject | Test-ProxyConflict -SummaryVariable there -WarningAction SilentlyContinue | Out-Null; $there.RecipientsRead } }
        & $module { param($InputObject) Measure-It -InputObject $InputObject } @(New-ConflictSet) | Should -Be 3
        Remove-Module -ModuleInfo $module -ErrorAction Ignore
    }

    It 'is set with -Quiet, and where there is nothing to read' {
        [void] (New-ConflictSet | Test-ProxyConflict -Quiet -SummaryVariable quiet -WarningAction SilentlyContinue)
        $quiet.Errors | Should -Be 1
        try { [void] (@() | Test-ProxyConflict -Quiet -SummaryVariable none -WarningAction SilentlyContinue) } catch { $caught = $_ }
        $caught | Should -Not -BeNullOrEmpty
        $none.Problems.Code | Should -Be 'NoRecords'
    }

    It 'counts what could not be read' {
        $bad = [pscustomobject] @{ Identity = 'Bad' } | Add-Member -MemberType ScriptProperty -Name EmailAddresses -Value { throw 'no access' } -PassThru
        & { New-ConflictSet; $bad } | Test-ProxyConflict -SummaryVariable counted -WarningAction SilentlyContinue -ErrorAction SilentlyContinue | Out-Null
        $counted.RecipientsRead | Should -Be 4
    }

    It 'has what an admin reads in it' {
        New-ConflictSet | Test-ProxyConflict -SummaryVariable whole -WarningAction SilentlyContinue | Out-Null
        $whole.psobject.TypeNames | Should -Contain 'ProxyCalc.Summary'
        $whole.Sources.ExchangeOnline | Should -Be 3
        $whole.NotCovered | Should -Contain 'SoftDeletedRecipients'
        $whole.Coverage | ForEach-Object { $_.Command | Should -Not -BeNullOrEmpty }
    }

    It 'fetches soft-deleted recipients of the same types as the help and the collection script' {
        New-ConflictSet | Test-ProxyConflict -SummaryVariable whole -WarningAction SilentlyContinue | Out-Null
        $help = Get-Help -Name Test-MailboxProvisioning -Examples | Out-String -Width 1000
        $script = Get-ProxyCollectionScript -IncludeDeleted | Out-String
        $types = @(
            foreach ($text in ($whole.Coverage | Where-Object Code -EQ SoftDeletedRecipients).Command, $help, $script) {
                $found = [regex]::Matches($text, 'Get-EXORecipient -IncludeSoftDeletedRecipients -RecipientTypeDetails (\$\w+|[\w,]+) ')
                $found.Count | Should -Be 1
                $list = $found[0].Groups[1].Value
                # A variable holds the list.
                if ($list[0] -eq '$') { $list = [regex]::Match($text, "$([regex]::Escape($list)) = @?\(?\s*((?:'\w+',?\s*)+)").Groups[1].Value }
                $list -replace "[\s']"
            }
        )
        $types[0] | Should -Match '^EquipmentMailbox,.*,UserMailbox$'
        $types | Select-Object -Unique | Should -Be $types[0]
    }
}
