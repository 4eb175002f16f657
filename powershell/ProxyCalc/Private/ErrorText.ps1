# What an admin has of an error (a text, an ErrorRecord, an object of Graph or Entra Connect) becomes what the library reads.

# A user, group or contact carries its errors in these.
$script:CarriedError = 'onPremisesProvisioningErrors', 'serviceProvisioningErrors'
# More levels than error objects have.
$script:ErrorDepth = 12

# A text without the properties that Get-Content gives it: Windows PowerShell would write those as JSON too.
function ConvertTo-BareText {
    param([string] $Text)

    return [string]::new($Text.ToCharArray())
}

# Whether an object can carry errors: $null for one that cannot, else whether there are any. Most have none, and there can
# be very many of them.
function Test-Carrier {
    param($InputObject)

    $can = $null
    foreach ($name in $script:CarriedError) {
        $property = $InputObject.psobject.Properties[$name]
        if ($property) {
            $value = $property.Value
        } elseif ($null -ne ($value = Get-NestedMember -InputObject $InputObject -Name $name)) {
            # A key of a dictionary, or what Graph keeps beside the properties.
            $can = $false
        } else {
            continue
        }
        if ($null -ne $value -and -not ($value -is [System.Collections.ICollection] -and $value.Count -eq 0)) { return $true }
        $can = $false
    }
    return $can
}

# The messages of an exception and of those inside it, each once.
function Get-ExceptionMessage {
    param($Exception, [System.Collections.Generic.List[string]] $Message)

    # Also what remoting and Import-Clixml make of one: an object with these properties.
    for ($i = 0; $null -ne $Exception -and $i -lt 16; $i++) {
        $text = [string] (Get-NestedMember -InputObject $Exception -Name 'Message')
        if ($text -and -not $Message.Contains($text)) { $Message.Add($text) }
        $Exception = Get-NestedMember -InputObject $Exception -Name 'InnerException'
    }
}

# The text of an ErrorRecord as a console shows it: details first, as they say more than the exception, then its messages,
# then the lines about the record, which name the exception also where its message is in another language.
function ConvertTo-ErrorRecordText {
    param($ErrorRecord)

    $message = [System.Collections.Generic.List[string]]::new()
    $details = Get-NestedMember -InputObject $ErrorRecord -Name 'ErrorDetails'
    $text = [string] $(if ($null -ne $details) { Get-NestedMember -InputObject $details -Name 'Message' })
    if ($text) { $message.Add($text) }
    Get-ExceptionMessage -Exception (Get-NestedMember -InputObject $ErrorRecord -Name 'Exception') -Message $message
    foreach ($name in 'CategoryInfo', 'FullyQualifiedErrorId') {
        $value = [string] (Get-NestedMember -InputObject $ErrorRecord -Name $name)
        if ($value) { $message.Add("    + $name : $($value -replace '\s+', ' ')") }
    }
    return [string]::Join("`n", $message)
}

# A user, group or contact: what says who it is, and its errors. Nothing where they are empty all the same.
function ConvertTo-CarrierEntry {
    param($InputObject, [System.Collections.Generic.HashSet[string]] $Known)

    $errors = [ordered] @{}
    foreach ($name in $script:CarriedError) {
        $value = Get-NestedMember -InputObject $InputObject -Name $name
        $carried = @(foreach ($one in @($value)) {
                if ($null -ne $one) { ConvertTo-NestedValue -Value $one -Property $name.ToLowerInvariant() -Nested $script:ProvisioningNested }
            })
        if ($carried.Count -gt 0) { $errors[$name] = $carried }
    }
    if ($errors.Count -eq 0) { return $null }
    $entry = [ordered] @{}
    foreach ($name in (Get-KnownName -InputObject $InputObject -Known $Known)) {
        $entry[$name] = ConvertTo-PlainValue -Value $InputObject.$name -Depth 2
    }
    foreach ($name in 'id', 'displayName', 'userPrincipalName', 'mail', '@odata.type') {
        if (-not $entry.Contains($name)) {
            $value = Get-NestedMember -InputObject $InputObject -Name $name
            if ($null -ne $value) { $entry[$name] = [string] $value }
        }
    }
    # Graph's commands say by the .NET type what the JSON says by a property.
    if (-not $entry.Contains('@odata.type') -and [string] $InputObject.psobject.TypeNames[0] -match 'MicrosoftGraph(User|Group|OrgContact)\d*$') {
        $entry['@odata.type'] = "#microsoft.graph.$($Matches[1])"
    }
    foreach ($name in $errors.Keys) { $entry[$name] = $errors[$name] }
    return $entry
}

# An object of any other kind, as JSON shall hold it.
function ConvertTo-ObjectEntry {
    param($InputObject)

    if (Test-Nested -Value $InputObject) {
        return ConvertTo-PlainValue -Value $InputObject -Depth $script:ErrorDepth
    }
    $entry = [ordered] @{}
    foreach ($property in $InputObject.psobject.Properties) {
        try { $entry[$property.Name] = ConvertTo-PlainValue -Value $property.Value -Depth $script:ErrorDepth } catch { $entry[$property.Name] = $null }
    }
    return $entry
}

# Adds what a piece of the pipeline is to $Entry, a list of objects with Content (what the library reads), Message and
# Target; what cannot be read is added to $Failed. Arrays are taken apart.
function Add-ErrorEntry {
    param($InputObject, [System.Collections.Generic.List[object]] $Entry, $Scan)

    $base = $InputObject
    if ($InputObject -is [psobject]) { $base = $InputObject.psobject.BaseObject }
    if ($null -eq $base) { return }
    $message = $null
    $target = $null
    if ($base -is [string] -or $base -is [System.ValueType]) {
        $message = ConvertTo-BareText -Text ([string] $base)
        $content = $message
    } elseif ($base -is [System.IO.FileInfo]) {
        # Not tried: a caught error would still stand in the caller's -ErrorVariable.
        if (-not [System.IO.File]::Exists($base.FullName)) {
            $Scan.Failed.Add([pscustomobject] @{ Record = $base; Message = "There is no file $($base.FullName)." })
            return
        }
        $message = [System.IO.File]::ReadAllText($base.FullName)
        $content = $message
    } elseif ($base -is [System.Exception]) {
        $text = [System.Collections.Generic.List[string]]::new()
        Get-ExceptionMessage -Exception $base -Message $text
        $message = [string]::Join("`n", $text)
        $content = $message
    } elseif ($base -is [System.Management.Automation.ErrorRecord] -or $InputObject.psobject.TypeNames[0] -eq 'Deserialized.System.Management.Automation.ErrorRecord') {
        $message = [string] (Get-NestedMember -InputObject (Get-NestedMember -InputObject $InputObject -Name 'Exception') -Name 'Message')
        $target = Get-NestedMember -InputObject $InputObject -Name 'TargetObject'
        $content = ConvertTo-ErrorRecordText -ErrorRecord $InputObject
    } elseif ($base -is [System.Collections.IList] -or ($base -isnot [System.Collections.IDictionary] -and $base -isnot [System.Management.Automation.PSCustomObject] -and [System.Management.Automation.LanguagePrimitives]::GetEnumerator($base))) {
        foreach ($item in $base) { Add-ErrorEntry -InputObject $item -Entry $Entry -Scan $Scan }
        return
    } elseif ($null -ne ($carries = Test-Carrier -InputObject $InputObject)) {
        if (-not $carries) { return }
        $target = $InputObject
        $content = ConvertTo-CarrierEntry -InputObject $InputObject -Known $Scan.Known
        if ($null -eq $content) { return }
    } else {
        $target = $InputObject
        $content = ConvertTo-ObjectEntry -InputObject $InputObject
        # The pairs of ErrorExtraDetails come one by one: those that follow one another, until a key comes again, are one error.
        $key = if ($content.Count -eq 2 -and $content.Contains('Key') -and $content.Contains('Value')) { [string] $content['Key'] } else { $null }
        $last = if ($Entry.Count -gt 0) { $Entry[$Entry.Count - 1] } else { $null }
        if ($null -ne $key) {
            if ($last -and $last.Keys -and -not $last.Keys.Contains($key)) {
                [void] $last.Keys.Add($key)
                $last.Content.Add($content)
                return
            }
            $pairs = [System.Collections.Generic.List[object]]::new()
            $pairs.Add($content)
            $keys = [System.Collections.Generic.HashSet[string]]::new([System.StringComparer]::OrdinalIgnoreCase)
            [void] $keys.Add($key)
            $Entry.Add([pscustomobject] @{ Content = $pairs; Message = $null; Target = $InputObject; Keys = $keys })
            return
        }
    }
    $Entry.Add([pscustomobject] @{ Content = $content; Message = $message; Target = $target; Keys = $null })
}

# Emits what a page of the query "resolve" says.
function Read-ErrorAnalysis {
    param([string] $Page, [System.Collections.Generic.List[object]] $Entry)

    $state = [pscustomobject] @{ Head = $null; Addresses = $null; Holders = $null }
    Read-PageRow -Page $Page -Row {
        param($field, $escaped)

        if ($field[0] -eq 'E') {
            if ($state.Head) { ConvertTo-ErrorAnalysis -State $state -Entry $Entry }
            $state.Head = $field
            $state.Addresses = [System.Collections.Generic.List[object]]::new()
            $state.Holders = [System.Collections.Generic.List[object]]::new()
        } elseif ($field[0] -eq 'V') {
            if ($escaped) { $field = ConvertFrom-EscapedField -Field $field }
            $state.Addresses.Add([pscustomobject] @{
                    PSTypeName  = 'ProxyCalc.ErrorAddress'
                    AddressType = $field[1]
                    Address     = $field[2]
                    IsPrimary   = $field[3] -eq '1'
                    Value       = $field[4]
                    Attribute   = if ($field[5]) { $field[5] } else { $null }
                })
        } else {
            $state.Holders.Add((ConvertTo-ResultRow -Name 'AddressRow' -Page ([string]::Join([string] [char] 0x1F, $field))))
        }
    }
    if ($state.Head) { ConvertTo-ErrorAnalysis -State $state -Entry $Entry }
}

function ConvertTo-ErrorAnalysis {
    param($State, [System.Collections.Generic.List[object]] $Entry)

    $also = ConvertFrom-ListField -Field $State.Head[8]
    $steps = ConvertFrom-ListField -Field $State.Head[9]
    $head = ConvertFrom-EscapedField -Field $State.Head
    $value = @(foreach ($text in $head) { if ($text) { $text } else { $null } })
    $source = $Entry[[int] $head[1]]
    $holder = $null
    if ($head[10] -eq '1') {
        $holder = [pscustomobject] @{ PSTypeName = 'ProxyCalc.ErrorHolder'; Name = $value[11]; DistinguishedName = $value[12]; ObjectType = $value[13]; Id = $value[14] }
    }
    $loser = $null
    if ($head[15] -eq '1') {
        $loser = [pscustomobject] @{ PSTypeName = 'ProxyCalc.ErrorLoser'; Identity = $head[16]; DisplayName = $head[17]; Id = $value[18]; ObjectType = $value[19] }
    }
    return [pscustomobject] @{
        PSTypeName  = 'ProxyCalc.ErrorAnalysis'
        Code        = $head[2]
        IsConflict  = $head[3] -eq '1'
        Identity    = if ($loser) { $loser.Identity } else { $null }
        # Lists, not arrays: an array has a method Address, which would hide the property of its elements.
        Addresses   = $State.Addresses
        Attribute   = $value[4]
        Value       = $value[5]
        Holder      = $holder
        Holders     = $State.Holders
        Loser       = $loser
        Explanation = $head[6]
        NextSteps   = $steps
        Reference   = $value[7]
        AlsoFound   = $also
        Message     = $source.Message
        Target      = $source.Target
    }
}
