# Objects of any kind become text in the separated form (see include/proxycalc.h): the fastest that a script can write.
#
# What costs is measured, not guessed (docs/performance.md): reading a property that an object does not have costs four
# times one that it has, and looking at an object's properties costs more than all else. So the shape of the objects is
# found once, a script block is made for it, and that one loops over many objects of the shape. An object is looked at
# again where its id or its addresses are empty, at every 64th object, at the end of each piece of text, and among the
# first 256. Where one differs, what was written since the last look is taken back and every object of it looked at. So
# only objects that keep the names of id and addresses, differ in another name, and are fewer than 64 between two of the
# first shape can have such a property read as empty.

$script:Separator = [pscustomobject] @{ Row = [char] 0x1E; Field = [char] 0x1F; Value = [char] 0x1D }

# Properties with several values; the name is folded as the library folds it.
$script:ListProperty = 'emailaddresses', 'proxyaddresses', 'imaddresses', 'sipproxyaddress', 'objectclass', 'grouptypes', 'assignedplans', 'verifieddomains', 'onpremises.proxyaddresses'
# Properties that can be bytes (a GUID, a SID), and those that can be dates.
$script:BytesProperty = 'objectguid', 'ms-ds-consistencyguid', 'msds-consistencyguid', 'msexchmailboxguid', 'objectsid', 'sid', 'msexchmasteraccountsid', 'sourceanchor'
$script:DateProperty = 'whensoftdeleted', 'deleteddatetime', 'deletiontimestamp', 'softdeletiontimestamp'
# One of these says who an object is, where it has it.
$script:IdProperty = 'externaldirectoryobjectid', 'objectguid', 'id', 'objectid', 'guid', 'sourceanchor', 'distinguishedname', 'userprincipalname', 'identity', 'name'

# Two runspaces that look at one object for the first time in one moment can leave its psobject without anything in it,
# for good (seen in PowerShell 7.6, four runspaces, one object in a thousand): then its properties come by reflection.
$script:PropertiesOfObject = [psobject].GetProperty('Properties')

# The properties of an object, for foreach.
function Get-ObjectProperty {
    param($InputObject)

    if ($null -eq $InputObject) { return }
    $view = $InputObject.psobject
    if ($null -ne $view.BaseObject) { return $view.Properties }
    return $script:PropertiesOfObject.GetValue($InputObject)
}

# The property names of an object. A dictionary's are its keys.
function Get-PropertyName {
    param($InputObject)

    if ($InputObject -is [System.Collections.IDictionary]) {
        return , [string[]] @($InputObject.Keys)
    }
    return , [string[]] @(foreach ($property in (Get-ObjectProperty -InputObject $InputObject)) { $property.Name })
}

# What two objects of one shape have in common, as one text to compare.
function Get-ShapeSignature {
    param($InputObject)

    if ($InputObject -is [System.Collections.IDictionary]) {
        return 'keys' + [string]::Join([string] [char] 0, [string[]] @($InputObject.Keys))
    }
    $view = $InputObject.psobject
    if ($null -eq $view.BaseObject) { return [string]::Join([string] [char] 0, (Get-PropertyName -InputObject $InputObject)) }
    return [string]::Join([string] [char] 0, [string[]] @(foreach ($property in $view.Properties) { $property.Name }))
}

function ConvertTo-FoldedName {
    param([string] $Name)

    return $Name.Replace(' ', '').Replace('_', '').ToLowerInvariant()
}

# PowerShell reads a property that throws as $null, which would look like no address. Where a value came empty, this
# reads it in the way that throws.
function Assert-Readable {
    param($InputObject, [string[]] $Name)

    if ($InputObject -is [System.Collections.IDictionary]) { return }
    foreach ($property in (Get-ObjectProperty -InputObject $InputObject)) {
        if ($property -isnot [System.Management.Automation.PSNoteProperty] -and $Name -contains $property.Name) {
            try {
                [void] $property.get_Value()
            } catch {
                throw "$($property.Name) cannot be read: $($_.Exception.GetBaseException().Message)"
            }
        }
    }
}

# Who a record is, for a message; it may be the one that cannot be read.
function Get-RecordLabel {
    param($InputObject)

    foreach ($name in 'Identity', 'UserPrincipalName', 'DisplayName', 'Name', 'PrimarySmtpAddress', 'mail', 'DistinguishedName', 'ExternalDirectoryObjectId', 'Id', 'ObjectGUID') {
        try { $value = [string] $InputObject.$name } catch { $value = '' }
        if ($value) { return $value }
    }
    return 'a record without a name'
}

# Notes a record that could not be sent, once.
function Add-FailedRecord {
    param($Failed, $Record, [string] $Message)

    # A piece of text is sent again as JSON where it holds a separator: look back as far as a piece can reach.
    for ($i = $Failed.Count - 1; $i -ge 0 -and $i -ge $Failed.Count - $script:BufferedObjects; $i--) {
        if ([object]::ReferenceEquals($Failed[$i].Record, $Record)) { return }
    }
    $Failed.Add([pscustomobject] @{ Record = $Record; Message = "$(Get-RecordLabel -InputObject $Record): $Message" })
}

# Names come from data (a CSV header can hold anything): in the made script they stand in quotes, all kinds escaped.
function ConvertTo-QuotedName {
    param([string] $Name)

    return "'" + [System.Management.Automation.Language.CodeGeneration]::EscapeSingleQuotedStringContent($Name) + "'"
}

# The properties of an object that the library knows.
function Get-KnownName {
    param($InputObject, [System.Collections.Generic.HashSet[string]] $Known)

    return , [string[]] @(foreach ($name in (Get-PropertyName -InputObject $InputObject)) { if ($Known.Contains((ConvertTo-FoldedName -Name $name))) { $name } })
}

# The shape of an object: which properties are sent, and the script block that writes them.
function New-RecordShape {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'It makes an object and changes nothing.')]
    param($InputObject, [System.Collections.Generic.HashSet[string]] $Known)

    $single = [System.Collections.Generic.List[string]]::new()
    $list = [System.Collections.Generic.List[string]]::new()
    $folded = @{}
    foreach ($name in (Get-PropertyName -InputObject $InputObject)) {
        $key = ConvertTo-FoldedName -Name $name
        if ($Known.Contains($key) -and -not $folded.ContainsKey($key)) {
            $folded[$key] = $name
            if ($script:ListProperty -contains $key) { $list.Add($name) } else { $single.Add($name) }
        }
    }
    # A page as Graph answers it (Invoke-MgGraphRequest): nothing of it is an object's, and its objects are in one list.
    $page = ''
    if ($folded.Count -eq 0) {
        foreach ($name in (Get-PropertyName -InputObject $InputObject)) { if ($name -eq 'value' -and $InputObject.$name -is [System.Collections.IList]) { $page = $name } }
    }
    $names = $single
    if ($folded.Count -eq 0) {
        # The first names, for the message that none is known: a blank keeps [] from the end, and halves of characters cannot
        # be sent. Their values are not.
        $names = @(foreach ($name in (Get-PropertyName -InputObject $InputObject)) { "$name " -replace '[\uD800-\uDFFF]', '?' }) | Select-Object -First 3
        foreach ($name in $names) { $single.Add('') }
    }
    if ($single.Count -eq 0) {
        # A shape needs a field. An empty name is none of the library's.
        $names = , ''
        $single.Add('')
    }
    $fields = ConvertTo-Json -Compress -InputObject @(@($names) + @(foreach ($name in $list) { "$name[]" }))
    $id = ''
    foreach ($key in $script:IdProperty) {
        if ($folded.ContainsKey($key)) { $id = $folded[$key]; break }
    }
    $address = ''
    foreach ($key in 'emailaddresses', 'proxyaddresses', 'mail', 'primarysmtpaddress') {
        if ($folded.ContainsKey($key)) { $address = $folded[$key]; break }
    }
    $names = $single.ToArray() + $list.ToArray()
    return [pscustomobject] @{
        Signature = Get-ShapeSignature -InputObject $InputObject
        Fields    = $fields
        Page      = $page
        Names     = $names
        # Values that are objects (JSON of Exchange's own types, say) go as JSON, all of them.
        Nested    = Test-NestedValue -InputObject $InputObject -Name $names
        Write     = New-ShapeWriter -Single $single -List $list -Id $id -Address $address -Guard:(Test-ListInSingle -InputObject $InputObject -Name $single)
    }
}

# The script that writes objects $chunk[$from] … $chunk[$to - 1] into $text, until one of another shape comes or enough
# is written. It returns the number of the first object not written, how many were written, and whether
# some were taken back. Errors of single objects go to $failed.
function New-ShapeWriter {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'It makes an object and changes nothing.')]
    param([System.Collections.Generic.List[string]] $Single, [System.Collections.Generic.List[string]] $List, [string] $Id, [string] $Address, [switch] $Guard)

    $line = [System.Collections.Generic.List[string]]::new()
    $line.Add('param($chunk, $from, $to, $text, $signature, $names, $deep, $failed, $separator, $most)')
    $line.Add('$field = $separator.Field; $value = $separator.Value; $row = $separator.Row; $lost = 0; $back = $false')
    $line.Add('$mark = $from; $markLength = $text.Length; $markLost = 0; $all = $signature.Split([char] 0)')
    $line.Add('for ($i = $from; $i -lt $to; $i++) {')
    $line.Add('$start = $text.Length; if ($start -ge $most) { break }')
    $line.Add('$r = $chunk[$i]')
    $line.Add('try {')
    for ($i = 0; $i -lt $List.Count; $i++) {
        # The cast makes strings of a provider's own types and of ArrayList, which Join would print as type names.
        $read = "`$r.$(ConvertTo-QuotedName -Name $List[$i])"
        if ((ConvertTo-FoldedName -Name $List[$i]) -eq 'assignedplans') { $read = "@(ConvertTo-PlanText -Value $read)" }
        $line.Add("[string[]] `$l$i = $read")
    }
    # The library asks for the name only where there is no identity: a property not read is a tenth of the time.
    $spareName = -not $Guard -and $Single -contains 'identity' -and $Single -contains 'name' -and $Id -ne 'identity'
    if ($spareName) { $line.Add('$identity = $r.Identity; if ($identity) { $name = $null } else { $name = $r.Name }') }
    $fields = foreach ($name in $Single) {
        $read = if ($name) { "`$r.$(ConvertTo-QuotedName -Name $name)" } else { "''" }
        $key = ConvertTo-FoldedName -Name $name
        if ($script:BytesProperty -contains $key) {
            $variable = if ($name -eq $Id) { '$id' } else { "`$v$($line.Count)" }
            $line.Add("`$b = $read; if (`$b -is [System.Collections.IList]) { `$b = ConvertTo-BytesText -Value `$b }; $variable = `$b")
            $variable
        } elseif ($script:DateProperty -contains $key) {
            $line.Add("`$b = $read; if (`$b -is [System.ValueType]) { `$b = ConvertTo-DateText -Value `$b }; `$v$($line.Count) = `$b")
            "`$v$($line.Count - 1)"
        } elseif ($Guard -and $name) {
            $variable = if ($name -eq $Id) { '$id' } else { "`$v$($line.Count)" }
            $line.Add("$variable = $read; if ($variable -is [System.Collections.IList]) { $variable = ConvertTo-SingleValue -Value $variable }")
            $variable
        } elseif ($spareName -and 'identity', 'name' -contains $name) {
            '$' + $name.ToLowerInvariant()
        } elseif ($name -eq $Id) {
            $line.Add("`$id = $read")
            '$id'
        } else {
            $read
        }
    }
    $empty = [System.Collections.Generic.List[string]]::new()
    if ($Id -and @($fields) -contains '$id') { $empty.Add('$null -eq $id') }
    if ($Address) {
        $at = $List.IndexOf($Address)
        $empty.Add($(if ($at -ge 0) { "`$l$at.Length -eq 0" } else { "-not `$r.$(ConvertTo-QuotedName -Name $Address)" }))
    }
    # Where neither tells that something else came (a null, another shape), each object is looked at.
    if ($empty.Count -eq 0) { $empty.Add('$true') }
    $empty.Add('$deep'); $empty.Add('($i -band 63) -eq 0')
    $takeBack = '$back = $i -gt $from; $i = $mark; $text.Length = $markLength; $lost = $markLost'
    $line.Add("if ($($empty -join ' -or ')) {")
    # The common answer costs a fifth of the function, which has the last word.
    $line.Add('$n = 0; foreach ($p in $r.psobject.Properties) { if ($n -ge $all.Length -or -not $all[$n].Equals($p.Name)) { $n = -1; break }; $n++ }')
    $line.Add("if (`$n -ne `$all.Length -and (Get-ShapeSignature -InputObject `$r) -cne `$signature) { if (-not `$deep) { $takeBack }; break }")
    $line.Add("if ($($empty[0..($empty.Count - 2)] -join ' -or ')) { Assert-Readable -InputObject `$r -Name `$names }")
    $line.Add('$mark = $i; $markLength = $start; $markLost = $lost }')
    $hasAppendJoin = [System.Text.StringBuilder].GetMember('AppendJoin').Length -gt 0
    $join = if ($hasAppendJoin) { '[void] $text.AppendJoin({0}, {1})' } else { '[void] $text.Append([string]::Join([string] {0}, {1}))' }
    # The lists come last.
    $head = @($fields) + $(if ($List.Count -gt 0) { , '$l0.Length' })
    if ($List.Count -eq 1 -and $hasAppendJoin) {
        # One list, as nearly always: one chain of calls takes a fifth less than one statement a call.
        $chain = '$text.AppendJoin($field, @({0}))' -f ($head -join ', ')
        $line.Add("if (`$l0) { [void] $chain.Append(`$value).AppendJoin(`$value, `$l0).Append(`$row) } else { [void] $chain.Append(`$row) }")
    } else {
        $line.Add(($join -f '$field', "@($($head -join ', '))"))
        for ($i = 0; $i -lt $List.Count; $i++) {
            if ($i -gt 0) { $line.Add("[void] `$text.Append(`$field).Append([int] `$l$i.Length)") }
            $line.Add("if (`$l$i) { [void] `$text.Append(`$value); $($join -f '$value', "`$l$i") }")
        }
        $line.Add('[void] $text.Append($row)')
    }
    # A property that throws: the record is taken back and reported, the others go on.
    $line.Add('} catch { $text.Length = $start; $lost++; Add-FailedRecord -Failed $failed -Record $r -Message $_.Exception.GetBaseException().Message }')
    $line.Add('}')
    $line.Add("if (-not `$deep -and -not `$back -and `$i -gt `$from -and (Get-ShapeSignature -InputObject `$chunk[`$i - 1]) -cne `$signature) { $takeBack }")
    $line.Add('$i; $i - $from - $lost; $back')
    return $ExecutionContext.InvokeCommand.NewScriptBlock($line -join "`n")
}

# One value where a list came: Active Directory has an empty one for an attribute that is not set.
function ConvertTo-SingleValue {
    param($Value)

    if ($Value.Count -eq 0) { return '' }
    if ($Value.Count -eq 1) { return [string] $Value[0] }
    # More than one is nothing that can be read; its text is a type's name, and that is an error.
    return $Value.psobject.BaseObject.ToString()
}

# Whether the objects of this shape may have lists in properties of one value: objects of .NET, those of Active Directory
# also after Export-Clixml or Select-Object, and where the first has one. A look at every value would cost a tenth.
function Test-ListInSingle {
    param($InputObject, [string[]] $Name)

    if ($InputObject -is [System.Collections.IDictionary] -or $InputObject -is [System.Management.Automation.PSCustomObject]) {
        foreach ($property in $Name) {
            if ($property -and $InputObject.$property -is [System.Collections.IList]) { return $true }
        }
        return [bool] ($InputObject.psobject.TypeNames -like '*ActiveDirectory*')
    }
    return $true
}

# Bytes as base64, a SID as its text. Through JSON they come as an array of numbers.
function ConvertTo-BytesText {
    param($Value)

    if ($Value -is [System.Collections.IList]) {
        if ($Value.Count -eq 0) { return '' }
        $bytes = $Value -as [byte[]]
        if ($null -ne $bytes -and $bytes.Length -ne 16 -and $bytes.Length -ge 8 -and $bytes[0] -eq 1 -and $bytes.Length -eq 8 + 4 * $bytes[1]) {
            # A SID: S-1-authority-…
            $authority = [long] 0
            for ($i = 2; $i -lt 8; $i++) { $authority = $authority * 256 + $bytes[$i] }
            $part = for ($i = 8; $i -lt $bytes.Length; $i += 4) { [long] $bytes[$i] + 256L * $bytes[$i + 1] + 65536L * $bytes[$i + 2] + 16777216L * $bytes[$i + 3] }
            return 'S-1-{0}-{1}' -f $authority, ($part -join '-')
        }
        if ($null -ne $bytes -and $bytes.Length -gt 1) { return [System.Convert]::ToBase64String($bytes) }
        if ($Value.Count -eq 1) { return [string] $Value[0] }
    }
    return $Value
}

# Service plans as Graph has them: the id and the status of each. What is text already stays.
function ConvertTo-PlanText {
    param($Value)

    foreach ($plan in $Value) {
        $id = if ($null -ne $plan -and $plan -isnot [string]) { Get-NestedMember -InputObject $plan -Name 'servicePlanId' }
        if ($id) { '{0} {1}' -f $id, (Get-NestedMember -InputObject $plan -Name 'capabilityStatus') } elseif ($plan) { [string] $plan }
    }
}

# A date as ISO 8601 in UTC, whatever the culture and its calendar.
function ConvertTo-DateText {
    param($Value)

    if ($Value -is [datetime]) { return $Value.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ', [cultureinfo]::InvariantCulture) }
    if ($Value -is [System.Collections.IList]) { return ConvertTo-DateText -Value $(if ($Value.Count -eq 1) { $Value[0] } else { ConvertTo-SingleValue -Value $Value }) }
    if ($Value -is [System.DateTimeOffset]) { return $Value.UtcDateTime.ToString('yyyy-MM-ddTHH:mm:ssZ', [cultureinfo]::InvariantCulture) }
    return $Value
}

# Whether a value has properties of its own that its text would not show: what ConvertFrom-Json makes of an object.
function Test-Nested {
    param($Value)

    return $Value -is [System.Collections.IDictionary] -or ($Value -is [System.Management.Automation.PSCustomObject] -and
        # What Import-Clixml or remoting made of an object keeps its text.
        -not ($Value.psobject.TypeNames[0] -like 'Deserialized.*' -and $Value.ToString() -and -not $Value.ToString().StartsWith('@{')))
}

# Whether any of these properties holds an object, or a list of them.
function Test-NestedValue {
    param($InputObject, [string[]] $Name)

    foreach ($property in $Name) {
        $value = $null
        # Plans are made text.
        if ($property -and (ConvertTo-FoldedName -Name $property) -eq 'assignedplans') { continue }
        try { if ($property) { $value = $InputObject.$property } } catch { $value = $null }
        if ($null -eq $value -or $value -is [string]) { continue }
        if (Test-Nested -Value $value) { return $true }
        if ($value -is [System.Collections.IList]) {
            foreach ($item in $value) {
                if ($item -isnot [string] -and (Test-Nested -Value $item)) { return $true }
            }
        }
    }
    return $false
}

# A value as ConvertTo-Json shall write it: text, a list of it, or an object with values of that kind.
function ConvertTo-PlainValue {
    param($Value, [int] $Depth)

    if ($null -eq $Value) { return $null }
    if ($Value -is [bool]) { return $Value }
    if ($Value -is [string]) { return [string] $Value }
    if ($Value -is [datetime] -or $Value -is [System.DateTimeOffset]) { return ConvertTo-DateText -Value $Value }
    if ($Value -is [byte[]]) { return [System.Convert]::ToBase64String($Value) }
    if ($Depth -gt 0 -and (Test-Nested -Value $Value)) {
        $plain = [ordered] @{}
        foreach ($name in (Get-PropertyName -InputObject $Value)) {
            $plain[$name] = ConvertTo-PlainValue -Value $Value.$name -Depth ($Depth - 1)
        }
        return $plain
    }
    if ($Depth -gt 0 -and [System.Management.Automation.LanguagePrimitives]::GetEnumerator($Value)) {
        return , [object[]] @(foreach ($item in $Value) { ConvertTo-PlainValue -Value $item -Depth ($Depth - 1) })
    }
    return [string] $Value
}

# One member of an object that another one holds, in any case; what Graph's types do not have as a property they keep beside.
function Get-NestedMember {
    param($InputObject, [string] $Name)

    $further = $null
    if ($InputObject -is [System.Collections.IDictionary]) {
        foreach ($key in $InputObject.Keys) {
            if ($key -eq $Name) { return , $InputObject[$key] }
            if ($key -eq 'AdditionalProperties') { $further = $InputObject[$key] }
        }
    } else {
        $property = $InputObject.psobject.Properties[$Name]
        if ($property) { return , $property.Value }
        $property = $InputObject.psobject.Properties['AdditionalProperties']
        if ($property) { $further = $property.Value }
    }
    if ($further -is [System.Collections.IDictionary]) { return Get-NestedMember -InputObject $further -Name $Name }
}

# An object, or a list of them, with the members that are read: $Nested names those of each property. Graph's own types
# print as their names, so ConvertTo-PlainValue cannot know what of them matters.
function ConvertTo-NestedValue {
    param($Value, [string] $Property, [hashtable] $Nested)

    if ($null -eq $Value -or $Value -is [string]) { return $Value }
    if ($Value -is [System.ValueType]) { return ConvertTo-PlainValue -Value $Value -Depth 0 }
    $page = $null
    if ($Value -isnot [System.Collections.IList]) { $page = Get-NestedMember -InputObject $Value -Name 'value' }
    if ($page -is [System.Collections.IList]) { $Value = $page }
    $isObject = $Value -is [System.Collections.IDictionary] -or $Value -is [System.Management.Automation.PSCustomObject]
    if (-not $isObject -and [System.Management.Automation.LanguagePrimitives]::GetEnumerator($Value)) {
        return , [object[]] @(foreach ($item in $Value) { ConvertTo-NestedValue -Value $item -Property $Property -Nested $Nested })
    }
    $plain = [ordered] @{}
    foreach ($name in $Nested[$Property]) {
        $member = Get-NestedMember -InputObject $Value -Name $name
        $plain[$name] = if ($Nested.ContainsKey($name)) { ConvertTo-NestedValue -Value $member -Property $name -Nested $Nested } else { ConvertTo-PlainValue -Value $member -Depth 2 }
    }
    return $plain
}

# One object as one line of JSON: for the rare object whose values are objects or hold a separator, and for those of which
# objects in objects are read ($Nested).
function ConvertTo-RecordJson {
    param($InputObject, [string[]] $Name, [hashtable] $Nested = @{})

    $record = [ordered] @{}
    foreach ($property in $Name) {
        if ($property) {
            $value = $InputObject.$property
            $folded = ConvertTo-FoldedName -Name $property
            if ($Nested.ContainsKey($folded)) {
                $record[$property] = ConvertTo-NestedValue -Value $value -Property $folded -Nested $Nested
                continue
            }
            if ($folded -eq 'assignedplans') { $value = @(ConvertTo-PlanText -Value $value) }
            if ($value -is [System.Collections.IList] -and $script:BytesProperty -contains $folded) {
                $value = ConvertTo-BytesText -Value $value
            }
            $record[$property] = ConvertTo-PlainValue -Value $value -Depth 4
        }
    }
    return ConvertTo-Json -InputObject $record -Compress -Depth 8
}
