# What the parameters of Test-ProxyConflict and Get-ProxyAddress select.

BeforeAll {
    . (Join-Path -Path $PSScriptRoot -ChildPath 'Common.ps1')

    # One conflict of each of several kinds.
    function New-KindSet {
        New-ConflictSet
        New-GraphUser -Name 'Upn' -Address 'SMTP:upn@contoso.com' -Upn 'cid@contoso.com'
        New-Mailbox -Name 'Two' -Address 'SMTP:one@contoso.com', 'SMTP:two@contoso.com', 'smtp:ONE@contoso.com'
        New-Mailbox -Name 'Sip' -Address 'SMTP:sip@contoso.com', 'SIP:one@contoso.com'
        New-Mailbox -Name 'X1' -Address 'SMTP:x1@contoso.com', 'X500:/o=ORG/cn=One'
        New-Mailbox -Name 'X2' -Address 'SMTP:x2@contoso.com', 'x500:/O=org/CN=one'
    }
}

Describe 'Test-ProxyConflict' {
    It 'shows errors and warnings' {
        $all = New-KindSet | Test-ProxyConflict -WarningAction SilentlyContinue
        $all.Severity | Should -Not -Contain 'Information'
        $all.Kind | Should -Contain 'Duplicate'
        $all.Kind | Should -Contain 'UpnConflict'
        $all.Kind | Should -Contain 'MultiplePrimary'
    }

    It '-IncludeInformation shows the rest' {
        $all = New-KindSet | Test-ProxyConflict -IncludeInformation -WarningAction SilentlyContinue
        $all.Kind | Should -Contain 'SelfDuplicate'
        $all.Kind | Should -Contain 'SipSmtp'
    }

    It '-Kind <_> shows only these, whatever their severity' -ForEach 'Duplicate', 'UpnConflict', 'MultiplePrimary', 'SelfDuplicate', 'SipSmtp' {
        $all = New-KindSet | Test-ProxyConflict -Kind $_ -WarningAction SilentlyContinue
        $all | Should -Not -BeNullOrEmpty
        $all.Kind | Sort-Object -Unique | Should -BeExactly $_
    }

    It '-Kind takes several, in any case' {
        @((New-KindSet | Test-ProxyConflict -Kind duplicate, UPNCONFLICT -WarningAction SilentlyContinue).Kind | Sort-Object -Unique) | Should -BeExactly 'Duplicate', 'UpnConflict'
    }

    It '-AddressType <Type> shows <Address>' -ForEach @(
        @{ Type = 'X500'; Address = '/o=ORG/cn=One' }
        @{ Type = 'x500'; Address = '/o=ORG/cn=One' }
    ) {
        (New-KindSet | Test-ProxyConflict -AddressType $Type -WarningAction SilentlyContinue).Address | Should -Be $Address
    }

    It '-AddressType SMTP leaves X500 out' {
        (New-KindSet | Test-ProxyConflict -AddressType SMTP -WarningAction SilentlyContinue).AddressType | Sort-Object -Unique | Should -BeExactly 'SMTP'
    }

    It '-ExcludeId leaves out by <Name>' -ForEach @(
        @{ Name = 'id'; Id = { (New-ConflictSet)[0].ExternalDirectoryObjectId } }
        @{ Name = 'id in capitals'; Id = { (New-ConflictSet)[0].ExternalDirectoryObjectId.ToUpperInvariant() } }
        @{ Name = 'identity'; Id = { 'Ann' } }
    ) {
        @(New-ConflictSet | Test-ProxyConflict -ExcludeId (& $Id) -WarningAction SilentlyContinue).Count | Should -Be 0
        @(New-ConflictSet | Test-ProxyConflict -ExcludeId 'somebody' -WarningAction SilentlyContinue).Count | Should -Be 1
    }

    It 'refuses <Name>' -ForEach @(
        @{ Name = 'an unknown kind'; Argument = @{ Kind = 'Twice' } }
        @{ Name = 'an unknown type'; Argument = @{ AddressType = 'FAX' } }
        @{ Name = 'an empty path'; Argument = @{ Path = '' } }
        @{ Name = 'an empty id'; Argument = @{ ExcludeId = '' } }
    ) {
        { New-ConflictSet | Test-ProxyConflict @Argument } | Should -Throw -ErrorId 'ParameterArgumentValidationError*'
    }
}

Describe 'Get-ProxyAddress' {
    It 'gives one row an address and object' {
        $rows = @(New-ConflictSet | Get-ProxyAddress -WarningAction SilentlyContinue)
        $rows.Count | Should -Be 5
        $row = $rows | Where-Object -Property Value -CEQ -Value 'smtp:Sales@contoso.com'
        $row.psobject.TypeNames[0] | Should -Be 'ProxyCalc.AddressRow'
        $row.Address | Should -BeExactly 'Sales@contoso.com'
        $row.AddressType | Should -BeExactly 'SMTP'
        $row.IsPrimary | Should -BeFalse
        $row.Role | Should -BeExactly 'Secondary'
        $row.Domain | Should -Be 'contoso.com'
        $row.Identity | Should -Be 'Bob'
        $row.DisplayName | Should -Be 'Bob (mailbox)'
        $row.RecipientTypeDetails | Should -Be 'UserMailbox'
        $row.Source | Should -Be 'ExchangeOnline'
        $row.SoftDeleted | Should -BeFalse
        @($rows | Where-Object -Property IsPrimary).Count | Should -Be 3
    }

    It '-Address <_> finds both holders, and no longer address' -ForEach 'sales@contoso.com', 'SALES@CONTOSO.COM', 'smtp:sales@contoso.com', 'SMTP:Sales@Contoso.com' {
        $records = & { New-ConflictSet; New-Mailbox -Name 'Long' -Address 'SMTP:presales@contoso.com', 'smtp:sales@contoso.com.example' }
        @($records | Get-ProxyAddress -Address $_ -WarningAction SilentlyContinue).Identity | Should -Be 'Ann', 'Bob'
    }

    It '-Address takes several, and nothing for one that nobody holds' {
        @(New-ConflictSet | Get-ProxyAddress -Address 'ann@contoso.com', 'bob@contoso.com', 'free@contoso.com' -WarningAction SilentlyContinue).Identity | Sort-Object | Should -Be 'Ann', 'Bob'
        New-ConflictSet | Get-ProxyAddress -Address 'free@contoso.com' -WarningAction SilentlyContinue | Should -BeNullOrEmpty
    }

    It '-AddressType selects' {
        $records = New-Mailbox -Name 'All' -Address 'SMTP:a@contoso.com', 'SIP:a@contoso.com', 'X500:/o=x', 'EUM:5;phone-context=x', 'SPO:SPO_1@SPO_2'
        foreach ($type in 'SMTP', 'SIP', 'X500', 'EUM', 'SPO') {
            @($records | Get-ProxyAddress -AddressType $type -WarningAction SilentlyContinue).AddressType | Should -BeExactly $type
        }
    }

    It 'errors come after the rows' {
        $all = @(& { New-ConflictSet; New-Mailbox -Name 'Lost' -Address 'System.Object[]' } | Get-ProxyAddress -WarningAction SilentlyContinue 2>&1)
        $all[-1].FullyQualifiedErrorId | Should -BeExactly 'ProxyCalc.TypeNameInsteadOfValues,ProxyCalc.Commands.GetProxyAddressCommand'
        $all.Count | Should -Be 6
    }

    It 'nothing read is an error' {
        @() | Get-ProxyAddress -ErrorAction SilentlyContinue -ErrorVariable problem -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        $problem[0].FullyQualifiedErrorId | Should -Be 'ProxyCalc.NoRecords,ProxyCalc.Commands.GetProxyAddressCommand'
    }
}
