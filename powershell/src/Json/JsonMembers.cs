using System;
using System.Collections.Generic;

namespace ProxyCalc.Json;

/// <summary>Members of an object of the library's answer. What is absent is null, zero or empty.</summary>
internal static class JsonMembers
{
    internal static object? Member(this Dictionary<string, object?> members, string name) => members.TryGetValue(name, out object? value) ? value : null;

    internal static string? Text(this Dictionary<string, object?> members, string name) => members.Member(name) as string;

    internal static long? Number(this Dictionary<string, object?> members, string name) => members.Member(name) as long?;

    internal static bool Flag(this Dictionary<string, object?> members, string name) => members.Member(name) is true;

    internal static Dictionary<string, object?>? Object(this Dictionary<string, object?> members, string name) =>
        members.Member(name) as Dictionary<string, object?>;

    internal static IEnumerable<Dictionary<string, object?>> Objects(this Dictionary<string, object?> members, string name)
    {
        foreach (object? item in members.Member(name) as List<object?> ?? new List<object?>())
        {
            if (item is Dictionary<string, object?> one)
            {
                yield return one;
            }
        }
    }

    internal static string[] Texts(this Dictionary<string, object?> members, string name) =>
        members.Member(name) is List<object?> items ? items.ConvertAll(item => item as string ?? string.Empty).ToArray() : Array.Empty<string>();
}
