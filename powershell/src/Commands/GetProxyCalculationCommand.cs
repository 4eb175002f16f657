using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Management.Automation;
using ProxyCalc.Input;
using ProxyCalc.Json;
using ProxyCalc.Rows;

namespace ProxyCalc.Commands;

/// <summary>Computes what Entra ID makes of on-premises users.</summary>
[Cmdlet(VerbsCommon.Get, "ProxyCalculation", DefaultParameterSetName = ObjectSet, HelpUri = Help.Address + "Get-ProxyCalculation.md")]
[OutputType(typeof(Calculation))]
public sealed class GetProxyCalculationCommand : ScanCommand
{
    private const string ValueSet = "Value";
    private const string Fetch = "Get-MgUser -All -Property id,userPrincipalName,mail,mailNickname,proxyAddresses,onPremisesImmutableId,assignedPlans";
    private const string LicenseUnknown = "LicenceUnknown";
    private const string PreviousNotFetched = "PreviousNotFetched";

    private static readonly string[] ValueParameters =
    {
        nameof(Identity), nameof(UserPrincipalName), nameof(Mail), nameof(MailNickname), nameof(ProxyAddresses), nameof(TargetAddress),
        nameof(MsExchRecipientTypeDetails), nameof(MsExchRemoteRecipientType),
    };

    private static readonly string[] FailureColumns = { "identity", "code", "message", "path", "record" };

    private static readonly char[] AddressMarks = { '@', ':' };

    private readonly RowReader reader = new RowReader().With("C", Calculation.Columns).With("X", FailureColumns).With("R", ReasonText.Columns);
    private readonly List<CalculationFailure> failures = new();
    private CalculationContext? context;

    /// <summary>The first result of which something was assumed, for each thing.</summary>
    private Calculation? firstUnlicensed;
    private Calculation? firstNotFetched;

    /// <summary>What an admin knows the user by.</summary>
    [Parameter(ParameterSetName = ValueSet)]
    public string? Identity { get; set; }

    /// <summary>The attribute on premises.</summary>
    [Parameter(ParameterSetName = ValueSet)]
    [AllowNull]
    [AllowEmptyString]
    public string? UserPrincipalName { get; set; }

    /// <summary>The attribute on premises.</summary>
    [Parameter(ParameterSetName = ValueSet)]
    [AllowNull]
    [AllowEmptyString]
    public string? Mail { get; set; }

    /// <summary>The attribute on premises.</summary>
    [Parameter(ParameterSetName = ValueSet)]
    [AllowNull]
    [AllowEmptyString]
    public string? MailNickname { get; set; }

    /// <summary>The attribute on premises.</summary>
    [Parameter(ParameterSetName = ValueSet)]
    [AllowNull]
    [AllowEmptyCollection]
    [AllowEmptyString]
    public string[]? ProxyAddresses { get; set; }

    /// <summary>The attribute on premises.</summary>
    [Parameter(ParameterSetName = ValueSet)]
    [AllowNull]
    [AllowEmptyString]
    public string? TargetAddress { get; set; }

    /// <summary>The attribute on premises.</summary>
    [Parameter(ParameterSetName = ValueSet)]
    [AllowNull]
    [AllowEmptyString]
    public string? MsExchRecipientTypeDetails { get; set; }

    /// <summary>The attribute on premises.</summary>
    [Parameter(ParameterSetName = ValueSet)]
    [AllowNull]
    [AllowEmptyString]
    public string? MsExchRemoteRecipientType { get; set; }

    /// <summary>The tenant's initial domain.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    public string InitialDomain { get; set; } = string.Empty;

    /// <summary>The tenant's verified domains: names, or what Get-MgDomain or Get-AcceptedDomain gives.</summary>
    [Parameter]
    [AllowNull]
    [AllowEmptyCollection]
    [AllowEmptyString]
    public object?[]? VerifiedDomain { get; set; }

    /// <summary>Whether an Exchange plan is enabled for every user.</summary>
    [Parameter]
    public SwitchParameter Licensed { get; set; }

    /// <summary>Cloud objects, states or earlier results, of one user or of many.</summary>
    [Parameter]
    [AllowNull]
    [AllowEmptyCollection]
    public object?[]? Previous { get; set; }

    /// <summary>Addresses that others hold.</summary>
    [Parameter]
    [AllowNull]
    [AllowEmptyCollection]
    [AllowEmptyString]
    public string?[]? TakenAddress { get; set; }

    /// <summary>The digits that a taken routing address gets, in turn, for runs that can be repeated.</summary>
    [Parameter]
    [AllowNull]
    [AllowEmptyCollection]
    public string[]? CollisionDigits { get; set; }

    private bool IsByValue => ParameterSetName == ValueSet;

    private protected override void Begin()
    {
        WarnIfEmpty(nameof(Previous));
        string[] domains = DomainNames.Of(VerifiedDomain ?? Array.Empty<object>());
        CheckTakenAddresses();
        var verified = new List<string> { InitialDomain };
        verified.AddRange(domains);
        context = new CalculationContext(verified.ToArray());
        Open("calculations", NameTable.Of(withRules: true), json => WriteOptions(json, domains));
        Feed.IsEager = true;
        if (!MyInvocation.BoundParameters.ContainsKey(nameof(VerifiedDomain)))
        {
            WriteWarning($"Without -VerifiedDomain only {Display.Text(InitialDomain)} counts as verified: the addresses of licensed users in other domains are dropped, and every userPrincipalName is replaced.");
        }

        if (Previous is not null)
        {
            PreviousStates.Send(Feed, Previous);
        }

        AddFiles();
        if (IsByValue)
        {
            Feed.Add(RecordOfValues());
        }
    }

    private protected override void Process()
    {
        if (IsByValue)
        {
            return;
        }

        base.Process();
        if (Feed.HasSent)
        {
            Feed.HasSent = false;
            TakeResults();
        }
    }

    private protected override void End()
    {
        Summary summary = Finish();
        TakeResults();
        foreach (CalculationFailure failure in failures)
        {
            WriteError(failure.ToErrorRecord());
        }

        WriteAssumptions();
        WriteProblems(summary);
    }

    /// <summary>Gives what was calculated so far. Errors of single objects are kept for the end.</summary>
    private protected override void TakeResults()
    {
        while (Scan.Next() is { } page)
        {
            bool any = false;
            foreach (Row row in reader.Read(page))
            {
                any = true;
                switch (row.Tag)
                {
                    case "C":
                        Give(new Calculation(row, context!));
                        break;
                    case "X":
                        failures.Add(new CalculationFailure(row));
                        break;
                    default:
                        context!.Learn(row);
                        break;
                }
            }

            // None yet: more may come while more goes in.
            if (!any)
            {
                return;
            }
        }
    }

    private void Give(Calculation result)
    {
        if (firstUnlicensed is null && !result.Licensed && result.HasReason(LicenseUnknown))
        {
            firstUnlicensed = result;
        }

        if (firstNotFetched is null && result.HasWarning(PreviousNotFetched))
        {
            firstNotFetched = result;
        }

        WriteObject(result);
    }

    private void WriteOptions(JsonBuffer json, string[] domains)
    {
        json.Raw(",\"tenant\":{\"initialDomain\":");
        json.String(InitialDomain);
        Option(json, "verifiedDomains", domains);
        Option(json, "takenAddresses", TakenAddress);
        Option(json, "collisionDigits", CollisionDigits);
        json.Byte('}');
        if (MyInvocation.BoundParameters.ContainsKey(nameof(Licensed)))
        {
            Option(json, "licensed", Licensed.IsPresent);
        }

        // One user and one state: they belong together, whatever changed.
        if (IsByValue && Previous is { Length: 1 })
        {
            Option(json, "previousOfFirst", true);
        }
    }

    private PSObject RecordOfValues()
    {
        var record = new PSObject();
        foreach (string name in ValueParameters)
        {
            if (MyInvocation.BoundParameters.TryGetValue(name, out object? value))
            {
                record.Properties.Add(new PSNoteProperty(name, value));
            }
        }

        return record;
    }

    /// <summary>An object that became its text would be an address that nobody has: what it holds would count as free.</summary>
    private void CheckTakenAddresses()
    {
        foreach (string? item in TakenAddress ?? Array.Empty<string?>())
        {
            if (!string.IsNullOrEmpty(item) && (item!.StartsWith("@{", StringComparison.Ordinal) || item.IndexOfAny(AddressMarks) < 0))
            {
                throw CommandException.InvalidArgument(
                    $"-TakenAddress: '{Display.Short(item)}' is no address. Give addresses: -TakenAddress @($recipients | Get-ProxyAddress | ForEach-Object Value)", item);
            }
        }
    }

    /// <summary>One warning for each thing that was assumed because it was not fetched. By hand a switch that is not given is off.</summary>
    private void WriteAssumptions()
    {
        if (firstUnlicensed is not null && !IsByValue)
        {
            WriteWarning($"{LicenseUnknown}: {context!.Reason(LicenseUnknown).Explanation} The first one is {Display.Text(firstUnlicensed.Identity)}. Say it with -Licensed or -Licensed:$false, or give -Previous with assignedPlans: {Fetch}");
        }

        if (firstNotFetched is not null)
        {
            CalculationWarning? warning = Array.Find(firstNotFetched.Warnings, one => one.Code == PreviousNotFetched);
            WriteWarning($"{PreviousNotFetched}: {Display.Text(warning?.Message)} The first one is {Display.Text(firstNotFetched.Identity)}. Fetch them: {Fetch}");
        }
    }
}
