using System;
using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Management.Automation;
using System.Text.RegularExpressions;
using ProxyCalc.Json;

namespace ProxyCalc.Input;

/// <summary>What an admin has of errors (texts, ErrorRecords, objects of Graph or Entra Connect) as the library reads them.</summary>
internal sealed class ErrorEntries
{
    private const int MostInnerExceptions = 16;
    private const int MostLevels = 16;

    /// <summary>A user, group or contact carries its errors in these.</summary>
    private static readonly string[] Carried = { "onPremisesProvisioningErrors", "serviceProvisioningErrors" };

    private static readonly string[] Who = { "id", "displayName", "userPrincipalName", "mail", "@odata.type" };

    private static readonly Regex GraphType = new(@"MicrosoftGraph(User|Group|OrgContact)\d*$", RegexOptions.CultureInvariant);

    private readonly List<Entry> entries = new();
    private readonly NameTable names;
    private readonly Failures failures;

    internal ErrorEntries(NameTable names, Failures failures)
    {
        this.names = names;
        this.failures = failures;
    }

    /// <summary>Whether anything came, errors or not.</summary>
    internal bool AnyCame { get; private set; }

    /// <summary>The entry of this number: what it was, and the object that carried it.</summary>
    internal Entry this[int number] => entries[number];

    internal void Add(object? item) => Add(item, 0);

    /// <summary>All of them, as a list of JSON.</summary>
    internal void Write(JsonBuffer to)
    {
        to.Byte('[');
        bool first = true;
        foreach (Entry entry in entries)
        {
            ValueWriter.Comma(to, ref first);
            string json = entry.Json;
            if (entry.Keys is not null)
            {
                json = $"[{json}]";
            }

            to.RawText(json);
        }

        to.Byte(']');
    }

    private void Add(object? item, int level)
    {
        object? plain = Members.Unwrap(item);
        if (plain is null || level > MostLevels)
        {
            return;
        }

        if (Members.Elements(plain) is { } elements)
        {
            while (elements.MoveNext())
            {
                Add(elements.Current, level + 1);
            }

            return;
        }

        AnyCame = true;
        try
        {
            AddOne(item!, plain);
        }
        catch (Exception error) when (Failures.IsOfData(error))
        {
            failures.AddRecord(item!, "it cannot be read: " + Display.Short(error.GetBaseException().Message, 500));
        }
    }

    private void AddOne(object item, object plain)
    {
        switch (plain)
        {
            case string or ValueType:
                AddText(ValueWriter.Text(plain), null);
                return;
            case FileInfo file:
                AddFile(file);
                return;
            case Exception exception:
                AddText(string.Join("\n", Messages(exception)), null);
                return;
        }

        if (plain is ErrorRecord || TypeName(item) == "Deserialized.System.Management.Automation.ErrorRecord")
        {
            entries.Add(new Entry(
                Json(to => to.String(RecordText(item))),
                Members.Text(Members.Get(item, "Exception"), "Message"),
                Members.Get(item, "TargetObject")));
            return;
        }

        switch (Carries(item))
        {
            case true:
                if (CarrierJson(item) is { } carrier)
                {
                    entries.Add(new Entry(carrier, null, item));
                }

                return;
            case null:
                AddObject(item);
                return;
        }
    }

    private void AddText(string text, object? target) => entries.Add(new Entry(Json(to => to.String(text)), text, target));

    private void AddFile(FileInfo file)
    {
        try
        {
            AddText(File.ReadAllText(file.FullName), null);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            failures.Add(file, PathResolver.UnreadableMessage(file.FullName, error));
        }
    }

    /// <summary>An object of any other kind, whole.</summary>
    private void AddObject(object item)
    {
        string json = Json(to => WriteReadable(to, item));
        string? key = PairKey(item);
        Entry? last = entries.Count > 0 ? entries[entries.Count - 1] : null;
        if (key is null)
        {
            entries.Add(new Entry(json, null, item));
        }
        else if (last?.Keys is { } keys && keys.Add(key))
        {
            // The pairs of ErrorExtraDetails come one by one: those that follow one another, until a key comes again, are one error.
            last.Json += "," + json;
        }
        else
        {
            entries.Add(new Entry(json, null, item) { Keys = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { key } });
        }
    }

    /// <summary>The key where an object is a pair of Key and Value, and nothing else.</summary>
    private static string? PairKey(object item)
    {
        var all = new List<string>();
        foreach (KeyValuePair<string, Func<object?>> member in Members.All(item))
        {
            all.Add(member.Key);
            if (all.Count > 2)
            {
                return null;
            }
        }

        bool isPair = all.Count == 2 && all.Exists(name => name.Equals("Key", StringComparison.OrdinalIgnoreCase)) && all.Exists(name => name.Equals("Value", StringComparison.OrdinalIgnoreCase));
        return isPair ? Members.Text(item, "Key") : null;
    }

    /// <summary>All members that can be read; the others are null.</summary>
    private static void WriteReadable(JsonBuffer to, object item)
    {
        bool first = true;
        to.Byte('{');
        foreach (KeyValuePair<string, Func<object?>> member in Members.All(item))
        {
            ValueWriter.Comma(to, ref first);
            to.Name(member.Key);
            int start = to.Length;
            try
            {
                ValueWriter.Write(to, member.Value(), ValueWriter.WholeDepth);
            }
            catch (Exception error) when (Failures.IsOfData(error))
            {
                to.Truncate(start);
                to.Null();
            }
        }

        to.Byte('}');
    }

    /// <summary>
    /// Whether an object can carry errors: nothing for one that cannot, else whether there are any. Most have none, and there can
    /// be very many of them.
    /// </summary>
    private static bool? Carries(object item)
    {
        bool? can = null;
        foreach (string name in Carried)
        {
            if (!Members.Has(item, name))
            {
                continue;
            }

            if (Members.Unwrap(Members.Get(item, name)) is not (null or ICollection { Count: 0 }))
            {
                return true;
            }

            can = false;
        }

        return can;
    }

    /// <summary>A user, group or contact: what says who it is, and its errors. Nothing where they are empty all the same.</summary>
    private string? CarrierJson(object item)
    {
        var to = new JsonBuffer { ReplacesHalves = true };
        bool anyError = false;
        bool first = true;
        var written = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        to.Byte('{');
        foreach (KeyValuePair<string, Func<object?>> member in Members.All(item))
        {
            if (names.Find(member.Key) is { } name && written.Add(member.Key))
            {
                ValueWriter.Comma(to, ref first);
                to.Raw(name.Key);
                ValueWriter.Write(to, member.Value(), 2);
            }
        }

        foreach (string name in Who)
        {
            string text = written.Contains(name) ? string.Empty : Members.Text(item, name);
            if (text.Length == 0 && name == "@odata.type" && !written.Contains(name) && GraphType.Match(TypeName(item)) is { Success: true } type)
            {
                // Graph's commands say by the .NET type what the JSON says by a property.
                text = "#microsoft.graph." + type.Groups[1].Value;
            }

            if (text.Length > 0)
            {
                ValueWriter.Comma(to, ref first);
                to.Name(name);
                to.String(text);
            }
        }

        foreach (string name in Carried)
        {
            object? value = Members.Get(item, name);
            List<object?> errors = NotNull(value);
            if (errors.Count > 0)
            {
                anyError = true;
                ValueWriter.Comma(to, ref first);
                to.Name(name);
                ValueWriter.WriteObjects(to, errors, name);
            }
        }

        to.Byte('}');
        return anyError ? to.ToString() : null;
    }

    private static List<object?> NotNull(object? value)
    {
        var all = new List<object?>();
        if (Members.Elements(value) is { } elements)
        {
            while (elements.MoveNext())
            {
                if (elements.Current is not null)
                {
                    all.Add(elements.Current);
                }
            }
        }
        else if (value is not null)
        {
            all.Add(value);
        }

        return all;
    }

    /// <summary>
    /// The text of an ErrorRecord as a console shows it: details first, as they say more than the exception, then its messages,
    /// then the lines about the record, which name the exception also where its message is in another language.
    /// </summary>
    private static string RecordText(object record)
    {
        var lines = new List<string>();
        string details = Members.Text(Members.Get(record, "ErrorDetails"), "Message");
        if (details.Length > 0)
        {
            lines.Add(details);
        }

        foreach (string message in Messages(Members.Get(record, "Exception")))
        {
            if (!lines.Contains(message))
            {
                lines.Add(message);
            }
        }

        foreach (string name in new[] { "CategoryInfo", "FullyQualifiedErrorId" })
        {
            string text = Members.Text(record, name);
            if (text.Length > 0)
            {
                lines.Add($"    + {name} : {Regex.Replace(text, @"\s+", " ")}");
            }
        }

        return string.Join("\n", lines);
    }

    /// <summary>The messages of an exception and of those inside it, each once; also of what remoting made of one.</summary>
    private static List<string> Messages(object? exception)
    {
        var messages = new List<string>();
        for (int i = 0; exception is not null && i < MostInnerExceptions; i++)
        {
            string text = Members.Text(exception, "Message");
            if (text.Length > 0 && !messages.Contains(text))
            {
                messages.Add(text);
            }

            exception = Members.Get(exception, "InnerException");
        }

        return messages;
    }

    private static string TypeName(object item)
    {
        PSObject wrapped = PSObject.AsPSObject(item);
        return wrapped.TypeNames.Count > 0 ? wrapped.TypeNames[0] : string.Empty;
    }

    private static string Json(Action<JsonBuffer> write)
    {
        // A text can be cut in the middle of a character; the library says that it was.
        var buffer = new JsonBuffer { ReplacesHalves = true };
        write(buffer);
        return buffer.ToString();
    }

    /// <summary>One error that came, or several pairs that are one.</summary>
    internal sealed class Entry
    {
        internal Entry(string json, string? message, object? target)
        {
            Json = json;
            Message = message;
            Target = target;
        }

        internal string Json { get; set; }

        internal string? Message { get; }

        internal object? Target { get; }

        /// <summary>The keys so far, of pairs.</summary>
        internal HashSet<string>? Keys { get; set; }
    }
}
