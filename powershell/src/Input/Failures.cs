using System;
using System.Collections.Generic;
using System.IO;
using System.Management.Automation;

namespace ProxyCalc.Input;

/// <summary>Records and files that could not be sent: each is one error after the results.</summary>
internal sealed class Failures
{
    private static readonly string[] NameProperties =
    {
        "Identity", "UserPrincipalName", "DisplayName", "Name", "PrimarySmtpAddress", "mail", "DistinguishedName", "ExternalDirectoryObjectId", "Id", "ObjectGUID",
    };

    private readonly List<KeyValuePair<object?, string>> all = new();

    internal int Count => all.Count;

    /// <summary>Whether a file or folder that was named is among them.</summary>
    internal bool LostFile { get; private set; }

    internal string First => all[0].Value;

    internal void Add(object? record, string message) => all.Add(new KeyValuePair<object?, string>(record, message));

    /// <summary>A record, with who it is before the message.</summary>
    internal void AddRecord(object record, string message) => Add(record, $"{Label(record)}: {message}");

    internal void AddFile(string path, string message)
    {
        Add(path, message);
        LostFile = true;
    }

    internal void Truncate(int count) => all.RemoveRange(count, all.Count - count);

    internal IEnumerable<ErrorRecord> ToErrorRecords()
    {
        foreach (KeyValuePair<object?, string> failure in all)
        {
            yield return new ErrorRecord(new InvalidDataException(failure.Value), "ProxyCalc.RecordUnreadable", ErrorCategory.InvalidData, failure.Key);
        }
    }

    /// <summary>Whether an exception is about the data; what stops the pipeline goes on its way.</summary>
    internal static bool IsOfData(Exception error)
    {
        for (Exception? inner = error; inner is not null; inner = inner.InnerException)
        {
            if (inner is PipelineStoppedException or FlowControlException or OutOfMemoryException or CommandException)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Who a record is; it may be the one that cannot be read.</summary>
    private static string Label(object record)
    {
        foreach (string name in NameProperties)
        {
            try
            {
                string text = Members.Text(record, name);
                if (text.Length > 0)
                {
                    return Display.Short(text);
                }
            }
            catch (Exception error) when (IsOfData(error))
            {
                // The next property may be readable.
            }
        }

        return "a record without a name";
    }
}
