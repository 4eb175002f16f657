using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.IO;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ProxyCalc.Input;

/// <summary>Finds files by what an admin names, in the caller's drives and current folder.</summary>
internal sealed class PathResolver
{
    /// <summary>Formats that the library reads, by the ends of their names.</summary>
    private static readonly string[] Extensions = { "csv", "json", "jsonl", "xml", "clixml", "tsv", "ldf", "ldif", "gz", "txt" };

    private readonly PSCmdlet cmdlet;
    private readonly string parameter;

    /// <summary>How many texts are still looked at for a file of that name: a few are enough.</summary>
    private int hintsLeft = 16;

    /// <param name="parameter">The parameter that takes files, as -Path.</param>
    internal PathResolver(PSCmdlet cmdlet, string parameter)
    {
        this.cmdlet = cmdlet;
        this.parameter = parameter;
    }

    /// <summary>A text as PowerShell reads it back, whatever it holds; characters that a terminal would obey by their numbers.</summary>
    internal static string Quoted(string text)
    {
        var parts = new List<string>();
        int start = 0;
        for (int at = 0; at <= text.Length; at++)
        {
            if (at == text.Length || Display.IsControl(text[at]))
            {
                if (at > start || text.Length == 0)
                {
                    parts.Add($"'{CodeGeneration.EscapeSingleQuotedStringContent(text.Substring(start, at - start))}'");
                }

                if (at < text.Length)
                {
                    parts.Add($"[char] {(int)text[at]}");
                }

                start = at + 1;
            }
        }

        // A text must stand first, or numbers would be added.
        return parts.Count == 1 && parts[0][0] == '\'' ? parts[0] : $"({(parts[0][0] == '\'' ? string.Empty : "'' + ")}{string.Join(" + ", parts)})";
    }

    /// <summary>The files: of a name that exists as it stands, whatever characters it has; else of a pattern.</summary>
    internal IEnumerable<string> Resolve(IEnumerable<string>? names, bool literal, Failures failures)
    {
        foreach (string name in names ?? Array.Empty<string>())
        {
            string? exact = Exact(name);
            if (exact is not null && File.Exists(exact))
            {
                yield return exact;
                continue;
            }

            bool any = false;
            if (!literal && !Directory.Exists(exact ?? string.Empty))
            {
                foreach (string file in Matching(name))
                {
                    any = true;
                    yield return file;
                }
            }

            if (!any)
            {
                failures.AddFile(name, exact is not null && Directory.Exists(exact) ? FolderMessage(name, exact) : $"There is no file {Display.Short(name, 1000)}.");
            }
        }
    }

    /// <summary>What is said of a folder where a file or a record was expected.</summary>
    internal string FolderMessage(string folder) => FolderMessage(folder, folder);

    internal static string UnreadableMessage(string path, Exception error) =>
        File.Exists(path) ? $"{Display.Short(path, 1000)} cannot be read: {Display.Short(error.Message, 500)}" : $"There is no file {Display.Short(path, 1000)}.";

    /// <summary>A text in the pipeline is no record; where it names a file it was meant for a parameter. Said once.</summary>
    internal void HintAt(string text)
    {
        if (hintsLeft <= 0 || text.Length > 260 || text.Trim().Length == 0)
        {
            return;
        }

        hintsLeft--;
        string? path = Exact(text);
        if (path is null || !(File.Exists(path) || Directory.Exists(path)))
        {
            return;
        }

        hintsLeft = 0;
        cmdlet.WriteWarning(File.Exists(path)
            ? $"'{Display.Text(text)}' is a text here, not the file of that name. To read the file: {parameter} {Quoted(text)}, or Get-Item in the pipeline."
            : $"'{Display.Text(text)}' is a text here. {FolderMessage(text, path)}");
    }

    private string FolderMessage(string shown, string folder)
    {
        string message = $"{Display.Short(shown, 1000)} is a folder. ";
        string? pattern = Pattern(folder);
        return pattern is null
            ? message + "No file in it is one that can be read by its name: CSV, JSON, CLIXML or LDIF."
            : message + $"Name its files: {parameter} {Quoted(Path.Combine(WildcardPattern.Escape(shown), pattern))}.";
    }

    /// <summary>A pattern for files that lie in a folder: of the format that most of them have.</summary>
    private static string? Pattern(string folder)
    {
        string? best = null;
        int most = 0;
        try
        {
            foreach (string extension in Extensions)
            {
                int count = Directory.GetFiles(folder, "*." + extension).Length;
                if (count > most)
                {
                    most = count;
                    best = "*." + extension;
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A folder that cannot be listed has no file that could be named.
        }

        return best;
    }

    /// <summary>The path of a name in a file system; <see langword="null"/> where it is none.</summary>
    private string? Exact(string name)
    {
        try
        {
            string path = cmdlet.SessionState.Path.GetUnresolvedProviderPathFromPSPath(name, out ProviderInfo provider, out _);
            return IsFileSystem(provider) ? path : null;
        }
        catch (Exception error) when (IsNoPath(error))
        {
            return null;
        }
    }

    private List<string> Matching(string pattern)
    {
        var files = new List<string>();
        try
        {
            Collection<string> found = cmdlet.SessionState.Path.GetResolvedProviderPathFromPSPath(pattern, out ProviderInfo provider);
            if (IsFileSystem(provider))
            {
                foreach (string path in found)
                {
                    if (File.Exists(path))
                    {
                        files.Add(path);
                    }
                }
            }
        }
        catch (Exception error) when (IsNoPath(error))
        {
            // Said by the caller: there is no such file.
        }

        return files;
    }

    private static bool IsFileSystem(ProviderInfo provider) => provider.Name.Equals("FileSystem", StringComparison.OrdinalIgnoreCase);

    private static bool IsNoPath(Exception error) => error is RuntimeException and not PipelineStoppedException
        or ArgumentException or NotSupportedException or IOException or UnauthorizedAccessException or InvalidOperationException;
}
