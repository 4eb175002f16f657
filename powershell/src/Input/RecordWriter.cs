using System;
using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;
using System.Text;
using ProxyCalc.Json;

namespace ProxyCalc.Input;

/// <summary>
/// Writes objects as JSON lines, as fast as PowerShell gives their properties.
/// </summary>
/// <remarks>
/// Looking up a property that is there is cheap, one that is not there costs more, and walking through all properties costs more
/// than everything else. So the shape of an object (the known names it has) is found by walking, and the objects that follow are
/// read by looking these names up. An object is walked again where a name is missing, among the first <see cref="FirstLooks"/>, and at the first and the last of every <see cref="Block"/>. Where one turns out to
/// have another shape, everything since the last look is written again, each object walked. So only objects that have all names
/// of a shape, another known name beside them, and that come in a run of fewer than <see cref="Block"/> between objects of that
/// shape can have that other property left out.
/// </remarks>
internal sealed class RecordWriter
{
    private const int FirstLooks = 256;
    private const int Block = 64;

    /// <summary>More shapes than these are not remembered: their objects are walked.</summary>
    private const int MostShapes = 64;

    /// <summary>The first names of an object of which none is known, for the message.</summary>
    private const int FirstNames = 3;

    private readonly NameTable names;
    private readonly Failures failures;
    private readonly List<Shape> shapes = new();
    private readonly List<PSObject> sinceLook = new(Block);
    private readonly List<PSPropertyInfo> walked = new();
    private readonly List<KnownName> walkedNames = new();
    private int lookLength;
    private int lookFailures;
    private Shape? last;

    internal RecordWriter(NameTable names, Failures failures)
    {
        this.names = names;
        this.failures = failures;
    }

    /// <summary>The lines so far.</summary>
    internal JsonBuffer Buffer { get; } = new(1 << 17);

    /// <summary>Records that came, failed ones included.</summary>
    internal long Count { get; private set; }

    /// <summary>Whether every object so far was looked at, so that the lines can be sent.</summary>
    internal bool IsSettled => sinceLook.Count == 0;

    /// <summary>An object that is no dictionary and no list.</summary>
    /// <returns>The list of objects that it wraps, where it is a page of Graph; then nothing was written.</returns>
    internal IList? Write(PSObject record)
    {
        long number = Count;
        bool look = number < FirstLooks || number % Block is 0 or Block - 1;
        int start = Buffer.Length;
        Shape? used = WriteByNames(record);
        if (used is not null && !look)
        {
            Count++;
            sinceLook.Add(record);
            return null;
        }

        if (Walk(record) is { } page)
        {
            Buffer.Truncate(start);
            return page;
        }

        Count++;
        if (used is null || !used.Equals(walkedNames))
        {
            Buffer.Truncate(start);
            if (used is not null)
            {
                // Others may have been taken for this shape, too.
                WriteAgain();
                _ = Walk(record);
            }

            WriteWalked(record);
        }

        if (look)
        {
            Settle();
        }
        else
        {
            sinceLook.Add(record);
        }

        return null;
    }

    /// <summary>A dictionary.</summary>
    /// <returns>As <see cref="Write(PSObject)"/>.</returns>
    internal IList? Write(IDictionary record)
    {
        // Not settled: what is written again later must not take this away.
        LookAtLast();
        int start = Buffer.Length;
        object? value = null;
        int found = 0;
        try
        {
            bool first = true;
            var seen = new HashSet<string>(StringComparer.Ordinal);
            Buffer.Byte('{');
            foreach (DictionaryEntry entry in record)
            {
                string key = Members.KeyText(entry.Key);
                if (names.Find(key) is { } name && seen.Add(name.Folded))
                {
                    ValueWriter.Comma(Buffer, ref first);
                    Buffer.Raw(name.Key);
                    WriteValue(entry.Value, name);
                    found++;
                }
                else if (key.Equals("value", StringComparison.OrdinalIgnoreCase))
                {
                    value = Members.Unwrap(entry.Value);
                }
                else if (LooksLikeAddresses(key, entry.Value))
                {
                    ValueWriter.Comma(Buffer, ref first);
                    Buffer.Name(key);
                    ValueWriter.Write(Buffer, entry.Value);
                }
            }

            if (found == 0 && value is IList page)
            {
                Buffer.Truncate(start);
                return page;
            }

            Count++;
            if (first)
            {
                WriteUnknown(UnknownNames(record.Keys));
            }

            EndLine();
        }
        catch (Exception error) when (Failures.IsOfData(error))
        {
            Count += found == 0 && value is IList ? 0 : 1;
            Fail(record, error, start);
        }

        Settle();
        return null;
    }

    /// <summary>What is no object: the library says so.</summary>
    internal void WriteText(string text, object record)
    {
        LookAtLast();
        int start = Buffer.Length;
        Count++;
        try
        {
            Buffer.String(text);
            Buffer.Byte('\n');
        }
        catch (EncoderFallbackException)
        {
            Buffer.Truncate(start);
            failures.Add(record, $"{Display.Short(text)}: a text holds half of a character (a lone surrogate).");
        }

        Settle();
    }

    /// <summary>Makes sure that the last object was looked at; then the lines can be sent.</summary>
    internal void LookAtLast()
    {
        if (sinceLook.Count == 0)
        {
            return;
        }

        PSObject record = sinceLook[sinceLook.Count - 1];
        if (Walk(record) is not null || last is null || !last.Equals(walkedNames))
        {
            WriteAgain();
        }

        Settle();
    }

    private void Settle()
    {
        sinceLook.Clear();
        lookLength = Buffer.Length;
        lookFailures = failures.Count;
    }

    /// <summary>The lines were sent.</summary>
    internal void Sent()
    {
        Buffer.Clear();
        Settle();
    }

    private void WriteAgain()
    {
        Buffer.Truncate(lookLength);
        failures.Truncate(lookFailures);
        foreach (PSObject record in sinceLook)
        {
            if (Walk(record) is null)
            {
                WriteWalked(record);
            }
        }
    }

    /// <summary>Finds the known properties of an object, in their order, into the lists of what was walked.</summary>
    private IList? Walk(PSObject record)
    {
        walked.Clear();
        walkedNames.Clear();
        PSPropertyInfo? value = null;
        List<PSPropertyInfo>? unknown = null;
        foreach (PSPropertyInfo property in record.Properties)
        {
            if (names.Find(property.Name) is { } name)
            {
                // Of two names that are one to the library, the first counts.
                if (!walkedNames.Exists(other => other.Folded == name.Folded))
                {
                    walked.Add(property);
                    walkedNames.Add(name);
                }
            }
            else if (property is PSNoteProperty && LooksLikeAddresses(property.Name, property.Value))
            {
                walked.Add(property);
                walkedNames.Add(names.Suspect(property.Name));
            }
            else if (property.Name.Equals("value", StringComparison.OrdinalIgnoreCase))
            {
                value = property;
            }
            else if (walked.Count == 0 && (unknown ??= new List<PSPropertyInfo>()).Count < FirstNames)
            {
                unknown.Add(property);
            }
        }

        // A page as Graph answers it: nothing of it is an object's, and its objects are in one list.
        return walked.Count == 0 && value is not null && Members.Unwrap(ValueOrNull(value)) is IList page ? page : null;
    }

    private void WriteWalked(PSObject record)
    {
        int start = Buffer.Length;
        try
        {
            if (walked.Count == 0)
            {
                last = null;
                Buffer.Byte('{');
                WriteUnknown(UnknownNames(NamesOf(record)));
                EndLine();
                return;
            }

            Buffer.Byte('{');
            for (int i = 0; i < walked.Count; i++)
            {
                if (i > 0)
                {
                    Buffer.Byte(',');
                }

                Buffer.Raw(walkedNames[i].Key);
                WriteValue(Read(walked[i]), walkedNames[i]);
            }

            EndLine();
        }
        catch (Exception error) when (Failures.IsOfData(error))
        {
            Fail(record, error, start);
        }

        Remember();
    }

    /// <summary>Writes an object by the names of a shape that it has; <see langword="null"/> where there is none: then nothing is written.</summary>
    private Shape? WriteByNames(PSObject record)
    {
        Shape? expected = last?.Next ?? last;
        if (expected is null)
        {
            return null;
        }

        Shape? used = WriteAs(record, expected) ? expected : null;
        for (int i = 0; used is null && i < shapes.Count && i < 8; i++)
        {
            if (shapes[i] != expected && WriteAs(record, shapes[i]))
            {
                used = shapes[i];
            }
        }

        if (used is not null)
        {
            Follow(used);
        }

        return used;
    }

    private bool WriteAs(PSObject record, Shape shape)
    {
        int start = Buffer.Length;
        int failed = failures.Count;
        try
        {
            PSMemberInfoCollection<PSPropertyInfo> properties = record.Properties;
            Buffer.Byte('{');
            for (int i = 0; i < shape.Names.Length; i++)
            {
                KnownName name = shape.Names[i];
                PSPropertyInfo property = properties[name.Name];
                if (property is null || !string.Equals(property.Name, name.Name, StringComparison.Ordinal))
                {
                    Buffer.Truncate(start);
                    return false;
                }

                if (i > 0)
                {
                    Buffer.Byte(',');
                }

                Buffer.Raw(name.Key);
                WriteValue(Read(property), name);
            }

            // What would tell a larger shape from this one.
            foreach (string other in shape.NotOfThis)
            {
                if (properties[other] is not null)
                {
                    Buffer.Truncate(start);
                    return false;
                }
            }

            EndLine();
            return true;
        }
        catch (Exception error) when (Failures.IsOfData(error))
        {
            // Written again by walking, where the error is noted.
            Buffer.Truncate(start);
            failures.Truncate(failed);
            return false;
        }
    }

    private void Remember()
    {
        Shape? shape = shapes.Find(known => known.Equals(walkedNames));
        if (shape is null)
        {
            if (shapes.Count >= MostShapes)
            {
                last = null;
                return;
            }

            shape = new Shape(walkedNames.ToArray());
            foreach (Shape other in shapes)
            {
                shape.Tell(other);
                other.Tell(shape);
            }

            shapes.Add(shape);
        }

        Follow(shape);
    }

    /// <summary>Shapes that take turns do so again.</summary>
    private void Follow(Shape shape)
    {
        if (last is not null)
        {
            last.Next = shape;
        }

        last = shape;
    }

    private void WriteValue(object? value, KnownName name)
    {
        try
        {
            ValueWriter.WriteKnown(Buffer, value, name);
        }
        catch (EncoderFallbackException)
        {
            throw new RecordException($"{Display.Short(name.Name)} holds half of a character (a lone surrogate).");
        }
        catch (Exception error) when (Failures.IsOfData(error) && error is not RecordException)
        {
            throw new RecordException($"{Display.Short(name.Name)} cannot be read: {Display.Short(error.GetBaseException().Message, 500)}");
        }
    }

    private static object? Read(PSPropertyInfo property)
    {
        try
        {
            return property.Value;
        }
        catch (Exception error) when (Failures.IsOfData(error))
        {
            throw new RecordException($"{Display.Short(property.Name)} cannot be read: {Display.Short(error.GetBaseException().Message, 500)}");
        }
    }

    private static object? ValueOrNull(PSPropertyInfo property)
    {
        try
        {
            return property.Value;
        }
        catch (Exception error) when (Failures.IsOfData(error))
        {
            return null;
        }
    }

    private void Fail(object record, Exception error, int start)
    {
        Buffer.Truncate(start);
        failures.AddRecord(record, error is RecordException ? error.Message : "it cannot be read: " + Display.Short(error.GetBaseException().Message, 500));
    }

    private void EndLine()
    {
        Buffer.Byte('}');
        Buffer.Byte('\n');
    }

    /// <summary>
    /// Whether a property that the library does not know may hold addresses: then it is sent, for the library to say that it was
    /// not read.
    /// </summary>
    private static bool LooksLikeAddresses(string name, object? value)
    {
        object? plain = Members.Unwrap(value);
        if (plain is IList { Count: > 0 } list)
        {
            plain = Members.Unwrap(list[0]);
        }

        return plain is string { Length: > 2 and < 4096 } text
            && (text.IndexOf('@') > 0 || text.StartsWith("smtp:", StringComparison.OrdinalIgnoreCase) || text.StartsWith("x500:", StringComparison.OrdinalIgnoreCase))
            && !NameTable.IsPassedOver(name);
    }

    private static IEnumerable NamesOf(PSObject record)
    {
        foreach (PSPropertyInfo property in record.Properties)
        {
            yield return property.Name;
        }
    }

    private static IEnumerable<string> UnknownNames(IEnumerable all)
    {
        int count = 0;
        foreach (object key in all)
        {
            if (count++ == FirstNames)
            {
                yield break;
            }

            yield return Members.KeyText(key);
        }
    }

    /// <summary>The first names, for the message that none is known; their values are not sent. Halves of characters cannot be.</summary>
    private void WriteUnknown(IEnumerable<string> unknown)
    {
        bool first = true;
        foreach (string name in unknown)
        {
            ValueWriter.Comma(Buffer, ref first);
            Buffer.Name(WithoutHalves(name).Trim());
            Buffer.Null();
        }
    }

    private static string WithoutHalves(string text)
    {
        var whole = new StringBuilder(text);
        for (int i = 0; i < whole.Length; i++)
        {
            if (i + 1 < whole.Length && char.IsSurrogatePair(whole[i], whole[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(whole[i]))
            {
                whole[i] = '?';
            }
        }

        return whole.ToString();
    }
}
