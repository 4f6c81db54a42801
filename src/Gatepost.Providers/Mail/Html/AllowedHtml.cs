namespace Gatepost.Providers.Mail.Html;

/// <summary>What a mail may show.</summary>
internal static class AllowedHtml
{
    public static IReadOnlySet<string> Tags { get; } = new HashSet<string>(
        ("a abbr address article b big blockquote br caption center cite code dd del div dl dt em font footer h1 h2 h3 h4 h5 h6 header hr i img ins "
        + "kbd li main mark ol p pre q s samp section small span strike strong sub sup table tbody td tfoot th thead tr tt u ul var wbr").Split(' '));

    /// <summary>Attributes whose value is a word or a number.</summary>
    public static IReadOnlySet<string> PlainAttributes { get; } = new HashSet<string>(
        "abbr align alt bgcolor border cellpadding cellspacing color cols colspan dir face height lang rowspan size start title type valign width".Split(' '));

    public static IReadOnlySet<string> Schemes { get; } = new HashSet<string> { "http", "https", "mailto", "tel", "cid" };

    public static IReadOnlySet<string> Styles { get; } = new HashSet<string>(
        ("background-color border border-bottom border-bottom-color border-bottom-style border-bottom-width border-collapse border-color border-left "
        + "border-left-color border-left-style border-left-width border-radius border-right border-right-color border-right-style border-right-width "
        + "border-spacing border-style border-top border-top-color border-top-style border-top-width border-width color direction font-family font-size "
        + "font-style font-variant font-weight height letter-spacing line-height list-style-type margin margin-bottom margin-left margin-right margin-top "
        + "max-width min-width padding padding-bottom padding-left padding-right padding-top table-layout text-align text-decoration text-indent "
        + "text-transform vertical-align white-space width word-break word-wrap").Split(' '));

    /// <summary>An absolute address of a kind that a click may open.</summary>
    public static bool IsLink(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme != "cid" && Schemes.Contains(uri.Scheme) && address.Length <= 8192;
}
