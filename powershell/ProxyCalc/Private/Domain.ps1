# The domains of a tenant, as an admin has them.

# Their names, from names or from what Get-MgDomain and Get-AcceptedDomain give. An object that became its text, or several
# names in one text, would be a domain that no address has: then every address would look unverified.
function Get-DomainName {
    param([object[]] $Domain, $Cmdlet)

    foreach ($item in $Domain) {
        if ($null -eq $item) { continue }
        $name = $item
        if ($item -isnot [string]) {
            $verified = Get-NestedMember -InputObject $item -Name 'IsVerified'
            # Get-AcceptedDomain lists verified ones only; in a table True is a text.
            if ($null -ne $verified -and [string] $verified -ne 'True') { continue }
            $name = Get-NestedMember -InputObject $item -Name $(if ($null -ne $verified) { 'Id' } else { 'DomainName' })
        }
        $name = "$name".Trim()
        if ($item -is [string] -and -not $name) { continue }
        if ($name -notmatch '^@?[^\s@;,{}=*]+\.[^\s@;,{}=*]+$') {
            $shown = if ($name) { $name } else { [string] $item }
            $exception = New-Object System.ArgumentException "-VerifiedDomain: '$shown' is no domain. Give names, each by itself: -VerifiedDomain (Get-MgDomain | Where-Object IsVerified).Id"
            $Cmdlet.ThrowTerminatingError((New-Object System.Management.Automation.ErrorRecord $exception, 'ProxyCalc.InvalidRequest', 'InvalidArgument', $item))
        }
        $name.TrimStart('@')
    }
}
