using Microsoft.Extensions.Options;

namespace Gatepost.Notifications;

/// <summary>Checks the SMTP settings together; all faults in one message, each with its remedy.</summary>
internal sealed class SmtpOptionsValidator : IValidateOptions<SmtpOptions>
{
    public ValidateOptionsResult Validate(string? name, SmtpOptions options)
    {
        if (!options.IsOn)
            return ValidateOptionsResult.Success;
        var faults = Faults(options).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(SmtpOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.From))
            yield return "Gatepost__Smtp__From is required when Gatepost__Smtp__Host is set.";
        else if (MailMessage.ParseAddress(options.From) is null)
            yield return "Gatepost__Smtp__From must be one mail address, such as: Gatepost <gatepost@example.com>.";
        if (options.EffectivePort is < 1 or > 65_535)
            yield return "Gatepost__Smtp__Port must be 1 to 65535.";
        if (string.IsNullOrEmpty(options.User) != string.IsNullOrEmpty(options.Password))
            yield return "Gatepost__Smtp__User and Gatepost__Smtp__Password go together: set both or neither.";
        if (!string.IsNullOrEmpty(options.User) && options.Security == SmtpSecurity.None)
            yield return "Gatepost__Smtp__User would send the password readable; set Gatepost__Smtp__Security to starttls or tls.";
        if (options.TrustedCertificates is { Length: > 0 } path && !File.Exists(path))
            yield return $"Gatepost__Smtp__TrustedCertificates names {path}, which does not exist.";
    }
}
