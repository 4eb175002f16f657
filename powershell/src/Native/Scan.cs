using System;
using System.Collections.Generic;
using System.Management.Automation;
using ProxyCalc.Json;

namespace ProxyCalc.Native;

/// <summary>A scan: begun, fed, finished, read page by page, asked. From one thread at a time, but for <see cref="Cancel"/>.</summary>
internal sealed class Scan : IDisposable
{
    private const int Ok = 0;
    private const int Cancelled = 8;
    private const int ResultsWaiting = 9;

    private readonly Library library;
    private readonly ScanHandle handle;
    private readonly Action? takeResults;

    /// <param name="options">The options, as JSON.</param>
    /// <param name="takeResults">Takes pages where results wait before more is taken in.</param>
    internal Scan(JsonBuffer options, Action? takeResults)
    {
        library = Library.Get();
        this.takeResults = takeResults;
        int status = library.ScanBegin(options.Bytes, Length(options.Length), out IntPtr scan, out IntPtr response, out UIntPtr length);
        string? text = library.Take(response, length);
        if (status != Ok)
        {
            throw Failed(status, text);
        }

        handle = new ScanHandle(library, scan);
    }

    /// <summary>Gives whole records, JSON lines.</summary>
    internal void Push(byte[] bytes, int length) => Feed(library.ScanPush, bytes, length);

    /// <summary>Opens a file, or another set of records that comes as one.</summary>
    internal void BeginSource(JsonBuffer source) => Call(library.SourceBegin, source.Bytes, source.Length);

    internal void PushSource(byte[] bytes, int length) => Feed(library.SourcePush, bytes, length);

    internal void EndSource() => Call(library.SourceEnd);

    /// <summary>Ends the input; the summary.</summary>
    internal string Finish() => Call(library.ScanFinish) ?? "{}";

    /// <summary>The next page; <see langword="null"/> at the end.</summary>
    internal string? Next() => Call(library.ScanNext);

    internal string Query(JsonBuffer request) => Call(library.ScanQuery, request.Bytes, request.Length) ?? "{}";

    /// <summary>From any thread: what waits for the library returns at once.</summary>
    internal void Cancel()
    {
        try
        {
            _ = library.ScanCancel(handle);
        }
        catch (ObjectDisposedException)
        {
            // It ended meanwhile.
        }
    }

    public void Dispose() => handle.Dispose();

    private static UIntPtr Length(int length) => (UIntPtr)(uint)length;

    private static Exception Failed(int status, string? response)
    {
        if (status == Cancelled)
        {
            return new PipelineStoppedException();
        }

        var error = (response is null ? null : JsonReader.Read(response) as Dictionary<string, object?>)?.Member("error") as Dictionary<string, object?>;
        string message = error?.Text("message") ?? $"status {status}";
        var where = new List<string>();
        if (error?.Text("path") is { Length: > 0 } path)
        {
            where.Add(path);
        }

        if (error?.Number("record") is { } record)
        {
            where.Add($"record {record}");
        }

        if (where.Count > 0)
        {
            message = $"{string.Join(", ", where)}: {message}";
        }

        return new CommandException(error?.Text("code") ?? $"Status{status}", ErrorCategory.InvalidOperation, new InvalidOperationException(Display.Text(message)));
    }

    private void Feed(Library.BytesFunction function, byte[] bytes, int length)
    {
        while (true)
        {
            int status = function(handle, bytes, Length(length), out IntPtr response, out UIntPtr responseLength);
            string? text = library.Take(response, responseLength);
            if (status == Ok)
            {
                return;
            }

            if (status != ResultsWaiting || takeResults is null)
            {
                throw Failed(status, text);
            }

            takeResults();
        }
    }

    private string? Call(Library.BytesFunction function, byte[] bytes, int length)
    {
        int status = function(handle, bytes, Length(length), out IntPtr response, out UIntPtr responseLength);
        return Checked(status, response, responseLength);
    }

    private string? Call(Library.PlainFunction function)
    {
        int status = function(handle, out IntPtr response, out UIntPtr responseLength);
        return Checked(status, response, responseLength);
    }

    private string? Checked(int status, IntPtr response, UIntPtr length)
    {
        string? text = library.Take(response, length);
        return status == Ok ? text : throw Failed(status, text);
    }
}
