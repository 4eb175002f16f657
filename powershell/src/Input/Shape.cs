using System;
using System.Collections.Generic;

namespace ProxyCalc.Input;

/// <summary>What objects of one kind have in common: the names they have that the library knows, in their order.</summary>
internal sealed class Shape
{
    private readonly List<string> notOfThis = new();

    internal Shape(KnownName[] names) => Names = names;

    internal KnownName[] Names { get; }

    /// <summary>The shape of the object that came after the last one of this.</summary>
    internal Shape? Next { get; set; }

    /// <summary>For each known shape that has all these names and more, one that it has more.</summary>
    internal IReadOnlyList<string> NotOfThis => notOfThis;

    internal bool Equals(List<KnownName> names)
    {
        if (names.Count != Names.Length)
        {
            return false;
        }

        for (int i = 0; i < Names.Length; i++)
        {
            if (!string.Equals(Names[i].Name, names[i].Name, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Learns of another shape.</summary>
    internal void Tell(Shape other)
    {
        var others = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (KnownName name in other.Names)
        {
            others.Add(name.Name);
        }

        foreach (KnownName name in Names)
        {
            if (!others.Remove(name.Name))
            {
                return;
            }
        }

        foreach (string more in others)
        {
            if (!notOfThis.Contains(more))
            {
                notOfThis.Add(more);
            }

            return;
        }
    }
}
