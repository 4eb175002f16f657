using System;
using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;

namespace ProxyCalc.Input;

/// <summary>Members of objects of any kind: properties, keys of dictionaries, and what Graph's types keep beside.</summary>
internal static class Members
{
    /// <summary>What is inside PowerShell's wrapping; a custom object stays wrapped.</summary>
    internal static object? Unwrap(object? value) =>
        value is PSObject wrapped && wrapped.BaseObject is not PSCustomObject ? wrapped.BaseObject : value;

    /// <summary>A member, in any case; <see langword="null"/> where there is none.</summary>
    internal static object? Get(object? container, string name)
    {
        switch (Unwrap(container))
        {
            case null:
                return null;
            case IDictionary table:
                object? further = null;
                foreach (DictionaryEntry entry in table)
                {
                    if (entry.Key is not string key)
                    {
                        continue;
                    }

                    if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
                    {
                        return entry.Value;
                    }

                    if (key.Equals(AdditionalProperties, StringComparison.OrdinalIgnoreCase))
                    {
                        further = entry.Value;
                    }
                }

                return Unwrap(further) is IDictionary inner ? Get(inner, name) : null;
            default:
                PSMemberInfoCollection<PSPropertyInfo> properties = PSObject.AsPSObject(container).Properties;
                if (properties[name] is { } property)
                {
                    return property.Value;
                }

                return Unwrap(properties[AdditionalProperties]?.Value) is IDictionary beside ? Get(beside, name) : null;
        }
    }

    /// <summary>Whether there is such a member, be it null.</summary>
    internal static bool Has(object container, string name) =>
        Get(container, name) is not null || (Unwrap(container) is not IDictionary && PSObject.AsPSObject(container).Properties[name] is not null);

    internal static string Text(object? container, string name) => LanguagePrimitives.ConvertTo<string>(Get(container, name)) ?? string.Empty;

    /// <summary>All members: names and values. A value that cannot be read throws when it is read.</summary>
    internal static IEnumerable<KeyValuePair<string, Func<object?>>> All(object container)
    {
        if (Unwrap(container) is IDictionary table)
        {
            foreach (DictionaryEntry entry in table)
            {
                object? value = entry.Value;
                yield return new KeyValuePair<string, Func<object?>>(KeyText(entry.Key), () => value);
            }

            yield break;
        }

        foreach (PSPropertyInfo property in PSObject.AsPSObject(container).Properties)
        {
            yield return new KeyValuePair<string, Func<object?>>(property.Name, () => property.Value);
        }
    }

    internal static string KeyText(object key) => key as string ?? LanguagePrimitives.ConvertTo<string>(key) ?? string.Empty;

    /// <summary>
    /// Whether a value has members that its text would not show: a dictionary, or what ConvertFrom-Json makes of an object.
    /// What Import-Clixml or remoting made of an object keeps its text.
    /// </summary>
    internal static bool IsNested(object value)
    {
        if (Unwrap(value) is IDictionary)
        {
            return true;
        }

        if (value is not PSObject wrapped || wrapped.BaseObject is not PSCustomObject)
        {
            return false;
        }

        if (wrapped.TypeNames.Count == 0 || !wrapped.TypeNames[0].StartsWith("Deserialized.", StringComparison.Ordinal))
        {
            return true;
        }

        string text = wrapped.ToString();
        return text.Length == 0 || text.StartsWith("@{", StringComparison.Ordinal);
    }

    /// <summary>The elements of a list of any kind; <see langword="null"/> for what is none.</summary>
    internal static IEnumerator? Elements(object? value) => Unwrap(value) switch
    {
        null or string => null,
        IList list => list.GetEnumerator(),
        IDictionary or ValueType => null,
        PSObject => null,
        { } other => LanguagePrimitives.GetEnumerator(other),
    };

    private const string AdditionalProperties = "AdditionalProperties";
}
