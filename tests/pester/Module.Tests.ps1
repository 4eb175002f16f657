# The module as such: what it exports, its help, when it loads the library, and what it says where it cannot.

BeforeDiscovery {
    $manifest = Join-Path -Path (Split-Path -Path (Split-Path -Path $PSScriptRoot)) -ChildPath 'powershell/ProxyCalc/ProxyCalc.psd1'
    $commands = (Import-PowerShellDataFile -LiteralPath $manifest).CmdletsToExport
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

    # The folder and the name that this machine's library has.
    $onWindows = [System.Environment]::OSVersion.Platform -eq 'Win32NT'
    $system = if ($onWindows) { 'win' } elseif ($IsMacOS) { 'osx' } else { 'linux' }
    $place = @{
        Rid  = "$system-$([System.Runtime.InteropServices.RuntimeInformation]::ProcessArchitecture.ToString().ToLowerInvariant())"
        File = @{ win = 'proxycalc.dll'; osx = 'libproxycalc.dylib'; linux = 'libproxycalc.so' }[$system]
        Path = $env:PROXYCALC_LIBRARY
    }

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

    It 'adds exactly its commands, and no function, alias or variable beside them' {
        $text = Invoke-FreshPowerShell -Script "`$f = @(Get-Command -CommandType Function).Name; `$v = @(Get-Variable).Name; Import-Module '$ModulePath'; (@(Get-Command -Module ProxyCalc) + @(Get-Command -CommandType Function | Where-Object { `$f -notcontains `$_.Name -and -not `$_.Source }) + @(Get-Alias | Where-Object { `$_.Source -eq 'ProxyCalc' }) + @(Get-Variable -Exclude f, v, _, PSItem, foreach | Where-Object { `$v -notcontains `$_.Name }) | ForEach-Object { `$_.Name } | Sort-Object) -join ','"
        $text | Should -BeExactly ((Import-PowerShellDataFile -LiteralPath $ModulePath).CmdletsToExport -join ',')
    }

    It 'does not load the library before it is needed' {
        $loaded = "@([System.Diagnostics.Process]::GetCurrentProcess().Modules | Where-Object { `$_.ModuleName -eq '$($place.File)' }).Count"
        $text = Invoke-FreshPowerShell -Script "Import-Module '$ModulePath'; [void] (Get-Command -Module ProxyCalc); [void] (Get-Help -Name Test-ProxyConflict); $loaded; `$null = & { $try }; $loaded"
        $text -split '\s+' | Should -Be '0', '1'
    }

    It 'is needed by no other assembly than PowerShell''s and .NET''s' {
        $references = (Get-Command -Name Test-ProxyConflict).ImplementingType.Assembly.GetReferencedAssemblies().Name
        $references | Where-Object { $_ -notmatch '^(netstandard|mscorlib|System\..*|Microsoft\.Win32\..*)$' } | Should -BeNullOrEmpty
    }

    It 'can be imported again, with a prefix, and from a second place: <Name>' -ForEach @(
        @{ Name = 'forced'; Script = { "Import-Module '$ModulePath' -Force" } }
        @{ Name = 'with a prefix'; Script = { "Import-Module '$ModulePath' -Prefix My; [void] (Get-Command -Name Test-MyProxyConflict -ErrorAction Stop)" } }
        @{ Name = 'forced with a prefix'; Script = { "Import-Module '$ModulePath' -Prefix My -Force; [void] (Get-Command -Name Test-MyProxyConflict -ErrorAction Stop)" } }
        @{ Name = 'removed and imported'; Script = { "Remove-Module -Name ProxyCalc; Import-Module '$ModulePath'" } }
        @{ Name = 'a copy'; Script = { "Import-Module '$(Copy-Module -Name 'copy')'" } }
    ) {
        $text = Invoke-FreshPowerShell -Script "`$ErrorActionPreference = 'Stop'; Import-Module '$ModulePath'; $(& $Script); if (-not (Get-Command -Name Test-ProxyConflict -ErrorAction Ignore)) { Import-Module '$ModulePath' }; $try; `$Error.Count"
        $text -split '\s*\n' | Should -Be 'no error', '0'
    }

    It 'of another version does not get into a session that has one: one error, and the first goes on' {
        $other = Copy-Module -Name 'version'
        # Another build is one with another id of its module.
        $dll = Join-Path -Path (Split-Path -Path $other) -ChildPath 'ProxyCalc.PowerShell.dll'
        $id = (Get-Command -Name Test-ProxyConflict).ImplementingType.Module.ModuleVersionId.ToByteArray()
        $bytes = [System.IO.File]::ReadAllBytes($dll)
        $text = [System.Text.Encoding]::GetEncoding(28591).GetString($bytes)
        $at = $text.IndexOf([System.Text.Encoding]::GetEncoding(28591).GetString($id), [System.StringComparison]::Ordinal)
        $at | Should -BeGreaterThan 0
        $bytes[$at] = $bytes[$at] -bxor 1
        [System.IO.File]::WriteAllBytes($dll, $bytes)
        $text = Invoke-FreshPowerShell -Script "Import-Module '$ModulePath'; `$Error.Clear(); try { Import-Module '$other' -Force -ErrorAction Stop } catch { }; `$Error.Count; $try"
        $text -split '\s*\n' | Should -Be '1', 'no error'
    }

    It 'works in constrained language, its views too' {
        $records = "`$records = [pscustomobject] @{ Identity = 'a'; EmailAddresses = 'SMTP:a@contoso.com' }, [pscustomobject] @{ Identity = 'b'; EmailAddresses = 'smtp:a@contoso.com' }"
        $script = "`$records | Test-ProxyConflict -WarningAction Ignore | Out-String"
        Invoke-FreshPowerShell -Script "$records; Import-Module '$ModulePath'; `$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'; $script" | Should -Match 'Duplicate\s+a@contoso\.com\s+a, b'
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
        $text | Should -Match '^ProxyCalc\.LibraryNotUsable,ProxyCalc\.Commands\.TestProxyConflictCommand\s'
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
        $text | Should -Match '^ProxyCalc\.LibraryNotUsable,ProxyCalc\.Commands\.TestProxyConflictCommand\s'
        $text | Should -Match "cannot be used"
        ($text -replace '\s') | Should -Match ([regex]::Escape($place.File))
    }

    It 'that is another one is one clear error' {
        $other = Get-ChildItem -Path (Split-Path -Path ([System.Management.Automation.PSObject].Assembly.Location)) -Filter 'lib*.so' -ErrorAction Ignore | Select-Object -First 1
        if (-not $other) { Set-ItResult -Skipped -Because 'there is no other library to try'; return }
        $manifest = Copy-Module -Name 'other'
        Install-Library -Manifest $manifest -Byte ([System.IO.File]::ReadAllBytes($other.FullName))
        Invoke-FreshPowerShell -Script "Import-Module '$manifest'; $try" | Should -Match '^ProxyCalc\.LibraryNotUsable,ProxyCalc\.Commands\.TestProxyConflictCommand\s'
    }

    It 'of another ABI is one clear error' {
        $compiler = Get-Command -Name cc -CommandType Application -ErrorAction Ignore | Select-Object -First 1
        if (-not $compiler -or $onWindows) { Set-ItResult -Skipped -Because 'there is no C compiler'; return }
        $manifest = Copy-Module -Name 'abi'
        Install-Library -Manifest $manifest -Byte ([byte[]] @())
        $code = Join-Path -Path $TestDrive -ChildPath 'abi.c'
        Set-Content -LiteralPath $code -Value 'unsigned int proxycalc_abi_version(void) { return 2; }'
        & $compiler.Path -shared -fPIC -o (Join-Path -Path (Split-Path -Path $manifest) -ChildPath "runtimes/$($place.Rid)/native/$($place.File)") $code
        $text = Invoke-FreshPowerShell -Script "Import-Module '$manifest'; $try"
        $text | Should -Match '^ProxyCalc\.LibraryNotUsable,'
        $text | Should -Match 'it has ABI 2, and this module needs ABI 1'
    }

    It 'is loaded on Windows with the error code of Windows kept' {
        $loader = (Get-Command -Name Test-ProxyConflict).ImplementingType.Assembly.GetType('ProxyCalc.Native.Loader+Windows')
        $method = $loader.GetMethod('LoadLibraryExW', [System.Reflection.BindingFlags] 'Static, NonPublic')
        $import = $method.GetCustomAttributes([System.Runtime.InteropServices.DllImportAttribute], $false)
        $import.Value, $import.EntryPoint, $import.CharSet, $import.SetLastError | Should -Be 'kernel32.dll', 'LoadLibraryExW', 'Unicode', $true
    }

    It 'of a release is preferred in a checkout, whichever is newer' {
        $manifest = Copy-Module -Name 'profiles' -Checkout
        foreach ($profile in 'release', 'debug') {
            $folder = Join-Path -Path (Split-Path -Path (Split-Path -Path (Split-Path -Path $manifest))) -ChildPath "target/$profile"
            [void] [System.IO.Directory]::CreateDirectory($folder)
            # What is no library is named by the error.
            Set-Content -LiteralPath (Join-Path -Path $folder -ChildPath $place.File) -Value 'no library'
        }
        (Invoke-FreshPowerShell -Script "`$env:PROXYCALC_LIBRARY = ''; Import-Module '$manifest'; $try") -replace '\s' | Should -Match ([regex]::Escape("target$([System.IO.Path]::DirectorySeparatorChar)release"))
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

Describe 'Completion' {
    It 'of -SummaryVariable offers no file' {
        $text = 'Test-ProxyConflict -SummaryVariable '
        (TabExpansion2 -inputScript $text -cursorColumn $text.Length).CompletionMatches.CompletionText | Should -BeExactly 'summary'
    }

    It 'knows the properties of what <Command> gives before it gave any' -ForEach @(
        @{ Command = 'Test-ProxyConflict'; Property = 'SuggestedKeeper' }
        @{ Command = 'Get-ProxyAddress'; Property = 'RecipientTypeDetails' }
        @{ Command = 'Test-ProxyAddress'; Property = 'Suggestion' }
        @{ Command = 'Get-ProxyCalculation'; Property = 'PrimarySmtpAddress' }
        @{ Command = 'Resolve-ProxyError'; Property = 'NextSteps' }
        @{ Command = 'Test-MailboxProvisioning'; Property = 'Evidence' }
    ) {
        $text = "$Command | Select-Object -Property "
        (TabExpansion2 -inputScript $text -cursorColumn $text.Length).CompletionMatches.CompletionText | Should -Contain $Property
    }
}

Describe 'Help' {
    It 'of <_> has an address for -Online' -ForEach $commands {
        (Get-Command -Name $_).HelpUri | Should -Match "^https://.+/$_\.md$"
    }
}
