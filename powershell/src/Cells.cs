using System;
using System.Collections.Generic;
using System.Management.Automation;
using System.Text.RegularExpressions;
using ProxyCalc.Input;

namespace ProxyCalc;

/// <summary>
/// Columns of views. An indexer, because that is what a view may use of a class also where the language is constrained: there no
/// method can be called.
/// </summary>
public sealed class Cells
{
    private static readonly Regex Form = new(@"^(?<name>[\w.|]+)( \((?<details>[^)]+)\))?$", RegexOptions.CultureInvariant);

    private static readonly string[] Between = { ", " };
    private static readonly char[] Marks = { '=', '!' };

    private readonly string separator;

    internal Cells(string separator) => this.separator = separator;

    /// <summary>Properties of an object, or of each of a list, as text that no terminal obeys.</summary>
    /// <param name="of">The object, the list, or a text.</param>
    /// <param name="form">
    /// The name of a property, of several the first that has something (A|B), or a full stop for the object itself; and in brackets
    /// further ones: Name, Name=word for a word where it is true, Name!text for one that is left out where it is that text.
    /// </param>
    public string this[object? of, string form]
    {
        get
        {
            Match parts = Form.Match(form);
            var texts = new List<string>();
            foreach (object? one in Each(of))
            {
                string text = First(one, parts.Groups["name"].Value);
                string details = parts.Groups["details"].Success ? Details(one, parts.Groups["details"].Value) : string.Empty;
                if (details.Length > 0)
                {
                    text = $"{text} ({details})";
                }

                if (text.Length > 0)
                {
                    texts.Add(text);
                }
            }

            return string.Join(separator, texts);
        }
    }

    private static IEnumerable<object?> Each(object? of)
    {
        if (Members.Elements(of) is not { } elements)
        {
            yield return of;
            yield break;
        }

        while (elements.MoveNext())
        {
            yield return elements.Current;
        }
    }

    private static string First(object? one, string names)
    {
        if (names == "." || Members.Unwrap(one) is null or string)
        {
            return Display.Text(one);
        }

        foreach (string name in names.Split('|'))
        {
            string text = Property(one, name);
            if (text.Length > 0)
            {
                return text;
            }
        }

        return string.Empty;
    }

    private static string Details(object? one, string names)
    {
        if (Members.Unwrap(one) is null or string)
        {
            return string.Empty;
        }

        var details = new List<string>();
        foreach (string name in names.Split(Between, StringSplitOptions.None))
        {
            int at = name.IndexOfAny(Marks);
            string text = Property(one, at < 0 ? name : name.Substring(0, at));
            if (at > 0)
            {
                string word = name.Substring(at + 1);
                bool isFlag = name[at] == '=';
                text = isFlag ? (text.Equals("True", StringComparison.OrdinalIgnoreCase) ? word : string.Empty) : (text == word ? string.Empty : text);
            }

            if (text.Length > 0)
            {
                details.Add(text);
            }
        }

        return string.Join(", ", details);
    }

    private static string Property(object? one, string name) => Display.Text(PSObject.AsPSObject(one).Properties[name]?.Value);
}
