# A scan from PowerShell's side: begin, send objects and files while the pipeline runs, finish, read pages.

# Objects are collected and sent this many at a time, and text in pieces of at most about this many characters: fewer pieces
# wait less for one another; the worker takes one while the next is written.
$script:BufferedObjects = 512
$script:PieceCharacters = 262144
# The first objects of a stream are all looked at.
$script:FirstLooks = 256
# More shapes than these are sent as JSON.
$script:MostShapes = 128

# Preferences that the caller set count in a module function only when they are fetched, and only in the function's own
# scope: each command begins with $ErrorActionPreference, $WarningPreference, $ProgressPreference = Get-CallerPreference.
# Not a script run with a dot: that would make every variable of the command a slow one.
function Get-CallerPreference {
    param($Cmdlet)

    foreach ($preference in 'ErrorAction', 'Warning', 'Progress') {
        $value = $null
        if (-not $Cmdlet.MyInvocation.BoundParameters.ContainsKey($preference.Replace('Action', '') + 'Action')) {
            $value = $Cmdlet.GetVariableValue("${preference}Preference")
        }
        if ($null -eq $value) { $value = $ExecutionContext.SessionState.PSVariable.GetValue("${preference}Preference") }
        $value
    }
}

# Calls a function of the library and throws its error, else gives its response.
function Invoke-Native {
    param([string] $Function, [object[]] $Argument)

    $native = Get-Native
    $response = [IntPtr]::Zero
    $length = [UIntPtr]::Zero
    $status = switch ($Argument.Count) {
        1 { $native.Methods::$Function($Argument[0], [ref] $response, [ref] $length) }
        2 { $native.Methods::$Function($Argument[0], $Argument[1], [ref] $response, [ref] $length) }
        3 { $native.Methods::$Function($Argument[0], $Argument[1], $Argument[2], [ref] $response, [ref] $length) }
    }
    $text = Read-NativeResponse -Response $response -Length $length
    if ($status -ne 0) {
        throw (New-NativeError -Status $status -Response $text)
    }
    return $text
}

function New-ProxyScan {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '', Justification = 'It makes an object and changes nothing.')]
    param([hashtable] $Option, $Cmdlet)

    $native = Get-Native
    $Option['version'] = 1
    $Option['resultForm'] = 'separated'
    $json = [System.Text.Encoding]::UTF8.GetBytes((ConvertTo-Json -InputObject $Option -Compress -Depth 4))
    $pointer = [IntPtr]::Zero
    $response = [IntPtr]::Zero
    $length = [UIntPtr]::Zero
    $status = $native.Methods::proxycalc_scan_begin($json, [UIntPtr] [uint64] $json.Length, [ref] $pointer, [ref] $response, [ref] $length)
    if ($status -ne 0) {
        throw (New-NativeError -Status $status -Response (Read-NativeResponse -Response $response -Length $length))
    }
    return [pscustomobject] @{
        Handle   = [System.Activator]::CreateInstance($native.HandleType, [object[]] @(, $pointer))
        Methods  = $native.Methods
        Known    = $(if ($Option['initialDomain'] -or 'issues', 'calculations' -contains $Option['want']) { $native.RulePropertyNames } else { $native.PropertyNames })
        Cmdlet   = $Cmdlet
        # Calculations come in the order of the objects.
        Ordered  = $Option['want'] -eq 'calculations'
        # What the header of a piece says of which set it is.
        SetField = ''
        # What a calculation's state says was verified.
        VerifiedDomain = $null
        # What was assumed, each with the first object of which it was.
        Assumed        = @{}
        Shape    = $null
        Shapes   = [System.Collections.Generic.Dictionary[string, object]]::new([System.StringComparer]::Ordinal)
        Text     = [System.Text.StringBuilder]::new($script:PieceCharacters * 2)
        Chars    = [char[]]::new($script:PieceCharacters * 2)
        Bytes    = [byte[]]::new($script:PieceCharacters * 4)
        # Lone surrogates must not become question marks.
        Encoding = [System.Text.UTF8Encoding]::new($false, $true)
        Failed   = [System.Collections.Generic.List[object]]::new()
        LostFile = $false
        # How many texts are still looked at for a file of that name.
        PathLooks = 16
        Sent     = 0
        Runs     = 0
        Mixed    = $false
        Clock    = [System.Diagnostics.Stopwatch]::StartNew()
        Reported = 0
        Progress = $false
    }
}

# Sends a list of objects. Arrays in it are what -InputObject was given; files are read as files.
function Send-Record {
    param($Scan, [System.Collections.IList] $Chunk)

    $groups = $null
    if ($Scan.Mixed) {
        $groups = [System.Collections.Generic.Dictionary[string, object]]::new([System.StringComparer]::Ordinal)
    }
    $from = 0
    while ($from -lt $Chunk.Count) {
        $record = $Chunk[$from]
        if ($null -eq $record) {
            $from++
        } elseif ($record -is [System.IO.FileInfo]) {
            Send-File -Scan $Scan -Path $record.FullName
            $from++
        } elseif ($record -is [System.Collections.IList]) {
            Send-Record -Scan $Scan -Chunk $record
            $from++
        } elseif ($record -is [string] -or $record -is [System.ValueType]) {
            if ($record -is [string]) { Write-PathHint -Scan $Scan -Text $record }
            Send-Json -Scan $Scan -Line (ConvertTo-Json -InputObject ([string] $record) -Compress)
            $from++
        } elseif ($record -isnot [System.Management.Automation.PSCustomObject] -and [System.Management.Automation.LanguagePrimitives]::GetEnumerator($record)) {
            # A queue, a set, a table: what a pipeline would take apart.
            Send-Record -Scan $Scan -Chunk ([object[]] @(foreach ($item in $record) { , $item }))
            $from++
        } elseif ($groups) {
            $signature = Get-ShapeSignature -InputObject $record
            $group = $null
            if (-not $groups.TryGetValue($signature, [ref] $group)) {
                $group = [System.Collections.Generic.List[object]]::new()
                $groups[$signature] = $group
            }
            $group.Add($record)
            $from++
        } else {
            $from = Send-Alike -Scan $Scan -Chunk $Chunk -From $from
            $Scan.Runs++
            if (-not $Scan.Ordered -and $Scan.Runs -gt 16 -and $Scan.Runs * 8 -gt $Scan.Sent) {
                # Shapes take turns: from now on objects are put together by shape. Their order decides nothing.
                $Scan.Mixed = $true
                Send-Record -Scan $Scan -Chunk ([object[]] @(for ($i = $from; $i -lt $Chunk.Count; $i++) { , $Chunk[$i] }))
                return
            }
        }
    }
    if ($groups) {
        foreach ($group in $groups.Values) {
            $from = 0
            while ($from -lt $group.Count) {
                $from = Send-Alike -Scan $Scan -Chunk $group -From $from
            }
        }
    }
}

# A text in the pipeline is no record; where it names a file it was meant for a parameter. Said once; a few looks are enough.
function Write-PathHint {
    param($Scan, [string] $Text)

    if ($Scan.PathLooks -le 0 -or $Text.Length -gt 260) { return }
    $Scan.PathLooks--
    if (-not $Text.Trim() -or -not (Test-Path -LiteralPath $Text -PathType Leaf -ErrorAction Ignore)) { return }
    $Scan.PathLooks = 0
    $parameter = if ($Scan.Cmdlet.MyInvocation.MyCommand.Parameters.ContainsKey('Path')) { '-Path' } else { '-RecipientPath' }
    $Scan.Cmdlet.WriteWarning("'$Text' is a text here, not the file of that name. To read the file: $parameter $(ConvertTo-QuotedName -Name $Text), or Get-Item in the pipeline.")
}

# A parameter that was given and is empty: a mistyped variable, or a command that failed.
function Write-EmptyWarning {
    param($Cmdlet, [string] $Name)

    $bound = $Cmdlet.MyInvocation.BoundParameters
    if (-not $bound.ContainsKey($Name)) { return }
    foreach ($item in $bound[$Name]) { if ($null -ne $item) { return } }
    $Cmdlet.WriteWarning("-$Name was given and is empty. Is the variable's name right, and did the command that filled it work?")
}

# The error of a command that got nothing to look at.
function Write-NoRecord {
    param($Cmdlet)

    $exception = New-Object System.IO.InvalidDataException 'NoRecords (1): Nothing was read. A command that failed sends nothing: look at its own error, and run it again.'
    $Cmdlet.WriteError((New-Object System.Management.Automation.ErrorRecord $exception, 'ProxyCalc.NoRecords', 'InvalidData', $null))
}

# Sends the objects from $From on that have one shape; returns where it stopped.
function Send-Alike {
    param($Scan, $Chunk, [int] $From)

    $signature = Get-ShapeSignature -InputObject $Chunk[$From]
    $shape = $null
    if (-not $Scan.Shapes.TryGetValue($signature, [ref] $shape)) {
        if ($Scan.Shapes.Count -ge $script:MostShapes) {
            # Making a script for each would take longer than it saves.
            Send-ByJson -Scan $Scan -Chunk $Chunk -From $From -To ($From + 1) -Name (Get-KnownName -InputObject $Chunk[$From] -Known $Scan.Known)
            $Scan.Sent++
            return $From + 1
        }
        $shape = New-RecordShape -InputObject $Chunk[$From] -Known $Scan.Known
        $Scan.Shapes[$signature] = $shape
    }
    if ($shape.Page -and $Chunk[$From].($shape.Page) -is [System.Collections.IList]) {
        Send-PageHead -Scan $Scan -Page $Chunk[$From]
        Send-Record -Scan $Scan -Chunk ([object[]] @(foreach ($item in $Chunk[$From].($shape.Page)) { , $item }))
        return $From + 1
    }
    $at = $From
    $back = $false
    do {
        $text = $Scan.Text
        [void] $text.Clear()
        $first = $at
        $begins = $Scan.Sent -lt $script:FirstLooks
        $to = if ($begins) { [System.Math]::Min($at + $script:FirstLooks, $Chunk.Count) } else { $Chunk.Count }
        $at, $count, $back = & $shape.Write $Chunk $at $to $text $signature $shape.Names ($back -or $begins) $Scan.Failed $script:Separator $script:PieceCharacters
        if ($count -gt 0) {
            Send-Piece -Scan $Scan -Shape $shape -Count $count -Chunk $Chunk -From $first -To $at
        }
        # A whole piece, or something taken back: go on. Else another shape begins here.
        $Scan.Sent += $at - $first
    } while ($at -lt $Chunk.Count -and ($back -or ($at -gt $first -and $text.Length -ge $script:PieceCharacters)))
    if ($at -eq $From) {
        # The object changed under our hands, or its names come in another order each time: send it by itself.
        Send-ByJson -Scan $Scan -Chunk $Chunk -From $From -To ($From + 1) -Name $shape.Names
        $at++
    }
    Write-ScanProgress -Scan $Scan
    return $at
}

function Send-Piece {
    param($Scan, $Shape, [int] $Count, $Chunk, [int] $From, [int] $To)

    $length = $Scan.Text.Length
    if ($Scan.Chars.Length -lt $length) {
        $Scan.Chars = [char[]]::new($length * 2)
    }
    $Scan.Text.CopyTo(0, $Scan.Chars, 0, $length)
    # A brace is rare; "@{" is how an object with properties prints that stands where a text was expected.
    if ($Shape.Nested -or ([System.Array]::IndexOf($Scan.Chars, [char] '{', 0, $length) -ge 0 -and $Scan.Text.ToString().Contains('@{'))) {
        Send-ByJson -Scan $Scan -Chunk $Chunk -From $From -To $To -Name $Shape.Names
        return
    }
    $header = $Scan.Encoding.GetBytes('{"form":"separated",' + $Scan.SetField + '"count":' + $Count + ',"fields":' + $Shape.Fields + "}`n")
    $most = $header.Length + $length * 3
    if ($Scan.Bytes.Length -lt $most) {
        $Scan.Bytes = [byte[]]::new($most * 2)
    }
    [System.Buffer]::BlockCopy($header, 0, $Scan.Bytes, 0, $header.Length)
    try {
        $size = $header.Length + $Scan.Encoding.GetBytes($Scan.Chars, 0, $length, $Scan.Bytes, $header.Length)
    } catch [System.Text.EncoderFallbackException] {
        $size = 0
    }
    if ($size -gt 0) {
        $response = [IntPtr]::Zero
        $responseLength = [UIntPtr]::Zero
        $status = $Scan.Methods::proxycalc_scan_push($Scan.Handle, $Scan.Bytes, [UIntPtr] [uint64] $size, [ref] $response, [ref] $responseLength)
        if ($status -eq 0) {
            return
        }
        $text = Read-NativeResponse -Response $response -Length $responseLength
        if ($status -ne 3) {
            throw (New-NativeError -Status $status -Response $text)
        }
    }
    # A value holds a separator or half a character: this piece goes as JSON, an object at a time.
    Send-ByJson -Scan $Scan -Chunk $Chunk -From $From -To $To -Name $Shape.Names
}

# Sends objects as JSON lines.
function Send-ByJson {
    param($Scan, $Chunk, [int] $From, [int] $To, [string[]] $Name)

    $lines = [System.Text.StringBuilder]::new()
    for ($i = $From; $i -lt $To; $i++) {
        $record = $Chunk[$i]
        try {
            $line = ConvertTo-RecordJson -InputObject $record -Name $Name
            [void] $Scan.Encoding.GetByteCount($line)
        } catch {
            $message = $_.Exception.GetBaseException().Message
            if ($_.Exception.GetBaseException() -is [System.Text.EncoderFallbackException]) {
                $broken = foreach ($property in $Name) {
                    try { [void] $Scan.Encoding.GetByteCount([string]::Concat([string[]] $record.$property)) } catch { $property }
                }
                $message = "$($broken -join ', ') holds half of a character (a lone surrogate)."
            }
            Add-FailedRecord -Failed $Scan.Failed -Record $record -Message $message
            continue
        }
        [void] $lines.Append($line).Append("`n")
        if ($lines.Length -ge $script:PieceCharacters) {
            Send-Json -Scan $Scan -Line $lines.ToString()
            [void] $lines.Clear()
        }
    }
    if ($lines.Length -gt 0) {
        Send-Json -Scan $Scan -Line $lines.ToString()
    }
}

function Send-Json {
    param($Scan, [string] $Line)

    if ($Scan.SetField) { $Line = '{"form":"json",' + $Scan.SetField.TrimEnd(',') + "}`n$Line" }
    Send-Text -Scan $Scan -Text $Line
}

# One push.
function Send-Text {
    param($Scan, [string] $Text)

    $bytes = $Scan.Encoding.GetBytes($Text)
    [void] (Invoke-Native -Function 'proxycalc_scan_push' -Argument $Scan.Handle, $bytes, ([UIntPtr] [uint64] $bytes.Length))
}

# Notes a file that cannot be read.
function Add-FailedFile {
    param($Scan, [string] $Path, [string] $Message)

    $Scan.Failed.Add([pscustomobject] @{ Record = $Path; Message = $Message })
    $Scan.LostFile = $true
}

# What a page of Graph says of itself goes as a page without records, of no file: the library knows whether the last one came.
function Send-PageHead {
    param($Scan, $Page)

    $head = [ordered] @{ value = @() }
    foreach ($name in '@odata.context', '@odata.nextLink') { $head[$name] = [string] (Get-NestedMember -InputObject $Page -Name $name) }
    Send-Source -Scan $Scan -Name '' -Stream ([System.IO.MemoryStream]::new($Scan.Encoding.GetBytes((ConvertTo-Json -InputObject $head -Compress))))
}

# Sends a file's bytes; the library finds its format.
function Send-File {
    param($Scan, [string] $Path)

    try {
        $stream = New-Object System.IO.FileStream $Path, 'Open', 'Read', 'ReadWrite'
    } catch {
        Add-FailedFile -Scan $Scan -Path $Path -Message "$Path cannot be read: $($_.Exception.GetBaseException().Message)"
        return
    }
    Send-Source -Scan $Scan -Name ([System.IO.Path]::GetFileName($Path)) -Stream $stream -Path $Path
}

function Send-Source {
    param($Scan, [string] $Name, [System.IO.Stream] $Stream, [string] $Path)

    try {
        $source = @{ name = $Name }
        if ($Scan.SetField) { $source['set'] = 'previous' }
        $source = [System.Text.Encoding]::UTF8.GetBytes((ConvertTo-Json -InputObject $source -Compress))
        [void] (Invoke-Native -Function 'proxycalc_source_begin' -Argument $Scan.Handle, $source, ([UIntPtr] [uint64] $source.Length))
        $piece = [byte[]]::new(262144)
        while (($count = $Stream.Read($piece, 0, $piece.Length)) -gt 0) {
            [void] (Invoke-Native -Function 'proxycalc_source_push' -Argument $Scan.Handle, $piece, ([UIntPtr] [uint64] $count))
            Write-ScanProgress -Scan $Scan -Status "$Path, $([int] ($Stream.Position / 1MB)) MB"
        }
        [void] (Invoke-Native -Function 'proxycalc_source_end' -Argument @(, $Scan.Handle))
    } finally {
        $Stream.Dispose()
    }
}

# -Path: a name that exists as it stands, whatever characters it has; else wildcards, in the caller's current folder.
# Nothing is tried that may throw: a caught error would still stand in the caller's -ErrorVariable.
function Send-Path {
    param($Scan, [string[]] $Path)

    foreach ($item in $Path) {
        $files = @()
        $provider = $null
        if (Test-Path -LiteralPath $item -PathType Leaf -ErrorAction Ignore) {
            $drive = $null
            $files = @($Scan.Cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath($item, [ref] $provider, [ref] $drive))
        } elseif (Test-Path -Path $item -PathType Leaf -ErrorAction Ignore) {
            $files = @($Scan.Cmdlet.SessionState.Path.GetResolvedProviderPathFromPSPath($item, [ref] $provider))
        }
        $files = @(if ($provider -and $provider.Name -eq 'FileSystem') { $files | Where-Object { [System.IO.File]::Exists($_) } })
        if ($files.Count -eq 0) {
            $isFolder = Test-Path -Path $item -PathType Container -ErrorAction Ignore
            Add-FailedFile -Scan $Scan -Path $item -Message $(if ($isFolder) { "$item is a folder. Name its files: -Path '$(Join-Path -Path $item -ChildPath '*.xml')'." } else { "There is no file $item." })
        }
        foreach ($file in $files) {
            Send-File -Scan $Scan -Path $file
        }
    }
}

# Progress appears on work that takes a second, and then five times a second at most.
function Write-ScanProgress {
    param($Scan, [string] $Status)

    $elapsed = $Scan.Clock.ElapsedMilliseconds
    if ($elapsed -lt 1000 -or $elapsed - $Scan.Reported -lt 200) {
        return
    }
    $Scan.Reported = $elapsed
    $Scan.Progress = $true
    if (-not $Status) {
        $Status = '{0:N0} objects' -f $Scan.Sent
    }
    Write-Progress -Activity $Scan.Cmdlet.MyInvocation.MyCommand.Name -Status $Status
}

function Complete-ScanProgress {
    param($Scan)

    if ($Scan -and $Scan.Progress) {
        $Scan.Progress = $false
        Write-Progress -Activity $Scan.Cmdlet.MyInvocation.MyCommand.Name -Completed
    }
}

# Ends the input: the summary as an object.
function Complete-ProxyScan {
    param($Scan)

    $json = Invoke-Native -Function 'proxycalc_scan_finish' -Argument @(, $Scan.Handle)
    Complete-ScanProgress -Scan $Scan
    return ConvertTo-ScanSummary -Json $json -Failed $Scan.Failed.Count
}

# Asks a finished scan; the answer is a page.
function Invoke-ScanQuery {
    param($Scan, [hashtable] $Query)

    $Query['version'] = 1
    $json = [System.Text.Encoding]::UTF8.GetBytes((ConvertTo-Json -InputObject $Query -Compress -Depth 24))
    return [string] (Invoke-Native -Function 'proxycalc_scan_query' -Argument $Scan.Handle, $json, ([UIntPtr] [uint64] $json.Length))
}

function Write-ScanFailure {
    param($Scan, $Cmdlet)

    foreach ($failure in $Scan.Failed) {
        $exception = New-Object System.IO.InvalidDataException $failure.Message
        $Cmdlet.WriteError((New-Object System.Management.Automation.ErrorRecord $exception, 'ProxyCalc.RecordUnreadable', 'InvalidData', $failure.Record))
    }
}

# A problem of the whole set in one line, with the records that it names. Where nothing was read there is none to name.
function Get-ProblemText {
    param($Problem)

    $text = '{0} ({1:N0}): {2}' -f $Problem.Code, $Problem.Count, $Problem.Message
    if ($Problem.FirstRecords -eq 'no record') { return $text }
    return '{0} First: {1}.' -f $text, ($Problem.FirstRecords -join '; ')
}

# Errors come after the results: one for each record that could not be sent, one for each problem of the whole set.
function Write-ScanProblem {
    param($Scan, $Summary, $Cmdlet)

    Write-ScanFailure -Scan $Scan -Cmdlet $Cmdlet
    foreach ($problem in $Summary.Problems) {
        # That a file was missing says why there was nothing.
        if ($problem.Code -eq 'NoRecords' -and $Scan.LostFile) { continue }
        $text = Get-ProblemText -Problem $problem
        if ($problem.Severity -eq 'Error') {
            $exception = New-Object System.IO.InvalidDataException $text
            $Cmdlet.WriteError((New-Object System.Management.Automation.ErrorRecord $exception, "ProxyCalc.$($problem.Code)", 'InvalidData', $problem))
        } else {
            $Cmdlet.WriteWarning($text)
        }
    }
}

# The beginning of every command that scans: what was before, then files, as they are parameters.
function Open-ScanCommand {
    param([hashtable] $Option, [object[]] $Previous, [string[]] $Path, $Cmdlet)

    try {
        $scan = New-ProxyScan -Option $Option -Cmdlet $Cmdlet
        if ($Previous) { Send-Previous -Scan $scan -Previous $Previous }
        if ($Path) { Send-Path -Scan $scan -Path $Path }
        return $scan
    } catch {
        $Cmdlet.ThrowTerminatingError($_)
    }
}

# What it calls when its buffer is full.
function Send-Buffer {
    param($Scan, [System.Collections.Generic.List[object]] $Buffer)

    try {
        Send-Record -Scan $Scan -Chunk $Buffer
    } catch {
        $Scan.Cmdlet.ThrowTerminatingError($_)
    }
    $Buffer.Clear()
}

# The end of every command that scans: the rest of the input, the results as $Output emits them, and, unless -Quiet, what
# was wrong.
function Complete-ScanCommand {
    param($Scan, [System.Collections.IList] $Rest, [scriptblock] $Output, [switch] $Quiet)

    $cmdlet = $Scan.Cmdlet
    try {
        Send-Record -Scan $Scan -Chunk $Rest
        $summary = Complete-ProxyScan -Scan $Scan
        & $Output $summary
        if (-not $Quiet) { Write-ScanProblem -Scan $Scan -Summary $summary -Cmdlet $cmdlet }
    } catch [System.Management.Automation.RuntimeException] {
        # What a command further down the pipeline throws is its own; rethrown, it keeps its name and place.
        if ($_.FullyQualifiedErrorId -notlike 'ProxyCalc.*' -and 'SilentlyContinue', 'Ignore' -notcontains $ErrorActionPreference) { throw }
        $cmdlet.ThrowTerminatingError($_)
    } finally {
        Complete-ScanProgress -Scan $Scan
        $Scan.Handle.Dispose()
    }
}
