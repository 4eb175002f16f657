# ProxyCalc: offline answers about proxy addresses. The work is done by the native library; see Private/Native.ps1.

# Not Join-Path: the first command of another module takes longer than all of this.
foreach ($folder in 'Private', 'Public') {
    foreach ($file in [System.IO.Directory]::GetFiles("$PSScriptRoot/$folder", '*.ps1')) {
        . $file
    }
}
