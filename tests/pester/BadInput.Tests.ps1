# Input that is broken or hostile: an error that names record and field, the others count, and nothing is silently clean.

BeforeAll {
    . (Join-Path -Path $PSScriptRoot -ChildPath 'Common.ps1')
}

Describe 'Values that are odd' {
    It 'the character U+<Code> in <Field> loses nothing' -ForEach @(
        foreach ($code in '0000', '0001', '0009', '000A', '000D', '001B', '001C', '001D', '001E', '001F', '0022', '0027', '005C', '0060', '007B', '2019', '2028', 'FEFF', 'FFFE') {
            foreach ($field in 'Identity', 'DisplayName', 'EmailAddresses') { @{ Code = $code; Field = $field } }
        }
    ) {
        $char = [char] [System.Convert]::ToInt32($Code, 16)
        $odd = New-Mailbox -Name 'Odd' -Address 'SMTP:odd@contoso.com', 'smtp:x@contoso.com'
        if ($Field -eq 'EmailAddresses') { $odd.EmailAddresses += "smtp:o${char}d@contoso.com" } else { $odd.$Field = "O${char}dd" }
        $conflict = @(& { New-Witness; $odd } | Test-ProxyConflict -WarningAction SilentlyContinue -SummaryVariable summary -ErrorVariable problem -ErrorAction SilentlyContinue)
        # What is no address any more is named, and the others count.
        @($problem | Where-Object { $Field -ne 'EmailAddresses' -or $_.FullyQualifiedErrorId -notlike 'ProxyCalc.ValueNotAnAddress,*' }) | Should -BeNullOrEmpty
        $conflict.Count | Should -Be 1
        $conflict[0].Address | Should -Be 'x@contoso.com'
        $conflict[0].HolderCount | Should -Be 2
        $summary.RecipientsRead | Should -Be 2
        if ($Field -eq 'DisplayName') { $conflict[0].Holders.DisplayName | Should -Contain "O${char}dd" }
        foreach ($line in $conflict[0].Remediation) {
            $problems = $null
            [void] [System.Management.Automation.Language.Parser]::ParseInput($line, [ref] $null, [ref] $problems)
            $problems | Should -BeNullOrEmpty
        }
    }

    It 'half of a character in <Field> is an error that names record and field' -ForEach @{ Field = 'DisplayName' }, @{ Field = 'EmailAddresses' } {
        $odd = New-Mailbox -Name 'Half' -Address 'SMTP:half@contoso.com'
        $odd.$Field = "SMTP:a$([char] 0xD83D)b@contoso.com"
        $conflict = @(& { New-Witness; $odd; New-Mailbox -Name 'Other' -Address 'smtp:x@contoso.com' } | Test-ProxyConflict -WarningAction SilentlyContinue -ErrorAction SilentlyContinue -ErrorVariable problem)
        $conflict[0].Holders.Identity | Sort-Object | Should -Be 'Other', 'Zoe'
        $mine = @($problem | Where-Object { $_.FullyQualifiedErrorId -eq 'ProxyCalc.RecordUnreadable,ProxyCalc.Commands.TestProxyConflictCommand' })
        $mine.Count | Should -Be 1
        $mine[0].Exception.Message | Should -BeLike "*Half*$Field*"
        $mine[0].TargetObject.Identity | Should -Be 'Half'
    }

    It 'a property that throws is an error that names record and field: <Name>' -ForEach @(
        @{ Name = 'a script property'; Make = { [pscustomobject] @{ Identity = 'Bad' } | Add-Member -MemberType ScriptProperty -Name EmailAddresses -Value { throw 'no access' } -PassThru } }
        @{ Name = 'a property of .NET'; Make = {
                if (-not ('ProxyCalcTest.Thrower' -as [type])) { Add-Type -TypeDefinition 'namespace ProxyCalcTest { public class Thrower { public string Identity { get { return "Bad"; } } public string[] EmailAddresses { get { throw new System.InvalidOperationException("no access"); } } } }' }
                New-Object -TypeName ProxyCalcTest.Thrower
            }
        }
    ) {
        $conflict = @(& { New-Witness; & $Make; New-Mailbox -Name 'Other' -Address 'smtp:x@contoso.com' } | Test-ProxyConflict -WarningAction SilentlyContinue -ErrorAction SilentlyContinue -ErrorVariable problem)
        $conflict[0].Holders.Identity | Sort-Object | Should -Be 'Other', 'Zoe'
        $mine = @($problem | Where-Object { $_.FullyQualifiedErrorId -eq 'ProxyCalc.RecordUnreadable,ProxyCalc.Commands.TestProxyConflictCommand' })
        $mine.Count | Should -Be 1
        $mine[0].Exception.Message | Should -BeLike '*Bad*EmailAddresses*no access*'
    }

    It 'a value of 50 MB is an error, and the others count' {
        $big = New-Mailbox -Name 'Big' -Address ('smtp:' + ('a' * 50MB) + '@contoso.com')
        $conflict = @(& { New-Witness; $big; New-Mailbox -Name 'Other' -Address 'smtp:x@contoso.com' } | Test-ProxyConflict -WarningAction SilentlyContinue -ErrorAction SilentlyContinue -ErrorVariable problem)
        $conflict[0].HolderCount | Should -Be 2
        @($problem).Count | Should -Be 1
        $problem[0].Exception.Message | Should -BeLike '*Big*'
        $problem[0].Exception.Message.Length | Should -BeLessThan 2000
    }

    It 'a property named <Name> runs nothing' -ForEach @(
        foreach ($name in 'Email''Addresses', 'Email"Addresses', 'Email`Addresses', '$($global:ProxyCalcInjected = 1)', "'; `$global:ProxyCalcInjected = 1; '", "Email`nAddresses", "Email$([char] 0x2019)); `$global:ProxyCalcInjected = 1 #", "Email$([char] 0x1F)Addresses", ' email_ADDRESSES ', 'Email Addresses[]', '') {
            @{ Name = $name }
        }
    ) {
        $global:ProxyCalcInjected = 0
        $table = [ordered] @{ Identity = 'Odd'; ExternalDirectoryObjectId = (New-CloudId -Number 5); $Name = @('smtp:x@contoso.com'); ProxyAddresses = @('smtp:x@contoso.com') }
        $conflict = @(& { New-Witness; $table; $table | ForEach-Object { if ($Name) { [pscustomobject] $_ } } } | Test-ProxyConflict -WarningAction SilentlyContinue -ErrorVariable problem -ErrorAction SilentlyContinue)
        # A column of addresses under a name that is not known is named.
        @($problem | Where-Object { $_.FullyQualifiedErrorId -notlike 'ProxyCalc.AddressColumnsNotRead,*' }) | Should -BeNullOrEmpty
        $conflict[0].Holders.Identity | Should -Contain 'Odd'
        $global:ProxyCalcInjected | Should -Be 0
    }
    AfterAll {
        Remove-Variable -Name ProxyCalcInjected -Scope Global -ErrorAction Ignore
    }
}

Describe 'Records that are no records' {
    It '<Name> among records: an error, and the records count' -ForEach @(
        @{ Name = 'a string'; Value = 'ann@contoso.com'; Pattern = '*ann@contoso.com*' }
        @{ Name = 'a number'; Value = 42; Pattern = '*42*' }
        @{ Name = 'a Boolean'; Value = $true; Pattern = '*True*' }
        @{ Name = 'a GUID'; Value = [guid]::Empty; Pattern = '*0000*' }
    ) {
        $conflict = @(& { New-Witness; $Value; New-Mailbox -Name 'Other' -Address 'smtp:x@contoso.com' } | Test-ProxyConflict -WarningAction SilentlyContinue -ErrorAction SilentlyContinue -ErrorVariable problem)
        $conflict[0].HolderCount | Should -Be 2
        @($problem).Count | Should -Be 1
        $problem[0].FullyQualifiedErrorId | Should -Be 'ProxyCalc.RecordNotAnObject,ProxyCalc.Commands.TestProxyConflictCommand'
        $problem[0].Exception.Message | Should -BeLike $Pattern
    }

    It '$null among records is left out' {
        @($null, (New-Witness), $null, (New-Mailbox -Name 'Other' -Address 'smtp:x@contoso.com'), $null | Test-ProxyConflict -WarningAction SilentlyContinue -SummaryVariable summary).Count | Should -Be 1
        $summary.RecipientsRead | Should -Be 2
    }

    It 'a name of a type in place of values is an error: <_>' -ForEach 'System.Object[]', 'System.String[]', 'System.Collections.ArrayList', 'Microsoft.ActiveDirectory.Management.ADPropertyValueCollection' {
        $conflict = @(& { New-Witness; New-Mailbox -Name 'Lost' -Address $_; New-Mailbox -Name 'Other' -Address 'smtp:x@contoso.com' } | Test-ProxyConflict -WarningAction SilentlyContinue -ErrorAction SilentlyContinue -ErrorVariable problem)
        $conflict[0].HolderCount | Should -Be 2
        $problem[0].Exception.Message | Should -BeLike '*Lost*EmailAddresses*'
    }

    It 'objects without any address property are an error, once' {
        $records = 1..700 | ForEach-Object { [pscustomobject] @{ Identity = "n$_"; DisplayName = 'x' } }
        $records | Test-ProxyConflict -WarningAction SilentlyContinue -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        @($problem).Count | Should -Be 1
        $problem[0].FullyQualifiedErrorId | Should -Be 'ProxyCalc.EmailAddressesMissing,ProxyCalc.Commands.TestProxyConflictCommand'
        $problem[0].TargetObject.Count | Should -Be 700
    }

    It '100,000 empty records are one error' {
        $empty = [pscustomobject] @{}
        $records = New-Object -TypeName object[] -ArgumentList 100000
        for ($i = 0; $i -lt $records.Length; $i++) { $records[$i] = $empty }
        Test-ProxyConflict -InputObject $records -WarningAction SilentlyContinue -ErrorAction SilentlyContinue -ErrorVariable problem -SummaryVariable summary | Should -BeNullOrEmpty
        @($problem).Count | Should -Be 1
        $summary.RecipientsRead | Should -Be 100000
    }

    It 'cloud and on-premises objects that nothing joins are no conflict, and not silently clean' {
        $cloud = New-GraphUser -Name 'ann' -Address 'SMTP:ann@contoso.com'
        $directory = New-DirectoryUser -Name 'Ann' -Address 'SMTP:ann@contoso.com'
        $cloud, $directory | Test-ProxyConflict -WarningVariable warning -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        $warning | Should -BeLike 'DirectoriesNotJoined*onPremisesImmutableId*'
    }

    It 'a failing record does not hide that another record holds a separator' {
        $bad = [pscustomobject] @{ Identity = 'Bad' } | Add-Member -MemberType ScriptProperty -Name EmailAddresses -Value { throw 'no access' } -PassThru
        $odd = [pscustomobject] @{ Identity = "O$([char] 0x1E)" } | Add-Member -MemberType ScriptProperty -Name EmailAddresses -Value { 'smtp:x@contoso.com' } -PassThru
        $conflict = @(& { New-Witness; $bad; $odd; $bad } | Test-ProxyConflict -WarningAction SilentlyContinue -ErrorAction SilentlyContinue -ErrorVariable problem)
        $conflict[0].HolderCount | Should -Be 2
        @($problem | Where-Object { $_.FullyQualifiedErrorId -eq 'ProxyCalc.RecordUnreadable,ProxyCalc.Commands.TestProxyConflictCommand' }).Count | Should -BeGreaterThan 0
    }
}

Describe 'Objects that are hard to read' {
    BeforeAll {
        if (-not ('ProxyCalcTest.BrokenList' -as [type])) {
            Add-Type -TypeDefinition @'
namespace ProxyCalcTest {
    using System; using System.Collections;
    public class BrokenList : IEnumerable {
        private readonly object first; private readonly bool early;
        public BrokenList(object first, bool early) { this.first = first; this.early = early; }
        public IEnumerator GetEnumerator() { if (early) { throw new InvalidOperationException("no list"); } return Walk(); }
        private IEnumerator Walk() { yield return first; throw new InvalidOperationException("cut off"); }
    }
    public class BrokenKey { public override string ToString() { throw new InvalidOperationException("no key"); } }
}
'@
        }
        # What comes of a record between two that share an address: it costs nothing but itself.
        function Test-Between {
            param($Record)

            $conflict = @(& { New-Witness; , $Record; New-Mailbox -Name 'Other' -Address 'smtp:x@contoso.com' } | Test-ProxyConflict -WarningAction SilentlyContinue -ErrorAction SilentlyContinue -ErrorVariable problem)
            $conflict.Count | Should -Be 1
            $conflict[0].Holders.Identity | Should -Contain 'Other'
            $conflict[0].Holders.Identity | Should -Contain 'Zoe'
            , @($problem | Where-Object { $_.FullyQualifiedErrorId -like 'ProxyCalc.*' })
        }
    }

    It 'a list that breaks off in the pipeline: what came counts, and the error says so' {
        $problem = Test-Between -Record ([ProxyCalcTest.BrokenList]::new((New-Mailbox -Name 'In' -Address 'SMTP:in@contoso.com'), $false))
        $problem.Count | Should -Be 1
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'ProxyCalc.RecordUnreadable,*'
        $problem[0].Exception.Message | Should -BeLike '*BrokenList*cut off*'
        (Test-Between -Record ([ProxyCalcTest.BrokenList]::new($null, $true)))[0].Exception.Message | Should -BeLike '*BrokenList*no list*'
    }

    It 'a list in a property that breaks off is an error that names record and property' {
        $record = New-Mailbox -Name 'Cut' -Address @()
        $record.EmailAddresses = [ProxyCalcTest.BrokenList]::new('SMTP:cut@contoso.com', $false)
        $problem = Test-Between -Record $record
        $problem.Count | Should -Be 1
        $problem[0].Exception.Message | Should -BeLike 'Cut: EmailAddresses cannot be read: cut off*'
        $problem[0].TargetObject.Identity | Should -Be 'Cut'
    }

    It 'objects and lists that hold themselves end' {
        $object = [pscustomobject] @{ Identity = 'Self'; EmailAddresses = $null }
        $object.EmailAddresses = $object
        (Test-Between -Record $object).Count | Should -BeGreaterThan 0
        $table = @{ Identity = 'Table' }
        $table['EmailAddresses'] = $table
        (Test-Between -Record $table).Count | Should -BeGreaterThan 0
        $list = [System.Collections.ArrayList]::new()
        [void] $list.Add($list)
        (Test-Between -Record $list)[0].Exception.Message | Should -BeLike '*Does it hold itself*'
    }

    It 'a record of 100,000 properties is read, and so are those after it' {
        $record = [ordered] @{}
        for ($i = 0; $i -lt 100000; $i++) { $record["Extra$i"] = $i }
        $record['Identity'] = 'Wide'
        $record['EmailAddresses'] = 'smtp:x@contoso.com'
        $wide = [pscustomobject] $record
        foreach ($one in $record, $wide) {
            $conflict = & { New-Witness; , $one; New-ConflictSet } | Test-ProxyConflict -WarningAction SilentlyContinue -ErrorVariable problem
            @($problem | Where-Object { $_.FullyQualifiedErrorId -notlike 'ProxyCalc.SourceAssumed*' }) | Should -BeNullOrEmpty
            ($conflict | Where-Object Address -EQ 'x@contoso.com').Holders.Identity | Should -Contain 'Wide'
        }
    }

    It 'keys that are no texts are read as their texts; one that has none is an error' {
        Test-Between -Record @{ Identity = 'Odd'; EmailAddresses = @('SMTP:odd@contoso.com'); 7 = 'seven'; ([guid]::Empty) = 1; ([datetime]::MinValue) = 2 } | Should -BeNullOrEmpty
        $table = @{ Identity = 'Odd'; EmailAddresses = @('SMTP:odd@contoso.com') }
        $table.Add([ProxyCalcTest.BrokenKey]::new(), 1)
        (Test-Between -Record $table)[0].Exception.Message | Should -BeLike 'Odd: *no key*'
    }

    It 'a property that never ends ends with the pipeline' {
        $before = Wait-WorkerCount -Count 0
        $shell = [powershell]::Create()
        [void] $shell.AddScript("Import-Module '$ModulePath'; [pscustomobject] @{ Identity = 'a' } | Add-Member -MemberType ScriptProperty -Name EmailAddresses -Value { while (`$true) { Start-Sleep -Milliseconds 10 } } -PassThru | Test-ProxyConflict")
        $run = $shell.BeginInvoke()
        Start-Sleep -Milliseconds 1500
        $clock = [System.Diagnostics.Stopwatch]::StartNew()
        $shell.Stop()
        $clock.ElapsedMilliseconds | Should -BeLessThan 5000
        { $shell.EndInvoke($run) } | Should -Throw
        $shell.Streams.Error | Should -BeNullOrEmpty
        $shell.Dispose()
        Wait-WorkerCount -Count 0 | Should -Be $before
    }

    It 'one object that is changed and sent again each time counts as it was each time' {
        $one = [pscustomobject] @{ ExternalDirectoryObjectId = ''; Identity = ''; EmailAddresses = '' }
        $conflict = @(& { for ($i = 0; $i -lt 1000; $i++) { $one.ExternalDirectoryObjectId = New-CloudId -Number $i; $one.Identity = "m$i"; $one.EmailAddresses = "SMTP:p$($i - $i % 2)@contoso.com"; $one } } | Test-ProxyConflict -WarningAction SilentlyContinue)
        $conflict.Count | Should -Be 500
    }
}
