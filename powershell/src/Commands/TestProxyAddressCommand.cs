using System.Management.Automation;
using ProxyCalc.Input;
using ProxyCalc.Rows;

namespace ProxyCalc.Commands;

/// <summary>Finds what is wrong with single addresses.</summary>
[Cmdlet(VerbsDiagnostic.Test, "ProxyAddress", DefaultParameterSetName = ObjectSet, HelpUri = Help.Address + "Test-ProxyAddress.md")]
[OutputType(typeof(AddressIssue))]
public sealed class TestProxyAddressCommand : RecipientCommand
{
    /// <summary>The tenant's verified domains: names, or what Get-MgDomain or Get-AcceptedDomain gives.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public object[]? VerifiedDomain { get; set; }

    /// <summary>The tenant's initial domain. It belongs to the verified ones.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? InitialDomain { get; set; }

    private protected override void Begin()
    {
        string[]? domains = VerifiedDomain is null ? null : DomainNames.Of(VerifiedDomain);
        OpenRecipients("issues", withRules: true, json =>
        {
            Option(json, "verifiedDomains", domains);
            Option(json, "initialDomain", InitialDomain);
        });
    }

    private protected override void End()
    {
        Summary summary = Finish();
        foreach (Row row in new RowReader().With("I", AddressIssue.Columns).ReadAll(Scan))
        {
            WriteObject(new AddressIssue(row));
        }

        WriteProblems(summary);
    }
}
