using System.Text;
using CsCheck;

namespace Gatepost.Signing.Tests;

public sealed class WebhookVerifierTests
{
    private const string Other = "another secret of 16+";
    private static readonly byte[] Body = Encoding.UTF8.GetBytes(SignatureVectors.Body);
    private readonly WebhookVerifier verifier = new(SignatureVectors.Secret);

    [Theory]
    [MemberData(nameof(SignatureVectors.Ours), MemberType = typeof(SignatureVectors))]
    public void Verify_RightSignature_IsValid(string secret, byte[] body, string signature)
    {
        var result = new WebhookVerifier(secret).Verify(body, signature);

        (result.IsValid, result.Reason).ShouldBe((true, ""));
    }

    [Fact]
    public void Verify_UpperCaseHex_IsValid() =>
        verifier.Verify(Body, "sha256=" + SignatureVectors.Signature[7..].ToUpperInvariant()).IsValid.ShouldBeTrue();

    [Fact]
    public void Verify_WhileRotating_AcceptsEitherSecret()
    {
        var rotating = new WebhookVerifier(Other, SignatureVectors.Secret);

        rotating.Verify(Body, SignatureVectors.Signature).IsValid.ShouldBeTrue();
        rotating.Verify(Body, WebhookSignature.Sign(Body, Other)).IsValid.ShouldBeTrue();
        rotating.Verify(Body, WebhookSignature.Sign(Body, "neither of the two here")).Failure.ShouldBe(VerificationFailure.Mismatch);
    }

    [Theory]
    [InlineData(null, VerificationFailure.Missing)]
    [InlineData("", VerificationFailure.Missing)]
    [InlineData("4cb340f394809213772e01923571a51b7672fc8eb37748878f8f8ce0ff90b6f7", VerificationFailure.UnsupportedAlgorithm)]
    [InlineData("sha1=4cb340f394809213772e01923571a51b7672fc8e", VerificationFailure.UnsupportedAlgorithm)]
    [InlineData("SHA256=4cb340f394809213772e01923571a51b7672fc8eb37748878f8f8ce0ff90b6f7", VerificationFailure.UnsupportedAlgorithm)]
    [InlineData(" sha256=4cb340f394809213772e01923571a51b7672fc8eb37748878f8f8ce0ff90b6f7", VerificationFailure.UnsupportedAlgorithm)]
    [InlineData("sha256=", VerificationFailure.Malformed)]
    [InlineData("sha256=4cb340", VerificationFailure.Malformed)]
    [InlineData("sha256=4cb340f394809213772e01923571a51b7672fc8eb37748878f8f8ce0ff90b6f", VerificationFailure.Malformed)]
    [InlineData("sha256=4cb340f394809213772e01923571a51b7672fc8eb37748878f8f8ce0ff90b6f70", VerificationFailure.Malformed)]
    [InlineData("sha256=4cb340f394809213772e01923571a51b7672fc8eb37748878f8f8ce0ff90b6g7", VerificationFailure.Malformed)]
    [InlineData("sha256=4cb340f394809213772e01923571a51b7672fc8eb37748878f8f8ce0ff90b6\u0661\u0662", VerificationFailure.Malformed)]
    [InlineData(SignatureVectors.Signature + ", " + SignatureVectors.Signature, VerificationFailure.Malformed)]
    [InlineData("sha256=4cb340f394809213772e01923571a51b7672fc8eb37748878f8f8ce0ff90b6f8", VerificationFailure.Mismatch)]
    [InlineData("sha256=0000000000000000000000000000000000000000000000000000000000000000", VerificationFailure.Mismatch)]
    public void Verify_WrongHeader_SaysWhy(string? header, VerificationFailure failure)
    {
        var result = verifier.Verify(Body, header);

        result.IsValid.ShouldBeFalse();
        result.Failure.ShouldBe(failure);
        result.Reason.ShouldEndWith(failure is VerificationFailure.Missing or VerificationFailure.Malformed ? "?" : ".");
    }

    [Fact]
    public void Verify_BodyWithAnyBitChanged_IsAMismatch() => Gen.Int[0, (Body.Length * 8) - 1].Sample(bit =>
    {
        var changed = Body.ToArray();
        changed[bit / 8] ^= (byte)(1 << (bit % 8));

        verifier.Verify(changed, SignatureVectors.Signature).Failure.ShouldBe(VerificationFailure.Mismatch);
    });

    [Fact]
    public void Verify_AnyHeader_NeverThrows() => Gen.Select(Gen.Bool, Gen.String).Sample((prefixed, text) =>
        verifier.Verify(Body, (prefixed ? "sha256=" : "") + text).IsValid.ShouldBeFalse());

    [Fact]
    public void New_SecretThatNoWebhookCanHave_Throws()
    {
        Should.Throw<ArgumentException>(() => new WebhookVerifier());
        Should.Throw<ArgumentException>(() => new WebhookVerifier(""));
        Should.Throw<ArgumentException>(() => new WebhookVerifier("fifteen letters"));
        Should.Throw<ArgumentException>(() => new WebhookVerifier(new string('x', 501)));
        Should.Throw<ArgumentException>(() => new WebhookVerifier(Other, null!));
        Should.Throw<ArgumentNullException>(() => new WebhookVerifier((IReadOnlyList<string>)null!));
    }

    [Fact]
    public void New_LongestSecretOfCharactersOutsideTheBasicPlane_IsTaken()
    {
        var secret = string.Concat(Enumerable.Repeat("🔑", 500));

        new WebhookVerifier(secret).Verify(Body, WebhookSignature.Sign(Body, secret)).IsValid.ShouldBeTrue();
    }

    [Fact]
    public void Default_Result_IsNotReadAsForgotten() => new VerificationResult(VerificationFailure.Mismatch).IsValid.ShouldBeFalse();
}
