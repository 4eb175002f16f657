using System;
using System.Collections.Generic;
using ProxyCalc.Json;

namespace ProxyCalc;

/// <summary>A possible cause of a mailbox that is still being prepared, judged for one user.</summary>
public sealed class ProvisioningFinding
{
    internal ProvisioningFinding(string userPrincipalName, string id, Dictionary<string, object?> finding)
    {
        UserPrincipalName = userPrincipalName;
        Id = id;
        Name = finding.Text("name") ?? string.Empty;
        Status = finding.Text("status") ?? string.Empty;
        Evidence = finding.Texts("evidence");
        NextStep = finding.Texts("nextStep");
        Reference = finding.Text("reference") ?? string.Empty;
    }

    /// <summary>The user.</summary>
    public string UserPrincipalName { get; set; }

    /// <summary>The id of the user.</summary>
    public string Id { get; set; }

    /// <summary>The cause, from a closed list.</summary>
    public string Name { get; set; }

    /// <summary>Found, Unknown or RuledOut.</summary>
    public string Status { get; set; }

    /// <summary>The values that decided.</summary>
    public string[] Evidence { get; set; }

    /// <summary>What to do or to fetch, as text.</summary>
    public string[] NextStep { get; set; }

    /// <summary>The article that describes it.</summary>
    public string Reference { get; set; }

    /// <summary>The evidence in one text, for a table.</summary>
    public string EvidenceText => string.Join(Environment.NewLine, Evidence);

    /// <summary>The next step in one text, for a table.</summary>
    public string NextStepText => string.Join(Environment.NewLine, NextStep);

    /// <inheritdoc/>
    public override string ToString() => $"{Status} {Name}";
}
