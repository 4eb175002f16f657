<#
.SYNOPSIS
    Collects the recipients of a tenant into files that ProxyCalc reads.

.DESCRIPTION
    Everything here only reads: nothing is changed in the tenant, in Active Directory, or in Exchange. Run the script in
    Windows PowerShell 5.1 or PowerShell 7, in a session that is already connected. A part whose service is not
    connected is skipped with a warning.

    A file is complete, or it is not there: when a command fails, a warning names the file and the error. Files with
    the same names from an earlier run are replaced.

    recipients-*.xml   the objects to scan: Get-ChildItem -Path .\recipients-*.xml | Test-ProxyConflict
    tenant-*.xml       what Get-ProxyCalculation and Test-MailboxProvisioning need to know about the tenant

    The files hold personal data. Keep them where only admins can read them.

.PARAMETER OutputFolder
    The folder that the files are written to. It is created if it does not exist. The default is the current folder.
#>
[CmdletBinding()]
param(
    [ValidateNotNullOrEmpty()]
    [string] $OutputFolder = '.'
)

# The properties of each kind of object. Exchange on premises has no cloud ids.
$exchange = @(
    'Identity', 'Name', 'DisplayName', 'Alias', 'DistinguishedName', 'RecipientType', 'RecipientTypeDetails',
    'PrimarySmtpAddress', 'EmailAddresses', 'Guid'
)
$cloud = $exchange + @('ExternalDirectoryObjectId', 'ExchangeObjectId')
$mail = 'WindowsEmailAddress', 'LegacyExchangeDN'
$deleted = 'IsSoftDeletedByDisable', 'IsSoftDeletedByRemove', 'WhenSoftDeleted'
$cloudMailbox = $cloud + $mail + @('UserPrincipalName', 'IsDirSynced', 'IsExchangeCloudManaged', 'ExchangeGuid')
$cloudMailUser = $cloudMailbox + @('ExternalEmailAddress', 'ImmutableId')
$cloudGroup = $cloud + $mail + @('IsDirSynced')
$property = @{
    CloudRecipient         = $cloud + @('ExternalEmailAddress', 'WindowsLiveID', 'ExchangeGuid')
    CloudMailbox           = $cloudMailbox
    CloudMailUser          = $cloudMailUser
    CloudContact           = $cloudGroup + @('ExternalEmailAddress')
    CloudGroup             = $cloudGroup
    CloudUnifiedGroup      = $cloudGroup + @('ExchangeGuid')
    CloudPublicFolder      = $cloudGroup + @('ExternalEmailAddress', 'OnPremisesObjectId')
    DeletedRecipient       = $cloud + @('ExternalEmailAddress', 'WindowsLiveID', 'ExchangeGuid', 'WhenSoftDeleted')
    DeletedMailbox         = $cloudMailbox + $deleted + @('IsInactiveMailbox')
    DeletedMailUser        = $cloudMailUser + $deleted
    DeletedUnifiedGroup    = $cloudGroup + @('ExchangeGuid', 'WhenSoftDeleted')
    OnPremisesRecipient    = $exchange + @('ExternalEmailAddress', 'ExchangeGuid')
    OnPremisesMailbox      = $exchange + $mail + @('UserPrincipalName', 'ImmutableId', 'ExchangeGuid')
    OnPremisesMailUser     = $exchange + $mail + @('UserPrincipalName', 'ImmutableId', 'ExchangeGuid', 'ExternalEmailAddress')
    OnPremisesContact      = $exchange + $mail + @('ExternalEmailAddress')
    OnPremisesGroup        = $exchange + $mail
    Organization           = 'Name', 'IsDehydrated'
    AcceptedDomain         = 'DomainName', 'DomainType', 'Default', 'InitialDomain'

    # Microsoft Graph. Sign-ins are left out: they need AuditLog.Read.All and Microsoft Entra ID P1, and
    # Test-MailboxProvisioning says for whom to fetch them.
    GraphUser              = @(
        'id', 'displayName', 'userPrincipalName', 'userType', 'mail', 'mailNickname', 'proxyAddresses', 'otherMails',
        'imAddresses', 'createdDateTime', 'usageLocation', 'onPremisesSyncEnabled', 'onPremisesImmutableId',
        'onPremisesSecurityIdentifier', 'onPremisesDistinguishedName', 'onPremisesUserPrincipalName',
        'onPremisesSamAccountName', 'onPremisesProvisioningErrors', 'serviceProvisioningErrors', 'assignedLicenses',
        'licenseAssignmentStates', 'assignedPlans', 'provisionedPlans'
    )
    GraphGroup             = @(
        'id', 'displayName', 'mail', 'mailNickname', 'proxyAddresses', 'groupTypes', 'mailEnabled', 'securityEnabled',
        'onPremisesSyncEnabled', 'onPremisesSecurityIdentifier', 'onPremisesProvisioningErrors',
        'serviceProvisioningErrors'
    )
    GraphContact           = @(
        'id', 'displayName', 'mail', 'mailNickname', 'proxyAddresses', 'onPremisesSyncEnabled',
        'onPremisesProvisioningErrors', 'serviceProvisioningErrors'
    )
    GraphDeletedUser       = @(
        'id', 'displayName', 'userPrincipalName', 'userType', 'mail', 'mailNickname', 'proxyAddresses', 'otherMails',
        'createdDateTime', 'deletedDateTime', 'onPremisesSyncEnabled', 'onPremisesImmutableId',
        'onPremisesSecurityIdentifier', 'onPremisesDistinguishedName', 'onPremisesUserPrincipalName'
    )
    GraphDeletedGroup      = @(
        'id', 'displayName', 'mail', 'mailNickname', 'proxyAddresses', 'groupTypes', 'mailEnabled', 'securityEnabled',
        'deletedDateTime', 'onPremisesSyncEnabled', 'onPremisesSecurityIdentifier'
    )
    GraphDomain            = 'id', 'isInitial', 'isVerified'
    GraphServiceIssue      = @(
        'id', 'title', 'service', 'status', 'classification', 'feature', 'startDateTime', 'endDateTime', 'isResolved',
        'impactDescription'
    )

    ActiveDirectory        = @(
        'DistinguishedName', 'Name', 'ObjectClass', 'ObjectGUID', 'sAMAccountName', 'displayName', 'userPrincipalName',
        'mail', 'mailNickname', 'proxyAddresses', 'targetAddress', 'legacyExchangeDN', 'msRTCSIP-PrimaryUserAddress',
        'objectSid', 'mS-DS-ConsistencyGuid', 'msDS-ExternalDirectoryObjectId', 'msExchMailboxGuid',
        'msExchMasterAccountSid', 'msExchRecipientTypeDetails', 'msExchRemoteRecipientType', 'msExchHomeServerName',
        'homeMDB'
    )
}

# Runs a command that reads, and writes what it returns to a file: all of it, or no file. Of several commands, the next one
# is tried when one fails. Without a kind, the objects are written as they come.
function Save-Collected {
    param([string] $File, [string] $Kind, [scriptblock[]] $Command, [int] $Depth = 1)

    # An error in the middle of a list must not look like its end. Unlike $ErrorActionPreference, this reaches the
    # functions of other modules.
    $PSDefaultParameterValues = @{ '*:ErrorAction' = 'Stop' }
    $path = Join-Path -Path $OutputFolder -ChildPath $File
    $partial = "$path.partial"
    $wanted = if ($Kind) { $property[$Kind] } else { '*' }
    Write-Progress -Activity 'Collecting recipients' -Status $File
    try {
        foreach ($attempt in $Command) {
            try {
                if (Test-Path -LiteralPath $path) { Remove-Item -LiteralPath $path }
                & $attempt |
                    Select-Object -Property $wanted |
                    Export-Clixml -LiteralPath $partial -Depth $Depth -Encoding UTF8
                Move-Item -LiteralPath $partial -Destination $path
                return
            } catch {
                $failure = $_
            }
        }
        Write-Warning -Message "$File was not written: $failure"
    } finally {
        if (Test-Path -LiteralPath $partial) { Remove-Item -LiteralPath $partial }
        Write-Progress -Activity 'Collecting recipients' -Completed
    }
}

if (-not (Test-Path -LiteralPath $OutputFolder)) { $null = New-Item -Path $OutputFolder -ItemType Directory }
