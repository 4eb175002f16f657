# What Help.Tests.ps1 needs: the pages of docs/commands, and a folder in which their examples run.

. (Join-Path -Path $PSScriptRoot -ChildPath 'Common.ps1')
$RepositoryRoot = Split-Path -Path (Split-Path -Path $PSScriptRoot)

# The paragraphs of a piece of Markdown, each in one line.
function Get-Paragraph {
    param([string] $Markdown)

    @($Markdown.Trim() -split '\n\s*\n' | ForEach-Object { ($_ -replace '\s*\n\s*', ' ').Trim() } | Where-Object { $_ })
}

# One value of the YAML below a parameter, or its list.
function Get-YamlValue {
    param([string] $Yaml, [string] $Name)

    if ($Yaml -match "(?m)^\s*-? ?$([regex]::Escape($Name)): *(\S.*)?`$") {
        $value = $Matches[1]
        if ($value -eq '[]' -or $value -eq "''") { return }
        if ($value) { return $value }
        if ($Yaml -match "(?ms)^$([regex]::Escape($Name)): *\n((?:- [^\n]*\n?)+)") { $Matches[1].Trim() -split '\n' | ForEach-Object { $_ -replace '^- ' } }
    }
}

# Every page, taken apart.
function Get-HelpPage {
    foreach ($file in Get-ChildItem -Path (Join-Path -Path $RepositoryRoot -ChildPath 'docs/commands/*-*.md') | Sort-Object -Property Name) {
        $text = [System.IO.File]::ReadAllText($file.FullName) -replace '\r\n', "`n"
        $section = @{}
        foreach ($part in $text -split '(?m)^## ' | Select-Object -Skip 1) {
            $title, $body = $part -split '\n', 2
            $section[$title.Trim()] = $body
        }
        $entry = {
            param($title)
            foreach ($part in $section[$title] -split '(?m)^### ' | Select-Object -Skip 1) {
                $head, $body = $part -split '\n', 2
                [pscustomobject] @{ Head = $head.Trim(); Body = $body }
            }
        }
        [pscustomobject] @{
            Name        = $file.BaseName
            Path        = $file.FullName
            Synopsis    = (Get-Paragraph -Markdown $section['SYNOPSIS']) -join ' '
            Description = Get-Paragraph -Markdown $section['DESCRIPTION']
            Notes       = Get-Paragraph -Markdown $section['NOTES']
            SyntaxCount = @(& $entry 'SYNTAX').Count
            Input       = @(& $entry 'INPUTS' | ForEach-Object { Get-Paragraph -Markdown $_.Body })
            Output      = @(& $entry 'OUTPUTS' | ForEach-Object { Get-Paragraph -Markdown $_.Body })
            Link        = @([regex]::Matches($section['RELATED LINKS'], '\]\(([^)]+)\)') | ForEach-Object { $_.Groups[1].Value })
            Example     = @(& $entry 'EXAMPLES' | ForEach-Object {
                    $null = $_.Body -match '(?s)```powershell\n(.*?)\n```(.*)'
                    [pscustomobject] @{ Title = $_.Head -replace '^Example \d+: '; Code = $Matches[1]; Text = Get-Paragraph -Markdown $Matches[2] }
                })
            Parameter   = @(& $entry 'PARAMETERS' | Where-Object { $_.Head -like '-*' } | ForEach-Object {
                    $null = $_.Body -match '(?s)^(.*?)```yaml\n(.*?)```'
                    $yaml = $Matches[2]
                    $one = [ordered] @{ Name = $_.Head.TrimStart('-'); Text = Get-Paragraph -Markdown $Matches[1] }
                    foreach ($key in 'Type', 'SupportsWildcards', 'Aliases', 'Position', 'IsRequired', 'ValueFromPipeline', 'AcceptedValues') { $one[$key] = @(Get-YamlValue -Yaml $yaml -Name $key) }
                    foreach ($key in 'Type', 'SupportsWildcards', 'Position', 'IsRequired', 'ValueFromPipeline') { $one[$key] = [string] $one[$key] }
                    [pscustomobject] $one
                })
        }
    }
}

# The examples of the about topic.
function Get-AboutExample {
    $text = [System.IO.File]::ReadAllText((Join-Path -Path $RepositoryRoot -ChildPath 'docs/commands/about_ProxyCalc.md')) -replace '\r\n', "`n"
    [regex]::Matches($text, '(?s)```powershell\n(.*?)\n```') | ForEach-Object { $_.Groups[1].Value }
}

# What an example passes to a command of this module and the command does not have.
function Get-MissingParameter {
    param([string] $Code)

    $parseError = $null
    $tree = [System.Management.Automation.Language.Parser]::ParseInput($Code, [ref] $null, [ref] $parseError)
    if ($parseError) { throw $parseError[0].Message }
    foreach ($call in $tree.FindAll({ param($node) $node -is [System.Management.Automation.Language.CommandAst] }, $true)) {
        $name = $call.GetCommandName()
        $command = if ($name) { Get-Command -Name $name -Module ProxyCalc -ErrorAction Ignore }
        if (-not $command) { continue }
        foreach ($parameter in $call.CommandElements | Where-Object { $_ -is [System.Management.Automation.Language.CommandParameterAst] }) {
            if (-not $command.Parameters.ContainsKey($parameter.ParameterName)) { "-$($parameter.ParameterName)" }
        }
    }
}

# A part of the sample tenant, and two mailboxes with one address, under the names of the examples.
function New-ExampleFolder {
    param([string] $Path)

    $null = New-Item -Path $Path -ItemType Directory
    $tenant = Join-Path -Path $RepositoryRoot -ChildPath 'examples/tenant'
    $read = { param($name) (Get-Content -Raw -LiteralPath (Join-Path -Path $tenant -ChildPath $name) | ConvertFrom-Json) | ForEach-Object { if ($_.psobject.Properties['value']) { $_.value } else { $_ } } }
    $exchange = @(& $read 'exchange-online.json' | Select-Object -First 20) + @(
        New-Mailbox -Name 'John' -Address 'SMTP:john@contoso.com', 'smtp:info@contoso.com' -Number 1
        New-Mailbox -Name 'HR' -Address 'SMTP:hr@contoso.com', 'smtp:info@contoso.com', 'smtp:h..r@contoso.com' -Number 2
    )
    # Anna has a license without a plan that gives a mailbox.
    $anna = New-GraphUser -Name 'Anna' -Address 'SMTP:anna@contoso.com' -Number 3 -Upn 'anna@contoso.com' |
        Select-Object -Property *, @{ Name = 'usageLocation'; Expression = { 'US' } }, @{ Name = 'assignedPlans'; Expression = { , @() } }, @{ Name = 'assignedLicenses'; Expression = { , @() } }
    $user = @(& $read 'entra-users.json' | Select-Object -First 20) + @($anna)
    $directory = Import-Csv -LiteralPath (Join-Path -Path $tenant -ChildPath 'active-directory.csv') | Where-Object -Property ObjectClass -EQ -Value user | Select-Object -First 20
    Push-Location -LiteralPath $Path
    try {
        $exchange | Export-Clixml -Path recipients-exo-all.xml -Depth 3
        # One user has lost a value.
        $lost = [pscustomobject] @{ category = 'PropertyConflict'; propertyCausingError = 'ProxyAddresses'; value = 'info@contoso.com'; occurredDateTime = '2026-01-02T03:04:05Z' }
        $user | Select-Object -Property *, @{ Name = '@odata.type'; Expression = { '#microsoft.graph.user' } } -ExcludeProperty '@odata.type' | ForEach-Object {
            Add-Member -InputObject $_ -NotePropertyName onPremisesProvisioningErrors -NotePropertyValue @($(if ($_.id -eq $user[0].id) { $lost })) -Force -PassThru
        } | Export-Clixml -Path recipients-entra-users.xml -Depth 3
        & $read 'entra-deleted-users.json' | Export-Clixml -Path recipients-entra-deleted-users.xml -Depth 3
        $directory | Export-Clixml -Path recipients-ad-objects.xml
        $directory | Export-Csv -Path active-directory.csv -NoTypeInformation -Encoding UTF8
        $user | ConvertTo-Json -Depth 6 | Set-Content -Path users.json -Encoding UTF8
        foreach ($name in 'recipients.json', 'recipients-online.json', 'recipients-onpremises.json') { $exchange | ConvertTo-Json -Depth 6 | Set-Content -Path $name -Encoding UTF8 }
        $exchange | Select-Object -Property Name, Alias, PrimarySmtpAddress, RecipientTypeDetails, ExternalDirectoryObjectId, @{ Name = 'EmailAddresses'; Expression = { $_.EmailAddresses -join ';' } } |
            Export-Csv -Path recipients.csv -NoTypeInformation -Encoding UTF8
        @('Alias,PrimarySmtpAddress,EmailAddresses', 'a,a@contoso.com,SMTP:a@contoso.com;smtp:x@contoso.com;smtp:b..b@contoso.com', 'b,b@contoso.com,SMTP:b@contoso.com;smtp:x@contoso.com') | Set-Content -Path on-premises.csv
        'The proxy address "SMTP:info@contoso.com" is already being used by the proxy addresses or LegacyExchangeDN of "HR". Please choose another proxy address.' | Set-Content -Path error.txt
        [pscustomobject] @{ Name = 'contoso.onmicrosoft.com'; IsDehydrated = $false } | Export-Clixml -Path tenant-exo-organization.xml
        @() | Export-Clixml -Path tenant-entra-service-issues.xml
    } finally {
        Pop-Location
    }
}

# Runs an example in the folder, with functions in place of the Microsoft modules: what it returns, the error that ended it, and
# the errors that did not.
function Invoke-Example {
    param([string] $Code, [string] $Folder)

    $shell = [powershell]::Create()
    try {
        $prepare = @'
param($Folder, $Module)
Import-Module -Name $Module
Set-Location -LiteralPath $Folder
$WarningPreference = 'SilentlyContinue'
function Get-EXORecipient { param([switch] $IncludeSoftDeletedRecipients, [string[]] $RecipientTypeDetails, $ResultSize) Import-Clixml -Path ./recipients-exo-all.xml }
function Get-MgUser { param([switch] $All, $UserId, [string[]] $Property) Import-Clixml -Path ./recipients-entra-users.xml | Select-Object -First $(if ($All) { 1000 } else { 1 }) }
function Get-MgDomain { [pscustomobject] @{ Id = 'contoso.com'; IsVerified = $true }, [pscustomobject] @{ Id = 'contoso.onmicrosoft.com'; IsVerified = $true; IsInitial = $true } }
function Get-OrganizationConfig { Import-Clixml -Path ./tenant-exo-organization.xml }
function Get-Credential { 'nobody' }
function Get-ADSyncToolsAadObject { param($SyncObjectType, $Credential) [pscustomobject] @{ SourceAnchor = 'AAECAwQFBgcICQoLDA0ODw=='; ObjectType = 'PublicFolder'; CloudAnchor = 'PublicFolder_00000000-0000-4000-8000-000000000001'; ProxyAddresses = @('smtp:folder@contoso.com') } }
function Get-ADSyncCSObject { param($DistinguishedName, $ConnectorName) [pscustomobject] @{ ExportError = [pscustomobject] @{ ErrorExtraDetails = Get-Content -Raw -Path ./error.txt } } }
$dn = 'CN=x'; $connector = 'contoso'
'@
        $null = $shell.AddScript($prepare, $false).AddArgument($Folder).AddArgument($ModulePath)
        $null = $shell.Invoke()
        $shell.Commands.Clear()
        # The last error of the session, for the examples that look at it.
        $null = $shell.AddScript('Write-Error -Message (Get-Content -Raw -Path ./error.txt)').Invoke()
        $shell.Streams.ClearStreams()
        $shell.Commands.Clear()
        $failure = $null
        $output = try { $shell.AddScript($Code, $false).Invoke() } catch { $failure = $_.Exception.InnerException.Message }
        [pscustomobject] @{ Output = @($output); Failure = $failure; Error = @($shell.Streams.Error | ForEach-Object { "$($_.FullyQualifiedErrorId): $_" }) }
    } finally {
        $shell.Dispose()
    }
}
