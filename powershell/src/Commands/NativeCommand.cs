using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Management.Automation;
using ProxyCalc.Input;
using ProxyCalc.Json;
using ProxyCalc.Native;

namespace ProxyCalc.Commands;

/// <summary>A command with a scan of the native library: begun, fed, ended, its results and what was wrong, and cut off at any time.</summary>
public abstract class NativeCommand : PSCmdlet, IDisposable
{
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly Failures failures = new();
    private volatile Scan? scan;
    private volatile bool isStopping;
    private Feed? feed;
    private long reportedAt;
    private bool hasProgress;

    internal Scan Scan => scan!;

    internal Feed Feed => feed!;

    internal Failures Failures => failures;

    /// <summary>The parameter that takes files.</summary>
    private protected virtual string PathParameter => "-Path";

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected sealed override void BeginProcessing() => Guard(Begin);

    /// <inheritdoc/>
    protected sealed override void ProcessRecord() => Guard(Process);

    /// <inheritdoc/>
    protected sealed override void EndProcessing()
    {
        Guard(End);
        CompleteProgress();
    }

    /// <inheritdoc/>
    /// <remarks>It comes on another thread, while this one may wait for the library.</remarks>
    protected override void StopProcessing()
    {
        isStopping = true;
        scan?.Cancel();
    }

    /// <summary>Frees the scan.</summary>
    /// <param name="disposing">Whether somebody asked for it.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            scan?.Dispose();
        }
    }

    private protected abstract void Begin();

    private protected abstract void Process();

    private protected abstract void End();

    /// <summary>Takes results where they wait before more records are taken in.</summary>
    private protected virtual void TakeResults()
    {
    }

    /// <param name="options">Writes the members of the options, each with a comma before it.</param>
    /// <param name="isSeparated">Whether pages come as rows.</param>
    private protected void Open(string want, NameTable names, Action<JsonBuffer> options, bool isSeparated = true)
    {
        var json = new JsonBuffer();
        json.Raw("{\"version\":1,\"want\":");
        json.String(want);
        if (isSeparated)
        {
            json.Raw(",\"resultForm\":\"separated\"");
        }

        options(json);
        json.Byte('}');
        scan = new Scan(json, TakeResults);
        feed = new Feed(scan, names, new PathResolver(this, PathParameter), failures, Report);
        if (isStopping)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>Writes a member of the options, where there is something to say.</summary>
    private protected static void Option(JsonBuffer to, string name, object? value)
    {
        if (value is not null)
        {
            to.Byte(',');
            to.Name(name);
            ValueWriter.Write(to, value);
        }
    }

    /// <summary>Ends the input; the summary.</summary>
    private protected Summary Finish()
    {
        Feed.Send();
        string json = Scan.Finish();
        CompleteProgress();
        return new Summary((Dictionary<string, object?>)JsonReader.Read(json)!, failures.Count);
    }

    private protected Dictionary<string, object?> Query(JsonBuffer request) =>
        (Dictionary<string, object?>)JsonReader.Read(Scan.Query(request))!;

    /// <summary>Errors come after the results: one for each record that could not be sent, one for each problem of the whole set.</summary>
    private protected void WriteProblems(Summary summary)
    {
        WriteFailures();
        foreach (Problem problem in summary.Problems)
        {
            // That a file was missing says why there was nothing.
            if (problem.Code == "NoRecords" && failures.LostFile)
            {
                continue;
            }

            if (problem.Severity == "Error")
            {
                WriteError(new ErrorRecord(new InvalidDataException(problem.ToString()), "ProxyCalc." + problem.Code, ErrorCategory.InvalidData, problem));
            }
            else
            {
                WriteWarning(problem.ToString());
            }
        }
    }

    private protected void WriteFailures()
    {
        foreach (ErrorRecord failure in failures.ToErrorRecords())
        {
            WriteError(failure);
        }
    }

    /// <summary>The error of a command that got nothing to look at.</summary>
    private protected void WriteNoRecords()
    {
        const string Message = "NoRecords (1): Nothing was read. A command that failed sends nothing: look at its own error, and run it again.";
        WriteError(new ErrorRecord(new InvalidDataException(Message), "ProxyCalc.NoRecords", ErrorCategory.InvalidData, null));
    }

    /// <summary>A parameter that was given and is empty: a mistyped variable, or a command that failed.</summary>
    private protected void WarnIfEmpty(string parameter)
    {
        if (!MyInvocation.BoundParameters.TryGetValue(parameter, out object? value))
        {
            return;
        }

        if (Members.Elements(value) is { } elements)
        {
            while (elements.MoveNext())
            {
                if (elements.Current is not null)
                {
                    return;
                }
            }
        }
        else if (value is not null)
        {
            return;
        }

        WriteWarning($"-{parameter} was given and is empty. Is the variable's name right, and did the command that filled it work?");
    }

    /// <summary>Progress appears on work that takes a second, and then five times a second at most.</summary>
    private protected void Report(string? status)
    {
        if (isStopping)
        {
            throw new PipelineStoppedException();
        }

        long elapsed = clock.ElapsedMilliseconds;
        if (elapsed < 1000 || elapsed - reportedAt < 200)
        {
            return;
        }

        reportedAt = elapsed;
        hasProgress = true;
        WriteProgress(new ProgressRecord(1, MyInvocation.MyCommand.Name, status ?? string.Format(CultureInfo.InvariantCulture, "{0:N0} objects", feed?.Count ?? 0)));
    }

    private void CompleteProgress()
    {
        if (hasProgress)
        {
            hasProgress = false;
            WriteProgress(new ProgressRecord(1, MyInvocation.MyCommand.Name, "done") { RecordType = ProgressRecordType.Completed });
        }
    }

    private void Guard(Action work)
    {
        try
        {
            work();
        }
        catch (CommandException error)
        {
            CompleteProgress();
            ThrowTerminatingError(error.ToErrorRecord());
        }
    }
}
