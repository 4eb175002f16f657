using System;
using System.Collections.Generic;
using System.IO;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace ProxyCalc.Commands;

/// <summary>
/// Adds the property sets of the results, and how deep they are sent from a job or a remote session. Not by the manifest: a second
/// copy of the module in one session, or one import with another prefix, would fail at every member that is there already.
/// </summary>
public sealed class TypeData : IModuleAssemblyInitializer
{
    /// <inheritdoc/>
    public void OnImport()
    {
        if (PSObject.AsPSObject(new ProvisioningFinding(string.Empty, string.Empty, new Dictionary<string, object?>())).Members["Flat"] is not null || Runspace.DefaultRunspace is null)
        {
            return;
        }

        string path = Path.Combine(Path.GetDirectoryName(typeof(TypeData).Assembly.Location) ?? string.Empty, "ProxyCalc.Types.ps1xml");
        using PowerShell shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        // The command by its type: by its name PowerShell would first load the module around it, which takes longer than all else.
        Type? command = Type.GetType("Microsoft.PowerShell.Commands.UpdateTypeDataCommand, Microsoft.PowerShell.Commands.Utility");
        _ = command is null
            ? shell.AddCommand(@"Microsoft.PowerShell.Utility\Update-TypeData")
            : shell.AddCommand(new CmdletInfo("Update-TypeData", command));
        shell.AddParameter("AppendPath", path).Invoke();
    }
}
