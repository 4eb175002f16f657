using System;
using System.Collections.Generic;

namespace ProxyCalc.Input;

/// <summary>
/// The members that are read of objects in a property, by its folded name. Graph's own types print as their names, so that
/// nothing else could tell what of them matters.
/// </summary>
internal static class ObjectMembers
{
    private static readonly Dictionary<string, string[]> Table = new(StringComparer.OrdinalIgnoreCase)
    {
        ["assignedlicenses"] = new[] { "skuId", "disabledPlans" },
        ["assignedplans"] = new[] { "servicePlanId", "service", "capabilityStatus", "assignedDateTime" },
        ["provisionedplans"] = new[] { "service", "capabilityStatus", "provisioningStatus" },
        ["licenseassignmentstates"] = new[] { "skuId", "assignedByGroup", "state", "error" },
        ["licensedetails"] = new[] { "skuId", "servicePlans" },
        ["serviceplans"] = new[] { "servicePlanId", "servicePlanName", "provisioningStatus" },
        ["onpremisesprovisioningerrors"] = new[] { "category", "propertyCausingError", "value" },
        ["serviceprovisioningerrors"] = new[] { "serviceInstance", "isResolved", "errorDetail" },
        ["signinactivity"] = new[] { "lastSignInDateTime", "lastNonInteractiveSignInDateTime", "lastSuccessfulSignInDateTime" },
    };

    internal static string[]? Of(string property) => Table.TryGetValue(property, out string[]? members) ? members : null;
}
