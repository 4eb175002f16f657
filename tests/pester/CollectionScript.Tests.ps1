# Get-ProxyCollectionScript and the script files that it puts together: read-only, complete, and read by the other commands.

BeforeAll {
    . (Join-Path -Path $PSScriptRoot -ChildPath 'Common.ps1')
    $script:root = Split-Path -Path (Split-Path -Path $PSScriptRoot)

    # The syntax tree of a script; a script with errors is refused.
    function Get-ScriptTree {
        param([string] $Text)

        $parseError = $null
        $tree = [System.Management.Automation.Language.Parser]::ParseInput($Text, [ref] $null, [ref] $parseError)
        if ($parseError) { throw "line $($parseError[0].Extent.StartLineNumber): $($parseError[0].Message)" }
        $tree
    }

    # Every node of one kind, nested ones included.
    function Get-TreeNode {
        param($Tree, [string] $Type)

        $wanted = [type] "System.Management.Automation.Language.$Type"
        $Tree.FindAll({ param($node) $node -is $wanted }.GetNewClosure(), $true)
    }

    # The argument of a parameter of a command, $true for a switch, nothing when it is not there.
    function Get-CommandArgument {
        param($Command, [string] $Name)

        $element = $Command.CommandElements
        for ($i = 1; $i -lt $element.Count; $i++) {
            if ($element[$i] -isnot [System.Management.Automation.Language.CommandParameterAst] -or $element[$i].ParameterName -ne $Name) { continue }
            if ($i + 1 -lt $element.Count -and $element[$i + 1] -isnot [System.Management.Automation.Language.CommandParameterAst]) { return $element[$i + 1] }
            return $true
        }
    }

    # Every file that a script can write, and the kind of its properties.
    function Get-CollectedFile {
        param([string] $Text)

        $tree = Get-ScriptTree -Text $Text
        foreach ($call in (Get-TreeNode -Tree $tree -Type CommandAst | Where-Object { $_.GetCommandName() -eq 'Save-Collected' })) {
            $kind = Get-CommandArgument -Command $call -Name Kind
            $file = Get-CommandArgument -Command $call -Name File
            $names = if ($file -is [System.Management.Automation.Language.StringConstantExpressionAst]) {
                $file.Value
            } else {
                # System mailboxes: the values of the table above the call.
                $loop = $call.Parent
                while ($loop -isnot [System.Management.Automation.Language.ForEachStatementAst]) { $loop = $loop.Parent }
                $table = @(Get-TreeNode -Tree $loop.Parent -Type HashtableAst | Where-Object { $_.Extent.StartOffset -lt $loop.Extent.StartOffset })[-1]
                $table.KeyValuePairs | ForEach-Object { $_.Item2.PipelineElements[0].Expression.Value }
            }
            foreach ($name in $names) {
                [pscustomobject] @{ File = $name; Kind = if ($kind) { $kind.Value }; Call = $call }
            }
        }
    }

    # Runs a script as an admin does, from a file, in a session of its own with functions in place of the Microsoft modules.
    function Invoke-CollectionScript {
        param([string] $Text, [string] $Folder, [string] $Module)

        $path = Join-Path -Path $TestDrive -ChildPath "collect-$([guid]::NewGuid().ToString('N')).ps1"
        Set-Content -LiteralPath $path -Value $Text
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript("`$PSModuleAutoLoadingPreference = 'None'`nSet-StrictMode -Version Latest`n`$script:calls = @()`n$Module").AddStatement()
            $null = $shell.AddCommand($path).AddParameter('OutputFolder', $Folder)
            $output = $shell.Invoke()
            $null = $shell.Commands.Clear()
            [pscustomobject] @{
                Output  = @($output)
                Warning = @($shell.Streams.Warning | ForEach-Object { $_.Message })
                Error   = @($shell.Streams.Error | ForEach-Object { "$_" })
                File    = @(Get-ChildItem -LiteralPath $Folder | Sort-Object -Property Name | ForEach-Object { $_.Name })
            }
        } finally {
            $shell.Dispose()
        }
    }

    function Import-Collected {
        param([string] $Folder, [string] $File)

        Import-Clixml -LiteralPath (Join-Path -Path $Folder -ChildPath $File)
    }

    $script:all = Get-ProxyCollectionScript -IncludeDeleted
    $script:allTree = Get-ScriptTree -Text $script:all
    $script:collected = @(Get-CollectedFile -Text $script:all)
    $script:command = @(Get-TreeNode -Tree $script:allTree -Type CommandAst)
    # The property lists, as the script itself makes them.
    $start = Join-Path -Path (Join-Path -Path $script:root -ChildPath 'powershell/Collection') -ChildPath Start.ps1
    $script:property = & { . $start -OutputFolder $TestDrive; $property }
}

Describe 'Get-ProxyCollectionScript' {
    It 'returns one string' {
        $result = @(Get-ProxyCollectionScript)
        $result.Count | Should -Be 1
        $result[0] | Should -BeOfType ([string])
    }

    It 'joins the script files, deleted objects included only on demand' {
        $read = { param($name) [System.IO.File]::ReadAllText((Join-Path -Path $script:root -ChildPath "powershell/Collection/$name.ps1")).TrimEnd() }
        $newLine = [System.Environment]::NewLine
        foreach ($case in @(
                @{ Parameter = @{}; Name = 'Start', 'ExchangeOnline', 'Entra', 'OnPremises' }
                @{ Parameter = @{ IncludeDeleted = $true }; Name = 'Start', 'ExchangeOnline', 'ExchangeOnline.Deleted', 'Entra', 'Entra.Deleted', 'OnPremises' }
                @{ Parameter = @{ Scope = 'Entra', 'ExchangeOnline', 'Entra' }; Name = 'Start', 'ExchangeOnline', 'Entra' }
                @{ Parameter = @{ Scope = 'OnPremises'; IncludeDeleted = $true }; Name = 'Start', 'OnPremises' }
            )) {
            $parameter = $case.Parameter
            $expected = (@($case.Name | ForEach-Object { & $read $_ }) -join "`n`n") -replace '\r?\n', $newLine
            Get-ProxyCollectionScript @parameter | Should -BeExactly $expected
        }
    }

    It 'is ASCII with the line ends of the system, so that it can be saved in any encoding' {
        $script:all | Should -Not -Match '[^\x09\x0A\x0D\x20-\x7E]'
        $script:all.Replace([System.Environment]::NewLine, '') | Should -Not -Match '[\r\n]'
    }

    It 'refuses an unknown scope, and none at all' {
        { Get-ProxyCollectionScript -Scope Everywhere } | Should -Throw
        { Get-ProxyCollectionScript -Scope @() } | Should -Throw
    }

    It '<Scope> has <Has> and none of the others' -TestCases @(
        @{ Scope = 'ExchangeOnline'; Has = 'recipients-exo-all.xml'; Not = 'recipients-entra-|recipients-ad-|recipients-exchange-|MgGraph|Get-AD|IgnoreDefaultScope' }
        @{ Scope = 'Entra'; Has = 'recipients-entra-users.xml'; Not = 'recipients-exo-|recipients-ad-|recipients-exchange-|Get-EXO|Get-ADObject|Get-Mailbox' }
        @{ Scope = 'OnPremises'; Has = 'recipients-ad-objects.xml'; Not = 'recipients-exo-|recipients-entra-|Get-EXO|MgGraph' }
    ) {
        foreach ($deleted in $false, $true) {
            $text = Get-ProxyCollectionScript -Scope $Scope -IncludeDeleted:$deleted
            { Get-ScriptTree -Text $text } | Should -Not -Throw
            $text | Should -Match ([regex]::Escape($Has))
            $text | Should -Not -Match $Not
        }
    }

    It 'has help of its own when it is saved' {
        $path = Join-Path -Path $TestDrive -ChildPath 'collect.ps1'
        $script:all | Set-Content -LiteralPath $path
        $help = Get-Help -Name $path -Full
        $help.Synopsis | Should -Match 'Collects the recipients'
        @($help.parameters.parameter.name) | Should -Be 'OutputFolder'
    }
}

Describe 'The lists of properties' {
    It 'hold no property of recipients that the reader does not know' {
        $source = [System.IO.File]::ReadAllText((Join-Path -Path $script:root -ChildPath 'src/property.rs'))
        $known = @([regex]::Matches($source, '"([^"]*)"') | ForEach-Object { $_.Groups[1].Value })
        $known.Count | Should -BeGreaterThan 80
        # otherMails is read as a role of its own.
        $known += 'othermails'
        foreach ($kind in $script:property.Keys | Where-Object { $_ -notin 'Organization', 'AcceptedDomain', 'GraphDomain', 'GraphServiceIssue' }) {
            $script:property[$kind] | Where-Object { $known -notcontains $_.Replace(' ', '').Replace('_', '').ToLowerInvariant() } | Should -BeNullOrEmpty -Because $kind
        }
    }

    It 'hold addresses, an id, and a type, and each name once' {
        foreach ($kind in $script:property.Keys) {
            $list = $script:property[$kind]
            @($list | Sort-Object -Unique).Count | Should -Be $list.Count -Because $kind
            if ($kind -in 'Organization', 'AcceptedDomain', 'GraphDomain', 'GraphServiceIssue') { continue }
            @($list | Where-Object { $_ -in 'EmailAddresses', 'proxyAddresses' }).Count | Should -Be 1 -Because $kind
            @($list | Where-Object { $_ -in 'Guid', 'id', 'ObjectGUID' }).Count | Should -Be 1 -Because $kind
            # Graph's type comes from the address that was asked.
            if ($kind -notlike 'Graph*') { @($list | Where-Object { $_ -in 'RecipientTypeDetails', 'ObjectClass' }).Count | Should -Be 1 -Because $kind }
            if ($kind -like '*Deleted*') { @($list | Where-Object { $_ -in 'WhenSoftDeleted', 'deletedDateTime' }).Count | Should -Be 1 -Because $kind }
        }
    }

    It 'hold what Test-MailboxProvisioning reads of the tenant' {
        foreach ($name in 'Name', 'IsDehydrated') { $script:property.Organization | Should -Contain $name }
        foreach ($name in 'id', 'title', 'service', 'classification', 'status', 'isResolved') { $script:property.GraphServiceIssue | Should -Contain $name }
    }

    It 'are all used, and none is used that is not there' {
        $used = @($script:collected.Kind) + @([regex]::Matches($script:all, '\$property\.(\w+)') | ForEach-Object { $_.Groups[1].Value })
        @($used | Where-Object { $_ } | Sort-Object -Unique) | Should -Be @($script:property.Keys | Sort-Object)
    }
}

Describe 'The script changes nothing' {
    It 'calls only commands of the list' {
        # A new name here is a decision, not a formality.
        $reads = @(
            'Get-Command', 'Get-Credential', 'Get-EXORecipient', 'Get-Recipient', 'Get-Mailbox', 'Get-MailUser', 'Get-MailContact',
            'Get-DistributionGroup', 'Get-DynamicDistributionGroup', 'Get-UnifiedGroup', 'Get-MailPublicFolder', 'Get-RemoteMailbox',
            'Get-OrganizationConfig', 'Get-AcceptedDomain', 'Get-MgContext', 'Invoke-MgGraphRequest', 'Get-ADSyncToolsAadObject',
            'Get-ADForest', 'Get-ADRootDSE', 'Get-ADObject',
            'Where-Object', 'ForEach-Object', 'Select-Object', 'Add-Member', 'Write-Warning', 'Save-Collected', 'Get-GraphObject'
        )
        # What touches the disk, and only the files of the script.
        $files = 'Join-Path', 'Test-Path', 'Remove-Item', 'Move-Item', 'New-Item', 'Export-Clixml', 'Write-Progress'
        $start = [System.IO.File]::ReadAllText((Join-Path -Path $script:root -ChildPath 'powershell/Collection/Start.ps1')).TrimEnd().Length
        $script:command.Count | Should -BeGreaterThan 60
        foreach ($one in $script:command) {
            $name = $one.GetCommandName()
            if ($null -eq $name) {
                $one.Extent.Text | Should -BeExactly '& $attempt'
                continue
            }
            $name | Should -BeIn ($reads + $files) -Because "line $($one.Extent.StartLineNumber): $($one.Extent.Text)"
            if ($files -contains $name) { $one.Extent.StartOffset | Should -BeLessThan $start }
        }
    }

    It 'asks Graph for nothing but to read, by relative addresses' {
        foreach ($one in ($script:command | Where-Object { $_.GetCommandName() -eq 'Invoke-MgGraphRequest' })) {
            (Get-CommandArgument -Command $one -Name Method).Value | Should -BeExactly 'GET'
        }
        $asked = @([regex]::Matches($script:all, '(?<=-Uri \(?'')[^'']*') | ForEach-Object { $_.Value })
        $asked.Count | Should -Be 7
        $asked | Where-Object { $_ -notlike '/v1.0/*' } | Should -BeNullOrEmpty
        $script:all | Should -Not -Match '://'
    }

    It 'calls no method but ContainsKey, names no .NET type, and redirects nothing' {
        @(Get-TreeNode -Tree $script:allTree -Type InvokeMemberExpressionAst | Where-Object { $_.Member.Value -ne 'ContainsKey' }) | Should -BeNullOrEmpty
        @(Get-TreeNode -Tree $script:allTree -Type TypeExpressionAst) | Should -BeNullOrEmpty
        @(Get-TreeNode -Tree $script:allTree -Type FileRedirectionAst) | Should -BeNullOrEmpty
    }

    It 'assigns to plain variables, and to the plans of a user that it fetched' {
        foreach ($assignment in (Get-TreeNode -Tree $script:allTree -Type AssignmentStatementAst)) {
            if ($assignment.Left.Extent.Text -in '$_.assignedPlans', '$_.provisionedPlans') { continue }
            $assignment.Left | Should -BeOfType ([System.Management.Automation.Language.VariableExpressionAst])
            $assignment.Left.VariablePath.IsUnscopedVariable | Should -BeTrue
        }
    }

    It 'mentions Connect- commands in comments and messages only' {
        $script:all | Should -Match '# .*Connect-ExchangeOnline'
        $script:all | Should -Match '# .*Connect-MgGraph'
        $script:command | Where-Object { $_.GetCommandName() -like 'Connect-*' } | Should -BeNullOrEmpty
    }
}

Describe 'The files and the commands' {
    It 'have distinct names, each with a comment above it' {
        $script:collected.Count | Should -BeGreaterThan 30
        @($script:collected.File | Sort-Object -Unique).Count | Should -Be $script:collected.Count
        $line = $script:all -split '\r?\n'
        foreach ($one in $script:collected) {
            $one.File | Should -MatchExactly '^(recipients|tenant)-[a-z0-9-]+\.xml$'
            $above = $one.Call.Extent.StartLineNumber - 2
            while ($line[$above].Trim() -and $line[$above] -notmatch '^\s*# \S') { $above-- }
            $line[$above] | Should -Match '^\s*# \S' -Because $one.File
        }
    }

    It '<Name> is never cut off' -TestCases @(
        'Get-EXORecipient', 'Get-Mailbox', 'Get-MailUser', 'Get-MailContact', 'Get-DistributionGroup', 'Get-DynamicDistributionGroup',
        'Get-UnifiedGroup', 'Get-MailPublicFolder', 'Get-Recipient', 'Get-RemoteMailbox' | ForEach-Object { @{ Name = $_ } }
    ) {
        $found = @($script:command | Where-Object { $_.GetCommandName() -eq $Name })
        $found.Count | Should -BeGreaterThan 0
        foreach ($one in $found) { (Get-CommandArgument -Command $one -Name ResultSize).Value | Should -Be 'Unlimited' -Because $one.Extent.Text }
    }

    It 'on-premises Exchange looks at the whole forest' {
        $tree = Get-ScriptTree -Text (Get-ProxyCollectionScript -Scope OnPremises)
        $found = @(Get-TreeNode -Tree $tree -Type CommandAst | Where-Object { Get-CommandArgument -Command $_ -Name ResultSize })
        $found.Count | Should -BeGreaterThan 8
        foreach ($one in $found) { Get-CommandArgument -Command $one -Name IgnoreDefaultScope | Should -BeTrue -Because $one.Extent.Text }
    }

    It 'uses no syntax that Windows PowerShell 5.1 does not know' {
        if ($PSVersionTable.PSVersion.Major -ge 7) {
            foreach ($type in 'TernaryExpressionAst', 'PipelineChainAst') { Get-TreeNode -Tree $script:allTree -Type $type | Should -BeNullOrEmpty }
        }
        $script:all | Should -Not -Match '\?\?|\w\?\.|\?\['
    }
}

Describe 'The script runs' {
    BeforeAll {
        # What the Microsoft modules would return, as far as the script looks at it.
        $script:exchange = @'
function New-Recipient {
    param([string] $Name, [object[]] $Address, [hashtable] $More = @{})
    $value = @{ Name = $Name; Identity = $Name; DisplayName = "Display of $Name"; DistinguishedName = "CN=$Name,OU=contoso,DC=prod"
        RecipientTypeDetails = 'UserMailbox'; EmailAddresses = $Address; PrimarySmtpAddress = "$Name@contoso.com"
        ExternalDirectoryObjectId = "6b9f8f2e-0000-4000-8000-00000000000$($Name.Length)"; Guid = [guid] "6b9f8f2e-0000-4000-8000-00000000001$($Name.Length)"
        WhenSoftDeleted = $null; IsInactiveMailbox = $false; IsDirSynced = $true; IsExchangeCloudManaged = $true; LegacyExchangeDN = "/o=x/cn=$Name" }
    foreach ($key in $More.Keys) { $value[$key] = $More[$key] }
    [pscustomobject] $value
}
function Get-Two {
    New-Recipient -Name two -Address 'SMTP:two@contoso.com', 'smtp:b@contoso.com'
    New-Recipient -Name four -Address 'SMTP:four@contoso.com'
}
function Get-Gone {
    New-Recipient -Name gone5 -Address 'SMTP:d@contoso.com' -More @{ DistinguishedName = 'CN=gone5,OU=Soft Deleted Objects,OU=contoso,DC=prod'; WhenSoftDeleted = [datetime] '2026-01-02T03:04:05Z' }
}
function Get-MailContact { Get-Two }
function Get-DistributionGroup { Get-Two }
function Get-DynamicDistributionGroup { Get-Two }
function Get-MailPublicFolder { Get-Two }
function Get-MailUser { if ($args -contains '-SoftDeletedMailUser') { Get-Two; Get-Gone } else { Get-Two } }
'@
        $script:online = $script:exchange + @'

function Get-Recipient { throw 'not needed' }
function Get-Mailbox { param([switch] $PublicFolder, [switch] $Migration, [switch] $Arbitration, [switch] $SoftDeletedMailbox, [switch] $InactiveMailboxOnly, $ResultSize)
    if ($SoftDeletedMailbox -or $InactiveMailboxOnly) { New-Recipient -Name held56 -Address 'SMTP:e@contoso.com' -More @{ IsInactiveMailbox = $true }; if ($SoftDeletedMailbox) { Get-Gone } }
    elseif ($Arbitration) { New-Recipient -Name arbitra -Address 'SMTP:arb@contoso.com' }
    else { Get-Two } }
function Get-EXORecipient { param([switch] $IncludeSoftDeletedRecipients, [string[]] $RecipientTypeDetails, $ResultSize, [string[]] $Properties)
    Get-Two; if ($IncludeSoftDeletedRecipients) { Get-Gone } }
function Get-UnifiedGroup { param([switch] $IncludeSoftDeletedGroups, $ResultSize) Get-Two; if ($IncludeSoftDeletedGroups) { Get-Gone } }
function Get-OrganizationConfig { [pscustomobject] @{ Name = 'contoso.onmicrosoft.com'; IsDehydrated = $true } }
function Get-AcceptedDomain { [pscustomobject] @{ DomainName = 'contoso.onmicrosoft.com'; DomainType = 'Authoritative'; Default = $true; InitialDomain = $true } }
'@
        # Answers of the service, two pages of users. A property that was selected comes always, one that was not never.
        $script:graph = @'
function Get-MgContext { [pscustomobject] @{ TenantId = 'x' } }
function Invoke-MgGraphRequest { [CmdletBinding()] param($Method, $Uri, $OutputType)
    if ($OutputType -ne 'PSObject') { throw 'a hashtable' }
    $selected = if ($Uri -match '\$select=([^&]+)') { $Matches[1] -split ',' } else { 'id' }
    $answer = {
        param($Value)
        $item = [ordered] @{}
        foreach ($name in $selected) { $item[$name] = $null }
        foreach ($key in $Value.Keys) { $item[$key] = $Value[$key] }
        $item
    }
    $body = switch -Regex ($Uri) {
        'users.*skiptoken' { @{ value = @(& $answer @{ id = 'u2'; userPrincipalName = 'b@contoso.com'; proxyAddresses = @('SMTP:b@contoso.com'); assignedPlans = @(); provisionedPlans = @() }) }; break }
        '^/v1.0/users' {
            @{ '@odata.nextLink' = "https://graph.microsoft.us$Uri&`$skiptoken=1"
                value = @(& $answer @{ id = '6b9f8f2e-0000-4000-8000-000000000001'; userPrincipalName = 'a@contoso.com'; proxyAddresses = @('SMTP:a@contoso.com'); createdDateTime = '2026-01-02T03:04:05Z'
                        assignedPlans = @(@{ service = 'exchange'; servicePlanId = '1' }, @{ service = 'SharePoint'; servicePlanId = '2' }); provisionedPlans = @()
                        licenseAssignmentStates = @(@{ error = 'None'; disabledPlans = @('3', '4') }) }) }; break }
        'deletedItems/microsoft.graph.user' { @{ value = @(& $answer @{ id = 'd1'; proxyAddresses = @('SMTP:d@contoso.com') }) }; break }
        'deletedItems/microsoft.graph.group' { @{ value = @(& $answer @{ id = 'd2'; proxyAddresses = @('SMTP:dg@contoso.com') }) }; break }
        '^/v1.0/groups' { @{ value = @((& $answer @{ id = 'g1'; proxyAddresses = @('SMTP:g@contoso.com') }), (& $answer @{ id = 'g2'; proxyAddresses = @() })) }; break }
        '^/v1.0/contacts' { @{ value = @(& $answer @{ id = 'c1'; proxyAddresses = @('SMTP:c@contoso.com') }) }; break }
        '^/v1.0/domains' { @{ value = @(@{ id = 'contoso.com'; isInitial = $false; isVerified = $true; authenticationType = 'Managed' }) }; break }
        'issues' { @{ value = @(@{ id = 'EX1'; service = 'Exchange Online'; isResolved = $false; title = 't' }, @{ id = 'SP1'; service = 'SharePoint Online'; isResolved = $false }) }; break }
        default { throw "not found: $Uri" }
    }
    $body | ConvertTo-Json -Depth 6 | ConvertFrom-Json }
'@
        $script:onPremises = $script:exchange + @'

function Get-Recipient { Get-Two }
function Get-RemoteMailbox { Get-Two }
function Get-Mailbox { param([switch] $Arbitration, [switch] $AuditLog, [switch] $PublicFolder, [switch] $IgnoreDefaultScope, $ResultSize) Get-Two }
function Get-ADForest { [pscustomobject] @{ Domains = @('contoso.com', 'child.contoso.com') } }
function Get-ADRootDSE { [pscustomobject] @{ schemaNamingContext = 'CN=Schema,CN=Configuration,DC=contoso,DC=com' } }
function Get-ADObject { param($SearchBase, $Server, $LDAPFilter, [string[]] $Properties, $ResultSetSize, $ResultPageSize)
    if ($SearchBase) {
        'mail', 'proxyAddresses', 'userPrincipalName', 'mS-DS-ConsistencyGuid' | ForEach-Object { [pscustomobject] @{ lDAPDisplayName = $_ } }
    } else {
        [pscustomobject] @{ Name = $Properties -join ','; DistinguishedName = "CN=x,DC=$Server"; ObjectGUID = [guid] '6b9f8f2e-0000-4000-8000-000000000003'
            proxyAddresses = @('SMTP:a@contoso.com'); 'mS-DS-ConsistencyGuid' = [byte[]] (1..16) }
    } }
'@
    }

    It 'collects Exchange Online, and loses no array and no date' {
        $folder = Join-Path -Path $TestDrive -ChildPath 'on[l]ine'
        $text = Get-ProxyCollectionScript -Scope ExchangeOnline -IncludeDeleted
        $run = Invoke-CollectionScript -Text $text -Folder $folder -Module $script:online
        $run.Error | Should -BeNullOrEmpty
        $run.Warning | Should -BeNullOrEmpty
        $run.Output | Should -BeNullOrEmpty

        # This Get-Mailbox has PublicFolder, Migration, and Arbitration, and none of the other switches.
        $run.File | Should -Be @((Get-CollectedFile -Text $text).File | Where-Object { $_ -notmatch 'audit-log|supervisory' } | Sort-Object)
        (Import-Collected -Folder $folder -File recipients-exo-arbitration-mailboxes.xml).Name | Should -Be 'arbitra'

        foreach ($file in 'all', 'mailboxes', 'mail-users', 'contacts', 'distribution-groups', 'm365-groups', 'public-folders') {
            $record = @(Import-Collected -Folder $folder -File "recipients-exo-$file.xml")
            $record.Count | Should -Be 2 -Because $file
            @($record[0].EmailAddresses) | Should -Be @('SMTP:two@contoso.com', 'smtp:b@contoso.com') -Because $file
            $record[1].EmailAddresses.GetType().Name | Should -Be 'ArrayList' -Because "one address in $file is still a list"
        }
        (Import-Collected -Folder $folder -File recipients-exo-mailboxes.xml)[0].IsExchangeCloudManaged | Should -BeTrue
        foreach ($file in 'all', 'mail-users', 'm365-groups', 'mailboxes') {
            $record = @(Import-Collected -Folder $folder -File "recipients-exo-deleted-$file.xml")
            $record.Name | Should -Be 'gone5' -Because "$file holds no live and no inactive object"
            $record[0].WhenSoftDeleted | Should -BeOfType ([datetime])
        }
        (Import-Collected -Folder $folder -File recipients-exo-inactive-mailboxes.xml).Name | Should -Be 'held56'
        (Import-Collected -Folder $folder -File tenant-exo-organization.xml).IsDehydrated | Should -BeTrue
    }

    It 'collects Microsoft Entra ID page by page, keeps null, and keeps the Exchange plans only' {
        $folder = Join-Path -Path $TestDrive -ChildPath 'graph'
        $run = Invoke-CollectionScript -Text (Get-ProxyCollectionScript -Scope Entra -IncludeDeleted) -Folder $folder -Module $script:graph
        $run.Error | Should -BeNullOrEmpty
        $run.Warning | Should -BeNullOrEmpty
        $run.File | Should -Be @('recipients-entra-contacts.xml', 'recipients-entra-deleted-groups.xml', 'recipients-entra-deleted-users.xml',
            'recipients-entra-groups.xml', 'recipients-entra-users.xml', 'tenant-entra-domains.xml', 'tenant-entra-service-issues.xml')

        $users = @(Import-Collected -Folder $folder -File recipients-entra-users.xml)
        $users.userPrincipalName | Should -Be 'a@contoso.com', 'b@contoso.com'
        $users[0].'@odata.type' | Should -Be '#microsoft.graph.user'
        @($users[0].proxyAddresses) | Should -Be @('SMTP:a@contoso.com')
        # Fetched and empty: the property is there.
        foreach ($name in $script:property.GraphUser) { @($users[0].psobject.Properties.Name) | Should -Contain $name }
        $users[0].onPremisesImmutableId | Should -BeNullOrEmpty
        @($users[0].assignedPlans).servicePlanId | Should -Be '1'
        @($users[0].provisionedPlans).Count | Should -Be 0
        @($users[0].licenseAssignmentStates[0].disabledPlans) | Should -Be @('3', '4')

        (Import-Collected -Folder $folder -File recipients-entra-groups.xml).id | Should -Be 'g1'
        (Import-Collected -Folder $folder -File recipients-entra-deleted-users.xml).isDeleted | Should -BeTrue
        (Import-Collected -Folder $folder -File tenant-entra-service-issues.xml).id | Should -Be 'EX1'
    }

    It 'collects every domain of Active Directory, and asks for no attribute that the schema lacks' {
        $folder = Join-Path -Path $TestDrive -ChildPath 'onpremises'
        $text = Get-ProxyCollectionScript -Scope OnPremises
        $run = Invoke-CollectionScript -Text $text -Folder $folder -Module $script:onPremises
        $run.Error | Should -BeNullOrEmpty
        $run.Warning | Should -BeNullOrEmpty
        $run.File | Should -Be @((Get-CollectedFile -Text $text).File | Where-Object { $_ -notmatch 'aux-audit|migration|monitoring|supervisory' } | Sort-Object)

        $record = @(Import-Collected -Folder $folder -File recipients-ad-objects.xml)
        $record.DistinguishedName | Should -Be @('CN=x,DC=contoso.com', 'CN=x,DC=child.contoso.com')
        ($record[0].Name -split ',' | Sort-Object) | Should -Be @('mail', 'mS-DS-ConsistencyGuid', 'proxyAddresses', 'userPrincipalName')
        @($record[0].'mS-DS-ConsistencyGuid').Count | Should -Be 16
        @($record[0].proxyAddresses) | Should -Be @('SMTP:a@contoso.com')
    }

    It 'writes files that the other commands read without a complaint' {
        $folder = Join-Path -Path $TestDrive -ChildPath 'read'
        $null = Invoke-CollectionScript -Text (Get-ProxyCollectionScript -Scope ExchangeOnline, Entra -IncludeDeleted) -Folder $folder -Module "$script:online`n$script:graph"
        $null = Get-ChildItem -LiteralPath $folder -Filter recipients-* | Test-ProxyConflict -SummaryVariable summary -ErrorVariable problem -WarningAction SilentlyContinue
        $problem | Should -BeNullOrEmpty
        $summary.RecipientsRead | Should -BeGreaterThan 20
    }

    It 'writes no file for a command that fails halfway, and says which and why' {
        # As a function of another module does it: an error, and then it goes on.
        $broken = @'
$null = New-Module -Name Broken -ScriptBlock { function Get-MailContact { [CmdletBinding()] param($ResultSize) [pscustomobject] @{ Name = 'one' }; Write-Error 'the service is busy'; [pscustomobject] @{ Name = 'two' } } } | Import-Module -Global
Remove-Item function:Get-MailContact -ErrorAction Ignore
'@
        $folder = Join-Path -Path $TestDrive -ChildPath 'halfway'
        $null = New-Item -Path $folder -ItemType Directory
        'old' | Export-Clixml -LiteralPath (Join-Path -Path $folder -ChildPath recipients-exo-contacts.xml)
        $online = ($script:online -replace '(?m)^function Get-MailContact .*$', '') + "`n" + ($broken -replace '(?m)^Remove-Item.*$', '')
        $run = Invoke-CollectionScript -Text (Get-ProxyCollectionScript -Scope ExchangeOnline) -Folder $folder -Module $online
        $run.Error | Should -BeNullOrEmpty
        $run.Warning | Should -Be 'recipients-exo-contacts.xml was not written: the service is busy'
        $run.File | Should -Not -Contain 'recipients-exo-contacts.xml'
        $run.File -like '*.partial' | Should -BeNullOrEmpty
        $run.File | Should -Contain 'recipients-exo-m365-groups.xml'
    }

    It 'keeps the main list when Get-EXORecipient refuses a property' {
        $online = ($script:online -replace 'function Get-Recipient \{.*\}', 'function Get-Recipient { Get-Two; Get-Gone }') +
        "`nfunction Get-EXORecipient { throw 'WindowsLiveID is not a property' }"
        $folder = Join-Path -Path $TestDrive -ChildPath 'refused'
        $run = Invoke-CollectionScript -Text (Get-ProxyCollectionScript -Scope ExchangeOnline -IncludeDeleted) -Folder $folder -Module $online
        $run.Error | Should -BeNullOrEmpty
        $run.Warning | Should -BeNullOrEmpty
        @(Import-Collected -Folder $folder -File recipients-exo-all.xml).Count | Should -Be 3
        (Import-Collected -Folder $folder -File recipients-exo-deleted-all.xml).Name | Should -Be 'gone5'
    }

    It 'skips what is not connected with a warning, and writes no file for it' {
        $folder = Join-Path -Path $TestDrive -ChildPath 'nothing'
        $run = Invoke-CollectionScript -Text $script:all -Folder $folder
        $run.Error | Should -BeNullOrEmpty
        $run.File | Should -BeNullOrEmpty
        $run.Warning.Count | Should -Be 4
        $run.Warning -notmatch 'nothing collected' | Should -BeNullOrEmpty
    }

    It 'does not take on-premises Exchange for Exchange Online, nor the other way round' {
        $run = Invoke-CollectionScript -Text $script:all -Folder (Join-Path -Path $TestDrive -ChildPath 'cloud') -Module $script:online
        $run.File -like 'recipients-exchange-*' | Should -BeNullOrEmpty
        $run.File -like 'recipients-exo-*' | Should -Not -BeNullOrEmpty

        $run = Invoke-CollectionScript -Text $script:all -Folder (Join-Path -Path $TestDrive -ChildPath 'premises') -Module $script:onPremises
        $run.File -like 'recipients-exo-*' | Should -BeNullOrEmpty
        $run.File -like 'recipients-exchange-*' | Should -Not -BeNullOrEmpty

        $run = Invoke-CollectionScript -Text $script:all -Folder (Join-Path -Path $TestDrive -ChildPath 'both') -Module "$script:online`n$script:onPremises"
        $run.File -match '^recipients-(exo|exchange)-' | Should -BeNullOrEmpty
        @($run.Warning -match 'Exchange').Count | Should -Be 2
    }
}
