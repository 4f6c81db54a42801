using System.Text;

namespace Gatepost.Signing.Tests;

public sealed class WebhookSignerTests
{
    [Theory]
    [MemberData(nameof(SignatureVectors.Rfc4231), MemberType = typeof(SignatureVectors))]
    public void Sign_AgainAndAgain_GivesTheSameDigest(byte[] key, byte[] data, string digest)
    {
        var signer = new WebhookSigner(key);

        Enumerable.Range(0, 3).Select(_ => signer.Sign(data)).ShouldAllBe(s => s == "sha256=" + digest);
    }

    [Fact]
    public void Sign_FromManyThreads_EachGetsItsOwn()
    {
        var key = Encoding.UTF8.GetBytes("a secret that all of them share");
        var signer = new WebhookSigner(key);

        Parallel.For(0, 10_000, i => signer.Sign(BitConverter.GetBytes(i)).ShouldBe(WebhookSignature.Sign(BitConverter.GetBytes(i), key)));
    }

    [Fact]
    public void Construct_NoSecret_Throws() => Should.Throw<ArgumentNullException>(() => new WebhookSigner(null!));
}
