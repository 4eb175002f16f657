BeforeAll {
    if ($env:PROXYCALC_MODULE) {
        Import-Module -Name $env:PROXYCALC_MODULE -Force
    } else {
        $root = Split-Path -Path (Split-Path -Path $PSScriptRoot)
        . (Join-Path -Path $root -ChildPath 'powershell/ProxyCalc/Public/Get-ProxyCollectionScript.ps1')
    }

    # The syntax tree of a script; a script with errors is refused.
    function Get-ScriptTree {
        param([string]$Text)

        $token = $null
        $parseError = $null
        $tree = [System.Management.Automation.Language.Parser]::ParseInput($Text, [ref]$token, [ref]$parseError)
        if ($parseError) {
            throw "line $($parseError[0].Extent.StartLineNumber): $($parseError[0].Message)"
        }
        $tree
    }

    # Every node of one kind, nested ones included.
    function Get-TreeNode {
        param($Tree, [type]$Type)

        $wanted = $Type
        $Tree.FindAll({ param($node) $node -is $wanted }.GetNewClosure(), $true)
    }

    # The argument of a parameter of a command, $true for a switch, nothing when it is not there.
    function Get-CommandArgument {
        param($Command, [string]$Name)

        $element = $Command.CommandElements
        for ($i = 1; $i -lt $element.Count; $i++) {
            if ($element[$i] -isnot [System.Management.Automation.Language.CommandParameterAst] -or $element[$i].ParameterName -ne $Name) {
                continue
            }
            if ($i + 1 -lt $element.Count -and $element[$i + 1] -isnot [System.Management.Automation.Language.CommandParameterAst]) {
                return $element[$i + 1]
            }
            return $true
        }
    }

    # The names in a property list: literals, the Name of a calculated property, or the literals that a variable was given.
    function Get-ListedName {
        param($Tree, $Argument)

        if ($Argument -is [System.Management.Automation.Language.ArrayLiteralAst]) {
            foreach ($part in $Argument.Elements) {
                Get-ListedName -Tree $Tree -Argument $part
            }
        } elseif ($Argument -is [System.Management.Automation.Language.StringConstantExpressionAst]) {
            $Argument.Value
        } elseif ($Argument -is [System.Management.Automation.Language.HashtableAst]) {
            foreach ($pair in $Argument.KeyValuePairs) {
                if ($pair.Item1.Value -eq 'Name') {
                    $pair.Item2.PipelineElements[0].Expression.Value
                }
            }
        } elseif ($Argument -is [System.Management.Automation.Language.VariableExpressionAst]) {
            foreach ($assignment in (Get-TreeNode -Tree $Tree -Type ([System.Management.Automation.Language.AssignmentStatementAst]))) {
                if ($assignment.Left.VariablePath.UserPath -eq $Argument.VariablePath.UserPath) {
                    Get-ListedName -Tree $Tree -Argument $assignment.Right.PipelineElements[0].Expression
                }
            }
        } else {
            throw "line $($Argument.Extent.StartLineNumber): a property list that is no literal: $($Argument.Extent.Text)"
        }
    }

    # One object for each file that a script writes: the file, the command that reads, the properties it asks the service
    # for (Requested) and the properties that end in the file (Property).
    function Get-CollectedProperty {
        param([string]$Text)

        $tree = Get-ScriptTree -Text $Text
        foreach ($pipeline in (Get-TreeNode -Tree $tree -Type ([System.Management.Automation.Language.PipelineAst]))) {
            $last = $pipeline.PipelineElements[-1]
            if ($last -isnot [System.Management.Automation.Language.CommandAst] -or $last.GetCommandName() -ne 'Export-Clixml') {
                continue
            }
            $requested = @()
            $property = @()
            $reader = $null
            foreach ($element in $pipeline.PipelineElements) {
                foreach ($command in (Get-TreeNode -Tree $element -Type ([System.Management.Automation.Language.CommandAst]))) {
                    if ($command.GetCommandName() -notlike 'Get-*') {
                        continue
                    }
                    $reader = $command
                    foreach ($name in 'Property', 'Properties') {
                        $argument = Get-CommandArgument -Command $command -Name $name
                        if ($argument) {
                            $requested += @(Get-ListedName -Tree $tree -Argument $argument)
                        }
                    }
                }
                if ($element -is [System.Management.Automation.Language.CommandAst] -and $element.GetCommandName() -eq 'Select-Object') {
                    $property += @(Get-ListedName -Tree $tree -Argument (Get-CommandArgument -Command $element -Name 'Property'))
                }
            }
            [pscustomobject]@{
                File      = (Get-CommandArgument -Command $last -Name 'Path').Value
                Command   = if ($reader) { $reader.GetCommandName() }
                Line      = $pipeline.Extent.StartLineNumber
                Depth     = (Get-CommandArgument -Command $last -Name 'Depth').Value
                Encoding  = (Get-CommandArgument -Command $last -Name 'Encoding').Value
                Requested = $requested
                Property  = $property
            }
        }
    }

    # Runs a script text in a session of its own, in a folder, with functions that stand for the Microsoft modules.
    function Invoke-CollectionScript {
        param([string]$Text, [string]$Folder, [string]$Stand)

        $null = New-Item -Path $Folder -ItemType Directory -Force
        $shell = [powershell]::Create()
        try {
            $prepare = "`$PSModuleAutoLoadingPreference = 'None'`nSet-StrictMode -Version Latest`nSet-Location -LiteralPath '$Folder'`n"
            $null = $shell.AddScript($prepare + $Stand + "`n" + $Text)
            $output = $shell.Invoke()
            [pscustomobject]@{
                Output  = @($output)
                Warning = @($shell.Streams.Warning | ForEach-Object { $_.Message })
                Error   = @($shell.Streams.Error | ForEach-Object { "$_" })
                File    = @(Get-ChildItem -LiteralPath $Folder | Sort-Object -Property Name | ForEach-Object { $_.Name })
            }
        } finally {
            $shell.Dispose()
        }
    }

    $script:all = Get-ProxyCollectionScript -IncludeDeleted
    $script:allTree = Get-ScriptTree -Text $script:all
    $script:collected = @(Get-CollectedProperty -Text $script:all)
}

Describe 'Get-ProxyCollectionScript' {
    It 'gives one string' {
        $result = @(Get-ProxyCollectionScript)
        $result.Count | Should -Be 1
        $result[0] | Should -BeOfType ([string])
    }

    It 'has the line ends of the system only' {
        $script:all.Replace([System.Environment]::NewLine, '') | Should -Not -Match '[\r\n]'
    }

    It 'is ASCII, so that Windows PowerShell can save it in any encoding' {
        $script:all | Should -Not -Match '[^\x09\x0A\x0D\x20-\x7E]'
    }

    It 'can be saved and parsed again' {
        $path = Join-Path -Path $TestDrive -ChildPath 'collect.ps1'
        Get-ProxyCollectionScript | Set-Content -Path $path
        $parseError = $null
        $null = [System.Management.Automation.Language.Parser]::ParseFile($path, [ref]$null, [ref]$parseError)
        $parseError | Should -BeNullOrEmpty
    }

    It 'refuses an unknown scope' {
        { Get-ProxyCollectionScript -Scope Everywhere } | Should -Throw
    }

    It 'refuses no scope at all' {
        { Get-ProxyCollectionScript -Scope @() } | Should -Throw
    }
}

Describe 'The scopes of the script' {
    It '<Scope> has <Has> and neither <Not>' -TestCases @(
        @{ Scope = 'ExchangeOnline'; Has = 'recipients-exo-all.xml'; Not = @('recipients-entra-', 'recipients-ad-', 'recipients-exchange-', 'Get-Mg', 'Get-AD', 'IgnoreDefaultScope') }
        @{ Scope = 'Entra'; Has = 'recipients-entra-users.xml'; Not = @('recipients-exo-', 'recipients-ad-', 'recipients-exchange-', 'Get-EXO', 'Get-ADObject', 'Get-Mailbox') }
        @{ Scope = 'OnPremises'; Has = 'recipients-ad-objects.xml'; Not = @('recipients-exo-', 'recipients-entra-', 'Get-EXO', 'Get-Mg') }
    ) {
        foreach ($deleted in $false, $true) {
            $text = Get-ProxyCollectionScript -Scope $Scope -IncludeDeleted:$deleted
            { Get-ScriptTree -Text $text } | Should -Not -Throw
            $text | Should -Match ([regex]::Escape($Has))
            foreach ($word in $Not) {
                $text | Should -Not -Match ([regex]::Escape($word))
            }
        }
    }

    It 'puts several scopes into one text, in the same order whatever the order asked for' {
        $text = Get-ProxyCollectionScript -Scope Entra, ExchangeOnline
        $text | Should -BeExactly (Get-ProxyCollectionScript -Scope ExchangeOnline, Entra)
        $text | Should -BeExactly (Get-ProxyCollectionScript -Scope ExchangeOnline, Entra, ExchangeOnline)
        $text.IndexOf('recipients-exo-all.xml') | Should -BeLessThan $text.IndexOf('recipients-entra-users.xml')
        $text | Should -Not -Match 'recipients-ad-'
    }

    It 'means all of them when none is named' {
        Get-ProxyCollectionScript | Should -BeExactly (Get-ProxyCollectionScript -Scope ExchangeOnline, Entra, OnPremises)
    }

    It 'adds the deleted objects to <Scope> only on demand' -TestCases @(
        @{
            Scope = 'ExchangeOnline'
            Files = @('recipients-exo-deleted-all.xml', 'recipients-exo-deleted-m365-groups.xml', 'recipients-exo-deleted-mail-users.xml',
                'recipients-exo-deleted-mailboxes.xml', 'recipients-exo-deleted-public-folder-mailboxes.xml', 'recipients-exo-inactive-mailboxes.xml')
        }
        @{ Scope = 'Entra'; Files = @('recipients-entra-deleted-groups.xml', 'recipients-entra-deleted-users.xml') }
        @{ Scope = 'OnPremises'; Files = @() }
    ) {
        $without = @((Get-CollectedProperty -Text (Get-ProxyCollectionScript -Scope $Scope)).File)
        $with = @((Get-CollectedProperty -Text (Get-ProxyCollectionScript -Scope $Scope -IncludeDeleted)).File)
        $without | Where-Object { $_ -match 'deleted|inactive' } | Should -BeNullOrEmpty
        @($with | Where-Object { $without -notcontains $_ } | Sort-Object) | Should -Be $Files
        @($without | Where-Object { $with -notcontains $_ }) | Should -BeNullOrEmpty
    }
}

Describe 'What is collected is read' {
    # The library tells the names it uses; those that it reads over on purpose stand beside them in its sources.
    It 'collects into the files to scan no property that the reader does not know' {
        $root = Split-Path -Path (Split-Path -Path $PSScriptRoot)
        $source = [System.IO.File]::ReadAllText((Join-Path -Path $root -ChildPath 'src/property.rs'))
        $known = @([regex]::Matches($source, '"([^"]*)"') | ForEach-Object { $_.Groups[1].Value })
        $known.Count | Should -BeGreaterThan 80
        $files = @($script:collected | Where-Object { $_.File -like '*recipients-*' })
        $files.Count | Should -BeGreaterThan 5
        $unknown = foreach ($file in $files) {
            foreach ($name in @($file.Property) + @($file.Requested)) {
                $folded = ([string] $name).Replace(' ', '').Replace('_', '').ToLowerInvariant()
                if ($folded -and $folded -ne '*' -and $known -notcontains $folded) { "$($file.File): $name" }
            }
        }
        $unknown | Sort-Object -Unique | Should -BeNullOrEmpty
    }
}

Describe 'What Test-MailboxProvisioning reads is collected' {
    BeforeAll {
        $root = Split-Path -Path (Split-Path -Path $PSScriptRoot)
        . (Join-Path -Path $root -ChildPath 'powershell/ProxyCalc/Private/Provisioning.ps1')
        # The names of the files' properties, folded.
        function Get-FileProperty {
            param([string]$File)

            @(($script:collected | Where-Object { $_.File -eq $File }).Property | ForEach-Object { $_.ToLowerInvariant() })
        }
    }

    It 'of <Kind> in <File>' -TestCases @(
        # What the script leaves out, and why, stands in its comments.
        @{ Kind = 'User'; File = 'recipients-entra-users.xml'; Without = @('licensedetails', 'signinactivity') }
        @{ Kind = 'OnPremisesUser'; File = 'recipients-ad-objects.xml'; Without = @() }
        @{ Kind = 'Organization'; File = 'tenant-exo-organization.xml'; Without = @('identity', 'organizationid') }
        @{ Kind = 'Issue'; File = 'tenant-entra-service-issues.xml'; Without = @() }
    ) {
        $has = Get-FileProperty -File $File
        $wanted = @($script:ProvisioningProperty[$Kind] | Where-Object { $Without -notcontains $_ })
        $wanted.Count | Should -BeGreaterThan 1
        $wanted | Where-Object { $has -notcontains $_ } | Should -BeNullOrEmpty
    }

    It 'with the members of the objects in a user' {
        # A list of objects is one level below the user, their members another, and theirs (disabled plans) the third.
        $users = $script:collected | Where-Object { $_.File -eq 'recipients-entra-users.xml' }
        [int] $users.Depth | Should -BeGreaterOrEqual 3
    }
}

Describe 'The script changes nothing' {
    BeforeAll {
        # Everything that the script may call. A new name here is a decision, not a formality.
        $script:readOnly = @(
            'Get-Command', 'Get-Credential',
            'Get-EXORecipient', 'Get-EXOMailbox', 'Get-Mailbox', 'Get-MailUser', 'Get-MailContact', 'Get-DistributionGroup',
            'Get-DynamicDistributionGroup', 'Get-UnifiedGroup', 'Get-MailPublicFolder', 'Get-OrganizationConfig', 'Get-AcceptedDomain',
            'Get-MgContext', 'Get-MgUser', 'Get-MgGroup', 'Get-MgContact', 'Get-MgDomain', 'Get-MgServiceAnnouncementIssue',
            'Get-MgDirectoryDeletedItemAsUser', 'Get-MgDirectoryDeletedItemAsGroup', 'Get-ADSyncToolsAadObject',
            'Get-ADForest', 'Get-ADRootDSE', 'Get-ADObject', 'Get-Recipient', 'Get-RemoteMailbox',
            'Where-Object', 'ForEach-Object', 'Select-Object', 'Export-Clixml', 'Write-Warning'
        )
    }

    It 'calls only commands of the list' {
        $command = Get-TreeNode -Tree $script:allTree -Type ([System.Management.Automation.Language.CommandAst])
        $command.Count | Should -BeGreaterThan 100
        foreach ($one in $command) {
            $one.GetCommandName() | Should -BeIn $script:readOnly -Because "line $($one.Extent.StartLineNumber): $($one.Extent.Text)"
            $one.InvocationOperator | Should -Be 'Unknown'
        }
    }

    It 'mentions Connect- commands in comments only' {
        $script:all | Should -Match '# .*Connect-ExchangeOnline'
        $script:all | Should -Match '# .*Connect-MgGraph'
        Get-TreeNode -Tree $script:allTree -Type ([System.Management.Automation.Language.CommandAst]) |
            Where-Object { $_.GetCommandName() -like 'Connect-*' } | Should -BeNullOrEmpty
    }

    It 'calls no method but ContainsKey, and no .NET type' {
        foreach ($call in (Get-TreeNode -Tree $script:allTree -Type ([System.Management.Automation.Language.InvokeMemberExpressionAst]))) {
            $call.Member.Value | Should -Be 'ContainsKey'
        }
        Get-TreeNode -Tree $script:allTree -Type ([System.Management.Automation.Language.TypeExpressionAst]) | Should -BeNullOrEmpty
    }

    It 'writes by Export-Clixml only' {
        Get-TreeNode -Tree $script:allTree -Type ([System.Management.Automation.Language.RedirectionAst]) | Should -BeNullOrEmpty
    }

    It 'assigns to plain variables only' {
        foreach ($assignment in (Get-TreeNode -Tree $script:allTree -Type ([System.Management.Automation.Language.AssignmentStatementAst]))) {
            $assignment.Left | Should -BeOfType ([System.Management.Automation.Language.VariableExpressionAst])
            $assignment.Left.VariablePath.IsUnscopedVariable | Should -BeTrue
        }
    }

    It 'uses no syntax that Windows PowerShell 5.1 does not know' {
        if ($PSVersionTable.PSVersion.Major -ge 7) {
            $newer = [System.Management.Automation.Language.TernaryExpressionAst], [System.Management.Automation.Language.PipelineChainAst]
            foreach ($type in $newer) {
                Get-TreeNode -Tree $script:allTree -Type $type | Should -BeNullOrEmpty
            }
        }
        $script:all | Should -Not -Match '\?\?|\?\.|\?\['
    }
}

Describe 'The files' {
    It 'have distinct names in the current folder' {
        $script:collected.Count | Should -BeGreaterThan 30
        @($script:collected.File | Sort-Object -Unique).Count | Should -Be $script:collected.Count
        foreach ($one in $script:collected) {
            $one.File | Should -MatchExactly '^(recipients|tenant)-[a-z0-9-]+\.xml$'
        }
    }

    It 'are UTF-8 CLIXML with a depth' {
        foreach ($one in $script:collected) {
            $one.Encoding | Should -Be 'UTF8' -Because $one.File
            $one.Depth | Should -BeIn 1, 2, 3 -Because $one.File
        }
    }

    It 'keep every property that was asked for' {
        foreach ($one in $script:collected) {
            $lost = @($one.Requested | Where-Object { $one.Property -notcontains $_ })
            $lost | Should -BeNullOrEmpty -Because "$($one.File) is read for it"
        }
    }

    It 'list no property twice' {
        foreach ($one in $script:collected) {
            @($one.Property | Sort-Object -Unique).Count | Should -Be $one.Property.Count -Because $one.File
        }
    }

    It 'of recipients hold addresses, an id and a type' {
        foreach ($one in ($script:collected | Where-Object { $_.File -like 'recipients-*' })) {
            if ($one.File -eq 'recipients-entra-public-folders.xml') {
                # What ADSyncTools returns is kept whole.
                $one.Property | Should -BeNullOrEmpty
                continue
            }
            @($one.Property | Where-Object { $_ -in 'EmailAddresses', 'proxyAddresses' }).Count | Should -Be 1 -Because $one.File
            @($one.Property | Where-Object { $_ -in 'Guid', 'ExternalDirectoryObjectId', 'Id', 'ObjectGUID' }).Count | Should -BeGreaterThan 0 -Because $one.File
            @($one.Property | Where-Object { $_ -in 'RecipientTypeDetails', '@odata.type', 'ObjectClass' }).Count | Should -Be 1 -Because $one.File
        }
    }

    It 'of deleted objects say that they are deleted' {
        foreach ($one in ($script:collected | Where-Object { $_.File -match 'deleted|inactive' })) {
            @($one.Property | Where-Object { $_ -in 'WhenSoftDeleted', 'DeletedDateTime' }).Count | Should -Be 1 -Because $one.File
        }
    }

    It 'have a comment above their command that names what it needs' {
        $line = $script:all -split '\r?\n'
        foreach ($one in $script:collected) {
            $i = $one.Line - 2
            while ($line[$i] -notmatch '^\s*#' -and $line[$i].Trim() -and $i -gt 0) {
                $i--
            }
            while ($line[$i] -match '^\s*# [^\[]') {
                $i--
            }
            $line[$i] | Should -Match '^\s*# \[[\w. ]+\] \S' -Because "line $($one.Line) writes $($one.File)"
        }
    }
}

Describe 'The commands are complete' {
    It '<Name> is never cut off' -TestCases @(
        'Get-EXORecipient', 'Get-EXOMailbox', 'Get-Mailbox', 'Get-MailUser', 'Get-MailContact', 'Get-DistributionGroup', 'Get-DynamicDistributionGroup',
        'Get-UnifiedGroup', 'Get-MailPublicFolder', 'Get-Recipient', 'Get-RemoteMailbox' | ForEach-Object { @{ Name = $_ } }
    ) {
        $command = @(Get-TreeNode -Tree $script:allTree -Type ([System.Management.Automation.Language.CommandAst]) | Where-Object { $_.GetCommandName() -eq $Name })
        $command.Count | Should -BeGreaterThan 0
        foreach ($one in $command) {
            (Get-CommandArgument -Command $one -Name 'ResultSize').Value | Should -Be 'Unlimited' -Because $one.Extent.Text
        }
    }

    It 'Microsoft Graph gives all pages' {
        $command = @(Get-TreeNode -Tree $script:allTree -Type ([System.Management.Automation.Language.CommandAst]) |
                Where-Object { $_.GetCommandName() -like 'Get-Mg*' -and $_.GetCommandName() -ne 'Get-MgContext' })
        $command.Count | Should -BeGreaterThan 5
        foreach ($one in $command) {
            Get-CommandArgument -Command $one -Name 'All' | Should -BeTrue -Because $one.Extent.Text
        }
    }

    It 'Get-Mailbox is asked for <Switch> mailboxes in <Scope>' -TestCases @(
        foreach ($name in 'Arbitration', 'AuditLog', 'AuxAuditLog', 'Migration', 'PublicFolder', 'SupervisoryReviewPolicy') {
            @{ Scope = 'ExchangeOnline'; Switch = $name }
            @{ Scope = 'OnPremises'; Switch = $name }
        }
        @{ Scope = 'OnPremises'; Switch = 'Monitoring' }
    ) {
        $part = Get-ScriptTree -Text (Get-ProxyCollectionScript -Scope $Scope)
        $command = @(Get-TreeNode -Tree $part -Type ([System.Management.Automation.Language.CommandAst]) |
                Where-Object { $_.GetCommandName() -eq 'Get-Mailbox' -and (Get-CommandArgument -Command $_ -Name $Switch) })
        $command.Count | Should -Be 1
    }

    It 'on-premises Exchange looks at the whole forest' {
        $part = Get-ScriptTree -Text (Get-ProxyCollectionScript -Scope OnPremises)
        $command = @(Get-TreeNode -Tree $part -Type ([System.Management.Automation.Language.CommandAst]) |
                Where-Object { Get-CommandArgument -Command $_ -Name 'ResultSize' })
        $command.Count | Should -BeGreaterThan 10
        foreach ($one in $command) {
            Get-CommandArgument -Command $one -Name 'IgnoreDefaultScope' | Should -BeTrue -Because $one.Extent.Text
        }
    }
}

Describe 'The script runs' {
    BeforeAll {
        # What the Microsoft modules would give, as far as the script looks at it.
        $script:exchange = @'
function New-Recipient {
    param([string]$Name, [object[]]$Address, [hashtable]$More = @{})
    $value = @{ Name = $Name; Identity = $Name; DisplayName = "Display of $Name"; DistinguishedName = "CN=$Name,OU=contoso,DC=prod"
        RecipientTypeDetails = 'UserMailbox'; EmailAddresses = $Address; PrimarySmtpAddress = 'a@contoso.com'
        ExternalDirectoryObjectId = '6b9f8f2e-0000-4000-8000-000000000001'; Guid = [guid]'6b9f8f2e-0000-4000-8000-000000000002'; WhenSoftDeleted = $null; IsInactiveMailbox = $false }
    foreach ($key in $More.Keys) { $value[$key] = $More[$key] }
    [pscustomobject]$value
}
function Get-Two {
    New-Recipient -Name two -Address 'SMTP:a@contoso.com', 'smtp:b@contoso.com'
    New-Recipient -Name one -Address 'SMTP:c@contoso.com'
}
function Get-Deleted {
    Get-Two
    New-Recipient -Name gone -Address 'SMTP:d@contoso.com' -More @{ DistinguishedName = 'CN=gone,OU=Soft Deleted Objects,OU=contoso,DC=prod'; WhenSoftDeleted = [datetime]'2026-01-02T03:04:05Z' }
}
function Get-MailContact { Get-Two }
function Get-DistributionGroup { Get-Two }
function Get-DynamicDistributionGroup { Get-Two }
function Get-MailPublicFolder { Get-Two }
function Get-MailUser { if ($args -contains '-SoftDeletedMailUser') { Get-Deleted } else { Get-Two } }
'@
        $script:online = $script:exchange + @'

function Get-Mailbox { param([switch]$PublicFolder, [switch]$Migration, [switch]$Arbitration, [switch]$SoftDeletedMailbox, $ResultSize) Get-Two }
function Get-EXOMailbox { param([switch]$SoftDeletedMailbox, [switch]$InactiveMailboxOnly, $ResultSize, [string[]]$PropertySets, [string[]]$Properties)
    if ($SoftDeletedMailbox) { New-Recipient -Name held -Address 'SMTP:e@contoso.com' -More @{ IsInactiveMailbox = $true } }
    Get-Two }
function Get-EXORecipient { param([switch]$IncludeSoftDeletedRecipients, [string[]]$RecipientTypeDetails, $ResultSize, [string[]]$Properties)
    if ($IncludeSoftDeletedRecipients) { Get-Deleted } else { Get-Two } }
function Get-UnifiedGroup { param([switch]$IncludeSoftDeletedGroups, $ResultSize) if ($IncludeSoftDeletedGroups) { Get-Deleted } else { Get-Two } }
function Get-OrganizationConfig { [pscustomobject]@{ Name = 'contoso.onmicrosoft.com'; IsDehydrated = $true } }
function Get-AcceptedDomain { [pscustomobject]@{ DomainName = 'contoso.onmicrosoft.com'; DomainType = 'Authoritative'; Default = $true; InitialDomain = $true } }
'@
        $script:graph = @'
function Get-MgContext { [pscustomobject]@{ TenantId = 'x' } }
function Get-MgUser { param([switch]$All, $PageSize, [string[]]$Property)
    [pscustomobject]@{ Id = '6b9f8f2e-0000-4000-8000-000000000001'; UserPrincipalName = 'a@contoso.com'; ProxyAddresses = @('SMTP:a@contoso.com')
        AssignedPlans = @([pscustomobject]@{ Service = 'exchange'; ServicePlanId = '1' }, [pscustomobject]@{ Service = 'SharePoint'; ServicePlanId = '2' })
        ProvisionedPlans = @(); CreatedDateTime = [datetime]'2026-01-02T03:04:05Z'
        LicenseAssignmentStates = @([pscustomobject]@{ Error = 'None'; DisabledPlans = @('3', '4') }) } }
function Get-MgGroup { param([switch]$All, $PageSize, [string[]]$Property)
    [pscustomobject]@{ Id = 'g1'; ProxyAddresses = @('SMTP:g@contoso.com'); Mail = 'g@contoso.com' }
    [pscustomobject]@{ Id = 'g2'; ProxyAddresses = @(); Mail = $null } }
function Get-MgContact { param([switch]$All, $PageSize, [string[]]$Property) [pscustomobject]@{ Id = 'c1'; ProxyAddresses = @('SMTP:c@contoso.com') } }
function Get-MgDomain { param([switch]$All) [pscustomobject]@{ Id = 'contoso.com'; IsInitial = $false; IsVerified = $true } }
function Get-MgDirectoryDeletedItemAsUser { param([switch]$All, $PageSize, [string[]]$Property) [pscustomobject]@{ Id = 'd1'; ProxyAddresses = @('SMTP:d@contoso.com'); DeletedDateTime = $null } }
function Get-MgDirectoryDeletedItemAsGroup { param([switch]$All, $PageSize, [string[]]$Property) [pscustomobject]@{ Id = 'd2'; ProxyAddresses = @('SMTP:dg@contoso.com') } }
'@
        $script:onPremises = $script:exchange + @'

function Get-Recipient { Get-Two }
function Get-RemoteMailbox { Get-Two }
function Get-Mailbox { param([switch]$Arbitration, [switch]$AuditLog, [switch]$PublicFolder, [switch]$IgnoreDefaultScope, $ResultSize) Get-Two }
function Get-ADForest { [pscustomobject]@{ Domains = @('contoso.com', 'child.contoso.com') } }
function Get-ADRootDSE { [pscustomobject]@{ schemaNamingContext = 'CN=Schema,CN=Configuration,DC=contoso,DC=com' } }
function Get-ADObject { param($SearchBase, $Server, $LDAPFilter, [string[]]$Properties, $ResultSetSize, $ResultPageSize)
    if ($SearchBase) {
        'mail', 'proxyAddresses', 'userPrincipalName', 'mS-DS-ConsistencyGuid' | ForEach-Object { [pscustomobject]@{ lDAPDisplayName = $_ } }
    } else {
        [pscustomobject]@{ Name = $Properties -join ','; DistinguishedName = "CN=x,DC=$Server"; ObjectGUID = [guid]'6b9f8f2e-0000-4000-8000-000000000003'
            proxyAddresses = @('SMTP:a@contoso.com'); 'mS-DS-ConsistencyGuid' = [byte[]](1..16) }
    } }
'@
    }

    It 'collects Exchange Online, and loses no array and no date' {
        $folder = Join-Path -Path $TestDrive -ChildPath 'online'
        $text = Get-ProxyCollectionScript -Scope ExchangeOnline -IncludeDeleted
        $run = Invoke-CollectionScript -Text $text -Folder $folder -Stand $script:online
        $run.Error | Should -BeNullOrEmpty
        $run.Warning | Should -BeNullOrEmpty
        $run.Output | Should -BeNullOrEmpty

        # The stand-in of Get-Mailbox has -Arbitration, and none of the other two switches.
        $expected = @((Get-CollectedProperty -Text $text).File | Where-Object { $_ -notmatch 'audit-log|supervisory' } | Sort-Object)
        $run.File | Should -Be $expected

        foreach ($file in ($run.File | Where-Object { $_ -like 'recipients-*' -and $_ -notmatch 'deleted|inactive' })) {
            $record = @(Import-Clixml -LiteralPath (Join-Path -Path $folder -ChildPath $file))
            $record.Count | Should -Be 2 -Because $file
            @($record[0].EmailAddresses) | Should -Be @('SMTP:a@contoso.com', 'smtp:b@contoso.com') -Because $file
            $record[1].EmailAddresses.GetType().Name | Should -Be 'ArrayList' -Because "one address in $file is still a list"
        }

        foreach ($file in 'recipients-exo-deleted-all.xml', 'recipients-exo-deleted-mail-users.xml', 'recipients-exo-deleted-m365-groups.xml') {
            $record = @(Import-Clixml -LiteralPath (Join-Path -Path $folder -ChildPath $file))
            $record.Count | Should -Be 1 -Because "$file holds no live object"
            $record[0].Name | Should -Be 'gone'
            $record[0].WhenSoftDeleted | Should -BeOfType ([datetime])
        }
        @(Import-Clixml -LiteralPath (Join-Path -Path $folder -ChildPath 'recipients-exo-deleted-mailboxes.xml')).Name | Should -Not -Contain 'held'
        (Import-Clixml -LiteralPath (Join-Path -Path $folder -ChildPath 'tenant-exo-organization.xml')).IsDehydrated | Should -BeTrue
    }

    It 'collects Microsoft Entra ID, with the Exchange plans only' {
        $folder = Join-Path -Path $TestDrive -ChildPath 'graph'
        $run = Invoke-CollectionScript -Text (Get-ProxyCollectionScript -Scope Entra -IncludeDeleted) -Folder $folder -Stand $script:graph
        $run.Error | Should -BeNullOrEmpty
        $run.Warning | Should -BeNullOrEmpty
        $run.File | Should -Be @('recipients-entra-contacts.xml', 'recipients-entra-deleted-groups.xml', 'recipients-entra-deleted-users.xml',
            'recipients-entra-groups.xml', 'recipients-entra-users.xml', 'tenant-entra-domains.xml')

        $user = Import-Clixml -LiteralPath (Join-Path -Path $folder -ChildPath 'recipients-entra-users.xml')
        $user.'@odata.type' | Should -Be '#microsoft.graph.user'
        @($user.ProxyAddresses) | Should -Be @('SMTP:a@contoso.com')
        $user.CreatedDateTime | Should -BeOfType ([datetime])
        $user.AssignedPlans.GetType().Name | Should -Be 'ArrayList'
        @($user.AssignedPlans).Count | Should -Be 1
        $user.AssignedPlans[0].ServicePlanId | Should -Be '1'
        @($user.ProvisionedPlans).Count | Should -Be 0
        @($user.LicenseAssignmentStates[0].DisabledPlans) | Should -Be @('3', '4')

        @(Import-Clixml -LiteralPath (Join-Path -Path $folder -ChildPath 'recipients-entra-groups.xml')).Id | Should -Be 'g1'
        (Import-Clixml -LiteralPath (Join-Path -Path $folder -ChildPath 'recipients-entra-deleted-users.xml')).IsDeleted | Should -BeTrue
    }

    It 'collects every domain of Active Directory, and asks for no attribute that the schema lacks' {
        $folder = Join-Path -Path $TestDrive -ChildPath 'onpremises'
        $text = Get-ProxyCollectionScript -Scope OnPremises
        $run = Invoke-CollectionScript -Text $text -Folder $folder -Stand $script:onPremises
        $run.Error | Should -BeNullOrEmpty
        $run.Warning | Should -BeNullOrEmpty
        $expected = @((Get-CollectedProperty -Text $text).File | Where-Object { $_ -notmatch 'aux-audit|migration|monitoring|supervisory' } | Sort-Object)
        $run.File | Should -Be $expected

        $record = @(Import-Clixml -LiteralPath (Join-Path -Path $folder -ChildPath 'recipients-ad-objects.xml'))
        $record.DistinguishedName | Should -Be @('CN=x,DC=contoso.com', 'CN=x,DC=child.contoso.com')
        $record[0].Name | Should -Be 'userPrincipalName,mail,proxyAddresses,mS-DS-ConsistencyGuid'
        @($record[0].'mS-DS-ConsistencyGuid').Count | Should -Be 16
        @($record[0].proxyAddresses) | Should -Be @('SMTP:a@contoso.com')
    }

    It 'skips what is not connected with a warning, and writes no empty file for it' {
        $folder = Join-Path -Path $TestDrive -ChildPath 'nothing'
        $run = Invoke-CollectionScript -Text (Get-ProxyCollectionScript -IncludeDeleted) -Folder $folder
        $run.Error | Should -BeNullOrEmpty
        $run.File | Should -BeNullOrEmpty
        $run.Warning.Count | Should -Be 6
        foreach ($message in $run.Warning) {
            $message | Should -Match 'nothing collected'
        }
    }

    It 'does not take on-premises Exchange for Exchange Online, nor the other way round' {
        $folder = Join-Path -Path $TestDrive -ChildPath 'cloud-only'
        $run = Invoke-CollectionScript -Text (Get-ProxyCollectionScript) -Folder $folder -Stand $script:online
        $run.File | Where-Object { $_ -like 'recipients-exchange-*' } | Should -BeNullOrEmpty
        $run.File | Where-Object { $_ -like 'recipients-exo-*' } | Should -Not -BeNullOrEmpty

        $folder = Join-Path -Path $TestDrive -ChildPath 'premises-only'
        $run = Invoke-CollectionScript -Text (Get-ProxyCollectionScript) -Folder $folder -Stand $script:onPremises
        $run.File | Where-Object { $_ -like 'recipients-exo-*' } | Should -BeNullOrEmpty
        $run.File | Where-Object { $_ -like 'recipients-exchange-*' } | Should -Not -BeNullOrEmpty
    }

    It 'touches neither when both are in one session' {
        $folder = Join-Path -Path $TestDrive -ChildPath 'both'
        $run = Invoke-CollectionScript -Text (Get-ProxyCollectionScript) -Folder $folder -Stand ($script:online + "`n" + $script:onPremises)
        $run.File | Where-Object { $_ -match '^recipients-(exo|exchange)-' } | Should -BeNullOrEmpty
        @($run.Warning | Where-Object { $_ -match 'Exchange' }).Count | Should -Be 2
    }
}
