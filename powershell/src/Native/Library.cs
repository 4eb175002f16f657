using System;
using System.Collections.Generic;
using System.IO;
using System.Management.Automation;
using System.Runtime.InteropServices;
using System.Text;

namespace ProxyCalc.Native;

/// <summary>The native library: found and loaded once a process, on first use, and called through its own addresses.</summary>
internal sealed class Library
{
    /// <summary>Of the functions that this module calls.</summary>
    private const uint AbiVersion = 1;

    private static readonly object Gate = new();
    private static Library? loaded;

    private readonly IntPtr address;
    private readonly FreeFunction stringFree;

    private Library(string path)
    {
        address = Loader.Load(path);
        uint abi = Bind<AbiFunction>("proxycalc_abi_version")();
        if (abi != AbiVersion)
        {
            throw new BadImageFormatException($"it has ABI {abi}, and this module needs ABI {AbiVersion}");
        }

        stringFree = Bind<FreeFunction>("proxycalc_string_free");
        ScanFree = Bind<FreeFunction>("proxycalc_scan_free");
        ScanBegin = Bind<BeginFunction>("proxycalc_scan_begin");
        ScanPush = Bind<BytesFunction>("proxycalc_scan_push");
        SourceBegin = Bind<BytesFunction>("proxycalc_source_begin");
        SourcePush = Bind<BytesFunction>("proxycalc_source_push");
        SourceEnd = Bind<PlainFunction>("proxycalc_source_end");
        ScanFinish = Bind<PlainFunction>("proxycalc_scan_finish");
        ScanNext = Bind<PlainFunction>("proxycalc_scan_next");
        ScanQuery = Bind<BytesFunction>("proxycalc_scan_query");
        ScanCancel = Bind<CancelFunction>("proxycalc_scan_cancel");
        IntPtr names = Bind<TextFunction>("proxycalc_property_names")();
        PropertyNames = Marshal.PtrToStringAnsi(names) ?? "{}";
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal delegate int BeginFunction(byte[] options, UIntPtr length, out IntPtr scan, out IntPtr response, out UIntPtr responseLength);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal delegate int BytesFunction(ScanHandle scan, byte[] bytes, UIntPtr length, out IntPtr response, out UIntPtr responseLength);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal delegate int PlainFunction(ScanHandle scan, out IntPtr response, out UIntPtr responseLength);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal delegate int CancelFunction(ScanHandle scan);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    internal delegate void FreeFunction(IntPtr pointer);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate uint AbiFunction();

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate IntPtr TextFunction();

    internal BeginFunction ScanBegin { get; }

    internal BytesFunction ScanPush { get; }

    internal BytesFunction SourceBegin { get; }

    internal BytesFunction SourcePush { get; }

    internal PlainFunction SourceEnd { get; }

    internal PlainFunction ScanFinish { get; }

    internal PlainFunction ScanNext { get; }

    internal BytesFunction ScanQuery { get; }

    internal CancelFunction ScanCancel { get; }

    internal FreeFunction ScanFree { get; }

    /// <summary>What proxycalc_property_names says, JSON.</summary>
    internal string PropertyNames { get; }

    /// <exception cref="CommandException">There is none that can be used.</exception>
    internal static Library Get()
    {
        lock (Gate)
        {
            return loaded ??= LoadFirst();
        }
    }

    /// <summary>A response as text; it is given back to the library.</summary>
    internal string? Take(IntPtr response, UIntPtr length)
    {
        if (response == IntPtr.Zero)
        {
            return null;
        }

        try
        {
            var bytes = new byte[checked((int)length.ToUInt64())];
            Marshal.Copy(response, bytes, 0, bytes.Length);
            return Encoding.UTF8.GetString(bytes);
        }
        finally
        {
            stringFree(response);
        }
    }

    private static Library LoadFirst()
    {
        IReadOnlyList<string> candidates = LibraryPath.Candidates();
        foreach (string candidate in candidates)
        {
            if (!File.Exists(candidate))
            {
                continue;
            }

            try
            {
                return new Library(candidate);
            }
            catch (Exception error) when (error is BadImageFormatException or EntryPointNotFoundException or DllNotFoundException)
            {
                throw NotUsable(error.Message.TrimEnd('.'), new[] { candidate });
            }
        }

        throw NotUsable("there is none", candidates);
    }

    private static CommandException NotUsable(string reason, IEnumerable<string> candidates)
    {
        string message = $"ProxyCalc's native library cannot be used: {reason}. Looked at: {string.Join("; ", candidates)}.";
        return new CommandException("LibraryNotUsable", ErrorCategory.ResourceUnavailable, new DllNotFoundException(message));
    }

    private T Bind<T>(string function)
        where T : Delegate => Marshal.GetDelegateForFunctionPointer<T>(Loader.Find(address, function));
}
