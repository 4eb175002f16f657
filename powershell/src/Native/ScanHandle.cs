using System;
using System.Runtime.InteropServices;

namespace ProxyCalc.Native;

/// <summary>A scan of the library. Freed when nobody uses it any more, also where a pipeline was cut.</summary>
internal sealed class ScanHandle : SafeHandle
{
    private readonly Library library;

    internal ScanHandle(Library library, IntPtr scan)
        : base(IntPtr.Zero, ownsHandle: true)
    {
        this.library = library;
        SetHandle(scan);
    }

    public override bool IsInvalid => handle == IntPtr.Zero;

    protected override bool ReleaseHandle()
    {
        library.ScanFree(handle);
        return true;
    }
}
