# Pages in the separated form become typed objects.

# NUL and U+001B to U+001F in data stand as U+001B and a letter; a page without U+001B has none.
function ConvertFrom-EscapedField {
    param([string[]] $Field)

    for ($i = 0; $i -lt $Field.Length; $i++) {
        if ($Field[$i].IndexOf([char] 0x1B) -ge 0) {
            $Field[$i] = [regex]::Replace($Field[$i], '\x1B(.)', { param($match) [string] [char] ([int] $match.Groups[1].Value[0] - 64) })
        }
    }
    return , $Field
}

# A list in one field; empty for none.
function ConvertFrom-ListField {
    param([string] $Field)

    if ($Field.Length -eq 0) { return , [string[]] @() }
    $values = $Field.Split([char] 0x1D)
    if ($Field.IndexOf([char] 0x1B) -ge 0) { $values = ConvertFrom-EscapedField -Field $values }
    return , $values
}

# Calls $Row with the fields of each row of each page, in order, and whether fields of the page may be escaped: pages are
# looked through for U+001B as a whole, which is far cheaper than row by row.
function Read-ScanRow {
    param($Scan, [scriptblock] $Row)

    while ($true) {
        $page = Invoke-Native -Function 'proxycalc_scan_next' -Argument @(, $Scan.Handle)
        if ($null -eq $page) { return }
        Read-PageRow -Page $page -Row $Row
    }
}

function Read-PageRow {
    param([string] $Page, [scriptblock] $Row)

    $escaped = $Page.IndexOf([char] 0x1B) -ge 0
    $rows = $Page.Split([char] 0x1E)
    # The last piece is what follows the last row: nothing.
    for ($i = 0; $i -lt $rows.Length - 1; $i++) {
        & $Row $rows[$i].Split([char] 0x1F) $escaped
    }
}

# $true, $false or nothing.
function ConvertFrom-FlagField {
    param([string] $Field)

    if ($Field.Length -eq 0) { return $null }
    return $Field -eq '1'
}

# Emits conflicts. A conflict of very many holders comes in parts, which are put together here.
function Read-ScanConflict {
    param($Scan)

    $state = [pscustomobject] @{ Head = $null; Holders = $null; Remediation = $null; Complete = $false }
    Read-ScanRow -Scan $Scan -Row {
        param($field, $escaped)

        $lists = $field
        if ($escaped) { $field = ConvertFrom-EscapedField -Field $field.Clone() }
        if ($field[0] -eq 'C') {
            if ($state.Head -and $state.Complete) { ConvertTo-Conflict -State $state }
            if (-not $state.Head) {
                $state.Head = $field
                $state.Holders = [System.Collections.Generic.List[object]]::new()
                $state.Remediation = [System.Collections.Generic.List[string]]::new()
            }
            $state.Remediation.AddRange([string[]] (ConvertFrom-ListField -Field $lists[9]))
            $state.Complete = $field[10] -eq '1'
        } else {
            $state.Holders.Add([pscustomobject] @{
                    PSTypeName           = 'ProxyCalc.Holder'
                    Identity             = $field[1]
                    DisplayName          = $field[2]
                    Id                   = $field[3]
                    RecipientTypeDetails = $field[4]
                    Role                 = $field[5]
                    Value                = $field[6]
                    Sources              = ConvertFrom-ListField -Field $lists[7]
                    Synced               = ConvertFrom-FlagField -Field $field[8]
                    SoftDeleted          = $field[9] -eq '1'
                    WhenSoftDeleted      = if ($field[10]) { $field[10] } else { $null }
                })
        }
    }
    if ($state.Head) { ConvertTo-Conflict -State $state }
}

function ConvertTo-Conflict {
    param($State)

    $head = $State.Head
    $State.Head = $null
    return [pscustomobject] @{
        PSTypeName      = 'ProxyCalc.Conflict'
        ConflictId      = $head[1]
        Address         = $head[2]
        AddressType     = $head[3]
        Kind            = $head[4]
        Severity        = $head[5]
        HolderCount     = [int] $head[6]
        Holders         = $State.Holders.ToArray()
        SuggestedKeeper = $head[7]
        Reason          = $head[8]
        Remediation     = $State.Remediation.ToArray()
    }
}

function ConvertTo-AddressRow {
    param([string[]] $Field, [bool] $Escaped)

    if ($Escaped) { $Field = ConvertFrom-EscapedField -Field $Field }
    return [pscustomobject] @{
        PSTypeName           = 'ProxyCalc.AddressRow'
        Address              = $Field[1]
        AddressType          = $Field[2]
        IsPrimary            = $Field[3] -eq '1'
        Role                 = $Field[4]
        Domain               = if ($Field[5]) { $Field[5] } else { $null }
        Identity             = $Field[6]
        DisplayName          = $Field[7]
        Id                   = $Field[8]
        RecipientTypeDetails = $Field[9]
        Value                = $Field[10]
        Source               = $Field[11]
        SoftDeleted          = $Field[12] -eq '1'
    }
}

function ConvertTo-AddressIssue {
    param([string[]] $Field, [bool] $Escaped)

    if ($Escaped) { $Field = ConvertFrom-EscapedField -Field $Field }
    return [pscustomobject] @{
        PSTypeName = 'ProxyCalc.AddressIssue'
        Identity   = $Field[1]
        Id         = $Field[2]
        Attribute  = $Field[3]
        Value      = $Field[4]
        Code       = $Field[5]
        Severity   = $Field[6]
        Message    = $Field[7]
        Suggestion = if ($Field[8]) { $Field[8] } else { $null }
        Source     = $Field[9]
    }
}

# The summary, in PowerShell's names.
function ConvertTo-ScanSummary {
    param([string] $Json, [int] $Failed)

    $raw = ConvertFrom-Json -InputObject $Json
    # A scan for calculations has no word on these.
    foreach ($name in 'objects', 'addressesRead', 'conflicts', 'issues', 'sources', 'planSteps', 'notCovered', 'coverage') {
        if (-not $raw.psobject.Properties[$name]) { $raw.psobject.Properties.Add([System.Management.Automation.PSNoteProperty]::new($name, $null)) }
    }
    return [pscustomobject] @{
        PSTypeName     = 'ProxyCalc.Summary'
        RecipientsRead = $raw.recipientsRead + $Failed
        Objects        = $raw.objects
        AddressesRead  = $raw.addressesRead
        Conflicts      = $raw.conflicts
        Issues         = $raw.issues
        Errors         = $raw.errors
        Sources        = $raw.sources
        PlanSteps      = [string[]] @($raw.planSteps)
        NotCovered     = [string[]] @($raw.notCovered)
        Coverage       = @(foreach ($area in $raw.coverage) { [pscustomobject] @{ PSTypeName = 'ProxyCalc.NotCovered'; Code = $area.code; Command = $area.command } })
        Problems       = @(foreach ($problem in $raw.problems) {
                [pscustomobject] @{
                    PSTypeName   = 'ProxyCalc.Problem'
                    Code         = $problem.code
                    Severity     = $problem.severity
                    Count        = $problem.count
                    FirstRecords = [string[]] @($problem.firstRecords)
                    Message      = $problem.message
                }
            })
    }
}
