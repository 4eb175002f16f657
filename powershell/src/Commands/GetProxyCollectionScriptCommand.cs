using System;
using System.Collections.Generic;
using System.IO;
using System.Management.Automation;
using System.Text.RegularExpressions;

namespace ProxyCalc.Commands;

/// <summary>Gets the read-only script that collects everything the other commands want to see.</summary>
[Cmdlet(VerbsCommon.Get, "ProxyCollectionScript", HelpUri = Help.Address + "Get-ProxyCollectionScript.md")]
[OutputType(typeof(string))]
public sealed class GetProxyCollectionScriptCommand : PSCmdlet
{
    private static readonly string[] Scopes = { "ExchangeOnline", "Entra", "OnPremises" };

    /// <summary>The parts of the script.</summary>
    [Parameter(Position = 0)]
    [ValidateSet("ExchangeOnline", "Entra", "OnPremises")]
    [ValidateNotNullOrEmpty]
    public string[] Scope { get; set; } = Scopes;

    /// <summary>Adds what collects deleted objects.</summary>
    [Parameter]
    public SwitchParameter IncludeDeleted { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var parts = new List<string> { Read("Start") };
        foreach (string scope in Scopes)
        {
            if (Array.Exists(Scope, wanted => wanted.Equals(scope, StringComparison.OrdinalIgnoreCase)))
            {
                parts.Add(Read(scope));
                if (IncludeDeleted && File.Exists(PathOf(scope + ".Deleted")))
                {
                    parts.Add(Read(scope + ".Deleted"));
                }
            }
        }

        // The files have line ends of their own; the text gets those of the system.
        WriteObject(Regex.Replace(string.Join("\n\n", parts), "\r?\n", Environment.NewLine));
    }

    private static string PathOf(string part) =>
        Path.Combine(Path.GetDirectoryName(typeof(GetProxyCollectionScriptCommand).Assembly.Location) ?? string.Empty, "Collection", part + ".ps1");

    private string Read(string part)
    {
        string path = PathOf(part);
        try
        {
            return File.ReadAllText(path).TrimEnd();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            var missing = new FileNotFoundException($"The module's file {path} cannot be read: {error.Message} Install the module again.", path);
            ThrowTerminatingError(new ErrorRecord(missing, "ProxyCalc.CollectionScriptMissing", ErrorCategory.ObjectNotFound, path));
            throw;
        }
    }
}
