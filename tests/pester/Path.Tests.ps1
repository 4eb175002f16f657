# -Path, and files in the pipeline.

BeforeAll {
    . (Join-Path -Path $PSScriptRoot -ChildPath 'Common.ps1')

    $flat = New-ConflictSet | Select-Object -Property *, @{ Name = 'EmailAddresses'; Expression = { $_.EmailAddresses -join ';' } } -ExcludeProperty EmailAddresses
    $csv = ($flat | ConvertTo-Csv -NoTypeInformation) -join "`r`n"
    $json = New-ConflictSet | ConvertTo-Json -Depth 4
    $lines = (New-ConflictSet | ForEach-Object { $_ | ConvertTo-Json -Depth 4 -Compress }) -join "`n"

    function Write-File {
        param([string] $Name, [string] $Text, [System.Text.Encoding] $Encoding = (New-Object -TypeName System.Text.UTF8Encoding -ArgumentList $false), [switch] $Zip)

        $path = Join-Path -Path $TestDrive -ChildPath $Name
        [void] [System.IO.Directory]::CreateDirectory((Split-Path -Path $path))
        $bytes = [byte[]] ($Encoding.GetPreamble() + $Encoding.GetBytes($Text))
        if ($Zip) {
            $memory = New-Object -TypeName System.IO.MemoryStream
            $gzip = New-Object -TypeName System.IO.Compression.GZipStream -ArgumentList $memory, ([System.IO.Compression.CompressionMode]::Compress)
            $gzip.Write($bytes, 0, $bytes.Length)
            $gzip.Dispose()
            $bytes = $memory.ToArray()
        }
        [System.IO.File]::WriteAllBytes($path, $bytes)
        $path
    }
}

Describe 'A file of every format' {
    It '<Name> is read' -ForEach @(
        @{ Name = 'CSV'; Make = { Write-File -Name 'a.csv' -Text $csv } }
        @{ Name = 'CSV with a byte order mark'; Make = { Write-File -Name 'b.csv' -Text $csv -Encoding (New-Object -TypeName System.Text.UTF8Encoding -ArgumentList $true) } }
        @{ Name = 'CSV in UTF-16'; Make = { Write-File -Name 'c.csv' -Text $csv -Encoding ([System.Text.Encoding]::Unicode) } }
        @{ Name = 'CSV in big-endian UTF-16'; Make = { Write-File -Name 'd.csv' -Text $csv -Encoding ([System.Text.Encoding]::BigEndianUnicode) } }
        @{ Name = 'CSV with semicolons and a list in pipes'; Make = { Write-File -Name 'e.csv' -Text (($flat | Select-Object -Property *, @{ Name = 'EmailAddresses'; Expression = { $_.EmailAddresses -replace ';', '|' } } -ExcludeProperty EmailAddresses | ConvertTo-Csv -NoTypeInformation -Delimiter ';') -join "`n") } }
        @{ Name = 'JSON'; Make = { Write-File -Name 'a.json' -Text $json } }
        @{ Name = 'JSON in UTF-16'; Make = { Write-File -Name 'b.json' -Text $json -Encoding ([System.Text.Encoding]::Unicode) } }
        @{ Name = 'JSON lines'; Make = { Write-File -Name 'a.jsonl' -Text $lines } }
        @{ Name = 'JSON lines under the name .json'; Make = { Write-File -Name 'lines.json' -Text $lines } }
        @{ Name = 'JSON under the name .txt'; Make = { Write-File -Name 'a.txt' -Text $json } }
        @{ Name = 'CLIXML'; Make = { $p = Join-Path -Path $TestDrive -ChildPath 'a.xml'; New-ConflictSet | Export-Clixml -LiteralPath $p; $p } }
        @{ Name = 'CLIXML in UTF-16'; Make = { $p = Join-Path -Path $TestDrive -ChildPath 'u.xml'; New-ConflictSet | Export-Clixml -LiteralPath $p -Encoding Unicode; $p } }
        @{ Name = 'CSV in gzip'; Make = { Write-File -Name 'a.csv.gz' -Text $csv -Zip } }
        @{ Name = 'JSON in gzip, in UTF-16'; Make = { Write-File -Name 'a.json.gz' -Text $json -Zip -Encoding ([System.Text.Encoding]::Unicode) } }
    ) {
        $file = & $Make
        $conflict = @(Test-ProxyConflict -Path $file -SummaryVariable summary -WarningAction SilentlyContinue -ErrorVariable problem)
        $problem | Should -BeNullOrEmpty
        $conflict[0].Address | Should -Be 'sales@contoso.com'
        $conflict[0].Holders.Identity | Should -Be 'Ann', 'Bob'
        $summary.RecipientsRead | Should -Be 3
        @(Get-Item -LiteralPath $file | Get-ProxyAddress -Address 'SALES@contoso.com' -WarningAction SilentlyContinue).Count | Should -Be 2
    }
}

Describe 'Names of files' {
    BeforeAll {
        $one = Write-File -Name 'names/one.json' -Text (New-ConflictSet | Select-Object -First 1 | ConvertTo-Json -Depth 4)
        $two = Write-File -Name 'names/two.json' -Text (New-ConflictSet | Select-Object -Skip 1 | ConvertTo-Json -Depth 4)
        $odd = Write-File -Name "names/odd/[1] it's.json" -Text $json
    }

    It '<Name> is found' -ForEach @(
        @{ Name = 'several names'; Make = { $one, $two } }
        @{ Name = 'a wildcard'; Make = { Join-Path -Path $TestDrive -ChildPath 'names/*.json' } }
        @{ Name = 'a set of characters'; Make = { Join-Path -Path $TestDrive -ChildPath 'names/[ot][nw][eo].json' } }
        @{ Name = 'a name with brackets and a quote'; Make = { $odd } }
        @{ Name = 'a name with escaped brackets'; Make = { Join-Path -Path $TestDrive -ChildPath "names/odd/``[1``] it's.json" } }
        @{ Name = 'a name of a PowerShell drive'; Make = { 'TestDrive:/names/one.json', 'TestDrive:/names/two.json' } }
    ) {
        @(Test-ProxyConflict -Path (& $Make) -WarningAction SilentlyContinue -ErrorAction Stop).Count | Should -Be 1
    }

    It 'a relative name belongs to the current location of PowerShell' {
        Push-Location -LiteralPath (Join-Path -Path $TestDrive -ChildPath 'names')
        try {
            @(Test-ProxyConflict -Path one.json, .\two.json -WarningAction SilentlyContinue -ErrorAction Stop).Count | Should -Be 1
            @(Get-ChildItem -Filter *.json | Test-ProxyConflict -WarningAction SilentlyContinue -ErrorAction Stop).Count | Should -Be 1
        } finally {
            Pop-Location
        }
    }

    It 'a missing file is an error that names it, and the others count: <_>' -ForEach 'missing.json', 'nothing-*.json', 'nofolder/a.json', 'nodrive:/a.json', 'names' {
        $conflict = Test-ProxyConflict -Path $one, (Join-Path -Path $TestDrive -ChildPath $_), $two -WarningAction SilentlyContinue -ErrorAction SilentlyContinue -ErrorVariable problem
        @($conflict).Count | Should -Be 1
        @($problem).Count | Should -Be 1
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'ProxyCalc.*,ProxyCalc.Commands.TestProxyConflictCommand'
        $problem[0].Exception.Message | Should -BeLike "*$_*"
    }

    It '-LiteralPath takes names as they are, also as -PSPath' {
        @(Test-ProxyConflict -LiteralPath $odd -WarningAction SilentlyContinue -ErrorAction Stop).Count | Should -Be 1
        @(Test-ProxyConflict -PSPath $one, $two -WarningAction SilentlyContinue -ErrorAction Stop).Count | Should -Be 1
        @(Test-ProxyConflict -LiteralPath $one -Path $two -WarningAction SilentlyContinue -ErrorAction Stop).Count | Should -Be 1
        $pattern = Join-Path -Path $TestDrive -ChildPath 'names/*.json'
        Test-ProxyConflict -LiteralPath $pattern -WarningAction SilentlyContinue -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        $problem[0].Exception.Message | Should -BeLike 'There is no file *names?`*.json.'
    }

    It 'a drive of the caller''s scope is seen' {
        function Find-It {
            [void] (New-PSDrive -Name Own -PSProvider FileSystem -Root (Join-Path -Path $TestDrive -ChildPath 'names') -Scope Local)
            @(Test-ProxyConflict -Path Own:/one.json, 'Own:/t*.json' -WarningAction SilentlyContinue -ErrorAction Stop).Count
        }
        Find-It | Should -Be 1
    }

    It 'files and objects are mixed' {
        @(New-ConflictSet | Select-Object -Skip 1 | Test-ProxyConflict -Path $one -WarningAction SilentlyContinue).Count | Should -Be 1
    }
}

Describe 'A broken file' {
    It '<Name>: an error names the place, and the rest counts' -ForEach @(
        @{ Name = 'a broken line of JSON'; File = 'l.jsonl'; Text = { $l = $lines -split "`n"; @($l[0], '{ "Identity": "broken", ', $l[1], $l[2]) -join "`n" }; Pattern = '*record 2*' }
        @{ Name = 'a number among the lines'; File = 'n.jsonl'; Text = { $l = $lines -split "`n"; @($l[0], '42', $l[1]) -join "`n" }; Pattern = '*42*' }
        @{ Name = 'a file that breaks off'; File = 't.jsonl'; Text = { $lines + "`n" + '{ "Identity": "half' }; Pattern = '*' }
        @{ Name = 'the name of a type in a cell'; File = 'o.csv'; Text = { $csv + "`r`n" + (($flat[2] | ForEach-Object { $_.EmailAddresses = 'System.Object[]'; $_.Identity = 'Lost'; $_.Name = 'Lost'; $_ } | ConvertTo-Csv -NoTypeInformation)[1]) }; Pattern = '*Lost*' }
    ) {
        $file = Write-File -Name $File -Text (& $Text)
        $conflict = @(Test-ProxyConflict -Path $file -WarningAction SilentlyContinue -ErrorAction SilentlyContinue -ErrorVariable problem)
        $conflict.Count | Should -Be 1
        @($problem).Count | Should -Be 1
        $problem[0].Exception.Message | Should -BeLike $Pattern
        { Test-ProxyConflict -Path (Write-File -Name "q-$File" -Text ((& $Text) -creplace 'Sales@', 'free@')) -Quiet -WarningAction SilentlyContinue } | Should -Throw -ErrorId 'ProxyCalc.InputUnusable,ProxyCalc.Commands.TestProxyConflictCommand'
    }

    It '<What> in <Form> costs one record, which the error names' -ForEach @(
        foreach ($form in 'lines', 'a list', 'a page') {
            @{ Form = $form; What = 'invalid UTF-8'; Bytes = [byte[]] (0xC3, 0x28, 0xFF); Pattern = 'NotUnicode*record 2 (broken), EmailAddresses: *' }
            @{ Form = $form; What = 'half of a character'; Bytes = [System.Text.Encoding]::ASCII.GetBytes('\ud83d'); Pattern = '*record 2: broken, EmailAddresses: *' }
        }
    ) {
        $file = Join-Path -Path $TestDrive -ChildPath 'broken.json'
        $line = $lines -split "`n"
        $start, $between, $end = switch ($Form) { 'lines' { '', "`n", '' } 'a list' { '[', ', ', ']' } 'a page' { '{ "@odata.context": "x", "value": [', ",`r`n", '] }' } }
        $utf8 = [System.Text.Encoding]::UTF8
        $before = $utf8.GetBytes($start + $line[0] + $between + '{"Identity":"broken","EmailAddresses":["SMTP:')
        [System.IO.File]::WriteAllBytes($file, [byte[]] ($before + $Bytes + $utf8.GetBytes('@contoso.com"]}' + $between + $line[1] + $end)))
        @(Test-ProxyConflict -Path $file -WarningAction SilentlyContinue -ErrorAction SilentlyContinue -ErrorVariable problem).Count | Should -Be 1
        @($problem).Count | Should -Be 1
        $problem[0].Exception.Message | Should -BeLike $Pattern
    }

    It 'a folder is called one, with what to give instead' {
        $folder = Join-Path -Path $TestDrive -ChildPath "it's [one]"
        [void] (Write-File -Name "it's [one]/a.xml" -Text '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04" />')
        Test-ProxyConflict -Path $folder -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        @($problem).Count | Should -Be 1
        $problem[0].Exception.Message.StartsWith("$folder is a folder. Name its files: -Path '") | Should -BeTrue
        # What it says is PowerShell, and finds the file.
        $argument = [regex]::Match($problem[0].Exception.Message, '-Path (.+)\.$').Groups[1].Value
        (& ([scriptblock]::Create("Get-Item -Path $argument"))).Name | Should -Be 'a.xml'
    }

    It 'a folder in the pipeline is no recipient' {
        $folder = Join-Path -Path $TestDrive -ChildPath 'sub'
        [void] (Write-File -Name 'sub/a.csv' -Text $csv)
        $conflict = Get-Item -LiteralPath $folder, (Join-Path -Path $folder -ChildPath 'a.csv') | Test-ProxyConflict -WarningAction SilentlyContinue -ErrorAction SilentlyContinue -ErrorVariable problem -SummaryVariable summary
        $conflict.Holders.Identity | Should -Be 'Ann', 'Bob'
        @($problem).Count | Should -Be 1
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'ProxyCalc.RecordUnreadable,*'
        $problem[0].Exception.Message | Should -BeLike "*sub is a folder. Name its files: -Path '*sub?*.csv'."
        $summary.Problems | Should -BeNullOrEmpty
        $folder | Test-ProxyConflict -WarningVariable warning -WarningAction SilentlyContinue -ErrorAction SilentlyContinue
        @($warning -like '*sub is a folder*').Count | Should -Be 1
    }

    It 'a folder without a file that can be read is not said to have some' {
        $folder = [System.IO.Directory]::CreateDirectory((Join-Path -Path $TestDrive -ChildPath 'empty folder')).FullName
        Test-ProxyConflict -Path $folder -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        $problem[0].Exception.Message | Should -BeLike "$folder is a folder. No file in it *"
    }

    It '<Name> is never clean' -ForEach @(
        @{ Name = 'an empty file'; File = 'empty.csv'; Text = '' }
        @{ Name = 'a header without rows'; File = 'header.csv'; Text = 'Identity,EmailAddresses' }
        @{ Name = 'an empty JSON array'; File = 'empty.json'; Text = '[]' }
        @{ Name = 'formatted output'; File = 'formatted.txt'; Text = "Name   Address`n----   -------`nann    ann@contoso.com" }
        @{ Name = 'HTML'; File = 'page.html'; Text = '<html><body>sign in</body></html>' }
    ) {
        $file = Write-File -Name $File -Text $Text
        { Test-ProxyConflict -Path $file -Quiet -WarningAction SilentlyContinue } | Should -Throw -ErrorId 'ProxyCalc.InputUnusable,ProxyCalc.Commands.TestProxyConflictCommand'
        Test-ProxyConflict -Path $file -ErrorAction SilentlyContinue -ErrorVariable problem -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        $problem | Should -Not -BeNullOrEmpty
    }
}
