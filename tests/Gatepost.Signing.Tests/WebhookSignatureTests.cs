namespace Gatepost.Signing.Tests;

public sealed class WebhookSignatureTests
{
    [Theory]
    [MemberData(nameof(SignatureVectors.Rfc4231), MemberType = typeof(SignatureVectors))]
    public void Sign_Rfc4231_GivesItsDigest(byte[] key, byte[] data, string digest) => WebhookSignature.Sign(data, key).ShouldBe("sha256=" + digest);

    [Theory]
    [MemberData(nameof(SignatureVectors.Ours), MemberType = typeof(SignatureVectors))]
    public void Sign_SecretAsTyped_UsesItsUtf8Bytes(string secret, byte[] body, string signature) => WebhookSignature.Sign(body, secret).ShouldBe(signature);

    [Fact]
    public void Sign_NoSecret_Throws() => Should.Throw<ArgumentNullException>(() => WebhookSignature.Sign([], (string)null!));

    [Fact]
    public void Package_References_NothingButTheFramework() =>
        typeof(WebhookSignature).Assembly.GetReferencedAssemblies().ShouldAllBe(a => a.Name!.StartsWith("System.", StringComparison.Ordinal));
}
