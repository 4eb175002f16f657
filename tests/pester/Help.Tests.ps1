# The help: docs/commands is its source, the MAML file and the about topic are made from it, and Get-Help shows it. Its examples run.

BeforeDiscovery {
    . (Join-Path -Path $PSScriptRoot -ChildPath 'Help.ps1')
    $page = Get-HelpPage
    # Get-Help reads the MAML file for cmdlets only.
    $compiled = (Get-Command -Name Test-ProxyConflict).CommandType -eq 'Cmdlet'
    $example = @(
        foreach ($one in $page) {
            for ($i = 0; $i -lt $one.Example.Count; $i++) { @{ Page = $one.Name; Number = $i + 1; Title = $one.Example[$i].Title; Code = $one.Example[$i].Code } }
        }
        $number = 0
        foreach ($code in Get-AboutExample) { @{ Page = 'about_ProxyCalc'; Number = ++$number; Title = 'of the situations'; Code = $code } }
    )
}

BeforeAll {
    . (Join-Path -Path $PSScriptRoot -ChildPath 'Help.ps1')
    $page = Get-HelpPage
}

Describe 'The Markdown' {
    It 'has one page for each command' {
        $exported = @((Get-Module -Name ProxyCalc).ExportedCommands.Keys | Sort-Object)
        @($page.Name | Sort-Object) | Should -Be $exported
    }

    It '<_.Name> is complete' -ForEach $page {
        foreach ($text in $_.Synopsis, $_.Description, $_.Notes) { $text | Should -Not -BeNullOrEmpty }
        $_.Example.Count | Should -BeGreaterThan 1
        foreach ($one in $_.Example) { "$($one.Title)", "$($one.Code)", "$($one.Text)" | Should -Not -BeNullOrEmpty }
        foreach ($link in $_.Link) { Join-Path -Path (Split-Path -Path $_.Path) -ChildPath $link | Should -Exist }
        [System.IO.File]::ReadAllText($_.Path) | Should -Not -Match '\{\{|[^\x0A\x20-\x7E]'
    }

    It '<_.Name> documents each parameter as it is' -Skip:(-not $compiled) -ForEach $page {
        $common = [System.Management.Automation.PSCmdlet]::CommonParameters
        $command = Get-Command -Name $_.Name
        $real = @($command.Parameters.Values | Where-Object { $common -notcontains $_.Name })
        @($_.Parameter.Name | Sort-Object) | Should -Be @($real.Name | Sort-Object)
        foreach ($parameter in $_.Parameter) {
            $is = $command.Parameters[$parameter.Name]
            $because = "-$($parameter.Name)"
            $is.ParameterType.FullName | Should -Be $parameter.Type -Because $because
            @($is.Aliases | Sort-Object) | Should -Be @($parameter.Aliases | Sort-Object) -Because $because
            $values = @($is.Attributes | Where-Object { $_ -is [System.Management.Automation.ValidateSetAttribute] } | ForEach-Object { $_.ValidValues } | Sort-Object)
            if ($is.ParameterType.IsEnum) { $values = @([enum]::GetNames($is.ParameterType) | Sort-Object) }
            $values | Should -Be @($parameter.AcceptedValues | Sort-Object) -Because $because
            @($is.Attributes | Where-Object { $_ -is [System.Management.Automation.SupportsWildcardsAttribute] }).Count | Should -Be ([int] ($parameter.SupportsWildcards -eq 'true')) -Because $because
            $set = @($is.ParameterSets.Values)[0]
            $set.IsMandatory | Should -Be ($parameter.IsRequired -eq 'true') -Because $because
            $set.ValueFromPipeline | Should -Be ($parameter.ValueFromPipeline -eq 'true') -Because $because
            $set.ValueFromPipelineByPropertyName | Should -BeFalse -Because $because
            $position = if ($set.Position -ge 0) { "$($set.Position)" } else { 'Named' }
            $position | Should -Be $parameter.Position -Because $because
        }
    }
}

Describe 'The MAML file' {
    BeforeAll {
        $path = Join-Path -Path (Split-Path -Path $ModulePath) -ChildPath 'en-US/ProxyCalc.PowerShell.dll-Help.xml'
        $document = New-Object -TypeName System.Xml.XmlDocument
        $document.LoadXml([System.IO.File]::ReadAllText($path))
        $name = New-Object -TypeName System.Xml.XmlNamespaceManager -ArgumentList $document.NameTable
        $name.AddNamespace('maml', 'http://schemas.microsoft.com/maml/2004/10')
        $name.AddNamespace('command', 'http://schemas.microsoft.com/maml/dev/command/2004/10')
        $name.AddNamespace('dev', 'http://schemas.microsoft.com/maml/dev/2004/10')
    }

    It 'has every command and no other' {
        @($document.SelectNodes('//command:details/command:name', $name) | ForEach-Object { $_.InnerText } | Sort-Object) | Should -Be @($page.Name | Sort-Object)
    }

    It 'has every paragraph, parameter, and example of <_.Name>: powershell/help.ps1 makes it' -ForEach $page {
        $command = $document.SelectSingleNode("//command:command[command:details/command:name='$($_.Name)']", $name)
        $get = { param($path) @($command.SelectNodes($path, $name) | ForEach-Object { $_.InnerText } | Where-Object { $_ }) }
        & $get 'command:details/maml:description/maml:para' | Should -BeExactly $_.Synopsis
        & $get 'maml:description/maml:para' | Should -BeExactly $_.Description
        & $get 'maml:alertSet/maml:alert/maml:para' | Should -BeExactly $_.Notes
        & $get 'command:parameters/command:parameter/maml:name' | Should -BeExactly $_.Parameter.Name
        & $get 'command:parameters/command:parameter/maml:description/maml:para' | Should -BeExactly $_.Parameter.Text
        & $get 'command:inputTypes/*/maml:description/maml:para' | Should -BeExactly $_.Input
        & $get 'command:returnValues/*/maml:description/maml:para' | Should -BeExactly $_.Output
        & $get 'command:examples/command:example/dev:code' | Should -BeExactly $_.Example.Code
        & $get 'command:examples/command:example/dev:remarks/maml:para' | Should -BeExactly $_.Example.Text
        & $get 'command:relatedLinks/maml:navigationLink/maml:linkText' | Should -BeExactly ($_.Link -replace '\.md$')
        $command.InnerText | Should -Not -Match '[\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F]|\{\{|```'
    }
}

Describe 'Get-Help' -Skip:(-not $compiled) {
    It 'shows all of <_.Name>' -ForEach $page {
        $help = Get-Help -Name $_.Name -Full
        $help.Synopsis.Trim() | Should -BeExactly $_.Synopsis
        @($help.description | ForEach-Object { $_.Text.Trim() }) | Should -BeExactly $_.Description
        @($help.parameters.parameter.name) | Should -BeExactly $_.Parameter.Name
        foreach ($parameter in $_.Parameter) {
            (Get-Help -Name $_.Name -Parameter $parameter.Name).description.Text.Trim() | Should -BeExactly $parameter.Text
        }
        @($help.examples.example | ForEach-Object { $_.code }) | Should -BeExactly $_.Example.Code
        @($help.syntax.syntaxItem).Count | Should -Be $_.SyntaxCount
    }
}

Describe 'The examples' {
    BeforeAll {
        $folder = Join-Path -Path $TestDrive -ChildPath 'examples'
        New-ExampleFolder -Path $folder
    }

    It '<Page>, example <Number>: <Title>' -ForEach $example {
        $missing = Get-MissingParameter -Code $Code
        if ($missing -and (Get-Command -Name Test-ProxyConflict).CommandType -ne 'Cmdlet') { Set-ItResult -Skipped -Because "this module has no $missing"; return }
        $missing | Should -BeNullOrEmpty
        $run = Invoke-Example -Code $Code -Folder $folder
        # A runbook stops by an error of its own; nothing else ends an example.
        if ($Code -match "throw '([^']+)'") { $run.Failure | Should -Be $Matches[1] } else { $run.Failure | Should -BeNullOrEmpty }
        $run.Error | Should -BeNullOrEmpty
        if ($Code -match '(Export-Csv|Set-Content -Path|Set-Content) (\.?\S*collect\S*|\.\S+)') { Join-Path -Path $folder -ChildPath $Matches[2] | Should -Exist }
        # The sample has no routing addresses that collide.
        if ($Code -notmatch 'Export-Csv|Set-Content|throw|PredictedMoera') { $run.Output | Should -Not -BeNullOrEmpty }
    }
}
