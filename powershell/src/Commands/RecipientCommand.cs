using System;
using System.Management.Automation;
using ProxyCalc.Input;
using ProxyCalc.Json;

namespace ProxyCalc.Commands;

/// <summary>A command that takes recipients of any source.</summary>
public abstract class RecipientCommand : ScanCommand
{
    /// <summary>Where the records come from, where their properties do not say it.</summary>
    [Parameter]
    [ValidateSet("ExchangeOnline", "ExchangeOnPremises", "Entra", "ActiveDirectory", "EntraConnect")]
    public string? Source { get; set; }

    private protected void OpenRecipients(string want, bool withRules, Action<JsonBuffer> options)
    {
        Open(want, NameTable.Of(withRules), json =>
        {
            Option(json, "source", Source);
            options(json);
        });
        AddFiles();
    }
}
