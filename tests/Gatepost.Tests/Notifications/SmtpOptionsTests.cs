using Gatepost.Notifications;

namespace Gatepost.Tests.Notifications;

public sealed class SmtpOptionsTests
{
    private readonly SmtpOptions options = new() { Host = "mail.example.com", From = "Gatepost <gatepost@example.com>" };

    [Fact]
    public void Validate_NoHost_AsksForNothing() => Faults(new SmtpOptions { User = "half" }).ShouldBeEmpty();

    [Fact]
    public void Validate_HostAndFrom_IsEnough() => Faults(options).ShouldBeEmpty();

    [Theory]
    [InlineData(null)]
    [InlineData(" ")]
    [InlineData("nobody")]
    [InlineData("a@example.com, b@example.com")]
    public void Validate_FromIsNotOneAddress_IsRefused(string? from)
    {
        options.From = from;

        Faults(options).ShouldHaveSingleItem().ShouldContain("Gatepost__Smtp__From");
    }

    [Fact]
    public void Validate_SeveralFaults_NamesAll()
    {
        var faults = Faults(new SmtpOptions { Host = "mail", Port = 0, User = "me", Security = SmtpSecurity.None, TrustedCertificates = "/no/such.pem" });

        faults.Length.ShouldBe(5);
    }

    [Theory]
    [InlineData(null, "None", 25)]
    [InlineData(null, "StartTls", 587)]
    [InlineData(null, "Tls", 465)]
    [InlineData(2525, "Tls", 2525)]
    public void EffectivePort_FollowsSecurity_UnlessGiven(int? port, string security, int effective) =>
        new SmtpOptions { Port = port, Security = Enum.Parse<SmtpSecurity>(security) }.EffectivePort.ShouldBe(effective);

    private static string[] Faults(SmtpOptions options) => [.. new SmtpOptionsValidator().Validate(null, options).Failures ?? []];
}
