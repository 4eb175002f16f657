using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;

namespace ProxyCalc.Native;

/// <summary>Where the native library may be.</summary>
internal static class LibraryPath
{
    /// <summary>Every place, the best first. Only in the staged module of a checkout does anything outside the module count.</summary>
    internal static IReadOnlyList<string> Candidates()
    {
        string module = Path.GetDirectoryName(typeof(LibraryPath).Assembly.Location) ?? string.Empty;
        string checkout = Path.GetFullPath(Path.Combine(module, "..", ".."));
        bool inCheckout = IsCheckout(checkout);
        string? named = Environment.GetEnvironmentVariable("PROXYCALC_LIBRARY");
        if (inCheckout && !string.IsNullOrEmpty(named))
        {
            return new[] { Path.GetFullPath(named) };
        }

        var candidates = new List<string>();
        foreach (string identifier in RuntimeIdentifiers())
        {
            candidates.Add(Path.Combine(module, "runtimes", identifier, "native", FileName));
        }

        if (inCheckout)
        {
            // Release before debug, whichever is newer: tests leave a debug library, which is several times slower.
            foreach (string profile in new[] { "release", "debug" })
            {
                candidates.Add(Path.Combine(checkout, "target", profile, FileName));
            }
        }

        return candidates;
    }

    private static string FileName => Loader.IsWindows ? "proxycalc.dll" : Loader.IsMacOS ? "libproxycalc.dylib" : "libproxycalc.so";

    private static bool IsCheckout(string folder)
    {
        try
        {
            string manifest = Path.Combine(folder, "Cargo.toml");
            return File.Exists(manifest) && File.ReadAllText(manifest).Contains("name = \"proxycalc\"");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The folders below runtimes/ for this process: on Linux first that of its C library.</summary>
    private static string[] RuntimeIdentifiers()
    {
        string architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        if (Loader.IsWindows)
        {
            return new[] { "win-" + architecture };
        }

        if (Loader.IsMacOS)
        {
            return new[] { "osx-" + architecture };
        }

        string glibc = "linux-" + architecture;
        string musl = "linux-musl-" + architecture;
        return IsMusl() ? new[] { musl, glibc } : new[] { glibc, musl };
    }

    private static bool IsMusl()
    {
        try
        {
            return File.ReadAllText("/proc/self/maps").Contains("/ld-musl-");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
