using System;
using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Management.Automation;
using ProxyCalc.Json;
using ProxyCalc.Native;

namespace ProxyCalc.Input;

/// <summary>Sends what comes down a pipeline, or stands in a parameter, to a scan: objects, lists of them, pages of Graph, files.</summary>
internal sealed class Feed
{
    /// <summary>Lines are sent in pieces of about this many bytes: the library reads one while the next is written.</summary>
    private const int PieceBytes = 1 << 17;
    private const int FileBytes = 1 << 18;

    /// <summary>Lists in lists deeper than this are not read.</summary>
    private const int MostLevels = 16;

    private readonly Scan scan;
    private readonly RecordWriter writer;
    private readonly PathResolver paths;
    private readonly Action<string?> report;
    private byte[]? fileBytes;
    private string? set;
    private long sendAt;

    /// <param name="report">Shows progress: the file that is read, or nothing.</param>
    internal Feed(Scan scan, NameTable names, PathResolver paths, Failures failures, Action<string?> report)
    {
        this.scan = scan;
        this.paths = paths;
        this.report = report;
        Failures = failures;
        writer = new RecordWriter(names, failures);
    }

    internal Failures Failures { get; }

    /// <summary>Records that were sent as objects.</summary>
    internal long Count => writer.Count;

    /// <summary>Where results come while records go in: the first records are sent at once, so that the first results come early.</summary>
    internal bool IsEager { get; set; }

    /// <summary>Whether a piece was sent since somebody asked.</summary>
    internal bool HasSent { get; set; }

    internal void Add(object? item) => Add(item, 0);

    internal void AddPaths(IEnumerable<string>? names, bool literal)
    {
        foreach (string file in paths.Resolve(names, literal, Failures))
        {
            AddFile(file);
        }
    }

    /// <summary>What follows until <see cref="EndSet"/> belongs to another set.</summary>
    internal void BeginSet(string name)
    {
        Send();
        set = name;
    }

    internal void EndSet()
    {
        Send();
        set = null;
    }

    /// <summary>Sends what is written so far.</summary>
    internal void Send()
    {
        writer.LookAtLast();
        if (writer.Buffer.Length > 0)
        {
            SendLines(writer.Buffer);
            writer.Sent();
        }
    }

    /// <summary>Lines that are JSON already.</summary>
    internal void SendLines(JsonBuffer lines)
    {
        HasSent = true;
        if (set is null)
        {
            scan.Push(lines.Bytes, lines.Length);
            report(null);
        }
        else
        {
            // What has no name is no file.
            SendSource(string.Empty, "jsonlines", new MemoryStream(lines.Bytes, 0, lines.Length), null);
        }
    }

    private void Add(object? item, int level)
    {
        IList? page = null;
        switch (Members.Unwrap(item))
        {
            case null:
                return;
            case PSObject record:
                page = writer.Write(record);
                break;
            case FileInfo file:
                AddFile(file.FullName);
                return;
            case DirectoryInfo folder:
                writer.LookAtLast();
                Failures.Add(folder, paths.FolderMessage(folder.FullName));
                return;
            case string text:
                paths.HintAt(text);
                writer.WriteText(text, text);
                break;
            case IDictionary table:
                page = writer.Write(table);
                break;
            case IList list:
                AddList(list.GetEnumerator(), list, level);
                return;
            case ValueType simple:
                writer.WriteText(ValueWriter.Text(simple), simple);
                break;
            case { } other when Enumerate(other) is { } elements:
                AddList(elements, other, level);
                return;
            case { } other:
                page = writer.Write(item as PSObject ?? PSObject.AsPSObject(other));
                break;
        }

        if (page is not null)
        {
            AddPageHead(item!);
            AddList(page.GetEnumerator(), item!, level);
        }
        else if ((writer.Buffer.Length >= PieceBytes && writer.IsSettled) || (IsEager && writer.Count >= sendAt))
        {
            sendAt = Math.Max(8, writer.Count * 2);
            Send();
            if (writer.Count >= 4096)
            {
                IsEager = false;
            }
        }
    }

    private static IEnumerator? Enumerate(object value)
    {
        try
        {
            return LanguagePrimitives.GetEnumerator(value);
        }
        catch (Exception error) when (Failures.IsOfData(error))
        {
            return new BrokenEnumerator(error);
        }
    }

    /// <summary>A queue, a set, a table: what a pipeline would take apart.</summary>
    private void AddList(IEnumerator elements, object list, int level)
    {
        if (level >= MostLevels)
        {
            writer.LookAtLast();
            Failures.Add(list, $"A list within more than {MostLevels} lists is not read. Does it hold itself?");
            return;
        }

        while (true)
        {
            object? element;
            try
            {
                if (!elements.MoveNext())
                {
                    return;
                }

                element = elements.Current;
            }
            catch (Exception error) when (Failures.IsOfData(error))
            {
                writer.LookAtLast();
                Failures.Add(list, $"A list ({list.GetType().Name}) cannot be read further: {Display.Short(error.GetBaseException().Message, 500)}");
                return;
            }

            Add(element, level + 1);
        }
    }

    /// <summary>What a page says of itself goes as a page without records, of no file: the library knows whether the last one came.</summary>
    private void AddPageHead(object page)
    {
        Send();
        var head = new JsonBuffer();
        head.Raw("{\"value\":[]");
        foreach (string name in new[] { "@odata.context", "@odata.nextLink" })
        {
            head.Byte(',');
            head.Name(name);
            head.String(Members.Text(page, name));
        }

        head.Byte('}');
        SendSource(string.Empty, "auto", new MemoryStream(head.Bytes, 0, head.Length), null);
    }

    /// <summary>A file's bytes; the library finds its format.</summary>
    private void AddFile(string path)
    {
        Send();
        Stream stream;
        try
        {
            stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.SequentialScan);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            Failures.AddFile(path, PathResolver.UnreadableMessage(path, error));
            return;
        }

        using (stream)
        {
            SendSource(Path.GetFileName(path), "auto", stream, path);
        }

        HasSent = true;
    }

    private void SendSource(string name, string format, Stream stream, string? path)
    {
        var source = new JsonBuffer();
        source.Raw("{\"name\":");
        source.String(name);
        source.Raw(",\"format\":");
        source.String(format);
        if (set is not null)
        {
            source.Raw(",\"set\":");
            source.String(set);
        }

        source.Byte('}');
        scan.BeginSource(source);
        byte[] piece = fileBytes ??= new byte[FileBytes];
        try
        {
            int count;
            while ((count = stream.Read(piece, 0, piece.Length)) > 0)
            {
                scan.PushSource(piece, count);
                report(path is null ? null : $"{path}, {stream.Position / (1 << 20)} MB");
            }
        }
        catch (IOException error) when (path is not null)
        {
            // What was read counts; the rest is named.
            Failures.AddFile(path, PathResolver.UnreadableMessage(path, error));
        }
        finally
        {
            scan.EndSource();
        }
    }

    /// <summary>Stands for an enumerator that could not be made.</summary>
    private sealed class BrokenEnumerator : IEnumerator
    {
        private readonly Exception error;

        internal BrokenEnumerator(Exception error) => this.error = error;

        public object? Current => null;

        public bool MoveNext() => throw new InvalidOperationException(error.GetBaseException().Message, error);

        public void Reset()
        {
        }
    }
}
