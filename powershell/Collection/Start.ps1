# Collects the addresses of a tenant for ProxyCalc. Everything here only reads; nothing in the tenant is changed.
# Run it in Windows PowerShell 5.1 or PowerShell 7, in an empty folder, in a session that is already connected.
# Existing files of the same names are replaced. An error concerns one file: that file is then not complete.
#
# The word in brackets above a command is the module or the shell that it needs.
#
# recipients-*.xml   the objects to scan:  Get-ChildItem -Path .\recipients-*.xml | Test-ProxyConflict
# tenant-*.xml       for Get-ProxyCalculation and Test-MailboxProvisioning:  Import-Clixml -Path .\tenant-...xml
