using System.Collections.Generic;
using ProxyCalc.Json;
using ProxyCalc.Rows;

namespace ProxyCalc;

/// <summary>An address and an object that holds it.</summary>
public sealed class AddressRow
{
    internal static readonly string[] Columns =
    {
        "address", "addressType", "isPrimary", "role", "domain", "identity", "displayName", "id", "recipientTypeDetails", "value", "source", "softDeleted",
    };

    internal AddressRow(Row row)
    {
        Address = row.Text(0);
        AddressType = row.Text(1);
        IsPrimary = row.Flag(2);
        Role = row.Text(3);
        Domain = row.TextOrNull(4);
        Identity = row.Text(5);
        DisplayName = row.Text(6);
        Id = row.Text(7);
        RecipientTypeDetails = row.Text(8);
        Value = row.Text(9);
        Source = row.Text(10);
        SoftDeleted = row.Flag(11);
    }

    internal AddressRow(Dictionary<string, object?> row)
    {
        Address = row.Text("address") ?? string.Empty;
        AddressType = row.Text("addressType") ?? string.Empty;
        IsPrimary = row.Flag("isPrimary");
        Role = row.Text("role") ?? string.Empty;
        Domain = row.Text("domain");
        Identity = row.Text("identity") ?? string.Empty;
        DisplayName = row.Text("displayName") ?? string.Empty;
        Id = row.Text("id") ?? string.Empty;
        RecipientTypeDetails = row.Text("recipientTypeDetails") ?? string.Empty;
        Value = row.Text("value") ?? string.Empty;
        Source = row.Text("source") ?? string.Empty;
        SoftDeleted = row.Flag("softDeleted");
    }

    /// <summary>The address without its type.</summary>
    public string Address { get; set; }

    /// <summary>SMTP, SIP, X500 and so on.</summary>
    public string AddressType { get; set; }

    /// <summary>Whether it is the object's primary one of its type.</summary>
    public bool IsPrimary { get; set; }

    /// <summary>As what the object holds it.</summary>
    public string Role { get; set; }

    /// <summary>The domain of an SMTP address.</summary>
    public string? Domain { get; set; }

    /// <summary>What an admin knows the object by.</summary>
    public string Identity { get; set; }

    /// <summary>The display name of the object.</summary>
    public string DisplayName { get; set; }

    /// <summary>The id of the object in the cloud, else the best there is.</summary>
    public string Id { get; set; }

    /// <summary>What kind of recipient it is.</summary>
    public string RecipientTypeDetails { get; set; }

    /// <summary>The value exactly as it was read.</summary>
    public string Value { get; set; }

    /// <summary>Where it was read.</summary>
    public string Source { get; set; }

    /// <summary>Whether the object is deleted.</summary>
    public bool SoftDeleted { get; set; }

    /// <inheritdoc/>
    public override string ToString() => Display.WithTypeAndRole(Identity, RecipientTypeDetails, Role);
}
