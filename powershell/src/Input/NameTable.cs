using System;
using System.Collections.Generic;
using System.Text;
using ProxyCalc.Json;
using ProxyCalc.Native;

namespace ProxyCalc.Input;

/// <summary>How the values of a property are written.</summary>
internal enum ValueKind
{
    /// <summary>As they are.</summary>
    Plain,

    /// <summary>A GUID or SID, which can be bytes.</summary>
    Bytes,

    /// <summary>Objects of which certain members are read.</summary>
    Objects,
}

/// <summary>A property that the library reads, under the name that an object has for it.</summary>
internal sealed class KnownName
{
    internal KnownName(string name, string folded, ValueKind kind)
    {
        Name = name;
        Folded = folded;
        Kind = kind;
        Key = JsonBuffer.Key(name);
    }

    internal string Name { get; }

    /// <summary>The name as the library compares it.</summary>
    internal string Folded { get; }

    internal ValueKind Kind { get; }

    /// <summary>The name as the key of a member.</summary>
    internal byte[] Key { get; }
}

/// <summary>Which properties of an object are sent: those that the library knows, as it says itself.</summary>
internal sealed class NameTable
{
    /// <summary>More names than these are looked up anew each time: no table has them.</summary>
    private const int MostRemembered = 4096;

    private static readonly HashSet<string> Bytes = new(StringComparer.Ordinal)
    {
        "objectguid", "ms-ds-consistencyguid", "msds-consistencyguid", "msexchmailboxguid", "objectsid", "sid", "msexchmasteraccountsid", "sourceanchor",
    };

    private static readonly object Gate = new();
    private static HashSet<string>? plain;
    private static HashSet<string>? all;
    private static HashSet<string>? passedOver;

    private readonly HashSet<string> known;
    private readonly Dictionary<string, KnownName?> remembered = new(StringComparer.Ordinal);

    private NameTable(HashSet<string> known) => this.known = known;

    /// <param name="withRules">Also what only rules about single objects need: each costs a tenth of a record.</param>
    internal static NameTable Of(bool withRules)
    {
        Load();
        return new NameTable(withRules ? all! : plain!);
    }

    /// <summary>These names, and where <paramref name="withAll"/> all that the library reads.</summary>
    internal static NameTable Of(IEnumerable<string> names, bool withAll)
    {
        Load();
        var set = new HashSet<string>(names, StringComparer.Ordinal);
        if (withAll)
        {
            set.UnionWith(all!);
        }

        return new NameTable(set);
    }

    /// <summary>Whether the library knows the name and does not read it: no address in it is missed.</summary>
    internal static bool IsPassedOver(string name) => passedOver!.Contains(Fold(name));

    internal static string Fold(string name)
    {
        var folded = new StringBuilder(name.Length);
        foreach (char c in name)
        {
            if (c is not (' ' or '_'))
            {
                folded.Append(char.ToLowerInvariant(c));
            }
        }

        return folded.ToString();
    }

    /// <summary>The property of this name; <see langword="null"/> for one that the library does not read.</summary>
    internal KnownName? Find(string name)
    {
        if (remembered.TryGetValue(name, out KnownName? found))
        {
            return found;
        }

        string folded = Fold(name);
        // EmailAddress1, EmailAddress2 and so on.
        found = known.Contains(folded) || (folded.Length > 0 && char.IsDigit(folded[folded.Length - 1]) && known.Contains(folded.TrimEnd("0123456789".ToCharArray())))
            ? new KnownName(name, folded, KindOf(folded))
            : null;
        if (remembered.Count < MostRemembered && name.Length <= 256)
        {
            remembered.Add(name, found);
        }

        return found;
    }

    /// <summary>A name that the library does not know, of which it shall say that it is not read: from now on it is sent.</summary>
    internal KnownName Suspect(string name)
    {
        var suspect = new KnownName(name, Fold(name), ValueKind.Plain);
        if (remembered.Count < MostRemembered && name.Length <= 256)
        {
            remembered[name] = suspect;
        }

        return suspect;
    }

    private static ValueKind KindOf(string folded) =>
        ObjectMembers.Of(folded) is not null ? ValueKind.Objects : Bytes.Contains(folded) ? ValueKind.Bytes : ValueKind.Plain;

    private static void Load()
    {
        string json = Library.Get().PropertyNames;
        lock (Gate)
        {
            if (all is not null)
            {
                return;
            }

            var names = (Dictionary<string, object?>)JsonReader.Read(json)!;
            var withoutRules = new HashSet<string>(StringComparer.Ordinal);
            var withRules = new HashSet<string>(StringComparer.Ordinal);
            foreach (Dictionary<string, object?> property in names.Objects("properties"))
            {
                withRules.UnionWith(property.Texts("names"));
                if (!property.Flag("rules"))
                {
                    withoutRules.UnionWith(property.Texts("names"));
                }
            }

            passedOver = new HashSet<string>(names.Texts("passedOver"), StringComparer.Ordinal);
            plain = withoutRules;
            all = withRules;
        }
    }
}
