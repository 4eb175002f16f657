using System;
using System.Collections.Generic;
using System.Globalization;
using System.Management.Automation;
using System.Text.RegularExpressions;
using ProxyCalc.Input;
using ProxyCalc.Json;

namespace ProxyCalc.Commands;

/// <summary>Says why a mailbox is still being prepared.</summary>
[Cmdlet(VerbsDiagnostic.Test, "MailboxProvisioning", HelpUri = Help.Address + "Test-MailboxProvisioning.md")]
[OutputType(typeof(ProvisioningFinding))]
public sealed class TestMailboxProvisioningCommand : NativeCommand
{
    /// <summary>What Graph is to be asked for, as text for an admin.</summary>
    private const string Select = "id,userPrincipalName,displayName,mail,mailNickname,proxyAddresses,usageLocation,createdDateTime,assignedLicenses,assignedPlans,"
        + "provisionedPlans,licenseAssignmentStates,serviceProvisioningErrors,onPremisesSyncEnabled,onPremisesImmutableId,onPremisesSecurityIdentifier,"
        + "onPremisesDistinguishedName,onPremisesProvisioningErrors";

    private static readonly Regex RecordPath = new(@"^(\w+)\[(\d+)\]", RegexOptions.CultureInvariant);

    /// <summary>Users of one question to the library.</summary>
    private static int usersAtOnce = 2000;

    private readonly List<object> users = new();
    private readonly Dictionary<string, List<object>> sent = new(StringComparer.Ordinal);

    /// <summary>Users, as Get-MgUser or the REST API gives them.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, Position = 0)]
    [AllowNull]
    [AllowEmptyCollection]
    [AllowEmptyString]
    public PSObject? InputObject { get; set; }

    /// <summary>Recipients of Exchange Online.</summary>
    [Parameter]
    [AllowNull]
    [AllowEmptyCollection]
    public object?[]? Recipient { get; set; }

    /// <summary>Files of recipients.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? RecipientPath { get; set; }

    /// <summary>Says that soft-deleted ones are among the recipients.</summary>
    [Parameter]
    public SwitchParameter IncludesSoftDeleted { get; set; }

    /// <summary>The users of Active Directory.</summary>
    [Parameter]
    [AllowNull]
    [AllowEmptyCollection]
    public object?[]? OnPremisesUser { get; set; }

    /// <summary>The deleted users of Entra ID.</summary>
    [Parameter]
    [AllowNull]
    [AllowEmptyCollection]
    public object?[]? DeletedUser { get; set; }

    /// <summary>What Get-OrganizationConfig gives.</summary>
    [Parameter]
    [AllowNull]
    public PSObject? OrganizationConfig { get; set; }

    /// <summary>The issues of the service.</summary>
    [Parameter]
    [AllowNull]
    [AllowEmptyCollection]
    public object?[]? ServiceHealth { get; set; }

    /// <summary>The tenant's initial domain.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? InitialDomain { get; set; }

    /// <summary>When the data was collected, where that was not now.</summary>
    [Parameter]
    public DateTime CollectedAt { get; set; }

    private protected override string PathParameter => "-RecipientPath";

    private protected override void Begin()
    {
        WarnIfEmpty(nameof(Recipient));
        Open("addresses", NameTable.Of(withRules: false), _ => { }, isSeparated: false);
        Feed.AddPaths(RecipientPath, literal: false);
    }

    private protected override void Process() => users.AddRange(ProvisioningRecords.Single(InputObject));

    private protected override void End()
    {
        Feed.Add(Recipient);
        Summary summary = Finish();
        var records = new ProvisioningRecords(Failures);
        var rest = new JsonBuffer();
        WriteRest(rest, records);
        List<object> all = users.FindAll(IsUser);
        if (all.Count == 0 && Failures.Count == 0)
        {
            WriteNoRecords();
        }

        NameTable names = NameTable.Of(ProvisioningRecords.User, withAll: true);
        for (int from = 0; from < all.Count; from += usersAtOnce)
        {
            List<object> some = all.GetRange(from, Math.Min(usersAtOnce, all.Count - from));
            Ask(records, some, names, rest, isFirst: from == 0);
            Report(string.Format(CultureInfo.InvariantCulture, "{0:N0} users", from + some.Count));
        }

        if (IsGiven(nameof(Recipient)) || IsGiven(nameof(RecipientPath)))
        {
            WriteProblems(summary);
        }
        else
        {
            // Who gave no recipients does not want to hear that none were read.
            WriteFailures();
        }
    }

    private bool IsGiven(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);

    private bool IsUser(object user)
    {
        if (Members.Unwrap(user) is not (string or ValueType))
        {
            return true;
        }

        string name = ValueWriter.Text(Members.Unwrap(user)!);
        Failures.Add(user, $"{Display.Short(name)} is not a user but the name of one. Pipe the user itself: Get-MgUser -UserId {PathResolver.Quoted(name)} -Property {Select} | Test-MailboxProvisioning");
        return false;
    }

    /// <summary>What goes with every question: each list by its name, with a comma before it.</summary>
    private void WriteRest(JsonBuffer to, ProvisioningRecords records)
    {
        WriteList(to, records, nameof(OnPremisesUser), OnPremisesUser, "onPremisesUsers", NameTable.Of(ProvisioningRecords.OnPremisesUser, withAll: true));
        WriteList(to, records, nameof(DeletedUser), DeletedUser, "deletedUsers", NameTable.Of(ProvisioningRecords.User, withAll: true));
        WriteList(to, records, nameof(OrganizationConfig), OrganizationConfig, "organizationConfig", NameTable.Of(ProvisioningRecords.Organization, withAll: false));
        WriteList(to, records, nameof(ServiceHealth), ServiceHealth, "serviceHealth", NameTable.Of(ProvisioningRecords.Issue, withAll: false));
        if (InitialDomain is not null)
        {
            to.Raw(",\"tenant\":{\"initialDomain\":");
            to.String(InitialDomain);
            to.Byte('}');
        }

        if (IncludesSoftDeleted)
        {
            to.Raw(",\"recipientsIncludeSoftDeleted\":true");
        }

        if (IsGiven(nameof(CollectedAt)))
        {
            to.Raw(",\"now\":");
            to.String(ValueWriter.DateText(CollectedAt));
        }
    }

    private void WriteList(JsonBuffer to, ProvisioningRecords records, string parameter, object? value, string field, NameTable names)
    {
        if (IsGiven(parameter))
        {
            to.Byte(',');
            to.Name(field);
            sent[field] = records.Write(to, ProvisioningRecords.Single(value), names);
        }
    }

    /// <summary>Asks about some users; gives findings, and notes what could not be read.</summary>
    private void Ask(ProvisioningRecords records, List<object> some, NameTable names, JsonBuffer rest, bool isFirst)
    {
        var query = new JsonBuffer(1 << 16);
        query.Raw("{\"version\":1,\"diagnose\":{\"users\":");
        sent["users"] = records.Write(query, some, names);
        if (sent["users"].Count == 0)
        {
            return;
        }

        query.Append(rest);
        query.Raw("}}");
        Dictionary<string, object?> answer = Query(query);
        foreach (Dictionary<string, object?> result in answer.Objects("results"))
        {
            if (result.Object("error") is { } error)
            {
                Note(error);
                continue;
            }

            foreach (Dictionary<string, object?> finding in result.Objects("findings"))
            {
                WriteObject(new ProvisioningFinding(result.Text("userPrincipalName") ?? string.Empty, result.Text("id") ?? string.Empty, finding));
            }
        }

        // A record of another list goes with every question and is noted once.
        if (isFirst)
        {
            foreach (Dictionary<string, object?> error in answer.Objects("leftOut"))
            {
                Note(error);
            }
        }
    }

    private void Note(Dictionary<string, object?> error)
    {
        string path = error.Text("path") ?? string.Empty;
        object record = path;
        Match found = RecordPath.Match(path);
        if (found.Success && sent.TryGetValue(found.Groups[1].Value, out List<object>? list))
        {
            int number = int.Parse(found.Groups[2].Value, CultureInfo.InvariantCulture);
            record = number < list.Count ? list[number] : record;
        }

        Failures.AddRecord(record, Display.Text(error.Text("message")));
    }
}
