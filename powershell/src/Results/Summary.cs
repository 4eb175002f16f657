using System;
using System.Collections.Generic;
using System.Globalization;
using System.Management.Automation;
using ProxyCalc.Json;

namespace ProxyCalc;

/// <summary>What a command read, what it did not read, and what was wrong with the data.</summary>
public sealed class Summary
{
    internal Summary(Dictionary<string, object?> summary, int failed)
    {
        RecipientsRead = (summary.Number("recipientsRead") ?? 0) + failed;
        Objects = summary.Number("objects");
        AddressesRead = summary.Number("addressesRead");
        Conflicts = summary.Number("conflicts");
        Issues = summary.Number("issues");
        Errors = summary.Number("errors");
        PlanSteps = summary.Texts("planSteps");
        NotCovered = summary.Texts("notCovered");
        var coverage = new List<NotCovered>();
        foreach (Dictionary<string, object?> area in summary.Objects("coverage"))
        {
            coverage.Add(new NotCovered(area.Text("code") ?? string.Empty, area.Text("command") ?? string.Empty));
        }

        Coverage = coverage.ToArray();
        var problems = new List<Problem>();
        foreach (Dictionary<string, object?> problem in summary.Objects("problems"))
        {
            problems.Add(new Problem(problem));
        }

        Problems = problems.ToArray();
        if (summary.Object("sources") is { } sources)
        {
            Sources = new PSObject();
            foreach (KeyValuePair<string, object?> source in sources)
            {
                Sources.Properties.Add(new PSNoteProperty(source.Key, source.Value));
            }
        }
    }

    /// <summary>Records that came, those that could not be read included.</summary>
    public long RecipientsRead { get; set; }

    /// <summary>The objects that they are.</summary>
    public long? Objects { get; set; }

    /// <summary>Their addresses.</summary>
    public long? AddressesRead { get; set; }

    /// <summary>Conflicts that were found.</summary>
    public long? Conflicts { get; set; }

    /// <summary>Issues that were found.</summary>
    public long? Issues { get; set; }

    /// <summary>Conflicts of severity Error.</summary>
    public long? Errors { get; set; }

    /// <summary>How many records came from each source.</summary>
    public PSObject? Sources { get; set; }

    /// <summary>Reserved.</summary>
    public string[] PlanSteps { get; set; }

    /// <summary>What can hold addresses and was not read, by codes.</summary>
    public string[] NotCovered { get; set; }

    /// <summary>The same, each with the command that fetches it.</summary>
    public NotCovered[] Coverage { get; set; }

    /// <summary>What was wrong with the data.</summary>
    public Problem[] Problems { get; set; }
}

/// <summary>Something that can hold addresses and was not read.</summary>
public sealed class NotCovered
{
    internal NotCovered(string code, string command)
    {
        Code = code;
        Command = command;
    }

    /// <summary>What, from a closed list.</summary>
    public string Code { get; set; }

    /// <summary>What fetches it.</summary>
    public string Command { get; set; }

    /// <inheritdoc/>
    public override string ToString() => Code;
}

/// <summary>A problem of the whole set: what, how often, and the first records.</summary>
public sealed class Problem
{
    internal Problem(Dictionary<string, object?> problem)
    {
        Code = problem.Text("code") ?? string.Empty;
        Severity = problem.Text("severity") ?? string.Empty;
        Count = problem.Number("count") ?? 0;
        FirstRecords = Array.ConvertAll(problem.Texts("firstRecords"), record => Display.Text(record));
        Message = problem.Text("message") ?? string.Empty;
    }

    /// <summary>What, from a closed list.</summary>
    public string Code { get; set; }

    /// <summary>Error or Warning.</summary>
    public string Severity { get; set; }

    /// <summary>How often.</summary>
    public long Count { get; set; }

    /// <summary>The first records of which it is true.</summary>
    public string[] FirstRecords { get; set; }

    /// <summary>What it means and what to do.</summary>
    public string Message { get; set; }

    /// <summary>In one line, with the records that it names. Where nothing was read there is none to name.</summary>
    /// <returns>The line.</returns>
    public override string ToString()
    {
        string text = string.Format(CultureInfo.InvariantCulture, "{0} ({1:N0}): {2}", Code, Count, Display.Text(Message));
        bool named = FirstRecords.Length > 0 && !(FirstRecords.Length == 1 && FirstRecords[0] == "no record");
        return named ? $"{text} First: {string.Join("; ", FirstRecords)}." : text;
    }
}
