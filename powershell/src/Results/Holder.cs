using ProxyCalc.Rows;

namespace ProxyCalc;

/// <summary>An object that holds the address of a conflict.</summary>
public sealed class Holder
{
    internal static readonly string[] Columns =
    {
        "identity", "displayName", "id", "recipientTypeDetails", "role", "value", "sources", "synced", "softDeleted", "whenSoftDeleted",
    };

    internal Holder(Row row)
    {
        Identity = row.Text(0);
        DisplayName = row.Text(1);
        Id = row.Text(2);
        RecipientTypeDetails = row.Text(3);
        Role = row.Text(4);
        Value = row.Text(5);
        Sources = row.List(6);
        Synced = row.FlagOrNull(7);
        SoftDeleted = row.Flag(8);
        WhenSoftDeleted = row.TextOrNull(9);
    }

    /// <summary>What an admin knows it by.</summary>
    public string Identity { get; set; }

    /// <summary>Its display name.</summary>
    public string DisplayName { get; set; }

    /// <summary>Its id in the cloud, else the best there is.</summary>
    public string Id { get; set; }

    /// <summary>What kind of recipient it is.</summary>
    public string RecipientTypeDetails { get; set; }

    /// <summary>As what it holds the address.</summary>
    public string Role { get; set; }

    /// <summary>The value exactly as it was read.</summary>
    public string Value { get; set; }

    /// <summary>Where it was read.</summary>
    public string[] Sources { get; set; }

    /// <summary>Whether it is synchronized; nothing where the data does not say.</summary>
    public bool? Synced { get; set; }

    /// <summary>Whether it is deleted.</summary>
    public bool SoftDeleted { get; set; }

    /// <summary>Since when.</summary>
    public string? WhenSoftDeleted { get; set; }

    /// <inheritdoc/>
    public override string ToString() => Display.WithTypeAndRole(Identity, RecipientTypeDetails, Role);
}
