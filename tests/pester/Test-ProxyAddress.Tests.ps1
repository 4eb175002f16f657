# Test-ProxyAddress: every case of tests/cases/issues sent as objects, and the command by itself.

BeforeDiscovery {
    $folder = Join-Path -Path (Split-Path -Path $PSScriptRoot) -ChildPath 'cases/issues'
    $cases = @(foreach ($file in (Get-ChildItem -Path $folder -Filter '*.json' | Sort-Object -Property Name)) {
            $case = Get-Content -LiteralPath $file.FullName -Raw -Encoding UTF8 | ConvertFrom-Json
            @{ Name = $file.BaseName; About = $case.about; File = $file.FullName }
        })
}

BeforeAll {
    . (Join-Path -Path $PSScriptRoot -ChildPath 'Common.ps1')
}

Describe 'A case of issues' {
    It '<Name>: <About>' -ForEach $cases {
        $case = Get-Content -LiteralPath $File -Raw -Encoding UTF8 | ConvertFrom-Json
        $argument = @{}
        $map = @{ initialDomain = 'InitialDomain'; verifiedDomains = 'VerifiedDomain' }
        $recipients = @($case.request.recipients)
        if ($case.request.psobject.Properties['options']) {
            foreach ($option in $case.request.options.psobject.Properties) {
                if ($option.Name -eq 'excludeIds') {
                    # The command has no such parameter: an admin filters before it.
                    $recipients = @($recipients | Where-Object { $option.Value -notcontains $_.Name })
                } else {
                    $map.ContainsKey($option.Name) | Should -BeTrue -Because "the option $($option.Name) needs a parameter"
                    $argument[$map[$option.Name]] = $option.Value
                }
            }
        }
        $issues = @($recipients | Test-ProxyAddress @argument -ErrorAction SilentlyContinue -WarningAction SilentlyContinue)
        $issues.Count | Should -Be @($case.expect.issues).Count
        for ($i = 0; $i -lt $issues.Count; $i++) {
            foreach ($property in $case.expect.issues[$i].psobject.Properties) {
                [string] $issues[$i].($property.Name) | Should -BeExactly ([string] $property.Value)
            }
        }
    }
}

Describe 'Test-ProxyAddress' {
    BeforeAll {
        $script:user = [pscustomobject] @{
            Name = 'Ann'; SamAccountName = 'ann'; ObjectClass = 'user'; DistinguishedName = 'CN=Ann,DC=contoso,DC=com'
            UserPrincipalName = 'ann@contoso.local'; mail = 'ann@contoso.com'; mailNickname = 'ann'
            proxyAddresses = @('SMTP:ann@contoso.com', 'smtp:an n@contoso.com')
        }
    }

    It 'gives an issue with every property' {
        $issue = @($user | Test-ProxyAddress)
        $issue.Count | Should -Be 1
        $issue[0].psobject.TypeNames[0] | Should -BeExactly 'ProxyCalc.AddressIssue'
        ($issue[0].psobject.Properties.Name | Sort-Object) -join ' ' | Should -BeExactly 'Attribute Code Id Identity Message Severity Source Suggestion Value'
        $issue[0].Identity | Should -BeExactly 'Ann'
        $issue[0].Message | Should -BeLike '*not allowed*'
        $issue[0].Suggestion | Should -BeExactly 'smtp:ann@contoso.com'
    }

    It 'knows the domains when they are given' {
        $code = @($user | Test-ProxyAddress -VerifiedDomain contoso.com -InitialDomain contoso.onmicrosoft.com).Code
        $code -join ' ' | Should -BeExactly 'InvalidCharacter UpnUnverifiedDomain'
        @($user | Test-ProxyAddress -VerifiedDomain contoso.com, contoso.local).Code | Should -BeExactly 'InvalidCharacter'
    }

    It 'reads a file, and an array' {
        $path = Join-Path -Path $TestDrive -ChildPath 'users.json'
        ConvertTo-Json -InputObject @($user, $user) -Depth 4 | Set-Content -LiteralPath $path -Encoding UTF8
        @(Test-ProxyAddress -Path $path -WarningAction SilentlyContinue).Count | Should -Be 2
        @(Test-ProxyAddress -InputObject @($user) ).Count | Should -Be 1
    }

    It 'keeps what a hostile name holds' {
        $odd = $user.psobject.Copy()
        $odd.Name = "a$([char] 0x1f)b$([char] 0x1e)$([char] 0x1b)c"
        @($odd | Test-ProxyAddress)[0].Identity | Should -BeExactly $odd.Name
    }

    It 'says what it could not read, and checks the others' {
        $issues = @(@('a name', $user) | Test-ProxyAddress -ErrorVariable wrong -ErrorAction SilentlyContinue)
        $issues.Count | Should -Be 1
        $wrong.FullyQualifiedErrorId | Should -BeLike 'ProxyCalc.RecordNotAnObject*'
    }

    It 'stops when nobody wants more' {
        @(1..2000 | ForEach-Object { $user } | Test-ProxyAddress -WarningAction SilentlyContinue | Select-Object -First 1).Count | Should -Be 1
    }

    It 'shows a table' {
        $text = $user | Test-ProxyAddress | Format-Table | Out-String -Width 200
        $text | Should -Match 'Severity\s+Identity\s+Code\s+Value\s+Suggestion'
    }
}
