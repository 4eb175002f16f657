# What an admin sees, exports and copies.

BeforeAll {
    . (Join-Path -Path $PSScriptRoot -ChildPath 'Common.ps1')
    $tenant = Join-Path -Path (Split-Path -Path (Split-Path -Path $PSScriptRoot)) -ChildPath 'examples/tenant'
    $sample = @(Test-ProxyConflict -Path (Join-Path -Path $tenant -ChildPath 'exchange-online.json'), (Join-Path -Path $tenant -ChildPath 'entra-*.json'), (Join-Path -Path $tenant -ChildPath 'active-directory.csv') -IncludeInformation -WarningAction SilentlyContinue -ErrorAction SilentlyContinue)
    # Names as nasty as a directory can hold.
    $nasty = @(foreach ($name in "O'Brien", "A`"B", 'A`B', '$(Get-Date)', 'A;B', 'A|B', 'A&B', '{A}', '@(A)', "A$([char] 0x2018)B", "A$([char] 0x2019)B", "A$([char] 0x201A)B", "A$([char] 0x201B)B", '-WhatIf', '# A', "A`nB", "A`r`nB", '<A>', '%A%', "A$([char] 0x201C)B") {
            $first = New-Mailbox -Name $name -Address "SMTP:$([guid]::NewGuid().ToString('N'))@contoso.com", "smtp:both.$($name.Length)'o@contoso.com"
            $second = New-Mailbox -Name "$name 2" -Address "smtp:both.$($name.Length)'o@contoso.com"
            $first, $second | Test-ProxyConflict -WarningAction SilentlyContinue
        })
}

Describe 'Remediation' {
    It 'is one command a line in the sample tenant and for nasty names' {
        $sample.Count | Should -BeGreaterThan 10
        $nasty.Count | Should -Be 20
        $lines = @($sample + $nasty | ForEach-Object { $_.Remediation })
        $lines.Count | Should -BeGreaterThan 30
        foreach ($line in $lines) {
            $problems = $null
            $tree = [System.Management.Automation.Language.Parser]::ParseInput($line, [ref] $null, [ref] $problems)
            $problems | Should -BeNullOrEmpty -Because $line
            $tree.EndBlock.Statements.Count | Should -BeLessOrEqual 1 -Because $line
            if ($tree.EndBlock.Statements.Count -eq 1) {
                $tree.EndBlock.Statements[0] | Should -BeOfType ([System.Management.Automation.Language.PipelineAst]) -Because $line
                @($tree.FindAll({ param($node) $node -is [System.Management.Automation.Language.SubExpressionAst] -or $node -is [System.Management.Automation.Language.VariableExpressionAst] -and $node.VariablePath.UserPath -notin 'true', 'false', 'null', '_' }, $true)).Count | Should -Be 0 -Because $line
            } else {
                $line | Should -Match '^#' -Because 'a line without a command is a comment'
            }
        }
    }
}

Describe 'Objects' {
    It 'have the documented properties, in this order' {
        $sample[0].psobject.TypeNames[0] | Should -Be 'ProxyCalc.Conflict'
        @($sample[0].psobject.Properties | Where-Object -Property MemberType -EQ -Value Property).Name | Should -BeExactly 'ConflictId', 'Address', 'AddressType', 'Kind', 'Severity', 'HolderCount', 'Holders', 'SuggestedKeeper', 'Reason', 'Remediation', 'HolderText', 'RemediationText'
        $sample[0].Holders[0].psobject.TypeNames[0] | Should -Be 'ProxyCalc.Holder'
        @($sample[0].Holders[0].psobject.Properties).Name | Should -BeExactly 'Identity', 'DisplayName', 'Id', 'RecipientTypeDetails', 'Role', 'Value', 'Sources', 'Synced', 'SoftDeleted', 'WhenSoftDeleted'
        $sample | ForEach-Object { $_.Holders.Count | Should -Be $_.HolderCount }
    }

    It 'come by severity, then by address' {
        $rank = @{ Error = 0; Warning = 1; Information = 2 }
        for ($i = 1; $i -lt $sample.Count; $i++) { $rank[$sample[$i].Severity] | Should -BeGreaterOrEqual $rank[$sample[$i - 1].Severity] }
    }

    It 'Select-Object Flat is fit for CSV' {
        $rows = @($sample | Select-Object -Property Flat | ConvertTo-Csv -NoTypeInformation | ConvertFrom-Csv)
        $rows.Count | Should -Be $sample.Count
        @($rows[0].psobject.Properties).Name | Should -BeExactly 'Address', 'Kind', 'Severity', 'HolderCount', 'HolderText', 'RemediationText'
        $rows | ForEach-Object { "$($_.HolderText)$($_.RemediationText)" | Should -Not -Match 'System\.|@\{Identity' }
        $rows[0].HolderText | Should -Match '\S+ \(\S.*\)'
    }

    It 'survive Export-Clixml and ConvertTo-Json' {
        $file = Join-Path -Path $TestDrive -ChildPath 'conflicts.xml'
        $sample | Export-Clixml -LiteralPath $file -Depth 5
        (Import-Clixml -LiteralPath $file)[0].Holders[0].Identity | Should -Be $sample[0].Holders[0].Identity
        (($sample | ConvertTo-Json -Depth 5 | ConvertFrom-Json)[0]).Holders[0].Identity | Should -Be $sample[0].Holders[0].Identity
    }

    It 'come whole out of a job or a remote session, which go one level deep' {
        $came = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($sample[0], 1))
        $came.Holders[0].Identity | Should -Be $sample[0].Holders[0].Identity
        $came.Holders[0].Sources | Should -Be $sample[0].Holders[0].Sources
    }

    It 'can be read in another runspace, while their own is busy' {
        $calculation = Get-ProxyCalculation -UserPrincipalName john@contoso.com -Licensed -InitialDomain contoso.onmicrosoft.com -VerifiedDomain contoso.com
        $shell = [powershell]::Create().AddScript('param($conflict, $calculation) $conflict.HolderText; "$($conflict.Holders[0])"; $calculation.Trace.Count; $calculation.State.Cloud.Moera').AddArgument($sample[0]).AddArgument($calculation)
        $run = $shell.BeginInvoke()
        # What is bound to a busy runspace would wait for ever.
        $run.AsyncWaitHandle.WaitOne(60000) | Should -BeTrue
        $shell.EndInvoke($run) | Should -Be $sample[0].HolderText, "$($sample[0].Holders[0])", $calculation.Trace.Count, $calculation.State.Cloud.Moera
        $shell.Dispose()
    }

    It 'a text holder without a type has no stray comma' {
        $conflict = [pscustomobject] @{ Identity = 'a'; EmailAddresses = 'SMTP:x@contoso.com' }, [pscustomobject] @{ Identity = 'b'; EmailAddresses = 'SMTP:x@contoso.com' } | Test-ProxyConflict -WarningAction SilentlyContinue
        $conflict.HolderText | Should -BeExactly 'a (Primary); b (Primary)'
        [string] $conflict.Holders[0] | Should -BeExactly 'a (Primary)'
    }

    It 'a conflict of 20,000 holders has them all' {
        $records = @(for ($i = 0; $i -lt 20000; $i++) { [pscustomobject] @{ ExternalDirectoryObjectId = (New-CloudId -Number $i); Identity = "m$i"; EmailAddresses = @("SMTP:m$i@contoso.com", 'smtp:all@contoso.com') } })
        $conflict = @($records | Test-ProxyConflict -WarningAction SilentlyContinue)
        $conflict.Count | Should -Be 1
        $conflict[0].Holders.Count | Should -Be 20000
        @($conflict[0].Holders.Id | Sort-Object -Unique).Count | Should -Be 20000
    }
}

Describe 'Views' {
    It 'the table of <Width> columns has severity, kind, the whole address and the names' -ForEach @{ Width = 80 }, @{ Width = 120 } {
        $conflict = (New-Mailbox -Name 'nlindqvist' -Address 'SMTP:n@contoso.com', 'smtp:sales@contoso.com'), (New-Mailbox -Name 'Nora Lindqvist (agency)' -Address 'smtp:sales@contoso.com') | Test-ProxyConflict -WarningAction SilentlyContinue
        $text = ($conflict | Out-String -Width $Width) -replace '\x1b\[[0-9;]*m'
        $text | Should -Match 'Severity\s+Kind\s+Address\s+Holders'
        $text | Should -Match 'Error\s+Duplicate\s+sales@contoso\.com\s+'
        ($text -replace '\s+', ' ') | Should -Match 'sales@contoso\.com Nora Lindqvist \(agency\), nlindqvist'
        $text -split "`r?`n" | ForEach-Object { $_.Length | Should -BeLessOrEqual $Width }
    }

    It 'the table of <Width> columns wraps no severity and no kind' -ForEach @{ Width = 80 }, @{ Width = 120 } {
        foreach ($severity in 'Error', 'Warning', 'Information') {
            foreach ($kind in 'Duplicate', 'UpnConflict', 'MailConflict', 'CrossDirectory', 'SoftDeleted', 'Planned', 'PredictedMoera', 'MultiplePrimary', 'SipSmtp', 'SelfDuplicate') {
                $conflict = [pscustomobject] @{ PSTypeName = 'ProxyCalc.Conflict'; Severity = $severity; Kind = $kind; Address = 'sales@contoso.com'; Holders = @() }
                ($conflict | Out-String -Width $Width) -replace '\x1b\[[0-9;]*m' | Should -Match "(?m)^$severity\s+$kind\s+sales@contoso\.com\s*$"
            }
        }
    }

    It 'the list has reason, keeper, every holder and every command' {
        $text = ($sample[0] | Format-List | Out-String -Width 120) -replace '\x1b\[[0-9;]*m' -replace '\s+'
        foreach ($part in $sample[0].Reason, $sample[0].SuggestedKeeper, $sample[0].ConflictId, $sample[0].Address) { $text.Contains(($part -replace '\s+')) | Should -BeTrue -Because $part }
        foreach ($holder in $sample[0].Holders) { $text.Contains(($holder.Value -replace '\s+')) | Should -BeTrue }
        foreach ($line in $sample[0].Remediation) { $text.Contains(($line -replace '\s+')) | Should -BeTrue -Because $line }
    }

    It 'the table of addresses shows who holds them, at <Width> columns and beside a long X500 address' -ForEach @{ Width = 80 }, @{ Width = 120 } {
        $long = New-Mailbox -Name 'Zoe' -Address 'SMTP:zoe@contoso.com', 'X500:/o=ExchangeLabs/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=0123456789abcdef0123456789abcdef-zoe'
        $text = (& { $long; New-ConflictSet } | Get-ProxyAddress -WarningAction SilentlyContinue | Out-String -Width $Width) -replace '\x1b\[[0-9;]*m'
        $text | Should -Match 'Type\s+Role\s+Address\s+Holder'
        ($text -replace '\s+', ' ') | Should -Match 'SMTP Primary ann@contoso\.com Ann \(UserMailbox, '
        ($text -replace '\s') | Should -Match 'X500Primary.*Zoe\(UserMailbox,'
    }

    It 'the tables of addresses and of address issues at 80 columns wrap no role, code or changed attribute' {
        foreach ($role in 'UserPrincipalName', 'LegacyExchangeDN') {
            [pscustomobject] @{ PSTypeName = 'ProxyCalc.AddressRow'; AddressType = 'SMTP'; Role = $role; Address = 'a@b.c'; Identity = 'a'; RecipientTypeDetails = 'User'; Source = 'Entra'; SoftDeleted = $true } | Out-String -Width 80 | Should -Match "SMTP\s+$role\s+a@b\.c\s+a \(User, Entra, deleted\)"
        }
        foreach ($code in 'MailDiffersFromPrimary', 'ReservedDomainSovereign', 'NicknameInvalidCharacter') {
            [pscustomobject] @{ PSTypeName = 'ProxyCalc.AddressIssue'; Severity = 'Information'; Identity = 'a'; Code = $code; Value = 'a@b'; Attribute = 'mail'; Suggestion = 'a@c' } | Out-String -Width 80 | Should -Match "Information\s+a\s+$code\s+a@b \(mail\)\s+a@c"
        }
        $calculation = [pscustomobject] @{ PSTypeName = 'ProxyCalc.Calculation'; ChangeText = 'mail, proxyAddresses'; Identity = 'a'; UserPrincipalName = 'b@contoso.onmicrosoft.com'; PrimarySmtpAddress = 'c@contoso.onmicrosoft.com'; QuarantinedText = 'mail b@contoso.com, held by c' } | Out-String -Width 80
        $calculation | Should -Match '(?m)^mail, proxyAddresses\s+a\s'
        $calculation | Should -Match '(?m)^quarantined\s' -Because 'an address that is lost is no detail'
    }

    It 'the summary and its parts name every source, problem and command in full at 80 columns' {
        New-ConflictSet | Test-ProxyConflict -SummaryVariable summary -WarningAction SilentlyContinue | Out-Null
        $shown = ($summary | Out-String -Width 80) -replace '\s'
        $shown | Should -Match ([regex]::Escape('ExchangeOnline(3)'))
        $table = ($summary.Coverage | Out-String -Width 80) -replace '\s'
        $summary.Coverage.Count | Should -BeGreaterThan 2
        foreach ($area in $summary.Coverage) {
            foreach ($text in $shown, $table) { $text.Contains(($area.Command -replace '\s')) | Should -BeTrue -Because $area.Command }
        }
    }

    It 'the character U+<Code> in data is shown and not obeyed' -ForEach @(
        foreach ($code in '001B', '000D', '000A', '0007', '0000', '0008', '009B', '202E') { @{ Code = $code } }
    ) {
        $char = [char] [System.Convert]::ToInt32($Code, 16)
        $odd = "O${char}d"
        $records = (New-Mailbox -Name $odd -Address "SMTP:a$($char)b@contoso.com", 'smtp:x@contoso.com', "smtp:wrong$char"), (New-Mailbox -Name 'Zoe' -Address 'smtp:x@contoso.com')
        $user = [pscustomobject] @{ UserPrincipalName = "u$($char)u@contoso.com"; mail = "m$($char)m@contoso.com"; proxyAddresses = @("smtp:p$($char)p@contoso.com"); assignedPlans = @() }
        $all = & {
            $records | Test-ProxyConflict | Format-Table | Out-String -Width 200
            $records | Test-ProxyConflict | Format-List | Out-String -Width 200
            $records | Get-ProxyAddress | Out-String -Width 200
            $records | Test-ProxyAddress | Out-String -Width 200
            $user | Get-ProxyCalculation -InitialDomain contoso.onmicrosoft.com | ForEach-Object { $_ | Format-Table; $_ | Format-List } | Out-String -Width 200
            Resolve-ProxyError -Message "The proxy address `"SMTP:a$($char)b@contoso.com`" is already being used by the proxy addresses or LegacyExchangeDN of `"$odd`"." -Recipient $records | ForEach-Object { $_ | Format-Table; $_ | Format-List } | Out-String -Width 200
            $user | Test-MailboxProvisioning -Recipient $records | ForEach-Object { $_ | Format-Table; $_ | Format-List } | Out-String -Width 200
            # Messages: of records, of problems, of arguments.
            $records[0].EmailAddresses = 'System.Object[]'
            $records | Test-ProxyConflict -SummaryVariable summary
            $summary.Problems.FirstRecords
            [pscustomobject] @{ Identity = $odd } | Add-Member -MemberType ScriptProperty -Name EmailAddresses -Value { throw "$odd" } -PassThru | Test-ProxyConflict
            "there is no $odd" | Test-ProxyConflict
            Test-ProxyConflict -Path "no$odd.csv"
            Get-ProxyAddress -InputObject $records -Address "*$odd"
        } *>&1
        $texts = @($all | ForEach-Object {
                $text = if ($_ -is [System.Management.Automation.ErrorRecord]) { $_.Exception.Message } else { [string] $_ }
                # What PowerShell itself puts between lines and around headings.
                $text -replace '\x1b\[[0-9;]*m' -replace '\r?\n', "`n"
            })
        $texts.Count | Should -BeGreaterThan 15
        if ($Code -eq '000A') {
            @($texts | Where-Object { $_ -match "O`nd" }) | Should -BeNullOrEmpty
            ($texts -join "`n").Contains('O\u{a}d') | Should -BeTrue
        } else {
            @($texts | Where-Object { $_.Contains($char) }) | Should -BeNullOrEmpty
        }
    }

    It 'a conflict from a job or a remote session shows its holders' {
        # Both serialise one level deep, and the holders come whole all the same.
        $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($sample[0], 1))
        ($copy | Out-String -Width 400) | Should -Match ([regex]::Escape($sample[0].Holders[0].Identity))
        $copy | Format-List | Out-String -Width 400 | Should -BeExactly ($sample[0] | Format-List | Out-String -Width 400)
    }
}
