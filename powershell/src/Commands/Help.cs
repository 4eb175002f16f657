namespace ProxyCalc.Commands;

/// <summary>Where the help is on the web.</summary>
internal static class Help
{
    internal const string Address = "https://github.com/proxycalc/proxycalc/blob/main/docs/commands/";
}
