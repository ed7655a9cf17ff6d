using System.Text;

namespace Hone.Data.Tests.Sources;

/// <summary>A workbook that a password protects, as far as a reader gets without it: a compound file with the streams of ECMA-376 standard encryption.</summary>
static class EncryptedWorkbook
{
    const int Sector = 512;
    const int StreamLength = 4096; // Shorter ones would be kept in a stream of small streams.
    const uint EndOfChain = 0xfffffffe;
    const uint Free = 0xffffffff;

    public static byte[] Bytes()
    {
        byte[] file = new byte[Sector * 19];
        WriteHeader(file.AsSpan(0, Sector));
        WriteAllocation(file.AsSpan(Sector, Sector));
        WriteDirectory(file.AsSpan(2 * Sector, Sector));
        EncryptionInfo().CopyTo(file, 3 * Sector);
        return file;
    }

    static void WriteHeader(Span<byte> header)
    {
        ((ReadOnlySpan<byte>)[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]).CopyTo(header);
        Write(header, 0x18, 0x0003_003e);
        Write(header, 0x1c, 0x0009_fffe);
        Write(header, 0x20, 6);
        Write(header, 0x2c, 1);
        Write(header, 0x30, 1); // The directory is sector 1.
        Write(header, 0x38, 4096);
        Write(header, 0x3c, EndOfChain);
        Write(header, 0x44, EndOfChain);
        for (int i = 0; i < 109; i++)
            Write(header, 0x4c + (4 * i), i == 0 ? 0 : Free);
    }

    static void WriteAllocation(Span<byte> table)
    {
        for (int i = 0; i < Sector / 4; i++)
            Write(table, 4 * i, Free);
        Write(table, 0, 0xfffffffd);
        Write(table, 4, EndOfChain);
        for (int sector = 2; sector < 18; sector++)
            Write(table, 4 * sector, sector is 9 or 17 ? EndOfChain : (uint)sector + 1);
    }

    static void WriteDirectory(Span<byte> directory)
    {
        WriteEntry(directory[..128], "Root Entry", type: 5, child: 1, sector: EndOfChain, length: 0);
        WriteEntry(directory[128..256], "EncryptionInfo", type: 2, child: Free, sector: 2, length: StreamLength, sibling: 2);
        WriteEntry(directory[256..384], "EncryptedPackage", type: 2, child: Free, sector: 10, length: StreamLength);
        Write(directory, 384 + 0x44, Free);
    }

    static void WriteEntry(Span<byte> entry, string name, byte type, uint child, uint sector, uint length, uint sibling = Free)
    {
        int bytes = Encoding.Unicode.GetBytes(name, entry);
        Write(entry, 0x40, (uint)(bytes + 2));
        entry[0x42] = type;
        entry[0x43] = 1;
        Write(entry, 0x44, Free);
        Write(entry, 0x48, sibling);
        Write(entry, 0x4c, child);
        Write(entry, 0x74, sector);
        Write(entry, 0x78, length);
    }

    static byte[] EncryptionInfo()
    {
        using MemoryStream bytes = new();
        using BinaryWriter writer = new(bytes);
        byte[] name = Encoding.Unicode.GetBytes("Microsoft Enhanced RSA and AES Cryptographic Provider\0");
        writer.Write((ushort)3);
        writer.Write((ushort)2);
        writer.Write(0x24);
        writer.Write(32 + name.Length);
        foreach (int field in (int[])[0x24, 0, 0x660e, 0x8004, 128, 0x18, 0, 0])
            writer.Write(field);
        writer.Write(name);
        writer.Write(16);
        writer.Write(new byte[16 + 16]);
        writer.Write(20);
        writer.Write(new byte[32]);
        return bytes.ToArray();
    }

    static void Write(Span<byte> bytes, int offset, uint value) => BitConverter.TryWriteBytes(bytes[offset..], value);
}
