using System;
using System.Text;

namespace ProxyCalc.Json;

/// <summary>JSON in UTF-8, written into one array that grows and is used again.</summary>
internal sealed class JsonBuffer
{
    private byte[] bytes;

    internal JsonBuffer(int capacity = 256) => bytes = new byte[capacity];

    /// <summary>The array; <see cref="Length"/> bytes of it are written.</summary>
    internal byte[] Bytes => bytes;

    internal int Length { get; private set; }

    /// <summary>Whether half of a character becomes U+FFFD, rather than an error.</summary>
    internal bool ReplacesHalves { get; set; }

    /// <summary>The key of a member, with its colon, to be written with <see cref="Raw(byte[])"/> many times.</summary>
    internal static byte[] Key(string name)
    {
        var buffer = new JsonBuffer(name.Length + 8);
        buffer.Name(name);
        var key = new byte[buffer.Length];
        Buffer.BlockCopy(buffer.bytes, 0, key, 0, key.Length);
        return key;
    }

    internal void Clear() => Length = 0;

    /// <summary>Takes back what was written behind this length.</summary>
    internal void Truncate(int length) => Length = length;

    internal void Byte(char ascii)
    {
        Reserve(1);
        bytes[Length++] = (byte)ascii;
    }

    internal void Raw(byte[] prepared)
    {
        Reserve(prepared.Length);
        Buffer.BlockCopy(prepared, 0, bytes, Length, prepared.Length);
        Length += prepared.Length;
    }

    internal void Append(JsonBuffer other)
    {
        Reserve(other.Length);
        Buffer.BlockCopy(other.bytes, 0, bytes, Length, other.Length);
        Length += other.Length;
    }

    internal void Raw(string ascii)
    {
        Reserve(ascii.Length);
        foreach (char c in ascii)
        {
            bytes[Length++] = (byte)c;
        }
    }

    /// <summary>JSON that is text.</summary>
    internal void RawText(string json)
    {
        Reserve(Encoding.UTF8.GetMaxByteCount(json.Length));
        Length += Encoding.UTF8.GetBytes(json, 0, json.Length, bytes, Length);
    }

    internal void Null() => Raw("null");

    internal void Boolean(bool value) => Raw(value ? "true" : "false");

    internal void Name(string name)
    {
        String(name);
        Byte(':');
    }

    /// <exception cref="EncoderFallbackException">It holds half of a character.</exception>
    internal void String(string text)
    {
        // Three bytes a character in UTF-8, six where it is escaped.
        Reserve(checked((text.Length * 3) + 2));
        byte[] to = bytes;
        int at = Length;
        to[at++] = (byte)'"';
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c < 0x80)
            {
                if (c >= ' ' && c != '"' && c != '\\')
                {
                    to[at++] = (byte)c;
                    continue;
                }

                // What is written so far stays; an escape can need more room than was reserved.
                Length = at;
                Reserve(((text.Length - i) * 3) + 8);
                to = bytes;
                at = Escape(to, at, c);
            }
            else if (c < 0x800)
            {
                to[at++] = (byte)(0xc0 | (c >> 6));
                to[at++] = (byte)(0x80 | (c & 0x3f));
            }
            else if (!char.IsSurrogate(c))
            {
                to[at++] = (byte)(0xe0 | (c >> 12));
                to[at++] = (byte)(0x80 | ((c >> 6) & 0x3f));
                to[at++] = (byte)(0x80 | (c & 0x3f));
            }
            else if (i + 1 < text.Length && char.IsSurrogatePair(c, text[i + 1]))
            {
                int code = char.ConvertToUtf32(c, text[++i]);
                to[at++] = (byte)(0xf0 | (code >> 18));
                to[at++] = (byte)(0x80 | ((code >> 12) & 0x3f));
                to[at++] = (byte)(0x80 | ((code >> 6) & 0x3f));
                to[at++] = (byte)(0x80 | (code & 0x3f));
            }
            else if (ReplacesHalves)
            {
                to[at++] = 0xef;
                to[at++] = 0xbf;
                to[at++] = 0xbd;
            }
            else
            {
                throw new EncoderFallbackException("half of a character (a lone surrogate)");
            }
        }

        to[at++] = (byte)'"';
        Length = at;
    }

    public override string ToString() => Encoding.UTF8.GetString(bytes, 0, Length);

    private static int Escape(byte[] to, int at, char c)
    {
        to[at++] = (byte)'\\';
        if (c is '"' or '\\')
        {
            to[at++] = (byte)c;
            return at;
        }

        to[at++] = (byte)'u';
        to[at++] = (byte)'0';
        to[at++] = (byte)'0';
        to[at++] = (byte)(c < 0x10 ? '0' : '1');
        to[at++] = (byte)"0123456789abcdef"[c & 0xf];
        return at;
    }

    private void Reserve(int more)
    {
        int needed = checked(Length + more);
        if (needed > bytes.Length)
        {
            Array.Resize(ref bytes, Math.Max(needed, (int)Math.Min(bytes.Length * 2L, 0x7fffffc7)));
        }
    }
}
