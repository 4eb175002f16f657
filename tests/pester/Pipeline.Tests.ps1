# How the commands behave among others: preferences, common parameters, pipelines that are cut, several at once.

BeforeAll {
    . (Join-Path -Path $PSScriptRoot -ChildPath 'Common.ps1')
    # One conflict, one error (a record without values), and warnings are not asked for.
    function New-BadSet {
        New-ConflictSet
        New-Mailbox -Name 'Lost' -Address 'System.Object[]'
    }
}

Describe 'A pipeline that is cut' {
    BeforeEach {
        $before = Wait-WorkerCount -Count 0
        $many = @(for ($i = 0; $i -lt 3000; $i++) { New-Mailbox -Name "m$i" -Address "SMTP:m$i@contoso.com", "smtp:p$($i % 500)@contoso.com" -Number $i })
    }

    It 'frees the scan: <Name>' -ForEach @(
        @{ Name = 'Select-Object -First'; Cut = { $many | Test-ProxyConflict -WarningAction SilentlyContinue | Select-Object -First 1 } }
        @{ Name = 'an error upstream'; Cut = { try { & { $many; throw 'upstream' } | Test-ProxyConflict -WarningAction SilentlyContinue } catch { 'cut' } } }
        @{ Name = 'an error downstream'; Cut = { try { $many | Test-ProxyConflict -WarningAction SilentlyContinue | ForEach-Object { throw 'downstream' } } catch { 'cut' } } }
        @{ Name = 'break upstream'; Cut = { foreach ($once in 1) { & { $many; break } | Test-ProxyConflict -WarningAction SilentlyContinue }; 'cut' } }
        @{ Name = 'break downstream'; Cut = { foreach ($once in 1) { $many | Test-ProxyConflict -WarningAction SilentlyContinue | ForEach-Object { break } }; 'cut' } }
        @{ Name = '-ErrorAction Stop'; Cut = { try { New-BadSet | Test-ProxyConflict -ErrorAction Stop -WarningAction SilentlyContinue } catch { 'cut' } } }
        @{ Name = 'a pipeline that is stopped'; Cut = {
                $shell = [powershell]::Create()
                [void] $shell.AddScript("Import-Module '$ModulePath'; & { [pscustomobject] @{ Identity = 'a'; EmailAddresses = 'SMTP:a@contoso.com' }; [pscustomobject] @{ Identity = 'b'; EmailAddresses = 'SMTP:b@contoso.com' }; Start-Sleep -Seconds 60 } | Test-ProxyConflict")
                $run = $shell.BeginInvoke()
                Start-Sleep -Milliseconds 1500
                $shell.Stop()
                try { $shell.EndInvoke($run) } catch { 'cut' }
                $shell.Dispose()
            }
        }
        @{ Name = 'a pipeline that ends'; Cut = { $many | Test-ProxyConflict -WarningAction SilentlyContinue } }
    ) {
        & $Cut | Should -Not -BeNullOrEmpty
        if ($null -eq $before) { Set-ItResult -Skipped -Because 'threads have no names here' }
        Wait-WorkerCount -Count 0 | Should -Be 0
    }

    It 'leaves the command usable' {
        [void] ($many | Test-ProxyConflict -WarningAction SilentlyContinue | Select-Object -First 1)
        @($many | Test-ProxyConflict -WarningAction SilentlyContinue).Count | Should -Be 500
    }

    It 'what a command further down throws keeps its own id' {
        { New-ConflictSet | Test-ProxyConflict -WarningAction SilentlyContinue | ForEach-Object { throw 'mine' } } | Should -Throw -ErrorId 'mine'
    }
}

Describe 'Errors and warnings' {
    It 'come after the results, with an id, a category and a target' {
        $all = @(New-BadSet | Test-ProxyConflict -WarningAction SilentlyContinue 2>&1)
        $all.Count | Should -Be 2
        $all[0].Kind | Should -Be 'Duplicate'
        $all[1] | Should -BeOfType ([System.Management.Automation.ErrorRecord])
        $all[1].FullyQualifiedErrorId | Should -BeExactly 'ProxyCalc.TypeNameInsteadOfValues,ProxyCalc.Commands.TestProxyConflictCommand'
        $all[1].CategoryInfo.Category | Should -Be 'InvalidData'
        $all[1].TargetObject.FirstRecords | Should -BeLike '*Lost*'
        $all[1].Exception.Message | Should -BeLike '*Lost*EmailAddresses*'
    }

    It 'obey -ErrorAction <_>' -ForEach 'SilentlyContinue', 'Ignore' {
        $Error.Clear()
        @(New-BadSet | Test-ProxyConflict -WarningAction SilentlyContinue -ErrorAction $_ 2>&1).Count | Should -Be 1
        $Error.Count | Should -Be $(if ($_ -eq 'Ignore') { 0 } else { 1 })
    }

    It 'obey -ErrorAction Stop after the results came' {
        $seen = New-Object -TypeName System.Collections.Generic.List[object]
        { New-BadSet | Test-ProxyConflict -WarningAction SilentlyContinue -ErrorAction Stop | ForEach-Object { $seen.Add($_) } } | Should -Throw -ErrorId 'ProxyCalc.TypeNameInsteadOfValues,ProxyCalc.Commands.TestProxyConflictCommand'
        $seen.Count | Should -Be 1
    }

    It 'obey $ErrorActionPreference of the caller: <Preference>' -ForEach @(
        @{ Preference = 'Stop'; Throws = $true; Count = 0 }
        @{ Preference = 'Continue'; Throws = $false; Count = 2 }
        @{ Preference = 'SilentlyContinue'; Throws = $false; Count = 1 }
    ) {
        $ErrorActionPreference = $Preference
        $thrown = $false
        $result = @()
        try { $result = @(New-BadSet | Test-ProxyConflict -WarningAction SilentlyContinue 2>&1) } catch { $thrown = $true }
        $thrown | Should -Be $Throws
        $result.Count | Should -Be $Count
    }

    It 'warnings obey the caller and fill -WarningVariable' {
        $records = @(New-Mailbox -Name 'Ann' -Address 'SMTP:a@contoso.com' -Number 1) * 2
        @($records | Test-ProxyConflict 3>&1).Count | Should -Be 1
        @($records | Test-ProxyConflict -WarningAction SilentlyContinue -WarningVariable warning 3>&1).Count | Should -Be 0
        $warning | Should -BeLike 'RepeatedRecords*'
        & { $WarningPreference = 'SilentlyContinue'; @($records | Test-ProxyConflict 3>&1).Count } | Should -Be 0
        { & { $WarningPreference = 'Stop'; $records | Test-ProxyConflict } } | Should -Throw
    }

    It '-ErrorVariable holds exactly the errors of the command' {
        New-BadSet | Test-ProxyConflict -WarningAction SilentlyContinue -ErrorAction SilentlyContinue -ErrorVariable problem | Out-Null
        @($problem).Count | Should -Be 1
    }
}

Describe 'Common parameters and callers' {
    It '-OutVariable holds what came' {
        New-ConflictSet | Test-ProxyConflict -OutVariable out -WarningAction SilentlyContinue | Out-Null
        $out.Count | Should -Be 1
        New-ConflictSet | Test-ProxyConflict -OutVariable +out -WarningAction SilentlyContinue | Out-Null
        $out.Count | Should -Be 2
    }

    It 'works under Set-StrictMode -Version Latest and $ErrorActionPreference Stop' {
        & {
            Set-StrictMode -Version Latest
            $ErrorActionPreference = 'Stop'
            $mixed = & { New-ConflictSet; New-GraphUser -Name 'g' -Address 'smtp:sales@contoso.com'; $null; @{ Identity = 'h'; ProxyAddresses = 'smtp:sales@contoso.com' } }
            $conflict = @($mixed | Test-ProxyConflict -WarningAction SilentlyContinue)
            $conflict[0].HolderCount | Should -BeGreaterThan 2
            $conflict | Format-List | Out-String | Should -Not -BeNullOrEmpty
            @($mixed | Get-ProxyAddress -WarningAction SilentlyContinue).Count | Should -BeGreaterThan 5
        }
    }

    It 'gives the same twice' {
        $first = New-ConflictSet | Test-ProxyConflict -WarningAction SilentlyContinue | ConvertTo-Json -Depth 5
        $second = New-ConflictSet | Test-ProxyConflict -WarningAction SilentlyContinue | ConvertTo-Json -Depth 5
        $second | Should -BeExactly $first
    }

    It 'runs inside the ForEach-Object of another' {
        $inner = New-ConflictSet | Test-ProxyConflict -WarningAction SilentlyContinue | ForEach-Object { New-ConflictSet | Test-ProxyConflict -WarningAction SilentlyContinue | ForEach-Object { $_.Holders.Count } }
        $inner | Should -Be 2
        $upstream = New-ConflictSet | ForEach-Object { $record = $_; [void] (New-ConflictSet | Test-ProxyConflict -Quiet -WarningAction SilentlyContinue); $record } | Test-ProxyConflict -WarningAction SilentlyContinue
        @($upstream).Count | Should -Be 1
        @(New-ConflictSet | Test-ProxyConflict -WarningAction SilentlyContinue | ForEach-Object { $_.Holders } | Get-ProxyAddress -WarningAction SilentlyContinue -ErrorAction SilentlyContinue).Count | Should -Be 0
    }

    It 'runs in several runspaces at once' {
        $records = @(for ($i = 0; $i -lt 2000; $i++) { New-Mailbox -Name "m$i" -Address "SMTP:m$i@contoso.com", "smtp:p$($i % 1000)@contoso.com" -Number $i })
        $shells = foreach ($number in 1..4) {
            $shell = [powershell]::Create()
            [void] $shell.AddScript("param(`$records) Import-Module '$ModulePath'; @(`$records | Test-ProxyConflict -WarningAction Ignore).Count").AddArgument($records)
            @{ Shell = $shell; Run = $shell.BeginInvoke() }
        }
        foreach ($item in $shells) {
            $item.Shell.EndInvoke($item.Run) | Should -Be 1000
            $item.Shell.Dispose()
        }
    }

    It 'runs in a fresh process without a profile, and writes nothing else' {
        $file = Join-Path -Path $TestDrive -ChildPath 'fresh.json'
        New-ConflictSet | ConvertTo-Json -Depth 4 | Set-Content -LiteralPath $file -Encoding UTF8
        Invoke-FreshPowerShell -Script "Import-Module '$ModulePath'; Test-ProxyConflict -Path '$file' -WarningAction Ignore | ForEach-Object { `$_.Address }" | Should -Be 'sales@contoso.com'
    }

    It 'takes the whole set in culture <_>' -ForEach 'tr-TR', 'ar-SA' {
        Invoke-FreshPowerShell -Script "[cultureinfo]::CurrentCulture = '$_'; [cultureinfo]::DefaultThreadCurrentCulture = '$_'; Import-Module '$ModulePath'; [pscustomobject] @{ Identity = 'I'; EmailAddresses = 'SMTP:INFO@contoso.com' }, [pscustomobject] @{ Identity = 'J'; EmailAddresses = 'SMTP:info@contoso.com' } | Test-ProxyConflict -WarningAction Ignore | ForEach-Object { `$_.Kind }" | Should -Be 'Duplicate'
    }
}
