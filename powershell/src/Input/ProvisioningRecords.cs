using System;
using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;
using System.Text;
using ProxyCalc.Json;

namespace ProxyCalc.Input;

/// <summary>Users and what goes with them, as JSON with the properties that a diagnosis reads and no others.</summary>
internal sealed class ProvisioningRecords
{
    /// <summary>What is read of a user beside the names that the library reads of any record.</summary>
    internal static readonly string[] User =
    {
        "usagelocation", "mailnickname", "createddatetime", "onpremisessamaccountname", "assignedlicenses", "assignedplans", "provisionedplans",
        "licenseassignmentstates", "licensedetails", "onpremisesprovisioningerrors", "serviceprovisioningerrors", "signinactivity",
    };

    internal static readonly string[] OnPremisesUser = { "homemdb", "msexchhomeservername", "msexchremoterecipienttype", "mailnickname" };

    internal static readonly string[] Organization = { "isdehydrated", "name", "identity", "organizationid" };

    internal static readonly string[] Issue = { "id", "title", "service", "classification", "status", "isresolved" };

    private readonly Failures failures;

    internal ProvisioningRecords(Failures failures) => this.failures = failures;

    /// <summary>The records of a parameter: arrays and Graph's pages are taken apart.</summary>
    internal static IEnumerable<object> Single(object? records)
    {
        object? plain = Members.Unwrap(records);
        if (plain is null)
        {
            yield break;
        }

        if (plain is not (string or ValueType or IList) && Members.Unwrap(Members.Get(records, "value")) is IList page)
        {
            plain = page;
        }

        if (plain is not string && Members.Elements(plain) is { } elements)
        {
            while (elements.MoveNext())
            {
                foreach (object record in Single(elements.Current))
                {
                    yield return record;
                }
            }
        }
        else
        {
            yield return records!;
        }
    }

    /// <summary>Writes records as a list; one that cannot be read is noted and left out.</summary>
    /// <returns>Those that were written.</returns>
    internal List<object> Write(JsonBuffer to, IEnumerable<object> records, NameTable names)
    {
        var written = new List<object>();
        to.Byte('[');
        foreach (object record in records)
        {
            int start = to.Length;
            try
            {
                if (written.Count > 0)
                {
                    to.Byte(',');
                }

                if (Members.Unwrap(record) is string or ValueType)
                {
                    to.String(ValueWriter.Text(Members.Unwrap(record)!));
                }
                else
                {
                    WriteKnown(to, record, names);
                }

                written.Add(record);
            }
            catch (Exception error) when (Failures.IsOfData(error))
            {
                to.Truncate(start);
                failures.AddRecord(record, Display.Short(error is RecordException ? error.Message : error.GetBaseException().Message, 500));
            }
        }

        to.Byte(']');
        return written;
    }

    private static void WriteKnown(JsonBuffer to, object record, NameTable names)
    {
        bool first = true;
        to.Byte('{');
        foreach (KeyValuePair<string, Func<object?>> member in Members.All(record))
        {
            if (names.Find(member.Key) is not { } name)
            {
                continue;
            }

            ValueWriter.Comma(to, ref first);
            to.Raw(name.Key);
            try
            {
                ValueWriter.WriteKnown(to, member.Value(), name);
            }
            catch (EncoderFallbackException)
            {
                throw new RecordException($"{Display.Short(name.Name)} holds half of a character (a lone surrogate).");
            }
            catch (Exception error) when (Failures.IsOfData(error))
            {
                throw new RecordException($"{Display.Short(name.Name)} cannot be read: {error.GetBaseException().Message}");
            }
        }

        to.Byte('}');
    }
}
