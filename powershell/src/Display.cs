using System;
using System.Collections;
using System.Collections.Generic;
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
            _ = c switch
            {
                '\n' => escaped.Append(@"\n"),
                '\r' => escaped.Append(@"\r"),
                '\t' => escaped.Append(@"\t"),
                _ when IsControl(c) => escaped.Append(@"\u{").Append(((int)c).ToString("x", CultureInfo.InvariantCulture)).Append('}'),
                _ => escaped.Append(c),
            };
        }

        return escaped.ToString();
    }

    /// <summary>Values, a line each.</summary>
    /// <param name="values">A list, or one value.</param>
    /// <returns>Their texts.</returns>
    public static string Lines(object? values) => Join(Environment.NewLine, values);

    /// <summary>Values in one text, those that are empty left out.</summary>
    /// <param name="separator">What stands between them.</param>
    /// <param name="values">A list, or one value.</param>
    /// <returns>Their texts.</returns>
    public static string Join(string separator, object? values)
    {
        var texts = new List<string>();
        IEnumerable items = LanguagePrimitives.GetEnumerable(values) ?? new[] { values };
        foreach (object? item in items)
        {
            string text = Text(item);
            if (text.Length > 0)
            {
                texts.Add(text);
            }
        }

        return string.Join(separator, texts);
    }

    /// <summary>What is said of a value in brackets.</summary>
    /// <param name="value">The value.</param>
    /// <param name="details">Some of them may be empty.</param>
    /// <returns>Both.</returns>
    public static string WithDetails(object? value, object? details) => $"{Text(value)} ({Join(", ", details)})";

    /// <summary>An object by its name, its type and what it holds an address as. For data: nothing is escaped.</summary>
    internal static string WithTypeAndRole(string identity, string type, string role) =>
        type.Length > 0 && role.Length > 0 ? $"{identity} ({type}, {role})" : $"{identity} ({type}{role})";

    /// <summary>A text of at most this many characters, for a message.</summary>
    internal static string Short(string text, int most = 200) => Text(text.Length > most ? text.Substring(0, most) + "…" : text);

    /// <summary>Control characters, line separators, and the marks that turn the direction of what follows.</summary>
    private static bool IsControl(char c) =>
        char.IsControl(c) || c is '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
