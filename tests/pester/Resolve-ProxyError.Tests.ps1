# Resolve-ProxyError: every case of tests/cases/resolve_error through the module, and what only PowerShell has: error
# records, exceptions, objects of .NET, files, and how results look.

BeforeDiscovery {
    $folder = Join-Path -Path (Split-Path -Path $PSScriptRoot) -ChildPath 'cases/resolve_error'
    $cases = @(foreach ($file in (Get-ChildItem -Path $folder -Filter '*.json' | Sort-Object -Property Name)) {
            $case = Get-Content -LiteralPath $file.FullName -Raw -Encoding UTF8 | ConvertFrom-Json
            @{ Name = $file.BaseName; About = $case.about; File = $file.FullName }
        })
}

BeforeAll {
    . (Join-Path -Path $PSScriptRoot -ChildPath 'Common.ps1')
    $script:text = 'The proxy address "SMTP:sales@contoso.com" is already being used by the proxy addresses or LegacyExchangeDN of "HR". Please choose another proxy address.'

    # What Graph's commands give: classes of .NET with the names of theirs.
    function New-GraphError {
        param([string] $Value, [string] $Attribute = 'ProxyAddresses')

        [pscustomobject] @{
            Category             = 'PropertyConflict'
            OccurredDateTime     = [datetime]::new(2026, 11, 1, 8, 0, 0, [System.DateTimeKind]::Utc)
            PropertyCausingError = $Attribute
            Value                = $Value
            AdditionalProperties = [System.Collections.Generic.Dictionary[string, object]]::new()
        }
    }

    function New-GraphCarrier {
        param([string] $Type, [string] $Name, [object[]] $ProvisioningError)

        [pscustomobject] @{
            PSTypeName                   = "Microsoft.Graph.PowerShell.Models.MicrosoftGraph$Type"
            Id                           = (New-CloudId -Number $Name.GetHashCode())
            DisplayName                  = $Name
            UserPrincipalName            = $(if ($Type -eq 'User') { "$Name@contoso.com" })
            Mail                         = "$Name@contoso.com"
            OnPremisesProvisioningErrors = $ProvisioningError
            ServiceProvisioningErrors    = $null
            AdditionalProperties         = [System.Collections.Generic.Dictionary[string, object]]::new()
        }
    }
}

Describe 'A case of resolve_error' {
    It '<Name>: <About>' -ForEach $cases {
        $case = Get-Content -LiteralPath $File -Raw -Encoding UTF8 | ConvertFrom-Json
        $argument = @{}
        if ($case.request.psobject.Properties['recipients']) { $argument['Recipient'] = $case.request.recipients }
        $results = @(Resolve-ProxyError -Message $case.request.texts @argument -ErrorAction SilentlyContinue -WarningAction SilentlyContinue)
        $difference = @(
            $expected = @(foreach ($result in $case.expect.results) { $result | Select-Object -Property * -ExcludeProperty text })
            Compare-Subset -Expected $expected -Actual $results -At 'results'
        )
        $difference -join "`n" | Should -BeNullOrEmpty
    }
}

Describe 'The result of Resolve-ProxyError' {
    It 'has every property, in types of its own' {
        $result = @(Resolve-ProxyError -Message $text -Recipient (New-ConflictSet) -WarningAction SilentlyContinue)
        $result.Count | Should -Be 1
        $result[0].psobject.TypeNames[0] | Should -BeExactly 'ProxyCalc.ErrorAnalysis'
        $result[0].psobject.Properties.Name -join ' ' | Should -BeExactly 'Code IsConflict Identity Addresses Attribute Value Holder Holders Loser Explanation NextSteps Reference AlsoFound Message Target AddressText HolderText NextStepText'
        $result[0].Addresses[0].psobject.TypeNames[0] | Should -BeExactly 'ProxyCalc.ErrorAddress'
        $result[0].Holder.psobject.TypeNames[0] | Should -BeExactly 'ProxyCalc.ErrorHolder'
        $result[0].Holders[0].psobject.TypeNames[0] | Should -BeExactly 'ProxyCalc.AddressRow'
        $result[0].Holders.Identity -join ' ' | Should -BeExactly 'Ann Bob'
        $result[0].Message | Should -BeExactly $text
        $result[0].Target | Should -BeNullOrEmpty
        "$($result[0].Addresses[0]) $($result[0].Holder)" | Should -BeExactly 'SMTP:sales@contoso.com HR'
    }

    It 'reads well in a console, without what there is nothing of' {
        $shown = Resolve-ProxyError -Message $text | Out-String -Width 200
        $shown -replace '\x1b\[[0-9;]*m' | Should -Match '(?s)^\s*Code +: ProxyAddressInUse\s+Addresses +: SMTP:sales@contoso\.com\s+Holder +: HR\s+Explanation +: .*NextSteps +: # .*\n +Get-Recipient .*Reference +: '
        $shown | Should -Not -Match 'Identity +:|AlsoFound|Value +:|Holders'
        Resolve-ProxyError -Message $text | Format-Table | Out-String -Width 200 | Should -Match 'Code\s+Identity\s+Addresses\s+Holder'
    }

    It 'has steps that are each one command or one comment' {
        foreach ($line in (Resolve-ProxyError -Message ($text -replace 'HR', 'O''Brien; x') -Recipient (New-ConflictSet) -WarningAction SilentlyContinue).NextSteps) {
            $problems = $null
            $tree = [System.Management.Automation.Language.Parser]::ParseInput($line, [ref] $null, [ref] $problems)
            $problems | Should -BeNullOrEmpty -Because $line
            @($tree.EndBlock.Statements).Count | Should -Be $(if ($line.StartsWith('# ')) { 0 } else { 1 }) -Because $line
        }
    }

    It 'keeps what a text holds, characters that divide fields included' {
        $odd = "The name `"a$([char] 0x1f)b$([char] 0x1e)c`" is already being used."
        $result = Resolve-ProxyError -Message $odd
        $result.Code | Should -BeExactly 'NameInUse'
        $result.Message | Should -BeExactly $odd
    }
}

Describe 'What Resolve-ProxyError takes' {
    It 'an error record, by the pipeline' {
        $record = try { throw $text } catch { $_ }
        $result = $record | Resolve-ProxyError
        $result.Code | Should -BeExactly 'ProxyAddressInUse'
        $result.Addresses.Value | Should -BeExactly 'SMTP:sales@contoso.com'
        $result.Message | Should -BeExactly $text
    }

    It 'its details, its inner exceptions and its target' {
        $inner = New-Object System.InvalidOperationException $text
        $outer = New-Object System.Management.Automation.RuntimeException 'It failed.', $inner
        $record = New-Object System.Management.Automation.ErrorRecord $outer, 'Some.Id', 'InvalidOperation', 'me@contoso.com'
        $result = $record | Resolve-ProxyError
        $result.Code | Should -BeExactly 'ProxyAddressInUse'
        # Whom a command was about is not what is in conflict.
        $result.Addresses.Address | Should -BeExactly 'sales@contoso.com'
        $result.Target | Should -BeExactly 'me@contoso.com'

        $record = New-Object System.Management.Automation.ErrorRecord (New-Object System.Exception 'Bad request'), 'Request_BadRequest', 'InvalidOperation', $null
        $record.ErrorDetails = New-Object System.Management.Automation.ErrorDetails '{"error":{"code":"Request_BadRequest","message":"Another object with the same value for property proxyAddresses already exists.","details":[{"target":"User_7505ed65-e7f5-4dca-9f78-2617a247f047"}]}}'
        $result = $record | Resolve-ProxyError
        $result.Code | Should -BeExactly 'DirectoryObjectConflict'
        $result.Holder.Id | Should -BeExactly '7505ed65-e7f5-4dca-9f78-2617a247f047'
    }

    It 'an error record in a language that is not known, by the name of its exception' {
        $record = New-Object System.Management.Automation.ErrorRecord (New-Object System.Exception 'Ang "SMTP:a@contoso.com" ay ginagamit na.'), '[FailureCategory=Cmdlet-ProxyAddressExistsException] 6F9304,Microsoft.Exchange.Management.RecipientTasks.SetMailbox', 'NotSpecified', $null
        $result = $record | Resolve-ProxyError
        $result.Code | Should -BeExactly 'ProxyAddressInUse'
        $result.Addresses.Value | Should -BeExactly 'SMTP:a@contoso.com'
    }

    It 'an error record that was exported and imported' {
        $path = Join-Path -Path $TestDrive -ChildPath 'error.xml'
        try { throw $text } catch { Export-Clixml -InputObject $_ -LiteralPath $path -Depth 3 }
        (Import-Clixml -LiteralPath $path | Resolve-ProxyError).Code | Should -BeExactly 'ProxyAddressInUse'
    }

    It 'an exception, a hashtable, and what ConvertFrom-Json gives' {
        (New-Object System.Exception $text | Resolve-ProxyError).Code | Should -BeExactly 'ProxyAddressInUse'
        (@{ error = @{ message = $text } } | Resolve-ProxyError).Code | Should -BeExactly 'ProxyAddressInUse'
        (ConvertTo-Json -InputObject @{ error = @{ message = $text } } | ConvertFrom-Json | Resolve-ProxyError).Code | Should -BeExactly 'ProxyAddressInUse'
    }

    It 'several texts, one result each, in their order' {
        $results = @($text, 'nothing known', '' | Resolve-ProxyError)
        $results.Code -join ' ' | Should -BeExactly 'ProxyAddressInUse Unknown Unknown'
        @(Resolve-ProxyError -Message $text, $text).Count | Should -Be 2
        @($null, $text | Resolve-ProxyError).Count | Should -Be 1
    }

    It 'a file, and a text of several lines' {
        $path = Join-Path -Path $TestDrive -ChildPath 'error.txt'
        Set-Content -LiteralPath $path -Value ($text -replace 'already being ', "already`r`nbeing ") -Encoding UTF8
        (Get-Content -LiteralPath $path -Raw | Resolve-ProxyError).Code | Should -BeExactly 'ProxyAddressInUse'
        (Get-Item -LiteralPath $path | Resolve-ProxyError).Code | Should -BeExactly 'ProxyAddressInUse'
        # Each line is a text of its own.
        (Get-Content -LiteralPath $path | Resolve-ProxyError).Code -join ' ' | Should -BeExactly 'Unknown Unknown'
        $missing = New-Object System.IO.FileInfo (Join-Path -Path $TestDrive -ChildPath 'missing.txt')
        $results = @($missing, $text | Resolve-ProxyError -ErrorVariable wrong -ErrorAction SilentlyContinue)
        $results.Count | Should -Be 1
        $wrong.FullyQualifiedErrorId | Should -BeExactly 'ProxyCalc.RecordUnreadable,ProxyCalc.Commands.ResolveProxyErrorCommand'
    }

    It 'users, groups and contacts as Graph''s commands give them: who lost which value to whom' {
        $recipients = New-ConflictSet
        $carriers = @(
            New-GraphCarrier -Type 'User' -Name 'dora' -ProvisioningError (New-GraphError -Value 'SMTP:cid@contoso.com'), (New-GraphError -Value 'dora.old@contoso.com' -Attribute 'UserPrincipalName')
            New-GraphCarrier -Type 'Group1' -Name 'staff' -ProvisioningError (New-GraphError -Value 'smtp:sales@contoso.com')
            New-GraphCarrier -Type 'OrgContact' -Name 'partner' -ProvisioningError (New-GraphError -Value 'smtp:bob@contoso.com')
            New-GraphCarrier -Type 'User' -Name 'well' -ProvisioningError @()
            New-GraphCarrier -Type 'User' -Name 'also well' -ProvisioningError $null
        )
        $results = @($carriers | Resolve-ProxyError -Recipient $recipients -WarningAction SilentlyContinue)
        $lines = foreach ($result in $results) { '{0} {1} {2} {3} {4}' -f $result.Identity, $result.Loser.ObjectType, $result.Attribute, $result.Addresses[0], ($result.Holders.Identity -join '+') }
        $lines -join "`n" | Should -BeExactly (@(
                'dora@contoso.com User proxyAddresses SMTP:cid@contoso.com Cid'
                'dora@contoso.com User userPrincipalName dora.old@contoso.com '
                'staff Group proxyAddresses smtp:sales@contoso.com Ann+Bob'
                'partner Contact proxyAddresses smtp:bob@contoso.com Bob'
            ) -join "`n")
        $results[0].Target | Should -Be $carriers[0]
        @($results.Code | Select-Object -Unique) | Should -BeExactly 'DuplicateAttributeQuarantined'
    }

    It 'what Graph keeps beside the properties' {
        $more = [System.Collections.Generic.Dictionary[string, object]]::new()
        $more['displayName'] = 'Ann'
        $more['onPremisesProvisioningErrors'] = @(@{ category = 'PropertyConflict'; propertyCausingError = 'ProxyAddresses'; value = 'smtp:x@contoso.com' })
        $result = [pscustomobject] @{ Id = 'c10d0000-0000-4000-8000-000000000001'; AdditionalProperties = $more } | Resolve-ProxyError
        $result.Code | Should -BeExactly 'DuplicateAttributeQuarantined'
        $result.Loser.DisplayName | Should -BeExactly 'Ann'
    }

    It 'the pairs of ErrorExtraDetails one by one, until a key comes again' {
        $pairs = @'
[{"Key":"ObjectId","Value":["677e2ead-14e8-4e18-9b25-49d5c75472f1"]},{"Key":"ObjectIdInConflict","Value":["7505ed65-e7f5-4dca-9f78-2617a247f047"]},
 {"Key":"AttributeConflictName","Value":["ProxyAddresses"]},{"Key":"AttributeConflictValues","Value":["SMTP:a@contoso.com"]}]
'@ | ConvertFrom-Json
        $results = @(@($pairs) + @($pairs) | Resolve-ProxyError)
        $results.Count | Should -Be 2
        $results[1].Addresses.Value | Should -BeExactly 'SMTP:a@contoso.com'
        $results[1].Identity | Should -BeExactly '677e2ead-14e8-4e18-9b25-49d5c75472f1'
    }
}

Describe 'Results of Resolve-ProxyError' {
    It 'fit into a table: Flat' {
        $results = @(Resolve-ProxyError -Message $text; Resolve-ProxyError -Message $text -Recipient (New-ConflictSet) -WarningAction SilentlyContinue; Resolve-ProxyError -Message 'nothing')
        $rows = @($results | Select-Object -Property Flat | ConvertTo-Csv -NoTypeInformation | ConvertFrom-Csv)
        @($rows[0].psobject.Properties).Name | Should -BeExactly 'Code', 'Identity', 'AddressText', 'Value', 'HolderText', 'Explanation', 'NextStepText'
        $rows[0].AddressText | Should -BeExactly $results[0].Addresses[0].Value
        $rows[0].HolderText | Should -BeExactly ([string] $results[0].Holder)
        $rows[1].HolderText | Should -BeExactly 'Ann (UserMailbox, Secondary); Bob (UserMailbox, Secondary)'
        $rows[1].NextStepText | Should -BeExactly ($results[1].NextSteps -join [System.Environment]::NewLine)
        "$($rows[2].AddressText)$($rows[2].HolderText)" | Should -BeExactly ''
    }
}

Describe 'Recipients of Resolve-ProxyError' {
    It 'come as objects, from files, and as both' {
        $path = Join-Path -Path $TestDrive -ChildPath 'recipients.json'
        $set = @(New-ConflictSet)
        ConvertTo-Json -InputObject @($set[0]) -Depth 4 | Set-Content -LiteralPath $path -Encoding UTF8
        $option = @{ WarningAction = 'SilentlyContinue' }
        (Resolve-ProxyError -Message $text -RecipientPath $path @option).Holders.Identity | Should -BeExactly 'Ann'
        (Resolve-ProxyError -Message $text -Recipient (Get-Item -LiteralPath $path) @option).Holders.Identity | Should -BeExactly 'Ann'
        (Resolve-ProxyError -Message $text -Recipient $set[1] @option).Holders.Identity | Should -BeExactly 'Bob'
        (Resolve-ProxyError -Message $text -Recipient $set[1] -RecipientPath $path @option).Holders.Identity -join ' ' | Should -BeExactly 'Ann Bob'
    }

    It 'that are none say nothing; that cannot be read are said, and the result stays' {
        $result = Resolve-ProxyError -Message $text -ErrorVariable wrong -WarningVariable warned
        "$($wrong.Count) $($warned.Count) $($result.Holders.Count)" | Should -BeExactly '0 0 0'
        $result = Resolve-ProxyError -Message $text -RecipientPath (Join-Path -Path $TestDrive -ChildPath 'nothing.json') -ErrorVariable wrong -ErrorAction SilentlyContinue
        $result.Code | Should -BeExactly 'ProxyAddressInUse'
        @($wrong).Count | Should -Be 1
        $wrong[0].FullyQualifiedErrorId | Should -BeExactly 'ProxyCalc.RecordUnreadable,ProxyCalc.Commands.ResolveProxyErrorCommand'
        $wrong[0].Exception.Message | Should -BeLike 'There is no file *nothing.json.'
    }

    It 'are found also where the text was cut in the middle of a character, and the explanation says so' {
        $half = [string] [char] 0xD83D
        $results = @("$half $text", $text.Replace('"HR"', "`"HR $half`"") | Resolve-ProxyError -Recipient (New-ConflictSet) -WarningAction SilentlyContinue -ErrorVariable wrong)
        $wrong | Should -BeNullOrEmpty
        $results.Code | Should -BeExactly 'ProxyAddressInUse', 'ProxyAddressInUse'
        @($results[1].Holders).Count | Should -Be 2
        $results[0].Explanation | Should -Not -BeLike '*was lost*'
        $results[1].Explanation | Should -BeLike "*was lost*$([char] 0xFFFD)*"
    }

    It 'need not be sent again for each text: one scan answers all' {
        $before = Get-WorkerCount
        $results = @(1..50 | ForEach-Object { $text } | Resolve-ProxyError -Recipient (New-ConflictSet) -WarningAction SilentlyContinue)
        @($results.Holders).Count | Should -Be 100
        Wait-WorkerCount -Count $before | Should -Be $before
    }
}

Describe 'Resolve-ProxyError anywhere' {
    It 'works in another culture, under strict mode, and when nobody wants more' {
        $culture = [System.Threading.Thread]::CurrentThread.CurrentCulture
        try {
            [System.Threading.Thread]::CurrentThread.CurrentCulture = 'tr-TR'
            $result = & {
                Set-StrictMode -Version Latest
                $ErrorActionPreference = 'Stop'
                $text, $text | Resolve-ProxyError | Select-Object -First 1
            }
            $result.Code | Should -BeExactly 'ProxyAddressInUse'
        } finally {
            [System.Threading.Thread]::CurrentThread.CurrentCulture = $culture
        }
    }
}

Describe 'A text that names neither address nor holder' {
    It 'says so, and how to ask, rather than that -Recipient would find it' {
        $steps = ('Another object with the same value for property proxyAddresses already exists.' | Resolve-ProxyError).NextSteps -join "`n"
        $steps | Should -BeLike '*does not say which value*Get-Recipient*<address in conflict>*Get-ProxyAddress*'
        $steps | Should -Not -BeLike '*With -Recipient*'
    }
}

Describe 'Recipients that do not have it' {
    It 'are said not to have it, rather than that -Recipient would find it' {
        $text = 'The proxy address "SMTP:nobody@contoso.com" is already being used by "HR".'
        ($text | Resolve-ProxyError).NextSteps[-1] | Should -BeLike '*With -Recipient this command finds the holder*'
        $steps = ($text | Resolve-ProxyError -Recipient @{ Name = 'HR'; EmailAddresses = @('SMTP:hr@contoso.com') }).NextSteps
        $steps[-1] | Should -BeLike '*It is not among the recipients given.'
        $steps -join "`n" | Should -Not -BeLike '*With -Recipient*'
    }
}

Describe 'A recipient in place of an error' {
    It 'gives its addresses, and nothing of the properties behind them' {
        $mailbox = [pscustomobject] @{ Name = 'Info'; EmailAddresses = @('X500:/o=A/ou=B (C)/cn=d e', 'SMTP:info@contoso.com'); LegacyExchangeDN = '/o=A/cn=x'; WhenCreated = 'now' }
        ($mailbox | Resolve-ProxyError).Addresses.Value | Should -BeExactly 'X500:/o=A/ou=B (C)/cn=d e', 'SMTP:info@contoso.com'
        ($mailbox | Select-Object Name, @{ Name = 'EmailAddresses'; Expression = { $_.EmailAddresses[0] } }, WhenCreated | Format-List | Out-String | Resolve-ProxyError).Addresses.Value | Should -BeExactly 'X500:/o=A/ou=B (C)/cn=d e'
    }
}

Describe 'A holder of whom no type is known' {
    It 'is named without empty brackets' {
        $error1 = 'The proxy address "SMTP:x@contoso.com" is already being used by "X". Please choose another proxy address.'
        ($error1 | Resolve-ProxyError -Recipient @{ Name = 'Nobody'; EmailAddresses = @('SMTP:x@contoso.com') }).Explanation | Should -BeLike '*Of the recipients given, "Nobody" has it.'
        ($error1 | Resolve-ProxyError -Recipient @{ Name = 'Nobody'; RecipientTypeDetails = 'MailUser'; EmailAddresses = @('SMTP:x@contoso.com') }).Explanation | Should -BeLike '*"Nobody" (MailUser) has it.'
    }
}
