using System;
using System.Management.Automation;

namespace ProxyCalc;

/// <summary>What ends a command: an exception with what its error record needs beside.</summary>
internal sealed class CommandException : Exception
{
    private readonly string id;
    private readonly ErrorCategory category;
    private readonly object? target;

    internal CommandException(string id, ErrorCategory category, Exception reason, object? target = null)
        : base(reason.Message, reason)
    {
        this.id = id;
        this.category = category;
        this.target = target;
    }

    /// <summary>A parameter that cannot be understood.</summary>
    internal static CommandException InvalidArgument(string message, object? target) =>
        new("InvalidRequest", ErrorCategory.InvalidArgument, new ArgumentException(message), target);

    internal ErrorRecord ToErrorRecord() => new(InnerException, "ProxyCalc." + id, category, target);
}
