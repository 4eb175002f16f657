using System.Text;

namespace ProxyCalc;

/// <summary>What happened to one value of a calculation.</summary>
public sealed class TraceLine
{
    /// <summary>The attribute.</summary>
    public string Attribute { get; set; } = string.Empty;

    /// <summary>The value.</summary>
    public string Value { get; set; } = string.Empty;

    /// <summary>kept, added, promoted, demoted, replaced, removed or discarded.</summary>
    public string Action { get; set; } = string.Empty;

    /// <summary>Why, from a closed list.</summary>
    public string Reason { get; set; } = string.Empty;

    /// <summary>Whether the rule is documented or assumed.</summary>
    public string Basis { get; set; } = string.Empty;

    /// <summary>Why, in words.</summary>
    public string Detail { get; set; } = string.Empty;

    /// <summary>Where the rule is documented.</summary>
    public string Source { get; set; } = string.Empty;

    /// <inheritdoc/>
    public override string ToString() => $"{Action,-9} {Attribute} {Value} [{Reason}, {Basis}]";
}

/// <summary>What an admin should look at in a calculation.</summary>
public sealed class CalculationWarning
{
    /// <summary>What, from a closed list.</summary>
    public string Code { get; set; } = string.Empty;

    /// <summary>What, in words.</summary>
    public string Message { get; set; } = string.Empty;

    /// <inheritdoc/>
    public override string ToString() => $"{Code}: {Message}";
}

/// <summary>A value that an object lost to another.</summary>
public sealed class QuarantinedValue
{
    /// <summary>The attribute.</summary>
    public string Attribute { get; set; } = string.Empty;

    /// <summary>The value.</summary>
    public string Value { get; set; } = string.Empty;

    /// <summary>Who has it.</summary>
    public string HeldBy { get; set; } = string.Empty;

    /// <summary>What the object has instead.</summary>
    public string? Replacement { get; set; }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder($"{Attribute} {Value}");
        if (HeldBy.Length > 0)
        {
            text.Append(", held by ").Append(HeldBy);
        }

        if (!string.IsNullOrEmpty(Replacement))
        {
            text.Append(", replaced by ").Append(Replacement);
        }

        return text.ToString();
    }
}
