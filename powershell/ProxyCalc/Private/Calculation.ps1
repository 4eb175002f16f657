# Proxy calculation: previous states as the library takes them, and its rows as objects.

# What each reason code means, as the library's table says it; filled by the first calculation.
$script:Reason = @{}

# Sends what was before: objects of the cloud, or states of earlier results, or those results; files of them are read as files.
function Send-Previous {
    param($Scan, [object[]] $Previous)

    $Scan.SetField = '"set":"previous",'
    try {
        $records = [System.Collections.Generic.List[object]]::new()
        $rows = [System.Collections.Generic.List[object]]::new()
        foreach ($item in $Previous) {
            if ($null -eq $item) { continue }
            if ($script:CalculationType -and $item -is $script:CalculationType) {
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
        $field = $Row[$i].GetRow()
        $shared = $Row[$i].GetShared()
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
            $bytes = $Scan.Encoding.GetBytes('{"form":"separated",' + $Scan.SetField + '"count":' + $count + ',"fields":' + $fields + "}`n" + $text.ToString())
            [void] (Invoke-Native -Function 'proxycalc_scan_push' -Argument $Scan.Handle, $bytes, ([UIntPtr] [uint64] $bytes.Length))
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

# The class of the results; made by the first calculation.
$script:CalculationType = $null

function Get-CalculationType {
    if (-not $script:CalculationType) {
        $script:CalculationType = New-ResultType -Name 'ProxyCalc.Calculation' -Property ([ordered] @{
                Identity           = [string]
                UserPrincipalName  = [string]
                Mail               = [string]
                MailNickname       = [string]
                PrimarySmtpAddress = [string]
                Moera              = [string]
                ProxyAddresses     = [string[]]
                Licensed           = [bool]
                FirstSync          = [bool]
                Changes            = [string[]]
                Trace              = $null
                Warnings           = $null
                Quarantined        = $null
                State              = $null
            }) -Read {
            param($field, $shared, $property)

            switch ($property) {
                'Trace' { , [object[]] @(foreach ($part in @(Get-RowPart -Text $field[12] -Escaped $shared.Escaped)) { ConvertTo-TraceLine -Part $part }) }
                'Warnings' { , [object[]] @(foreach ($part in @(Get-RowPart -Text $field[13] -Escaped $shared.Escaped)) { ConvertTo-CalculationWarning -Part $part }) }
                'Quarantined' { , [object[]] @(foreach ($part in @(Get-RowPart -Text $field[14] -Escaped $shared.Escaped)) { ConvertTo-QuarantinedValue -Part $part }) }
                'State' { ConvertTo-CalculationState -Row $field -Escaped $shared.Escaped -VerifiedDomain $shared.Domain }
            }
        }
    }
    return $script:CalculationType
}

# Emits what was calculated so far. Rows X are errors of single objects: they are kept for the end. All in one function: a
# call for each row would take longer than the rest.
function Read-ScanCalculation {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSReviewUnusedParameter', 'Failure', Justification = 'The script block reads it.')]
    param($Scan, [System.Collections.Generic.List[object]] $Failure)

    $value = [char] 0x1D
    $none = [string[]] @()
    $type = Get-CalculationType
    while ($true) {
        $page = Invoke-Native -Function 'proxycalc_scan_next' -Argument @(, $Scan.Handle)
        if ($null -eq $page) { return }
        $escaped = $page.IndexOf([char] 0x1B) -ge 0
        $shared = [pscustomobject] @{ Escaped = $escaped; Domain = $Scan.VerifiedDomain }
        foreach ($text in $page.Split([char] 0x1E)) {
            $field = $text.Split([char] 0x1F)
            if ($field[0] -eq 'C') {
                $lists = $field
                if ($escaped) { $field = ConvertFrom-EscapedField -Field $field.Clone() }
                $result = $type::new($lists, $shared)
                $result.Identity = $field[2]
                $result.UserPrincipalName = $field[3]
                if ($field[4]) { $result.Mail = $field[4] }
                $result.MailNickname = $field[5]
                if ($field[6]) { $result.PrimarySmtpAddress = $field[6] }
                if ($field[7]) { $result.Moera = $field[7] }
                if (-not $field[8]) { $result.ProxyAddresses = $none } elseif ($escaped) { $result.ProxyAddresses = ConvertFrom-ListField -Field $lists[8] } else { $result.ProxyAddresses = $field[8].Split($value) }
                $result.Licensed = $field[9] -eq '1'
                $result.FirstSync = $field[10] -eq '1'
                if ($field[11]) { $result.Changes = $field[11].Split($value) } else { $result.Changes = $none }
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

# One non-terminating error for each object that could not be calculated.
function Write-CalculationFailure {
    param($Failure, $Cmdlet)

    foreach ($item in $Failure) {
        $name = if ($item.Identity) { "$($item.Identity) (object $($item.Record))" } else { "Object $($item.Record)" }
        $exception = New-Object System.IO.InvalidDataException ('{0}: {1}' -f $name, $item.Message)
        $Cmdlet.WriteError((New-Object System.Management.Automation.ErrorRecord $exception, "ProxyCalc.$($item.Code)", 'InvalidData', $item))
    }
}

function ConvertTo-TraceLine {
    param([string[]] $Part)

    $reason = $script:Reason[$Part[3]]
    return [pscustomobject] @{
        PSTypeName = 'ProxyCalc.TraceLine'
        Attribute  = $Part[0]
        Value      = $Part[1]
        Action     = $Part[2]
        Reason     = $Part[3]
        Basis      = $reason.Basis
        Detail     = if ($Part[4]) { $Part[4] } else { $reason.Explanation }
        Source     = $reason.Source
    }
}

function ConvertTo-CalculationWarning {
    param([string[]] $Part)

    return [pscustomobject] @{
        PSTypeName = 'ProxyCalc.CalculationWarning'
        Code       = $Part[0]
        Message    = '{0} ({1})' -f $script:Reason[$Part[0]].Explanation, $Part[1]
    }
}

function ConvertTo-QuarantinedValue {
    param([string[]] $Part)

    return [pscustomobject] @{
        PSTypeName  = 'ProxyCalc.QuarantinedValue'
        Attribute   = $Part[0]
        Value       = $Part[1]
        HeldBy      = $Part[2]
        Replacement = if ($Part[3]) { $Part[3] } else { $null }
    }
}

# The parts of a list of lists in a row.
function Get-RowPart {
    param([string] $Text, [bool] $Escaped)

    if ($Text.Length -eq 0) { return }
    foreach ($item in $Text.Split([char] 0x1D)) {
        $part = $item.Split([char] 0x1C)
        if ($Escaped) { $part = ConvertFrom-EscapedField -Field $part }
        , $part
    }
}

# What can be given back as -Previous.
function ConvertTo-CalculationState {
    param([string[]] $Row, [bool] $Escaped, [string[]] $VerifiedDomain)

    $lists = $Row
    $field = if ($Escaped) { ConvertFrom-EscapedField -Field $lists.Clone() } else { $lists }
    $number = { param([string] $Text) if ($Text -match '^\d{1,18}$') { [long] $Text } else { $Text } }
    return [pscustomobject] @{
        PSTypeName      = 'ProxyCalc.CalculationState'
        FirstSync       = $field[10] -eq '1'
        ImmutableId     = if ($field[15]) { $field[15] } else { $null }
        OnPremises      = [pscustomobject] @{
            UserPrincipalName          = if ($field[16]) { $field[16] } else { $null }
            Mail                       = if ($field[17]) { $field[17] } else { $null }
            MailNickname               = if ($field[18]) { $field[18] } else { $null }
            ProxyAddresses             = ConvertFrom-ListField -Field $lists[19]
            TargetAddress              = if ($field[20]) { $field[20] } else { $null }
            MsExchRemoteRecipientType  = if ($field[21]) { & $number $field[21] } else { $null }
            MsExchRecipientTypeDetails = if ($field[22]) { & $number $field[22] } else { $null }
        }
        Licensed        = $field[9] -eq '1'
        Cloud           = [pscustomobject] @{
            UserPrincipalName    = if ($field[3]) { $field[3] } else { $null }
            Mail                 = if ($field[4]) { $field[4] } else { $null }
            MailNickname         = if ($field[5]) { $field[5] } else { $null }
            ProxyAddresses       = ConvertFrom-ListField -Field $lists[8]
            Moera                = if ($field[7]) { $field[7] } else { $null }
            RecipientDisplayType = if ($field[23]) { & $number $field[23] } else { $null }
        }
        VerifiedDomains = $VerifiedDomain
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
