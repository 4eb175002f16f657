# Pages in the separated form become typed objects. What can come by the hundred thousand is read in one loop: a call for each row
# would take longer than the rest.

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

# The pages of the results.
function Read-ScanPage {
    param($Scan)

    while ($null -ne ($page = Invoke-Native -Function 'proxycalc_scan_next' -Argument @(, $Scan.Handle))) { $page }
}

# Calls $Row with the fields of each row of a page, and whether fields of the page may be escaped: pages are looked through
# for U+001B as a whole, which is far cheaper than row by row.
function Read-PageRow {
    param([string] $Page, [scriptblock] $Row)

    $escaped = $Page.IndexOf([char] 0x1B) -ge 0
    $rows = $Page.Split([char] 0x1E)
    # The last piece is what follows the last row: nothing.
    for ($i = 0; $i -lt $rows.Length - 1; $i++) {
        & $Row $rows[$i].Split([char] 0x1F) $escaped
    }
}

# Emits conflicts. A conflict of very many holders comes in parts, which are put together here.
function Read-ScanConflict {
    param($Scan)

    $conflictType = Get-ResultType -Name 'Conflict'
    $holderType = Get-ResultType -Name 'Holder'
    $holders = [System.Collections.Generic.List[object]]::new()
    $remediation = [System.Collections.Generic.List[string]]::new()
    $conflict = $null
    $complete = $false
    while ($null -ne ($page = Invoke-Native -Function 'proxycalc_scan_next' -Argument @(, $Scan.Handle))) {
        $escaped = $page.IndexOf([char] 0x1B) -ge 0
        foreach ($text in $page.Split([char] 0x1E)) {
            $field = $text.Split([char] 0x1F)
            $lists = $field
            if ($escaped) { $field = ConvertFrom-EscapedField -Field $field.Clone() }
            if ($field[0] -eq 'H') {
                $holder = $holderType::new($field, $null)
                $holder.Sources = $field[7].Split([char] 0x1D)
                if ($field[8]) { $holder.Synced = $field[8] -eq '1' }
                $holders.Add($holder)
            } elseif ($field[0] -eq 'C') {
                if ($complete) { Complete-Conflict -Conflict $conflict -Holder $holders -Remediation $remediation }
                if ($complete -or -not $conflict) {
                    $conflict = $conflictType::new($field, $null)
                    $conflict.HolderCount = [int] $field[6]
                }
                if ($escaped) { $remediation.AddRange([string[]] (ConvertFrom-ListField -Field $lists[9])) } elseif ($field[9]) { $remediation.AddRange($field[9].Split([char] 0x1D)) }
                $complete = $field[10] -eq '1'
            }
        }
    }
    if ($conflict) { Complete-Conflict -Conflict $conflict -Holder $holders -Remediation $remediation }
}

function Complete-Conflict {
    param($Conflict, [System.Collections.Generic.List[object]] $Holder, [System.Collections.Generic.List[string]] $Remediation)

    $Conflict.Holders = $Holder.ToArray()
    $Conflict.Remediation = $Remediation.ToArray()
    $Holder.Clear()
    $Remediation.Clear()
    return $Conflict
}

# Emits the rows of pages as objects of the class ProxyCalc.$Name.
function ConvertTo-ResultRow {
    param([string] $Name, [Parameter(ValueFromPipeline = $true)] [string] $Page)

    process {
        $type = Get-ResultType -Name $Name
        $escaped = $Page.IndexOf([char] 0x1B) -ge 0
        foreach ($text in $Page.Split([char] 0x1E)) {
            if (-not $text) { continue }
            $field = $text.Split([char] 0x1F)
            if ($escaped) { $field = ConvertFrom-EscapedField -Field $field }
            $type::new($field, $null)
        }
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
