# Classes for results that come by the hundred thousand: to make such an object takes a tenth of what one of PowerShell's own
# takes, and what is rarely looked at is made when it is. As with the native methods, no compiler is needed.

# What was made so far, by name.
$script:ResultType = @{}

# The properties of each class. A number: the text in that field of the row an object comes as; below zero, nothing where it is
# empty. A flag: whether that field is 1. A type: a value that is set. Nothing: what the reader makes, each time it is read.
$script:ResultProperty = @{
    Conflict     = [ordered] @{
        ConflictId = 1; Address = 2; AddressType = 3; Kind = 4; Severity = 5; HolderCount = [int]; Holders = [object[]]
        SuggestedKeeper = 7; Reason = 8; Remediation = [string[]]; HolderText = $null; RemediationText = $null
    }
    Holder       = [ordered] @{
        Identity = 1; DisplayName = 2; Id = 3; RecipientTypeDetails = 4; Role = 5; Value = 6; Sources = [string[]]
        Synced = [System.Nullable[bool]]; SoftDeleted = @{ Flag = 9 }; WhenSoftDeleted = -10
    }
    AddressRow   = [ordered] @{
        Address = 1; AddressType = 2; IsPrimary = @{ Flag = 3 }; Role = 4; Domain = -5; Identity = 6; DisplayName = 7; Id = 8
        RecipientTypeDetails = 9; Value = 10; Source = 11; SoftDeleted = @{ Flag = 12 }
    }
    AddressIssue = [ordered] @{ Identity = 1; Id = 2; Attribute = 3; Value = 4; Code = 5; Severity = 6; Message = 7; Suggestion = -8; Source = 9 }
    Calculation  = [ordered] @{
        Identity = 2; UserPrincipalName = 3; Mail = -4; MailNickname = 5; PrimarySmtpAddress = -6; Moera = -7
        ProxyAddresses = [string[]]; Licensed = @{ Flag = 9 }; FirstSync = @{ Flag = 10 }; Changes = [string[]]
        Trace = $null; Warnings = $null; Quarantined = $null; State = $null
        ProxyAddressText = $null; ChangeText = $null; WarningText = $null; QuarantinedText = $null
    }
}

# What is made when it is read: of the object, by the property's name; 'ToString' is the object as text.
function Read-ConflictProperty {
    param($Object, [string] $Property)

    switch ($Property) {
        'HolderText' { [string]::Join('; ', $Object.Holders) }
        'RemediationText' { [string]::Join([System.Environment]::NewLine, $Object.Remediation) }
        'ToString' { '{0} {1}' -f $Object.Kind, $Object.Address }
    }
}

function Read-HolderProperty {
    param($Object)

    '{0} ({1})' -f $Object.Identity, [string]::Join(', ', [string[]] @(@($Object.RecipientTypeDetails, $Object.Role) -ne ''))
}

# An address stands for the one who holds it.
${function:Read-AddressRowProperty} = ${function:Read-HolderProperty}

function Read-AddressIssueProperty {
    param($Object)

    '{0} {1}' -f $Object.Code, $Object.Value
}

# The class ProxyCalc.$Name. Its constructor takes the fields of a row and what its reader needs beside. The reader is a copy of
# the function Read-…Property that is not bound to the module: what is bound runs only where it was made, and another runspace
# (ForEach-Object -Parallel) would wait for that for ever. So it uses nothing of the module.
function Get-ResultType {
    param([string] $Name)

    if (-not $script:ResultType.ContainsKey($Name)) {
        $reader = $ExecutionContext.InvokeCommand.GetCommand("Read-${Name}Property", 'Function').ScriptBlock.ToString()
        $script:ResultType[$Name] = New-ResultType -Name "ProxyCalc.$Name" -Property $script:ResultProperty[$Name] -Read ([scriptblock]::Create($reader))
    }
    return $script:ResultType[$Name]
}

function New-ResultType {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'It makes an object and changes nothing.')]
    param([string] $Name, [System.Collections.Specialized.OrderedDictionary] $Property, [scriptblock] $Read)

    $code = [System.Reflection.Emit.OpCodes]
    $assembly = [System.Reflection.Emit.AssemblyBuilder]::DefineDynamicAssembly([System.Reflection.AssemblyName]::new($Name), [System.Reflection.Emit.AssemblyBuilderAccess]::Run)
    $type = $assembly.DefineDynamicModule($Name).DefineType($Name, 'Public, Class, Sealed')
    $function = [Func[object, string, object]]
    $reader = $type.DefineField('Reader', $function, 'Public, Static')
    $kept = $type.DefineField('kept', [object], 'Private')

    $constructor = $type.DefineConstructor('Public', 'Standard', [type[]] @([string[]], [object])).GetILGenerator()
    $constructor.Emit($code::Ldarg_0)
    $constructor.Emit($code::Call, [object].GetConstructor([type]::EmptyTypes))
    $constructor.Emit($code::Ldarg_0)
    $constructor.Emit($code::Ldarg_2)
    $constructor.Emit($code::Stfld, $kept)
    foreach ($key in $Property.Keys) {
        $of = $Property[$key]
        $valueType = if ($of -is [type]) { $of } elseif ($of -is [hashtable]) { [bool] } elseif ($of) { [string] } else { [object] }
        $member = $type.DefineProperty($key, 'None', $valueType, $null)
        $get = $type.DefineMethod("get_$key", 'Public, SpecialName, HideBySig', $valueType, [type]::EmptyTypes)
        $member.SetGetMethod($get)
        $il = $get.GetILGenerator()
        if ($null -eq $of) {
            Add-Reading -Generator $il -Reader $reader -Name $key
            $il.Emit($code::Ret)
            continue
        }
        $value = $type.DefineField("_$key", $valueType, 'Private')
        $il.Emit($code::Ldarg_0)
        $il.Emit($code::Ldfld, $value)
        $il.Emit($code::Ret)
        $set = $type.DefineMethod("set_$key", 'Public, SpecialName, HideBySig', [void], [type[]] @($valueType))
        $member.SetSetMethod($set)
        $il = $set.GetILGenerator()
        $il.Emit($code::Ldarg_0)
        $il.Emit($code::Ldarg_1)
        $il.Emit($code::Stfld, $value)
        $il.Emit($code::Ret)
        if ($of -is [type]) { continue }
        $constructor.Emit($code::Ldarg_0)
        $constructor.Emit($code::Ldarg_1)
        $constructor.Emit($code::Ldc_I4, $(if ($of -is [hashtable]) { $of.Flag } else { [System.Math]::Abs($of) }))
        $constructor.Emit($code::Ldelem_Ref)
        if ($of -is [hashtable]) {
            $constructor.Emit($code::Ldstr, '1')
            $constructor.Emit($code::Call, [string].GetMethod('Equals', [type[]] @([string], [string])))
        } elseif ($of -lt 0) {
            $isText = $constructor.DefineLabel()
            $constructor.Emit($code::Dup)
            $constructor.Emit($code::Callvirt, [string].GetProperty('Length').GetGetMethod())
            $constructor.Emit($code::Brtrue, $isText)
            $constructor.Emit($code::Pop)
            $constructor.Emit($code::Ldnull)
            $constructor.MarkLabel($isText)
        }
        $constructor.Emit($code::Stfld, $value)
    }
    $constructor.Emit($code::Ret)

    $il = $type.DefineMethod('ToString', 'Public, Virtual, HideBySig', [string], [type]::EmptyTypes).GetILGenerator()
    Add-Reading -Generator $il -Reader $reader -Name 'ToString'
    # Not a cast: where the text comes wrapped as PowerShell's own object, that would throw.
    $il.Emit($code::Call, [System.Convert].GetMethod('ToString', [type[]] @([object])))
    $il.Emit($code::Ret)
    # A method, as nothing lists or exports what it gives.
    $il = $type.DefineMethod('GetKept', 'Public, HideBySig', [object], [type]::EmptyTypes).GetILGenerator()
    $il.Emit($code::Ldarg_0)
    $il.Emit($code::Ldfld, $kept)
    $il.Emit($code::Ret)

    $made = $type.CreateType()
    $made::Reader = $Read -as $function
    return $made
}

# The call of the reader with this object and a name.
function Add-Reading {
    param($Generator, $Reader, [string] $Name)

    $code = [System.Reflection.Emit.OpCodes]
    $Generator.Emit($code::Ldsfld, $Reader)
    $Generator.Emit($code::Ldarg_0)
    $Generator.Emit($code::Ldstr, $Name)
    $Generator.Emit($code::Callvirt, $Reader.FieldType.GetMethod('Invoke'))
}
