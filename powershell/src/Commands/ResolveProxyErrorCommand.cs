using System.Collections.Generic;
using System.Management.Automation;
using ProxyCalc.Input;
using ProxyCalc.Json;

namespace ProxyCalc.Commands;

/// <summary>Reads the texts of errors about proxy addresses: what they say, who has the address, what to run next.</summary>
[Cmdlet(VerbsDiagnostic.Resolve, "ProxyError", HelpUri = Help.Address + "Resolve-ProxyError.md")]
[OutputType(typeof(ErrorAnalysis))]
public sealed class ResolveProxyErrorCommand : NativeCommand
{
    private ErrorEntries? entries;

    /// <summary>Texts, ErrorRecords, objects that carry errors, or files of text.</summary>
    [Parameter(ValueFromPipeline = true, Position = 0)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public PSObject? Message { get; set; }

    /// <summary>Recipients, to find who has the address.</summary>
    [Parameter]
    [AllowNull]
    [AllowEmptyCollection]
    public PSObject? Recipient { get; set; }

    /// <summary>Files of recipients.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[]? RecipientPath { get; set; }

    private protected override string PathParameter => "-RecipientPath";

    private protected override void Begin()
    {
        WarnIfEmpty(nameof(Recipient));
        NameTable names = NameTable.Of(withRules: false);
        Open("addresses", names, _ => { }, isSeparated: false);
        entries = new ErrorEntries(names, Failures);
        Feed.AddPaths(RecipientPath, literal: false);
    }

    private protected override void Process() => entries!.Add(Message);

    private protected override void End()
    {
        // Without recipients there is nothing to be said of them.
        bool isAlone = Recipient is null && RecipientPath is null;
        Feed.Add(Recipient);
        Summary summary = Finish();
        if (!entries!.AnyCame)
        {
            // Who is healthy has no errors; nobody at all is no answer.
            WriteNoRecords();
        }

        var query = new JsonBuffer();
        query.Raw("{\"version\":1,\"resolve\":{\"texts\":");
        entries.Write(query);
        query.Raw("}}");
        foreach (Dictionary<string, object?> result in Query(query).Objects("results"))
        {
            ErrorEntries.Entry entry = entries[(int)(result.Number("text") ?? 0)];
            WriteObject(new ErrorAnalysis(result, entry.Message, entry.Target));
        }

        if (isAlone)
        {
            WriteFailures();
        }
        else
        {
            WriteProblems(summary);
        }
    }
}
