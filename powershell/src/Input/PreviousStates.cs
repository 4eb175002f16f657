using System;
using System.Collections.Generic;
using System.IO;
using System.Management.Automation;
using ProxyCalc.Json;

namespace ProxyCalc.Input;

/// <summary>Sends what was before: objects of the cloud, states of earlier results, those results, or files of any of them.</summary>
internal static class PreviousStates
{
    private const int PieceBytes = 1 << 17;

    internal static void Send(Feed feed, IEnumerable<object?> previous)
    {
        var lines = new JsonBuffer(PieceBytes);
        feed.BeginSet("previous");
        foreach (object? item in previous)
        {
            object? plain = Members.Unwrap(item);
            int start = lines.Length;
            try
            {
                if (plain is Calculation result)
                {
                    result.State.Write(lines, result.Identity);
                }
                else if (plain is CalculationState own)
                {
                    own.Write(lines, string.Empty);
                }
                else if (StateOf(item) is { } state)
                {
                    WriteFlat(lines, state);
                }
                else
                {
                    SendLines(feed, lines);
                    feed.Add(item);
                }
            }
            catch (Exception error) when (Failures.IsOfData(error))
            {
                lines.Truncate(start);
                feed.Failures.AddRecord(item!, $"the previous state cannot be read: {Display.Short(error.GetBaseException().Message, 500)}");
            }

            if (lines.Length >= PieceBytes)
            {
                SendLines(feed, lines);
            }
        }

        SendLines(feed, lines);
        feed.EndSet();
    }

    private static void SendLines(Feed feed, JsonBuffer lines)
    {
        if (lines.Length > 0)
        {
            feed.Send();
            feed.SendLines(lines);
            lines.Clear();
        }
    }

    /// <summary>The state in an earlier result, or the object itself where it is one; nothing for an object of the cloud.</summary>
    private static object? StateOf(object? item)
    {
        if (Members.Unwrap(item) is null or string or ValueType or FileInfo or System.Collections.IList)
        {
            return null;
        }

        object state = Members.Get(item, "State") ?? item!;
        return Members.Unwrap(state) is not (string or ValueType) && Members.Get(state, "Cloud") is not null ? state : null;
    }

    /// <summary>A state as one flat record, in the names that the library reads it by. What an older one does not have is left out.</summary>
    private static void WriteFlat(JsonBuffer to, object state)
    {
        bool first = true;
        bool shadowName = true;
        to.Byte('{');
        foreach (KeyValuePair<string, Func<object?>> member in Members.All(state))
        {
            object? value = member.Value();
            bool isShadow = member.Key.Equals("OnPremises", StringComparison.OrdinalIgnoreCase);
            if (!isShadow && !member.Key.Equals("Cloud", StringComparison.OrdinalIgnoreCase))
            {
                WriteMember(to, member.Key, value, ref first);
            }
            else if (value is not null)
            {
                shadowName &= !isShadow;
                foreach (KeyValuePair<string, Func<object?>> inner in Members.All(value))
                {
                    shadowName |= isShadow && inner.Key.Equals("UserPrincipalName", StringComparison.OrdinalIgnoreCase);
                    WriteMember(to, (isShadow ? "onPremises." : string.Empty) + inner.Key, inner.Value(), ref first);
                }
            }
        }

        if (!shadowName)
        {
            // Where all are empty the library must still see that on premises said nothing, rather than that it is not known.
            WriteMember(to, "onPremises.userPrincipalName", null, ref first);
        }

        to.Byte('}');
        to.Byte('\n');
    }

    private static void WriteMember(JsonBuffer to, string name, object? value, ref bool first)
    {
        ValueWriter.Comma(to, ref first);
        to.Name(name);
        ValueWriter.Write(to, value);
    }
}
