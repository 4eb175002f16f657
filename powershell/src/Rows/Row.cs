using System;
using System.Text;

namespace ProxyCalc.Rows;

/// <summary>A row of a page: its fields by the numbers of the columns that were asked for.</summary>
internal sealed class Row
{
    /// <summary>Stands before a letter for NUL or a character that divides: the letter less 64.</summary>
    internal const char Escape = '\u001b';

    private const char ValueEnd = '\u001d';
    private const char PartEnd = '\u001c';

    private readonly string[] fields;
    private readonly int[] columns;
    private readonly bool escaped;

    internal Row(string[] fields, int[] columns, bool escaped)
    {
        this.fields = fields;
        this.columns = columns;
        this.escaped = escaped;
    }

    /// <summary>What it is.</summary>
    internal string Tag => fields[0];

    internal string Text(int column) => Plain(Raw(column));

    /// <summary>A text, or nothing where it is empty.</summary>
    internal string? TextOrNull(int column) => Raw(column).Length > 0 ? Text(column) : null;

    internal bool Flag(int column) => Raw(column) == "1";

    internal bool? FlagOrNull(int column) => Raw(column).Length > 0 ? Flag(column) : null;

    internal string[] List(int column)
    {
        string raw = Raw(column);
        if (raw.Length == 0)
        {
            return Array.Empty<string>();
        }

        string[] values = raw.Split(ValueEnd);
        return escaped ? Array.ConvertAll(values, Plain) : values;
    }

    /// <summary>A list whose values have parts.</summary>
    internal string[][] Lists(int column)
    {
        string raw = Raw(column);
        return raw.Length == 0
            ? Array.Empty<string[]>()
            : Array.ConvertAll(raw.Split(ValueEnd), value => Array.ConvertAll(value.Split(PartEnd), Plain));
    }

    /// <summary>Whether a field holds this text, without making its values.</summary>
    internal bool Holds(int column, string text) => Raw(column).IndexOf(text, StringComparison.Ordinal) >= 0;

    private string Raw(int column)
    {
        int at = columns[column];
        return at > 0 && at < fields.Length ? fields[at] : string.Empty;
    }

    private string Plain(string text)
    {
        if (!escaped || text.IndexOf(Escape) < 0)
        {
            return text;
        }

        var plain = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            plain.Append(text[i] == Escape && i + 1 < text.Length ? (char)(text[++i] - 64) : text[i]);
        }

        return plain.ToString();
    }
}
