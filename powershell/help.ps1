# Makes the help that Get-Help shows from the Markdown in docs/commands: the MAML file by PlatyPS, and the about topic.
#
#   pwsh -NoProfile -File powershell/help.ps1
[CmdletBinding()]
param(
    # The folder of the help files.
    [string] $OutputFolder = (Join-Path -Path $PSScriptRoot -ChildPath 'ProxyCalc/en-US'),

    # PlatyPS 1.0: the name of the installed module, or the path of its manifest.
    [string] $PlatyPS = 'Microsoft.PowerShell.PlatyPS'
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest
Import-Module -Name $PlatyPS
$source = Join-Path -Path (Split-Path -Path $PSScriptRoot) -ChildPath 'docs/commands'
$utf8 = New-Object -TypeName System.Text.UTF8Encoding -ArgumentList $false
$maml = 'http://schemas.microsoft.com/maml/2004/10'

# A text without its line breaks: Get-Help wraps lines to the width of the console.
function ConvertTo-Line {
    param([string] $Text)

    ($Text -replace '\s*\n\s*', ' ').Trim()
}

# The paragraphs of a text, each as a maml:para.
function Add-Paragraph {
    param($Parent, [string[]] $Text)

    foreach ($one in $Text) {
        $paragraph = $Parent.OwnerDocument.CreateElement('maml', 'para', $maml)
        $paragraph.InnerText = $one
        $null = $Parent.AppendChild($paragraph)
    }
}

# PlatyPS 1.0 writes a description as one paragraph with the line breaks of the Markdown, and the code of an example, with
# its fence, as a part of the introduction, where Get-Help does not look for code.
function Repair-Maml {
    param([System.Xml.XmlDocument] $Document)

    $name = New-Object -TypeName System.Xml.XmlNamespaceManager -ArgumentList $Document.NameTable
    $name.AddNamespace('maml', $maml)
    $name.AddNamespace('command', 'http://schemas.microsoft.com/maml/dev/command/2004/10')
    $name.AddNamespace('dev', 'http://schemas.microsoft.com/maml/dev/2004/10')

    foreach ($example in @($Document.SelectNodes('//command:example', $name))) {
        $introduction = $example.SelectSingleNode('maml:introduction', $name)
        $text = @($introduction.SelectNodes('maml:para', $name) | ForEach-Object { $_.InnerText })
        $code = @($text -match '(?s)^```')
        if ($code.Count -ne 1) { throw "$($example.SelectSingleNode('maml:title', $name).InnerText) has $($code.Count) pieces of code" }
        $example.SelectSingleNode('dev:code', $name).InnerText = $code[0] -replace '(?s)^```\w*\r?\n(.*?)\r?\n```\s*$', '$1'
        $null = $introduction.RemoveAll()
        # Get-Help puts nothing between two examples, so the last paragraph of each is an empty one.
        $remarks = @($text -notmatch '(?s)^```' -ne [string] [char] 0x80 | ForEach-Object { ConvertTo-Line -Text $_ })
        Add-Paragraph -Parent $example.SelectSingleNode('dev:remarks', $name) -Text ($remarks + '')
    }
    foreach ($paragraph in @($Document.SelectNodes('//maml:para[not(ancestor::command:examples)]', $name))) {
        $parts = @($paragraph.InnerText -split '\r?\n\s*\r?\n' | ForEach-Object { ConvertTo-Line -Text $_ } | Where-Object { $_ })
        Add-Paragraph -Parent $paragraph.ParentNode -Text $parts
        $null = $paragraph.ParentNode.RemoveChild($paragraph)
    }
    # Links to other pages of this folder are names for Get-Help; an address that is not absolute breaks Get-Help -Online.
    foreach ($link in @($Document.SelectNodes('//maml:navigationLink', $name))) {
        $address = $link.SelectSingleNode('maml:uri', $name)
        if ($address.InnerText -match '^https://') { continue }
        $address.InnerText = ''
        if ($link.SelectSingleNode('maml:linkText', $name).InnerText -like 'Online Version*') { $null = $link.ParentNode.RemoveChild($link) }
    }
}

# Text of at most 80 columns, in the form of Windows PowerShell's own about topics.
function ConvertTo-AboutTopic {
    param([string] $Markdown)

    # Links and code lose their marks.
    $plain = { param($text) $text -replace '\[([^\]]*)\]\([^)]*\)', '$1' -replace '`', '' }
    $fold = {
        param($text, $indent)
        $line = $indent
        foreach ($word in (& $plain $text) -split '\s+') {
            if ($line.Trim() -and $line.Length + 1 + $word.Length -gt 79) {
                $line
                $line = ' ' * $indent.Length
            }
            $line = if ($line.Trim() -and -not $line.EndsWith(' ')) { "$line $word" } else { "$line$word" }
        }
        $line
    }
    $block = @($Markdown.Trim() -split '(?s)(```.*?```)' | ForEach-Object { if ($_ -match '^```') { $_ } else { $_ -split '\r?\n\s*\r?\n' } } | Where-Object { $_.Trim() })
    $output = foreach ($text in $block) {
        $text = $text.Trim()
        if ($text -match '^# (.*)') {
            'TOPIC'
            "    $($Matches[1])"
        } elseif ($text -match '^## (.*)') {
            $Matches[1].ToUpperInvariant()
            continue
        } elseif ($text -match '(?s)^```\w*\r?\n(.*?)\r?\n```$') {
            $Matches[1] -split '\r?\n' | ForEach-Object { "        $_" }
        } elseif ($text -match '^- ') {
            $text -split '\r?\n(?=- )' | ForEach-Object { & $fold ($_ -replace '^- ') '    ' }
        } else {
            & $fold $text '    '
        }
        ''
    }
    ($output -join "`n").Trim() + "`n"
}

$commands = @(Get-ChildItem -Path (Join-Path -Path $source -ChildPath '*-*.md') | Sort-Object -Property Name)
foreach ($file in $commands) {
    if (-not (Test-MarkdownCommandHelp -Path $file.FullName)) { throw "$($file.Name) is not in the format of PlatyPS: Test-MarkdownCommandHelp -DetailView says why" }
}
$temporary = Join-Path -Path ([System.IO.Path]::GetTempPath()) -ChildPath ([guid]::NewGuid())
try {
    $made = Import-MarkdownCommandHelp -Path $commands.FullName | Export-MamlCommandHelp -OutputFolder $temporary -Force
    $document = New-Object -TypeName System.Xml.XmlDocument
    $document.LoadXml([System.IO.File]::ReadAllText($made.FullName))
} finally {
    Remove-Item -LiteralPath $temporary -Recurse -Force -ErrorAction Ignore
}
Repair-Maml -Document $document
$settings = New-Object -TypeName System.Xml.XmlWriterSettings -Property @{ Indent = $true; NewLineChars = "`n"; Encoding = $utf8 }
$writer = [System.Xml.XmlWriter]::Create((Join-Path -Path $OutputFolder -ChildPath $made.Name), $settings)
try { $document.Save($writer) } finally { $writer.Dispose() }

$about = ConvertTo-AboutTopic -Markdown ([System.IO.File]::ReadAllText((Join-Path -Path $source -ChildPath 'about_ProxyCalc.md')))
[System.IO.File]::WriteAllText((Join-Path -Path $OutputFolder -ChildPath 'about_ProxyCalc.help.txt'), $about, $utf8)
