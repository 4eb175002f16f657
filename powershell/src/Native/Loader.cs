using System;
using System.ComponentModel;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;

namespace ProxyCalc.Native;

/// <summary>
/// Loads a library by its path, and finds its functions in what was loaded: never by a name, which another copy of the module
/// could have loaded. .NET Standard has nothing for it.
/// </summary>
internal static class Loader
{
    internal static bool IsWindows => RuntimeInformation.IsOSPlatform(OSPlatform.Windows);

    internal static bool IsMacOS => RuntimeInformation.IsOSPlatform(OSPlatform.OSX);

    /// <exception cref="BadImageFormatException">It is no library of this system and architecture.</exception>
    internal static IntPtr Load(string path)
    {
        if (IsWindows)
        {
            IntPtr library = Windows.LoadLibraryExW(path, IntPtr.Zero, Windows.LoadWithAlteredSearchPath);
            int code = Marshal.GetLastWin32Error();
            return library != IntPtr.Zero ? library : throw new BadImageFormatException(new Win32Exception(code).Message);
        }

        IntPtr opened = Unix.Open(NulTerminated(path));
        return opened != IntPtr.Zero ? opened : throw new BadImageFormatException(Unix.LastError());
    }

    /// <exception cref="EntryPointNotFoundException">There is none.</exception>
    internal static IntPtr Find(IntPtr library, string function)
    {
        byte[] name = NulTerminated(function);
        IntPtr found = IsWindows ? Windows.GetProcAddress(library, name) : Unix.Symbol(library, name);
        return found != IntPtr.Zero ? found : throw new EntryPointNotFoundException($"it has no function {function}");
    }

    private static byte[] NulTerminated(string text) => Encoding.UTF8.GetBytes(text + '\0');

    private static class Windows
    {
        /// <summary>What the library needs is looked for beside it, and not in the current folder.</summary>
        internal const uint LoadWithAlteredSearchPath = 8;

        [DllImport("kernel32.dll", CharSet = CharSet.Unicode, ExactSpelling = true, SetLastError = true)]
        internal static extern IntPtr LoadLibraryExW(string path, IntPtr reserved, uint flags);

        [DllImport("kernel32.dll", ExactSpelling = true, SetLastError = true)]
        internal static extern IntPtr GetProcAddress(IntPtr library, byte[] name);
    }

    /// <summary>The three functions are in libdl.so.2 of glibc, in libc of musl, and in libSystem of macOS.</summary>
    private static class Unix
    {
        private const int Now = 2;

        internal static IntPtr Open(byte[] path) => Call(() => GlibC.dlopen(path, Now), () => MuslC.dlopen(path, Now), () => MacOS.dlopen(path, Now));

        internal static IntPtr Symbol(IntPtr library, byte[] name) =>
            Call(() => GlibC.dlsym(library, name), () => MuslC.dlsym(library, name), () => MacOS.dlsym(library, name));

        internal static string LastError() =>
            Marshal.PtrToStringAnsi(Call(GlibC.dlerror, MuslC.dlerror, MacOS.dlerror)) ?? "it cannot be loaded";

        private static IntPtr Call(Func<IntPtr> glibc, Func<IntPtr> musl, Func<IntPtr> macOS)
        {
            if (IsMacOS)
            {
                return macOS();
            }

            try
            {
                return glibc();
            }
            catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
            {
                return musl();
            }
        }

#pragma warning disable IDE1006, SA1300 // The names are the system's.
        private static class GlibC
        {
            [DllImport("libdl.so.2")]
            internal static extern IntPtr dlopen(byte[] path, int mode);

            [DllImport("libdl.so.2")]
            internal static extern IntPtr dlsym(IntPtr library, byte[] name);

            [DllImport("libdl.so.2")]
            internal static extern IntPtr dlerror();
        }

        private static class MuslC
        {
            [DllImport("libc")]
            internal static extern IntPtr dlopen(byte[] path, int mode);

            [DllImport("libc")]
            internal static extern IntPtr dlsym(IntPtr library, byte[] name);

            [DllImport("libc")]
            internal static extern IntPtr dlerror();
        }

        private static class MacOS
        {
            [DllImport("libSystem.dylib")]
            internal static extern IntPtr dlopen(byte[] path, int mode);

            [DllImport("libSystem.dylib")]
            internal static extern IntPtr dlsym(IntPtr library, byte[] name);

            [DllImport("libSystem.dylib")]
            internal static extern IntPtr dlerror();
        }
#pragma warning restore IDE1006, SA1300
    }
}
