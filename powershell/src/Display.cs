using System;
using System.Globalization;
using System.Management.Automation;
using System.Text;

namespace ProxyCalc;

/// <summary>Text of data as messages and views show it: with its control characters escaped, so that no terminal obeys them.</summary>
public static class Display
{
    /// <summary>A value as one line.</summary>
    /// <param name="value">Anything.</param>
    /// <returns>Its text.</returns>
    public static string Text(object? value)
    {
        string text = LanguagePrimitives.ConvertTo<string>(value) ?? string.Empty;
        int at = 0;
        while (at < text.Length && !IsControl(text[at]))
        {
            at++;
        }

        if (at == text.Length)
        {
            return text;
        }

        var escaped = new StringBuilder(text, 0, at, text.Length + 16);
        for (; at < text.Length; at++)
        {
            char c = text[at];
            // As the library writes them.
            _ = IsControl(c)
                ? escaped.Append(@"\u{").Append(((int)c).ToString("x", CultureInfo.InvariantCulture)).Append('}')
                : escaped.Append(c);
        }

        return escaped.ToString();
    }

    /// <summary>A column of a view, on one line: [ProxyCalc.Display]::Cell[$_, 'Identity (Role)'].</summary>
    public static Cells Cell { get; } = new(", ");

    /// <summary>The same, of a list a line for each.</summary>
    public static Cells Lines { get; } = new(Environment.NewLine);

    /// <summary>An object by its name, its type and what it holds an address as. For data: nothing is escaped.</summary>
    internal static string WithTypeAndRole(string identity, string type, string role) =>
        type.Length > 0 && role.Length > 0 ? $"{identity} ({type}, {role})" : $"{identity} ({type}{role})";

    /// <summary>A text of at most this many characters, for a message.</summary>
    internal static string Short(string text, int most = 200) => Text(text.Length > most ? text.Substring(0, most) + "…" : text);

    /// <summary>Control characters, line separators, and the marks that turn the direction of what follows.</summary>
    internal static bool IsControl(char c) =>
        char.IsControl(c) || c is '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
