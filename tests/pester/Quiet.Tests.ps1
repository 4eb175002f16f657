# -Quiet: one Boolean, or a terminating error; never nothing.

BeforeAll {
    . (Join-Path -Path $PSScriptRoot -ChildPath 'Common.ps1')
}

Describe '-Quiet' {
    It 'is <Expected> where <Name>' -ForEach @(
        @{ Name = 'an address is held twice'; Expected = $true; Make = { New-ConflictSet } }
        @{ Name = 'nothing is held twice'; Expected = $false; Make = { New-ConflictSet | Select-Object -Skip 1 } }
        @{ Name = 'there are only warnings'; Expected = $false; Make = { New-Mailbox -Name 'Two' -Address 'SMTP:one@contoso.com', 'SMTP:two@contoso.com' } }
        @{ Name = 'there is only information'; Expected = $false; Make = { New-Mailbox -Name 'Self' -Address 'SMTP:a@contoso.com', 'smtp:A@contoso.com' } }
        @{ Name = 'there is a conflict beside an unreadable record'; Expected = $true; Make = { New-ConflictSet; New-Mailbox -Name 'Lost' -Address 'System.Object[]' } }
    ) {
        $result = @(& $Make | Test-ProxyConflict -Quiet -WarningAction SilentlyContinue)
        $result.Count | Should -Be 1
        $result[0] | Should -BeOfType ([bool])
        $result[0] | Should -Be $Expected
    }

    It 'ends with an error where <Name>' -ForEach @(
        @{ Name = 'nothing came'; Make = { } }
        @{ Name = 'only null came'; Make = { $null } }
        @{ Name = 'no object has an address property'; Make = { [pscustomobject] @{ Identity = 'Ann' } } }
        @{ Name = 'strings came'; Make = { 'ann', 'bob' } }
        @{ Name = 'a value is the name of a type'; Make = { New-ConflictSet | Select-Object -Skip 1; New-Mailbox -Name 'Lost' -Address 'System.Object[]' } }
        @{ Name = 'a property throws'; Make = { New-ConflictSet | Select-Object -Skip 1; [pscustomobject] @{ Identity = 'Bad' } | Add-Member -MemberType ScriptProperty -Name EmailAddresses -Value { throw 'no access' } -PassThru } }
        @{ Name = 'half of a character came'; Make = { New-ConflictSet | Select-Object -Skip 1; New-Mailbox -Name 'Half' -Address "SMTP:$([char] 0xD800)@contoso.com" } }
    ) {
        { & $Make | Test-ProxyConflict -Quiet -WarningAction SilentlyContinue } | Should -Throw -ErrorId 'ProxyCalc.InputUnusable,ProxyCalc.Commands.TestProxyConflictCommand'
        # The error ends the statement whatever the preference is.
        $result = 'untouched'
        try { $result = & $Make | Test-ProxyConflict -Quiet -ErrorAction SilentlyContinue -WarningAction SilentlyContinue } catch { $caught = $_ }
        $caught.FullyQualifiedErrorId | Should -Be 'ProxyCalc.InputUnusable,ProxyCalc.Commands.TestProxyConflictCommand'
        $result | Should -BeExactly 'untouched'
    }

    It 'ends with an error for a missing file' {
        { Test-ProxyConflict -Path (Join-Path -Path $TestDrive -ChildPath 'missing.json') -Quiet -WarningAction SilentlyContinue } | Should -Throw -ErrorId 'ProxyCalc.InputUnusable,ProxyCalc.Commands.TestProxyConflictCommand'
    }

    It 'names the record that could not be read' {
        { & { New-ConflictSet | Select-Object -Skip 1; New-Mailbox -Name 'Lost' -Address 'System.Object[]' } | Test-ProxyConflict -Quiet -WarningAction SilentlyContinue } | Should -Throw -ExpectedMessage '*First: record * (Lost)*'
    }

    It 'stops a script that uses it in a condition' {
        $text = Invoke-FreshPowerShell -Script "Import-Module '$ModulePath'; if (@() | Test-ProxyConflict -Quiet) { 'conflict' } else { 'clean' }"
        $text | Should -Not -Match '(?m)^(clean|conflict)$'
        $text | Should -Match 'could not be read'
    }
}

Describe 'What could hide a conflict' {
    It 'ends -Quiet with an error, unless -AllowIncomplete takes it: <Name>' -ForEach @(
        @{ Name = 'DirectoriesNotJoined'; Make = { New-GraphUser -Name 'ann' -Address 'SMTP:ann@contoso.com'; New-DirectoryUser -Name 'Ann' -Address 'SMTP:ann@contoso.com' } }
        @{ Name = 'DefaultPageSize'; Make = { for ($i = 0; $i -lt 1000; $i++) { New-Mailbox -Name "m$i" -Address "SMTP:m$i@contoso.com" -Number $i } } }
        @{ Name = 'SourceAssumed'; Make = { [pscustomobject] @{ Name = 'a'; EmailAddresses = 'SMTP:a@contoso.com' } } }
    ) {
        { & $Make | Test-ProxyConflict -Quiet -WarningAction SilentlyContinue } | Should -Throw -ErrorId 'ProxyCalc.InputUnusable,ProxyCalc.Commands.TestProxyConflictCommand' -ExpectedMessage "*$Name*"
        & $Make | Test-ProxyConflict -Quiet -AllowIncomplete -WarningAction SilentlyContinue | Should -BeFalse
    }

    It '-AllowIncomplete takes nothing that was not read' {
        { & { New-Mailbox -Name 'Ann' -Address 'SMTP:a@contoso.com'; New-Mailbox -Name 'Lost' -Address 'System.Object[]' } | Test-ProxyConflict -Quiet -AllowIncomplete -WarningAction SilentlyContinue } | Should -Throw -ExpectedMessage '*TypeNameInsteadOfValues*'
    }

    It '-Source says where records come from' {
        $one = [pscustomobject] @{ Name = 'a'; EmailAddresses = 'SMTP:a@contoso.com' }
        $one | Test-ProxyConflict -Quiet -Source ExchangeOnPremises -SummaryVariable summary | Should -BeFalse
        $summary.Sources.ExchangeOnPremises | Should -Be 1
        { $one | Test-ProxyConflict -Source Unknown } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
    }
}
