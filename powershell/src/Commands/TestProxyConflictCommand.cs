using System;
using System.Collections.Generic;
using System.IO;
using System.Management.Automation;
using ProxyCalc.Rows;

namespace ProxyCalc.Commands;

/// <summary>Finds the addresses that more than one object holds.</summary>
[Cmdlet(VerbsDiagnostic.Test, "ProxyConflict", DefaultParameterSetName = ObjectSet, HelpUri = Help.Address + "Test-ProxyConflict.md")]
[OutputType(typeof(Conflict), typeof(bool))]
public sealed class TestProxyConflictCommand : RecipientCommand
{
    /// <summary>What could hide a conflict, though every record was read.</summary>
    private static readonly HashSet<string> CouldHideConflicts = new(StringComparer.Ordinal)
    {
        "SourceAssumed", "DirectoriesNotJoined", "RecordsNotJoined", "DefaultPageSize",
    };

    /// <summary>Only conflicts of these kinds, whatever their severity.</summary>
    [Parameter]
    [ValidateSet("Duplicate", "UpnConflict", "MailConflict", "SoftDeleted", "CrossDirectory", "PredictedMoera", "SipSmtp", "MultiplePrimary", "SelfDuplicate")]
    public string[]? Kind { get; set; }

    /// <summary>Only addresses of these types.</summary>
    [Parameter]
    [ValidateSet("SMTP", "SIP", "X500", "X400", "EUM", "SPO", "Other")]
    public string[]? AddressType { get; set; }

    /// <summary>The tenant's initial domain: then predicted routing addresses are compared too.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? InitialDomain { get; set; }

    /// <summary>Objects that are left out, by id or identity.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? ExcludeId { get; set; }

    /// <summary>Conflicts of severity Information too.</summary>
    [Parameter]
    public SwitchParameter IncludeInformation { get; set; }

    /// <summary>Only whether there is a conflict.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <summary>With -Quiet: answers also where something that was read could hide a conflict.</summary>
    [Parameter]
    public SwitchParameter AllowIncomplete { get; set; }

    /// <summary>The name of a variable that gets the summary.</summary>
    [Parameter]
    [ValidatePattern(@"^\$?[^${}]+$")]
    [ArgumentCompleter(typeof(VariableNameCompleter))]
    public string? SummaryVariable { get; set; }

    private protected override void Begin() => OpenRecipients("conflicts", InitialDomain is not null, json =>
    {
        Option(json, "includeInformation", IncludeInformation.IsPresent);
        Option(json, "kinds", Kind);
        Option(json, "addressTypes", AddressType);
        Option(json, "initialDomain", InitialDomain);
        Option(json, "excludeIds", ExcludeId);
    });

    private protected override void End()
    {
        Summary summary = Finish();
        if (SummaryVariable is not null)
        {
            SessionState.PSVariable.Set(SummaryVariable.TrimStart('$'), summary);
        }

        if (Quiet)
        {
            WriteObject(Judge(summary));
            return;
        }

        foreach (Conflict conflict in ConflictReader.Read(Scan))
        {
            WriteObject(conflict);
        }

        WriteProblems(summary);
    }

    /// <summary>One Boolean; an error where the input says nothing, as nothing would be falsy.</summary>
    private bool Judge(Summary summary)
    {
        if (summary.Errors > 0)
        {
            return true;
        }

        if (Failures.Count > 0)
        {
            throw Unusable(Failures.First, summary);
        }

        Problem? reason = Array.Find(summary.Problems, problem => problem.Severity == "Error");
        if (reason is null && !AllowIncomplete)
        {
            reason = Array.Find(summary.Problems, problem => CouldHideConflicts.Contains(problem.Code));
        }

        return reason is null ? false : throw Unusable(reason.ToString(), summary);
    }

    private static CommandException Unusable(string reason, Summary summary) =>
        new("InputUnusable", ErrorCategory.InvalidData, new InvalidDataException($"No conflict was found, but the input could not be read as a whole: {reason}"), summary);
}
