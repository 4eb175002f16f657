# What Test-MailboxProvisioning sends: users with their licences, and what goes with them, as JSON with the properties that are
# read and no others.

# Beside the names that the library reads of any record.
$script:ProvisioningProperty = @{
    User           = 'usagelocation', 'mailnickname', 'createddatetime', 'onpremisessamaccountname', 'assignedlicenses', 'assignedplans',
    'provisionedplans', 'licenseassignmentstates', 'licensedetails', 'onpremisesprovisioningerrors', 'serviceprovisioningerrors', 'signinactivity'
    OnPremisesUser = 'homemdb', 'msexchhomeservername', 'msexchremoterecipienttype', 'mailnickname'
    Organization   = 'isdehydrated', 'name', 'identity', 'organizationid'
    Issue          = 'id', 'title', 'service', 'classification', 'status', 'isresolved'
}
# The members of objects in a user that are read.
$script:ProvisioningNested = @{
    assignedlicenses             = 'skuId', 'disabledPlans'
    assignedplans                = 'servicePlanId', 'service', 'capabilityStatus', 'assignedDateTime'
    provisionedplans             = 'service', 'capabilityStatus', 'provisioningStatus'
    licenseassignmentstates      = 'skuId', 'assignedByGroup', 'state', 'error'
    licensedetails               = 'skuId', 'servicePlans'
    servicePlans                 = 'servicePlanId', 'servicePlanName', 'provisioningStatus'
    onpremisesprovisioningerrors = 'category', 'propertyCausingError', 'value'
    serviceprovisioningerrors    = 'serviceInstance', 'isResolved', 'errorDetail'
    signinactivity               = 'lastSignInDateTime', 'lastNonInteractiveSignInDateTime', 'lastSuccessfulSignInDateTime'
}
# Users of one question to the library.
$script:UsersAtOnce = 2000

# What Graph is to be asked for, as text for an admin.
$script:ProvisioningSelect = 'id,userPrincipalName,displayName,mail,mailNickname,proxyAddresses,usageLocation,createdDateTime,assignedLicenses,assignedPlans,' +
'provisionedPlans,licenseAssignmentStates,serviceProvisioningErrors,onPremisesSyncEnabled,onPremisesImmutableId,onPremisesSecurityIdentifier,' +
'onPremisesDistinguishedName,onPremisesProvisioningErrors'

# The records of a parameter: arrays and Graph's pages are taken apart.
function Get-SingleRecord {
    param($InputObject)

    foreach ($record in $InputObject) {
        if ($null -eq $record) { continue }
        $page = $null
        if ($record -isnot [string] -and $record -isnot [System.Collections.IList]) { $page = Get-NestedMember -InputObject $record -Name 'value' }
        if ($page -is [System.Collections.IList] -or $record -is [System.Collections.IList]) {
            Get-SingleRecord -InputObject $(if ($page -is [System.Collections.IList]) { $page } else { $record })
        } else {
            $record
        }
    }
}

# Records as JSON, one text each; one that cannot be read is noted and left out. $Sent gets those that were not.
function ConvertTo-RecordText {
    param($Scan, [object[]] $Record, [string] $Kind, [System.Collections.Generic.List[object]] $Sent)

    $known = [System.Collections.Generic.HashSet[string]]::new([string[]] $script:ProvisioningProperty[$Kind])
    if ('User', 'OnPremisesUser' -contains $Kind) { $known.UnionWith((Get-Native).RulePropertyNames) }
    foreach ($one in $Record) {
        try {
            $text = if ($one -is [string] -or $one -is [System.ValueType]) {
                ConvertTo-Json -InputObject ([string] $one) -Compress
            } else {
                $names = Get-KnownName -InputObject $one -Known $known
                Assert-Readable -InputObject $one -Name $names
                ConvertTo-RecordJson -InputObject $one -Name $names -Nested $script:ProvisioningNested
            }
            [void] $Scan.Encoding.GetByteCount($text)
        } catch {
            Add-FailedRecord -Failed $Scan.Failed -Record $one -Message $_.Exception.GetBaseException().Message
            continue
        }
        $Sent.Add($one)
        $text
    }
}

# Asks about some users; emits findings, and notes what could not be read.
function Read-ProvisioningFinding {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSReviewUnusedParameter', '', Justification = 'The script block of the rows reads them.')]
    param($Scan, [string[]] $User, [string] $Rest, [hashtable] $Sent, [switch] $First)

    $json = '{"version":1,"diagnose":{"users":[' + [string]::Join(',', $User) + ']' + $Rest + '}}'
    $query = $Scan.Encoding.GetBytes($json)
    $page = Invoke-Native -Function 'proxycalc_scan_query' -Argument $Scan.Handle, $query, ([UIntPtr] [uint64] $query.Length)
    Read-PageRow -Page ([string] $page) -Row {
        param($field, $escaped)

        $lists = $field
        if ($escaped) { $field = ConvertFrom-EscapedField -Field $field.Clone() }
        if ($field[0] -eq 'F') {
            [pscustomobject] @{
                PSTypeName        = 'ProxyCalc.ProvisioningFinding'
                UserPrincipalName = $field[1]
                Id                = $field[2]
                Name              = $field[4]
                Status            = $field[5]
                Evidence          = ConvertFrom-ListField -Field $lists[6]
                NextStep          = ConvertFrom-ListField -Field $lists[7]
                Reference         = $field[8]
            }
            return
        }
        # X: a user; L: a record of another list, which goes with every question and is noted once.
        $isUser = $field[0] -eq 'X'
        if (-not $isUser -and -not $First) { return }
        $path = $field[$field.Length - 2]
        $record = $path
        if ($path -match '^(\w+)\[(\d+)\]' -and $Sent.ContainsKey($Matches[1])) { $record = $Sent[$Matches[1]][[int] $Matches[2]] }
        Add-FailedRecord -Failed $Scan.Failed -Record $record -Message $field[$field.Length - 1]
    }
}
