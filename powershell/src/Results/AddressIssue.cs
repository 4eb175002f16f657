using ProxyCalc.Rows;

namespace ProxyCalc;

/// <summary>What is wrong with a value of an object.</summary>
public sealed class AddressIssue
{
    internal static readonly string[] Columns = { "identity", "id", "attribute", "value", "code", "severity", "message", "suggestion", "source" };

    internal AddressIssue(Row row)
    {
        Identity = row.Text(0);
        Id = row.Text(1);
        Attribute = row.Text(2);
        Value = row.Text(3);
        Code = row.Text(4);
        Severity = row.Text(5);
        Message = row.Text(6);
        Suggestion = row.TextOrNull(7);
        Source = row.Text(8);
    }

    /// <summary>What an admin knows the object by.</summary>
    public string Identity { get; set; }

    /// <summary>Its id in the cloud, else the best there is.</summary>
    public string Id { get; set; }

    /// <summary>The attribute that holds the value.</summary>
    public string Attribute { get; set; }

    /// <summary>The value.</summary>
    public string Value { get; set; }

    /// <summary>What is wrong, from a closed list.</summary>
    public string Code { get; set; }

    /// <summary>Error, Warning or Information.</summary>
    public string Severity { get; set; }

    /// <summary>What is wrong, in words.</summary>
    public string Message { get; set; }

    /// <summary>What the value could be instead.</summary>
    public string? Suggestion { get; set; }

    /// <summary>Where it was read.</summary>
    public string Source { get; set; }

    /// <inheritdoc/>
    public override string ToString() => $"{Code} {Value}";
}
