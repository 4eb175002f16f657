# Proxy calculation: previous states as the library takes them, and its rows as objects.

# What each reason code means, as the library's table says it; filled by the first calculation.
$script:Reason = $null

# Sends what was before: objects of the cloud, or states of earlier results, or those results; files of them are read as files.
function Send-Previous {
    param($Scan, [object[]] $Previous)

    $Scan.SetField = '"set":"previous",'
    try {
        $records = [System.Collections.Generic.List[object]]::new()
        foreach ($item in $Previous) {
            $state = Get-CalculationState -InputObject $item
            if ($null -ne $state) {
                $records.Add((ConvertTo-FlatState -State $state))
            } elseif ($null -ne $item) {
                $records.Add($item)
            }
        }
        Send-Record -Scan $Scan -Chunk $records
    } finally {
        $Scan.SetField = ''
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
    if ($names -contains 'Cloud' -and $names -contains 'OnPremises') { return $InputObject }
    return $null
}

# A state as one flat object, in the names that the library reads it by. What an older one does not have is left out.
function ConvertTo-FlatState {
    param($State)

    $flat = [ordered] @{}
    foreach ($name in (Get-PropertyName -InputObject $State)) {
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
    if (-not $flat.Contains('onPremises.UserPrincipalName')) { $flat['onPremises.UserPrincipalName'] = $null }
    return [pscustomobject] $flat
}

# Emits what was calculated so far. Rows X are errors of single objects: they are kept for the end.
function Read-ScanCalculation {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSReviewUnusedParameter', 'Failure', Justification = 'The script block reads it.')]
    param($Scan, [System.Collections.Generic.List[object]] $Failure)

    Read-ScanRow -Scan $Scan -Row {
        param($field, $escaped)

        if ($field[0] -eq 'C') {
            ConvertTo-Calculation -Field $field -Escaped $escaped -Domain $Scan.VerifiedDomain
        } elseif ($field[0] -eq 'X') {
            if ($escaped) { $field = ConvertFrom-EscapedField -Field $field }
            $Failure.Add([pscustomobject] @{ Identity = $field[2]; Code = $field[3]; Message = $field[4]; Path = $field[5]; Record = [int] $field[6] })
        } elseif (-not $script:Reason -or -not $script:Reason.ContainsKey($field[1])) {
            if (-not $script:Reason) { $script:Reason = @{} }
            $script:Reason[$field[1]] = [pscustomobject] @{ Basis = $field[2]; Source = $field[3]; Explanation = $field[4] }
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

# What is rarely looked at is made when it is: the row hangs on the result where nothing lists it. The properties are added
# to each object, as those of the type data do not see the module's functions.
$script:LazyProperty = foreach ($pair in @(
        , @('Trace', { , [object[]] @(Get-RowPart -Row $this.Row -Field 12 | ForEach-Object { ConvertTo-TraceLine -Part $_ }) })
        , @('Warnings', { , [object[]] @(Get-RowPart -Row $this.Row -Field 13 | ForEach-Object { ConvertTo-CalculationWarning -Part $_ }) })
        , @('Quarantined', { , [object[]] @(Get-RowPart -Row $this.Row -Field 14 | ForEach-Object { ConvertTo-QuarantinedValue -Part $_ }) })
        , @('State', { ConvertTo-CalculationState -Row $this.Row })
    )) {
    [System.Management.Automation.PSScriptProperty]::new($pair[0], $pair[1])
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
    param($Row, [int] $Field)

    $text = $Row.Field[$Field]
    if ($text.Length -eq 0) { return }
    foreach ($item in $text.Split([char] 0x1D)) {
        $part = $item.Split([char] 0x1C)
        if ($Row.Escaped) { $part = ConvertFrom-EscapedField -Field $part }
        , $part
    }
}

function ConvertTo-Calculation {
    param([string[]] $Field, [bool] $Escaped, [string[]] $Domain)

    $lists = $Field
    if ($Escaped) { $Field = ConvertFrom-EscapedField -Field $Field.Clone() }
    $result = [pscustomobject] @{
        PSTypeName         = 'ProxyCalc.Calculation'
        Identity           = $Field[2]
        UserPrincipalName  = $Field[3]
        Mail               = if ($Field[4]) { $Field[4] } else { $null }
        MailNickname       = $Field[5]
        PrimarySmtpAddress = if ($Field[6]) { $Field[6] } else { $null }
        Moera              = if ($Field[7]) { $Field[7] } else { $null }
        ProxyAddresses     = ConvertFrom-ListField -Field $lists[8]
        Licensed           = $Field[9] -eq '1'
        FirstSync          = $Field[10] -eq '1'
        Changes            = ConvertFrom-ListField -Field $lists[11]
    }
    foreach ($property in $script:LazyProperty) { $result.psobject.Properties.Add($property) }
    $row = [System.Management.Automation.PSNoteProperty[]] @(
        [System.Management.Automation.PSNoteProperty]::new('Field', $lists)
        [System.Management.Automation.PSNoteProperty]::new('Escaped', $Escaped)
        [System.Management.Automation.PSNoteProperty]::new('Domain', $Domain)
    )
    $result.psobject.Members.Add([System.Management.Automation.PSMemberSet]::new('Row', $row))
    return $result
}

# What can be given back as -Previous.
function ConvertTo-CalculationState {
    param($Row)

    $lists = $Row.Field
    $field = if ($Row.Escaped) { ConvertFrom-EscapedField -Field $lists.Clone() } else { $lists }
    $empty = { param([string] $Text) if ($Text) { $Text } else { $null } }
    $number = { param([string] $Text) if ($Text -match '^\d{1,18}$') { [long] $Text } elseif ($Text) { $Text } else { $null } }
    return [pscustomobject] @{
        PSTypeName      = 'ProxyCalc.CalculationState'
        FirstSync       = $field[10] -eq '1'
        ImmutableId     = & $empty $field[15]
        OnPremises      = [pscustomobject] @{
            UserPrincipalName          = & $empty $field[16]
            Mail                       = & $empty $field[17]
            MailNickname               = & $empty $field[18]
            ProxyAddresses             = ConvertFrom-ListField -Field $lists[19]
            TargetAddress              = & $empty $field[20]
            MsExchRemoteRecipientType  = & $number $field[21]
            MsExchRecipientTypeDetails = & $number $field[22]
        }
        Licensed        = $field[9] -eq '1'
        Cloud           = [pscustomobject] @{
            UserPrincipalName    = & $empty $field[3]
            Mail                 = & $empty $field[4]
            MailNickname         = & $empty $field[5]
            ProxyAddresses       = ConvertFrom-ListField -Field $lists[8]
            Moera                = & $empty $field[7]
            RecipientDisplayType = & $number $field[23]
        }
        VerifiedDomains = $Row.Domain
    }
}
