@{
    RootModule           = 'ProxyCalc.PowerShell.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = '3f1c2a52-6a0d-4c7f-9d7e-2f4b1f0c9a61'
    Author               = 'The ProxyCalc developers'
    CompanyName          = 'ProxyCalc'
    Copyright            = '(c) The ProxyCalc developers. MIT or Apache-2.0.'
    Description          = 'Offline answers about proxy addresses in Exchange Online and Entra ID: who holds an address, which are held twice, what is wrong with one, and what to run.'
    PowerShellVersion    = '5.1'
    DotNetFrameworkVersion = '4.7.2'
    CompatiblePSEditions = @('Desktop', 'Core')
    FunctionsToExport    = @()
    CmdletsToExport      = @(
        'Get-ProxyAddress'
        'Get-ProxyCalculation'
        'Get-ProxyCollectionScript'
        'Resolve-ProxyError'
        'Test-MailboxProvisioning'
        'Test-ProxyAddress'
        'Test-ProxyConflict'
    )
    VariablesToExport    = @()
    AliasesToExport      = @()
    FormatsToProcess     = @('ProxyCalc.Format.ps1xml')
    PrivateData          = @{ PSData = @{ Tags = @('Exchange', 'ExchangeOnline', 'EntraID', 'proxyAddresses', 'Windows', 'Linux', 'MacOS', 'PSEdition_Desktop', 'PSEdition_Core') } }
}
