# The module as such: what it exports, its help, when it loads the library, and what it says where it cannot.

BeforeDiscovery {
    $manifest = Join-Path -Path (Split-Path -Path (Split-Path -Path $PSScriptRoot)) -ChildPath 'powershell/ProxyCalc/ProxyCalc.psd1'
    $commands = (Import-PowerShellDataFile -LiteralPath $manifest).FunctionsToExport
}

BeforeAll {
    . (Join-Path -Path $PSScriptRoot -ChildPath 'Common.ps1')

    # A copy of the module, in a checkout of its own or beside nothing.
    function Copy-Module {
        param([string] $Name, [switch] $Checkout)

        $root = Join-Path -Path $TestDrive -ChildPath $Name
        $folder = Join-Path -Path $root -ChildPath 'powershell'
        [void] [System.IO.Directory]::CreateDirectory($folder)
        Copy-Item -LiteralPath (Split-Path -Path $ModulePath) -Destination $folder -Recurse
        $module = Join-Path -Path $folder -ChildPath 'ProxyCalc'
        Remove-Item -LiteralPath (Join-Path -Path $module -ChildPath 'runtimes') -Recurse -ErrorAction Ignore
        if ($Checkout) { Set-Content -LiteralPath (Join-Path -Path $root -ChildPath 'Cargo.toml') -Value 'name = "proxycalc"' }
        Join-Path -Path $module -ChildPath 'ProxyCalc.psd1'
    }

    # The folder and the name that this machine's library has, as the module sees them.
    $place = & (Get-Module -Name ProxyCalc) { @{ Rid = Get-RuntimeIdentifier; File = Get-LibraryFileName; Path = (Get-Native).Path } }

    function Install-Library {
        param([string] $Manifest, [AllowNull()] [byte[]] $Byte)

        $folder = Join-Path -Path (Split-Path -Path $Manifest) -ChildPath "runtimes/$($place.Rid)/native"
        [void] [System.IO.Directory]::CreateDirectory($folder)
        [System.IO.File]::WriteAllBytes((Join-Path -Path $folder -ChildPath $place.File), [byte[]] @($Byte))
    }

    $try = "try { Test-ProxyConflict -InputObject ([pscustomobject] @{ Identity = 'a'; EmailAddresses = 'SMTP:a@contoso.com' }) -WarningAction Ignore; 'no error' } catch { `$_.FullyQualifiedErrorId; `$_.Exception.Message }"
}

Describe 'The module' {
    It 'has a manifest that is valid' {
        (Test-ModuleManifest -Path $ModulePath).Name | Should -Be 'ProxyCalc'
    }

    It 'adds exactly its commands, and no alias, variable or function beside them' {
        $text = Invoke-FreshPowerShell -Script "`$f = @(Get-Command -CommandType Function).Name; `$v = @(Get-Variable).Name; Import-Module '$ModulePath'; (@(Get-Command -CommandType Function | Where-Object { `$f -notcontains `$_.Name -and `$_.Source -in '', 'ProxyCalc' }) + @(Get-Alias | Where-Object { `$_.Source -eq 'ProxyCalc' }) + @(Get-Variable -Exclude f, v, _, PSItem, foreach | Where-Object { `$v -notcontains `$_.Name }) | ForEach-Object { `$_.Name } | Sort-Object) -join ','"
        $text | Should -BeExactly ((Import-PowerShellDataFile -LiteralPath $ModulePath).FunctionsToExport -join ',')
    }

    It 'does not load the library before it is needed' {
        $text = Invoke-FreshPowerShell -Script "Import-Module '$ModulePath'; [void] (Get-Command -Module ProxyCalc); [void] (Get-Help -Name Test-ProxyConflict); @([System.Diagnostics.Process]::GetCurrentProcess().Modules | Where-Object { `$_.ModuleName -like '*proxycalc*' }).Count; [bool] (& (Get-Module ProxyCalc) { `$script:Native })"
        $text -split '\s+' | Should -Be '0', 'False'
    }

    It 'has scripts that Windows PowerShell can read: <_>' -ForEach 'powershell' {
        foreach ($file in (Get-ChildItem -LiteralPath (Split-Path -Path $ModulePath) -Recurse -Include '*.ps1', '*.psm1', '*.psd1')) {
            $bytes = [System.IO.File]::ReadAllBytes($file.FullName)
            $bytes[0..2] | Should -Be 0xEF, 0xBB, 0xBF -Because "$($file.Name) needs a byte order mark"
        }
    }
}

Describe 'The library' {
    It 'that is missing is one clear error that lists where it was looked for' {
        $text = Invoke-FreshPowerShell -Script "`$env:PROXYCALC_LIBRARY = '/nowhere/else.so'; Import-Module '$(Copy-Module -Name 'missing')'; $try"
        $text | Should -Match '^ProxyCalc\.LibraryNotUsable,ProxyCalc.Commands.TestProxyConflictCommand\s'
        $text | Should -Match 'there is none'
        ($text -replace '\s') | Should -Match ([regex]::Escape("runtimes") + '.' + [regex]::Escape($place.Rid))
        $text | Should -Not -Match '/nowhere/else\.so' -Because 'the variable counts in a checkout only'
    }

    It 'that <Name> is one clear error' -ForEach @(
        @{ Name = 'is empty'; Byte = { [byte[]] @() } }
        @{ Name = 'is a text'; Byte = { [System.Text.Encoding]::ASCII.GetBytes('version https://git-lfs.github.com/spec/v1') } }
        @{ Name = 'is of another architecture'; Byte = { $b = [System.IO.File]::ReadAllBytes($place.Path); if ($b[0] -eq 0x7F) { $b[18] = 0xB7 } else { $b[0] = 0 }; $b } }
        @{ Name = 'breaks off in its header'; Byte = { [System.IO.File]::ReadAllBytes($place.Path)[0..39] } }
    ) {
        $manifest = Copy-Module -Name "bad $Name"
        Install-Library -Manifest $manifest -Byte (& $Byte)
        $text = Invoke-FreshPowerShell -Script "Import-Module '$manifest'; $try"
        $text | Should -Match '^ProxyCalc\.LibraryNotUsable,ProxyCalc.Commands.TestProxyConflictCommand\s'
        $text | Should -Match "cannot be used"
        ($text -replace '\s') | Should -Match ([regex]::Escape($place.File))
    }

    It 'that is another one is one clear error' {
        $other = Get-ChildItem -Path (Split-Path -Path ([System.Management.Automation.PSObject].Assembly.Location)) -Filter 'lib*.so' -ErrorAction Ignore | Select-Object -First 1
        if (-not $other) { Set-ItResult -Skipped -Because 'there is no other library to try'; return }
        $manifest = Copy-Module -Name 'other'
        Install-Library -Manifest $manifest -Byte ([System.IO.File]::ReadAllBytes($other.FullName))
        Invoke-FreshPowerShell -Script "Import-Module '$manifest'; $try" | Should -Match '^ProxyCalc\.LibraryNotUsable,ProxyCalc.Commands.TestProxyConflictCommand\s'
    }

    It 'is loaded in Windows PowerShell 5.1 with the error code of Windows kept' {
        $import = & (Get-Module -Name ProxyCalc) {
            $assembly = [System.Reflection.Emit.AssemblyBuilder]::DefineDynamicAssembly([System.Reflection.AssemblyName]::new('Loader'), [System.Reflection.Emit.AssemblyBuilderAccess]::Run)
            $method = (New-LoaderType -Module $assembly.DefineDynamicModule('Loader')).GetMethod('LoadLibraryExW')
            $method.GetCustomAttributes([System.Runtime.InteropServices.DllImportAttribute], $false)
        }
        $import.Value, $import.EntryPoint, $import.CharSet, $import.SetLastError | Should -Be 'kernel32.dll', 'LoadLibraryExW', 'Unicode', $true
    }

    It 'beside the module is used, also below a folder with odd characters' {
        $manifest = Copy-Module -Name "good [1] it's"
        Install-Library -Manifest $manifest -Byte ([System.IO.File]::ReadAllBytes($place.Path))
        Invoke-FreshPowerShell -Script "Import-Module -Name ([System.Management.Automation.WildcardPattern]::Escape('$($manifest -replace "'", "''")')); $try" | Should -BeExactly 'no error'
    }

    It 'of $env:PROXYCALC_LIBRARY is used in a checkout' {
        $manifest = Copy-Module -Name 'checkout' -Checkout
        Invoke-FreshPowerShell -Script "`$env:PROXYCALC_LIBRARY = '$($place.Path)'; Import-Module '$manifest'; $try" | Should -BeExactly 'no error'
        Invoke-FreshPowerShell -Script "`$env:PROXYCALC_LIBRARY = '/nowhere/else.so'; Import-Module '$manifest'; $try" | Should -Match 'LibraryNotUsable[\s\S]*/nowhere/else\.so'
    }
}

Describe 'Help of <_>' -ForEach $commands {
    BeforeAll {
        $command = $_
        $help = Get-Help -Name $command -Full
    }

    It 'has a synopsis, a description and examples' {
        $help.Synopsis | Should -Not -Match "^\s*$command"
        $help.description | Should -Not -BeNullOrEmpty
        @($help.examples.example).Count | Should -BeGreaterThan 0
    }

    It 'explains every parameter' {
        $common = [System.Management.Automation.PSCmdlet]::CommonParameters + [System.Management.Automation.PSCmdlet]::OptionalCommonParameters
        foreach ($name in (Get-Command -Name $command).Parameters.Keys | Where-Object { $_ -notin $common }) {
            ($help.parameters.parameter | Where-Object -Property name -EQ -Value $name).description | Should -Not -BeNullOrEmpty -Because "-$name"
        }
    }

    It 'names every value that a parameter takes, as the syntax of a script''s help does not' {
        foreach ($parameter in (Get-Command -Name $command).Parameters.Values) {
            $text = ($help.parameters.parameter | Where-Object -Property name -EQ -Value $parameter.Name).description.Text -join ' '
            foreach ($set in $parameter.Attributes | Where-Object { $_ -is [System.Management.Automation.ValidateSetAttribute] }) {
                foreach ($value in $set.ValidValues) { $text | Should -Match "\b$value\b" -Because "-$($parameter.Name)" }
            }
        }
    }

    It 'has examples that parse and whose parameters exist' {
        foreach ($example in $help.examples.example) {
            $problems = $null
            $tree = [System.Management.Automation.Language.Parser]::ParseInput($example.code, [ref] $null, [ref] $problems)
            $problems | Should -BeNullOrEmpty -Because $example.code
            foreach ($call in $tree.FindAll({ param($node) $node -is [System.Management.Automation.Language.CommandAst] }, $true)) {
                $name = $call.GetCommandName()
                $known = if ($name) { Get-Command -Name $name -ErrorAction Ignore }
                if (-not $known) { continue }
                foreach ($parameter in $call.CommandElements | Where-Object { $_ -is [System.Management.Automation.Language.CommandParameterAst] }) {
                    @($known.Parameters.Keys) | Should -Contain $parameter.ParameterName -Because $example.code
                }
            }
        }
    }
}
