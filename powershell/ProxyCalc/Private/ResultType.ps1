# Classes for results that come by the hundred thousand: to make such an object takes a quarter of what one of PowerShell's own
# takes, and what is rarely looked at is made when it is. As with the native methods, no compiler is needed.

# A class: values that can be set, and values that $Read makes of the row the object came as, each time they are read.
# $Read gets the row, what the rows of a page share, and the property's name.
function New-ResultType {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'It makes an object and changes nothing.')]
    param([string] $Name, [System.Collections.Specialized.OrderedDictionary] $Property, [scriptblock] $Read)

    $code = [System.Reflection.Emit.OpCodes]
    $assembly = [System.Reflection.Emit.AssemblyBuilder]::DefineDynamicAssembly([System.Reflection.AssemblyName]::new($Name), [System.Reflection.Emit.AssemblyBuilderAccess]::Run)
    $type = $assembly.DefineDynamicModule($Name).DefineType($Name, 'Public, Class, Sealed')
    $reader = $type.DefineField('Reader', [Func[object, object, string, object]], 'Public, Static')
    $row = $type.DefineField('row', [object], 'Private')
    $shared = $type.DefineField('shared', [object], 'Private')

    $il = $type.DefineConstructor('Public', 'Standard', [type[]] @([object], [object])).GetILGenerator()
    $il.Emit($code::Ldarg_0)
    $il.Emit($code::Call, [object].GetConstructor([type]::EmptyTypes))
    $il.Emit($code::Ldarg_0)
    $il.Emit($code::Ldarg_1)
    $il.Emit($code::Stfld, $row)
    $il.Emit($code::Ldarg_0)
    $il.Emit($code::Ldarg_2)
    $il.Emit($code::Stfld, $shared)
    $il.Emit($code::Ret)

    # Methods, as nothing lists or exports what they give.
    foreach ($method in @(@('GetRow', $row), @('GetShared', $shared))) {
        $il = $type.DefineMethod($method[0], 'Public, HideBySig', [object], [type]::EmptyTypes).GetILGenerator()
        $il.Emit($code::Ldarg_0)
        $il.Emit($code::Ldfld, $method[1])
        $il.Emit($code::Ret)
    }
    foreach ($key in $Property.Keys) {
        $of = $Property[$key]
        $valueType = if ($null -eq $of) { [object] } else { $of }
        $member = $type.DefineProperty($key, 'None', $valueType, $null)
        $get = $type.DefineMethod("get_$key", 'Public, SpecialName, HideBySig', $valueType, [type]::EmptyTypes)
        $member.SetGetMethod($get)
        $il = $get.GetILGenerator()
        if ($null -eq $of) {
            $il.Emit($code::Ldsfld, $reader)
            foreach ($field in $row, $shared) {
                $il.Emit($code::Ldarg_0)
                $il.Emit($code::Ldfld, $field)
            }
            $il.Emit($code::Ldstr, $key)
            $il.Emit($code::Callvirt, [Func[object, object, string, object]].GetMethod('Invoke'))
        } else {
            $value = $type.DefineField("_$key", $valueType, 'Private')
            $il.Emit($code::Ldarg_0)
            $il.Emit($code::Ldfld, $value)
            $set = $type.DefineMethod("set_$key", 'Public, SpecialName, HideBySig', [void], [type[]] @($valueType))
            $member.SetSetMethod($set)
            $setter = $set.GetILGenerator()
            $setter.Emit($code::Ldarg_0)
            $setter.Emit($code::Ldarg_1)
            $setter.Emit($code::Stfld, $value)
            $setter.Emit($code::Ret)
        }
        $il.Emit($code::Ret)
    }
    $made = $type.CreateType()
    $made::Reader = [Func[object, object, string, object]] $Read
    return $made
}
