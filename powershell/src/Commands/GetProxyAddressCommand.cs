using System.Collections.Generic;
using System.Management.Automation;
using ProxyCalc.Input;
using ProxyCalc.Json;
using ProxyCalc.Rows;

namespace ProxyCalc.Commands;

/// <summary>Lists every address of the given recipients, or says who holds an address.</summary>
[Cmdlet(VerbsCommon.Get, "ProxyAddress", DefaultParameterSetName = ObjectSet, HelpUri = Help.Address + "Get-ProxyAddress.md")]
[OutputType(typeof(AddressRow))]
public sealed class GetProxyAddressCommand : RecipientCommand
{
    private static readonly char[] Wildcards = { '*', '?' };

    /// <summary>The addresses to look up, as they are.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? Address { get; set; }

    /// <summary>Only addresses of these types.</summary>
    [Parameter]
    [ValidateSet("SMTP", "SIP", "X500", "X400", "EUM", "SPO", "Other")]
    public string[]? AddressType { get; set; }

    private protected override void Begin()
    {
        foreach (string address in Address ?? System.Array.Empty<string>())
        {
            if (address.IndexOfAny(Wildcards) >= 0)
            {
                WriteWarning($"-Address '{Display.Text(address)}' is looked up as it is: there are no wildcards. To find a part: Get-ProxyAddress | Where-Object Address -like {PathResolver.Quoted(address)}");
            }
        }

        OpenRecipients("addresses", withRules: false, json => Option(json, "addressTypes", AddressType));
    }

    private protected override void End()
    {
        Summary summary = Finish();
        foreach (Row row in Rows())
        {
            WriteObject(new AddressRow(row));
        }

        WriteProblems(summary);
    }

    private IEnumerable<Row> Rows()
    {
        RowReader reader = new RowReader().With("A", AddressRow.Columns);
        if (Address is null)
        {
            return reader.ReadAll(Scan);
        }

        var query = new JsonBuffer();
        query.Raw("{\"version\":1");
        Option(query, "lookUp", Address);
        query.Byte('}');
        return reader.Read(Scan.Query(query));
    }
}
