# Proxy calculation: previous states as the library takes them, and its rows as objects.

# What each reason code means, as the library's table says it; filled by the first calculation.
$script:Reason = @{}

# Sends what was before: objects of the cloud, or states of earlier results, or those results; files of them are read as files.
function Send-Previous {
    param($Scan, [object[]] $Previous)

    $type = Get-ResultType -Name 'Calculation'
    $Scan.SetField = '"set":"previous",'
    try {
        $records = [System.Collections.Generic.List[object]]::new()
        $rows = [System.Collections.Generic.List[object]]::new()
        foreach ($item in $Previous) {
            if ($null -eq $item) { continue }
            if ($item -is $type) {
                $rows.Add($item)
                continue
            }
            $state = Get-CalculationState -InputObject $item
            $records.Add($(if ($null -ne $state) { ConvertTo-FlatState -State $state } else { , $item }))
        }
        Send-CalculationRow -Scan $Scan -Row $rows
        Send-Record -Scan $Scan -Chunk $records
    } finally {
        $Scan.SetField = ''
    }
}

# Sends the states of results of this session as their rows have them, which is the form that the library takes: a hundredth of
# the time that making objects of them takes.
function Send-CalculationRow {
    param($Scan, [System.Collections.Generic.List[object]] $Row)

    $value = [string] [char] 0x1D
    $list = { param([string] $Text) if ($Text) { "$($Text.Split([char] 0x1D).Length)$value$Text" } else { '0' } }
    $fields = '["Identity","immutableId","licensed","userPrincipalName","mail","mailNickname","moera","recipientDisplayType","onPremises.userPrincipalName","onPremises.mail","onPremises.mailNickname","verifiedDomains[]","proxyAddresses[]","onPremises.proxyAddresses[]"]'
    $text = [System.Text.StringBuilder]::new()
    $count = 0
    for ($i = 0; $i -lt $Row.Count; $i++) {
        $field, $shared = $Row[$i].GetKept()
        if ($shared.Escaped) {
            # Such a value cannot stand in this form: it goes the long way.
            Send-Record -Scan $Scan -Chunk @(, (ConvertTo-FlatState -State $Row[$i].State))
        } else {
            $domains = if ($shared.Domain) { [string]::Join($value, $shared.Domain) } else { '' }
            [void] $text.Append([string]::Join([string] [char] 0x1F, @($field[2], $field[15], $field[9], $field[3], $field[4], $field[5], $field[7], $field[23], $field[16], $field[17], $field[18],
                        (& $list $domains), (& $list $field[8]), (& $list $field[19])))).Append([char] 0x1E)
            $count++
        }
        if ($count -gt 0 -and ($text.Length -ge $script:PieceCharacters -or $i -eq $Row.Count - 1)) {
            Send-Text -Scan $Scan -Text ('{"form":"separated",' + $Scan.SetField + '"count":' + $count + ',"fields":' + $fields + "}`n" + $text.ToString())
            [void] $text.Clear()
            $count = 0
        }
    }
}

# The state in an earlier result, or the object itself where it is one; nothing for an object of the cloud.
function Get-CalculationState {
    param($InputObject)

    if ($null -eq $InputObject -or $InputObject -is [string] -or $InputObject -is [System.ValueType]) { return $null }
    $names = Get-PropertyName -InputObject $InputObject
    if ($names -contains 'State' -and $null -ne $InputObject.State) {
        $InputObject = $InputObject.State
        $names = Get-PropertyName -InputObject $InputObject
    }
    if ($names -contains 'Cloud') { return $InputObject }
    return $null
}

# A state as one flat object, in the names that the library reads it by. What an older one does not have is left out.
function ConvertTo-FlatState {
    param($State)

    $flat = [ordered] @{}
    $names = Get-PropertyName -InputObject $State
    foreach ($name in $names) {
        $value = $State.$name
        $key = $name.ToLowerInvariant()
        if ($key -eq 'cloud' -or $key -eq 'onpremises') {
            if ($null -eq $value) { continue }
            $prefix = if ($key -eq 'cloud') { '' } else { 'onPremises.' }
            foreach ($inner in (Get-PropertyName -InputObject $value)) { $flat["$prefix$inner"] = $value.$inner }
        } else {
            $flat[$name] = $value
        }
    }
    # Where all are empty the library must still see that on premises said nothing, rather than that it is not known.
    if ($names -contains 'OnPremises' -and $null -ne $State.OnPremises -and -not $flat.Contains('onPremises.UserPrincipalName')) { $flat['onPremises.UserPrincipalName'] = $null }
    return [pscustomobject] $flat
}

# Emits what was calculated so far. Rows X are errors of single objects: they are kept for the end. All in one function: a
# call for each row would take longer than the rest.
function Read-ScanCalculation {
    param($Scan, [System.Collections.Generic.List[object]] $Failure)

    $value = [char] 0x1D
    $none = [string[]] @()
    $assumed = $Scan.Assumed
    $unknown = "$([char] 0x1C)LicenceUnknown$([char] 0x1C)"
    $type = Get-ResultType -Name 'Calculation'
    while ($null -ne ($page = Invoke-Native -Function 'proxycalc_scan_next' -Argument @(, $Scan.Handle))) {
        $escaped = $page.IndexOf([char] 0x1B) -ge 0
        $shared = [pscustomobject] @{ Escaped = $escaped; Domain = $Scan.VerifiedDomain; Reason = $script:Reason }
        foreach ($text in $page.Split([char] 0x1E)) {
            $field = $text.Split([char] 0x1F)
            if ($field[0] -eq 'C') {
                $lists = $field
                if ($escaped) { $field = ConvertFrom-EscapedField -Field $field.Clone() }
                $result = $type::new($field, @($lists, $shared))
                if (-not $field[8]) { $result.ProxyAddresses = $none } elseif ($escaped) { $result.ProxyAddresses = ConvertFrom-ListField -Field $lists[8] } else { $result.ProxyAddresses = $field[8].Split($value) }
                if ($field[11]) { $result.Changes = $field[11].Split($value) } else { $result.Changes = $none }
                if (-not $assumed.Contains('LicenceUnknown') -and -not $result.Licensed -and $field[12].IndexOf($unknown, [System.StringComparison]::Ordinal) -ge 0) { $assumed['LicenceUnknown'] = $result }
                if ($field[13] -and -not $assumed.Contains('PreviousNotFetched') -and $field[13].IndexOf('PreviousNotFetched', [System.StringComparison]::Ordinal) -ge 0) { $assumed['PreviousNotFetched'] = $result }
                $result
            } elseif ($field[0] -eq 'X') {
                if ($escaped) { $field = ConvertFrom-EscapedField -Field $field }
                $Failure.Add([pscustomobject] @{ Identity = $field[2]; Code = $field[3]; Message = $field[4]; Path = $field[5]; Record = [int] $field[6] })
            } elseif ($field[0] -eq 'R' -and -not $script:Reason.ContainsKey($field[1])) {
                $script:Reason[$field[1]] = [pscustomobject] @{ Basis = $field[2]; Source = $field[3]; Explanation = $field[4] }
            }
        }
    }
}

# One warning for each thing that was assumed because it was not fetched, however many objects that is true of. By hand a
# switch that is not given is off.
function Write-CalculationAssumption {
    param($Scan, [switch] $ByValue, $Cmdlet)

    $fetch = 'Get-MgUser -All -Property id,userPrincipalName,mail,mailNickname,proxyAddresses,onPremisesImmutableId,assignedPlans'
    $first = $Scan.Assumed['LicenceUnknown']
    if ($first -and -not $ByValue) {
        $Cmdlet.WriteWarning("LicenceUnknown: $($script:Reason['LicenceUnknown'].Explanation) The first one is $($first.Identity). Say it with -Licensed or -Licensed:`$false, or give -Previous with assignedPlans: $fetch")
    }
    $first = $Scan.Assumed['PreviousNotFetched']
    if ($first) {
        $warning = @($first.Warnings | Where-Object { $_.Code -eq 'PreviousNotFetched' })[0]
        $Cmdlet.WriteWarning("PreviousNotFetched: $($warning.Message) The first one is $($first.Identity). Fetch them: $fetch")
    }
}

# One non-terminating error for each object that could not be calculated.
function Write-CalculationFailure {
    param($Failure, $Cmdlet)

    foreach ($item in $Failure) {
        $name = if ($item.Identity) { "$($item.Identity) (object $($item.Record))" } else { "Object $($item.Record)" }
        $exception = New-Object System.IO.InvalidDataException ('{0}: {1}' -f $name, $item.Message)
        $Cmdlet.WriteError((New-Object System.Management.Automation.ErrorRecord $exception, "ProxyCalc.$($item.Code)", 'InvalidData', $item))
    }
}

# What is rarely looked at, made of the row that the result keeps; see Get-ResultType.
function Read-CalculationProperty {
    param($Object, [string] $Property)

    switch ($Property) {
        'ToString' { return $Object.Identity }
        'ProxyAddressText' { return [string]::Join('; ', $Object.ProxyAddresses) }
        'ChangeText' { return $(if ($Object.FirstSync) { 'first sync' } else { [string]::Join(', ', $Object.Changes) }) }
        'WarningText' { return [string]::Join([System.Environment]::NewLine, [string[]] @(foreach ($item in $Object.Warnings) { $item.ToString() })) }
        'QuarantinedText' { return [string]::Join([System.Environment]::NewLine, [string[]] @(foreach ($item in $Object.Quarantined) { $item.ToString() })) }
    }
    $field, $shared = $Object.GetKept()
    $unescape = { param($match) [string] [char] ([int] $match.Groups[1].Value[0] - 64) }
    $column = @{ Trace = 12; Warnings = 13; Quarantined = 14 }[$Property]
    if ($column) {
        if (-not $field[$column]) { return , [object[]] @() }
        return , [object[]] @(foreach ($item in $field[$column].Split([char] 0x1D)) {
                $part = @(foreach ($text in $item.Split([char] 0x1C)) { [regex]::Replace($text, '\x1B(.)', $unescape) })
                switch ($Property) {
                    'Trace' {
                        $reason = $shared.Reason[$part[3]]
                        [pscustomobject] @{
                            PSTypeName = 'ProxyCalc.TraceLine'
                            Attribute  = $part[0]
                            Value      = $part[1]
                            Action     = $part[2]
                            Reason     = $part[3]
                            Basis      = $reason.Basis
                            Detail     = if ($part[4]) { $part[4] } else { $reason.Explanation }
                            Source     = $reason.Source
                        }
                    }
                    'Warnings' {
                        [pscustomobject] @{
                            PSTypeName = 'ProxyCalc.CalculationWarning'
                            Code       = $part[0]
                            Message    = '{0} ({1})' -f $shared.Reason[$part[0]].Explanation, $part[1]
                        }
                    }
                    'Quarantined' {
                        [pscustomobject] @{
                            PSTypeName  = 'ProxyCalc.QuarantinedValue'
                            Attribute   = $part[0]
                            Value       = $part[1]
                            HeldBy      = $part[2]
                            Replacement = if ($part[3]) { $part[3] } else { $null }
                        }
                    }
                }
            })
    }
    # The state: what can be given back as -Previous.
    $text = @(foreach ($one in $field) { if ($one) { [regex]::Replace($one, '\x1B(.)', $unescape) } else { $null } })
    $list = { param([string] $texts) , [string[]] @(if ($texts) { foreach ($one in $texts.Split([char] 0x1D)) { [regex]::Replace($one, '\x1B(.)', $unescape) } }) }
    $number = { param([string] $digits) if ($digits -match '^\d{1,18}$') { [long] $digits } elseif ($digits) { $digits } else { $null } }
    return [pscustomobject] @{
        PSTypeName      = 'ProxyCalc.CalculationState'
        FirstSync       = $field[10] -eq '1'
        ImmutableId     = $text[15]
        OnPremises      = [pscustomobject] @{
            UserPrincipalName          = $text[16]
            Mail                       = $text[17]
            MailNickname               = $text[18]
            ProxyAddresses             = & $list $field[19]
            TargetAddress              = $text[20]
            MsExchRemoteRecipientType  = & $number $text[21]
            MsExchRecipientTypeDetails = & $number $text[22]
        }
        Licensed        = $field[9] -eq '1'
        Cloud           = [pscustomobject] @{
            UserPrincipalName    = $text[3]
            Mail                 = $text[4]
            MailNickname         = $text[5]
            ProxyAddresses       = & $list $field[8]
            Moera                = $text[7]
            RecipientDisplayType = & $number $text[23]
        }
        VerifiedDomains = $shared.Domain
    }
}

# An object that became its text would be an address that nobody has: what it holds would count as free.
function Assert-TakenAddress {
    param([string[]] $Address, $Cmdlet)

    foreach ($item in $Address) {
        if ($item -and ($item.StartsWith('@{') -or $item.IndexOfAny([char[]] '@:') -lt 0)) {
            $exception = New-Object System.ArgumentException "-TakenAddress: '$item' is no address. Give addresses: -TakenAddress @(`$recipients | Get-ProxyAddress | ForEach-Object Value)"
            $Cmdlet.ThrowTerminatingError((New-Object System.Management.Automation.ErrorRecord $exception, 'ProxyCalc.InvalidRequest', 'InvalidArgument', $item))
        }
    }
}
