using System;
using System.Collections.Generic;
using ProxyCalc.Json;

namespace ProxyCalc;

/// <summary>What an error says, and what to do.</summary>
public sealed class ErrorAnalysis
{
    internal ErrorAnalysis(Dictionary<string, object?> result, string? message, object? target)
    {
        Code = result.Text("code") ?? string.Empty;
        IsConflict = result.Flag("isConflict");
        Attribute = result.Text("attribute");
        Value = result.Text("value");
        foreach (Dictionary<string, object?> address in result.Objects("addresses"))
        {
            Addresses.Add(new ErrorAddress(address));
        }

        foreach (Dictionary<string, object?> holder in result.Objects("holders"))
        {
            Holders.Add(new AddressRow(holder));
        }

        Holder = result.Object("holder") is { } said ? new ErrorHolder(said) : null;
        Loser = result.Object("loser") is { } loser ? new ErrorLoser(loser) : null;
        Identity = Loser?.Identity;
        Explanation = result.Text("explanation") ?? string.Empty;
        NextSteps = result.Texts("nextSteps");
        Reference = result.Text("reference");
        AlsoFound = result.Texts("alsoFound");
        Message = message;
        Target = target;
    }

    /// <summary>Which error, from a closed list.</summary>
    public string Code { get; set; }

    /// <summary>Whether two objects want one value.</summary>
    public bool IsConflict { get; set; }

    /// <summary>Who lost the value.</summary>
    public string? Identity { get; set; }

    /// <summary>The addresses in the text. A list: an array has a method Address, which would hide the property of its elements.</summary>
    public List<ErrorAddress> Addresses { get; set; } = new();

    /// <summary>The attribute that is at fault.</summary>
    public string? Attribute { get; set; }

    /// <summary>The value, where it is no address.</summary>
    public string? Value { get; set; }

    /// <summary>Who has it, as the text says.</summary>
    public ErrorHolder? Holder { get; set; }

    /// <summary>Who has it, as the recipients say.</summary>
    public List<AddressRow> Holders { get; set; } = new();

    /// <summary>The object that lost the value.</summary>
    public ErrorLoser? Loser { get; set; }

    /// <summary>What the error means.</summary>
    public string Explanation { get; set; }

    /// <summary>What to run next, as text.</summary>
    public string[] NextSteps { get; set; }

    /// <summary>The article that describes it.</summary>
    public string? Reference { get; set; }

    /// <summary>Further errors in the text.</summary>
    public string[] AlsoFound { get; set; }

    /// <summary>The text that was read.</summary>
    public string? Message { get; set; }

    /// <summary>The object that carried the error.</summary>
    public object? Target { get; set; }

    /// <summary>The addresses in one text, for a table.</summary>
    public string AddressText => string.Join("; ", Addresses.ConvertAll(address => address.Value));

    /// <summary>The holders in one text, for a table.</summary>
    public string HolderText => Holders.Count > 0 ? string.Join("; ", Holders) : Holder?.ToString() ?? string.Empty;

    /// <summary>The next steps in one text, for a table.</summary>
    public string NextStepText => string.Join(Environment.NewLine, NextSteps);

    /// <inheritdoc/>
    public override string ToString() => Addresses.Count > 0 ? $"{Code} {Addresses[0].Value}" : Code;
}

/// <summary>An address in an error's text.</summary>
public sealed class ErrorAddress
{
    internal ErrorAddress(Dictionary<string, object?> address)
    {
        AddressType = address.Text("addressType") ?? string.Empty;
        Address = address.Text("address") ?? string.Empty;
        IsPrimary = address.Flag("isPrimary");
        Value = address.Text("value") ?? string.Empty;
        Attribute = address.Text("attribute");
    }

    /// <summary>SMTP, SIP, X500 and so on.</summary>
    public string AddressType { get; set; }

    /// <summary>The address without its type.</summary>
    public string Address { get; set; }

    /// <summary>Whether it was to be a primary one.</summary>
    public bool IsPrimary { get; set; }

    /// <summary>The value as the text has it.</summary>
    public string Value { get; set; }

    /// <summary>The attribute that it was for.</summary>
    public string? Attribute { get; set; }

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>Who has the address, as an error's text says.</summary>
public sealed class ErrorHolder
{
    internal ErrorHolder(Dictionary<string, object?> holder)
    {
        Name = holder.Text("name");
        DistinguishedName = holder.Text("distinguishedName");
        ObjectType = holder.Text("objectType");
        Id = holder.Text("id");
    }

    /// <summary>Its name.</summary>
    public string? Name { get; set; }

    /// <summary>Its distinguished name.</summary>
    public string? DistinguishedName { get; set; }

    /// <summary>What it is.</summary>
    public string? ObjectType { get; set; }

    /// <summary>Its id.</summary>
    public string? Id { get; set; }

    /// <inheritdoc/>
    public override string ToString()
    {
        string? name = string.IsNullOrEmpty(Name) ? Id : Name;
        string kind = string.IsNullOrEmpty(ObjectType) ? string.Empty : $"({ObjectType})";
        return $"{name} {kind}".Trim();
    }
}

/// <summary>Who lost the value.</summary>
public sealed class ErrorLoser
{
    internal ErrorLoser(Dictionary<string, object?> loser)
    {
        Identity = loser.Text("identity") ?? string.Empty;
        DisplayName = loser.Text("displayName") ?? string.Empty;
        Id = loser.Text("id");
        ObjectType = loser.Text("objectType");
    }

    /// <summary>What an admin knows it by.</summary>
    public string Identity { get; set; }

    /// <summary>Its display name.</summary>
    public string DisplayName { get; set; }

    /// <summary>Its id.</summary>
    public string? Id { get; set; }

    /// <summary>What it is.</summary>
    public string? ObjectType { get; set; }

    /// <inheritdoc/>
    public override string ToString() => Identity;
}
