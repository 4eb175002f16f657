using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Management.Automation;
using System.Text;
using ProxyCalc.Json;

namespace ProxyCalc.Input;

/// <summary>Writes values of any kind as JSON, the same in every culture.</summary>
internal static class ValueWriter
{
    /// <summary>More levels than records have; what lies deeper is written as its text.</summary>
    internal const int UsualDepth = 4;

    /// <summary>More levels than any object has that is read whole.</summary>
    internal const int WholeDepth = 12;

    /// <param name="isStrict">Whether what lies deeper is an error, rather than written as its text: it may hold addresses.</param>
    internal static void Write(JsonBuffer to, object? value, int depth = UsualDepth, bool isStrict = false)
    {
        switch (value)
        {
            case null:
            case DBNull:
                to.Null();
                return;
            case string text:
                to.String(text);
                return;
            case PSObject wrapped when wrapped.BaseObject is not PSCustomObject:
                Write(to, wrapped.BaseObject, depth, isStrict);
                return;
            case bool flag:
                to.Boolean(flag);
                return;
            case byte[] bytes:
                to.String(Convert.ToBase64String(bytes));
                return;
            case ValueType simple:
                to.String(Text(simple));
                return;
        }

        bool isNested = Members.IsNested(value);
        IEnumerator? elements = isNested ? null : Members.Elements(value);
        if (depth == 0 && isStrict && (isNested || elements is not null))
        {
            throw new InvalidOperationException($"objects in objects of more than {UsualDepth} levels are not read");
        }

        if (depth > 0 && isNested)
        {
            WriteObject(to, value, depth - 1, isStrict);
        }
        else if (depth > 0 && elements is not null)
        {
            WriteList(to, elements, element => Write(to, element, depth - 1, isStrict));
        }
        else
        {
            to.String(Text(value));
        }
    }

    /// <summary>All members of an object.</summary>
    private static void WriteObject(JsonBuffer to, object value, int depth, bool isStrict)
    {
        bool first = true;
        to.Byte('{');
        foreach (KeyValuePair<string, Func<object?>> member in Members.All(value))
        {
            Comma(to, ref first);
            to.Name(member.Key);
            Write(to, member.Value(), depth, isStrict);
        }

        to.Byte('}');
    }

    internal static void WriteKnown(JsonBuffer to, object? value, KnownName name)
    {
        if (value is string text)
        {
            to.String(text);
        }
        else if (value is not null && name.Kind == ValueKind.Bytes && BytesText(value) is { } bytes)
        {
            to.String(bytes);
        }
        else if (value is not null && name.Kind == ValueKind.Objects)
        {
            WriteObjects(to, value, name.Folded);
        }
        else
        {
            Write(to, value, isStrict: true);
        }
    }

    /// <summary>An object, or a list of them, with those of its members that are read.</summary>
    internal static void WriteObjects(JsonBuffer to, object? value, string property)
    {
        object? plain = Members.Unwrap(value);
        string[]? members = ObjectMembers.Of(property);
        if (plain is null or string or ValueType || members is null)
        {
            Write(to, value);
            return;
        }

        // A page of Graph.
        if (plain is not IList && Members.Unwrap(Members.Get(value, "value")) is IList page)
        {
            plain = page;
        }

        if (Members.Elements(plain) is { } elements)
        {
            WriteList(to, elements, element => WriteObjects(to, element, property));
            return;
        }

        bool first = true;
        bool found = false;
        int start = to.Length;
        to.Byte('{');
        foreach (string member in members)
        {
            found = found || Members.Has(value!, member);
            Comma(to, ref first);
            to.Name(member);
            WriteObjects(to, Members.Get(value, member), member);
        }

        to.Byte('}');
        if (!found && !Members.IsNested(value!))
        {
            // Nothing of it can be read, and its text says so: a type's name.
            to.Truncate(start);
            to.String(Text(value!));
        }
    }

    /// <summary>A date as ISO 8601 in UTC, whatever the culture and its calendar.</summary>
    internal static string DateText(DateTime date) => date.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>The text of a value, as PowerShell has it.</summary>
    internal static string Text(object value) => value switch
    {
        string text => text,
        DateTime date => DateText(date),
        DateTimeOffset date => DateText(date.UtcDateTime),
        Enum => value.ToString(),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString(),
    }
    ?? string.Empty;

    internal static void Comma(JsonBuffer to, ref bool first)
    {
        if (!first)
        {
            to.Byte(',');
        }

        first = false;
    }

    private static void WriteList(JsonBuffer to, IEnumerator elements, Action<object?> write)
    {
        bool first = true;
        to.Byte('[');
        while (elements.MoveNext())
        {
            Comma(to, ref first);
            write(elements.Current);
        }

        to.Byte(']');
    }

    /// <summary>Bytes as base64, a SID as its text; through JSON they come as numbers. Nothing for what is no bytes.</summary>
    private static string? BytesText(object value)
    {
        object? plain = Members.Unwrap(value);
        if (plain is not byte[] bytes)
        {
            if (plain is not IList { Count: > 1 } list)
            {
                return plain is IList { Count: 1 } one && one[0] is { } only ? BytesText(only) : null;
            }

            bytes = new byte[list.Count];
            for (int i = 0; i < bytes.Length; i++)
            {
                if (!LanguagePrimitives.TryConvertTo(list[i], CultureInfo.InvariantCulture, out bytes[i]))
                {
                    return null;
                }
            }
        }

        bool isSid = bytes.Length != 16 && bytes.Length >= 8 && bytes[0] == 1 && bytes.Length == 8 + (4 * bytes[1]);
        return isSid ? SidText(bytes) : Convert.ToBase64String(bytes);
    }

    private static string SidText(byte[] sid)
    {
        long authority = 0;
        for (int i = 2; i < 8; i++)
        {
            authority = (authority * 256) + sid[i];
        }

        var text = new StringBuilder("S-1-").Append(authority.ToString(CultureInfo.InvariantCulture));
        for (int i = 8; i < sid.Length; i += 4)
        {
            uint part = sid[i] | ((uint)sid[i + 1] << 8) | ((uint)sid[i + 2] << 16) | ((uint)sid[i + 3] << 24);
            text.Append('-').Append(part.ToString(CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }
}
