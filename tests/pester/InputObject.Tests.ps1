# Every kind of object that comes down a pipeline.

BeforeAll {
    . (Join-Path -Path $PSScriptRoot -ChildPath 'Common.ps1')

    # As Active Directory's: not generic, and its ToString is its type's name.
    if (-not ('ProxyCalcTest.ValueCollection' -as [type])) {
        Add-Type -TypeDefinition @'
namespace ProxyCalcTest {
    public class ValueCollection : System.Collections.CollectionBase {
        public ValueCollection(params object[] values) { foreach (object value in values) { List.Add(value); } }
    }
    public class Address {
        private string text;
        public Address(string text) { this.text = text; }
        public string Prefix { get { return "SMTP"; } }
        public override string ToString() { return text; }
    }
    public class Recipient {
        public string ExternalDirectoryObjectId { get; set; }
        public string Identity { get; set; }
        public string[] EmailAddresses { get; set; }
    }
    public class TypedRecipient {
        public System.Guid Id { get; set; }
        public string UserPrincipalName { get; set; }
        public System.Collections.Generic.List<Address> ProxyAddresses { get; set; }
    }
}
'@
    }

    function ConvertTo-Dictionary {
        param($InputObject, [switch] $Ordered)

        $table = if ($Ordered) { [ordered] @{} } else { @{} }
        foreach ($property in $InputObject.psobject.Properties) { $table[$property.Name] = $property.Value }
        $table
    }
}

Describe 'Objects of every kind' {
    It '<Name> are read' -ForEach @(
        @{ Name = 'custom objects'; Make = { New-ConflictSet } }
        @{ Name = 'hashtables'; Make = { New-ConflictSet | ForEach-Object { ConvertTo-Dictionary -InputObject $_ } } }
        @{ Name = 'ordered dictionaries'; Make = { New-ConflictSet | ForEach-Object { ConvertTo-Dictionary -InputObject $_ -Ordered } } }
        @{ Name = 'rows of a CSV file'; Make = { New-ConflictSet | Select-Object -Property *, @{ Name = 'EmailAddresses'; Expression = { $_.EmailAddresses -join ';' } } -ExcludeProperty EmailAddresses | ConvertTo-Csv -NoTypeInformation | ConvertFrom-Csv } }
        @{ Name = 'objects of JSON'; Make = { New-ConflictSet | ConvertTo-Json -Depth 4 | ConvertFrom-Json } }
        @{ Name = 'lists as Windows PowerShell writes them to JSON'; Make = { New-ConflictSet | ForEach-Object { $_.EmailAddresses = [pscustomobject] @{ value = $_.EmailAddresses; Count = $_.EmailAddresses.Count }; $_ } } }
        @{ Name = 'deserialised objects'; Make = { [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize(@(New-ConflictSet), 4)) } }
        @{ Name = 'objects of Select-Object'; Make = { New-ConflictSet | Select-Object -Property * } }
        @{ Name = 'objects of .NET'; Make = { New-ConflictSet | ForEach-Object { $r = New-Object -TypeName ProxyCalcTest.Recipient; $r.ExternalDirectoryObjectId = $_.ExternalDirectoryObjectId; $r.Identity = $_.Identity; $r.EmailAddresses = $_.EmailAddresses; $r } } }
        @{ Name = 'deserialised objects of .NET'; Make = { [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize(@(New-ConflictSet | ForEach-Object { $r = New-Object -TypeName ProxyCalcTest.Recipient; $r.ExternalDirectoryObjectId = $_.ExternalDirectoryObjectId; $r.Identity = $_.Identity; $r.EmailAddresses = $_.EmailAddresses; $r }), 4)) } }
        @{ Name = 'addresses in an ArrayList'; Make = { New-ConflictSet | ForEach-Object { $_.EmailAddresses = [System.Collections.ArrayList] $_.EmailAddresses; $_ } } }
        @{ Name = 'addresses in a StringCollection'; Make = { New-ConflictSet | ForEach-Object { $c = New-Object -TypeName System.Collections.Specialized.StringCollection; $c.AddRange($_.EmailAddresses); $_.EmailAddresses = $c; $_ } } }
        @{ Name = 'addresses in a CollectionBase'; Make = { New-ConflictSet | ForEach-Object { $_.EmailAddresses = New-Object -TypeName ProxyCalcTest.ValueCollection -ArgumentList (, [object[]] $_.EmailAddresses); $_ } } }
        @{ Name = 'addresses that are objects with a text'; Make = { New-ConflictSet | ForEach-Object { $_.EmailAddresses = @($_.EmailAddresses | ForEach-Object { New-Object -TypeName ProxyCalcTest.Address -ArgumentList $_ }); $_ } } }
        @{ Name = 'deserialised addresses with a text'; Make = { [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize(@(New-ConflictSet | ForEach-Object { $_.EmailAddresses = @($_.EmailAddresses | ForEach-Object { New-Object -TypeName ProxyCalcTest.Address -ArgumentList $_ }); $_ }), 4)) } }
        @{ Name = 'addresses in one string'; Make = { New-ConflictSet | ForEach-Object { $_.EmailAddresses = $_.EmailAddresses -join ','; $_ } } }
        @{ Name = 'names in capitals and with blanks'; Make = { New-ConflictSet | Select-Object -Property @{ Name = 'EXTERNALDIRECTORYOBJECTID'; Expression = { $_.ExternalDirectoryObjectId } }, @{ Name = 'Email Addresses'; Expression = { $_.EmailAddresses } }, Identity } }
        @{ Name = 'an array inside the pipeline'; Make = { , @(New-ConflictSet) } }
        @{ Name = 'a queue inside the pipeline'; Make = { $q = New-Object -TypeName System.Collections.Queue; New-ConflictSet | ForEach-Object { $q.Enqueue($_) }; , $q } }
        @{ Name = 'rows of a data table'; Make = { $t = New-Object -TypeName System.Data.DataTable; foreach ($n in 'ExternalDirectoryObjectId', 'Identity', 'EmailAddresses') { [void] $t.Columns.Add($n) }; New-ConflictSet | ForEach-Object { [void] $t.Rows.Add($_.ExternalDirectoryObjectId, $_.Identity, ($_.EmailAddresses -join ';')) }; $t.Rows } }
        @{ Name = 'the same names in another order each time'; Make = { $i = 0; New-ConflictSet | ForEach-Object { if ($i++ % 2) { $_ } else { $_ | Select-Object -Property EmailAddresses, DisplayName, Name, Identity, RecipientTypeDetails, PrimarySmtpAddress, ExternalDirectoryObjectId } } } }
    ) {
        $conflict = @(& $Make | Test-ProxyConflict -SummaryVariable summary -WarningAction SilentlyContinue -ErrorVariable problem)
        $problem | Should -BeNullOrEmpty
        $conflict.Count | Should -Be 1
        $conflict[0].Kind | Should -BeExactly 'Duplicate'
        $conflict[0].Address | Should -Be 'sales@contoso.com'
        $conflict[0].Holders.Identity | Should -Be 'Ann', 'Bob'
        $conflict[0].Holders.Id | Should -Be (New-ConflictSet | Select-Object -First 2).ExternalDirectoryObjectId
        $summary.RecipientsRead | Should -Be 3
        $summary.Objects | Should -Be 3
    }

    It 'a list of typed addresses on a typed user is read' {
        $users = foreach ($name in 'ann', 'bob') {
            $user = New-Object -TypeName ProxyCalcTest.TypedRecipient
            $user.Id = [guid]::NewGuid()
            $user.UserPrincipalName = "$name@contoso.com"
            $user.ProxyAddresses = New-Object -TypeName System.Collections.Generic.List[ProxyCalcTest.Address]
            $user.ProxyAddresses.Add((New-Object -TypeName ProxyCalcTest.Address -ArgumentList "SMTP:$name@contoso.com"))
            $user.ProxyAddresses.Add((New-Object -TypeName ProxyCalcTest.Address -ArgumentList 'smtp:both@contoso.com'))
            $user
        }
        ($users | Test-ProxyConflict -WarningAction SilentlyContinue).Address | Should -Be 'both@contoso.com'
    }

    It 'an empty list in a property of one value is no value: <Name>' -ForEach @(
        @{ Name = 'a collection of .NET'; Make = { @{ Value = New-Object -TypeName ProxyCalcTest.ValueCollection -ArgumentList (, [object[]] @()) } } }
        @{ Name = 'an array list'; Make = { @{ Value = New-Object -TypeName System.Collections.ArrayList } } }
        @{ Name = 'an array'; Make = { @{ Value = @() } } }
    ) {
        $users = foreach ($number in 0..2) {
            $user = New-DirectoryUser -Name "u$number" -Address "SMTP:u$number@contoso.com", 'smtp:both@contoso.com' | Select-Object -Property *, mail, mailNickname, userPrincipalName, objectSid
            $user.psobject.TypeNames.Insert(0, 'Selected.Microsoft.ActiveDirectory.Management.ADUser')
            # The first has all that the others lack.
            foreach ($property in 'mail', 'mailNickname', 'userPrincipalName', 'objectSid') { if ($number) { $user.$property = (& $Make).Value } else { $user.$property = 'u0@contoso.com' } }
            $user
        }
        $conflict = @($users | Test-ProxyConflict -WarningAction SilentlyContinue -ErrorVariable problem)
        $problem | Should -BeNullOrEmpty
        $conflict.Count | Should -Be 1
        $conflict[0].HolderCount | Should -Be 3
    }

    It '-InputObject takes <Name>' -ForEach @(
        @{ Name = 'an array'; Make = { , [object[]] @(New-ConflictSet) } }
        @{ Name = 'a list'; Make = { $l = New-Object -TypeName System.Collections.Generic.List[object]; New-ConflictSet | ForEach-Object { $l.Add($_) }; , $l } }
        @{ Name = 'an array list'; Make = { , [System.Collections.ArrayList] @(New-ConflictSet) } }
        @{ Name = 'arrays in an array'; Make = { , @(@(New-ConflictSet | Select-Object -First 1), @(New-ConflictSet | Select-Object -Skip 1)) } }
    ) {
        (Test-ProxyConflict -InputObject (& $Make) -WarningAction SilentlyContinue).Holders.Count | Should -Be 2
        @(Get-ProxyAddress -InputObject (& $Make) -Address 'sales@contoso.com' -WarningAction SilentlyContinue).Count | Should -Be 2
    }

    It '-InputObject takes one object' {
        @(Get-ProxyAddress -InputObject (New-Witness) -WarningAction SilentlyContinue).Count | Should -Be 2
    }

    It 'files and objects come down one pipeline' {
        $file = Join-Path -Path $TestDrive -ChildPath 'one.json'
        New-ConflictSet | Select-Object -First 1 | ConvertTo-Json -Depth 4 | Set-Content -LiteralPath $file -Encoding UTF8
        $conflict = & { New-ConflictSet | Select-Object -Skip 1; Get-Item -LiteralPath $file } | Test-ProxyConflict -WarningAction SilentlyContinue
        $conflict.Holders.Identity | Should -Be 'Ann', 'Bob'
    }
}

Describe 'Ids and dates' {
    It 'a GUID of <Name> joins' -ForEach @(
        @{ Name = 'bytes'; Make = { param($g) $g.ToByteArray() } }
        @{ Name = 'base64'; Make = { param($g) [System.Convert]::ToBase64String($g.ToByteArray()) } }
        @{ Name = 'text'; Make = { param($g) $g.ToString() } }
        @{ Name = 'text in braces'; Make = { param($g) $g.ToString('B') } }
        @{ Name = 'its own type'; Make = { param($g) $g } }
        @{ Name = 'numbers, as JSON has bytes'; Make = { param($g) $g.ToByteArray() | ConvertTo-Json | ConvertFrom-Json } }
    ) {
        $guid = [guid] '11223344-5566-4788-99aa-bbccddeeff00'
        $onPremises = New-DirectoryUser -Name 'Ann' -Address 'SMTP:ann@contoso.com'
        $onPremises.ObjectGUID = & $Make $guid
        $cloud = New-GraphUser -Name 'ann' -Address 'SMTP:ann@contoso.com' | Select-Object -Property *, @{ Name = 'onPremisesImmutableId'; Expression = { [System.Convert]::ToBase64String($guid.ToByteArray()) } }
        @($onPremises, $cloud | Test-ProxyConflict -SummaryVariable summary -WarningAction SilentlyContinue).Count | Should -Be 0
        $summary.Objects | Should -Be 1
    }

    It 'a GUID of bytes joins also where a value holds a separator' {
        $guid = [guid] '11223344-5566-4788-99aa-bbccddeeff00'
        $onPremises = New-DirectoryUser -Name "Ann$([char] 0x1F)" -Address 'SMTP:ann@contoso.com'
        $onPremises.ObjectGUID = $guid.ToByteArray()
        $cloud = New-GraphUser -Name 'ann' -Address 'SMTP:ann@contoso.com' | Select-Object -Property *, @{ Name = 'onPremisesImmutableId'; Expression = { [System.Convert]::ToBase64String($guid.ToByteArray()) } }
        $onPremises, $cloud | Test-ProxyConflict -SummaryVariable summary -WarningAction SilentlyContinue
        $summary.Objects | Should -Be 1
    }

    It 'a SID of bytes joins' {
        $onPremises = New-DirectoryUser -Name 'Ann' -Address 'SMTP:ann@contoso.com' | Select-Object -Property *, @{ Name = 'objectSid'; Expression = { [byte[]] (1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 220, 244, 220, 59, 131, 61, 43, 70, 130, 139, 166, 40, 77, 4, 0, 0) } }
        $cloud = New-GraphUser -Name 'ann' -Address 'SMTP:ann@contoso.com' | Select-Object -Property *, @{ Name = 'onPremisesSecurityIdentifier'; Expression = { 'S-1-5-21-1004336348-1177238915-682003330-1101' } }
        $onPremises, $cloud | Test-ProxyConflict -SummaryVariable summary -WarningAction SilentlyContinue
        $summary.Objects | Should -Be 1
    }

    It 'ids that are <Name> join nothing' -ForEach @(
        @{ Name = 'empty'; Id = '' }
        @{ Name = 'all zeros'; Id = '00000000-0000-0000-0000-000000000000' }
        @{ Name = 'an empty GUID'; Id = [guid]::Empty }
        @{ Name = 'missing'; Id = $null }
    ) {
        $records = New-ConflictSet | ForEach-Object { $_.ExternalDirectoryObjectId = $Id; $_ }
        @($records | Test-ProxyConflict -SummaryVariable summary -WarningAction SilentlyContinue).Count | Should -Be 1
        $summary.Objects | Should -Be 3
    }

    It 'the date <Name> is the same in <Culture>' -ForEach @(
        foreach ($culture in 'en-US', 'tr-TR', 'ar-SA', 'th-TH', 'fa-IR', 'de-DE') {
            @{ Culture = $culture; Name = 'as a date'; Date = [datetime]::new(2026, 1, 31, 10, 20, 30, [System.DateTimeKind]::Utc) }
            @{ Culture = $culture; Name = 'with an offset'; Date = [System.DateTimeOffset]::new(2026, 1, 31, 12, 20, 30, [timespan]::FromHours(2)) }
            @{ Culture = $culture; Name = 'as text'; Date = '2026-01-31T10:20:30Z' }
        }
    ) {
        $before = [System.Threading.Thread]::CurrentThread.CurrentCulture
        try {
            [System.Threading.Thread]::CurrentThread.CurrentCulture = [cultureinfo]::GetCultureInfo($Culture)
            $deleted = New-GraphUser -Name 'IVAN' -Address 'SMTP:I@contoso.com' | Select-Object -Property *, @{ Name = 'deletedDateTime'; Expression = { $Date } }
            $live = New-Mailbox -Name 'ivy' -Address 'SMTP:ivy@contoso.com', 'smtp:i@contoso.com'
            $conflict = $deleted, $live | Test-ProxyConflict -IncludeInformation -WarningAction SilentlyContinue
        } finally {
            [System.Threading.Thread]::CurrentThread.CurrentCulture = $before
        }
        $conflict.Kind | Should -BeExactly 'SoftDeleted'
        ($conflict.Holders | Where-Object -Property SoftDeleted).WhenSoftDeleted | Should -BeExactly '2026-01-31T10:20:30Z'
    }

    It 'case is folded without the culture, in <_>' -ForEach 'tr-TR', 'ar-SA', 'en-US' {
        $before = [System.Threading.Thread]::CurrentThread.CurrentCulture
        try {
            [System.Threading.Thread]::CurrentThread.CurrentCulture = [cultureinfo]::GetCultureInfo($_)
            $conflict = (New-Mailbox -Name 'A' -Address 'SMTP:a@contoso.com', 'smtp:INFO@CONTOSO.COM'), (New-Mailbox -Name 'B' -Address 'SMTP:b@contoso.com', 'smtp:info@contoso.com') | Test-ProxyConflict -WarningAction SilentlyContinue
        } finally {
            [System.Threading.Thread]::CurrentThread.CurrentCulture = $before
        }
        @($conflict).Count | Should -Be 1
    }
}

Describe 'Shapes in one stream' {
    It '<Name> are all read' -ForEach @(
        @{ Name = 'Exchange, then Graph, then Active Directory'; Order = { $exchange; $graph; $directory } }
        @{ Name = 'Active Directory, then Graph, then Exchange'; Order = { $directory; $graph; $exchange } }
        @{ Name = 'sources in turn'; Order = { for ($i = 0; $i -lt 700; $i++) { $exchange[$i]; $graph[$i]; $directory[$i] } } }
        @{ Name = 'sources in pairs'; Order = { for ($i = 0; $i -lt 700; $i += 2) { $graph[$i, ($i + 1)]; $directory[$i, ($i + 1)]; $exchange[$i, ($i + 1)] } } }
        @{ Name = 'null values among them'; Order = { $exchange; $null; $graph; $null; $directory; $null } }
    ) {
        $exchange = @(for ($i = 0; $i -lt 700; $i++) { New-Mailbox -Name "m$i" -Address "SMTP:m$i@contoso.com" -Number $i })
        $graph = @(for ($i = 0; $i -lt 700; $i++) { New-GraphUser -Name "g$i" -Address "SMTP:g$i@contoso.com", "smtp:m$i@contoso.com" -Number (1000 + $i) })
        $directory = @(for ($i = 0; $i -lt 700; $i++) { New-DirectoryUser -Name "d$i" -Address "SMTP:d$i@contoso.com" -Number (5000 + $i) })
        $conflict = @(& $Order | Test-ProxyConflict -SummaryVariable summary -WarningAction SilentlyContinue -ErrorVariable problem)
        $problem | Should -BeNullOrEmpty
        $summary.RecipientsRead | Should -Be 2100
        $summary.Sources.ExchangeOnline | Should -Be 700
        $summary.Sources.Entra | Should -Be 700
        $summary.Sources.ActiveDirectory | Should -Be 700
        $conflict.Count | Should -Be 700
    }

    It 'a thousand shapes are all read' {
        $records = for ($i = 0; $i -lt 1000; $i++) {
            $record = [ordered] @{ "Extra$i" = $i; Identity = "m$i"; ExternalDirectoryObjectId = (New-CloudId -Number $i); EmailAddresses = @("SMTP:m$i@contoso.com", "smtp:p$($i - $i % 2)@contoso.com") }
            [pscustomobject] $record
        }
        @($records | Test-ProxyConflict -SummaryVariable summary -WarningAction SilentlyContinue).Count | Should -Be 500
        $summary.RecipientsRead | Should -Be 1000
    }

    It 'a shape that comes late is seen by its empty id' {
        $records = @(for ($i = 0; $i -lt 3000; $i++) { New-Mailbox -Name "m$i" -Address "SMTP:m$i@contoso.com" -Number $i }) + (New-GraphUser -Name 'late' -Address 'smtp:m7@contoso.com' -Number 99999)
        ($records | Test-ProxyConflict -WarningAction SilentlyContinue).Holders.Identity | Should -Be 'm7', 'late@contoso.onmicrosoft.com'
    }

    It 'a shape that keeps the names of id and addresses is seen: <Count> objects after <First>' -ForEach @(
        foreach ($first in 300, 511, 512, 600, 1000, 1023) {
            foreach ($count in 64, 100, 700) { @{ First = $first; Count = $count } }
        }
    ) {
        $groups = @(for ($i = 0; $i -lt $First; $i++) { New-GraphUser -Name "g$i" -Address "SMTP:g$i@contoso.com" -Number $i | Select-Object -Property id, displayName, mail, proxyAddresses })
        $users = @(for ($i = 0; $i -lt $Count; $i++) { New-GraphUser -Name "u$i" -Address "SMTP:u$i@contoso.com" -Number (10000 + $i) -Upn "g$i@contoso.com" })
        @($groups + $users | Test-ProxyConflict -WarningAction SilentlyContinue | Where-Object -Property Kind -EQ -Value UpnConflict).Count | Should -Be ([math]::Min($First, $Count))
    }
}

Describe 'A page of Graph' {
    It 'is taken apart, as <Name>' -ForEach @(
        @{ Name = 'a hashtable'; Page = @{ '@odata.context' = 'users'; value = @(@{ id = 'p1'; userPrincipalName = 'a@contoso.com'; proxyAddresses = @('SMTP:x@contoso.com') }, @{ id = 'p2'; userPrincipalName = 'b@contoso.com'; proxyAddresses = @('smtp:x@contoso.com') }) } }
        @{ Name = 'an object'; Page = ('{"@odata.context":"users","value":[{"id":"p1","userPrincipalName":"a@contoso.com","proxyAddresses":["SMTP:x@contoso.com"]},{"id":"p2","userPrincipalName":"b@contoso.com","proxyAddresses":["smtp:x@contoso.com"]}]}' | ConvertFrom-Json) }
    ) {
        $empty = @{ '@odata.context' = 'users'; value = @() }
        $conflict = @($Page, $empty, $Page | Test-ProxyConflict -SummaryVariable summary -WarningAction SilentlyContinue -ErrorVariable problem)
        $problem | Should -BeNullOrEmpty
        $conflict.Count | Should -Be 1
        $conflict[0].Holders.Identity | Should -Be 'a@contoso.com', 'b@contoso.com'
        $summary.RecipientsRead | Should -Be 4
        (Get-ProxyCalculation -UserPrincipalName b@contoso.com -InitialDomain contoso.onmicrosoft.com -VerifiedDomain contoso.com -Previous @{ value = @(@{ userPrincipalName = 'b@contoso.com'; mailNickname = 'b' }) }).Changes | Should -BeNullOrEmpty
    }

    It 'in which there are no objects is an error' {
        [void] (@{ value = @('a') }, @{ value = 'b' } | Test-ProxyConflict -ErrorVariable problem -ErrorAction SilentlyContinue)
        $problem.FullyQualifiedErrorId | Should -Contain 'ProxyCalc.RecordNotAnObject,ProxyCalc.Commands.TestProxyConflictCommand'
        $problem.FullyQualifiedErrorId | Should -Contain 'ProxyCalc.PropertiesUnknown,ProxyCalc.Commands.TestProxyConflictCommand'
    }
}
