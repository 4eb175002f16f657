# Data that was not read is never clean.

BeforeAll {
    . (Join-Path -Path $PSScriptRoot -ChildPath 'Common.ps1')

    function Write-File {
        param([string] $Name, [string] $Text)

        $path = Join-Path -Path $TestDrive -ChildPath $Name
        [System.IO.File]::WriteAllText($path, $Text)
        $path
    }

    # A page of Graph as Invoke-MgGraphRequest answers it.
    function New-Page {
        param([int] $Number, [string] $Next)

        $page = @{ '@odata.context' = 'https://graph.microsoft.com/v1.0/$metadata#users'; value = @(@{ id = (New-CloudId -Number $Number); userPrincipalName = "u$Number@contoso.com"; proxyAddresses = @("SMTP:u$Number@contoso.com") }) }
        if ($Next) { $page['@odata.nextLink'] = $Next }
        $page
    }

    $good = Write-File -Name 'good.csv' -Text "Identity,ExternalDirectoryObjectId,EmailAddresses`na,c10d0000-0000-4000-8000-000000000001,SMTP:a@contoso.com`n"
}

Describe 'Primary addresses without proxy addresses' {
    It '-Quiet ends with an error: <Name>' -ForEach @(
        @{ Name = 'EmailAddresses is missing'; More = @{} }
        @{ Name = 'EmailAddresses is misspelt'; More = @{ EmailAdresses = 'SMTP:a@contoso.com' }; Pattern = '*AddressColumnsNotRead*EmailAdresses*' }
        @{ Name = 'EmailAddresses is empty'; More = @{ EmailAddresses = @() } }
        @{ Name = 'EmailAddresses is null'; More = @{ EmailAddresses = $null } }
    ) {
        $one = [pscustomobject] (@{ ExternalDirectoryObjectId = (New-CloudId -Number 5); Name = 'a'; RecipientTypeDetails = 'UserMailbox'; PrimarySmtpAddress = 'a@contoso.com' } + $More)
        { $one | Test-ProxyConflict -Quiet -WarningAction SilentlyContinue } | Should -Throw -ErrorId 'ProxyCalc.InputUnusable,ProxyCalc.Commands.TestProxyConflictCommand' -ExpectedMessage $(if ($Pattern) { $Pattern } else { '*ProxyAddressesMissing*Get-EXORecipient*' })
        if ($Pattern) { return }
        # One among others that have some is as it may be.
        $one, (New-Mailbox -Name 'Zoe' -Address 'SMTP:zoe@contoso.com') | Test-ProxyConflict -Quiet -WarningAction SilentlyContinue | Should -BeFalse
    }

    It '-Quiet ends with an error for the export of the Exchange admin centre' {
        $file = Write-File -Name 'eac.csv' -Text "Display name,Email address,Recipient type`nBob,bob@contoso.com,UserMailbox`n"
        { Test-ProxyConflict -Path $file -Quiet -WarningAction SilentlyContinue } | Should -Throw -ExpectedMessage '*ProxyAddressesMissing*admin center*'
    }
}

Describe 'Files that gave nothing' {
    It '<Name> is a problem that names the file, alone and beside another' -ForEach @(
        @{ Name = 'an empty file'; File = 'empty.xml'; Text = ''; Code = 'SourceUnreadable'; Severity = 'Error' }
        @{ Name = 'XML that is no CLIXML'; File = 'page.xml'; Text = '<html>x</html>'; Code = 'SourceUnreadable'; Severity = 'Error' }
        @{ Name = 'CLIXML of nothing'; File = 'none.xml'; Text = '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04" />'; Code = 'SourceEmpty'; Severity = 'Warning' }
        @{ Name = 'an empty list'; File = 'none.json'; Text = '[]'; Code = 'SourceEmpty'; Severity = 'Warning' }
        @{ Name = 'a header without lines'; File = 'none.csv'; Text = "Identity,EmailAddresses`n"; Code = 'SourceEmpty'; Severity = 'Warning' }
    ) {
        $path = Write-File -Name $File -Text $Text
        Test-ProxyConflict -Path $good, $path -SummaryVariable summary -ErrorAction SilentlyContinue -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        $summary.Problems.Code | Should -Be $Code
        $summary.Problems[0].Severity | Should -Be $Severity
        $summary.Problems[0].FirstRecords | Should -BeLike "*$File*"
        if ($Severity -eq 'Error') {
            { Test-ProxyConflict -Path $good, $path -Quiet -WarningAction SilentlyContinue } | Should -Throw -ExpectedMessage "*$File*"
        }
        { Test-ProxyConflict -Path $path -Quiet -WarningAction SilentlyContinue } | Should -Throw -ExpectedMessage "*$(if ($Severity -eq 'Error') { $Code } else { 'NoRecords' })*$File*"
    }

    It 'CLIXML of objects of which nothing is read is an error: <Name>' -ForEach @(
        @{ Name = 'other objects'; Make = { [pscustomobject] @{ Handles = 1; Cpu = 2 } }; Code = 'PropertiesUnknown'; Pattern = '*Handles, Cpu*' }
        @{ Name = 'dictionaries'; Make = { @{ id = (New-CloudId -Number 1); proxyAddresses = @('SMTP:a@contoso.com') } }; Code = 'AddressColumnsNotRead' }
        @{ Name = 'pages of dictionaries'; Make = { New-Page -Number 1 }; Code = 'AddressColumnsNotRead' }
    ) {
        $path = Join-Path -Path $TestDrive -ChildPath 'other.xml'
        & $Make | Export-Clixml -LiteralPath $path
        { Test-ProxyConflict -Path $good, $path -Quiet -WarningAction SilentlyContinue } | Should -Throw -ExpectedMessage "*$Code*$Pattern"
    }
}

Describe 'Pages of Graph' {
    It 'a page that names a next one is an error: <Name>' -ForEach @(
        @{ Name = 'a hashtable in the pipeline'; Test = { New-Page -Number 1 -Next 'https://x' | Test-ProxyConflict -Quiet } }
        @{ Name = 'an object in the pipeline'; Test = { [pscustomobject] (New-Page -Number 1 -Next 'https://x') | Test-ProxyConflict -Quiet } }
        @{ Name = 'JSON'; Test = { Test-ProxyConflict -Quiet -Path (Write-File -Name 'one.json' -Text (New-Page -Number 1 -Next 'https://x' | ConvertTo-Json -Depth 5)) } }
        @{ Name = 'JSON on one line'; Test = { Test-ProxyConflict -Quiet -Path (Write-File -Name 'line.json' -Text (New-Page -Number 1 -Next 'https://x' | ConvertTo-Json -Depth 5 -Compress)) } }
        @{ Name = 'CLIXML'; Test = {
                $path = Join-Path -Path $TestDrive -ChildPath 'page.clixml'
                New-Page -Number 1 -Next 'https://x' | ConvertTo-Json -Depth 5 | ConvertFrom-Json | Export-Clixml -LiteralPath $path -Depth 5
                Test-ProxyConflict -Quiet -Path $path
            }
        }
    ) {
        { & $Test 3> $null } | Should -Throw -ExpectedMessage '*MorePages*-All*'
    }

    It 'all pages together are whole, in any order and from anywhere' {
        $file = Write-File -Name 'first.json' -Text (New-Page -Number 1 -Next 'https://x' | ConvertTo-Json -Depth 5)
        New-Page -Number 3 | Test-ProxyConflict -Path $file -Quiet -SummaryVariable summary -WarningAction SilentlyContinue | Should -BeFalse
        $summary.RecipientsRead | Should -Be 2
        $summary.Problems | Should -BeNullOrEmpty
        (New-Page -Number 2), (New-Page -Number 1 -Next 'https://x') | Test-ProxyConflict -Quiet -WarningAction SilentlyContinue | Should -BeFalse
    }
}

Describe 'Records of which nothing is known' {
    It 'a table with <Delimiter> shows its header, is no repeat, and says how to read it' -ForEach @(
        @{ Delimiter = ';'; Written = "-Delimiter ';'" }
        @{ Delimiter = "`t"; Written = '-Delimiter "`t"' }
    ) {
        $table = "Name${Delimiter}EmailAddresses", "a${Delimiter}SMTP:a@contoso.com", "b${Delimiter}SMTP:b@contoso.com" | ConvertFrom-Csv
        $table | Test-ProxyConflict -SummaryVariable summary -ErrorAction SilentlyContinue -WarningAction SilentlyContinue
        $summary.Problems.Code | Should -Be 'PropertiesUnknown'
        $summary.Problems[0].Count | Should -Be 2
        $summary.Objects | Should -Be 2
        $summary.Problems[0].FirstRecords[0].Contains("Name${Delimiter}EmailAddresses".Replace("`t", '\u{9}')) | Should -BeTrue
        $summary.Problems[0].FirstRecords[0].Contains($Written) | Should -BeTrue
    }

    It 'shows the first names, whatever they are' {
        $odd = [pscustomobject] @{ 'EmailAddresses[]' = 'a'; 'b"' = 2; "c$([char] 0xD83D)`n" = 3; d = 4 }
        $odd | Test-ProxyConflict -SummaryVariable summary -ErrorAction SilentlyContinue -WarningAction SilentlyContinue
        $summary.Problems.Code | Should -Be 'PropertiesUnknown'
        $summary.Problems[0].FirstRecords | Should -Be 'record 1: EmailAddresses[], b", c?'
    }

    It 'what is no object of Graph is not taken for one' {
        Get-Process -Id $PID | Test-ProxyConflict -SummaryVariable summary -ErrorAction SilentlyContinue -WarningAction SilentlyContinue
        $summary.Problems.Code | Should -Be 'EmailAddressesMissing'
    }
}

Describe 'Parameters that did nothing' {
    It '-ExcludeId names what matched nobody' {
        Test-ProxyConflict -Path $good -ExcludeId 'A', 'nobody', 'a*' -WarningVariable warning -WarningAction SilentlyContinue
        @($warning) -like 'ExcludeIdNotFound*' | Should -BeLike 'ExcludeIdNotFound (2)*First: nobody; a`*.'
    }

    It '-VerifiedDomain refuses a wildcard' {
        { Test-ProxyAddress -Path $good -VerifiedDomain '*.contoso.com' } | Should -Throw -ErrorId 'ProxyCalc.InvalidRequest,ProxyCalc.Commands.TestProxyAddressCommand'
    }

    It '-SummaryVariable takes the name with and without $, and refuses what is none' {
        Test-ProxyConflict -Path $good -SummaryVariable '$dollar' -WarningAction SilentlyContinue
        $dollar.RecipientsRead | Should -Be 1
        { Test-ProxyConflict -Path $good -SummaryVariable '$' } | Should -Throw
        { Test-ProxyConflict -Path $good -SummaryVariable '${s}' } | Should -Throw
    }

    It '-Address says that there are no wildcards' {
        Get-ProxyAddress -Path $good -Address '*@contoso.com' -WarningVariable warning -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        $warning | Should -BeLike "*'*@contoso.com'*no wildcards*"
        Get-ProxyAddress -Path $good -Address 'a@contoso.com' -WarningVariable warning | Should -Not -BeNullOrEmpty
        $warning | Should -BeNullOrEmpty
    }

    It '<Name> that is given and empty gives a warning' -ForEach @(
        @{ Name = '-Recipient of Test-MailboxProvisioning'; Run = { param($Value) New-GraphUser -Name 'ann' | Test-MailboxProvisioning -Recipient $Value -ErrorAction SilentlyContinue } }
        @{ Name = '-Recipient of Resolve-ProxyError'; Run = { param($Value) Resolve-ProxyError -Message 'x' -Recipient $Value -ErrorAction SilentlyContinue } }
        @{ Name = '-Previous of Get-ProxyCalculation'; Run = { param($Value) Get-ProxyCalculation -UserPrincipalName 'a@contoso.com' -InitialDomain 'contoso.onmicrosoft.com' -VerifiedDomain 'contoso.com' -Previous $Value } }
    ) {
        foreach ($value in $null, @()) {
            $warning = @(& $Run $value 3>&1 | Where-Object { $_ -is [System.Management.Automation.WarningRecord] })
            @($warning -like '*was given and is empty*').Count | Should -Be 1
        }
        $warning = @(& $Run (New-GraphUser -Name 'ann' -Address 'SMTP:ann@contoso.com') 3>&1 | Where-Object { $_ -is [System.Management.Automation.WarningRecord] })
        $warning -like '*was given and is empty*' | Should -BeNullOrEmpty
    }

    It '<Name> with nothing in the pipeline says so' -ForEach @(
        @{ Name = 'Test-MailboxProvisioning'; Run = { $null | Test-MailboxProvisioning } }
        @{ Name = 'Resolve-ProxyError'; Run = { $null | Resolve-ProxyError } }
        @{ Name = 'Resolve-ProxyError'; Run = { @() | Resolve-ProxyError } }
        @{ Name = 'Resolve-ProxyError'; Run = { Resolve-ProxyError -Message @() } }
    ) {
        $came = @(& $Run 2>&1)
        $came.Count | Should -Be 1
        $came[0].FullyQualifiedErrorId | Should -Be "ProxyCalc.NoRecords,ProxyCalc.Commands.$($Name -replace '-')Command"
    }

    It 'a text that names a file gets a hint at -Path, once' {
        $good, $good, 'ann@contoso.com' | Test-ProxyConflict -WarningVariable warning -WarningAction SilentlyContinue -ErrorAction SilentlyContinue
        @($warning -like "*-Path '*good.csv'*").Count | Should -Be 1
        $good | Resolve-ProxyError -Recipient $good -WarningVariable warning -WarningAction SilentlyContinue -ErrorAction SilentlyContinue | Out-Null
        @($warning -like "*-RecipientPath '*good.csv'*").Count | Should -Be 1
    }
}
