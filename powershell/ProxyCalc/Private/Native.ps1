# The native library: found, loaded, and bound once a process, on first use.
#
# The P/Invoke methods are made with Reflection.Emit. Add-Type would start a compiler (half a second, and none on a
# locked-down server). A failed load through Reflection.Emit says only "path1", so the library is loaded by name first.

$script:Native = $null

# The folder below runtimes/ for this process.
function Get-RuntimeIdentifier {
    # .NET Framework has it from 4.7.1 on; Windows Server 2016 came with 4.6.2.
    $info = 'System.Runtime.InteropServices.RuntimeInformation' -as [type]
    if (-not $info) {
        return 'win-{0}' -f $(if ([IntPtr]::Size -eq 8) { 'x64' } else { 'x86' })
    }
    $os = 'linux'
    if ([System.Environment]::OSVersion.Platform -eq 'Win32NT') {
        $os = 'win'
    } elseif ($IsMacOS) {
        $os = 'osx'
    }
    return '{0}-{1}' -f $os, $info::ProcessArchitecture.ToString().ToLowerInvariant()
}

function Get-LibraryFileName {
    switch -Wildcard (Get-RuntimeIdentifier) {
        'win-*' { return 'proxycalc.dll' }
        'osx-*' { return 'libproxycalc.dylib' }
    }
    return 'libproxycalc.so'
}

# Every place where the library may be, the best first. Only in a checkout (its Cargo.toml is there) does anything
# outside the module count. All by .NET's own methods: the cmdlets for it would each be loaded for this alone.
function Get-LibraryCandidate {
    $file = Get-LibraryFileName
    $module = [System.IO.Path]::GetDirectoryName($PSScriptRoot)
    $checkout = [System.IO.Path]::GetFullPath([System.IO.Path]::Combine($module, '..', '..'))
    $manifest = [System.IO.Path]::Combine($checkout, 'Cargo.toml')
    $inCheckout = [System.IO.File]::Exists($manifest) -and [System.IO.File]::ReadAllText($manifest).Contains('name = "proxycalc"')
    if ($inCheckout -and $env:PROXYCALC_LIBRARY) {
        return , [string[]] @($env:PROXYCALC_LIBRARY)
    }
    $candidates = [System.Collections.Generic.List[string]]::new()
    $candidates.Add([System.IO.Path]::Combine($module, 'runtimes', (Get-RuntimeIdentifier), 'native', $file))
    if ($inCheckout) {
        # The newest of the builds.
        $built = [System.Collections.Generic.SortedDictionary[datetime, string]]::new()
        foreach ($folder in 'debug/deps', 'debug', 'release/deps', 'release') {
            $path = [System.IO.Path]::GetFullPath([System.IO.Path]::Combine($checkout, 'target', $folder, $file))
            if ([System.IO.File]::Exists($path)) { $built[[System.IO.File]::GetLastWriteTimeUtc($path)] = $path }
        }
        $paths = [string[]] @($built.Values)
        [array]::Reverse($paths)
        $candidates.AddRange($paths)
    }
    return , $candidates.ToArray()
}

function New-LibraryError {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'It makes an object and changes nothing.')]
    param([string] $Message, [string[]] $Candidate)

    $text = "ProxyCalc's native library cannot be used: $Message Looked at: $($Candidate -join '; ')."
    $exception = New-Object System.DllNotFoundException $text
    return New-Object System.Management.Automation.ErrorRecord $exception, 'ProxyCalc.LibraryNotUsable', 'ResourceUnavailable', $null
}

function Add-PInvoke {
    param($Type, [string] $Library, [string] $Name, [type] $Return, [type[]] $Parameters)

    $attributes = [System.Reflection.MethodAttributes]'Public, Static, PinvokeImpl'
    # Nothing that crosses is a string, so the character set never matters; bytes are safe.
    $method = $Type.DefinePInvokeMethod($Name, $Library, $attributes, [System.Reflection.CallingConventions]::Standard,
        $Return, $Parameters, [System.Runtime.InteropServices.CallingConvention]::Cdecl, [System.Runtime.InteropServices.CharSet]::Ansi)
    $method.SetImplementationFlags($method.GetMethodImplementationFlags() -bor [System.Reflection.MethodImplAttributes]::PreserveSig)
    return $method
}

# A SafeHandle of our own: its finaliser frees the scan where a pipeline is cut and neither end{} nor finally runs.
function New-ScanHandleType {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'It makes an object and changes nothing.')]
    param($Module, [string] $Library)

    $base = [System.Runtime.InteropServices.SafeHandle]
    $type = $Module.DefineType('ProxyCalc.ScanHandle', 'Public, Class, Sealed', $base)
    $free = Add-PInvoke -Type $type -Library $Library -Name 'proxycalc_scan_free' -Return ([void]) -Parameters ([IntPtr])
    $nonPublic = [System.Reflection.BindingFlags]'Instance, NonPublic'

    $constructor = $type.DefineConstructor('Public', 'Standard', [type[]]@([IntPtr]))
    $il = $constructor.GetILGenerator()
    $il.Emit([System.Reflection.Emit.OpCodes]::Ldarg_0)
    $il.Emit([System.Reflection.Emit.OpCodes]::Ldsfld, [IntPtr].GetField('Zero'))
    $il.Emit([System.Reflection.Emit.OpCodes]::Ldc_I4_1)
    $il.Emit([System.Reflection.Emit.OpCodes]::Call, $base.GetConstructor($nonPublic, $null, [type[]]@([IntPtr], [bool]), $null))
    $il.Emit([System.Reflection.Emit.OpCodes]::Ldarg_0)
    $il.Emit([System.Reflection.Emit.OpCodes]::Ldarg_1)
    $il.Emit([System.Reflection.Emit.OpCodes]::Call, $base.GetMethod('SetHandle', $nonPublic))
    $il.Emit([System.Reflection.Emit.OpCodes]::Ret)

    $override = [System.Reflection.MethodAttributes]'Public, Virtual, HideBySig'
    $invalid = $type.DefineMethod('get_IsInvalid', $override, [bool], [type]::EmptyTypes)
    $il = $invalid.GetILGenerator()
    $il.Emit([System.Reflection.Emit.OpCodes]::Ldarg_0)
    $il.Emit([System.Reflection.Emit.OpCodes]::Ldfld, $base.GetField('handle', $nonPublic))
    $il.Emit([System.Reflection.Emit.OpCodes]::Ldsfld, [IntPtr].GetField('Zero'))
    $il.Emit([System.Reflection.Emit.OpCodes]::Call, [IntPtr].GetMethod('op_Equality', [type[]]@([IntPtr], [IntPtr])))
    $il.Emit([System.Reflection.Emit.OpCodes]::Ret)
    $type.DefineMethodOverride($invalid, $base.GetProperty('IsInvalid').GetGetMethod())

    $release = $type.DefineMethod('ReleaseHandle', [System.Reflection.MethodAttributes]'Family, Virtual, HideBySig', [bool], [type]::EmptyTypes)
    $il = $release.GetILGenerator()
    $il.Emit([System.Reflection.Emit.OpCodes]::Ldarg_0)
    $il.Emit([System.Reflection.Emit.OpCodes]::Ldfld, $base.GetField('handle', $nonPublic))
    $il.Emit([System.Reflection.Emit.OpCodes]::Call, $free)
    $il.Emit([System.Reflection.Emit.OpCodes]::Ldc_I4_1)
    $il.Emit([System.Reflection.Emit.OpCodes]::Ret)
    $type.DefineMethodOverride($release, $base.GetMethod('ReleaseHandle', $nonPublic))
    # Two names, one method in either edition: .NET Framework has CreateType, and so has .NET.
    return $type.CreateType()
}

# LoadLibraryExW for Windows PowerShell 5.1. Made with the attribute: what DefinePInvokeMethod makes keeps no error code of
# Windows, and a failure would show that of another call.
function New-LoaderType {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'It makes an object and changes nothing.')]
    param($Module)

    $type = $Module.DefineType('ProxyCalc.Loader', 'Public, Class, Sealed, Abstract')
    $method = $type.DefineMethod('LoadLibraryExW', [System.Reflection.MethodAttributes]'Public, Static, PinvokeImpl', [IntPtr], [type[]]@([string], [IntPtr], [uint32]))
    $import = [System.Runtime.InteropServices.DllImportAttribute]
    $field = [System.Reflection.FieldInfo[]]@($import.GetField('CharSet'), $import.GetField('SetLastError'))
    $value = [object[]]@([System.Runtime.InteropServices.CharSet]::Unicode, $true)
    $constructor = $import.GetConstructor([type[]]@([string]))
    $method.SetCustomAttribute([System.Reflection.Emit.CustomAttributeBuilder]::new($constructor, [object[]]@('kernel32.dll'), $field, $value))
    return $type.CreateType()
}

function Import-NativeLibrary {
    param([string] $Path, $Module)

    $loader = 'System.Runtime.InteropServices.NativeLibrary' -as [type]
    if ($loader) {
        [void] $loader::Load($Path)
        return
    }
    # Windows PowerShell 5.1: the library's own folder is searched for what it needs, and no other.
    $loadWithAlteredSearchPath = [uint32] 8
    $library = (New-LoaderType -Module $Module)::LoadLibraryExW($Path, [IntPtr]::Zero, $loadWithAlteredSearchPath)
    # At once: looking up a command, as New-Object, sets another code.
    $code = [System.Runtime.InteropServices.Marshal]::GetLastWin32Error()
    if ($library -eq [IntPtr]::Zero) {
        throw [System.ComponentModel.Win32Exception]::new($code)
    }
}

# The bound library; terminates with one clear error where there is none.
function Get-Native {
    if ($script:Native) {
        return $script:Native
    }
    if ($ExecutionContext.SessionState.LanguageMode -ne 'FullLanguage') {
        $exception = New-Object System.NotSupportedException ("ProxyCalc calls a native library and needs the language mode FullLanguage; this session has $($ExecutionContext.SessionState.LanguageMode). " +
            'Allow the module by the policy that constrains it (see SECURITY.md).')
        throw (New-Object System.Management.Automation.ErrorRecord $exception, 'ProxyCalc.ConstrainedLanguage', 'PermissionDenied', $null)
    }
    $candidates = Get-LibraryCandidate
    $path = ''
    foreach ($candidate in $candidates) {
        $full = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($candidate)
        if ([System.IO.File]::Exists($full)) { $path = $full; break }
    }
    if (-not $path) {
        throw (New-LibraryError -Message 'there is none.' -Candidate $candidates)
    }
    $name = [System.Reflection.AssemblyName]::new('ProxyCalc.Native')
    $assembly = [System.Reflection.Emit.AssemblyBuilder]::DefineDynamicAssembly($name, [System.Reflection.Emit.AssemblyBuilderAccess]::Run)
    $module = $assembly.DefineDynamicModule('ProxyCalc.Native')
    try {
        Import-NativeLibrary -Path $path -Module $module
    } catch {
        throw (New-LibraryError -Message "$($_.Exception.GetBaseException().Message)." -Candidate $path)
    }
    $handle = New-ScanHandleType -Module $module -Library $path
    $type = $module.DefineType('ProxyCalc.NativeMethods', 'Public, Class, Sealed, Abstract')
    $in = [byte[]], [UIntPtr]
    $out = [IntPtr].MakeByRefType(), [UIntPtr].MakeByRefType()
    $signatures = [ordered] @{
        calc_proxies            = $in + $out
        find_conflicts          = $in + $out
        proxycalc_scan_begin    = $in + @(, [IntPtr].MakeByRefType()) + $out
        proxycalc_scan_push     = @(, $handle) + $in + $out
        proxycalc_source_begin  = @(, $handle) + $in + $out
        proxycalc_source_push   = @(, $handle) + $in + $out
        proxycalc_source_end    = @(, $handle) + $out
        proxycalc_scan_finish   = @(, $handle) + $out
        proxycalc_scan_next     = @(, $handle) + $out
        proxycalc_scan_query    = @(, $handle) + $in + $out
    }
    foreach ($function in $signatures.Keys) {
        [void] (Add-PInvoke -Type $type -Library $path -Name $function -Return ([int]) -Parameters $signatures[$function])
    }
    [void] (Add-PInvoke -Type $type -Library $path -Name 'proxycalc_string_free' -Return ([void]) -Parameters ([IntPtr]))
    [void] (Add-PInvoke -Type $type -Library $path -Name 'proxycalc_abi_version' -Return ([uint32]) -Parameters ([type]::EmptyTypes))
    [void] (Add-PInvoke -Type $type -Library $path -Name 'proxycalc_property_names' -Return ([IntPtr]) -Parameters ([type]::EmptyTypes))
    $methods = $type.CreateType()
    try {
        $abi = $methods::proxycalc_abi_version()
        $names = [System.Runtime.InteropServices.Marshal]::PtrToStringAnsi($methods::proxycalc_property_names())
    } catch {
        throw (New-LibraryError -Message "it is another library or a damaged one: $($_.Exception.GetBaseException().Message)" -Candidate $path)
    }
    if ($abi -ne 1) {
        throw (New-LibraryError -Message "it has ABI $abi, and this module needs ABI 1." -Candidate $path)
    }
    # Those marked with " rules" are sent only where rules are applied to single objects: each costs a tenth of a record.
    $plain = [System.Collections.Generic.HashSet[string]]::new()
    $all = [System.Collections.Generic.HashSet[string]]::new()
    foreach ($name in $names.Split("`n")) {
        $marked = $name.EndsWith(' rules')
        if ($marked) { $name = $name.Substring(0, $name.Length - 6) } else { [void] $plain.Add($name) }
        [void] $all.Add($name)
    }
    $script:Native = [pscustomobject] @{ Methods = $methods; HandleType = $handle; Path = $path; PropertyNames = $plain; RulePropertyNames = $all }
    return $script:Native
}

# A response as text, given back to the library.
function Read-NativeResponse {
    param([IntPtr] $Response, [UIntPtr] $Length)

    if ($Response -eq [IntPtr]::Zero) {
        return $null
    }
    try {
        $bytes = [byte[]]::new([int] $Length.ToUInt64())
        [System.Runtime.InteropServices.Marshal]::Copy($Response, $bytes, 0, $bytes.Length)
        return [System.Text.Encoding]::UTF8.GetString($bytes)
    } finally {
        $script:Native.Methods::proxycalc_string_free($Response)
    }
}

# The error record of a failed native call.
function New-NativeError {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'It makes an object and changes nothing.')]
    param([int] $Status, [string] $Response)

    $native = $null
    if ($Response) {
        $native = (ConvertFrom-Json -InputObject $Response).error
    }
    $message = if ($native) { $native.message } else { "status $Status" }
    $code = if ($native) { $native.code } else { "Status$Status" }
    $where = @(if ($native -and $native.path) { $native.path }; if ($native -and $native.record) { "record $($native.record)" }) -join ', '
    if ($where) {
        $message = "${where}: $message"
    }
    $exception = New-Object System.InvalidOperationException $message
    return New-Object System.Management.Automation.ErrorRecord $exception, "ProxyCalc.$code", 'InvalidOperation', $native
}
