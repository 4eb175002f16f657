# ProxyCalc: offline answers about proxy addresses. The work is done by the native library; see Private/Native.ps1.

foreach ($folder in 'Private', 'Public') {
    foreach ($file in [System.IO.Directory]::GetFiles((Join-Path $PSScriptRoot $folder), '*.ps1')) {
        . $file
    }
}
