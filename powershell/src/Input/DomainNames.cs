using System.Collections.Generic;
using System.Management.Automation;
using System.Text.RegularExpressions;

namespace ProxyCalc.Input;

/// <summary>
/// The domains of a tenant, as an admin has them: names, or what Get-MgDomain or Get-AcceptedDomain gives. An object that became
/// its text, or several names in one text, would be a domain that no address has: then every address would look unverified.
/// </summary>
internal static class DomainNames
{
    private static readonly Regex Name = new(@"^@?[^\s@;,{}=*]+\.[^\s@;,{}=*]+$", RegexOptions.CultureInvariant);

    /// <exception cref="CommandException">One is no domain.</exception>
    internal static string[] Of(IEnumerable<object?> domains)
    {
        var names = new List<string>();
        foreach (object? item in domains)
        {
            object? plain = Members.Unwrap(item);
            if (plain is null || (plain is string blank && blank.Trim().Length == 0))
            {
                continue;
            }

            string? name = plain as string ?? NameOf(plain);
            if (name is null)
            {
                continue;
            }

            name = name.Trim();
            if (!Name.IsMatch(name))
            {
                string shown = Display.Short(name.Length > 0 ? name : ValueWriter.Text(item!));
                throw CommandException.InvalidArgument(
                    $"-VerifiedDomain: '{shown}' is no domain. Give names, each by itself: -VerifiedDomain (Get-MgDomain | Where-Object IsVerified).Id", item);
            }

            names.Add(name.TrimStart('@'));
        }

        return names.ToArray();
    }

    /// <summary>The name in an object; nothing for a domain that is not verified.</summary>
    private static string? NameOf(object domain)
    {
        object? verified = Members.Get(domain, "IsVerified");
        if (verified is null)
        {
            return Members.Text(domain, "DomainName");
        }

        // Get-AcceptedDomain lists verified ones only; in a table True is a text.
        return LanguagePrimitives.ConvertTo<string>(verified).Equals("True", System.StringComparison.OrdinalIgnoreCase) ? Members.Text(domain, "Id") : null;
    }
}
