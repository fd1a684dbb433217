using System.Buffers.Binary;

using OrleansBatch.Sinks.DeltaLog.Trouble;

namespace OrleansBatch.Sinks.DeltaLog.Vectors;

// Four bytes as five characters that JSON takes as they are. https://rfc.zeromq.org/spec/32/
internal static class Z85
{
    private const string Alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
    private const int Bytes = 4;
    private const int Characters = 5;

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = new char[bytes.Length / Bytes * Characters];
        for (var part = 0; part < bytes.Length / Bytes; part++)
        {
            var number = BinaryPrimitives.ReadUInt32BigEndian(bytes[(part * Bytes)..]);
            for (var i = Characters - 1; i >= 0; i--)
            {
                text[(part * Characters) + i] = Alphabet[(int)(number % Alphabet.Length)];
                number /= (uint)Alphabet.Length;
            }
        }

        return new string(text);
    }

    public static byte[] Decode(ReadOnlySpan<char> text)
    {
        if (text.Length % Characters != 0)
        {
            throw new BadLogText($"{text.Length} characters are no Z85");
        }

        var bytes = new byte[text.Length / Characters * Bytes];
        for (var part = 0; part < text.Length / Characters; part++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(part * Bytes), Number(text.Slice(part * Characters, Characters)));
        }

        return bytes;
    }

    private static uint Number(ReadOnlySpan<char> characters)
    {
        var number = 0L;
        foreach (var character in characters)
        {
            var digit = Alphabet.IndexOf(character, StringComparison.Ordinal);
            number = digit < 0 ? long.MaxValue / Alphabet.Length : (number * Alphabet.Length) + digit;
            if (number > uint.MaxValue)
            {
                throw new BadLogText("characters are no Z85");
            }
        }

        return (uint)number;
    }
}
