# Objects of any kind become text in the separated form (see include/proxycalc.h): the fastest that a script can write.
#
# What costs is measured, not guessed (docs/performance.md): reading a property that an object does not have costs four
# times one that it has, and looking at an object's properties costs more than all else. So the shape of the objects is
# found once, a script block is made for it, and that one loops over many objects of the shape. An object is looked at
# again where its id or its addresses are empty, at every 64th object, and among the first 256: a stream that changes
# its shape and keeps the names of both those properties may have its other properties read as empty for up to 63 objects.

$script:Separator = [pscustomobject] @{ Row = [char] 0x1E; Field = [char] 0x1F; Value = [char] 0x1D }

# Properties with several values; the name is folded as the library folds it.
$script:ListProperty = 'emailaddresses', 'proxyaddresses', 'imaddresses', 'sipproxyaddress', 'objectclass', 'grouptypes'
# Properties that can be bytes, and those that can be dates.
$script:BytesProperty = 'objectguid', 'ms-ds-consistencyguid', 'msds-consistencyguid', 'msexchmailboxguid', 'objectsid', 'sid', 'msexchmasteraccountsid', 'sourceanchor'
$script:DateProperty = 'whensoftdeleted', 'deleteddatetime', 'deletiontimestamp', 'softdeletiontimestamp'
# One of these says who an object is, where it has it.
$script:IdProperty = 'externaldirectoryobjectid', 'objectguid', 'id', 'objectid', 'guid', 'sourceanchor', 'distinguishedname', 'userprincipalname', 'identity', 'name'

# The property names of an object. A dictionary's are its keys.
function Get-PropertyName {
    param($InputObject)

    if ($InputObject -is [System.Collections.IDictionary]) {
        return , [string[]] @($InputObject.Keys)
    }
    return , [string[]] @(foreach ($property in $InputObject.psobject.Properties) { $property.Name })
}

# What two objects of one shape have in common, as one text to compare.
function Get-ShapeSignature {
    param($InputObject)

    if ($InputObject -is [System.Collections.IDictionary]) {
        return 'keys' + [string]::Join([string] [char] 0, [string[]] @($InputObject.Keys))
    }
    return [string]::Join([string] [char] 0, [string[]] @(foreach ($property in $InputObject.psobject.Properties) { $property.Name }))
}

function ConvertTo-FoldedName {
    param([string] $Name)

    return $Name.Replace(' ', '').Replace('_', '').ToLowerInvariant()
}

# Names come from data (a CSV header can hold anything): in the made script they stand in quotes, all kinds escaped.
function ConvertTo-QuotedName {
    param([string] $Name)

    return "'" + [System.Management.Automation.Language.CodeGeneration]::EscapeSingleQuotedStringContent($Name) + "'"
}

# The shape of an object: which properties are sent, and the script block that writes them.
function New-RecordShape {
    param($InputObject, [System.Collections.Generic.HashSet[string]] $Known)

    $single = New-Object System.Collections.Generic.List[string]
    $list = New-Object System.Collections.Generic.List[string]
    $folded = @{}
    foreach ($name in (Get-PropertyName -InputObject $InputObject)) {
        $key = ConvertTo-FoldedName -Name $name
        if ($Known.Contains($key) -and -not $folded.ContainsKey($key)) {
            $folded[$key] = $name
            if ($script:ListProperty -contains $key) { $list.Add($name) } else { $single.Add($name) }
        }
    }
    if ($single.Count -eq 0) {
        # A shape needs a field. An empty name is none of the library's.
        $single.Add('')
    }
    $idKey = $script:IdProperty | Where-Object { $folded.ContainsKey($_) } | Select-Object -First 1
    $addressKey = 'emailaddresses', 'proxyaddresses', 'mail', 'primarysmtpaddress' | Where-Object { $folded.ContainsKey($_) } | Select-Object -First 1
    $header = ConvertTo-Json -Compress -InputObject @($single.ToArray() + @($list | ForEach-Object { "$_[]" }))
    return [pscustomobject] @{
        Signature = Get-ShapeSignature -InputObject $InputObject
        Fields    = $header
        Names     = $single.ToArray() + $list.ToArray()
        Write     = New-ShapeWriter -Single $single -List $list -Id $folded[[string] $idKey] -Address $folded[[string] $addressKey]
    }
}

# The script that writes objects $chunk[$from] … $chunk[$to - 1] into $text, until one of another shape comes or enough
# is written. It returns the number of the first object not written. Errors of single objects go to $failed.
function New-ShapeWriter {
    param([System.Collections.Generic.List[string]] $Single, [System.Collections.Generic.List[string]] $List, [string] $Id, [string] $Address)

    $line = New-Object System.Collections.Generic.List[string]
    $line.Add('param($chunk, $from, $to, $text, $signature, $deep, $failed, $separator, $most)')
    $line.Add('$field = $separator.Field; $value = $separator.Value; $row = $separator.Row; $count = 0')
    $line.Add('for ($i = $from; $i -lt $to; $i++) {')
    $line.Add('if ($text.Length -ge $most) { break }')
    $line.Add('$r = $chunk[$i]; $start = $text.Length')
    $line.Add('try {')
    for ($i = 0; $i -lt $List.Count; $i++) {
        # The cast makes strings of a provider's own types and of ArrayList, which Join would print as type names.
        $line.Add("[string[]] `$l$i = `$r.$(ConvertTo-QuotedName -Name $List[$i])")
    }
    $fields = foreach ($name in $Single) {
        $read = if ($name) { "`$r.$(ConvertTo-QuotedName -Name $name)" } else { "''" }
        $key = ConvertTo-FoldedName -Name $name
        if ($script:BytesProperty -contains $key) {
            $line.Add("`$b = $read; if (`$b -is [byte[]]) { `$b = [System.Convert]::ToBase64String(`$b) }; `$v$($line.Count) = `$b")
            "`$v$($line.Count - 1)"
        } elseif ($script:DateProperty -contains $key) {
            $line.Add("`$b = $read; if (`$b -is [datetime]) { `$b = `$b.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ', [cultureinfo]::InvariantCulture) }; `$v$($line.Count) = `$b")
            "`$v$($line.Count - 1)"
        } elseif ($name -eq $Id) {
            $line.Add("`$id = $read")
            '$id'
        } else {
            $read
        }
    }
    $empty = New-Object System.Collections.Generic.List[string]
    if ($Id -and @($fields) -contains '$id') { $empty.Add('$null -eq $id') }
    if ($Address) {
        $at = $List.IndexOf($Address)
        $empty.Add($(if ($at -ge 0) { "-not `$l$at" } else { "-not `$r.$(ConvertTo-QuotedName -Name $Address)" }))
    }
    $empty.Add('($i -band 63) -eq 0'); $empty.Add('$deep')
    $line.Add("if ($($empty -join ' -or ')) { if ((Get-ShapeSignature -InputObject `$r) -cne `$signature) { break } }")
    $all = @($fields)
    for ($i = 0; $i -lt $List.Count; $i++) { $all += "`$l$i.Length" }
    $hasAppendJoin = [bool] ([System.Text.StringBuilder].GetMethods() | Where-Object { $_.Name -eq 'AppendJoin' })
    $join = if ($hasAppendJoin) { '[void] $text.AppendJoin({0}, {1})' } else { '[void] $text.Append([string]::Join([string] {0}, {1}))' }
    # The lists come last. One list, as nearly always, is written with the single fields in one call.
    $head = @($fields) + $(if ($List.Count -gt 0) { , '$l0.Length' })
    $line.Add(($join -f '$field', "@($($head -join ', '))"))
    for ($i = 0; $i -lt $List.Count; $i++) {
        if ($i -gt 0) { $line.Add("[void] `$text.Append(`$field).Append([int] `$l$i.Length)") }
        $line.Add("if (`$l$i) { [void] `$text.Append(`$value); $($join -f '$value', "`$l$i") }")
    }
    $line.Add('[void] $text.Append($row); $count++')
    # A property that throws: the record is taken back and reported, the others go on.
    $line.Add('} catch { $text.Length = $start; $failed.Add([pscustomobject] @{ Record = $r; Message = $_.Exception.GetBaseException().Message }) }')
    $line.Add('}')
    $line.Add('$i; $count')
    return $ExecutionContext.InvokeCommand.NewScriptBlock($line -join "`n")
}

# One object as one line of JSON: for the rare object whose values hold a separator.
function ConvertTo-RecordJson {
    param($InputObject, [string[]] $Name)

    $record = [ordered] @{}
    foreach ($property in $Name) {
        if ($property) {
            $value = $InputObject.$property
            $isList = $script:ListProperty -contains (ConvertTo-FoldedName -Name $property)
            $record[$property] = if ($isList) { , [string[]] $value } elseif ($null -eq $value) { $null } else { [string] $value }
        }
    }
    return ConvertTo-Json -InputObject $record -Compress -Depth 3
}
