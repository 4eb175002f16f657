using System;
using System.Collections.Generic;
using ProxyCalc.Native;

namespace ProxyCalc.Rows;

/// <summary>
/// Reads pages in the separated form: rows end with U+001E, fields stand U+001F apart, the values of a list U+001D. A page names
/// the columns of its rows itself; a reader asks for those that it knows, by name.
/// </summary>
internal sealed class RowReader
{
    private const char RowEnd = '\u001e';
    private const char FieldEnd = '\u001f';
    private const string HeadTag = "#";

    private readonly Dictionary<string, string[]> wanted = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int[]> places = new(StringComparer.Ordinal);

    /// <summary>Asks for columns of a kind of row; they are numbered as they stand here.</summary>
    internal RowReader With(string tag, params string[] columns)
    {
        wanted.Add(tag, columns);
        return this;
    }

    /// <summary>The rows of all pages.</summary>
    internal IEnumerable<Row> ReadAll(Scan scan)
    {
        while (scan.Next() is { } page)
        {
            foreach (Row row in Read(page))
            {
                yield return row;
            }
        }
    }

    /// <summary>The rows of a page.</summary>
    internal IEnumerable<Row> Read(string page)
    {
        bool escaped = page.IndexOf(Row.Escape) >= 0;
        int start = 0;
        while (start < page.Length)
        {
            int end = page.IndexOf(RowEnd, start);
            if (end < 0)
            {
                end = page.Length;
            }

            string[] fields = page.Substring(start, end - start).Split(FieldEnd);
            start = end + 1;
            if (fields[0] == HeadTag)
            {
                Learn(fields);
            }
            else if (places.TryGetValue(fields[0], out int[]? columns))
            {
                yield return new Row(fields, columns, escaped);
            }
        }
    }

    private void Learn(string[] head)
    {
        if (head.Length < 2 || !wanted.TryGetValue(head[1], out string[]? columns))
        {
            return;
        }

        // The tag and the name of the row stand before the names; in a row only the tag does.
        places[head[1]] = Array.ConvertAll(columns, column => Array.FindIndex(head, 2, name => name == column || name.StartsWith(column + "(", StringComparison.Ordinal)) - 1);
    }
}
