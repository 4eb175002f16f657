using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace ProxyCalc.Json;

/// <summary>
/// Reads what the library answers: objects as dictionaries, arrays as lists, text, numbers, Booleans. ConvertFrom-Json would
/// make dates of what looks like one, and .NET Standard has no reader.
/// </summary>
internal sealed class JsonReader
{
    private static readonly char[] EndOrEscape = { '"', '\\' };

    private readonly string text;
    private int at;

    private JsonReader(string text) => this.text = text;

    /// <exception cref="FormatException">It is no JSON.</exception>
    internal static object? Read(string text)
    {
        var reader = new JsonReader(text);
        object? value = reader.Value();
        return reader.Peek() == '\0' ? value : throw reader.Wrong();
    }

    private object? Value() => Peek() switch
    {
        '{' => Members(),
        '[' => Items(),
        '"' => Text(),
        't' => Word("true", true),
        'f' => Word("false", false),
        'n' => Word("null", null),
        _ => Number(),
    };

    private Dictionary<string, object?> Members()
    {
        var members = new Dictionary<string, object?>(StringComparer.Ordinal);
        Expect('{');
        while (Peek() != '}')
        {
            if (members.Count > 0)
            {
                Expect(',');
                _ = Peek();
            }

            string name = Text();
            Expect(':');
            members[name] = Value();
        }

        at++;
        return members;
    }

    private List<object?> Items()
    {
        var items = new List<object?>();
        Expect('[');
        while (Peek() != ']')
        {
            if (items.Count > 0)
            {
                Expect(',');
            }

            items.Add(Value());
        }

        at++;
        return items;
    }

    private string Text()
    {
        Expect('"');
        int end = text.IndexOfAny(EndOrEscape, at);
        if (end >= 0 && text[end] == '"')
        {
            string plain = text.Substring(at, end - at);
            at = end + 1;
            return plain;
        }

        var value = new StringBuilder();
        while (at < text.Length && text[at] != '"')
        {
            char c = text[at++];
            value.Append(c == '\\' ? Escaped() : c);
        }

        Expect('"');
        return value.ToString();
    }

    private char Escaped()
    {
        char c = at < text.Length ? text[at++] : throw Wrong();
        switch (c)
        {
            case 'b': return '\b';
            case 'f': return '\f';
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'u' when at + 4 <= text.Length:
                at += 4;
                return (char)ushort.Parse(text.Substring(at - 4, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            default: return c;
        }
    }

    private object Number()
    {
        int start = at;
        while (at < text.Length && (char.IsDigit(text[at]) || text[at] is '-' or '+' or '.' or 'e' or 'E'))
        {
            at++;
        }

        string number = text.Substring(start, at - start);
        if (long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole))
        {
            return whole;
        }

        return double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double real) ? real : throw Wrong();
    }

    private object? Word(string word, object? value)
    {
        if (string.CompareOrdinal(text, at, word, 0, word.Length) != 0)
        {
            throw Wrong();
        }

        at += word.Length;
        return value;
    }

    /// <summary>The next character that is no blank, which is not taken; NUL at the end.</summary>
    private char Peek()
    {
        while (at < text.Length && (text[at] is ' ' or '\n' or '\r' or '\t'))
        {
            at++;
        }

        return at < text.Length ? text[at] : '\0';
    }

    private void Expect(char expected)
    {
        if (Peek() != expected)
        {
            throw Wrong();
        }

        at++;
    }

    private FormatException Wrong() => new($"the library's answer is no JSON at character {at}");
}
