# Test-MailboxProvisioning: every case of tests/cases/diagnose_provisioning, sent as objects, and the shapes in which admins
# have users.

BeforeDiscovery {
    $folder = Join-Path -Path (Split-Path -Path $PSScriptRoot) -ChildPath 'cases/diagnose_provisioning'
    $cases = @(foreach ($file in (Get-ChildItem -Path $folder -Filter '*.json' | Sort-Object -Property Name)) {
            @{ Name = $file.BaseName; About = ([System.IO.File]::ReadAllText($file.FullName) | ConvertFrom-Json).about; File = $file.FullName }
        })
}

BeforeAll {
    . (Join-Path -Path $PSScriptRoot -ChildPath 'Common.ps1')

    # The parameters that stand for the members of a request.
    function Get-Argument {
        param($Request)

        $map = @{ recipients = 'Recipient'; onPremisesUsers = 'OnPremisesUser'; deletedUsers = 'DeletedUser'; organizationConfig = 'OrganizationConfig'; serviceHealth = 'ServiceHealth' }
        $argument = @{}
        foreach ($member in $Request.psobject.Properties) {
            if ($map.ContainsKey($member.Name) -and $null -ne $member.Value) { $argument[$map[$member.Name]] = $member.Value }
            if ($member.Name -eq 'recipientsIncludeSoftDeleted') { $argument['IncludesSoftDeleted'] = $member.Value }
            if ($member.Name -eq 'tenant' -and $member.Value.psobject.Properties['initialDomain']) { $argument['InitialDomain'] = $member.Value.initialDomain }
            # Windows PowerShell's dates become dates in Windows PowerShell only.
            if ($member.Name -eq 'now') { $argument['CollectedAt'] = if ($member.Value -like '/Date*') { [datetime] '2026-11-21T12:00:00Z' } else { $member.Value } }
        }
        $argument
    }

    # What an expectation says of a list, as text to compare. ConvertFrom-Json made dates of what looks like one.
    function Get-ListText {
        param($List)
        @($List) -join "`n"
    }

    $plan = '9aaf7827-d63c-4b61-89c3-182f06f82e5c'

    # A user of Graph who waits for three days and of whom everything is known.
    function New-StuckUser {
        param([string] $Name = 'anna', [hashtable] $More = @{})
        $user = @{
            Id = (New-CloudId -Number $Name.GetHashCode()); UserPrincipalName = "$Name@contoso.com"; DisplayName = $Name; MailNickname = $Name; UsageLocation = 'US'
            CreatedDateTime = [datetime] '2026-11-01T00:00:00Z'; OnPremisesSyncEnabled = $null; ProxyAddresses = @("SMTP:$Name@contoso.com")
            AssignedLicenses = @(@{ SkuId = '6fd2c87f-b296-42f0-b197-1e91e994b900'; DisabledPlans = @() })
            AssignedPlans = @(@{ ServicePlanId = $plan; Service = 'exchange'; CapabilityStatus = 'Enabled'; AssignedDateTime = [datetime] '2026-11-18T12:00:00Z' })
            ProvisionedPlans = @(@{ Service = 'exchange'; CapabilityStatus = 'Enabled'; ProvisioningStatus = 'Success' })
            LicenseAssignmentStates = @(@{ SkuId = '6fd2c87f-b296-42f0-b197-1e91e994b900'; State = 'Active'; Error = 'None'; AssignedByGroup = $null })
            OnPremisesProvisioningErrors = @(); ServiceProvisioningErrors = @()
        }
        foreach ($key in $More.Keys) { $user[$key] = $More[$key] }
        $user
    }

    # Everything else that there is to know.
    $known = @{
        IncludesSoftDeleted = $true
        Recipient          = @(New-Mailbox -Name 'Bob' -Address 'SMTP:bob@contoso.com' -Number 2)
        DeletedUser        = @()
        OrganizationConfig = [pscustomobject] @{ Name = 'contoso.onmicrosoft.com'; IsDehydrated = $false }
        ServiceHealth      = @()
        CollectedAt        = [datetime] '2026-11-21T12:00:00Z'
    }

    function Get-StatusText {
        param($Finding)
        ($Finding | ForEach-Object { "$($_.Name)=$($_.Status)" }) -join ' '
    }

    # Graph's own classes: names in Pascal case, lists of objects, and what a type does not have beside it.
    if (-not ('ProxyCalcTest.GraphUser' -as [type])) {
        Add-Type -TypeDefinition @'
using System;
using System.Collections.Generic;
namespace ProxyCalcTest {
    public class Plan { public string ServicePlanId { get; set; } public string Service { get; set; } public string CapabilityStatus { get; set; } public DateTime? AssignedDateTime { get; set; } }
    public class Provisioned { public string Service { get; set; } public string CapabilityStatus { get; set; } public string ProvisioningStatus { get; set; } }
    public class Licence { public Guid? SkuId { get; set; } public Guid[] DisabledPlans { get; set; } }
    public class State { public string SkuId { get; set; } public string AssignedByGroup { get; set; } public string Error { get; set; } }
    public class ServiceError { public bool? IsResolved { get; set; } public string ServiceInstance { get; set; } public Dictionary<string, object> AdditionalProperties { get; set; } = new Dictionary<string, object>(); }
    public class Activity { public DateTime? LastSignInDateTime { get; set; } public DateTime? LastNonInteractiveSignInDateTime { get; set; } }
    public class GraphUser {
        public string Id { get; set; } public string UserPrincipalName { get; set; } public string DisplayName { get; set; } public string MailNickname { get; set; }
        public string UsageLocation { get; set; } public string UserType { get; set; } public DateTime? CreatedDateTime { get; set; } public bool? OnPremisesSyncEnabled { get; set; } public string[] ProxyAddresses { get; set; }
        public Licence[] AssignedLicenses { get; set; } public List<Plan> AssignedPlans { get; set; } public Provisioned[] ProvisionedPlans { get; set; } public State[] LicenseAssignmentStates { get; set; }
        public object[] OnPremisesProvisioningErrors { get; set; } public ServiceError[] ServiceProvisioningErrors { get; set; } public Activity SignInActivity { get; set; }
        public Dictionary<string, object> AdditionalProperties { get; set; } = new Dictionary<string, object>();
    }
    public class Throwing { public string Id { get { return "c10d0000-0000-4000-8000-0000000000ff"; } } public string[] ProxyAddresses { get { throw new InvalidOperationException("no way"); } } }
}
'@
    }

    function New-GraphObject {
        param([string] $Name = 'anna')
        $user = [ProxyCalcTest.GraphUser]::new()
        $stuck = New-StuckUser -Name $Name
        foreach ($property in 'Id', 'UserPrincipalName', 'DisplayName', 'MailNickname', 'UsageLocation', 'CreatedDateTime', 'ProxyAddresses') { $user.$property = $stuck[$property] }
        $user.AssignedLicenses = @([ProxyCalcTest.Licence] @{ SkuId = [guid] '6fd2c87f-b296-42f0-b197-1e91e994b900'; DisabledPlans = [guid[]] @() })
        $user.AssignedPlans = [System.Collections.Generic.List[ProxyCalcTest.Plan]] @([ProxyCalcTest.Plan] @{ ServicePlanId = $plan; Service = 'exchange'; CapabilityStatus = 'Enabled'; AssignedDateTime = [datetime] '2026-11-18T12:00:00Z' })
        $user.ProvisionedPlans = @([ProxyCalcTest.Provisioned] @{ Service = 'exchange'; CapabilityStatus = 'Enabled'; ProvisioningStatus = 'Success' })
        $user.LicenseAssignmentStates = @([ProxyCalcTest.State] @{ SkuId = '6fd2c87f-b296-42f0-b197-1e91e994b900'; Error = 'None' })
        $user.OnPremisesProvisioningErrors = @()
        $user.ServiceProvisioningErrors = @()
        $user
    }
}

Describe 'A case of diagnose_provisioning' {
    It '<Name>: <About>' -ForEach $cases {
        $case = [System.IO.File]::ReadAllText($File) | ConvertFrom-Json
        $argument = Get-Argument -Request $case.request
        $findings = @($case.request.users | Test-MailboxProvisioning @argument -ErrorAction SilentlyContinue -ErrorVariable errors -WarningAction SilentlyContinue)

        # Findings come in the order of the users; a user who cannot be read gives none.
        $expected = @($case.expect.results)
        $judged = @($expected | Where-Object { -not $_.psobject.Properties['error'] })
        $problems = @($errors | Where-Object { $_.FullyQualifiedErrorId -like 'ProxyCalc.RecordUnreadable*' })
        $leftOut = if ($case.expect.psobject.Properties['leftOut']) { @($case.expect.leftOut).Count } else { 0 }
        $problems.Count | Should -Be ($expected.Count - $judged.Count + $leftOut)
        $at = 0
        foreach ($result in $judged) {
            $some = @(if ($at -lt $findings.Count -and $findings[$at].Name -eq 'MailboxExists') { $findings[$at] } else { $findings[$at..($at + 14)] })
            $at += $some.Count
            @($some | Where-Object Status -EQ Found | ForEach-Object { $_.Name }) -join ' ' | Should -BeExactly $(if ($result.psobject.Properties['found']) { @($result.found) -join ' ' } else { @($some | Where-Object Status -EQ Found | ForEach-Object { $_.Name }) -join ' ' })
            foreach ($member in $result.findings.psobject.Properties) {
                $finding = $some | Where-Object Name -EQ $member.Name
                $finding.Status | Should -BeExactly $member.Value.status -Because $member.Name
                foreach ($list in 'evidence', 'nextStep') {
                    if ($member.Value.psobject.Properties[$list]) {
                        Get-ListText -List $finding.$list | Should -BeExactly (Get-ListText -List $member.Value.$list) -Because "$($member.Name).$list"
                    }
                }
                if ($member.Value.psobject.Properties['reference']) { $finding.Reference | Should -BeExactly $member.Value.reference }
            }
        }
        $at | Should -Be $findings.Count
    }
}

Describe 'A user' {
    It 'may be <Name>' -ForEach @(
        @{ Name = 'a hashtable'; Make = { New-StuckUser } }
        @{ Name = 'an object'; Make = { [pscustomobject] (New-StuckUser) } }
        @{ Name = "an object of Graph's classes"; Make = { New-GraphObject } }
        @{ Name = 'what ConvertFrom-Json makes'; Make = { New-StuckUser | ConvertTo-Json -Depth 5 | ConvertFrom-Json } }
        @{ Name = 'what ConvertFrom-Json makes of a page of Graph'; Make = { @{ '@odata.context' = 'x'; value = @(New-StuckUser) } | ConvertTo-Json -Depth 6 | ConvertFrom-Json } }
        @{ Name = 'in a list'; Make = { , @(New-GraphObject) } }
        @{ Name = 'what Import-Clixml makes'; Make = { New-GraphObject | Export-Clixml -LiteralPath (Join-Path -Path $TestDrive -ChildPath 'user.xml') -Depth 3; Import-Clixml -LiteralPath (Join-Path -Path $TestDrive -ChildPath 'user.xml') } }
        @{ Name = 'what Import-Clixml makes of selected properties'; Make = { New-GraphObject | Select-Object -Property * | Export-Clixml -LiteralPath (Join-Path -Path $TestDrive -ChildPath 'user.xml') -Depth 3; Import-Clixml -LiteralPath (Join-Path -Path $TestDrive -ChildPath 'user.xml') } }
    ) {
        $findings = @(& $Make | Test-MailboxProvisioning @known)
        Get-StatusText -Finding $findings | Should -BeExactly 'DiagnosticAvailable=Found OpenTicket=Found CycleLicence=Unknown RecreateAccount=Unknown LicenceAssignmentFailed=RuledOut NoExchangePlan=RuledOut NoUsageLocation=RuledOut PlanNotProvisioned=RuledOut DuplicateProxyAddress=RuledOut LiveOnPremisesMailbox=RuledOut OnPremisesMailboxAttributes=RuledOut RemoteMailboxMigrated=RuledOut ServiceIncident=RuledOut ProvisioningError=RuledOut DehydratedOrganization=RuledOut'
        ($findings | Where-Object Name -EQ DiagnosticAvailable).Evidence | Should -BeExactly 'waited 72 h, since 2026-11-18T12:00:00Z (assignedPlans)'
    }

    It 'of Graph without what is read of it says nothing' {
        $user = [ProxyCalcTest.GraphUser] @{ Id = (New-CloudId -Number 1); UserPrincipalName = 'anna@contoso.com' }
        $findings = @($user | Test-MailboxProvisioning)
        @($findings | Where-Object Status -NE Unknown) | Should -BeNullOrEmpty
        $findings.Count | Should -Be 15
        foreach ($finding in $findings) { $finding.NextStep | Should -Not -BeNullOrEmpty -Because $finding.Name }
    }

    It 'of Graph keeps an error of a service beside its properties' {
        $user = New-GraphObject
        $problem = [ProxyCalcTest.ServiceError] @{ IsResolved = $false; ServiceInstance = 'exchange/x' }
        $problem.AdditionalProperties['errorDetail'] = 'The proxy address "SMTP:anna@contoso.com" is already being used by "x/Sales". Choose another proxy address.'
        $user.ServiceProvisioningErrors = @($problem)
        $finding = $user | Test-MailboxProvisioning @known | Where-Object Name -EQ ProvisioningError
        $finding.Status | Should -BeExactly 'Found'
        $finding.Evidence -join ' ' | Should -Match 'ProxyAddressInUse'
    }

    It 'of Graph who never signed in has an activity without dates' {
        $user = New-GraphObject
        $user.SignInActivity = [ProxyCalcTest.Activity]::new()
        $finding = $user | Test-MailboxProvisioning @known | Where-Object Name -EQ CycleLicence
        $finding.Status | Should -BeExactly 'Found'
        $finding.NextStep[1] | Should -BeExactly "Set-MgUserLicense -UserId '$($user.Id)' -AddLicenses @{SkuId='6fd2c87f-b296-42f0-b197-1e91e994b900'; DisabledPlans=@('$plan')} -RemoveLicenses @()"
    }

    It 'whose plan hangs for months is not sent in a circle' {
        $waiting = [pscustomobject] @{
            id = '1'; userPrincipalName = 'z@contoso.com'
            assignedPlans = @([pscustomobject] @{ assignedDateTime = '2026-01-01T00:00:00Z'; capabilityStatus = 'Enabled'; service = 'exchange'; servicePlanId = 'efb87545-963c-4e0d-99df-69c6916d9eb0' })
            provisionedPlans = @([pscustomobject] @{ capabilityStatus = 'Enabled'; provisioningStatus = 'PendingInput'; service = 'exchange' })
        }
        $findings = $waiting | Test-MailboxProvisioning -CollectedAt '2026-06-01T00:00:00Z'
        ($findings | Where-Object Name -EQ PlanNotProvisioned).NextStep[0] | Should -BeLike '*more than 24 hours*'
        $status = @{}
        foreach ($finding in $findings) { $status[$finding.Name] = $finding.Status }
        foreach ($name in 'DiagnosticAvailable', 'CycleLicence', 'RecreateAccount', 'OpenTicket') { $status[$name] | Should -BeExactly 'Unknown' -Because 'most was not looked at' }
    }

    It 'is told of parameters, and not of members of a request' {
        $texts = @((New-GraphObject), [pscustomobject] @{ Id = (New-CloudId -Number 9); UserPrincipalName = 'x@contoso.com' } | Test-MailboxProvisioning -Recipient $known.Recipient).NextStep -join "`n"
        $texts | Should -BeLike '*-IncludesSoftDeleted*'
        $texts | Should -Not -Match 'recipientsInclude|tenant\.|": '
    }

    It 'that is only a name is an error that says what to pipe; the others are answered' {
        $findings = @('bert@contoso.com', (New-GraphObject) | Test-MailboxProvisioning @known -ErrorVariable errors -ErrorAction SilentlyContinue)
        $findings.Count | Should -Be 15
        $errors.Count | Should -Be 1
        $errors[0].FullyQualifiedErrorId | Should -BeExactly 'ProxyCalc.RecordUnreadable,ProxyCalc.Commands.TestMailboxProvisioningCommand'
        $errors[0].TargetObject | Should -BeExactly 'bert@contoso.com'
        $errors[0].Exception.Message | Should -Match "Get-MgUser -UserId 'bert@contoso.com' -Property id,userPrincipalName,"
    }

    It 'that cannot be read is an error with the user; the others are answered' {
        $lost = [pscustomobject] @{ Id = (New-CloudId -Number 3); UserPrincipalName = 'carl@contoso.com'; AssignedPlans = 'Microsoft.Graph.PowerShell.Models.MicrosoftGraphAssignedPlan' }
        $throwing = [ProxyCalcTest.Throwing]::new()
        $findings = @((New-GraphObject -Name 'one'), $lost, $throwing, $null, (New-GraphObject -Name 'two') | Test-MailboxProvisioning @known -ErrorVariable errors -ErrorAction SilentlyContinue)
        $findings.Count | Should -Be 30
        @($findings.UserPrincipalName | Sort-Object -Unique) | Should -Be 'one@contoso.com', 'two@contoso.com'
        # PowerShell also keeps there what was caught.
        $errors = @($errors | Where-Object { $_.FullyQualifiedErrorId -like 'ProxyCalc.RecordUnreadable*' })
        $errors.Count | Should -Be 2
        @($errors.TargetObject) | Should -Contain $lost
        ($errors | Where-Object TargetObject -EQ $lost).Exception.Message | Should -Match 'carl@contoso\.com: users\[\d\]\.assignedPlans: expected a list of objects'
        @($errors | Where-Object { $_.Exception.Message -match 'ProxyAddresses cannot be read: no way' }).Count | Should -Be 1
    }

    It 'that is broken ends the command with -ErrorAction Stop, after the results' {
        $got = [System.Collections.Generic.List[object]]::new()
        { 'x@contoso.com', (New-GraphObject) | Test-MailboxProvisioning -ErrorAction Stop | ForEach-Object { $got.Add($_) } } | Should -Throw -ErrorId 'ProxyCalc.RecordUnreadable,ProxyCalc.Commands.TestMailboxProvisioningCommand'
        $got.Count | Should -Be 15
    }

    It 'waits for the same time in any culture' {
        $before = [System.Threading.Thread]::CurrentThread.CurrentCulture
        try {
            foreach ($culture in 'tr-TR', 'ar-SA', 'th-TH', 'de-DE') {
                [System.Threading.Thread]::CurrentThread.CurrentCulture = [cultureinfo]::GetCultureInfo($culture)
                $finding = New-GraphObject | Test-MailboxProvisioning @known | Where-Object Name -EQ DiagnosticAvailable
                $finding.Evidence | Should -BeExactly 'waited 72 h, since 2026-11-18T12:00:00Z (assignedPlans)' -Because $culture
            }
        } finally {
            [System.Threading.Thread]::CurrentThread.CurrentCulture = $before
        }
    }
}

Describe 'What goes with a user' {
    It 'comes from files, as the recipients of the other commands' {
        $path = Join-Path -Path $TestDrive -ChildPath 'recipients.json'
        New-Mailbox -Name 'Sales' -Address 'SMTP:sales@contoso.com', 'smtp:anna@contoso.com' | ConvertTo-Json | Set-Content -LiteralPath $path
        $finding = New-GraphObject | Test-MailboxProvisioning -RecipientPath $path | Where-Object Name -EQ DuplicateProxyAddress
        $finding.Status | Should -BeExactly 'Found'
        $finding.Evidence | Should -BeExactly 'anna@contoso.com (Primary): held by Sales (UserMailbox, Secondary)'
    }

    It 'that is missing is no error' {
        New-GraphObject | Test-MailboxProvisioning -ErrorVariable errors -WarningVariable warnings | Out-Null
        $errors | Should -BeNullOrEmpty
        $warnings | Should -BeNullOrEmpty
    }

    It 'is an error where recipients were asked for and none came' {
        New-GraphObject | Test-MailboxProvisioning -Recipient @() -ErrorVariable errors -ErrorAction SilentlyContinue -WarningAction SilentlyContinue | Out-Null
        $errors[0].FullyQualifiedErrorId | Should -BeExactly 'ProxyCalc.NoRecords,ProxyCalc.Commands.TestMailboxProvisioningCommand'
    }

    It 'is one error where its file is missing' {
        New-GraphObject | Test-MailboxProvisioning -RecipientPath (Join-Path -Path $TestDrive -ChildPath 'nothing.json') -ErrorVariable errors -ErrorAction SilentlyContinue | Out-Null
        @($errors).Count | Should -Be 1
        $errors[0].Exception.Message | Should -BeLike 'There is no file *nothing.json.'
    }

    It 'says by its parameter that nothing was found, and by its absence that nobody looked' {
        foreach ($health in $null, @()) {
            (New-GraphObject | Test-MailboxProvisioning -ServiceHealth $health | Where-Object Name -EQ ServiceIncident).Status | Should -BeExactly 'RuledOut'
        }
        (New-GraphObject | Test-MailboxProvisioning | Where-Object Name -EQ ServiceIncident).Status | Should -BeExactly 'Unknown'
    }

    It 'may be a user of Active Directory with its own collections' {
        $list = [System.Collections.ArrayList]::new()
        [void] $list.Add('CN=DB1,CN=Databases,DC=contoso,DC=com')
        $guid = [guid]::NewGuid()
        $directory = [pscustomobject] @{ DistinguishedName = 'CN=Anna,DC=contoso,DC=com'; ObjectGUID = $guid; userPrincipalName = 'anna@contoso.com'; homeMDB = $list; msExchMailboxGuid = [guid]::NewGuid().ToByteArray(); msExchRecipientTypeDetails = [long] 1 }
        $findings = [pscustomobject] (New-StuckUser -More @{ OnPremisesSyncEnabled = $true; OnPremisesImmutableId = [System.Convert]::ToBase64String($guid.ToByteArray()) }) | Test-MailboxProvisioning -OnPremisesUser $directory
        $live = $findings | Where-Object Name -EQ LiveOnPremisesMailbox
        $live.Status | Should -BeExactly 'Found'
        $live.Evidence | Should -Be 'homeMDB: CN=DB1,CN=Databases,DC=contoso,DC=com', 'msExchRecipientTypeDetails: 1'
        $findings.NextStep -match '-Clear ' | Should -BeNullOrEmpty
    }

    It 'is an error with the record where it cannot be read' {
        $findings = @(New-GraphObject | Test-MailboxProvisioning -OnPremisesUser 'anna' -ErrorVariable errors -ErrorAction SilentlyContinue)
        $findings.Count | Should -Be 15
        $errors[0].TargetObject | Should -BeExactly 'anna'
        $errors[0].Exception.Message | Should -Match 'onPremisesUsers\[0\]: expected an object'
    }
}

Describe 'The files of Get-ProxyCollectionScript' {
    BeforeAll {
        # Its Entra part, run with a function that stands for Graph's REST answers.
        $user = [pscustomobject] (New-StuckUser -More @{ ServiceProvisioningErrors = @(@{ isResolved = $false; serviceInstance = 'exchange/x'; errorDetail = 'The proxy address "SMTP:anna@contoso.com" is already being used by "x/Sales". Choose another proxy address.' }) })
        $user.AssignedPlans += @{ ServicePlanId = [guid]::NewGuid().ToString(); Service = 'SharePoint'; CapabilityStatus = 'Enabled'; AssignedDateTime = $null }
        # In the answers names are in camel case, and dates are text.
        $json = [regex]::Replace((ConvertTo-Json -InputObject $user -Depth 6), '"(\w)(\w*)":', { param($match) '"' + $match.Groups[1].Value.ToLowerInvariant() + $match.Groups[2].Value + '":' })
        $user = ConvertFrom-Json -InputObject $json
        $shell = [powershell]::Create()
        try {
            [void] $shell.AddScript('param($json, $folder) $PSModuleAutoLoadingPreference = ''None''; Set-Location -LiteralPath $folder; $global:json = $json
                function global:Get-MgContext { [pscustomobject] @{ TenantId = ''x'' } }
                function global:Invoke-MgGraphRequest { [CmdletBinding()] param($Method, $Uri, $OutputType) [pscustomobject] @{ value = @(if ($Uri -like ''/v1.0/users*'') { ConvertFrom-Json -InputObject $global:json }) } }').AddArgument($json).AddArgument("$TestDrive")
            [void] $shell.Invoke()
            $shell.Commands.Clear()
            [void] $shell.AddScript((Get-ProxyCollectionScript -Scope Entra))
            [void] $shell.Invoke()
        } finally {
            $shell.Dispose()
        }
        $users = @(Import-Clixml -LiteralPath (Join-Path -Path $TestDrive -ChildPath 'recipients-entra-users.xml'))
        $issues = Import-Clixml -LiteralPath (Join-Path -Path $TestDrive -ChildPath 'tenant-entra-service-issues.xml')
    }

    It 'hold all that is read of a user' {
        $users.Count | Should -Be 1
        $argument = $known.Clone()
        $argument['ServiceHealth'] = $issues
        $direct = @($user | Test-MailboxProvisioning @argument)
        $stored = @($users | Test-MailboxProvisioning @argument)
        ($direct | Where-Object Name -EQ ProvisioningError).Status | Should -BeExactly 'Found'
        ($stored | ConvertTo-Json -Depth 3) | Should -BeExactly ($direct | ConvertTo-Json -Depth 3)
    }
}

Describe 'Many users' {
    It 'give the same whether they are asked about together or in parts' {
        $users = @(foreach ($n in 1..25) { New-GraphObject -Name "user$n" })
        $recipients = @(foreach ($n in 1..25) { if ($n % 5 -eq 0) { New-Mailbox -Name "Other $n" -Address "SMTP:user$n@contoso.com" -Number (1000 + $n) } })
        $argument = @{ Recipient = $recipients; OnPremisesUser = @('bad', [pscustomobject] @{ userPrincipalName = 'user1@contoso.com'; homeMDB = 'CN=DB' }) }
        $together = @($users | Test-MailboxProvisioning @argument -CollectedAt '2026-11-21T12:00:00Z' -ErrorVariable errors -ErrorAction SilentlyContinue)
        $atOnce = (Get-Command -Name Test-MailboxProvisioning).ImplementingType.GetField('usersAtOnce', [System.Reflection.BindingFlags] 'Static, NonPublic')
        $before = $atOnce.GetValue($null)
        $atOnce.SetValue($null, 7)
        try {
            $parts = @($users | Test-MailboxProvisioning @argument -CollectedAt '2026-11-21T12:00:00Z' -ErrorVariable partErrors -ErrorAction SilentlyContinue)
        } finally {
            $atOnce.SetValue($null, $before)
        }
        ($parts | ConvertTo-Json -Depth 3) | Should -BeExactly ($together | ConvertTo-Json -Depth 3)
        $together.Count | Should -Be 375
        @($together | Where-Object { $_.Name -eq 'DuplicateProxyAddress' -and $_.Status -eq 'Found' }).Count | Should -Be 5
        $errors.Count | Should -Be 1
        $partErrors.Count | Should -Be 1
    }

    It 'leave no scan alive' {
        $before = Get-WorkerCount
        1..3 | ForEach-Object { New-GraphObject -Name "u$_" | Test-MailboxProvisioning @known | Out-Null }
        Wait-WorkerCount -Count $before | Should -Be $before
    }
}

Describe 'A finding' {
    BeforeAll {
        $findings = @(New-GraphObject | Test-MailboxProvisioning -Recipient (New-Mailbox -Name 'Sales' -Address 'SMTP:sales@contoso.com', 'smtp:anna@contoso.com'))
    }

    It 'has the properties that are documented' {
        $findings[0].psobject.TypeNames[0] | Should -BeExactly 'ProxyCalc.ProvisioningFinding'
        @($findings[0].psobject.Properties).Name | Should -Be 'UserPrincipalName', 'Id', 'Name', 'Status', 'Evidence', 'NextStep', 'Reference', 'EvidenceText', 'NextStepText'
        , $findings[0].Evidence | Should -BeOfType ([string[]])
        , $findings[0].NextStep | Should -BeOfType ([string[]])
    }

    It 'that holds comes first, and unknown ones before those that are ruled out' {
        $findings[0].Name | Should -BeExactly 'DuplicateProxyAddress'
        $order = @{ Found = 0; Unknown = 1; RuledOut = 2 }
        @($findings | ForEach-Object { $order[$_.Status] }) | Should -Be @($findings | ForEach-Object { $order[$_.Status] } | Sort-Object)
    }

    It 'reads well as a table by user, and as a list with what to do' {
        $table = $findings | Out-String -Width 160
        $table | Should -Match 'User: anna@contoso\.com'
        $table | Should -Match 'Found\s+DuplicateProxyAddress\s+anna@contoso\.com \(Primary\): held by Sales'
        [pscustomobject] @{ Id = (New-CloudId -Number 7) } | Test-MailboxProvisioning | Out-String | Should -Match "User: $(New-CloudId -Number 7)"
        $list = $findings[0] | Format-List | Out-String -Width 300
        $list | Should -Match 'NextStep\s+: # One of the two must give the address up'
        $list | Should -Match 'Set-Mailbox -Identity'
    }

    It 'fits into a table: Flat' {
        $row = $findings[0] | Select-Object -Property Flat | ConvertTo-Csv -NoTypeInformation
        $row[0] | Should -BeExactly '"UserPrincipalName","Name","Status","EvidenceText","NextStepText"'
        $row -join ' ' | Should -Not -Match 'System\.'
    }

    It 'has lines that are one command or a comment each' {
        foreach ($line in $findings.NextStep) {
            $problems = $null
            $tree = [System.Management.Automation.Language.Parser]::ParseInput($line, [ref] $null, [ref] $problems)
            $problems | Should -BeNullOrEmpty -Because $line
            @($tree.EndBlock.Statements).Count | Should -Be $(if ($line.StartsWith('# ')) { 0 } else { 1 }) -Because $line
        }
    }
}

Describe 'In a runbook' {
    It 'it works without a profile, in strict mode, stopping at errors' {
        $text = Invoke-FreshPowerShell -Script "Set-StrictMode -Version Latest; `$ErrorActionPreference = 'Stop'; Import-Module '$ModulePath'; ([pscustomobject] @{ id = 'c10d0000-0000-4000-8000-000000000001'; userPrincipalName = 'a@contoso.com'; usageLocation = ''; assignedPlans = @() } | Test-MailboxProvisioning | Where-Object Status -eq Found).Name -join ','"
        $text | Should -BeExactly 'NoExchangePlan,NoUsageLocation'
    }
}

Describe 'An initial domain that is none' {
    It 'ends it, rather than that addresses of no domain are looked for' {
        { New-GraphObject | Test-MailboxProvisioning -InitialDomain contoso } | Should -Throw -ErrorId 'ProxyCalc.InvalidRequest,ProxyCalc.Commands.TestMailboxProvisioningCommand'
    }
}
