function Resolve-ProxyError {
    <#
    .SYNOPSIS
        Reads an error text about proxy addresses: what it says, who has the address, and what to run next.

    .DESCRIPTION
        Takes what Exchange Online, the admin centres, Graph and Entra Connect print when an address, a name or a mailbox GUID
        is in use, and says which error it is (Code), which addresses and which holder it names, what it means, and what to run
        next. With recipients given it also finds who really has the address (Holders), and the commands are those of the
        holder's type. It connects to nothing and runs nothing: NextSteps are lines to read, each a command or a comment.

        It does not matter how a text was pasted: wrapped by a console, with curly or escaped quotes, as JSON, with marks, or as
        a whole error. A text that fits no known error has the code Unknown, with the addresses that are in it.

        Objects can be given as well: an ErrorRecord ($Error[0]), an error of Graph or of Entra Connect (ErrorExtraDetails), and
        users, groups and contacts with OnPremisesProvisioningErrors or ServiceProvisioningErrors: those give a result for each
        value that they lost, and nothing when they are healthy.

        Each thing in the pipeline is one text. A message that takes several lines in a file is one text with Get-Content -Raw.

    .PARAMETER Message
        The error: a text, an ErrorRecord, an exception, a file with a text, or an object that carries errors. From the
        pipeline, or several as an array.

    .PARAMETER Recipient
        Recipients, as objects of any command, among which the holder is looked for. With the output of
        Get-ADSyncToolsAadObject among them, the source anchor of an orphaned mail-enabled public folder is filled in.

    .PARAMETER RecipientPath
        Files with recipients: CSV, JSON, JSON lines or CLIXML, in UTF-8 or UTF-16, also compressed with gzip. Wildcards are
        allowed.

    .INPUTS
        Texts, ErrorRecords, or objects that carry errors.

    .OUTPUTS
        ProxyCalc.ErrorAnalysis: Code, IsConflict, Identity (who lost the value), Addresses, Attribute, Value, Holder (whom the
        text names), Holders (who has it among the recipients), Loser, Explanation, NextSteps, Reference, AlsoFound, Message, Target.

    .EXAMPLE
        $Error[0] | Resolve-ProxyError

        Says what the last error means and what to do.

    .EXAMPLE
        Resolve-ProxyError 'The proxy address "SMTP:info@contoso.com" is already being used by the proxy addresses or LegacyExchangeDN of "HR".' -Recipient (Get-EXORecipient -ResultSize Unlimited)

        Finds who has info@contoso.com, and gives the commands for that type of recipient.

    .EXAMPLE
        Get-Content -Raw .\error.txt | Resolve-ProxyError -RecipientPath .\recipients.json | Select-Object -ExpandProperty NextSteps

        Reads a message of several lines from a file, and shows what to run.

    .EXAMPLE
        Get-MgUser -All -Property Id,DisplayName,UserPrincipalName,OnPremisesProvisioningErrors | Resolve-ProxyError -RecipientPath .\recipients.json | Format-Table Identity, Addresses, Holders

        Lists all users that lost a value in synchronisation, which value, and who has it. The same works with Get-MgGroup and
        Get-MgContact, which the admin centre does not show.

    .EXAMPLE
        $folders = Get-ADSyncToolsAadObject -SyncObjectType PublicFolder -Credential (Get-Credential)
        $Error[0] | Resolve-ProxyError -Recipient $folders -RecipientPath .\recipients-online.json, .\recipients-onpremises.json

        For an address that an orphaned mail-enabled public folder has in Entra ID: the procedure, with the folder's source anchor.

    .EXAMPLE
        (Get-ADSyncCSObject -DistinguishedName $dn -ConnectorName $connector).ExportError.ErrorExtraDetails | Resolve-ProxyError

        Reads the details of an export error of Entra Connect.

    .EXAMPLE
        Import-Clixml .\recipients-entra-users.xml | Resolve-ProxyError -RecipientPath .\recipients-*.xml | Select-Object Flat | Export-Csv .\lost-values.csv -NoTypeInformation -Encoding UTF8

        Writes what fits into a table: the property set Flat.

    .LINK
        Test-ProxyConflict

    .LINK
        Get-ProxyAddress

    .LINK
        Test-MailboxProvisioning
    #>
    [CmdletBinding()]
    [OutputType('ProxyCalc.ErrorAnalysis')]
    param(
        [Parameter(ValueFromPipeline = $true, Position = 0)]
        [AllowNull()]
        [AllowEmptyString()]
        [AllowEmptyCollection()]
        [object] $Message,

        [AllowNull()]
        [AllowEmptyCollection()]
        [object] $Recipient,

        [ValidateNotNullOrEmpty()]
        [string[]] $RecipientPath
    )

    begin {
        $ErrorActionPreference, $WarningPreference, $ProgressPreference = Get-CallerPreference -Cmdlet $PSCmdlet
        Write-EmptyWarning -Cmdlet $PSCmdlet -Name 'Recipient'
        $scan = Open-ScanCommand -Option @{ want = 'addresses' } -Path $RecipientPath -Cmdlet $PSCmdlet
        $entry = [System.Collections.Generic.List[object]]::new()
        $came = $false
    }

    process {
        foreach ($item in $Message) { if ($null -ne $item) { $came = $true; break } }
        Add-ErrorEntry -InputObject $Message -Entry $entry -Scan $scan
    }

    end {
        # Without recipients there is nothing to be said of them.
        $alone = $null -eq $Recipient -and -not $RecipientPath
        Complete-ScanCommand -Scan $scan -Rest @(, $Recipient) -Quiet:$alone -Output {
            # Who is healthy has no errors; nobody at all is no answer.
            if (-not $came) { Write-NoRecord -Cmdlet $PSCmdlet }
            $texts = @(foreach ($item in $entry) { , $item.Content })
            Read-ErrorAnalysis -Page (Invoke-ScanQuery -Scan $scan -Query @{ resolve = @{ texts = $texts } }) -Entry $entry
            if ($alone) { Write-ScanFailure -Scan $scan -Cmdlet $PSCmdlet }
        }
    }
}
