# Get-ProxyCalculation: every case of the library through the module, what it takes, what it gives, and what it refuses.

BeforeDiscovery {
    $folder = Join-Path -Path (Split-Path -Path $PSScriptRoot) -ChildPath 'cases/calc_proxies'
    $cases = @(foreach ($file in (Get-ChildItem -Path $folder -Filter '*.json' | Sort-Object -Property Name)) {
            $case = Get-Content -LiteralPath $file.FullName -Raw -Encoding UTF8 | ConvertFrom-Json
            # What is no object cannot be piped, and a typo in a parameter is PowerShell's to refuse.
            $odd = @($case.steps.objects | Where-Object { -not ($_ -is [System.Management.Automation.PSCustomObject] -and $_.psobject.Properties['onPremises'] -and $_.onPremises -is [System.Management.Automation.PSCustomObject]) })
            if ($odd.Count -eq 0 -and @('refused_typo_in_tenant', 'refused_no_initial_domain') -notcontains $file.BaseName) {
                # Names of other sources come by the pipeline only.
                $names = @($case.steps.objects.onPremises | ForEach-Object { $_.psobject.Properties.Name } | Sort-Object -Unique)
                $foreign = @($names | Where-Object { 'UserPrincipalName', 'Mail', 'MailNickname', 'ProxyAddresses', 'TargetAddress', 'MsExchRecipientTypeDetails', 'MsExchRemoteRecipientType' -notcontains $_ })
                @{ Name = $file.BaseName; About = $case.about; File = $file.FullName; Single = $foreign.Count -eq 0 -and @($case.steps.objects.onPremises | Where-Object { $_.psobject.Properties['msExchRemoteRecipientType'] -and $_.msExchRemoteRecipientType -is [array] }).Count -eq 0 -and @($case.steps | Where-Object { @($_.objects).Count -gt 1 }).Count -eq 0 }
            }
        })
}

BeforeAll {
    . (Join-Path -Path $PSScriptRoot -ChildPath 'Common.ps1')
    $tenant = @{ InitialDomain = 'contoso.onmicrosoft.com'; VerifiedDomain = 'contoso.com' }

    # The parameters for a tenant of a case.
    function ConvertTo-TenantParameter {
        param($Tenant)

        $map = @{ initialDomain = 'InitialDomain'; verifiedDomains = 'VerifiedDomain'; takenAddresses = 'TakenAddress'; collisionDigits = 'CollisionDigits' }
        $parameter = @{}
        foreach ($property in $Tenant.psobject.Properties) { $parameter[$map[$property.Name]] = $property.Value }
        return $parameter
    }

    # What differs between a result and what a case says of it.
    function Compare-Result {
        param($Expected, $Result, [string] $At)

        foreach ($property in $Expected.psobject.Properties) {
            if ($property.Name -eq 'error') {
                if ($null -ne $property.Value) { "${At}: an error was expected" }
            } elseif ($property.Name -eq 'trace') {
                $lines = @($Result.Trace | ForEach-Object { '{0} {1} {2}' -f $_.Action, $_.Reason, $_.Value })
                foreach ($line in $property.Value) {
                    if ($lines -cnotcontains $line) { "${At}: the trace has no '$line'; it has '$($lines -join "', '")'" }
                }
            } elseif ($property.Name -eq 'state') {
                # The domains are those that the caller named: the library counts the same ones.
                if ($property.Value.psobject.Properties['licensed']) { Compare-Subset -Expected $property.Value.licensed -Actual $Result.State.Licensed -At "$At.state.licensed" }
            } elseif ($property.Name -ne 'id') {
                Compare-Subset -Expected $property.Value -Actual $Result.($property.Name) -At "$At.$($property.Name)"
            }
        }
    }

    # A record of a case with an id that joins it with its previous object, whatever else changes.
    function Add-JoiningId {
        param($Record, [string] $Name, [int] $Number)

        $copy = [pscustomobject] @{}
        foreach ($property in $Record.psobject.Properties) { $copy.psobject.Properties.Add([System.Management.Automation.PSNoteProperty]::new($property.Name, $property.Value)) }
        if ($copy.psobject.Properties[$Name]) { $copy.$Name = New-CloudId -Number $Number } else { $copy.psobject.Properties.Add([System.Management.Automation.PSNoteProperty]::new($Name, (New-CloudId -Number $Number))) }
        return $copy
    }
}

Describe 'A case of calc_proxies' {
    It '<Name>, from the pipeline: <About>' -ForEach $cases {
        $case = Get-Content -LiteralPath $File -Raw -Encoding UTF8 | ConvertFrom-Json
        $states = @{}
        $number = 0
        $difference = foreach ($step in $case.steps) {
            $number++
            $parameter = ConvertTo-TenantParameter -Tenant $(if ($step.psobject.Properties['tenant']) { $step.tenant } else { $case.tenant })
            $objects = @($step.objects)
            $previous = @(for ($i = 0; $i -lt $objects.Count; $i++) {
                    if ($objects[$i].psobject.Properties['previous']) {
                        $before = $objects[$i].previous
                        if ($before.psobject.Properties['State']) { $before = $before.State }
                        Add-JoiningId -Record $before -Name $(if ($before.psobject.Properties['cloud']) { 'immutableId' } else { 'onPremisesImmutableId' }) -Number $i
                    } elseif ($states.ContainsKey([string] $objects[$i].id)) {
                        Add-JoiningId -Record $states[[string] $objects[$i].id] -Name 'ImmutableId' -Number $i
                    }
                })
            $records = @(for ($i = 0; $i -lt $objects.Count; $i++) {
                    $record = Add-JoiningId -Record $objects[$i].onPremises -Name 'mS-DS-ConsistencyGuid' -Number $i
                    if ($objects[$i].psobject.Properties['licensed']) { $record.psobject.Properties.Add([System.Management.Automation.PSNoteProperty]::new('Licensed', $objects[$i].licensed)) }
                    $record
                })
            if ($step.psobject.Properties['refused']) {
                { $records | Get-ProxyCalculation @parameter } | Should -Throw -ErrorId "ProxyCalc.$($step.refused.code),ProxyCalc.Commands.GetProxyCalculationCommand"
                continue
            }
            $results = @($records | Get-ProxyCalculation @parameter -Previous $previous -ErrorVariable failed -ErrorAction SilentlyContinue -WarningAction SilentlyContinue)
            $next = 0
            for ($i = 0; $i -lt $objects.Count; $i++) {
                $expected = @($step.expect)[$i]
                $failure = @($failed | Where-Object { $_.TargetObject.psobject.Properties['Record'] -and $_.TargetObject.Record -eq $i + 1 })
                if ($failure.Count -gt 0) {
                    if (-not ($expected.psobject.Properties['error'] -and $expected.error.code -eq $failure[0].TargetObject.Code)) { "step $number [$i]: $($failure[0])" }
                } else {
                    Compare-Result -Expected $expected -Result $results[$next] -At "step $number [$i]"
                    $states[[string] $objects[$i].id] = $results[$next].State
                    $next++
                }
            }
        }
        $difference -join "`n" | Should -BeNullOrEmpty
    }

    It '<Name>, by parameters: <About>' -ForEach @($cases | Where-Object { $_.Single }) {
        $case = Get-Content -LiteralPath $File -Raw -Encoding UTF8 | ConvertFrom-Json
        $before = @{}
        $number = 0
        $difference = foreach ($step in $case.steps) {
            $number++
            $parameter = ConvertTo-TenantParameter -Tenant $(if ($step.psobject.Properties['tenant']) { $step.tenant } else { $case.tenant })
            $object = @($step.objects)[0]
            foreach ($property in $object.onPremises.psobject.Properties) { $parameter[$property.Name] = $property.Value }
            if ($object.psobject.Properties['licensed']) { $parameter['Licensed'] = $object.licensed }
            if ($object.psobject.Properties['previous']) { $parameter['Previous'] = $object.previous } elseif ($before.Count -gt 0) { $parameter['Previous'] = $before['last'] }
            if ($step.psobject.Properties['refused']) {
                { Get-ProxyCalculation @parameter } | Should -Throw -ErrorId "ProxyCalc.$($step.refused.code),ProxyCalc.Commands.GetProxyCalculationCommand"
                continue
            }
            $result = Get-ProxyCalculation @parameter -ErrorVariable failed -ErrorAction SilentlyContinue -WarningAction SilentlyContinue
            $expected = @($step.expect)[0]
            if ($failed.Count -gt 0) {
                if (-not ($expected.psobject.Properties['error'] -and $expected.error.code -eq $failed[0].TargetObject.Code)) { "step ${number}: $($failed[0])" }
            } else {
                Compare-Result -Expected $expected -Result $result -At "step $number"
                $before['last'] = $result
            }
        }
        $difference -join "`n" | Should -BeNullOrEmpty
    }
}

Describe 'What it takes' {
    It 'users as Get-ADUser gives them, with a collection of its own type and a GUID of bytes' {
        $collection = [System.Collections.Specialized.StringCollection]::new()
        [void] $collection.AddRange([string[]] ('SMTP:ann@contoso.com', 'smtp:a@contoso.com'))
        $user = [pscustomobject] @{
            DistinguishedName = 'CN=Ann,DC=contoso,DC=com'; ObjectClass = 'user'; ObjectGUID = [guid] (New-CloudId -Number 1); 'mS-DS-ConsistencyGuid' = ([guid] (New-CloudId -Number 2)).ToByteArray()
            UserPrincipalName = 'ann@contoso.com'; mail = $null; mailNickname = 'ann'; proxyAddresses = $collection; msExchRecipientTypeDetails = [long] 2147483648; msExchRemoteRecipientType = [long] 1
        }
        $result = $user | Get-ProxyCalculation @tenant
        $result.PrimarySmtpAddress | Should -BeExactly 'ann@contoso.com'
        $result.ProxyAddresses | Should -Be 'smtp:ann@contoso.onmicrosoft.com', 'smtp:a@contoso.com', 'SMTP:ann@contoso.com'
        $result.State.ImmutableId | Should -BeExactly (New-CloudId -Number 2)
        $result.State.OnPremises.MsExchRecipientTypeDetails | Should -Be 2147483648
    }

    It 'tables, dictionaries, arrays, a CSV file in the pipeline and files by name' {
        $csv = Join-Path -Path $TestDrive -ChildPath 'users.csv'
        Set-Content -LiteralPath $csv -Encoding UTF8 -Value 'UserPrincipalName,Mail,MailNickname,ProxyAddresses', 'csv@contoso.com,,csv,SMTP:csv1@contoso.com;smtp:csv2@contoso.com'
        $records = @{ UserPrincipalName = 'hash@contoso.com' }, [ordered] @{ userPrincipalName = 'ordered@contoso.com' }
        (@($records) + (Get-Item -LiteralPath $csv) | Get-ProxyCalculation @tenant -Licensed).Mail | Should -Be 'hash@contoso.com', 'ordered@contoso.com', 'csv1@contoso.com'
        (Get-ProxyCalculation -InputObject $records @tenant -Licensed -Path $csv).Mail | Should -Be 'csv1@contoso.com', 'hash@contoso.com', 'ordered@contoso.com'
        (Import-Csv -LiteralPath $csv | Get-ProxyCalculation @tenant).ProxyAddresses | Should -Be 'smtp:csv2@contoso.com', 'SMTP:csv1@contoso.com'
    }

    It 'keeps the order of objects whose shapes take turns' {
        $records = for ($i = 0; $i -lt 400; $i++) {
            if ($i % 2) { [pscustomobject] @{ UserPrincipalName = "u$i@contoso.com"; mail = "m$i@contoso.com" } } else { [pscustomobject] @{ mail = "m$i@contoso.com"; UserPrincipalName = "u$i@contoso.com"; mailNickname = "n$i" } }
        }
        $expected = for ($i = 0; $i -lt 400; $i++) { "u$i@contoso.com" }
        ($records | Get-ProxyCalculation @tenant).UserPrincipalName | Should -Be $expected
    }

    It 'previous users as Get-MgUser gives them: licence by plan, joined by immutable id, then by UPN' {
        $plan = { param($id, $status) [pscustomobject] @{ AssignedDateTime = Get-Date; CapabilityStatus = $status; Service = 'exchange'; ServicePlanId = $id } }
        $cloud = @(
            [pscustomobject] @{ Id = New-CloudId -Number 11; UserPrincipalName = 'old.name@contoso.com'; Mail = 'old.name@contoso.com'; MailNickname = 'ann'; ProxyAddresses = [string[]] 'SMTP:old.name@contoso.com'
                OnPremisesImmutableId = [convert]::ToBase64String(([guid] (New-CloudId -Number 1)).ToByteArray()); AssignedPlans = @(& $plan 'efb87545-963c-4e0d-99df-69c6916d9eb0' 'Enabled') }
            [pscustomobject] @{ Id = New-CloudId -Number 12; UserPrincipalName = 'BERT@contoso.com'; Mail = $null; MailNickname = 'bert'; ProxyAddresses = [string[]] @(); OnPremisesImmutableId = $null
                AssignedPlans = @(& $plan '113feb6c-3fe4-4440-bddc-54d774bf0318' 'Enabled'; & $plan 'efb87545-963c-4e0d-99df-69c6916d9eb0' 'Deleted') }
        )
        $users = [pscustomobject] @{ ObjectGUID = [guid] (New-CloudId -Number 1); UserPrincipalName = 'ann@contoso.com'; mail = $null; mailNickname = $null; proxyAddresses = @() },
        [pscustomobject] @{ ObjectGUID = [guid] (New-CloudId -Number 2); UserPrincipalName = 'bert@contoso.com'; mail = $null; mailNickname = $null; proxyAddresses = 'smtp:old.name@contoso.com' }
        $result = @($users | Get-ProxyCalculation @tenant -Previous $cloud)
        $result[0].Licensed, $result[0].FirstSync, $result[1].Licensed, $result[1].FirstSync | Should -Be $true, $false, $false, $false
        $result[0].Changes | Should -Be 'userPrincipalName', 'proxyAddresses'
        $result[1].Quarantined[0].HeldBy | Should -BeExactly 'old.name@contoso.com'
    }

    It 'an earlier result, its state, and either from a file' {
        $first = Get-ProxyCalculation @tenant -UserPrincipalName john@contoso.com -Licensed
        $path = Join-Path -Path $TestDrive -ChildPath 'before.xml'
        $first | Export-Clixml -LiteralPath $path -Depth 5
        $json = $first | Select-Object -Property Identity, State | ConvertTo-Json -Depth 5 | ConvertFrom-Json
        foreach ($previous in $first, $first.State, (Import-Clixml -LiteralPath $path), $json, $json.State) {
            $next = Get-ProxyCalculation @tenant -UserPrincipalName john@contoso.com -Licensed:$false -Previous $previous
            $next.ProxyAddresses | Should -Be 'SMTP:john@contoso.onmicrosoft.com'
            $next.Changes | Should -Be 'mail', 'proxyAddresses'
        }
    }

    It 'previous objects from a file in JSON, as Graph gives it' {
        $path = Join-Path -Path $TestDrive -ChildPath 'cloud.json'
        Set-Content -LiteralPath $path -Encoding UTF8 -Value '{"value":[{"userPrincipalName":"john@contoso.com","mail":"john@contoso.com","mailNickname":"kept","proxyAddresses":["SMTP:john@contoso.com"],"assignedPlans":[{"servicePlanId":"efb87545-963c-4e0d-99df-69c6916d9eb0","capabilityStatus":"Enabled"}]}]}'
        $result = [pscustomobject] @{ UserPrincipalName = 'john@contoso.com' } | Get-ProxyCalculation @tenant -Previous (Get-Item -LiteralPath $path)
        $result.MailNickname, $result.Licensed | Should -Be 'kept', $true
    }

    It 'states of many, joined by what they have' {
        $users = for ($i = 0; $i -lt 300; $i++) { [pscustomobject] @{ UserPrincipalName = "u$i@contoso.com"; proxyAddresses = [string[]] ("SMTP:p$i@contoso.com", "smtp:s$i@contoso.com") } }
        $first = @($users | Get-ProxyCalculation @tenant -Licensed)
        $again = @($users | Get-ProxyCalculation @tenant -Licensed -Previous $first)
        @($again | Where-Object { $_.FirstSync -or $_.Changes.Count -gt 0 }).Count | Should -Be 0
        foreach ($user in $users) { $user.proxyAddresses = [string[]] @($user.proxyAddresses[0]) }
        $third = @($users | Get-ProxyCalculation @tenant -Licensed -Previous $again.State)
        @($third | Where-Object { $_.Trace.Reason -contains 'RemovedOnPremises' }).Count | Should -Be 300
    }
}

Describe 'What it gives' {
    It 'has the properties that are promised, and nothing in the way' {
        $result = Get-ProxyCalculation @tenant -UserPrincipalName john@contoso.com -ProxyAddresses 'SMTP:j@contoso.com', 'EAS:x'
        $result.psobject.TypeNames[0] | Should -BeExactly 'ProxyCalc.Calculation'
        $result.psobject.Properties.Name | Should -Be 'Identity', 'UserPrincipalName', 'Mail', 'MailNickname', 'PrimarySmtpAddress', 'Moera', 'ProxyAddresses', 'Licensed', 'FirstSync', 'Changes', 'Trace', 'Warnings', 'Quarantined', 'State', 'ProxyAddressText', 'ChangeText', 'WarningText', 'QuarantinedText'
        $result.Moera | Should -BeNullOrEmpty
        $result.Warnings[0].Code | Should -BeExactly 'UnknownType'
        $result.Warnings[0].ToString() | Should -BeLike 'UnknownType: *(EAS:x)'
        , $result.Quarantined | Should -BeOfType ([object[]])
        $line = $result.Trace | Where-Object { $_.Reason -eq 'PrimaryFromProxyAddresses' }
        $line.ToString() | Should -BeExactly 'added     proxyAddresses SMTP:j@contoso.com [PrimaryFromProxyAddresses, Documented]'
        $line.Source, $line.Detail | Should -Not -BeNullOrEmpty
        $result.Trace.Reason | Should -Not -Contain 'UnknownType'
        $result.State.FirstSync | Should -BeTrue
    }

    It 'reads well as a list and as a table' {
        $result = Get-ProxyCalculation @tenant -UserPrincipalName john@contoso.com -Licensed
        $list = $result | Format-List | Out-String -Width 200
        $list | Should -Match 'Trace +: added +mailNickname john \[NicknameFromUpn, Documented\]'
        $list | Should -Match '(?m)^ +added +proxyAddresses smtp:john@contoso.onmicrosoft.com \[MoeraAdded, Documented\]'
        $list | Should -Match 'Changes +: first sync'
        $result | Out-String -Width 200 | Should -Match '(?m)^first sync +john@contoso.com +john@contoso.com +john@contoso.com'
    }

    It 'fits into a table: Flat' {
        $result = Get-ProxyCalculation @tenant -UserPrincipalName john@contoso.com -Licensed -ProxyAddresses 'SMTP:j@contoso.com', 'noprefix@contoso.com' -TakenAddress 'smtp:j@contoso.com'
        $row = $result | Select-Object -Property Flat | ConvertTo-Csv -NoTypeInformation | ConvertFrom-Csv
        @($row.psobject.Properties).Name | Should -BeExactly 'Identity', 'UserPrincipalName', 'Mail', 'MailNickname', 'Moera', 'ProxyAddressText', 'ChangeText', 'WarningText', 'QuarantinedText'
        $row.ProxyAddressText | Should -BeExactly ($result.ProxyAddresses -join '; ')
        $row.ChangeText | Should -BeExactly 'first sync'
        $row.QuarantinedText | Should -BeExactly 'proxyAddresses SMTP:j@contoso.com'
        $row.WarningText | Should -BeExactly ($result.Warnings.ForEach({ $_.ToString() }) -join [System.Environment]::NewLine)
    }

    It 'brings separators and other odd characters back as they were' {
        $odd = "smtp:a$([char] 0x1C)b$([char] 0x1D)c$([char] 0x1B)d@contoso.com"
        $result = Get-ProxyCalculation @tenant -UserPrincipalName john@contoso.com -ProxyAddresses $odd, 'SMTP:j@contoso.com'
        ($result.Trace | Where-Object { $_.Reason -eq 'InvalidCharacter' }).Value | Should -BeExactly $odd
        $result.State.OnPremises.ProxyAddresses[0] | Should -BeExactly $odd
    }

    It 'gives first results while the pipeline runs, and stops with it' {
        $script:made = 0
        $first = & { for ($i = 0; $i -lt 100000; $i++) { $script:made++; [pscustomobject] @{ UserPrincipalName = "u$i@contoso.com" } } } | Get-ProxyCalculation @tenant | Select-Object -First 1
        $first.UserPrincipalName | Should -BeExactly 'u0@contoso.com'
        $script:made | Should -BeLessThan 100000
        Wait-WorkerCount -Count 0 | Should -BeIn @(0, $null)
    }

    It 'frees the scan when the pipeline breaks' {
        { & { [pscustomobject] @{ UserPrincipalName = 'a@contoso.com' }; throw 'upstream' } | Get-ProxyCalculation @tenant } | Should -Throw 'upstream'
        { 1..2000 | ForEach-Object { [pscustomobject] @{ UserPrincipalName = "u$_@contoso.com" } } | Get-ProxyCalculation @tenant | ForEach-Object { throw 'downstream' } } | Should -Throw 'downstream'
        Wait-WorkerCount -Count 0 | Should -BeIn @(0, $null)
    }

    It 'works in strict mode, in another culture and in a fresh process' {
        $text = Invoke-FreshPowerShell -Script "Set-StrictMode -Version Latest; `$ErrorActionPreference = 'Stop'; [cultureinfo]::CurrentCulture = 'tr-TR'; Import-Module '$ModulePath'
            `$r = Get-ProxyCalculation -InitialDomain CONTOSO.ONMICROSOFT.COM -VerifiedDomain CONTOSO.COM -UserPrincipalName IRIS@contoso.com -Licensed; `$r = Get-ProxyCalculation -InitialDomain contoso.onmicrosoft.com -VerifiedDomain contoso.com -UserPrincipalName iris@contoso.com -Previous `$r; `$r.ProxyAddresses -join ','; `$r.Trace.Count; `$r.State.Cloud.Moera"
        $text -split '\r?\n' | Select-Object -First 1 | Should -BeExactly 'smtp:IRIS@CONTOSO.ONMICROSOFT.COM,SMTP:IRIS@contoso.com'
        $text | Should -BeLike '*IRIS@CONTOSO.ONMICROSOFT.COM'
    }
}

Describe 'The verified domains' {
    It 'are names, or what <Name> gives' -ForEach @(
        @{ Name = 'Get-MgDomain'; Domain = @([pscustomobject] @{ Id = 'contoso.com'; IsInitial = $false; IsVerified = $true }, [pscustomobject] @{ Id = 'fabrikam.com'; IsInitial = $false; IsVerified = $false }) }
        @{ Name = 'Import-Csv'; Domain = @([pscustomobject] @{ Id = 'contoso.com'; IsVerified = 'True' }, [pscustomobject] @{ Id = 'fabrikam.com'; IsVerified = 'False' }) }
        @{ Name = 'Invoke-MgGraphRequest'; Domain = @(@{ id = 'contoso.com'; isVerified = $true }, @{ id = 'fabrikam.com'; isVerified = $false }) }
        @{ Name = 'Get-AcceptedDomain'; Domain = @([pscustomobject] @{ DomainName = 'contoso.com'; DomainType = 'Authoritative' }) }
        @{ Name = 'a habit of typing'; Domain = @('@contoso.com', ' ', $null) }
    ) {
        $result = @('a@contoso.com', 'b@fabrikam.com' | ForEach-Object { [pscustomobject] @{ UserPrincipalName = $_ } } | Get-ProxyCalculation -InitialDomain contoso.onmicrosoft.com -VerifiedDomain $Domain -Licensed)
        $result.UserPrincipalName | Should -BeExactly 'a@contoso.com', 'b@contoso.onmicrosoft.com'
        $result[0].State.VerifiedDomains | Should -BeExactly 'contoso.onmicrosoft.com', 'contoso.com'
    }

    It 'are taken in the same way by Test-ProxyAddress' {
        $mailbox = 'SMTP:a@contoso.com', 'SMTP:a@fabrikam.com' | ForEach-Object { [pscustomobject] @{ Name = $_; RecipientTypeDetails = 'UserMailbox'; EmailAddresses = @($_) } }
        $issue = @($mailbox | Test-ProxyAddress -VerifiedDomain ([pscustomobject] @{ DomainName = 'contoso.com' }))
        $issue.Count | Should -Be 1
        $issue[0].Code | Should -BeExactly 'UnverifiedDomain'
        $issue[0].Identity | Should -BeExactly 'SMTP:a@fabrikam.com'
    }
}

Describe 'What it refuses' {
    It 'one object that cannot be calculated is one error after the results' {
        $all = @([pscustomobject] @{ UserPrincipalName = 'a@contoso.com' }, [pscustomobject] @{ Name = 'Sales'; ObjectClass = 'group'; mail = 'sales@contoso.com' }, [pscustomobject] @{ Name = 'empty'; mail = '' }, 'text', $null, [pscustomobject] @{ UserPrincipalName = 'b@contoso.com' } |
                Get-ProxyCalculation @tenant 2>&1)
        $all[0..1].UserPrincipalName | Should -Be 'a@contoso.com', 'b@contoso.com'
        $all[2].FullyQualifiedErrorId | Should -BeExactly 'ProxyCalc.NotAUser,ProxyCalc.Commands.GetProxyCalculationCommand'
        $all[2].Exception.Message | Should -BeLike '*Sales (object 2)*'
        $all[2].TargetObject.Identity | Should -BeExactly 'Sales'
        $all[2].CategoryInfo.Category | Should -Be 'InvalidData'
        $all[3].FullyQualifiedErrorId | Should -BeExactly 'ProxyCalc.NothingToCalculate,ProxyCalc.Commands.GetProxyCalculationCommand'
        $all[4].FullyQualifiedErrorId | Should -BeExactly 'ProxyCalc.InvalidRecord,ProxyCalc.Commands.GetProxyCalculationCommand'
        $all.Count | Should -Be 5
    }

    It 'an initial domain that is none, and digits that are none, end it' {
        { Get-ProxyCalculation -InitialDomain contoso -UserPrincipalName a@contoso.com } | Should -Throw -ErrorId 'ProxyCalc.InvalidRequest,ProxyCalc.Commands.GetProxyCalculationCommand'
        { Get-ProxyCalculation @tenant -CollisionDigits '12' -UserPrincipalName a@contoso.com } | Should -Throw -ErrorId 'ProxyCalc.InvalidRequest,ProxyCalc.Commands.GetProxyCalculationCommand'
    }

    It 'what is no domain ends it, rather than that every address looks unverified: <_>' -ForEach 'contoso.com;fabrikam.com', 'contoso', '@{Id=contoso.com; IsVerified=True}', 5 {
        { Get-ProxyCalculation -InitialDomain contoso.onmicrosoft.com -VerifiedDomain $_ -UserPrincipalName a@contoso.com } | Should -Throw -ErrorId 'ProxyCalc.InvalidRequest,ProxyCalc.Commands.GetProxyCalculationCommand'
        { Test-ProxyAddress -VerifiedDomain $_ -InputObject @{ mail = 'a@contoso.com' } } | Should -Throw -ErrorId 'ProxyCalc.InvalidRequest,ProxyCalc.Commands.TestProxyAddressCommand'
        { Get-ProxyCalculation -InitialDomain contoso.onmicrosoft.com -VerifiedDomain ([pscustomobject] @{ Some = 'thing' }) -UserPrincipalName a@contoso.com } | Should -Throw -ErrorId 'ProxyCalc.InvalidRequest,ProxyCalc.Commands.GetProxyCalculationCommand'
    }

    It 'a Licensed that is neither true nor false is an error of that user; a blank one says nothing' {
        $rows = "UserPrincipalName,Licensed\na@contoso.com,True\nb@contoso.com,perhaps\nc@contoso.com,false\nd@contoso.com," -replace '\\n', "`n" | ConvertFrom-Csv
        $result = @($rows | Get-ProxyCalculation @tenant -ErrorVariable failed -ErrorAction SilentlyContinue)
        $result.UserPrincipalName | Should -Be 'a@contoso.com', 'c@contoso.com', 'd@contoso.com'
        $result.Licensed | Should -Be $true, $false, $false
        @($failed).Count | Should -Be 1
        $failed[0].FullyQualifiedErrorId | Should -BeExactly 'ProxyCalc.InvalidRecord,ProxyCalc.Commands.GetProxyCalculationCommand'
        $failed[0].Exception.Message | Should -BeLike 'b@contoso.com (object 2): Licensed*"perhaps"*'
        ($rows[3] | Get-ProxyCalculation @tenant -Previous @{ userPrincipalName = 'd@contoso.com'; assignedPlans = @(@{ servicePlanId = 'efb87545-963c-4e0d-99df-69c6916d9eb0'; service = 'exchange'; capabilityStatus = 'Enabled' }) }).Licensed | Should -BeTrue
    }

    It 'says that no verified domain was given' {
        $result = Get-ProxyCalculation -InitialDomain contoso.onmicrosoft.com -UserPrincipalName a@contoso.com -WarningVariable warned -WarningAction SilentlyContinue
        $warned | Should -BeLike '*-VerifiedDomain*'
        $result.UserPrincipalName | Should -BeExactly 'a@contoso.onmicrosoft.com'
        [void] (Get-ProxyCalculation -InitialDomain contoso.onmicrosoft.com -VerifiedDomain @() -UserPrincipalName a@contoso.com -WarningVariable warned)
        $warned | Should -BeNullOrEmpty
    }

    It 'says that Get-ADUser was not asked for what is needed' {
        [void] ([pscustomobject] @{ ObjectGUID = [guid] (New-CloudId -Number 1); SamAccountName = 'a'; UserPrincipalName = 'a@contoso.com' } | Get-ProxyCalculation @tenant -ErrorVariable failed -ErrorAction SilentlyContinue)
        $failed[0].FullyQualifiedErrorId | Should -BeExactly 'ProxyCalc.PropertiesMissing,ProxyCalc.Commands.GetProxyCalculationCommand'
        $failed[0].Exception.Message | Should -BeLike '*Get-ADObject *mail,mailNickname,proxyAddresses*'
    }

    It 'says that no previous object belongs to any user' {
        [void] (Get-ProxyCalculation @tenant -InputObject @{ UserPrincipalName = 'a@contoso.com' } -Previous @{ userPrincipalName = 'b@contoso.com' } -WarningVariable warned -WarningAction SilentlyContinue)
        @($warned) -like 'PreviousNotJoined*' | Should -Not -BeNullOrEmpty
    }

    It 'says once that the previous objects were fetched without what is compared, and does not call that a change' {
        $users = 'a', 'b' | ForEach-Object { [pscustomobject] @{ UserPrincipalName = "$_@contoso.com"; mail = "$_@contoso.com"; mailNickname = $_; proxyAddresses = @("SMTP:$_@contoso.com") } }
        $before = 'a', 'b' | ForEach-Object { [pscustomobject] @{ userPrincipalName = "$_@contoso.com"; proxyAddresses = @("SMTP:old$_@contoso.com") } }
        $result = @($users | Get-ProxyCalculation @tenant -Licensed -Previous $before -WarningVariable warned -WarningAction SilentlyContinue)
        $result.Count | Should -Be 2
        foreach ($one in $result) { $one.Changes | Should -BeExactly 'proxyAddresses' }
        @($warned).Count | Should -Be 1
        $warned[0] | Should -BeLike 'PreviousNotFetched: *(mail, mailNickname)*a@contoso.com*Get-MgUser*'
        # There and empty is empty.
        $null1 = [pscustomobject] @{ userPrincipalName = 'a@contoso.com'; mail = $null; mailNickname = $null; proxyAddresses = @("SMTP:a@contoso.com") }
        $one = $users[0] | Get-ProxyCalculation @tenant -Licensed -Previous $null1 -WarningVariable warned
        $one.Changes | Should -BeExactly 'mail', 'mailNickname', 'proxyAddresses'
        $warned | Should -BeNullOrEmpty
    }

    It 'says once that nothing tells who has a licence' {
        $users = 'a', 'b' | ForEach-Object { [pscustomobject] @{ UserPrincipalName = "$_@contoso.com" } }
        $result = @($users | Get-ProxyCalculation @tenant -WarningVariable warned -WarningAction SilentlyContinue)
        @($warned).Count | Should -Be 1
        $warned[0] | Should -BeLike 'LicenceUnknown: *a@contoso.com*-Licensed*assignedPlans*'
        ($result[1].Trace | Where-Object Reason -EQ LicenceUnknown).Basis | Should -BeExactly 'Assumption'
        $result.Warnings | Should -BeNullOrEmpty
        foreach ($licensed in $true, $false) {
            [void] ($users | Get-ProxyCalculation @tenant -Licensed:$licensed -WarningVariable warned)
            $warned | Should -BeNullOrEmpty
        }
        $told = [pscustomobject] @{ userPrincipalName = 'a@contoso.com'; mail = $null; mailNickname = 'a'; proxyAddresses = @(); assignedPlans = @() }
        [void] ($users[0] | Get-ProxyCalculation @tenant -Previous $told -WarningVariable warned)
        $warned | Should -BeNullOrEmpty -Because 'a user without any plan has none'
        [void] (Get-ProxyCalculation @tenant -UserPrincipalName a@contoso.com -WarningVariable warned)
        $warned | Should -BeNullOrEmpty -Because 'by hand a switch that is not given is off'
    }

    It 'says that there was nothing' {
        [void] (@() | Get-ProxyCalculation @tenant -ErrorVariable failed -ErrorAction SilentlyContinue)
        $failed[0].FullyQualifiedErrorId | Should -BeExactly 'ProxyCalc.NoRecords,ProxyCalc.Commands.GetProxyCalculationCommand'
    }
}

Describe 'The collection script' {
    It 'fetches of users what the calculation reads' {
        $text = (Get-ProxyCollectionScript) -join "`n"
        foreach ($name in 'mail', 'mailNickname', 'proxyAddresses', 'targetAddress', 'msExchRecipientTypeDetails', 'msExchRemoteRecipientType', 'mS-DS-ConsistencyGuid', 'onPremisesImmutableId', 'assignedPlans') {
            $text | Should -Match ([regex]::Escape($name))
        }
    }

    It 'refuses an object in place of an address that is taken' {
        $group = [pscustomobject] @{ Name = 'Sales'; EmailAddresses = 'SMTP:sales@contoso.com' }
        { Get-ProxyCalculation -UserPrincipalName a@contoso.com -InitialDomain contoso.onmicrosoft.com -VerifiedDomain contoso.com -TakenAddress $group } |
            Should -Throw -ErrorId 'ProxyCalc.InvalidRequest*' -ExpectedMessage '*is no address*Get-ProxyAddress*'
    }
}
