using System.Globalization;
using System.IO;
using System.Management.Automation;
using ProxyCalc.Rows;

namespace ProxyCalc;

/// <summary>An object that could not be calculated: the target of the error that says so.</summary>
public sealed class CalculationFailure
{
    internal CalculationFailure(Row row)
    {
        Identity = row.Text(0);
        Code = row.Text(1);
        Message = row.Text(2);
        Path = row.Text(3);
        Record = int.Parse(row.Text(4), CultureInfo.InvariantCulture);
    }

    /// <summary>What an admin knows it by.</summary>
    public string Identity { get; set; }

    /// <summary>What is wrong, from a closed list.</summary>
    public string Code { get; set; }

    /// <summary>What is wrong, in words.</summary>
    public string Message { get; set; }

    /// <summary>The property at fault.</summary>
    public string Path { get; set; }

    /// <summary>Its number among the objects, from 1.</summary>
    public int Record { get; set; }

    internal ErrorRecord ToErrorRecord()
    {
        string name = Identity.Length > 0 ? $"{Display.Text(Identity)} (object {Record})" : $"Object {Record}";
        return new ErrorRecord(new InvalidDataException($"{name}: {Display.Text(Message)}"), "ProxyCalc." + Code, ErrorCategory.InvalidData, this);
    }

    /// <inheritdoc/>
    public override string ToString() => Identity;
}
