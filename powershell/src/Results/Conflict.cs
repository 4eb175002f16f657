using System;
using ProxyCalc.Rows;

namespace ProxyCalc;

/// <summary>An address that several objects claim, with all of them.</summary>
public sealed class Conflict
{
    internal static readonly string[] Columns =
    {
        "conflictId", "address", "addressType", "kind", "severity", "holderCount", "suggestedKeeper", "reason", "remediation", "last",
    };

    internal Conflict(Row row)
    {
        ConflictId = row.Text(0);
        Address = row.Text(1);
        AddressType = row.Text(2);
        Kind = row.Text(3);
        Severity = row.Text(4);
        HolderCount = int.Parse(row.Text(5), System.Globalization.CultureInfo.InvariantCulture);
        SuggestedKeeper = row.Text(6);
        Reason = row.Text(7);
    }

    /// <summary>The same in every run for the same kind, address and holders.</summary>
    public string ConflictId { get; set; }

    /// <summary>The address without its type.</summary>
    public string Address { get; set; }

    /// <summary>SMTP, SIP, X500 and so on.</summary>
    public string AddressType { get; set; }

    /// <summary>Duplicate, UpnConflict and so on.</summary>
    public string Kind { get; set; }

    /// <summary>Error, Warning or Information.</summary>
    public string Severity { get; set; }

    /// <summary>How many hold it.</summary>
    public int HolderCount { get; set; }

    /// <summary>All of them.</summary>
    public Holder[] Holders { get; set; } = Array.Empty<Holder>();

    /// <summary>Who should keep it.</summary>
    public string SuggestedKeeper { get; set; }

    /// <summary>Why.</summary>
    public string Reason { get; set; }

    /// <summary>Command lines for the others, as text.</summary>
    public string[] Remediation { get; set; } = Array.Empty<string>();

    /// <summary>The holders in one text, for a table.</summary>
    public string HolderText => string.Join("; ", (object[])Holders);

    /// <summary>The command lines in one text, for a table.</summary>
    public string RemediationText => string.Join(Environment.NewLine, Remediation);

    /// <inheritdoc/>
    public override string ToString() => $"{Kind} {Address}";
}
