using System.Collections.Generic;
using ProxyCalc.Native;

namespace ProxyCalc.Rows;

/// <summary>Reads conflicts. One of very many holders comes in parts, which are put together here.</summary>
internal static class ConflictReader
{
    private const int RemediationColumn = 8;
    private const int LastColumn = 9;

    internal static IEnumerable<Conflict> Read(Scan scan)
    {
        RowReader reader = new RowReader().With("C", Conflict.Columns).With("H", Holder.Columns);
        var holders = new List<Holder>();
        var remediation = new List<string>();
        Conflict? conflict = null;
        bool isWhole = false;
        foreach (Row row in reader.ReadAll(scan))
        {
            if (row.Tag == "H")
            {
                holders.Add(new Holder(row));
                continue;
            }

            if (isWhole && conflict is not null)
            {
                yield return Complete(conflict, holders, remediation);
                conflict = null;
            }

            conflict ??= new Conflict(row);
            remediation.AddRange(row.List(RemediationColumn));
            isWhole = row.Flag(LastColumn);
        }

        if (conflict is not null)
        {
            yield return Complete(conflict, holders, remediation);
        }
    }

    private static Conflict Complete(Conflict conflict, List<Holder> holders, List<string> remediation)
    {
        conflict.Holders = holders.ToArray();
        conflict.Remediation = remediation.ToArray();
        holders.Clear();
        remediation.Clear();
        return conflict;
    }
}
