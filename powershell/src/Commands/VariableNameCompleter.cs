using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ProxyCalc.Commands;

/// <summary>Completes the name of a variable to come; without it PowerShell would offer file names.</summary>
public sealed class VariableNameCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        yield return new CompletionResult(string.IsNullOrEmpty(wordToComplete) ? "summary" : wordToComplete);
    }
}
