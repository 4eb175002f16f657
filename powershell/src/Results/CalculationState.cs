using System;
using System.Globalization;
using ProxyCalc.Json;
using ProxyCalc.Rows;

namespace ProxyCalc;

/// <summary>How an object was before: what the next calculation takes as the previous state.</summary>
public sealed class CalculationState
{
    internal CalculationState(Row row, string[] verifiedDomains)
    {
        FirstSync = row.Flag(8);
        ImmutableId = row.TextOrNull(13);
        OnPremises = new OnPremisesState
        {
            UserPrincipalName = row.TextOrNull(14),
            Mail = row.TextOrNull(15),
            MailNickname = row.TextOrNull(16),
            ProxyAddresses = row.List(17),
            TargetAddress = row.TextOrNull(18),
            MsExchRemoteRecipientType = NumberOrText(row.TextOrNull(19)),
            MsExchRecipientTypeDetails = NumberOrText(row.TextOrNull(20)),
        };
        Licensed = row.Flag(7);
        Cloud = new CloudState
        {
            UserPrincipalName = row.TextOrNull(1),
            Mail = row.TextOrNull(2),
            MailNickname = row.TextOrNull(3),
            ProxyAddresses = row.List(6),
            Moera = row.TextOrNull(5),
            RecipientDisplayType = NumberOrText(row.TextOrNull(21)),
        };
        VerifiedDomains = verifiedDomains;
    }

    /// <summary>Whether the calculation was a first one.</summary>
    public bool FirstSync { get; set; }

    /// <summary>What joins it with the object.</summary>
    public string? ImmutableId { get; set; }

    /// <summary>What on premises said.</summary>
    public OnPremisesState OnPremises { get; set; }

    /// <summary>Whether an Exchange plan counted as enabled.</summary>
    public bool Licensed { get; set; }

    /// <summary>What the cloud had then.</summary>
    public CloudState Cloud { get; set; }

    /// <summary>The verified domains of then.</summary>
    public string[] VerifiedDomains { get; set; }

    /// <summary>Writes it as one flat record, in the names that the library reads it by.</summary>
    internal void Write(JsonBuffer to, string identity)
    {
        to.Byte('{');
        Member(to, "Identity", identity, first: true);
        Member(to, "immutableId", ImmutableId);
        to.Raw(",\"licensed\":");
        to.Boolean(Licensed);
        Member(to, "userPrincipalName", Cloud.UserPrincipalName);
        Member(to, "mail", Cloud.Mail);
        Member(to, "mailNickname", Cloud.MailNickname);
        Member(to, "moera", Cloud.Moera);
        Member(to, "recipientDisplayType", Cloud.RecipientDisplayType);
        Member(to, "proxyAddresses", Cloud.ProxyAddresses);
        Member(to, "onPremises.userPrincipalName", OnPremises.UserPrincipalName);
        Member(to, "onPremises.mail", OnPremises.Mail);
        Member(to, "onPremises.mailNickname", OnPremises.MailNickname);
        Member(to, "onPremises.proxyAddresses", OnPremises.ProxyAddresses);
        Member(to, "verifiedDomains", VerifiedDomains);
        to.Byte('}');
        to.Byte('\n');
    }

    private static void Member(JsonBuffer to, string name, object? value, bool first = false)
    {
        if (!first)
        {
            to.Byte(',');
        }

        to.Name(name);
        Input.ValueWriter.Write(to, value);
    }

    private static object? NumberOrText(string? text) =>
        text is not null && text.Length <= 18 && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : text;
}

/// <summary>What on premises said of an object.</summary>
public sealed class OnPremisesState
{
    /// <summary>userPrincipalName.</summary>
    public string? UserPrincipalName { get; set; }

    /// <summary>mail.</summary>
    public string? Mail { get; set; }

    /// <summary>mailNickname.</summary>
    public string? MailNickname { get; set; }

    /// <summary>proxyAddresses.</summary>
    public string[] ProxyAddresses { get; set; } = Array.Empty<string>();

    /// <summary>targetAddress.</summary>
    public string? TargetAddress { get; set; }

    /// <summary>msExchRemoteRecipientType, a number or a name.</summary>
    public object? MsExchRemoteRecipientType { get; set; }

    /// <summary>msExchRecipientTypeDetails, a number or a name.</summary>
    public object? MsExchRecipientTypeDetails { get; set; }
}

/// <summary>What the cloud has of an object.</summary>
public sealed class CloudState
{
    /// <summary>userPrincipalName.</summary>
    public string? UserPrincipalName { get; set; }

    /// <summary>mail.</summary>
    public string? Mail { get; set; }

    /// <summary>mailNickname.</summary>
    public string? MailNickname { get; set; }

    /// <summary>proxyAddresses.</summary>
    public string[] ProxyAddresses { get; set; } = Array.Empty<string>();

    /// <summary>The routing address in the initial domain.</summary>
    public string? Moera { get; set; }

    /// <summary>What kind of recipient the cloud takes it for.</summary>
    public object? RecipientDisplayType { get; set; }
}
