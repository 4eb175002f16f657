using System;

namespace ProxyCalc.Input;

/// <summary>A record that cannot be sent; the message names the property.</summary>
internal sealed class RecordException : Exception
{
    internal RecordException(string message)
        : base(message)
    {
    }
}
