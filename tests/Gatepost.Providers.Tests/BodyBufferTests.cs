using System.Buffers;
using System.Runtime.InteropServices;
using Gatepost.Providers.AspNetCore;

namespace Gatepost.Providers.Tests;

/// <summary>What a body takes in memory while it arrives.</summary>
public sealed class BodyBufferTests
{
    private const int Max = 50 * 1024 * 1024;

    [Theory]
    [InlineData(1)]
    [InlineData(2_000)]
    [InlineData(64 * 1024)]
    public void Append_SmallBodyOfKnownLength_IsOneArrayOfThatLength(int length)
    {
        var body = new BodyBuffer(length, Max);

        body.Append(new ReadOnlySequence<byte>(new byte[1]));
        body.Append(new ReadOnlySequence<byte>(new byte[length - 1]));

        ArrayOf(body).Length.ShouldBe(length);
    }

    [Fact]
    public void Append_FewBytesOfALargeAnnouncement_TakesLittle()
    {
        var body = new BodyBuffer(Max, Max);

        body.Append(new ReadOnlySequence<byte>(new byte[1]));

        ArrayOf(body).Length.ShouldBe(64 * 1024);
    }

    [Fact]
    public void Append_WholeOfALargeAnnouncement_IsOneArrayOfThatLength()
    {
        var body = new BodyBuffer(Max - 1, Max);
        var piece = new byte[60_000];

        while (body.Length < Max - 1)
            body.Append(new ReadOnlySequence<byte>(piece.AsMemory(0, Math.Min(piece.Length, Max - 1 - body.Length))));

        ArrayOf(body).Length.ShouldBe(Max - 1);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(300_000L)]
    [InlineData(3L)]
    public void Append_Pieces_KeepsEveryByteWhateverWasAnnounced(long? announced)
    {
        var sent = Enumerable.Range(0, 300_000).Select(i => (byte)(i * 31)).ToArray();
        var body = new BodyBuffer(announced, sent.Length);

        foreach (var piece in sent.Chunk(7_001))
            body.Append(new ReadOnlySequence<byte>(piece));

        body.Written.Span.SequenceEqual(sent).ShouldBeTrue();
    }

    private static byte[] ArrayOf(BodyBuffer body) => MemoryMarshal.TryGetArray(body.Written, out var array) ? array.Array! : [];
}
