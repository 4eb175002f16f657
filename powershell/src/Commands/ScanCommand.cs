using System.Management.Automation;

namespace ProxyCalc.Commands;

/// <summary>A command that takes objects from the pipeline and from files.</summary>
public abstract class ScanCommand : NativeCommand
{
    internal const string ObjectSet = "Object";

    /// <summary>Objects of any command, from the pipeline or as an array. A file object is read as a file.</summary>
    [Parameter(ParameterSetName = ObjectSet, ValueFromPipeline = true, Position = 0)]
    [AllowNull]
    [AllowEmptyCollection]
    public PSObject? InputObject { get; set; }

    /// <summary>Files to read. Wildcards are allowed.</summary>
    [Parameter(ParameterSetName = ObjectSet)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? Path { get; set; }

    /// <summary>Files to read, by names that are taken as they are.</summary>
    [Parameter(ParameterSetName = ObjectSet)]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string[]? LiteralPath { get; set; }

    private protected override void Process() => Feed.Add(InputObject);

    /// <summary>Files come first, as they are parameters.</summary>
    private protected void AddFiles()
    {
        Feed.AddPaths(Path, literal: false);
        Feed.AddPaths(LiteralPath, literal: true);
    }
}
