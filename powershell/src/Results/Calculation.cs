using System;
using System.Collections.Generic;
using ProxyCalc.Rows;

namespace ProxyCalc;

/// <summary>What Entra ID makes of one object on premises.</summary>
/// <remarks>What is large and rarely looked at is made of the row when it is read.</remarks>
public sealed class Calculation
{
    internal static readonly string[] Columns =
    {
        "identity", "userPrincipalName", "mail", "mailNickname", "primarySmtpAddress", "moera", "proxyAddresses", "licensed", "firstSync", "changes",
        "trace", "warnings", "quarantined", "immutableId", "onPremises.userPrincipalName", "onPremises.mail", "onPremises.mailNickname",
        "onPremises.proxyAddresses", "onPremises.targetAddress", "onPremises.msExchRemoteRecipientType", "onPremises.msExchRecipientTypeDetails",
        "recipientDisplayType",
    };

    private readonly Row row;
    private readonly CalculationContext context;

    internal Calculation(Row row, CalculationContext context)
    {
        this.row = row;
        this.context = context;
        Identity = row.Text(0);
        UserPrincipalName = row.Text(1);
        Mail = row.TextOrNull(2);
        MailNickname = row.Text(3);
        PrimarySmtpAddress = row.TextOrNull(4);
        Moera = row.TextOrNull(5);
        ProxyAddresses = row.List(6);
        Licensed = row.Flag(7);
        FirstSync = row.Flag(8);
        Changes = row.List(9);
    }

    /// <summary>What an admin knows it by.</summary>
    public string Identity { get; set; }

    /// <summary>The user principal name in Entra ID.</summary>
    public string UserPrincipalName { get; set; }

    /// <summary>The mail attribute in Entra ID.</summary>
    public string? Mail { get; set; }

    /// <summary>The mail nickname in Entra ID.</summary>
    public string MailNickname { get; set; }

    /// <summary>The primary SMTP address, without its type.</summary>
    public string? PrimarySmtpAddress { get; set; }

    /// <summary>The routing address in the initial domain.</summary>
    public string? Moera { get; set; }

    /// <summary>The proxy addresses in Entra ID.</summary>
    public string[] ProxyAddresses { get; set; }

    /// <summary>Whether an Exchange plan counted as enabled.</summary>
    public bool Licensed { get; set; }

    /// <summary>Whether there was no previous state.</summary>
    public bool FirstSync { get; set; }

    /// <summary>The attributes that differ from what the cloud had.</summary>
    public string[] Changes { get; set; }

    /// <summary>What happened to every value, and why.</summary>
    public TraceLine[] Trace => Array.ConvertAll(row.Lists(10), part =>
    {
        ReasonText reason = context.Reason(Part(part, 3));
        string detail = Part(part, 4);
        return new TraceLine
        {
            Attribute = Part(part, 0),
            Value = Part(part, 1),
            Action = Part(part, 2),
            Reason = Part(part, 3),
            Basis = reason.Basis,
            Detail = detail.Length > 0 ? detail : reason.Explanation,
            Source = reason.Source,
        };
    });

    /// <summary>What an admin should look at.</summary>
    public CalculationWarning[] Warnings => Array.ConvertAll(row.Lists(11), part => new CalculationWarning
    {
        Code = Part(part, 0),
        Message = $"{context.Reason(Part(part, 0)).Explanation} ({Part(part, 1)})",
    });

    /// <summary>Values that another object holds.</summary>
    public QuarantinedValue[] Quarantined => Array.ConvertAll(row.Lists(12), part => new QuarantinedValue
    {
        Attribute = Part(part, 0),
        Value = Part(part, 1),
        HeldBy = Part(part, 2),
        Replacement = Part(part, 3).Length > 0 ? part[3] : null,
    });

    /// <summary>What can be given back as the previous state.</summary>
    public CalculationState State => new(row, context.VerifiedDomains);

    /// <summary>The proxy addresses in one text, for a table.</summary>
    public string ProxyAddressText => string.Join("; ", ProxyAddresses);

    /// <summary>The changes in one text, for a table.</summary>
    public string ChangeText => FirstSync ? "first sync" : string.Join(", ", Changes);

    /// <summary>The warnings in one text, for a table.</summary>
    public string WarningText => string.Join(Environment.NewLine, (object[])Warnings);

    /// <summary>The quarantined values in one text, for a table.</summary>
    public string QuarantinedText => string.Join(Environment.NewLine, (object[])Quarantined);

    /// <summary>Whether it has a warning, without making all of them.</summary>
    internal bool HasWarning(string code) => row.Holds(11, code);

    /// <summary>Whether a line of the trace has this reason, without making all of them.</summary>
    internal bool HasReason(string code) => row.Holds(10, "\u001c" + code + "\u001c");

    /// <inheritdoc/>
    public override string ToString() => Identity;

    private static string Part(string[] parts, int at) => at < parts.Length ? parts[at] : string.Empty;
}

/// <summary>What the results of one command share.</summary>
internal sealed class CalculationContext
{
    private static readonly ReasonText NoReason = new(string.Empty, string.Empty, string.Empty);

    private readonly Dictionary<string, ReasonText> reasons = new(StringComparer.Ordinal);

    internal CalculationContext(string[] verifiedDomains) => VerifiedDomains = verifiedDomains;

    internal string[] VerifiedDomains { get; }

    internal void Learn(Row row) => reasons[row.Text(0)] = new ReasonText(row.Text(1), row.Text(2), row.Text(3));

    internal ReasonText Reason(string code) => reasons.TryGetValue(code, out ReasonText? reason) ? reason : NoReason;
}

/// <summary>What a reason code means.</summary>
internal sealed class ReasonText
{
    internal static readonly string[] Columns = { "code", "basis", "source", "explanation" };

    internal ReasonText(string basis, string source, string explanation)
    {
        Basis = basis;
        Source = source;
        Explanation = explanation;
    }

    internal string Basis { get; }

    internal string Source { get; }

    internal string Explanation { get; }
}
